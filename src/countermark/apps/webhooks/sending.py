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
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.utils.module_loading import import_string

from countermark.apps.complaints.models import ComplaintEvent
from countermark.apps.webhooks.collecting import GATHER, end_of_log, promise
from countermark.apps.webhooks.models import ACCEPTED, ACTIVE, GIVEN_UP, STOPPED, WAITING, Dispatch, Endpoint
from countermark.apps.webhooks.payloads import body_of
from countermark.apps.work.jobs import BACKOFF, GIVE_UP_AFTER, LEASE, enqueue
from countermark.apps.work.sealing import Erased, unseal
from countermark.connectors.webhook import Answer, NotReached, Sender, signed_headers

log = logging.getLogger("countermark.webhooks")

Clock = Callable[[], datetime]
A_RUN = timedelta(seconds=20)  # then the worker may do something else
BUSY = LEASE + timedelta(seconds=10)  # how long a run holds its endpoint unless it says so anew
AT_A_TIME = 50
IN_A_ROW = 3  # cases that fail one after another: it is not the event, it is the receiver
TRIES_KEPT = 20
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
    failed_in_row: int = 0
    failed: list[int] = field(default_factory=list)
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
    _promise_next(endpoint_id, clock())


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


def heads(endpoint: Endpoint) -> QuerySet[Dispatch]:
    """What may be sent next: of each case the earliest that waits, if nothing of the case before it is still to be taken up."""
    ahead = Dispatch.objects.filter(
        endpoint=endpoint, complaint=OuterRef("complaint"), state=WAITING, seq__lt=OuterRef("seq")
    )
    unseen = ComplaintEvent.objects.filter(
        Q(leaf=None) | Q(leaf__position__gte=endpoint.next_position),
        complaint=OuterRef("complaint"),
        seq__lt=OuterRef("seq"),
    )
    waiting = Dispatch.objects.filter(endpoint=endpoint, state=WAITING).exclude(event=None)
    return waiting.filter(~Exists(ahead), ~Exists(unseen))


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
        due = heads(run.endpoint).filter(next_at__lte=now).exclude(pk__in=run.failed)
        batch = list(due.select_related(*RELATED).order_by("next_at", "position")[:AT_A_TIME])
        if not batch:
            return
        for dispatch in batch:
            if run.is_over or clock() >= run.until:
                return
            _one(run, dispatch, clock)


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
    answer = _attempt(dispatch, run.sender, run.keys, clock())
    now = clock()
    if isinstance(answer, Answer) and answer.is_accepted:
        _write(dispatch, answer, now, state=ACCEPTED)
        _recovered(run.endpoint, now)
        run.failed_in_row = 0
        return
    run.failed_in_row += 1
    run.failed.append(dispatch.pk)
    _failed(run, dispatch, answer, now)


def _attempt(dispatch: Dispatch, sender: Sender, keys: Sequence[str], now: datetime) -> Answer | NotReached:
    body = body_of(dispatch)
    headers = signed_headers(dispatch.webhook_id, now, body, keys)
    if dispatch.replays:
        headers[REPLAY] = str(dispatch.replays)
    try:
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
    """Something was accepted: what was wrong is over."""
    Endpoint.objects.filter(pk=endpoint.pk).update(accepted_at=now, failing_since=None, failures=0, next_try_at=None)
    endpoint.accepted_at, endpoint.failing_since, endpoint.failures = now, None, 0


def stop(endpoint: Endpoint, why: str, now: datetime, answer: str = "") -> None:
    """Send nothing more until somebody resumes it: an operator's task, and the owner's."""
    active = Endpoint.objects.filter(pk=endpoint.pk, state=ACTIVE)
    if active.update(state=STOPPED, why=why, state_at=now, last_answer=answer[:300]):
        log.warning("webhook.stopped endpoint=%s why=%s", endpoint.pk, why)


def _short(answer: Answer | NotReached) -> str:
    said = str(answer) if isinstance(answer, NotReached) else f"{answer.status} {answer.text}".strip()
    return said[:300]


# --- what comes next ------------------------------------------------------------------------------------------------------


def _promise_next(endpoint_id: int, now: datetime) -> None:
    """Promise the next run when something waits, and the next look into the log when there is more."""
    endpoint = Endpoint.objects.filter(pk=endpoint_id, state=ACTIVE).first()
    if endpoint is None:
        return
    soonest = heads(endpoint).aggregate(soonest=Min("next_at"))["soonest"]
    if soonest is not None:
        promise(endpoint_id, run_at=max(soonest, now, endpoint.next_try_at or now))
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
