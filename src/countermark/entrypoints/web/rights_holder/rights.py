"""My rights: the list, one right with its history, and the guided registration driven by the catalogue of kinds."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from countermark.apps.complaints.of_holder import count_on
from countermark.apps.mandates.selectors import for_papers
from countermark.apps.rights import completeness, living, numbering, services, words
from countermark.apps.rights.clocks import stands
from countermark.apps.rights.lint import lint
from countermark.apps.rights.models import Right
from countermark.apps.rights.selectors import SORTS, RightFilter, counted, rights_of
from countermark.apps.work import moments
from countermark.core import catalogue
from countermark.core.catalogue import Asked
from countermark.core.defect import Defect
from countermark.entrypoints.register_shown import answer_said, record_shown
from countermark.entrypoints.web.doors import Refused
from countermark.entrypoints.web.lists import csv_answer, page_of, typed
from countermark.entrypoints.web.rights_holder import from_register
from countermark.entrypoints.web.rights_holder.access import holder_of, holder_page, listed_ids, right_or_404
from countermark.entrypoints.web.rights_holder.faults import Fault, faults_of, said, upload_fault
from countermark.evidence.uploads import UploadRefused

KINDS = {  # the kinds in one line each, for the first question
    "trademark": gettext_lazy("A word or picture under which goods are sold."),
    "copyright": gettext_lazy("A picture, text, film, character or program. It need not be registered."),
    "patent": gettext_lazy("An invention, examined and granted."),
    "utility_model": gettext_lazy("A technical solution registered without examination."),
    "design": gettext_lazy("How goods look."),
    "other": gettext_lazy("A geographical name, a likeness, a trade secret, a court order."),
}


# --- the list -------------------------------------------------------------------------------------------------------------


def right_filter(request: HttpRequest) -> RightFilter:
    """The filter an address names; what it names wrongly is left open."""
    state, kind, sort = (request.GET.get(name, "") for name in ("state", "kind", "sort"))
    return RightFilter(
        state=state if state in words.STATES else "",
        kind=kind if kind in KINDS else "",
        q=typed(request),
        sort=sort if sort.removeprefix("-") in SORTS else "name",
    )


@holder_page
def rights(request: HttpRequest) -> HttpResponse:
    """Every right of the holder with where it stands."""
    asked, mine = right_filter(request), listed_ids(request)
    page = page_of(request, rights_of(mine, asked))
    rows = list(page.object_list)
    open_cases = count_on([row.pk for row in rows])
    numbers = counted(mine)
    shown = {
        "asked": asked,
        "page": page,
        "rows": [{"right": r, "state": words.state_said(r.state), "cases": open_cases.get(r.pk, 0)} for r in rows],
        "states": [(state, word, numbers.get(state, 0)) for state, (_, _, word) in words.STATES.items()],
        "kinds": [(kind, words.kind_title(kind)) for kind in KINDS],
        "all": sum(numbers.values()),
        "approved": numbers.get("approved", 0),
        "pending": numbers.get("pending", 0),
        "yours": numbers.get("returned", 0),
        "drafts": numbers.get("draft", 0),
        "is_narrowed": bool(asked.state or asked.kind or asked.q),
        "csv_url": f"{reverse('holder:rights-csv')}?{request.GET.urlencode()}",
        "sort": "name",
    }
    return render(request, "rights_holder/rights.html", shown)


@holder_page
def rights_csv(request: HttpRequest) -> HttpResponse:
    """The filtered list as a table."""
    head = [gettext("Name"), gettext("Kind"), gettext("Office"), gettext("Number"), gettext("Owner"), gettext("State")]
    head += [gettext("Registered until"), gettext("Classes"), gettext("Verified")]
    rows = rights_of(listed_ids(request), right_filter(request))
    return csv_answer("rights.csv", head, (_csv_row(row) for row in rows))


def _csv_row(row: Right) -> list[Any]:
    return [
        row.name, words.kind_title(row.kind), row.office, row.number, row.owner_name, words.state_said(row.state).word,
        row.expires_on or "", moments.joined(map(str, row.classes)),
        moments.moment(row.verified_at) if row.verified_at else "",
    ]  # fmt: skip


# --- one right ------------------------------------------------------------------------------------------------------------


@holder_page
def right(request: HttpRequest, pk: int) -> HttpResponse:
    """One right: where it stands, what a reviewer found, its papers and its history."""
    row = right_or_404(request, pk)
    if row.state == "draft":
        return redirect("holder:right-office", pk)
    fields = completeness.asked_fields(row.kind, row.fields, is_agent=row.holder.is_agent)
    shown = {
        "right": row,
        "state": words.state_said(row.state),
        "facts": [(gettext(f.label), answer_said(f, row.fields.get(f.id, ""))) for f in fields if row.fields.get(f.id)],
        "papers": papers_of(row),
        "reasons": [words.return_reason_said(code) for code in row.return_reasons],
        "due": services.check_due(row.submitted_at) if row.state == "pending" and row.submitted_at else None,
        "trail": [_event(event) for event in row.events.order_by("pk")],
        "cases": count_on([row.pk]).get(row.pk, 0),
        "now": stands(row, at=request.at),
        "register": record_shown(row),
        "can_renew": living.can_be_renewed(row),
        "renewal": living.waiting_renewal(row),
    }
    return render(request, "rights_holder/right.html", shown)


def _event(event: Any) -> dict[str, Any]:
    reasons = [words.return_reason_said(code)[0] for code in event.data.get("reasons", ())]
    text = moments.sentences([*reasons, event.data.get("note", ""), event.data.get("why", "")])
    return {"at": event.at, "title": words.event_said(event.event), "text": text, "key": event.event != "submitted"}


def papers_of(row: Right) -> list[dict[str, Any]]:
    """The papers that are there, each with what it is."""
    labels = {
        paper.id: gettext(paper.label)
        for paper in catalogue.load().documents_of(row.kind, is_agent=row.holder.is_agent)
    }
    rows = row.documents.select_related("file").order_by("pk")
    return [{"pk": d.pk, "file": d.file, "kind": labels.get(d.kind, d.kind)} for d in rows]


# --- registering: kind, office, details, papers -----------------------------------------------------------------------------


@holder_page
def new(request: HttpRequest) -> HttpResponse:
    """Which kind of right? Answering begins the draft."""
    kind = request.POST.get("kind", "")
    if request.method == "POST" and kind in KINDS:
        holder = holder_of(request)
        row = services.save_draft(
            holder=holder, kind=kind, answers={"owner": "" if holder.is_agent else holder.name}, at=request.at
        )
        return redirect("holder:right-office", row.pk)
    wrong = (
        [Fault(gettext("No kind is chosen."), gettext("Choose one."), "kind-trademark")]
        if request.method == "POST"
        else []
    )
    choices = [(kind, words.kind_title(kind), hint) for kind, hint in KINDS.items()]
    shown = {"choices": choices, "faults": wrong, "holder": holder_of(request)}
    return render(request, "rights_holder/right_kind.html", shown, status=422 if wrong else 200)


@holder_page
def office(request: HttpRequest, pk: int) -> HttpResponse:
    """Where is it registered?"""
    row = _changeable(request, pk)
    fields = _office_fields(row)
    if request.method == "POST":
        _save(request, row, fields)
        return _left(request) if request.POST.get("then") == "later" else redirect("holder:right-details", pk)
    return _form_page(request, row, "rights_holder/right_office.html", fields, [])


@holder_page
def details(request: HttpRequest, pk: int) -> HttpResponse:
    """What the register says about it."""
    row = _changeable(request, pk)
    if request.method == "POST":
        asked = _detail_fields(row)
        row = _save(request, row, asked)
        if from_register.is_wanted(request):
            return _ask_register(request, row)
        ids = {field.id for field in _detail_fields(row)}
        wrong = [d for d in services.defects(row, at=request.at) if d.field in ids]
        if request.POST.get("then") == "later":
            return _left(request)
        if wrong:
            return _form_page(request, row, "rights_holder/right_details.html", _detail_fields(row), wrong)
        return redirect("holder:right-papers", pk)
    return _form_page(request, row, "rights_holder/right_details.html", _detail_fields(row), [])


def _ask_register(request: HttpRequest, row: Right) -> HttpResponse:
    """Back to the form, filled in; or with why it is not."""
    try:
        answer = from_register.answered(request, row)
    except services.RightMoved as moved:
        raise right_moved(moved, row.pk) from moved
    if isinstance(answer, HttpResponse):
        return answer
    return _form_page(request, row, "rights_holder/right_details.html", _detail_fields(row), [], answer)


@holder_page
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """The papers that prove it, and the button that sends it."""
    row = _changeable(request, pk)
    if request.method != "POST":
        return _papers_page(request, row, [])
    wrong = _keep_papers(request, row)
    if wrong:
        return _papers_page(request, row, wrong)
    if request.POST.get("then") != "send":
        return _left(request) if request.POST.get("then") == "later" else redirect("holder:right-papers", pk)
    try:
        services.submit_right(right=row, by=request.user, at=request.at)
    except services.RightDefective as defective:
        anchors = {d.field: "answers" for d in defective.defects if not d.field.startswith("paper-")}
        papers_at = {d.field: d.field for d in defective.defects if d.field.startswith("paper-")}
        return _papers_page(request, row, faults_of(defective.defects, {**anchors, **papers_at}))
    messages.success(request, gettext("Sent. We look at it within three working days."))
    return redirect("holder:right", pk)


@require_POST
@holder_page
def remove_paper(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """Take a paper away again."""
    services.detach_document(right=_changeable(request, pk), document_id=paper)
    return redirect("holder:right-papers", pk)


@require_POST
@holder_page
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a registration that was never sent."""
    try:
        services.discard_draft(right=right_or_404(request, pk))
    except services.RightMoved as moved:
        raise right_moved(moved, pk) from moved
    messages.success(request, gettext("The draft is deleted."))
    return redirect("holder:rights")


