"""What does one picture of a listing say? That it is a known one, some way round, or shows a part of one, and in which colours.

A part is looked for only where no hash was near: it costs a hundred times as much.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from countermark.matching.hamming.hashes import Hit
from countermark.matching.libraries import Library
from countermark.matching.pictures.candidates import PartIndex
from countermark.matching.pictures.colours import likeness
from countermark.matching.pictures.features import Features, features_of
from countermark.matching.pictures.known import Known, KnownOf, PictureAsked
from countermark.matching.pictures.numbers import COLOURS, SIGNALS
from countermark.matching.pictures.pdq import distance, hashed_all_ways
from countermark.matching.pictures.verifying import Shared, shared
from countermark.matching.signals import Signal

np: Any = Library("numpy")

KINDS = {
    "plain": "picture:same", "mirrored": "picture:mirrored", "upside_down": "picture:mirrored",
    "transposed": "picture:mirrored", "transversed": "picture:mirrored", "half_turn": "picture:turned",
    "turned_left": "picture:turned", "turned_right": "picture:turned",
}  # fmt: skip
Found = tuple[int, Known, str, float, dict[str, Any]]  # its id, itself, kind, probability, figures


def picture_signals(
    number: int, asked: PictureAsked, near: Iterable[Hit], parts: PartIndex | None, known_of: KnownOf, seller: str = ""
) -> list[Signal]:
    """Return what the listing's picture of this number says; `near` are the hits of its hashes."""
    found = [one for one in of_hashes(asked, near, known_of) if seller not in one[1].allowed_sellers]
    if not found and parts is not None and asked.grey is not None:
        found = [one for one in of_parts(asked, parts, known_of) if seller not in one[1].allowed_sellers]
    seen = asked.colours if any(known.colours for _, known, *_ in found) else []
    return [signal(number, one, seen) for one in found]


def of_hashes(asked: PictureAsked, near: Iterable[Hit], known_of: KnownOf) -> list[Found]:
    """Return the known pictures that the hashes lead to, each once."""
    nearest: dict[int, int] = {}
    for hit in near:
        nearest[hit.id] = min(hit.distance, nearest.get(hit.id, hit.distance))
    found: list[Found] = []
    for id, bits in sorted(nearest.items()):
        if known := known_of(id):
            way = way_of(asked.telling, known)
            figures = {"distance": bits, "way": way}
            found.append((id, known, KINDS[way], probability(bits, SIGNALS["same"]), figures))
    return found


def way_of(asked: Sequence[bytes], known: Known) -> str:
    """Return which way round the known picture is seen: that of its hash nearest to any asked with. Of one whose hashes are not
    at hand, by its small copy; of one of which nothing is, plain."""
    views = known.views
    if not views and known.features is not None and min(known.features.thumbnail.shape) > 1:
        views = tuple((way, one.bits) for way, one in hashed_all_ways(known.features.thumbnail).items())
    bits = ((distance(one, other), way != "plain", way) for way, other in views for one in asked)
    return min(bits, default=(0, False, "plain"))[2]


def of_parts(asked: PictureAsked, parts: PartIndex, known_of: KnownOf) -> list[Found]:
    """Return the known pictures of which a part is seen."""
    seen = features_of(asked.grey)
    candidates = ((one.id, known_of(one.id)) for one in parts.candidates(seen))
    return [part for id, known in candidates if known and (part := of_part(id, known, seen))]


def of_part(id: int, known: Known, seen: Features) -> Found | None:
    common = shared(seen, known.features) if known.features is not None else None
    return common and (id, known, "picture:part", probability_of(common), figures_of(common))


def figures_of(common: Shared) -> dict[str, Any]:
    return {
        "way": "mirrored" if common.mirrored else "plain", "points": common.points, "likeness": round(common.likeness, 4),
        "place": [list(corner) for corner in common.place], "known_place": [list(corner) for corner in common.known_place],
    }  # fmt: skip


def probability_of(common: Shared) -> float:
    """Return how probable it is that a part is one: the more points lie alike, the more."""
    return probability(-common.points, [[-least, found] for least, found in SIGNALS["part"]])


def probability(value: float, table: Sequence[Sequence[float]]) -> float:
    """Return the probability of the first row whose limit the value does not exceed; of the last one otherwise."""
    return float(next((found for limit, found in table if value <= limit), table[-1][1]))


def signal(number: int, found: Found, seen: Sequence[float]) -> Signal:
    """Return the signal of one known picture found; other colours than the known one's make it less probable."""
    id, known, kind, probable, figures = found
    alike = likeness(seen, known.colours)
    if alike is not None and alike < COLOURS["alike"]:
        probable = round(probable * COLOURS["other_colours"], 4)
    figures |= {"picture": number, "known": id, "colours": alike, "figurative": known.is_figurative}
    return Signal(kind, known.about, probable, figures)
