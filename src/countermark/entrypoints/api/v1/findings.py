"""What screening found: the list that waits for people, one finding whole, taken up, confirmed or let go; what is kept down."""

from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import DESK, OPERATOR
from countermark.apps.screening import said, selectors, services, stay_down
from countermark.apps.screening.models import Finding, Fingerprint, Opinion
from countermark.apps.work import true_time
from countermark.apps.work.sealing import unseal
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import only_here
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown, Strict
from countermark.entrypoints.api.v1.case_shown import Words, words_shown
from countermark.entrypoints.api.v1.finding_parts import Match, matches_kept

router = ApiRouter(tags=["screening"])
READERS = (*DESK, OPERATOR)
PATH, SECOND = {"id": "710001"}, {"id": "710002"}
ORDERS = {"newest": ("-pk",), "surest": ("-probability", "pk")}
Reason = Literal["words", "pictures", "stay_down"]


class FindingRow(Shown):
    """What was found in one listing, and what followed."""

    id: int
    marketplace: str
    item_id: str
    url: str
    title: str
    seller: str = Field(description="Its id at the marketplace.")
    reason: Reason
    verdict: Literal["review", "block"]
    done: Literal["noted", "told", "review", "blocked"]
    mode: Literal["shadow", "advisory", "blocking"]
    state: Literal["waiting", "decided", "closed"]
    probability: float
    combination: str
    rules: int
    index_version: int
    rights: list[int]
    order: str | None = Field(description="The measure that was laid on the listing.")
    case: str | None = Field(description="The case in which the listing it repeats was taken down.")
    at: Instant
    taken_by: str
    decided_by: str
    decided_at: Instant | None
    past_at: Instant | None
    past_why: Literal["", "mended", "replaced", "gone"] = Field(
        description="This is no longer in the listing, a newer finding says what is, or it is not offered any more."
    )


class OpinionShown(Shown):
    """What somebody said of it."""

    source: Literal["reviewer", "appeal", "holder", "case"]
    right: bool
    by: str
    at: Instant
    words: Words


class PictureShown(Shown):
    """A picture of the listing. `file`: as which it was kept."""

    url: str
    file: int | None
    sha256: str


class FindingShown(FindingRow):
    """One finding whole: what matched, and what people said of it."""

    brand: str
    text: str
    price: str
    currency: str
    classes: list[int]
    pictures: list[PictureShown]
    matches: list[Match]
    told: list[str] = Field(description="What was found, a sentence for each thing, as the seller reads it.")
    opinions: list[OpinionShown]


class FindingsAsked(Asked):
    """How the list is narrowed and ordered; without `state` all of them."""

    state: Literal["", "waiting", "decided", "closed"] = ""
    marketplace: Line = ""
    reason: Literal["", "words", "pictures", "stay_down"] = ""
    verdict: Literal["", "review", "block"] = ""
    done: Literal["", "noted", "told", "review", "blocked"] = ""
    seller: Line = Field("", description="The seller's id at the marketplace.")
    item_id: Line = ""
    combination: Line = ""
    case: Line = Field("", description="The case in which the listing it repeats was taken down.")
    order: Line = Field("", description="The measure that was laid on the listing.")
    right: int | None = Field(None, ge=1, le=2**53 - 1, description="The right it was found under.")
    held: Literal["", "me", "free"] = Field("", description="Whether the caller holds it, or nobody does.")
    q: Line = Field("", description="In title, item id, case, the name or id of the seller, the right or its owner.")
    sort: Literal["newest", "surest"] = "newest"


@router.get("/findings", response=Page[FindingRow])
@api_door(
    roles=READERS,
    scope="complaints:read",
    problems=("cursor_unknown",),
    example=Example("reviewer", query={"state": "waiting", "sort": "surest", "held": "free"}),
)
def list_findings(request: HttpRequest, asked: Query[FindingsAsked]) -> dict[str, Any]:
    """List what screening found, the newest first or the surest first."""
    wanted = {
        "state": asked.state, "marketplace__slug": asked.marketplace, "reason": asked.reason, "verdict": asked.verdict,
        "done": asked.done, "seller_ref": asked.seller, "item_id": asked.item_id, "combination": asked.combination,
        "fingerprint__complaint__number__iexact": asked.case, "order__number__iexact": asked.order, "rights": asked.right,
    }  # fmt: skip
    rows = _findings(request).filter(**{name: value for name, value in wanted.items() if value})
    if asked.held:
        rows = rows.filter(taken_by=caller_of(request).person if asked.held == "me" else None)
    rows = selectors.searched(rows, asked.q)
    return page_of(request, rows, asked, order=ORDERS[asked.sort], show=lambda piece: [_row(row) for row in piece])


