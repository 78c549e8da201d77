"""Pictures for tests, made of numbers: cloudy ones, as photographs are, with shapes on them. The same every time."""

import io
from typing import Any

import numpy as np
from PIL import Image


def cloudy(seed: int, rows: int = 240, columns: int = 320) -> Any:
    """Return a picture (rows, columns, 3) whose detail falls with its fineness, as in photographs (Field 1987)."""
    dice = np.random.default_rng(seed)
    down, across = np.meshgrid(np.fft.fftfreq(rows), np.fft.rfftfreq(columns), indexing="ij")
    falling = 1 / np.maximum(np.hypot(down, across), 1 / max(rows, columns)) ** 1.2
    channels = []
    for _ in range(3):
        noise = dice.normal(size=falling.shape) + 1j * dice.normal(size=falling.shape)
        channel = np.fft.irfft2(noise * falling, s=(rows, columns))
        channels.append((channel - channel.min()) / (channel.max() - channel.min()))
    shared = channels[0]
    picture = np.stack([0.7 * shared + 0.3 * channel for channel in channels], axis=-1) * 255
    for _ in range(6):
        top, left = dice.integers(0, rows * 3 // 4), dice.integers(0, columns * 3 // 4)
        picture[top : top + rows // 5, left : left + columns // 6] = dice.integers(0, 256, size=3)
    return picture.astype(np.uint8)


def encoded(pixels: Any, kind: str = "PNG", **options: Any) -> bytes:
    """Return pixels, or a Pillow image, as a file's bytes."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
