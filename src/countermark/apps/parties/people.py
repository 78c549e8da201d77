"""Writers of the desk's own people: who reviews, who operates, who may still sign in.

Rule 1: every change is kept as a StaffEvent; one made at the command line or by the organisation's groups has no `by`. Rule 2:
the last operator cannot be taken away, by oneself or by others: nobody could ever appoint one again. Rule 3: ending sessions ends
them in every browser at once. Rule 4: whoever acts at the desk does not audit it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from countermark.apps.parties.models import Person, StaffEvent

ROLES = ("reviewer", "senior", "operator")
AUDIT_MOST = timedelta(days=366)  # proposal: a year, the longest audit; then it is given anew, by name


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


class AuditorDefective(Exception):
    """Nobody was made auditor. `field`: `desk` (works here: who acts does not audit), `past`, `far` (over the longest time)."""

    code = "auditor_defective"
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
def add_person(
    *, email: str, name: str, role: str, by: Person | None, now: datetime, until: datetime | None = None
) -> Person:
    """Somebody who can sign in by a code to this address, with one role; an auditor until `until`. Raises PersonDefective."""
    if role != "auditor":
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
    if role == "auditor":
        return set_auditor(person_id=person.pk, until=until, by=by, now=now)
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
    if given and person.auditor_until:
        set_auditor(person_id=person.pk, until=None, by=by, now=now)  # who acts does not audit
    note("role.given" if given else "role.taken", by=by, now=now, person=person, role=role)
    return person


@transaction.atomic
def set_auditor(*, person_id: int, until: datetime | None, by: Person | None, now: datetime) -> Person:
    """Let somebody read whatever operators read until this instant, or no longer (None). It ends by itself.

    Raises AuditorDefective: for an end that is not to come or too far off, and for whoever works at the desk."""
    person = Person.objects.select_for_update().get(pk=person_id)
    if until is not None:
        _may_audit(person, until, now)
    if until is None and person.auditor_until is None:
        return person
    person.auditor_until = until
    person.save(update_fields=["auditor_until"])
    if until is None:
        note("role.taken", by=by, now=now, person=person, role="auditor")
    else:
        note("auditor.given", by=by, now=now, person=person, role="auditor", until=until.isoformat())
    return person


def _may_audit(person: Person, until: datetime, now: datetime) -> None:
    if person.is_reviewer or person.is_senior or person.is_operator:
        raise AuditorDefective("desk")
    if until <= now:
        raise AuditorDefective("past")
    if until > now + AUDIT_MOST:
        raise AuditorDefective("far")


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


@transaction.atomic
def lift_second_factors(*, person: Person, by: Person, now: datetime) -> int:
    """Let the mailed code be enough again for somebody who lost app, passkeys and recovery codes; how many factors went.

    Every session ends with them: whoever asked for it in somebody else's name has no open browser left."""
    gone = Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES).count()
    Authenticator.objects.filter(user=person).delete()
    if gone:
        note("second_factors.lifted", by=by, now=now, person=person, count=gone)
        end_sessions(person=person, by=by, now=now)
    return gone


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
