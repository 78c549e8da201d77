"""How is a picture written anew, so that only its pixels are kept?

What comes out is one 8-bit picture, upright, in sRGB: no EXIF, no location, no comment, no second frame, no bytes
after its end. A picture behind a header that promises more pixels than the limit is refused before a pixel is
decoded.
"""

import io
import warnings

from PIL import Image, ImageCms, ImageOps, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError

from countermark.evidence.copies import Copy
from countermark.evidence.limits import Limits
from countermark.evidence.refusals import UploadRefused

# Pillow only warns between one and two times its own limit. Ours lies below it and is checked first; this is the
# second lock.
warnings.simplefilter("error", Image.DecompressionBombWarning)

_HEADERS = {"image/jpeg": JpegImagePlugin.JpegImageFile, "image/png": PngImagePlugin.PngImageFile}
_MODES = {"image/jpeg": ("L", "RGB"), "image/png": ("L", "LA", "RGB", "RGBA")}
_WITHOUT_COLOUR = {"1", "L", "LA", "La", "I", "F", "I;16", "I;16B", "I;16L", "I;16N"}
_ORIENTATION = 0x0112  # EXIF 2.32, 4.6.4
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError)  # what Pillow's readers raise on damaged input


def rewrite_picture(content: bytes, media_type: str, name: str, limits: Limits) -> Copy:
    """Decode all of `content` and encode its first frame anew; UploadRefused `image_broken` or `image_too_big`."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as opened:
            _refuse_bomb(opened.size, name, limits)
            changes = _what_will_go(opened)
            picture = _upright(_plain(opened, _MODES[media_type]), opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_big(*_size_told(content, media_type), name, limits) from bomb
    except (UnidentifiedImageError, *_BROKEN) as broken:
        raise UploadRefused("image_broken", name=name) from broken
    return Copy(_encoded(picture, media_type, limits), 1, *picture.size, changes)


def _refuse_bomb(size: tuple[int, int], name: str, limits: Limits) -> None:
    width, height = size
    if width * height > limits.max_pixels or max(size) > limits.max_side:
        raise _too_big(width, height, name, limits)


def _size_told(content: bytes, media_type: str) -> tuple[int, int]:
    """What the header says, read by the format's own reader: `Image.open` refuses to say it of a bomb."""
    with _HEADERS[media_type](io.BytesIO(content)) as header:
        width, height = header.size
        return width, height


def _too_big(width: int, height: int, name: str, limits: Limits) -> UploadRefused:
    megapixels = limits.max_pixels // 1_000_000
    return UploadRefused("image_too_big", name=name, width=width, height=height, max_megapixels=megapixels)


def _what_will_go(opened: Image.Image) -> tuple[str, ...]:
    found = (
        ("location_removed", 0x8825 in opened.getexif()),  # the GPS directory: EXIF 2.32, 4.6.3
        ("frames_removed", getattr(opened, "n_frames", 1) > 1),
    )
    return tuple(change for change, is_so in found if is_so)


def _plain(opened: Image.Image, modes: tuple[str, ...]) -> Image.Image:
    """An 8-bit copy in one of `modes`, its colours turned into sRGB."""
    opened.load()
    picture = _eight_bits(opened)
    mode = _nearest_mode(picture, modes)
    return _as_srgb(picture, opened.info.get("icc_profile"), mode) or picture.convert(mode)


def _eight_bits(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits; convert() alone would turn everything above 255 white
        return picture.point(lambda value: value / 256).convert("L")
    return picture


def _nearest_mode(picture: Image.Image, modes: tuple[str, ...]) -> str:
    colour = "L" if picture.mode in _WITHOUT_COLOUR else "RGB"
    with_alpha = colour + "A"
    return with_alpha if picture.has_transparency_data and with_alpha in modes else colour


def _as_srgb(picture: Image.Image, profile: bytes | None, mode: str) -> Image.Image | None:
    """The picture through its embedded profile, or None when there is none that fits its colours."""
    if not profile or mode not in {"RGB", "RGBA"} or picture.mode not in {"RGB", "RGBA", "CMYK"}:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    return turned


def _upright(plain: Image.Image, opened: Image.Image) -> Image.Image:
    """Turn the pixels as EXIF told viewers to, since the tag is not kept, nor anything else but pixels."""
    orientation = opened.getexif().get(_ORIENTATION, 1)
    plain.getexif()[_ORIENTATION] = orientation
    turned = ImageOps.exif_transpose(plain)
    turned.info.clear()
    return turned


def _encoded(picture: Image.Image, media_type: str, limits: Limits) -> bytes:
    out = io.BytesIO()
    if media_type == "image/jpeg":
        picture.save(out, "JPEG", quality=limits.jpeg_quality, subsampling="4:4:4", exif=b"")
    else:
        picture.save(out, "PNG", exif=b"")
    return out.getvalue()
