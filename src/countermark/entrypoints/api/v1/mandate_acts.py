"""What have agents done in the owner's name? Read by the owner's own programs, under all the mandates it gave."""

from typing import Any

from django.http import HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import RIGHTS_HOLDER
from countermark.apps.mandates import selectors
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Page, Shown
from countermark.entrypoints.mandate_shown import NEWEST_FIRST, Act, acts, done

router = ApiRouter(tags=["mandates"])
GIVEN = "710006"  # in the world of the examples: Halden & Moe's


class MandateAct(Shown):
    """One thing an agent did in the owner's name. `event` is the step of the case or `appealed`, `said` the same in words.

    `state` is where the case stands now, `mandate` the one it is under now."""

    at: Instant
    case: str
    event: str
    said: str
    right: str
    marketplace: str
    state: str
    agent: str
    agent_id: int
    mandate: int
    mandate_number: str


class MandateActsAsked(Asked):
    """How the list is narrowed."""

    agent: Id | None = Field(None, description="`agent_id` of a mandate.")
    mandate: Id | None = None


@router.get("/mandate-acts", response=Page[MandateAct])
@api_door(
    roles=(RIGHTS_HOLDER,),
    scope="rights:read",
    problems=("cursor_unknown",),
    example=Example("rights_holder", query={"mandate": GIVEN}),
)
def list_mandate_acts(request: HttpRequest, asked: Query[MandateActsAsked]) -> dict[str, Any]:
    """List everything agents did in the owner's name, the newest first: filed, answered, withdrew, appealed."""
    given = selectors.given_by(caller_of(request).holder_ids)
    given = given.filter(agent=asked.agent) if asked.agent else given
    given = given.filter(pk=asked.mandate) if asked.mandate else given
    return page_of(
        request, done(given), asked, order=NEWEST_FIRST, show=lambda piece: [_shown(act) for act in acts(piece)]
    )


def _shown(act: Act) -> dict[str, Any]:
    assert act.mandate is not None  # it was found by it
    same = {name: getattr(act, name) for name in ("at", "event", "said", "right", "state")}
    return {
        **same,
        "case": act.number,
        "marketplace": act.slug,
        "agent": act.mandate.agent.name,
        "agent_id": act.mandate.agent_id,
        "mandate": act.mandate.pk,
        "mandate_number": str(act.mandate),
    }
