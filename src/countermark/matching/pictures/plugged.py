"""What do plug-ins see in a picture? Pictures that an embedder finds alike, things that a detector names."""

from collections.abc import Sequence
from typing import Any

from countermark.matching.libraries import Library
from countermark.matching.pictures.known import KnownOf, PictureAsked
from countermark.matching.pictures.numbers import CANDIDATES, SIGNALS
from countermark.matching.pictures.reading import coloured
from countermark.matching.plugs import Detector, Embedded
from countermark.matching.signals import Signal

np: Any = Library("numpy")

Plugs = Sequence[Embedded | Detector]


def plug_signals(number: int, asked: PictureAsked, plugs: Plugs, known_of: KnownOf, seller: str = "") -> list[Signal]:
    """Return what the plug-ins say of the listing's picture of this number; without pixels they say nothing."""
    pixels = pixels_of(asked)
    if pixels is None:
        return []
    told: list[Signal] = []
    for plug in plugs:
        if isinstance(plug, Embedded):
            told += alike(number, plug, pixels, known_of, seller)
        else:
            told += detected(number, plug, pixels)
    return told


def pixels_of(asked: PictureAsked) -> Any:
    """Return the colours of a picture, (rows, columns, 3); greys where only those are at hand."""
    if asked.content:
        return coloured(asked.content)
    return None if asked.grey is None else np.repeat(asked.grey[:, :, None], 3, axis=2)


def alike(number: int, plug: Embedded, pixels: Any, known_of: KnownOf, seller: str) -> list[Signal]:
    """Return the known pictures that an embedder finds probably the same."""
    told = []
    for id, similarity in plug.near(plug.embedder.embed(pixels), CANDIDATES["most"]):
        probable, known = plug.embedder.probability(similarity), known_of(id)
        if known and probable >= SIGNALS["plug_least"] and seller not in known.allowed_sellers:
            figures = {
                "picture": number,
                "known": id,
                "likeness": round(similarity, 4),
                "figurative": known.is_figurative,
            }
            told.append(Signal(f"plug:{plug.embedder.name}", known.about, round(probable, 4), figures))
    return told


def detected(number: int, plug: Detector, pixels: Any) -> list[Signal]:
    """Return what a detector names, with its place as a polygon."""
    return [
        Signal(
            f"plug:{plug.name}", box.about, round(box.probability, 4), {"picture": number, "place": corners(*box.place)}
        )
        for box in plug.detect(pixels)
        if box.probability >= SIGNALS["plug_least"]
    ]


def corners(left: float, top: float, right: float, bottom: float) -> list[list[float]]:
    return [[left, top], [right, top], [right, bottom], [left, bottom]]
