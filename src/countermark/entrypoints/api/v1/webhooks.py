"""Who wants to be told what: endpoints made, changed, tested, paused, resumed, replayed and closed; and what was delivered."""

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import AUDITOR, OPERATOR, PARTIES, SELLER
from countermark.apps.webhooks import services
from countermark.apps.webhooks.models import Dispatch, Endpoint
from countermark.apps.webhooks.selectors import PLATFORM, Owner, counts_of, deliveries_of, endpoints_of, health
from countermark.apps.webhooks.services import EndpointSaid
from countermark.apps.work import true_time
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import whole_desk
from countermark.entrypoints.api.problems import Refused
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown, Strict

router = ApiRouter(tags=["webhooks"])
ROLES = (*PARTIES, OPERATOR)
SCOPE, READ = "webhooks:manage", "webhooks:read"
PATH = {"id": "710001"}
Code = Annotated[str, Field(max_length=60)]
Codes = Annotated[list[Code], Field(max_length=100)]


class EndpointSent(Strict):
    """An address that wants to be told; an empty filter lets everything through that its owner may see."""

    name: Line
    url: Annotated[str, Field(max_length=2000)]
    events: Codes = Field(default_factory=list)
    marketplaces: Codes = Field(default_factory=list, description="Slugs.")
    packs: Codes = Field(default_factory=list)


class EndpointShown(Shown):
    """An endpoint and how it fares."""

    id: int
    name: str
    url: str
    events: list[str]
    marketplaces: list[str]
    packs: list[str]
    health: str = Field(description="new, well, failing, paused or stopped.")
    why: str = Field(description="Why it was stopped.")
    failing_since: Instant | None
    accepted_at: Instant | None
    next_try_at: Instant | None
    last_answer: str
    old_secret_until: Instant | None = Field(description="Until then the secret before signs as well.")
    next_position: int
    waiting: int
    given_up: int


class EndpointMade(EndpointShown):
    """A new endpoint. Its secret is shown this once."""

    secret: str


class SecretMade(Shown):
    """A new secret, shown this once; the one before signs beside it for a day."""

    secret: str


class DispatchShown(Shown):
    """One event on its way to one endpoint, or a test."""

    id: int
    webhook_id: str
    event: str = Field(description="Its code; `ping` for a test.")
    case: str | None
    position: int | None
    state: str
    attempts: int
    tried_at: Instant | None
    next_at: Instant
    accepted_at: Instant | None
    status: int | None
    fault: str
    answer: str
    replays: int


def _owner(request: HttpRequest) -> Owner:
    """For whom this key keeps endpoints. The platform's concern all marketplaces."""
    caller = caller_of(request)
    if caller.role in (OPERATOR, AUDITOR):
        whole_desk(request)
        return PLATFORM
    client = caller.client
    return Owner(seller_id=client.seller_id) if caller.role == SELLER else Owner(holder_id=client.holder_id)


class Endpoints(Shown):
    """Every endpoint that is not closed; there are few."""

    items: list[EndpointShown]


@router.get("/webhooks", response=Endpoints)
@api_door(roles=ROLES, scope=READ, problems=("key_is_narrowed",), example=Example("operator"))
def list_webhooks(request: HttpRequest) -> dict[str, Any]:
    """List the endpoints of the account, the shop or, for operators, the platform."""
    return {"items": [_shown(row) for row in endpoints_of(_owner(request))]}


@router.post("/webhooks", response={201: EndpointMade})
@api_door(
    roles=ROLES,
    scope=SCOPE,
    problems=("key_is_narrowed", "endpoint_defective"),
    example=Example("operator", body={"name": "Our shelves", "url": "https://hooks.quay.example/rights"}, status=201),
)
def add_webhook(request: HttpRequest, body: EndpointSent) -> tuple[int, dict[str, Any]]:
    """Make an endpoint. It is sent what is recorded from now on; its secret is shown this once."""
    owner, by = _owner(request), caller_of(request).person
    row, secret = services.add_endpoint(owner=owner, said=_said(body), by=by, now=true_time.now())
    answer_header(request, "Location", f"/api/v1/webhooks/{row.pk}")
    return 201, {**_shown(row), "secret": secret}


