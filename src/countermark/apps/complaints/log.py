"""The log as a whole: one sequencer numbers the events, signed Merkle checkpoints cover them, anybody can verify.

Leaves are the hashes of the chain. A checkpoint is signed with Ed25519 and handed out as a C2SP signed note, so that a
verifier needs nothing of ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet, Subquery

from countermark.apps.complaints.models import (
    Complaint,
    ComplaintEvent,
    CounterNotice,
    LogCheckpoint,
    LogLeaf,
    Notice,
    PartyWord,
)
from countermark.apps.work.bulk import put
from countermark.apps.work.models import Restoration
from countermark.apps.work.sealing import still_matches
from countermark.core import chain, merkle

BATCH = 5000  # leaves numbered in one transaction
SEQUENCER = 0x636D6C  # the advisory lock of the one sequencer on PostgreSQL; on SQLite the IMMEDIATE transaction is it


@dataclass(frozen=True)
class Fault:
    """One thing that does not verify: where, and what is wrong with it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def sequence(*, newest: int | None = None) -> int:
    """Give the next numbers to events that have none; returns how many. Ids commit out of order, so none is ever skipped.

    Numbers are given under one lock and without gaps: whoever has seen number n will never see a lower one come after it.
    `newest` looks at so many of the newest rows only, however long the log is; a call without it finds the stragglers.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEQUENCER])
        position, event_id = LogLeaf.objects.order_by("-position").values_list("position", "event_id").first() or (
            -1,
            0,
        )
        start = position + 1
        waiting = ComplaintEvent.objects.filter(leaf=None).order_by("recorded_at", "complaint_id", "seq")
        if newest is not None:
            waiting = waiting.filter(pk__gt=event_id - newest)
        ids = list(waiting.values_list("pk", flat=True)[:BATCH])
        put("complaints_logleaf", ("position", "event_id"), [(start + n, pk) for n, pk in enumerate(ids)])
    return len(ids)


def checkpoint(*, at: datetime) -> LogCheckpoint | None:
    """Sign the root over all numbered leaves; None when the last checkpoint covers them already."""
    size = LogLeaf.objects.count()
    if not size or LogCheckpoint.objects.filter(size=size).exists():
        return None
    point = merkle.Checkpoint(origin(), size, tree(size).root(), at.replace(microsecond=0))
    key = Ed25519PrivateKey.from_private_bytes(settings.LOG_SIGNING_KEY)
    signed = {"signature": key.sign(point.body), "public_key": key.public_key().public_bytes_raw()}
    made, _ = LogCheckpoint.objects.get_or_create(
        size=size, defaults={"origin": point.origin, "root": point.root, "at": point.at, **signed}
    )
    return made


def with_checkpoint(cases: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """These cases, each with the newest checkpoint: `covered_by` tells it."""
    newest = LogCheckpoint.objects.order_by("-size")
    told = {f"checkpoint_{name}": Subquery(newest.values(name)[:1]) for name in Covered._fields}
    return cases.annotate(**told)


class Covered(NamedTuple):
    """A checkpoint, as a page names it."""

    size: int
    at: datetime


def covered_by(complaint: Complaint) -> Covered | None:
    """The newest checkpoint beside a case of `with_checkpoint`; None while there is none."""
    size, at = (getattr(complaint, f"checkpoint_{name}") for name in Covered._fields)
    return Covered(size, at) if size is not None else None


def origin() -> str:
    """The name of this log. A restored installation may sign another root for a size it signed before: it takes a new name."""
    restored = Restoration.objects.count()
    return f"{settings.LOG_ORIGIN}/{restored + 1}" if restored else settings.LOG_ORIGIN


def tree(size: int) -> merkle.Tree:
    """The Merkle tree over the first `size` leaves; a leaf is the hash of an event in its chain."""
    rows = LogLeaf.objects.order_by("position").values_list("event__hash", flat=True)[:size]
    return merkle.Tree(merkle.leaf_hash(bytes(row)) for row in rows.iterator())


def proof_of_case(complaint: Complaint) -> dict[str, Any]:
    """What one party takes home: the chain of its case, and for each event the way into a signed checkpoint."""
    events = list(complaint.events.order_by("seq").select_related("leaf"))
    point = LogCheckpoint.objects.order_by("-size").first()
    leaves = tree(point.size) if point else merkle.Tree()
    return {
        "case": complaint.number,
        "genesis": chain.GENESIS.hex(),
        "events": [_proved(event, leaves) for event in events],
        "checkpoint": _value(point).note(bytes(point.public_key)) if point else None,
        "public_key": bytes(point.public_key).hex() if point else None,
    }


def _proved(event: ComplaintEvent, leaves: merkle.Tree) -> dict[str, Any]:
    """One event with the way from its leaf to the root; without it while no checkpoint covers the event."""
    position = event.leaf.position if hasattr(event, "leaf") else None
    covered = position is not None and position < len(leaves)
    proof = leaves.inclusion_proof(position) if covered and position is not None else None
    return {
        "payload": event.payload,
        "hash": bytes(event.hash).hex(),
        "position": position,
        "proof": [step.hex() for step in proof] if proof is not None else None,
    }


def _value(point: LogCheckpoint) -> merkle.Checkpoint:
    return merkle.Checkpoint(point.origin, point.size, bytes(point.root), point.at, bytes(point.signature))


# --- verification ---------------------------------------------------------------------------------------------------------


def verify() -> Iterator[Fault]:
    """Everything that does not hold: chains, heads, columns against what was hashed, leaves, checkpoints, sealed texts."""
    yield from _chains()
    yield from _leaves()
    yield from _texts()


def _chains() -> Iterator[Fault]:
    rows = ComplaintEvent.objects.order_by("complaint_id", "seq").values_list(
        "pk", "complaint_id", "seq", "event", "by", "state", "ask", "at", "payload", "hash"
    )
    heads = {
        pk: (number, bytes(head)) for pk, number, head in Complaint.objects.values_list("pk", "number", "head_hash")
    }
    case, expected, last = None, 0, chain.GENESIS
    for row in rows.iterator(chunk_size=BATCH):
        if row[1] != case:
            yield from _head(case, last, heads)
            case, expected, last = row[1], 0, chain.GENESIS
        yield from _link(row, heads[row[1]][0], expected, last)
        last, expected = bytes(row[9]), row[2] + 1
    yield from _head(case, last, heads)
    for number in Complaint.objects.filter(events=None).values_list("number", flat=True):
        yield Fault(number, "has no events at all")


def _link(row: tuple[Any, ...], number: str, expected: int, last: bytes) -> Iterator[Fault]:
    pk, _, seq, event, by, state, ask, at, payload, digest = row
    where = f"{number}, event {seq} (row {pk})"
    if seq != expected:
        yield Fault(where, f"event {expected} is missing before it")
    if chain.event_hash(last, payload.encode()) != bytes(digest):
        yield Fault(where, "does not follow from the event before it: its content or its hash was changed")
        return
    said = json.loads(payload)
    columns = {"complaint": number, "seq": seq, "event": event, "by": by, "state": state, "ask": ask}
    for name, value in columns.items():
        if said[name] != value:
            yield Fault(where, f"the column {name} says {value!r}, the sealed event says {said[name]!r}")
    if datetime.fromisoformat(said["at"]) != at:
        yield Fault(where, f"the column at says {at.isoformat()}, the sealed event says {said['at']}")


def _head(case: int | None, last: bytes, heads: dict[int, tuple[str, bytes]]) -> Iterator[Fault]:
    if case is not None and heads[case][1] != last:
        yield Fault(heads[case][0], "the head kept with the case is not its last event: events were cut off or added")


def _leaves() -> Iterator[Fault]:
    size = LogLeaf.objects.count()
    last = LogLeaf.objects.order_by("-position").values_list("position", flat=True).first()
    if size and last != size - 1:
        yield Fault("log", f"{size} leaves are numbered up to {last}: a leaf is missing")
        return
    leaves = tree(size)
    for point in LogCheckpoint.objects.order_by("size"):
        yield from _checkpoint(point, leaves)


def _checkpoint(point: LogCheckpoint, leaves: merkle.Tree) -> Iterator[Fault]:
    where = f"checkpoint {point.size}"
    if point.size > len(leaves):
        yield Fault(where, f"covers {point.size} events, the log has {len(leaves)}: events were removed")
    elif leaves.root(point.size) != bytes(point.root):
        yield Fault(where, "its root is not that of the events it covers")
    own = Ed25519PrivateKey.from_private_bytes(settings.LOG_SIGNING_KEY).public_key().public_bytes_raw()
    if bytes(point.public_key) != own:
        yield Fault(where, "was signed with another key than this installation's")
    try:
        Ed25519PublicKey.from_public_bytes(bytes(point.public_key)).verify(bytes(point.signature), _value(point).body)
    except InvalidSignature:
        yield Fault(where, "its signature does not verify")


def _texts() -> Iterator[Fault]:
    """Sealed texts against the digests their events carry; an erased text verifies as erased."""
    opened = ComplaintEvent.objects.filter(event="opened", complaint__line=1).values_list(
        "complaint__notice_id", "payload"
    )
    said = {notice_id: json.loads(payload)["data"].get("statement") for notice_id, payload in opened.iterator()}
    for notice in Notice.objects.select_related("statement__key").iterator():
        if not still_matches(notice.statement) or said.get(notice.pk) != notice.statement.digest:
            yield Fault(notice.number, "the statement is not the one that was sealed")
    for counter in CounterNotice.objects.select_related("statement__key", "notice").iterator():
        if not still_matches(counter.statement):
            yield Fault(counter.notice.number, f"counter-notice {counter.pk} is not the one that was sealed")
    for word in PartyWord.objects.exclude(text=None).select_related("text__key", "complaint").iterator():
        if word.text is not None and not still_matches(word.text):
            yield Fault(word.complaint.number, f"the words beside event {word.seq} are not those that were sealed")
