"""The log of a case: its events as they were hashed, and the proof that none of them was changed."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import EVERY_ROLE
from countermark.apps.complaints import log
from countermark.apps.complaints.models import ComplaintEvent
from countermark.entrypoints.api.cases import own_case
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.routing import ApiRouter, etag
from countermark.entrypoints.api.schemas import Asked, Instant, Page, Shown

router = ApiRouter(tags=["complaints"])
NUMBER = "CM-2026-000001-01"


class EventShown(Shown):
    """One link of the chain: codes, ids, instants and digests. `position` is its place in the whole log, once it has one."""

    seq: int
    event: str
    by: str
    at: Instant
    recorded_at: Instant
    state: str
    ask: str
    payload: dict[str, Any] = Field(description="As it was hashed.")
    hash: str = Field(description="SHA-256 over the hash before it and the payload, hex.")
    position: int | None
    proof: str = Field(description="Where the way into a signed checkpoint is.")


class ProvedEvent(Shown):
    """One event with the way from its leaf to the root of the checkpoint."""

    payload: str
    hash: str
    position: int | None
    proof: list[str] | None


class Proof(Shown):
    """What anybody needs to check a case without us. The checkpoint is a C2SP signed note."""

    case: str
    genesis: str
    events: list[ProvedEvent]
    checkpoint: str | None
    public_key: str | None


@router.get("/complaints/{number}/events", response=Page[EventShown])
@api_door(
    roles=EVERY_ROLE,
    scope="events:read",
    problems=("cursor_unknown",),
    example=Example("reviewer", path={"number": NUMBER}),
)
def list_events(request: HttpRequest, number: str, asked: Query[Asked]) -> dict[str, Any]:
    """List the events of a case, oldest first."""
    case = own_case(request, number)
    etag(request, case)
    rows = ComplaintEvent.objects.filter(complaint=case).select_related("leaf")
    return page_of(request, rows, asked, order=("seq",), show=lambda piece: [_shown(number, each) for each in piece])


def _shown(number: str, event: ComplaintEvent) -> dict[str, Any]:
    same = {name: getattr(event, name) for name in ("seq", "event", "by", "at", "recorded_at", "state", "ask")}
    return {
        **same,
        "payload": json.loads(event.payload),
        "hash": bytes(event.hash).hex(),
        "position": event.leaf.position if hasattr(event, "leaf") else None,
        "proof": f"{settings.BASE_URL}/api/v1/complaints/{number}/proof",
    }


@router.get("/complaints/{number}/proof", response=Proof)
@api_door(roles=EVERY_ROLE, scope="events:read", example=Example("seller", path={"number": NUMBER}))
def prove_complaint(request: HttpRequest, number: str) -> dict[str, Any]:
    """Prove a case: its chain, and for each event the way into a checkpoint we signed."""
    return log.proof_of_case(own_case(request, number))
