"""What happened in a case, as its seller reads it: the short trail at the side, and the full one of the case file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, pgettext

from countermark.apps.complaints.parts import events_of
from countermark.apps.complaints.selectors import CaseView, TrailEntry
from countermark.apps.decisions.appeal_selectors import trail_of
from countermark.apps.parties.arrivals import masked
from countermark.apps.work import moments
from countermark.apps.work.sealing import Erased
from countermark.core import catalogue
from countermark.entrypoints.web.case_file import said

MORE = {  # what a seller is told beside the bare event
    "opened": gettext_lazy("We kept a copy of your page as it was."),
    "accepted": gettext_lazy("Nobody has decided whether it is right."),
}
CHANNELS = {
    "mail": gettext_lazy("By mail to %(address)s."),
    "app": gettext_lazy("Here, when you opened the case."),
    "post": gettext_lazy("By post."),
    "phone": gettext_lazy("By telephone."),
    "shop": gettext_lazy("Through the marketplace."),
}


@dataclass(frozen=True)
class Link:
    url: str
    name: str


@dataclass(frozen=True)
class Step:
    """One step as the trail component draws it."""

    at: datetime
    title: str = ""
    text: str = ""
    by: str = ""
    key: bool = False
    files: list[Link] = field(default_factory=list)


def brief(view: CaseView) -> list[Step]:
    """What happened, newest first, one sentence or two each."""
    channels = _channels(view)
    steps = (
        Step(e.at, text=_sentences(e.title, _more(view, e, channels)), key=e.is_key or e.event == "served")
        for e in trail_of(view)
    )
    return list(reversed(list(steps)))


def _sentences(title: str, more: str) -> str:
    """What happened, and what there is to add, one after the other."""
    return f"{title}{pgettext('mark between two pieces', '. ')}{more}".strip()


def full(view: CaseView) -> list[Step]:
    """Everything that happened, oldest first, with what was said and shown."""
    channels = _channels(view)
    return [
        Step(e.at, e.title, "\n".join(_said(view, e, channels)), _by(e), e.is_key, files_of(e)) for e in trail_of(view)
    ]


def answers(view: CaseView) -> list[Step]:
    """What the two sides said to each other after the notice: answers with their papers, and what came back."""
    spoken = ("counter_notice_filed", "counter_rejected", "counter_accepted", "action_filed", "declaration_returned")
    return [
        Step(e.at, e.title, "\n".join(_said(view, e, {})), _by(e), e.is_key, files_of(e))
        for e in view.trail
        if e.event in spoken
    ]


def _more(view: CaseView, entry: TrailEntry, channels: dict[int, str]) -> str:
    if entry.event == "served" and entry.seq in channels:
        address = masked(view.complaint.seller.email) if view.complaint.seller else ""
        return str(CHANNELS.get(channels[entry.seq], "")) % {"address": address}
    return str(MORE.get(entry.event, ""))


def _channels(view: CaseView) -> dict[int, str]:
    """How the parties were told, by the seq of the event."""
    served = [event for event in events_of(view.complaint) if event.event == "served"]
    return {event.seq: str(json.loads(event.payload).get("data", {}).get("channel", "")) for event in served}


def _said(view: CaseView, entry: TrailEntry, channels: dict[int, str]) -> Iterator[str]:
    if more := _more(view, entry, channels):
        yield more
    if entry.counter and (ground := catalogue.load().counter_grounds.get(entry.counter.ground)):
        yield gettext("Because: %(ground)s.") % {"ground": gettext(ground.title)}
    if isinstance(entry.text, Erased):
        yield said(entry.text)
    elif entry.text:
        yield gettext("“%(words)s”") % {"words": entry.text}
    if titles := _grounds(entry):
        yield gettext("Why: %(grounds)s.") % {"grounds": moments.joined(titles)}


def _grounds(entry: TrailEntry) -> list[str]:
    known = catalogue.load().decision_grounds
    return [gettext(known[code].title) for code in entry.codes if code in known]


def _by(entry: TrailEntry) -> str:
    return gettext("Statement of reasons below") if entry.statement else ""


def files_of(entry: TrailEntry) -> list[Link]:
    return [Link(reverse("file", args=[file.pk]), file.name) for file in entry.files]
