"""Screening in a browser: Rana sees why at a glance and says so by one key; Mei reads it; Tomás sees what it comes to."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image, ImageDraw, ImageOps
from playwright.sync_api import Page, expect

from browser.looking import SIZES, assert_accessible, look, sign_in
from countermark.apps.parties.models import Person
from countermark.apps.screening.models import Finding, Opinion, Picture, Replay
from findings import LOOKALIKE, a_file, a_finding, a_fingerprint, picture_met, words_met
from people import World, a_complaint, a_world, acts_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Z\u0351\u036b\u0343\u036a\u0348" * 60 + " \u202eneldaH\u202c " + "Halden" * 40


def a_lamp(*, mirrored: bool = False) -> bytes:
    """A picture of a lamp, drawn."""
    picture, content = Image.new("RGB", (480, 360), "#dfe6df"), io.BytesIO()
    pen = ImageDraw.Draw(picture)
    pen.polygon([(120, 180), (200, 60), (300, 60), (360, 180)], fill="#7a4a2a")
    pen.rectangle([225, 180, 250, 300], fill="#333")
    pen.ellipse([150, 290, 330, 330], fill="#444")
    pen.text((160, 196), "HALDEN", fill="#222", font_size=30)
    (ImageOps.mirror(picture) if mirrored else picture).save(content, "PNG")
    return content.getvalue()


@pytest.fixture
def world(live_server: Any) -> World:
    """Mei's lamp came down in a case; it came back mirrored, its title in look-alike letters. And a title that is all noise."""
    made, now = a_world(), timezone.now()
    case = a_complaint(made, at=now - timedelta(days=20))
    print_of = a_fingerprint(case, now - timedelta(days=9))
    known = Picture.objects.create(fingerprint=print_of, file=a_file("old.png", a_lamp(), now))
    own = a_file("new.png", a_lamp(mirrored=True), now)
    place = [[0.72, 0.15], [0.3, 0.15], [0.24, 0.55], [0.3, 0.94], [0.7, 0.94], [0.76, 0.52]]
    mirrored = picture_met(
        known, f"fingerprint:{print_of.pk}", place=place, known_place=[[round(1 - x, 2), y] for x, y in place]
    )
    a_finding(made, title=LONG, probability=0.58, signals=[words_met(made, span=[2, 400], observed=LONG[:90])])
    a_finding(
        made, title=f"{LOOKALIKE} table lamp, brass, new", signals=[words_met(made), mirrored], reason="stay_down",
        combination="picture:mirrored+text:lookalike", fingerprint=print_of, pictures=[{"url": "", "file": own.pk}],
        shown={"price": "19.00", "currency": "CNY", "classes": [11], "text": "A quiet light for the evening.", "brand": ""},
    )  # fmt: skip
    made.extra["mei"] = Person.objects.create_user("mei@lantern.example", name="Mei Lin")
    acts_for(made.extra["mei"], made.mei)
    return made


def seen(page: Page, name: str) -> None:
    """Photograph the page in both languages, and judge it at both widths."""
    look(page, f"screening-{name}")
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert_accessible(page)
    page.set_viewport_size({"width": 1440, "height": SIZES[1440]})


def test_what_came_back_is_seen_at_a_glance_decided_by_a_key_read_by_its_seller_and_counted(live: Page, world: World):
    live.goto("/")
    sign_in(live, world.rana)
    live.goto("/review/")
    live.get_by_role("link", name="Findings").first.click()
    seen(live, "findings")
    live.keyboard.press("j")
    live.keyboard.press("Enter")
    expect(live.get_by_role("heading", level=1)).to_contain_text(
        "“Halden”, with letters that look alike: а (Cyrillic) for a"
    )
    shapes = live.locator(".cm-over svg")
    expect(shapes).to_have_count(2)
    for shape, picture in zip(shapes.all(), live.locator(".cm-over img").all(), strict=True):
        around, inside = picture.bounding_box(), shape.bounding_box()
        assert around and inside and abs(around["width"] - inside["width"]) < 1 and abs(around["y"] - inside["y"]) < 1
    seen(live, "finding")
    live.keyboard.press("u")
    expect(live.get_by_role("status")).to_contain_text("is what it seems")
    look(live, "screening-finding-noise")
    stopped = Finding.objects.get(state="decided")
    assert stopped.order is not None and Opinion.objects.get().right
    live.goto(f"/review/findings/{stopped.pk}/")
    expect(live.get_by_role("heading", name="It is decided")).to_be_visible()
    sign_in(live, world.extra["mei"])
    live.goto(f"/seller/measures/{stopped.order.number}/")
    expect(live.locator(".cm-over svg")).to_have_count(2)
    expect(live.get_by_role("link", name="Appeal this decision")).to_be_visible()
    seen(live, "measure")


def test_the_operator_says_what_is_done_and_tries_other_rules_first(live: Page, world: World):
    live.goto("/")
    sign_in(live, world.tomas)
    live.goto("/operate/screening/")
    live.get_by_label("Harbour Market, Came back").select_option("blocking")
    live.get_by_role("button", name="Set Harbour Market").click()
    expect(live.get_by_role("status")).to_contain_text("Came back: Blocking.")
    seen(live, "overview")
    live.get_by_role("link", name="Rule sets").first.click()
    live.get_by_label("A person looks from").fill("0.4")
    live.get_by_role("button", name="Draft it").click()
    assert_accessible(live)
    live.get_by_role("link", name="Replay past listings by it").click()
    live.get_by_role("button", name="Replay them").click()
    expect(live.get_by_role("heading", level=1)).to_contain_text("Being replayed")
    done = Replay.objects.get()
    done.changes, done.looked_at, done.total = {"allow>review": 3}, 40, 40
    done.examples = [{"change": "allow>review", "item_id": "1", "title": LONG, "url": "https://harbour.example/i/1"}]
    done.finished_at = timezone.now()
    done.save()
    expect(live.get_by_role("heading", level=1)).to_contain_text("Of 40 listings 3 would have come to another verdict")
    seen(live, "replay")
    live.goto("/operate/screening/fingerprints/")
    assert_accessible(live)
