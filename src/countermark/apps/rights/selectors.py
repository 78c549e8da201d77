"""Reading rights: lists for their holders and for reviewers, and the facts the rules ask of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from countermark.apps.rights import completeness
from countermark.apps.rights.models import Right, RightDocument
from countermark.core import catalogue
from countermark.core.notice import MandateFacts, RightFacts

SORTS = {"name": "name", "ends": "expires_on", "sent": "submitted_at", "state": "state", "kind": "kind"}


@dataclass(frozen=True)
class RightFilter:
    """What a list of rights is narrowed by; "" leaves it open."""

    state: str = ""
    kind: str = ""
    q: str = ""
    sort: str = "name"


def rights_of(holder_ids: Sequence[int], asked: RightFilter = RightFilter()) -> QuerySet[Right]:
    """The rights of these holders, narrowed and sorted."""
    rows = Right.objects.filter(holder_id__in=list(holder_ids)).select_related("picture")
    rows = rows.filter(state=asked.state) if asked.state else rows
    rows = rows.filter(kind=asked.kind) if asked.kind else rows
    for word in asked.q.replace("\0", "").split():
        named = Q(name__icontains=word) | Q(number__icontains=word) | Q(brand__icontains=word)
        rows = rows.filter(named | Q(owner_name__icontains=word) | Q(office__iexact=word))
    down, key = asked.sort.startswith("-"), SORTS.get(asked.sort.removeprefix("-"), "name")
    return rows.order_by(f"-{key}" if down else key, "pk")


def right_of(pk: int, holder_ids: Sequence[int]) -> Right | None:
    """The right of this number, if it belongs to one of these holders."""
    mine = Right.objects.filter(holder_id__in=list(holder_ids)).select_related("holder", "picture")
    return mine.filter(pk=pk).first()


def counted(holder_ids: Sequence[int]) -> dict[str, int]:
    """How many rights are in each state."""
    return {row["state"]: row["n"] for row in states_of(holder_ids)}


def states_of(holder_ids: Sequence[int]) -> QuerySet[Right, dict[str, Any]]:
    """Each state these holders have rights in, and `n`, how many."""
    rows = Right.objects.filter(holder_id__in=list(holder_ids)).order_by()
    return rows.values("state").annotate(n=Count("pk"))


def ending_soon(holder_ids: Sequence[int], *, today: date) -> QuerySet[Right]:
    """Verified rights that end within the half year, the first to end first."""
    last = today + timedelta(days=catalogue.load().number("right_ends_soon"))
    mine = Right.objects.filter(holder_id__in=list(holder_ids), state="approved")
    return mine.filter(expires_on__isnull=False, expires_on__lte=last).order_by("expires_on")


def to_verify() -> QuerySet[Right]:
    """Registrations that wait for a reviewer, those due first in front."""
    return Right.objects.filter(state="pending").select_related("holder", "picture").order_by("due_at", "pk")


def facts_of(right: Right) -> RightFacts:
    """The right as the rules of a notice see it."""
    return RightFacts(
        id=str(right.pk), kind=right.kind, office=right.office, territory=right.territory, number=right.number,
        owner=right.owner_name, state=right.state, expires_on=right.expires_on, classes=tuple(right.classes),
        brand=right.brand, name=right.name,
    )  # fmt: skip


def mandate_of(right: Right) -> MandateFacts | None:
    """The mandate an agent showed with this right: verified together with it, for this right alone."""
    return mandate_in(right, right.documents.filter(kind="mandate").order_by("pk"))


def mandate_in(right: Right, papers: Iterable[RightDocument]) -> MandateFacts | None:
    """The same, of the papers of the right that were read already, in the order they were sent in."""
    paper = next((paper for paper in papers if paper.kind == "mandate"), None)
    if paper is None:
        return None
    ends = completeness.day_of(right.fields.get("mandate_ends_on", ""))
    return MandateFacts(id=str(paper.pk), rights=(str(right.pk),), verified=right.verified_at is not None, ends_on=ends)
