"""One thing that spoke for a protected word or picture being meant, as programs read it: which, where, how, how alike."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from countermark.apps.screening.words import kind_said
from countermark.entrypoints.api.schemas import Shown
from countermark.matching.signals import Signal

Corners = list[tuple[float, float]]


class Match(Shown):
    """What was met in the listing. Of words: `field`, `span`, `observed`, `canonical`; of pictures the rest.

    Places are polygons in fractions of width and height."""

    kind: str = Field(description="`text:…`, `picture:…`, or the name of a plug-in.")
    how: str = Field(description="The kind in words.")
    about: str = Field(
        description="`right:ID` of a right, or `fingerprint:ID` of a listing that was taken down for good."
    )
    probability: float = Field(description="Of this alone, 0 to 1.")
    field: str | None = Field(description="`title` or `brand`.")
    span: tuple[int, int] | None = Field(description="From which character to which, in Unicode code points.")
    observed: str | None
    canonical: str | None
    distance: int | None = Field(description="Letters changed; of pictures, bits of 256.")
    context: str | None = Field(description="What the words around say: nominative, comparative, negation, replica.")
    word: str | None = Field(description="The word that says so.")
    support: list[str] = Field(description="What speaks for it beside: class, brand, image, price, text.")
    picture: int | None = Field(description="Which of the listing's pictures, from 0.")
    known: int | None = Field(description="Which known picture.")
    way: str | None = Field(description="Which way round the known picture is seen.")
    points: int | None = Field(description="Points that lie alike.")
    place: Corners | None
    known_place: Corners | None
    colours: float | None = Field(description="How far the colours agree, 0 to 1.")


OF_FIGURES = set(Match.model_fields) - {"kind", "how", "about", "probability", "support"}


def matches(signals: Iterable[Signal]) -> list[dict[str, Any]]:
    """What spoke, as an answer writes it."""
    return [_match(one) for one in signals]


def matches_kept(signals: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What spoke, as a finding keeps it."""
    return [_match(Signal(**one)) for one in signals]


def _match(signal: Signal) -> dict[str, Any]:
    figures = signal.figures
    return {
        "kind": signal.kind,
        "how": kind_said(signal.kind),
        "about": signal.about,
        "probability": signal.probability,
        "support": list(figures.get("support", ())),
        **{name: figures.get(name) or (0 if figures.get(name) == 0 else None) for name in OF_FIGURES},
    }
