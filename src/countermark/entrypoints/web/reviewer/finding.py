"""One finding of screening: what was met and where, how sure that is, whose right it is; and a person's word on it.

Opening a finding that waits takes it. What was decided meanwhile by somebody else is said, and nothing is entered twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from countermark.apps.screening import selectors, services, words
from countermark.apps.screening.models import Finding, Opinion
from countermark.apps.work import moments, true_time
from countermark.apps.work.sealing import unseal
from countermark.entrypoints.case_content import said as as_said
from countermark.entrypoints.finding_shown import for_staff, shown, sure_of
from countermark.entrypoints.links_shown import panel
from countermark.entrypoints.web.doors import Refused, Stale
from countermark.entrypoints.web.reviewer.access import reviewer_page, said
from countermark.entrypoints.web.reviewer.queue import commands
from countermark.entrypoints.web.reviewer.steps_shown import toasts

ANSWERS = {"right": True, "wrong": False}
RIGHTS_SHOWN = 3
DONE = {
    "right": gettext_lazy("Noted: finding %(n)s is what it seems."),
    "wrong": gettext_lazy("Noted: finding %(n)s is not what it seems."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@reviewer_page
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding: read it, say whether it is what it seems."""
    row = selectors.find(pk)
    if row is None:
        raise Http404(f"there is no finding {pk}")
    return _decided(request, row) if request.method == "POST" else _page(request, row)


def _decided(request: HttpRequest, row: Finding) -> HttpResponse:
    answer, typed = said(request.POST, "answer", ANSWERS), said(request.POST, "words")[:2000].replace("\r\n", "\n")
    if not answer:
        fault = {"what": gettext("Nothing is chosen."), "way_out": gettext("Choose what you found."), "field": "words"}
        return _page(request, row, typed=typed, faults=[fault], status=422)
    told = {"by": request.user, "words": typed, "at": request.at, "now": true_time.now()}
    try:
        services.decide(row.pk, ANSWERS[answer], **told)
    except (services.FindingDecided, services.FindingPast) as moved:
        raise _stale(row, typed) from moved
    except services.FindingHeld as held:
        raise _held(row) from held
    messages.success(request, str(DONE[answer]) % {"n": row.pk})
    return redirect(f"{reverse('reviewer:next-finding')}?after={row.pk}")


def _stale(row: Finding, typed: str) -> Stale:
    """Somebody else was faster: who, when, with what was typed."""
    now = selectors.find(row.pk)
    assert now is not None
    kept = [(gettext("In your own words"), typed)] if typed else []
    what = gettext("Finding %(n)s no longer waits. Nothing of your answer was entered.") % {"n": row.pk}
    by = str(now.decided_by) if now.decided_by else gettext("the installation")
    url = reverse("reviewer:finding", args=[row.pk])
    return Stale(what, by, now.decided_at or now.at, now.marketplace.zone, url, kept)


def _held(row: Finding) -> Refused:
    return Refused(
        gettext("Somebody else looks at this finding"),
        gettext("It is held by %(who)s.") % {"who": row.taken_by or gettext("another reviewer")},
        gettext("Leave it to them, or take another one."),
        url=reverse("reviewer:next-finding"),
        link=gettext("Next finding"),
    )


def _page(request: HttpRequest, row: Finding, *, typed: str = "", faults: Any = (), status: int = 200) -> HttpResponse:
    opinions = list(selectors.opinions_of(row))
    may_decide = _taken(request, row) or (row.state == "closed" and not opinions and not row.past_why)
    all_shown, rights = shown(row, for_staff), list(row.rights.all())
    earlier = selectors.others_of(row)
    context = {
        "finding": row,
        "shown": all_shown,
        "heading": all_shown.glance or words.REASONS[row.reason],
        "where": where(row),
        "reason": words.REASONS[row.reason],
        "verdict": words.VERDICTS[row.verdict],
        "state": words.STATES[row.state],
        "done": words.DONE[row.done],
        "sure": sure_of(row),
        "rights": rights[:RIGHTS_SHOWN],
        "more_rights": len(rights[RIGHTS_SHOWN:]),
        "old_case": old_case(row),
        "earlier": earlier,
        "seller_links": panel(row.seller_id),
        "earlier_url": _findings_of(row.seller_ref) if earlier else "",
        "facts": [(label, value) for label, value in facts(row) if value],
        "opinions": [_opinion(each) for each in opinions],
        "may_decide": may_decide,
        "mine": may_decide and row.state == "waiting",
        "follows": follows(row),
        "closed": closed(row),
        "seen": row.state,
        "typed": typed,
        "faults": faults,
        "by_which": by_which(row),
        "toasts": toasts(request),
        "commands": commands(request),
    }
    return render(request, "reviewer/finding.html", context, status=status)


