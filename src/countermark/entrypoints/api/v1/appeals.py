"""The appeal of a party against a decision of its case, and what the party takes home of a case."""

from typing import Any

from django.http import HttpRequest
from pydantic import Field

from countermark.apps.access.scopes import EVERY_ROLE, PARTIES
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.complaints.services import StaleCase
from countermark.apps.decisions import appeals
from countermark.apps.decisions.appeal_selectors import Standing, standing
from countermark.apps.decisions.models import Appeal
from countermark.apps.notifications.selectors import telling_of, told_at
from countermark.apps.work import true_time
from countermark.apps.work.sealing import unseal
from countermark.entrypoints.api.attached import attached
from countermark.entrypoints.api.cases import case_view, own_case
from countermark.entrypoints.api.codes import Piece
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.once_key import once_key
from countermark.entrypoints.api.routing import ApiRouter, caller_of, etag, seen
from countermark.entrypoints.api.schemas import Instant, Shown, Strict, Text, Whole
from countermark.entrypoints.api.v1.answers import WhyNot, why_not
from countermark.entrypoints.api.v1.case_shown import (
    Deadline,
    File,
    PaperShown,
    Words,
    due_shown,
    file_shown,
    words_shown,
)
from countermark.entrypoints.case_content import content_of, papers_of

router = ApiRouter(tags=["complaints"])
NUMBER = "CM-2026-000001-01"
DECIDED = "CM-2026-000003-01"
REFUSALS = (
    *("appeal_defective", "file_unknown", "appeal_open", "appeal_late", "appeal_nothing_lost", "appeal_not_ours"),
    *("appeal_still_open", "appeal_counter_notice_open", "appealed_before"),
)


class AppealFiled(Shown):
    """An appeal of this side. `granted` null with a `decided_at`: closed, what it was about no longer stands."""

    filed_at: Instant
    words: Words
    files: list[File]
    due_at: Instant | None
    decided_at: Instant | None
    granted: bool | None
    answer: Words | None


class AppealStands(Shown):
    """Whether one can appeal now, and until when; `why_not` says what is in the way. `until` is null before one was told."""

    may: bool
    until: Deadline | None
    why_not: WhyNot | None
    filed: list[AppealFiled]


class AppealSent(Strict):
    """Why the decision is wrong."""

    words: Text
    files: list[Piece] = Field(default_factory=list, max_length=20)


@router.get("/complaints/{number}/appeal", response=AppealStands)
@api_door(roles=PARTIES, scope="complaints:read", example=Example("rights_holder", path={"number": DECIDED}))
def read_appeal(request: HttpRequest, number: str) -> dict[str, Any]:
    """Say whether the newest decision of a case can be appealed, until when, and what became of an appeal."""
    return _stands(where(request, case_view(request, number)))


@router.post("/complaints/{number}/appeal", response={201: AppealStands})
@api_door(
    roles=PARTIES,
    scope="complaints:act",
    if_match=True,
    problems=REFUSALS,
    example=Example(
        "rights_holder",
        path={"number": DECIDED},
        headers={"If-Match": "*"},
        body={"words": "The invoice was read wrongly: it names goods of another make. Please look at page two again."},
        status=201,
    ),
)
def file_appeal(request: HttpRequest, number: str, body: AppealSent) -> tuple[int, dict[str, Any]]:
    """Appeal the newest decision of a case. Another person looks at it again; it costs nothing.

    The listing stays as it is meanwhile."""
    case = own_case(request, number)
    if seen(request, case)[case.pk] != case.seq:
        raise StaleCase([case.pk])
    if wrong := appeals.filing_defects(body.words, len(body.files)):
        raise appeals.AppealDefective(wrong)
    stands = where(request, case_view(request, number))
    if stands.found is None:
        raise stands.refused or StaleCase([case.pk])
    _file(request, case, stands.found.seq, body)
    return 201, _stands(where(request, case_view(request, number)))


def _file(request: HttpRequest, case: Complaint, seq: int, body: AppealSent) -> None:
    caller = caller_of(request)
    appeals.file_appeal(
        complaint=case,
        side=caller.reader,
        seq=seq,
        words=body.words,
        files=[file for file, _ in attached(request, body.files, "files")],
        told_at=told_at(case, seq, caller.reader),
        by=caller.person,
        at=request.at,
        now=true_time.now(),
        key=once_key(request),
    )


def where(request: HttpRequest, view: CaseView) -> Standing:
    """Where the caller's side stands in this case now."""
    side, at = caller_of(request).reader, request.at
    return standing(view.complaint, view.held, side, told=telling_of(view.complaint, side), at=at)


def _stands(stands: Standing) -> dict[str, Any]:
    return {
        "may": stands.found is not None,
        "until": due_shown(stands.found.due) if stands.found else None,
        "why_not": why_not(stands.refused) if stands.refused else None,
        "filed": [_filed(appeal) for appeal in stands.filed],
    }


def _filed(appeal: Appeal) -> dict[str, Any]:
    same = {name: getattr(appeal, name) for name in ("filed_at", "due_at", "decided_at", "granted")}
    return {
        **same,
        "words": words_shown(unseal(appeal.words)),
        "files": [file_shown(file) for file in appeal.files.all()],
        "answer": words_shown(unseal(appeal.answer)) if appeal.answer else None,
    }


# --- what one takes home ----------------------------------------------------------------------------------------------


@router.get("/complaints/{number}/statements", response=Whole[PaperShown])
@api_door(roles=EVERY_ROLE, scope="complaints:read", example=Example("seller", path={"number": NUMBER}))
def read_statements(request: HttpRequest, number: str) -> dict[str, Any]:
    """Read the statements of reasons and decisions of a case, the newest first, as the caller's side was told."""
    papers = papers_of(case_view(request, number))
    return {"items": [{"seq": p.seq, "at": p.at, "title": p.title, "paragraphs": p.paragraphs} for p in papers]}


@router.get("/complaints/{number}/file", response=dict[str, Any])
@api_door(roles=EVERY_ROLE, scope="events:read", example=Example("rights_holder", path={"number": NUMBER}))
def fetch_case_file(request: HttpRequest, number: str) -> dict[str, Any]:
    """Take a case home: all of it with the proof of each step, so that anybody can check it without us."""
    view = case_view(request, number)
    etag(request, view.complaint)
    return content_of(view, request.at)
