"""What a guest does once a report is sent: follow it, answer in its cases, come back by a link of a mail, end all links."""

from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Form, UploadedFile
from ninja.params.functions import File as FileParam
from pydantic import BaseModel, ConfigDict, Field

from countermark.apps.complaints import guest_links, guest_papers, guest_tokens, replies, selectors, services
from countermark.apps.complaints.guests import is_address
from countermark.apps.complaints.models import Complaint, GuestLink, Notice
from countermark.apps.complaints.replies import AnswerDefective, answer_defects
from countermark.apps.complaints.services import StaleCase
from countermark.apps.parties import codes
from countermark.apps.work.files import put
from countermark.entrypoints.api.codes import EvidenceKind
from countermark.entrypoints.api.door import ANYONE, Example, api_door
from countermark.entrypoints.api.routing import ApiRouter, etag, seen
from countermark.entrypoints.api.schemas import Shown, Strict, Text
from countermark.entrypoints.api.v1.case_shown import CaseShown, case_shown
from countermark.entrypoints.api.v1.files import BOUNDARY, LARGEST, MULTIPART, SENT
from countermark.entrypoints.api.v1.guest_drafts import CODE, HERE, CodeOnItsWay, CodeTyped, Receipt, on_its_way, tried
from countermark.entrypoints.api.v1.notice_shown import NoticeShown, notice_shown
from countermark.entrypoints.origin import origin
from countermark.evidence.uploads import Accepted

router = ApiRouter(tags=["guests"])
TOKEN = {"token": "a-report-of-the-examples"}
LINK = {"link": "a-link-of-the-examples"}
CASE = {**TOKEN, "number": "CM-2026-720001-01"}
Said = Literal["counter_accepted", "counter_rejected", "mended", "withdrawn", "retracted_as_error"]
OVER = "The seller is licensed, as the letter shows."
WITH_A_FILE = "".join(
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
    for name, value in (("event", "withdrawn"), ("words", OVER), ("kind", "licence_letter"))
) + SENT.replace('name="file"', 'name="files"')


def own_report(token: str) -> Notice:
    """The report this token opens. Raises Http404."""
    try:
        return guest_tokens.notice_of(token, now=timezone.now())
    except codes.LinkGone as gone:
        raise Http404(str(gone)) from gone


def _own_case(request: HttpRequest, token: str, number: str) -> Complaint:
    """The row of a case of the report, up to date. Raises Http404."""
    mine = selectors.visible("complainant", notice_ids=[own_report(token).pk])
    found = mine.filter(number=number).first()
    if found is None:
        raise Http404(f"there is no case {number} in this report")
    return services.bring_up_to_date(found, now=request.at)


def _shown(request: HttpRequest, case: Complaint) -> dict[str, Any]:
    view = selectors.case_view(case.number, reader="complainant", notice_ids=[case.notice_id])
    etag(request, view.complaint)
    return case_shown(view)


@router.get("/guest/reports/{token}", response=NoticeShown)
@api_door(roles=ANYONE, per_address=HERE, example=Example("anyone", path=TOKEN))
def read_guest_report(request: HttpRequest, token: str) -> dict[str, Any]:
    """Read a report: its cases with state and time limits, and the links that were left out, each with why."""
    notice = own_report(token)
    ids = list(notice.complaints.values_list("pk", flat=True))
    services.catch_up_cases(ids, now=request.at)
    return notice_shown(notice)


@router.get("/guest/reports/{token}/cases/{number}", response=CaseShown)
@api_door(roles=ANYONE, per_address=HERE, example=Example("anyone", path=CASE))
def read_guest_case(request: HttpRequest, token: str, number: str) -> dict[str, Any]:
    """Read one case of a report whole: what happened, until when, why it was decided so, what can be done now."""
    return _shown(request, _own_case(request, token, number))


class GuestAnswer(Strict):
    """What the guest says in a case; `permitted` of the case names what it takes now."""

    event: Said
    words: Text = ""


@router.post("/guest/reports/{token}/cases/{number}/answer", response=CaseShown)
@api_door(
    roles=ANYONE,
    per_address=HERE,
    if_match=True,
    problems=("answer_defective",),
    example=Example(
        "anyone", path=CASE, headers={"If-Match": "*"}, body={"event": "withdrawn", "words": "The seller is licensed."}
    ),
)
def answer_guest_case(request: HttpRequest, token: str, number: str, body: GuestAnswer) -> dict[str, Any]:
    """Answer in a case: to the seller, to what a reviewer found missing, or that the complaint is over."""
    case, words = _own_case(request, token, number), body.words.strip()
    if wrong := answer_defects(body.event, words=words, files=0):
        raise AnswerDefective(wrong)
    at = request.at
    replies.answer(guest=case.notice, seen=seen(request, case), event=body.event, words=words, at=at)
    return _shown(request, case)


