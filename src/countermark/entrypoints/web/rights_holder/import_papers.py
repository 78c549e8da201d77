"""Papers of many rights in one ZIP: each goes to the right whose number its name holds; and a right begun as a copy."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from countermark.apps.portfolio import cloning, words
from countermark.apps.portfolio.papers import Placed, place
from countermark.core import catalogue
from countermark.entrypoints.intake.papers_zip import papers_in
from countermark.entrypoints.intake.refused import FileRefused
from countermark.entrypoints.intake.refused_words import refusal_said
from countermark.entrypoints.papers_said import paper_said
from countermark.entrypoints.web.rights_holder.access import holder_page, holders, right_or_404
from countermark.entrypoints.web.rights_holder.faults import Fault
from countermark.entrypoints.web.rights_holder.importing import account_of


@holder_page
def import_papers(request: HttpRequest) -> HttpResponse:
    """Choose a ZIP; then what became of each file in it."""
    wrong: list[Fault] = []
    placed: list[dict[str, Any]] = []
    if request.method == "POST":
        try:
            placed = [_shown(each) for each in _placed(request)]
        except FileRefused as refused:
            wrong.append(Fault(*refusal_said(refused), "id_file"))
    known = catalogue.load()
    shown = {
        "faults": wrong,
        "placed": placed,
        "added": sum(each["code"] == "attached" for each in placed),
        "accounts": holders(request),
        "most_files": known.number("import_zip_files"),
        "most_mb": known.number("import_zip_mb"),
    }
    return render(request, "rights_holder/import_papers.html", shown, status=422 if wrong else 200)


def _placed(request: HttpRequest) -> list[Placed]:
    file = request.FILES.get("file")
    if file is None or not file.size:
        raise FileRefused("empty")
    papers = papers_in(file)
    return list(place(holder=account_of(request), files=papers, by=request.user, at=request.at))


def _shown(each: Placed) -> dict[str, Any]:
    _, cure = paper_said(each)
    return {"name": each.name, "code": each.code, "right": each.right, "said": words.placed_said(each.code), "cure": cure}


@require_POST
@holder_page
def clone_right(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a right as a copy of this one."""
    copy = cloning.clone(right=right_or_404(request, pk), by=request.user, at=request.at)
    messages.success(request, gettext("Copied, but for the number, the days and the papers."))
    return redirect("holder:right-office", copy.pk)
