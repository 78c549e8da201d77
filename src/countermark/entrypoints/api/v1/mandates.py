"""Mandates of agents: the form, the signed paper, sending, passing on, ending; the owner's view; the reviewer's check."""

from datetime import date
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import File, Form, Query, UploadedFile
from pydantic import BaseModel, Field

from countermark.apps.access.scopes import COMPLAINANTS, DESK, RIGHTS_HOLDER
from countermark.apps.complaints import mandate_watch
from countermark.apps.mandates import passing_on, selectors, services, words
from countermark.apps.mandates.links import mandate_of
from countermark.apps.mandates.models import STATES, Mandate
from countermark.apps.mandates.services import MandateMoved, Scope
from countermark.apps.parties.selectors import open_marketplaces
from countermark.apps.rights.models import Right
from countermark.core.rights.mandate import POWERS
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.problems import defects_of
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of
from countermark.entrypoints.api.schemas import Asked, Day, Defect, Instant, Page, Shown, Strict
from countermark.entrypoints.api.v1.case_shown import File as FileShown
from countermark.entrypoints.api.v1.case_shown import file_shown
from countermark.entrypoints.api.v1.files import LARGEST, MULTIPART
from countermark.entrypoints.api.v1.files import SENT as SENT_FILE

router = ApiRouter(tags=["mandates"])
State: Any = Literal[STATES]
Power: Any = Literal[POWERS]
Reason: Any = Literal[tuple(reason.id for reason in services.return_reasons())]
DRAFT, SENT, IN_FORCE, OFFERED, ENDED = "710001", "710002", "710003", "710004", "710008"  # in the world of the examples
MAILED = "710007.1tHrK3rSOf8fDCHTlKjwkIXCkbOn3Bqrmr6vltU0Oc0"  # there, too
OWNER = {"principal_name": "Fjell AS", "principal_address": "Kai 9, Bergen", "principal_email": "owner@fjell.example"}


class MandateShown(Shown):
    """A mandate. `rights` and `marketplaces` are null where it covers all; `missing` is what keeps it from being sent.

    A sub-mandate names the mandate it was passed on from; while it is offered, `agent` is who offers it. `rights` are of the
    agent's own list, so its owner reads `right_names`; paper and `missing` are between the agent and the reviewer."""

    id: int
    number: str
    state: State
    status: str
    agent: str
    agent_id: int
    passed_on_from: str
    offered_to: str
    principal_name: str
    principal_address: str
    principal_email: str
    rights: list[int] | None
    right_names: list[str] | None
    marketplaces: list[str] | None
    powers: list[str]
    may_delegate: bool
    starts_on: date | None
    ends_on: date | None
    paper: FileShown | None
    is_own_text: bool
    submitted_at: Instant | None
    due_at: Instant | None
    verified_at: Instant | None
    return_reasons: list[str]
    return_note: str
    missing: list[Defect]


class MandateSaid(Strict):
    """What a mandate covers, as far as it is known; what is not given stays. `rights` and `marketplaces` null: all."""

    principal_name: Annotated[str, Field(max_length=200)] = ""
    principal_address: Annotated[str, Field(max_length=1000)] = ""
    principal_email: Annotated[str, Field(max_length=254)] = ""
    rights: Annotated[list[Id], Field(max_length=300)] | None = None
    marketplaces: Annotated[list[str], Field(max_length=100)] | None = None
    powers: list[Power] = Field(default_factory=lambda: list(POWERS))
    may_delegate: bool = False
    starts_on: Day | None = None
    ends_on: Day | None = None


def mine(request: HttpRequest) -> QuerySet[Mandate]:
    """The mandates the caller may read: its own, passed on, offered to it; an owner's, those it gave; a reviewer's, all sent."""
    caller = caller_of(request)
    if caller.role in DESK:
        rows = Mandate.objects.exclude(state="draft").select_related(*selectors.BESIDE)
    else:
        rows = selectors.shown_to(caller.holder_ids, caller.person.email)
        rows = rows | selectors.given_by(caller.holder_ids) if caller.role == RIGHTS_HOLDER else rows
    return rows.prefetch_related("rights", "marketplaces")


def own_mandate(request: HttpRequest, pk: int) -> Mandate:
    """A mandate the caller may read. Raises Http404."""
    found = mine(request).filter(pk=pk).first()
    if found is None:
        raise Http404("there is no such mandate among yours")
    return found


