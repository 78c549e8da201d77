"""Is this account who it says? What waits; one of them taken on, its papers; verified, or sent back with reasons."""

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import DESK
from countermark.apps.identity import selectors, services
from countermark.apps.identity.models import IdentityCheck, IdentityPaper
from countermark.core import identity
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Page, Shown, Strict
from countermark.entrypoints.api.v1.account import IdentityAttempt, attempt_shown
from countermark.entrypoints.api.v1.files import BYTES

router = ApiRouter(tags=["account"])
FREE, TAKEN = "720003", "720004"
ReasonCode: Any = Literal[tuple(identity.reasons())]


class PossiblySame(Shown):
    """An account that may be the same; `by` says what is equal."""

    id: int
    name: str
    by: Literal["number", "name_address", "contact_domain"]


class IdentityCheckShown(Shown):
    """One attempt on the desk. `taken_by` has it; its papers are shown to nobody else."""

    id: int
    account: int
    name: str
    kind: str
    location: str
    taken_by: str
    attempt: IdentityAttempt
    duplicates: list[PossiblySame]


class IdentityCheckRow(Shown):
    """An account that waits."""

    id: int
    account: int
    name: str
    due_at: Instant | None
    taken_by: str


@router.get("/accounts-to-verify", response=Page[IdentityCheckRow])
@api_door(roles=DESK, scope="identity:check", problems=("cursor_unknown",), example=Example("reviewer"))
def list_accounts_to_verify(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List the accounts that wait to be verified, those due first in front."""
    return page_of(
        request, selectors.to_check(), asked, order=("due_at", "pk"), show=lambda rows: [_row(r) for r in rows]
    )


def _row(row: IdentityCheck) -> dict[str, Any]:
    about = {"id": row.pk, "account": row.holder_id, "name": row.holder.name, "due_at": row.due_at}
    return {**about, "taken_by": str(row.taken_by or "")}


def _found(check: int) -> IdentityCheck:
    """An attempt that was sent; a draft is its holder's alone. Raises Http404."""
    rows = IdentityCheck.objects.select_related("holder", "taken_by").exclude(state="draft")
    found = rows.filter(pk=check).first()
    if found is None:
        raise Http404("there is no such identity check")
    return found


def _shown(row: IdentityCheck) -> dict[str, Any]:
    twins = [{"id": each.holder.pk, "name": each.holder.name, "by": each.by} for each in selectors.duplicates(row)]
    holder = row.holder
    return {
        "id": row.pk,
        "account": holder.pk,
        "name": holder.name,
        "kind": holder.kind,
        "location": holder.location,
        "taken_by": str(row.taken_by or ""),
        "attempt": attempt_shown(row),
        "duplicates": twins,
    }


@router.get("/identity-checks/{id}", response=IdentityCheckShown)
@api_door(roles=DESK, scope="identity:check", example=Example("reviewer", path={"id": FREE}))
def read_identity_check(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read one attempt, and which accounts may be the same."""
    return _shown(_found(id))


@router.post("/identity-checks/{id}/take", response=IdentityCheckShown)
@api_door(
    roles=DESK,
    scope="identity:check",
    problems=("identity_moved", "identity_not_taken", "identity_own_account"),
    example=Example("reviewer", path={"id": FREE}),
)
def take_identity_check(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Take it on: its papers are shown to the person of this key alone."""
    return _shown(services.take(check=_found(id), by=caller_of(request).person, now=timezone.now()))


@router.post("/identity-checks/{id}/let-go", response={204: None})
@api_door(
    roles=DESK,
    scope="identity:check",
    problems=("identity_moved", "identity_not_taken"),
    example=Example("reviewer", path={"id": TAKEN}, status=204),
)
def let_identity_check_go(request: HttpRequest, id: Id) -> HttpResponse:
    """Leave it to others."""
    services.let_go(check=_found(id), by=caller_of(request).person)
    return HttpResponse(status=204)


@router.get(
    "/identity-checks/{id}/papers/{paper}",
    openapi_extra={"responses": {200: {"description": "The bytes of the paper.", "content": BYTES}}},
)
@api_door(
    roles=DESK,
    scope="identity:check",
    problems=("identity_moved", "identity_not_taken"),
    example=Example("reviewer", path={"id": TAKEN, "paper": TAKEN}),
)
def open_identity_paper(request: HttpRequest, id: Id, paper: Id) -> HttpResponse:
    """Open one paper of what one has taken on. The look is kept before it is shown."""
    row = IdentityPaper.objects.select_related("check_of", "key").filter(check_of=id, pk=paper).first()
    if row is None:
        raise Http404("there is no such paper")
    caller = caller_of(request)
    told = {"role": caller.role, "request_id": getattr(request, "request_id", "")}
    content = services.open_paper(paper=row, by=caller.person, now=timezone.now(), **told)
    if not isinstance(content, bytes):
        raise Http404("its key was destroyed")
    answer = HttpResponse(content, content_type=row.media_type)
    answer["Content-Disposition"] = "attachment"
    answer["Cache-Control"] = "no-store"
    return answer


@router.post("/identity-checks/{id}/verify", response=IdentityCheckShown)
@api_door(
    roles=DESK,
    scope="identity:check",
    problems=("identity_moved", "identity_not_taken"),
    example=Example("reviewer", path={"id": TAKEN}),
)
def verify_account(request: HttpRequest, id: Id) -> dict[str, Any]:
    """The account is who it says: its rights can be verified from now on."""
    at, by = request.at, caller_of(request).person
    return _shown(services.verify(check=_found(id), by=by, at=at, now=timezone.now()))


class IdentitySentBack(Strict):
    """IdentityReason; the holder reads the reasons, how to mend each, and the note."""

    reasons: list[ReasonCode] = Field(min_length=1, max_length=20)
    note: Annotated[str, Field(max_length=2000)] = ""


@router.post("/identity-checks/{id}/return", response=IdentityCheckShown)
@api_door(
    roles=DESK,
    scope="identity:check",
    problems=("identity_moved", "identity_not_taken", "identity_defective"),
    example=Example("reviewer", path={"id": TAKEN}, body={"reasons": ["not_whole"], "note": "The back, please."}),
)
def send_identity_back(request: HttpRequest, id: Id, body: IdentitySentBack) -> dict[str, Any]:
    """Send the papers back to their holder with reasons."""
    at, by = request.at, caller_of(request).person
    told = {"reasons": body.reasons, "note": body.note}
    return _shown(services.send_back(check=_found(id), by=by, at=at, now=timezone.now(), **told))
