"""Drawn pictures of goods, as shops show them: a thing of some shape with a surface and a label, on some ground, in some light.

Each number is a scene of its own, the same every time. As articles of two brands do, two of them may share a shape, a kind of
pattern or of ground, the line below the name and the type it is all set in; names and signs are made anew. In three of ten
the thing has no label.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from matching.made_pictures import cloudy

SIDE = 560  # pixels
Points = list[tuple[float, float]]
Pattern = Callable[[random.Random, Any, Any], Any]

# Things turned on a lathe: from top to bottom how wide they are, both in shares of their height.
TURNED: dict[str, Points] = {
    "bottle": [(0, 0.07), (0.1, 0.07), (0.3, 0.09), (0.42, 0.17), (0.97, 0.17), (1, 0.15)],
    "flask": [(0, 0.09), (0.06, 0.1), (0.07, 0.16), (0.98, 0.16), (1, 0.14)],
    "jar": [(0, 0.26), (0.14, 0.26), (0.16, 0.24), (0.22, 0.3), (0.95, 0.3), (1, 0.26)],
    "can": [(0, 0.24), (0.05, 0.27), (0.95, 0.27), (1, 0.24)],
    "cup": [(0, 0.42), (0.6, 0.36), (0.94, 0.28), (1, 0.26)],
    "vase": [(0, 0.18), (0.15, 0.11), (0.45, 0.3), (0.75, 0.27), (1, 0.14)],
    "spray": [(0, 0.06), (0.12, 0.06), (0.13, 0.13), (0.2, 0.16), (0.98, 0.16), (1, 0.15)],
    "lamp": [(0, 0.15), (0.45, 0.38), (0.46, 0.05), (0.9, 0.06), (0.93, 0.24), (1, 0.25)],
    "tube": [(0, 0.22), (0.8, 0.15), (0.83, 0.08), (1, 0.08)],
}
# Things lying flat, by their corners, in shares of a square.
FLAT: dict[str, Points] = {
    "shirt": [
        (0.3, 0.08),
        (0.42, 0.14),
        (0.58, 0.14),
        (0.7, 0.08),
        (1, 0.28),
        (0.88, 0.44),
        (0.78, 0.38),
        (0.78, 0.95),
        (0.22, 0.95),
        (0.22, 0.38),
        (0.12, 0.44),
        (0, 0.28),
    ],
    "trousers": [(0.25, 0.02), (0.75, 0.02), (0.85, 0.98), (0.58, 0.98), (0.5, 0.35), (0.42, 0.98), (0.15, 0.98)],
    "shoe": [
        (0.05, 0.35),
        (0.3, 0.38),
        (0.48, 0.52),
        (0.8, 0.6),
        (0.97, 0.72),
        (0.97, 0.82),
        (0.03, 0.82),
        (0.02, 0.55),
    ],
    "bag": [(0.1, 0.35), (0.3, 0.35), (0.36, 0.1), (0.64, 0.1), (0.7, 0.35), (0.9, 0.35), (0.97, 0.95), (0.03, 0.95)],
    "cap": [(0.1, 0.62), (0.14, 0.35), (0.32, 0.2), (0.55, 0.2), (0.72, 0.36), (0.76, 0.55), (1, 0.66), (0.8, 0.72)],
    "box": [(0.05, 0.25), (0.5, 0.12), (0.95, 0.25), (0.95, 0.8), (0.5, 0.97), (0.05, 0.8)],
    "book": [(0.16, 0.05), (0.84, 0.05), (0.84, 0.95), (0.16, 0.95)],
    "phone": [
        (0.28, 0.02),
        (0.72, 0.02),
        (0.75, 0.06),
        (0.75, 0.94),
        (0.72, 0.98),
        (0.28, 0.98),
        (0.25, 0.94),
        (0.25, 0.06),
    ],
    "cushion": [
        (0.04, 0.06),
        (0.5, 0.11),
        (0.96, 0.06),
        (0.91, 0.5),
        (0.96, 0.94),
        (0.5, 0.89),
        (0.04, 0.94),
        (0.09, 0.5),
    ],
}
SHAPES = [*TURNED, *FLAT]
SYLLABLES = "ba ke lo mi nu ra se ti vo xa dor fen gal hil jun kor lum mer nix pol quen rys sol tam ver wyn zel".split()
LINES = "net 250 ml|made to last|since 1987|extra soft|size M|no. 5|for daily use|pure cotton|art. 40-17|best before 2029".split(
    "|"
)


def drawn(number: int) -> Image.Image:
    """Return the scene of that number."""
    dice = random.Random(f"goods {number}")
    shape = SHAPES[number % len(SHAPES)]
    picture, light = ground(dice), hue(dice)
    size = round(SIDE * dice.uniform(0.62, 0.9))
    thing, cover = surface(dice, shape, size), outline(dice, shape, size)
    if dice.random() < 0.7:
        labelled(dice, thing, cover)
    turned = dice.uniform(-8, 8)
    thing, cover = (one.rotate(turned, Image.Resampling.BICUBIC) for one in (thing, cover))
    place = tuple(round((SIDE - size) / 2 + dice.uniform(-0.06, 0.06) * SIDE) for _ in range(2))
    shade(picture, cover, place)
    picture.paste(thing, place, cover)
    return lit(dice, picture, light)


def hue(dice: random.Random, least: int = 20, most: int = 235) -> tuple[int, int, int]:
    return dice.randint(least, most), dice.randint(least, most), dice.randint(least, most)


def ground(dice: random.Random) -> Image.Image:
    """Return what the thing stands on: white, one colour fading, a wall, boards, tiles."""
    kind = dice.choice(("white", "white", "fading", "wall", "boards", "tiles"))
    if kind == "white":
        return Image.new("RGB", (SIDE, SIDE), "white")
    down, across = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    if kind == "wall":
        spots = cloudy(dice.randrange(1 << 30), SIDE, SIDE).astype(float) - 128
        return toned(spots.mean(axis=2) * 0.35 / 255, hue(dice, 120))
    if kind == "boards":
        wide = dice.uniform(0.08, 0.2)
        grain = np.sin((across + 0.03 * np.sin(down * dice.uniform(4, 9))) * dice.uniform(90, 160))
        return toned(
            0.06 * grain + 0.12 * (np.floor(down / wide) % 3 - 1) - 0.3 * (down % wide < 0.006), hue(dice, 90, 200)
        )
    if kind == "tiles":
        wide = dice.uniform(0.1, 0.25)
        return toned(-0.25 * ((down % wide < 0.012) | (across % wide < 0.012)) + 0.1 * down, hue(dice, 130))
    return toned(dice.uniform(-0.4, 0.4) * down + dice.uniform(-0.2, 0.2) * across, hue(dice, 100))


def toned(lighter: Any, colour: tuple[int, int, int]) -> Image.Image:
    """Return one colour, lighter and darker by shares."""
    pixels = np.asarray(colour) * (1 + np.asarray(lighter)[..., None])
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


PATTERNS: tuple[Pattern, ...] = (
    lambda dice, down, across: 0 * down,
    lambda dice, down, across: 0 * down,
    lambda dice, down, across: 0.35 * np.sign(np.sin(down * dice.uniform(25, 90))),
    lambda dice, down, across: 0.35 * np.sign(np.sin(across * dice.uniform(25, 90) + down * dice.uniform(-30, 30))),
    lambda dice, down, across: (
        0.2 * np.sign(np.sin(down * (step := dice.uniform(20, 60)))) + 0.2 * np.sign(np.sin(across * step))
    ),
    lambda dice, down, across: 0.4 * (np.sin(down * (step := dice.uniform(30, 70))) * np.sin(across * step) > 0.55),
    lambda dice, down, across: 0.12 * np.sin(down * 240) * np.sin(across * dice.uniform(150, 260)),
    lambda dice, down, across: 0.3 * ((cloudy(dice.randrange(1 << 30), *down.shape)[..., 0] > 128) - 0.5),
)


def surface(dice: random.Random, shape: str, size: int) -> Image.Image:
    """Return what the thing is covered with, and how it curves."""
    down, across = np.mgrid[0:size, 0:size] / size
    pattern = dice.choice(PATTERNS)(dice, down, across)
    curve = -0.9 * (across - 0.5) ** 2 + 0.15 * (across < 0.42) if shape in TURNED else -0.15 * (across > 0.5)
    return toned(pattern + curve, hue(dice))


def outline(dice: random.Random, shape: str, size: int) -> Image.Image:
    """Return where the thing is, 255 inside."""
    cover = Image.new("L", (size, size), 0)
    wider = dice.uniform(0.85, 1.2)
    if shape in TURNED:
        half = [(down, wide * wider) for down, wide in TURNED[shape]]
        corners = [(0.5 + wide, down) for down, wide in half] + [(0.5 - wide, down) for down, wide in reversed(half)]
    else:
        corners = [(0.5 + (across - 0.5) * min(wider, 1), down) for across, down in FLAT[shape]]
    ImageDraw.Draw(cover).polygon([(across * size, down * (size - 1)) for across, down in corners], fill=255)
    return cover.filter(ImageFilter.GaussianBlur(1))


def labelled(dice: random.Random, thing: Image.Image, cover: Image.Image) -> None:
    """Put a label on the thing: a name, a sign, a line."""
    left, top, right, bottom = cover.getbbox() or (0, 0, *thing.size)
    wide, high = (right - left) * dice.uniform(0.45, 0.6), (bottom - top) * dice.uniform(0.25, 0.4)
    middle = (left + right) / 2, top + (bottom - top) * dice.uniform(0.5, 0.7)
    paper, ink = hue(dice, 150, 255), hue(dice, 0, 110)
    draw = ImageDraw.Draw(thing)
    box = (middle[0] - wide / 2, middle[1] - high / 2, middle[0] + wide / 2, middle[1] + high / 2)
    if dice.random() < 0.7:
        draw.rounded_rectangle(box, radius=dice.uniform(0, high / 4), fill=paper, outline=ink, width=dice.randint(0, 3))
    else:
        ink = paper
    written(dice, draw, box, ink)


def written(dice: random.Random, draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], ink: Any) -> None:
    left, top, right, bottom = box
    high, middle = bottom - top, (left + right) / 2
    name = "".join(dice.choices(SYLLABLES, k=dice.randint(3, 4)))
    name = dice.choice((name.title(), name.upper(), name))
    size = min(high * 0.36, (right - left) * 1.6 / len(name))
    draw.text((middle, top + high * 0.62), name, fill=ink, font_size=max(8, size), anchor="mm")
    draw.text((middle, top + high * 0.87), dice.choice(LINES), fill=ink, font_size=max(7, size * 0.4), anchor="mm")
    draw.polygon(sign(dice, middle, top + high * 0.25, high * 0.2), fill=ink)


def sign(dice: random.Random, across: float, down: float, size: float) -> Points:
    """Return the corners of a sign: a star, a leaf or a crest, as the dice fall."""
    rays, inner, lean = dice.randint(3, 9), dice.uniform(0.35, 0.95), dice.uniform(0, pi)
    turns = ((lean + pi * step / rays, size * (inner if step % 2 else 1)) for step in range(2 * rays))
    return [(across + far * cos(turn) * dice.uniform(0.9, 1.1), down + far * sin(turn)) for turn, far in turns]


def shade(picture: Image.Image, cover: Image.Image, place: tuple[int, int]) -> None:
    """Let the thing throw a soft shadow."""
    dark = Image.new("L", picture.size, 0)
    dark.paste(cover.point(lambda value: value * 90 // 255), (place[0] + 10, place[1] + 14))
    picture.paste((20, 20, 25), (0, 0), dark.filter(ImageFilter.GaussianBlur(12)))


def lit(dice: random.Random, picture: Image.Image, light: tuple[int, int, int]) -> Image.Image:
    """Return the picture in the light of one side, with the noise of a camera."""
    down, across = np.mgrid[0:SIDE, 0:SIDE] / SIDE - 0.5
    fall = 1 + dice.uniform(-0.25, 0.25) * down + dice.uniform(-0.25, 0.25) * across
    tint = 1 + (np.asarray(light) / 255 - 0.5) * 0.12
    noise = np.random.default_rng(dice.randrange(1 << 30)).normal(scale=dice.uniform(1, 4), size=(SIDE, SIDE, 1))
    pixels = np.asarray(picture) * fall[..., None] * tint + noise
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(dice.uniform(0, 0.8)))
