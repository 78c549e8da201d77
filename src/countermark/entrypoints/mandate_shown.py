"""What does a mandate allow, and what was done under it? For the pages of agent, owner and reviewer, and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.utils.translation import gettext

from countermark.apps.complaints.models import Complaint, ComplaintEvent
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.complaints.words import happened
from countermark.apps.decisions.models import Appeal
from countermark.apps.mandates import selectors, words
from countermark.apps.mandates.models import Mandate
from countermark.apps.work import moments

MOST = 200  # acts shown; the newest


@dataclass(frozen=True)
class Act:
    """One thing an agent did in the owner's name."""

    at: datetime
    number: str
    event: str
    said: str
    right: str
    place: str
    state: str
    slug: str  # of the place
    mandate: Mandate | None  # under which the case is now


def facts_said(row: Mandate, *, side: str = "") -> list[tuple[str, str]]:
    """The mandate as label and value, in the order of the form.

    The e-mail of the owner is for the agent the owner chose, not for the one it was passed on to (`side` "agent").
    """
    hidden = row.parent_id is not None and side == "agent"
    rights = (
        words.rights_said(row) if row.all_rights else moments.joined(str(right) for right in row.rights.order_by("pk"))
    )
    return [
        (gettext("Owner"), row.principal_name),
        (gettext("Address of the owner"), row.principal_address),
        *([] if hidden else [(gettext("E-mail of the owner"), row.principal_email)]),
        *_agents(row),
        (gettext("Rights"), rights),
        (gettext("Marketplaces"), words.places_said(row)),
        (gettext("Powers"), words.powers_said(row)),
        (gettext("Sub-delegation"), gettext("Allowed") if row.may_delegate else gettext("Not allowed")),
        (gettext("In force from"), _begins(row)),
        (gettext("In force until"), words.until_said(row)),
    ]


def _begins(row: Mandate) -> str:
    if row.starts_on:
        return moments.day(row.starts_on)
    return gettext("The day it is signed") if row.parent_id is None else gettext("The day it is accepted")


def acting(row: Mandate) -> str:
    """Who acts by it; of an offer the address it was made to."""
    return row.offered_to if row.parent_id is not None and row.verified_at is None else row.agent.name


def _agents(row: Mandate) -> list[tuple[str, str]]:
    """Who acts by it; of a sub-mandate also who passed it on."""
    if row.parent is None:
        return [(gettext("Agent"), row.agent.name)]
    said = {"agent": row.parent.agent.name, "number": str(row.parent)}
    return [
        (gettext("Agent"), acting(row)),
        (gettext("Passed on by"), gettext("%(agent)s, from its mandate %(number)s") % said),
    ]


def trail_of(row: Mandate) -> list[dict[str, Any]]:
    """What happened to it, for the trail."""
    rows = row.events.order_by("pk")
    return [
        {"at": e.at, "title": words.event_said(e.event, e.side), "text": e.data.get("note", ""), "key": True}
        for e in rows
    ]


def passed_on(row: Mandate, *, at: datetime) -> list[dict[str, Any]]:
    """What was passed on from it: to whom, what it covers, where it stands."""
    subs = row.passed_on.select_related("agent").prefetch_related("marketplaces").order_by("-pk")
    return [
        {
            "mandate": sub,
            "agent": acting(sub),
            "covers": moments.joined([words.rights_said(sub), words.places_said(sub), words.powers_said(sub)]),
            "state": words.STATES[selectors.stands(sub, at=at)],
        }
        for sub in subs
    ]


# --- on the page of a case ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Under:
    """Under which mandate a case was filed, to whoever reads the case; `why` it stands still, and what mends that."""

    mandate: Mandate
    said: str
    why: str = ""
    cure: str = ""


def under(view: CaseView, *, at: datetime) -> Under | None:
    """The mandate of a case in words; None where an owner complained itself, or a guest."""
    row = view.notice.mandate
    if row is None:
        return None
    agent = gettext("%(agent)s, for %(owner)s") % {"agent": row.agent.name, "owner": row.principal_name}
    if view.notice.filer_role != "agent":
        filed = gettext("Filed by %(agent)s. The owner has taken the complaint over.") % {"agent": row.agent.name}
        return Under(row, filed)
    state = selectors.stands(row, at=at)
    if state == "in_force":
        last = {"who": agent, "powers": words.powers_said(row), "until": words.until_said(row)}
        return Under(row, gettext("%(who)s. Powers: %(powers)s. In force until: %(until)s.") % last)
    why, cure = _ended(row, state, view.reader)
    return Under(row, f"{agent}. {why}") if view.complaint.outcome else Under(row, f"{agent}.", why, cure)


