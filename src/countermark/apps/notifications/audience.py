"""Who is told of which event of a case?

Rule 1: the seller is told from the event on that restricts the listing or waits for the seller; that a notice was submitted,
returned or refused before, nobody tells the seller. Rule 2: whoever a clock waits for is told, always: nothing else starts it.
Rule 3: nobody is told of one's own act, apart from a receipt for what was filed. Rule 4: that we ourselves are late alarms us
and is shown on the page; it is no news that anybody has to act upon.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from countermark.core.procedure import Procedure

PARTIES = ("seller", "complainant")
RECEIPTS = ("opened", "counter_notice_filed")
ONLY: dict[str, tuple[str, ...]] = {  # event -> the only parties it concerns; every other event concerns both
    "opened": ("complainant",),
    "returned": ("complainant",),
    "mended": (),
    "refused": ("complainant",),
    "declaration_returned": ("seller",),
    "served": (),
}


class Happened(NamedTuple):
    """One event of a case as the log keeps it: who did it, and the state and ask after it."""

    id: int
    complaint_id: int
    seq: int
    event: str
    by: str
    state: str
    ask: str


def audience(procedure: Procedure, events: Iterable[Happened]) -> dict[int, tuple[str, ...]]:
    """Whom each event of one case is told to, by its seq. `events` is the whole log of the case, in order."""
    told: dict[int, tuple[str, ...]] = {}
    reached, before = False, ""
    for event in events:
        reached = reached or event.ask != "nothing" or procedure.states[event.state].waits_on == "seller"
        parties = PARTIES if reached else PARTIES[1:]
        told[event.seq] = tuple(party for party in parties if _concerns(procedure, event, before, party))
        before = event.state
    return told


def _concerns(procedure: Procedure, event: Happened, before: str, party: str) -> bool:
    state, clock = procedure.states[event.state], procedure.clock_of(event.state)
    if event.event == "served":
        return False
    if state.waits_on == party and clock is not None and clock.starts == "served":
        return True
    if event.event == "due" and event.state == before and state.waits_on not in PARTIES:
        return False
    if party not in ONLY.get(event.event, PARTIES):
        return False
    return event.by != party or event.event in RECEIPTS
