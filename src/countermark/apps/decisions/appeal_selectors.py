"""What may be appealed in this case, which appeals wait, who may not decide one, and what of it stands in the timeline?

Reads only. When a party was told is known to the stage that tells; whoever asks here brings it along.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import FilteredRelation, QuerySet
from django.utils.translation import gettext_lazy

from countermark.apps.complaints.held import Held, glance
from countermark.apps.complaints.models import Complaint, ComplaintEvent
from countermark.apps.complaints.parts import events_of, gathered, once
from countermark.apps.complaints.selectors import CaseView, TrailEntry
from countermark.apps.complaints.words import STAFF
from countermark.apps.decisions.models import Appeal
from countermark.apps.work.models import StoredFile
from countermark.apps.work.prepared import Prepared
from countermark.apps.work.sealing import unseal
from countermark.apps.work.services import calendar_in_force, calendars_for, calendars_for_each
from countermark.core import appeal as rules
from countermark.core import catalogue, procedure_loader
from countermark.core.calendar import Calendar, Clock, Due, explain

LAW_CALENDAR = "EU"  # by which the months of the law are counted, Reg. 1182/71
Told = Callable[[int], datetime | None]  # seq of an event -> when this side was told of it
FILED, NOT_GRANTED, RESTED = "appeal_filed", "appeal_not_granted", "appeal_rested"
SAID = {  # what happened -> (said to anybody, said to whose appeal it is)
    FILED: (gettext_lazy("%(who)s appealed"), gettext_lazy("You appealed")),
    NOT_GRANTED: (gettext_lazy("The appeal of %(who)s was not granted"), gettext_lazy("Your appeal was not granted")),
    RESTED: (
        gettext_lazy("The appeal of %(who)s was closed: what it was about no longer stands"),
        gettext_lazy("Your appeal was closed: what it was about no longer stands"),
    ),
}


@dataclass(frozen=True)
class Standing:
    """Where one side stands with appeals in one case: what it may appeal, or why not, and what it has filed, newest first."""

    side: str
    found: rules.Appealable | None
    refused: rules.AppealRefused | None
    filed: Sequence[Appeal]

    @property
    def running(self) -> Appeal | None:
        """The appeal of this side that is open."""
        return next((appeal for appeal in self.filed if appeal.decided_at is None), None)


def standing(complaint: Complaint, held: Held, side: str, *, told: Told, at: datetime) -> Standing:
    """What `side` may appeal in this case at `at`. The case was brought up to date first."""
    rows = appeals_of(complaint)
    mine = [row for row in reversed(rows) if row.side == side]
    try:
        found = appealable(complaint, held, side, told=told, at=at, rows=rows)
    except rules.AppealRefused as refused:
        return Standing(side, None, refused, mine)
    return Standing(side, found, None, mine)


def appealable(
    complaint: Complaint, held: Held, side: str, *, told: Told, at: datetime, rows: Sequence[Appeal] | None = None
) -> rules.Appealable:
    """The decision `side` may appeal. Raises the refusals of core.appeal."""
    log = log_of(complaint)
    earlier = earlier_of(appeals_of(complaint) if rows is None else rows)
    if open_one := next((one for one in earlier if one.is_open), None):
        raise rules.OneIsOpen(open_one.side)
    decision = rules.against(held.procedure, held.case, log, side)
    return rules.may_appeal(
        held.procedure,
        held.case,
        log,
        side,
        earlier=earlier,
        told_at=told(decision.seq),
        window=window_of(complaint),
        at=at,
    )


def appeals_of(complaint: Complaint) -> Sequence[Appeal]:
    """The appeals of a case in the order they were filed, with what was said and sent; read once for a view."""
    return once(complaint, "appeals", lambda: gathered(FILED_IN(case=complaint.pk), "paper", "files"))


def _filed_in(*, case: int) -> QuerySet[Appeal]:
    rows = Appeal.objects.filter(complaint=case).annotate(paper=FilteredRelation("files"))
    rows = rows.select_related("words__key", "answer__key", "decided_by", "paper")
    return rows.order_by("filed_at", "pk", "paper__pk")


FILED_IN = Prepared(_filed_in)


def log_of(complaint: Complaint) -> list[rules.Entered]:
    return [rules.Entered(each.seq, each.event, each.by, each.ask) for each in events_of(complaint)]


def earlier_of(rows: Sequence[Appeal]) -> list[rules.Earlier]:
    return [rules.Earlier(row.side, row.seq, row.decided_at is None, row.made) for row in rows]


def window_of(complaint: Complaint) -> rules.Window:
    """The months of the law that binds, by its calendar; else the marketplace's own, by that of the place of sale."""
    laws = [procedure_loader.load_duties(duty) for duty in complaint.notice.duties]
    amount, by_law = rules.window_months(laws, catalogue.load().number("appeal_months"))
    if by_law:
        return rules.months(amount, calendar_in_force(LAW_CALENDAR))
    return rules.months(amount, calendars_for(complaint.calendar)["marketplace"], ZoneInfo(complaint.zone))


def our_due(complaint: Complaint, filed_at: datetime) -> Due:
    """Until when we want to have decided an appeal filed at `filed_at`, by the days of the place of sale."""
    return _our_due(complaint, filed_at, calendars_for(complaint.calendar))


def our_dues(appeals: Sequence[Appeal]) -> list[Due]:
    """The same for each of these appeals; one query for all of them."""
    places = calendars_for_each({appeal.complaint.calendar for appeal in appeals})
    return [_our_due(each.complaint, each.filed_at, places[each.complaint.calendar]) for each in appeals]


