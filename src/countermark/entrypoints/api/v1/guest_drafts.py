"""Reporting without an account or a key: a draft that is mended until it fits, a code by mail, and it is sent.

The rules, limits and letters are those of the form. Whoever holds the token of a draft is its author; nothing here says
whether an address or a report is known.
"""

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.utils import timezone, translation
from ninja import File, Form, UploadedFile
from pydantic import BaseModel, ConfigDict, Field

from countermark.apps.complaints import guest_tokens, guests
from countermark.apps.complaints.drafts import AlreadySent
from countermark.apps.complaints.guests import TooOften
from countermark.apps.complaints.intake import NoticeDefective
from countermark.apps.complaints.models import GuestDraft
from countermark.apps.parties import codes
from countermark.apps.parties.models import Marketplace
from countermark.core import catalogue
from countermark.core.defect import Defect
from countermark.entrypoints.api.codes import Declaration, EvidenceKind, FactText, Id, ReasonCode, Slug, one_each
from countermark.entrypoints.api.door import ANYONE, Example, api_door
from countermark.entrypoints.api.problems import Refused
from countermark.entrypoints.api.routing import ApiRouter, answer_header
from countermark.entrypoints.api.schemas import Line, Shown, Strict, Whole
from countermark.entrypoints.api.v1.files import LARGEST, MULTIPART, SENT
from countermark.entrypoints.api.v1.guest_shown import GuestDraftShown, GuestPlace, draft_shown, place_shown
from countermark.entrypoints.origin import origin

router = ApiRouter(tags=["guests"])
HERE = "API_GUEST_REQUESTS_PER_MINUTE"
TOKEN = {"draft": "a-draft-of-the-examples"}
CODE = "428000"
REPORT = {
    "marketplace": "harbour",
    "listings": ["https://harbour.example/i/40655"],
    "reason": "TM-4",
    "statement": "The second picture shows the wordmark on the base; the maker told me that this shop has no licence.",
    "right_owner": "Halden & Moe AS",
    "name": "Gundula Fremd",
    "email": "gundula@fremd.example",
    "declarations": ["good_faith", "truth"],
}


class ReportTyped(Strict):
    """A report as far as it is written. What is missing is named by `defects`, not refused."""

    marketplace: Slug
    listings: list[Annotated[str, Field(max_length=900)]] = Field(min_length=1, max_length=20)
    reason: ReasonCode | Literal[""] = ""
    statement: Annotated[str, Field(max_length=20_000)] = ""
    right_owner: FactText = ""
    right_number: FactText = ""
    name: Line = ""
    email: Annotated[str, Field(max_length=254)] = ""
    declarations: list[Declaration] = Field(default_factory=list, max_length=20)


class GuestDraftMade(GuestDraftShown):
    """A draft and its token, which is shown only here: it opens the draft, and once the code was typed the report."""

    token: str


@router.get("/guest/places", response=Whole[GuestPlace])
@api_door(roles=ANYONE, per_address=HERE, example=Example("anyone"))
def list_guest_places(request: HttpRequest) -> dict[str, Any]:
    """List the marketplaces that take reports without an account, and what each asks of one."""
    return {"items": [place_shown(place) for place in guests.places()]}


@router.post("/guest/drafts", response={201: GuestDraftMade})
@api_door(
    roles=ANYONE,
    per_address=HERE,
    problems=("notice_defective", "too_often"),
    example=Example("anyone", body=REPORT, status=201),
)
def start_guest_draft(request: HttpRequest, body: ReportTyped) -> tuple[int, dict[str, Any]]:
    """Begin a report without an account. Nothing is sent and nobody is told before the code of a mail comes back.

    Every link is judged, and all there is to mend is answered. What was not sent within seven days is deleted."""
    at, now, place = request.at, timezone.now(), _place(body.marketplace)
    language = translation.get_language() or "en"
    draft, token = guest_tokens.start(marketplace=place, language=language, at=at, now=now)
    try:
        _write(request, draft, body)
    except TooOften:
        draft.delete()
        raise
    answer_header(request, "Location", f"/api/v1/guest/drafts/{token}")
    return 201, {**draft_shown(draft, at=at), "token": token}


