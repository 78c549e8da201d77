"""The account a key acts for: who it is and how that is shown, what was accepted, who acts for it."""

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, UploadedFile
from pydantic import Field

from countermark.apps.access.scopes import COMPLAINANTS
from countermark.apps.identity import selectors, services
from countermark.apps.identity.models import IdentityCheck
from countermark.apps.parties import holder_members
from countermark.apps.parties.models import Holder, Membership
from countermark.apps.parties.services import accept_agreements, agreements_asked
from countermark.core import identity
from countermark.core.defect import Defect
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Day, Instant, Line, Shown, Strict
from countermark.entrypoints.api.v1.files import BOUNDARY, LARGEST, MULTIPART, PAGE
from countermark.entrypoints.identity_words import agreements_said, reason_said

router = ApiRouter(tags=["account"])
DRAFT, MEMBER = "720002", "720001"
DocumentCode: Any = Literal[tuple(identity.documents())]
Role: Any = Literal[holder_members.ROLES]
PAPER = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="register.pdf"\r\n'
    f"Content-Type: application/pdf\r\n\r\n{PAGE}\r\n--{BOUNDARY}--\r\n"
)


class IdentityReason(Shown):
    """IdentityReason papers were sent back, and how that is mended."""

    id: str
    title: str
    how_to_mend: str


class IdentityPaperShown(Shown):
    """A file that shows who the account is; nobody reads it back from here."""

    id: int
    name: str
    size: int


class IdentityAttempt(Shown):
    """One attempt to show who the account is. `number_end` is the end of the number on the document."""

    state: Literal["draft", "pending", "returned", "verified"]
    is_change: bool = Field(description="Of a verified account that is to be called or to be found otherwise.")
    name: str = Field(description="What the account is called when this is verified; empty until it is sent.")
    address: str
    document: str
    number_end: str
    valid_until: Day | None
    submitted_at: Instant | None
    due_at: Instant | None
    decided_at: Instant | None
    reasons: list[IdentityReason]
    note: str
    papers: list[IdentityPaperShown]


class AgreementShown(Shown):
    """One version of what everybody accepts."""

    id: str
    version: str
    title: str
    text: list[str]


class AccountShown(Shown):
    """An account. It is complete with its identity verified and one right; `missing` says what is not there."""

    id: int
    name: str
    kind: str
    location: str
    identity: Literal["none", "pending", "returned", "verified"]
    verified_at: Instant | None
    missing: list[Literal["identity", "right"]]
    documents: list[str]
    attempts: list[IdentityAttempt]
    to_accept: list[AgreementShown]


def _holder(request: HttpRequest) -> Holder:
    found = caller_of(request).client.holder
    if found is None:
        raise Http404("this key acts for no account")
    return found


def _account(holder: Holder) -> dict[str, Any]:
    rows = IdentityCheck.objects.filter(holder=holder).order_by("-pk")[:50]
    return {
        **{name: getattr(holder, name) for name in ("name", "kind", "location", "verified_at")},
        "id": holder.pk,
        "identity": selectors.standing(holder),
        "missing": selectors.missing(holder),
        "documents": [each.id for each in identity.documents_for(holder.location, holder.kind)],
        "attempts": [attempt_shown(row) for row in rows],
        "to_accept": agreements_said(agreements_asked(holder)),
    }


def attempt_shown(row: IdentityCheck) -> dict[str, Any]:
    names = (
        "state",
        "is_change",
        "name",
        "address",
        "document",
        "number_end",
        "valid_until",
        "submitted_at",
        "due_at",
        "decided_at",
        "note",
    )
    why = [(code, *reason_said(code)) for code in row.reasons]
    papers = row.papers.defer("sealed").order_by("pk")
    return {
        **{name: getattr(row, name) for name in names},
        "reasons": [{"id": code, "title": title, "how_to_mend": cure} for code, title, cure in why],
        "papers": [{"id": paper.pk, "name": paper.name, "size": paper.size} for paper in papers],
    }


@router.get("/account", response=AccountShown)
@api_door(roles=COMPLAINANTS, scope="account:read", example=Example("rights_holder"))
def read_account(request: HttpRequest) -> dict[str, Any]:
    """Read the account of this key: who it is, what is missing, what was found each time."""
    return _account(_holder(request))


