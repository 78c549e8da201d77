"""How mandates are said to a person: their states as tags, their powers, what happened to them."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from countermark.apps.mandates.models import Mandate, MandateEvent
from countermark.apps.mandates.services import return_reasons
from countermark.apps.work import moments

STATES = {
    "draft": ("rest", "pencil", gettext_lazy("Draft, not sent")),
    "offered": ("wait", "hourglass-split", gettext_lazy("Offered, not accepted yet")),
    "pending": ("wait", "hourglass-split", gettext_lazy("Being verified")),
    "returned": ("you", "person-fill", gettext_lazy("Returned: your turn")),
    "in_force": ("done", "patch-check", pgettext_lazy("mandate", "In force")),
    "expired": ("rest", "calendar-x", gettext_lazy("Expired")),
    "revoked": ("rest", "x-circle", gettext_lazy("Revoked")),
}
POWERS = {
    "file": (gettext_lazy("File notices"), gettext_lazy("Submit complaints on the rights.")),
    "answer": (
        gettext_lazy("Answer"),
        gettext_lazy("Reject counter-notices, add what was missing, appeal, show that one went to court."),
    ),
    "withdraw": (gettext_lazy("Withdraw"), gettext_lazy("End complaints, or take them back as an error.")),
    "settle": (gettext_lazy("Settle"), gettext_lazy("Accept counter-notices: the complaint ends for the seller.")),
}
EVENTS = {
    "submitted": gettext_lazy("Sent for verification"),
    "in_force": gettext_lazy("Verified: in force"),
    "returned": gettext_lazy("Sent back: something has to be mended"),
    "expired": gettext_lazy("Expired; open complaints stand still"),
    "principal_linked": gettext_lazy("The owner looks after it with an account of its own"),
    "taken_over": gettext_lazy("The owner has taken over the complaints"),
    "migrated": gettext_lazy("Taken over from the paper of a right"),
    "offered": gettext_lazy("Passed on: offered to another agent"),
    "accepted": gettext_lazy("Accepted by the other agent: in force"),
    "ends_soon": gettext_lazy("Both sides were reminded that it ends soon"),
}
REVOKED = {
    "agent": gettext_lazy("Revoked by the agent; open complaints stand still"),
    "principal": gettext_lazy("Revoked by the owner; open complaints stand still"),
    "grantor": gettext_lazy("Revoked by the agent who passed it on; open complaints stand still"),
    "parent": gettext_lazy("Ended with the mandate it was passed on from; open complaints stand still"),
}


def event_said(event: str, side: str) -> str:
    """What happened, in words."""
    return str(REVOKED.get(side, REVOKED["agent"]) if event == "revoked" else EVENTS.get(event, event))


def ends_soon_said(event: MandateEvent) -> str:
    """How soon it ends, as a heading."""
    who, days = {"owner": event.mandate.principal_name}, int(event.data["days"])
    said = ngettext(
        "The mandate of %(owner)s ends within a day", "The mandate of %(owner)s ends within %(n)s days", days
    )
    return said % {**who, "n": days}


def renew_said(event: MandateEvent) -> str:
    """Until when it lasts, and what to do about it."""
    said = {"number": str(event.mandate), "day": moments.day(date.fromisoformat(event.data["on"]))}
    last = gettext("The last day of mandate %(number)s is %(day)s.") % said
    then = gettext(
        "If it is to go on, have a new power of attorney signed and registered in time; else open complaints stand still."
    )
    return f"{last} {then}"


def reason_said(code: str) -> tuple[str, str]:
    """Why it was sent back, as (what is wrong, how to mend it)."""
    found = next((reason for reason in return_reasons() if reason.id == code), None)
    return (gettext(found.title), gettext(found.cure)) if found else (code, "")


def rights_said(mandate: Mandate) -> str:
    """Which rights it covers, in a few words."""
    if mandate.all_rights:
        return gettext("All rights of the owner")
    return ngettext("One right", "%(n)s rights", mandate.rights.count()) % {"n": mandate.rights.count()}


def places_said(mandate: Mandate) -> str:
    """Which marketplaces it covers."""
    return (
        gettext("All marketplaces")
        if mandate.all_marketplaces
        else moments.joined(place.name for place in mandate.marketplaces.all())
    )


def powers_said(mandate: Mandate) -> str:
    return moments.joined(str(POWERS[power][0]) for power in mandate.powers if power in POWERS)


def until_said(mandate: Mandate) -> str:
    return moments.day(mandate.ends_on) if mandate.ends_on else gettext("Until it is revoked")
