"""A real browser on a running product: one browser for all tests of a process, one visitor for each test.

CHROMIUM names the browser (default /usr/bin/chromium). How to look at a page: `browser.looking`."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from browser.looking import SIZES

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Playwright's loop runs in this thread; Django would take every query for one from a coroutine.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    """One visitor: an empty jar of cookies, at a desk."""
    desk = {"width": 1440, "height": SIZES[1440]}
    context = browser.new_context(base_url=live_server.url, viewport=desk, locale="en")
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def live(context: BrowserContext) -> Iterator[Page]:
    """The page of a visitor. A broken page, a script error, or content blocked by the security policy fails the test."""
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("response", lambda answer: wrong.append(f"{answer.status}: {answer.url}") if answer.status >= 500 else None)
    yield page
    assert wrong == []
