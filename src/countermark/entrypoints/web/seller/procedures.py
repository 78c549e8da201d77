"""How does this procedure go? Its states in order, read from the pack: who acts, how long, and what the end of the time means."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from countermark.apps.complaints import words
from countermark.apps.complaints.held import Held
from countermark.apps.complaints.models import Notice
from countermark.apps.work import moments, packs
from countermark.core import catalogue
from countermark.core.catalogue import CounterGround
from countermark.core.procedure import ClockSpec, Procedure, State

BEFORE_THE_SELLER = ("returned",)  # between the complainant and us, before the seller is told
INTERRUPTIONS = ("suspended",)


@dataclass(frozen=True)
class Stage:
    """One stage: what it is called, who acts, how long, what the end of the time means; `is_now`: the case is there."""

    title: str
    who: str
    time: str
    then: str
    is_now: bool


def stages(held: Held) -> list[Stage]:
    """The stages of this case's procedure that have a clock, in the order of the pack."""
    procedure = held.procedure
    shown = (s for s in procedure.states.values() if s.clock and s.name not in (*BEFORE_THE_SELLER, *INTERRUPTIONS))
    return [_stage(procedure, state, held.case.state) for state in shown]


def _stage(procedure: Procedure, state: State, now: str) -> Stage:
    spec = procedure.clocks[str(state.clock)]
    who = gettext("you") if state.waits_on == "seller" else str(words.PARTIES[str(state.waits_on)])
    then = str(words.DUE.get(state.name, ""))
    if state.waits_on in ("reviewer", "marketplace"):
        then = gettext("Senior review is alarmed; nothing is decided against anybody.")
    return Stage(str(words.WAITING[state.name]), who, _time(spec), then, state.name == now)


def _time(spec: ClockSpec) -> str:
    times = [moments.duration(amount, spec.unit) for amount in dict.fromkeys(spec.amounts)]
    if len(times) == 1:
        return times[0]
    return gettext("%(first)s for the first answer, then %(later)s") % {
        "first": times[0],
        "later": moments.joined(times[1:]),
    }


def grounds(notice: Notice) -> list[CounterGround]:
    """The reasons a counter-notice may give here; none where the procedure has no counter-notice."""
    if not packs.in_force(notice.pack, notice.pack_digest).needs.get("counter_notice"):
        return []
    kind = notice.right.kind if notice.right else None
    return list(catalogue.load().counter_grounds_for(kind, notice.reason))
