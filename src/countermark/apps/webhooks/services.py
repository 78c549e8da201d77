"""Who wants to be told what: endpoints made, changed, tested, paused, resumed, replayed and closed.

A secret is sealed and shown once, when it is made. Every writer names the endpoint's owner: what is not theirs is not there.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from countermark.apps.complaints import words
from countermark.apps.parties.models import Marketplace, Person
from countermark.apps.webhooks.collecting import GATHER, end_of_log, promise
from countermark.apps.webhooks.models import (
    ACTIVE,
    CLOSED,
    GIVEN_UP,
    PAUSED,
    STOPPED,
    WAITING,
    Dispatch,
    Endpoint,
)
from countermark.apps.webhooks.selectors import Owner, first_recorded_since, first_waiting_position
from countermark.apps.work.jobs import enqueue
from countermark.apps.work.sealing import erase, seal
from countermark.connectors.webhook import fault_of_address, new_secret
from countermark.core import procedure_loader
from countermark.core.defect import Defect, unprintable

log = logging.getLogger("countermark.webhooks")

PING_JOB = "webhook_ping"
BOTH_SIGN = timedelta(hours=24)  # after a change of secret, as Standard Webhooks advises
LONGEST_NAME = 80
MOST_ENDPOINTS = 20  # of one owner


class EndpointDefective(Exception):
    """The endpoint cannot be kept as described; `defects` names all that is wrong. Nothing was written."""

    code = "endpoint_defective"
    http_status_hint = 422

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(defect.code for defect in self.defects))


class UnknownEndpoint(Exception):
    """There is no such endpoint, or it is not this party's."""

    code = "unknown_endpoint"
    http_status_hint = 404


class NotInThisState(Exception):
    """What was asked does not fit the state of the endpoint or of the delivery. Nothing was changed."""

    code = "not_in_this_state"
    http_status_hint = 409


class NothingToReplay(Exception):
    """No event was recorded from this point on."""

    code = "nothing_to_replay"
    http_status_hint = 422


@dataclass(frozen=True)
class EndpointSaid:
    """What somebody says about an endpoint; an empty filter lets everything through."""

    name: str = ""
    url: str = ""
    events: tuple[str, ...] = ()
    marketplaces: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()


def known_events() -> tuple[str, ...]:
    """Every event that can be asked for, in the order of a case's life."""
    return (*words.EVENTS, "due", "served")


@transaction.atomic
def add_endpoint(*, owner: Owner, said: EndpointSaid, by: Person | None, now: datetime) -> tuple[Endpoint, str]:
    """A new endpoint and its secret, which is not shown again. It is sent what is recorded from now on."""
    if defects := list(endpoint_defects(said, owner)):
        raise EndpointDefective(defects)
    row = Endpoint.objects.create(
        **_columns(said), **owner.columns(), created_at=now, created_by=by, next_position=end_of_log()
    )
    key = new_secret()
    Endpoint.objects.filter(pk=row.pk).update(secret=seal(subject=_subject(row), text=key))
    row.refresh_from_db()
    log.info("webhook.added endpoint=%s by=%s", row.pk, by.pk if by else None)
    return row, key


@transaction.atomic
def change_endpoint(endpoint_id: int, *, owner: Owner, said: EndpointSaid) -> Endpoint:
    """Keep what is said now; filters bind what is taken up from now on."""
    row = _locked(endpoint_id, owner)
    if defects := list(endpoint_defects(said, owner, existing=row)):
        raise EndpointDefective(defects)
    for name, value in _columns(said).items():
        setattr(row, name, value)
    row.save(update_fields=list(_columns(said)))
    return row