@router.get("/webhooks/{id}", response=EndpointShown)
@api_door(roles=ROLES, scope=READ, problems=("key_is_narrowed",), example=Example("operator", path=PATH))
def read_webhook(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read one endpoint."""
    return _shown(services.endpoint_of(id, _owner(request)))


@router.put("/webhooks/{id}", response=EndpointShown)
@api_door(
    roles=ROLES,
    scope=SCOPE,
    problems=("key_is_narrowed", "endpoint_defective"),
    example=Example("operator", path=PATH, body={"name": "Shelves", "url": "https://hooks.quay.example/new"}),
)
def change_webhook(request: HttpRequest, id: Id, body: EndpointSent) -> dict[str, Any]:
    """Replace what is said about an endpoint; filters bind what is taken up from now on."""
    return _shown(services.change_endpoint(id, owner=_owner(request), said=_said(body)))


@router.delete("/webhooks/{id}", response={204: None})
@api_door(roles=ROLES, scope=SCOPE, problems=("key_is_narrowed",), example=Example("operator", path=PATH, status=204))
def close_webhook(request: HttpRequest, id: Id) -> tuple[int, None]:
    """Never send to it again: its secrets are destroyed, what was delivered stays on record."""
    services.close(id, owner=_owner(request), now=true_time.now())
    return 204, None


@router.post("/webhooks/{id}/secret", response=SecretMade)
@api_door(roles=ROLES, scope=SCOPE, problems=("key_is_narrowed",), example=Example("operator", path=PATH))
def change_webhook_secret(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Make a new secret, shown this once; for a day the one before signs beside it."""
    return {"secret": services.change_secret(id, owner=_owner(request), now=true_time.now())}


@router.post("/webhooks/{id}/pause", response=EndpointShown)
@api_door(
    roles=ROLES, scope=SCOPE, problems=("key_is_narrowed", "not_in_this_state"), example=Example("operator", path=PATH)
)
def pause_webhook(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Send nothing for now; nothing is lost."""
    services.pause(id, owner=_owner(request), now=true_time.now())
    return _shown(services.endpoint_of(id, _owner(request)))


@router.post("/webhooks/{id}/resume", response=EndpointShown)
@api_door(
    roles=ROLES,
    scope=SCOPE,
    problems=("key_is_narrowed", "not_in_this_state"),
    example=Example("operator", path={"id": "710002"}),
)
def resume_webhook(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Go on where it stood, with everything that waits."""
    services.resume(id, owner=_owner(request), now=true_time.now())
    return _shown(services.endpoint_of(id, _owner(request)))


@router.post("/webhooks/{id}/try-now", response=EndpointShown)
@api_door(
    roles=ROLES, scope=SCOPE, problems=("key_is_narrowed", "not_in_this_state"), example=Example("operator", path=PATH)
)
def try_webhook_now(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Do not wait for the next try of an endpoint that fails."""
    services.try_now(id, owner=_owner(request), now=true_time.now())
    return _shown(services.endpoint_of(id, _owner(request)))


@router.post("/webhooks/{id}/test", response={202: DispatchShown})
@api_door(roles=ROLES, scope=SCOPE, problems=("key_is_narrowed",), example=Example("operator", path=PATH, status=202))
def test_webhook(request: HttpRequest, id: Id) -> tuple[int, dict[str, Any]]:
    """Send a ping, in whatever state the endpoint is; its delivery shows what came of it."""
    return 202, _dispatch(services.test(id, owner=_owner(request), now=true_time.now()))


class ReplayFrom(Strict):
    """From where on: a number of the log, or an instant of recording. One of the two."""

    position: int | None = Field(None, ge=0, le=2**53 - 1)
    since: Instant | None = None


class Replayed(Shown):
    """The first number of the log that is sent again."""

    position: int


@router.post("/webhooks/{id}/replay", response={202: Replayed})
@api_door(
    roles=ROLES,
    scope=SCOPE,
    problems=("key_is_narrowed", "nothing_to_replay", "replay_from_where"),
    example=Example("operator", path=PATH, body={"position": 0}, status=202),
)
def replay_webhook(request: HttpRequest, id: Id, body: ReplayFrom) -> tuple[int, dict[str, Any]]:
    """Send everything from a point on once more, under the ids it had, marked as a replay."""
    if (body.position is None) == (body.since is None):
        raise Refused("replay_from_where")
    owner = _owner(request)
    start = services.replay(id, owner=owner, now=true_time.now(), position=body.position, since=body.since)
    return 202, {"position": start}


# --- deliveries -----------------------------------------------------------------------------------------------------------


class DispatchesAsked(Asked):
    """How the list is narrowed."""

    state: Literal["", "waiting", "accepted", "given_up"] = ""
    event: Line = Field("", description="The code of an event, or `ping`.")
    case: Line = Field("", description="In the case's number, or a webhook id.")


@router.get("/webhooks/{id}/deliveries", response=Page[DispatchShown])
@api_door(
    roles=ROLES,
    scope=READ,
    problems=("cursor_unknown", "key_is_narrowed"),
    example=Example("operator", path=PATH, query={"state": "waiting"}),
)
def list_webhook_deliveries(request: HttpRequest, id: Id, asked: Query[DispatchesAsked]) -> dict[str, Any]:
    """List what was sent to an endpoint or waits for it, newest first."""
    row = services.endpoint_of(id, _owner(request))
    rows = deliveries_of(row, state=asked.state, event=asked.event, case=asked.case)
    return page_of(request, rows, asked, order=("-pk",), show=lambda piece: [_dispatch(each) for each in piece])


@router.post("/webhook-deliveries/{id}/send-again", response={202: DispatchShown})
@api_door(
    roles=ROLES,
    scope=SCOPE,
    problems=("key_is_narrowed", "not_in_this_state"),
    example=Example("operator", path={"id": "710001"}, status=202),
)
def send_webhook_again(request: HttpRequest, id: Id) -> tuple[int, dict[str, Any]]:
    """Send one event once more, under its old id, before what waits of its case."""
    row = services.send_again(id, owner=_owner(request), now=true_time.now())
    return 202, _dispatch(_again(row))


@router.post("/webhook-deliveries/{id}/give-up", response=DispatchShown)
@api_door(
    roles=ROLES,
    scope=SCOPE,
    problems=("key_is_narrowed", "not_in_this_state"),
    example=Example("operator", path={"id": "710002"}),
)
def give_webhook_up(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Do not send this one any more: what waits behind it in its case goes on."""
    return _dispatch(_again(services.give_up(id, owner=_owner(request), now=true_time.now())))


def _again(row: Dispatch) -> Dispatch:
    found = Dispatch.objects.select_related("event", "complaint").filter(pk=row.pk).first()
    if found is None:
        raise Http404("there is no such delivery")
    return found


def _said(body: EndpointSent) -> EndpointSaid:
    given = body.model_dump()
    return EndpointSaid(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()})


def _shown(row: Endpoint) -> dict[str, Any]:
    same = (
        "name", "url", "events", "marketplaces", "packs", "why", "failing_since", "accepted_at", "next_try_at",
        "last_answer", "next_position",
    )  # fmt: skip
    counts = counts_of(row) if not hasattr(row, "waiting") else {"waiting": row.waiting, "given_up": row.given_up}
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in same},
        "health": health(row),
        "old_secret_until": row.old_until,
        "waiting": counts["waiting"],
        "given_up": counts["given_up"],
    }


def _dispatch(row: Dispatch) -> dict[str, Any]:
    same = (
        "webhook_id", "position", "state", "attempts", "tried_at", "next_at", "accepted_at", "status", "fault", "answer",
        "replays",
    )  # fmt: skip
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in same},
        "event": row.event.event if row.event else "ping",
        "case": row.complaint.number if row.complaint else None,
    }
