"""Who acts for an account? Its members and what was changed about them; admins invite, give roles, and let go."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from countermark.apps.parties import holder_members
from countermark.apps.parties.models import Membership
from countermark.entrypoints.identity_words import INVITED, ROLES, event_said
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.rights_holder.access import admin_of, holder_of, holder_page
from countermark.entrypoints.web.rights_holder.accounts import all_holders, is_admin
from countermark.entrypoints.web.rights_holder.faults import Fault
from countermark.entrypoints.web.roles import AGENT, RIGHTS_HOLDER

MOST = 50  # changes the page shows


@require_http_methods(["GET", "HEAD", "POST"])
@holder_page
def members(request: HttpRequest) -> HttpResponse:
    """Who acts for the account, who was invited, what was changed."""
    if request.method != "POST":
        return _page(request)
    do, _, key = request.POST.get("do", "").partition(":")
    if do == "invite":
        return _invite(request)
    if do in holder_members.ROLES:
        row = get_object_or_404(admin_of(request).memberships.select_related("holder", "person"), pk=_number(key))
        holder_members.set_role(row, do, by=request.user, now=timezone.now())
        messages.success(request, gettext("Changed. It holds from their next click."))
    elif do == "revoke":
        _revoke(request, _number(key))
    return redirect("holder:members")


@require_http_methods(["GET", "HEAD", "POST"])
@door((RIGHTS_HOLDER, AGENT))
def remove(request: HttpRequest, member: int) -> HttpResponse:
    """Ask once more, then let somebody go; oneself, too, viewers included."""
    mine = {holder.pk: holder for holder in all_holders(request)}
    rows = Membership.objects.select_related("holder", "person")
    whom = get_object_or_404(rows, holder__in=mine, pk=member)
    holder, is_self = whom.holder, whom.person_id == request.user.pk
    if not is_self and not is_admin(mine[holder.pk]):
        raise Http404("only an admin lets others go")
    if request.method != "POST":
        return render(request, "rights_holder/member_remove.html", {"holder": holder, "whom": whom, "is_self": is_self})
    holder_members.remove(whom, by=request.user, now=timezone.now())
    said = (
        gettext("You no longer act for %(account)s.")
        if is_self
        else gettext("%(name)s no longer acts for %(account)s.")
    )
    messages.success(request, said % {"account": holder.name, "name": whom.person})
    return redirect("front") if is_self else redirect("holder:members")


def _invite(request: HttpRequest) -> HttpResponse:
    said = {name: request.POST.get(name, "").replace("\0", "") for name in ("address", "role")}
    try:
        row = holder_members.invite(holder=admin_of(request), by=request.user, now=timezone.now(), **said)
    except holder_members.MemberNotInvited as refused:
        return _page(request, [_fault(why) for why in refused.whys])
    messages.success(request, gettext("An invitation is on its way to %(address)s.") % {"address": row.address})
    return redirect("holder:members")


def _fault(why: str) -> Fault:
    what, way_out = INVITED[why]
    return Fault(str(what), str(way_out), "role-admin" if why == "role" else "address")


def _revoke(request: HttpRequest, key: int) -> None:
    now = timezone.now()
    row = get_object_or_404(holder_members.open_invitations(admin_of(request), now=now), pk=key)
    holder_members.revoke(row, by=request.user, now=now)
    messages.success(request, gettext("Taken back. The link in the mail opens nothing now."))


def _page(request: HttpRequest, faults: list[Fault] | None = None) -> HttpResponse:
    holder = holder_of(request)
    admin, now = is_admin(holder), timezone.now()
    invited = holder_members.open_invitations(holder, now=now) if admin else ()
    page: dict[str, Any] = {
        "holder": holder,
        "is_admin": admin,
        "people": [
            (row, ROLES[row.role], row.person_id == request.user.pk) for row in holder_members.members_of(holder)
        ],
        "invited": [(row, ROLES[row.role]) for row in invited],
        "history": [{"at": row.at, "text": event_said(row)} for row in holder_members.history_of(holder)[:MOST]],
        "roles": ROLES.items(),
        "typed": {name: request.POST.get(name, "") for name in ("address", "role")},
        "faults": faults or [],
    }
    return render(request, "rights_holder/members.html", page, status=422 if faults else 200)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
