"""Which words may stand where a body names something by its code? The closed lists of the catalogue, as types.

A code is refused by the schema when nobody knows it; whether a known one fits this case is asked of the rules.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from countermark.core import catalogue
from countermark.entrypoints.api.schemas import Strict

known = catalogue.load()
Slug = Annotated[str, Field(min_length=1, max_length=80, description="The slug of a marketplace.")]
Id = Annotated[int, Field(ge=1, le=2**53 - 1)]
Mode = Literal["listing", "storefront"]
Link = Annotated[str, Field(max_length=2000)]  # a line as one pastes it
ReasonCode: Any = Literal[tuple(known.reasons)]
EvidenceKind: Any = Literal[tuple(known.evidence_kinds)]
RightKind: Any = Literal[tuple(known.right_kinds)]
Declaration: Any = Literal[tuple(e.id for e in known.elements.values() if e.kind == "declaration")]
FactText = Annotated[str, Field(max_length=2000)]
ANSWERS = list(
    dict.fromkeys(field.id for kind in known.right_kinds for field in (*known.fields_of(kind, is_agent=True),))
)

Facts: Any = create_model(
    "Facts",
    __base__=Strict,
    __doc__="What a reason asks to be told beside the words; `/reasons` says which. `goods_classes` goes with every trademark.",
    **{name: (FactText | None, Field(None, description=fact.label)) for name, fact in known.facts.items()},
)
Answers: Any = create_model(
    "Answers",
    __base__=Strict,
    __doc__="What the register says about a right, as text; `/right-kinds` says what each kind is asked.",
    **dict.fromkeys(ANSWERS, (FactText | None, None)),
)


class Piece(Strict):
    """A file sent to `/files` before, and what it shows."""

    file: Id
    kind: EvidenceKind = "other"


class Evidence(Piece):
    """A piece of evidence. `private`: the other side does not see it; a proof of identity it never sees."""

    private: bool = False


def given(answers: Any) -> dict[str, str]:
    """What was filled in."""
    return {name: text for name, text in answers.model_dump().items() if text is not None}


def one_each(links: Iterable[str]) -> str:
    """Links as the reader of pasted lines takes them: each on a line of its own, whatever stands in it."""
    return "\n".join(link.replace("\r", " ").replace("\n", " ") for link in links)
