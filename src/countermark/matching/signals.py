"""What do words, pictures and whatever is plugged in say together of one listing? A verdict, how probable, and why.

A signal is one thing that speaks for it; several about the same protected thing speak together. How probable a combination is
starts at the rules' own estimate and moves with what people said of earlier findings (`calibration`).
"""

from typing import Any, NamedTuple


class Signal(NamedTuple):
    """One thing that speaks for a protected word or picture being meant.

    `kind`: `text:KIND` (a kind of policy.toml), `picture:same`, `picture:mirrored`, `picture:turned`,
    `picture:part`, or the name of a plug-in.
    `about`: the id of what is protected. `probability`: 0 to 1, of this signal alone. `figures`: what a person is shown, as JSON:
    of words `span`, `observed`, `canonical`, `distance`, `context`, `word`, `field`; of pictures `picture` (which of the
    listing's, from 0), `known` (id of the known one), `distance` in bits, `way`, `points`, `place` and `known_place` (polygons in
    fractions of width and height), `likeness`, `colours`.
    """

    kind: str
    about: str
    probability: float
    figures: dict[str, Any]


class Judged(NamedTuple):
    """What becomes of one listing. `interval`: where the probability lies, 95 %. `combination` names the kinds that spoke for the
    protected thing the verdict rests on, sorted, joined by `+`; `about` is its id. `version`: of the rules; `index_version`: of
    the index of pictures that was asked, 0 where none was."""

    verdict: str
    probability: float
    interval: tuple[float, float]
    combination: str
    about: str
    signals: tuple[Signal, ...]
    version: str
    index_version: int = 0
