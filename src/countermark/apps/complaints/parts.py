"""What belongs to one case: its chain, words, counter-notices and statements.

A page, its papers and its proofs ask for the same again and again: the row of a case that is shown (`keep`) reads each kind
once, and a new view forgets it. Every other row, a writer's above all, reads anew each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from countermark.apps.complaints.models import (
    Complaint,
    ComplaintEvent,
    CounterNotice,
    CounterNoticeLine,
    PartyWord,
    StatementOfReasons,
)


def events_of(complaint: Complaint) -> Sequence[ComplaintEvent]:
    """The chain of the case, oldest first."""
    return once(complaint, "events", ComplaintEvent.objects.order_by("seq"))


def words_of(complaint: Complaint) -> Sequence[PartyWord]:
    """What a party said with an event other than filing, with its files."""
    rows = PartyWord.objects.select_related("text__key").prefetch_related("files__file")
    return once(complaint, "words", rows)


def counters_of(complaint: Complaint) -> Sequence[CounterNoticeLine]:
    """The counter-notices of the case, with what was said and shown."""
    counters = CounterNotice.objects.select_related("statement__key", "contact__key").prefetch_related("files__file")
    rows = CounterNoticeLine.objects.prefetch_related(Prefetch("counter_notice", queryset=counters))
    return once(complaint, "counter_lines", rows)


def statements_of(complaint: Complaint) -> Sequence[StatementOfReasons]:
    """The statements of reasons of the case."""
    return once(complaint, "statements", StatementOfReasons.objects.select_related("words__key"))


def keep(complaint: Complaint) -> Complaint:
    """From now on this row keeps what is read of it: for a view, which shows one instant of the case."""
    complaint._keeps_parts = True  # type: ignore[attr-defined]
    return complaint


def once(complaint: Complaint, name: str, rows: QuerySet[Any]) -> Sequence[Any]:
    """What `complaint.name` leads to, as `rows` reads it; kept where Django keeps what it prefetched, if the row keeps."""
    if not getattr(complaint, "_keeps_parts", False):
        return list(rows.filter(complaint=complaint))
    prefetch_related_objects([complaint], Prefetch(name, queryset=rows))
    return list(getattr(complaint, name).all())
