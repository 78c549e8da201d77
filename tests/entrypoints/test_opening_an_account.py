"""An account is opened in the real order: place, kind, for whom, how to be reached, the agreements, six digits, the papers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from countermark.apps.parties.models import Acceptance, Holder, HolderEvent, Membership, Person
from countermark.apps.parties.services import TERMS
from people import a_world

pytestmark = pytest.mark.django_db
ENTERPRISE = {
    "location": {"location": "HK"},
    "kind": {"kind": "enterprise"},
    "role": {"is_agent": "no"},
    "contact": {"person": "Ines Moe", "name": "Halden & Moe AS", "contact_email": "ines@halden.example"},
}


@pytest.fixture(autouse=True)
def nobody_has_tried_before(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


def url(step: str) -> str:
    return reverse("holder:welcome-step", args=[step])


def page(answer: Any) -> str:
    return answer.content.decode()


def answered(client: Client, steps: dict[str, dict[str, str]] = ENTERPRISE) -> Any:
    """Every question, then the box; returns what came last."""
    for step, said in steps.items():
        assert client.post(url(step), said).status_code == 302, step
    return client.post(url("terms"), {"terms": TERMS}, follow=True)


def code() -> str:
    return re.search(r"^ {4}(\d{6})$", str(mail.outbox[-1].body), re.MULTILINE)[1]


def test_nothing_is_written_before_the_agreement_and_no_account_before_the_code(client: Client):
    for step, said in ENTERPRISE.items():
        client.post(url(step), said)
    assert client.post(url("terms"), {}).status_code == 422 and not Person.objects.exists()
    assert "Six digits." in page(client.post(url("terms"), {"terms": TERMS}, follow=True))
    assert Person.objects.get().name == "Ines Moe" and not Holder.objects.exists()
    done = client.post(reverse("account_email_verification_sent"), {"code": code()}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("holder:identity")
    holder = Holder.objects.get()
    assert (holder.name, holder.location, holder.kind) == ("Halden & Moe AS", "HK", "enterprise")
    assert Membership.objects.get().role == "admin" and EmailAddress.objects.get().verified
    assert {(row.person.name, row.agreement) for row in Acceptance.objects.all()} == {
        ("Ines Moe", "terms"), ("Ines Moe", "disclaimer")
    }  # fmt: skip
    assert HolderEvent.objects.get().event == "account.opened"
    assert client.get(reverse("holder:welcome-opened")).url == reverse("holder:home"), "once"


def test_a_person_is_asked_for_one_name(client: Client):
    steps = {
        **ENTERPRISE,
        "kind": {"kind": "individual"},
        "contact": {"name": "Kai", "contact_email": "kai@fjell.example"},
    }
    answered(client, steps)
    assert Person.objects.get().name == "Kai"


def test_an_organisation_is_somebodys_too(client: Client):
    for step in ("location", "kind", "role"):
        client.post(url(step), ENTERPRISE[step])
    wrong = client.post(url("contact"), {**ENTERPRISE["contact"], "person": " "})
    assert wrong.status_code == 422 and "Your own name is missing." in page(wrong)
    led = client.post(url("terms"), {"terms": TERMS})
    assert led.url == url("contact") and not mail.outbox, (
        "a question that was skipped is asked before a letter goes out"
    )


def test_a_stranger_cannot_tell_from_it_who_has_an_account(client: Client):
    world = a_world()
    EmailAddress.objects.create(user=world.ines, email=world.ines.email, verified=True, primary=True)
    contact = {**ENTERPRISE["contact"], "contact_email": world.ines.email}
    seen = page(answered(client, {**ENTERPRISE, "contact": contact}))
    assert "Enter the code we sent you" in seen
    assert mail.outbox[-1].subject == "You have an account already"
    assert Holder.objects.count() == 1


def test_who_answered_before_and_signs_in_by_another_code_answers_nothing_twice(client: Client):
    answered(Client())  # in a browser that was closed before the code came
    cache.clear()  # yesterday
    answered(client)
    assert mail.outbox[-1].subject == "You have an account already"
    client.post("/account/sign-in/", {"email": "ines@halden.example"})
    sent = re.search(r"^ {4}([A-Z]{4}-[A-Z]{4})$", str(mail.outbox[-1].body), re.MULTILINE)[1]
    done = client.post("/account/sign-in/code/", {"code": sent}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("holder:identity")
    assert Holder.objects.get().name == "Halden & Moe AS"


def test_what_another_person_answered_in_this_browser_opens_nothing_for_whoever_signs_in(client: Client):
    answered(client)
    client.force_login(Person.objects.create(email="otto@lamps.example", name="Otto"))
    assert client.get("/").status_code == 200 and not Holder.objects.exists()


def test_a_code_that_is_wrong_opens_nothing(client: Client):
    answered(client)
    right = code()
    client.post(reverse("account_email_verification_sent"), {"code": "000000" if right != "000000" else "111111"})
    assert client.get(reverse("holder:welcome-opened")).status_code == 302 and not Holder.objects.exists()


def test_an_address_no_column_holds_is_asked_again(client: Client):
    long = f"{'i' * 60}@{'h' * 60}.{'a' * 60}.{'l' * 60}.example"  # 251 and more
    for address in ("nobody", "ines@", f"{'x' * 4}{long}"):
        for step in ("location", "kind", "role"):
            client.post(url(step), ENTERPRISE[step])
        wrong = client.post(url("contact"), {**ENTERPRISE["contact"], "contact_email": address})
        assert wrong.status_code == 422, address
    client.post(reverse("account_signup"), {"name": "Ines", "email": f"{'x' * 4}{long}"})
    assert not Person.objects.exists() and not mail.outbox


def test_asking_again_and_again_is_slowed_down():
    for _ in range(25):
        browser = Client()
        answered(browser, {**ENTERPRISE, "contact": {**ENTERPRISE["contact"], "contact_email": f"i{_}@halden.example"}})
    assert len(mail.outbox) == 20  # a minute, from one place
