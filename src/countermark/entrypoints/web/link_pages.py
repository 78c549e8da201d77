"""Which sellers are linked, at a marketplace as a whole: the list, and one link with what it rests on and what it leads to.

For reviewers, who say whether a link is right, and for operators and auditors, who read. Sellers read none of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext

from countermark.apps.decisions.selectors import marketplaces
from countermark.apps.screening import holder_words as words
from countermark.apps.screening import link_list, linking
from countermark.apps.screening.link_list import LinkFilter
from countermark.apps.screening.models import SellerLink
from countermark.apps.work.counts import counted
from countermark.entrypoints.finding_shown import came_over
from countermark.entrypoints.links_shown import pair_shown, pairs_shown, said_shown
from countermark.entrypoints.web import lists

FINDINGS = 10  # that came from one to the other, shown on the page of a link


class Desk(NamedTuple):
    """Whose pages: the namespace of their addresses, the frame they are drawn in, and what that frame asks for."""

    name: str
    frame: str
    more: dict[str, Any]

    def url(self, page: str, *args: Any) -> str:
        return reverse(f"{self.name}:{page}", args=args)


# --- the list -------------------------------------------------------------------------------------------------------------


def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The links asked for, or nothing found and where the rest is."""
    asked = asked_of(request)
    rows = link_list.listed(asked)
    if lists.wants_csv(request):
        return _sheet(rows)
    suggested, confirmed, denied, listed = counted(
        *(link_list.pairs().filter(state) for state in link_list.STATES.values()), rows
    )
    page = lists.page_of(request, rows, count=listed)
    context = {
        "asked": asked,
        "page": page,
        "rows": pairs_shown(list(page.object_list)),
        "heading": heading(suggested),
        "total": suggested + confirmed + denied,
        "views": _views(desk, asked, (suggested, confirmed, denied)),
        "filters": _filters(asked),
        "used": bool(asked.q or asked.kind or asked.strong or asked.marketplace),
        "sort": asked.sort,
        "home": desk.url("links"),
        "link_page": f"{desk.name}:link",
        "csv_url": lists.csv_url(request),
        "frame": desk.frame,
        **desk.more,
    }
    return render(request, "screening/links.html", context)


def asked_of(request: HttpRequest) -> LinkFilter:
    """The filter in the address; what is not offered is left open. Without a state: what nobody has said anything of."""
    sorts = {f"{sign}{key}" for key in link_list.ORDERS for sign in ("", "-")}
    state = request.GET.get("state", "suggested")
    return LinkFilter(
        state=state if state in link_list.STATES else "",
        kind=lists.chosen(request, "kind", words.LINK_KINDS),
        strong=lists.chosen(request, "strong", words.HOW_STRONG),
        marketplace=lists.typed(request, "marketplace", 40),
        q=lists.typed(request),
        sort=lists.chosen(request, "sort", sorts) or "-strength",
    )


def heading(suggested: int) -> str:
    """How many nobody has looked at yet."""
    if not suggested:
        return gettext("No link between sellers waits to be looked at")
    return ngettext(
        "One link between sellers that nobody has looked at",
        "%(n)s links between sellers that nobody has looked at",
        suggested,
    ) % {"n": suggested}


def _views(desk: Desk, asked: LinkFilter, counts: Iterable[int]) -> list[dict[str, Any]]:
    """The states as tabs with their counts; other filters begin anew."""
    home, shown = desk.url("links"), list(counts)
    offered = [(state, str(said.word), n) for (state, said), n in zip(words.LINK_STATES.items(), shown, strict=True)]
    return [
        {"label": label, "url": f"{home}?{urlencode({'state': state})}", "here": asked.state == state, "count": n}
        for state, label, n in offered
    ] + [{"label": gettext("All"), "url": f"{home}?state=", "here": not asked.state, "count": sum(shown)}]


def _filters(asked: LinkFilter) -> list[dict[str, Any]]:
    return [
        _select("kind", gettext("Evidence"), words.LINK_KINDS.items(), asked.kind),
        _select("strong", gettext("How strong"), words.HOW_STRONG.items(), asked.strong),
        _select("marketplace", gettext("Marketplace"), marketplaces(), asked.marketplace),
    ]


def _select(name: str, label: str, choices: Iterable[tuple[str, Any]], chosen: str) -> dict[str, Any]:
    return {"name": name, "label": label, "options": [("", gettext("All")), *choices], "chosen": chosen}


def _sheet(rows: Any) -> HttpResponse:
    head = ("link", "marketplace", "seller", "name", "other_marketplace", "other_seller", "other_name", "evidence",
            "strength", "counts", "state", "by", "at", "found")  # fmt: skip
    shown = pairs_shown(list(rows))
    return lists.csv_answer("seller-links.csv", head, (_cells(each.row, each.kinds) for each in shown))


def _cells(row: SellerLink, kinds: Iterable[str]) -> tuple[Any, ...]:
    by, at = row.denied_by or row.confirmed_by or "", row.denied_at or row.confirmed_at
    ends = (each for seller in (row.one, row.other) for each in (seller.marketplace.slug, seller.ref, seller.name))
    said = (link_list.counts(row), link_list.state_of(row), by, at.isoformat() if at else "", row.found_at.isoformat())
    return (link_list.key_of(row), *ends, " ".join(kinds), f"{link_list.share_of(row):.3f}", *said)


# --- one link -------------------------------------------------------------------------------------------------------------


def pair_or_404(key: str) -> SellerLink:
    """The link of this name."""
    row = link_list.find(key)
    if row is None:
        raise Http404(f"there is no link {key}")
    return row


def one(
    request: HttpRequest, row: SellerLink, desk: Desk, *, typed: str = "", faults: Any = (), status: int = 200
) -> HttpResponse:
    """What ties the two, what follows from it, what people said of it."""
    shown = pair_shown(row)
    context = {
        "shown": shown,
        "question": question(row),
        "sellers": (row.one, row.other),
        "follows": words.link_follows(shown.state_code, counts=shown.counts),
        "said": said_shown(row),
        "came_over": came_over(row, FINDINGS, f"{desk.name}:finding" if desk.name == "reviewer" else ""),
        "of_seller": "reviewer:seller-links" if desk.name == "reviewer" else "operator:shop",
        "home": desk.url("links"),
        "counts_from": linking.number("limits", "linked_from"),
        "typed": typed,
        "faults": faults,
        "frame": desk.frame,
        **desk.more,
    }
    return render(request, "screening/link.html", context, status=status)


def question(row: SellerLink) -> str:
    """What the page is about: a question until somebody has answered it."""
    told = {"one": row.one.name, "other": row.other.name}
    if row.denied_at is not None:
        return pgettext("sellers", "%(one)s and %(other)s are not one") % told
    if row.confirmed_at is not None:
        return pgettext("sellers", "%(one)s and %(other)s belong together") % told
    return pgettext("sellers", "Do %(one)s and %(other)s belong together?") % told
