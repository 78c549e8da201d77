"""A right was transferred to this holder: which one, by which paper, and what becomes of the complaints that run on it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from countermark.apps.rights import services, transfers, words
from countermark.apps.rights.transfers import Claimed
from countermark.core import catalogue
from countermark.entrypoints.web.doors import Refused
from countermark.entrypoints.web.rights_holder.access import holder_of, holder_page
from countermark.entrypoints.web.rights_holder.faults import Fault, faults_of, upload_fault
from countermark.evidence.uploads import UploadRefused

ANCHORS = {"number": "number", "owner": "owner", "goes_on": "goes_on", "file": "file"}
GOES_ON = {"yes": True, "no": False}


@holder_page
def take_over(request: HttpRequest) -> HttpResponse:
    """The form, and what was sent before."""
    if request.method != "POST":
        return _page(request, [])
    wrong = _send(request)
    if wrong:
        return _page(request, wrong)
    messages.success(request, gettext("Sent. We look at it within three working days."))
    return redirect("holder:right-take-over")


def _send(request: HttpRequest) -> list[Fault]:
    """Send what was typed and added; what is wrong with it, if anything is."""
    file = request.FILES.get("file")
    content, name = (file.read(), file.name or "") if file else (b"", "")
    try:
        transfers.send(
            _typed(request), content=content, name=name, to=holder_of(request), by=request.user, at=request.at
        )
    except services.RightDefective as defective:
        return faults_of(defective.defects, ANCHORS)
    except UploadRefused as refused:
        return [upload_fault(refused, "file")]
    except services.RightMoved as moved:
        raise _moved() from moved
    return []


def _moved() -> Refused:
    return Refused(
        gettext("This right has moved while you had it open"),
        gettext("Somebody else was faster."),
        gettext("Look at it as it is now."),
        url=reverse("holder:right-take-over"),
        link=gettext("Look at it"),
    )


def _typed(request: HttpRequest) -> Claimed:
    kind, office, number, owner = (
        request.POST.get(name, "").replace("\0", "")[:300] for name in ("kind", "office", "number", "owner")
    )
    return Claimed(kind, office, number, owner, GOES_ON.get(request.POST.get("goes_on", "")))


def _page(request: HttpRequest, wrong: list[Fault]) -> HttpResponse:
    known, holder, sent = catalogue.load(), holder_of(request), request.method == "POST"
    shown: dict[str, Any] = {
        "kinds": [(kind, words.kind_title(kind)) for kind in known.right_kinds],
        "offices": [(office, words.office_title(office)) for office in known.offices],
        "typed": _typed(request),
        "owner": request.POST.get("owner", "") if sent else holder.name,
        "goes_on": request.POST.get("goes_on", ""),
        "is_agent": holder.is_agent,
        "sent": transfers.sent_by(holder)[:50],
        "due": services.check_due(request.at),
        "faults": wrong,
    }
    return render(request, "rights_holder/right_take_over.html", shown, status=422 if wrong else 200)
