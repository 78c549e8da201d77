"""Under which mandate does an agent act in a running case, and does it allow that?

Asked here at every act, whichever door it comes through, so that a mandate that ended a minute ago allows nothing, whether or not
a worker has come by. Whoever asks inside a transaction passes `hold`: then it cannot end before the act is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from countermark.apps.complaints.models import Complaint
from countermark.apps.mandates.models import Mandate
from countermark.apps.mandates.selectors import facts
from countermark.apps.rights.clocks import today_at_office
from countermark.apps.rights.selectors import facts_of
from countermark.core.defect import Defect
from countermark.core.rights.mandate import POWER_OF, mandate_defects

APPEALED = "appealed"  # of POWER_OF: an appeal is no event of the case before it is granted


class Under(NamedTuple):
    """Case id -> the mandate an agent acts by in it, and all that keeps the act from being done."""

    mandates: Mapping[int, int]
    defects: Sequence[Defect]


def under(ids: Sequence[int], event: str, *, at: datetime, hold: bool = False) -> Under:
    """What the mandates of these cases say to `event`. An owner's case, and one on a right's own paper, has none."""
    if hold:
        _hold(_mandated(ids).values_list("notice__mandate", flat=True))
    rows = _read(ids)
    return Under({row.pk: row.notice.mandate_id or 0 for row in rows}, _lacking(rows, POWER_OF[event], at))


def barred(ids: Sequence[int], events: Iterable[str], *, at: datetime) -> dict[str, Defect]:
    """Of these events, those that the mandate of one of these cases does not allow now, each with the first reason why."""
    rows = _read(ids)
    lacking = {event: _lacking(rows, POWER_OF[event], at) for event in events} if rows else {}
    return {event: found[0] for event, found in lacking.items() if found}


def _mandated(ids: Sequence[int]) -> QuerySet[Complaint]:
    return Complaint.objects.filter(pk__in=ids, notice__filer_role="agent", notice__mandate__isnull=False)


def _read(ids: Sequence[int]) -> list[Complaint]:
    beside = ("notice__mandate__parent", "notice__right__holder", "notice__marketplace")
    return list(_mandated(ids).select_related(*beside).order_by("pk"))


def _lacking(rows: Sequence[Complaint], power: str, at: datetime) -> tuple[Defect, ...]:
    """All that the mandates of these cases lack for an act that takes this power, each once."""
    found: dict[str, Defect] = {}
    for row in {row.notice_id: row for row in rows}.values():  # the cases of one notice differ in nothing of this
        for defect in _defects(row, power, at):
            found.setdefault(defect.code, defect)
    return tuple(found.values())


def _hold(ids: Iterable[int | None]) -> None:
    """Lock these mandates until the end of the transaction, as their end does: before their cases."""
    held = Mandate.objects.select_for_update(of=("self",)).filter(pk__in=set(ids)).order_by("pk")
    list(held.values_list("pk", flat=True))


def _defects(row: Complaint, power: str, at: datetime) -> list[Defect]:
    notice = row.notice
    right, mandate = notice.right, notice.mandate
    assert right is not None and mandate is not None
    allowed, today = facts(mandate), today_at_office(right, at)
    return list(mandate_defects(allowed, facts_of(right), notice.marketplace.slug, power, today, field="event"))