def _changeable(request: HttpRequest, pk: int) -> Right:
    """The right while its holder may change it; Refused once it is being verified."""
    row = right_or_404(request, pk)
    if row.state not in services.OPEN:
        raise right_moved(services.RightMoved(row), pk)
    return row


def right_moved(moved: services.RightMoved, pk: int) -> Refused:
    """The refusal of a step that the right does not take where it stands now."""
    return Refused(
        gettext("This registration cannot be changed now"),
        gettext("It stands as: %(state)s.") % {"state": words.state_said(moved.state).word},
        gettext("Look at it as it is now."),
        url=reverse("holder:right", args=[pk]),
        link=gettext("Look at it"),
    )


def _left(request: HttpRequest) -> HttpResponse:
    messages.success(request, gettext("Saved. Go on with it whenever you like."))
    return redirect("holder:rights")


def _office_fields(row: Right) -> list[Asked]:
    """The office, and what decides whether there is one."""
    fields = catalogue.load().fields_of(row.kind, is_agent=row.holder.is_agent)
    office = next(field for field in fields if field.type == "office")
    return [field for field in fields if field is office or field.id in office.when]


def _detail_fields(row: Right) -> list[Asked]:
    asked = completeness.asked_fields(row.kind, row.fields, is_agent=row.holder.is_agent)
    first = {field.id for field in _office_fields(row)}
    return [field for field in asked if field.id not in first]


