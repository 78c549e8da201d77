"""The owner's view of a mandate: what it allows, everything done in its name, and the button that ends it. No account is needed.

Whoever holds the signed address from the mail is the owner here; opening the page changes nothing.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from countermark.apps.complaints import mandate_watch
from countermark.apps.complaints.models import Complaint
from countermark.apps.mandates import selectors, services, words
from countermark.apps.mandates.links import mandate_of, token_of
from countermark.apps.mandates.models import Mandate
from countermark.apps.mandates.services import MandateMoved
from countermark.entrypoints.mandate_shown import acting, acts_under, facts_said, passed_on, trail_of
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.rights_holder.accounts import all_holders
from countermark.entrypoints.web.rights_holder.mandates import mandate_moved
from countermark.entrypoints.web.roles import ANYONE


@door(roles=[ANYONE])
def given(request: HttpRequest, token: str) -> HttpResponse:
    """Show it; take the owner's word that it has ended."""
    row = mandate_of(token)
    if row is None:
        raise Http404("this address opens no mandate")
    if request.method == "POST":
        return _revoked(request, row, token)
    answer = render(request, "public/mandate.html", _shown(request, row, token))
    answer["Cache-Control"] = "private, no-store"
    return answer


def _revoked(request: HttpRequest, row: Mandate, token: str) -> HttpResponse:
    person = request.user if request.user.is_authenticated else None
    try:
        mandate_watch.revoke(mandate=row, side="principal", by=person, at=request.at)
    except MandateMoved as moved:
        raise mandate_moved(moved, row.pk, url=reverse("mandate-given", args=[token])) from moved
    return redirect("mandate-given", token)


def _shown(request: HttpRequest, row: Mandate, token: str) -> dict[str, object]:
    stands = selectors.stands(row, at=request.at)
    waiting = Complaint.objects.filter(notice__mandate=row, notice__filer_role="agent", outcome="").count()
    return {
        "mandate": row,
        "token": token,
        "stands": stands,
        "state": words.STATES[stands],
        "facts": facts_said(row),
        "acting": acting(row),
        "acts": acts_under(row),
        "trail": trail_of(row),
        "may_end": stands in services.CAN_END,
        "passed_on": [{**sub, "token": token_of(sub["mandate"])} for sub in passed_on(row, at=request.at)],
        "is_kept": row.principal_id is not None,
        "waiting": waiting,
        "has_ended": row.state in mandate_watch.ENDED,
        "is_owner": any(not holder.is_agent for holder in all_holders(request)),
    }
