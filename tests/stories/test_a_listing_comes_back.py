"""What was taken down comes back in disguise: another shop of the same hand, the photo mirrored and cut, foreign letters.

Nothing but time is moved: the photo is drawn and served, the marketplace sends its listings by program, the worker fetches and
compares, Rana and Otto read in a browser why it was stopped.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone
from PIL import Image, ImageDraw, ImageOps
from playwright.sync_api import expect

from countermark.apps.complaints.models import Complaint
from countermark.apps.listings.models import FrozenCopy, Listing
from countermark.apps.parties.models import Person
from countermark.apps.screening.models import Finding, Fingerprint
from countermark.apps.work import files
from countermark.apps.work.services import case_now
from people import World, a_complaint, a_world, acts_for
from programs import a_program
from stories.at_the_desk import Desk, Visitor
from stories.walks import Rana

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "HALDEN & MOE mushroom table lamp with heron, oak base"
DISGUISED = "HАLDЕN & MОE mushrооm table lаmp with heron, oаk base"  # А, Е, О, о and а are Cyrillic
PRICE = {"price": "49.00", "currency": "EUR"}
ACCOUNT = {"identifiers": [{"kind": "bank", "value": "NO93 8601 1117 947"}]}


class Quiet(SimpleHTTPRequestHandler):
    """Serves the folder and says nothing of it."""

    def log_message(self, *args: Any) -> None:
        return


@dataclass(frozen=True)
class Shelf:
    """Where the marketplace shows the pictures of its listings."""

    url: str
    folder: Path

    def shows(self, name: str, content: bytes) -> str:
        (self.folder / name).write_bytes(content)
        return f"{self.url}/{name}"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    folder = tmp_path / "shelf"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Shelf(f"http://127.0.0.1:{server.server_port}", folder)
        server.shutdown()


def a_wallpaper(number: int) -> Image.Image:
    """Edges and shades, as a photo has them."""
    shades = np.random.default_rng(number).integers(70, 235, (27, 36, 3), dtype=np.uint8)
    return Image.fromarray(shades).resize((720, 540), Image.Resampling.BICUBIC)


def a_photo() -> Image.Image:
    """A lamp before a wallpaper."""
    photo = a_wallpaper(7)
    pen = ImageDraw.Draw(photo)
    pen.polygon([(210, 270), (300, 90), (430, 90), (520, 270)], fill="#7a4a2a", outline="#2b1a10")
    pen.rectangle([345, 270, 385, 440], fill="#333")
    pen.ellipse([250, 425, 480, 490], fill="#55402c", outline="#1d140c")
    pen.text((268, 200), "HALDEN & MOE", fill="#f4e9d8", font_size=28)
    return photo


def as_bytes(photo: Image.Image, kind: str, **how: Any) -> bytes:
    content = io.BytesIO()
    photo.save(content, kind, **how)
    return content.getvalue()


def disguised(photo: Image.Image) -> bytes:
    """Mirrored, a tenth cut off at each side, made smaller and saved anew."""
    width, height = photo.size
    cut = ImageOps.mirror(photo).crop((width // 10, height // 10, width * 9 // 10, height * 9 // 10))
    return as_bytes(cut.resize((500, 375)), "JPEG", quality=72)


def complained_of(world: World, photo: Image.Image) -> Complaint:
    """Ines complained an hour ago of a lamp of Mei's, which was frozen as its page showed it."""
    case = a_complaint(world, pack="eu-notice", at=case_now())
    kept = files.keep(content=as_bytes(photo, "PNG"), name="lamp.png", by=None, at=case.opened_at)
    shown = [{"file": kept.pk, "sha256": kept.original_sha256, "url": ""}]
    FrozenCopy.objects.filter(pk=case.copy_id).update(title=TITLE, text="A quiet light.", pictures=shown, **PRICE)
    Listing.objects.filter(pk=case.listing_id).update(title=TITLE)
    return case


def a_line(item: str, title: str, seller: str, picture: str, **more: str) -> str:
    """A listing as its marketplace sends it."""
    url, when = f"https://harbour.example/i/{item}", timezone.now().isoformat()
    line = {"item_id": item, "url": url, "title": title, "seller": seller, "updated_at": when, "images": [picture]}
    return json.dumps({**line, **more})


def test_it_is_caught_and_both_the_reviewer_and_the_shop_read_why(desk: Desk, shelf: Shelf):
    world, photo = a_world(base_url=shelf.url), a_photo()
    tomas = desk.visitor(world.tomas)
    tomas.goes("/operate/screening/")
    tomas.page.get_by_label("Harbour Market, Came back").select_option("blocking")
    tomas.clicks("Set Harbour Market")
    case = complained_of(world, photo)
    rana = Rana.of(desk, world.rana)
    rana.decides(case, "restricted")
    desk.ten_seconds_pass()
    assert Fingerprint.objects.get(complaint=case).pictures.count() == 1

    marketplace = a_program(world.tomas, "operator")
    place = f"/marketplaces/{world.market.slug}"
    for ref in (world.mei.ref, world.otto.ref):
        sent = marketplace.ask("put", f"{place}/sellers/{ref}/identifiers", ACCOUNT)
        assert sent.status_code == 200, sent.content
    lines = [
        a_line("77001", DISGUISED, world.otto.ref, shelf.shows("new.jpg", disguised(photo)), **PRICE),
        a_line(
            "77002",
            "Rattan chair with cushion",
            world.otto.ref,
            shelf.shows("chair.png", as_bytes(a_wallpaper(8), "PNG")),
        ),
    ]
    sent = marketplace.post(f"{place}/listings", "\n".join(lines), content_type="application/x-ndjson")
    assert sent.json()["added"] == 2, sent.content
    desk.works()
    finding = Finding.objects.get()
    assert (finding.reason, finding.done, finding.fingerprint.complaint_id) == ("stay_down", "blocked", case.pk)

    rana.goes(f"/review/case/{case.number}/file/")
    rana.reads("It came back once, and was found")
    rana.page.get_by_role("link", name="HАLDЕN").click()
    rana.reads("a part of the picture, mirrored", "Another seller offered what was taken down there.")
    rana.reads("Both gave the marketplace the same bank account.", "Its price agrees too.")
    expect(rana.page.locator("body")).to_contain_text("А (Cyrillic) for A")
    expect(rana.page.locator(".cm-over polygon:not(.is-halo)")).to_have_count(2)
    rana.clicks("It is what it seems")

    otto = visits(desk, world)
    otto.goes(f"/seller/measures/{finding.order.number}/")
    otto.reads("You can appeal", "software found the listing and decided; a person has looked at it since")
    otto.reads("The listing repeats one that was taken down after a complaint")
    expect(otto.page.locator(".cm-over polygon:not(.is-halo)")).to_have_count(1)
    expect(otto.page.locator("body")).not_to_contain_text(case.number)


def visits(desk: Desk, world: World) -> Visitor:
    """Otto has an account and has claimed his shop."""
    otto = Person.objects.create_user("otto@attic.example", name="Otto")
    acts_for(otto, world.otto)
    return desk.visitor(otto)
