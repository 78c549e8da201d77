"""How much of a scan is in colour?

A measure, no verdict: the share of its pixels that are plainly coloured. Asked of papers that are wanted as colour scans. Of a
PDF only scanned pages tell anything; one that was never paper, and one that cannot be decoded here, is answered with None.
"""

import io
import tomllib
from collections.abc import Iterator
from importlib import resources

import pikepdf
from PIL import Image, ImageChops

from countermark.evidence.limits import DEFAULT, Limits

_TABLE = tomllib.loads(resources.files(__package__).joinpath("colour.toml").read_text("utf-8"))
_GREY = {"/DeviceGray", "/CalGray"}
_NOT_TOLD = (
    pikepdf.PdfError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    NotImplementedError,
)


def coloured_share(content: bytes, media_type: str, limits: Limits = DEFAULT) -> float | None:
    """The share, 0 to 1, of plainly coloured pixels: of a picture, or of the most coloured scanned page of a PDF.

    `content` is a kept copy (uploads.Accepted). None where nothing can be told; nothing raises.
    """
    try:
        if media_type == "application/pdf":
            return _of_pdf(content, limits)
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
            return _of_picture(picture, limits)
    except (*_NOT_TOLD, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


def _of_picture(picture: Image.Image, limits: Limits) -> float | None:
    if picture.width * picture.height > limits.max_pixels:
        return None
    if picture.mode in {"1", "L", "LA"}:
        return 0.0
    side = _TABLE["longest_side"]
    picture.draft("RGB", (side, side))  # a JPEG is decoded at about this size
    small = picture.convert("RGB")
    small.thumbnail((side, side))
    return _share(small)


def _share(picture: Image.Image) -> float:
    red, green, blue = picture.split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    weakest = ImageChops.darker(ImageChops.darker(red, green), blue)
    counted = ImageChops.subtract(strongest, weakest).histogram()
    return sum(counted[_TABLE["chroma"] :]) / sum(counted)


def _of_pdf(content: bytes, limits: Limits) -> float | None:
    """The most coloured page; None when a page is no scan or cannot be read, and no other shows colour."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        shares = [share for page in pdf.pages[: _TABLE["most_pages"]] for share in _of_page(page, limits)]
    told = [share for share in shares if share is not None]
    most = max(told, default=0.0)
    return most if most > 0 or (told and len(told) == len(shares)) else None


def _of_page(page: pikepdf.Page, limits: Limits) -> Iterator[float | None]:
    """The share of each scan on the page; one None for a page that is none: it has text, or no large picture."""
    pictures = [pikepdf.PdfImage(each) for each in page.get_images().values() if isinstance(each, pikepdf.Stream)]
    scans = [each for each in pictures if each.width * each.height >= _TABLE["least_scan"]]
    if not scans or page.resources.get("/Font"):
        yield None
        return
    for scan in scans:
        yield _of_scan(scan, limits)


def _of_scan(scan: pikepdf.PdfImage, limits: Limits) -> float | None:
    if scan.colorspace in _GREY or scan.image_mask:
        return 0.0
    if scan.width * scan.height > limits.max_pixels:
        return None
    return _of_picture(scan.as_pil_image(), limits)
