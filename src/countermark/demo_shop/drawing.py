"""What does a product look like? Sixteen shapes, each in any colour and with any Latin word printed on it."""

from collections.abc import Callable
from functools import lru_cache

from countermark.demo_shop.canvas import Canvas, Colour, colour_of, curve, darker, is_dark, lighter, mirrored, ring

# Walls to photograph against; `view` picks one. Light and dull, so that the product carries the colour.
_BACKDROPS = ("#dfe6df", "#e8e1d6", "#d9e2ea", "#eceae6", "#e1e6dd", "#e6dcdc", "#dde3e8")
# How close the camera stands, by view: all of it, near the middle, all of it again.
_FRAMES = ((0, 0, 120, 96), (26, 22, 101, 82), (9, 4, 114, 88))

Print = Callable[[str | None, float, float, float, float, Colour], None]


def ink_on(colour: Colour) -> Colour:
    """What is printed on this colour so that it can be read."""
    return lighter(colour, 0.82) if is_dark(colour) else darker(colour, 0.78)


@lru_cache(maxsize=2048)
def draw_picture(shape: str, colour: str, word: str = "", *, blurred: bool = False, view: int = 0) -> bytes:
    """Return a PNG of 720 x 576 pixels. `shape` is one of SHAPES, `colour` a name of canvas.NAMED or `#rrggbb`.

    `word` (Latin letters) is printed on the product, `blurred` as sellers do who hide a mark; `view` 0, 1, 2… varies
    wall and distance. The same arguments give the same bytes.
    """
    if shape not in SHAPES:
        raise ValueError(f"no shape {shape!r}; there are {', '.join(SHAPES)}")
    tone = colour_of(colour)
    wall = colour_of(_BACKDROPS[(sum(map(ord, shape + colour)) + view * 3) % len(_BACKDROPS)])
    canvas = Canvas(wall)
    cx, cy, width, height, ink = SHAPES[shape](canvas, tone)
    canvas.word(word, cx, cy, width, height, ink, blurred=blurred)
    return canvas.png(_FRAMES[view % len(_FRAMES)])


Place = tuple[float, float, float, float, Colour]  # where the word goes: centre, greatest width and height, ink


def _lamp(c: Canvas, tone: Colour) -> Place:
    """A mushroom lamp: base, stem, dome, and the light under it."""
    c.shadow(60, 82, 26, 5)
    foot = curve((40, 80), (42, 70), (54, 74), (56, 46))
    c.shape([*foot, *mirrored(foot)], tone, 0.3)
    c.ellipse(60, 80, 20, 3.4, darker(tone, 0.15))
    c.ellipse(60, 43, 30, 5, (255, 236, 190), 0.1)
    dome = curve((30, 43), (30, 22), (44, 14), (60, 14))
    c.shape([*dome, *mirrored(dome), *ring(60, 43, 30, 4)[:37]], tone, 0.32)
    c.shine(ring(46, 26.5, 6, 7.5), 95)
    return 60, 77, 26, 3.6, ink_on(tone)


def _pendant(c: Canvas, tone: Colour) -> Place:
    """A pendant lamp on its cord."""
    c.line([(60, 0), (60, 24)], 0.9, (40, 40, 42))
    c.box(55, 22, 65, 30, 2, darker(tone, 0.25))
    c.ellipse(60, 64, 34, 5.5, (255, 238, 198), 0.1)
    side = curve((26, 64), (28, 44), (44, 32), (56, 29))
    c.shape([*side, *mirrored(side), *ring(60, 64, 34, 4)[:37]], tone, 0.3)
    c.shine([(42, 40), (48, 36), (42, 60), (34, 60)], 75)
    return 60, 54, 36, 7, ink_on(tone)


