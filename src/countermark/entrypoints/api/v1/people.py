"""The people of this desk: who reviews, who operates, who audits until when, who may sign in."""

from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import OPERATOR
from countermark.apps.parties import people as services
from countermark.apps.parties.models import Person
from countermark.apps.work import true_time
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import whole_desk
from countermark.entrypoints.api.problems import Refused
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown, Strict

router = ApiRouter(tags=["people"])
PATH = {"id": "710001"}
DESK = Q(is_reviewer=True) | Q(is_senior=True) | Q(is_operator=True)
Role = Literal["reviewer", "senior", "operator"]


class PersonShown(Shown):
    """Somebody who can sign in."""

    id: int
    name: str
    email: str
    is_reviewer: bool
    is_senior: bool
    is_operator: bool
    auditor_until: Instant | None = Field(description="Reads what operators read until then, and changes nothing.")
    is_active: bool
    last_sign_in: Instant | None
    sessions: int | None = Field(description="In how many browsers they are signed in; null in lists.")


class PeopleAsked(Asked):
    """How the list is narrowed."""

    q: Line = Field("", description="In name or address.")
    who: Literal["", "desk", "reviewer", "senior", "operator", "auditor", "out"] = ""


@router.get("/people", response=Page[PersonShown])
@api_door(
    roles=(OPERATOR,),
    scope="operations:read",
    problems=("cursor_unknown", "key_is_narrowed"),
    example=Example("operator", query={"who": "desk"}),
)
def list_people(request: HttpRequest, asked: Query[PeopleAsked]) -> dict[str, Any]:
    """List everybody who can sign in, or a part of them."""
    whole_desk(request)
    now = true_time.now()
    chosen = {
        "desk": DESK, "reviewer": Q(is_reviewer=True), "senior": Q(is_senior=True), "operator": Q(is_operator=True),
        "auditor": Q(auditor_until__gt=now), "out": Q(is_active=False),
    }.get(asked.who, Q())  # fmt: skip
    rows = Person.objects.filter(chosen & (Q(name__icontains=asked.q) | Q(email__icontains=asked.q)))
    return page_of(request, rows, asked, order=("pk",), show=lambda piece: [_shown(each, None) for each in piece])


class PersonAdded(Strict):
    """Somebody new, who signs in by a code sent to the address. An auditor needs an end."""

    email: Annotated[str, Field(max_length=254)]
    name: Line
    role: Literal["reviewer", "senior", "operator", "auditor"]
    until: Instant | None = Field(None, description="For an auditor: it ends by itself.")


@router.post("/people", response={201: PersonShown})
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("person_defective", "auditor_defective", "auditor_without_end", "key_is_narrowed"),
    example=Example(
        "operator", body={"email": "samir@quay.example", "name": "Samir Okoye", "role": "reviewer"}, status=201
    ),
)
def add_person(request: HttpRequest, body: PersonAdded) -> tuple[int, dict[str, Any]]:
    """Add somebody to the desk, with one role."""
    whole_desk(request)
    if body.role == "auditor" and body.until is None:
        raise Refused("auditor_without_end")
    until = body.until if body.role == "auditor" else None
    given = {"email": body.email.strip(), "name": body.name, "role": body.role, "until": until}
    person = services.add_person(**given, by=caller_of(request).person, now=true_time.now())
    answer_header(request, "Location", f"/api/v1/people/{person.pk}")
    person.refresh_from_db()
    return 201, _shown(person, 0)


@router.get("/people/{id}", response=PersonShown)
@api_door(
    roles=(OPERATOR,), scope="operations:read", problems=("key_is_narrowed",), example=Example("operator", path=PATH)
)
def read_person(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read one person: roles, and in how many browsers they are signed in."""
    return _whole(_one(request, id))


class RoleSet(Strict):
    """Give or take one role."""

    role: Role
    given: bool


@router.post("/people/{id}/roles", response=PersonShown)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("last_operator", "key_is_narrowed"),
    example=Example("operator", path=PATH, body={"role": "senior", "given": True}),
)
def set_person_role(request: HttpRequest, id: Id, body: RoleSet) -> dict[str, Any]:
    """Give or take a role; it holds from their next request. The last operator cannot be taken away."""
    row = _one(request, id)
    by, now = caller_of(request).person, true_time.now()
    services.set_role(person_id=row.pk, role=body.role, given=body.given, by=by, now=now)
    return _whole(_one(request, id))


class PersonActive(Strict):
    """Whether they may sign in."""

    active: bool


@router.post("/people/{id}/active", response=PersonShown)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("last_operator", "key_is_narrowed"),
    example=Example("operator", path=PATH, body={"active": False}),
)
def set_person_active(request: HttpRequest, id: Id, body: PersonActive) -> dict[str, Any]:
    """Let somebody sign in again, or no longer; then every session of theirs ends and their keys open nothing."""
    row = _one(request, id)
    services.set_active(person_id=row.pk, active=body.active, by=caller_of(request).person, now=true_time.now())
    return _whole(_one(request, id))


class Audit(Strict):
    """Until when somebody audits; null: no longer."""

    until: Instant | None


@router.post("/people/{id}/audit", response=PersonShown)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("auditor_defective", "key_is_narrowed"),
    example=Example("operator", path=PATH, body={"until": None}),
)
def set_person_auditor(request: HttpRequest, id: Id, body: Audit) -> dict[str, Any]:
    """Let somebody read whatever operators read until an instant, at most a year off, or no longer."""
    row = _one(request, id)
    services.set_auditor(person_id=row.pk, until=body.until, by=caller_of(request).person, now=true_time.now())
    return _whole(_one(request, id))


class SecondFactorsLifted(Shown):
    """How many apps and passkeys no longer count."""

    lifted: int


class SessionsEnded(Shown):
    """In how many browsers they were signed in."""

    ended: int


@router.post("/people/{id}/end-sessions", response=SessionsEnded)
@api_door(
    roles=(OPERATOR,), scope="operations:act", problems=("key_is_narrowed",), example=Example("operator", path=PATH)
)
def end_person_sessions(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Sign somebody out of every browser."""
    row = _one(request, id)
    return {"ended": services.end_sessions(person=row, by=caller_of(request).person, now=timezone.now())}


@router.post("/people/{id}/lift-second-factors", response=SecondFactorsLifted)
@api_door(
    roles=(OPERATOR,), scope="operations:act", problems=("key_is_narrowed",), example=Example("operator", path=PATH)
)
def lift_second_factors_of_person(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Let the mailed code be enough again for somebody who lost everything else; they are signed out everywhere."""
    row = _one(request, id)
    return {"lifted": services.lift_second_factors(person=row, by=caller_of(request).person, now=timezone.now())}


def _one(request: HttpRequest, pk: int) -> Person:
    whole_desk(request)
    return get_object_or_404(Person, pk=pk)


def _whole(row: Person) -> dict[str, Any]:
    return _shown(row, len(services.sessions_of(row, now=timezone.now())))


def _shown(row: Person, sessions: int | None) -> dict[str, Any]:
    same = ("name", "email", "is_reviewer", "is_senior", "is_operator", "auditor_until", "is_active")
    kept = {name: getattr(row, name) for name in same}
    return {**kept, "id": row.pk, "last_sign_in": row.last_login, "sessions": sessions}
