"""What holds under every pack, whatever its law: nobody is stuck, nothing stays down for ever, silence has a meaning."""

from __future__ import annotations

import tomllib
from functools import cache

import pytest

from core.walking import PACKS, STRONGER, can_be_free, every_step, kind_of
from countermark.core import catalogue
from countermark.core.complaint import Transition
from countermark.core.procedure import PARTIES, Procedure
from countermark.core.procedure_loader import FOLDER, load, load_duties

COMMON = tomllib.loads((FOLDER / "common.toml").read_text("utf-8"))
WALKS = [(pack, timing) for pack in PACKS for timing in load(pack).timing]
PLATFORM_ITSELF = ("reviewer", "marketplace")

every_pack = pytest.mark.parametrize("pack", PACKS)
every_walk = pytest.mark.parametrize(("pack", "timing"), WALKS)


@cache
def walked(pack: str, timing: str) -> tuple[Transition, ...]:
    return tuple(every_step(load(pack), timing))


def test_the_five_packs_are_shipped_the_default_first():
    assert PACKS == ("platform", "cn-ecommerce-law", "eu-notice", "pause-and-answer", "us-dmca-512")


@every_pack
def test_no_case_waits_for_a_seller_who_was_not_told_of_it(pack):
    procedure, told = load(pack), {"accepted", "restricted", "ordered_down"}
    seen = {(procedure.start, False)}
    ahead = list(seen)
    while ahead:
        state, was_told = ahead.pop()
        for (leaves, event, _), targets in procedure.moves.items():
            there = {(t.to if t.to in procedure.states else state, was_told or event in told) for t in targets}
            ahead += (there if leaves == state else set()) - seen
            seen |= there if leaves == state else set()
    assert len(seen) > len(procedure.states) / 2
    assert [state for state, was_told in seen if procedure.states[state].waits_on == "seller" and not was_told] == []


@every_walk
def test_every_state_of_a_pack_is_reached_by_somebody_doing_something(pack, timing):
    assert {step.new.state for step in walked(pack, timing)} == set(load(pack).states)


@every_pack
def test_nobody_waits_for_somebody_who_can_do_nothing(pack):
    procedure = load(pack)
    for name, state in procedure.states.items():
        if state.waits_on and name not in COMMON["state"]:
            own = [key for key in procedure.own if key[0] == name and key[2] == state.waits_on]
            assert own, f"{name} waits on the {state.waits_on}"


@every_pack
def test_every_state_waits_by_a_clock_or_rests_with_an_outcome(pack):
    for name, state in load(pack).states.items():
        assert (state.waits_on is not None) == (state.clock is not None), name
        assert state.clock or state.outcome, name
        assert state.waits_on is None or state.waits_on in PARTIES, name


@every_pack
def test_the_end_of_every_clock_is_a_move(pack):
    procedure = load(pack)
    for name in procedure.states:
        assert ((name, "due", "clock") in procedure.moves) == (name in procedure.waiting()), name


@every_pack
def test_the_lateness_of_the_platform_only_raises_an_alarm(pack):
    procedure = load(pack)
    for name, state in procedure.states.items():
        targets = [target.to for target in procedure.moves.get((name, "due", "clock"), ())]
        if state.waits_on in PLATFORM_ITSELF:
            assert targets == ["@escalate"], name
        else:
            assert "@escalate" not in targets, name


@every_walk
def test_a_late_platform_changes_nothing_but_the_alarm(pack, timing):
    procedure = load(pack)
    late = [
        s
        for s in walked(pack, timing)
        if s.event == "due" and procedure.states[s.old.state].waits_on in PLATFORM_ITSELF
    ]
    assert late
    for step in late:
        assert step.new == step.old._replace(seq=step.old.seq + 1, at=step.at, escalated=True)
        assert step.escalates and not step.raises_ask and not step.lowers_ask


@every_walk
def test_every_restriction_is_noticed_so_that_its_reasons_are_stated(pack, timing):
    for step in walked(pack, timing):
        rise = STRONGER[step.new.ask] - STRONGER[step.old.ask]
        assert step.raises_ask == (rise > 0), step
        assert step.lowers_ask == (rise < 0), step


RESTRICTING = {  # which events can restrict a listing, worked out by reading the packs
    "platform": {
        "after_seller_window": {"seller_removed", "due", "decided_for_holder"},
        "pause_at_acceptance": {"accepted", "seller_removed", "due", "decided_for_holder"},
        "at_acceptance": {"accepted"},
    },
    "cn-ecommerce-law": {"at_acceptance": {"accepted"}},
    "eu-notice": {"at_acceptance": {"restricted"}},
    "pause-and-answer": {"pause_at_acceptance": {"accepted", "seller_removed", "due", "decided_for_holder"}},
    "us-dmca-512": {"at_acceptance": {"accepted", "action_filed"}},
}
ANYWHERE = {"ordered_down", "appeal_granted"}  # orders, and an appeal the complainant won, restrict under every law


