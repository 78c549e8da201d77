"""How is the record of a register, beside what is claimed, written as JSON?"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from countermark.apps.rights.models import Right, RightRecord
from countermark.apps.rights.register import record_of as read
from countermark.entrypoints.api.schemas import Instant, Shown
from countermark.entrypoints.api.v1.case_shown import File, file_shown
from countermark.entrypoints.register_shown import record_shown


class FieldCompared(Shown):
    """One answer beside the record. `filled`: it was taken from the record; `worked_out`: by the term, the record names none."""

    id: str
    label: str
    claimed: str
    recorded: str
    verdict: Literal["same", "differs", "not_claimed", "not_in_record"]
    filled: bool
    worked_out: bool


class Finding(Shown):
    """Where the record speaks against a right that complaints rest on."""

    code: str
    what: str


class RecordShown(Shown):
    """What a register said of a right, as of `fetched_at`; `same_at` is when it last said the same.

    `status`: registered, pending, ended, expired or unknown; `status_text` are the office's own words. `waits`: a reviewer
    has to look at the findings. `picture`: the mark as the register shows it, drawn anew."""

    id: int
    right: int
    office: str
    number: str
    fetched_at: Instant
    same_at: Instant
    status: Literal["registered", "pending", "ended", "expired", "unknown"]
    status_text: str
    status_on: date | None
    picture: File | None
    fields: list[FieldCompared]
    findings: list[Finding]
    waits: bool
    looked_at: Instant | None
    note: str


def record_of(right: Right, kept: RightRecord) -> dict[str, Any]:
    """A record as RecordShown takes it."""
    said, record = record_shown(right, kept), read(kept)
    assert said is not None
    same = {
        name: getattr(kept, name)
        for name in ("office", "number", "fetched_at", "same_at", "waits", "looked_at", "note")
    }
    return {
        **same,
        "id": kept.pk,
        "right": right.pk,
        "status": record.status,
        "status_text": record.status_text,
        "status_on": record.status_on,
        "picture": file_shown(kept.picture) if kept.picture else None,
        "fields": [
            {"id": row.field, **{name: getattr(row, name) for name in FieldCompared.model_fields if name != "id"}}
            for row in said["rows"]
        ],
        "findings": [{"code": code, "what": what} for code, what in zip(kept.findings, said["findings"], strict=True)],
    }
