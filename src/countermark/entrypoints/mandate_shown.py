"""What does a mandate allow, and what was done under it? For the pages of agent, owner and reviewer, and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from countermark.apps.complaints.models import Complaint, ComplaintEvent
from countermark.apps.complaints.words import happened
from countermark.apps.mandates import words
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


def facts_said(row: Mandate) -> list[tuple[str, str]]:
    """The mandate as label and value, in the order of the form."""
    rights = (
        words.rights_said(row) if row.all_rights else moments.joined(str(right) for right in row.rights.order_by("pk"))
    )
    return [
        (gettext("Owner"), row.principal_name),
        (gettext("Address of the owner"), row.principal_address),
        (gettext("E-mail of the owner"), row.principal_email),
        (gettext("Agent"), row.agent.name),
        (gettext("Rights"), rights),
        (gettext("Marketplaces"), words.places_said(row)),
        (gettext("Powers"), words.powers_said(row)),
        (gettext("Sub-delegation"), gettext("Allowed") if row.may_delegate else gettext("Not allowed")),
        (gettext("In force from"), moments.day(row.starts_on) if row.starts_on else gettext("The day it is signed")),
        (gettext("In force until"), words.until_said(row)),
    ]


def acts_under(row: Mandate) -> list[Act]:
    """Everything done in the owner's name under this mandate, the newest first."""
    mine = Complaint.objects.filter(notice__mandate=row)
    done = ComplaintEvent.objects.filter(by="complainant", payload__contains='"mandate"')
    done = done.filter(complaint__in=mine).select_related(
        "complaint__notice__marketplace", "complaint__notice__right", "complaint__seller"
    )
    return [_act(event) for event in done.order_by("-at", "-pk")[:MOST]]


def _act(event: ComplaintEvent) -> Act:
    case, notice = event.complaint, event.complaint.notice
    names = {"complainant": notice.filer_name, "seller": case.seller.name}
    said = happened(event=event.event, before="", waits_on="", names=names, reader="reviewer")
    return Act(event.at, case.number, event.event, said, str(notice.right or ""), notice.marketplace.name, case.state)