def _our_due(complaint: Complaint, filed_at: datetime, calendars: Mapping[str, Calendar]) -> Due:
    clock = Clock(catalogue.load().number("appeal_days"), "calendar")
    return explain(clock, calendars["marketplace"], filed_at, ZoneInfo(complaint.zone))


# --- the reviewer's ----------------------------------------------------------------------------------------------------


def waiting() -> QuerySet[Appeal]:
    """The appeals that wait for a decision, those due first in front."""
    related = ("complaint__notice__marketplace", "complaint__listing", "complaint__seller")
    return Appeal.objects.filter(decided_at=None).select_related(*related).order_by("due_at", "pk")


def decided() -> QuerySet[Appeal]:
    """The appeals that were decided, the newest first."""
    related = ("complaint__notice__marketplace", "complaint__listing", "complaint__seller", "decided_by")
    return Appeal.objects.exclude(decided_at=None).select_related(*related).order_by("-decided_at", "-pk")


def find(pk: int) -> Appeal | None:
    """An appeal with what was said in it."""
    related = ("complaint__notice", "words__key", "answer__key", "decided_by", "filed_by")
    return Appeal.objects.select_related(*related).prefetch_related("files").filter(pk=pk).first()


def deciders(appeal: Appeal) -> set[int]:
    """The ids of those who had a part in what is appealed: who decided it, and what it replaced on appeal before."""
    return deciders_of([appeal])[appeal.pk]


def deciders_of(appeals: Sequence[Appeal]) -> dict[int, set[int]]:
    """The same for each of these appeals, by its pk; two queries for all of them."""
    cases = {appeal.complaint_id for appeal in appeals}
    earlier: dict[int, list[Appeal]] = {case: [] for case in cases}
    for row in Appeal.objects.filter(complaint__in=cases).defer("words", "answer"):
        earlier[row.complaint_id].append(row)
    events = ComplaintEvent.objects.filter(complaint__in=cases, by="reviewer")
    who = {
        (case, seq): json.loads(payload)["data"].get("reviewer")
        for case, seq, payload in events.values_list("complaint_id", "seq", "payload")
    }
    chains = {each.pk: rules.chain_of(each.seq, earlier_of(earlier[each.complaint_id])) for each in appeals}
    return {
        each.pk: {int(by) for seq in chains[each.pk] if (by := who.get((each.complaint_id, seq)))} for each in appeals
    }


def has_nothing_left(appeal: Appeal, held: Held | None = None) -> bool:
    """Whether the case was undone, ordered or started over since, so that the appeal can only be closed."""
    held = held or glance([appeal.complaint_id])[0]
    return rules.is_pointless(held.procedure, held.case, appeal.side)


def may_read_file(
    file: StoredFile,
    *,
    holder_ids: Sequence[int] = (),
    seller_ids: Sequence[int] = (),
    notice_ids: Sequence[int] = (),
) -> bool:
    """Whether a file came with an appeal of these holders, of these shops, or about these notices of a guest.

    Staff and whoever sent it in are asked elsewhere.
    """
    rows = Appeal.objects.filter(files=file)
    as_seller = rows.filter(side="seller", complaint__seller__in=list(seller_ids))
    as_holder = rows.filter(side="complainant", complaint__notice__holder__in=list(holder_ids))
    as_guest = rows.filter(
        side="complainant", complaint__notice__in=list(notice_ids), complaint__notice__filer_role="guest"
    )
    return as_seller.exists() or as_holder.exists() or as_guest.exists()


def came_about(file: StoredFile, marketplace_id: int) -> bool:
    """Whether a file came with an appeal in a case of this marketplace: for staff of one place."""
    return Appeal.objects.filter(files=file, complaint__notice__marketplace=marketplace_id).exists()


# --- the timeline ------------------------------------------------------------------------------------------------------


def trail_of(view: CaseView) -> list[TrailEntry]:
    """The timeline of a case with its appeals in their places, oldest first.

    What was said in an appeal is for its side and for us; the other side learns that there is one, and how it ended.
    """
    entries = [entry for appeal in appeals_of(view.complaint) for entry in _entries(view, appeal)]
    return sorted([*view.trail, *entries], key=lambda entry: entry.at) if entries else list(view.trail)


def _entries(view: CaseView, appeal: Appeal) -> list[TrailEntry]:
    own = view.reader == appeal.side or view.reader in STAFF
    filed = TrailEntry(
        at=appeal.filed_at,
        seq=-1,
        event=FILED,
        title=said(FILED, appeal.side, view.reader, view.names),
        text=unseal(appeal.words) if own else "",
        files=list(appeal.files.all()) if own else (),
        is_key=True,
    )
    if appeal.decided_at is None or appeal.granted:  # granted: the event of the case says so
        return [filed]
    event = RESTED if appeal.granted is None else NOT_GRANTED
    title = said(event, appeal.side, view.reader, view.names)
    ended = TrailEntry(at=appeal.decided_at, seq=-1, event=event, title=title, text=unseal(appeal.answer), is_key=True)
    return [filed, ended]


def said(event: str, side: str, reader: str, names: Mapping[str, str]) -> str:
    """What happened in an appeal of `side`, in the reader's voice."""
    anybody, own = SAID[event]
    return str(own) if reader == side else str(anybody) % {"who": names[side]}
