"""Signing in and up by a code in the mail: no password, and nothing that tells a stranger who has an account."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from countermark.apps.parties.models import Person

pytestmark = pytest.mark.django_db
CODE = re.compile(r"^ {4}(\S+)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def nobody_has_tried_before(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


def code() -> str:
    """Return the code of the last mail."""
    found = CODE.search(str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]


def ask(client: Client, email: str) -> Any:
    return client.post("/account/sign-in/", {"email": email}, follow=True)


def test_rana_signs_in_with_the_code_we_mail_her(client: Client, rana: Person):
    assert "Enter the code we sent you" in ask(client, rana.email).content.decode()
    assert mail.outbox[-1].subject == f"{code()} is your code for Countermark"
    response = client.post("/account/sign-in/code/", {"code": code()})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(rana.pk)


def test_she_comes_back_to_the_page_she_wanted(client: Client, rana: Person):
    client.post("/account/sign-in/?next=/account/", {"email": rana.email, "next": "/account/"}, follow=True)
    response = client.post("/account/sign-in/code/", {"code": code(), "next": "/account/"})
    assert response["Location"] == "/account/"


def test_a_wrong_code_lets_nobody_in_and_three_end_the_try(client: Client, rana: Person):
    ask(client, rana.email)
    for _ in range(2):
        response = client.post("/account/sign-in/code/", {"code": "WRONG-1"})
        assert response.status_code == 200
    assert client.post("/account/sign-in/code/", {"code": "WRONG-1"}).status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_stranger_cannot_tell_an_account_from_none(client: Client, rana: Person):
    known, unknown = ask(client, rana.email), ask(Client(), "nobody@example.org")
    page = re.compile(r'name="(?:csrfmiddlewaretoken|next)" value="[^"]*"|"X-CSRFToken": "[^"]*"')
    plain = [page.sub("", answer.content.decode()) for answer in (known, unknown)]
    assert plain[0].replace(rana.email, "…") == plain[1].replace("nobody@example.org", "…")
    assert known.redirect_chain == unknown.redirect_chain
    assert mail.outbox[-1].subject == "There is no account for this address"


def test_ines_makes_an_account_with_her_name_and_proves_her_address(client: Client):
    response = client.post("/account/sign-up/", {"email": "ines@halden.example", "name": "Ines Moe"}, follow=True)
    assert "Enter the code we sent you" in response.content.decode()
    client.post("/account/sign-up/code/", {"code": code()})
    ines = Person.objects.get(email="ines@halden.example")
    assert (ines.name, ines.language) == ("Ines Moe", "en")
    assert client.session["_auth_user_id"] == str(ines.pk)
    assert EmailAddress.objects.get(user=ines).verified
    assert not ines.has_usable_password()


def test_making_an_account_twice_looks_the_same_and_mails_the_truth(client: Client, rana: Person):
    EmailAddress.objects.create(user=rana, email=rana.email, verified=True, primary=True)
    response = client.post("/account/sign-up/", {"email": rana.email, "name": "Somebody"}, follow=True)
    assert "Enter the code we sent you" in response.content.decode()
    assert mail.outbox[-1].subject == "You have an account already"
    assert Person.objects.count() == 1


def test_asking_again_and_again_is_slowed_down(client: Client, rana: Person):
    for _ in range(10):
        Client().post("/account/sign-in/", {"email": rana.email})
    assert len(mail.outbox) == 3  # a minute, to one address


def test_making_account_after_account_is_slowed_down(client: Client):
    answers = [Client().post("/account/sign-up/", {"email": f"{n}@example.org", "name": "N"}) for n in range(25)]
    assert len(mail.outbox) == 20  # a minute, from one place
    assert answers[-1].status_code == 429
    assert "Too many tries" in answers[-1].content.decode()


def test_no_address_takes_or_sets_a_password(client: Client, rana: Person):
    client.force_login(rana)
    for place in ("password/change/", "password/set/", "password/reset/", "reauthenticate/"):
        assert client.get(f"/account/{place}").status_code == 404


def test_signing_out_asks_when_followed_as_a_link_and_acts_on_the_button(client: Client, rana: Person):
    client.force_login(rana)
    assert "Sign out?" in client.get("/account/sign-out/").content.decode()
    assert "_auth_user_id" in client.session
    client.post("/account/sign-out/")
    assert "_auth_user_id" not in client.session


def test_rana_changes_her_language_and_reads_on_in_it(client: Client, rana: Person):
    client.force_login(rana)
    answer = client.post("/account/", {"name": "Rana Haddad", "language": "zh-hans", "zone": "Europe/Brussels"}, follow=True)
    rana.refresh_from_db()
    assert (rana.language, rana.zone) == ("zh-hans", "Europe/Brussels")
    assert "已保存。" in answer.content.decode()


@pytest.mark.parametrize("place", ["", "totp/activate/", "webauthn/add/"])
def test_the_second_ways_to_sign_in_can_be_set_up(client: Client, rana: Person, place: str):
    client.force_login(rana)
    answer = client.get(f"/account/two-factor/{place}")
    assert answer.status_code == 200
    assert "cm-bar" in answer.content.decode()
