"""How does a procedure work? Every table here is read from the pack the cases run under, so it cannot say anything else.

The states in the order of the pack: whom each waits for, how long, what the end of the time means, what happens to the
listing meanwhile, and every step there is from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from countermark.apps.complaints import words
from countermark.apps.parties.models import Marketplace
from countermark.apps.parties.selectors import open_marketplaces
from countermark.apps.work import moments
from countermark.core import procedure_loader
from countermark.core.procedure import ClockSpec, Procedure, State, Target
from countermark.entrypoints.packs.diagram import svg
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import ANYONE

SOURCE_MARK = re.compile(r"\s*\[[^\]]*\]\s*")
NAMES = {"complainant": pgettext_lazy("who acts", "The complainant"), "seller": pgettext_lazy("who acts", "The seller")}
MEANWHILE = {
    "as_before": gettext_lazy("The listing stays as it was."),
    "by_timing": gettext_lazy("The listing is up, paused or down, as was fixed when the notice came in."),
    "nothing": gettext_lazy("The listing is up."),
    "pause": gettext_lazy("The listing is paused."),
    "remove": gettext_lazy("The listing is down."),
}
STARTS = {
    "served": gettext_lazy("from the day they are told, which is not counted"),
    "entered": gettext_lazy("from the day it begins, which is not counted"),
}
ABOUT = {
    "platform": gettext_lazy("The proof is checked, the seller is heard, people decide. Three chances to answer."),
    "cn-ecommerce-law": gettext_lazy(
        "The law of the People’s Republic of China, articles 42 to 44: measures at once, then a declaration "
        "can bring the listing back."
    ),
    "us-dmca-512": gettext_lazy(
        "Copyright law of the United States, 17 U.S.C. § 512: a counter notification brings the listing back "
        "unless a suit is filed."
    ),
    "eu-notice": gettext_lazy("Notice and action under article 16 of the Digital Services Act of the European Union."),
    "pause-and-answer": gettext_lazy(
        "The listing is paused at once, both sides have four days, and silence brings it back."
    ),
}
DUTIES = {
    "eu-dsa": gettext_lazy(
        "The Digital Services Act: a receipt, a statement of reasons for every restriction, the decision told "
        "to both, six months to object."
    ),
    "cn-publication": gettext_lazy(
        "Article 44 of the E-Commerce Law: notices, declarations and what came of them are published."
    ),
}


@dataclass(frozen=True)
class Step:
    """What one of the parties can do in a state, and where it leads."""

    what: str
    then: str


@dataclass(frozen=True)
class Stage:
    """One state in words. `who`, `time` and `silence` are empty where it rests."""

    title: str
    who: str
    time: str
    starts: str
    silence: tuple[str, ...]
    listing: str
    steps: tuple[Step, ...]
    icon: str


@dataclass(frozen=True)
class Offered:
    """A procedure that can be chosen somewhere, and where."""

    id: str
    name: str
    about: str
    places: tuple[str, ...]


def offered(places: Iterable[Marketplace]) -> list[Offered]:
    """The procedures of these marketplaces; all that are shipped while there is no marketplace."""
    where = list(places)
    found = []
    for pack_id in procedure_loader.pack_ids():
        names = tuple(place.name for place in where if pack_id in place.packs)
        if names or not where:
            procedure = procedure_loader.load(pack_id)
            found.append(Offered(pack_id, gettext(procedure.name), str(ABOUT.get(pack_id, "")), names))
    return found


@require_safe
@door(roles=[ANYONE])
def procedures(request: HttpRequest) -> HttpResponse:
    """Every procedure that can be chosen here."""
    return render(request, "public/procedures.html", {"procedures": offered(open_marketplaces())})


@require_safe
@door(roles=[ANYONE])
def procedure(request: HttpRequest, pack: str) -> HttpResponse:
    """One procedure, from its first state to its last."""
    if pack not in procedure_loader.pack_ids():
        raise Http404("there is no such procedure")
    known = procedure_loader.load(pack)
    stages = [stage(known, state) for state in known.states.values() if _is_own(known, state)]
    page = {
        "procedure": known,
        "name": gettext(known.name),
        "about": ABOUT.get(pack, ""),
        "waiting": [each for each in stages if each.who],
        "resting": [each for each in stages if not each.who],
        "duties": [DUTIES.get(each, each) for each in known.duties],
        "interruptions": list(interruptions(known)),
        "sources": list(sources(known)),
        "chances": known.chances,
    }
    return render(request, "public/procedure.html", page)


@require_safe
@door(roles=[ANYONE])
def diagram(request: HttpRequest, pack: str) -> HttpResponse:
    """The same procedure as a picture, drawn from the same pack."""
    if pack not in procedure_loader.pack_ids():
        raise Http404("there is no such procedure")
    return HttpResponse(svg(procedure_loader.load(pack)), content_type="image/svg+xml")


def _is_own(known: Procedure, state: State) -> bool:
    """Whether the pack itself names this state; what `common` adds is said once, for all procedures."""
    return any(state.name == key[0] or any(t.to == state.name for t in known.moves[key]) for key in known.own)


def stage(known: Procedure, state: State) -> Stage:
    """One state in words."""
    spec = known.clock_of(state.name)
    return Stage(
        title=_title(known, state.name),
        who=str(words.PARTIES[state.waits_on]) if state.waits_on else "",
        time=_time(spec) if spec else "",
        starts=_starts(spec) if spec else "",
        silence=tuple(_silence(known, state)),
        listing=str(MEANWHILE[state.asks]),
        steps=tuple(_steps(known, state)),
        icon=words.OUTCOMES[state.outcome][0] if state.outcome else "hourglass-split",
    )


def _title(known: Procedure, name: str) -> str:
    state = known.states[name]
    if name in words.WAITING:
        return str(words.WAITING[name])
    return str(words.OUTCOMES[state.outcome][1]) if state.outcome else name


def _time(spec: ClockSpec) -> str:
    times = [moments.duration(amount, spec.unit) for amount in dict.fromkeys(spec.amounts)]
    if len(times) == 1:
        return times[0]
    return gettext("%(first)s the first time, then %(later)s") % {"first": times[0], "later": moments.joined(times[1:])}


def _starts(spec: ClockSpec) -> str:
    if spec.unit == "hour":
        return ""
    return str(STARTS.get(spec.starts, gettext_lazy("from the day that answer came in, which is not counted")))


def _silence(known: Procedure, state: State) -> Iterator[str]:
    """What the end of the clock means, each case of it."""
    for target in known.moves.get((state.name, "due", "clock"), ()):
        if target.to == "@escalate":
            yield gettext("Nothing is decided against anybody: senior review is alarmed.")
        else:
            yield _guarded(target, _leads(known, state, target))


def _guarded(target: Target, then: str) -> str:
    """Where a move leads, with the condition it stands under."""
    if target.guard == "round_left":
        return gettext("while a chance is left: %(then)s") % {"then": then}
    return then


def _leads(known: Procedure, state: State, target: Target) -> str:
    if target.to in ("@same", "@back", "@start"):
        return gettext("it goes on where it was")
    if target.to == state.name:
        return gettext("it goes on with the next chance")
    return _title(known, target.to)


def _steps(known: Procedure, state: State) -> Iterator[Step]:
    for (name, event, by), targets in known.moves.items():
        if name != state.name or by == "clock" or (name, event, by) not in known.own:
            continue
        then = moments.joined(dict.fromkeys(_guarded(t, _leads(known, state, t)) for t in targets))
        yield Step(_event(event), then)


def _event(event: str) -> str:
    return capfirst(str(words.EVENTS[event][0]) % {name: str(word) for name, word in NAMES.items()})


def interruptions(known: Procedure) -> Iterator[str]:
    """What may interrupt a case under any law, in words, each once."""
    events = {event: None for (_, event, by) in known.moves if (_, event, by) not in known.own and by != "clock"}
    return (_event(event) for event in events)


def sources(known: Procedure) -> Iterator[tuple[str, str]]:
    """Each number with where it comes from, without the marks of our own list of sources."""
    for clock in known.clocks.values():
        said = known.sources.get(f"clock.{clock.name}.amount")
        if said:
            yield _time(clock), SOURCE_MARK.sub(" ", gettext(said)).strip()
