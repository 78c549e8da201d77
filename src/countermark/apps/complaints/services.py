"""The only writer of a complaint's state and log.

Every change of every case goes through `record_transitions`: guarded by state and seq, the events with their chain, the
statements of reasons and the work that follows in one transaction. A batch of one case is a batch.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, transaction

from countermark.apps.complaints.held import Held, hold, hold_due
from countermark.apps.complaints.models import Complaint
from countermark.apps.work import true_time
from countermark.apps.work.bulk import as_set, instant_writer, put
from countermark.apps.work.jobs import enqueue_many
from countermark.core import catalogue, chain
from countermark.core.complaint import Case, Transition, advance, awaits_service, catch_up, serve
from countermark.core.procedure import Procedure

SWEEP_BATCH = 1000  # cases a transaction; long work commits in short batches
HEARD = ("seller", "complainant")  # parties whose clocks are worth a reminder

CASE_FIELDS = (
    *("state", "at", "seq", "round", "ask", "clock_from", "due_at", "escalated", "anchor_at", "units", "back"),
    *("waits_on", "awaits_service", "outcome", "outcome_at", "head_hash", "remind_at"),
)
TYPES = {  # of the columns above, for PostgreSQL's set-wise update
    **dict.fromkeys(("at", "clock_from", "due_at", "anchor_at", "outcome_at", "remind_at"), "timestamptz"),
    **dict.fromkeys(("escalated", "awaits_service"), "boolean"),
    **dict.fromkeys(("seq", "round", "units"), "integer"),
    **dict.fromkeys(("state", "ask", "waits_on", "outcome"), "text"),
    "back": "jsonb",
    "head_hash": "bytea",
}
EVENT_FIELDS = ("complaint_id", "seq", "event", "by", "at", "recorded_at", "state", "ask", "payload", "hash")
STATEMENT_FIELDS = (
    *("complaint_id", "seq", "at", "restriction", "cause", "grounds", "facts", "words_id"),
    *("automated_detection", "automated_decision"),
)


class StaleCase(Exception):
    """The case moved while somebody had it open. Nothing was written; `current` says where it stands."""

    code = "stale_case"
    http_status_hint = 409

    def __init__(self, ids: Sequence[int]) -> None:
        self.ids = tuple(ids)
        super().__init__("the case moved while you had it open; look at it again, nothing was written")


class ReasonsMissing(ValueError):
    """A restriction without its statement of reasons cannot be recorded (DSA art. 17)."""


class Reasons(NamedTuple):
    """Why a listing is restricted, in codes; `words` is the id of a sealed text. `facts` may come as the JSON it is kept as."""

    grounds: tuple[str, ...] = ()
    facts: Mapping[str, Any] | str = "{}"
    words: int | None = None
    automated_detection: bool = False
    automated_decision: bool = False


class Step(NamedTuple):
    """One transition of one held case, with what the log keeps beside it (codes, ids, digests)."""

    held: Held
    transition: Transition
    data: Mapping[str, str | int] = {}
    reasons: Reasons | None = None


def record_transitions(batch: Sequence[Step], *, recorded_at: datetime | None = None) -> list[Case]:
    """Write these steps, in order, in one transaction; returns the last case of each complaint in order of appearance.

    Raises StaleCase when a complaint is no longer as it was held, ReasonsMissing when an ask rises without reasons.
    """
    if not batch:
        return []
    recorded = recorded_at or true_time.now()
    last, events, statements = _links(batch, recorded)
    with transaction.atomic():
        _guarded_update(last)
        put("complaints_complaintevent", EVENT_FIELDS, events)
        if statements:
            put("complaints_statementofreasons", STATEMENT_FIELDS, statements)
        enqueue_many(_work(batch), run_at=recorded)
    return [new for _, new, _ in last.values()]


Last = dict[int, tuple[Held, Case, bytes]]


def _links(batch: Sequence[Step], recorded: datetime) -> tuple[Last, list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The chain grown by this batch: per complaint its last case and head, and the rows of events and statements."""
    when, last = instant_writer(), {}
    events: list[tuple[Any, ...]] = []
    statements: list[tuple[Any, ...]] = []
    recorded_value, write = when(recorded), _Payloads(recorded)
    for held, step, data, reasons in batch:
        new = step.new
        payload = write(held.number, step, data)
        head = chain.event_hash(last[held.id][2] if held.id in last else held.head, payload)
        last[held.id] = (held, new, head)
        row = (held.id, new.seq, step.event, step.by, when(step.at), recorded_value, new.state, new.ask)
        events.append((*row, payload.decode(), head))
        if step.raises_ask and step.by != "seller":  # what a seller does itself nobody has to justify to it
            if reasons is None:
                raise ReasonsMissing(f"{held.number}: {step.event} restricts the listing; pass the reasons")
            statements.append(statement_row(held.id, new, step.event, reasons, when))
    return last, events, statements


