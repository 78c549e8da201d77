"""Which steps can a reviewer take in a case now, on which grounds, and what follows from each? For pages and programs alike.

The steps are the permitted events of the state, never more; some bring a fact with them. Consequences are read from the
pack: a step is made on paper (`decisions.services.foresee`) and its result is worded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from countermark.apps.complaints.held import Held
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.decisions import services, statement
from countermark.apps.decisions.appeals import GROUND
from countermark.apps.decisions.services import Made
from countermark.apps.work import moments
from countermark.core import catalogue
from countermark.core.appeal import GRANTED
from countermark.core.catalogue import DecisionGround
from countermark.core.complaint import Refusal, Transition
from countermark.core.defect import Defect
from countermark.core.procedure import Procedure
from countermark.core.rights.applicability import applies
from countermark.core.rights.facts import RightFacts

OFFERED = (  # in the order of the panel; an appeal is a case of its own
    *("accepted", "returned", "refused", "decided_for_holder", "decided_for_seller", "restricted", "kept"),
    *("declaration_forwarded", "declaration_returned", "extension_granted", "action_ended"),
)
FACTS_OF = {  # event -> the facts one chooses between, each a choice of its own; "" brings none
    "action_ended": ("", "seller_won"),
}
CORE = "core_elements"
FACTS = ("", "seller_won", CORE)
EVERYWHERE = "*"

LISTING = {  # (asked of the listing before, after) -> what happens to it
    ("nothing", "nothing"): gettext_lazy("The listing stays up."),
    ("nothing", "pause"): gettext_lazy("The listing is hidden from buyers."),
    ("nothing", "remove"): gettext_lazy("The listing comes down."),
    ("pause", "nothing"): gettext_lazy("The listing is shown again."),
    ("pause", "pause"): gettext_lazy("The listing stays hidden."),
    ("pause", "remove"): gettext_lazy("The listing comes down."),
    ("remove", "nothing"): gettext_lazy("The listing comes back."),
    ("remove", "pause"): gettext_lazy("The listing comes back, hidden for now."),
    ("remove", "remove"): gettext_lazy("The listing stays down."),
}
CHANCES = {
    1: gettext_lazy("The seller is told and has %(time)s to answer."),
    2: gettext_lazy("The seller has a second chance, %(time)s."),
    3: gettext_lazy("The seller has a third chance, %(time)s."),
}


# --- what is offered ------------------------------------------------------------------------------------------------------


def ways(view: CaseView) -> Iterator[tuple[str, str]]:
    """The steps open now, each as (event, fact); "" where it brings none."""
    for event in OFFERED:
        if event in view.permitted:
            yield from ((event, fact) for fact in FACTS_OF.get(event, _core(view, event)))


def _core(view: CaseView, event: str) -> tuple[str, ...]:
    """A pack may send back only what has its core elements (17 USC 512(c)(3)(B)(ii)); the rest is refused by its own choice."""
    moves = view.procedure.moves.get((view.complaint.state, event, "reviewer"), ())
    return (CORE,) if any(target.guard == CORE for target in moves) else ("",)


def grounds(view: CaseView, made: Made) -> list[DecisionGround]:
    """The grounds this step can rest on, the usual ones first. Answers to papers only where papers were shown."""
    if not made.said_as:
        return []
    offered = catalogue.load().decision_grounds_for(view.notice.reason, made.said_as)
    answered = any(entry.event == "counter_notice_filed" for entry in view.trail)
    fitting = [ground for ground in offered if ground.role != "answer" or answered]
    usual = [g for g in fitting if g.id in view.reason.grounds]
    answers = [g for g in fitting if g.role == "answer"]
    papers = [
        g for g in fitting if answered and made.verdict == "not_upheld" and not g.asks_facts
    ]  # what was shown speaks
    return list(dict.fromkeys([*usual, *answers, *papers, *fitting]))


# --- what follows ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Preview:
    """What will be sent if the step is made as it is; `missing` keeps it from going, `unticked` only warns."""

    consequence: str
    paragraphs: tuple[tuple[str, str], ...]
    missing: tuple[Defect, ...]
    unticked: tuple[str, ...]


def foreseen(held: Held, made: Made, at: datetime) -> Transition | None:
    """The step as it would happen now; None when it cannot."""
    try:
        return services.foresee(held, made, at=at)
    except Refusal:
        return None


def preview(view: CaseView, made: Made, at: datetime) -> Preview | None:
    """The statement as it will be sent; None when the step cannot be made."""
    if made.event not in view.permitted or (step := foreseen(view.held, made, at)) is None:
        return None
    found = services.defects(view.complaint, view.held, made, step)
    return Preview(
        consequence=consequence(view.procedure, step),
        paragraphs=tuple(_told(view, made, step)),
        missing=tuple(defect for defect in found if defect.blocks),
        unticked=tuple(str(defect.data["check"]) for defect in found if defect.code == "check_not_met"),
    )


def _told(view: CaseView, made: Made, step: Transition) -> Sequence[tuple[str, str]]:
    if not made.said_as:
        return ()
    return statement.foreseen_paragraphs(
        view.complaint,
        step.old,
        step.new,
        verdict=made.said_as,
        grounds=[ground for ground in made.grounds if ground in catalogue.load().decision_grounds],
        words=made.words,
        reader="complainant" if made.event == "returned" else "seller",
    )


def consequence(procedure: Procedure, step: Transition) -> str:
    """What a step does: to the listing, and whose turn it is then, for how long."""
    new = step.new
    if step.event in ("refused", "returned"):
        first = gettext("The seller is not troubled.")
    else:
        first = str(LISTING[step.old.ask, new.ask])
    return " ".join(part for part in (first, _turn(procedure, step)) if part)


def _turn(procedure: Procedure, step: Transition) -> str:
    state, spec = procedure.states[step.new.state], procedure.clock_of(step.new.state)
    if spec is None or state.waits_on is None:
        return _rests(procedure, step)
    clock = spec.for_round(step.new.round)
    time = {"time": moments.duration(clock.amount, clock.unit)}
    if state.waits_on == "seller":
        return CHANCES.get(step.new.round, CHANCES[3]) % time
    if state.waits_on == "complainant" and step.new.state == "returned":
        return gettext("The complainant has %(time)s to mend it.") % time
    if state.waits_on == "complainant":
        return gettext("The complainant has %(time)s.") % time
    return ""


def _rests(procedure: Procedure, step: Transition) -> str:
    if "counter_notice_filed" in procedure.events.get((step.new.state, "seller"), ()):
        return gettext("The seller can answer at any time.")
    if step.event == "refused":
        return gettext("The case ends.")
    if procedure.chances > 1 and step.new.round >= procedure.chances and step.new.ask != "nothing":
        return gettext("No chance is left; the case rests.")
    return gettext("The case ends.")


# --- an appeal ------------------------------------------------------------------------------------------------------------


def grant_foreseen(view: CaseView, at: datetime) -> Transition:
    """What granting the appeal would do to the case. Raises the refusals of core.complaint."""
    return services.foresee(view.held, Made(GRANTED, grounds=(GROUND,)), at=at)


def appeal_preview(view: CaseView, granted: bool | None, words: str, at: datetime) -> statement.Paragraphs:
    """What will be sent, in the words of the letter to the seller where the listing changes. None: closed."""
    if not granted:
        closed = gettext("The appeal in %(number)s is closed.") % {"number": view.complaint.number}
        stands = closed if granted is None else gettext("The decision stands.")
        return [(gettext("What we do"), stands), (gettext("Why"), words)]
    made = grant_foreseen(view, at)
    restricts = made.raises_ask
    return statement.foreseen_paragraphs(
        view.complaint,
        made.old,
        made.new,
        verdict="upheld" if restricts else "",
        grounds=(GROUND,) if restricts else (),
        words=words,
        reader="seller" if restricts else "reviewer",
    )


# --- what the reason asks for ---------------------------------------------------------------------------------------------


def plainly_met(view: CaseView) -> Iterator[tuple[str, str]]:
    """What needs no judgement, each with the fact it follows from."""
    frozen, notice = view.notice.right_frozen, view.notice
    place, copy, mark = notice.marketplace, view.complaint.copy, mark_of(view)
    if frozen and any(_holds_in(frozen, where) for where in _offered(place)):
        yield "right_covers_territory", _covers(frozen["territory"])
    if mark and mark.casefold() in f"{copy.title} {copy.text}".casefold():
        yield "mark_in_text", gettext("The mark stands in the text.")


def _covers(codes: str) -> str:
    if codes == EVERYWHERE:
        return gettext("It holds everywhere.")
    return gettext("It holds in %(places)s.") % {"places": territory_said(codes)}


def _offered(place: Any) -> list[str]:
    return [*place.offered_in, place.territory]


def _holds_in(frozen: Mapping[str, Any], where: str) -> bool:
    """Whether the right holds there without anybody's judgement."""
    return applies(frozen_facts(frozen), where).rule.plain


def frozen_facts(frozen: Mapping[str, Any], *, classes: tuple[int, ...] = ()) -> RightFacts:
    """What decides where a right counts, of a right as it stood at filing."""
    kind, office, places = (frozen.get(name) or "" for name in ("kind", "office", "territory"))
    return RightFacts("", kind, office, places, classes=classes)


def mark_of(view: CaseView) -> str:
    """The words of the mark, where the right is one."""
    frozen = view.notice.right_frozen
    return str(frozen.get("name") or "") if frozen.get("kind") == "trademark" else ""


def territory_said(codes: str) -> str:
    """Where a right holds: "CN, EU", or everywhere."""
    return gettext("everywhere") if codes == EVERYWHERE else moments.joined(codes.split())
