"""What was found under my rights before I complained: the list, one listing with why, and the word that lets it go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from countermark.apps.rights.models import Right
from countermark.apps.screening import of_holder, selectors, words
from countermark.apps.screening.holder_words import BECAME
from countermark.apps.screening.models import Finding, Picture
from countermark.apps.screening.of_holder import FoundFilter, Own
from countermark.apps.work import moments, true_time
from countermark.apps.work.models import StoredFile
from countermark.entrypoints.finding_shown import glance_of, shown, title_of
from countermark.entrypoints.web.doors import Refused
from countermark.entrypoints.web.lists import chosen, csv_answer, csv_url, page_of, typed, wants_csv
from countermark.entrypoints.web.public.files import answer_with
from countermark.entrypoints.web.rights_holder.access import holder_ids, holder_page, listed_ids
from countermark.entrypoints.web.rights_holder.cases import PERIODS

HERE = ("holder:screening", "holder:references", "holder:allowed")


def tabs(here: str) -> list[dict[str, Any]]:
    """The pages of screening, for the holder."""
    labels = (gettext("Found for you"), gettext("Words and pictures"), gettext("Sellers you allow"))
    return [
        {"label": label, "url": reverse(name), "here": name == here} for name, label in zip(HERE, labels, strict=True)
    ]


@require_GET
@holder_page
def found(request: HttpRequest) -> HttpResponse:
    """Every listing in which something of the holder's was found, and what became of it."""
    mine, asked = listed_ids(request), asked_of(request)
    rows = of_holder.found_like(mine, asked, at=request.at)
    if wants_csv(request):
        return _sheet(rows, of_holder.own_of(mine))
    page, own = page_of(request, rows), of_holder.own_of(mine)
    narrowed = any((asked.became, asked.reason, asked.marketplace, asked.right, asked.days, asked.q))
    everything = page.paginator.count if not narrowed else of_holder.found_for(mine).count()
    context = {
        "tabs": tabs("holder:screening"),
        "asked": asked,
        "page": page,
        "rows": [_row(each, own) for each in page.object_list],
        "heading": heading(everything),
        "all": everything,
        "is_narrowed": narrowed,
        "becames": [(key, said.word) for key, said in BECAME.items()],
        "reasons": words.REASONS.items(),
        "periods": PERIODS.items(),
        "rights": of_holder.rights_of(mine).filter(findings__isnull=False).distinct().order_by("name")[:200],
        "csv_url": csv_url(request),
    }
    return render(request, "rights_holder/screening.html", context)


def asked_of(request: HttpRequest) -> FoundFilter:
    """The filter in the address; what is not offered is left open."""
    days, right = request.GET.get("days", ""), request.GET.get("right", "")
    return FoundFilter(
        became=chosen(request, "became", BECAME),
        reason=chosen(request, "reason", words.REASONS),
        marketplace=typed(request, "marketplace", 40),
        right=int(right) if right.isdecimal() and len(right) < 18 else None,
        days=int(days) if days in map(str, PERIODS) else 0,
        q=typed(request),
    )


def heading(count: int) -> str:
    """How many listings were found."""
    if not count:
        return gettext("Nothing was found under your rights yet")
    return ngettext("One listing was found under your rights", "%(n)s listings were found under your rights", count) % {
        "n": count
    }


def _row(row: Finding, own: Own) -> dict[str, Any]:
    row.signals = of_holder.own_signals(row, own)
    return {
        "finding": row,
        "title": title_of(row),
        "why": glance_of(row),
        "reason": words.REASONS[row.reason],
        "became": BECAME[of_holder.became(row)],
        "names": list(dict.fromkeys(right.name for right in _own(row, own.holders))),
    }


def _own(row: Finding, mine: Iterable[int]) -> list[Right]:
    return [right for right in row.rights.all() if right.holder_id in mine]


def _sheet(rows: Iterable[Finding], own: Own) -> HttpResponse:
    head = [gettext("Found"), gettext("Marketplace"), gettext("Item"), gettext("Listing"), gettext("Address")]
    head += [
        gettext("Seller"),
        gettext("Right"),
        gettext("Reason"),
        gettext("What matched"),
        gettext("What became of it"),
    ]
    return csv_answer("found.csv", head, (_cells(row, own) for row in rows))


def _cells(row: Finding, own: Own) -> list[Any]:
    said = _row(row, own)
    return [
        moments.moment(row.at, row.marketplace.zone), row.marketplace.name, row.item_id, row.title, row.url,
        row.seller.name if row.seller else "", moments.joined(said["names"]), said["reason"],
        said["why"], said["became"].word,
    ]  # fmt: skip


# --- one listing ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@holder_page
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Why it was found and what became of it; `release` lets it go."""
    row, mine = _found(request, pk), holder_ids(request)
    if request.method == "POST":
        return _released(request, row, mine)
    row.signals = of_holder.own_signals(row, of_holder.own_of(mine))
    became = of_holder.became(row)
    context = {
        "finding": row,
        "shown": shown(row, lambda file, known: reverse("holder:found-picture", args=[row.pk, file])),
        "reason": words.REASONS[row.reason],
        "means": words.REASON_MEANS[row.reason],
        "became": BECAME[became],
        "rights": _own(row, mine),
        "others": len(row.rights.all()) - len(_own(row, mine)),
        "can_release": became != "released" and of_holder.can_release(row, mine),
        "may_allow": bool(row.seller) and became != "released",
        "case": _own_case(row, mine),
    }
    return render(request, "rights_holder/found.html", context)


def _own_case(row: Finding, mine: Sequence[int]) -> str:
    """The number of the case in which the listing this one repeats came down, if it was theirs."""
    before = row.fingerprint
    return before.complaint.number if before is not None and before.complaint.holder_id in mine else ""


def _found(request: HttpRequest, pk: int) -> Finding:
    row = of_holder.found_of(pk, holder_ids(request))
    if row is None:
        raise Http404("nothing of this number was found under your rights")
    return row


def _released(request: HttpRequest, row: Finding, mine: Sequence[int]) -> HttpResponse:
    said = {"words": request.POST.get("words", "").replace("\0", "")[:2000], "at": request.at, "now": true_time.now()}
    try:
        of_holder.release(finding=row, holder_ids=mine, by=request.user, **said)
    except of_holder.RestsOnOthers as others:
        raise not_alone(row.pk) from others
    messages.success(request, gettext("The listing is let go. It is not found for this again."))
    return redirect("holder:found", row.pk)


def not_alone(pk: int) -> Refused:
    """The refusal where another holder's right speaks, too."""
    return Refused(
        gettext("You alone cannot let this listing go"),
        gettext("It was found under the right of another holder, too."),
        gettext(
            "Allow the seller to use your right; then it counts for yours no longer. About the rest the platform decides."
        ),
        url=reverse("holder:found", args=[pk]),
        link=gettext("Back to the listing"),
    )


@require_safe
@holder_page
def picture(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """One picture of what was matched; any other file is not there."""
    row = _found(request, pk)
    row.signals = of_holder.own_signals(row, of_holder.own_of(holder_ids(request)))
    if file not in _files(row):
        raise Http404("there is no such picture in this finding")
    kept = StoredFile.objects.filter(pk=file, media_type__startswith="image/", erased_at=None).first()
    if kept is None:
        raise Http404("the picture is no longer kept")
    return answer_with(request, kept)


def _files(row: Finding) -> set[int]:
    known: Iterable[Picture] = selectors.known_pictures(row.signals).values()
    own = {each.get("file") for each in row.pictures}
    return {file for file in own if file} | {each.file_id for each in known}
