"""Which sellers belong together with this one, and by which steps? For reviewers and operators; sellers never see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from countermark.apps.parties.models import Seller
from countermark.apps.screening import link_list, links
from countermark.apps.screening.holder_words import (
    LINK_KINDS,
    LINK_SAID,
    LINK_STATES,
    link_brief,
    link_said,
    strength_said,
)
from countermark.apps.screening.linking import together
from countermark.apps.screening.links import Step
from countermark.apps.screening.models import SellerLink
from countermark.apps.screening.words import Said
from countermark.apps.work import moments
from countermark.apps.work.sealing import unseal
from countermark.entrypoints.case_content import said as as_said
from countermark.matching.libraries import ScreeningNotInstalled

SHOWN = 3  # linked sellers in a panel


class Linked(NamedTuple):
    """A seller that belongs together with another, how strongly, and the steps there: (from, to, why)."""

    seller: Seller
    strength: str
    steps: list[tuple[Seller, Seller, str]]


class Panel(NamedTuple):
    """The nearest linked sellers, and how many more there are."""

    seller_id: int
    rows: list[Linked]
    more: int


def panel(seller_id: int | None) -> Panel | None:
    """What `reviewer/_seller_links.html` draws; None where nobody is linked, or links cannot be worked out here."""
    try:
        ways = links.ways(seller_id) if seller_id else {}
    except ScreeningNotInstalled:
        return None
    if not seller_id or not ways:
        return None
    rows = linked(dict(list(ways.items())[:SHOWN]))
    return Panel(seller_id, rows, len(ways) - len(rows))


def linked(ways: Mapping[int, Sequence[Step]]) -> list[Linked]:
    """Each with its steps in words."""
    named = links.sellers_named({end for steps in ways.values() for step in steps for end in (step.one, step.other)})
    return [
        Linked(
            named[other],
            strength_said(links.strength_of(steps)),
            [(named[step.one], named[step.other], _why(step.links)) for step in steps],
        )
        for other, steps in ways.items()
    ]


def _why(rows: Sequence[SellerLink]) -> str:
    return moments.sentences(sentence for row in rows for sentence in link_said(row))


def direct(seller: Seller) -> list[dict[str, Any]]:
    """All that ties this seller to others directly, by the other seller, what was denied last."""
    by_other: dict[int, list[SellerLink]] = {}
    for row in links.links_of(seller.pk):
        other = row.other_id if row.one_id == seller.pk else row.one_id
        by_other.setdefault(other, []).append(row)
    found = [_direct(seller, rows) for rows in by_other.values()]
    return sorted(found, key=lambda one: (one["denied_at"] is not None, -one["share"]))


def _direct(seller: Seller, rows: Sequence[SellerLink]) -> dict[str, Any]:
    first = rows[0]
    share = together(row.strength for row in rows)
    return {
        "number": str(first.other_id if first.one_id == seller.pk else first.one_id),
        "key": link_list.key_of(first),
        "confirmed_at": first.confirmed_at,
        "other": first.other if first.one_id == seller.pk else first.one,
        "why": _why(rows),
        "share": share,
        "strength": strength_said(share),
        "found_at": min(row.found_at for row in rows),
        "denied_at": first.denied_at,
        "denied_by": first.denied_by,
        "denied_words": as_said(unseal(first.denied_words)),
    }


# --- links as a whole -----------------------------------------------------------------------------------------------------


class Evidence(NamedTuple):
    """One kind of evidence that ties two sellers: in words, how strong, since when it is known."""

    kind: str
    said: list[str]
    strength: str
    percent: int
    found_at: datetime


class Tied(NamedTuple):
    """Two sellers that are tied, as a list or a page shows them. `kinds` are codes, `why` is all evidence in brief."""

    key: str
    row: SellerLink
    kinds: list[str]
    evidence: list[Evidence]
    why: str
    strength: str
    percent: int
    counts: bool
    state: Said
    state_code: str


def pair_shown(row: SellerLink) -> Tied:
    """One link; `row` has its `share`."""
    return pairs_shown([row])[0]


def pairs_shown(rows: Sequence[SellerLink]) -> list[Tied]:
    """These links with their evidence; two queries, however many they are."""
    found = link_list.evidence_of(rows)
    return [_tied(row, found[row.one_id, row.other_id]) for row in rows]


def _tied(row: Any, ties: Sequence[SellerLink]) -> Tied:
    state = link_list.state_of(row)
    return Tied(
        key=link_list.key_of(row),
        row=row,
        kinds=[tie.kind for tie in ties],
        evidence=[_evidence(tie) for tie in ties],
        why=moments.sentences(link_brief(ties)),
        strength=strength_said(link_list.share_of(row)),
        percent=round(100 * link_list.share_of(row)),
        counts=link_list.counts(row),
        state=LINK_STATES[state],
        state_code=state,
    )


def _evidence(tie: SellerLink) -> Evidence:
    strength = strength_said(tie.strength)
    return Evidence(str(LINK_KINDS[tie.kind]), link_said(tie), strength, round(100 * tie.strength), tie.found_at)


def said_shown(row: SellerLink) -> list[dict[str, Any]]:
    """What people said of a link, the newest first."""
    return [
        {"what": LINK_SAID[word.what], "by": word.by, "at": word.at, "words": as_said(unseal(word.words))}
        for word in link_list.said_of(row)
    ]