class _Payloads:
    """Writes the payloads of one batch. Events without data that differ in case and instant only share one form."""

    def __init__(self, recorded: datetime) -> None:
        self.recorded = recorded.isoformat()
        self.forms: dict[tuple[str, ...], Callable[..., bytes]] = {}

    def __call__(self, number: str, step: Transition, data: Mapping[str, str | int]) -> bytes:
        key = (step.event, step.by, step.new.state, step.new.ask)
        if data:
            return chain.payload(
                **self._shared(*key), data=data, complaint=number, seq=step.new.seq, at=step.at.isoformat()
            )
        if key not in self.forms:
            self.forms[key] = chain.form({**self._shared(*key), "data": {}}, "complaint", "seq", "at")
        return self.forms[key](number, step.new.seq, step.at.isoformat())

    def _shared(self, event: str, by: str, state: str, ask: str) -> dict[str, str]:
        return {"event": event, "by": by, "state": state, "ask": ask, "recorded_at": self.recorded}


def statement_row(
    complaint_id: int, case: Case, cause: str, reasons: Reasons, when: Callable[[datetime | None], Any]
) -> tuple[Any, ...]:
    """The columns of a statement of reasons, as `STATEMENT_FIELDS` names them."""
    return (
        complaint_id, case.seq, when(case.at), case.ask, cause,
        _as_json(reasons.grounds),
        reasons.facts if isinstance(reasons.facts, str) else json.dumps(dict(reasons.facts)),
        reasons.words,
        reasons.automated_detection, reasons.automated_decision,
    )  # fmt: skip


@lru_cache(maxsize=256)
def _as_json(codes: tuple[str, ...]) -> str:
    return json.dumps(codes)


def _guarded_update(last: Last) -> None:
    when = instant_writer()
    rows = [
        (*case_columns(held.procedure, new, head, when), held.id, held.case.state, held.case.seq)
        for held, new, head in last.values()
    ]
    update = _update_postgres if connection.vendor == "postgresql" else _update_sqlite
    with connection.cursor() as cursor:
        changed = update(cursor, rows)
    if changed != len(rows):
        raise StaleCase(list(last))


def _update_postgres(cursor: Any, rows: list[tuple[Any, ...]]) -> int:
    columns = {"id": "bigint", **{name: TYPES[name] for name in CASE_FIELDS}, "old_state": "text", "old_seq": "integer"}
    value, source, given = as_set(columns, [(row[-3], *row[:-3], *row[-2:]) for row in rows])
    sets = ", ".join(f"{name} = {value[name]}" for name in CASE_FIELDS)
    guard = f"c.id = v.id AND c.state = {value['old_state']} AND c.seq = {value['old_seq']}"
    cursor.execute(f"UPDATE complaints_complaint c SET {sets} FROM {source} WHERE {guard}", given)
    return int(cursor.rowcount)


def _update_sqlite(cursor: Any, rows: list[tuple[Any, ...]]) -> int:
    sets = ", ".join(f"{name} = %s" for name in CASE_FIELDS)
    cursor.executemany(f"UPDATE complaints_complaint SET {sets} WHERE id = %s AND state = %s AND seq = %s", rows)
    return int(cursor.rowcount)


def case_columns(
    procedure: Procedure, new: Case, head: bytes, when: Callable[[datetime | None], Any]
) -> tuple[Any, ...]:
    """The columns of a case, as `CASE_FIELDS` names them."""
    state = procedure.states[new.state]
    outcome = state.outcome or ""
    waits_on = state.waits_on or ""
    reminds = waits_on in HEARD and new.due_at is not None
    remind_at = next_reminder(new, new.at) if reminds else None
    return (
        new.state, when(new.at), new.seq, new.round, new.ask, when(new.clock_from), when(new.due_at), new.escalated,
        when(new.anchor_at), new.units, json.dumps([list(frame) for frame in new.back]) if new.back else "[]",
        waits_on, awaits_service(procedure, new), outcome, when(new.at if outcome else None), head, when(remind_at),
    )  # fmt: skip


def _work(batch: Sequence[Step]) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    """What follows from these steps: telling the parties of each notice, and asking the marketplace where the ask changed."""
    for notice_id in {step.held.notice_id for step in batch}:
        yield "tell", str(notice_id), {}
    for held, step, _, _ in batch:
        if step.old.ask != step.new.ask or step.event in LISTING_EVENTS:
            yield "enforce", str(held.listing_id), {}


LISTING_EVENTS = frozenset({"opened", "listing_gone", "listing_returned"})
REMINDERS = ("reminder_first", "reminder_second", "reminder_last")  # in the policy, percent of the clock


