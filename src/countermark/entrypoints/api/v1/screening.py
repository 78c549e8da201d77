"""How screening is set and watched: modes, rule sets, past listings judged by other rules, and whether it still proves right."""

from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import OPERATOR
from countermark.apps.parties.models import Marketplace
from countermark.apps.screening import drift, index, modes, parts, replaying, rules
from countermark.apps.screening.models import (
    REASONS,
    Fingerprint,
    Mode,
    Picture,
    PictureHash,
    Reference,
    Replay,
    Rules,
)
from countermark.apps.work import true_time
from countermark.entrypoints.api.codes import Id, Slug
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import only_here, place_of, whole_desk
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Page, Shown, Strict

router = ApiRouter(tags=["screening"])
Reason = Literal["words", "pictures", "stay_down"]
ModeWord = Literal["off", "shadow", "advisory", "blocking"]
NUMBER, REPLAY = {"number": "2"}, {"id": "710001"}


class ModeShown(Shown):
    """What is done for one reason at one marketplace. Without `since` nobody has said so: it is shadow."""

    marketplace: str
    reason: Reason
    mode: ModeWord
    since: Instant | None
    by: str


class ModesShown(Shown):
    """Every marketplace, every reason."""

    items: list[ModeShown]


class ModeSent(Strict):
    """What is to be done from now on."""

    marketplace: Slug
    reason: Reason
    mode: ModeWord


@router.get("/screening/modes", response=ModesShown)
@api_door(roles=(OPERATOR,), scope="operations:read", example=Example("operator"))
def list_screening_modes(request: HttpRequest) -> dict[str, Any]:
    """List what each marketplace has us do for each reason."""
    return _modes(request)


@router.put("/screening/modes", response=ModesShown)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("not_found",),
    example=Example("operator", body={"marketplace": "quay", "reason": "words", "mode": "blocking"}),
)
def set_screening_mode(request: HttpRequest, body: ModeSent) -> dict[str, Any]:
    """Say what is done for one reason at one marketplace from now on; what was done before stays."""
    place = place_of(request, body.marketplace)
    modes.set_mode(place, body.reason, body.mode, by=caller_of(request).person, at=request.at)
    return _modes(request)


def _modes(request: HttpRequest) -> dict[str, Any]:
    said = {(row.marketplace_id, row.reason): row for row in Mode.objects.select_related("by")}
    places = Marketplace.objects.filter(**only_here(request, "pk")).order_by("slug")
    return {"items": [_mode(place, reason, said.get((place.pk, reason))) for place in places for reason in REASONS]}


def _mode(place: Marketplace, reason: str, row: Mode | None) -> dict[str, Any]:
    known = {"mode": row.mode, "since": row.at, "by": str(row.by or "")} if row else {}
    return {"marketplace": place.slug, "reason": reason, "mode": modes.UNSAID, "since": None, "by": "", **known}


class IndexShown(Shown):
    """The index of pictures, and what is looked for. It is behind while `served` is less than `wanted`."""

    served: int = Field(description="Up to which step it is, as this machine serves it.")
    wanted: int
    points: int = Field(
        description="Up to which step the points of pictures lie on disk; what is newer each process reads itself."
    )
    pictures: int
    hashes: int
    references: int = Field(description="Words and pictures of holders that are in force.")
    fingerprints: int


@router.get("/screening/index", response=IndexShown)
@api_door(roles=(OPERATOR,), scope="operations:read", example=Example("operator"))
def read_screening_index(request: HttpRequest) -> dict[str, Any]:
    """Read whether the index serves everything that is looked for, and how much that is."""
    return {
        "served": index.read_served(index.folder()).after,
        "wanted": index.wanted(),
        "points": parts.version_in(index.folder()),
        "pictures": Picture.objects.filter(live=True).count(),
        "hashes": PictureHash.objects.filter(picture__live=True).count(),
        "references": Reference.objects.filter(state="in_force").count(),
        "fingerprints": Fingerprint.objects.filter(state="in_force").count(),
    }


