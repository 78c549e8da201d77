"""The buttons of the home page that mend at once: try again what was given up, ask a marketplace once more, send a letter."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from countermark.apps.enforcement.selectors import not_confirmed, shops_not_confirmed
from countermark.apps.keeping import going_on
from countermark.apps.notifications import right_letters
from countermark.apps.orders import letters
from countermark.apps.work import jobs, true_time
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import OPERATOR

MOST = 500  # listings or shops a marketplace is asked about by one click


class Asked(NamedTuple):
    """What a button was pressed for, and when: case time and real time."""

    which: str
    at: datetime
    now: datetime


@require_POST
@door(roles=[OPERATOR])
def mend(request: HttpRequest) -> HttpResponse:
    """Do what the button beside a task says; what is mended meanwhile is said so."""
    what, _, which = request.POST.get("do", "").replace("\0", "").partition(":")
    if what not in ACTS:
        return redirect("operator:home")
    count, said = ACTS[what](Asked(which, request.at, true_time.now()))
    messages.success(request, said % {"n": count} if count else gettext("It was mended meanwhile."))
    return redirect("operator:home")


def _jobs(asked: Asked) -> tuple[int, str]:
    count = jobs.retry_all(now=asked.now)
    return count, ngettext("%(n)s job is tried again now.", "%(n)s jobs are tried again now.", count)


def _listings(asked: Asked) -> tuple[int, str]:
    rows = not_confirmed(at=asked.at).filter(listing__marketplace__slug=asked.which)
    count = jobs.hurry("enforce", map(str, rows.values_list("listing_id", flat=True)[:MOST]), now=asked.now)
    return count, ngettext("%(n)s listing is asked about now.", "%(n)s listings are asked about now.", count)


def _shops(asked: Asked) -> tuple[int, str]:
    rows = shops_not_confirmed(at=asked.at).filter(seller__marketplace__slug=asked.which)
    shops = dict.fromkeys(str(pk) for pk in rows.values_list("seller_id", flat=True)[:MOST])
    count = jobs.hurry("enforce_shop", shops, now=asked.now)
    return count, ngettext("%(n)s shop is asked about now.", "%(n)s shops are asked about now.", count)


def _letters(asked: Asked) -> tuple[int, str]:
    """Those held since a restore wait for a word of their own: they may have gone out."""
    count = letters.send_again(letters.not_arrived().exclude(answer=going_on.HELD), now=asked.now)
    return count, ngettext("%(n)s letter is sent once more.", "%(n)s letters are sent once more.", count)


def _right_letters(asked: Asked) -> tuple[int, str]:
    count = right_letters.send_again(right_letters.not_arrived().exclude(answer=going_on.HELD)[:MOST], now=asked.now)
    return count, ngettext("%(n)s letter is sent once more.", "%(n)s letters are sent once more.", count)


ACTS = {
    "jobs": _jobs,
    "measures": _listings,
    "shops": _shops,
    "letters": _letters,
    "right_letters": _right_letters,
}
