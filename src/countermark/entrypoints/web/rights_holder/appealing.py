"""The complainant's appeal against a decision on its notice."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from countermark.apps.notifications.services import read_about
from countermark.entrypoints.web import appealing
from countermark.entrypoints.web.appealing import Place
from countermark.entrypoints.web.rights_holder.access import case_or_404, holder_page


@holder_page
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    """Ask why the decision is wrong; show what became of the appeal."""
    view = case_or_404(request, number)
    read_about([view.complaint.pk], party="complainant", by=request.user, at=request.at)
    case_url, url = (reverse(f"holder:{name}", args=[number]) for name in ("case", "appeal"))
    return appealing.page(request, view, Place("complainant", case_url, url, request.user))
