"""What is kept how long, and a restored installation that is held: counted, let go and released by program."""

from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest
from pydantic import Field

from countermark.apps.access.scopes import OPERATOR
from countermark.apps.keeping import going_on, held, retention
from countermark.apps.keeping.rules import Rule, rules
from countermark.apps.parties.models import StaffEvent
from countermark.apps.work import true_time
from countermark.entrypoints import retention_words as words
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.places import whole_desk
from countermark.entrypoints.api.problems import Refused
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Instant, Shown, Strict

router = ApiRouter(tags=["operations"])


class RetentionRule(Shown):
    """A rule: what goes, how long after, and where the number comes from."""

    id: str
    what: str
    table: str
    does: str
    days: int
    years: int
    source: str


class RetentionRun(Shown):
    """What was counted, or went: how much by each rule; a rule that is not named, nothing."""

    at: Instant
    by: str
    counts: dict[str, int]


class RetentionShown(Shown):
    """The rules, and what was counted and let go last. `waiting`: a worker is at it."""

    nightly: bool
    waiting: bool
    rules: list[RetentionRule]
    counted: RetentionRun | None
    applied: RetentionRun | None


@router.get("/retention", response=RetentionShown)
@api_door(roles=(OPERATOR,), scope="operations:read", problems=("key_is_narrowed",), example=Example("operator"))
def read_retention(request: HttpRequest) -> dict[str, Any]:
    """Read what is kept how long, and what was counted and let go last."""
    whole_desk(request)
    return _retention()


@router.post("/retention/count", response={202: RetentionShown})
@api_door(
    roles=(OPERATOR,), scope="operations:act", problems=("key_is_narrowed",), example=Example("operator", status=202)
)
def count_retention(request: HttpRequest) -> tuple[int, dict[str, Any]]:
    """Have a worker count what would go today. Nothing goes."""
    whole_desk(request)
    retention.ask("count", by=caller_of(request).person, now=true_time.now())
    return 202, _retention()


@router.post("/retention/apply", response={202: RetentionShown})
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("key_is_narrowed", "retention_not_counted"),
    example=Example("operator", status=202),
)
def apply_retention(request: HttpRequest) -> tuple[int, dict[str, Any]]:
    """Have a worker let go what may no longer be kept; it does not come back. Refused unless counted within a day."""
    whole_desk(request)
    now = true_time.now()
    if retention.counted_lately(now=now) is None:
        raise Refused("retention_not_counted")
    retention.ask("apply", by=caller_of(request).person, now=now)
    return 202, _retention()


def _retention() -> dict[str, Any]:
    return {
        "nightly": settings.RETENTION,
        "waiting": retention.is_waiting(),
        "rules": [_rule(rule) for rule in rules()],
        "counted": _run(retention.asked_last("count")),
        "applied": _run(retention.asked_last("apply")),
    }


def _rule(rule: Rule) -> dict[str, Any]:
    same = {name: getattr(rule, name) for name in ("id", "table", "does", "days", "years", "source")}
    return {**same, "what": words.what(rule)}


def _run(event: StaffEvent | None) -> dict[str, Any] | None:
    return {"at": event.at, "by": str(event.by or ""), "counts": event.data} if event else None


# --- a restored installation ----------------------------------------------------------------------------------------------


class RestorationShown(Shown):
    """Whether the installation was restored and is held, as it stood when, and how many letters wait for a word."""

    held: bool
    backup_at: Instant | None
    restored_at: Instant | None
    letters: dict[str, int] = Field(description="How many, by the job that would send them.")


@router.get("/restoration", response=RestorationShown)
@api_door(roles=(OPERATOR,), scope="operations:read", problems=("key_is_narrowed",), example=Example("operator"))
def read_restoration(request: HttpRequest) -> dict[str, Any]:
    """Read whether the installation was restored from a backup and stands still."""
    whole_desk(request)
    return _restoration()


class Release(Strict):
    """What becomes of the held letters: left to operators, sent now, or they had gone out before."""

    letters: Literal["hold", "send", "sent"]


@router.post("/restoration/release", response=RestorationShown)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("key_is_narrowed", "nothing_to_release"),
    example=Example("operator", body={"letters": "hold"}),
)
def release_restoration(request: HttpRequest, body: Release) -> dict[str, Any]:
    """Let the workers of a restored installation work again."""
    whole_desk(request)
    going_on.release(letters=body.letters, by=caller_of(request).person, now=true_time.now())
    return _restoration()


def _restoration() -> dict[str, Any]:
    since = going_on.waiting()
    return {
        "held": since is not None,
        "backup_at": since.backup_at if since else None,
        "restored_at": since.restored_at if since else None,
        "letters": held.letters_by_kind() if since else {},
    }