def _binoculars(c: Canvas, tone: Colour) -> Place:
    c.shadow(60, 81, 44, 5)
    left = [(26, 24), (46, 24), (53, 74), (50, 80), (17, 80), (14, 74)]
    c.shape(left, tone, 0.3)
    c.shape(mirrored(left), tone, 0.3)
    c.box(43, 34, 77, 70, 4, darker(tone, 0.12), 0.15)
    for x in (36, 84):
        c.box(x - 13, 15, x + 13, 27, 3, darker(tone, 0.35))
        c.ellipse(x - (3 if x < 60 else -3), 78, 16.5, 4.4, darker(tone, 0.5))
        c.ellipse(x - (3 if x < 60 else -3), 78, 13, 3, (86, 116, 140), 0.4)
        c.line([(x - 15, 68), (x + 13, 68)] if x < 60 else [(x - 13, 68), (x + 15, 68)], 0.8, lighter(tone, 0.35))
    c.box(54, 28, 66, 37, 2, lighter(tone, 0.25))
    return 60, 58, 29, 7, ink_on(darker(tone, 0.12))


def _tote(c: Canvas, tone: Colour) -> Place:
    c.shadow(60, 84, 34, 4)
    for lift in (0.0, 3.0):
        c.line(curve((44, 36), (44, 4 + lift), (76, 4 + lift), (76, 36)), 2.6, darker(tone, 0.3 - lift / 20))
    c.shape([(30, 34), (90, 34), (93, 84), (27, 84)], tone, 0.16)
    c.line([(30, 36.5), (90, 36.5)], 0.35, darker(tone, 0.3))
    c.line([(44, 34), (43, 84)], 0.25, darker(tone, 0.12))
    return 60, 60, 46, 15, ink_on(tone)


def _backpack(c: Canvas, tone: Colour) -> Place:
    c.shadow(60, 85, 32, 4)
    c.line(curve((50, 16), (50, 5), (70, 5), (70, 16)), 2.2, darker(tone, 0.35))
    for x in (32, 88):
        c.box(x - 6, 46, x + 6, 78, 5, darker(tone, 0.2))
    c.box(32, 12, 88, 85, 15, tone, 0.2)
    c.line(curve((38, 40), (40, 14), (80, 14), (82, 40)), 0.6, darker(tone, 0.4))
    c.box(38, 50, 82, 80, 6, lighter(tone, 0.1), 0.15)
    c.line([(40, 55), (80, 55)], 0.7, darker(tone, 0.4))
    c.box(51, 28, 69, 38, 1.5, (126, 88, 58), 0.1)
    return 60, 67, 36, 10, ink_on(lighter(tone, 0.1))


def _headphones(c: Canvas, tone: Colour) -> Place:
    c.shadow(60, 84, 36, 4)
    c.line(curve((28, 58), (26, -4), (94, -4), (92, 58)), 8, darker(tone, 0.1))
    c.line(curve((29, 56), (28, 0), (92, 0), (91, 56)), 2, lighter(tone, 0.3))
    for x in (29, 91):
        inward = 6 if x < 60 else -6
        c.box(min(x, x + inward) - 5, 48, max(x, x + inward) + 5, 82, 7, darker(tone, 0.55))
        c.box(x - 8, 46, x + 8, 84, 8, tone, 0.3)
        c.shine(ring(x - 3.5, 62, 2.5, 10), 60)
    return 60, 11.4, 22, 4.4, ink_on(darker(tone, 0.1))


def _bear(c: Canvas, tone: Colour) -> Place:
    """A sitting plush bear with a chest patch."""
    c.shadow(60, 86, 32, 4)
    for x in (41, 79):
        c.ellipse(x, 16, 8.5, 8.5, tone)
        c.ellipse(x, 17, 4.8, 4.8, lighter(tone, 0.4), 0.1)
        c.ellipse(60 + (x - 60) * 1.35, 60, 7, 13, darker(tone, 0.08))
    c.ellipse(60, 66, 23, 20, tone, 0.18)
    for x in (40, 80):
        c.ellipse(x, 80, 11, 8, darker(tone, 0.05))
        c.ellipse(x, 80, 6, 4.4, lighter(tone, 0.4), 0.1)
    c.ellipse(60, 29, 24, 21, tone, 0.18)
    c.ellipse(60, 36, 10.5, 8, lighter(tone, 0.45), 0.1)
    c.ellipse(60, 32, 3.4, 2.4, (40, 30, 28), 0.1)
    for x in (51, 69):
        c.ellipse(x, 25, 2, 2.2, (34, 28, 28), 0)
    patch = lighter(tone, 0.55)
    c.ellipse(60, 65, 15, 12, patch, 0.06)
    return 60, 65, 24, 7, ink_on(patch)