class IdentitySaid(Strict):
    """Which document shows it: one of `documents` of `/account`. An empty number leaves the one sent before."""

    document: DocumentCode
    number: Annotated[str, Field(max_length=60)] = ""
    valid_until: Day | None = None


@router.put("/account/identity", response=AccountShown)
@api_door(
    roles=COMPLAINANTS,
    scope="account:write",
    problems=("identity_moved", "identity_defective"),
    example=Example("agent", body={"document": "incorporation", "number": "RC 1203344"}),
)
def describe_identity(request: HttpRequest, body: IdentitySaid) -> dict[str, Any]:
    """Say which document shows who the account is. Of its number a keyed digest and the end are kept."""
    services.save_answers(check=_draft(request), **body.model_dump())
    return _account(_holder(request))


def _draft(request: HttpRequest) -> IdentityCheck:
    return services.draft_of(holder=_holder(request), at=request.at)


@router.post("/account/identity/papers", response={201: AccountShown})
@api_door(
    roles=COMPLAINANTS,
    scope="account:write",
    body_limit=LARGEST,
    problems=("file_refused", "identity_moved", "identity_defective"),
    example=Example("agent", headers=MULTIPART, body=PAPER, status=201),
)
def add_identity_paper(request: HttpRequest, file: File[UploadedFile]) -> tuple[int, dict[str, Any]]:
    """Add a scan or a photo of the document. It is sealed at once, and shown to the reviewer who takes it on alone."""
    at = request.at
    services.add_paper(check=_draft(request), content=file.read(), name=file.name or "", at=at)
    return 201, _account(_holder(request))


@router.delete("/account/identity/papers/{paper}", response={204: None})
@api_door(
    roles=COMPLAINANTS,
    scope="account:write",
    problems=("identity_moved",),
    example=Example("agent", path={"paper": DRAFT}, status=204),
)
def remove_identity_paper(request: HttpRequest, paper: Id) -> HttpResponse:
    """Take a paper away again, while nothing was sent. Harmless when it is gone."""
    services.remove_paper(check=_draft(request), paper_id=paper)
    return HttpResponse(status=204)


@router.post("/account/identity/submit", response=AccountShown)
@api_door(
    roles=COMPLAINANTS,
    scope="account:write",
    problems=("identity_moved", "identity_defective"),
    example=Example("agent"),
)
def submit_identity(request: HttpRequest) -> dict[str, Any]:
    """Send it to be verified. Until it is, rights and complaints of the account wait."""
    check = selectors.last_check(_holder(request))
    if check is None:
        raise services.IdentityDefective([Defect("identity_document", "document")])
    services.submit(check=check, by=caller_of(request).person, at=request.at)
    return _account(_holder(request))


class NameChanged(Strict):
    """What the account is called, and where it is."""

    name: Annotated[str, Field(max_length=200)]
    address: Annotated[str, Field(max_length=2000)] = ""


@router.post("/account/identity/change", response=AccountShown)
@api_door(
    roles=COMPLAINANTS,
    scope="account:write",
    problems=("account_defective", "identity_defective", "identity_moved"),
    example=Example("rights_holder", body={"name": "Halden AS", "address": "Kai 9, Bergen"}),
)
def change_name_or_address(request: HttpRequest, body: NameChanged) -> dict[str, Any]:
    """Change name or address. Verified ones stand until papers that show the new ones are sent and verified."""
    by, at = caller_of(request).person, request.at
    services.change_name(holder=_holder(request), by=by, at=at, now=timezone.now(), **body.model_dump())
    return _account(Holder.objects.get(pk=_holder(request).pk))


@router.delete("/account/identity/change", response={204: None})
@api_door(roles=COMPLAINANTS, scope="account:write", example=Example("rights_holder", status=204))
def drop_change_of_name(request: HttpRequest) -> HttpResponse:
    """Leave name and address as they were verified, while nothing was sent. Harmless when nothing was begun."""
    services.drop_change(holder=_holder(request), by=caller_of(request).person, now=timezone.now())
    return HttpResponse(status=204)


class AgreementsAccepted(Strict):
    """The version of every agreement in `to_accept` that its person has read and accepts."""

    versions: dict[str, Line]


