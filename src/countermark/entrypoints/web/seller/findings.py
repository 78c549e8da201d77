"""What is the finding of a case for its seller, what happens if nobody does anything, and what can still be done?

All of it is derived from the pack, never from a table of packs: `foresee` says where silence leads, the states say what is then
asked of the listing. The words are about the listing and the clock; nobody is called anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, gettext_lazy, ngettext

from countermark.apps.complaints import words
from countermark.apps.complaints.counter_drafts import FILED
from countermark.apps.complaints.held import Held
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.work import moments
from countermark.core.complaint import foresee
from countermark.core.procedure import TIMINGS, State

TURN = {  # whose move it is, when it is not the seller's: heading of the clock
    "complainant": gettext_lazy("Their turn: %(left)s"),
    "reviewer": gettext_lazy("Our turn: %(left)s"),
    "marketplace": gettext_lazy("Being put back: %(left)s"),
}
MEANWHILE = {
    "nothing": gettext_lazy("Your listing stays up meanwhile."),
    "pause": gettext_lazy("Your listing is paused meanwhile."),
    "remove": gettext_lazy("Your listing stays down meanwhile."),
}


@dataclass(frozen=True)
class Clock:
    """The clock box: heading, what its end does, tone."""

    heading: str
    sub: str
    tone: str


# --- the finding --------------------------------------------------------------------------------------------------------


def finding(view: CaseView) -> str:
    """The h1: what is the case, in one sentence."""
    case, who = view.complaint, {"who": view.complainant_name}
    if view.is_yours and case.ask != "remove":
        return gettext("%(who)s claims: %(claim)s") % {**who, "claim": view.reason_title}
    if FILED in view.permitted:
        return gettext("Your listing is down, and you may still answer")
    if case.outcome:
        return _ended(view)
    if case.state == "suspended":
        return gettext("The case is paused: we check whether the right still holds")
    waiting = {
        "complainant": gettext("Your answer is with %(who)s") % who,
        "marketplace": gettext("Your listing is on its way back"),
    }
    ours = gettext("Your answer is with us") if _has_answered(view) else gettext("The case is with us")
    return waiting.get(case.waits_on, ours)


def _has_answered(view: CaseView) -> bool:
    return any(entry.counter for entry in view.trail)


def _ended(view: CaseView) -> str:
    said = {
        "upheld": gettext("Upheld: your listing stays down"),
        "not_upheld": gettext("Not upheld: your listing is up"),
        "dropped": gettext("The complaint was dropped: your listing is up"),
        "refused": gettext("The notice was refused: your listing is up"),
        "withdrawn": gettext("The complaint was withdrawn: your listing is up"),
        "reversed": gettext("The complaint was undone as wrong: your listing is up"),
        "moot": gettext("The case rests: your listing is gone"),
        "in_court": gettext("The case is before a court: your listing stays down"),
    }
    if view.complaint.outcome == "upheld" and any(entry.event == "seller_removed" for entry in view.trail):
        return gettext("You took the listing down: the case is closed")
    return said[view.complaint.outcome]


def status(view: CaseView) -> words.Said:
    """Where the case stands as a tag: one that rests and can still be answered says so."""
    if FILED in view.permitted and not view.complaint.waits_on:
        return words.Said("rest", "eye-slash", str(words.YOURS["removed"]))
    return view.status


# --- the clock ----------------------------------------------------------------------------------------------------------


def clock(view: CaseView, at: datetime) -> Clock | None:
    """The words of the clock box; None while no clock runs."""
    if view.due is None:
        return None
    left = moments.time_left(view.due, at)
    if view.is_yours:
        return Clock(gettext("To answer: %(left)s") % {"left": left.amount}, until_then(view), left.tone)
    if view.complaint.escalated:
        sub = gettext("Senior review was alarmed. Our being late decides nothing against you.")
        return Clock(gettext("We are late"), f"{sub} {MEANWHILE[view.complaint.ask]}", "wait")
    heading = TURN.get(view.complaint.waits_on, TURN["reviewer"]) % {"left": left.amount}
    return Clock(str(heading), " ".join(_others_silence(view)), "wait")


def until_then(view: CaseView) -> str:
    return {
        "nothing": gettext("Your listing stays up until then."),
        "pause": gettext("Your listing is paused until then."),
        "remove": gettext("Your listing is down meanwhile."),
    }[view.complaint.ask]


def _others_silence(view: CaseView) -> Iterator[str]:
    yield str(MEANWHILE[view.complaint.ask])
    if escalates(view.held):
        yield gettext("If we are late, senior review is alarmed; nothing is then decided against you.")
    else:
        yield _end_of_their_time(view.held.case.ask, asks_after(view.held))


def _end_of_their_time(now: str, then: str) -> str:
    if then == "nothing" and now == "nothing":
        return gettext("If they do not act in time, the complaint ends and your listing stays.")
    if then == "nothing":
        return gettext("If they do not act in time, your listing comes back.")
    return gettext("If they do not act in time, your listing stays as it is.")


# --- where silence leads ------------------------------------------------------------------------------------------------


def escalates(held: Held) -> bool:
    """Whether the end of the running clock only raises an alarm with us."""
    targets = held.procedure.moves.get((held.case.state, "due", "clock"), ())
    return bool(targets) and targets[0].to == "@escalate"


def after_silence(held: Held) -> State:
    return held.procedure.states[foresee(held.procedure, held.case, "due", "clock")]


def asks_after(held: Held, state: State | None = None) -> str:
    """What is asked of the listing in `state` (by default: once the clock has run out)."""
    then = (state or after_silence(held)).asks
    return {"as_before": held.case.ask, "by_timing": TIMINGS[held.case.timing]}.get(then, then)


def if_nothing(view: CaseView) -> list[str]:
    """What happens if the seller does nothing, sentence by sentence; [] when it is not asked to do anything."""
    held = view.held
    if view.is_yours and view.due is not None:
        return [*_end_of_your_time(view), *chances_after(held)]
    if FILED in view.permitted:
        return [
            gettext(
                "Your listing stays down. Nothing else happens until you answer, and no time limit is set for that."
            )
        ]
    return []


def _end_of_your_time(view: CaseView) -> Iterator[str]:
    held, due = view.held, view.due
    assert due is not None
    said = {"when": moments.moment(due.due_at, due.zone)}
    if asks_after(held) == "remove" and held.case.ask != "remove":
        yield gettext("On %(when)s the listing is taken down.") % said
    elif asks_after(held) == "remove":
        yield gettext("On %(when)s this chance is used up, and the listing stays down.") % said
    else:
        yield gettext("On %(when)s the complaint ends and your listing comes back.") % said


def chances_after(held: Held) -> Iterator[str]:
    """How many chances silence leaves, and how long each is."""
    after = after_silence(held)
    amounts = _later_amounts(held, after)
    if not amounts:
        if FILED not in held.procedure.events.get((after.name, "seller"), ()):
            yield gettext(
                "That was your last chance to answer here; an appeal, where the law gives one, and a court remain."
            )
        return
    spec = held.procedure.clocks[str(after.clock)]
    times = [moments.duration(amount, spec.unit) for amount in amounts]
    same = len(set(times)) == 1
    said = {"count": len(times), "time": times[0] if same else moments.joined(times)}
    yield (
        ngettext(
            "You then have one more chance to answer, %(time)s long; if it succeeds, the listing comes back.",
            "You then have %(count)s more chances to answer, %(time)s each; if one succeeds, the listing comes back.",
            len(times),
        )
        % said
    )


def _later_amounts(held: Held, after: State) -> tuple[int, ...]:
    if after.waits_on != "seller" or after.clock is None:
        return ()
    spec = held.procedure.clocks[after.clock]
    return spec.amounts[held.case.round :] if spec.consumes_round else ()


def chance(held: Held) -> str:
    """Which chance is open: "second of three"; "" where the pack counts none."""
    most = held.procedure.chances
    if not most or not held.case.round:
        return ""
    return gettext("chance %(round)s of %(most)s") % {"round": held.case.round, "most": most}


# --- what an answer does ------------------------------------------------------------------------------------------------


def after_answer(held: Held) -> list[str]:
    """What follows once the counter-notice is filed: who looks at it, how long, and what their silence means."""
    state = held.procedure.states[foresee(held.procedure, held.case, FILED, "seller")]
    spec = held.procedure.clocks[state.clock] if state.clock else None
    if spec is None:
        return []
    time = moments.duration(spec.for_round(held.case.round).amount, spec.unit)
    if state.waits_on == "reviewer":
        return [gettext("We check within %(time)s that your answer is complete, and pass it on.") % {"time": time}]
    said = [gettext("The complainant has %(time)s from the day they are told.") % {"time": time}]
    if spec.starts.startswith("received"):
        said = [
            gettext("The complainant has %(time)s, counted from your answer, to show that they went to court.")
            % {"time": time}
        ]
    targets = held.procedure.moves.get((state.name, "due", "clock"), ())
    then = held.procedure.states.get(targets[-1].to) if targets else None
    if then is not None:
        said.append(_end_of_their_time(asks_after(held, state), asks_after(held, then)))
    return said


# --- what can still be done ---------------------------------------------------------------------------------------------


def may_ask_to_withdraw(view: CaseView) -> bool:
    """Whether writing to the complainant may help: they are told to the seller, and something hangs on the case."""
    return bool(view.complainant_email) and (view.complaint.ask != "nothing" or not view.complaint.outcome)
