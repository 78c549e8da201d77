"""How the verdict on a pasted line is said: a tag, and a sentence with the way out. Pages, CSV and API ask here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from countermark.apps.complaints.pasted import ReadLine
from countermark.apps.complaints.words import Said
from countermark.apps.work import moments
from countermark.core.listing_urls import SENTENCES

READY = ("done", "check-circle-fill", pgettext_lazy("verdict on a line", "Ready"))
# code -> (tone, icon, word)
TAGS = {
    "duplicate": ("rest", "files", gettext_lazy("Duplicate")),
    "already_open": ("rest", "hourglass-split", gettext_lazy("Already under complaint")),
    "already_down": ("rest", "archive", gettext_lazy("Already removed")),
    "listing_gone": ("rest", "archive", gettext_lazy("No longer on sale")),
    "shop_in_listing_mode": ("soon", "shop", gettext_lazy("Shop page, not a listing")),
    "listing_in_shop_mode": ("soon", "tag", gettext_lazy("Listing, not a shop")),
    "wrong_marketplace": ("soon", "signpost-split", gettext_lazy("Other marketplace")),
    "lookalike_host": ("late", "exclamation-triangle-fill", gettext_lazy("Look-alike address")),
    "unknown_host": ("soon", "question-circle-fill", gettext_lazy("Unknown site")),
    "no_item_id": ("soon", "link-45deg", gettext_lazy("No listing number")),
    "short_link": ("soon", "link-45deg", gettext_lazy("Short link")),
    "no_link": ("soon", "link-45deg", gettext_lazy("No link")),
    "bare_number": ("soon", "hash", gettext_lazy("Number without a place")),
    "not_http": ("soon", "link-45deg", gettext_lazy("App link")),
    "broken_link": ("soon", "link-45deg", gettext_lazy("Broken address")),
    "several_links": ("soon", "files", gettext_lazy("Several links in a line")),
    "control_characters": ("soon", "exclamation-triangle-fill", gettext_lazy("Unreadable characters")),
    "too_long": ("soon", "arrow-down-up", gettext_lazy("Too long")),
    "over_limit": ("soon", "files", gettext_lazy("For the next notice")),
    "empty": ("rest", "dash-circle", gettext_lazy("Empty")),
}
# what several lines of one kind have in common, and the way out; for the summary above the table
SUMMARIES = {
    "shop_in_listing_mode": (
        gettext_lazy("Shop pages"),
        gettext_lazy("Complain about the storefront in a notice of its own."),
    ),
    "listing_in_shop_mode": (
        gettext_lazy("Listings, not shops"),
        gettext_lazy("Complain about them in a notice of their own."),
    ),
    "wrong_marketplace": (
        gettext_lazy("On another marketplace"),
        gettext_lazy("Start a notice for that marketplace with them."),
    ),
    "lookalike_host": (
        gettext_lazy("Look-alike addresses"),
        gettext_lazy("They belong to nobody here; find the listing on the marketplace itself."),
    ),
    "no_item_id": (gettext_lazy("No listing number"), gettext_lazy("Open the listing and copy the address again.")),
    "short_link": (
        gettext_lazy("Short links"),
        gettext_lazy("Open each in a browser and copy the address it ends at."),
    ),
    "unknown_host": (gettext_lazy("On a site we do not know"), gettext_lazy("Check the address.")),
    "over_limit": (
        gettext_lazy("More than one notice takes"),
        gettext_lazy("Send these first, the rest in the next notice."),
    ),
    "control_characters": (gettext_lazy("Characters no link can hold"), gettext_lazy("Copy the address again.")),
    "several_links": (gettext_lazy("Several links in a line"), gettext_lazy("Put each on a line of its own.")),
}
OTHERWISE = (gettext_lazy("Not readable as a link"), gettext_lazy("Copy the address from the browser again."))
NOTES = {
    "not_answered": gettext_lazy("The marketplace did not answer about this one. It goes on with its address alone."),
    "paused": gettext_lazy("Paused at the moment; it counts all the same."),
    "sold_out": gettext_lazy("Sold out at the moment; it counts all the same."),
}


def tag_of(line: ReadLine) -> Said:
    """The verdict in one to four words."""
    tone, icon, word = TAGS.get(line.code, ("soon", "link-45deg", OTHERWISE[0])) if line.code else READY
    return Said(tone, icon, str(word))


def sentence_of(line: ReadLine, *, zone: str = "") -> str:
    """What is wrong with the line and what to do, or "" where there is nothing to say."""
    if line.is_ready:
        return str(NOTES.get(line.note, ""))
    return code_sentence(line.code, line.data, zone=zone)


def code_sentence(code: str, data: Mapping[str, Any], *, zone: str = "") -> str:
    """The sentence of a verdict; also for the lines a sent notice left out."""
    if code in ("already_open", "already_down"):
        return _under_complaint(code, data, zone)
    if code == "listing_gone":
        return gettext("The marketplace no longer offers it. Nothing to do.")
    if code == "over_limit":
        return (
            gettext("A notice takes %(limit)s; this one is number %(position)s. It can go into the next notice.") % data
        )
    key = "look_alike_userinfo" if "hidden_in" in data else code
    if key not in SENTENCES:
        return ""
    return gettext(SENTENCES[key]).format_map(data)


def _under_complaint(code: str, data: Mapping[str, Any], zone: str) -> str:
    since = data.get("since", "")
    day = moments.day_and_hour(datetime.fromisoformat(since), zone or None)[0] if since else ""
    said = {"case": data.get("case", ""), "day": day}
    if code == "already_down":
        return gettext("Taken down on %(day)s in %(case)s, on your complaint. Nothing to do.") % said
    return gettext("You complained on %(day)s in %(case)s, on the same right. Follow it there.") % said


def summary_of(code: str) -> tuple[str, str]:
    """What lines with this verdict have in common, and the way out."""
    what, way_out = SUMMARIES.get(code, OTHERWISE)
    return str(what), str(way_out)
