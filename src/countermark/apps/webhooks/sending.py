"""How does an event reach a receiver that is slow, broken, gone, or in doubt whether it heard it before?

Rule 1: within a case the next event is not sent before the one ahead of it was accepted or given up; other cases are not held
up by it. Rule 2: at least once: what the receiver did not confirm with 2xx is sent again, under the same id, a little
later each time, for three days. Rule 3: trouble of the receiver itself (no answer, 429, failure after failure) ends the run and
rests the whole endpoint; after three days in which nothing was accepted it is stopped. Nothing that waits is lost: who
resumes it goes on where it stood. Rule 4: one run an endpoint at a time. Two workers whose clocks disagree may send the
same event twice, never a later one first: a receiver that knows the id reads it once.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import F, Min, Q
from django.utils.module_loading import import_string

from countermark.apps.complaints.models import ComplaintEvent
from countermark.apps.webhooks.collecting import GATHER, SOON, end_of_log, promise
from countermark.apps.webhooks.models import ACCEPTED, ACTIVE, GIVEN_UP, STOPPED, WAITING, Dispatch, Endpoint
from countermark.apps.webhooks.payloads import body_of
from countermark.apps.work import spans
from countermark.apps.work.jobs import BACKOFF, GIVE_UP_AFTER, LEASE, enqueue
from countermark.apps.work.sealing import Erased, unseal
from countermark.connectors.webhook import Answer, NotReached, Sender, signed_headers

log = logging.getLogger("countermark.webhooks")

Clock = Callable[[], datetime]
A_RUN = timedelta(seconds=20)  # then the worker may do something else
BUSY = LEASE + timedelta(seconds=10)  # how long a run holds its endpoint unless it says so anew
AT_A_TIME = 200
IN_A_ROW = 3  # cases that fail one after another: it is not the event, it is the receiver
TRIES_KEPT = 20
NOTED = timedelta(seconds=5)  # between two notes that an endpoint is well
REPLAY = "countermark-replay"  # a header: how often this event was asked for again
COME_BACK = (429, 503)  # with these a receiver says that it wants to be left alone
GONE = 410
RELATED = ("event", "complaint__notice__marketplace", "complaint__listing")


@dataclass
class Run:
    """One turn at one endpoint."""

    endpoint: Endpoint
    sender: Sender
    keys: Sequence[str]
    mark: str
    until: datetime
    tried: int = 0
    failed_in_row: int = 0
    failed: set[int] = field(default_factory=set)
    is_over: bool = False


def send(endpoint_id: int, *, clock: Clock) -> None:
    """Send what waits for an endpoint: one attempt for each event that is due, for a limited time. `clock`: the real time."""
    run = _begin(endpoint_id, clock())
    if run is None:
        return
    try:
        _work(run, clock)
    finally:
        Endpoint.objects.filter(pk=endpoint_id, busy_by=run.mark).update(busy_by="", busy_until=None)
    _promise_next(endpoint_id, clock(), sent=run.tried > 0)


def ping(dispatch_id: int, *, clock: Clock) -> None:
    """Send a test, once, whatever state the endpoint is in. One that is accepted lets a receiver that failed be tried at once."""
    dispatch = Dispatch.objects.select_related("endpoint").get(pk=dispatch_id)
    keys = _keys(dispatch.endpoint, clock())
    if dispatch.state != WAITING or not keys:
        return
    answer = _attempt(dispatch, _plugged(), keys, clock())
    accepted = isinstance(answer, Answer) and answer.is_accepted
    _write(dispatch, answer, clock(), state=ACCEPTED if accepted else GIVEN_UP)
    if accepted:
        _recovered(dispatch.endpoint, clock())
        promise(dispatch.endpoint_id, run_at=clock())


class Head(NamedTuple):
    """The earliest event that waits of one case: the only one of that case that may be sent."""

    pk: int
    complaint_id: int
    seq: int
    next_at: datetime


def heads(endpoint: Endpoint) -> list[Head]:
    """What may be sent, the most urgent first. An endpoint has so many waiting rows and no more: collecting.MOST_WAITING."""
    waiting = Dispatch.objects.filter(endpoint=endpoint, state=WAITING).exclude(event=None)
    rows = waiting.order_by("complaint_id", "seq").values_list("pk", "complaint_id", "seq", "next_at")
    firsts = {row[1]: Head(*row) for row in reversed(rows)}
    return sorted(firsts.values(), key=lambda head: (head.next_at, head.pk))


def follows_what_is_not_taken_up(endpoint: Endpoint, chosen: Sequence[Head]) -> set[int]:
    """Of these, the ones before which an event of their case has still to be taken up: they wait for it."""
    unseen = Q(leaf=None) | Q(leaf__position__gte=endpoint.next_position)
    rows = ComplaintEvent.objects.filter(unseen, complaint__in=[head.complaint_id for head in chosen])
    first = dict(rows.order_by().values_list("complaint_id").annotate(first=Min("seq")))
    return {head.pk for head in chosen if first.get(head.complaint_id, head.seq) < head.seq}


# --- one run --------------------------------------------------------------------------------------------------------------


def _begin(endpoint_id: int, now: datetime) -> Run | None:
    """Take hold of the endpoint; None when it is not to be sent to now: then a later run is promised."""
    endpoint = Endpoint.objects.filter(pk=endpoint_id, state=ACTIVE).first()
    if endpoint is None:
        return None
    if endpoint.next_try_at is not None and endpoint.next_try_at > now:
        promise(endpoint_id, run_at=endpoint.next_try_at)
        return None
    keys, mark = _keys(endpoint, now), secrets.token_hex(8)
    if not keys:
        stop(endpoint, "no_secret", now)
        return None
    free = Endpoint.objects.filter(Q(busy_until=None) | Q(busy_until__lte=now), pk=endpoint_id, state=ACTIVE)
    if not free.update(busy_by=mark, busy_until=now + BUSY):
        promise(endpoint_id, run_at=endpoint.busy_until or now + BUSY / 2)
        return None
    return Run(endpoint, _plugged(), keys, mark, now + A_RUN)


def _work(run: Run, clock: Clock) -> None:
    while not run.is_over and (now := clock()) < run.until and _still_mine(run, now):
        batch = _next_of(run, now)
        if not batch:
            return
        for dispatch in batch:
            if run.is_over or clock() >= run.until:
                return
            _one(run, dispatch, clock)


def _next_of(run: Run, now: datetime) -> list[Dispatch]:
    """The next events that are due, each with what its body is made of."""
    due = [head for head in heads(run.endpoint) if head.next_at <= now and head.pk not in run.failed][:AT_A_TIME]
    blocked = follows_what_is_not_taken_up(run.endpoint, due)
    found = Dispatch.objects.select_related(*RELATED).in_bulk([head.pk for head in due if head.pk not in blocked])
    return [found[head.pk] for head in due if head.pk in found]


def _still_mine(run: Run, now: datetime) -> bool:
    """Say anew that this run goes on; False when the endpoint was paused meanwhile, or another worker took it over."""
    mine = Endpoint.objects.filter(pk=run.endpoint.pk, state=ACTIVE, busy_by=run.mark)
    if not mine.update(busy_until=now + BUSY):
        return False
    run.endpoint.refresh_from_db()
    run.keys = _keys(run.endpoint, now)
    return bool(run.keys)


def _one(run: Run, dispatch: Dispatch, clock: Clock) -> None:
    dispatch.endpoint = run.endpoint
    run.tried += 1
    answer = _attempt(dispatch, run.sender, run.keys, clock())
    now = clock()
    if isinstance(answer, Answer) and answer.is_accepted:
        _write(dispatch, answer, now, state=ACCEPTED)
        _recovered(run.endpoint, now)
        run.failed_in_row = 0
        return
    run.failed_in_row += 1
    run.failed.add(dispatch.pk)
    _failed(run, dispatch, answer, now)


def _attempt(dispatch: Dispatch, sender: Sender, keys: Sequence[str], now: datetime) -> Answer | NotReached:
    body = body_of(dispatch)
    headers = signed_headers(dispatch.webhook_id, now, body, keys)
    if dispatch.replays:
        headers[REPLAY] = str(dispatch.replays)
    try:
        with spans.call("webhook", endpoint=dispatch.endpoint_id):
            return sender.post(dispatch.endpoint.url, headers=headers, body=body)
    except NotReached as fault:
        return fault


def _write(dispatch: Dispatch, answer: Answer | NotReached, now: datetime, **state: Any) -> None:
    """Keep what came of one attempt."""
    mine = Dispatch.objects.filter(pk=dispatch.pk, state=WAITING)
    mine.update(
        attempts=F("attempts") + 1,
        first_tried_at=dispatch.first_tried_at or now,
        tried_at=now,
        accepted_at=now if state.get("state") == ACCEPTED else dispatch.accepted_at,
        **_said(answer),
        tries=[*dispatch.tries, _try(answer, now)][-TRIES_KEPT:],
        **state,
    )


def _said(answer: Answer | NotReached) -> dict[str, Any]:
    if isinstance(answer, NotReached):
        return {"status": None, "fault": answer.code[:20], "answer": answer.detail[:300]}
    return {"status": answer.status, "fault": "", "answer": answer.text}


def _try(answer: Answer | NotReached, now: datetime) -> list[Any]:
    if isinstance(answer, NotReached):
        return [now.isoformat(), answer.code, None]
    return [now.isoformat(), answer.status, answer.milliseconds]


# --- what a failure means -------------------------------------------------------------------------------------------------


def _failed(run: Run, dispatch: Dispatch, answer: Answer | NotReached, now: datetime) -> None:
    """One event was not taken: it waits, or its three days are over; perhaps it is the receiver that is in trouble."""
    wait = timedelta(seconds=BACKOFF[min(dispatch.attempts, len(BACKOFF) - 1)])
    since = dispatch.first_tried_at or now
    endpoint = run.endpoint
    others_get_through = endpoint.accepted_at is not None and endpoint.accepted_at > since
    over = others_get_through and now - since >= GIVE_UP_AFTER
    _write(dispatch, answer, now, state=GIVEN_UP if over else WAITING, next_at=now + wait)
    log.info("webhook.not_taken endpoint=%s dispatch=%s answer=%s", endpoint.pk, dispatch.pk, _short(answer))
    if isinstance(answer, Answer) and answer.status == GONE:
        run.is_over = True
        stop(endpoint, "gone", now, _short(answer))
    else:
        _trouble(run, answer, now)


def _trouble(run: Run, answer: Answer | NotReached, now: datetime) -> None:
    endpoint = run.endpoint
    since = endpoint.failing_since or now
    if now - since >= GIVE_UP_AFTER:
        run.is_over = True
        stop(endpoint, "failing", now, _short(answer))
        return
    said = {"failing_since": since, "last_answer": _short(answer)}
    wants_rest = isinstance(answer, NotReached) or answer.status in COME_BACK
    if wants_rest or run.failed_in_row >= IN_A_ROW:
        run.is_over = True
        said |= {"failures": endpoint.failures + 1, "next_try_at": now + _rest(endpoint.failures, answer)}
    Endpoint.objects.filter(pk=endpoint.pk).update(**said)
    endpoint.failing_since = since


def _rest(failures: int, answer: Answer | NotReached) -> timedelta:
    """A little longer each time, and not before the receiver said."""
    asked = answer.retry_after if isinstance(answer, Answer) else None
    return max(timedelta(seconds=BACKOFF[min(failures, len(BACKOFF) - 1)]), asked or timedelta())


def _recovered(endpoint: Endpoint, now: datetime) -> None:
    """Something was accepted: what was wrong is over. While all is well it is written down now and then, not each time."""
    well = endpoint.failing_since is None and not endpoint.failures and endpoint.next_try_at is None
    if well and endpoint.accepted_at is not None and now - endpoint.accepted_at < NOTED:
        return
    said = {"accepted_at": now, "failing_since": None, "failures": 0, "next_try_at": None}
    Endpoint.objects.filter(pk=endpoint.pk).update(**said)
    for name, value in said.items():
        setattr(endpoint, name, value)


def stop(endpoint: Endpoint, why: str, now: datetime, answer: str = "") -> None:
    """Send nothing more until somebody resumes it: an operator's task, and the owner's."""
    active = Endpoint.objects.filter(pk=endpoint.pk, state=ACTIVE)
    if active.update(state=STOPPED, why=why, state_at=now, last_answer=answer[:300]):
        log.warning("webhook.stopped endpoint=%s why=%s", endpoint.pk, why)


def _short(answer: Answer | NotReached) -> str:
    said = str(answer) if isinstance(answer, NotReached) else f"{answer.status} {answer.text}".strip()
    return said[:300]


# --- what comes next ------------------------------------------------------------------------------------------------------


def _promise_next(endpoint_id: int, now: datetime, *, sent: bool) -> None:
    """Promise the next run when something waits, and the next look into the log when there is more."""
    earliest = now if sent else now + SOON  # what waits to be taken up first is not asked for in a circle
    endpoint = Endpoint.objects.filter(pk=endpoint_id, state=ACTIVE).first()
    if endpoint is None:
        return
    if waiting := heads(endpoint):
        promise(endpoint_id, run_at=max(waiting[0].next_at, earliest, endpoint.next_try_at or earliest))
    if endpoint.next_position < end_of_log():
        enqueue(GATHER, "log", run_at=now)


def _plugged() -> Sender:
    sender: Sender = import_string(settings.WEBHOOK_FACTORY)()
    return sender


def _keys(endpoint: Endpoint, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first; none once they were erased."""
    in_force = [endpoint.secret]
    if endpoint.old_until is not None and endpoint.old_until > now:
        in_force.append(endpoint.old_secret)
    texts = [unseal(sealed) for sealed in in_force if sealed is not None]
    return [text for text in texts if text and not isinstance(text, Erased)]
