"""An agent passes a mandate on: the form with what it has itself, and the other agent who accepts it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from countermark.apps.complaints import mandate_watch
from countermark.apps.mandates import passing_on, selectors, words
from countermark.apps.mandates.models import Mandate
from countermark.apps.mandates.services import MandateDefective, MandateMoved, Scope
from countermark.apps.parties.models import Marketplace
from countermark.apps.parties.selectors import open_marketplaces
from countermark.apps.rights.completeness import day_of
from countermark.apps.rights.models import Right
from countermark.core.defect import Defect
from countermark.entrypoints.web.doors import Refused
from countermark.entrypoints.web.rights_holder.access import holder_ids, holder_page, holders
from countermark.entrypoints.web.rights_holder.faults import faults_of
from countermark.entrypoints.web.rights_holder.mandates import mandate_moved, numbers, own_mandate, unread_days


@holder_page
def pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    """To whom, and how much of it? Never more than the agent has; the owner is written to at once."""
    row = own_mandate(request, pk)
    if row.agent_id not in holder_ids(request) or not passing_on.may_pass_on(row, at=request.at):
        raise _not_to_be_passed_on(row)
    if request.method != "POST":
        return _form(request, row, [])
    said, unread = _typed(request, row), unread_days(request)
    try:
        if unread:
            raise MandateDefective(unread)
        to = request.POST.get("offered_to", "").replace("\0", "")
        sub = passing_on.offer(parent=row, said=said, to=to, by=request.user, at=request.at)
    except MandateDefective as defective:
        return _form(request, row, list(defective.defects))
    except MandateMoved as moved:
        raise mandate_moved(moved, pk) from moved
    messages.success(request, gettext("Offered. The other agent and the owner are written to."))
    return redirect("holder:mandate", sub.pk)


def _typed(request: HttpRequest, row: Mandate) -> Scope:
    """What the form says; "all" means all that the agent's own mandate covers."""
    post = request.POST
    some_rights, some_places = post.get("all_rights") == "no", post.get("all_marketplaces") == "no"
    wanted = set(numbers(post.getlist("rights")))
    return Scope(
        all_rights=False if some_rights else None,
        rights=[right for right in selectors.rights_covered(row) if right.pk in wanted] if some_rights else None,
        all_marketplaces=False if some_places else None,
        marketplaces=[p for p in _places(row) if p.slug in post.getlist("marketplaces")] if some_places else None,
        powers=post.getlist("powers"),
        starts_on=day_of(post.get("starts_on", "")) or "",
        ends_on=day_of(post.get("ends_on", "")) or "",
    )


def _places(row: Mandate) -> list[Marketplace]:
    return list(open_marketplaces()) if row.all_marketplaces else list(row.marketplaces.order_by("name"))


def _form(request: HttpRequest, row: Mandate, wrong: list[Defect]) -> HttpResponse:
    asked = request.POST if request.method == "POST" else None
    shown: dict[str, Any] = {
        "parent": row,
        "mandate": _meant(row, asked),
        "typed": asked or {"starts_on": _iso(row.starts_on), "ends_on": _iso(row.ends_on)},
        "rights": _offered_rights(row),
        "chosen_rights": set(numbers(asked.getlist("rights"))) if asked else set(),
        "places": _places(row),
        "chosen_places": {p.pk for p in _places(row) if asked and p.slug in asked.getlist("marketplaces")},
        "powers": {power: said for power, said in words.POWERS.items() if power in row.powers},
        "faults": faults_of(wrong),
        "bad": {defect.field for defect in wrong},
    }
    return render(request, "rights_holder/mandate_pass_on.html", shown, status=422 if wrong else 200)


def _offered_rights(row: Mandate) -> list[Right]:
    return selectors.rights_covered(row)[:300]


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""


def _meant(row: Mandate, asked: Any) -> Mandate:
    """What the form shows as chosen: at first all that the agent has."""
    if asked is None:
        return Mandate(agent=row.agent, powers=row.powers)
    return Mandate(
        agent=row.agent,
        all_rights=asked.get("all_rights") != "no",
        all_marketplaces=asked.get("all_marketplaces") != "no",
        powers=asked.getlist("powers"),
    )


@require_POST
@holder_page
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The other agent accepts; from then on it acts in the owner's name."""
    row = own_mandate(request, pk)
    agent = next((each for each in holders(request) if passing_on.can_accept(row, each, request.user)), None)
    if row.parent_id is None or (agent is None and row.state == "offered"):
        raise _not_yours_to_accept(row)
    try:
        told = mandate_watch.accept(mandate=row, agent=agent or row.agent, by=request.user, at=request.at)
    except MandateMoved as moved:
        raise mandate_moved(moved, pk) from moved
    done = gettext("Accepted: you act for %(owner)s.") % {"owner": row.principal_name}
    go_on = ngettext("One case goes on.", "%(n)s cases go on.", told) % {"n": told}
    messages.success(request, f"{done} {go_on}" if told else done)
    return redirect("holder:mandate", pk)


def _not_to_be_passed_on(row: Mandate) -> Refused:
    return Refused(
        gettext("This mandate cannot be passed on"),
        gettext("The owner has not allowed it, it was passed on already, or it is not in force."),
        gettext("Ask the owner for a power of attorney that allows it, or for one for the other agent."),
        url=reverse("holder:mandate", args=[row.pk]),
        link=gettext("Look at the mandate"),
    )


def _not_yours_to_accept(row: Mandate) -> Refused:
    return Refused(
        gettext("This mandate is not offered to you"),
        gettext("It is for another agent, one that signs in with the e-mail it was offered to."),
        gettext("Sign in as that agent, or have it offered to your e-mail."),
        url=reverse("holder:mandates"),
        link=gettext("Mandates"),
        status=403,
    )