def _train(c: Canvas, tone: Colour) -> Place:
    """A wooden toy train."""
    c.shadow(60, 82, 48, 4)
    wood = (196, 152, 98)
    c.box(14, 62, 106, 72, 2, wood, 0.12)
    c.box(18, 42, 62, 63, 10, tone, 0.14)
    c.box(62, 24, 98, 63, 2, darker(tone, 0.12), 0.14)
    c.box(58, 19, 102, 26, 2, wood, 0.12)
    c.box(69, 31, 91, 45, 2, (218, 230, 236), 0.1)
    c.box(27, 28, 37, 43, 1, darker(tone, 0.35))
    c.box(24.5, 24, 39.5, 30, 2, wood)
    for x, r in ((29, 9), (52, 9), (85, 12)):
        c.ellipse(x, 82 - r, r, r, darker(wood, 0.45))
        c.ellipse(x, 82 - r, r * 0.62, r * 0.62, wood, 0.1)
        c.ellipse(x, 82 - r, r * 0.2, r * 0.2, darker(wood, 0.6), 0)
    return 40, 53, 36, 8, ink_on(tone)


def _vase(c: Canvas, tone: Colour) -> Place:
    c.shadow(60, 84, 22, 4)
    for tip, bend in (((44, 4), (50, 22)), ((62, 1), (60, 20)), ((77, 7), (70, 20))):
        c.line(curve((60, 32), bend, bend, tip), 0.8, (104, 116, 82))
        c.ellipse(tip[0], tip[1] + 2, 2.6, 4.2, (214, 186, 122), 0.2)
    side = curve((52, 28), (50, 40), (33, 44), (35, 62)) + curve((35, 62), (37, 76), (46, 80), (47, 84))
    c.shape([*side, *mirrored(side)], tone, 0.26)
    c.ellipse(60, 28, 8, 1.8, darker(tone, 0.5))
    c.line(curve((38, 52), (50, 56), (70, 56), (82, 52)), 0.5, darker(tone, 0.25))
    c.shine(ring(44.5, 60, 3.5, 10), 80)
    return 60, 65, 34, 8, ink_on(tone)


def _mug(c: Canvas, tone: Colour) -> Place:
    c.shadow(58, 83, 30, 4)
    c.line(curve((80, 38), (104, 34), (104, 72), (79, 70)), 5, darker(tone, 0.15))
    c.shape([(30, 26), (82, 26), (79, 78), *ring(56, 79, 23, 4.5)[:37], (33, 78)], tone, 0.22)
    c.ellipse(56, 26, 26, 5, darker(tone, 0.28))
    c.ellipse(56, 27.5, 22, 3.4, (92, 58, 38), 0.2)
    return 56, 54, 40, 13, ink_on(tone)


def _watch(c: Canvas, tone: Colour) -> Place:
    strap = darker(tone, 0.1)
    c.shadow(61, 85, 17, 4, 70)
    c.shape([(49, 2), (71, 2), (74, 28), (46, 28)], strap, 0.25)
    c.shape([(46, 66), (74, 66), (71, 90), (49, 90)], strap, 0.25)
    c.ellipse(60, 47, 27, 27, (150, 152, 156), 0.35)
    c.box(86, 44, 91, 50, 1, (150, 152, 156))
    face = (246, 243, 235)
    c.ellipse(60, 47, 23, 23, face, 0.05)
    for x, y in ring(60, 47, 20, 20)[::6]:
        c.ellipse(x, y, 0.8, 0.8, (60, 62, 66), 0)
    c.line([(60, 47), (50, 39)], 1.1, (40, 42, 46))
    c.line([(60, 47), (72, 36)], 0.8, (40, 42, 46))
    c.line([(60, 47), (61, 64)], 0.3, tone)
    c.ellipse(60, 47, 1.4, 1.4, tone, 0)
    return 60, 57, 24, 4.6, (60, 62, 66)