def _shown(request: HttpRequest, row: Mandate) -> dict[str, Any]:
    state, at = selectors.stands(row, at=request.at), request.at
    same = {name: getattr(row, name) for name in MandateShown.model_fields if hasattr(row, name)}
    rights, is_owner = (None if row.all_rights else list(row.rights.all())), _is_owner(request, row)
    return {
        **same,
        "passed_on_from": str(row.parent or ""),
        "principal_email": "" if _is_hidden(request, row) else row.principal_email,
        "state": state,
        "status": str(words.STATES[state][2]),
        "agent": row.agent.name,
        "rights": None if rights is None else [right.pk for right in rights],
        "right_names": None if rights is None else list(map(str, rights)),
        "marketplaces": None if row.all_marketplaces else [place.slug for place in row.marketplaces.all()],
        "paper": file_shown(row.paper) if row.paper and not is_owner else None,
        "missing": defects_of(services.defects(row, at=at)) if row.state in services.OPEN and not is_owner else [],
    }


def _is_owner(request: HttpRequest, row: Mandate) -> bool:
    """Whether the caller is who gave the mandate."""
    caller = caller_of(request)
    return caller.role == RIGHTS_HOLDER and row.principal_id in caller.holder_ids


def _is_hidden(request: HttpRequest, row: Mandate) -> bool:
    """Whether the owner's e-mail is kept from the agent a mandate was passed on to."""
    caller = caller_of(request)
    mine = selectors.side_of(row, caller.holder_ids) == "agent" and not _is_owner(request, row)
    return row.parent_id is not None and mine and caller.role not in DESK


class MandatesAsked(Asked):
    """How the list is narrowed."""

    state: State | None = None


@router.get("/mandates", response=Page[MandateShown])
@api_door(
    roles=(*COMPLAINANTS, *DESK), scope="rights:read", problems=("cursor_unknown",), example=Example("rights_holder")
)
def list_mandates(request: HttpRequest, asked: Query[MandatesAsked]) -> dict[str, Any]:
    """List mandates, the newest first. An owner reads those it gave, a reviewer those of everybody that were sent."""
    rows = mine(request)
    rows = rows.filter(state=asked.state) if asked.state else rows
    return page_of(request, rows, asked, order=("-pk",), show=lambda piece: [_shown(request, row) for row in piece])


