"""My mandates: the list, the form, check your answers with the letter to sign, one mandate with its end; an owner's own view."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from countermark.apps.complaints import mandate_watch
from countermark.apps.mandates import letter, passing_on, selectors, services, words
from countermark.apps.mandates.links import mandate_of
from countermark.apps.mandates.models import Mandate
from countermark.apps.mandates.services import MandateDefective, MandateMoved, Scope
from countermark.apps.parties.selectors import open_marketplaces
from countermark.apps.rights.completeness import day_of
from countermark.apps.rights.models import Right
from countermark.apps.rights.services import RightMoved, check_due
from countermark.core.defect import Defect
from countermark.entrypoints.mandate_shown import acts_under, facts_said, passed_on, trail_of
from countermark.entrypoints.web.doors import Refused
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.rights_holder.access import holder_ids, holder_page, holders, listed_ids, right_or_404
from countermark.entrypoints.web.rights_holder.faults import Fault, faults_of, upload_fault
from countermark.evidence.uploads import UploadRefused

MOST = 100  # mandates passed on, offered or given that one page lists
TEXTS = ("principal_name", "principal_address", "principal_email")


@require_safe
@holder_page
def mandates(request: HttpRequest) -> HttpResponse:
    """An agent's mandates, those it passed on and those offered to it; an owner's, those it has given."""
    mine = listed_ids(request)
    page = page_of(request, selectors.mandates_of(mine).prefetch_related("marketplaces"))
    is_agent = any(holder.is_agent for holder in holders(request))
    beside = {"passed_on": selectors.passed_on_by(mine), "given": selectors.given_by(mine)}
    if is_agent:
        beside["offered"] = selectors.offered_to(request.user.email)
    shown = {
        "page": page,
        "rows": [_row(row, request) for row in page.object_list],
        **{name: [_row(row, request) for row in rows[:MOST]] for name, rows in beside.items()},
        "is_agent": is_agent,
    }
    return render(request, "rights_holder/mandates.html", shown)


def _row(row: Mandate, request: HttpRequest) -> dict[str, Any]:
    state = words.STATES[selectors.stands(row, at=request.at)]
    said = {"rights": words.rights_said(row), "places": words.places_said(row), "until": words.until_said(row)}
    return {"mandate": row, "state": state, **said}


# --- the form -------------------------------------------------------------------------------------------------------------


@holder_page
def new(request: HttpRequest) -> HttpResponse:
    """Whose mandate is it, and what does it allow? Answering begins the draft."""
    agent = next((holder for holder in holders(request) if holder.is_agent), None)
    if agent is None:
        messages.error(request, gettext("Only an agent registers mandates; your account is that of an owner."))
        return redirect("holder:mandates")
    if request.method != "POST":
        return _form(request, Mandate(agent=agent, powers=list(services.POWERS)), [])
    return _kept(request, services.save_draft(agent=agent, said=_typed(request), at=request.at))


@holder_page
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """The same while it may still be changed."""
    row = _changeable(request, pk)
    if request.method != "POST":
        return _form(request, row, [])
    return _kept(request, services.save_draft(agent=row.agent, said=_typed(request), at=request.at, mandate=row))


def _kept(request: HttpRequest, row: Mandate) -> HttpResponse:
    if request.POST.get("then") == "later":
        messages.success(request, gettext("Saved. Go on with it whenever you like."))
        return redirect("holder:mandates")
    wrong = [*services.defects(row, at=request.at, with_paper=False), *unread_days(request)]
    return _form(request, row, wrong) if wrong else redirect("holder:mandate-check", row.pk)


def _typed(request: HttpRequest) -> Scope:
    """What the form says; a box that is not ticked says no."""
    post = request.POST
    rights = Right.objects.filter(holder__in=holder_ids(request), pk__in=numbers(post.getlist("rights")))
    places = [place for place in open_marketplaces() if place.slug in post.getlist("marketplaces")]
    return Scope(
        **{name: post.get(name, "").replace("\r\n", "\n") for name in TEXTS},
        principal_language="zh-hans" if post.get("principal_language") == "zh-hans" else "en",
        all_rights=post.get("all_rights") != "no", rights=list(rights),
        all_marketplaces=post.get("all_marketplaces") != "no", marketplaces=places, powers=post.getlist("powers"),
        may_delegate=post.get("may_delegate") == "yes", starts_on=day_of(post.get("starts_on", "")) or "",
        ends_on=day_of(post.get("ends_on", "")) or "",
    )  # fmt: skip


def numbers(texts: list[str]) -> list[int]:
    """The ids among what a form says."""
    return [int(text) for text in texts if text.isdecimal() and text.isascii() and len(text) < 13]


def unread_days(request: HttpRequest) -> list[Defect]:
    """Days that were typed and cannot be read."""
    days = ((name, request.POST.get(name, "").strip()) for name in ("starts_on", "ends_on"))
    return [Defect("mandate_day_unreadable", name) for name, text in days if text and day_of(text) is None]


def _form(request: HttpRequest, row: Mandate, wrong: list[Defect]) -> HttpResponse:
    saved = row.pk is not None
    shown = {
        "mandate": row,
        "rights": Right.objects.filter(holder=row.agent).order_by("owner_name", "name", "pk")[:300],
        "chosen_rights": set(row.rights.values_list("pk", flat=True)) if saved else set(),
        "places": open_marketplaces(),
        "chosen_places": set(row.marketplaces.values_list("pk", flat=True)) if saved else set(),
        "powers": words.POWERS,
        "reasons": [words.reason_said(code) for code in row.return_reasons],
        "faults": faults_of(wrong),
        "bad": {defect.field for defect in wrong},
    }
    return render(request, "rights_holder/mandate_form.html", shown, status=422 if wrong else 200)


# --- check your answers: the letter, the signed paper, send -----------------------------------------------------------------


@holder_page
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Is everything right? The letter to print, the signed paper, and the button that sends it."""
    row = _changeable(request, pk)
    if request.method != "POST":
        return _check_page(request, row, [])
    wrong = _keep_paper(request, row)
    if wrong or request.POST.get("then") != "send":
        return _check_page(request, row, wrong) if wrong else redirect("holder:mandate-check", pk)
    try:
        services.submit(mandate=row, by=request.user, at=request.at)
    except MandateDefective as defective:
        return _check_page(
            request,
            row,
            faults_of(defective.defects, {d.field: "answers" for d in defective.defects if d.field != "paper"}),
        )
    messages.success(request, gettext("Sent. We look at it within three working days, and have written to the owner."))
    return redirect("holder:mandate", pk)


