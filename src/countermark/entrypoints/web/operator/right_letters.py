"""Letters about rights that did not arrive: what came back, sending one again, or keeping that its reader was told otherwise."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from countermark.apps.notifications import right_letters
from countermark.apps.notifications.models import RightLetter
from countermark.apps.work import true_time
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.operator.words import answer_words
from countermark.entrypoints.web.roles import OPERATOR


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def letters(request: HttpRequest) -> HttpResponse:
    """The list; a button beside each letter mends it."""
    if request.method == "POST":
        return _mended(request)
    page = page_of(request, right_letters.not_arrived())
    rows = [
        {"letter": each, "subject": right_letters.subject(each), "came_back": answer_words(each.answer)}
        for each in page.object_list
    ]
    return render(request, "operator/right_letters.html", {"page": page, "rows": rows})


def _mended(request: HttpRequest) -> HttpResponse:
    letter = _found(request.POST.get("letter", ""))
    if letter is None:  # mended by somebody else, or nothing was named: the list says how it stands
        return redirect("operator:right-letters")
    at, now = request.at, true_time.now()
    if request.POST.get("do") == "told":
        right_letters.handed_over(letter, by=request.user, at=at, now=now)
        messages.success(request, gettext("Kept: %(name)s was told.") % {"name": letter.holder.name})
    elif right_letters.send_again(right_letters.not_arrived().filter(pk=letter.pk), now=now):
        messages.success(request, gettext("The letter goes to %(address)s.") % {"address": letter.holder.contact_email})
    return redirect("operator:right-letters")


def _found(pk: str) -> RightLetter | None:
    rows = RightLetter.objects.select_related("right", "holder")
    return rows.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