def endpoint_defects(said: EndpointSaid, owner: Owner, existing: Endpoint | None = None) -> Iterator[Defect]:
    """Everything that is wrong with what was said, at once."""
    others = (
        Endpoint.objects.filter(**owner.columns()).exclude(state=CLOSED).exclude(pk=existing.pk if existing else None)
    )
    yield from unprintable({"name": said.name})
    if not said.name.strip() or len(said.name) > LONGEST_NAME:
        yield Defect("endpoint_name", "name", data={"most": LONGEST_NAME})
    if fault := fault_of_address(said.url, settings.WEBHOOK_HOSTS):
        yield Defect(f"endpoint_url_{fault}", "url")
    elif others.filter(url=said.url).exists():
        yield Defect("endpoint_url_taken", "url")
    if existing is None and others.count() >= MOST_ENDPOINTS:
        yield Defect("endpoint_too_many", "url", data={"most": MOST_ENDPOINTS})
    yield from _unknown("events", said.events, known_events())
    yield from _unknown("packs", said.packs, procedure_loader.pack_ids())
    yield from _unknown("marketplaces", said.marketplaces, _slugs(said.marketplaces))


def _slugs(wanted: Sequence[str]) -> list[str]:
    return list(Marketplace.objects.filter(slug__in=wanted).values_list("slug", flat=True)) if wanted else []


def _unknown(field: str, said: Sequence[str], known: Sequence[str]) -> Iterator[Defect]:
    if wrong := [each for each in said if each not in known]:
        yield Defect(f"endpoint_{field}", field, data={"what": ", ".join(wrong)[:200]})


@transaction.atomic
def change_secret(endpoint_id: int, *, owner: Owner, now: datetime) -> str:
    """A new secret, shown once; for a day the old one signs beside it, so that no event is refused meanwhile."""
    row, key = _locked(endpoint_id, owner), new_secret()
    sealed = seal(subject=_subject(row), text=key)
    Endpoint.objects.filter(pk=row.pk).update(old_secret=row.secret, old_until=now + BOTH_SIGN, secret=sealed)
    log.info("webhook.secret_changed endpoint=%s", row.pk)
    return key


@transaction.atomic
def pause(endpoint_id: int, *, owner: Owner, now: datetime) -> None:
    """Send nothing for now; nothing is lost."""
    row = _locked(endpoint_id, owner)
    if row.state != ACTIVE:
        raise NotInThisState("only an endpoint that is sent to can be paused")
    Endpoint.objects.filter(pk=row.pk).update(state=PAUSED, why="", state_at=now)


@transaction.atomic
def resume(endpoint_id: int, *, owner: Owner, now: datetime) -> None:
    """Go on where it stood, with everything that waits, at once."""
    row = _locked(endpoint_id, owner)
    if row.state not in (PAUSED, STOPPED):
        raise NotInThisState("only an endpoint that was paused or stopped can be resumed")
    Endpoint.objects.filter(pk=row.pk).update(
        state=ACTIVE, why="", state_at=now, failing_since=None, failures=0, next_try_at=None
    )
    row.dispatches.filter(state=WAITING).exclude(event=None).update(next_at=now, attempts=0, first_tried_at=None)
    _go_on(row, now)


@transaction.atomic
def try_now(endpoint_id: int, *, owner: Owner, now: datetime) -> None:
    """Do not wait for the next try of an endpoint that fails."""
    row = _locked(endpoint_id, owner)
    if row.state != ACTIVE:
        raise NotInThisState("it is not sent to; resume it first")
    Endpoint.objects.filter(pk=row.pk).update(next_try_at=None)
    row.dispatches.filter(state=WAITING).update(next_at=now)
    _go_on(row, now)


@transaction.atomic
def close(endpoint_id: int, *, owner: Owner, now: datetime) -> None:
    """Never send to it again: its secrets are destroyed, what was delivered stays on record."""
    row = _locked(endpoint_id, owner)
    Endpoint.objects.filter(pk=row.pk).update(state=CLOSED, why="", state_at=now)
    row.dispatches.filter(state=WAITING).update(state=GIVEN_UP)
    erase(subject=_subject(row), rule="endpoint_closed", at=now)
    log.info("webhook.closed endpoint=%s", row.pk)