@every_walk
def test_only_these_events_restrict_a_listing(pack, timing):
    found = {step.event for step in walked(pack, timing) if step.raises_ask}
    resumed = {"listing_returned"} if {"pause", "remove"} & {asked(step) for step in walked(pack, timing)} else set()
    assert found == RESTRICTING[pack][timing] | ANYWHERE | resumed


def asked(step: Transition) -> str:
    """What an open complaint asked of a listing that then was gone; it asks the same when the listing returns."""
    return step.old.ask if step.event == "listing_gone" else "nothing"


@every_walk
def test_every_restriction_ends_without_mercy_or_luck(pack, timing):
    procedure, steps = load(pack), list(walked(pack, timing))
    reached = {kind_of(procedure, step.new) for step in steps}
    assert any(kind[1] != "nothing" for kind in reached)
    assert reached - can_be_free(procedure, steps) == set()


@every_walk
def test_clocks_alone_always_come_to_rest(pack, timing):
    for first in walked(pack, timing):
        silent, case = [step for step in walked(pack, timing) if step.event in ("due", "served")], first.new
        procedure = load(pack)
        for _ in range(2 * procedure.chances + 3):
            case = next((s.new for s in silent if kind_of(procedure, s.old) == kind_of(procedure, case)), None)
            if case is None:
                break
        assert case is None, first.new


def standing(procedure: Procedure, name: str) -> bool:
    state = procedure.states[name]
    return state.outcome is None or state.asks != "nothing" or name == "moot"


@every_pack
def test_what_may_interrupt_any_complaint_may_interrupt_it_under_this_law(pack):
    procedure = load(pack)
    for name, state in procedure.states.items():
        may = {(event, role) for at, event, role in procedure.moves if at == name}
        closed = state.outcome is not None and name != "moot"
        assert (("withdrawn", "complainant") in may) == (standing(procedure, name) and name != "withdrawn"), name
        assert (("ordered_up", "operator") in may) == (name != "reversed"), name
        assert (("ordered_down", "operator") in may) == (name != "reinforced"), name
        assert ("right_void", "rights") in may, name
        assert (("right_in_doubt", "rights") in may) == (state.is_open and name != "suspended"), name
        assert (("listing_gone", "marketplace") in may) == state.is_open, name
        assert (("appeal_granted", "reviewer") in may) == closed, name


@every_pack
def test_no_pack_says_again_what_is_common(pack):
    raw = tomllib.loads((FOLDER / f"{pack}.toml").read_text("utf-8"))
    assert not raw["state"].keys() & COMMON["state"].keys()
    assert not raw["clock"].keys() & COMMON["clock"].keys()
    shared = {tuple(part.strip() for part in move.split("|"))[1:] for move in COMMON["moves"]} - {("due", "clock")}
    assert not {tuple(part.strip() for part in move.split("|"))[1:] for move in raw["moves"]} & shared


@pytest.mark.parametrize("file", sorted(FOLDER.rglob("*.toml")), ids=lambda file: file.stem)
def test_every_number_has_its_source_or_says_that_it_is_ours(file):
    raw = tomllib.loads(file.read_text("utf-8"))
    numbers = [
        f"clock.{name}.{key}"
        for name, table in raw.get("clock", {}).items()
        for key in ("amount", "target")
        if key in table
    ]
    numbers += [f"duty.{duty['do']}.by" for duty in raw.get("duty", ()) if duty["by"][0].isdigit()]
    assert sorted(raw.get("sources", {})) == sorted(numbers)
    for source in raw.get("sources", {}).values():
        assert source.startswith("our proposal: ") or "http" in source or source.endswith("the same page"), source


@every_pack
def test_a_pack_asks_only_for_elements_that_can_be_explained_and_cured(pack):
    elements = catalogue.load().elements
    for needs in load(pack).needs.values():
        for element in needs:
            assert elements[element].text and elements[element].cure


@every_pack
def test_the_duties_a_pack_carries_are_shipped(pack):
    assert [load_duties(duties).id for duties in load(pack).duties] == list(load(pack).duties)


@every_pack
def test_a_right_in_doubt_gives_the_platform_two_weeks_under_every_law(pack):
    clock = load(pack).clock("suspended")
    assert (clock.amount, clock.unit, clock.calendar, clock.starts) == (10, "working", "marketplace", "entered")


def test_how_often_the_seller_is_heard():
    assert {pack: load(pack).chances for pack in PACKS} == {
        "platform": 3,
        "cn-ecommerce-law": 0,  # art. 43 sets no limit for a declaration
        "eu-notice": 0,  # art. 16 hears nobody first; art. 20 does afterwards
        "pause-and-answer": 1,
        "us-dmca-512": 0,  # 512(g) sets no limit for a counter notification
    }
