"""Where the stories in a browser happen: the pages, a shop beside them, the post office, the worker, and who comes by.

Nothing here is a stand-in: the pages are served, the shop is a process with its own database, letters are files, the worker
is the one that runs in production. Only time is moved: case time by the clock of the demo, an undo's ten seconds by hand.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pikepdf
from django.conf import settings
from django.db.models import F
from django.urls import resolve
from django.utils import timezone, translation
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from browser import visitors
from browser.looking import SIZES, assert_accessible, sign_in
from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.decisions.models import PendingStep
from countermark.apps.listings import services as listings
from countermark.apps.parties.models import Person, Seller
from countermark.apps.work.services import calendar_in_force, case_now, move_case_clock
from countermark.connectors.fake_mail import FileMailer, Letter
from countermark.entrypoints.demo.shelves import patterns
from countermark.entrypoints.jobs.worker import Worker
from people import SHANGHAI, World, a_notice, a_world
from stories.languages import english_on, worded

SECRET_NAME = "STORIES_SHOP_SECRET"
MORNING = time(10, 0)
# Pages in the states they were judged in, by any process of this run.
JUDGED = Path(os.environ["COUNTERMARK_TEST_HOME"], "judged")


@dataclass(frozen=True)
class Shop:
    """The demo shop: its address, and for each of its sellers the numbers of listings no story has used."""

    url: str
    unused: Mapping[str, Iterator[str]]

    def listings(self, count: int, seller: str = "lantern") -> dict[str, str]:
        """The addresses of some listings, by number."""
        return {number: f"{self.url}/i/{number}" for number in islice(self.unused[seller], count)}

    def status(self, case: Complaint) -> int:
        """What a buyer gets at the address of the listing: 200, or 404 when it is not shown."""
        return httpx.get(case.listing.url, follow_redirects=True).status_code


@dataclass
class Desk:
    """The product as it stands in one story. `world` is who is there before it begins."""

    url: str
    browser: Browser
    shop: Shop
    visits: list[BrowserContext] = field(default_factory=list)
    wrong: list[list[str]] = field(default_factory=list)

    # --- who comes ----------------------------------------------------------------------------------------------------

    def visitor(self, person: Person | None = None, language: str = "en") -> Visitor:
        """Somebody with a browser of their own; `person` is signed in already."""
        context = visitors.a_visit(self.browser, self.url, {"zh-hans": "zh-CN"}.get(language, language))
        page = context.new_page()
        self.visits.append(context)
        self.wrong.append(visitors.watched(page))
        guest = Visitor(page, language)
        page.goto("/account/sign-in/")
        if person is not None:
            sign_in(page, person)
        return guest

    def closes(self) -> None:
        """Everybody leaves; whatever went wrong on a page fails the story."""
        for context in self.visits:
            context.close()
        wrong = [line for lines in self.wrong for line in lines]
        assert not wrong, "\n".join(wrong)

    # --- time and work ------------------------------------------------------------------------------------------------

    def works(self) -> None:
        """The worker does all that is due: silence, steps, letters, measures, and what follows from them."""
        Worker("stories").once()

    def ten_seconds_pass(self) -> None:
        """A reviewer's step goes out. Undo counts in real seconds, which the case clock does not move."""
        PendingStep.objects.update(goes_at=F("goes_at") - timedelta(seconds=10))
        self.works()

    def until(self, instant: datetime) -> None:
        """Case time is `instant` now, and the worker has seen it."""
        move_case_clock(to=instant)
        self.works()

    def silence(self, case: Complaint) -> None:
        """The running clock ends without a word: one minute before nothing has happened, at its end it has."""
        case.refresh_from_db()
        due, state = case.due_at, (case.state, case.round)
        self.until(due - timedelta(minutes=1))
        case.refresh_from_db()
        assert (case.state, case.round) == state
        self.until(due + timedelta(seconds=1))

    # --- letters ------------------------------------------------------------------------------------------------------

    def letters(self, to: str) -> list[Letter]:
        """What lies in a mailbox, newest first."""
        return FileMailer(settings.MAIL_DIR, settings.DEFAULT_FROM_EMAIL).letters(to)

    # --- what was there before ----------------------------------------------------------------------------------------

    def a_world(self, **market: Any) -> World:
        """Everybody, with Harbour Market standing at the shop's address."""
        return a_world(
            name="Harbour Market", connector="rest", base_url=self.shop.url, secret_name=SECRET_NAME,
            patterns=patterns(self.shop.url), offered_in=["EU"], **market,
        )  # fmt: skip

    def a_notice(self, world: World, lines: int = 1, seller: str = "lantern", **what: Any) -> Notice:
        """Ines complained an hour ago of so many of Mei's listings at the shop."""
        at, items = case_now() - timedelta(hours=1), self.shop.listings(lines, seller)
        shown = listings.look_up(world.market, items, at=at)
        copies = listings.freeze(marketplace=world.market, kind="listing", items=items, shown=shown, at=at)
        world.mei = Seller.objects.get(marketplace=world.market, ref=seller)
        return a_notice(world, copies=copies, at=at, **what)


