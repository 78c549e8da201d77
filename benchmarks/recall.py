"""How many re-used pictures are recognised after an edit, and how many strangers are taken for known ones?

    script/bench recall --pictures FOLDER [--queries 1000] [--half test] [--plug matching.small_embedder:Slopes]

FOLDER has photographs or drawings, sub-folders too: Debian's tuxpaint-stamps-default, openclipart-png and wallpapers are
such. Pictures whose file names begin alike in one folder, or whose hashes are near, are one scene, and of a scene one picture
is taken. Scenes are dealt into a half for tuning and one for testing, each of them into known pictures and strangers; numbers
are chosen on `--half tune` only. Each query is a picture with one of 13 edits, saved as JPEG.

What is recognised: a hash within 31 bits of one of the reference's views; else one of the ten candidates by local features
that shares at least what `pictures.toml` asks for. Beside it stands the plain hash alone. With an embedder plugged in, pictures
in which nothing was recognised are asked about once more, and by how much that helps is printed. Intervals are Wilson's, 95 %.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib import import_module
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from countermark.matching.hamming.contents import contents_of
from countermark.matching.hamming.hashes import as_words
from countermark.matching.hamming.shelf import shelved
from countermark.matching.pictures.candidates import PartIndex
from countermark.matching.pictures.features import features_of
from countermark.matching.pictures.known import Known as Looked
from countermark.matching.pictures.known import PictureAsked
from countermark.matching.pictures.pdq import distance, hashed
from countermark.matching.pictures.plugged import plug_signals
from countermark.matching.pictures.reading import PictureUnreadable, grey
from countermark.matching.pictures.verifying import shared
from countermark.matching.pictures.views import query_views, reference_views
from countermark.matching.plugs import Embedded
from matching.made_pictures import encoded

RECALL_TARGET, RICH_TARGET, FALSE_TARGET = 0.90, 0.95, 0.01
RICH = 40  # points from which on a picture is no plain one
SMALLEST, SIDE = 100, 600  # pixels: smaller pictures are left out, larger ones made so small, as shops show them


class Picture(NamedTuple):
    """A picture of the material: its number, its scene, and its colours on white."""

    number: int
    scene: str
    image: Image.Image


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
QUALITY = {"jpeg q30": 30, "crop, watermark, small": 50}


def saved(picture: Picture, edit: str) -> bytes:
    """Return a picture after an edit, as a listing would bring it."""
    return encoded(EDITS[edit](picture.image), "JPEG", quality=QUALITY.get(edit, 85))


def pictures(folder: Path) -> Iterator[Picture]:
    """Yield the pictures of a folder that are large enough, on white, each with the scene its name tells."""
    files = (file for file in sorted(folder.rglob("*")) if file.suffix.lower() in {".png", ".jpg", ".jpeg", ".webp"})
    for number, file in enumerate(files):
        try:
            grey(file.read_bytes())
        except PictureUnreadable:
            continue
        image = Image.open(file).convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
        image.thumbnail((SIDE, SIDE))
        if min(image.size) >= SMALLEST:
            name = re.match(r"[^\d_\-.]*", file.stem)[0] or file.stem
            yield Picture(number, f"{file.parent.name}/{name.lower()}", image)


def by_scene(found: list[Picture]) -> dict[str, list[Picture]]:
    """Return the pictures by scene; scenes of which two pictures have near hashes become one."""
    bits = [hashed(np.asarray(picture.image.convert("L"))).bits for picture in found]
    scene = [picture.scene for picture in found]
    for one in range(len(found)):
        for other in range(one):
            if scene[one] != scene[other] and distance(bits[one], bits[other]) <= 40:
                scene = [scene[other] if name == scene[one] else name for name in scene]
    scenes = defaultdict(list)
    for picture, name in zip(found, scene, strict=True):
        scenes[name].append(picture)
    return scenes


def dealt(scenes: dict[str, list[Picture]], half: str) -> tuple[list[Picture], list[Picture]]:
    """Return known pictures and strangers of one half, one picture of each scene, dealt by the scene's name."""
    chosen = [group[0] for name, group in sorted(scenes.items()) if crc32(name.encode()) % 2 == (half == "test")]
    known = [picture for picture in chosen if crc32(picture.scene.encode()) // 2 % 2]
    return known, [picture for picture in chosen if picture not in known]


class Known:
    """The references: their hashes and features, and how an embedder sees them, if there is one."""

    def __init__(self, found: list[Picture], plug: Any = None) -> None:
        greys = {picture.number: np.asarray(picture.image.convert("L")) for picture in found}
        self.features = {number: features_of(one) for number, one in greys.items()}
        self.parts = PartIndex(list(self.features.items()))
        self.plain = index_of([(number, hashed(one).bits) for number, one in greys.items() if hashed(one).telling])
        views = ((number, view.hashed.bits) for number, one in greys.items() for view in reference_views(one))
        self.views = index_of(list(views))
        self.plug = plug
        self.embedded = plug and [Embedded(plug, [(p.number, plug.embed(np.asarray(p.image))) for p in found])]

    def by_plain_hash(self, asked: Any) -> set[int]:
        one = hashed(asked)
        return set(self.plain.near(as_words([one.bits]), 31).ids.tolist()) if one.telling else set()

    def by_views(self, asked: Any) -> set[int]:
        views = [view.hashed.bits for view in query_views(asked)]
        return set(self.views.near(as_words(views), 31).ids.tolist()) if views else set()

    def by_parts(self, asked: Any) -> set[int]:
        seen = features_of(asked)
        return {one.id for one in self.parts.candidates(seen) if shared(seen, self.features[one.id])}

    def by_plug(self, content: bytes) -> set[int]:
        told = plug_signals(0, PictureAsked(content=content), self.embedded, lambda number: Looked(str(number)))
        return {signal.figures["known"] for signal in told}


def index_of(entries: list[tuple[int, bytes]]) -> Any:
    return contents_of(shelved(as_words([bits for _, bits in entries]), np.array([number for number, _ in entries])), 1)


class Outcome(NamedTuple):
    """What became of one query: which ways recognised the right picture, and which found any other."""

    edit: str
    rich: bool
    right: dict[str, bool]
    wrong: dict[str, bool]


def outcome(known: Known, picture: Picture, edit: str) -> Outcome:
    content = saved(picture, edit)
    asked = grey(content)
    plain, views = known.by_plain_hash(asked), known.by_views(asked)
    chain = views or known.by_parts(asked)
    found = {"plain hash": plain, "hash, all views": views, "with features": chain}
    if known.plug:
        found[f"with {known.plug.name}"] = chain or known.by_plug(content)
    features = known.features.get(picture.number)
    return Outcome(
        edit,
        features is not None and len(features.points) >= RICH,
        {way: picture.number in ids for way, ids in found.items()},
        {way: bool(ids - {picture.number}) for way, ids in found.items()},
    )


def interval(hits: int, count: int) -> tuple[float, float]:
    """Return Wilson's interval of a share, 95 %."""
    if not count:
        return 0.0, 1.0
    share, z = hits / count, 1.96
    middle = share + z * z / (2 * count)
    spread = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - spread) / (1 + z * z / count), (middle + spread) / (1 + z * z / count)


