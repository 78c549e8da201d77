"""Random parties do random things at random instants under every pack.

No illegal state, no lost clock, no measure without its end.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.walking import PACKS, STRONGER, Kind, calendars_of, can_be_free, every_step, kind_of
from countermark.core.complaint import (
    FACTS,
    BeforeTheLastEvent,
    Case,
    ClockRanOut,
    NotPermitted,
    Transition,
    advance,
    awaits_service,
    catch_up,
    explain_due,
    open_case,
    permitted_events,
    serve,
)
from countermark.core.procedure import ROLES
from countermark.core.procedure_loader import load

INTERRUPTS = {"right_in_doubt", "right_cleared", "listing_gone", "listing_returned", "appeal_granted"}
PLACES = {"CN": "Asia/Shanghai", "US-federal": "America/Los_Angeles", "DE": "Europe/Berlin"}
BY_TIMING = {"after_seller_window": "nothing", "pause_at_acceptance": "pause", "at_acceptance": "remove"}
people = st.sampled_from([role for role in ROLES if role != "clock"])
gaps = st.one_of(
    st.timedeltas(timedelta(0), timedelta(days=2)),
    st.timedeltas(timedelta(0), timedelta(days=60)),
    st.just(timedelta(0)),
)
starts = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
known_events = sorted({event for pack in PACKS for _, event, _ in load(pack).moves})


@cache
def free_again(pack: str, timing: str) -> frozenset[Kind]:
    procedure = load(pack)
    return frozenset(can_be_free(procedure, every_step(procedure, timing)))


class Walks(RuleBasedStateMachine):
    """One complaint and the world around it. Every step is checked as it is made, every case after each rule."""

    pack = "platform"

    @initialize(at=starts, place=st.sampled_from(sorted(PLACES)), choice=st.integers(0, 2))
    def a_notice_is_accepted_for_filing(self, at: datetime, place: str, choice: int) -> None:
        self.procedure = load(self.pack)
        self.calendars = calendars_of(place)
        timing = self.procedure.timing[choice % len(self.procedure.timing)]
        self.case = open_case(self.procedure, timing=timing, at=at, calendars=self.calendars, zone=PLACES[place])
        self.now = at

    # --- what may happen ----------------------------------------------------------------------------------------------

    @rule(gap=gaps, by=people, pick=st.integers(0, 63), facts=st.sets(st.sampled_from(FACTS)))
    def somebody_does_something_permitted(self, gap: timedelta, by: str, pick: int, facts: set[str]) -> None:
        self.sweep(gap)
        events = permitted_events(self.procedure, self.case, by)
        if events:
            self.take(self.tries(by, events[pick % len(events)], frozenset(facts)))

    @rule(gap=gaps, pick=st.integers(0, 63))
    def whoever_is_waited_on_answers(self, gap: timedelta, pick: int) -> None:
        self.sweep(gap)
        by = self.procedure.states[self.case.state].waits_on or "seller"
        own = [event for event in permitted_events(self.procedure, self.case, by)
               if (self.case.state, event, by) in self.procedure.own]  # fmt: skip
        if own:
            self.take(self.tries(by, own[pick % len(own)]))

    @rule(gap=gaps, pick=st.integers(0, 63))
    def something_interrupts_or_resumes(self, gap: timedelta, pick: int) -> None:
        self.sweep(gap)
        moves = [(by, event) for by in ("rights", "marketplace", "reviewer")
                 for event in permitted_events(self.procedure, self.case, by) if event in INTERRUPTS]  # fmt: skip
        if moves:
            self.take(self.tries(*moves[pick % len(moves)]))

    @rule(by=people, event=st.sampled_from(known_events))
    def somebody_tries_something(self, by: str, event: str) -> None:
        self.sweep(timedelta(0))
        if event in permitted_events(self.procedure, self.case, by):
            self.take(self.tries(by, event))
            return
        with pytest.raises(NotPermitted) as refusal:
            self.tries(by, event)
        assert refusal.value.permitted == permitted_events(self.procedure, self.case, by)

    @rule(gap=gaps)
    def time_passes(self, gap: timedelta) -> None:
        self.sweep(gap)

    @precondition(lambda self: self.case.due_at is not None and not self.case.escalated)
    @rule()
    def time_passes_until_the_very_end(self) -> None:
        assert catch_up(self.procedure, self.case, self.case.due_at - timedelta(microseconds=1), self.calendars) == []
        seq = self.case.seq
        self.sweep(max(timedelta(0), self.case.due_at - self.now))
        assert self.case.seq > seq

    @precondition(lambda self: awaits_service(self.procedure, self.case))
    @rule(gap=gaps)
    def the_party_is_told(self, gap: timedelta) -> None:
        assert catch_up(self.procedure, self.case, self.now + gap, self.calendars) == []  # unserved is never late
        self.now += gap
        self.take(serve(self.procedure, self.case, at=self.now, calendars=self.calendars))

    @precondition(lambda self: self.case.due_at is not None and not self.case.escalated)
    @rule(by=people, late=st.timedeltas(timedelta(0), timedelta(days=30)))
    def somebody_is_late(self, by: str, late: timedelta) -> None:
        at = self.case.due_at + late
        for event in permitted_events(self.procedure, self.case, by)[:1]:
            with pytest.raises(ClockRanOut):
                advance(self.procedure, self.case, event, by=by, at=at, calendars=self.calendars)

    @rule(by=people, early=st.timedeltas(timedelta(microseconds=1), timedelta(days=30)))
    def somebody_has_a_wrong_clock(self, by: str, early: timedelta) -> None:
        for event in permitted_events(self.procedure, self.case, by)[:1]:
            with pytest.raises(BeforeTheLastEvent):
                advance(self.procedure, self.case, event, by=by, at=self.case.at - early, calendars=self.calendars)

    # --- how it is done -----------------------------------------------------------------------------------------------

    def sweep(self, gap: timedelta) -> None:
        """Time passes; what fell due is recorded, in as many sweeps as one likes."""
        self.now += gap
        for step in catch_up(self.procedure, self.case, self.now, self.calendars):
            assert step.at == step.old.due_at <= self.now
            self.take(step)
        assert catch_up(self.procedure, self.case, self.now, self.calendars) == []

    def tries(self, by: str, event: str, facts: frozenset[str] = frozenset()) -> Transition:
        return advance(self.procedure, self.case, event, by=by, at=self.now, calendars=self.calendars, facts=facts)

    def take(self, step: Transition) -> None:
        old, new = step.old, step.new
        assert old == self.case
        assert new.seq == old.seq + 1
        assert old.at <= new.at == step.at
        assert (new.timing, new.zone) == (old.timing, old.zone)
        assert new.ask == self.rule_of(step)
        assert step.raises_ask == (STRONGER[new.ask] > STRONGER[old.ask])
        assert step.outcome == self.procedure.states[new.state].outcome
        if step.escalates:
            assert self.procedure.states[old.state].waits_on in ("reviewer", "marketplace")
            assert new._replace(seq=old.seq, at=old.at, escalated=False) == old
        self.case = new

    def rule_of(self, step: Transition) -> str:
        """What the pack says the new state asks of the listing."""
        old, new = step.old, step.new
        if new.state == old.state and new.back == old.back and new.round == old.round:
            return old.ask
        if old.back and new.back == old.back[:-1] and new.state == old.back[-1].state:
            return old.back[-1].ask  # resumed as it was left
        rule = self.procedure.states[new.state].asks
        return {"as_before": old.ask, "by_timing": BY_TIMING[new.timing]}.get(rule, rule)

    # --- what always holds --------------------------------------------------------------------------------------------

    @invariant()
    def the_state_is_one_of_the_pack(self) -> None:
        assert self.case.state in self.procedure.states
        assert self.case.ask in STRONGER

    @invariant()
    def whoever_is_waited_on_has_a_clock_or_has_not_been_told(self) -> None:
        state, case = self.procedure.states[self.case.state], self.case
        if state.waits_on is None:
            assert case.due_at is None and case.clock_from is None and not case.escalated
        else:
            assert (case.due_at is not None) != awaits_service(self.procedure, case)
        if case.due_at is not None:
            assert case.clock_from is not None and case.clock_from <= case.at
            assert case.escalated or case.at <= case.due_at

    @invariant()
    def the_due_date_is_the_one_that_explains_itself(self) -> None:
        due = explain_due(self.procedure, self.case, self.calendars)
        assert (due is None) == (self.case.due_at is None)
        if due is not None:
            assert due.due_at == self.case.due_at

    @invariant()
    def a_measure_has_its_end(self) -> None:
        assert kind_of(self.procedure, self.case) in free_again(self.pack, self.case.timing)

    @invariant()
    def nobody_has_more_chances_than_the_pack_gives(self) -> None:
        assert 0 <= self.case.round <= self.procedure.chances

    @invariant()
    def the_way_back_leads_to_open_states_only(self) -> None:
        case: Case = self.case
        assert bool(case.back) == (case.state in self.procedure.returning)
        assert len({frame.state for frame in case.back} | {case.state}) == len(case.back) + 1
        for frame in case.back:
            state = self.procedure.states[frame.state]
            assert state.is_open and frame.ask in STRONGER
            assert frame.units is None or frame.units >= 1
            assert frame.units is not None or self.procedure.clock_of(frame.state).starts == "served"


def machine(pack: str) -> type:
    """The machine of one pack, as a test of its own."""
    made = type(f"Walks_{pack}", (Walks,), {"pack": pack})
    case = made.TestCase
    case.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
    return case


TestPlatform = machine("platform")
TestCnEcommerceLaw = machine("cn-ecommerce-law")
TestEuNotice = machine("eu-notice")
TestPauseAndAnswer = machine("pause-and-answer")
TestUsDmca512 = machine("us-dmca-512")


def test_every_pack_has_its_machine():
    walked = {pack for pack in PACKS if "Test" + pack.title().replace("-", "") in globals()}
    assert walked == set(PACKS)