def _place(slug: str) -> Marketplace:
    found = next((place for place in guests.places() if place.slug == slug), None)
    if found is None:
        raise NoticeDefective([Defect("guest_place_unknown", "marketplace")])
    return found


def _write(request: HttpRequest, draft: GuestDraft, body: ReportTyped) -> None:
    """Keep all of the report; a code that is out is worth nothing any more."""
    at, now = request.at, timezone.now()
    facts = {"right_owner": body.right_owner.strip(), "right_number": body.right_number.strip()}
    same = {name: getattr(body, name) for name in ("marketplace", "reason", "statement", "declarations")}
    contact = {"name": " ".join(body.name.split()), "email": body.email.strip()}
    guests.save(draft, at=at, facts=facts, **same, **contact)
    guests.forget_code(draft)
    guests.check_lines(draft, text=one_each(body.listings), at=at, now=now, by=origin(request))


def own_draft(token: str) -> GuestDraft:
    """The draft of this token. Raises Http404."""
    try:
        return guest_tokens.draft_of(token, now=timezone.now())
    except codes.LinkGone as gone:
        raise Http404(str(gone)) from gone


def open_draft(token: str) -> GuestDraft:
    """The draft of this token, if it has not gone out. Raises Http404, AlreadySent."""
    draft = own_draft(token)
    if draft.sent_as is not None:
        raise AlreadySent(draft.sent_as)
    return draft


@router.get("/guest/drafts/{draft}", response=GuestDraftShown)
@api_door(roles=ANYONE, per_address=HERE, problems=("already_sent",), example=Example("anyone", path=TOKEN))
def read_guest_draft(request: HttpRequest, draft: str) -> dict[str, Any]:
    """Read a draft: every link with its verdict, and all there is to mend."""
    return draft_shown(open_draft(draft), at=request.at)


@router.put("/guest/drafts/{draft}", response=GuestDraftShown)
@api_door(
    roles=ANYONE,
    per_address=HERE,
    problems=("already_sent", "notice_defective", "too_often"),
    example=Example("anyone", path=TOKEN, body=REPORT),
)
def change_guest_draft(request: HttpRequest, draft: str, body: ReportTyped) -> dict[str, Any]:
    """Write a draft anew, its files apart. The links are judged again; a code that was sent is worth nothing any more."""
    row = open_draft(draft)
    _place(body.marketplace)
    _write(request, row, body)
    return draft_shown(row, at=request.at)


@router.delete("/guest/drafts/{draft}", response={204: None})
@api_door(roles=ANYONE, per_address=HERE, problems=("already_sent",), example=Example("anyone", path=TOKEN, status=204))
def discard_guest_draft(request: HttpRequest, draft: str) -> tuple[int, None]:
    """Delete a draft with the name, the address and the files in it."""
    open_draft(draft).delete()
    return 204, None


# --- evidence ---------------------------------------------------------------------------------------------------------


class PieceSaid(BaseModel):
    """What a file shows, and whether the seller may see it."""

    model_config = ConfigDict(extra="forbid")

    kind: EvidenceKind = "other"
    private: Literal["true", "false"] = "true"


@router.post("/guest/drafts/{draft}/files", response={201: GuestDraftShown})
@api_door(
    roles=ANYONE,
    per_address=HERE,
    body_limit=LARGEST,
    problems=("already_sent", "file_refused", "evidence_too_many", "too_often"),
    example=Example("anyone", path=TOKEN, headers=MULTIPART, body=SENT, status=201),
)
def add_guest_file(
    request: HttpRequest, draft: str, file: File[UploadedFile], said: Form[PieceSaid]
) -> tuple[int, dict[str, Any]]:
    """Add a piece of evidence: PDF, JPG or PNG, judged by its content and kept under a name of ours.

    The seller sees it only where `private` is false."""
    row = open_draft(draft)
    guests.attach(
        row,
        content=file.read(),
        name=file.name or "",
        kind=said.kind,
        private=said.private == "true",
        at=request.at,
        now=timezone.now(),
        by=origin(request),
    )
    return 201, draft_shown(row, at=request.at)


