"""What may somebody do here whom the organisation's own sign-in has named?

Rule 1: roles come from groups, each time: what a group gave and no longer gives is taken at the next sign-in. Only the roles
that the mapping names are touched. Rule 2: whoever has no mapped group does not come in this way and gets no account. Rule 3:
somebody new is linked to an account by an address the organisation has verified, and never by another; afterwards by issuer and
subject alone. Rule 4: the last operator stays one, whatever the groups say; auditors by group audit for a day, and anew with each
sign-in.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from countermark.apps.parties import people
from countermark.apps.parties.models import OrganisationIdentity, Person
from countermark.connectors.oidc import Claims

log = logging.getLogger("countermark.sign_in")
AUDIT_FOR = timedelta(days=1)  # proposal: until the groups are asked again
ROLES = (*people.ROLES, "auditor")


class NotOfTheDesk(Exception):
    """Nobody was signed in. `code`: no_role (no group of theirs is mapped), address_unverified, shut_out."""

    http_status_hint = 403

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def arrive(*, claims: Claims, groups: Mapping[str, str], now: datetime) -> Person:
    """The person these claims speak of, with the roles their groups give by `groups` (group -> role). Raises NotOfTheDesk.

    Roles that were taken stay taken when the person is refused."""
    roles = {groups[group] for group in claims.groups if group in groups}
    with transaction.atomic():
        person = _person_of(claims, wanted=bool(roles), now=now)
        if person is not None and person.is_active:
            _give(person, roles, frozenset(groups.values()), now)
    if person is None or not roles:
        raise NotOfTheDesk("no_role")
    if not person.is_active:
        raise NotOfTheDesk("shut_out")
    person.refresh_from_db()
    return person


def _person_of(claims: Claims, *, wanted: bool, now: datetime) -> Person | None:
    """The person linked to these claims, or, where a role is to be given, the one to link; None for a stranger."""
    known = OrganisationIdentity.objects.select_related("person").filter(issuer=claims.issuer, subject=claims.subject)
    if row := known.first():
        known.update(last_at=now)
        return row.person
    if not wanted:
        return None
    if not (claims.email and claims.email_verified):
        raise NotOfTheDesk("address_unverified")
    person = Person.objects.filter(email__iexact=claims.email).first()
    if person is None:
        person = Person.objects.create_user(claims.email, name=claims.name)
        people.note("person.added", by=None, now=now, person=person)
    link = {"issuer": claims.issuer, "subject": claims.subject, "linked_at": now, "last_at": now}
    OrganisationIdentity.objects.create(person=person, **link)
    people.note("organisation.linked", by=None, now=now, person=person)
    return person


def _give(person: Person, roles: set[str], governed: frozenset[str], now: datetime) -> None:
    told = {"person_id": person.pk, "by": None, "now": now}
    for role in (role for role in people.ROLES if role in governed):
        try:
            people.set_role(role=role, given=role in roles, **told)
        except people.LastOperator:
            log.warning("organisation.last_operator_kept person=%s", person.pk)
    if "auditor" in governed:
        person.refresh_from_db()
        acts = person.is_reviewer or person.is_senior or person.is_operator
        people.set_auditor(until=now + AUDIT_FOR if "auditor" in roles and not acts else None, **told)