@router.get("/mandates/{id}", response=MandateShown)
@api_door(roles=(*COMPLAINANTS, *DESK), scope="rights:read", example=Example("agent", path={"id": DRAFT}))
def read_mandate(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read one mandate: what it covers, where it stands, why it was sent back."""
    return _shown(request, own_mandate(request, id))


@router.post("/mandates", response={201: MandateShown})
@api_door(
    roles=("agent",),
    scope="rights:write",
    problems=("mandate_defective",),
    example=Example("agent", body=OWNER, status=201),
)
def begin_mandate(request: HttpRequest, body: MandateSaid) -> tuple[int, dict[str, Any]]:
    """Begin to register a mandate of an owner. It is kept as it is; nothing is sent yet."""
    agent = caller_of(request).client.holder
    assert agent is not None
    row = services.save_draft(agent=agent, said=_scope(request, body), at=request.at)
    answer_header(request, "Location", f"/api/v1/mandates/{row.pk}")
    return 201, _shown(request, own_mandate(request, row.pk))


@router.put("/mandates/{id}", response=MandateShown)
@api_door(
    roles=("agent",),
    scope="rights:write",
    problems=("mandate_moved",),
    example=Example("agent", path={"id": DRAFT}, body=OWNER),
)
def change_mandate(request: HttpRequest, id: Id, body: MandateSaid) -> dict[str, Any]:
    """Say anew what a mandate covers, while it was not sent. A signed paper goes: it was signed for something else."""
    row = own_mandate(request, id)
    services.save_draft(agent=row.agent, said=_scope(request, body), at=request.at, mandate=row)
    return _shown(request, own_mandate(request, id))


def _scope(request: HttpRequest, body: MandateSaid) -> Scope:
    rights = Right.objects.filter(holder_id__in=caller_of(request).holder_ids, pk__in=body.rights or [])
    places = [place for place in open_marketplaces() if place.slug in (body.marketplaces or [])]
    return Scope(
        **{name: getattr(body, name) for name in ("principal_name", "principal_address", "principal_email")},
        all_rights=body.rights is None, rights=list(rights), all_marketplaces=body.marketplaces is None,
        marketplaces=places, powers=body.powers, may_delegate=body.may_delegate, starts_on=body.starts_on or "",
        ends_on=body.ends_on or "",
    )  # fmt: skip


class SignedPaper(BaseModel):
    """Whether it is the owner's own text, not the letter made here."""

    is_own_text: bool = False


@router.post("/mandates/{id}/paper", response={201: MandateShown})
@api_door(
    roles=("agent",),
    scope="rights:write",
    body_limit=LARGEST,
    problems=("file_refused", "mandate_moved"),
    example=Example("agent", path={"id": DRAFT}, headers=MULTIPART, body=SENT_FILE, status=201),
)
def add_signed_paper(
    request: HttpRequest, id: Id, form: Form[SignedPaper], file: File[UploadedFile]
) -> tuple[int, dict[str, Any]]:
    """Add the signed power of attorney: PDF, JPG or PNG. One takes the place of the other."""
    services.attach_paper(
        mandate=own_mandate(request, id),
        content=file.read(),
        name=file.name or "",
        is_own_text=form.is_own_text,
        by=caller_of(request).person,
        at=request.at,
    )
    return 201, _shown(request, own_mandate(request, id))


@router.post("/mandates/{id}/submit", response=MandateShown)
@api_door(
    roles=("agent",),
    scope="rights:write",
    problems=("mandate_defective", "mandate_moved"),
    example=Example("agent", path={"id": DRAFT}),
)
def submit_mandate(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Send a mandate for verification. The owner is written to at once. One that was sent is answered as it is."""
    services.submit(mandate=own_mandate(request, id), by=caller_of(request).person, at=request.at)
    return _shown(request, own_mandate(request, id))


@router.post("/mandates/{id}/revoke", response=MandateShown)
@api_door(
    roles=("agent", RIGHTS_HOLDER),
    scope="rights:write",
    problems=("mandate_moved",),
    example=Example("agent", path={"id": IN_FORCE}),
)
def revoke_mandate(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Give a mandate back, take back what was passed on, or decline an offer; its owner ends it. It ends at once.

    Its open complaints stand still."""
    row, at, caller = own_mandate(request, id), request.at, caller_of(request)
    side = "principal" if _is_owner(request, row) else selectors.side_of(row, caller.holder_ids)
    mandate_watch.revoke(mandate=row, side=side, by=caller.person, at=at)
    return _shown(request, own_mandate(request, id))


@router.delete("/mandates/{id}", response={204: None})
@api_door(
    roles=("agent",),
    scope="rights:write",
    problems=("mandate_moved",),
    example=Example("agent", path={"id": DRAFT}, status=204),
)
def discard_mandate(request: HttpRequest, id: Id) -> HttpResponse:
    """Delete the draft of a mandate that was never sent."""
    services.discard(mandate=own_mandate(request, id))
    return HttpResponse(status=204)


# --- passing it on --------------------------------------------------------------------------------------------------------


class PassedOn(Strict):
    """What is passed on, and to whom: the e-mail with which the other agent signs in. What is not given is as in the mandate."""

    offered_to: Annotated[str, Field(max_length=254)]
    rights: Annotated[list[Id], Field(max_length=300)] | None = None
    marketplaces: Annotated[list[str], Field(max_length=100)] | None = None
    powers: list[Power] | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None


@router.post("/mandates/{id}/pass-on", response={201: MandateShown})
@api_door(
    roles=("agent",),
    scope="rights:write",
    problems=("mandate_defective", "mandate_moved"),
    example=Example(
        "agent", path={"id": IN_FORCE}, body={"offered_to": "sub@lyng.example", "powers": ["file"]}, status=201
    ),
)
def pass_mandate_on(request: HttpRequest, id: Id, body: PassedOn) -> tuple[int, dict[str, Any]]:
    """Offer a part of a mandate to another agent: never more than it covers itself, and only where its owner allows it."""
    row, caller = own_mandate(request, id), caller_of(request)
    if row.agent_id not in caller.holder_ids:
        raise Http404("there is no such mandate among yours")
    sub = passing_on.offer(parent=row, said=_part(row, body), to=body.offered_to, by=caller.person, at=request.at)
    answer_header(request, "Location", f"/api/v1/mandates/{sub.pk}")
    return 201, _shown(request, own_mandate(request, sub.pk))


def _part(row: Mandate, body: PassedOn) -> Scope:
    rights = None if body.rights is None else [r for r in selectors.rights_covered(row) if r.pk in body.rights]
    places = None if body.marketplaces is None else [p for p in open_marketplaces() if p.slug in body.marketplaces]
    return Scope(
        all_rights=None if rights is None else False, rights=rights,
        all_marketplaces=None if places is None else False, marketplaces=places,
        powers=body.powers, starts_on=body.starts_on, ends_on=body.ends_on,
    )  # fmt: skip


@router.post("/mandates/{id}/accept", response=MandateShown)
@api_door(
    roles=("agent",), scope="rights:write", problems=("mandate_moved",), example=Example("agent", path={"id": OFFERED})
)
def accept_mandate(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Accept a mandate another agent offers to your e-mail. It is in force from then on."""
    row, caller = own_mandate(request, id), caller_of(request)
    if row.parent_id is None or caller.client.holder is None:
        raise MandateMoved(row)
    at = request.at
    mandate_watch.accept(mandate=row, agent=caller.client.holder, by=caller.person, at=at)
    return _shown(request, own_mandate(request, id))


# --- by its owner ---------------------------------------------------------------------------------------------------------


class MandateGiven(Strict):
    """The signed token of the address that the owner was mailed: what stands there after `/mandate/`."""

    token: Annotated[str, Field(min_length=1, max_length=200)]


@router.post("/given-mandates", response=MandateShown)
@api_door(
    roles=(RIGHTS_HOLDER,),
    scope="rights:write",
    problems=("mandate_moved", "not_found"),
    example=Example("rights_holder", body={"token": MAILED}),
)
def keep_mandate(request: HttpRequest, body: MandateGiven) -> dict[str, Any]:
    """Keep a mandate you gave with your account: from then on you read it, and what is done under it, and can end it."""
    row, caller = mandate_of(body.token), caller_of(request)
    if row is None or caller.client.holder is None:
        raise Http404("this token opens no mandate")
    services.link_principal(mandate=row, principal=caller.client.holder, by=caller.person, at=request.at)
    return _shown(request, own_mandate(request, row.pk))


@router.post("/mandates/{id}/take-over", response=MandateShown)
@api_door(
    roles=(RIGHTS_HOLDER,),
    scope="rights:write",
    problems=("mandate_moved",),
    example=Example("rights_holder", path={"id": ENDED}),
)
def take_mandate_over(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Go on yourself with the complaints of a mandate you gave and that has ended. Those that stood still go on at once."""
    row, caller, at = own_mandate(request, id), caller_of(request), request.at
    if row.principal is None or row.principal_id not in caller.holder_ids:
        raise Http404("there is no such mandate among those you gave")
    mandate_watch.take_over(mandate=row, principal=row.principal, by=caller.person, at=at)
    return _shown(request, own_mandate(request, id))


# --- by a reviewer --------------------------------------------------------------------------------------------------------


@router.post("/mandates/{id}/approve", response=MandateShown)
@api_door(
    roles=DESK, scope="decisions:write", problems=("mandate_moved",), example=Example("reviewer", path={"id": SENT})
)
def approve_mandate(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Put a mandate in force. Cases that stood still under an ended one, and that it covers, go on."""
    row, at = own_mandate(request, id), request.at
    mandate_watch.put_in_force(mandate=row, by=caller_of(request).person, at=at)
    return _shown(request, own_mandate(request, id))


class MandateReturned(Strict):
    """Why it is sent back; the agent reads the note."""

    reasons: Annotated[list[Reason], Field(min_length=1, max_length=10)]
    note: Annotated[str, Field(max_length=2000)] = ""


@router.post("/mandates/{id}/return", response=MandateShown)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("mandate_moved", "mandate_defective"),
    example=Example("reviewer", path={"id": SENT}, body={"reasons": ["mandate_unsigned"], "note": "Page 2 is empty."}),
)
def return_mandate(request: HttpRequest, id: Id, body: MandateReturned) -> dict[str, Any]:
    """Send a mandate back to its agent with reasons."""
    row, at, by = own_mandate(request, id), request.at, caller_of(request).person
    services.send_back(mandate=row, reasons=body.reasons, note=body.note, by=by, at=at)
    return _shown(request, own_mandate(request, id))
