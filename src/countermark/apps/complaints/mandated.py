"""Under which mandate does an agent act in a running case, and does it allow that?

Asked at every act, so that a mandate that ended a minute ago allows nothing, whether or not a worker has come by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from countermark.apps.complaints.models import Complaint
from countermark.apps.mandates.selectors import facts
from countermark.apps.rights.clocks import today_at_office
from countermark.apps.rights.selectors import facts_of
from countermark.core.defect import Defect
from countermark.core.rights.mandate import POWER_OF, mandate_defects


class Under(NamedTuple):
    """Case id -> the mandate an agent acts by in it, and all that keeps the act from being done."""

    mandates: Mapping[int, int]
    defects: Sequence[Defect]


def under(ids: Sequence[int], event: str, *, at: datetime, power: str = "") -> Under:
    """What the mandates of these cases say to `event`. An owner's case, and one on a right's own paper, has none."""
    rows = Complaint.objects.filter(pk__in=ids, notice__filer_role="agent", notice__mandate__isnull=False)
    rows = rows.select_related("notice__mandate", "notice__right__holder", "notice__marketplace").order_by("pk")
    found: dict[str, Defect] = {}
    for row in rows:
        for defect in _defects(row, power or POWER_OF[event], at):
            found.setdefault(defect.code, defect)
    return Under({row.pk: row.notice.mandate_id for row in rows}, tuple(found.values()))


def _defects(row: Complaint, power: str, at: datetime) -> list[Defect]:
    notice = row.notice
    right, mandate = notice.right, notice.mandate
    assert right is not None and mandate is not None
    allowed, today = facts(mandate), today_at_office(right, at)
    return list(mandate_defects(allowed, facts_of(right), notice.marketplace.slug, power, today, field="event"))
