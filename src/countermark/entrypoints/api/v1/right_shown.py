"""How is an IP right written as JSON?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from countermark.apps.rights import living, words
from countermark.apps.rights.clocks import stands
from countermark.apps.rights.models import Right, RightEvent, RightRenewal
from countermark.core import catalogue
from countermark.entrypoints.api.schemas import Defect, Instant, Shown
from countermark.entrypoints.api.v1.case_shown import File, file_shown


class RightRow(Shown):
    """One right in a list."""

    id: int
    kind: str
    state: str
    status: str
    name: str
    office: str
    number: str
    owner: str
    territory: str
    classes: list[int]
    expires_on: date | None
    submitted_at: Instant | None
    due_at: Instant | None
    verified_at: Instant | None


class ReturnReason(Shown):
    """Why it was sent back, and how to mend it."""

    code: str
    what: str
    how_to_mend: str


class PaperOfRight(Shown):
    """A paper that proves it. An agent's mandate is one of them."""

    id: int
    kind: str
    label: str
    file: File


class Happened(Shown):
    """One event in the history of a right; `answers` are those that were sent with it."""

    at: Instant
    event: str
    title: str
    reasons: list[str]
    note: str
    answers: dict[str, str]


class Ends(Shown):
    """How a right stands today at its office. `state`: approved, expiring, in_grace or expired; `reminded`: at how many days
    before the end its holder was reminded last. Taken for renewal from `renewable_from` on, until `rescued_until`."""

    state: str
    on: date
    reminded: int | None
    renewable_from: date | None
    rescued_until: date | None


class RenewalShown(Shown):
    """A renewal that waits for a reviewer."""

    id: int
    right: int
    name: str
    holder: str
    expires_on: date
    sent_at: Instant
    due_at: Instant
    file: File


class RightShown(RightRow):
    """One right whole. `missing`: what still has to be mended before it can be sent; `would_be_returned`: what a reviewer
    would probably send it back for. `ends`: how near its end is."""

    holder: str
    answers: dict[str, str]
    return_reasons: list[ReturnReason]
    return_note: str
    picture: File | None
    papers: list[PaperOfRight]
    missing: list[Defect]
    would_be_returned: list[Defect]
    ends: Ends | None
    renewal: RenewalShown | None
    history: list[Happened]


def right_row(right: Right) -> dict[str, Any]:
    """A right as RightRow takes it."""
    same = ("kind", "state", "name", "office", "number", "territory", "classes", "expires_on", "submitted_at", "due_at")
    return {
        **{name: getattr(right, name) for name in same},
        "id": right.pk,
        "status": words.state_said(right.state).word,
        "owner": right.owner_name,
        "verified_at": right.verified_at,
    }


def right_shown(right: Right, missing: list[Defect], would: list[Defect], *, at: datetime) -> dict[str, Any]:
    """A right as RightShown takes it."""
    waits = living.waiting_renewal(right)
    said = [(code, *words.return_reason_said(code)) for code in right.return_reasons]
    return {
        **right_row(right),
        "holder": right.holder.name,
        "answers": right.fields,
        "return_reasons": [{"code": code, "what": what, "how_to_mend": cure} for code, what, cure in said],
        "return_note": right.return_note,
        "picture": file_shown(right.picture) if right.picture else None,
        "papers": _papers(right),
        "missing": missing,
        "would_be_returned": would,
        "ends": _ends(right, at),
        "renewal": renewal_shown(waits) if waits else None,
        "history": [_happened(event) for event in right.events.order_by("pk")],
    }


def _ends(right: Right, at: datetime) -> dict[str, Any] | None:
    now = stands(right, at=at)
    if now.ends_on is None or now.state in ("draft", "pending", "returned"):
        return None
    days = {"on": now.ends_on, "renewable_from": now.opens_on, "rescued_until": now.grace_ends_on}
    return {"state": now.state, "reminded": now.mark, **days}


def renewal_shown(renewal: RightRenewal) -> dict[str, Any]:
    """A renewal as RenewalShown takes it."""
    same = {name: getattr(renewal, name) for name in ("expires_on", "sent_at", "due_at")}
    right = renewal.right
    named = {"id": renewal.pk, "right": right.pk, "name": right.name, "holder": right.holder.name}
    return {**named, **same, "file": file_shown(renewal.file)}


def _papers(right: Right) -> list[dict[str, Any]]:
    known = catalogue.load().documents_of(right.kind, is_agent=right.holder.is_agent)
    labels = {paper.id: gettext(paper.label) for paper in known}
    rows = right.documents.select_related("file").order_by("pk")
    return [
        {"id": row.pk, "kind": row.kind, "label": labels.get(row.kind, row.kind), "file": file_shown(row.file)}
        for row in rows
    ]


def _happened(event: RightEvent) -> dict[str, Any]:
    return {
        "at": event.at,
        "event": event.event,
        "title": words.event_said(event.event),
        "reasons": list(event.data.get("reasons", ())),
        "note": event.data.get("note", "") or event.data.get("why", ""),
        "answers": event.data.get("answers", {}),
    }