def said(values: list[bool]) -> str:
    low, high = interval(sum(values), len(values))
    return f"{sum(values) / max(1, len(values)):.3f} [{low:.3f}, {high:.3f}] of {len(values)}"


def row_of(right: list[dict[str, bool]]) -> str:
    """Return the share each way recognised."""
    shares = (f"{way} {sum(one[way] for one in right) / len(right):.2f}" for way in (right[0] if right else ()))
    return "  ".join([*shares, f"({len(right)})"])


def asked_with(found: list[Picture], count: int) -> list[tuple[Picture, str]]:
    """Return `count` queries: pictures and edits, each edit as often as the others."""
    pairs = [(picture, edit) for picture in found for edit in EDITS]
    random.Random(13).shuffle(pairs)
    return pairs[:count]


def plugged(named: str | None) -> Any:
    """Return the embedder of that name."""
    if named is None:
        return None
    module, name = named.split(":")
    return getattr(import_module(module), name)()


def said_of_plug(name: str, asked: list[Outcome], foreign: list[Outcome]) -> str:
    """Say by how much recall rises with an embedder plugged in."""
    before, after = (sum(one.right[way] for one in asked) / len(asked) for way in ("with features", f"with {name}"))
    false = said([one.wrong[f"with {name}"] for one in foreign])
    return f"with {name} plugged in: {before:.3f} to {after:.3f}, {after - before:+.3f}; strangers {false}"


def main() -> int:
    """Print the figures; 0 when all targets are met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--half", choices=("tune", "test"), default="test")
    parser.add_argument("--plug", help="an embedder as module:name, in place of none")
    arguments = parser.parse_args()
    scenes = by_scene(list(pictures(arguments.pictures)))
    familiar, strangers = dealt(scenes, arguments.half)
    known = Known(familiar, plugged(arguments.plug))
    asked = [outcome(known, *pair) for pair in asked_with(familiar, arguments.queries)]
    foreign = [outcome(known, *pair) for pair in asked_with(strangers, arguments.queries)]
    print(f"{len(scenes)} scenes; half {arguments.half}: {len(familiar)} known, {len(strangers)} strangers")
    for edit in EDITS:
        print(f"{edit:<24} {row_of([one.right for one in asked if one.edit == edit])}")
    for way in asked[0].right:
        right, wrong = [one.right[way] for one in asked], [one.wrong[way] for one in foreign]
        print(f"{way:<18} recall {said(right)}; strangers {said(wrong)}")
    chain = [one.right["with features"] for one in asked]
    rich = [one.right["with features"] for one in asked if one.rich]
    false = [one.wrong["with features"] for one in foreign]
    if known.plug:
        print(said_of_plug(known.plug.name, asked, foreign))
    print(f"of pictures with {RICH} points and more: {said(rich)} (target >= {RICH_TARGET:g})")
    print(f"strangers taken for known: {said(false)} (target <= {FALSE_TARGET:g})")
    print(f"recall: {sum(chain) / len(chain):.3f} (target >= {RECALL_TARGET:g})")
    met = (
        sum(chain) >= RECALL_TARGET * len(chain),
        sum(rich) >= RICH_TARGET * len(rich),
        sum(false) <= FALSE_TARGET * len(false),
    )
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
