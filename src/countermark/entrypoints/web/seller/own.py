"""Which case, notice or draft is the visitor's own? What is not theirs is not there at all.

Whatever is looked at is brought up to date first: what fell due before counts, whether or not a sweep has come by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from countermark.apps.complaints import selectors, services, words
from countermark.apps.complaints.counter_drafts import with_draft
from countermark.apps.complaints.models import Complaint, CounterDraft, Notice
from countermark.apps.complaints.selectors import CaseView
from countermark.entrypoints.web.doors import Stale
from countermark.entrypoints.web.own_case import case_or_404
from countermark.entrypoints.web.seller.shops import seller_ids

SELLER = "seller"
Seen = dict[int, int]
DIGITS = 15  # more than any row of ours has, less than what a database chokes on


def catch_up(cases: Iterable[Complaint], at: datetime) -> None:
    """Record what fell due in these cases by `at`."""
    late = [c.pk for c in cases if c.due_at is not None and c.due_at <= at and not c.escalated]
    if late:
        services.catch_up_cases(late, now=at)


def own_case(request: HttpRequest, number: str) -> CaseView:
    """A case of the visitor's, with the answer begun for it."""
    return case_or_404(request, number, SELLER, beside=with_draft, seller_ids=seller_ids(request))


def own_notice(request: HttpRequest, number: str) -> tuple[Notice, list[Complaint]]:
    """The notice of this number with the visitor's cases in it, by line."""
    rows = selectors.visible(SELLER, seller_ids=seller_ids(request)).filter(notice__number=number).order_by("line")
    catch_up(rows, request.at)
    cases = list(rows.all())
    if not cases:
        raise Http404("there is no such notice among yours")
    return cases[0].notice, cases


def own_draft(request: HttpRequest, pk: int) -> CounterDraft:
    """The visitor's draft, with the cases of its notice up to date."""
    related = ("notice__marketplace", "notice__right", "seller__marketplace", "sent_as")
    draft = CounterDraft.objects.select_related(*related).filter(pk=pk, seller_id__in=seller_ids(request)).first()
    if draft is None:
        raise Http404("there is no such answer among yours")
    catch_up(Complaint.objects.filter(notice=draft.notice, seller=draft.seller), request.at)
    return draft


def seen_in(request: HttpRequest) -> Seen:
    """The cases ticked in a form, each with the step it stood at when the page was drawn."""
    sent = request.POST
    ids = {number_in(pk) for pk in sent.getlist("case")} - {None}
    return {pk: number_in(sent.get(f"seen-{pk}", "")) or 0 for pk in sorted(ids) if pk is not None}


def number_in(text: str) -> int | None:
    """A number as a form of ours sends it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None


def stale(request: HttpRequest, seen: Mapping[int, int], url: str, kept: Iterable[tuple[str, str]] = ()) -> Stale:
    """The page for "this case moved": who moved it, when, and what is open now; what was typed is kept."""
    rows = Complaint.objects.filter(pk__in=seen, seller_id__in=seller_ids(request)).order_by("line")
    catch_up(rows, request.at)
    moved = next((c for c in rows.all() if c.seq != seen[c.pk]), None) or rows.first()
    if moved is None:
        raise Http404("there is no such case among yours")
    view = selectors.case_view(moved.number, reader=SELLER, seller_ids=seller_ids(request))
    last = view.trail[-1]
    by = view.complaint.events.get(seq=last.seq).by
    return Stale(
        what=gettext("%(what)s. %(now)s") % {"what": last.title, "now": still_open(view)},
        by=str(words.PARTIES[by]),
        at=last.at,
        zone=view.complaint.zone,
        url=url or reverse("seller:case", args=[moved.number]),
        kept=kept,
    )


def still_open(view: CaseView) -> str:
    """Whether the seller can still answer, and as which chance."""
    if "counter_notice_filed" not in view.permitted:
        return gettext("You can no longer answer in this case.")
    if view.chances and view.complaint.round > 1:
        said = gettext("What you typed is kept, and you can still send it, as chance %(round)s of %(most)s.")
        return said % {"round": view.complaint.round, "most": view.chances}
    return gettext("What you typed is kept, and you can still send it.")
