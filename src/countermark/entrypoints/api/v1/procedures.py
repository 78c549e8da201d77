"""Procedures as data: their states, clocks and moves, read from the packs the cases run under, and drawn."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext

from countermark.apps.access.scopes import EVERY_ROLE
from countermark.apps.complaints import words
from countermark.core import procedure_loader
from countermark.core.procedure import ClockSpec, Procedure, State
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.routing import ApiRouter
from countermark.entrypoints.api.schemas import Shown, Whole
from countermark.entrypoints.packs.diagram import svg

router = ApiRouter(tags=["procedures"])
DRAWING = {"description": "The drawing.", "content": {"image/svg+xml": {"schema": {"type": "string"}}}}


class ProcedureRow(Shown):
    """One procedure in a list. `chances`: how many times the seller can answer; 0 sets no limit."""

    id: str
    name: str
    version: str
    digest: str
    chances: int
    duties: list[str]


class StateShown(Shown):
    """One state: whom it waits on, by which clock, what it asks of the listing, and the outcome once it rests."""

    name: str
    title: str
    waits_on: str | None
    clock: str | None
    asks: str
    outcome: str | None


class ClockShown(Shown):
    """One clock. `amounts` holds one amount for each chance; `source` says where the number comes from."""

    name: str
    amounts: list[int]
    unit: str
    calendar: str
    starts: str
    first_day: str
    roll: str
    source: str


class Way(Shown):
    """Where a move leads, under which condition. `@escalate`, `@same` and `@back` are no states but directions."""

    guard: str | None
    to: str


class Move(Shown):
    """One move: in which state, on which event, of whom. `common`: it can interrupt any procedure."""

    state: str
    event: str
    by: str
    leads: list[Way]
    common: bool


class ProcedureShown(ProcedureRow):
    """One procedure whole. `needs`, `serves` and `tell` stand as in the pack."""

    start: str
    timing: list[str]
    serves: dict[str, list[str]]
    needs: dict[str, list[str]]
    tell: dict[str, list[str]]
    states: list[StateShown]
    clocks: list[ClockShown]
    moves: list[Move]


@router.get("/procedures", response=Whole[ProcedureRow])
@api_door(roles=EVERY_ROLE, scope="marketplaces:read", example=Example("rights_holder"))
def list_procedures(request: HttpRequest) -> dict[str, Any]:
    """List the procedures that are installed. Running cases keep the version they were opened under."""
    return {"items": [_row(procedure_loader.load(pack)) for pack in procedure_loader.pack_ids()]}


@router.get("/procedures/{id}", response=ProcedureShown)
@api_door(roles=EVERY_ROLE, scope="marketplaces:read", example=Example("rights_holder", path={"id": "platform"}))
def read_procedure(request: HttpRequest, id: str) -> dict[str, Any]:
    """Read one procedure whole: every state, clock and move there is."""
    known = _known(id)
    lists = {name: {k: list(v) for k, v in getattr(known, name).items()} for name in ("serves", "needs", "tell")}
    return {
        **_row(known),
        **lists,
        "start": known.start,
        "timing": list(known.timing),
        "states": [_state(state) for state in known.states.values()],
        "clocks": [_clock(known, clock) for clock in known.clocks.values()],
        "moves": list(_moves(known)),
    }


@router.get("/procedures/{id}/diagram", openapi_extra={"responses": {200: DRAWING}})
@api_door(roles=EVERY_ROLE, scope="marketplaces:read", example=Example("rights_holder", path={"id": "platform"}))
def draw_procedure(request: HttpRequest, id: str) -> HttpResponse:
    """Draw a procedure, from the same pack."""
    return HttpResponse(svg(_known(id)), content_type="image/svg+xml")


def _known(pack: str) -> Procedure:
    if pack not in procedure_loader.pack_ids():
        raise Http404("there is no such procedure")
    return procedure_loader.load(pack)


def _row(known: Procedure) -> dict[str, Any]:
    same = {name: getattr(known, name) for name in ("id", "version", "digest", "chances")}
    return {**same, "name": gettext(known.name), "duties": list(known.duties)}


def _state(state: State) -> dict[str, Any]:
    title = words.WAITING.get(state.name) or (words.OUTCOMES[state.outcome][1] if state.outcome else state.name)
    same = {name: getattr(state, name) for name in ("name", "waits_on", "clock", "asks", "outcome")}
    return {**same, "title": str(title)}


def _clock(known: Procedure, clock: ClockSpec) -> dict[str, Any]:
    same = ("name", "unit", "calendar", "starts", "first_day", "roll")
    return {
        **{name: getattr(clock, name) for name in same},
        "amounts": list(clock.amounts),
        "source": known.sources.get(f"clock.{clock.name}.amount", ""),
    }


def _moves(known: Procedure) -> Iterator[dict[str, Any]]:
    for (state, event, by), targets in known.moves.items():
        leads = [{"guard": target.guard, "to": target.to} for target in targets]
        yield {"state": state, "event": event, "by": by, "leads": leads, "common": (state, event, by) not in known.own}
