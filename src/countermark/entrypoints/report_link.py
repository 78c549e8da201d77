"""What does a shop paste into its pages, so that anybody can report a listing from there? Asked by pages and programs.

A link that works by itself: the shop's template fills the listing's address in, or the browser says where it came from. The
small script is optional: it fills the address in where neither does. It reads the address of the page it is on and nothing
else, keeps nothing and sends nothing.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, override

from countermark.apps.complaints.guests import most_links, pack_for
from countermark.apps.parties.models import Marketplace
from countermark.apps.parties.selectors import addresses_of

FILE = Path(__file__).with_name("report_link.js")
EXAMPLE = "https://…"  # where the shop's template writes the address of the listing


class Snippet(NamedTuple):
    """What is pasted for one marketplace, and by which procedure a report then runs. `filled`: with a place for the listing."""

    is_open: bool
    pack: str
    most: int
    url: str
    filled: str
    bare: str
    script: str


def snippet_of(place: Marketplace) -> Snippet:
    """All of it for this marketplace. Not open: nobody can report there without an account."""
    pack = pack_for(place)
    return Snippet(
        is_open=bool(pack) and place.is_active and addresses_of(place) is not None,
        pack=pack,
        most=most_links(place),
        url=address_of(place),
        filled=link_html(place, EXAMPLE, language=place.language),
        bare=link_html(place, language=place.language),
        script=script_html(),
    )


@lru_cache(maxsize=1)
def source() -> bytes:
    """The script as it is served."""
    return FILE.read_bytes()


def integrity() -> str:
    """What a browser checks the script by before it runs it (Subresource Integrity)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(source()).digest()).decode()


def address_of(place: Marketplace, link: str = "") -> str:
    """Where the form of this marketplace is, with a link filled in."""
    asked = {"marketplace": place.slug, **({"link": link} if link else {})}
    return f"{settings.BASE_URL}{reverse('guest:begin')}?{urlencode(asked)}"


def link_html(place: Marketplace, link: str = "", *, language: str = "en") -> str:
    """The HTML of the link, worded in the language of the shop."""
    with override(language):
        words = gettext("Report this listing")
    return format_html(
        '<a href="{}" rel="nofollow" referrerpolicy="no-referrer-when-downgrade" data-countermark-report>{}</a>',
        address_of(place, link),
        words,
    )


def script_html() -> str:
    """The HTML of the optional script."""
    return format_html(
        '<script src="{}" integrity="{}" crossorigin="anonymous" defer></script>',
        f"{settings.BASE_URL}{reverse('guest:script')}",
        integrity(),
    )
