"""Everybody's mail, while letters are written into a folder instead of being sent: a visitor of the demo reads them all."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from countermark.connectors.fake_mail import FileMailer
from countermark.entrypoints.web.demo.only import demo_only
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.roles import ANYONE


def mailer() -> FileMailer | None:
    """The folder of letters; None where a real mail server takes them."""
    plugged = import_string(settings.MAILER_FACTORY)()
    return plugged if isinstance(plugged, FileMailer) else None


def letter_count() -> int:
    """How many letters lie in the folder."""
    folder = mailer()
    return sum(1 for _ in folder.folder.glob("*.eml")) if folder and folder.folder.is_dir() else 0


@require_safe
@door(roles=[ANYONE])
@demo_only
def letters(request: HttpRequest) -> HttpResponse:
    """The letters, newest first; of one person when `to` names an address."""
    folder, to = mailer(), request.GET.get("to", "").replace("\0", "")[:254]
    everything = folder.letters() if folder else []
    shown = [letter for letter in everything if not to or letter.to.casefold() == to.casefold()]
    page = {
        "page": page_of(request, shown),
        "to": to,
        "addresses": sorted({letter.to for letter in everything}),
        "count": len(everything),
        "is_real": folder is None,
    }
    return render(request, "demo/letters.html", page)


@require_safe
@door(roles=[ANYONE])
@demo_only
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One letter, as plain text with its links."""
    folder = mailer()
    found = folder.letter(name) if folder else None
    if found is None:
        raise Http404("there is no such letter")
    return render(request, "demo/letter.html", {"letter": found})
