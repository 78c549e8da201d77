"""A real browser on a running product: one browser for all tests of a process, one visitor for each test.

CHROMIUM names the browser. Without it: the one of Debian that never had a window, which does the same with two thirds of the
processor, or the one that can have one. How to look at a page: `browser.looking`."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
DESK = {"width": 1440, "height": 900}  # CSS pixels
PATIENCE = 15_000  # milliseconds: the machine may be busy with the other half of the tests
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a process."""
    # Playwright's loop runs in this thread; Django would take every query for one from a coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    """One visitor: an empty jar of cookies, at a desk."""
    context = a_visit(browser, live_server.url)
    yield context
    context.close()


@pytest.fixture
def live(context: BrowserContext) -> Iterator[Page]:
    """The page of a visitor. A broken page, a script error, or content blocked by the security policy fails the test."""
    page = context.new_page()
    wrong = watched(page)
    yield page
    assert wrong == []


def a_visit(browser: Browser, url: str, locale: str = "en") -> BrowserContext:
    """Somebody who comes to `url` for the first time, at a desk, with a browser that asks for this language."""
    context = browser.new_context(base_url=url, viewport=DESK, locale=locale)
    context.set_default_timeout(PATIENCE)
    return context


def watched(page: Page) -> list[str]:
    """A list that fills with whatever goes wrong on the page: broken answers, script errors, content that was blocked."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("response", lambda answer: wrong.append(f"{answer.status}: {answer.url}") if answer.status >= 500 else None)
    return wrong
