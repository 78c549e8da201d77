"""Ines has a photo looked for, Rana verifies it, Ines lets a listing go; beside a finding Rana reads who belongs together."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser.looking import SIZES, assert_accessible, look, sign_in
from browser.test_screening import LONG, a_lamp
from countermark.apps.parties.models import Person, Seller
from countermark.apps.screening import pictures
from countermark.apps.screening.models import Allowed, Reference, SellerLink
from findings import LOOKALIKE, a_file, a_finding, picture_met, words_met
from people import World, a_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(live_server: Any) -> World:
    """A lamp found by its picture and its title, a title that is all noise, two shops with one bank account."""
    made, now = a_world(), timezone.now()
    Person.objects.filter(pk=made.ines.pk).update(language="")  # as the browser has it
    usual = {"right": made.mark, "made_at": now, "made_by": made.ines, "due_at": now + timedelta(days=3)}
    Reference.objects.create(kind="word", text=LONG[:180], state="returned", note="Nobody can read this.", **usual)
    known = Reference.objects.create(
        kind="picture", file=a_file("halden-lamp-front.png", a_lamp(), now), state="in_force", **usual
    )
    (looked_for,) = pictures.keep([(known.file, pictures.look_at(a_lamp()))], reference=known, now=now)
    own = a_file("new.png", a_lamp(mirrored=True), now)
    met = picture_met(looked_for, f"right:{made.mark.pk}")
    a_finding(made, title=LONG, mode="blocking", signals=[words_met(made, span=[2, 400], observed=LONG[:90])])
    made.extra["lamp"] = a_finding(
        made, title=f"{LOOKALIKE} table lamp, brass, new", signals=[words_met(made), met], reason="pictures",
        mode="blocking", pictures=[{"url": "", "file": own.pk}],
    )  # fmt: skip
    Allowed.objects.create(right=made.mark, seller=made.otto, at=now, by=made.ines)
    link(made.mei, made.otto, "identifier", 0.95, {"identifiers": [{"kind": "bank", "sellers": 2}]})
    third = Seller.objects.create(
        marketplace=made.market, ref="third", name="Third Lantern of the Long Name & Sons Trading"
    )
    link(made.otto, third, "picture", 0.8, {"count": 7, "pictures": []})
    return made


def link(one: Seller, other: Seller, kind: str, strength: float, evidence: dict[str, Any]) -> None:
    SellerLink.objects.create(
        one=one, other=other, kind=kind, strength=strength, evidence=evidence, found_at=timezone.now()
    )


def seen(page: Page, name: str) -> None:
    """Photograph the page in both languages, and judge it at both widths."""
    look(page, f"holder-screening-{name}")
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
    page.set_viewport_size({"width": 1440, "height": SIZES[1440]})


def test_a_photo_is_looked_for_a_listing_let_go_and_a_link_denied(live: Page, world: World, tmp_path: Path):
    photo = tmp_path / "mirrored.png"
    photo.write_bytes(a_lamp(mirrored=True))
    live.goto("/")
    sign_in(live, world.ines)
    live.goto("/holder/")
    live.get_by_role("link", name="Screening").first.click()
    seen(live, "found")
    live.get_by_role("link", name="Words and pictures").click()
    seen(live, "references")
    live.get_by_role("link", name="Add words and pictures").click()
    live.get_by_label("Under which right of yours?").select_option(str(world.mark.pk))
    live.get_by_label("Words").fill("F\nFJELL lys")
    live.get_by_label("Pictures").set_input_files(photo)
    live.get_by_role("button", name="Send for verification").click()
    expect(live.get_by_role("link", name="A word this short would be found everywhere.")).to_be_visible()
    seen(live, "add")
    live.get_by_label("Words").fill("FJELL lys")
    live.get_by_role("button", name="Send for verification").click()
    expect(live.get_by_role("status")).to_contain_text("within three working days")
    live.get_by_role("link", name="Sellers you allow").click()
    seen(live, "sellers")
    live.goto(f"/holder/screening/found/{world.extra['lamp'].pk}/")
    expect(live.locator(".cm-over svg")).to_have_count(2)
    seen(live, "one")
    live.get_by_role("button", name="Let this listing go").click()
    expect(live.get_by_role("status")).to_contain_text("The listing is let go.")
    sign_in(live, world.rana)
    live.goto("/review/rights/")
    live.get_by_role("link", name="2 words and pictures to look for wait to be verified").click()
    seen(live, "to-verify")
    live.get_by_role("link", name="mirrored.png").click()
    seen(live, "verify")
    live.keyboard.press("u")
    expect(live.get_by_role("status")).to_contain_text("It is looked for from now on.")
    live.goto(f"/review/findings/{world.extra['lamp'].pk}/")
    expect(live.get_by_role("heading", name="Belongs together with")).to_be_visible()
    live.get_by_role("link", name="All that ties this seller to others").click()
    seen(live, "links")
    live.get_by_text("These two are not one").click()
    live.get_by_label("Why not").fill("Two sisters, two firms.")
    live.get_by_role("button", name="Deny the link").click()
    expect(live.get_by_role("heading", level=1)).to_contain_text("No seller belongs together with Lantern Lane")
