"""The links between sellers, for reviewers: the list, one link, and a person's word on it: they belong together, or they do not.

What somebody else said meanwhile is told, and nothing is entered twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from countermark.apps.screening import link_confirming, link_list, links
from countermark.apps.screening.models import SellerLink
from countermark.entrypoints.web import link_pages
from countermark.entrypoints.web.doors import Refused, Stale
from countermark.entrypoints.web.link_pages import Desk
from countermark.entrypoints.web.reviewer.access import reviewer_page, said
from countermark.entrypoints.web.reviewer.queue import commands
from countermark.entrypoints.web.reviewer.steps_shown import toasts

Act = Callable[..., list[SellerLink]]
MOST = 2000  # characters of a reason


def _take_back_denial(*, one: int, other: int, words: str, by: Any, at: Any) -> list[SellerLink]:
    rows = links.between(one, other)
    if not rows:
        raise links.NoSuchLink(f"nothing ties seller {one} to seller {other}")
    return links.take_back_denial(rows[0], by=by, why=words, at=at)


ACTS: Mapping[
    str, tuple[str, Act, Any]
] = {  # what is said -> the state it is said in ("": any), who writes it, what is told
    "confirm": ("suggested", link_confirming.confirm, gettext_lazy("Confirmed. These two count as linked.")),
    "deny": ("", links.deny, gettext_lazy("Denied. These two are not linked again.")),
    "take-back-denial": ("denied", _take_back_denial, gettext_lazy("The denial is taken back.")),
    "take-back": ("confirmed", link_confirming.take_back, gettext_lazy("The confirmation is taken back.")),
}


def _desk(request: HttpRequest) -> Desk:
    return Desk(
        "reviewer", "reviewer/base.html", {"toasts": toasts(request), "commands": commands(request), "may_say": True}
    )


@require_GET
@reviewer_page
def all_links(request: HttpRequest) -> HttpResponse:
    """The list."""
    return link_pages.listing(request, _desk(request))


@require_http_methods(["GET", "HEAD", "POST"])
@reviewer_page
def link(request: HttpRequest, key: str) -> HttpResponse:
    """One link; a form says whether it is right."""
    if request.method == "POST":
        return _said(request, key)
    return link_pages.one(request, link_pages.pair_or_404(key), _desk(request))


@require_GET
@reviewer_page
def next_link(request: HttpRequest) -> HttpResponse:
    """To the strongest link nobody has said anything of, below the one just left; to the list when there is none."""
    found = link_list.next_suggested(link_list.find(said(request.GET, "after")[:40]))
    return redirect("reviewer:link", link_list.key_of(found)) if found else redirect("reviewer:links")


def _said(request: HttpRequest, key: str) -> HttpResponse:
    row = link_list.find(key)
    if row is None:
        raise _gone()
    typed, act = said(request.POST, "words")[:MOST].replace("\r\n", "\n"), said(request.POST, "answer", ACTS)
    if said(request.POST, "seen") != link_list.state_of(row):
        raise _stale(row, typed)
    if fault := _fault(act, typed):
        return link_pages.one(request, row, _desk(request), typed=typed, faults=[fault], status=422)
    in_state, write, told = ACTS[act]
    if in_state not in ("", link_list.state_of(row)):
        raise _stale(row, typed)
    try:
        write(one=row.one_id, other=row.other_id, words=typed, by=request.user, at=request.at)
    except links.NoSuchLink as gone:
        raise _gone() from gone
    messages.success(request, str(told))
    return redirect("reviewer:link", key) if link_list.find(key) else redirect("reviewer:links")


def _fault(act: str, typed: str) -> dict[str, str] | None:
    if not act:
        return {"what": gettext("Nothing is chosen."), "way_out": gettext("Choose what you found."), "field": "words"}
    if typed:
        return None
    way_out = gettext("Write what you know; it is kept sealed, with your name, for colleagues and for an appeal.")
    return {"what": gettext("Nothing says why."), "way_out": way_out, "field": "words"}


def _stale(row: SellerLink, typed: str) -> Stale:
    """Somebody else said something meanwhile: who, when, with what was typed."""
    last = link_list.said_of(row).first()
    kept = [(gettext("In your own words"), typed)] if typed else []
    what = gettext("Somebody has said something of this link meanwhile. Nothing of your answer was entered.")
    by, at = (str(last.by), last.at) if last else (gettext("the installation"), row.found_at)
    return Stale(what, by, at, row.one.marketplace.zone, reverse("reviewer:link", args=[link_list.key_of(row)]), kept)


def _gone() -> Refused:
    return Refused(
        gettext("Nothing ties these two sellers directly"),
        gettext("The link has gone with what it rested on."),
        gettext("Look at the links as they are now."),
        url=reverse("reviewer:links"),
        link=gettext("Linked sellers"),
    )
