"""The desk signs in with the organisation's own sign-in: a real provider in a process of its own, and whatever can be forged."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from countermark.apps.parties.models import OrganisationIdentity, Person, StaffEvent

pytestmark = pytest.mark.django_db
NOOR = {
    "sub": "u-17",
    "email": "noor@desk.example",
    "email_verified": True,
    "name": "Noor",
    "groups": ["leads", "lunch"],
}
SECRET = "a secret: with signs & more"


@pytest.fixture
def desk(provider, settings):
    """Countermark with that provider set."""
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = provider, "countermark", SECRET
    settings.OIDC_ROLES = {"desk": "reviewer", "leads": "senior", "platform": "operator", "revision": "auditor"}
    return provider


def says(provider: str, fault: str = "", userinfo: dict | None = None, **claims) -> None:
    told = {"claims": {**NOOR, **claims}, "fault": fault, "userinfo": userinfo or {}}
    httpx.post(f"{provider}/next", json=told, trust_env=False).raise_for_status()


def sent_back(client: Client, next_page: str = "") -> str:
    """Go there as a browser would; the address one is sent back to."""
    there = client.get("/account/organisation/", {"next": next_page} if next_page else {})
    assert there.status_code == 302, there.content
    return httpx.get(there.url, trust_env=False).headers["location"]


def arrive(client: Client, back: str):
    return client.get(f"{urlsplit(back).path}?{urlsplit(back).query}")


def sign_in(client: Client | None = None, next_page: str = ""):
    client = client or Client()
    return arrive(client, sent_back(client, next_page))


def signed_in(response) -> bool:
    return response.status_code == 302 and "_auth_user_id" in response.client.session


# --- who comes in ---------------------------------------------------------------------------------------------------------


def test_somebody_of_a_mapped_group_gets_an_account_with_its_role_and_no_other(desk):
    says(desk)
    response = sign_in(next_page="/review/")
    assert signed_in(response) and response.url == "/review/"
    noor = Person.objects.get(email="noor@desk.example")
    assert (noor.name, noor.is_senior, noor.is_reviewer, noor.is_operator) == ("Noor", True, False, False)
    assert set(StaffEvent.objects.values_list("event", flat=True)) == {
        "person.added",
        "organisation.linked",
        "role.given",
    }


def test_a_stranger_without_a_mapped_group_gets_no_account(desk):
    says(desk, groups=["lunch"])
    response = sign_in()
    assert (response.status_code, signed_in(response)) == (409, False)
    assert "gives you no role here" in response.content.decode()
    assert not Person.objects.filter(email="noor@desk.example").exists()


def test_a_role_a_group_no_longer_gives_is_taken_at_the_next_sign_in(desk):
    says(desk, groups=["leads", "desk"])
    sign_in()
    says(desk, groups=["desk"])
    assert signed_in(sign_in())
    noor = Person.objects.get(email="noor@desk.example")
    assert (noor.is_senior, noor.is_reviewer) == (False, True)
    says(desk, groups=[])
    assert not signed_in(sign_in())
    noor.refresh_from_db()
    assert (noor.is_senior, noor.is_reviewer) == (False, False)


def test_a_role_the_mapping_does_not_name_is_left_alone(desk, settings):
    settings.OIDC_ROLES = {"desk": "reviewer"}
    Person.objects.create_user("noor@desk.example", name="Noor", is_senior=True)
    says(desk, groups=["desk"])
    assert signed_in(sign_in())
    noor = Person.objects.get(email="noor@desk.example")
    assert (noor.is_senior, noor.is_reviewer) == (True, True)


def test_an_account_is_linked_by_a_verified_address_only(desk):
    Person.objects.create_user("noor@desk.example", name="Noor")
    says(desk, email_verified=False)
    assert "has not verified your address" in sign_in().content.decode()
    says(desk, email_verified="true")  # a text is no yes
    assert not signed_in(sign_in())
    assert not OrganisationIdentity.objects.exists()
    says(desk, email="NOOR@desk.example")
    assert signed_in(sign_in())
    assert OrganisationIdentity.objects.get().person.email == "noor@desk.example"


def test_once_linked_the_subject_counts_and_the_address_does_not(desk):
    says(desk)
    sign_in()
    tomas = Person.objects.create_user("tomas@desk.example", name="Tomás", is_operator=True)
    says(desk, email=tomas.email)
    response = sign_in()
    assert (
        response.client.session["_auth_user_id"] == str(OrganisationIdentity.objects.get().person_id) != str(tomas.pk)
    )


def test_the_last_operator_stays_one_whatever_the_groups_say(desk):
    says(desk, groups=["platform"])
    sign_in()
    says(desk, groups=["desk"])
    assert signed_in(sign_in())
    assert Person.objects.get(email="noor@desk.example").is_operator


def test_an_auditor_by_group_audits_for_a_day(desk):
    says(desk, groups=["revision"])
    assert signed_in(sign_in())
    left = Person.objects.get(email="noor@desk.example").auditor_until - timezone.now()
    assert timedelta(hours=23) < left <= timedelta(hours=24)


def test_somebody_shut_out_stays_out(desk):
    says(desk)
    sign_in()
    Person.objects.update(is_active=False)
    response = sign_in()
    assert not signed_in(response) and "This account is closed" in response.content.decode()


def test_groups_that_only_the_userinfo_says_count(desk):
    says(desk, groups=None, email=None, userinfo={"email": "noor@desk.example", "groups": "desk"})
    assert signed_in(sign_in())
    assert Person.objects.get(email="noor@desk.example").is_reviewer


# --- what can be forged ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault", ["signature", "algorithm", "none", "key", "issuer_in_answer", "denied", "userinfo_subject"]
)
def test_what_is_forged_on_the_way_signs_nobody_in(desk, fault):
    says(desk, fault=fault, **({"groups": None} if fault == "userinfo_subject" else {}))
    response = sign_in()
    assert (response.status_code, signed_in(response)) == (409, False), fault
    assert "sign-in did not work" in response.content.decode()
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another attempt"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": ["countermark", "another-client"]},
        {"aud": ["countermark", "another-client"], "azp": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"sub": None},
    ],
    ids=str,
)
def test_a_token_of_another_attempt_client_issuer_or_time_signs_nobody_in(desk, claims):
    says(desk, **claims)
    response = sign_in()
    assert (response.status_code, signed_in(response)) == (409, False)
    assert not Person.objects.exists()


def test_a_provider_that_describes_itself_as_another_is_not_asked(desk):
    says(desk, fault="described_issuer")
    assert Client().get("/account/organisation/").status_code == 409


def test_an_answer_counts_in_the_browser_it_was_asked_for_and_once(desk):
    says(desk)
    mine, others = Client(), Client()
    back = sent_back(mine)
    assert not signed_in(arrive(others, back))
    sent_back(others)
    assert not signed_in(arrive(others, back))  # the state is of another browser's attempt
    assert signed_in(arrive(mine, back))
    again = Client()
    again.cookies = mine.cookies
    assert arrive(again, back).status_code == 409


def test_a_code_is_good_for_the_verifier_of_its_own_attempt_only(desk):
    says(desk)
    mine, stolen = Client(), sent_back(Client())
    state = parse_qs(urlsplit(sent_back(mine)).query)["state"][0]
    code = parse_qs(urlsplit(stolen).query)["code"][0]
    response = mine.get("/account/organisation/back/", {"state": state, "code": code, "iss": desk})
    assert not signed_in(response)


def test_nobody_is_sent_to_another_place_afterwards(desk):
    says(desk)
    assert sign_in(next_page="https://evil.example/").url == "/"


def test_a_provider_that_does_not_answer_is_said_in_words(desk, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    page = Client().get("/account/organisation/")
    assert page.status_code == 409 and "A code still works" in page.content.decode()


def test_the_way_in_is_offered_only_when_it_is_set(settings):
    assert "Sign in with your organisation" not in Client().get("/account/sign-in/").content.decode()
    assert Client().get("/account/organisation/").status_code == 404
    settings.OIDC_ISSUER = "https://sso.example"
    assert 'href="/account/organisation/"' in Client().get("/account/sign-in/").content.decode()
