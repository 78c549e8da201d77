"""What becomes of a listing, by what was found, by whom it is offered and by what its marketplace has us do?

Rule 1: each protected thing is judged by itself, and so is each reason: what is off says nothing, and the strongest of what is
left counts. Rule 2: what came back goes down the fast way only where the same seller, or one linked with it, brings it; anyone
else's goes to people, and so does a picture that is not the listing's first. Rule 3: a seller who may use a right is not found
under it. Rule 4: what a person has said is wrong of this very listing does not speak against it again: that thing, found in that
way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from countermark.apps.screening.known import Thing
from countermark.apps.screening.models import DONE, Rules
from countermark.apps.screening.rules import numbers_in
from countermark.matching.judging import by_thing, judged_of
from countermark.matching.score import ALLOW, BLOCK, REVIEW
from countermark.matching.signals import Judged, Signal

Excused = Collection[tuple[str, str]]  # about and kind
Linked = Callable[[int], Collection[int]]


class Found(NamedTuple):
    """What a listing comes to. `signals`: of everything that speaks, the deciding thing's first."""

    judged: Judged
    reason: str
    mode: str
    done: str
    thing: Thing
    signals: tuple[Signal, ...]
    rights: tuple[int, ...]


def found_in(
    signals: Iterable[Signal],
    *,
    seller: int | None,
    modes: Mapping[str, str],
    things: Mapping[str, Thing],
    rules: Rules,
    linked: Linked,
    excused: Excused = (),
) -> Found | None:
    """Return what a listing comes to, None where it is simply allowed."""
    heard = [one for one in signals if _is_heard(one, things, seller, excused)]
    found = [_judged(said, things[about], seller, modes, rules, linked) for about, said in by_thing(heard).items()]
    told = [one for one in found if one is not None]
    if not told:
        return None
    told.sort(key=lambda one: (-DONE.index(one.done), -one.judged.probability, one.judged.about))
    rights = dict.fromkeys(one.thing.right for one in told if one.thing.right is not None)
    return told[0]._replace(signals=tuple(s for one in told for s in one.judged.signals), rights=tuple(rights))


def _is_heard(signal: Signal, things: Mapping[str, Thing], seller: int | None, excused: Excused) -> bool:
    thing = things.get(signal.about)
    return thing is not None and seller not in thing.allowed and (signal.about, signal.kind) not in excused


def _judged(
    signals: list[Signal], thing: Thing, seller: int | None, modes: Mapping[str, str], rules: Rules, linked: Linked
) -> Found | None:
    """Judge by what speaks for one protected thing."""
    judged = judged_of(signals, numbers_in(rules), rules.counts, str(rules.number))
    reason = reason_of(judged, thing)
    if judged.verdict == BLOCK and thing.fingerprint is not None and not _goes_down(judged, thing, seller, linked):
        judged = judged._replace(verdict=REVIEW)
    if judged.verdict == ALLOW or modes[reason] == "off":
        return None
    return Found(judged, reason, modes[reason], done_of(judged.verdict, modes[reason]), thing, judged.signals, ())


def reason_of(judged: Judged, thing: Thing) -> str:
    """Why: it came back; else by its pictures where one speaks, else by its words."""
    if thing.fingerprint is not None:
        return "stay_down"
    return "words" if all(kind.startswith("text:") for kind in judged.combination.split("+")) else "pictures"


def done_of(verdict: str, mode: str) -> str:
    """What follows from a verdict."""
    if mode == "blocking":
        return {BLOCK: "blocked", REVIEW: "review"}[verdict]
    return {"shadow": "noted", "advisory": "told"}[mode]


def _goes_down(judged: Judged, thing: Thing, seller: int | None, linked: Linked) -> bool:
    """Whether what came back goes down the fast way. A picture further back may be the banner of the whole shop."""
    told = any(one.kind.startswith("text:") or one.figures.get("picture") == 0 for one in judged.signals)
    return told and _is_same(thing, seller, linked)


def _is_same(thing: Thing, seller: int | None, linked: Linked) -> bool:
    if seller is None or thing.seller is None:
        return False
    return seller == thing.seller or thing.seller in linked(seller)