@router.delete("/guest/drafts/{draft}/files/{file_id}", response=GuestDraftShown)
@api_door(
    roles=ANYONE,
    per_address=HERE,
    problems=("already_sent",),
    example=Example("anyone", path={**TOKEN, "file_id": "700001"}),
)
def remove_guest_file(request: HttpRequest, draft: str, file_id: Id) -> dict[str, Any]:
    """Take a piece of evidence out again; one that is not there is gone already."""
    row = open_draft(draft)
    guests.detach(row, file_id=file_id)
    return draft_shown(row, at=request.at)


# --- the code, and sending --------------------------------------------------------------------------------------------


class CodeOnItsWay(Shown):
    """A code went to this address, of which only its owner recognises the whole."""

    to: str
    good_for_minutes: int


def on_its_way(address: str) -> dict[str, Any]:
    """What is said of a code that was sent."""
    return {"to": codes.masked(address), "good_for_minutes": catalogue.load().number("seller_code_minutes")}


@router.post("/guest/drafts/{draft}/code", response={202: CodeOnItsWay})
@api_door(
    roles=ANYONE,
    per_address=HERE,
    problems=("already_sent", "notice_defective", "too_often", "code_not_sent"),
    example=Example("anyone", path=TOKEN, status=202),
)
def send_guest_code(request: HttpRequest, draft: str) -> tuple[int, dict[str, Any]]:
    """Send a code of six digits to the address of the draft, once nothing is to be mended. An earlier code ends.

    The letter holds no word of the report, so nobody can write to a stranger with it."""
    row = open_draft(draft)
    guests.send_code(row, at=request.at, now=timezone.now(), by=origin(request))
    return 202, on_its_way(str(row.data.get("email", "")))


class CodeTyped(Strict):
    """The code of the newest mail."""

    code: Annotated[str, Field(min_length=1, max_length=40)]


class Receipt(Shown):
    """The report has a number, and each listing is a case. `token` opens it at `/guest/reports/{token}` for some days.

    `already` names cases this guest had opened before about the same listings: then nothing was opened a second time."""

    number: str
    token: str
    cases: list[str]
    already: list[str]


@router.post("/guest/drafts/{draft}/send", response={200: Receipt, 201: Receipt})
@api_door(
    roles=ANYONE,
    per_address=HERE,
    problems=("code_wrong", "code_dead", "notice_defective", "too_often"),
    example=Example("anyone", path=TOKEN, body={"code": CODE}, status=201),
)
def send_guest_report(request: HttpRequest, draft: str, body: CodeTyped) -> tuple[int, dict[str, Any]]:
    """Send the report with the code of the mail: now it has a number, and a receipt goes to the address.

    Sent again, it answers the same report (200). So it does where the same guest had reported all of it before: `already`
    then says in which cases. From now on the token of the draft opens the report."""
    row, now = own_draft(draft), timezone.now()
    was_sent = row.sent_as is not None
    notice, before = tried(lambda: guest_tokens.submit(row, body.code, at=request.at, now=now))
    cases = list(notice.complaints.order_by("line").values_list("number", flat=True))
    said = {"number": notice.number, "token": draft, "cases": cases, "already": list(before)}
    return 200 if was_sent or before else 201, said


def tried(take: Any) -> Any:
    """Take a code. A wrong one says how many tries are left."""
    try:
        return take()
    except codes.CodeWrong as wrong:
        raise Refused("code_wrong", left=wrong.left) from wrong
