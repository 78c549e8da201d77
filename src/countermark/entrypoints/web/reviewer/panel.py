"""What may a reviewer make of this case now, and what did they choose? The decision panel, and reading what it sends.

The choices are the permitted events of the state, never more. A choice may bring a fact with it ("action_ended:seller_won"):
its value is the event and the fact. Each shows what follows from it before it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from countermark.apps.complaints.selectors import CaseView
from countermark.apps.complaints.words import defect_words
from countermark.apps.decisions.services import Made
from countermark.entrypoints import steps_offered
from countermark.entrypoints.steps_offered import consequence, foreseen, grounds, ways
from countermark.entrypoints.web.reviewer import words

SENIOR = "senior"
SHOWN = 5  # grounds shown before "More grounds"
COURT = {
    "": (gettext_lazy("For the complainant"), "u"),
    "seller_won": (gettext_lazy("For the seller"), "n"),
}


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
    found = [_choice(view, value, typed, request) for value in values(view)]
    if found and view.is_yours and _has_senior(request, view):
        act = words.SENIOR
        found.append(Choice(SENIOR, act.label, act.key, act.button, gettext("Only seniors can hold the case then.")))
    return found


def _has_senior(request: HttpRequest, view: CaseView) -> bool:
    person: Any = request.user
    return not person.is_senior and view.complaint.has_senior


def values(view: CaseView) -> list[str]:
    """The value of each choice in the form: the event, and the fact it brings."""
    return [f"{event}:{fact}" if fact else event for event, fact in ways(view)]


def _choice(view: CaseView, value: str, typed: Typed, request: HttpRequest) -> Choice:
    event, _, fact = value.partition(":")
    act = words.ACTS[event]
    label, key = COURT[fact] if event == "action_ended" else (act.label, act.key)
    made = Made(event, facts=frozenset([fact] if fact else []))
    step = foreseen(view.held, made, request.at)
    grounds = _grounds(view, made, typed if typed.choice == value else Typed())
    return Choice(
        value=value,
        label=label,
        key=key,
        button=act.button,
        consequence=consequence(view.procedure, step) if step else "",
        grounds=tuple(grounds[:SHOWN]),
        more=tuple(grounds[SHOWN:]),
    )


def _grounds(view: CaseView, made: Made, typed: Typed) -> list[Ground]:
    return [
        Ground(g.id, gettext(g.title), str(n) if n < 10 else "", g.id in typed.grounds, g.asks_facts)
        for n, g in enumerate(grounds(view, made), 1)
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
    found = steps_offered.preview(view, typed.made, request.at)
    if found is None:
        return None
    missing = tuple(defect_words(defect.code, defect.data)[0] for defect in found.missing)
    return Preview(found.consequence, found.paragraphs, missing, tuple(gettext(check) for check in found.unticked))
