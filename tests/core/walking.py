"""Walks complaints through packs for the tests: one by hand with local dates, or every one there can be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from countermark.core import calendar
from countermark.core.complaint import (
    ASKS,
    FACTS,
    Case,
    Transition,
    advance,
    awaits_service,
    catch_up,
    open_case,
    serve,
)
from countermark.core.procedure import Procedure
from countermark.core.procedure_loader import load, pack_ids

PACKS = pack_ids()
STRONGER = {"nothing": 0, "pause": 1, "remove": 2}
assert tuple(STRONGER) == ASKS


def calendars_of(place: str) -> dict[str, calendar.Calendar]:
    """Every calendar a pack may name, with that of the place of sale."""
    known = {name: calendar.load(name) for name in ("CN", "US-federal", "EU", "none")}
    return {**known, "marketplace": calendar.load(place)}


class Walk:
    """One complaint under one pack. Instants are texts in the local time of the place, "2026-02-13 10:00"."""

    def __init__(self, pack: str, at: str, *, place: str, timing: str | None = None) -> None:
        self.procedure = load(pack)
        self.calendars = calendars_of(place)
        self.zone = calendar.load(place).tz
        self.steps: list[Transition] = []
        self.case = open_case(
            self.procedure,
            timing=timing or self.procedure.timing[0],
            at=self.instant(at),
            calendars=self.calendars,
            zone=self.zone.key,
        )

    def instant(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self.zone).astimezone(UTC)

    def local(self, at: datetime | None) -> str | None:
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M") if at else None

    def until(self, now: str) -> list[str]:
        """Let time pass; returns which states fell due and when, as local texts."""
        fell = catch_up(self.procedure, self.case, self.instant(now), self.calendars)
        for step in fell:
            self.take(step)
        return [f"{step.old.state} {self.local(step.at)}" for step in fell]

    def does(self, by: str, event: str, at: str, *facts: str) -> Transition:
        """What fell due comes first, then the event."""
        self.until(at)
        step = advance(
            self.procedure,
            self.case,
            event,
            by=by,
            at=self.instant(at),
            calendars=self.calendars,
            facts=frozenset(facts),
        )
        return self.take(step)

    def told(self, at: str) -> Case:
        """The party waited on is told: its clock starts."""
        return self.take(serve(self.procedure, self.case, at=self.instant(at), calendars=self.calendars)).new

    def take(self, step: Transition) -> Transition:
        assert step.old == self.case
        self.steps.append(step)
        self.case = step.new
        return step

    @property
    def stands(self) -> tuple[str, str, str | None]:
        """State, what is asked of the listing, outcome."""
        return self.case.state, self.case.ask, self.procedure.states[self.case.state].outcome

    @property
    def late_from(self) -> str | None:
        return self.local(self.case.due_at)

    @property
    def restricted_by(self) -> list[str]:
        """The events that restricted the listing more than before: a statement of reasons was due for each."""
        return [step.event for step in self.steps if step.raises_ask]


MERCY = {"withdrawn", "retracted_as_error", "counter_accepted"}  # the complainant need not
LUCK = {"ordered_up", "ordered_down", "right_void", "right_in_doubt", "listing_gone", "listing_returned"}

Kind = tuple[str, str, int, bool, bool, tuple[tuple[str, str], ...]]


def kind_of(procedure: Procedure, case: Case) -> Kind:
    """What tells two cases apart, instants left out."""
    frames = tuple((frame.state, frame.ask) for frame in case.back)
    return case.state, case.ask, case.round, case.escalated, awaits_service(procedure, case), frames


def every_step(procedure: Procedure, timing: str) -> list[Transition]:
    """Every step there can be under this pack, each kind of case once: all roles, facts, services and silences."""
    calendars = calendars_of("CN")
    start = open_case(
        procedure, timing=timing, at=datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai")), calendars=calendars
    )
    seen, todo, steps = {kind_of(procedure, start)}, [start], []
    while todo:
        case = todo.pop()
        for step in _steps_from(procedure, case, calendars):
            steps.append(step)
            if (kind := kind_of(procedure, step.new)) not in seen:
                seen.add(kind)
                todo.append(step.new)
    return steps


def _steps_from(procedure: Procedure, case: Case, calendars: dict[str, calendar.Calendar]) -> Iterator[Transition]:
    at = case.at + timedelta(hours=1)
    if case.due_at is not None and not case.escalated:
        at = min(at, case.due_at - timedelta(seconds=1))
        yield advance(procedure, case, "due", by="clock", at=case.due_at, calendars=calendars)
    if awaits_service(procedure, case):
        yield serve(procedure, case, at=at, calendars=calendars)
    for state, event, role in procedure.moves:
        if state == case.state and role != "clock":
            for facts in (frozenset[str](), frozenset(FACTS)):
                yield advance(procedure, case, event, by=role, at=max(at, case.at), calendars=calendars, facts=facts)


def can_be_free(procedure: Procedure, steps: list[Transition]) -> set[Kind]:
    """The kinds of case from which the listing can be free again without anybody's mercy and without luck."""
    free = {kind_of(procedure, case) for step in steps for case in (step.old, step.new) if case.ask == "nothing"}
    edges = {(kind_of(procedure, s.old), kind_of(procedure, s.new)) for s in steps if s.event not in MERCY | LUCK}
    while grown := {old for old, new in edges if new in free} - free:
        free |= grown
    return free