def next_reminder(case: Case, after: datetime) -> datetime | None:
    """The next instant after `after` at which the party should be reminded; None when none is left."""
    return next((instant for instant in reminder_instants(case) if instant > after), None)


def reminder_instants(case: Case) -> list[datetime]:
    """When the party is reminded of the running clock, in order; none while no clock runs."""
    if case.clock_from is None or case.due_at is None:
        return []
    span = case.due_at - case.clock_from
    return [case.clock_from + span * catalogue.load().number(name) / 100 for name in REMINDERS]


def move_reminders(ids: Iterable[int], *, past: int) -> None:
    """The first `past` reminders of these cases are done with, given or overtaken: the next one, if any, stands."""
    with transaction.atomic():
        for held in hold(ids):
            instants = [*reminder_instants(held.case)[past:], None]
            Complaint.objects.filter(pk=held.id).update(remind_at=instants[0])


# --- one event on some cases ----------------------------------------------------------------------------------------------


def act(
    ids: Iterable[int],
    event: str,
    *,
    by: str,
    at: datetime,
    seen: Mapping[int, int] | None = None,
    facts: frozenset[str] = frozenset(),
    data: Mapping[str, str | int] | None = None,
    reasons: Reasons | None = None,
) -> list[Case]:
    """Let `event` by `by` happen to each of these cases at `at`; what fell due before comes first, as silence.

    `seen` is the seq of each case as the person saw it: a case that moved since refuses all with StaleCase. Raises the
    refusals of core.complaint. Nothing is written unless every case can take the event.
    """
    with transaction.atomic():
        held = hold(ids)
        due = {case.id: silence(case, at) for case in held}
        moved = [h.id for h in held if seen is not None and (due[h.id] or seen.get(h.id) != h.case.seq)]
        if not moved:
            made = ((*due[h.id], _step(h, due[h.id], event, by, at, facts, data, reasons)) for h in held)
            return record_transitions([step for steps in made for step in steps])
    catch_up_cases(moved, now=at)
    raise StaleCase(moved)


def _step(
    held: Held,
    due: list[Step],
    event: str,
    by: str,
    at: datetime,
    facts: frozenset[str],
    data: Mapping[str, str | int] | None,
    reasons: Reasons | None,
) -> Step:
    now = due[-1].transition.new if due else held.case
    made = advance(held.procedure, now, event, by=by, at=at, calendars=held.calendars, facts=facts)
    return Step(held, made, data or {}, reasons)


def silence(held: Held, now: datetime) -> list[Step]:
    """The steps that clocks alone have made in this case by `now`."""
    steps = catch_up(held.procedure, held.case, now, held.calendars)
    return [Step(held, step, {}, _silent(held, step) if step.raises_ask else None) for step in steps]


def _silent(held: Held, step: Transition) -> Reasons:
    """The reasons of a restriction that silence caused: told then, no answer until then."""
    told = step.old.clock_from.isoformat() if step.old.clock_from else ""
    facts = f'{{"told_at": "{told}", "due_at": "{step.at.isoformat()}"}}'
    return Reasons(("no_answer",), facts, automated_decision=True)


def bring_up_to_date(complaint: Complaint, *, now: datetime) -> Complaint:
    """The case as it stands at `now`, whether or not a sweep has come by: for whoever is about to look at it."""
    if complaint.due_at is not None and complaint.due_at <= now and not complaint.escalated:
        catch_up_cases([complaint.pk], now=now)
        complaint.refresh_from_db()
    return complaint


def catch_up_cases(ids: Iterable[int], *, now: datetime) -> None:
    """Record what fell due in these cases by `now`."""
    with transaction.atomic():
        record_transitions([step for held in hold(ids) for step in silence(held, now)])


def sweep(*, now: datetime, limit: int = SWEEP_BATCH) -> int:
    """Record what fell due by `now`, one batch; returns how many cases moved. Safe beside any number of other sweeps."""
    with transaction.atomic():
        due = hold_due(now, limit)
        record_transitions([step for held in due for step in silence(held, now)])
    return len(due)


def record_service(ids: Iterable[int], *, at: datetime, channel: str, party: str) -> int:
    """The party these cases wait on was told at `at`; returns how many clocks this starts. Telling twice is harmless."""
    with transaction.atomic():
        steps = []
        for held in hold(ids):
            if awaits_service(held.procedure, held.case) and held.procedure.states[held.case.state].waits_on == party:
                served_at = max(at, held.case.at)
                made = serve(held.procedure, held.case, at=served_at, calendars=held.calendars)
                steps.append(Step(held, made, {"channel": channel}))
        record_transitions(steps)
    return len(steps)