def _ended(row: Mandate, state: str, reader: str) -> tuple[str, str]:
    """Why nothing can be done under it any more, and what lets the case go on."""
    last = row.events.filter(event__in=("revoked", "expired")).order_by("-pk").first()
    side = last.side if last else "clock"
    said = {"number": str(row), "owner": row.principal_name}
    why = {
        "principal": gettext("%(owner)s has revoked the mandate %(number)s."),
        "parent": gettext("The mandate that %(number)s was passed on from has ended."),
        "grantor": gettext("Who passed the mandate %(number)s on has revoked it."),
        "agent": gettext("The agent has given the mandate %(number)s back."),
    }.get(side if state == "revoked" else "clock", gettext("The mandate %(number)s has reached its last day."))
    if reader == "complainant":
        cure = gettext(
            "You can neither answer nor withdraw here. A new mandate that covers it, or the owner, lets it go on with the time"
            " that was left."
        )
    else:
        cure = gettext("A new mandate of the agent, or the owner, lets it go on with the time that was left.")
    return why % said, cure


# --- what was done in the owner's name ------------------------------------------------------------------------------------

Pairs = QuerySet[Any, tuple[datetime, int, str]]  # when, id, whether an event of a case or an appeal
NEWEST_FIRST = ("-at", "-pk", "-act")


class Done:
    """Events of cases and appeals as one list of `at`, `pk` and `act`, filtered before they are put together."""

    def __init__(self, *parts: QuerySet[Any, Any]) -> None:
        self.parts = parts

    def filter(self, said: Q) -> Done:
        return Done(*(part.filter(said) for part in self.parts))

    def order_by(self, *names: str) -> Pairs:
        first, *others = (part.order_by().values_list("at", "pk", "act", named=True) for part in self.parts)
        return first.union(*others).order_by(*names)


def acts_under(row: Mandate) -> list[Act]:
    """Everything done in the owner's name under this mandate, the newest first."""
    return acts(list(done_under(Mandate.objects.filter(pk=row.pk))[:MOST]))


def done_under(mandates: QuerySet[Mandate]) -> Pairs:
    """What was done under these mandates, the newest first; `acts` reads it."""
    return done(mandates).order_by(*NEWEST_FIRST)


def done(mandates: QuerySet[Mandate]) -> Done:
    """The same, to be narrowed and put in order."""
    ids = list(mandates.values_list("pk", "agent_id"))
    rows = Q(complaint__notice__mandate__in=[pk for pk, _ in ids])
    events = ComplaintEvent.objects.filter(rows, by="complainant", payload__contains='"mandate"')
    appeals = Appeal.objects.filter(
        rows, side="complainant", filed_by__memberships__holder__in=[agent for _, agent in ids]
    )
    return Done(events.annotate(act=Value("event")), appeals.annotate(at=F("filed_at"), act=Value("appeal")))


def acts(pairs: Sequence[tuple[datetime, int, str]]) -> list[Act]:
    """These acts as a page shows them, in their order."""
    of_notice = ("marketplace", "right", "mandate__agent")
    beside = ("complaint__seller", *(f"complaint__notice__{name}" for name in of_notice))
    asked = {kind: [pk for _, pk, what in pairs if what == kind] for kind in ("event", "appeal")}
    events = ComplaintEvent.objects.filter(pk__in=asked["event"]).select_related(*beside)
    appeals = Appeal.objects.filter(pk__in=asked["appeal"]).select_related(*beside)
    found = {("event", event.pk): _act(event) for event in events}
    found |= {("appeal", appeal.pk): _appealed(appeal) for appeal in appeals}
    return [found[kind, pk] for _, pk, kind in pairs]


def _act(event: ComplaintEvent) -> Act:
    case, notice = event.complaint, event.complaint.notice
    names = {"complainant": notice.filer_name, "seller": case.seller.name if case.seller else ""}
    said = happened(event=event.event, before="", waits_on="", names=names, reader="reviewer")
    return _shown(case, event.at, event.event, said)


def _appealed(appeal: Appeal) -> Act:
    case = appeal.complaint
    return _shown(case, appeal.filed_at, "appealed", gettext("Appealed the decision"))


def _shown(case: Complaint, at: datetime, event: str, said: str) -> Act:
    notice = case.notice
    place, right = notice.marketplace, str(notice.right or "")
    return Act(at, case.number, event, said, right, place.name, case.state, place.slug, notice.mandate)