def _save(request: HttpRequest, row: Right, fields: list[Asked]) -> Right:
    typed = {field.id: request.POST.get(field.id, "") for field in fields}
    try:
        return services.save_draft(holder=row.holder, kind=row.kind, answers=typed, at=request.at, right=row)
    except services.RightMoved as moved:
        raise right_moved(moved, row.pk) from moved


def _form_page(
    request: HttpRequest, row: Right, template: str, fields: list[Asked], wrong: list[Defect], *more: Fault
) -> HttpResponse:
    bad, register = {defect.field: defect for defect in wrong}, from_register.shown(row)
    ids = {field.id for field in fields}
    shown = {
        "right": row,
        "kind": words.kind_title(row.kind),
        "fields": from_register.beside([_field(f, row, bad.get(f.id), ids) for f in fields], register["register"]),
        "reasons": [words.return_reason_said(code) for code in row.return_reasons],
        "faults": [*more, *faults_of(wrong)],
        **register,
    }
    return render(request, template, shown, status=422 if wrong or more else 200)


def _field(field: Asked, row: Right, wrong: Defect | None, on_page: set[str]) -> dict[str, Any]:
    """A field as the form draws it; what it depends on is watched where that is asked on the same page."""
    offices = [(code, words.office_title(code), "") for code in catalogue.load().right_kinds[row.kind].offices]
    yes_no = [("yes", gettext("Yes"), ""), ("no", gettext("No"), "")]
    choices = {"office": offices, "yes_no": yes_no}.get(field.type) or [
        (c.id, gettext(c.label), "") for c in field.choices
    ]
    return {
        "id": field.id,
        "label": gettext(field.label),
        "hint": _hint(field, row),
        "type": {"date": "date", "number": "number"}.get(field.type, "text"),
        "choices": choices,
        "value": row.fields.get(field.id, ""),
        "optional": not field.required,
        "when": next((f"{name}={values[0]}" for name, values in field.when.items() if name in on_page), ""),
        "error": " ".join(said(wrong.code, wrong.data)) if wrong else "",
    }


