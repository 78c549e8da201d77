"""Import: a whole portfolio as a file. Every row shows its verdict first; then the rows without a fault are stored."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from countermark.apps.parties.models import Holder
from countermark.apps.portfolio import running, selectors, words
from countermark.apps.portfolio.models import VERDICTS, RightImport
from countermark.apps.portfolio.staging import stage
from countermark.apps.rights.words import kind_title
from countermark.apps.work import true_time
from countermark.core import catalogue
from countermark.entrypoints.intake import results
from countermark.entrypoints.intake.files import read_file
from countermark.entrypoints.intake.refused import FileRefused
from countermark.entrypoints.intake.refused_words import refusal_said
from countermark.entrypoints.intake.template import FORMS, template
from countermark.entrypoints.web.doors import Refused
from countermark.entrypoints.web.lists import csv_answer, page_of
from countermark.entrypoints.web.rights_holder.access import holder_ids, holder_of, holder_page, holders, listed_ids
from countermark.entrypoints.web.rights_holder.faults import Fault, upload_fault
from countermark.evidence.uploads import UploadRefused


@holder_page
def imports(request: HttpRequest) -> HttpResponse:
    """Choose a file; and the files that were brought in before."""
    wrong: list[Fault] = []
    if request.method == "POST":
        try:
            return redirect("holder:import", _staged(request).pk)
        except FileRefused as refused:
            wrong.append(Fault(*refusal_said(refused), "id_file"))
        except UploadRefused as refused:
            wrong.append(upload_fault(refused, "id_file"))
    known = catalogue.load()
    shown = {
        "faults": wrong,
        "accounts": holders(request),
        "most_rows": known.number("import_rows"),
        "most_mb": known.number("import_file_mb"),
        "rows": [_listed(row) for row in selectors.imports_of(listed_ids(request))[:20]],
    }
    return render(request, "rights_holder/imports.html", shown, status=422 if wrong else 200)


def _staged(request: HttpRequest) -> RightImport:
    """The file with its verdicts. FileRefused when it cannot be read."""
    file = request.FILES.get("file")
    if file is None or not file.name:
        raise FileRefused("empty")
    most = catalogue.load().number("import_file_mb")
    if (file.size or 0) > most * 1_000_000:
        raise FileRefused("too_large", most=most)
    read = read_file(file.name, file.read())
    return stage(holder=account_of(request), by=request.user, file=read, at=request.at)


def account_of(request: HttpRequest) -> Holder:
    """The account the rights are for: the one chosen, else the first."""
    chosen = request.POST.get("account", "")
    return next((one for one in holders(request) if str(one.pk) == chosen), holder_of(request))


def _listed(row: RightImport) -> dict[str, Any]:
    return {
        "import": row,
        "total": selectors.total(row),
        "mend": row.counts.get("mend", 0),
        "form": words.form_said(row),
    }


@holder_page
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """The verdict on every row; while it is being stored, how far that is; then what became of each."""
    source = import_or_404(request, pk)
    if request.method == "POST":
        return _start(request, source)
    verdict = request.GET.get("show", "")
    page = page_of(request, selectors.rows_of(source, verdict))
    shown = {
        "source": source,
        "form": words.form_said(source),
        "counts": {name: source.counts.get(name, 0) for name in VERDICTS},
        "total": selectors.total(source),
        "to_store": selectors.to_store(source),
        "so_far": source.stored + source.changed,
        "tabs": _tabs(source, verdict),
        "page": page,
        "rows": [_row(source, row) for row in page.object_list],
        "csv_url": reverse("holder:import-csv", args=[pk]),
    }
    answer = render(request, "rights_holder/import.html", shown)
    if request.headers.get("HX-Request") and source.state != "running":
        answer["HX-Refresh"] = "true"  # it is done: the whole page says so
    return answer


def _tabs(source: RightImport, here: str) -> list[dict[str, Any]]:
    names = [("", gettext("All"), selectors.total(source))]
    names += [(v, words.verdict_said(v, state=source.state).word, source.counts.get(v, 0)) for v in VERDICTS]
    here = here if here in VERDICTS else ""
    return [{"label": label, "url": f"?show={key}", "here": key == here, "count": n} for key, label, n in names]


def _row(source: RightImport, row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "kind": kind_title(row.kind) if row.kind else "",
        "said": words.verdict_said(row.verdict, state=source.state),
        "faults": words.faults_of(row.defects),
    }


def _start(request: HttpRequest, source: RightImport) -> HttpResponse:
    try:
        running.start(source=source, at=request.at, now=true_time.now())
    except running.AnotherRuns as busy:
        raise _busy(busy) from busy
    except running.ImportMoved:
        pass  # a second click, or another tab: the page shows how it stands
    return redirect("holder:import", source.pk)


def _busy(busy: running.AnotherRuns) -> Refused:
    return Refused(
        gettext("Another file is being stored"),
        gettext("Files of one account are stored one after the other. Nothing was changed."),
        gettext("Wait until it is done, then start this one."),
        url=reverse("holder:import", args=[busy.number]),
        link=gettext("Look at the other one"),
    )


@holder_page
def import_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each row, as a table; `?show=mend` only what is to mend."""
    source = import_or_404(request, pk)
    rows = selectors.rows_of(source, request.GET.get("show", "")).iterator()
    return csv_answer(f"import-{pk}.csv", results.head(), results.lines(source, rows))


@holder_page
def import_template(request: HttpRequest, form: str) -> HttpResponse:
    """The empty form, as XLSX or CSV."""
    if form not in FORMS:
        raise Http404("there is no such form")
    content = template(form, is_agent=any(one.is_agent for one in holders(request)))
    answer = HttpResponse(content, content_type=FORMS[form])
    answer["Content-Disposition"] = f'attachment; filename="rights.{form}"'
    return answer


@require_POST
@holder_page
def discard_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a file of which nothing was stored."""
    source = import_or_404(request, pk)
    if running.discard(source=source):
        messages.success(request, gettext("Forgotten. Nothing of it was stored."))
        return redirect("holder:imports")
    return redirect("holder:import", pk)


def import_or_404(request: HttpRequest, pk: int) -> RightImport:
    """A file of theirs."""
    found = selectors.imports_of(holder_ids(request)).filter(pk=pk).first()
    if found is None:
        raise Http404("there is no such file among yours")
    return found
