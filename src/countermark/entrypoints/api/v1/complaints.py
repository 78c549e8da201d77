"""The cases of whoever asks: as a list, one whole, and its withdrawal."""

from datetime import UTC, datetime
from typing import Any, Literal

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import AUDITOR, COMPLAINANTS, EVERY_ROLE
from countermark.apps.complaints import replies
from countermark.apps.complaints.held import glance
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.selectors import CaseView
from countermark.entrypoints.api.cases import case_view, catch_up, own_case, visible
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.routing import ApiRouter, caller_of, seen
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Strict, Text
from countermark.entrypoints.api.v1.case_shown import CaseRow, CaseShown, case_shown, row_shown

router = ApiRouter(tags=["complaints"])

Party = Literal["seller", "complainant", "reviewer", "marketplace"]
Outcome = Literal["upheld", "not_upheld", "dropped", "refused", "withdrawn", "reversed", "moot", "in_court"]
LAST = datetime(9999, 12, 31, tzinfo=UTC)  # where cases without a clock stand when sorted by it
NUMBER = "CM-2026-000001-01"
ORDERS = {
    "opened": ("opened_at", "pk"),
    "-opened": ("-opened_at", "-pk"),
    "due": ("until", "pk"),
    "-due": ("-until", "-pk"),
    "number": ("number",),
    "-number": ("-number",),
}


class CasesAsked(Asked):
    """How the list of cases is narrowed and sorted."""

    state: Line = Field("", description="A state of the procedure, such as `awaiting_seller`.")
    waits_on: Party | None = None
    open: bool | None = Field(None, description="true: without an outcome; false: with one.")
    outcome: Outcome | None = None
    marketplace: Line = Field("", description="Its slug.")
    notice: Line = Field("", description="The number of a notice.")
    q: Line = Field("", description="In the number, the listing's title, address or id.")
    due_before: Instant | None = None
    sort: Literal["opened", "-opened", "due", "-due", "number", "-number"] = "-opened"


@router.get("/complaints", response=Page[CaseRow])
@api_door(
    roles=EVERY_ROLE,
    scope="complaints:read",
    problems=("cursor_unknown",),
    example=Example("rights_holder", query={"waits_on": "reviewer", "sort": "due", "limit": "20"}),
)
def list_complaints(request: HttpRequest, asked: Query[CasesAsked]) -> dict[str, Any]:
    """List the cases the caller may see.

    A seller sees a case once the notice was found complete. Cases without a clock stand behind those with one."""
    mine = visible(request)
    catch_up(request, mine)
    return page_of(
        request, _narrowed(mine, asked), asked, order=ORDERS[asked.sort], show=lambda rows: _rows(request, rows)
    )


def _narrowed(cases: QuerySet[Complaint], asked: CasesAsked) -> QuerySet[Complaint]:
    wanted = {
        "state": asked.state,
        "waits_on": asked.waits_on,
        "outcome": asked.outcome,
        "notice__marketplace__slug": asked.marketplace,
        "notice__number": asked.notice,
        "due_at__lt": asked.due_before,
    }
    cases = cases.filter(**{name: value for name, value in wanted.items() if value})
    if asked.open is not None:
        cases = cases.filter(outcome="") if asked.open else cases.exclude(outcome="")
    for word in asked.q.split():
        listing = (
            Q(listing__title__icontains=word) | Q(listing__item_id__icontains=word) | Q(listing__url__icontains=word)
        )
        cases = cases.filter(listing | Q(number__icontains=word) | Q(notice__number__icontains=word))
    return cases.annotate(until=Coalesce(F("due_at"), Value(LAST))) if "due" in asked.sort else cases


def _rows(request: HttpRequest, cases: list[Complaint]) -> list[dict[str, Any]]:
    reader = caller_of(request).reader
    held = {each.id: each for each in glance([case.pk for case in cases])}
    return [row_shown(case, CaseView(case, held[case.pk], reader).complainant_name, reader) for case in cases]


@router.get("/complaints/{number}", response=CaseShown)
@api_door(roles=EVERY_ROLE, scope="complaints:read", example=Example("rights_holder", path={"number": NUMBER}))
def read_complaint(request: HttpRequest, number: str) -> dict[str, Any]:
    """Read one case whole: what the caller's role may see, what it may do, and until when.

    The header ETag names its state; send it back as If-Match with what you do. Reading a case here does not count as
    having been told of it."""
    shown = case_shown(case_view(request, number))
    return {**shown, "permitted": []} if caller_of(request).role == AUDITOR else shown  # reads as operators do, acts never


class Withdrawal(Strict):
    """Why the complaint is taken back. `as_error` undoes everything it did, points included."""

    as_error: bool = False
    words: Text = ""


@router.post("/complaints/{number}/withdraw", response=CaseShown)
@api_door(
    roles=COMPLAINANTS,
    scope="complaints:act",
    if_match=True,
    example=Example(
        "rights_holder",
        path={"number": NUMBER},
        headers={"If-Match": "*"},
        body={"as_error": False, "words": "We have found a licence after all."},
    ),
)
def withdraw_complaint(request: HttpRequest, number: str, body: Withdrawal) -> dict[str, Any]:
    """Take a complaint back. The listing is free of it at once."""
    case = own_case(request, number)
    replies.answer(
        holder_id=case.notice.holder_id,
        seen=seen(request, case),
        event="retracted_as_error" if body.as_error else "withdrawn",
        words=body.words.strip(),
        at=request.at,
    )
    return case_shown(case_view(request, number))
