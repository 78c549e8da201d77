"""What a complainant says in running cases: to a counter-notice, to what was missing, or that it is over. One case or many."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from django.http import Http404, HttpRequest
from pydantic import Field

from countermark.apps.access.scopes import COMPLAINANTS
from countermark.apps.complaints import replies, services
from countermark.apps.complaints.held import UnknownCase
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.replies import AnswerDefective, answer_defects
from countermark.apps.complaints.services import StaleCase
from countermark.apps.complaints.words import defect_words
from countermark.apps.work.models import StoredFile
from countermark.core.complaint import ClockRanOut, NotPermitted
from countermark.entrypoints.api.attached import attached
from countermark.entrypoints.api.cases import case_view, own_case, visible
from countermark.entrypoints.api.codes import Piece
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.problems import words_of
from countermark.entrypoints.api.routing import ApiRouter, seen
from countermark.entrypoints.api.schemas import Line, Shown, Strict, Text
from countermark.entrypoints.api.v1.case_shown import CaseShown, case_shown
from countermark.entrypoints.api.v1.counter_shown import CounterShown, counter_shown

router = ApiRouter(tags=["complaints"])
Answer = Literal["counter_accepted", "counter_rejected", "action_filed", "mended", "withdrawn", "retracted_as_error"]
MOST = 300  # cases of one call: as many as one notice opens
NUMBER = "CM-2026-000001-01"
COUNTERED = "CM-2026-000002-01"
WORDS = "The invoice names another shop and other goods; the lamp on the photo is not ours."
# what keeps an answer from one case and not from the others; a mandate may cover the one and not the other
Refusal = (StaleCase, NotPermitted, ClockRanOut, UnknownCase, AnswerDefective)


class AnswerSent(Strict):
    """An answer. Which `event` a case takes now stands in its `permitted`.

    `counter_accepted`: the seller is right. `counter_rejected`: say why; a reviewer decides. `action_filed`: one went to court
    or to an authority; its proof is in `files`. `mended`: what was missing in the notice. `withdrawn`, `retracted_as_error`:
    the complaint is over; as an error everything it did is undone."""

    event: Answer
    words: Text = ""
    files: list[Piece] = Field(default_factory=list, max_length=20)


class CaseSeen(Strict):
    """A case as the program saw it. Without `seq` any state will do."""

    number: Line
    seq: int | None = Field(None, ge=0, le=1_000_000_000)


class AnswersSent(AnswerSent):
    """One answer to many cases; words and files go to each of them."""

    cases: list[CaseSeen] = Field(min_length=1, max_length=MOST)


class WhyNot(Shown):
    """Why nothing happened in a case: the code of a problem, and its words."""

    code: str
    title: str
    detail: str


class Result(Shown):
    """What became of one case. `done` false: nothing happened in it, and `problem` says why."""

    number: str
    done: bool
    state: str
    outcome: str
    seq: int | None
    problem: WhyNot | None


class Results(Shown):
    """What became of each case, in the order they were named."""

    done: int
    not_done: int
    cases: list[Result]


@router.post("/complaints/{number}/answer", response=CaseShown)
@api_door(
    roles=COMPLAINANTS,
    scope="complaints:act",
    if_match=True,
    problems=("answer_defective", "file_unknown"),
    example=Example(
        "rights_holder",
        path={"number": COUNTERED},
        headers={"If-Match": "*"},
        body={"event": "counter_rejected", "words": WORDS, "files": [{"file": 700001, "kind": "comparison"}]},
    ),
)
def answer_complaint(request: HttpRequest, number: str, body: AnswerSent) -> dict[str, Any]:
    """Answer in one case: to a counter-notice, or to what a reviewer found missing."""
    case = own_case(request, number)
    pieces = _checked(request, body)
    _record(request, case.notice.holder_id, seen(request, case), body, pieces)
    return case_shown(case_view(request, number))


@router.post("/answers", response=Results)
@api_door(
    roles=COMPLAINANTS,
    scope="complaints:act",
    problems=("answer_defective", "file_unknown"),
    example=Example(
        "rights_holder",
        body={
            "event": "withdrawn",
            "words": "We have found a licence after all.",
            "cases": [{"number": NUMBER}, {"number": "CM-2026-000001-02", "seq": 0}],
        },
    ),
)
def answer_many(request: HttpRequest, body: AnswersSent) -> dict[str, Any]:
    """Answer in up to 300 cases at once, each for itself.

    A case that moved, in which this is not open, or whose mandate does not allow it, stays as it is and says why; the others go
    on. What is wrong with the answer itself refuses the whole."""
    pieces = _checked(request, body)
    asked = {each.number: each.seq for each in body.cases}
    ids = list(visible(request).filter(number__in=asked).values_list("pk", flat=True))
    services.catch_up_cases(ids, now=request.at)
    rows = {case.number: case for case in visible(request).filter(pk__in=ids).select_related("notice")}
    why: dict[str, Exception] = {number: UnknownCase() for number in asked if number not in rows}
    wanted = {case.pk: seq if (seq := asked[number]) is not None else case.seq for number, case in rows.items()}
    _each(request, list(rows.values()), wanted, body, pieces, why)
    return _results(request, asked, why)


def _checked(request: HttpRequest, body: AnswerSent) -> list[tuple[StoredFile, str]]:
    """The files of the answer. Raises AnswerDefective and FileUnknown."""
    if wrong := answer_defects(body.event, words=body.words, files=len(body.files)):
        raise AnswerDefective(wrong)
    return [(file, piece.kind) for file, piece in attached(request, body.files, "files")]


def _each(
    request: HttpRequest,
    cases: Sequence[Complaint],
    wanted: Mapping[int, int],
    body: AnswerSent,
    pieces: Sequence[tuple[StoredFile, str]],
    why: dict[str, Exception],
) -> None:
    """All in one write where all can; else those that can, each for itself. Adds why one could not to `why`."""
    good = [case for case in cases if wanted[case.pk] == case.seq]
    why |= {case.number: StaleCase([case.pk]) for case in cases if case not in good}
    try:
        if good:
            _record(request, good[0].notice.holder_id, {case.pk: wanted[case.pk] for case in good}, body, pieces)
        return
    except Refusal:
        pass
    for case in good:
        try:
            _record(request, case.notice.holder_id, {case.pk: wanted[case.pk]}, body, pieces)
        except Refusal as refused:
            why[case.number] = refused


def _record(
    request: HttpRequest,
    holder_id: int | None,
    seen_at: Mapping[int, int],
    body: AnswerSent,
    pieces: Sequence[tuple[StoredFile, str]],
) -> None:
    replies.answer(
        holder_id=holder_id,
        seen=seen_at,
        event=body.event,
        words=body.words.strip(),
        files=pieces,
        at=request.at,
    )


def _results(request: HttpRequest, asked: Mapping[str, Any], why: Mapping[str, Exception]) -> dict[str, Any]:
    now = {case.number: case for case in visible(request).filter(number__in=asked)}
    cases = [_result(number, now.get(number), why.get(number)) for number in asked]
    done = sum(each["done"] for each in cases)
    return {"done": done, "not_done": len(cases) - done, "cases": cases}


def _result(number: str, case: Complaint | None, refused: Any) -> dict[str, Any]:
    return {
        "number": number,
        "done": refused is None,
        "state": case.state if case else "",
        "outcome": case.outcome if case else "",
        "seq": case.seq if case else None,
        "problem": why_not(refused) if refused is not None else None,
    }


def why_not(refused: Any) -> dict[str, str]:
    """A refusal as WhyNot takes it."""
    code = "not_found" if refused.http_status_hint == 404 else refused.code
    title, detail = words_of(code, refused.http_status_hint)
    lacking = [part for defect in getattr(refused, "defects", ()) for part in defect_words(defect.code, defect.data)]
    return {"code": code, "title": title, "detail": " ".join(lacking) or detail}


@router.get("/complaints/{number}/counter-notice", response=CounterShown)
@api_door(roles=COMPLAINANTS, scope="complaints:read", example=Example("rights_holder", path={"number": COUNTERED}))
def read_counter_notice(request: HttpRequest, number: str) -> dict[str, Any]:
    """Read the newest counter-notice to a case, as its procedure lets the complainant see it."""
    view = case_view(request, number)
    counter = next((entry.counter for entry in reversed(view.trail) if entry.counter is not None), None)
    if counter is None:
        raise Http404(f"nobody has answered {number}")
    return counter_shown(view, counter)
