"""How is anything drawn: a sheet of 120 x 96 units, shapes lit from the left, soft shadows, printed words.

Drawn at twice the size and scaled down, so that edges are smooth. Pillow alone, with the font Pillow ships: the same
input gives the same picture on every machine.
"""

import io
import math
from collections.abc import Iterable
from functools import lru_cache

from PIL import Image, ImageColor, ImageDraw, ImageFilter, ImageFont

UNITS = (120, 96)
SIZE = (720, 576)
_SCALE = 12  # pixels a unit while drawing; SIZE is half of it
_SMOOTH = Image.Resampling.BILINEAR
_SHEET = (UNITS[0] * _SCALE, UNITS[1] * _SCALE)

Colour = tuple[int, int, int]
Point = tuple[float, float]

NAMED = {
    "brass": "#b08d3e", "copper": "#b4693f", "navy": "#24364f", "forest": "#2f4a3a", "charcoal": "#33363a", "cream":
    "#e9dfc8", "sand": "#cdb38b", "terracotta": "#b5573a", "olive": "#6b6f3a", "sky": "#7fa6c2", "rose": "#c58a8a",
    "plum": "#5e3a56", "mustard": "#c8962e", "white": "#f3f1ec", "red": "#a8322d", "teal": "#2a6a6c", "walnut":
    "#6d4a32", "oak": "#b98f5e", "silver": "#b4b9bd", "black": "#1d1f21", "mint": "#9cc4ae", "lilac": "#a79ac2",
}  # fmt: skip


def colour_of(name: str) -> Colour:
    """A colour by one of our names, a CSS name or `#rrggbb`; ValueError when it is none of these."""
    red, green, blue = ImageColor.getrgb(NAMED.get(name, name))[:3]
    return red, green, blue


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with a share (0 to 1) of `other`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def lighter(colour: Colour, share: float) -> Colour:
    return mixed(colour, (255, 255, 255), share)


def darker(colour: Colour, share: float) -> Colour:
    return mixed(colour, (12, 14, 18), share)


def is_dark(colour: Colour) -> bool:
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2] < 128


def curve(start: Point, bend1: Point, bend2: Point, end: Point, steps: int = 24) -> list[Point]:
    """A cubic Bézier as points."""
    return [
        (
            (1 - t) ** 3 * start[0] + 3 * (1 - t) ** 2 * t * bend1[0] + 3 * (1 - t) * t**2 * bend2[0] + t**3 * end[0],
            (1 - t) ** 3 * start[1] + 3 * (1 - t) ** 2 * t * bend1[1] + 3 * (1 - t) * t**2 * bend2[1] + t**3 * end[1],
        )
        for t in (step / steps for step in range(steps + 1))
    ]


def mirrored(points: Iterable[Point], axis: float = 60) -> list[Point]:
    """The same points on the other side of a vertical line, in reverse order, so that both halves close."""
    return [(2 * axis - x, y) for x, y in reversed(list(points))]


def ring(cx: float, cy: float, rx: float, ry: float) -> list[Point]:
    """An ellipse as points."""
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in (math.tau * i / 72 for i in range(72))]


