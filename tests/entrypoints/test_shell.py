"""The frame of every page: who may enter, in which language, under which headers, and what a refusal says."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

import countermark.entrypoints.web
from countermark.apps.parties.models import Person
from countermark.entrypoints.web import urls as web
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.middleware import OURS
from countermark.entrypoints.web.public.nav import footer
from countermark.entrypoints.web.roles import BARS, bar

WEB = Path(countermark.entrypoints.web.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
pytestmark = [pytest.mark.urls("browser.kitchen_sink"), pytest.mark.django_db]


def words(response: Any) -> str:
    return response.content.decode()


# --- doors ------------------------------------------------------------------------------------------------------------
def test_somebody_unknown_is_asked_to_sign_in_and_comes_back(client: Client):
    response = client.get("/for-operators/?tab=2")
    assert response.status_code == 302
    assert response["Location"] == "/account/sign-in/?next=/for-operators/%3Ftab%3D2"


def test_rana_is_told_that_a_page_is_for_operators(client: Client, rana: Person):
    client.force_login(rana)
    response = client.get("/for-operators/")
    assert response.status_code == 403
    assert "The page is for: operator." in words(response)
    assert "Rana Haddad" in words(response)


def test_an_operator_enters(client: Client, rana: Person):
    Person.objects.filter(pk=rana.pk).update(is_operator=True)
    client.force_login(rana)
    assert words(client.get("/for-operators/")) == "for operators"


def test_a_page_without_a_door_is_refused_to_everybody(client: Client):
    with pytest.raises(ImproperlyConfigured, match="has no @door"):
        client.get("/without-door/")


def test_a_door_for_a_role_that_does_not_exist_is_a_mistake():
    with pytest.raises(ValueError, match="no such role: reviewr; roles are"):
        door(roles=["reviewr"])


def pages(patterns: list[Any]) -> Iterator[Any]:
    """Every view that an address leads to, however deep it is mounted."""
    for each in patterns:
        yield from pages(each.url_patterns) if hasattr(each, "url_patterns") else [each.callback]


def test_every_page_of_the_product_has_a_door():
    ours = [view for view in pages(get_resolver(web).url_patterns) if view.__module__.startswith(OURS)]
    assert [f"{view.__module__}.{view.__qualname__}" for view in ours if not getattr(view, "door", None)] == []
    assert len(ours) >= 3


def test_every_entry_of_every_bar_and_of_the_foot_leads_to_a_page(rf: RequestFactory, rana: Person):
    request = rf.get("/")
    request.user, request.session, request.at = rana, {}, datetime(2026, 2, 26, 1, tzinfo=UTC)
    entries = [entry for role in BARS for entry in bar(role, request)] + list(footer(request))
    assert [entry.label for entry in entries if not reverse(entry.url_name, urlconf=web)] == []


# --- what a page refuses ----------------------------------------------------------------------------------------------
def test_a_refusal_says_what_why_and_the_way_out(client: Client):
    response = client.get("/refused/")
    assert response.status_code == 409
    said = words(response)
    assert "<h1>This complaint has used its three counter-notices</h1>" in said
    assert "You can appeal until 6 November 2026, 24:00 Brussels." in said
    assert "Nothing was changed and nobody was told." in said


def test_a_stale_page_says_who_moved_the_case_and_keeps_what_was_typed(client: Client):
    response = client.get("/stale/")
    assert response.status_code == 409
    said = words(response)
    assert "Samir Okoye, reviewer" in said
    assert "Thu 26 Feb 2026, 09:12 Shanghai" in said
    assert "The base carries the mark.\nSee photo 1." in said


def test_a_page_that_is_not_there_says_nothing_of_other_peoples_cases(client: Client):
    response = client.get("/seller/no-such-page/CM-2026-000001-01/")
    assert response.status_code == 404
    assert "We do not say which" in words(response)


def test_a_broken_page_still_says_what_to_do_about_a_deadline(client: Client):
    client.raise_request_exception = False
    response = client.get("/broken/")
    assert response.status_code == 500
    assert "If a deadline of yours ends today" in words(response)


def test_a_form_that_lay_open_too_long_can_be_sent_again():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/refused/", {"words": "kept"}, headers={"origin": "http://testserver"})
    assert response.status_code == 403
    assert '<input type="hidden" name="words" value="kept">' in words(response)


def test_a_form_of_a_stranger_is_not_offered_to_be_sent_again():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/refused/", {"words": "forged"}, headers={"origin": "https://evil.example"})
    assert response.status_code == 403
    assert "forged" not in words(response)


# --- headers ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("place", ["/kitchen-sink/", "/refused/", "/no-such-page/", "/account/sign-in/"])
def test_every_answer_forbids_inline_scripts_frames_and_foreign_content(client: Client, place: str):
    headers = client.get(place).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


def test_pages_of_somebody_signed_in_are_not_kept_by_the_browser(client: Client, rana: Person):
    client.force_login(rana)
    assert client.get("/kitchen-sink/").headers["Cache-Control"] == "private, no-store"


# --- language and appearance ------------------------------------------------------------------------------------------
def test_the_browser_is_answered_in_its_language(client: Client):
    response = client.get("/kitchen-sink/", headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert '<html lang="zh-Hans"' in words(response)
    assert response["Content-Language"] == "zh-hans"


def test_the_other_language_is_offered_in_its_own_words_and_marked_as_such(client: Client):
    chinese = words(client.get("/kitchen-sink/", headers={"accept-language": "zh-CN"}))
    assert 'value="en" lang="en">English' in chinese
    assert 'value="zh-hans" lang="zh-Hans">简体中文' in words(client.get("/kitchen-sink/"))


def test_the_account_outweighs_the_browser_and_a_choice_outweighs_the_account(client: Client, rana: Person):
    Person.objects.filter(pk=rana.pk).update(language="zh-hans")
    client.force_login(rana)
    assert '<html lang="zh-Hans"' in words(client.get("/kitchen-sink/", headers={"accept-language": "en"}))
    response = client.post("/language/", {"language": "en", "next": "/kitchen-sink/"})
    assert response["Location"] == "/kitchen-sink/"
    assert '<html lang="en"' in words(client.get("/kitchen-sink/"))


def test_an_unknown_language_or_appearance_changes_nothing(client: Client):
    client.post("/language/", {"language": "xx"})
    client.post("/appearance/", {"appearance": "neon"})
    said = words(client.get("/kitchen-sink/"))
    assert '<html lang="en"' in said
    assert 'data-bs-theme="system"' in said


def test_the_appearance_is_remembered_and_the_system_decides_until_then(client: Client):
    said = words(client.get("/kitchen-sink/"))
    assert 'media="screen and (prefers-color-scheme: dark)"' in said
    client.post("/appearance/", {"appearance": "dark", "next": "/kitchen-sink/"})
    said = words(client.get("/kitchen-sink/"))
    assert 'data-bs-theme="dark"' in said
    assert "system.css" not in said


def test_a_choice_never_leads_to_a_foreign_site(client: Client):
    response = client.post("/appearance/", {"appearance": "dark", "next": "https://evil.example/"})
    assert response["Location"] == "/"


# --- the frame itself -------------------------------------------------------------------------------------------------
def test_the_demo_clock_stands_on_every_page_of_a_demo_and_nowhere_else(client: Client, settings: Any):
    assert "cm-demo" not in words(client.get("/kitchen-sink/"))
    settings.DEMO = True
    said = words(client.get("/kitchen-sink/"))
    assert 'aria-label="Let 3 working days pass"' in said
    assert "Be someone else" in said


def test_somebody_signed_in_finds_their_name_account_and_the_way_out(client: Client, rana: Person):
    client.force_login(rana)
    said = words(client.get("/kitchen-sink/"))
    assert "Rana Haddad, reviewer" in said
    assert 'action="/account/sign-out/"' in said


def test_no_template_carries_a_script_or_a_style_of_its_own():
    inline = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\sstyle=|\son\w+=\"", re.IGNORECASE)
    assert [file.name for file in TEMPLATES if inline.search(file.read_text())] == []


def test_every_icon_that_is_named_is_in_the_sprite():
    there = set(re.findall(r'id="i-([\w-]+)"', (WEB / "static/icons.svg").read_text()))
    sources = [*TEMPLATES, *WEB.rglob("*.py")]
    named = {name for file in sources for name in re.findall(r'{% (?:icon|icon_href) "([\w-]+)"', file.read_text())}
    named |= {name for file in sources for name in re.findall(r'{% tag "\w+" "([\w-]+)"', file.read_text())}
    assert named - there == set()
    assert len(named) > 10


def test_every_component_is_described():
    described = (WEB.parents[3] / "docs/reference/components.md").read_text()
    tags = re.findall(r"@register\.\w+(?:\(.*\))?\ndef (\w+)", (WEB / "templatetags/cm.py").read_text())
    inner = {"icon_href", "file_symbol", "wrong"}
    assert [name for name in tags if name not in inner and not re.search(rf"\b{name}\b", described)] == []
    assert len(tags) > 20