Papers = Annotated[list[UploadedFile], FileParam(..., min_length=1)]


class PaperedAnswer(BaseModel):
    """The same answer as a form, and what its files show."""

    model_config = ConfigDict(extra="forbid")

    event: Said
    words: Text = ""
    kind: EvidenceKind = "other"


@router.post("/guest/reports/{token}/cases/{number}/answer-with-files", response=CaseShown)
@api_door(
    roles=ANYONE,
    per_address=HERE,
    if_match=True,
    body_limit=LARGEST,
    problems=("answer_defective", "file_refused", "evidence_too_many", "too_often"),
    example=Example("anyone", path=CASE, headers={**MULTIPART, "If-Match": "*"}, body=WITH_A_FILE),
)
def answer_guest_case_with_files(
    request: HttpRequest, token: str, number: str, said: Form[PaperedAnswer], files: Papers
) -> dict[str, Any]:
    """Answer in a case and send papers along, as `multipart/form-data`, 26 MB in all. One that is refused refuses the answer.

    PDF, JPG or PNG, judged by its content and kept under a name of ours; the seller may see it."""
    case, words = _own_case(request, token, number), said.words.strip()
    if wrong := answer_defects(said.event, words=words, files=len(files)):
        raise AnswerDefective(wrong)
    mine = seen(request, case)
    if mine[case.pk] != case.seq:
        raise StaleCase([case.pk])
    papers = _examined(request, files)  # before the lock: it may take its time
    at = request.at
    with transaction.atomic():
        kept = [(put(paper, by=None, at=at), said.kind) for paper in papers]
        replies.answer(guest=case.notice, seen=mine, event=said.event, words=words, files=kept, at=at)
    return _shown(request, case)


def _examined(request: HttpRequest, sent: list[UploadedFile]) -> list[Accepted]:
    guest_papers.refuse_too_many(len(sent))
    told: dict[str, Any] = {"now": timezone.now(), "by": origin(request)}
    return [guest_papers.examine(file.read(), file.name or "", place=n, **told) for n, file in enumerate(sent, 1)]


class LinksEnded(Shown):
    """How many links and tokens were ended."""

    ended: int


@router.post("/guest/reports/{token}/end-links", response=LinksEnded)
@api_door(roles=ANYONE, per_address=HERE, example=Example("anyone", path=TOKEN))
def end_guest_links(request: HttpRequest, token: str) -> dict[str, Any]:
    """End every link and token of a report, this one too: for somebody whose mail went on to others."""
    return {"ended": guest_links.end_links(own_report(token), now=timezone.now())}


# --- coming back ------------------------------------------------------------------------------------------------------


class AddressAsked(Strict):
    """The address the reports came from."""

    email: Annotated[str, Field(min_length=1, max_length=254)]


class Asked(Shown):
    """The same for every address, whether anything was reported from it or not."""

    asked: Literal[True] = True


@router.post("/guest/links", response={202: Asked})
@api_door(
    roles=ANYONE, per_address=HERE, example=Example("anyone", body={"email": "gundula@fremd.example"}, status=202)
)
def ask_for_guest_links(request: HttpRequest, body: AddressAsked) -> tuple[int, dict[str, Any]]:
    """Ask for links to what was reported from an address. They go there by mail; the answer is the same for every address."""
    address = " ".join(body.email.split())
    if is_address(address):
        guest_links.request_links(address, now=timezone.now())
    return 202, {"asked": True}


def _link(token: str) -> GuestLink:
    """The link of a mail. Raises Http404."""
    try:
        return guest_links.open_link(token)
    except codes.LinkGone as gone:
        raise Http404(str(gone)) from gone


@router.post("/guest/links/{link}/code", response={202: CodeOnItsWay})
@api_door(
    roles=ANYONE,
    per_address=HERE,
    problems=("too_many_codes", "code_not_sent"),
    example=Example("anyone", path=LINK, status=202),
)
def send_code_for_link(request: HttpRequest, link: str) -> tuple[int, dict[str, Any]]:
    """Send a code for the link of a mail to the address the report came from."""
    row = _link(link)
    guest_links.send_code(row, now=timezone.now())
    return 202, on_its_way(row.notice.filer_email)


@router.post("/guest/links/{link}/open", response=Receipt)
@api_door(
    roles=ANYONE,
    per_address=HERE,
    problems=("code_wrong", "code_dead"),
    example=Example("anyone", path=LINK, body={"code": CODE}),
)
def open_guest_link(request: HttpRequest, link: str, body: CodeTyped) -> dict[str, Any]:
    """Open a report by the link of a mail and its code; `token` is good for some days."""
    row, now = _link(link), timezone.now()
    notice = tried(lambda: guest_links.check_code(row, body.code, now=now))
    cases = list(notice.complaints.order_by("line").values_list("number", flat=True))
    return {"number": notice.number, "token": guest_tokens.make(notice, now=now), "cases": cases, "already": []}
