"""A reviewer's step: seen before it is made, on its way for ten seconds, undone, or entered as a decision that can be read."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import DESK, EVERY_ROLE, OPERATOR
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.decisions import selectors, services
from countermark.apps.decisions.models import Decision, DroppedStep, PendingStep
from countermark.apps.decisions.services import Made
from countermark.apps.decisions.statement import decision_paragraphs
from countermark.apps.notifications.selectors import told_at
from countermark.apps.work import true_time
from countermark.apps.work.sealing import unseal
from countermark.core import catalogue
from countermark.core.catalogue import VERDICTS, DecisionGround
from countermark.core.complaint import NotPermitted
from countermark.entrypoints import steps_offered
from countermark.entrypoints.api.cases import case_view, visible
from countermark.entrypoints.api.codes import Id, ReasonCode
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.problems import defects_of
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of, seen
from countermark.entrypoints.api.schemas import Asked, Defect, Instant, Line, Page, Shown, Strict
from countermark.entrypoints.api.v1.case_shown import Words, words_shown
from countermark.entrypoints.api.v1.queue import CHECKING

router = ApiRouter(tags=["decisions"])
known = catalogue.load()
Event: Any = Literal[steps_offered.OFFERED]
Fact: Any = Literal[steps_offered.FACTS]
GroundCode: Any = Literal[tuple(g.id for g in known.decision_grounds.values() if g.is_chosen)]
CheckCode: Any = Literal[tuple(known.checks)]
Verdict: Any = Literal[VERDICTS]
ON_A_STEP = ("held_by_another", "for_a_senior", "step_on_its_way", "decision_defective")
MADE = {
    "event": "returned",
    "grounds": ["rt_evidence"],
    "words": "The notice does not say which of the pictured goods carries the mark. Name it, and show it.",
}


# --- grounds as data --------------------------------------------------------------------------------------------------


class DecisionGroundShown(Shown):
    """A ground of decisions. `clause` is the rule it breaks; `rule`: what a procedure or another body has decided."""

    id: str
    title: str
    verdict: str
    role: Literal["finding", "answer", "rule"]
    families: list[str]
    clause: str
    asks_words: bool


class DecisionGrounds(Shown):
    """Grounds in the order a form offers them."""

    items: list[DecisionGroundShown]


class GroundsAsked(Strict):
    """Narrows the grounds to those a reviewer can choose for this reason, and to those of one verdict."""

    reason: ReasonCode | None = None
    verdict: Verdict | None = None


@router.get("/decision-grounds", response=DecisionGrounds)
@api_door(
    roles=EVERY_ROLE,
    scope="complaints:read",
    example=Example("reviewer", query={"reason": "TM-4", "verdict": "upheld"}),
)
def list_decision_grounds(request: HttpRequest, asked: Query[GroundsAsked]) -> dict[str, Any]:
    """List the grounds decisions rest on: what the codes in cases, letters and webhooks mean."""
    verdicts = [asked.verdict] if asked.verdict else list(VERDICTS)
    found: Sequence[DecisionGround] = [g for g in known.decision_grounds.values() if g.verdict in verdicts]
    if asked.reason:
        found = [g for verdict in verdicts for g in known.decision_grounds_for(asked.reason, verdict)]
    return {"items": [_ground(ground) for ground in found]}


def _ground(ground: DecisionGround) -> dict[str, Any]:
    same = {"id": ground.id, "verdict": ground.verdict, "role": ground.role, "families": list(ground.families)}
    clause = gettext(known.clauses[ground.clause])
    return {**same, "title": gettext(ground.title), "clause": clause, "asks_words": ground.asks_facts}


# --- a step -----------------------------------------------------------------------------------------------------------


class StepSent(Strict):
    """A step. Which are open, with which `fact` and on which grounds, says the bench of the case.

    `and_alike`: the same step for the other lines of the notice that wait for the same check (`alike` of the bench); only
    `accepted`, `returned` and `refused` are said of the notice."""

    event: Event
    fact: Fact = ""
    grounds: list[GroundCode] = Field(default_factory=list, max_length=20)
    checks: list[CheckCode] = Field(default_factory=list, max_length=30)
    words: Annotated[str, Field(max_length=10_000)] = ""
    and_alike: bool = False


class PreviewShown(Shown):
    """What will be sent. `unmet` are checks of the reason that nobody ticked: they keep nothing from being sent."""

    can_be_sent: bool
    consequence: str
    paragraphs: list[tuple[str, str]]
    defects: list[Defect]
    unmet: list[str]


class StepShown(Shown):
    """A step on its way: it goes out at `goes_at` unless it is undone. `also` are the other lines it was made for."""

    id: int
    number: str
    also: list[str]
    event: str
    fact: str
    grounds: list[str]
    checks: list[str]
    made_at: Instant
    goes_at: Instant
    undo: str


@router.post("/complaints/{number}/decision-preview", response=PreviewShown)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("not_permitted", "clock_ran_out", "before_the_last_event"),
    example=Example("reviewer", path={"number": CHECKING}, body=MADE),
)
def preview_decision(request: HttpRequest, number: str, body: StepSent) -> dict[str, Any]:
    """Read what a step would do and what would be sent, without making it: the statement of reasons word by word."""
    view = case_view(request, number)
    made = _made(view, body)
    found = steps_offered.preview(view, made, request.at)
    if found is None:  # it says itself why
        services.foresee(view.held, made, at=request.at)
    assert found is not None
    return {
        "can_be_sent": not found.missing,
        "consequence": found.consequence,
        "paragraphs": list(found.paragraphs),
        "defects": defects_of(found.missing),
        "unmet": [gettext(check) for check in found.unticked],
    }


@router.post("/complaints/{number}/decision", response={202: StepShown})
@api_door(
    roles=DESK,
    scope="decisions:write",
    if_match=True,
    problems=ON_A_STEP,
    example=Example("reviewer", path={"number": CHECKING}, headers={"If-Match": "*"}, body=MADE, status=202),
)
def decide_complaint(request: HttpRequest, number: str, body: StepSent) -> tuple[int, dict[str, Any]]:
    """Make a step: accept or send back a notice, decide a case. It goes out in ten seconds; until then it can be undone.

    Claims the case. The same step sent again finds the first. Whether it was entered says the case itself; a step on a case
    that another hand moved meanwhile is dropped, and stands in `/dropped-steps`."""
    view = case_view(request, number)
    step = services.decide(
        complaint=view.complaint,
        made=_made(view, body),
        seen=seen(request, view.complaint)[view.complaint.pk],
        reviewer=caller_of(request).person,
        at=request.at,
        now=true_time.now(),
        and_alike=body.and_alike,
    )
    answer_header(request, "Location", f"/api/v1/steps/{step.pk}")
    return 202, _step(step)


def _made(view: CaseView, body: StepSent) -> Made:
    """The step as the service takes it. NotPermitted for one that is not open, or not with this fact."""
    if (body.event, body.fact) not in set(steps_offered.ways(view)):
        raise NotPermitted(view.held.case, body.event, "reviewer", view.permitted)
    facts = frozenset([body.fact] if body.fact else [])
    return Made(body.event, tuple(dict.fromkeys(body.grounds)), tuple(sorted(set(body.checks))), facts, body.words)


def _step(step: PendingStep) -> dict[str, Any]:
    twins = services.twins_of(step).exclude(pk=step.pk).order_by("complaint__line")
    same = {name: getattr(step, name) for name in ("event", "grounds", "checks", "made_at", "goes_at")}
    return {
        **same,
        "id": step.pk,
        "number": step.complaint.number,
        "also": list(twins.values_list("complaint__number", flat=True)),
        "fact": "".join(step.facts),
        "undo": f"/api/v1/steps/{step.pk}/undo",
    }


class Steps(Shown):
    """Steps of the person of this key that can still be undone, the newest first; one for each call."""

    items: list[StepShown]


@router.get("/steps", response=Steps)
@api_door(roles=DESK, scope="complaints:read", example=Example("reviewer"))
def list_steps(request: HttpRequest) -> dict[str, Any]:
    """List one's own steps that are on their way."""
    rows = selectors.steps_on_their_way(caller_of(request).person, now=true_time.now())
    return {"items": [_step(row) for row in rows]}


