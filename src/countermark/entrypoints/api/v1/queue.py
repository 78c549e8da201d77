"""What waits on a reviewer, by clock and risk; who holds a case, and taking it, letting it go, passing it to a senior."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import DESK, REVIEWER
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.words import reason_title
from countermark.apps.decisions import selectors, services
from countermark.apps.decisions.selectors import QueueFilter
from countermark.apps.decisions.services import ForASenior, HeldByAnother
from countermark.apps.work import true_time
from countermark.apps.work.services import case_time
from countermark.entrypoints.api.cases import catch_up, own_case
from countermark.entrypoints.api.codes import RightKind
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.problems import Refused
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown, Strict, Text
from countermark.entrypoints.api.v1.case_shown import Deadline, due_shown

router = ApiRouter(tags=["review"])
CHECKING = "CM-2026-710001-01"
LAST = datetime(9999, 12, 31, tzinfo=UTC)  # where cases without a clock stand
MOST_AT_ONCE = 200  # cases claimed with one call
ToDo = Literal["check", "decide", "declaration", "right"]
TO_DO = {state: name for name, states in selectors.TO_DO.items() for state in states}
ORDERS = {  # sort key -> columns that are never null; the clock decides where they are equal
    "due": ("until", "-points", "pk"),
    "risk": ("points", "-until", "pk"),
    "case": ("number",),
    "right": ("right_name", "until", "pk"),
    "listing": ("listing__title", "until", "pk"),
    "reason": ("notice__reason", "until", "pk"),
    "todo": ("state", "until", "pk"),
}
Sort: Any = Literal[tuple(f"{sign}{key}" for key in ORDERS for sign in ("", "-"))]


class RiskShown(Shown):
    """How much hangs on a case, and why."""

    level: Literal["low", "medium", "high"]
    why: list[str]


class HeldBy(Shown):
    """Which reviewer holds a case, and since when. `is_you`: the person of this key."""

    name: str
    is_you: bool
    since: Instant | None


class QueueRow(Shown):
    """One case that waits on a reviewer."""

    number: str
    notice: str
    marketplace: str
    state: str
    to_do: str
    round: int
    escalated: bool
    right_kind: str
    right_name: str
    listing_title: str
    listing_url: str
    seller: str
    reason: str
    reason_title: str
    risk: RiskShown
    due: Deadline | None
    held_by: HeldBy | None
    for_a_senior: bool
    seq: int


class QueueAsked(Asked):
    """How the queue is narrowed and sorted."""

    q: Line = Field("", description="In the number, the right, the seller, the listing's title or address.")
    to_do: ToDo | None = None
    clock: Literal["late", "today", "tomorrow"] | None = None
    right: RightKind | None = None
    marketplace: Line = Field("", description="Its slug.")
    held: Literal["free", "me"] | None = Field(None, description="free: by nobody, or by the person of this key.")
    sort: Sort = "due"


@router.get("/queue", response=Page[QueueRow])
@api_door(
    roles=DESK,
    scope="complaints:read",
    problems=("cursor_unknown",),
    example=Example("reviewer", query={"to_do": "check", "sort": "due", "limit": "20"}),
)
def list_queue(request: HttpRequest, asked: Query[QueueAsked]) -> dict[str, Any]:
    """List the cases that wait on a reviewer, the most urgent first.

    A case whose step is on its way does not wait."""
    catch_up(request, selectors.waiting())
    return page_of(
        request, _narrowed(request, asked), asked, order=_order(asked.sort), show=lambda rows: _rows(request, rows)
    )


def _narrowed(request: HttpRequest, asked: QueueAsked) -> QuerySet[Complaint]:
    wanted = QueueFilter(
        q=asked.q,
        to_do=asked.to_do or "",
        clock=asked.clock or "",
        right=asked.right or "",
        marketplace=asked.marketplace,
        held=asked.held or "",
    )
    rows = selectors.queue(wanted, reviewer=caller_of(request).person, at=request.at)
    name = Coalesce(F("notice__right__name"), Value(""))
    return rows.annotate(until=Coalesce(F("due_at"), Value(LAST)), right_name=name)


def _order(sort: str) -> tuple[str, ...]:
    columns = ORDERS[sort.removeprefix("-")]
    return tuple(_turned(column) for column in columns) if sort.startswith("-") else columns


def _turned(column: str) -> str:
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"


def _rows(request: HttpRequest, cases: Sequence[Complaint]) -> list[dict[str, Any]]:
    return [row_shown(request, row) for row in selectors.rows_of(cases)]


def row_shown(request: HttpRequest, row: selectors.Row) -> dict[str, Any]:
    """A case of the queue as QueueRow takes it."""
    case, notice = row.complaint, row.complaint.notice
    frozen = notice.right_frozen
    same = {name: getattr(case, name) for name in ("number", "state", "round", "escalated", "seq")}
    return {
        **same,
        "notice": notice.number,
        "marketplace": notice.marketplace.slug,
        "to_do": TO_DO.get(case.state, ""),
        "right_kind": frozen.get("kind") or "",
        "right_name": frozen.get("name") or "",
        "listing_title": case.listing.title,
        "listing_url": case.listing.url,
        "seller": case.seller.name if case.seller else "",
        "reason": notice.reason,
        "reason_title": reason_title(notice.reason),
        "risk": risk_shown(row.risk),
        "due": due_shown(row.due),
        "held_by": held_shown(request, case),
        "for_a_senior": hasattr(case, "senior_request"),
    }


def risk_shown(risk: selectors.Risk) -> dict[str, Any]:
    """A risk as RiskShown takes it."""
    return {"level": risk.level, "why": [str(why) for why in risk.why]}


def held_shown(request: HttpRequest, case: Complaint) -> dict[str, Any] | None:
    """Who holds a case, as HeldBy takes it; a claim that lapsed is none."""
    if case.claimed_by is None or services.is_stale_claim(case, true_time.now()):
        return None
    since = case_time(case.claimed_at) if case.claimed_at else None
    return {"name": str(case.claimed_by), "is_you": case.claimed_by == caller_of(request).person, "since": since}


# --- how much, and what next ------------------------------------------------------------------------------------------


class FiguresShown(Shown):
    """How much waits; `mine` is held by the person of this key."""

    total: int
    late: int
    today: int
    tomorrow: int
    mine: int


@router.get("/queue/figures", response=FiguresShown)
@api_door(roles=DESK, scope="complaints:read", example=Example("reviewer"))
def read_queue_figures(request: HttpRequest) -> dict[str, Any]:
    """Say how many cases wait, are late, are due today and tomorrow."""
    at = request.at
    return selectors.figures(reviewer=caller_of(request).person, at=at)._asdict()


class Next(Shown):
    """The case to do next; null when none waits that this person may take."""

    case: QueueRow | None


@router.get("/queue/next", response=Next)
@api_door(roles=DESK, scope="complaints:read", example=Example("reviewer"))
def read_next_case(request: HttpRequest) -> dict[str, Any]:
    """Name the case to do next: one held already, then the most urgent that is free. It is not claimed by this."""
    case = selectors.next_for(caller_of(request).person, at=request.at)
    return {"case": _rows(request, [case])[0] if case else None}


# --- holding a case ---------------------------------------------------------------------------------------------------


class ClaimsSent(Strict):
    """Cases by their numbers."""

    cases: list[Line] = Field(min_length=1, max_length=MOST_AT_ONCE)


class Claims(Shown):
    """What became of each: held now, held by somebody else or waiting for a senior, or not waiting on a reviewer at all."""

    held: list[str]
    held_by_others: list[str]
    not_waiting: list[str]


@router.post("/queue/claims", response=Claims)
@api_door(
    roles=DESK,
    scope="decisions:write",
    example=Example("reviewer", body={"cases": [CHECKING, "CM-2026-000001-01"]}),
)
def claim_many(request: HttpRequest, body: ClaimsSent) -> dict[str, Any]:
    """Claim what is free of these cases. A claim that nobody acts on lapses after a while."""
    wanted = sorted(set(body.cases))
    waiting = dict(selectors.waiting().filter(number__in=wanted).values_list("number", "pk"))
    free = {number: _claimed(request, pk) for number, pk in waiting.items()}
    return {
        "held": [number for number in wanted if free.get(number)],
        "held_by_others": [number for number in wanted if free.get(number) is False],
        "not_waiting": [number for number in wanted if number not in free],
    }


def _claimed(request: HttpRequest, pk: int) -> bool:
    try:
        services.claim(complaint_id=pk, reviewer=caller_of(request).person, now=true_time.now())
    except (HeldByAnother, ForASenior):
        return False
    return True


class Hold(Shown):
    """Who holds a case now; null: nobody."""

    number: str
    held_by: HeldBy | None
    for_a_senior: bool


def _hold(request: HttpRequest, number: str) -> dict[str, Any]:
    case = Complaint.objects.select_related("claimed_by", "senior_request").get(number=number)
    asked = hasattr(case, "senior_request")
    return {"number": number, "held_by": held_shown(request, case), "for_a_senior": asked}


@router.post("/complaints/{number}/claim", response=Hold)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("held_by_another", "for_a_senior", "not_waiting"),
    example=Example("reviewer", path={"number": CHECKING}),
)
def claim_case(request: HttpRequest, number: str) -> dict[str, Any]:
    """Claim a case that waits on a reviewer; claiming one's own again renews it. Deciding claims by itself."""
    case = own_case(request, number)
    if case.waits_on != "reviewer":
        raise Refused("not_waiting")
    services.claim(complaint_id=case.pk, reviewer=caller_of(request).person, now=true_time.now())
    return _hold(request, number)


