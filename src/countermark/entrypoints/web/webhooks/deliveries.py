"""What was sent to an endpoint and what came of it: filters, every try, and the whole of it as a table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from countermark.apps.webhooks import selectors, services
from countermark.apps.webhooks.models import Dispatch
from countermark.apps.webhooks.payloads import PING
from countermark.entrypoints.web import lists
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.webhooks.owners import ROLES, owned
from countermark.entrypoints.web.webhooks.words import STATES, answer_words, event_words, state_tag

HEAD = (
    "webhook_id",
    "type",
    "case",
    "seq",
    "position",
    "state",
    "tries",
    "tried_at",
    "accepted_at",
    "status",
    "fault",
    "answer",
)


@require_safe
@door(roles=ROLES)
def deliveries(request: HttpRequest, pk: int) -> HttpResponse:
    """The list, with its filters."""
    row, _ = owned(request, pk)
    known = (PING, *services.known_events())
    state, event = lists.chosen(request, "state", STATES), lists.chosen(request, "event", known)
    q = lists.typed(request)
    rows = selectors.deliveries_of(row, state=state, event=event, case=q)
    if lists.wants_csv(request):
        return lists.csv_answer(f"deliveries-{row.pk}.csv", HEAD, (_cells(one) for one in rows.iterator()))
    shown = lists.page_of(request, rows)
    counts = selectors.counts_of(row)
    page = {
        "row": row,
        "page": shown,
        "lines": [line(one) for one in shown],
        "counts": [(value, word, counts[value]) for value, word in STATES.items()],
        "all": sum(counts.values()),
        "state": state,
        "event": event,
        "events": [(code, code if code == PING else event_words(code)) for code in known],
        "q": q,
        "csv_url": lists.csv_url(request),
    }
    return render(request, "webhooks/deliveries.html", page)


def line(one: Dispatch) -> dict[str, Any]:
    """A delivery as the list shows it."""
    tries = [(datetime.fromisoformat(at), _try(said), ms) for at, said, ms in reversed(one.tries)]
    return {
        "row": one,
        "type": f"complaint.{one.event.event}" if one.event else PING,
        "state": state_tag(one),
        "answer": answer_words(one.status, one.fault),
        "tries": tries,
    }


def _try(said: int | str) -> str:
    return answer_words(said, "") if isinstance(said, int) else answer_words(None, said)


def _cells(one: Dispatch) -> tuple[Any, ...]:
    instants = [at.isoformat() if at else "" for at in (one.tried_at, one.accepted_at)]
    number = one.complaint.number if one.complaint else ""
    kind = f"complaint.{one.event.event}" if one.event else PING
    place = "" if one.position is None else one.position
    return (
        one.webhook_id,
        kind,
        number,
        one.seq,
        place,
        one.state,
        len(one.tries),
        *instants,
        one.status,
        one.fault,
        one.answer,
    )