@router.get("/steps/{step_id}", response=StepShown)
@api_door(roles=DESK, scope="complaints:read", example=Example("reviewer", path={"step_id": "710001"}))
def read_step(request: HttpRequest, step_id: Id) -> dict[str, Any]:
    """Read a step of one's own that has not gone out yet; after that there is nothing here, and the case says what happened."""
    found = selectors.step_of(step_id, caller_of(request).person)
    if found is None:
        raise Http404("there is no such step on its way")
    return _step(found[0])


@router.post("/steps/{step_id}/undo", response=StepShown)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("too_late_to_undo",),
    example=Example("reviewer", path={"step_id": "710001"}),
)
def undo_step(request: HttpRequest, step_id: Id) -> dict[str, Any]:
    """Take a step back, with the lines it was made for; the cases are the reviewer's again. Answers the step as it was."""
    person = caller_of(request).person
    kept = selectors.step_of(step_id, person)
    shown = _step(kept[0]) if kept else {}
    services.undo(step_id=step_id, reviewer=person, now=true_time.now())
    return shown


# --- steps that could not happen --------------------------------------------------------------------------------------


class DroppedShown(Shown):
    """A step that could not happen: the case moved by another hand before it went out."""

    id: int
    number: str
    event: str
    dropped_at: Instant


