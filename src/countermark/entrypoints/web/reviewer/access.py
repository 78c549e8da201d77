"""Who comes to the reviewer's pages, and how does a case arrive there: as it stands now, whether or not a job has run?"""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest

from countermark.apps.complaints import selectors, services
from countermark.apps.complaints.held import UnknownCase
from countermark.apps.complaints.models import Complaint
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import REVIEWER, SENIOR

reviewer_page = door((REVIEWER, SENIOR))


def case_or_404(request: HttpRequest, number: str) -> selectors.CaseView:
    """The case of this number as it stands at the case time of the request."""
    complaint = Complaint.objects.filter(number=number).first()
    if complaint is None:
        raise Http404(f"there is no case {number}")
    services.bring_up_to_date(complaint, now=request.at)  # type: ignore[attr-defined]
    try:
        return selectors.case_view(number, reader="reviewer")
    except UnknownCase as unknown:
        raise Http404(str(unknown)) from unknown


def said(values: Mapping[str, Any], name: str, allowed: Any = None, default: str = "") -> str:
    """One value of an address or form, without NUL; `default` when it is none of `allowed`."""
    text = str(values.get(name, default)).replace("\0", "").strip()
    return text if allowed is None or text in allowed else default
