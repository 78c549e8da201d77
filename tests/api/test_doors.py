"""Who comes in through the API, with which key, and what does everybody else read?"""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from countermark.apps.access.services import revoke_client
from countermark.apps.complaints.models import Complaint
from countermark.apps.parties.models import Membership, Person
from countermark.entrypoints.api.door import api_door
from countermark.entrypoints.api.routing import ApiRouter
from people import a_world, acts_for
from programs import a_program

pytestmark = pytest.mark.django_db


def test_ines_s_program_sees_her_cases_and_who_it_is(desk):
    ines = desk.programs["rights_holder"]
    me = ines.get("/me").json()
    assert (me["role"], me["holder"]["name"], me["person"]) == ("rights_holder", "Halden & Moe AS", "Ines Moe")
    rows = ines.get("/complaints?sort=number").json()
    stored = Complaint.objects.filter(notice__holder=desk.world.halden).order_by("number")
    assert [row["number"] for row in rows["items"]] == list(stored.values_list("number", flat=True))
    assert rows["next"] is None


def test_the_cookie_of_a_signed_in_browser_opens_nothing(desk, problem):
    browser = Client()
    browser.force_login(desk.world.ines, backend="django.contrib.auth.backends.ModelBackend")
    problem(browser.get("/api/v1/complaints"), 401, "not_authenticated")


def test_every_answer_says_how_long_it_is_so_that_the_connection_can_be_kept(desk):
    for answer in (desk.programs["rights_holder"].get("/me"), desk.programs["anyone"].get("/me")):
        assert int(answer["Content-Length"]) == len(answer.content) > 0


@pytest.mark.parametrize("key", ["", "cmk_", "cmk_zzzzzzzz_" + "a" * 43, "cmt_" + "a" * 43, "Ines", "cmk_\u00e9"])
def test_a_key_nobody_was_given_opens_nothing(desk, problem, key):
    answer = desk.programs["anyone"].get("/complaints", authorization=f"Bearer {key}")
    problem(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_key_with_one_character_changed_opens_nothing(desk, problem):
    ines = desk.programs["rights_holder"]
    ines.key = ines.key[:-1] + ("A" if ines.key[-1] != "A" else "B")
    problem(ines.get("/me"), 401, "not_authenticated")


def test_a_key_taken_back_or_expired_opens_nothing(desk, problem):
    now = timezone.now()
    short = a_program(desk.world.rana, "reviewer", now=now - timedelta(days=2), expires_at=now - timedelta(seconds=1))
    problem(short.get("/me"), 401, "not_authenticated")
    ines = desk.programs["rights_holder"]
    assert revoke_client(client_id=ines.client.pk, person=desk.world.ines, now=now)
    problem(ines.get("/me"), 401, "not_authenticated")


def test_nobody_takes_back_another_person_s_key(desk):
    ines = desk.programs["rights_holder"]
    assert not revoke_client(client_id=ines.client.pk, person=desk.world.rana, now=timezone.now())
    assert ines.get("/me").status_code == 200


def test_a_key_never_can_more_than_its_person_now_can(desk, problem):
    Membership.objects.filter(person=desk.world.ines).delete()
    problem(desk.programs["rights_holder"].get("/complaints"), 403, "role_lost")
    Person.objects.filter(pk=desk.world.rana.pk).update(is_reviewer=False)
    problem(desk.programs["reviewer"].get("/complaints"), 403, "role_lost")
    desk.world.mei.members.all().delete()
    problem(desk.programs["seller"].get("/complaints"), 403, "role_lost")
    Person.objects.filter(pk=desk.world.tomas.pk).update(is_active=False)
    problem(desk.programs["operator"].get("/complaints"), 401, "not_authenticated")


def test_a_key_does_what_its_scopes_name_and_no_more(desk, problem):
    reads = a_program(desk.world.ines, "rights_holder", holder=desk.world.halden, scopes=["complaints:read"])
    assert reads.get("/complaints").status_code == 200
    said = problem(reads.post("/complaints/CM-2026-000001-01/withdraw", {}, if_match="*"), 403, "scope_missing")
    assert "complaints:act" in said["detail"]


def test_a_seller_cannot_withdraw_and_reads_for_whom_it_is(desk, problem):
    answer = desk.programs["seller"].post("/complaints/CM-2026-000001-01/withdraw", {}, if_match="*")
    assert "rights holder" in problem(answer, 403, "not_for_this_role")["detail"]


def test_otto_is_told_that_mei_s_case_is_not_there(desk, problem):
    otto = Person.objects.create_user("otto@attic.example", name="Otto")
    acts_for(otto, desk.world.otto)
    program = a_program(otto, "seller", seller=desk.world.otto)
    for path in ("", "/events", "/proof"):
        problem(program.get(f"/complaints/CM-2026-000001-01{path}"), 404, "not_found")
    others = Complaint.objects.exclude(seller=desk.world.otto).values_list("number", flat=True)
    assert not {row["number"] for row in program.get("/complaints").json()["items"]} & set(others)
    problem(desk.programs["agent"].get("/complaints/CM-2026-000001-01"), 404, "not_found")


def test_an_operator_s_key_for_one_marketplace_sees_no_other(desk, problem):
    narrow = a_program(desk.world.tomas, "operator", marketplace=a_world().market)
    assert narrow.get("/complaints").json()["items"] == []
    problem(narrow.get("/complaints/CM-2026-000001-01"), 404, "not_found")


def test_a_route_without_a_door_does_not_start():
    router = ApiRouter()
    with pytest.raises(Exception, match="has no @api_door"):
        router.get("/open")(lambda request: {})


def test_a_door_with_a_scope_its_roles_cannot_have_does_not_start():
    with pytest.raises(ValueError, match="cannot have the scope"):
        api_door(roles=["seller"], scope="decisions:write")


def test_the_minute_of_a_key_runs_out_and_says_when_the_next_begins(desk, problem, settings, monkeypatch):
    settings.API_REQUESTS_PER_MINUTE = 3
    ines = desk.programs["rights_holder"]
    with at_second(monkeypatch, 12):
        assert [ines.get("/me")["RateLimit-Remaining"] for _ in range(3)] == ["2", "1", "0"]
        answer = ines.get("/me")
        problem(answer, 429, "too_many_requests")
        assert answer["Retry-After"] == "48"  # 60 - 12
        assert desk.programs["reviewer"].get("/me").status_code == 200
    with at_second(monkeypatch, 60):
        assert ines.get("/me").status_code == 200


@contextmanager
def at_second(monkeypatch, second):
    """Let the clock of the doors stand at a second of one minute."""
    minute = timezone.now().replace(second=0, microsecond=0)
    with monkeypatch.context() as patched:
        patched.setattr("countermark.entrypoints.api.routing.true_time.now", lambda: minute + timedelta(seconds=second))
        yield


def test_the_words_come_in_the_language_the_program_asks_for(desk, problem):
    said = desk.programs["anyone"].get("/me", accept_language="zh-CN, en;q=0.5")
    assert said["Content-Language"] == "zh-hans"
    assert problem(said, 401, "not_authenticated")["title"] != "No key, or one that opens nothing"


def test_a_request_keeps_the_id_it_came_with_unless_it_is_none(desk):
    anyone = desk.programs["anyone"]
    assert anyone.get("/me", x_request_id="shop-42")["X-Request-Id"] == "shop-42"
    assert anyone.get("/me", x_request_id="a b\x01")["X-Request-Id"] != "a b\x01"
