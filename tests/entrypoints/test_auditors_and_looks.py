"""An auditor reads what operators read, for a time, and changes nothing; what the desk looks at is kept and cannot be unmade."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from countermark.apps.parties import looks, people
from countermark.apps.parties.models import Look, Person, StaffEvent
from countermark.apps.work import files
from countermark.entrypoints.web.looks import BARE, SHOWS, WORDS
from house.test_routes import TABLE, routes
from people import World, a_complaint, a_world

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def world() -> World:
    return a_world()


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture
def noor(world: World) -> Person:
    """Noor audits for a week."""
    now = timezone.now()
    row = Person.objects.create_user("noor@audit.example", name="Noor")
    return people.set_auditor(person_id=row.pk, until=now + timedelta(days=7), by=world.tomas, now=now)


def seen() -> list[tuple[str, str, str]]:
    return list(Look.objects.order_by("pk").values_list("role", "what", "key"))


# --- auditors -------------------------------------------------------------------------------------------------------------


def test_an_auditor_reads_a_case_and_is_offered_nothing_that_changes_it(world: World, noor: Person):
    case = a_complaint(world)
    page = browser(noor).get(f"/operate/cases/{case.number}/").content.decode()
    assert case.number in page
    assert 'class="is-reading"' in page and "You read as an auditor until" in page


def test_an_auditor_can_change_nothing_by_any_button_of_the_desk(world: World, noor: Person):
    case = a_complaint(world)
    before = (case.seq, StaffEvent.objects.count())
    client = browser(noor)
    posts = [route for route in routes() if route.name.startswith(("operator:", "reviewer:", "webhooks:"))]
    assert len(posts) > 30
    for route in posts:
        arguments = {**route.arguments, **({"number": case.number} if route.arguments.get("number") == "nobodys" else {})}
        response = client.post(reverse(route.name, kwargs=arguments), {"do": "give:operator", "until": "2030-01-01"})
        assert response.status_code in (403, 405), route.name
    case.refresh_from_db()
    assert (case.seq, StaffEvent.objects.count()) == before


def test_the_role_ends_by_itself(world: World, noor: Person):
    client = browser(noor)
    assert client.get("/operate/").status_code == 200
    Person.objects.filter(pk=noor.pk).update(auditor_until=timezone.now() - timedelta(seconds=1))
    assert client.get("/operate/").status_code == 403


def test_an_operator_gives_and_ends_an_audit_and_both_are_kept(world: World):
    row = Person.objects.create_user("noor@audit.example", name="Noor")
    desk, address = browser(world.tomas), f"/operate/people/{row.pk}/auditor/"
    last = (timezone.localdate() + timedelta(days=30)).isoformat()
    assert desk.post(address, {"do": "give", "until": last}).status_code == 302
    row.refresh_from_db()
    assert timedelta(days=29) < row.auditor_until - timezone.now() <= timedelta(days=32)
    assert "Noor" in desk.get("/operate/people/?role=auditor").content.decode()
    desk.post(address, {"do": "end"})
    row.refresh_from_db()
    assert row.auditor_until is None
    assert list(row.staff_events.order_by("pk").values_list("event", flat=True)) == ["auditor.given", "role.taken"]
    page = desk.get(f"/operate/people/{row.pk}/").content.decode()
    assert "made Noor auditor until" in page


@pytest.mark.parametrize("until", ["", "yesterday", "2020-01-01", "9999-12-31", "2999-01-01"])
def test_an_audit_without_a_sensible_end_is_refused(world: World, until: str):
    row = Person.objects.create_user("noor@audit.example", name="Noor")
    response = browser(world.tomas).post(f"/operate/people/{row.pk}/auditor/", {"do": "give", "until": until})
    row.refresh_from_db()
    assert (response.status_code, row.auditor_until) == (409, None)


def test_whoever_acts_does_not_audit(world: World, noor: Person):
    now = timezone.now()
    with pytest.raises(people.AuditorDefective):
        people.set_auditor(person_id=world.rana.pk, until=now + timedelta(days=1), by=world.tomas, now=now)
    people.set_role(person_id=noor.pk, role="reviewer", given=True, by=world.tomas, now=now)
    noor.refresh_from_db()
    assert noor.auditor_until is None


def test_an_auditor_is_added_with_the_last_day(world: World):
    desk = browser(world.tomas)
    typed = {"email": "ada@audit.example", "name": "Ada", "role": "auditor"}
    assert desk.post("/operate/people/new/", typed).status_code == 422
    last = (timezone.localdate() + timedelta(days=3)).isoformat()
    assert desk.post("/operate/people/new/", {**typed, "until": last}).status_code == 302
    assert Person.objects.get(email="ada@audit.example").is_auditor(timezone.now())


# --- looks ----------------------------------------------------------------------------------------------------------------


def test_every_case_the_desk_opens_is_kept_with_role_and_request(world: World, noor: Person):
    case = a_complaint(world)
    browser(world.rana).get(f"/review/case/{case.number}/", headers={"X-Request-Id": "r-17"})
    browser(world.tomas).get(f"/operate/cases/{case.number}/")
    browser(noor).get(f"/operate/cases/{case.number}/")
    assert seen() == [(role, "case", case.number) for role in ("reviewer", "operator", "auditor")]
    assert Look.objects.order_by("pk").first().request_id == "r-17"


def test_what_a_party_reads_of_its_own_is_not_kept_nor_what_was_not_there(world: World):
    case = a_complaint(world)
    browser(world.ines).get(f"/holder/cases/{case.number}/")
    browser(world.rana).get("/review/case/C-2026-999999/")
    assert seen() == []


def test_a_file_and_a_proof_of_identity_are_told_apart(world: World, monkeypatch: Any):
    buffer = io.BytesIO()
    Image.new("RGB", (40, 40), "navy").save(buffer, "PNG")
    png = buffer.getvalue()
    kept = files.keep(content=png, name="a.png", by=None, at=timezone.now())
    browser(world.rana).get(f"/file/{kept.pk}/")
    monkeypatch.setattr("countermark.entrypoints.looked._proves_identity", lambda pk: pk == kept.pk)
    browser(world.rana).get(f"/file/{kept.pk}/")
    assert seen() == [("reviewer", "file", str(kept.pk)), ("reviewer", "identity_document", str(kept.pk))]


def test_a_list_that_leaves_as_a_table_is_kept(world: World):
    browser(world.tomas).get("/operate/people/?csv=1")
    assert seen() == [("operator", "list", "operator:people")]


def test_every_address_of_the_desk_says_whether_it_shows_something_of_a_party():
    desk = {r.name for r in routes() if r.arguments and r.name.startswith(("operator:", "reviewer:", "webhooks:"))}
    readable = {name for name in desk if "get" in TABLE[name] and set(TABLE[name]["get"]) & {"operator", "reviewer"}}
    assert sorted(readable - set(SHOWS) - BARE) == [], "say in web/looks.py what these pages show"
    assert sorted(set(SHOWS) - desk - {"file"}) == []
    assert set(SHOWS.values()) <= set(WORDS) == set(looks.WHAT)


@pytest.mark.parametrize("change", ["UPDATE parties_look SET what = 'list'", "DELETE FROM parties_look"])
def test_what_was_looked_at_cannot_be_unmade(world: World, change: str):
    looks.keep_look(person_id=world.rana.pk, role="reviewer", what="case", key="C-1", now=timezone.now())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert Look.objects.get().what == "case"


def test_after_a_year_retention_may_let_it_go(world: World):
    then = timezone.now() - timedelta(days=800)
    looks.keep_look(person_id=world.rana.pk, role="reviewer", what="case", key="C-1", now=then)
    assert Look.objects.filter(at__lt=timezone.now() - timedelta(days=730)).delete()[0] == 1


def test_operators_and_auditors_see_all_looks_and_a_reviewer_their_own(world: World, noor: Person):
    now = timezone.now()
    for person, key in ((world.rana, "C-RANA"), (world.samir, "C-SAMIR")):
        looks.keep_look(person_id=person.pk, role="reviewer", what="case", key=key, now=now)
    for reader in (world.tomas, noor):
        page = browser(reader).get("/operate/looks/").content.decode()
        assert "C-RANA" in page and "C-SAMIR" in page
    own = browser(world.rana).get("/review/looks/").content.decode()
    assert "C-RANA" in own and "C-SAMIR" not in own
    assert browser(world.rana).get("/operate/looks/").status_code == 403
    found = browser(world.tomas).get("/operate/looks/?q=C-SAMIR&what=case").content.decode()
    assert "C-SAMIR" in found and "C-RANA" not in found
    assert browser(world.tomas).get("/operate/looks/?csv=1").content.decode().count("\n") == 3


def test_a_look_costs_one_insert(world: World, django_assert_num_queries: Any):
    with django_assert_num_queries(1):
        looks.keep_look(person_id=world.rana.pk, role="reviewer", what="case", key="C-1", now=timezone.now())