def _keep_paper(request: HttpRequest, row: Mandate) -> list[Fault]:
    file = request.FILES.get("paper")
    if file is None:
        return []
    own = request.POST.get("is_own_text") == "yes"
    try:
        services.attach_paper(
            mandate=row, content=file.read(), name=file.name or "", is_own_text=own, by=request.user, at=request.at
        )
    except UploadRefused as refused:
        return [upload_fault(refused, "id_paper")]
    return []


def _check_page(request: HttpRequest, row: Mandate, wrong: list[Fault]) -> HttpResponse:
    row.refresh_from_db()
    shown = {"mandate": row, "facts": facts_said(row), "faults": wrong, "due": check_due(request.at)}
    return render(request, "rights_holder/mandate_check.html", shown, status=422 if wrong else 200)


@require_safe
@holder_page
def letter_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The power of attorney, ready to print and sign."""
    row = own_mandate(request, pk)
    if row.parent_id is not None:
        raise Http404("a sub-mandate rests on the paper of the one it was passed on from")
    answer = HttpResponse(letter.pdf_of(row, at=request.at), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(True, f"power-of-attorney-{row}.pdf") or "attachment"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


# --- one mandate ----------------------------------------------------------------------------------------------------------


@require_safe
@holder_page
def mandate(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands, what it allows, what was done under it, and how it ends."""
    row = own_mandate(request, pk)
    if row.state == "draft":
        return redirect("holder:mandate-form", pk)
    stands = selectors.stands(row, at=request.at)
    side = selectors.side_of(row, holder_ids(request))
    shown = {
        "mandate": row,
        "stands": stands,
        "state": words.STATES[stands],
        "facts": facts_said(row, side=side),
        "reasons": [words.reason_said(code) for code in row.return_reasons],
        "due": check_due(row.submitted_at) if stands == "pending" and row.submitted_at else None,
        "trail": trail_of(row),
        "acts": acts_under(row),
        "may_end": stands in services.CAN_END,
        "side": side,
        "passed_on": passed_on(row, at=request.at),
        "may_pass_on": passing_on.may_pass_on(row, at=request.at) and row.agent_id in holder_ids(request),
    }
    return render(request, "rights_holder/mandate.html", shown)


