"""An auditor's program reads what operators read, changes nothing, and ends with the audit."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from countermark.apps.access.models import ApiClient
from countermark.apps.access.scopes import AUDITOR, scopes_of
from countermark.apps.access.services import KeyDefective
from countermark.apps.parties.models import Look, Person
from countermark.entrypoints.api import openapi
from countermark.entrypoints.api.v1 import api
from programs import a_program

pytestmark = pytest.mark.django_db
NUMBER = "CM-2026-000001-01"


@pytest.fixture
def ada(desk):
    return desk.programs["auditor"]


def test_she_reads_the_case_the_log_and_the_people_and_each_look_is_kept(desk, ada):
    for path in (
        f"/complaints/{NUMBER}",
        "/complaints?limit=1",
        "/people",
        "/log",
        "/orders",
        "/marketplaces/quay/sellers",
    ):
        assert ada.get(path).status_code == 200, path
    assert ada.get(f"/complaints/{NUMBER}").json()["permitted"] == []
    assert Look.objects.filter(role="auditor", what="case", key=NUMBER).exists()


def test_she_reads_the_platform_s_webhooks_and_what_was_delivered_and_no_secret(desk, ada, problem):
    listed = ada.get("/webhooks").json()["items"]
    assert {row["id"] for row in listed} >= {710001, 710002}
    one, log = ada.get("/webhooks/710001"), ada.get("/webhooks/710001/deliveries")
    assert [row["id"] for row in log.json()["items"]] == [710002, 710001]
    for answer in (one, log):
        assert answer.status_code == 200 and "secret" not in {
            name for name in answer.json() if name != "old_secret_until"
        }
    assert b"whsec_" not in one.content + log.content
    problem(ada.post("/webhooks/710001/pause"), 403, "not_for_this_role")
    assert Look.objects.filter(role="auditor", what="endpoint", key="710001").count() == 2


def test_a_key_that_manages_webhooks_reads_them_as_before_and_one_that_reads_changes_none(desk, problem):
    manages = a_program(desk.world.tomas, "operator", scopes=["webhooks:manage"])
    assert manages.get("/webhooks").status_code == 200
    reads = a_program(desk.world.tomas, "operator", scopes=["webhooks:read"])
    assert reads.get("/webhooks/710001/deliveries").status_code == 200
    problem(reads.post("/webhooks/710001/pause"), 403, "scope_missing")


def test_no_route_that_changes_anything_is_open_to_her_and_no_scope_of_hers_changes_anything():
    doors = [(operation, openapi.door_of(operation)) for operation, _ in openapi.operations(api)]
    assert {method for operation, door in doors if AUDITOR in door.roles for method in operation.methods} == {"GET"}
    assert all(scope.endswith(":read") for scope in scopes_of(AUDITOR)) and "operations:read" in scopes_of(AUDITOR)


def test_her_key_ends_with_the_audit_whenever_that_is(desk, ada, problem):
    person = ada.client.person
    assert ada.client.expires_at == person.auditor_until
    person.auditor_until = timezone.now() - timedelta(seconds=1)
    person.save()
    problem(ada.get("/complaints"), 403, "role_lost")
    person.auditor_until = None
    person.save()
    problem(ada.get("/complaints"), 403, "role_lost")
    with pytest.raises(KeyDefective):
        a_program(person, "auditor")


def test_a_key_outlasts_no_audit_and_a_shorter_one_stays_short(desk):
    until = timezone.now() + timedelta(days=3)
    noa = Person.objects.create_user("noa@office.example", auditor_until=until)
    assert a_program(noa, "auditor", expires_at=until + timedelta(days=9)).client.expires_at == until
    soon = until - timedelta(days=2)
    assert a_program(noa, "auditor", expires_at=soon).client.expires_at == soon


def test_she_cannot_be_given_what_changes_things_nor_a_marketplace_alone(desk, ada):
    for wrong in ({"scopes": ["operations:act"]}, {"scopes": ["webhooks:manage"]}, {"marketplace": desk.world.market}):
        with pytest.raises(KeyDefective):
            a_program(ada.client.person, "auditor", **wrong)


def test_she_makes_her_key_on_the_page_of_keys(desk, ada):
    ApiClient.objects.all().delete()
    browser = Client()
    browser.force_login(ada.client.person, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get("/account/keys/new/").content.decode()
    assert "changes nothing, and ends with your audit" in page and "operations:act" not in page
    said = {"name": "Samples", "scopes": ["operations:read", "complaints:read"], "lasts": ""}
    assert re.search(r"cmk_[a-z0-9]{8}_", browser.post("/account/keys/new/", said).content.decode())
    assert ApiClient.objects.get().expires_at == ada.client.person.auditor_until
