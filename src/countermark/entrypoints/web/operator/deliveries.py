"""Who could not be told, why, and telling them another way: that starts their clock, or nothing does."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from countermark.apps.complaints.models import Complaint
from countermark.apps.notifications import services, wording
from countermark.apps.notifications.models import Message
from countermark.apps.work import moments, true_time
from countermark.entrypoints.web import lists
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.lists import csv_answer
from countermark.entrypoints.web.operator.letters import Letter
from countermark.entrypoints.web.operator.nav import letters_of
from countermark.entrypoints.web.operator.words import CHANNELS, Fault, answer_words
from countermark.entrypoints.web.roles import OPERATOR

WAYS = (
    (
        "mail",
        gettext_lazy("Send it to another address"),
        gettext_lazy("The clock starts when its mail server takes it."),
    ),
    ("phone", gettext_lazy("They were told by telephone"), gettext_lazy("The clock starts now.")),
    ("post", gettext_lazy("It was handed over by post"), gettext_lazy("The clock starts now.")),
    ("shop", gettext_lazy("The marketplace told them"), gettext_lazy("The clock starts now.")),
)
PARTIES = ("seller", "complainant")


@require_safe
@door(roles=[OPERATOR])
def deliveries(request: HttpRequest) -> HttpResponse:
    """The list, with its filters."""
    letters = letters_of(request, request.at)
    party, q = lists.chosen(request, "party", PARTIES), lists.typed(request)
    shown = [one for one in letters if (not party or one.party == party) and _matches(one, q)]
    if lists.wants_csv(request):
        return _sheet(shown)
    page = {
        "letters": lists.page_of(request, shown),
        "all": len(letters),
        "party": party,
        "q": q,
        "csv_url": lists.csv_url(request),
    }
    return render(request, "operator/deliveries.html", page)


def _matches(letter: Letter, q: str) -> bool:
    texts = (letter.to, letter.notice.number, letter.came_back, *(case.number for case in letter.cases))
    return any(q.casefold() in text.casefold() for text in texts)


def _sheet(letters: list[Letter]) -> HttpResponse:
    head = ("to", "party", "notice", "cases", "channel", "since", "tries", "answer")
    rows = (
        (
            one.to,
            one.party,
            one.notice.number,
            len(one.cases),
            one.channel,
            one.since.isoformat(),
            one.tries,
            one.came_back,
        )
        for one in letters
    )
    return csv_answer("not-served.csv", head, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: what it says, what was tried, and the ways to tell its reader after all."""
    related = ("notice__marketplace", "notice__holder", "seller__marketplace", "holder")
    message = get_object_or_404(Message.objects.select_related(*related), pk=pk)
    if request.method != "POST":
        return _page(request, message)
    if faults := _faults(request):
        return _page(request, message, faults)
    return _told(request, message)


def _faults(request: HttpRequest) -> list[Fault]:
    channel, address = request.POST.get("channel", ""), request.POST.get("address", "").strip()
    if channel not in {way for way, _, _ in WAYS}:
        return [Fault(gettext("Nothing says how they are told."), gettext("Choose one."), "channel-mail")]
    if channel != "mail":
        return []
    try:
        validate_email(address)
    except ValidationError:
        return [Fault(gettext("This is no e-mail address."), gettext("Write one the reader has."), "id_address")]
    return []


def _told(request: HttpRequest, message: Message) -> HttpResponse:
    channel, address = request.POST["channel"], request.POST.get("address", "").strip()
    at, now, by = request.at, true_time.now(), request.user
    by_mail = channel == "mail"
    services.serve_another_way(message, channel=channel, address=address if by_mail else "", by=by, at=at, now=now)
    if by_mail:
        messages.success(request, gettext("The letter goes to %(address)s.") % {"address": address})
    else:
        said = gettext("Kept: they were told on %(when)s. Their clock runs from then.")
        messages.success(request, said % {"when": moments.moment(at, message.notice.marketplace.zone)})
    return redirect("operator:deliveries")


def _page(request: HttpRequest, message: Message, faults: Any = ()) -> HttpResponse:
    at = request.at
    steps = {line[0]: line[1] for line in message.lines}
    cases = Complaint.objects.filter(pk__in=steps).select_related("listing").order_by("line")
    waiting = [case for case in cases if case.awaits_service and case.seq == steps[case.pk]]
    page = {
        "message": message,
        "letter": wording.letter(message, at=at),
        "to": message.seller.name if message.seller else message.notice.filer_name,
        "deliveries": [
            (d, CHANNELS.get(d.channel, d.channel), answer_words(d.answer)) for d in message.deliveries.order_by("pk")
        ],
        "cases": cases,
        "waiting": waiting,
        "zone": message.notice.marketplace.zone,
        "ways": WAYS,
        "channel": request.POST.get("channel", ""),
        "address": request.POST.get("address", ""),
        "faults": faults,
    }
    return render(request, "operator/delivery.html", page, status=422 if faults else 200)