def _sneaker(c: Canvas, tone: Colour) -> Place:
    c.shadow(60, 79, 48, 4)
    upper = (
        curve((16, 68), (15, 48), (18, 38), (22, 34)) + curve((22, 34), (30, 40), (40, 40), (46, 30))
        + curve((46, 30), (62, 44), (72, 50), (86, 53)) + curve((86, 53), (100, 56), (105, 62), (105, 70))
    )  # fmt: skip
    c.shape([*upper, (16, 70)], tone, 0.16)
    seam, edge = curve((84, 53), (88, 60), (86, 66), (84, 70)), curve((105, 70), (105, 60), (98, 56), (84, 53))
    c.shape([*seam, *edge], lighter(tone, 0.22), 0.1)
    c.box(14, 68, 107, 78, 4.5, (240, 238, 232), 0.06)
    c.line([(16, 73), (104, 73)], 0.5, (196, 192, 184))
    for step in range(5):
        x, y = 50 + step * 6.4, 37 + step * 3.3
        c.line([(x, y), (x - 5, y + 5.4)], 1.2, (244, 242, 236))
    return 42, 58, 36, 8, ink_on(tone)


def _kettle(c: Canvas, tone: Colour) -> Place:
    c.shadow(58, 83, 34, 4)
    c.line(curve((84, 40), (106, 30), (108, 70), (86, 72)), 4.2, (58, 44, 36))
    c.line(curve((34, 66), (20, 64), (22, 40), (10, 32)), 3.4, darker(tone, 0.1))
    side = curve((40, 28), (34, 44), (27, 62), (28, 82))
    c.shape([*side, *mirrored(side, 59)], tone, 0.3)
    c.ellipse(59, 28, 19, 3.6, lighter(tone, 0.15))
    c.ellipse(59, 26, 15, 3, darker(tone, 0.15))
    c.ellipse(59, 21, 4, 3.6, (58, 44, 36))
    c.shine([(42, 36), (47, 36), (42, 76), (36, 76)], 80)
    return 59, 62, 38, 9, ink_on(tone)


def _bottle(c: Canvas, tone: Colour) -> Place:
    """A perfume bottle."""
    c.shadow(60, 84, 25, 4)
    c.box(50, 8, 70, 26, 2, darker(tone, 0.55), 0.35)
    c.box(54, 25, 66, 32, 1, (206, 182, 120), 0.3)
    c.box(36, 31, 84, 84, 5, lighter(tone, 0.45), 0.16)
    c.box(40, 44, 80, 80, 3, lighter(tone, 0.12), 0.22)
    label = (248, 245, 238)
    c.box(44, 52, 76, 71, 0.8, label, 0.03)
    return 60, 61.5, 28, 8, ink_on(label)


def _speaker(c: Canvas, tone: Colour) -> Place:
    c.shadow(60, 83, 40, 4)
    c.box(20, 24, 100, 82, 9, tone, 0.18)
    for x, r in ((43, 17), (79, 13)):
        c.ellipse(x, 50, r, r, darker(tone, 0.5))
        c.ellipse(x, 50, r * 0.78, r * 0.78, darker(tone, 0.7), 0.1)
        c.ellipse(x, 50, r * 0.34, r * 0.34, (120, 122, 126), 0.4)
    c.line(curve((44, 25), (46, 10), (74, 10), (76, 25)), 3, (126, 88, 58))
    return 60, 75, 34, 5.4, ink_on(tone)


def _phone_case(c: Canvas, tone: Colour) -> Place:
    c.shadow(62, 84, 22, 4)
    c.box(38, 8, 82, 86, 8, tone, 0.2)
    c.box(42, 12, 62, 32, 6, darker(tone, 0.35), 0.1)
    for x, y in ((47.5, 17.5), (56.5, 17.5), (47.5, 26.5)):
        c.ellipse(x, y, 3.6, 3.6, (34, 38, 44), 0.3)
        c.ellipse(x - 0.8, y - 0.8, 1.1, 1.1, (150, 170, 190), 0)
    c.line([(40, 40), (80, 78)], 0.25, lighter(tone, 0.25))
    return 60, 58, 34, 9, ink_on(tone)


SHAPES: dict[str, Callable[[Canvas, Colour], Place]] = {
    "lamp": _lamp, "pendant": _pendant, "binoculars": _binoculars, "tote": _tote, "backpack": _backpack,
    "headphones": _headphones, "bear": _bear, "train": _train, "vase": _vase, "mug": _mug, "watch": _watch,
    "sneaker": _sneaker, "kettle": _kettle, "bottle": _bottle, "speaker": _speaker, "phone_case": _phone_case,
}  # fmt: skip
