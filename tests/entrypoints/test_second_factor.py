"""Passkeys, apps and recovery codes: switched on, asked for, shown once, switched off; in our pages and in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from an_app import code_of
from countermark.apps.parties.models import Person

pytestmark = pytest.mark.django_db
MAILED = re.compile(r"^ {4}(\S+)$", re.MULTILINE)
SECRET = re.compile(r'id="authenticator_secret" value="([A-Z2-7]+)"')
CODES = re.compile(r"<li>(\d{8})</li>")


@pytest.fixture(autouse=True)
def nobody_has_tried_before(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.MFA_TOTP_TOLERANCE = 1  # a test may fall on the half minute at which codes change
    cache.clear()


def page(answer: Any) -> str:
    return answer.content.decode()


def switched_on(person: Person) -> tuple[Client, str, list[str]]:
    """A browser in which the app was switched on, its secret, and the recovery codes that were shown."""
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    secret = SECRET.search(page(browser.get(reverse("mfa_activate_totp"))))[1]
    shown = browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)
    return browser, secret, CODES.findall(page(shown))


def by_mail(person: Person) -> Client:
    """A new browser that has entered the mailed code."""
    browser = Client()
    browser.post(reverse("account_login"), {"email": person.email}, follow=True)
    code = MAILED.search(str(mail.outbox[-1].body))[1]
    browser.post(reverse("account_confirm_login_code"), {"code": code})
    return browser


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_the_mailed_code_alone_opens_nothing_once_the_app_is_on(rana: Person):
    _, secret, _ = switched_on(rana)
    browser = by_mail(rana)
    assert not is_in(browser) and browser.get(reverse("account")).status_code == 302
    asked = browser.get(reverse("mfa_authenticate"))
    assert "Code of the app, or a recovery code" in page(asked)
    wrong = browser.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "It did not fit" in page(wrong) and not is_in(browser)
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_in(browser)


def test_recovery_codes_are_shown_once_and_each_works_once(rana: Person):
    first, _, codes = switched_on(rana)
    assert len(set(codes)) == 10
    again = page(first.get(reverse("mfa_view_recovery_codes")))
    assert "10 of 10 are left" in again and not any(code in again for code in codes)
    assert first.get(reverse("mfa_download_recovery_codes")).status_code == 403
    browser = by_mail(rana)
    browser.post(reverse("mfa_authenticate"), {"code": codes[3]})
    assert is_in(browser)
    other = by_mail(rana)
    assert "It did not fit" in page(other.post(reverse("mfa_authenticate"), {"code": codes[3]}))
    assert "9 are left" in page(first.get(reverse("mfa_index")))


def test_new_recovery_codes_end_the_earlier_ones(rana: Person):
    first, _, codes = switched_on(rana)
    made = page(first.post(reverse("mfa_generate_recovery_codes"), follow=True))
    fresh = CODES.findall(made)
    assert len(fresh) == 10 and not set(fresh) & set(codes)
    browser = by_mail(rana)
    browser.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert not is_in(browser)
    browser.post(reverse("mfa_authenticate"), {"code": fresh[0]})
    assert is_in(browser)


def test_changing_the_ways_to_sign_in_asks_once_more(rana: Person):
    _, secret, codes = switched_on(rana)
    browser = by_mail(rana)
    browser.post(reverse("mfa_authenticate"), {"code": codes[0]})
    led = browser.get(reverse("mfa_deactivate_totp"))
    assert led.status_code == 302 and led.url.startswith(reverse("mfa_reauthenticate"))
    assert "Show that it is you" in page(browser.get(led.url))
    browser.post(led.url, {"code": code_of(secret), "next": reverse("mfa_deactivate_totp")})
    browser.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=rana).exists(), (
        "recovery codes stand in for a factor: they go with the last"
    )
    assert is_in(by_mail(rana))


def test_secrets_are_sealed_and_those_kept_before_are_still_read(rana: Person):
    _, secret, codes = switched_on(rana)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept and not any(code in kept for code in codes)
    app = Authenticator.objects.get(user=rana, type="totp")
    app.data = {"secret": secret}  # as rows of before lie there
    app.save()
    browser = by_mail(rana)
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_in(browser)


OURS = "entrypoints/web/templates"
SHELLS = {
    "mfa/base_manage.html",
    "mfa/base_entrance.html",
    "allauth/layouts/manage.html",
    "allauth/layouts/entrance.html",
}


@pytest.mark.parametrize(
    "name",
    [
        "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes", "mfa_list_webauthn",
        "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_reauthenticate",
    ],
)  # fmt: skip
def test_every_page_is_ours_and_speaks_chinese(rana: Person, name: str):
    browser, _, _ = switched_on(rana)
    if name == "mfa_activate_totp":
        Authenticator.objects.all().delete()
    seen = browser.get(reverse(name), headers={"accept-language": "zh-hans"})
    assert seen.status_code == 200
    foreign = {each.name for each in seen.templates if each.name and OURS not in str(each.origin)} - SHELLS
    assert not {name for name in foreign if not name.startswith("django/")}, "texts that are not ours"
    assert re.search(r"<h1>[^<]*[\u4e00-\u9fff]", page(seen))


def test_an_operator_lets_somebody_in_again_who_lost_everything_and_that_is_kept(rana: Person, client: Client):
    first, _, _ = switched_on(rana)
    tomas = Person.objects.create_user("tomas@harbour.example", name="Tomás Ferreira", is_operator=True)
    client.force_login(tomas, backend="django.contrib.auth.backends.ModelBackend")
    place = reverse("operator:person", args=[rana.pk])
    assert "Asks for more than the mailed code" in page(client.get(place))
    client.post(place, {"do": "lift-factors"})
    seen = page(client.get(place))
    assert "Asks for more than the mailed code" not in seen and "factors taken away" in seen
    assert first.get(reverse("account")).status_code == 302, "whoever was signed in is not any more"
    assert is_in(by_mail(rana))
