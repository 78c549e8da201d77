"""Reading imports: the files of a holder, and the rows of one of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from countermark.apps.portfolio.models import VERDICTS, RightImport, RightImportRow


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
