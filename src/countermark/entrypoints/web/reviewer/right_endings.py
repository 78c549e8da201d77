"""What a reviewer records of a right beside its verification: that it is refused, renewed, has ended, or was never good."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from countermark.apps.complaints import rights_watch
from countermark.apps.rights import services
from countermark.apps.rights.models import Right, RightRenewal, RightTransfer
from countermark.core.rights.living import endings
from countermark.entrypoints.web.doors import Refused
from countermark.entrypoints.web.reviewer.access import reviewer_page, said

ENDINGS = {  # what can have happened -> (choice, what follows), as a reviewer is offered it
    "confirmed": (gettext_lazy("The new owner confirms"), gettext_lazy("Open complaints go on with the time that was left.")),
    "not_taken_over": (gettext_lazy("The new owner does not go on"), gettext_lazy("Open complaints end.")),
    "disputed": (gettext_lazy("It is seriously challenged"), gettext_lazy("Open complaints stand still.")),
    "transferred": (
        gettext_lazy("It was transferred"),
        gettext_lazy("Open complaints stand still until the new owner confirms."),
    ),
    "mandate_ended": (
        gettext_lazy("The agent’s mandate has ended"),
        gettext_lazy("Open complaints stand still until the owner takes over."),
    ),
    "lapsed": (gettext_lazy("It lapsed: a fee was not paid"), gettext_lazy("Open complaints end; what was decided stands.")),
    "expired": (gettext_lazy("It has expired"), gettext_lazy("Open complaints end; what was decided stands.")),
    "surrendered": (gettext_lazy("Its owner gave it up"), gettext_lazy("Open complaints end; what was decided stands.")),
    "revoked": (
        gettext_lazy("It was revoked, for instance for non-use"),
        gettext_lazy("Open complaints end; what was decided stands."),
    ),
    "invalidated": (
        gettext_lazy("It was declared invalid"),
        gettext_lazy("Open complaints end, and what was taken down comes back."),
    ),
    "forged": (
        gettext_lazy("Its proof was forged"),
        gettext_lazy("Open complaints end, and what was taken down comes back."),
    ),
}  # fmt: skip


def offered(row: Right) -> dict[str, tuple[object, object]]:
    """What can have happened to a right in this state; a doubt is settled by its own form."""
    if row.state == "suspended":
        return {}
    return {name: words for name, words in ENDINGS.items() if row.state in endings()[name].comes_from}


@require_POST
@reviewer_page
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what happened to a right, for all its cases."""
    row, ending, why = _found(pk), said(request.POST, "ending", ENDINGS), said(request.POST, "why")[:2000]
    if not ending or not why:
        raise _unsaid(pk)
    try:
        told = rights_watch.let_happen(row, ending, by=request.user, at=request.at, why=why)
    except services.RightMoved as moved:
        raise _moved(pk) from moved
    messages.success(
        request, ngettext("Noted; one case was told.", "Noted; %(n)s cases were told.", told) % {"n": told}
    )
    return redirect("reviewer:right", pk)


@require_POST
@reviewer_page
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Not this right, and not by mending it."""
    row, why = _found(pk), said(request.POST, "why")[:2000]
    if not why:
        raise _unsaid(pk)
    try:
        rights_watch.reject_right(right=row, by=request.user, at=request.at, why=why)
    except services.RightMoved as moved:
        raise _moved(pk) from moved
    messages.success(request, gettext("%(right)s is not accepted.") % {"right": row})
    return redirect("reviewer:rights")


@require_POST
@reviewer_page
def renewal(request: HttpRequest, pk: int, renewal: int) -> HttpResponse:
    """Is the renewal shown?"""
    row = get_object_or_404(RightRenewal.objects.select_related("right"), pk=renewal, right_id=pk)
    accepted, note = request.POST.get("answer") == "accept", said(request.POST, "note")[:2000]
    if not accepted and not note:
        raise _unsaid(pk)
    try:
        rights_watch.answer_renewal(renewal=row, accepted=accepted, by=request.user, at=request.at, note=note)
    except services.RightMoved as moved:
        raise _moved(pk) from moved
    done = gettext("The renewal is noted.") if accepted else gettext("The renewal is sent back to its holder.")
    messages.success(request, done)
    return redirect("reviewer:rights")


@require_POST
@reviewer_page
def transfer(request: HttpRequest, pk: int, transfer: int) -> HttpResponse:
    """Is the right the new owner's?"""
    row = get_object_or_404(RightTransfer.objects.select_related("right", "to", "file"), pk=transfer, right_id=pk)
    accepted, note = request.POST.get("answer") == "accept", said(request.POST, "note")[:2000]
    if not accepted and not note:
        raise _unsaid(pk)
    try:
        rights_watch.answer_transfer(transfer=row, accepted=accepted, by=request.user, at=request.at, note=note)
    except services.RightMoved as moved:
        raise _moved(pk) from moved
    said_done = gettext("The right is %(name)s’s now.") if accepted else gettext("It is sent back to %(name)s.")
    messages.success(request, said_done % {"name": row.to.name})
    return redirect("reviewer:rights")


def _found(pk: int) -> Right:
    return get_object_or_404(Right.objects.select_related("holder").exclude(state="draft"), pk=pk)


def _unsaid(pk: int) -> Refused:
    return Refused(
        gettext("Nothing was recorded"),
        gettext("The answer, or why, is missing."),
        gettext("Choose one and say why."),
        url=f"/review/rights/{pk}/",
        link=gettext("Look at the right"),
        status=422,
    )


def _moved(pk: int) -> Refused:
    return Refused(
        gettext("This right has moved while you had it open"),
        gettext("Somebody else was faster."),
        gettext("Look at it as it is now."),
        url=f"/review/rights/{pk}/",
        link=gettext("Look at the right"),
    )