def _hint(field: Asked, row: Right) -> str:
    if field.hint:
        return gettext(field.hint)
    example = numbering.example(row.kind, row.office) if field.id == "number" else ""
    return gettext("As on the certificate, such as %(example)s.") % {"example": example} if example else ""


def _keep_papers(request: HttpRequest, row: Right) -> list[Fault]:
    wrong = []
    for kind, uploads in request.FILES.lists():
        for file in uploads:
            try:
                services.attach_document(
                    right=row, content=file.read(), name=file.name or "", kind=kind.removeprefix("file-"), by=request.user,
                    at=request.at,
                )  # fmt: skip
            except UploadRefused as refused:
                wrong.append(upload_fault(refused, f"paper-{kind.removeprefix('file-')}"))
            except services.TooManyPapers as full:
                wrong.append(Fault(*said("evidence_too_many", {"max": full.max, "count": full.max + 1}), "answers"))
    return wrong


def _papers_page(request: HttpRequest, row: Right, wrong: list[Fault]) -> HttpResponse:
    row = right_or_404(request, row.pk)
    there: dict[str, list[dict[str, Any]]] = {}
    for paper in row.documents.select_related("file").order_by("pk"):
        there.setdefault(paper.kind, []).append({"pk": paper.pk, "file": paper.file})
    asked = completeness.asked_documents(row.kind, row.fields, is_agent=row.holder.is_agent)
    fields = completeness.asked_fields(row.kind, row.fields, is_agent=row.holder.is_agent)
    shown = {
        "right": row,
        "kind": words.kind_title(row.kind),
        "asked": [_paper(paper, there.get(paper.id, [])) for paper in asked],
        "facts": [(gettext(f.label), answer_said(f, row.fields.get(f.id, ""))) for f in fields if row.fields.get(f.id)],
        "reasons": [words.return_reason_said(code) for code in row.return_reasons],
        "due": services.check_due(request.at),
        "faults": wrong,
        "lint": [said(defect.code, defect.data) for defect in _lint(request, row)],
        "mandates": for_papers(row) if row.holder.is_agent else [],
    }
    return render(request, "rights_holder/right_papers.html", shown, status=422 if wrong else 200)


def _lint(request: HttpRequest, row: Right) -> tuple[Defect, ...]:
    """What a reviewer would probably send it back for."""
    missing = services.defects(row, at=request.at)
    return lint(row, at=request.at, missing=missing)


def _paper(paper: Asked, there: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": paper.id,
        "label": gettext(paper.label),
        "hint": gettext(paper.hint) if paper.hint else "",
        "required": paper.required,
        "many": paper.many,
        "there": there,
    }
