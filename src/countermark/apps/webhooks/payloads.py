"""What does a receiver read? Codes, ids and instants; never a name, an address, free text or a file.

The rest is read through the API by whoever may. One event has one id, everywhere and for ever: it is taken from the hash of the
event in the log, so that a replay, or a world restored from a backup, sends the id that a receiver knows already.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from countermark.apps.webhooks.models import Dispatch

PING = "ping"


def webhook_id(event_hash: bytes) -> str:
    return f"evt_{bytes(event_hash)[:16].hex()}"


def body_of(dispatch: Dispatch) -> bytes:
    """The bytes to send: the same at every try and replay."""
    said = _ping(dispatch) if dispatch.event_id is None else _event(dispatch)
    return json.dumps(said, separators=(",", ":")).encode("ascii")


def _ping(dispatch: Dispatch) -> dict[str, Any]:
    return {"type": PING, "timestamp": instant(dispatch.created_at), "data": {"endpoint": dispatch.endpoint_id}}


def _event(dispatch: Dispatch) -> dict[str, Any]:
    event, case = dispatch.event, dispatch.complaint
    assert event is not None and case is not None
    data = {
        "case": case.number,
        "notice": case.notice.number,
        "marketplace": case.notice.marketplace.slug,
        "item": case.listing.item_id,
        "procedure": case.pack,
        "event": event.event,
        "by": event.by,
        "seq": event.seq,
        "state": event.state,
        "ask": event.ask,
        "due_at": instant(dispatch.due_at) if dispatch.due_at else None,
        "recorded_at": instant(event.recorded_at),
        "position": dispatch.position,
    }
    return {"type": f"complaint.{event.event}", "timestamp": instant(event.at), "data": data}


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
