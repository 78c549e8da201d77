"""What may a reviewer make of this case now, and what did they choose? The decision panel, and reading what it sends.

The choices are the permitted events of the state, never more. A choice may bring a fact with it ("action_ended:seller_won"):
its value is the event and the fact. Each shows what follows from it before it is made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from countermark.apps.complaints.held import Held
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.complaints.words import defect_words
from countermark.apps.decisions import selectors, services, statement
from countermark.apps.decisions.services import Made
from countermark.core import catalogue
from countermark.core.complaint import Refusal, Transition
from countermark.entrypoints.web.reviewer import words

SENIOR = "senior"
SHOWN = 5  # grounds shown before "More grounds"
FACTS_OF = {  # event -> the facts one chooses between, each a choice of its own; "" brings none
    "action_ended": ("", "seller_won"),
}
COURT = {
    "": (gettext_lazy("For the complainant"), "u"),
    "seller_won": (gettext_lazy("For the seller"), "n"),
}
CORE = "core_elements"


@dataclass(frozen=True)
class Ground:
    """A ground one can tick; `key` is the digit that ticks it."""

    id: str
    title: str
    key: str
    is_ticked: bool
    asks_words: bool


@dataclass(frozen=True)
class Choice:
    """One way to go: its value in the form, how it is called, what follows, and its grounds."""

    value: str
    label: str | Promise
    key: str
    button: str | Promise
    consequence: str = ""
    grounds: tuple[Ground, ...] = ()
    more: tuple[Ground, ...] = ()


@dataclass(frozen=True)
class Typed:
    """What was chosen and typed so far."""

    choice: str = ""
    grounds: frozenset[str] = frozenset()
    checks: frozenset[str] | None = None  # None: nothing was sent yet, what is plainly met is ticked
    words: str = ""
    and_alike: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def event(self) -> str:
        return self.choice.partition(":")[0]

    @property
    def made(self) -> Made:
        """What goes to the service."""
        fact = self.choice.partition(":")[2]
        facts = frozenset([fact] if fact else [])
        return Made(self.event, tuple(sorted(self.grounds)), tuple(sorted(self.checks or ())), facts, self.words)


def typed_in(request: HttpRequest, view: CaseView) -> Typed:
    """What the form of the panel holds; the grounds in the order they are offered."""
    sent: QueryDict = request.POST
    choice = sent.get("choice", "").replace("\0", "")[:60]
    return Typed(
        choice=choice,
        grounds=frozenset(sent.getlist(f"grounds-{choice}")),
        checks=frozenset(sent.getlist("checks")) & frozenset(view.reason.checks),
        words=sent.get("words", "").replace("\r\n", "\n"),
        and_alike=bool(sent.get("and_alike")),
    )


def choices(view: CaseView, typed: Typed, request: HttpRequest) -> list[Choice]:
    """The ways to go from here, in the order of the panel."""
    found = [_choice(view, value, typed, request) for value in _values(view)]
    if found and view.is_yours and _has_senior(request, view):
        act = words.SENIOR
        found.append(Choice(SENIOR, act.label, act.key, act.button, gettext("Only seniors can hold the case then.")))
    return found


def _has_senior(request: HttpRequest, view: CaseView) -> bool:
    person: Any = request.user
    return not person.is_senior and selectors.is_there_a_senior(other_than=person)


def _values(view: CaseView) -> Iterator[str]:
    for event in words.OFFERED:
        if event not in view.permitted:
            continue
        for fact in FACTS_OF.get(event, _core(view, event)):
            yield f"{event}:{fact}" if fact else event


def _core(view: CaseView, event: str) -> tuple[str, ...]:
    """A pack may send back only what has its core elements (17 USC 512(c)(3)(B)(ii)); the rest is refused by its own choice."""
    moves = view.procedure.moves.get((view.complaint.state, event, "reviewer"), ())
    return (CORE,) if any(target.guard == CORE for target in moves) else ("",)


def _choice(view: CaseView, value: str, typed: Typed, request: HttpRequest) -> Choice:
    event, _, fact = value.partition(":")
    act = words.ACTS[event]
    label, key = COURT[fact] if event == "action_ended" else (act.label, act.key)
    made = Made(event, facts=frozenset([fact] if fact else []))
    step = foreseen(view.held, made, request)
    grounds = _grounds(view, made, typed if typed.choice == value else Typed())
    return Choice(
        value=value,
        label=label,
        key=key,
        button=act.button,
        consequence=words.consequence(view.procedure, step) if step else "",
        grounds=tuple(grounds[:SHOWN]),
        more=tuple(grounds[SHOWN:]),
    )


def foreseen(held: Held, made: Made, request: HttpRequest) -> Transition | None:
    """The step as it would happen now; None when it cannot."""
    try:
        return services.foresee(held, made, at=request.at)  # type: ignore[attr-defined]
    except Refusal:
        return None


def _grounds(view: CaseView, made: Made, typed: Typed) -> list[Ground]:
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
    ordered = list(dict.fromkeys([*usual, *answers, *papers, *fitting]))
    return [
        Ground(g.id, gettext(g.title), str(n) if n < 10 else "", g.id in typed.grounds, g.asks_facts)
        for n, g in enumerate(ordered, 1)
    ]


@dataclass(frozen=True)
class Preview:
    """What will be sent if the panel goes out as it is; `missing` keeps it from going, `unticked` only warns."""

    consequence: str
    paragraphs: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    unticked: tuple[str, ...]


def preview(view: CaseView, typed: Typed, request: HttpRequest) -> Preview | None:
    """The statement as it will be sent; None while nothing is chosen."""
    made = typed.made
    if made.event not in view.permitted or (step := foreseen(view.held, made, request)) is None:
        return None
    found = services.defects(view.complaint, view.held, made, step)
    known = [ground for ground in made.grounds if ground in catalogue.load().decision_grounds]
    told: list[tuple[str, str]] = []
    if made.said_as:
        told = statement.foreseen_paragraphs(
            view.complaint,
            step.old,
            step.new,
            verdict=made.said_as,
            grounds=known,
            words=made.words,
            reader="complainant" if made.event == "returned" else "seller",
        )
    return Preview(
        consequence=words.consequence(view.procedure, step),
        paragraphs=tuple(told),
        missing=tuple(defect_words(defect.code, defect.data)[0] for defect in found if defect.blocks),
        unticked=tuple(gettext(str(defect.data["check"])) for defect in found if defect.code == "check_not_met"),
    )
