"""Which sellers belong together with this one? All that ties it to others, and a person's word that two are not one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from countermark.apps.parties.models import Seller
from countermark.apps.screening import links
from countermark.entrypoints.links_shown import direct, linked
from countermark.entrypoints.web.doors import Refused
from countermark.entrypoints.web.reviewer.access import reviewer_page, said
from countermark.entrypoints.web.reviewer.queue import commands
from countermark.entrypoints.web.reviewer.steps_shown import toasts
from countermark.matching.libraries import ScreeningNotInstalled


@require_http_methods(["GET", "HEAD", "POST"])
@reviewer_page
def seller_links(request: HttpRequest, pk: int) -> HttpResponse:
    """What ties one seller to others; a form says that two are not one."""
    seller = get_object_or_404(Seller.objects.select_related("marketplace"), pk=pk)
    return _denied(request, seller) if request.method == "POST" else _page(request, seller)


def _denied(request: HttpRequest, seller: Seller) -> HttpResponse:
    other, words = said(request.POST, "other"), said(request.POST, "words")[:2000]
    if not words:
        fault = {
            "what": gettext("Nothing says why they are not one."),
            "way_out": gettext("Write what you know; it is kept, and the link stays denied."),
            "field": f"words-{other}",
        }
        return _page(request, seller, faults=[fault], status=422)
    number = int(other) if other.isdecimal() and len(other) < 18 else 0
    try:
        links.deny(one=seller.pk, other=number, words=words, by=request.user, at=request.at)
    except links.NoSuchLink as gone:
        raise _gone(seller) from gone
    messages.success(request, gettext("Denied. These two are not linked again."))
    return redirect("reviewer:seller-links", seller.pk)


def _gone(seller: Seller) -> Refused:
    return Refused(
        gettext("Nothing ties these two sellers directly"),
        gettext("The link has gone with what it rested on."),
        gettext("Look at the seller as it is now."),
        url=reverse("reviewer:seller-links", args=[seller.pk]),
        link=gettext("Look at the seller"),
    )


def _page(request: HttpRequest, seller: Seller, *, faults: Any = (), status: int = 200) -> HttpResponse:
    try:
        together = linked(links.ways(seller.pk))
    except ScreeningNotInstalled:
        together = []
    context = {
        "seller": seller,
        "linked": together,
        "direct": direct(seller),
        "faults": faults,
        "typed": said(request.POST, "words")[:2000],
        "of": said(request.POST, "other"),
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/seller_links.html", context, status=status)
