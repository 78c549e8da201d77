"""How much of a scan is in colour: a seal is seen, the noise of a scanner is none, and what cannot be told is not guessed."""

import io
import random

import pikepdf
import pytest
from PIL import Image, ImageDraw

from countermark.evidence.colour import coloured_share

PAGE = (1240, 1754)  # A4 at 150 dpi
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"


def a_page(*, seal: bool = False, noise: int = 0, mode: str = "RGB") -> Image.Image:
    """A certificate: lines of text, a red seal of 4 cm where asked, coloured noise of a scanner."""
    page = Image.new("RGB", PAGE, "#f4f4f4")
    draw = ImageDraw.Draw(page)
    for line in range(200, 1500, 40):
        draw.line((150, line, 1050, line), fill="#222222", width=6)
    if seal:
        draw.ellipse((800, 1300, 1036, 1536), outline="#c8102e", width=14)
    if noise:
        rough, dice = Image.new("RGB", (310, 438)), random.Random(7)
        rough.putdata([tuple(dice.randint(-noise, noise) + 128 for _ in range(3)) for _ in range(310 * 438)])
        page = Image.blend(page, rough.resize(PAGE), 0.15)
    return page.convert(mode)


def encoded(page: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    page.save(out, "JPEG" if kind == JPEG else "PNG", **({"quality": 80} if kind == JPEG else {}))
    return out.getvalue()


def a_pdf(*pages: Image.Image, text: bool = False) -> bytes:
    """Scans, one a page, as a scanner writes them."""
    with pikepdf.new() as pdf:
        for page in pages:
            picture = pdf.make_stream(
                encoded(page, JPEG), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=page.width,
                Height=page.height, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
                ColorSpace=pikepdf.Name.DeviceGray if page.mode == "L" else pikepdf.Name.DeviceRGB,
            )  # fmt: skip
            used = {"/XObject": pikepdf.Dictionary({"/Im0": picture})}
            used |= {"/Font": pikepdf.Dictionary({"/F1": pikepdf.Dictionary()})} if text else {}
            pdf.add_blank_page(page_size=(595, 842)).Resources = pikepdf.Dictionary(used)
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


@pytest.mark.parametrize("kind", [JPEG, PNG])
def test_a_red_seal_is_seen_and_a_grey_copy_of_it_is_none(kind):
    assert coloured_share(encoded(a_page(seal=True), kind), kind) > 0.003
    assert coloured_share(encoded(a_page(seal=True, mode="L"), kind), kind) == 0
    assert coloured_share(encoded(a_page(seal=True, mode="L").convert("RGB"), kind), kind) == 0


def test_the_coloured_noise_of_a_scanner_is_no_colour():
    assert coloured_share(encoded(a_page(noise=60), JPEG), JPEG) == 0


def test_one_coloured_page_of_a_scanned_pdf_is_enough():
    grey, coloured = a_page(mode="L"), a_page(seal=True)
    assert coloured_share(a_pdf(grey, coloured), PDF) > 0.003
    assert coloured_share(a_pdf(grey, grey), PDF) == 0
    assert coloured_share(a_pdf(a_page()), PDF) == 0  # colours are possible there, and none is used


def test_of_a_pdf_that_was_never_paper_nothing_is_said():
    assert coloured_share(a_pdf(a_page(mode="L"), text=True), PDF) is None
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        out = io.BytesIO()
        pdf.save(out)
    assert coloured_share(out.getvalue(), PDF) is None


@pytest.mark.parametrize(("content", "kind"), [(b"", PNG), (b"%PDF-1.7 broken", PDF), (b"\xff\xd8\xff", JPEG)])
def test_what_cannot_be_read_is_not_told_and_nothing_raises(content, kind):
    assert coloured_share(content, kind) is None


def test_a_picture_of_too_many_pixels_is_not_decoded():
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    assert coloured_share(out.getvalue(), PNG) is None
