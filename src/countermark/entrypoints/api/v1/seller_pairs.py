"""Which sellers are linked, as a whole: one row for each two that anything ties, and one link with what people said of it."""

from typing import Any, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import DESK, OPERATOR
from countermark.apps.screening import link_list, linking
from countermark.apps.screening.holder_words import link_said
from countermark.apps.screening.link_list import LinkFilter
from countermark.apps.screening.models import Finding, SellerLink
from countermark.apps.work.sealing import unseal
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import only_here
from countermark.entrypoints.api.routing import ApiRouter
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown
from countermark.entrypoints.api.v1.case_shown import Words, words_shown
from countermark.entrypoints.api.v1.seller_links import LinkSaid, SellerNamed, seller_named

router = ApiRouter(tags=["sellers"])
READERS = (*DESK, OPERATOR)
State = Literal["suggested", "confirmed", "denied"]
Kind = Literal["identifier", "picture", "text"]


class TieShown(Shown):
    """One kind of evidence that ties two sellers. `why`: a sentence for each reason."""

    kind: Kind
    strength: float = Field(description="0 to 1.")
    why: list[str]
    found_at: Instant


class PairShown(Shown):
    """Two sellers that are tied directly. It says that they have in common what few others have, not that either did wrong."""

    id: str
    one: SellerNamed
    other: SellerNamed
    state: State = Field(description="suggested: nobody has said anything of it.")
    strength: float = Field(description="0 to 1: of all the evidence together.")
    counts: bool = Field(
        description="Whether what was taken down at one and comes back at the other goes down the fast way."
    )
    evidence: list[TieShown]
    by: str = Field(description="Who confirmed or denied it.")
    at: Instant | None
    found_at: Instant


class PairSaid(Shown):
    """What a person said of it."""

    what: LinkSaid
    at: Instant
    by: str
    words: Words


class PairWhole(PairShown):
    """One link whole: what people said of it, the newest first, and the newest findings that came from one to the other."""

    said: list[PairSaid]
    came_over: list[int] = Field(description="At most 20.")
    counts_from: float = Field(description="From which strength a link counts that nobody has confirmed.")


class PairsAsked(Asked):
    """How the list is narrowed."""

    state: Literal["", "suggested", "confirmed", "denied"] = ""
    kind: Literal["", "identifier", "picture", "text"] = ""
    strong: Literal["", "counts", "weak"] = ""
    marketplace: Line = ""
    q: Line = Field("", description="In the name of either seller, or its id at the marketplace.")
    sort: Literal["newest", "strongest"] = "newest"


ORDERS = {"newest": ("-pk",), "strongest": ("-share", "pk")}


@router.get("/seller-links", response=Page[PairShown])
@api_door(
    roles=READERS,
    scope="sellers:read",
    problems=("cursor_unknown",),
    example=Example("reviewer", query={"state": "suggested", "sort": "strongest"}),
)
def list_all_seller_links(request: HttpRequest, asked: Query[PairsAsked]) -> dict[str, Any]:
    """List which two sellers are tied, by what, and what a person said of it. Sellers themselves never read it."""
    names = ("state", "kind", "strong", "marketplace", "q")
    rows = _here(request, link_list.listed(LinkFilter(**{name: getattr(asked, name) for name in names})))
    return page_of(request, rows, asked, order=ORDERS[asked.sort], show=_pairs)


@router.get("/seller-links/{id}", response=PairWhole)
@api_door(roles=READERS, scope="sellers:read", example=Example("reviewer", path={"id": "710004-710005"}))
def read_seller_link(request: HttpRequest, id: str) -> dict[str, Any]:
    """Read one link: what ties the two, what people said of it, what came from one to the other."""
    found = link_list.find(id)
    row = _here(request, link_list.listed(LinkFilter())).filter(pk=found.pk).first() if found else None
    if row is None:
        raise Http404("there is no such link")
    return {
        **_pairs([row])[0],
        "said": [
            {"what": word.what, "at": word.at, "by": str(word.by), "words": words_shown(unseal(word.words))}
            for word in link_list.said_of(row)
        ],
        "came_over": list(_came_over(request, row).values_list("pk", flat=True)[: link_list.SHOWN]),
        "counts_from": linking.share("limits", "linked_from"),
    }


def _here(request: HttpRequest, rows: QuerySet[SellerLink]) -> QuerySet[SellerLink]:
    """Links of which either seller is at a marketplace this key speaks of."""
    narrowed = only_here(request, "marketplace")
    return rows.filter(link_list.at_place(**narrowed)) if narrowed else rows


def _came_over(request: HttpRequest, row: SellerLink) -> QuerySet[Finding]:
    return link_list.came_over(row).filter(**only_here(request, "marketplace"))


def _pairs(rows: list[Any]) -> list[dict[str, Any]]:
    found = link_list.evidence_of(rows)
    return [_pair(row, found[row.one_id, row.other_id]) for row in rows]


def _pair(row: Any, ties: list[SellerLink]) -> dict[str, Any]:
    return {
        "id": link_list.key_of(row),
        "one": seller_named(row.one),
        "other": seller_named(row.other),
        "state": link_list.state_of(row),
        "strength": round(link_list.share_of(row), 4),
        "counts": link_list.counts(row),
        "evidence": [_tie(tie) for tie in ties],
        "by": str(row.denied_by or row.confirmed_by or ""),
        "at": row.denied_at or row.confirmed_at,
        "found_at": row.found_at,
    }


def _tie(tie: SellerLink) -> dict[str, Any]:
    return {**{name: getattr(tie, name) for name in ("kind", "strength", "found_at")}, "why": link_said(tie)}