# --- somebody at a browser ------------------------------------------------------------------------------------------------


@dataclass
class Visitor:
    """Somebody at a browser who reads one language. Words of the product are given in English and looked up."""

    page: Page
    language: str = "en"

    def word(self, text: str, plural: str = "", n: int = 0, context: str = "", **data: Any) -> str:
        """The product's own words in this reader's language."""
        with translation.override(self.language):
            return worded(text, plural, n, context, data)

    def goes(self, path: str) -> None:
        self.page.goto(path)

    def clicks(self, text: str, role: str = "button", nth: int = 0, exact: bool = False, **more: Any) -> None:
        self.page.get_by_role(role, name=self.word(text, **more), exact=exact).nth(nth).click()

    def follows(self, text: str, **more: Any) -> None:
        self.clicks(text, "link", **more)

    def chooses(self, *texts: str, exact: bool = True) -> None:
        for text in texts:
            self.page.get_by_label(self.word(text), exact=exact).check()

    def fills(self, **by_label: str) -> None:
        for label, text in by_label.items():
            self.page.get_by_label(label).fill(text)

    def types(self, label: str, text: str) -> None:
        self.page.get_by_label(self.word(label), exact=True).locator("visible=true").fill(text)

    def adds(self, label: str, file: dict[str, Any]) -> None:
        self.page.get_by_label(self.word(label), exact=True).set_input_files(file)

    def settles(self) -> None:
        """What the page fetched on its own has come and is in its place."""
        expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)

    def is_at(self, path: str) -> None:
        """The page at `path` (a pattern with `**`) is open."""
        self.page.wait_for_url(path)

    def reads(self, *texts: str) -> None:
        """These words stand on the page; it is a page everybody can use, in the reader's own language."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(self.word(text))
        self.judges()

    def sees_tags(self, *texts: str) -> None:
        """The case stands like this, in the words of its tags."""
        tags = self.page.locator(".cm-tags").first
        for text in texts:
            expect(tags).to_contain_text(self.word(text))
        self.judges()

    def judges(self) -> None:
        """Judge this page: its language always; in each of its states, once, whether everybody can use it."""
        expect(self.page.locator("h1").first).to_be_visible()
        if self.language != "en":
            left = english_on(self.page)
            assert not left, f"{self.page.url} says in English: {left}"
        tags = self.page.locator(".cm-tags").first
        status = re.sub(r"\d", "", tags.inner_text()) if tags.count() else ""
        key = (resolve(urlsplit(self.page.url).path).view_name, self.language, status)
        if is_first(key):
            self._judges_at_both_widths()

    def _judges_at_both_widths(self) -> None:
        for width, height in reversed(SIZES.items()):  # the desk last: there the story goes on
            self.page.set_viewport_size({"width": width, "height": height})
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert self.page.evaluate(wide) <= 0, f"{self.page.url} scrolls sideways at {width} px"
            if self.language == "en":  # what axe looks at is the same in every language
                assert_accessible(self.page)

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)


# --- small things ---------------------------------------------------------------------------------------------------------


def is_first(key: tuple[str, ...]) -> bool:
    """Whether nobody in this run of the tests has come by here."""
    JUDGED.mkdir(exist_ok=True)
    try:
        (JUDGED / hashlib.sha256(repr(key).encode()).hexdigest()).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def next_working_morning() -> datetime:
    """Ten o'clock at the place of sale, on the next day that counts there: a story then does not hang on today's date."""
    day, calendar = timezone.now().astimezone(SHANGHAI).date() + timedelta(days=1), calendar_in_force("CN")
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, SHANGHAI)


def code_in(letter: Letter) -> str:
    """The code a letter brings."""
    found = re.search(r"^ {4}(\S+)$", letter.text, re.MULTILINE)
    assert found, letter.text
    return found[1]


def link_in(letter: Letter) -> str:
    """The address a letter leads to."""
    found = re.search(r"https?://\S+", letter.text)
    assert found, letter.text
    return found[0]


def a_picture(name: str = "photo.png", colour: str = "#c9822b") -> dict[str, Any]:
    content = io.BytesIO()
    Image.new("RGB", (480, 384), colour).save(content, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": content.getvalue()}


def a_paper(name: str) -> dict[str, Any]:
    paper, content = pikepdf.new(), io.BytesIO()
    paper.add_blank_page()
    paper.save(content)
    return {"name": name, "mimeType": "application/pdf", "buffer": content.getvalue()}


def states(cases: Sequence[Complaint]) -> list[str]:
    """How the cases stand now."""
    for case in cases:
        case.refresh_from_db()
    return [case.state for case in cases]
