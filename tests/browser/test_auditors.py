"""Auditors and looks in a real browser: an audit is given with a last day; it reads and changes nothing; looks are listed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser.looking import assert_accessible, look, sign_in
from countermark.apps.parties import looks, people
from countermark.apps.parties.models import Person
from countermark.apps.work.models import Job, Worker
from people import World, a_complaint, a_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(live_server: Any) -> World:
    """A case, a worker, two jobs given up, and looks of the desk."""
    made, now = a_world(), timezone.now()
    case = a_complaint(made)
    Worker.objects.create(name="desk-1", started_at=now, beat_at=now + timedelta(hours=1), doing="deliver", done=18204)
    for n in range(3):
        for person, role in ((made.rana, "reviewer"), (made.tomas, "operator")):
            when = now - timedelta(minutes=7 * n)
            kept = {"person_id": person.pk, "role": role, "now": when, "request_id": f"{n:032x}"}
            looks.keep_look(what="case", key=case.number, **kept)
            looks.keep_look(what="identity_document", key=str(40 + n), **kept)
    given_up = {"failed_at": now, "attempts": 60, "last_error": "no answer within 10 s"}
    Job.objects.bulk_create(Job(kind="look", key=str(n), run_at=now, **given_up) for n in (1, 2))
    made.extra["case"] = case
    return made


def sign_in_first(live: Page, person: Person) -> None:
    """A session needs an address to hang on: open any page, then sign in."""
    live.goto("/accessibility/")
    sign_in(live, person)


def judged(live: Page, name: str) -> None:
    look(live, name)
    assert_accessible(live)


def test_an_operator_gives_an_audit_and_sees_who_looked_at_what(world: World, live: Page):
    noor = Person.objects.create_user("noor@audit.example", name="Noor Aziz", language="en")
    sign_in_first(live, world.tomas)
    live.goto(f"/operate/people/{noor.pk}/")
    last = (timezone.localdate() + timedelta(days=30)).isoformat()
    live.get_by_label("Last day").fill(last)
    live.get_by_role("button", name=re.compile("Give it.*Auditor")).click()
    expect(live.get_by_text("then it ends by itself")).to_be_visible()
    judged(live, "operator-person-auditor")
    live.goto("/operate/looks/")
    expect(live.get_by_role("cell", name="Proof of identity").first).to_be_visible()
    judged(live, "operator-looks")
    live.goto("/operate/")
    judged(live, "operator-home-mends")
    live.get_by_role("button", name="Try all of it again").click()
    expect(live.get_by_text("2 jobs are tried again now.")).to_be_visible()


def test_an_auditor_reads_and_is_offered_no_button(world: World, live: Page):
    noor = Person.objects.create_user("noor@audit.example", name="Noor Aziz", language="en")
    now = timezone.now()
    people.set_auditor(person_id=noor.pk, until=now + timedelta(days=7), by=world.tomas, now=now)
    sign_in_first(live, noor)
    for address, name in ((f"cases/{world.extra['case'].number}/", "case"), (f"people/{world.rana.pk}/", "person")):
        live.goto(f"/operate/{address}")
        expect(live.get_by_text("You read as an auditor until")).to_be_visible()
        assert live.locator("main form[method=post]:visible").count() == 0
        judged(live, f"auditor-{name}")


def test_the_way_in_with_ones_organisation_stands_below_the_code(live: Page, settings: Any):
    settings.OIDC_ISSUER = "https://sso.example"
    live.goto("/account/sign-in/")
    expect(live.get_by_role("link", name="Sign in with your organisation")).to_be_visible()
    judged(live, "account-organisation")