class DroppedSteps(Shown):
    """Steps the person of this key has not read about yet, the newest first."""

    items: list[DroppedShown]


class DroppedRead(Strict):
    """Ids of dropped steps."""

    ids: list[Id] = Field(min_length=1, max_length=200)


@router.get("/dropped-steps", response=DroppedSteps)
@api_door(roles=DESK, scope="complaints:read", example=Example("reviewer"))
def list_dropped_steps(request: HttpRequest) -> dict[str, Any]:
    """List one's own steps that could not happen. Their cases stand as somebody else left them."""
    return _dropped(request)


@router.post("/dropped-steps/read", response=DroppedSteps)
@api_door(roles=DESK, scope="decisions:write", example=Example("reviewer", body={"ids": [710001]}))
def mark_dropped_steps_read(request: HttpRequest, body: DroppedRead) -> dict[str, Any]:
    """Say that these were read; answers those that are left."""
    services.read_dropped(reviewer=caller_of(request).person, ids=body.ids)
    return _dropped(request)


def _dropped(request: HttpRequest) -> dict[str, Any]:
    rows: list[DroppedStep] = selectors.dropped_steps(caller_of(request).person)
    return {
        "items": [
            {"id": row.pk, "number": row.complaint.number, "event": row.event, "dropped_at": row.dropped_at}
            for row in rows
        ]
    }


# --- decisions --------------------------------------------------------------------------------------------------------


class DecisionRow(Shown):
    """A decision on a claim. `seq` is its event in the case."""

    id: int
    number: str
    notice: str
    marketplace: str
    seq: int
    at: Instant
    event: str
    verdict: str
    grounds: list[str]
    checks: list[str]
    reviewer: str


class DecisionShown(DecisionRow):
    """A decision whole: the reviewer's own words, and the paragraphs as staff read them."""

    words: Words
    paragraphs: list[tuple[str, str]]


class DecisionsAsked(Asked):
    """How the list of decisions is narrowed."""

    number: Line = Field("", description="The number of a case.")
    notice: Line = Field("", description="The number of a notice.")
    marketplace: Line = Field("", description="Its slug.")
    verdict: Literal["upheld", "not_upheld"] | None = None
    mine: bool | None = Field(None, description="true: made by the person of this key; false: by others.")
    since: Instant | None = None
    before: Instant | None = None


def _decisions(request: HttpRequest) -> Any:
    cases = visible(request).order_by().values("pk")
    rows = Decision.objects.filter(complaint__in=cases)
    return rows.select_related("complaint__notice__marketplace", "reviewer", "words__key")


@router.get("/decisions", response=Page[DecisionRow])
@api_door(
    roles=(*DESK, OPERATOR),
    scope="complaints:read",
    problems=("cursor_unknown",),
    example=Example("reviewer", query={"verdict": "upheld", "limit": "20"}),
)
def list_decisions(request: HttpRequest, asked: Query[DecisionsAsked]) -> dict[str, Any]:
    """List the decisions reviewers made, the newest first."""
    wanted = {
        "complaint__number": asked.number,
        "complaint__notice__number": asked.notice,
        "complaint__notice__marketplace__slug": asked.marketplace,
        "verdict": asked.verdict,
        "at__gte": asked.since,
        "at__lt": asked.before,
    }
    rows = _decisions(request).filter(**{name: value for name, value in wanted.items() if value})
    if asked.mine is not None:
        person = caller_of(request).person
        rows = rows.filter(reviewer=person) if asked.mine else rows.exclude(reviewer=person)
    return page_of(request, rows, asked, order=("-at", "-pk"), show=lambda found: [_row(each) for each in found])


def _row(decision: Decision) -> dict[str, Any]:
    case = decision.complaint
    same = {name: getattr(decision, name) for name in ("seq", "at", "event", "verdict", "grounds", "checks")}
    return {
        **same,
        "id": decision.pk,
        "number": case.number,
        "notice": case.notice.number,
        "marketplace": case.notice.marketplace.slug,
        "reviewer": str(decision.reviewer),
    }


@router.get("/decisions/{decision_id}", response=DecisionShown)
@api_door(roles=(*DESK, OPERATOR), scope="complaints:read", example=Example("reviewer", path={"decision_id": "710001"}))
def read_decision(request: HttpRequest, decision_id: Id) -> dict[str, Any]:
    """Read one decision whole."""
    found = _decisions(request).filter(pk=decision_id).first()
    if found is None:
        raise Http404("there is no such decision")
    told = told_at(found.complaint, found.seq, "seller")
    paragraphs = decision_paragraphs(found, found.complaint, "reviewer", told_at=told)
    return {**_row(found), "words": words_shown(unseal(found.words)), "paragraphs": list(paragraphs)}
