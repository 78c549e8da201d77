"""Who comes to the reviewer's pages, and how does a case arrive there: as it stands now, whether or not a job has run?"""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.decisions.selectors import on_the_bench
from countermark.apps.screening.links import is_tied
from countermark.entrypoints.web import own_case
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import REVIEWER, SENIOR

reviewer_page = door((REVIEWER, SENIOR))


def case_or_404(request: HttpRequest, number: str) -> CaseView:
    """Any case, with what the bench shows beside it, and `is_tied`: something ties its seller to another."""
    return own_case.case_or_404(request, number, "reviewer", beside=_beside, of=request.user.pk)


def _beside(cases: QuerySet[Complaint], *, of: int) -> QuerySet[Complaint]:
    return on_the_bench(cases, of=of).annotate(is_tied=is_tied("seller"))


def said(values: Mapping[str, Any], name: str, allowed: Any = None, default: str = "") -> str:
    """One value of an address or form, without NUL; `default` when it is none of `allowed`."""
    text = str(values.get(name, default)).replace("\0", "").strip()
    return text if allowed is None or text in allowed else default
