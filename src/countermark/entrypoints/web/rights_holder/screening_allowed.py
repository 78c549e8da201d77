"""Sellers who may use a right of mine: the list, one more, and the end of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from countermark.apps.parties.models import Marketplace, Seller
from countermark.apps.screening import of_holder
from countermark.apps.screening.holder_words import defect_said
from countermark.apps.screening.models import Allowed, Finding
from countermark.apps.work import true_time
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.rights_holder.access import holder_ids, holder_page, listed_ids, right_or_404
from countermark.entrypoints.web.rights_holder.faults import Fault, faults_of
from countermark.entrypoints.web.rights_holder.screening import tabs


@require_http_methods(["GET", "HEAD", "POST"])
@holder_page
def allowed(request: HttpRequest) -> HttpResponse:
    """Who may use what; a form adds one."""
    if request.method != "POST":
        return _page(request, [])
    if wrong := _allow(request):
        return _page(request, wrong)
    messages.success(
        request, gettext("This seller may use your right now. What was taken down for it alone comes back.")
    )
    return redirect("holder:allowed")


def _allow(request: HttpRequest) -> list[Fault]:
    """Allow the seller that was named; what is wrong with it, if anything is."""
    named, right = _named(request), request.POST.get("right", "")
    wrong = [] if named else [Fault(*defect_said("allowed_seller_unknown", {}), "seller")]
    if not right.isdecimal() or len(right) > 18:
        wrong.append(Fault(gettext("No right is chosen."), gettext("Choose one."), "right"))
    if wrong or named is None:
        return wrong
    own, said = right_or_404(request, int(right)), {"at": request.at, "now": true_time.now()}
    try:
        of_holder.allow(right=own, seller=named, by=request.user, **said)
    except of_holder.MandateLacks as lacks:
        return faults_of(lacks.defects, {"right": "right"})
    return []


def _named(request: HttpRequest) -> Seller | None:
    """The seller of a finding of theirs, or the one whose id at a marketplace was typed."""
    finding = request.POST.get("finding", "")
    if finding.isdecimal() and len(finding) < 18:
        row: Finding | None = of_holder.found_of(int(finding), holder_ids(request))
        if row is None:
            raise Http404("nothing of this number was found under your rights")
        return row.seller
    asked = {name: request.POST.get(name, "").replace("\0", "").strip()[:100] for name in ("marketplace", "seller")}
    rows = Seller.objects.select_related("marketplace").filter(
        marketplace__slug=asked["marketplace"], ref=asked["seller"]
    )
    return rows.first()


def _page(request: HttpRequest, wrong: Sequence[Fault]) -> HttpResponse:
    mine = listed_ids(request)
    page = page_of(request, of_holder.allowed_by(mine))
    context = {
        "tabs": tabs("holder:allowed"),
        "page": page,
        "rows": list(page.object_list),
        "rights": of_holder.rights_of(holder_ids(request))
        .filter(state__in=("approved", "in_grace"))
        .order_by("name")[:500],
        "marketplaces": Marketplace.objects.filter(is_active=True).order_by("name"),
        "typed": {
            name: request.POST.get(name, "").replace("\0", "")[:100] for name in ("right", "marketplace", "seller")
        },
        "faults": wrong,
    }
    return render(request, "rights_holder/allowed.html", context, status=422 if wrong else 200)


@require_POST
@holder_page
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer allowed; what came back for it stays so."""
    rows = Allowed.objects.filter(right__in=of_holder.rights_of(holder_ids(request))).select_related("seller")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404("you have allowed no such seller")
    of_holder.end_allowed(allowed=row, at=request.at, now=true_time.now())
    messages.success(request, gettext("%(seller)s may no longer use your right.") % {"seller": row.seller.name})
    return redirect("holder:allowed")
