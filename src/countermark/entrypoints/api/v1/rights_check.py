"""Is this right proved? The registrations that wait: verified, or sent back with reasons; and rights in doubt, settled."""

from typing import Annotated, Any, Literal

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import DESK
from countermark.apps.complaints import rights_watch
from countermark.apps.rights import services
from countermark.apps.rights.models import STATES, Right
from countermark.apps.rights.selectors import to_verify
from countermark.core import catalogue
from countermark.entrypoints.api.codes import Id, RightKind
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown, Strict, Why
from countermark.entrypoints.api.v1.case_shown import Deadline, due_shown
from countermark.entrypoints.api.v1.queue import LAST

router = ApiRouter(tags=["rights"])
PENDING, IN_DOUBT = "710001", "710002"
known = catalogue.load()
SentState: Any = Literal[tuple(state for state in STATES if state != "draft")]
ReturnCode: Any = Literal[tuple(known.return_reasons)]


class ReturnReasonShown(Shown):
    """Why a registration is sent back, and how its holder mends it. `rights`: the kinds it goes with, `*` is all."""

    id: str
    title: str
    how_to_mend: str
    rights: list[str]


class ReturnReasons(Shown):
    """Reasons in the order a form offers them."""

    items: list[ReturnReasonShown]


class ReasonsAsked(Strict):
    """Narrows the reasons to those that go with a kind of right."""

    right_kind: RightKind | None = None


@router.get("/return-reasons", response=ReturnReasons)
@api_door(roles=DESK, scope="rights:read", example=Example("reviewer", query={"right_kind": "trademark"}))
def list_return_reasons(request: HttpRequest, asked: Query[ReasonsAsked]) -> dict[str, Any]:
    """List the reasons for which the registration of a right is sent back."""
    found = known.return_reasons_for(asked.right_kind) if asked.right_kind else known.return_reasons.values()
    return {
        "items": [
            {"id": r.id, "title": gettext(r.title), "how_to_mend": gettext(r.cure), "rights": list(r.rights)}
            for r in found
        ]
    }


class RightToCheck(Shown):
    """A right that waits on the desk; `/rights/{id}` holds it whole, with its papers."""

    id: int
    state: SentState
    kind: str
    name: str
    number: str
    office: str
    holder: str
    submitted_at: Instant | None
    due: Deadline | None


class RightsAsked(Asked):
    """Which rights: those to verify, or those in doubt, whose cases stand still."""

    show: Literal["to_verify", "in_doubt"] = "to_verify"
    kind: RightKind | None = None
    q: Line = Field("", description="In the name, the number or the holder.")


@router.get("/rights-to-verify", response=Page[RightToCheck])
@api_door(
    roles=DESK,
    scope="rights:read",
    problems=("cursor_unknown",),
    example=Example("reviewer", query={"show": "to_verify"}),
)
def list_rights_to_verify(request: HttpRequest, asked: Query[RightsAsked]) -> dict[str, Any]:
    """List the registrations that wait to be verified, those due first in front; or the rights in doubt."""
    rows = (
        to_verify() if asked.show == "to_verify" else Right.objects.filter(state="suspended").select_related("holder")
    )
    rows = _narrowed(rows, asked).annotate(until=Coalesce(F("due_at"), Value(LAST)))
    return page_of(request, rows, asked, order=("until", "pk"), show=_rows)


def _narrowed(rows: QuerySet[Right], asked: RightsAsked) -> QuerySet[Right]:
    rows = rows.filter(kind=asked.kind) if asked.kind else rows
    for word in asked.q.split()[:8]:
        named = rows.filter(name__icontains=word) | rows.filter(number__icontains=word)
        rows = named | rows.filter(holder__name__icontains=word)
    return rows


def _rows(rights: list[Right]) -> list[dict[str, Any]]:
    waiting = [right for right in rights if right.state == "pending" and right.submitted_at]
    sent = [right.submitted_at for right in waiting if right.submitted_at]
    dues = dict(zip((right.pk for right in waiting), services.check_dues(sent), strict=True)) if sent else {}
    return [
        {
            **{name: getattr(right, name) for name in ("state", "kind", "name", "number", "office", "submitted_at")},
            "id": right.pk,
            "holder": right.holder.name,
            "due": due_shown(dues.get(right.pk)),
        }
        for right in rights
    ]


def right_to_check(right_id: int) -> dict[str, Any]:
    return _rows([_found(right_id)])[0]


def _found(right_id: int) -> Right:
    """A right that was sent in; a draft is its holder's alone. Raises Http404."""
    found = Right.objects.select_related("holder").exclude(state="draft").filter(pk=right_id).first()
    if found is None:
        raise Http404("there is no such right")
    return found


# --- verified or sent back --------------------------------------------------------------------------------------------


@router.post("/rights/{right_id}/approve", response=RightToCheck)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("right_moved",),
    example=Example("reviewer", path={"right_id": PENDING}),
)
def approve_right(request: HttpRequest, right_id: Id) -> dict[str, Any]:
    """Verify a right: complaints can rest on it from now on."""
    rights_watch.approve_right(right=_found(right_id), by=caller_of(request).person, at=request.at)
    return right_to_check(right_id)


class ReturnSent(Strict):
    """Why a registration is sent back; the holder reads the reasons, how to mend each, and the note."""

    reasons: list[ReturnCode] = Field(min_length=1, max_length=20)
    note: Annotated[str, Field(max_length=2000)] = ""


@router.post("/rights/{right_id}/return", response=RightToCheck)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("right_moved", "right_defective"),
    example=Example(
        "reviewer",
        path={"right_id": PENDING},
        body={"reasons": ["unreadable"], "note": "Page two of the certificate is cut off."},
    ),
)
def return_right(request: HttpRequest, right_id: Id, body: ReturnSent) -> dict[str, Any]:
    """Send a registration back to its holder with reasons of `/return-reasons`."""
    services.return_right(
        right=_found(right_id),
        reasons=list(dict.fromkeys(body.reasons)),
        note=body.note,
        by=caller_of(request).person,
        at=request.at,
    )
    return right_to_check(right_id)


# --- a doubt settled --------------------------------------------------------------------------------------------------


class SettledSent(Strict):
    """How the doubt ends. `cleared`: it is in force, open complaints go on with the time that was left. `ended`: open
    complaints end, what was decided stands. `void`: from the start; what was taken down comes back."""

    answer: Literal["cleared", "ended", "void"]
    why: Why


class Settled(Shown):
    """What became of the right, and how many of its cases were told."""

    right: RightToCheck
    cases_told: int


@router.post("/rights/{right_id}/settle", response=Settled)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("right_moved",),
    example=Example(
        "reviewer",
        path={"right_id": IN_DOUBT},
        body={"answer": "cleared", "why": "The office confirmed the renewal of 30 July."},
    ),
)
def settle_right(request: HttpRequest, right_id: Id, body: SettledSent) -> dict[str, Any]:
    """Say how the doubt about a right ends, for all its cases."""
    told = rights_watch.SETTLE[body.answer](
        right=_found(right_id),
        by=caller_of(request).person,
        at=request.at,
        why=body.why.strip(),
    )
    return {"right": right_to_check(right_id), "cases_told": told}
