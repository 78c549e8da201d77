"""Appeals as the desk has them: which wait until when, one with what both sides said, and how it ends."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import DESK
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.decisions import appeal_selectors
from countermark.apps.decisions.appeals import answer_defects, decide_appeal
from countermark.apps.decisions.models import Appeal
from countermark.apps.parties.models import Person
from countermark.apps.work import true_time
from countermark.apps.work.sealing import unseal
from countermark.entrypoints.api.cases import case_view
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.problems import defects_of
from countermark.entrypoints.api.routing import ApiRouter, caller_of, seen
from countermark.entrypoints.api.schemas import Asked, Defect, Instant, Page, Shown, Strict
from countermark.entrypoints.api.v1.case_shown import (
    Deadline,
    File,
    PaperShown,
    Words,
    due_shown,
    file_shown,
    words_shown,
)
from countermark.entrypoints.case_content import papers_of
from countermark.entrypoints.steps_offered import appeal_preview

router = ApiRouter(tags=["appeals"])
APPEAL = "710001"
WORDS = "The second look finds the mark on the base of the lamp, as photo 1 shows. The notice was complete."


class AppealRow(Shown):
    """An appeal. `granted` null with a `decided_at`: closed, nothing was left to win. `had_a_part`: somebody else decides it."""

    id: int
    number: str
    notice: str
    side: Literal["seller", "complainant"]
    seq: int = Field(description="The event appealed against.")
    filed_at: Instant
    due: Deadline
    decided_at: Instant | None
    granted: bool | None
    had_a_part: bool


class AppealShown(AppealRow):
    """An appeal whole. `deciders` had a part in what is appealed; `only_to_close`: nothing is left to win."""

    words: Words
    files: list[File]
    against: PaperShown | None
    deciders: list[str]
    only_to_close: bool
    decided_by: str
    answer: Words | None


class AppealsAsked(Asked):
    """Which appeals."""

    show: Literal["waiting", "decided"] = "waiting"


@router.get("/appeals", response=Page[AppealRow])
@api_door(roles=DESK, scope="complaints:read", problems=("cursor_unknown",), example=Example("reviewer"))
def list_appeals(request: HttpRequest, asked: Query[AppealsAsked]) -> dict[str, Any]:
    """List the appeals that wait, those due first in front; or those decided, the newest first."""
    decided = asked.show == "decided"
    rows = appeal_selectors.decided() if decided else appeal_selectors.waiting()
    order = ("-decided_at", "-pk") if decided else ("due_at", "pk")
    return page_of(request, rows, asked, order=order, show=lambda piece: _rows(request, piece))


def _rows(request: HttpRequest, appeals: Sequence[Appeal]) -> list[dict[str, Any]]:
    deciders, dues = appeal_selectors.deciders_of(appeals), appeal_selectors.our_dues(appeals)
    person = caller_of(request).person.pk
    return [
        {
            "id": appeal.pk,
            "number": appeal.complaint.number,
            "notice": appeal.complaint.notice.number,
            "due": due_shown(due),
            "had_a_part": person in deciders[appeal.pk],
            **{name: getattr(appeal, name) for name in ("side", "seq", "filed_at", "decided_at", "granted")},
        }
        for appeal, due in zip(appeals, dues, strict=True)
    ]


@router.get("/appeals/{appeal_id}", response=AppealShown)
@api_door(roles=DESK, scope="complaints:read", example=Example("reviewer", path={"appeal_id": APPEAL}))
def read_appeal_to_decide(request: HttpRequest, appeal_id: Id) -> dict[str, Any]:
    """Read one appeal: why, and the reasons it is against. The ETag is that of its case, for deciding it."""
    return _whole(request, *_found(request, appeal_id))


def _found(request: HttpRequest, appeal_id: int) -> tuple[Appeal, CaseView]:
    row = appeal_selectors.find(appeal_id)
    if row is None:
        raise Http404("there is no such appeal")
    return row, case_view(request, row.complaint.number)


def _whole(request: HttpRequest, row: Appeal, view: CaseView) -> dict[str, Any]:
    deciders = Person.objects.filter(pk__in=appeal_selectors.deciders(row)).order_by("pk")
    against = next((paper for paper in papers_of(view) if paper.seq == row.seq), None)
    return {
        **_rows(request, [row])[0],
        "words": words_shown(unseal(row.words)),
        "files": [file_shown(file) for file in row.files.all()],
        "against": {name: getattr(against, name) for name in ("seq", "at", "title", "paragraphs")} if against else None,
        "deciders": [str(person) for person in deciders],
        "only_to_close": row.decided_at is None and appeal_selectors.has_nothing_left(row, view.held),
        "decided_by": str(row.decided_by) if row.decided_by else "",
        "answer": words_shown(unseal(row.answer)) if row.answer else None,
    }


class AppealAnswer(Strict):
    """How an appeal ends and why. `granted` null closes one that has nothing left to win (`only_to_close`)."""

    granted: bool | None
    words: Annotated[str, Field(max_length=10_000)]


class AppealPreview(Shown):
    """What will be sent."""

    can_be_sent: bool
    paragraphs: list[tuple[str, str]]
    defects: list[Defect]


@router.post("/appeals/{appeal_id}/preview", response=AppealPreview)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("not_permitted", "clock_ran_out", "before_the_last_event"),
    example=Example("reviewer", path={"appeal_id": APPEAL}, body={"granted": True, "words": WORDS}),
)
def preview_appeal(request: HttpRequest, appeal_id: Id, body: AppealAnswer) -> dict[str, Any]:
    """Read what answering an appeal like this would send, without deciding it."""
    _, view = _found(request, appeal_id)
    missing = answer_defects(body.words.strip())
    told = appeal_preview(view, body.granted, body.words.strip(), request.at)
    return {"can_be_sent": not missing, "paragraphs": list(told), "defects": defects_of(missing)}


@router.post("/appeals/{appeal_id}/decide", response=AppealShown)
@api_door(
    roles=DESK,
    scope="decisions:write",
    if_match=True,
    problems=("decision_defective", "appeal_same_reviewer", "appeal_decided"),
    example=Example(
        "reviewer",
        path={"appeal_id": APPEAL},
        headers={"If-Match": "*"},
        body={"granted": True, "words": WORDS},
    ),
)
def decide_appeal_of_case(request: HttpRequest, appeal_id: Id, body: AppealAnswer) -> dict[str, Any]:
    """Grant an appeal, or not, with reasons; it takes effect at once. Whoever decided the case does not decide its appeal.

    If-Match names the state of the case, as the ETag of the appeal has it."""
    row, view = _found(request, appeal_id)
    decide_appeal(
        appeal_id=row.pk,
        granted=body.granted,
        words=body.words,
        reviewer=caller_of(request).person,
        seen=seen(request, view.complaint)[view.complaint.pk],
        at=request.at,
        now=true_time.now(),
    )
    return _whole(request, *_found(request, appeal_id))
