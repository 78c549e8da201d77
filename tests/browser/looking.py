"""What does a person see: at a desk and on a phone, in both languages, and with a screen reader?

`look` finds out whether it fits, `assert_accessible` judges, `sign_in` gives the visitor a session."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

PICTURES = Path(__file__).resolve().parents[2] / "var" / "pictures"  # git ignores it
PHOTOGRAPHS = bool(os.environ.get("PICTURES"))  # half the time of a test in a browser, and nothing is judged by them
SIZES = {1440: 900, 375: 812}  # a desk and a phone, in CSS pixels
COOKIE = settings.SESSION_COOKIE_NAME
LANGUAGES = ("en", "zh-hans")
# WCAG 2.0 to 2.2 AA, and what axe's makers call best practice.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # what is in order is not written up: half the time
}


def sign_in(page: Page, person: Any) -> None:
    """Give the browser a session of `person`, without the detour through the mail."""
    client = Client()
    client.force_login(person)
    page.context.add_cookies([{"name": COOKIE, "value": client.cookies[COOKIE].value, "url": _site(page)}])


def look(page: Page, name: str, *, languages: tuple[str, ...] = LANGUAGES) -> None:
    """Look at the page at 1440 and 375, in each language: it fails when it scrolls sideways.

    script/pictures also photographs it, whole: var/pictures/NAME-en-1440.png and so on. Leaves the page at 1440 in English."""
    page.wait_for_load_state()  # a click ends where the next page begins
    *others, last = reversed(languages)  # each is loaded once; it ends in English at a desk
    for language, widths in [*((each, (1440, 375)) for each in others), (last, (375, 1440))]:
        _speak(page, language)
        for width in widths:
            _fits(page, f"{name}-{language}-{width}", width)


def _fits(page: Page, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    if PHOTOGRAPHS:
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    assert _sideways(page) <= 0, f"{name} scrolls sideways"


def assert_accessible(page: Page) -> None:
    """Fail with every violation of WCAG 2.0 to 2.2 AA and best practice that axe finds, naming rule and place."""
    page.wait_for_load_state()
    found = Axe().run(page, options=RULES).response["violations"]
    said = [f"{each['id']}: {each['help']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    assert said == [], "\n".join(said)


def _speak(page: Page, language: str) -> None:
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": _site(page)}])
    page.reload()


def _sideways(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def _site(page: Page) -> str:
    """Return where the page comes from; a cookie set for the whole address would hold for its folder alone."""
    return "{0.scheme}://{0.netloc}/".format(urlsplit(page.url))
