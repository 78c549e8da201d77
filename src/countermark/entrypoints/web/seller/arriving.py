"""How does a seller come in? By the link of a mail and a code, or straight in when the session is the shop's already."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from countermark.apps.complaints import selectors
from countermark.apps.orders.appeals import orders_about
from countermark.apps.parties import arrivals, shop_sign_in
from countermark.apps.parties.models import SignInLink
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import ANYONE, SELLER
from countermark.entrypoints.web.seller.faults import Fault
from countermark.entrypoints.web.seller.shops import let_in, let_out, seller_ids


@never_cache
@door([ANYONE])
def arrive(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the code, send it, take it. Opening the page sends nothing: mail programs open links by themselves."""
    now = timezone.now()
    try:
        link = arrivals.open_link(token, now=now)
    except arrivals.LinkGone:
        return render(request, "seller/link_gone.html", status=404)
    if link.seller_id in seller_ids(request):
        return redirect(_destination(link))
    if request.method != "POST":
        return _page(request, link)
    try:
        return _step(request, link)
    except arrivals.ArrivalRefused as refused:
        return _page(request, link, refused)


def _step(request: HttpRequest, link: SignInLink) -> HttpResponse:
    now = timezone.now()
    if request.POST.get("step") == "send":
        arrivals.send_code(link, now=now)
        return redirect("seller:arrive", token=request.resolver_match.kwargs["token"])
    let_in(request, arrivals.check_code(link, request.POST.get("code", ""), now=now))
    return redirect(_destination(link))


def _page(request: HttpRequest, link: SignInLink, refused: arrivals.ArrivalRefused | None = None) -> HttpResponse:
    asks_code = arrivals.code_is_out(link, now=timezone.now())
    page = {
        "link": link,
        "address": arrivals.masked(link.seller.email),
        "asks_code": asks_code,
        "errors": [_fault(refused, asks_code)] if refused else [],
    }
    return render(request, "seller/arrive.html", page)


def _fault(refused: arrivals.ArrivalRefused, asks_code: bool) -> Fault:
    return Fault(*_words(refused), "code" if asks_code else "send")


def _words(refused: arrivals.ArrivalRefused) -> tuple[str, str]:
    if isinstance(refused, arrivals.CodeWrong):
        way_out = gettext("Look at the newest mail and type its six digits. Tries left: %(left)s.")
        return gettext("That is not the code we sent."), way_out % {"left": refused.left}
    if isinstance(refused, arrivals.TooManyCodes):
        return gettext("We have sent several codes already."), gettext("Use the newest one, or wait an hour.")
    if isinstance(refused, arrivals.CodeNotSent):
        return gettext("The code could not be sent."), gettext("Nothing was changed. Try again in a minute.")
    return gettext("This code is no longer good."), gettext("Let us send you a new one.")


def _destination(link: SignInLink) -> str:
    """The measure; the case; the notice when it has several of the shop's; all cases when none of them is named any more."""
    if orders_about([link.seller_id]).filter(number=link.notice_number).exists():
        return reverse("seller:measure", args=[link.notice_number])
    cases = selectors.visible("seller", seller_ids=[link.seller_id]).filter(notice__number=link.notice_number)
    numbers = list(cases.order_by("line").values_list("number", flat=True)[:2])
    if len(numbers) == 1:
        return reverse("seller:case", args=numbers)
    return reverse("seller:notice", args=[link.notice_number]) if numbers else reverse("seller:home")


@never_cache
@door([ANYONE])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a new link by address. The answer is the same for every address."""
    address = request.POST.get("email", "").strip()
    errors = []
    if request.method == "POST":
        try:
            validate_email(address)
            arrivals.request_link(address, now=timezone.now())
            return render(request, "seller/link_sent.html", {"address": address})
        except ValidationError:
            way_out = gettext("Type it as you use it at the marketplace, for example name@shop.example.")
            errors = [Fault(gettext("This is no e-mail address."), way_out, "email")]
    page = {"errors": errors, "address": address, "places": shop_sign_in.places()}
    return render(request, "seller/ask.html", page)


@require_POST
@door([SELLER])
def leave(request: HttpRequest) -> HttpResponse:
    """End what the link opened, on a device that others use too."""
    let_out(request)
    messages.success(request, gettext("You have left your cases on this device."))
    return redirect("seller:ask")
