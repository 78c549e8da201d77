"""What does a shop paste into its pages, so that anybody can report a listing from there?

A link that works by itself: the shop's template fills the listing's address in, or the browser says where it came from. The
small script is optional: it fills the address in where neither does. It reads the address of the page it is on and nothing
else, keeps nothing and sends nothing.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from countermark.apps.parties.models import Marketplace
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import ANYONE

FILE = Path(__file__).with_name("link.js")
A_DAY = 24 * 3600  # seconds


@require_safe
@door([ANYONE])
def script(request: HttpRequest) -> HttpResponse:
    """The script, for pages of any shop."""
    response = HttpResponse(_source(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # all our other answers are for our own pages
    response["Access-Control-Allow-Origin"] = "*"  # what `integrity` needs on a page of somebody else
    return response


@lru_cache(maxsize=1)
def _source() -> bytes:
    return FILE.read_bytes()


def integrity() -> str:
    """What a browser checks the script by before it runs it (Subresource Integrity)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(_source()).digest()).decode()


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
