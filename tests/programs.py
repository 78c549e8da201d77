"""Programs of the tests: a key for each role in the world of `people`, and how one asks the API with it.

`a_desk` is the world every example of the API stands in: one notice of Ines with two cases, CM-2026-000001-01 and -02.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

import accounts_desk
import drafts_desk
import guests_desk
import holders_desk
import references_desk
import registers_desk
import reviewers_desk
import screening_desk
from countermark.apps.access.models import ApiClient
from countermark.apps.access.scopes import ROLES, scopes_of
from countermark.apps.access.services import create_client
from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.parties.models import Holder, Membership, Person
from people import World, a_notice, a_world, acts_for, happens
from quay import a_quay, at_work

ANYONE = "anyone"


@dataclass
class Program:
    """A program with its key."""

    client: ApiClient | None
    key: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Ask `/api/v1` + path; a header is named as in Python: if_match, idempotency_key. A server error is an answer here."""
        browser = Client(raise_request_exception=False)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key:
            sent.setdefault("Authorization", f"Bearer {self.key}")
        kind = sent.pop("content-type", "application/json")
        if body is None or isinstance(body, (bytes, str)):
            kind = kind if body else ""
            return browser.generic(method.upper(), f"/api/v1{path}", body or b"", kind, headers=sent)
        return getattr(browser, method.lower())(f"/api/v1{path}", body, content_type=kind, headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("get", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("post", path, body, **headers)


def a_program(person: Person, role: str, **more: Any) -> Program:
    """A program with every scope of its role, unless `scopes` says less."""
    scopes = more.pop("scopes", scopes_of(role))
    now = more.pop("now", timezone.now())
    return Program(*create_client(person=person, role=role, name=f"{role} program", scopes=scopes, now=now, **more))


def programs_of(world: World) -> dict[str, Program]:
    """One program for each role, and one without a key."""
    mei = Person.objects.create_user("mei@lantern.example", name="Mei Lin")
    acts_for(mei, world.mei)
    ayo = Person.objects.create_user("ayo@agency.example", name="Ayo Balogun")
    agency = Holder.objects.create(
        name="Balogun IP", kind="enterprise", location="other", contact_email="a@agency.example"
    )
    Holder.objects.filter(pk=agency.pk).update(is_agent=True)
    agency.refresh_from_db()
    Membership.objects.create(person=ayo, holder=agency)
    noor = Person.objects.create_user("noor@countermark.example", name="Noor Haddad", is_senior=True, is_reviewer=True)
    until = timezone.now() + timedelta(days=30)
    ada = Person.objects.create_user("ada@office.example", name="Ada", auditor_until=until)
    made = {
        "rights_holder": a_program(world.ines, "rights_holder", holder=world.halden),
        "agent": a_program(ayo, "agent", holder=agency),
        "seller": a_program(mei, "seller", seller=world.mei),
        "reviewer": a_program(world.rana, "reviewer"),
        "senior": a_program(noor, "senior"),
        "operator": a_program(world.tomas, "operator"),
        "auditor": a_program(ada, "auditor"),
        ANYONE: Program(None, ""),
    }
    assert set(made) == {*ROLES, ANYONE}
    return made


@dataclass
class Desk:
    """The world of the examples."""

    world: World
    programs: dict[str, Program]
    notice: Notice
    case: Complaint


def a_desk() -> Desk:
    """A notice of yesterday with two cases, found complete, the seller told; and a program for every role."""
    world = a_world()
    a_quay()
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    notice = a_notice(world, lines=2, at=at)
    for case in notice.complaints.order_by("line"):
        happens(case, "accepted", "reviewer", at + timedelta(minutes=5))
        happens(case, "served", "seller", at + timedelta(minutes=6))
    first = notice.complaints.order_by("line")[0]
    holders_desk.furnish(world, first, at)
    at_work(world.tomas, first)
    programs = programs_of(world)
    reviewers_desk.furnish(world, programs["agent"].client.holder, at)
    accounts_desk.furnish(world, programs["agent"].client.holder, at)
    guests_desk.furnish(at)
    drafts_desk.furnish(world, at)
    registers_desk.furnish(world, at)
    references_desk.furnish(world, at)
    screening_desk.furnish(world, first, at)
    return Desk(world, programs, notice, first)
