"""What is held since a restore, by kind, and when was one released last? Reads only; the releasing is going_on's."""

from __future__ import annotations

from countermark.apps.keeping.going_on import HELD, LETTER_JOBS
from countermark.apps.work.models import Restoration


def letters_by_kind() -> dict[str, int]:
    """How many letters are held, by the job that would send them."""
    return {kind: _held(kind) for kind in LETTER_JOBS}


def _held(kind: str) -> int:
    rows = LETTER_JOBS[kind]._base_manager.filter(answer=HELD, delivered_at=None)
    return int(rows.exclude(failed_at=None).count())


def released_last() -> Restoration | None:
    """The restoration released last, if there was one."""
    return Restoration.objects.exclude(released_at=None).order_by("-released_at").first()
