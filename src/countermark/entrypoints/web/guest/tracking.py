"""A guest comes back: by the link of a mail and a code, by asking for a link, or in the browser the report was sent from."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from countermark.apps.complaints import guest_links
from countermark.apps.complaints.guests import is_address
from countermark.apps.complaints.held import held_of
from countermark.apps.complaints.line_words import code_sentence, tag_of
from countermark.apps.complaints.models import Complaint, GuestLink, Notice
from countermark.apps.complaints.pasted import ReadLine
from countermark.apps.complaints.words import status as status_of
from countermark.apps.notifications import services as telling
from countermark.apps.parties import codes
from countermark.core.complaint import explain_due
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.guest.code import fault_of
from countermark.entrypoints.web.guest.visitors import let_in, let_out, notice_ids
from countermark.entrypoints.web.rights_holder.faults import Fault
from countermark.entrypoints.web.roles import ANYONE, GUEST
from countermark.entrypoints.web.seller.own import catch_up

FRESH = timedelta(minutes=10)  # for so long the page of a report says that it was just sent


# --- arriving -------------------------------------------------------------------------------------------------------------


@never_cache
@door([ANYONE])
def track(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the code, send it, take it. Opening the page sends nothing: mail programs open links by themselves."""
    try:
        link = guest_links.open_link(token)
    except codes.LinkGone:
        return render(request, "guest/link_gone.html", status=404)
    now = timezone.now()
    if link.notice_id in notice_ids(request) and link.expires_at > now:
        return redirect("guest:notice", link.notice.number)
    if request.method != "POST":
        return _arrival(request, link)
    try:
        if request.POST.get("step") == "send":
            guest_links.send_code(link, now=now)
            return redirect("guest:track", token=token)
        notice = guest_links.check_code(link, request.POST.get("code", ""), now=now)
    except codes.ArrivalRefused as refused:
        return _arrival(request, link, refused)
    let_in(request, notice)
    return redirect("guest:notice", notice.number)


def _arrival(request: HttpRequest, link: GuestLink, refused: codes.ArrivalRefused | None = None) -> HttpResponse:
    now = timezone.now()
    asks_code = codes.is_out(link, now=now)
    fault = fault_of(refused) if refused else None
    page = {
        "number": link.notice.number,
        "place": link.notice.marketplace.name,
        "address": codes.masked(link.notice.filer_email),
        "is_over": link.expires_at <= now,
        "asks_code": asks_code,
        "faults": [fault._replace(field="code" if asks_code else "send")] if fault else [],
    }
    return render(request, "guest/arrive.html", page, status=refused.http_status_hint if refused else 200)


@never_cache
@door([ANYONE])
def find(request: HttpRequest) -> HttpResponse:
    """Ask for the links by address. The answer is the same for every address."""
    address, wrong = " ".join(request.POST.get("email", "").split()), []
    if request.method == "POST":
        if is_address(address):
            guest_links.request_links(address, now=timezone.now())
            return render(request, "guest/link_sent.html", {"address": address})
        way_out = gettext("Write one that you read, such as name@mail.example.")
        wrong = [Fault(gettext("This is no e-mail address."), way_out, "email")]
    page = {"faults": wrong, "address": address[:254]}
    return render(request, "guest/find.html", page, status=422 if wrong else 200)


@require_POST
@door([GUEST])
def leave(request: HttpRequest) -> HttpResponse:
    """Close the reports in this browser, on a device that others use too."""
    let_out(request)
    messages.success(request, gettext("Your reports are closed on this device."))
    return redirect("guest:find")


# --- the reports ----------------------------------------------------------------------------------------------------------


@require_safe
@door([GUEST])
def home(request: HttpRequest) -> HttpResponse:
    """The reports this browser may see, newest first."""
    notices = Notice.objects.filter(pk__in=notice_ids(request), filer_role="guest").select_related("marketplace")
    which = {"open": Q(complaints__outcome=""), "yours": Q(complaints__waits_on="complainant"), "count": Q()}
    counts = {name: Count("complaints", filter=asked) for name, asked in which.items()}
    rows = [
        {"notice": notice, **{name: getattr(notice, name) for name in which}}
        for notice in notices.annotate(**counts).order_by("-pk")
    ]
    return render(request, "guest/home.html", {"rows": rows})


def own_notice(request: HttpRequest, number: str) -> Notice:
    """A report this browser may see; for everybody else there is none."""
    rows = Notice.objects.filter(pk__in=notice_ids(request), filer_role="guest", number=number)
    found = rows.select_related("marketplace", "statement__key").first()
    if found is None:
        raise Http404("there is no such report among yours")
    return found


@require_safe
@door([GUEST])
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """One report: every listing with its state and clock. Opening it is being told."""
    found = own_notice(request, number)
    rows = found.complaints.select_related("listing", "copy", "seller", "notice__marketplace").order_by("line")
    catch_up(rows, request.at)
    telling.read_about([case.pk for case in rows], party="complainant", by=None, at=request.at)
    page = {
        "notice": found,
        "rows": [_row(case) for case in rows.all()],
        "left_out": [_left_out(each) for each in found.left_out],
        "is_fresh": request.at - found.submitted_at < FRESH,
        "files": found.files.select_related("file").order_by("pk"),
    }
    return render(request, "guest/notice.html", page)


def _row(case: Complaint) -> dict[str, object]:
    held = held_of(case)
    due = explain_due(held.procedure, held.case, held.calendars) if case.waits_on else None
    said = status_of(case, "complainant")
    return {"case": case, "status": said, "due": None if case.escalated else due, "tone": said.tone}


def _left_out(each: dict[str, object]) -> dict[str, object]:
    code, data = str(each["code"]), each["data"]
    line = ReadLine(int(str(each["line"])), str(each["raw"]), code)
    return {**each, "tag": tag_of(line), "sentence": code_sentence(code, data if isinstance(data, dict) else {})}


@require_POST
@door([GUEST])
def end_links(request: HttpRequest, number: str) -> HttpResponse:
    """End every link that was mailed for this report: for somebody whose mail went on to others."""
    found = own_notice(request, number)
    guest_links.end_links(found, now=timezone.now())
    messages.success(
        request, gettext("The links sent so far open nothing any more. You can ask for a new one any time.")
    )
    return redirect("guest:notice", found.number)
