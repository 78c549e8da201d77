"""What may be plugged into screening that this package does not bring? Models that see what points and hashes do not.

An embedder turns a picture into a direction: pictures alike point alike. A detector says which things it sees, and where. Neither
ever stops a listing without a person (judging). None comes with this package: weights have licences of their own.

A package offers one by an entry point of the group `countermark.screening`, a callable without arguments that returns it:

    [project.entry-points."countermark.screening"]
    logos = "my_package:logo_detector"
"""

from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Any, NamedTuple, Protocol, runtime_checkable

from countermark.matching.libraries import Library

np: Any = Library("numpy")

GROUP = "countermark.screening"


class Box(NamedTuple):
    """Something that a detector saw: the id of the protected thing, how probable it is (0 to 1), and where: left, top, right,
    bottom in fractions of width and height."""

    about: str
    probability: float
    place: tuple[float, float, float, float]


@runtime_checkable
class Embedder(Protocol):
    """Turns a picture into a direction. Signals of it are of the kind `plug:NAME`."""

    name: str

    def embed(self, pixels: Any) -> Any:
        """Return a vector of length one, (n,) of float32, of pixels (rows, columns, 3) in bytes, red first. The same pixels have
        the same vector, and n is always the same."""

    def probability(self, similarity: float) -> float:
        """Return how probable it is that pictures with vectors so similar (their product, -1 to 1) show the same, 0 to 1."""


@runtime_checkable
class Detector(Protocol):
    """Says which protected things are seen in a picture. Signals of it are of the kind `plug:NAME`."""

    name: str

    def detect(self, pixels: Any) -> Sequence[Box]:
        """Return what is seen in pixels (rows, columns, 3) in bytes, red first; nothing in pictures too small to tell."""


class PlugDefective(Exception):
    """What an installed package offers is no plug-in: its name, and what is wrong with it."""

    code = "plug_defective"

    def __init__(self, name: str, fault: str) -> None:
        self.name, self.fault = name, fault
        super().__init__(f"the screening plug-in {name} {fault}; mend or uninstall the package that brings it")


def installed() -> list[Embedder | Detector]:
    """Return the plug-ins of all installed packages, by name; raises PlugDefective."""
    return [
        checked(entry.name, entry.load()()) for entry in sorted(entry_points(group=GROUP), key=lambda one: one.name)
    ]


def checked(name: str, found: Any) -> Embedder | Detector:
    """Return a plug-in that has what it must have; raises PlugDefective."""
    if not isinstance(found, Embedder | Detector):
        raise PlugDefective(name, "is neither an embedder nor a detector")
    if not found.name or "+" in found.name:
        raise PlugDefective(name, "has no name, or one with a plus sign")
    return found


class Embedded:
    """Known pictures as an embedder sees them. `vectors` are ids and what embed() returned of each."""

    def __init__(self, embedder: Embedder, vectors: Sequence[tuple[int, Any]]) -> None:
        self.embedder = embedder
        self.ids = [one for one, _ in vectors]
        self.vectors = np.stack([vector for _, vector in vectors]).astype(np.float32) if vectors else None

    def near(self, vector: Any, most: int) -> list[tuple[int, float]]:
        """Return ids and similarities of the known pictures most alike, the most alike first."""
        if self.vectors is None:
            return []
        alike = self.vectors @ np.asarray(vector, dtype=np.float32)
        best = np.argsort(-alike, kind="stable")[:most]
        return [(self.ids[place], float(alike[place])) for place in best.tolist()]