@transaction.atomic
def test(endpoint_id: int, *, owner: Owner, now: datetime) -> Dispatch:
    """Send a ping, in whatever state the endpoint is; the delivery shows what came of it."""
    row = _locked(endpoint_id, owner)
    sent = Dispatch.objects.create(
        endpoint=row, webhook_id=f"ping_{secrets.token_hex(16)}", created_at=now, next_at=now
    )
    enqueue(PING_JOB, str(sent.pk), run_at=now)
    return sent


@transaction.atomic
def replay(
    endpoint_id: int, *, owner: Owner, now: datetime, position: int | None = None, since: datetime | None = None
) -> int:
    """Send everything from a number of the log, or from an instant of recording, once more; returns the first number.

    What was sent before keeps its id and is marked; what never was is sent for the first time. Raises NothingToReplay.
    """
    row = _locked(endpoint_id, owner)
    start = position if position is not None else first_recorded_since(since) if since is not None else None
    if start is None or not 0 <= start < end_of_log():
        raise NothingToReplay("nothing was recorded from this point on")
    Endpoint.objects.filter(pk=row.pk).update(
        next_position=min(start, row.next_position), replay_until=max(row.replay_until, row.next_position)
    )
    if row.state == ACTIVE:
        enqueue(GATHER, "log", run_at=now)
    log.info("webhook.replay endpoint=%s position=%s", row.pk, start)
    return start


@transaction.atomic
def send_again(dispatch_id: int, *, owner: Owner, now: datetime) -> Dispatch:
    """Send one event once more, before what waits of its case; under its old id, marked as a replay."""
    dispatch = _delivery(dispatch_id, owner)
    if dispatch.event_id is None or dispatch.state == WAITING or dispatch.endpoint.state == CLOSED:
        raise NotInThisState("a test is not sent twice, and what waits is sent anyway")
    Dispatch.objects.filter(pk=dispatch.pk).update(
        state=WAITING, attempts=0, first_tried_at=None, next_at=now, replays=F("replays") + 1
    )
    promise(dispatch.endpoint_id, run_at=now)
    return dispatch


@transaction.atomic
def give_up(dispatch_id: int, *, owner: Owner, now: datetime) -> Dispatch:
    """Do not send this one any more: what waits behind it in its case goes on."""
    dispatch = _delivery(dispatch_id, owner)
    if not Dispatch.objects.filter(pk=dispatch.pk, state=WAITING).update(state=GIVEN_UP):
        raise NotInThisState("it no longer waits")
    promise(dispatch.endpoint_id, run_at=now)
    return dispatch


# --- whose it is ----------------------------------------------------------------------------------------------------------


def endpoint_of(endpoint_id: int, owner: Owner) -> Endpoint:
    """An endpoint of this owner that is not closed. Raises UnknownEndpoint."""
    return _found(_own(owner).filter(pk=endpoint_id).first())


def _locked(endpoint_id: int, owner: Owner) -> Endpoint:
    return _found(_own(owner).select_for_update(of=("self",)).filter(pk=endpoint_id).first())


def _own(owner: Owner) -> QuerySet[Endpoint]:
    return owner.endpoints().exclude(state=CLOSED)


def _found(row: Endpoint | None) -> Endpoint:
    if row is None:
        raise UnknownEndpoint("there is no such endpoint among yours")
    return row


def _delivery(dispatch_id: int, owner: Owner) -> Dispatch:
    mine = Dispatch.objects.filter(endpoint__in=owner.endpoints()).select_related("endpoint")
    dispatch = mine.select_for_update(of=("self",)).filter(pk=dispatch_id).first()
    if dispatch is None:
        raise UnknownEndpoint("there is no such delivery among yours")
    return dispatch


def _go_on(row: Endpoint, now: datetime) -> None:
    if first_waiting_position(row) is not None:
        promise(row.pk, run_at=now)
    enqueue(GATHER, "log", run_at=now)


def _columns(said: EndpointSaid) -> dict[str, object]:
    kept = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(said).items()}
    return {**kept, "name": said.name.strip()}


def _subject(row: Endpoint) -> str:
    return f"endpoint:{row.pk}"
