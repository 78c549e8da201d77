"""The links between sellers in a browser: Rana goes through them by keys and says what she knows; Tomás reads the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser.looking import SIZES, assert_accessible, look, sign_in
from countermark.apps.parties.models import Seller
from countermark.apps.screening.models import LinkWord, SellerLink
from findings import a_finding, a_fingerprint
from people import World, a_complaint, a_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(live_server: Any) -> World:
    """Mei and Otto share an account, a telephone number and pictures; Otto and a shop of a very long name a few texts."""
    made, now = a_world(), timezone.now()
    name = "Donaudampfschifffahrtsgesellschaftskapitänsmützenhandel & Söhne"
    third = Seller.objects.create(marketplace=made.market, ref="third", name=name)
    shared = {"identifiers": [{"kind": "bank", "sellers": 2}, {"kind": "phone", "sellers": 4}]}
    a_link(made.mei, made.otto, "identifier", 0.99, shared)
    a_link(made.mei, made.otto, "picture", 0.66, {"count": 3, "pictures": []})
    a_link(made.otto, third, "text", 0.3, {"count": 3, "sellers": 2})
    kept = a_fingerprint(a_complaint(made, at=now - timedelta(days=20)), now - timedelta(days=9))
    a_finding(made, title="Halden lamp, brass", reason="stay_down", fingerprint=kept, seller=made.otto)
    return made


def a_link(one: Seller, other: Seller, kind: str, strength: float, evidence: dict[str, Any]) -> None:
    first, second = sorted((one, other), key=lambda seller: seller.pk)
    row = {"kind": kind, "strength": strength, "evidence": evidence, "found_at": timezone.now()}
    SellerLink.objects.create(one=first, other=second, **row)


def seen(page: Page, name: str) -> None:
    """Photograph the page in both languages, and judge it at both widths."""
    look(page, f"links-{name}")
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
    page.set_viewport_size({"width": 1440, "height": SIZES[1440]})


def test_links_are_gone_through_by_keys_confirmed_with_words_and_read_by_the_operator(live: Page, world: World):
    live.goto("/")
    sign_in(live, world.rana)
    live.goto("/review/findings/")
    live.get_by_role("main").get_by_role("link", name="Linked sellers").click()
    seen(live, "list")
    live.keyboard.press("j")
    live.keyboard.press("Enter")
    expect(live.get_by_role("heading", level=1)).to_contain_text("belong together?")
    expect(live.get_by_role("link", name="Halden lamp, brass")).to_be_visible()
    seen(live, "one")
    live.keyboard.press("w")
    live.keyboard.type("One person signed for both.")
    live.get_by_role("button", name="They belong together").click()
    expect(live.get_by_role("status")).to_contain_text("These two count as linked")
    assert LinkWord.objects.get().what == "confirmed"
    live.keyboard.press("j")
    expect(live.get_by_text("By itself it is too weak to count")).to_be_visible()
    sign_in(live, world.tomas)
    live.goto("/operate/screening/")
    live.get_by_role("link", name="Linked sellers").click()
    live.get_by_role("link", name="Confirmed").click()
    live.get_by_role("link", name="Lantern Lane").click()
    expect(live.get_by_text("One person signed for both.")).to_be_visible()
    assert_accessible(live)
