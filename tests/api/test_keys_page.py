"""How does a person make, see and take back the keys of their programs?"""

import re

import pytest

from countermark.apps.access.models import ApiClient
from countermark.apps.parties.models import Holder, Membership, Person
from people import a_world
from programs import Program, a_program

pytestmark = pytest.mark.django_db
NEW = {"name": "Night run", "scopes": ["complaints:read"], "lasts": "90"}


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def ines(world, client):
    client.force_login(world.ines, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_ines_makes_a_key_reads_it_once_and_it_works(world, ines):
    page = ines.post("/account/keys/new/", NEW).content.decode()
    key = re.search(r'value="(cmk_[a-z0-9]{8}_[\w-]{43})"', page)[1]
    program = Program(None, key)
    assert program.get("/me").json()["holder"]["name"] == "Halden & Moe AS"
    row = ApiClient.objects.get()
    assert row.scopes == ["complaints:read"] and key not in str(vars(row))
    listed = ines.get("/account/keys/").content.decode()
    assert "Night run" in listed and key not in listed
    assert 89 <= (row.expires_at - row.created_at).days <= 90


def test_a_key_taken_back_ends_at_once_and_stays_in_the_list(world, ines):
    program = a_program(world.ines, "rights_holder", holder=world.halden)
    page = f"/account/keys/{program.client.pk}/take-back/"
    assert ines.get(page).status_code == 200 and program.get("/me").status_code == 200
    assert ines.post(page).status_code == 302
    assert program.get("/me").status_code == 401
    assert "Taken back" in ines.get("/account/keys/").content.decode()
    assert ines.post(page).status_code == 404


def test_nobody_sees_or_ends_the_key_of_somebody_else(world, ines):
    program = a_program(world.rana, "reviewer")
    assert "reviewer program" not in ines.get("/account/keys/").content.decode()
    assert ines.post(f"/account/keys/{program.client.pk}/take-back/").status_code == 404
    assert program.get("/me").status_code == 200


def test_a_scope_her_role_does_not_have_is_not_given(ines):
    page = ines.post("/account/keys/new/", {**NEW, "scopes": ["decisions:write"]})
    assert page.status_code == 200 and not ApiClient.objects.exists()


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scopes": []}, {"lasts": "9999"}, {"name": "a\tb\x01"}])
def test_a_form_with_a_fault_makes_no_key(ines, wrong):
    assert ines.post("/account/keys/new/", {**NEW, **wrong}).status_code == 200
    assert not ApiClient.objects.exists()


def test_somebody_with_two_roles_says_first_in_which_the_program_acts(world, ines):
    agency = Holder.objects.create(
        name="Balogun IP", is_agent=True, kind="enterprise", location="other", contact_email="a@b.example"
    )
    Membership.objects.create(person=world.ines, holder=agency)
    asked = ines.get("/account/keys/new/").content.decode()
    assert "Balogun IP (agent)" in asked and "Halden &amp; Moe AS (rights holder)" in asked
    ines.post("/account/keys/new/", {**NEW, "as": f"holder-{agency.pk}"})
    assert (ApiClient.objects.get().role, ApiClient.objects.get().holder) == ("agent", agency)


def test_she_cannot_make_a_key_for_a_holder_that_is_not_hers(world, ines):
    other = Holder.objects.create(name="Lumen", kind="enterprise", location="other", contact_email="a@b.example")
    ines.post("/account/keys/new/", {**NEW, "as": f"holder-{other.pk}"})
    assert not ApiClient.objects.filter(holder=other).exists()


def test_an_operator_narrows_a_key_to_one_marketplace(world, client):
    client.force_login(world.tomas, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/account/keys/new/", {**NEW, "marketplace": world.market.pk})
    assert ApiClient.objects.get().marketplace == world.market


def test_somebody_without_a_role_is_told_so(client):
    client.force_login(
        Person.objects.create_user("new@example.com"), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert "you have none yet" in client.get("/account/keys/").content.decode()
    assert client.get("/account/keys/new/").status_code == 302


def test_anybody_may_read_what_programs_can_do_and_what_each_problem_means(client):
    page = client.get("/api/").content.decode()
    assert "/api/v1/complaints/{number}/withdraw" in page and "complaints:act" in page
    assert "idempotency_key_reused" in client.get("/problems/").content.decode()
    assert client.get("/problems/stale_case").status_code == 200
    assert client.get("/problems/nothing").status_code == 404
