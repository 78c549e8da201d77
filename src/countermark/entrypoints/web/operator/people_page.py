"""The people of this desk: who reviews, who operates, who may sign in; adding one, and what was changed about each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from countermark.apps.parties import people as services
from countermark.apps.parties.models import Person
from countermark.apps.work import moments, true_time
from countermark.entrypoints.web import lists
from countermark.entrypoints.web.doors import Refused, door
from countermark.entrypoints.web.lists import csv_answer
from countermark.entrypoints.web.operator.auditors import WRONG as AUDIT_WRONG
from countermark.entrypoints.web.operator.auditors import end_of
from countermark.entrypoints.web.operator.words import ROLES, Fault, deed, nobody
from countermark.entrypoints.web.roles import OPERATOR

FILTERS = {
    "": gettext_lazy("Everybody"),
    "desk": gettext_lazy("The desk"),
    "reviewer": gettext_lazy("Reviewers"),
    "senior": gettext_lazy("Senior reviewers"),
    "operator": gettext_lazy("Operators"),
    "auditor": gettext_lazy("Auditors"),
    "holder": gettext_lazy("Acting for a rights holder"),
    "seller": gettext_lazy("Sellers"),
    "out": gettext_lazy("Cannot sign in"),
}
DESK = Q(is_reviewer=True) | Q(is_senior=True) | Q(is_operator=True)
WRONG = {
    "email": (
        gettext_lazy("This is no e-mail address."),
        gettext_lazy("Write the one the code is to go to."),
        "id_email",
    ),
    "taken": (
        gettext_lazy("Somebody has this address already."),
        gettext_lazy("Find them in the list and give them the role."),
        "id_email",
    ),
    "name": (gettext_lazy("The name is missing or too long."), gettext_lazy("Write up to 200 characters."), "id_name"),
}


@require_safe
@door(roles=[OPERATOR])
def people(request: HttpRequest) -> HttpResponse:
    """The list, with its filters."""
    rows = _filtered(request)
    if lists.wants_csv(request):
        head = ("name", "email", "reviewer", "senior", "operator", "active", "last_sign_in")
        table = rows.values_list("name", "email", "is_reviewer", "is_senior", "is_operator", "is_active", "last_login")
        return csv_answer("people.csv", head, table)
    shown = lists.page_of(request, rows)
    page = {
        "page": shown,
        "people": [(person, roles_of(person)) for person in shown],
        "desk": Person.objects.filter(DESK, is_active=True).count(),
        "role": lists.chosen(request, "role", list(FILTERS)),
        "roles": FILTERS.items(),
        "q": lists.typed(request),
        "csv_url": lists.csv_url(request),
    }
    return render(request, "operator/people.html", page)


def _filtered(request: HttpRequest) -> QuerySet[Person]:
    rows = Person.objects.annotate(accounts=Count("memberships", distinct=True), sells=Count("shops", distinct=True))
    role, q = lists.chosen(request, "role", list(FILTERS)), lists.typed(request)
    chosen = {
        "desk": DESK,
        "auditor": Q(auditor_until__gt=true_time.now()),
        "holder": Q(accounts__gt=0),
        "seller": Q(sells__gt=0),
        "out": Q(is_active=False),
        **{each: Q(**{f"is_{each}": True}) for each in services.ROLES},
    }
    rows = rows.filter(chosen.get(role, Q()))
    return rows.filter(Q(name__icontains=q) | Q(email__icontains=q)).order_by("name", "email")


def roles_of(person: Any) -> list[str]:
    """What somebody is here, in words."""
    said = [str(ROLES[role][0]) for role in services.ROLES if getattr(person, f"is_{role}")]
    if person.is_auditor(true_time.now()):
        said.append(str(ROLES["auditor"][0]))
    if person.accounts:
        said.append(gettext("acts for a rights holder"))
    if person.sells:
        said.append(gettext("sells"))
    return said


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def add(request: HttpRequest) -> HttpResponse:
    """Add somebody to the desk: they sign in by a code to this address."""
    typed = {name: request.POST.get(name, "").replace("\0", "") for name in ("email", "name", "role", "until")}
    faults: list[Fault] = []
    if request.method == "POST":
        until = end_of(typed["until"]) if typed["role"] == "auditor" else None
        if typed["role"] == "auditor" and until is None:
            faults = [
                Fault(gettext("Nothing says until when they audit."), gettext("Choose the last day."), "id_until")
            ]
        elif typed["role"] not in (*services.ROLES, "auditor"):
            faults = [Fault(gettext("Nothing says what they do here."), gettext("Choose a role."), "role-reviewer")]
        else:
            try:
                said = {name: typed[name] for name in ("email", "name", "role")}
                person = services.add_person(**said, until=until, by=request.user, now=true_time.now())
                messages.success(request, gettext("%(name)s can sign in now.") % {"name": person.name})
                return redirect("operator:person", person.pk)
            except services.PersonDefective as wrong:
                what, way_out, field = WRONG[wrong.field]
                faults = [Fault(str(what), str(way_out), field)]
            except services.AuditorDefective as wrong:
                faults = [Fault(*map(str, AUDIT_WRONG[wrong.field]), "id_until")]
    page = {"typed": typed, "faults": faults, "roles": [(key, *ROLES[key]) for key in (*services.ROLES, "auditor")]}
    return render(request, "operator/person_add.html", page, status=422 if faults else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: roles, whether they may sign in, their sessions, and what was changed about them."""
    rows = Person.objects.annotate(accounts=Count("memberships", distinct=True), sells=Count("shops", distinct=True))
    row = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        _change(request, row)
        return redirect("operator:person", row.pk)
    now = true_time.now()
    events = row.staff_events.select_related("by", "person", "marketplace").order_by("-pk")[:50]
    page = {
        "person": row,
        "roles": [(key, *ROLES[key], getattr(row, f"is_{key}")) for key in services.ROLES],
        "audit_end": moments.deadline(row.auditor_until) if row.is_auditor(now) else "",
        "said": roles_of(row),
        "holders": [m.holder for m in row.memberships.select_related("holder")],
        "shops": row.shops.select_related("marketplace"),
        "sessions": len(services.sessions_of(row, now=now)),
        "is_self": row.pk == request.user.pk,
        "has_factors": row.authenticator_set.exists(),
        "history": [{"at": e.at, "text": f"{e.by or nobody()} {deed(e)}"} for e in events],
    }
    return render(request, "operator/person.html", page)


