"""How does a case arrive on a page? As it stands at the case time of the request, whether or not a job has run.

One way for every role. A case that is not this party's is not there at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest

from countermark.apps.complaints import selectors, services
from countermark.apps.complaints.selectors import CaseView


def case_or_404(
    request: HttpRequest,
    number: str,
    reader: str,
    *,
    holder_ids: Sequence[int] | None = None,
    seller_ids: Sequence[int] | None = None,
    notice_ids: Sequence[int] | None = None,
) -> CaseView:
    """The case of this number for this reader, of these holders, shops, or notices of a guest."""
    whose = {"holder_ids": holder_ids, "seller_ids": seller_ids, "notice_ids": notice_ids}
    found = selectors.visible(reader, **whose).filter(number=number).first()
    if found is None:
        raise Http404(f"there is no case {number} among yours")
    services.bring_up_to_date(found, now=request.at)  # type: ignore[attr-defined]
    return selectors.view_of(found, reader)
