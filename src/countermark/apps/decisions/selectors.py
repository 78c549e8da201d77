"""What waits on a reviewer, in which order, how risky is it, and who holds it? Reads of the queue; a page is a few queries.

Order: the clock first, then risk. Risk is told from simple facts of the case, each said in words beside it: the reason is a
serious one, the seller had a complaint upheld before, the listing is down while we take our time, a second chance or later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils.translation import gettext_lazy

from countermark.apps.complaints.held import held_of_each
from countermark.apps.complaints.models import Complaint
from countermark.apps.decisions import appeal_selectors
from countermark.apps.decisions.models import DroppedStep, PendingStep, SeniorRequest
from countermark.apps.identity.selectors import to_check
from countermark.apps.parties.models import Marketplace, Person
from countermark.apps.rights.selectors import to_verify
from countermark.apps.work.counts import counted
from countermark.apps.work.prepared import Prepared
from countermark.apps.work.sealing import Erased, unseal
from countermark.core import catalogue
from countermark.core.calendar import Due
from countermark.core.complaint import explain_due

TO_DO = {  # what a filter calls it -> the states in which it is asked
    "check": ("checking",),
    "decide": ("deciding", "assessing"),
    "declaration": ("weighing",),
    "right": ("suspended",),
}
CLOCKS = ("late", "today", "tomorrow")
HELD = ("free", "me")
SHOWN = (
    "notice__marketplace",
    "notice__right",
    "notice__holder",
    "listing",
    "seller",
    "claimed_by",
    "senior_request__by",
)
ORDERS = {  # sort key -> columns; the clock decides where they are equal
    "due": ("due_at", "-points"),
    "risk": ("points", "-due_at"),
    "case": ("number",),
    "right": ("notice__right__name", "due_at"),
    "listing": ("listing__title", "due_at"),
    "reason": ("notice__reason", "due_at"),
    "todo": ("state", "due_at"),
}


@dataclass(frozen=True)
class QueueFilter:
    """What the queue is narrowed by; "" leaves it open."""

    q: str = ""
    to_do: str = ""
    clock: str = ""
    right: str = ""
    marketplace: str = ""
    held: str = ""
    sort: str = "due"

    @property
    def is_open(self) -> bool:
        return not any((self.q, self.to_do, self.clock, self.right, self.marketplace, self.held))


@dataclass(frozen=True)
class Risk:
    """How much hangs on a case: low, medium or high, and why."""

    level: str
    why: tuple[Any, ...]


@dataclass(frozen=True)
class Row:
    """One case of the queue as a page shows it."""

    complaint: Complaint
    due: Due | None
    risk: Risk


class Figures(NamedTuple):
    """How much waits at an instant."""

    total: int
    late: int
    today: int
    tomorrow: int
    mine: int


class Desk(NamedTuple):
    """What the bar of a reviewer counts, and how long a list is."""

    figures: Figures
    appeals: int
    rights: int
    accounts: int
    listed: int
    beside: int = 0


def waiting() -> QuerySet[Complaint]:
    """Every case that waits on a reviewer and for which no step is on its way."""
    return Complaint.objects.filter(waits_on="reviewer").exclude(pk__in=PendingStep.objects.values("complaint"))


def queue(
    asked: QueueFilter, *, reviewer: Person, at: datetime, zones: Sequence[str] | None = None
) -> QuerySet[Complaint]:
    """The cases that wait, narrowed and in order, with what risk is told from; `zones` as of `zones_due`, where known."""
    rows = _searched(waiting(), asked.q)
    if asked.to_do in TO_DO:
        rows = rows.filter(state__in=TO_DO[asked.to_do])
    if asked.clock in CLOCKS:
        rows = rows.filter(due_within(asked.clock, at, zones))
    if asked.right:
        rows = rows.filter(notice__right__kind=asked.right)
    if asked.marketplace:
        rows = rows.filter(notice__marketplace__slug=asked.marketplace)
    if asked.held == "me":
        rows = rows.filter(claimed_by=reviewer)
    elif asked.held == "free":
        rows = rows.filter(Q(claimed_by=None) | Q(claimed_by=reviewer))
    return weighed(rows).select_related(*SHOWN).order_by(*_order(asked.sort), "pk")


def _order(sort: str) -> tuple[str, ...]:
    down = sort.startswith("-")
    columns = ORDERS.get(sort.removeprefix("-"), ORDERS["due"])
    return tuple(_turned(column) for column in columns) if down else columns


def _turned(column: str) -> str:
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"


def _searched(rows: QuerySet[Complaint], q: str) -> QuerySet[Complaint]:
    """By number of case or notice, mark, number of the right, seller, title, address."""
    for word in q.replace("\0", "").split()[:8]:
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(notice__right__name__icontains=word)
            | Q(notice__right__number__icontains=word)
            | Q(notice__filer_name__icontains=word)
            | Q(seller__name__icontains=word)
            | Q(listing__title__icontains=word)
            | Q(listing__url__icontains=word)
        )
    return rows


def by_clock(rows: QuerySet[Complaint], first: int, most: int) -> list[Complaint] | None:
    """Rows of the queue in its own order from row `first` on, `most` of them; None where some have no clock.

    An index has the cases in order of their clock: only those due at the same instants as the page are weighed, and only those
    of the page read with what belongs to them.
    """
    part = rows.order_by("due_at").values("due_at")[first : first + most]
    ends = part.aggregate(first=Min("due_at"), last=Max("due_at"), clocks=Count("due_at"), rows=Count("*"))
    if ends["clocks"] < ends["rows"]:
        return None
    if not ends["rows"]:
        return []
    before = rows.filter(due_at__lt=ends["first"]).order_by().count() if first else 0
    same = rows.select_related(None).filter(due_at__gte=ends["first"], due_at__lte=ends["last"])
    ids = list(same.values_list("pk", flat=True)[first - before : first - before + most])
    found = {case.pk: case for case in LISTED(ids=ids)}
    return [found[pk] for pk in ids if pk in found]


def _listed(ids: Sequence[int]) -> QuerySet[Complaint]:
    return weighed(Complaint.objects.filter(pk__in=ids)).select_related(*SHOWN)


LISTED = Prepared(_listed)


def zones_due(at: datetime) -> list[str]:
    """The zones of the cases that wait and are due before tomorrow has ended there: a day has 25 hours at most."""
    return [zone for (zone,) in ZONES_DUE(at=at, until=at + timedelta(hours=50))]


def _zones_due(at: datetime, until: datetime) -> QuerySet[Complaint, tuple[str]]:
    rows = waiting().filter(due_at__gt=at, due_at__lte=until)
    return rows.order_by().values_list("zone").distinct()


ZONES_DUE = Prepared(_zones_due)


def due_within(clock: str, at: datetime, zones: Sequence[str] | None = None) -> Q:
    """Cases late by `at`, or due today or tomorrow, by the day of the place each runs in."""
    if clock == "late":
        return Q(due_at__lte=at)
    found = Q(pk__in=[])
    for zone in zones_due(at) if zones is None else zones:
        start, end = _day_of(at, zone, 0 if clock == "today" else 1)
        found |= Q(zone=zone, due_at__gt=max(start, at), due_at__lte=end)
    return found


def _day_of(at: datetime, zone: str, later: int) -> tuple[datetime, datetime]:
    """The first and the last instant of the day of `at` at a place, or of a later one; a clock ends at its midnight."""
    midnight = at.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=later), midnight + timedelta(days=later + 1)


def figures(*, reviewer: Person, at: datetime) -> Figures:
    """How many cases wait, are late, are due today and tomorrow, and are held by this reviewer."""
    return desk(reviewer=reviewer, at=at, zones=zones_due(at)).figures


def desk(
    *,
    reviewer: Person,
    at: datetime,
    zones: Sequence[str],
    listed: QuerySet[Complaint] | None = None,
    beside: QuerySet[Any] | None = None,
) -> Desk:
    """Everything that waits for reviewers, how long a list is, and what of a later stage waits `beside`, in one statement."""
    rows = waiting()
    cases = (rows, *(rows.filter(due_within(clock, at, zones)) for clock in CLOCKS), rows.filter(claimed_by=reviewer))
    *found, appeals, rights, accounts, long, more = counted(
        *cases, appeal_selectors.waiting(), to_verify(), to_check(), listed, beside
    )
    return Desk(Figures(*found), appeals, rights, accounts, long, more)


def in_the_bar(reviewer: Person, beside: QuerySet[Any] | None = None) -> list[int]:
    """How many cases wait, are held by this reviewer, how many appeals, rights and accounts wait, and what of a later stage
    waits `beside`; in one statement."""
    mine = waiting().filter(claimed_by=reviewer)
    return counted(waiting(), mine, appeal_selectors.waiting(), to_verify(), to_check(), beside)


def marketplaces() -> list[tuple[str, str]]:
    """The marketplaces (slug, name) whose cases may wait."""
    return MARKETPLACES()


def _marketplaces() -> QuerySet[Marketplace, tuple[str, str]]:
    return Marketplace.objects.order_by("name").values_list("slug", "name")


MARKETPLACES = Prepared(_marketplaces)


# --- risk -----------------------------------------------------------------------------------------------------------------


def weighed(rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """The rows with what risk is told from: is_serious, upheld_before, is_down, is_again, and their `points`."""
    known = catalogue.load()
    serious = [code for code, reason in known.reasons.items() if reason.severity == "serious"]
    earlier = Complaint.objects.filter(seller=OuterRef("seller"), outcome="upheld").exclude(pk=OuterRef("pk"))
    rows = rows.annotate(
        is_serious=Q(notice__reason__in=serious),
        upheld_before=Exists(earlier),
        is_down=~Q(ask="nothing"),
        is_again=Q(round__gte=2),
    )
    names = {"is_serious": "risk_serious", "upheld_before": "risk_upheld_before", "is_down": "risk_listing_down"}
    weights = {**names, "is_again": "risk_again"}
    points = (
        Case(When(**{fact: True}, then=Value(known.number(name))), default=Value(0), output_field=IntegerField())
        for fact, name in weights.items()
    )
    return rows.annotate(points=_sum(points))


def _sum(parts: Iterable[Any]) -> Any:
    first, *rest = parts
    for part in rest:
        first = first + part
    return first


WHY = {
    "is_serious": gettext_lazy("serious reason"),
    "upheld_before": gettext_lazy("one upheld before"),
    "is_down": gettext_lazy("listing restricted meanwhile"),
    "is_again": gettext_lazy("second chance or later"),
}


def risk_of(row: Any) -> Risk:
    """The risk of a row of `weighed`."""
    known = catalogue.load()
    high, medium = known.number("risk_high_from"), known.number("risk_medium_from")
    level = "high" if row.points >= high else "medium" if row.points >= medium else "low"
    return Risk(level, tuple(words for fact, words in WHY.items() if getattr(row, fact)))


def on_the_bench(cases: QuerySet[Complaint], *, of: int) -> QuerySet[Complaint]:
    """These cases with all that the bench of a reviewer shows beside them: who holds them, the step on its way, the request for
    a senior, what risk is told from, `lines` (how many the notice has), `has_senior` (somebody else could take it)."""
    lines = Complaint.objects.filter(notice=OuterRef("notice")).order_by().values("notice").annotate(n=Count("pk"))
    seniors = Person.objects.filter(is_senior=True, is_active=True).exclude(pk=of)
    rows = cases.select_related("claimed_by", "pending_step__reviewer", "senior_request__by")
    return weighed(rows).annotate(lines=Subquery(lines.values("n")), has_senior=Exists(seniors))


def risk_of_case(complaint: Complaint) -> Risk:
    """The risk of one case."""
    return risk_of(weighed(Complaint.objects.filter(pk=complaint.pk)).get())


# --- rows for a page ------------------------------------------------------------------------------------------------------


def rows_of(cases: Sequence[Complaint]) -> list[Row]:
    """These cases of `queue` with their clocks, explained; one read for all."""
    dues = dues_of(cases)
    return [Row(case, dues[case.pk], risk_of(case)) for case in cases]


def dues_of(cases: Sequence[Complaint]) -> Mapping[int, Due | None]:
    """The clock of each case, read with its notice, explained day by day."""
    return {held.id: explain_due(held.procedure, held.case, held.calendars) for held in held_of_each(cases)}


def nearest(*, at: datetime) -> Complaint | None:
    """The case whose clock ends next."""
    return waiting().order_by(F("due_at").asc(nulls_last=True), "pk").first()


def held_by(reviewer: Person) -> QuerySet[Complaint]:
    """The cases this reviewer holds, by clock; those whose step is on its way not among them."""
    rows = Complaint.objects.filter(claimed_by=reviewer, pending_step=None)
    return weighed(rows).select_related(*SHOWN).order_by(F("due_at").asc(nulls_last=True), "pk")


def next_for(reviewer: Person, *, at: datetime, after: Complaint | None = None) -> Complaint | None:
    """The case to open next: held by this reviewer first, then the most urgent that is free."""
    rows = queue(QueueFilter(held="me"), reviewer=reviewer, at=at).exclude(state="suspended")
    free = queue(QueueFilter(), reviewer=reviewer, at=at).filter(claimed_by=None).exclude(state="suspended")
    if not reviewer.is_senior:
        free = free.filter(senior_request=None)
    for found in (rows, free):
        if (case := found.exclude(pk=after.pk if after else None).first()) is not None:
            return case
    return None


def beside(case: Complaint, *, later: bool, reviewer: Person, at: datetime) -> Complaint | None:
    """The case after this one in the queue, or the one before it; the first of all where this one is not in the queue."""
    rows = queue(QueueFilter(), reviewer=reviewer, at=at).select_related(None)
    place = weighed(waiting()).filter(pk=case.pk, due_at__isnull=False).values_list("due_at", "points").first()
    if place is None:
        return rows.first() if later else None
    due, points = place
    if later:
        after = Q(due_at__gt=due) | Q(points__lt=points) | Q(points=points, pk__gt=case.pk)
        return rows.filter(after, due_at__gte=due).first()
    before = Q(due_at__lt=due) | Q(points__gt=points) | Q(points=points, pk__lt=case.pk)
    return rows.filter(before, due_at__lte=due).reverse().first()


def steps_on_their_way(reviewer: Person, *, now: datetime) -> list[PendingStep]:
    """The steps of this reviewer that can still be undone at `now` (real time), one for each click, the newest first.

    `twins` is how many lines the click was for.
    """
    return [step for step in steps_made(reviewer) if step.goes_at > now]


def steps_made(reviewer: Person) -> list[PendingStep]:
    """The same, with those whose time is up and that no worker has let happen yet."""
    newest: dict[tuple[Any, ...], PendingStep] = {}
    for step in STEPS_MADE(reviewer=reviewer.pk):
        step.twins = 1 + (newest[step.click].twins if step.click in newest else 0)
        newest[step.click] = step
    return list(reversed(newest.values()))


def _steps_made(reviewer: int) -> QuerySet[PendingStep]:
    rows = PendingStep.objects.filter(reviewer_id=reviewer).select_related("complaint")
    return rows.order_by("goes_at", "-complaint__line")


STEPS_MADE = Prepared(_steps_made)


def step_of(pk: int, reviewer: Person) -> tuple[PendingStep, str] | None:
    """A step of this reviewer with the words that go with it; None when it has gone out."""
    step = PendingStep.objects.filter(pk=pk, reviewer=reviewer).select_related("complaint", "words__key").first()
    if step is None:
        return None
    words = unseal(step.words)
    return step, "" if isinstance(words, Erased) else words


def dropped_steps(reviewer: Person) -> list[DroppedStep]:
    """Steps of this reviewer that could not happen and that they have not read about yet."""
    return DROPPED_STEPS(reviewer=reviewer.pk)


def _dropped_steps(reviewer: int) -> QuerySet[DroppedStep]:
    rows = DroppedStep.objects.filter(reviewer_id=reviewer).select_related("complaint")
    return rows.order_by("-dropped_at")


DROPPED_STEPS = Prepared(_dropped_steps)


def found(q: str, *, limit: int = 50) -> list[Complaint]:
    """Any case by number, mark, seller, title or address, open or closed, the newest first."""
    rows = _searched(Complaint.objects.all(), q).select_related(*SHOWN)
    return list(rows.order_by("-opened_at", "-pk")[:limit]) if q.strip() else []


def senior_request(complaint: Complaint) -> SeniorRequest | None:
    """The request that a senior take this case, if there is one."""
    return SeniorRequest.objects.filter(complaint=complaint).select_related("by").first()


def is_there_a_senior(*, other_than: Person) -> bool:
    """Whether somebody could take a case that is passed on."""
    return Person.objects.filter(is_senior=True, is_active=True).exclude(pk=other_than.pk).exists()
