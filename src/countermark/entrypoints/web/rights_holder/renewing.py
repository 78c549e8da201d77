"""A right was renewed: its holder types the new end and adds the certificate; a reviewer looks at both."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from countermark.apps.rights import living, services
from countermark.apps.rights.completeness import day_of
from countermark.apps.rights.models import Right
from countermark.entrypoints.web.rights_holder.access import holder_page, right_or_404
from countermark.entrypoints.web.rights_holder.faults import Fault, faults_of, upload_fault
from countermark.entrypoints.web.rights_holder.rights import right_moved
from countermark.evidence.uploads import UploadRefused

ANCHORS = {"expires_on": "expires_on", "file": "file"}


@holder_page
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Until when was it renewed, and by which paper?"""
    row = right_or_404(request, pk)
    if not living.can_be_renewed(row):
        raise right_moved(services.RightMoved(row), pk)
    if request.method != "POST":
        return _page(request, row, [])
    wrong = _send(request, row)
    if wrong:
        return _page(request, row, wrong)
    messages.success(request, gettext("Sent. We look at it within three working days."))
    return redirect("holder:right", pk)


def _send(request: HttpRequest, row: Right) -> list[Fault]:
    """Send what was typed and added; what is wrong with it, if anything is."""
    file, day = request.FILES.get("file"), day_of(request.POST.get("expires_on", ""))
    content, name = (file.read(), file.name or "") if file else (b"", "")
    try:
        living.send_renewal(row, expires_on=day, content=content, name=name, by=request.user, at=request.at)
    except services.RightDefective as defective:
        return faults_of(defective.defects, ANCHORS)
    except UploadRefused as refused:
        return [upload_fault(refused, "file")]
    except services.RightMoved as moved:
        raise right_moved(moved, row.pk) from moved
    return []


def _page(request: HttpRequest, row: Right, wrong: list[Fault]) -> HttpResponse:
    shown = {
        "right": row,
        "typed": request.POST.get("expires_on", "")[:20],
        "due": services.check_due(request.at),
        "faults": wrong,
    }
    return render(request, "rights_holder/right_renew.html", shown, status=422 if wrong else 200)
