"""Findings of screening for the tests of pages, made of rows as the services make them, without the engine."""

from __future__ import annotations

import io
import itertools
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from PIL import Image

from countermark.apps.complaints.models import Complaint
from countermark.apps.listings.models import Listing
from countermark.apps.screening.models import Finding, Fingerprint, Picture, Rules
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from people import World

_count = itertools.count(1)
LOOKALIKE = "Hаlden"  # the first a is Cyrillic
CORNERS = [[0.1, 0.2], [0.8, 0.2], [0.8, 0.9], [0.1, 0.9]]


def words_met(world: World, **figures: Any) -> dict[str, Any]:
    """A signal of words: the mark in the title, with a letter that looks alike."""
    usual = {
        "span": [0, 6], "observed": LOOKALIKE, "canonical": "Halden", "distance": 0, "context": "plain", "word": "",
        "field": "title", "support": [], "weak": [], "verdict": "block",
    }  # fmt: skip
    return {
        "kind": "text:lookalike",
        "about": f"right:{world.mark.pk}",
        "probability": 0.98,
        "figures": {**usual, **figures},
    }


def picture_met(known: Picture, about: str, kind: str = "picture:mirrored", **figures: Any) -> dict[str, Any]:
    """A signal of pictures: the listing's first repeats a known one."""
    usual = {"picture": 0, "known": known.pk, "distance": 4, "way": "mirrored", "points": 31, "place": CORNERS,
             "known_place": CORNERS}  # fmt: skip
    return {"kind": kind, "about": about, "probability": 0.97, "figures": {**usual, **figures}}


def rules_in_force() -> Rules:
    return Rules.objects.get_or_create(
        number=1, defaults={"state": "in_force", "made_at": timezone.now(), "since": timezone.now()}
    )[0]


def a_finding(world: World, *, title: str = f"{LOOKALIKE} wool jacket", **changes: Any) -> Finding:
    """A listing of Mei's found for the mark of Ines, waiting for a person."""
    n = next(_count)
    item = f"9{n:06}"
    listing = Listing.objects.create(
        marketplace=world.market, kind="listing", item_id=item, url=f"https://harbour.example/i/{item}", title=title[:600],
        seller=world.mei, shop_state="up",
    )  # fmt: skip
    usual: dict[str, Any] = {
        "marketplace": world.market, "item_id": item, "url": listing.url, "listing": listing, "seller": world.mei,
        "seller_ref": world.mei.ref, "title": title, "shown": {"price": "19.00", "currency": "CNY", "classes": [25]},
        "reason": "words", "verdict": "review", "probability": 0.97, "combination": "text:lookalike",
        "signals": [words_met(world)], "mode": "advisory", "done": "told", "rules": rules_in_force(), "index_version": 7,
        "at": timezone.now() - timedelta(minutes=n), "state": "waiting", "key": f"test-{n}",
    }  # fmt: skip
    row = Finding.objects.create(**{**usual, **changes})
    row.rights.add(world.mark)
    return row


def a_fingerprint(case: Complaint, at: datetime, **changes: Any) -> Fingerprint:
    """What was taken down in this case is looked for."""
    usual: dict[str, Any] = {
        "complaint": case, "listing": case.listing, "right": case.notice.right, "seller": case.seller,
        "title": "Halden wool jacket", "made_at": at, "until": at + timedelta(days=365),
    }  # fmt: skip
    return Fingerprint.objects.create(**{**usual, **changes})


def a_shot(size: tuple[int, int] = (60, 40), colour: str = "brown") -> bytes:
    """A picture as PNG."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def a_file(name: str, content: bytes, at: datetime) -> StoredFile:
    return files.keep(content=content, name=name, by=None, at=at)