def _findings_of(seller_ref: str) -> str:
    return f"{reverse('reviewer:findings')}?{urlencode({'q': seller_ref, 'state': selectors.ANY})}"


def _taken(request: HttpRequest, row: Finding) -> bool:
    """Whether whoever asks may decide; a finding that waits and nobody holds is taken."""
    if row.state != "waiting":
        return False
    try:
        services.take(row.pk, by=request.user, now=true_time.now())
    except (services.FindingHeld, services.FindingDecided):
        row.refresh_from_db(fields=["state", "taken_by", "decided_by", "decided_at"])
        return False
    return True


def where(row: Finding) -> str:
    """On which marketplace, by which seller, when."""
    seller = row.seller.name if row.seller else row.seller_ref
    told = {"place": row.marketplace.name, "seller": seller, "moment": moments.moment(row.at, row.marketplace.zone)}
    if not seller:
        return gettext("On %(place)s, found %(moment)s.") % told
    return gettext("On %(place)s, by %(seller)s, found %(moment)s.") % told


def old_case(row: Finding) -> str:
    """How the old case and this listing belong together."""
    tied = row.fingerprint
    if tied is None:
        return ""
    if tied.seller_id and tied.seller_id == row.seller_id:
        return gettext("The same seller offered what was taken down there.")
    return gettext("Another seller offered what was taken down there.")


def facts(row: Finding) -> Iterator[tuple[str, Any]]:
    """What the marketplace sent beside the title."""
    sent = row.shown
    yield gettext("Item"), row.item_id
    yield gettext("Price"), " ".join(str(sent.get(each) or "") for each in ("price", "currency")).strip()
    yield gettext("Classes"), moments.joined(str(n) for n in sent.get("classes") or ())


def _opinion(row: Opinion) -> dict[str, Any]:
    said_so = as_said(unseal(row.words))
    return {"right": row.right, "source": words.OPINIONS[row.source], "by": row.by, "at": row.at, "words": said_so}


def follows(row: Finding) -> dict[str, str]:
    """What each answer leads to."""
    if row.done == "blocked":
        return {
            "right": gettext("The listing stays stopped. Software found it, and a person decided."),
            "wrong": gettext("The listing is put back, and the seller is told."),
        }
    if row.mode in services.WITH_EFFECT:
        return {
            "right": gettext("The listing is stopped, and the seller is told why and how to contest it."),
            "wrong": gettext("The listing stays up."),
        }
    nothing = gettext(
        "Nothing is stopped: it was found in the mode “%(mode)s”. Later findings are judged by what you say."
    )
    return {"right": nothing % {"mode": words.MODES[row.mode]}, "wrong": gettext("The listing stays up.")}


def closed(row: Finding) -> tuple[str, str]:
    """Why nothing can be decided here: heading and sentence."""
    if row.state == "waiting":
        return gettext("Somebody else looks at it"), gettext("It is held by %(who)s.") % {"who": row.taken_by}
    if row.decided_at and row.decided_by:
        told = {"who": row.decided_by, "moment": moments.moment(row.decided_at, row.marketplace.zone)}
        by_whom = gettext("By %(who)s, %(moment)s.") % told
        return gettext("It is decided"), moments.sentences([by_whom, str(words.PASTS.get(row.past_why, ""))])
    if row.past_why and row.past_at:
        return str(words.PASTS[row.past_why]), gettext("Since %(moment)s.") % {
            "moment": moments.moment(row.past_at, row.marketplace.zone)
        }
    return gettext("Nothing to decide here"), gettext("It was closed without a person’s decision.")


def by_which(row: Finding) -> str:
    """By which rules and which index it was found."""
    told = {"rules": row.rules.number, "index": row.index_version, "mode": words.MODES[row.mode]}
    return gettext("Rule set %(rules)s, index version %(index)s, mode “%(mode)s”.") % told
