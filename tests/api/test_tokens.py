"""How does a program trade its key for a short-lived token, and what does that token open?"""

import base64
from datetime import timedelta

import pytest
from django.utils import timezone

from countermark.apps.access.models import AccessToken, AddressCount
from countermark.apps.access.services import revoke_client, spend_from
from programs import Program

FORM = "application/x-www-form-urlencoded"


def asked(program, body, **headers):
    return Program(None, "").post("/oauth/token", body, content_type=FORM, **headers)


def basic(program, secret=None):
    pair = f"{program.client.client_id}:{secret or program.key.split('_', 2)[2]}"
    return {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


@pytest.fixture
def ines(desk):
    return desk.programs["rights_holder"]


def test_a_key_in_the_header_gets_a_token_that_opens_what_the_key_opens(ines):
    answer = asked(ines, "grant_type=client_credentials", **basic(ines))
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["token_type"], said["expires_in"]) == ("Bearer", 3600)
    assert answer["Cache-Control"] == "no-store" and answer["Pragma"] == "no-cache"
    assert Program(None, said["access_token"]).get("/me").json()["client_id"] == ines.client.client_id
    assert said["access_token"] not in str(AccessToken.objects.values().get())


def test_a_key_in_the_form_and_the_whole_key_do_as_well(ines):
    body = f"grant_type=client_credentials&client_id={ines.client.client_id}&client_secret={ines.key}"
    assert asked(ines, body).status_code == 200


def test_a_token_does_no_more_than_it_was_asked_for(ines, problem):
    answer = asked(ines, "grant_type=client_credentials&scope=complaints:read", **basic(ines))
    token = Program(None, answer.json()["access_token"])
    assert answer.json()["scope"] == "complaints:read"
    assert token.get("/complaints").status_code == 200
    problem(token.get("/complaints/CM-2026-000001-01/events"), 403, "scope_missing")


def test_a_token_ends_after_its_hour_and_with_its_key(ines, desk, problem):
    token = Program(None, asked(ines, "grant_type=client_credentials", **basic(ines)).json()["access_token"])
    AccessToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    problem(token.get("/me"), 401, "not_authenticated")
    token = Program(None, asked(ines, "grant_type=client_credentials", **basic(ines)).json()["access_token"])
    assert token.get("/me").status_code == 200
    revoke_client(client_id=ines.client.pk, person=desk.world.ines, now=timezone.now())
    problem(token.get("/me"), 401, "not_authenticated")


@pytest.mark.parametrize(
    ("body", "error", "status"),
    [
        ("grant_type=password", "unsupported_grant_type", 400),
        ("scope=complaints:read", "invalid_request", 400),
        ("grant_type=client_credentials&scope=decisions:write", "invalid_scope", 400),
        ("grant_type=client_credentials&client_secret=x", "invalid_request", 400),
    ],
)
def test_a_request_that_is_wrong_is_answered_as_oauth_has_it(ines, body, error, status):
    answer = asked(ines, body, **basic(ines))
    assert (answer.status_code, answer.json()) == (status, {"error": error})


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Basic Y21r", "Bearer x", "Basic " + "/w==" * 3])
def test_a_client_nobody_knows_gets_nothing(ines, header):
    answer = asked(ines, "grant_type=client_credentials", authorization=header)
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert answer["WWW-Authenticate"].startswith("Basic")


def test_a_wrong_secret_gets_nothing(ines):
    assert asked(ines, "grant_type=client_credentials", **basic(ines, "x" * 43)).status_code == 401


def test_a_parameter_oauth_does_not_know_is_ignored(ines):
    assert asked(ines, "grant_type=client_credentials&audience=x", **basic(ines)).status_code == 200


# --- how often --------------------------------------------------------------------------------------------------------


def test_a_computer_that_guesses_secrets_is_paused_and_told_until_when(ines, settings, problem):
    settings.API_TOKENS_PER_MINUTE = 3
    left = [asked(ines, "grant_type=client_credentials", **basic(ines, "x" * 43)) for _ in range(3)]
    assert [(answer.status_code, answer["RateLimit-Remaining"]) for answer in left] == [
        (401, "2"),
        (401, "1"),
        (401, "0"),
    ]
    answer = asked(ines, "grant_type=client_credentials", **basic(ines))
    problem(answer, 429, "too_many_from_here")
    assert answer["Retry-After"] == answer["RateLimit-Reset"] and 0 < int(answer["Retry-After"]) <= 60
    assert answer["RateLimit-Limit"] == "3"


def test_another_computer_and_the_next_minute_are_not_kept_waiting(db):
    now = timezone.now().replace(second=30)
    spent = [spend_from("tokens", "203.0.113.7", limit=1, now=now).refused for _ in range(2)]
    assert spent == [False, True]
    assert not spend_from("tokens", "203.0.113.8", limit=1, now=now).refused
    assert not spend_from("guests", "203.0.113.7", limit=1, now=now).refused
    assert not spend_from("tokens", "203.0.113.7", limit=1, now=now + timedelta(minutes=1)).refused


def test_the_count_knows_no_address_and_goes_after_an_hour(db):
    now = timezone.now()
    spend_from("tokens", "203.0.113.7", limit=9, now=now - timedelta(hours=2))
    spend_from("tokens", "203.0.113.8", limit=9, now=now)
    kept = AddressCount.objects.get()
    assert kept.used == 1 and "203.0.113" not in kept.digest
