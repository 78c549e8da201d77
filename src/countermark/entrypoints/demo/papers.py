"""What do the papers of the demo look like? Certificates, invoices and letters as PDF, comparisons as PNG.

Made here, from words and drawn marks; nobody's real paper is shown. Latin text in Helvetica, Chinese in the song typeface
that every reader of PDF brings along, so that no font is needed to make them.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from countermark.demo_shop import draw_logo, draw_picture

PAGE = (595, 842)  # points: A4
MARGIN = 64
INK, SEAL = "0.11 0.15 0.21", "0.72 0.15 0.14"
FOOT = "Invented for the demo of Countermark; it proves nothing."
WIDE = "[\u2e80-\uffff]+|[^\u2e80-\uffff]+"  # from here on the characters of East Asia
SHEET = (1240, 540)  # pixels of a comparison
_CIRCLE = 0.5523  # of the radius: where the handles of a quarter circle lie


def document(title: str, lines: Sequence[str], *, logo: bytes | None = None, sealed: bool = True) -> bytes:
    """One page: a heading, a rule, the lines, the mark where there is one, and a round seal without words."""
    pdf = Pdf.new()
    page = pdf.add_blank_page(page_size=PAGE)
    fonts = Dictionary(A=_latin("/Helvetica"), B=_latin("/Helvetica-Bold"), C=_chinese(pdf))
    page.obj.Resources = Dictionary(Font=fonts)
    drawn = [_frame(), _text(title, MARGIN, 742, 20, bold=True), _rule(726), _text(FOOT, MARGIN, 56, 8)]
    drawn += [_text(line, MARGIN, 696 - 22 * n, 11) for n, line in enumerate(_wrapped(lines))]
    if logo is not None:
        page.obj.Resources.XObject = Dictionary(Mark=_picture(pdf, logo))
        drawn.append(f"q 180 0 0 108 {MARGIN} 96 cm /Mark Do Q")
    if sealed:
        drawn.append(_seal(446, 150, 48))
    page.obj.Contents = pdf.make_stream("\n".join(drawn).encode("latin-1"))
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _latin(name: str) -> Dictionary:
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name(name), Encoding=Name.WinAnsiEncoding)


def _chinese(pdf: Pdf) -> Dictionary:
    """Adobe's song typeface by name, not embedded: ISO 32000-2, 9.7.5."""
    system = Dictionary(Registry="Adobe", Ordering="GB1", Supplement=2)
    look = Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/STSong-Light"), Flags=6, FontBBox=Array([-25, -254, 1000, 880]),
        ItalicAngle=0, Ascent=880, Descent=-120, CapHeight=880, StemV=93,
    )  # fmt: skip
    glyphs = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name("/STSong-Light"), CIDSystemInfo=system,
        FontDescriptor=pdf.make_indirect(look), DW=1000, W=Array([1, 95, 500]),
    )  # fmt: skip
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/STSong-Light"), Encoding=Name("/UniGB-UTF16-H"),
        DescendantFonts=Array([pdf.make_indirect(glyphs)]),
    )  # fmt: skip


def _wrapped(lines: Sequence[str], most: int = 86) -> list[str]:
    """Lines broken at blanks where they are too long; a wide character counts twice."""
    made: list[str] = []
    for line in lines:
        current = ""
        for word in line.split(" "):
            wide = sum(2 if ord(c) > 0x2E80 else 1 for c in f"{current} {word}")
            made, current = ([*made, current], word) if current and wide > most else (made, f"{current} {word}".strip())
        made.append(current)
    return made


def _text(text: str, x: float, y: float, size: float, *, bold: bool = False) -> str:
    """The line, each run of characters in the typeface that has them."""
    runs = "".join(_run(run, size, "B" if bold else "A") for run in re.findall(WIDE, text))
    return f"BT {INK} rg {x} {y} Td {runs} ET"


def _run(run: str, size: float, latin: str) -> str:
    if ord(run[0]) >= 0x2E80:
        return f"/C {size} Tf <{run.encode('utf-16-be').hex()}> Tj "
    return f"/{latin} {size} Tf <{run.encode('cp1252', 'replace').hex()}> Tj "


def _frame() -> str:
    width, height = PAGE
    return (
        f"q 0.55 0.6 0.66 RG 1.2 w 36 36 {width - 72} {height - 72} re S 0.5 w 41 41 {width - 82} {height - 82} re S Q"
    )


def _rule(y: float) -> str:
    return f"q {INK} RG 0.8 w {MARGIN} {y} m {PAGE[0] - MARGIN} {y} l S Q"


def _seal(x: float, y: float, r: float) -> str:
    rings = " ".join(f"{_ring(x, y, r - inset)} S" for inset in (0, 6))
    diamond = f"{x} {y - 16} m {x + 16} {y} l {x} {y + 16} l {x - 16} {y} l h f"
    return f"q {SEAL} RG {SEAL} rg 2 w {rings} {diamond} Q"


def _ring(x: float, y: float, r: float) -> str:
    k = r * _CIRCLE
    return (
        f"{x + r} {y} m {x + r} {y + k} {x + k} {y + r} {x} {y + r} c {x - k} {y + r} {x - r} {y + k} {x - r} {y} c "
        f"{x - r} {y - k} {x - k} {y - r} {x} {y - r} c {x + k} {y - r} {x + r} {y - k} {x + r} {y} c"
    )


def _picture(pdf: Pdf, png: bytes) -> pikepdf.Object:
    with Image.open(io.BytesIO(png)) as opened:
        image = opened.convert("RGB").resize((360, 216))
    return pdf.make_stream(
        image.tobytes(), Type=Name.XObject, Subtype=Name.Image, Width=360, Height=216, ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
    )  # fmt: skip


def comparison(left: bytes, right: bytes) -> bytes:
    """Two pictures side by side on white, as PNG."""
    sheet = Image.new("RGB", SHEET, (255, 255, 255))
    for place, png in enumerate((left, right)):
        with Image.open(io.BytesIO(png)) as opened:
            picture = opened.convert("RGB")
        picture.thumbnail((SHEET[0] // 2 - 40, SHEET[1] - 40))
        x = place * SHEET[0] // 2 + (SHEET[0] // 2 - picture.width) // 2
        sheet.paste(picture, (x, (SHEET[1] - picture.height) // 2))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def picture(drawn: Sequence[str]) -> bytes:
    """The picture a world file names: `["logo", name, style]` or `[shape, colour, word]`."""
    return _drawn(*drawn)


@cache
def _drawn(kind: str, first: str, second: str = "") -> bytes:
    return draw_logo(first, second) if kind == "logo" else draw_picture(kind, first, second)


def titled(png: bytes, name: str) -> bytes:
    """The picture as a file of its own: a pixel in the corner is coloured by its name, so that no two are the same file."""
    with Image.open(io.BytesIO(png)) as opened:
        image = opened.convert("RGB")
    image.putpixel((0, 0), tuple(hashlib.sha256(name.encode()).digest()[:3]))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
