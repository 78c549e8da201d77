"""What can be done with an endpoint: try it, pause it, go on, give it a new secret, send again, close it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from countermark.apps.webhooks import services
from countermark.apps.webhooks.models import Dispatch
from countermark.apps.webhooks.services import NothingToReplay, NotInThisState, UnknownEndpoint
from countermark.apps.work import true_time
from countermark.entrypoints.web.doors import Refused, door
from countermark.entrypoints.web.operator.words import Fault
from countermark.entrypoints.web.webhooks.endpoints import endpoint_page
from countermark.entrypoints.web.webhooks.owners import ROLES, owned

ACTS = {
    "test": (services.test, gettext_lazy("A test is on its way. It stands among the deliveries in a moment.")),
    "pause": (services.pause, gettext_lazy("Paused. What happens meanwhile is sent when you resume.")),
    "resume": (services.resume, gettext_lazy("Resumed. What waits is sent now, in order.")),
    "try": (services.try_now, gettext_lazy("It is tried again now.")),
    "close": (services.close, gettext_lazy("Closed. Its secret is destroyed and nothing more is sent.")),
}
DIGITS = 15


@require_POST
@door(roles=ROLES)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the buttons."""
    row, owner = owned(request, pk)
    what = request.POST.get("do", "")
    if what not in ACTS:
        return redirect("webhooks:endpoint", row.pk)
    service, done = ACTS[what]
    try:
        service(row.pk, owner=owner, now=true_time.now())
    except NotInThisState as refused:
        raise _moved(row.pk) from refused
    messages.success(request, str(done))
    return redirect("webhooks:endpoints") if what == "close" else redirect("webhooks:endpoint", row.pk)


@require_POST
@door(roles=ROLES)
def change_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret, shown once on the page that answers."""
    row, owner = owned(request, pk)
    secret = services.change_secret(row.pk, owner=owner, now=true_time.now())
    row.refresh_from_db()
    return render(request, "webhooks/secret.html", {"row": row, "secret": secret, "is_new": False})


@require_POST
@door(roles=ROLES)
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Send everything from a number of the log or an instant once more."""
    row, owner = owned(request, pk)
    typed = {name: request.POST.get(name, "").strip()[:40] for name in ("position", "since")}
    point = _point(typed)
    if point is None:
        what, way_out = gettext("Nothing says from where."), gettext("Write a number of the log, or a day and an hour.")
        return endpoint_page(request, row, [Fault(what, way_out, "id_position")], typed)
    try:
        first = services.replay(row.pk, owner=owner, now=true_time.now(), **point)
    except NothingToReplay:
        what = gettext("Nothing was recorded from this point on.")
        return endpoint_page(request, row, [Fault(what, gettext("Choose an earlier one."), "id_position")], typed)
    messages.success(request, gettext("Everything from number %(n)s on is sent again, in order.") % {"n": first})
    return redirect("webhooks:endpoint", row.pk)


def _point(typed: dict[str, str]) -> dict[str, Any] | None:
    """A number where one was typed, else an instant in the reader's zone; None for neither."""
    position = typed["position"]
    if position.isascii() and position.isdigit() and len(position) <= DIGITS:
        return {"position": int(position)}
    since = None if position else _instant(typed["since"])
    return {"since": since} if since else None


def _instant(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return timezone.make_aware(at) if at and at.tzinfo is None else at


@require_POST
@door(roles=ROLES)
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one delivery again, or give it up so that its case goes on."""
    found = Dispatch.objects.filter(pk=pk).values_list("endpoint_id", flat=True).first()
    if found is None:
        raise UnknownEndpoint("there is no such delivery among yours")
    row, owner = owned(request, found)
    again = request.POST.get("do") == "again"
    try:
        (services.send_again if again else services.give_up)(pk, owner=owner, now=true_time.now())
    except NotInThisState as refused:
        raise _moved(row.pk) from refused
    said = (
        gettext("It is sent again, under the same id.") if again else gettext("Given up. What waits behind it goes on.")
    )
    messages.success(request, said)
    return redirect("webhooks:deliveries", row.pk)


def _moved(pk: int) -> Refused:
    return Refused(
        gettext_lazy("This cannot be done now"),
        gettext_lazy("The endpoint or the delivery is no longer as the page showed it."),
        gettext_lazy("Look at it as it is now."),
        url=reverse("webhooks:endpoint", args=[pk]),
        link=gettext_lazy("Back to the endpoint"),
    )