class Canvas:
    """One picture in the making. Coordinates in units; colours as RGB."""

    def __init__(self, backdrop: Colour, floor: float | None = 74) -> None:
        self.image = Image.new("RGB", _SHEET, backdrop)
        if floor is not None:
            self._room(backdrop, floor)

    def _room(self, backdrop: Colour, floor: float) -> None:
        wall = _gradient(lighter(backdrop, 0.35), backdrop, upright=True)
        line = round(floor * _SCALE)
        self.image.paste(wall.resize((_SHEET[0], line), _SMOOTH), (0, 0))
        ground = _gradient(darker(backdrop, 0.14), darker(backdrop, 0.04), upright=True)
        self.image.paste(ground.resize((_SHEET[0], _SHEET[1] - line), _SMOOTH), (0, line))

    def shadow(self, cx: float, cy: float, rx: float, ry: float, strength: int = 90) -> None:
        """A soft dark ellipse, under what stands on the floor."""
        self._soft(ring(cx, cy, rx, ry), (20, 22, 26), strength, blur=1.6)

    def shape(self, points: Iterable[Point], colour: Colour, lit: float = 0.22) -> None:
        """A filled polygon, lighter on its left and darker on its right by the share `lit`."""
        placed = [(x * _SCALE, y * _SCALE) for x, y in points]
        left, top = (max(0, math.floor(min(axis))) for axis in zip(*placed, strict=True))
        right, low = (math.ceil(max(axis)) + 1 for axis in zip(*placed, strict=True))
        mask = Image.new("L", (right - left, low - top), 0)
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in placed], fill=255)
        paint = _gradient(lighter(colour, lit), darker(colour, lit), upright=False).resize(mask.size, _SMOOTH)
        self.image.paste(paint, (left, top), mask)

    def ellipse(self, cx: float, cy: float, rx: float, ry: float, colour: Colour, lit: float = 0.22) -> None:
        self.shape(ring(cx, cy, rx, ry), colour, lit)

    def box(self, x0: float, y0: float, x1: float, y1: float, radius: float, colour: Colour, lit: float = 0.22) -> None:
        """A rectangle with round corners."""
        corners = ((x1 - radius, y1 - radius, 0), (x0 + radius, y1 - radius, 1), (x0 + radius, y0 + radius, 2),
                   (x1 - radius, y0 + radius, 3))  # fmt: skip
        self.shape(
            [
                (cx + radius * math.cos(a), cy + radius * math.sin(a))
                for cx, cy, quarter in corners
                for a in (math.pi / 2 * (quarter + step / 8) for step in range(9))
            ],
            colour,
            lit,
        )

    def line(self, points: Iterable[Point], width: float, colour: Colour) -> None:
        """A line with round ends and joints."""
        placed = [(x * _SCALE, y * _SCALE) for x, y in points]
        draw, thick = ImageDraw.Draw(self.image), round(width * _SCALE)
        draw.line(placed, fill=colour, width=thick, joint="curve")
        for x, y in (placed[0], placed[-1]):
            draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=colour)

    def word(
        self, text: str, cx: float, cy: float, width: float, height: float, colour: Colour, *, blurred: bool = False
    ) -> None:
        """`text` centred in a box of at most `width` x `height`; blurred, as sellers do who hide a mark."""
        if not text:
            return
        if not text.isascii():
            raise ValueError(f"{text!r} cannot be printed: the pictures use the Latin font that comes with Pillow")
        font = _fitting(text, width * _SCALE, height * _SCALE)
        margin = round(font.size)
        left, top, right, low = (round(edge) for edge in font.getbbox(text, anchor="mm", stroke_width=1))
        layer = Image.new("L", (right - left + 2 * margin, low - top + 2 * margin), 0)
        middle = (margin - left, margin - top)
        ImageDraw.Draw(layer).text(middle, text, font=font, fill=255, anchor="mm", stroke_width=1)
        if blurred:
            layer = layer.filter(ImageFilter.GaussianBlur(font.size / 6))
        self.image.paste(colour, (round(cx * _SCALE) - middle[0], round(cy * _SCALE) - middle[1]), layer)

    def shine(self, points: Iterable[Point], strength: int = 70) -> None:
        """A soft white reflex of that outline."""
        self._soft(list(points), (255, 255, 255), strength, blur=0.75)

    def _soft(self, points: list[Point], colour: Colour, strength: int, blur: float) -> None:
        """A polygon with blurred edges, drawn small and only where it is; `blur` in units."""
        grain, margin = 4, 3 * blur
        left, top = (math.floor(min(axis) - margin) for axis in zip(*points, strict=True))
        right, low = (math.ceil(max(axis) + margin) for axis in zip(*points, strict=True))
        mask = Image.new("L", ((right - left) * grain, (low - top) * grain), 0)
        ImageDraw.Draw(mask).polygon([((x - left) * grain, (y - top) * grain) for x, y in points], fill=strength)
        size = ((right - left) * _SCALE, (low - top) * _SCALE)
        soft = mask.filter(ImageFilter.GaussianBlur(blur * grain)).resize(size, _SMOOTH)
        self.image.paste(colour, (left * _SCALE, top * _SCALE), soft)

    def png(self, frame: tuple[float, float, float, float] | None = None, size: tuple[int, int] = SIZE) -> bytes:
        """The picture, or the part of it inside `frame` (x0, y0, x1, y1 in units), as PNG."""
        x0, y0, x1, y1 = (round(value * _SCALE) for value in (frame or (0, 0, *UNITS)))
        out = io.BytesIO()
        small = self.image.crop((x0, y0, x1, y1)).resize(size, Image.Resampling.BOX)
        small.save(out, "PNG")
        return out.getvalue()


@lru_cache(maxsize=256)
def _gradient(start: Colour, end: Colour, upright: bool) -> Image.Image:
    strip = Image.new("RGB", (1, 64) if upright else (64, 1))
    strip.putdata([mixed(start, end, step / 63) for step in range(64)])
    return strip


@lru_cache(maxsize=512)
def _fitting(text: str, width: float, height: float) -> ImageFont.FreeTypeFont:
    probe = ImageFont.load_default(100)
    left, top, right, low = probe.getbbox(text)
    size = max(6, int(100 * min(width / (right - left), height / (low - top))))
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType; install the wheel")
    return font
