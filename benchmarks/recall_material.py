"""Which pictures is recognition measured with, which show one scene, and which are known and which strangers?

Materials are in `recall_material.toml`. Scenes are dealt by a hash of their names into a half for tuning and one for testing,
each of them into known pictures and strangers; of a scene one picture is taken. Scenes of which two pictures have near hashes,
or that two materials share, are one.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Executor
from fnmatch import fnmatch
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from drawn_goods import drawn
from PIL import Image

from countermark.matching.hamming.hashes import as_words
from countermark.matching.pictures.pdq import hashed

BEGINNING = re.compile(r"[^\d_\-.]*")
KINDS = {".png", ".jpg", ".jpeg", ".webp"}
SMALLEST, SIDE = 100, 600  # pixels: smaller pictures are left out, larger ones made so small, as shops show them
LARGEST = 20_000_000  # pixels: the few larger ones would take seconds each to read
Image.MAX_IMAGE_PIXELS = None  # LARGEST says it
NEAR = 40  # bits: pictures whose hashes are so near are one scene


class Found(NamedTuple):
    """A picture that there is: of which material, of which scene by its name, and where: a file, or the number of a drawing."""

    material: str
    scene: str
    place: Path | int


class Picture(NamedTuple):
    """A picture of the material: its number, its scene, and its colours on white."""

    number: int
    scene: str
    image: Image.Image
    material: str = ""


class Halves(NamedTuple):
    """Known pictures and strangers of one half, and how many scenes there are of each material."""

    familiar: list[Picture]
    strangers: list[Picture]
    scenes: dict[str, int]


def materials(folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """Return the materials by name; a folder alone where one is given."""
    if folder:
        return {"pictures": {"shows": f"the pictures of {folder.name}", "counts": True, "folders": [str(folder)]}}
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def there(name: str, material: dict[str, Any]) -> Iterator[Found]:
    """Yield the pictures of a material that are on this machine."""
    for number in range(material.get("drawn", 0)):
        yield Found(name, f"made/{number}", number)
    one = {scene: group[0] for group in material.get("together", ()) for scene in group}
    for scene, file in chain(by_beginning(material), by_folder(material)):
        if not any(fnmatch(scene, unwanted) for unwanted in material.get("without", ())):
            yield Found(name, one.get(scene, scene), file)


def by_beginning(material: dict[str, Any]) -> Iterator[tuple[str, Path]]:
    for folder in material.get("folders", ()):
        for file in files_of(Path(folder)):
            yield f"{file.parent.name}/{(BEGINNING.match(file.stem)[0] or file.stem).lower()}", file


def by_folder(material: dict[str, Any]) -> Iterator[tuple[str, Path]]:
    """Yield the first picture of each folder: the others are the same in other sizes."""
    for folder in map(Path, material.get("by_folder", ())):
        first = {file.relative_to(folder).parts[0]: file for file in reversed(list(files_of(folder)))}
        for part, file in sorted(first.items()):
            yield f"{folder.name}/{part.lower()}", file


def files_of(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.suffix.lower() in KINDS)


def shown(place: Path | int) -> Image.Image | None:
    """Return a picture on white, no larger than shops show them; None for what is too small or none."""
    if isinstance(place, int):
        return drawn(place)
    try:
        with Image.open(place) as opened:
            if opened.width * opened.height > LARGEST:
                return None
            opened.draft("RGB", (2 * SIDE, 2 * SIDE))
            image = opened.convert("RGBA")
    except (OSError, ValueError):
        return None
    image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    image.thumbnail((SIDE, SIDE))
    return image if min(image.size) >= SMALLEST else None


def bits_of(place: Path | int) -> bytes | None:
    """Return the hash of a picture, None where it cannot be used."""
    image = shown(place)
    return image and hashed(np.asarray(image.convert("L"))).bits


def by_scene(found: list[Found], bits: list[bytes]) -> dict[str, list[int]]:
    """Return the places of pictures by scene; scenes of which two pictures have near hashes become one."""
    words, scene = as_words(bits), [one.scene for one in found]
    for one in range(len(found)):
        far = np.bitwise_count(words[:one] ^ words[one]).sum(axis=1)
        for other in np.flatnonzero(far <= NEAR).tolist():
            if scene[one] != scene[other]:
                scene = [scene[other] if name == scene[one] else name for name in scene]
    scenes = defaultdict(list)
    for place, name in enumerate(scene):
        scenes[name].append(place)
    return scenes


def dealt(given: dict[str, dict[str, Any]], half: str, hands: Executor) -> Halves:
    """Return known pictures and strangers of one half, one picture of each scene, dealt by the scene's name."""
    found = [one for name, material in given.items() for one in there(name, material)]
    bits = list(hands.map(bits_of, [one.place for one in found], chunksize=8))
    good = [place for place, one in enumerate(bits) if one]
    found, scenes = [found[place] for place in good], by_scene([found[at] for at in good], [bits[at] for at in good])
    chosen = [group[0] for name, group in sorted(scenes.items()) if crc32(name.encode()) % 2 == (half == "test")]
    images = hands.map(shown, [found[place].place for place in chosen], chunksize=8)
    pictures = [
        Picture(place, found[place].scene, image, found[place].material)
        for place, image in zip(chosen, images, strict=True)
    ]
    known = [one for one in pictures if crc32(one.scene.encode()) // 2 % 2]
    of = [found[group[0]].material for group in scenes.values()]
    counts = {name: of.count(name) for name in given}
    return Halves(known, [one for one in pictures if not crc32(one.scene.encode()) // 2 % 2], counts)
