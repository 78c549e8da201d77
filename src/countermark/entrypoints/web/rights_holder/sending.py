"""Send drafts: many at once, each with its verdict first; then the ready ones go, and the others say why they stay."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from countermark.apps.parties.models import Holder
from countermark.apps.portfolio import selectors, sending, words
from countermark.apps.portfolio.models import SEND_VERDICTS, RightSubmission
from countermark.apps.rights.words import kind_title
from countermark.apps.work import true_time
from countermark.entrypoints.intake import results
from countermark.entrypoints.web.lists import csv_answer, page_of
from countermark.entrypoints.web.rights_holder.access import holder_ids, holder_of, holder_page, holders
from countermark.entrypoints.web.rights_holder.importing import import_or_404

BUSY = ("checking", "running")  # a worker is at it


@holder_page
def sendings(request: HttpRequest) -> HttpResponse:
    """Choose which drafts; and what was sent together before."""
    if request.method == "POST":
        return redirect("holder:sending", _checked(request).pk)
    mine = holder_ids(request)
    shown = {
        "choices": [(one, sending.drafts_of(one).count()) for one in holders(request)],
        "files": selectors.imports_with_drafts(mine)[:20],
        "rows": [_listed(row) for row in selectors.submissions_of(mine)[:20]],
    }
    return render(request, "rights_holder/sendings.html", shown)


def _checked(request: HttpRequest) -> RightSubmission:
    which, _, pk = request.POST.get("drafts", "").partition("-")
    source = import_or_404(request, int(pk)) if which == "import" and pk.isdecimal() else None
    holder = source.holder if source else _account(request, pk)
    return sending.check(holder=holder, by=request.user, at=request.at, now=true_time.now(), source=source)


def _account(request: HttpRequest, pk: str) -> Holder:
    """The account named, else the first."""
    return next((one for one in holders(request) if str(one.pk) == pk), holder_of(request))


def _listed(row: RightSubmission) -> dict[str, Any]:
    total = sum(row.counts.values())
    return {"sending": row, "total": total, "stay": total - row.sent}


@holder_page
def one_sending(request: HttpRequest, pk: int) -> HttpResponse:
    """The verdict on every draft; while they are being sent, how far that is; then what became of each."""
    row = sending_or_404(request, pk)
    if request.method == "POST":
        return _start(request, row)
    verdict = request.GET.get("show", "")
    page = page_of(request, selectors.drafts_in(row, verdict))
    counts = {name: row.counts.get(name, 0) for name in SEND_VERDICTS}
    shown = {
        "sending": row,
        "counts": counts,
        "total": sum(counts.values()),
        "to_send": selectors.to_send(row),
        "stay": sum(counts.values()) - row.sent,
        "tabs": _tabs(row, verdict),
        "page": page,
        "rows": [_row(row, each) for each in page.object_list],
        "csv_url": reverse("holder:sending-csv", args=[pk]),
    }
    answer = render(request, "rights_holder/sending.html", shown)
    if request.headers.get("HX-Request") and row.state not in BUSY:
        answer["HX-Refresh"] = "true"  # it is done: the whole page says so
    return answer


def _tabs(row: RightSubmission, here: str) -> list[dict[str, Any]]:
    names = [("", gettext("All"), sum(row.counts.values()))]
    names += [
        (verdict, words.sending_said(row, verdict).word, row.counts.get(verdict, 0))
        for verdict in SEND_VERDICTS
        if verdict in ("ready", "doubtful", "mend") or row.counts.get(verdict)
    ]
    here = here if here in SEND_VERDICTS else ""
    return [{"label": label, "url": f"?show={key}", "here": key == here, "count": n} for key, label, n in names]


def _row(row: RightSubmission, each: Any) -> dict[str, Any]:
    return {
        "row": each,
        "right": each.right,
        "kind": kind_title(each.right.kind),
        "said": words.sending_said(row, each.verdict),
        "faults": words.faults_of(each.defects),
    }


def _start(request: HttpRequest, row: RightSubmission) -> HttpResponse:
    try:
        too = bool(request.POST.get("doubtful"))
        sending.start(submission=row, doubtful_too=too, at=request.at, now=true_time.now())
    except sending.SubmissionMoved:
        pass  # another tab was faster: the page shows how it stands
    return redirect("holder:sending", row.pk)


@holder_page
def sending_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each draft, as a table; `?show=mend` only what is to mend."""
    row = sending_or_404(request, pk)
    rows = selectors.drafts_in(row, request.GET.get("show", "")).iterator(chunk_size=500)
    return csv_answer(f"drafts-{pk}.csv", results.head(), results.sent_lines(row, rows))


@require_POST
@holder_page
def discard_sending(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the verdicts; the drafts stay."""
    if sending.discard(submission=sending_or_404(request, pk)):
        messages.success(request, gettext("Forgotten. The drafts stay as they are."))
        return redirect("holder:sendings")
    return redirect("holder:sending", pk)


def sending_or_404(request: HttpRequest, pk: int) -> RightSubmission:
    """One of theirs."""
    found = selectors.submissions_of(holder_ids(request)).filter(pk=pk).first()
    if found is None:
        raise Http404("there is no such thing among yours")
    return found
