"""What are the grey pixels of this picture? From bytes nobody has looked at to one array, or a refusal that says why not.

A picture whose header promises more pixels than the limit is refused before one is decoded. JPEG stores its grey on its own,
so colours are never decoded there. Orientation is not applied: hashes of pictures know all eight ways round. Of an animation
the first frame counts; what is transparent is seen on white, as on a listing's page.
"""

import io
from collections.abc import Callable
from typing import Any

from PIL import Image, UnidentifiedImageError

from countermark.matching.libraries import Library
from countermark.matching.pictures.numbers import READ

np: Any = Library("numpy")

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP")
# Modes whose pixels Pillow averages when it makes a picture smaller; of others it takes one of many.
AVERAGED = ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr")
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError)  # what Pillow's readers raise on damaged input

SENTENCES = {
    "empty": "The file is empty (0 bytes). Check where it was fetched from, then send it again.",
    "drawing": "This is an SVG drawing: it can carry programs and has no pixels. Export it as PNG, then send the PNG.",
    "not_a_picture": "This is no JPEG, PNG, WebP, GIF, AVIF or BMP. Save the picture as one of these, then send it again.",
    "too_many_pixels": "The picture has {width} x {height} pixels; at most {most} million are read. Send a smaller one.",
    "damaged": "The picture cannot be read to its end: the file is damaged or incomplete. Send it again.",
}


class PictureUnreadable(Exception):
    """The picture has no pixels for us. `reason` is a key of SENTENCES, `data` what its sentence names."""

    code = "picture_unreadable"
    http_status_hint = 422

    def __init__(self, reason: str, **data: int | str) -> None:
        self.reason, self.data = reason, data
        super().__init__(SENTENCES[reason].format(**data))


def grey(content: bytes) -> Any:
    """Return the grey pixels as an array of bytes, (rows, columns); raises PictureUnreadable."""
    return decoded(content, "L", None, pixels)


def coloured(content: bytes, least: int | None = None) -> Any:
    """Return the colours as an array of bytes, (rows, columns, 3); raises PictureUnreadable.

    `least`: sides of so many pixels are enough, the rest is not kept.
    """
    return decoded(content, "RGB", None if least is None else (least, least), lambda opened: colours(opened, least))


def decoded(content: bytes, mode: str, size: tuple[int, int] | None, take: Callable[[Image.Image], Any]) -> Any:
    """Open a picture and take its pixels; raises PictureUnreadable."""
    if not content:
        raise PictureUnreadable("empty")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            refuse_too_many(*opened.size)
            opened.draft(mode, size)
            return take(opened)
    except BOMBS as bomb:
        raise too_many("?", "?") from bomb
    except UnidentifiedImageError as unknown:
        raise PictureUnreadable("drawing" if is_drawing(content) else "not_a_picture") from unknown
    except BROKEN as broken:
        raise PictureUnreadable("damaged") from broken


def refuse_too_many(width: int, height: int) -> None:
    if width * height > READ["max_pixels"] or max(width, height) > READ["max_side"]:
        raise too_many(width, height)


def too_many(width: int | str, height: int | str) -> PictureUnreadable:
    return PictureUnreadable("too_many_pixels", width=width, height=height, most=READ["max_pixels"] // 1_000_000)


def is_drawing(content: bytes) -> bool:
    """Does this begin like SVG, packed or not? A guess that only chooses the words of a refusal."""
    return b"<svg" in content[:4096].lower() or content[:2] == b"\x1f\x8b"


def pixels(opened: Image.Image) -> Any:
    """Decode the first frame."""
    opened.load()
    if opened.mode.startswith("I"):  # 16 bits; convert() alone would turn everything above 255 white
        return (np.asarray(opened) >> 8).clip(0, 255).astype(np.uint8)
    if opened.has_transparency_data:
        return np.asarray(on_white(opened.convert("RGBA")).convert("L"))
    return np.asarray(opened if opened.mode == "L" else opened.convert("L"))


def colours(opened: Image.Image, least: int | None) -> Any:
    """Decode the first frame in colours; once it is decoded, made smaller to sides of `least` pixels and more, if given."""
    opened.load()
    if opened.mode.startswith("I"):
        return np.repeat(pixels(opened)[:, :, None], 3, axis=2)
    seen = opened if opened.mode in AVERAGED else opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    if least is not None and (shrink := min(seen.size) // least) > 1:
        seen = seen.reduce(shrink)
    return np.asarray((on_white(seen.convert("RGBA")) if seen.has_transparency_data else seen).convert("RGB"))


def on_white(picture: Image.Image) -> Image.Image:
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
