"""What can a seller answer, and what does each answer need? The grounds as data, and the form of one case."""

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Query

from countermark.apps.access.scopes import EVERY_ROLE, SELLER
from countermark.apps.complaints import counter_drafts as drafts
from countermark.apps.complaints.held import Held
from countermark.core import catalogue
from countermark.core.catalogue import CounterGround
from countermark.entrypoints.api.cases import case_view
from countermark.entrypoints.api.codes import ReasonCode, RightKind
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.routing import ApiRouter
from countermark.entrypoints.api.schemas import Shown, Strict
from countermark.entrypoints.api.v1.case_shown import Deadline, due_shown
from countermark.evidence.uploads import DEFAULT

router = ApiRouter(tags=["counter-notices"])
NUMBER = "CM-2026-000001-01"


class FactAsked(Shown):
    """A fact a ground asks for. A `date` is written 2026-02-25, a `number` in digits; both as text."""

    name: str
    label: str
    hint: str
    type: str
    may_stay_empty: bool


class GroundShown(Shown):
    """A ground of a counter-notice. `needs`: of each inner list one kind of paper; without it the answer is weaker."""

    id: str
    title: str
    explain: str
    rights: list[str]
    not_against: list[str]
    needs: list[list[str]]
    helps: list[str]
    facts: list[FactAsked]
    statement_min: int


class Grounds(Shown):
    """Grounds in the order a form offers them."""

    items: list[GroundShown]


class GroundsAsked(Strict):
    """Narrows the grounds to those that answer a complaint for this reason, on a right of this kind."""

    right_kind: RightKind | None = None
    reason: ReasonCode | None = None


@router.get("/counter-notice-grounds", response=Grounds)
@api_door(
    roles=EVERY_ROLE,
    scope="complaints:read",
    example=Example("seller", query={"right_kind": "trademark", "reason": "TM-4"}),
)
def list_counter_notice_grounds(request: HttpRequest, asked: Query[GroundsAsked]) -> dict[str, Any]:
    """List the grounds on which a seller can answer, with the papers and facts each asks for."""
    known = catalogue.load()
    return {"items": [ground_shown(g) for g in known.counter_grounds_for(asked.right_kind, asked.reason or "")]}


def ground_shown(ground: CounterGround) -> dict[str, Any]:
    """A ground as GroundShown takes it."""
    return {
        "id": ground.id,
        "title": gettext(ground.title),
        "explain": gettext(ground.explain),
        "rights": list(ground.rights),
        "not_against": list(ground.not_against),
        "needs": [list(kinds) for kinds in ground.needs],
        "helps": list(ground.helps),
        "facts": [_fact(name) for name in drafts.facts_asked(ground.id)],
        "statement_min": ground.statement,
    }


def _fact(name: str) -> dict[str, Any]:
    fact = catalogue.load().facts[name]
    return {
        "name": name,
        "label": gettext(fact.label),
        "hint": gettext(fact.hint),
        "type": fact.type,
        "may_stay_empty": drafts.may_stay_empty(name),
    }


# --- the form of one case ---------------------------------------------------------------------------------------------


class ElementAsked(Shown):
    """What the procedure asks of this answer. A `declaration` is sent as its id in `declarations`."""

    id: str
    kind: Literal["declaration", "field", "evidence"]
    field: str
    text: str
    how_to_mend: str


class Answerable(Shown):
    """A case of the same notice that the same answer can cover."""

    number: str
    seq: int


class FormShown(Shown):
    """What an answer in this case takes. `told` names what of it the complainant will see; `*` is all of it."""

    may_answer: bool
    round: int
    chances: int
    due: Deadline | None
    cases: list[Answerable]
    grounds: list[GroundShown]
    elements: list[ElementAsked]
    told: list[str]
    papers_max: int
    paper_bytes_max: int
    statement_max: int


@router.get("/complaints/{number}/counter-notice-form", response=FormShown)
@api_door(roles=(SELLER,), scope="complaints:read", example=Example("seller", path={"number": NUMBER}))
def read_counter_notice_form(request: HttpRequest, number: str) -> dict[str, Any]:
    """Read what an answer in this case takes: grounds, elements, the other cases it can cover, what the other side sees.

    Without a chance left `may_answer` is false and `cases` is empty."""
    view = case_view(request, number)
    case, known = view.complaint, catalogue.load()
    kind = view.notice.right.kind if view.notice.right else None
    here = drafts.may_answer(view.held)
    return {
        "may_answer": here,
        "round": max(view.held.case.round, 1),
        "chances": view.chances,
        "due": due_shown(view.due),
        "cases": _together(view.held, drafts.answerable(notice=view.notice, seller=case.seller)) if here else [],
        "grounds": [ground_shown(g) for g in known.counter_grounds_for(kind, view.notice.reason)],
        "elements": [_element(each) for each in drafts.needs_of([view.held])],
        "told": list(view.procedure.tell.get("seller_to_complainant", ())),
        "papers_max": known.number("evidence_per_counter"),
        "paper_bytes_max": DEFAULT.max_bytes,
        "statement_max": known.number("counter_statement_max"),
    }


def _together(held: Held, others: list[Held]) -> list[dict[str, Any]]:
    """Those at the same chance: one answer uses one chance."""
    chance = max(held.case.round, 1)
    return [{"number": h.number, "seq": h.case.seq} for h in others if max(h.case.round, 1) == chance]


def _element(name: str) -> dict[str, Any]:
    element = catalogue.load().elements[name]
    same = {"id": element.id, "kind": element.kind, "field": element.field}
    return {**same, "text": gettext(element.text), "how_to_mend": gettext(element.cure)}
