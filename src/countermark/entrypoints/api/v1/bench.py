"""The bench: everything a decision is made from, and the steps that are open, each with its grounds and what follows."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext

from countermark.apps.access.scopes import DESK
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.decisions import selectors, services
from countermark.apps.decisions.changes import changes_since
from countermark.apps.decisions.models import PendingStep
from countermark.apps.decisions.services import Made
from countermark.apps.rights.models import Right
from countermark.apps.rights.selectors import mandate_of
from countermark.apps.work import true_time
from countermark.core import catalogue
from countermark.entrypoints.api.cases import case_view
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Day, Instant, Shown
from countermark.entrypoints.api.v1.case_shown import CaseShown, case_shown, file_shown
from countermark.entrypoints.api.v1.counter_shown import Paper
from countermark.entrypoints.api.v1.queue import CHECKING, HeldBy, RiskShown, held_shown, risk_shown
from countermark.entrypoints.steps_offered import consequence, foreseen, grounds, plainly_met, ways

router = ApiRouter(tags=["review"])


class RightNow(Shown):
    """The right as it stands now; the case itself holds it as it stood at filing. A guest's notice has none."""

    id: int
    state: str
    expires_on: Day | None
    verified_at: Instant | None
    mandate_ends_on: Day | None
    papers: list[Paper]


class CheckAsked(Shown):
    """What the reason asks for. `met`: the rows themselves show it, and `why` says how; the rest is left to judge."""

    id: str
    text: str
    met: bool
    why: str


class GroundOffered(Shown):
    """A ground a step can rest on; `asks_words`: it says nothing without words of the reviewer's own."""

    id: str
    title: str
    role: Literal["finding", "answer"]
    asks_words: bool


class StepOffered(Shown):
    """A step that is open now. `fact` goes with it where it brings one."""

    event: str
    fact: str
    consequence: str
    grounds: list[GroundOffered]


class SeniorNote(Shown):
    """Who asked for a senior, and why."""

    by: str
    note: str


class Bench(Shown):
    """A case as it lies before a reviewer. `alike` are the other lines of the notice the same step can be made for."""

    case: CaseShown
    right_now: RightNow | None
    filer_role: str
    facts: dict[str, Any]
    declarations: list[str]
    signature: str
    checks: list[CheckAsked]
    steps: list[StepOffered]
    risk: RiskShown
    held_by: HeldBy | None
    senior: SeniorNote | None
    step_on_its_way: bool
    alike: list[str]


@router.get("/complaints/{number}/bench", response=Bench)
@api_door(roles=DESK, scope="complaints:read", example=Example("reviewer", path={"number": CHECKING}))
def read_bench(request: HttpRequest, number: str) -> dict[str, Any]:
    """Read everything a decision is made from: the right, the frozen copy, what each side said, what may be done.

    It does not claim the case. `steps` is empty while nothing waits on a reviewer."""
    view = case_view(request, number)
    case, asked = view.complaint, selectors.senior_request(view.complaint)
    return {
        "case": case_shown(view),
        "right_now": _right(view),
        "filer_role": view.notice.filer_role,
        "facts": view.notice.facts,
        "declarations": view.notice.declarations,
        "signature": view.notice.signature,
        "checks": _checks(view),
        "steps": [
            _step(request, view, Made(event, facts=frozenset([fact] if fact else []))) for event, fact in ways(view)
        ],
        "risk": risk_shown(selectors.risk_of_case(case)),
        "held_by": held_shown(request, case),
        "senior": {"by": str(asked.by), "note": asked.note} if asked else None,
        "step_on_its_way": PendingStep.objects.filter(complaint=case).exists(),
        "alike": _alike(request, view),
    }


def _right(view: CaseView) -> dict[str, Any] | None:
    right = view.notice.right
    if right is None:
        return None
    ends_on = _mandate_ends_on(view, right)
    same = {name: getattr(right, name) for name in ("state", "expires_on", "verified_at")}
    papers = right.documents.select_related("file").order_by("pk")
    return {
        **same,
        "id": right.pk,
        "mandate_ends_on": ends_on,
        "papers": [{"kind": paper.kind, "file": file_shown(paper.file)} for paper in papers],
    }


def _mandate_ends_on(view: CaseView, right: Right) -> date | None:
    """The last day of the registered mandate, or else of the paper that was shown with the right."""
    if view.notice.filer_role != "agent":
        return None
    paper = mandate_of(right) if view.notice.mandate is None else view.notice.mandate
    return paper.ends_on if paper else None


def _checks(view: CaseView) -> list[dict[str, Any]]:
    known, plain = catalogue.load().checks, dict(plainly_met(view))
    return [
        {"id": each, "text": gettext(known[each]), "met": each in plain, "why": plain.get(each, "")}
        for each in view.reason.checks
    ]


def _step(request: HttpRequest, view: CaseView, made: Made) -> dict[str, Any]:
    step = foreseen(view.held, made, request.at)
    return {
        "event": made.event,
        "fact": "".join(made.facts),
        "consequence": consequence(view.procedure, step) if step else "",
        "grounds": [
            {"id": g.id, "title": gettext(g.title), "role": g.role, "asks_words": g.asks_facts}
            for g in grounds(view, made)
        ],
    }


def _alike(request: HttpRequest, view: CaseView) -> list[str]:
    if not any(event in services.OF_THE_NOTICE for event in view.permitted):
        return []
    ids = [pk for pk, _ in services.alike(view.complaint, caller_of(request).person, true_time.now())]
    return list(view.notice.complaints.filter(pk__in=ids).order_by("line").values_list("number", flat=True))


# --- what changed since -----------------------------------------------------------------------------------------------


class PieceShown(Shown):
    """A piece of a compared text; `cut`: something unchanged is left out here."""

    kind: Literal["same", "gone", "new", "cut"]
    text: str


class PictureChanged(Shown):
    """Picture `number` (from 1) of the frozen copy."""

    number: int
    what: Literal["replaced", "gone", "new"]


class WasIs(Shown):
    """What it was in the frozen copy, and what it is."""

    was: str
    now: str


class ChangesShown(Shown):
    """What is different at the marketplace now. `nobody`: it cannot be asked; `unreachable`: it did not answer."""

    answer: Literal["same", "changed", "gone", "unreachable", "nobody"]
    asked_at: Instant
    title: list[PieceShown]
    text: list[PieceShown]
    price: WasIs | None
    seller: WasIs | None
    pictures: list[PictureChanged]
    state: str


@router.get("/complaints/{number}/changes", response=ChangesShown)
@api_door(roles=DESK, scope="complaints:read", example=Example("reviewer", path={"number": CHECKING}))
def read_changes(request: HttpRequest, number: str) -> dict[str, Any]:
    """Ask the marketplace what has changed in the listing since its copy was frozen. The decision is about the copy."""
    found = changes_since(case_view(request, number).complaint, at=request.at)
    return {
        "answer": found.answer,
        "asked_at": found.asked_at,
        "title": [piece._asdict() for piece in found.title],
        "text": [piece._asdict() for piece in found.text],
        "price": _was_is(found.price),
        "seller": _was_is(found.seller),
        "pictures": [picture._asdict() for picture in found.pictures],
        "state": found.state,
    }


def _was_is(pair: tuple[str, str] | None) -> dict[str, str] | None:
    return {"was": pair[0], "now": pair[1]} if pair else None