@require_POST
@holder_page
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The agent gives the mandate back, or takes back what it passed on, at once."""
    row = own_mandate(request, pk)
    side = selectors.side_of(row, holder_ids(request))
    try:
        mandate_watch.revoke(mandate=row, side=side, by=request.user, at=request.at)
    except MandateMoved as moved:
        raise mandate_moved(moved, pk) from moved
    messages.success(request, gettext("Revoked. Its open complaints stand still."))
    return redirect("holder:mandate", pk)


@require_POST
@holder_page
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a mandate that was never sent."""
    try:
        services.discard(mandate=own_mandate(request, pk))
    except MandateMoved as moved:
        raise mandate_moved(moved, pk) from moved
    messages.success(request, gettext("The draft is deleted."))
    return redirect("holder:mandates")


@require_POST
@holder_page
def show(request: HttpRequest, pk: int, right: int) -> HttpResponse:
    """Lay the paper of a mandate beside the registration of a right it covers."""
    row = right_or_404(request, right)
    try:
        services.show_with(mandate=own_mandate(request, pk), right=row)
    except (MandateMoved, RightMoved) as moved:
        raise Http404("this mandate does not go with this right") from moved
    return redirect("holder:right-papers", right)


@require_POST
@holder_page
def take_over(request: HttpRequest, token: str) -> HttpResponse:
    """An owner with an account goes on with what its agent began."""
    row = _found(mandate_of(token))
    owner = next((holder for holder in holders(request) if not holder.is_agent), None)
    if owner is None:
        raise not_an_owner()
    try:
        told = mandate_watch.take_over(mandate=row, principal=owner, by=request.user, at=request.at)
    except MandateMoved as moved:
        raise mandate_moved(moved, row.pk, url=reverse("mandate-given", args=[token])) from moved
    messages.success(request, gettext("The complaints are yours now; %(n)s go on.") % {"n": told})
    return redirect("holder:cases")


def own_mandate(request: HttpRequest, pk: int) -> Mandate:
    """A mandate whoever asks acts by, has passed on or is offered. Raises Http404."""
    return _found(selectors.mandate_of(pk, holder_ids(request), request.user.email))


def _found(row: Mandate | None) -> Mandate:
    if row is None:
        raise Http404("there is no such mandate among yours")
    return row


def _changeable(request: HttpRequest, pk: int) -> Mandate:
    """The mandate while its agent may change it; Refused once it was sent."""
    row = own_mandate(request, pk)
    if row.state not in services.OPEN:
        raise mandate_moved(MandateMoved(row), pk)
    return row


def mandate_moved(moved: MandateMoved, pk: int, url: str = "") -> Refused:
    """The refusal of a step that the mandate does not take where it stands now."""
    return Refused(
        gettext("This cannot be done with the mandate now"),
        gettext("It stands as: %(state)s.") % {"state": words.STATES[moved.state][2]},
        gettext("Look at it as it is now."),
        url=url or reverse("holder:mandate", args=[pk]),
        link=gettext("Look at it"),
    )


def not_an_owner() -> Refused:
    """The refusal of what only the owner of rights does."""
    return Refused(
        gettext("Only an owner takes complaints over"),
        gettext("Your account is that of an agent."),
        gettext("Sign in with the account of the owner, or open one."),
        url=reverse("holder:home"),
        link=gettext("Home"),
        status=403,
    )
