"""In which ways are pictures changed before they are used again? The 13 edits of the benches of recognition."""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import sqrt
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from matching.made_pictures import encoded


def cropped(share: float) -> Callable[[Image.Image], Image.Image]:
    """Return an edit that leaves away so much of the area, at all sides alike."""
    rest = sqrt(1 - share)
    return lambda image: image.crop(
        (
            round(image.width * (1 - rest) / 2),
            round(image.height * (1 - rest) / 2),
            round(image.width * (1 + rest) / 2),
            round(image.height * (1 + rest) / 2),
        )
    )


def marked(image: Image.Image) -> Image.Image:
    image = image.copy()
    size = max(10, image.width // 8)
    ImageDraw.Draw(image).text(
        (image.width * 0.1, image.height * 0.45), "SHOP 24", fill=(235, 235, 235), font_size=size
    )
    return image


def framed(image: Image.Image) -> Image.Image:
    wide, high = round(image.width * 0.06), round(image.height * 0.06)
    ground = Image.new("RGB", (image.width + 2 * wide, image.height + 2 * high), (30, 60, 140))
    ground.paste(image, (wide, high))
    return ground


def blurred(image: Image.Image) -> Image.Image:
    box = (image.width // 4, image.height // 4, image.width * 3 // 4, image.height * 3 // 4)
    image = image.copy()
    image.paste(image.crop(box).filter(ImageFilter.GaussianBlur(image.width / 40)), box)
    return image


def stuck(image: Image.Image) -> Image.Image:
    image = image.copy()
    left, top, size = image.width * 0.6, image.height * 0.6, min(image.size) * 0.35
    ImageDraw.Draw(image).ellipse((left, top, left + size, top + size), fill=(240, 200, 20))
    return image


def mirrored(image: Image.Image) -> Image.Image:
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def halved(image: Image.Image) -> Image.Image:
    return image.resize((max(1, image.width // 2), max(1, image.height // 2)))


EDITS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "jpeg q30": lambda image: image,
    "half the size": halved,
    "crop 10 %": cropped(0.1),
    "crop 20 %": cropped(0.2),
    "crop 30 %": cropped(0.3),
    "watermark": marked,
    "border 6 %": framed,
    "mirror": mirrored,
    "rotate 5 degrees": lambda image: image.rotate(5, fillcolor="white"),
    "blur 25 %": blurred,
    "sticker": stuck,
    "crop, watermark, small": lambda image: halved(marked(cropped(0.2)(image))),
    "mirror and crop 20 %": lambda image: cropped(0.2)(mirrored(image)),
}
SAID = {  # of the edits whose names say too little
    "jpeg q30": "JPEG quality 30",
    "crop 10 %": "crop 10 % of the area",
    "blur 25 %": "blur 25 % of the area",
    "crop, watermark, small": "crop 20 %, watermark, half the size, quality 50",
}
QUALITY = {"jpeg q30": 30, "crop, watermark, small": 50}


def saved(image: Image.Image, edit: str) -> bytes:
    """Return a picture after an edit, as a listing would bring it."""
    return encoded(EDITS[edit](image), "JPEG", quality=QUALITY.get(edit, 85))