@router.post("/account/agreements", response=AccountShown)
@api_door(
    roles=COMPLAINANTS,
    scope="account:write",
    problems=("agreement_defective",),
    example=Example("agent", body={"versions": {each.id: each.version for each in identity.in_force()}}),
)
def accept_what_is_in_force(request: HttpRequest, body: AgreementsAccepted) -> dict[str, Any]:
    """Accept what is in force now, by version; it is kept with the name of the key's person."""
    holder = _holder(request)
    if any(body.versions.get(each.id) != each.version for each in agreements_asked(holder)):
        raise AgreementDefective([Defect("account_terms", "versions")])
    accept_agreements(holder=holder, person=caller_of(request).person, at=request.at)
    return _account(holder)


class AgreementDefective(Exception):
    """Not every agreement that is asked for was named in the version that is in force. Nothing was accepted."""

    code = "agreement_defective"
    http_status_hint = 422

    def __init__(self, defects: list[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("agreements are named by id and version")


# --- who acts for it --------------------------------------------------------------------------------------------------


class MemberShown(Shown):
    """Somebody who acts for the account."""

    id: int
    name: str
    email: str
    role: Role
    since: Instant | None


class Members(Shown):
    """Everybody who acts for the account."""

    items: list[MemberShown]


def _members(holder: Holder) -> dict[str, Any]:
    return {"items": [_member(row) for row in holder_members.members_of(holder)]}


def _member(row: Membership) -> dict[str, Any]:
    about = {"id": row.pk, "role": row.role, "since": row.since}
    return {**about, "name": row.person.name, "email": row.person.email}


@router.get("/account/members", response=Members)
@api_door(roles=COMPLAINANTS, scope="account:read", example=Example("rights_holder"))
def list_members(request: HttpRequest) -> dict[str, Any]:
    """List who acts for the account, admins first."""
    return _members(_holder(request))


class MemberInvited(Strict):
    """Whom to invite, and as what."""

    email: Annotated[str, Field(max_length=254)]
    role: Role


class InvitationShown(Shown):
    """An invitation that is on its way. The link is in the mail alone."""

    email: str
    role: Role
    expires_at: Instant


@router.post("/account/members", response={201: InvitationShown})
@api_door(
    roles=COMPLAINANTS,
    scope="members:manage",
    problems=("member_not_invited",),
    example=Example("rights_holder", body={"email": "kim.new@halden-moe.example", "role": "filer"}, status=201),
)
def invite_member(request: HttpRequest, body: MemberInvited) -> tuple[int, dict[str, Any]]:
    """Mail an invitation. It works once, for the account of this address."""
    row = holder_members.invite(
        holder=_holder(request), address=body.email, role=body.role, by=caller_of(request).person, now=timezone.now()
    )
    return 201, {"email": row.address, "role": row.role, "expires_at": row.expires_at}


class MemberRoleSaid(Strict):
    """What somebody is from now on."""

    role: Role


def _found(request: HttpRequest, member: int) -> Membership:
    row = Membership.objects.select_related("holder", "person").filter(holder=_holder(request), pk=member).first()
    if row is None:
        raise Http404("nobody of this number acts for the account")
    return row


@router.post("/account/members/{id}", response=MemberShown)
@api_door(
    roles=COMPLAINANTS,
    scope="members:manage",
    problems=("last_account_admin",),
    example=Example("rights_holder", path={"id": MEMBER}, body={"role": "viewer"}),
)
def change_member(request: HttpRequest, id: Id, body: MemberRoleSaid) -> dict[str, Any]:
    """Make somebody admin, filer or viewer. It holds from the next request on, for keys too."""
    by = caller_of(request).person
    return _member(holder_members.set_role(_found(request, id), body.role, by=by, now=timezone.now()))


@router.delete("/account/members/{id}", response={204: None})
@api_door(
    roles=COMPLAINANTS,
    scope="members:manage",
    problems=("last_account_admin",),
    example=Example("rights_holder", path={"id": MEMBER}, status=204),
)
def remove_member(request: HttpRequest, id: Id) -> HttpResponse:
    """Let somebody no longer act for the account."""
    holder_members.remove(_found(request, id), by=caller_of(request).person, now=timezone.now())
    return HttpResponse(status=204)
