"""Who do you want to be? One click signs a visitor of the demo in as any of its people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from countermark.apps.complaints.models import Complaint
from countermark.apps.parties.models import Marketplace, Person, Seller
from countermark.apps.work import true_time
from countermark.entrypoints.demo.people import DemoPerson, demo_people
from countermark.entrypoints.web.demo.clock import Jump, jumps, next_days
from countermark.entrypoints.web.demo.mail import letter_count
from countermark.entrypoints.web.demo.only import demo_only
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.operator import stuck
from countermark.entrypoints.web.roles import ANYONE, NAMES, OPERATOR, REVIEWER, SELLER, SENIOR
from countermark.entrypoints.web.seller.shops import let_in

BACKEND = "django.contrib.auth.backends.ModelBackend"
Tag = tuple[str, str, str]  # tone, icon, word


@dataclass(frozen=True)
class Role:
    """One of the people a visitor can be: what waits for them, and whether this is who the visitor is now."""

    who: DemoPerson
    first_name: str
    role: str
    waits: Tag | None
    is_now: bool


@require_safe
@door(roles=[ANYONE])
@demo_only
def roles(request: HttpRequest) -> HttpResponse:
    """Everybody of this demo who is there, and the doors beside."""
    at = request.at
    passing: list[Jump] = jumps(at)
    page = {
        "roles": list(_roles(request, at)),
        "jumps": passing,
        "days": next_days(at),
        "zone": settings.TIME_ZONE,
        "letters": letter_count(),
        "shops": Marketplace.objects.exclude(base_url="").filter(is_active=True),
    }
    return render(request, "demo/roles.html", page)


@require_POST
@door(roles=[ANYONE])
@demo_only
def be(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's people, with no more asked."""
    who = next((each for each in demo_people() if each.email == request.POST.get("who")), None)
    if who is None:
        raise Http404("nobody of this demo has this address")
    person, shop = _person(who), _shop(who)
    if person is None and shop is None:
        raise Http404("this person is not in this demo's world")
    logout(request)
    if person is not None:
        login(request, person, backend=BACKEND)
    if shop is not None:
        let_in(request, shop)
    return redirect("/")


def _roles(request: HttpRequest, at: datetime) -> Iterator[Role]:
    for who in demo_people():
        person, shop = _person(who), _shop(who)
        if person is None and shop is None:
            continue
        is_now = request.user.is_authenticated and request.user == person
        yield Role(who, who.name.split()[0], str(NAMES[who.role]), _waits(who, person, shop, at), is_now)


def _person(who: DemoPerson) -> Person | None:
    return Person.objects.filter(email__iexact=who.email, is_active=True).first()


def _shop(who: DemoPerson) -> Seller | None:
    """The shop of a seller, who need not have an account."""
    return Seller.objects.filter(email__iexact=who.email).order_by("pk").first() if who.role == SELLER else None


# --- what waits for them --------------------------------------------------------------------------------------------------


def _waits(who: DemoPerson, person: Person | None, shop: Seller | None, at: datetime) -> Tag | None:
    if who.role == OPERATOR:
        count = len(stuck.tasks(at=at, now=true_time.now()))
        return ("late", "exclamation-octagon-fill", stuck.heading(count)) if count else None
    if who.role in (REVIEWER, SENIOR):
        return _review(who)
    if shop is not None:
        count = Complaint.objects.filter(seller=shop, waits_on="seller").count()
        said = ngettext("%(n)s case to answer", "%(n)s cases to answer", count)
    else:
        mine = Complaint.objects.filter(notice__holder__memberships__person=person, waits_on="complainant")
        count = mine.distinct().count()
        said = ngettext("%(n)s case waits for an answer", "%(n)s cases wait for an answer", count)
    return ("you", "person-fill", said % {"n": count}) if count else None


def _review(who: DemoPerson) -> Tag | None:
    waiting = Complaint.objects.filter(waits_on="reviewer")
    late, count = waiting.filter(escalated=True).count(), waiting.count()
    if not count:
        return None
    said = ngettext("%(n)s case waiting", "%(n)s cases waiting", count) % {"n": count}
    if late:
        return "late", "exclamation-octagon-fill", gettext("%(said)s, %(late)s late") % {"said": said, "late": late}
    return "you", "person-fill", said
