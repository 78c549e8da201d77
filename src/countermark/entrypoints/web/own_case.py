"""How does a case arrive on a page? As it stands at the case time of the request, whether or not a job has run.

One way for every role. A case that is not this party's is not there at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from countermark.apps.complaints import selectors, services
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.work.prepared import Prepared
from countermark.apps.work.services import calendars_read, with_calendars

Rows = QuerySet[Complaint]


def as_they_are(rows: Rows) -> Rows:
    return rows


def case_or_404(
    request: HttpRequest,
    number: str,
    reader: str,
    *,
    beside: Callable[..., Rows] = as_they_are,
    of: int | None = None,
    **whose: Sequence[int],
) -> CaseView:
    """The case of this number for this reader; `whose`: `holder_ids`, `seller_ids`, or the `notice_ids` of a guest.

    `beside` adds to the row what else a page shows of a case, so that one statement reads it; `of` is the person it asks for.
    """
    asked: dict[str, Any] = {"number": number, **whose} | ({} if of is None else {"of": of})
    rows = _reading(reader, beside)(**asked)
    if not rows:
        raise Http404(f"there is no case {number} among yours")
    calendars_read(rows[0])
    seq = rows[0].seq
    if services.bring_up_to_date(rows[0], now=request.at).seq != seq:
        rows = _reading(reader, beside)(**asked)
    return selectors.view_of(rows[0], reader)


@cache
def _reading(reader: str, beside: Callable[..., Rows]) -> Prepared:
    """How the row of a case is read for this reader."""

    def build(*, number: str, of: int | None = None, **whose: Any) -> Rows:
        rows = with_calendars(selectors.visible(reader, **whose).filter(number=number))
        return beside(rows, **({} if of is None else {"of": of}))

    return Prepared(build)