# --- rule sets ------------------------------------------------------------------------------------------------------------


class NumbersShown(Shown):
    """From which probability people look and a listing stops; how many opinions the rules' own estimate weighs."""

    review_at: float
    block_at: float
    prior_weight: float


class CountShown(Shown):
    """How often a combination of signals proved right, and how often not."""

    combination: str
    right: int
    wrong: int


class RulesShown(Shown):
    """A rule set."""

    number: int
    state: Literal["draft", "in_force", "past"]
    numbers: NumbersShown
    counts: list[CountShown]
    note: str
    made_at: Instant
    made_by: str
    since: Instant | None


class NumbersSent(Strict):
    """What is left out stays as it is in the rule set in force. 0 < review_at <= block_at <= 1."""

    review_at: Annotated[float, Field(gt=0, le=1, strict=False)] | None = None
    block_at: Annotated[float, Field(gt=0, le=1, strict=False)] | None = None
    prior_weight: Annotated[float, Field(gt=0, le=10_000, strict=False)] | None = None


class RulesSent(Strict):
    """A new rule set. Opinions are counted anew in any case."""

    numbers: NumbersSent = Field(default_factory=NumbersSent)
    note: Annotated[str, Field(max_length=300)] = ""


@router.get("/screening/rules", response=Page[RulesShown])
@api_door(roles=(OPERATOR,), scope="operations:read", problems=("cursor_unknown",), example=Example("operator"))
def list_screening_rules(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List the rule sets, the newest first."""
    rows = Rules.objects.select_related("made_by")
    return page_of(request, rows, asked, order=("-number",), show=lambda piece: [_rules(row) for row in piece])


@router.post("/screening/rules", response={201: RulesShown})
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("screening_rules_defective", "key_is_narrowed"),
    example=Example("operator", body={"numbers": {"block_at": 0.95}, "note": "Fewer stops, more looks."}, status=201),
)
def draft_screening_rules(request: HttpRequest, body: RulesSent) -> tuple[int, dict[str, Any]]:
    """Make a rule set of these numbers and of all that people said until now. It is a draft until it is adopted."""
    whole_desk(request)
    numbers = {name: value for name, value in body.numbers.model_dump().items() if value is not None}
    made = rules.draft(numbers=numbers, note=body.note, by=caller_of(request).person, at=request.at)
    answer_header(request, "Location", "/api/v1/screening/rules")
    return 201, _rules(made)


@router.post("/screening/rules/{number}/adopt", response=RulesShown)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("screening_rules_not_draft", "key_is_narrowed"),
    example=Example("operator", path=NUMBER),
)
def adopt_screening_rules(request: HttpRequest, number: Id) -> dict[str, Any]:
    """Judge by this rule set from now on, everywhere."""
    whole_desk(request)
    _rules_numbered(number)
    return _rules(rules.adopt(number, by=caller_of(request).person, at=request.at))


def _rules_numbered(number: int) -> Rules:
    row = Rules.objects.filter(number=number).first() if number < 2**31 else None
    if row is None:
        raise Http404("there is no such rule set")
    return row


def _rules(row: Rules) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in ("number", "state", "note", "made_at", "since")}
    counts = [{"combination": name, "right": right, "wrong": wrong} for name, (right, wrong) in row.counts.items()]
    return {**same, "numbers": rules.numbers_in(row)._asdict(), "counts": counts, "made_by": str(row.made_by or "")}


# --- past listings --------------------------------------------------------------------------------------------------------


class ExampleShown(Shown):
    """A listing that would be judged otherwise."""

    change: str
    item_id: str
    title: str
    url: str


class ReplayShown(Shown):
    """Past listings judged by a rule set, without any effect. `changes`: how many would go from which verdict to which."""

    id: int
    rules: int
    marketplace: str | None
    since: Instant
    until: Instant
    asked_at: Instant
    total: int
    looked_at: int
    unseen: int = Field(description="Listings of which no picture was kept: they were judged by their words alone.")
    changes: dict[str, int] = Field(description='Such as {"allow>review": 12}.')
    examples: list[ExampleShown]
    finished_at: Instant | None


class ReplaySent(Strict):
    """Which listings, by which rule set."""

    rules: Id
    marketplace: Slug | None = None
    since: Instant
    until: Instant


@router.post("/screening/replays", response={202: ReplayShown})
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("not_found", "screening_replay_defective", "screening_not_installed", "key_is_narrowed"),
    example=Example(
        "operator",
        body={"rules": 2, "marketplace": "quay", "since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"},
        status=202,
    ),
)
def ask_for_screening_replay(request: HttpRequest, body: ReplaySent) -> tuple[int, dict[str, Any]]:
    """Have past listings judged by a rule set, without any effect: what marketplaces sent, and what was frozen for cases.

    Pictures count by the hashes of those that were kept; none is fetched again."""
    place = place_of(request, body.marketplace) if body.marketplace else None
    if place is None:
        whole_desk(request)
    asked = _rules_numbered(body.rules)
    told = {"by": caller_of(request).person, "at": request.at, "now": true_time.now()}
    replay = replaying.ask(asked, marketplace=place, since=body.since, until=body.until, **told)
    answer_header(request, "Location", f"/api/v1/screening/replays/{replay.pk}")
    return 202, _replay(replay)


@router.get("/screening/replays", response=Page[ReplayShown])
@api_door(roles=(OPERATOR,), scope="operations:read", problems=("cursor_unknown",), example=Example("operator"))
def list_screening_replays(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List what was asked, the newest first."""
    return page_of(
        request, _replays(request), asked, order=("-pk",), show=lambda piece: [_replay(row) for row in piece]
    )


@router.get("/screening/replays/{id}", response=ReplayShown)
@api_door(roles=(OPERATOR,), scope="operations:read", example=Example("operator", path=REPLAY))
def read_screening_replay(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read how far one has come, and what would have changed."""
    row = _replays(request).filter(pk=id).first()
    if row is None:
        raise Http404("there is no such replay")
    return _replay(row)


def _replays(request: HttpRequest) -> QuerySet[Replay]:
    return Replay.objects.filter(**only_here(request, "marketplace")).select_related("rules", "marketplace")


def _replay(row: Replay) -> dict[str, Any]:
    same = ("since", "until", "asked_at", "total", "looked_at", "unseen", "changes", "examples", "finished_at")
    place = row.marketplace.slug if row.marketplace else None
    return {
        **{name: getattr(row, name) for name in same},
        "id": row.pk,
        "rules": row.rules.number,
        "marketplace": place,
    }


# --- drift ----------------------------------------------------------------------------------------------------------------


class ShareShown(Shown):
    """How many proved right, of how many; where the share lies, 95 %."""

    right: int
    of: int
    share: float
    interval: tuple[float, float]


class DriftShown(Shown):
    """One combination of signals: the last thirty days against all before."""

    combination: str
    lately: ShareShown
    before: ShareShown
    moved: Literal["", "up", "down"] = Field(description="Only where the two intervals do not meet.")
    said: str


class DriftTable(Shown):
    """Every combination that people said something of."""

    items: list[DriftShown]


@router.get("/screening/drift", response=DriftTable)
@api_door(roles=(OPERATOR,), scope="operations:read", example=Example("operator"))
def read_screening_drift(request: HttpRequest) -> dict[str, Any]:
    """Read whether screening still proves right as often as before, for each combination of signals."""
    return {"items": [_drift(row) for row in drift.table(at=request.at)]}


def _drift(row: drift.Drift) -> dict[str, Any]:
    return {
        "combination": row.combination,
        "lately": row.lately._asdict(),
        "before": row.before._asdict(),
        "moved": row.moved,
        "said": drift.said(row),
    }
