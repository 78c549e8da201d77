"""Screening at a glance for the operator: what each marketplace has us do, whether the index serves all of it, by which rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from countermark.apps.parties.models import Marketplace
from countermark.apps.screening import index, modes, selectors, words
from countermark.apps.screening.models import Change, Fingerprint, Mode, Picture, PictureHash, Reference, Rules
from countermark.apps.work.counts import number_of, together
from countermark.entrypoints.web.doors import Refused, door
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.roles import OPERATOR


class Served(NamedTuple):
    """The index as it is served: up to which step, which step there is, and how much is in it."""

    served: int
    wanted: int
    pictures: int
    hashes: int
    references: int
    fingerprints: int

    @property
    def is_behind(self) -> bool:
        return self.served < self.wanted

    @property
    def said(self) -> str:
        if not self.wanted:
            return gettext("Nothing is in it yet: no picture is looked for.")
        if not self.is_behind:
            return gettext("It serves everything that is looked for.")
        behind = self.wanted - self.served
        return ngettext("It is one step behind.", "It is %(n)s steps behind.", behind) % {"n": behind}


@require_http_methods(["GET", "HEAD", "POST"])
@door(roles=[OPERATOR])
def screening(request: HttpRequest) -> HttpResponse:
    """Everything at a glance; a mode is changed here."""
    if request.method == "POST":
        return _set_modes(request)
    found = together(**asked())
    page = page_of(request, Marketplace.objects.order_by("name"), count=_n(found, "places"))
    context = {
        "heading": heading(len(found["blocking"])),
        "tabs": tabs("overview"),
        "page": page,
        "places": _places(list(page.object_list)),
        "modes": words.MODES.items(),
        "reasons": [(reason, word, words.REASON_MEANS[reason]) for reason, word in words.REASONS.items()],
        "means": [(words.MODES[mode], means) for mode, means in words.MODE_MEANS.items()],
        "index": served(found),
        "rules": next(iter(found["rules"]), None),
    }
    return render(request, "operator/screening.html", context)


def asked() -> dict[str, QuerySet[Any]]:
    """What the page counts and reads, for `work.counts.together`."""
    return {
        "places": number_of(Marketplace.objects.all()),
        "blocking": Mode.objects.filter(mode="blocking").order_by().values("marketplace_id").distinct(),
        "pictures": number_of(Picture.objects.filter(live=True)),
        "hashes": number_of(PictureHash.objects.filter(picture__live=True)),
        "references": number_of(Reference.objects.filter(state="in_force")),
        "fingerprints": number_of(Fingerprint.objects.filter(state="in_force")),
        "changes": number_of(Change.objects.all(), newest=Max("pk")),
        "rules": Rules.objects.filter(state="in_force").values("number", "since", "note"),
    }


def _n(found: Mapping[str, Sequence[Any]], kind: str) -> int:
    return sum(row.n for row in found[kind])


def heading(blocking: int) -> str:
    """Where screening stops listings."""
    if not blocking:
        return gettext("Screening stops nothing: no marketplace is in the mode “Blocking”")
    return ngettext(
        "Screening stops listings at one marketplace", "Screening stops listings at %(n)s marketplaces", blocking
    ) % {"n": blocking}


def tabs(here: str) -> list[dict[str, Any]]:
    """The pages of screening."""
    pages = (
        ("overview", gettext("Overview"), "operator:screening"),
        ("drift", gettext("How often right"), "operator:drift"),
        ("rules", gettext("Rule sets"), "operator:screening-rules"),
        ("replays", gettext("Replays"), "operator:replays"),
        ("fingerprints", gettext("Kept down"), "operator:fingerprints"),
        ("links", gettext("Linked sellers"), "operator:links"),
    )
    return [{"label": label, "url": reverse(url), "here": name == here, "count": None} for name, label, url in pages]


def served(found: Mapping[str, Sequence[Any]]) -> Served:
    """The index as this installation serves it now, by the rows of `asked`."""
    wanted = next((row.newest for row in found["changes"] if row.newest), 0)
    numbers = (_n(found, kind) for kind in ("pictures", "hashes", "references", "fingerprints"))
    return Served(index.read_served(index.folder()).after, wanted, *numbers)


def _places(places: list[Marketplace]) -> list[dict[str, Any]]:
    """Each marketplace with the mode of each reason, and who said so when."""
    said = selectors.modes_said([place.pk for place in places])
    return [{"place": place, "modes": [_mode(place, reason, said) for reason in words.REASONS]} for place in places]


def _mode(place: Marketplace, reason: str, said: dict[tuple[int, str], Any]) -> dict[str, Any]:
    row = said.get((place.pk, reason))
    mode = row.mode if row else modes.UNSAID
    return {"reason": reason, "label": words.REASONS[reason], "mode": mode, "row": row}


def _set_modes(request: HttpRequest) -> HttpResponse:
    """Set the modes of one marketplace that differ from what they are."""
    place = Marketplace.objects.filter(slug=request.POST.get("marketplace", "")[:40].replace("\0", "")).first()
    if place is None:
        raise _unknown()
    now, asked = modes.modes_of(place.pk), {reason: request.POST.get(reason, "") for reason in words.REASONS}
    changed = {reason: mode for reason, mode in asked.items() if mode and mode != now[reason]}
    if any(mode not in words.MODES for mode in changed.values()):
        raise _unknown()
    for reason, mode in changed.items():
        modes.set_mode(place, reason, mode, by=request.user, at=request.at)
    said = [
        gettext("%(reason)s: %(mode)s.") % {"reason": words.REASONS[r], "mode": words.MODES[m]}
        for r, m in changed.items()
    ]
    done = gettext("%(place)s is set.") % {"place": place.name} if said else gettext("Nothing was changed.")
    messages.success(request, " ".join([done, *said]))
    return redirect("operator:screening")


def _unknown() -> Refused:
    return Refused(
        gettext("Nothing was changed"),
        gettext("There is no such marketplace or mode."),
        gettext("Choose one of the list."),
        url=reverse("operator:screening"),
        link=gettext("Screening"),
        status=422,
    )
