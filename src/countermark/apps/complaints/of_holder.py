"""The cases of a holder as lists: whose turn it is, what ended, filtered, searched and sorted; and the cases of one answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from countermark.apps.complaints.held import Held, UnknownCase, glance, held_of_each
from countermark.apps.complaints.models import Complaint
from countermark.apps.work.counts import number_of
from countermark.core.calendar import Due
from countermark.core.complaint import explain_due, permitted_events

# whose turn it is -> which cases; a case is in exactly one group, and "ended" is the rest
CHECKED_BY = ("checking", "assessing")
TURNS = {
    "yours": Q(waits_on="complainant"),
    "checking": Q(waits_on="reviewer", state__in=CHECKED_BY),
    "seller": Q(waits_on="seller", outcome=""),
    "deciding": Q(waits_on="reviewer") & ~Q(state__in=CHECKED_BY),
    "down": Q(waits_on="seller") & ~Q(outcome=""),
    "marketplace": Q(waits_on="marketplace"),
    "ended": Q(waits_on=""),
}
OPEN_TURNS = tuple(turn for turn in TURNS if turn != "ended")
SORTS = {
    "due": F("due_at").asc(nulls_last=True),
    "-due": F("due_at").desc(nulls_last=True),
    "number": F("number").asc(),
    "-number": F("number").desc(),
    "opened": F("opened_at").asc(),
    "-opened": F("opened_at").desc(),
    "ended": F("outcome_at").asc(nulls_last=True),
    "-ended": F("outcome_at").desc(nulls_last=True),
    "state": F("state").asc(),
    "-state": F("state").desc(),
}
RELATED = ("notice__marketplace", "notice__right", "listing", "seller", "copy")


@dataclass(frozen=True)
class CaseFilter:
    """What a list of cases is narrowed by; "" leaves it open. `days`: opened at most so many days ago, 0 for all."""

    turn: str = ""
    outcome: str = ""
    marketplace: str = ""
    right: int | None = None
    days: int = 0
    q: str = ""
    sort: str = "yours"


def cases_of(holder_ids: Sequence[int], asked: CaseFilter, *, at: datetime) -> QuerySet[Complaint]:
    """The cases of these holders, narrowed and sorted."""
    rows = Complaint.objects.filter(holder_id__in=list(holder_ids)).select_related(*RELATED)
    if asked.turn == "open":
        rows = rows.exclude(TURNS["ended"])
    elif asked.turn in TURNS:
        rows = rows.filter(TURNS[asked.turn])
    rows = rows.filter(outcome=asked.outcome) if asked.outcome else rows
    rows = rows.filter(notice__marketplace__slug=asked.marketplace) if asked.marketplace else rows
    rows = rows.filter(notice__right_id=asked.right) if asked.right else rows
    rows = rows.filter(opened_at__gte=at - timedelta(days=asked.days)) if asked.days else rows
    for word in asked.q.replace("\0", "").split():
        rows = rows.filter(_about(word))
    if asked.sort not in SORTS:  # what waits for the complainant first, then by clock
        yours = Case(When(TURNS["yours"], then=0), default=1, output_field=IntegerField())
        return rows.order_by(yours, SORTS["due"], "-opened_at", "number")
    return rows.order_by(SORTS[asked.sort], "-opened_at", "number")


def by_turn(rows: QuerySet[Complaint], yours: int) -> list[tuple[QuerySet[Complaint], int | None]]:
    """The list as `cases_of` sorts it first, in parts an index has in order, each with its number of cases where known.

    `yours` is how many of these rows wait for the complainant.
    """
    others = rows.exclude(TURNS["yours"])
    running = others.filter(due_at__isnull=False).order_by("due_at", "-opened_at", "number")
    resting = others.filter(due_at=None).order_by("-opened_at", "number")
    return [(rows.filter(TURNS["yours"]), yours), (running, None), (resting, None)]


def _about(word: str) -> Q:
    listing = Q(listing__title__icontains=word) | Q(listing__item_id__icontains=word) | Q(listing__url__icontains=word)
    return listing | Q(number__icontains=word) | Q(notice__number__icontains=word) | Q(seller__name__icontains=word)


def turns(holder_ids: Sequence[int]) -> dict[str, int]:
    """How many cases wait for whom."""
    return turns_in(turns_asked(holder_ids))


def turns_asked(holder_ids: Sequence[int]) -> QuerySet[Complaint, dict[str, int]]:
    """The query of `turns`, for `work.counts.together`."""
    rows = Complaint.objects.filter(holder_id__in=list(holder_ids))
    return number_of(rows, **{turn: Count("waits_on", filter=which) for turn, which in TURNS.items()}).values(*TURNS)


def turns_in(found: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The counts in the one row of `turns_asked`; without a case there may be no row."""
    row = next(iter(found), {})
    return {turn: int(row.get(turn) or 0) for turn in TURNS}


def your_turn(holder_ids: Sequence[int]) -> QuerySet[Complaint]:
    """The cases that wait for the complainant, the first due in front."""
    rows = Complaint.objects.filter(TURNS["yours"], holder_id__in=list(holder_ids))
    return rows.select_related(*RELATED).order_by(F("due_at").asc(nulls_first=True), "number")


def ended_since(holder_ids: Sequence[int], since: datetime) -> QuerySet[Complaint]:
    """The cases that ended from `since` on, the last in front."""
    rows = Complaint.objects.filter(holder_id__in=list(holder_ids), outcome_at__gte=since)
    return rows.exclude(outcome="").select_related(*RELATED).order_by("-outcome_at", "number")


def count_on(right_ids: Sequence[int]) -> dict[int, int]:
    """How many open cases stand on each of these rights."""
    rows = Complaint.objects.filter(notice__right_id__in=list(right_ids), outcome="")
    return dict(rows.values_list("notice__right_id").annotate(n=Count("pk")).order_by())


def open_on(right: OuterRef) -> Coalesce:
    """How many open cases stand on a right, beside its row."""
    rows = Complaint.objects.filter(notice__right=right, outcome="").order_by().values("notice__right")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def held_by_number(numbers: Sequence[str], holder_ids: Sequence[int]) -> list[tuple[Complaint, Held]]:
    """These cases of these holders, in order of number; UnknownCase when one is not among them."""
    wanted = set(numbers)
    mine = Complaint.objects.filter(number__in=wanted, holder_id__in=list(holder_ids))
    rows = {row.pk: row for row in mine.select_related(*RELATED)}
    if not wanted or len(rows) != len(wanted):
        raise UnknownCase("there is no such case among yours")
    return sorted(((rows[held.id], held) for held in glance(list(rows))), key=lambda pair: pair[0].number)


def can(held: Held) -> tuple[str, ...]:
    """What the complainant may do in this case now."""
    return permitted_events(held.procedure, held.case, "complainant")


def clocks(complaints: Sequence[Complaint]) -> dict[int, Due]:
    """The running clock of each of these cases, read with their notice, day by day."""
    found = {held.id: clock_of(held) for held in held_of_each(complaints)}
    return {pk: due for pk, due in found.items() if due is not None}


def clock_of(held: Held) -> Due | None:
    """The running clock of a case, day by day; None while none runs."""
    return explain_due(held.procedure, held.case, held.calendars)