@router.get("/findings/{id}", response=FindingShown)
@api_door(roles=READERS, scope="complaints:read", example=Example("reviewer", path=PATH))
def read_finding(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read one finding: what matched where, how sure, by which rules, what followed, what people said of it."""
    return _whole(_found(request, id))


@router.post("/findings/{id}/take", response=FindingShown)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("finding_held", "finding_decided"),
    example=Example("reviewer", path=SECOND),
)
def take_finding(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Take a finding up: nobody else is given it."""
    services.take(_found(request, id).pk, by=caller_of(request).person, now=true_time.now())
    return _whole(_found(request, id))


@router.post("/findings/{id}/let-go", response=FindingShown)
@api_door(roles=DESK, scope="decisions:write", example=Example("reviewer", path=SECOND))
def let_go_of_finding(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Give a finding back."""
    services.let_go(_found(request, id).pk, by=caller_of(request).person)
    return _whole(_found(request, id))


class FindingDecision(Strict):
    """Whether it is what it seems, and why."""

    right: bool
    words: Annotated[str, Field(max_length=2000)] = ""


@router.post("/findings/{id}/decide", response=FindingShown)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("finding_held", "finding_decided", "finding_past"),
    example=Example("reviewer", path=PATH, body={"right": False, "words": "The word names the stone in the base."}),
)
def decide_finding(request: HttpRequest, id: Id, body: FindingDecision) -> dict[str, Any]:
    """Say whether a finding is right. Right: the listing is stopped, by a person's decision, or stays so. Wrong: it is let go,
    and what was found does not speak against this listing again. In shadow it is an opinion only."""
    found, person = _found(request, id), caller_of(request).person
    services.decide(found.pk, body.right, by=person, words=body.words, at=request.at, now=true_time.now())
    return _whole(_found(request, id))


def _findings(request: HttpRequest) -> QuerySet[Finding]:
    rows = Finding.objects.filter(**only_here(request, "marketplace"))
    beside = ("marketplace", "rules", "order", "fingerprint__complaint", "taken_by", "decided_by")
    return rows.select_related(*beside).prefetch_related("rights")


def _found(request: HttpRequest, pk: int) -> Finding:
    row = _findings(request).filter(pk=pk).first()
    if row is None:
        raise Http404("there is no such finding")
    return row


def _row(row: Finding) -> dict[str, Any]:
    same = (
        *("item_id", "url", "title", "reason", "verdict", "done", "mode", "state", "probability", "combination"),
        *("index_version", "at", "decided_at", "past_at", "past_why"),
    )
    return {
        **{name: getattr(row, name) for name in same},
        "id": row.pk,
        "marketplace": row.marketplace.slug,
        "seller": row.seller_ref,
        "rules": row.rules.number,
        "rights": [right.pk for right in row.rights.all()],
        "order": row.order.number if row.order else None,
        "case": row.fingerprint.complaint.number if row.fingerprint else None,
        "taken_by": str(row.taken_by or ""),
        "decided_by": str(row.decided_by or ""),
    }


def _whole(row: Finding) -> dict[str, Any]:
    pictures = [{name: one.get(name) or None for name in ("url", "file", "sha256")} for one in row.pictures]
    empty = {"brand": "", "text": "", "price": "", "currency": "", "classes": []}
    return {
        **_row(row),
        **{name: row.shown.get(name, nothing) for name, nothing in empty.items()},
        "pictures": [{**one, "url": one["url"] or "", "sha256": one["sha256"] or ""} for one in pictures],
        "matches": matches_kept(row.signals),
        "told": said.told(row),
        "opinions": [_opinion(one) for one in row.opinions.select_related("by", "words__key").order_by("pk")],
    }


def _opinion(one: Opinion) -> dict[str, Any]:
    same = {name: getattr(one, name) for name in ("source", "right", "at")}
    return {**same, "by": str(one.by or ""), "words": words_shown(unseal(one.words))}


# --- what is kept down ----------------------------------------------------------------------------------------------------


class FingerprintShown(Shown):
    """A listing that was taken down for good in a case, and is kept down."""

    id: int
    case: str
    marketplace: str
    item_id: str
    title: str
    seller: str | None
    right: int | None
    pictures: int
    state: Literal["in_force", "lifted", "expired"]
    made_at: Instant
    until: Instant
    ended_at: Instant | None
    ended_why: str


class FingerprintsAsked(Asked):
    """Which."""

    state: Literal["", "in_force", "lifted", "expired"] = ""
    case: Line = ""
    seller: Line = ""


@router.get("/fingerprints", response=Page[FingerprintShown])
@api_door(roles=READERS, scope="complaints:read", problems=("cursor_unknown",), example=Example("operator"))
def list_fingerprints(request: HttpRequest, asked: Query[FingerprintsAsked]) -> dict[str, Any]:
    """List the listings that are kept down, the newest first."""
    wanted = {"state": asked.state, "complaint__number": asked.case, "seller__ref": asked.seller}
    rows = _fingerprints(request).filter(**{name: value for name, value in wanted.items() if value})
    return page_of(request, rows, asked, order=("-pk",), show=lambda piece: [_kept_down(row) for row in piece])


@router.post("/fingerprints/{id}/lift", response=FingerprintShown)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("fingerprint_ended",),
    example=Example("operator", path=PATH),
)
def lift_fingerprint(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Keep a listing down no longer. What was stopped because of it stays as it is."""
    row = _fingerprints(request).filter(pk=id).first()
    if row is None:
        raise Http404("there is no such fingerprint")
    stay_down.lift(row.pk, why="operator", at=request.at, now=true_time.now())
    return _kept_down(_fingerprints(request).get(pk=id))


def _fingerprints(request: HttpRequest) -> QuerySet[Fingerprint]:
    rows = Fingerprint.objects.filter(**only_here(request, "listing__marketplace"))
    return rows.select_related("complaint", "listing__marketplace", "seller").prefetch_related("pictures")


def _kept_down(row: Fingerprint) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in ("title", "state", "made_at", "until", "ended_at", "ended_why")}
    return {
        **same,
        "id": row.pk,
        "case": row.complaint.number,
        "marketplace": row.listing.marketplace.slug,
        "item_id": row.listing.item_id,
        "seller": row.seller.ref if row.seller else None,
        "right": row.right_id,
        "pictures": len(row.pictures.all()),
    }
