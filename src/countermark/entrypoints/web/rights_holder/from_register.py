"""The register fills in the form: what it gave is marked, what differs is offered, nothing typed is overwritten by itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from countermark.apps.rights import asking
from countermark.apps.rights.models import Right
from countermark.connectors.office import OfficeError
from countermark.entrypoints.register_shown import record_shown, refused_said
from countermark.entrypoints.web.rights_holder.faults import Fault

ASK, TAKE = "register", "take-"  # what the buttons send as `then`


def is_wanted(request: HttpRequest) -> bool:
    """Whether a button that asks the register, or takes an answer over from it, was pressed."""
    then = str(request.POST.get("then", ""))
    return then == ASK or then.startswith(TAKE)


def answered(request: HttpRequest, row: Right) -> HttpResponse | Fault:
    """Do what the button asked, the typed answers being saved already. Raises RightMoved."""
    then = str(request.POST.get("then", ""))
    try:
        if then != ASK:
            asking.take_over(row, [then.removeprefix(TAKE)], at=request.at)
            return _back(row, f"id_{then.removeprefix(TAKE)}")
        kept = asking.fill(row, by=request.user, at=request.at)
    except (OfficeError, asking.RegisterNotAsked) as refused:
        return Fault(*refused_said(refused), "id_number")
    count = len(kept.filled)
    none = gettext("The register was asked. Nothing was empty; see below where it differs.")
    some = ngettext(
        "One answer is filled in from the register.", "%(n)s answers are filled in from the register.", count
    )
    messages.success(request, some % {"n": count} if count else none)
    return _back(row, "register")


def _back(row: Right, place: str) -> HttpResponse:
    return redirect(f"{reverse('holder:right-details', args=[row.pk])}#{place}")


def shown(row: Right) -> dict[str, Any]:
    """What the form shows of the register: whether it can be asked, and the record fetched last."""
    return {"can_ask": asking.office_for(row.kind, row.office) is not None, "register": record_shown(row)}


def beside(fields: list[dict[str, Any]], register: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The fields of a form, each with what the register says of it."""
    lines = register["by_field"] if register else {}
    return [{**field, "beside": lines.get(field["id"])} for field in fields]
