"""The seller's appeal against a decision about its listing."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from countermark.entrypoints.web import appealing
from countermark.entrypoints.web.appealing import Place
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import SELLER
from countermark.entrypoints.web.seller.own import own_case
from countermark.entrypoints.web.seller.shops import person_of


@door([SELLER])
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    """Ask why the decision is wrong; show what became of the appeal."""
    view = own_case(request, number)
    case_url, url = (reverse(f"seller:{name}", args=[number]) for name in ("case", "appeal"))
    return appealing.page(request, view, Place(SELLER, case_url, url, person_of(request)))
