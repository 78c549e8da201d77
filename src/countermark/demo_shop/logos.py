"""What does a brand's mark look like? A sign and the name, or the name alone: the same name, the same mark."""

import hashlib
from collections.abc import Callable

from countermark.demo_shop.canvas import Canvas, Colour, colour_of, curve, lighter, mirrored, ring

_INKS = ("#1c2b3a", "#5b2a22", "#24463a", "#3a2f52", "#7a4a14", "#123f4a", "#6a1f36", "#2c2c2c")
_PAPER = (255, 255, 255)


def draw_logo(name: str, style: str = "wordmark") -> bytes:
    """Return a PNG of 720 x 432 pixels on white. `name` in Latin letters, `style` one of STYLES."""
    if style not in STYLES:
        raise ValueError(f"no style {style!r}; there are {', '.join(STYLES)}")
    ink = colour_of(_INKS[hashlib.sha256(name.encode()).digest()[0] % len(_INKS)])
    canvas = Canvas(_PAPER, floor=None)
    STYLES[style](canvas, ink, name)
    return canvas.png((0, 12, 120, 84), (720, 432))


def _wordmark(c: Canvas, ink: Colour, name: str) -> None:
    c.word(name, 60, 46, 96, 26, ink)
    c.line([(36, 66), (84, 66)], 0.8, ink)


def _signed(c: Canvas, ink: Colour, name: str) -> None:
    """The name under a sign."""
    c.word(name.upper(), 60, 70, 84, 10, ink)


def _badge(c: Canvas, ink: Colour, name: str) -> None:
    c.ellipse(60, 48, 32, 32, ink, 0)
    c.ellipse(60, 48, 30, 30, _PAPER, 0)
    c.ellipse(60, 48, 28.6, 28.6, ink, 0)
    c.word("".join(part[0] for part in name.replace("&", " ").split())[:2].upper(), 60, 42, 30, 20, _PAPER)
    c.word(name.upper(), 60, 61, 42, 5.4, lighter(ink, 0.8))


def _bird(c: Canvas, ink: Colour, name: str) -> None:
    wing = curve((20, 24), (36, 20), (50, 28), (60, 42))
    under = curve((60, 52), (52, 40), (40, 32), (30, 34))
    c.shape([*wing, *mirrored(wing)[0:], *mirrored(under), *under], ink, 0)
    c.shape([(60, 38), (65, 56), (60, 51), (55, 56)], ink, 0)
    _signed(c, ink, name)


def _shades(c: Canvas, ink: Colour, name: str) -> None:
    for x in (46, 74):
        dome = curve((x - 13, 46), (x - 13, 32), (x - 6, 25), (x, 25))
        c.shape([*dome, *mirrored(dome, x)], ink, 0)
        c.line([(x, 46), (x, 55)], 1.6, ink)
    c.line([(38, 56), (82, 56)], 1.4, ink)
    _signed(c, ink, name)


def _peak(c: Canvas, ink: Colour, name: str) -> None:
    c.shape([(30, 58), (52, 22), (66, 44), (72, 35), (90, 58)], ink, 0)
    c.line([(42, 37), (49, 32.5), (54, 37.5), (63, 31.5)], 1.5, _PAPER)
    _signed(c, ink, name)


def _wave(c: Canvas, ink: Colour, name: str) -> None:
    for low in (0, 9, 18):
        first = curve((32, 34 + low), (40, 24 + low), (52, 44 + low), (60, 34 + low))
        second = curve((60, 34 + low), (68, 24 + low), (80, 44 + low), (88, 34 + low))
        c.line([*first, *second], 3.2, lighter(ink, low / 40))
    _signed(c, ink, name)


def _leaf(c: Canvas, ink: Colour, name: str) -> None:
    edge = curve((60, 18), (40, 26), (42, 48), (60, 58))
    c.shape([*edge, *mirrored(edge)], ink, 0)
    c.line([(60, 28), (60, 62)], 1.2, _PAPER)
    for y in (38, 46):
        c.line([(60, y + 4), (53, y - 2)], 0.9, _PAPER)
        c.line([(60, y + 4), (67, y - 2)], 0.9, _PAPER)
    _signed(c, ink, name)


def _crown(c: Canvas, ink: Colour, name: str) -> None:
    c.shape([(38, 54), (34, 28), (48, 40), (60, 22), (72, 40), (86, 28), (82, 54)], ink, 0)
    for x, y in ((34, 27), (60, 21), (86, 27)):
        c.ellipse(x, y, 2.6, 2.6, ink, 0)
    _signed(c, ink, name)


def _sun(c: Canvas, ink: Colour, name: str) -> None:
    c.ellipse(60, 39, 11, 11, ink, 0)
    for outer, inner in zip(ring(60, 39, 21, 21)[::6], ring(60, 39, 14.5, 14.5)[::6], strict=True):
        c.line([inner, outer], 1.8, ink)
    _signed(c, ink, name)


STYLES: dict[str, Callable[[Canvas, Colour, str], None]] = {
    "wordmark": _wordmark, "badge": _badge, "bird": _bird, "shades": _shades, "peak": _peak, "wave": _wave, "leaf":
    _leaf, "crown": _crown, "sun": _sun,
}  # fmt: skip
