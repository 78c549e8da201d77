"""How is a counter-notice written as JSON for the other side? As the procedure lets it be seen, and no further."""

from __future__ import annotations

import json
from typing import Any

from countermark.apps.complaints.models import CounterNotice
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.work.sealing import unseal
from countermark.entrypoints.api.schemas import Instant, Shown
from countermark.entrypoints.api.v1.case_shown import File, Words, file_shown, words_shown


class Paper(Shown):
    """A paper of a counter-notice and what it shows."""

    kind: str
    file: File


class CounterShown(Shown):
    """A counter-notice. `contact` is empty and `papers` is, where the procedure does not pass them on."""

    filed_at: Instant
    ground: str
    statement: Words
    facts: dict[str, str]
    papers: list[Paper]
    declarations: list[str]
    signature: str
    contact: dict[str, str]


def counter_shown(view: CaseView, counter: CounterNotice) -> dict[str, Any]:
    """A counter-notice as CounterShown takes it."""
    told = set(view.procedure.tell.get("seller_to_complainant", ()))
    return {
        "filed_at": counter.filed_at,
        "ground": counter.ground,
        "statement": words_shown(unseal(counter.statement)),
        "facts": {name: value for name, value in counter.facts.items() if value},
        "papers": _papers(counter) if told & {"*", "ground_evidence"} else [],
        "declarations": counter.declarations,
        "signature": counter.signature,
        "contact": _contact(counter) if "*" in told else {},
    }


def _papers(counter: CounterNotice) -> list[dict[str, Any]]:
    """A proof of identity never is among them."""
    rows = counter.files.exclude(kind="identity_document").select_related("file").order_by("pk")
    return [{"kind": row.kind, "file": file_shown(row.file)} for row in rows]


def _contact(counter: CounterNotice) -> dict[str, str]:
    text = unseal(counter.contact)
    return json.loads(text) if isinstance(text, str) and text else {}
