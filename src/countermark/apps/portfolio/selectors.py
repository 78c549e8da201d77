"""Reading imports and sendings: those of a holder, and the rows of one of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from countermark.apps.portfolio.models import (
    SEND_VERDICTS,
    VERDICTS,
    RightImport,
    RightImportRow,
    RightSubmission,
    RightSubmissionRow,
)


def imports_of(holder_ids: Sequence[int]) -> QuerySet[RightImport]:
    """The files these holders brought in, the newest first."""
    return (
        RightImport.objects.filter(holder_id__in=list(holder_ids)).select_related("holder", "by").order_by("-at", "-pk")
    )


def rows_of(source: RightImport, verdict: str = "") -> QuerySet[RightImportRow]:
    """The rows in the order of the file; those of one verdict, if one is named."""
    rows = RightImportRow.objects.filter(source=source)
    return (rows.filter(verdict=verdict) if verdict in VERDICTS else rows).order_by("row")


def total(source: RightImport) -> int:
    """How many rows the file has."""
    return sum(source.counts.values())


def to_store(source: RightImport) -> int:
    """How many rows are stored, or will be."""
    return source.counts.get("new", 0) + source.counts.get("changed", 0)


def imports_with_drafts(holder_ids: Sequence[int]) -> QuerySet[RightImport]:
    """The files of which rights were stored, the newest first."""
    return imports_of(holder_ids).filter(state="done")


def submissions_of(holder_ids: Sequence[int]) -> QuerySet[RightSubmission]:
    """What these holders had judged to be sent together, the newest first."""
    rows = RightSubmission.objects.filter(holder_id__in=list(holder_ids)).select_related("holder", "source", "by")
    return rows.order_by("-at", "-pk")


def drafts_in(submission: RightSubmission, verdict: str = "") -> QuerySet[RightSubmissionRow]:
    """The drafts in order; those of one verdict, if one is named."""
    rows = RightSubmissionRow.objects.filter(submission=submission).select_related("right")
    return (rows.filter(verdict=verdict) if verdict in SEND_VERDICTS else rows).order_by("row")


def to_send(submission: RightSubmission) -> int:
    """How many are sent, or will be."""
    return sum(submission.counts.get(verdict, 0) for verdict in submission.goes)
