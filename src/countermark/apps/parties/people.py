"""Writers of the desk's own people: who reviews, who operates, who may still sign in.

Rule 1: every change is kept as a StaffEvent; one made at the command line has no `by`. Rule 2: the last operator cannot be taken away, by oneself or by others:
nobody could ever appoint one again. Rule 3: ending sessions ends them in every browser at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from countermark.apps.parties.models import Person, StaffEvent

ROLES = ("reviewer", "senior", "operator")


class LastOperator(Exception):
    """This is the last operator who can sign in. Nothing was changed."""

    code = "last_operator"
    http_status_hint = 409


class PersonDefective(Exception):
    """Nobody was added; `field` says what is wrong: `email` (no address), `taken` (somebody has it), `name`."""

    code = "person_defective"
    http_status_hint = 422

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)


def note(
    event: str, *, by: Person | None, now: datetime, person: Person | None = None, place: Any = None, **data: Any
) -> StaffEvent:
    """Keep what somebody of the desk did."""
    return StaffEvent.objects.create(event=event, by=by, at=now, person=person, marketplace=place, data=data)


@transaction.atomic
def add_person(*, email: str, name: str, role: str, by: Person | None, now: datetime) -> Person:
    """Somebody who can sign in by a code to this address, with one role. Raises PersonDefective."""
    _known(role)
    try:
        validate_email(email)
    except ValidationError:
        raise PersonDefective("email") from None
    if Person.objects.filter(email__iexact=email).exists():
        raise PersonDefective("taken")
    if not name.strip() or len(name) > 200:
        raise PersonDefective("name")
    person = Person.objects.create_user(email, name=name.strip())
    note("person.added", by=by, now=now, person=person)
    return set_role(person_id=person.pk, role=role, given=True, by=by, now=now)


@transaction.atomic
def set_role(*, person_id: int, role: str, given: bool, by: Person | None, now: datetime) -> Person:
    """Give or take `reviewer`, `senior` or `operator`; what is so already changes nothing. Raises LastOperator."""
    _known(role)
    person = Person.objects.select_for_update().get(pk=person_id)
    if getattr(person, f"is_{role}") == given:
        return person
    if role == "operator" and not given:
        _not_the_last(person)
    setattr(person, f"is_{role}", given)
    person.save(update_fields=[f"is_{role}"])
    note("role.given" if given else "role.taken", by=by, now=now, person=person, role=role)
    return person


@transaction.atomic
def set_active(*, person_id: int, active: bool, by: Person, now: datetime) -> Person:
    """Let somebody sign in again, or no longer; then every session ends. Raises LastOperator."""
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.is_active == active:
        return person
    if not active and person.is_operator:
        _not_the_last(person)
    person.is_active = active
    person.save(update_fields=["is_active"])
    note("person.let_in" if active else "person.shut_out", by=by, now=now, person=person)
    if not active:
        end_sessions(person=person, by=by, now=now)
    return person


@transaction.atomic
def end_sessions(*, person: Person, by: Person, now: datetime) -> int:
    """Sign this person out everywhere; returns how many browsers that was."""
    ended = sessions_of(person, now=now)
    Session.objects.filter(pk__in=ended).delete()
    note("sessions.ended", by=by, now=now, person=person, count=len(ended))
    return len(ended)


def sessions_of(person: Person, *, now: datetime) -> list[str]:
    """The keys of the sessions in which this person is signed in."""
    live = Session.objects.filter(expire_date__gte=now).iterator()
    return [row.pk for row in live if row.get_decoded().get(SESSION_KEY) == str(person.pk)]


def _known(role: str) -> None:
    if role not in ROLES:
        raise ValueError(f"no such role of the desk: {role!r}; roles are {', '.join(ROLES)}")


def _not_the_last(person: Person) -> None:
    others = Person.objects.select_for_update().filter(is_operator=True, is_active=True).exclude(pk=person.pk)
    if not list(others.values_list("pk", flat=True)[:1]):
        raise LastOperator(f"{person} is the last operator; give somebody else the role first")
