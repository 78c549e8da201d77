"""How does a case arrive at a route? As it stands at the instant of the request, whether or not a job has run.

One way for every role; a case that is not the caller's is not there at all. That a program has read a case does not
count as being told: a machine asks every minute and nobody has looked.
"""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from countermark.apps.complaints import selectors, services
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.selectors import CaseView
from countermark.entrypoints.api.routing import caller_of, etag

CAUGHT_UP_AT_ONCE = 200  # overdue cases a list brings up to date before it answers; the sweep does the rest


def visible(request: HttpRequest) -> QuerySet[Complaint]:
    """The cases the caller may see at all."""
    caller = caller_of(request)
    cases = selectors.visible(caller.reader, holder_ids=caller.holder_ids, seller_ids=caller.seller_ids)
    return cases.filter(notice__marketplace=caller.marketplace) if caller.marketplace else cases


def own_case(request: HttpRequest, number: str) -> Complaint:
    """The row of a case of the caller's, brought up to date. Raises Http404."""
    found = visible(request).filter(number=number).first()
    if found is None:
        raise Http404(f"there is no case {number} among yours")
    return services.bring_up_to_date(found, now=request.at)


def case_view(request: HttpRequest, number: str) -> CaseView:
    """The case as the caller's role may see it; its ETag goes into the answer."""
    own_case(request, number)
    caller = caller_of(request)
    view = selectors.case_view(number, reader=caller.reader, holder_ids=caller.holder_ids, seller_ids=caller.seller_ids)
    etag(request, view.complaint)
    return view


def catch_up(request: HttpRequest, cases: QuerySet[Complaint]) -> None:
    """Record what fell due in these cases, so that a list says what is so."""
    at = request.at
    late = cases.filter(due_at__lte=at, escalated=False).order_by("due_at").values_list("pk", flat=True)
    if ids := list(late[:CAUGHT_UP_AT_ONCE]):
        services.catch_up_cases(ids, now=at)