@router.post("/complaints/{number}/let-go", response=Hold)
@api_door(roles=DESK, scope="decisions:write", example=Example("reviewer", path={"number": CHECKING}))
def let_case_go(request: HttpRequest, number: str) -> dict[str, Any]:
    """Give a case back to the queue. One held by somebody else, or whose step is on its way, stays as it is."""
    services.release(complaint_id=own_case(request, number).pk, reviewer=caller_of(request).person)
    return _hold(request, number)


class SeniorAsked(Strict):
    """Why a senior should take the case; for the senior alone."""

    note: Text


@router.post("/complaints/{number}/pass-to-senior", response=Hold)
@api_door(
    roles=(REVIEWER,),
    scope="decisions:write",
    problems=("decision_defective", "held_by_another", "for_a_senior", "not_waiting", "no_senior"),
    example=Example(
        "reviewer", path={"number": CHECKING}, body={"note": "The mark is disputed before the office; see its letter."}
    ),
)
def pass_case_to_senior(request: HttpRequest, number: str, body: SeniorAsked) -> dict[str, Any]:
    """Ask a senior to take the case: only seniors can hold it then."""
    case, person = own_case(request, number), caller_of(request).person
    if case.waits_on != "reviewer":
        raise Refused("not_waiting")
    if person.is_senior or not selectors.is_there_a_senior(other_than=person):
        raise Refused("no_senior")
    services.pass_to_senior(complaint_id=case.pk, reviewer=person, note=body.note, now=true_time.now())
    return _hold(request, number)
