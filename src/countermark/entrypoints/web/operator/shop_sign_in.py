"""By which sign-in of its own does a marketplace say who runs which shop? Set up, tried and taken away, one page for each."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from countermark.apps.parties import shop_sign_in as services
from countermark.apps.parties.models import Marketplace, ShopSignIn
from countermark.apps.parties.shop_sign_in import SignInDefective, SignInSaid
from countermark.apps.work import true_time
from countermark.connectors.oidc import OidcFailed
from countermark.core.defect import Defect
from countermark.entrypoints.shop_sign_in import back_address, begin_address, trouble
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.operator.words import faults_of, said
from countermark.entrypoints.web.roles import OPERATOR


class SignInForm(forms.Form):
    """What an operator says. It only reads: everything that is wrong is said by the service."""

    use_required_attribute = False

    issuer = forms.CharField(label=gettext_lazy("Issuer"), required=False)
    client_id = forms.CharField(label=gettext_lazy("Client id"), required=False)
    secret_name = forms.CharField(label=gettext_lazy("Environment variable of the client secret"), required=False)
    ref_claim = forms.CharField(label=gettext_lazy("Claim with the seller's id"), required=False)
    name_claim = forms.CharField(label=gettext_lazy("Claim with the shop's name"), required=False)
    scope = forms.CharField(label=gettext_lazy("Scope"), required=False)

    def said(self) -> SignInSaid:
        """What was filled in, as it was typed."""
        return SignInSaid(**{name: self.data.get(name, "").replace("\0", "").strip() for name in self.fields})


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def shop_sign_in(request: HttpRequest, slug: str) -> HttpResponse:
    """The page: what is kept, a button that tries it, one that takes it away."""
    place = get_object_or_404(Marketplace, slug=slug)
    if request.method != "POST":
        return _page(request, place, SignInForm(initial=asdict(_kept(place))))
    told: dict[str, Any] = {"marketplace_id": place.pk, "by": request.user, "now": true_time.now()}
    if request.POST.get("do") == "end":
        if services.end(**told):
            messages.success(request, gettext("Taken away. Whoever claimed a shop by it keeps it."))
        return redirect("operator:shop-sign-in", slug)
    form = SignInForm(request.POST)
    if request.POST.get("do") == "try":
        return _tried(request, place, form)
    try:
        services.keep(said=form.said(), **told)
    except SignInDefective as defective:
        return _page(request, place, form, defects=defective.defects)
    messages.success(request, gettext("%(name)s is kept.") % {"name": place.name})
    return redirect("operator:shop-sign-in", slug)


def _kept(place: Marketplace) -> SignInSaid:
    row = services.of(place)
    return services.said_of(row) if row else SignInSaid()


def _tried(request: HttpRequest, place: Marketplace, form: SignInForm) -> HttpResponse:
    """Whether the provider answers as what was typed says, without keeping anything."""
    if wrong := tuple(services.defects(form.said())):
        return _page(request, place, form, defects=wrong)
    failed = services.try_out(ShopSignIn(marketplace=place, **asdict(form.said())), back=back_address(place.slug))
    return _page(request, place, form, tried=_verdict(failed))


def _verdict(failed: OidcFailed | None) -> dict[str, Any]:
    return {"works": failed is None, "said": trouble(failed) if failed else ""}


def _page(
    request: HttpRequest,
    place: Marketplace,
    form: SignInForm,
    *,
    defects: tuple[Defect, ...] = (),
    tried: dict[str, Any] | None = None,
) -> HttpResponse:
    if form.is_bound:
        form.full_clean()
        form.errors.clear()  # what the service finds is said, and nothing twice
        for defect in defects:
            form.add_error(defect.field, " ".join(said(defect.code, defect.data)))
    page = {
        "row": place,
        "form": form,
        "is_set": services.of(place) is not None,
        "faults": faults_of(defects),
        "tried": tried,
        "back": back_address(place.slug),
        "begin": begin_address(place.slug),
    }
    return render(request, "operator/shop_sign_in.html", page, status=422 if defects else 200)