def _change(request: HttpRequest, row: Person) -> None:
    """Do what one button of the page asks for. Raises Refused for the last operator."""
    do, _, role = request.POST.get("do", "").partition(":")
    told = {"by": request.user, "now": true_time.now()}
    try:
        if do in ("give", "take") and role in services.ROLES:
            services.set_role(person_id=row.pk, role=role, given=do == "give", **told)
            messages.success(request, gettext("Changed. It holds from their next click."))
        elif do in ("let-in", "shut-out"):
            services.set_active(person_id=row.pk, active=do == "let-in", **told)
            messages.success(request, gettext("Changed."))
        elif do == "end-sessions":
            ended = services.end_sessions(person=row, **told)
            said = ngettext("Signed out of %(n)s browser.", "Signed out of %(n)s browsers.", ended)
            messages.success(request, said % {"n": ended})
        elif do == "lift-factors":
            services.lift_second_factors(person=row, **told)
            messages.success(request, gettext("The mailed code is enough again. Every browser was signed out."))
    except services.LastOperator as last:
        raise Refused(
            gettext("The last operator cannot be taken away"),
            gettext("Nobody could ever appoint an operator again."),
            gettext("Give somebody else the role first."),
            url=request.path,
            link=gettext("Back to %(name)s") % {"name": row},
        ) from last
