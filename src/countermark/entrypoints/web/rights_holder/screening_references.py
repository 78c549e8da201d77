"""Words and pictures of mine that are looked for: the list with where each stands, the form to add several, and their end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from countermark.apps.rights.models import Right
from countermark.apps.rights.services import check_due
from countermark.apps.screening import references
from countermark.apps.screening.engine import ScreeningUnavailable
from countermark.apps.screening.holder_words import REFERENCE_KINDS, REFERENCE_STATES
from countermark.apps.screening.known import LIVING
from countermark.apps.screening.models import Reference
from countermark.apps.screening.references import Sent
from countermark.apps.work import files, true_time
from countermark.apps.work.models import StoredFile
from countermark.core import catalogue
from countermark.entrypoints.web.lists import chosen, page_of, typed
from countermark.entrypoints.web.rights_holder.access import holder_ids, holder_page, listed_ids, right_or_404
from countermark.entrypoints.web.rights_holder.faults import Fault, faults_of, upload_fault
from countermark.entrypoints.web.rights_holder.screening import tabs
from countermark.evidence.uploads import UploadRefused


def _of(mine: Sequence[int]) -> QuerySet[Reference]:
    return Reference.objects.filter(right__holder__in=list(mine)).select_related("right", "file")


@require_GET
@holder_page
def listed(request: HttpRequest) -> HttpResponse:
    """All of them, the newest first."""
    mine, state, q = listed_ids(request), chosen(request, "state", REFERENCE_STATES), typed(request)
    rows = _of(mine).order_by("-pk")
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(text__icontains=q) | rows.filter(right__name__icontains=q) if q else rows
    page = page_of(request, rows)
    context = {
        "tabs": tabs("holder:references"),
        "page": page,
        "rows": [_row(each) for each in page.object_list],
        "state": state,
        "q": q,
        "states": [(key, said.word) for key, said in REFERENCE_STATES.items()],
        "is_narrowed": bool(state or q),
        "can_add": _rights(mine).exists(),
    }
    return render(request, "rights_holder/references.html", context)


def _row(row: Reference) -> dict[str, Any]:
    can_end = row.state in references.STANDING
    return {"row": row, "state": REFERENCE_STATES[row.state], "kind": REFERENCE_KINDS[row.kind], "can_end": can_end}


def _rights(mine: Sequence[int]) -> QuerySet[Right]:
    """Under which something can be registered."""
    return Right.objects.filter(holder__in=list(mine), state__in=LIVING).order_by("name", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
@holder_page
def add(request: HttpRequest) -> HttpResponse:
    """The form: one right, words a line each, pictures."""
    if request.method != "POST":
        return _form(request, [], [])
    pictures, wrong = _pictures(request)
    right = request.POST.get("right", "")
    if not right.isdecimal() or len(right) > 18:
        wrong.append(Fault(gettext("No right is chosen."), gettext("Choose one."), "right"))
    if not wrong:
        wrong = _register(request, right_or_404(request, int(right)), pictures)
    if wrong:
        return _form(request, wrong, pictures)
    messages.success(request, gettext("Sent. We look at it within three working days."))
    return redirect("holder:references")


def _pictures(request: HttpRequest) -> tuple[list[StoredFile], list[Fault]]:
    """The pictures sent now and those kept before with a form that was not whole; what could not be kept, and why."""
    ids = [int(pk) for pk in request.POST.getlist("kept") if pk.isdecimal() and len(pk) < 18]
    kept = list(StoredFile.objects.filter(pk__in=ids, uploaded_by=request.user, erased_at=None).order_by("pk"))
    wrong = []
    for file in request.FILES.getlist("pictures")[: catalogue.load().number("references_at_once")]:
        try:
            kept.append(files.keep(content=file.read(), name=file.name or "", by=request.user, at=request.at))
        except UploadRefused as refused:
            wrong.append(upload_fault(refused, "pictures"))
    return kept, wrong


def _register(request: HttpRequest, right: Right, pictures: Sequence[StoredFile]) -> list[Fault]:
    try:
        references.register(right=right, sent=Sent(_words(request), pictures), by=request.user, at=request.at)
    except references.ReferenceDefective as defective:
        anchors = {defect.field: defect.field.partition(".")[0] for defect in defective.defects}
        return faults_of(defective.defects, anchors)
    except ScreeningUnavailable:
        said = gettext("Pictures cannot be taken here: the libraries that read them are not installed.")
        return [Fault(said, gettext("Send the words alone, or ask the operator. What you wrote is kept."), "pictures")]
    return []


def _words(request: HttpRequest) -> list[str]:
    lines = request.POST.get("words", "").splitlines()
    return [line.strip() for line in lines if line.strip()][: catalogue.load().number("references_at_once")]


def _form(request: HttpRequest, wrong: Sequence[Fault], kept: Sequence[StoredFile]) -> HttpResponse:
    context = {
        "rights": _rights(holder_ids(request))[:500],
        "right": request.POST.get("right") or request.GET.get("right", ""),
        "words": request.POST.get("words", "").replace("\0", "")[:20_000],
        "kept": kept,
        "most": catalogue.load().number("references_at_once"),
        "due": check_due(request.at),
        "faults": wrong,
    }
    return render(request, "rights_holder/reference_add.html", context, status=422 if wrong else 200)


@require_POST
@holder_page
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer looked for."""
    row = _of(holder_ids(request)).filter(pk=pk).first()
    if row is None:
        raise Http404("there is no such word or picture among yours")
    references.end(reference=row, at=request.at, now=true_time.now())
    what = row.text or (row.file.name if row.file else "")
    messages.success(request, gettext("“%(what)s” is looked for no more.") % {"what": what})
    return redirect("holder:references")
