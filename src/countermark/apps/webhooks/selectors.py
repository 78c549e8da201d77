"""Whose endpoints are there, how are they, and what was delivered?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from countermark.apps.complaints.models import LogLeaf
from countermark.apps.webhooks.models import ACCEPTED, ACTIVE, CLOSED, GIVEN_UP, STOPPED, WAITING, Dispatch, Endpoint

STATES = (WAITING, ACCEPTED, GIVEN_UP)


@dataclass(frozen=True)
class Owner:
    """For whom endpoints are kept: one holder, one shop, or, with neither, the platform."""

    holder_id: int | None = None
    seller_id: int | None = None

    def columns(self) -> Mapping[str, int | None]:
        return {"holder_id": self.holder_id, "seller_id": self.seller_id}

    def endpoints(self) -> QuerySet[Endpoint]:
        return Endpoint.objects.filter(holder=self.holder_id, seller=self.seller_id)


PLATFORM = Owner()


def owner_of(endpoint: Endpoint) -> Owner:
    return Owner(endpoint.holder_id, endpoint.seller_id)


def endpoints_of(owner: Owner) -> QuerySet[Endpoint]:
    """The open endpoints of an owner with how much waits and was given up, in one query."""
    rows = owner.endpoints().exclude(state=CLOSED)
    return rows.annotate(waiting=_how_many(WAITING), given_up=_how_many(GIVEN_UP)).order_by("name", "pk")


def _how_many(state: str) -> Coalesce:
    """The number of an endpoint's deliveries in a state, from the index alone."""
    those = Dispatch.objects.filter(endpoint=OuterRef("pk"), state=state).order_by().values("endpoint")
    return Coalesce(Subquery(those.annotate(n=Count("pk")).values("n")), 0)


def health(endpoint: Endpoint) -> str:
    """paused, stopped, failing (nothing gets through), well, or new (nothing was sent yet)."""
    if endpoint.state != ACTIVE:
        return endpoint.state
    if endpoint.failing_since is not None:
        return "failing"
    return "well" if endpoint.accepted_at is not None else "new"


def stopped_endpoints(owner: Owner = PLATFORM) -> QuerySet[Endpoint]:
    """Endpoints that were stopped because nothing got through: a task of their owner's, operators for the platform's."""
    return owner.endpoints().filter(state=STOPPED).order_by("state_at", "pk")


def failing_endpoints() -> QuerySet[Endpoint]:
    """Endpoints of anybody at which nothing was accepted lately."""
    return Endpoint.objects.filter(state=ACTIVE).exclude(failing_since=None).order_by("failing_since", "pk")


def deliveries_of(endpoint: Endpoint, *, state: str = "", event: str = "", case: str = "") -> QuerySet[Dispatch]:
    """What was sent to an endpoint or waits for it, newest first; filters by state, event code (or ping) and case number."""
    rows = endpoint.dispatches.select_related("event", "complaint")
    if state:
        rows = rows.filter(state=state)
    if event:
        rows = rows.filter(event=None) if event == "ping" else rows.filter(event__event=event)
    if case:
        rows = rows.filter(Q(complaint__number__icontains=case) | Q(webhook_id=case))
    return rows.order_by("-pk")


def counts_of(endpoint: Endpoint) -> Mapping[str, int]:
    """How many deliveries are in each state."""
    found = dict(endpoint.dispatches.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: found.get(state, 0) for state in STATES}


def first_recorded_since(since: datetime) -> int | None:
    """The first number of the log recorded at or after this real instant; None when there is none."""
    leaves = LogLeaf.objects.filter(event__recorded_at__gte=since).order_by("position")
    return leaves.values_list("position", flat=True).first()


def first_waiting_position(endpoint: Endpoint) -> int | None:
    """The number of the first event that waits."""
    waiting = endpoint.dispatches.filter(state=WAITING).exclude(event=None).order_by("position")
    return waiting.values_list("position", flat=True).first()
