"""How rights are said to a person: their states as tags, what is missing in a registration, why one was sent back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext, gettext_lazy

from countermark.apps.rights import numbering
from countermark.apps.work import moments
from countermark.core import catalogue, numbers

STATES = {
    "draft": ("rest", "pencil", gettext_lazy("Draft, not sent")),
    "pending": ("wait", "hourglass-split", gettext_lazy("Being verified")),
    "returned": ("you", "person-fill", gettext_lazy("Returned: your turn")),
    "approved": ("done", "patch-check", gettext_lazy("Verified")),
    "suspended": ("soon", "exclamation-triangle-fill", gettext_lazy("In dispute: cannot be used")),
    "in_grace": ("soon", "hourglass", gettext_lazy("Ended: can still be renewed")),
    "expired": ("rest", "calendar-x", gettext_lazy("Expired")),
    "lapsed": ("rest", "calendar-x", gettext_lazy("Lapsed")),
    "surrendered": ("rest", "x-circle", gettext_lazy("Given up")),
    "transferred": ("soon", "arrow-repeat", gettext_lazy("Transferred: the new owner has to confirm")),
    "rejected": ("rest", "x-circle", gettext_lazy("Not accepted")),
    "invalidated": ("rest", "x-circle", gettext_lazy("Declared invalid")),
}
EVENTS = {
    "imported": gettext_lazy("Brought in with a file"),
    "cloned": gettext_lazy("Begun as a copy of another right"),
    "submitted": gettext_lazy("Sent for verification"),
    "resubmitted": gettext_lazy("Sent again"),
    "approved": gettext_lazy("Verified: complaints can rest on it"),
    "returned": gettext_lazy("Sent back: something has to be mended"),
    "suspended": gettext_lazy("Came into doubt; open complaints stand still"),
    "cleared": gettext_lazy("The doubt is settled; open complaints go on"),
    "invalidated": gettext_lazy("Declared invalid from the start; complaints were undone"),
    "expired": gettext_lazy("Ended"),
    "grace_begun": gettext_lazy(
        "Its term is over; it can still be renewed, and open complaints stand still until then"
    ),
    "renewal_sent": gettext_lazy("A renewal was sent for verification"),
    "renewal_returned": gettext_lazy("The renewal was sent back: it is not shown yet"),
    "renewed": gettext_lazy("Renewed; open complaints go on with the time that was left"),
    "lapsed": gettext_lazy("Lapsed: a fee was not paid; open complaints end"),
    "surrendered": gettext_lazy("Given up by its owner; open complaints end"),
    "revoked": gettext_lazy("Revoked, for instance because it was not used; open complaints end"),
    "transferred": gettext_lazy("Transferred; open complaints stand still until the new owner confirms"),
    "transfer_sent": gettext_lazy("A new owner has said that it is theirs; a reviewer looks at it"),
    "transfer_returned": gettext_lazy("What the new owner sent does not show it yet"),
    "confirmed": gettext_lazy("The new owner has confirmed"),
    "not_taken_over": gettext_lazy("The new owner does not go on; open complaints end"),
    "mandate_ended": gettext_lazy("The agent’s mandate ended; open complaints stand still until the owner takes over"),
    "forged": gettext_lazy("Its proof was forged; complaints were undone"),
    "rejected": gettext_lazy("Not accepted; complaints that waited for it end"),
    "register_differs": gettext_lazy("The register says something else; a reviewer looks at it"),
    "reference_accepted": gettext_lazy("A word or picture of it is looked for now"),
    "reference_returned": gettext_lazy(
        "A word or picture you want looked for was sent back; why stands under Screening, Words and pictures"
    ),
}
FINDINGS = {  # where a register speaks against a right that complaints rest on
    "register_ended": gettext_lazy("The register says that it is no longer in force."),
    "register_expired": gettext_lazy("The register says that it has expired."),
    "register_pending": gettext_lazy("The register has an application, not a registration."),
    "register_owner_differs": gettext_lazy("The register names another owner."),
    "register_renewed": gettext_lazy("By the register it is in force for longer than stands here."),
    "register_unknown": gettext_lazy("The register has nothing under this number."),
}
# code -> (what is wrong, how to mend it)
DEFECTS = {
    "right_field_missing": (gettext_lazy("Nothing is filled in under “%(label)s”."), gettext_lazy("Fill it in.")),
    "right_day_unreadable": (
        gettext_lazy("“%(label)s”: we cannot read this day."),
        gettext_lazy("Write it as 2036-07-30."),
    ),
    "right_classes_unreadable": (
        gettext_lazy("Nice classes: something here is no class."),
        gettext_lazy("Write numbers from 1 to %(last)s, such as 9, 11."),
    ),
    "right_territories_unreadable": (
        gettext_lazy("“%(label)s”: we cannot read this."),
        gettext_lazy("Write codes of two letters, such as CN, EU, US."),
    ),
    "right_field_long": (
        gettext_lazy("“%(label)s”: this is too long."),
        gettext_lazy("Shorten it to %(max)s characters."),
    ),
    "right_over": (
        gettext_lazy("The right ended on %(on)s."),
        gettext_lazy("Type the date of the renewal, and add its certificate."),
    ),
    "right_filed_later": (
        gettext_lazy("Filed on %(on)s: that day is still to come."),
        gettext_lazy("Correct the date."),
    ),
    "right_paper_missing": (gettext_lazy("Still missing: %(paper)s."), gettext_lazy("Add it as PDF, JPG or PNG.")),
    "right_known": (
        gettext_lazy("You have registered %(number)s already."),
        gettext_lazy("Look for it under “My rights”, or correct the number."),
    ),
    "return_reasons_missing": (
        gettext_lazy("Nothing says why it is sent back."),
        gettext_lazy("Choose at least one reason."),
    ),
    "return_reason_unknown": (
        gettext_lazy("A reason chosen does not go with this kind of right."),
        gettext_lazy("Choose from the reasons offered."),
    ),
    "renewal_not_later": (
        gettext_lazy("The new end has to lie after %(on)s, and after today."),
        gettext_lazy("Type the day the renewal gives."),
    ),
    "transfer_unknown": (
        gettext_lazy("No right with this number waits for a new owner."),
        gettext_lazy("Compare kind, office and number with the certificate; if it is not here, register it as your own."),
    ),
    "transfer_own": (
        gettext_lazy("This right is in your own account."),
        gettext_lazy("Its new owner takes it over, from its own account."),
    ),
    "transfer_waits": (
        gettext_lazy("Somebody has said already that it is theirs."),
        gettext_lazy("Wait until we have looked at it, then send yours if it is still needed."),
    ),
    "transfer_by_agent": (
        gettext_lazy("An agent cannot take a right over."),
        gettext_lazy("Its owner does, from its own account, and then gives you a mandate."),
    ),
    "transfer_undecided": (
        gettext_lazy("Nothing says what becomes of the complaints that run."),
        gettext_lazy("Choose one of the two."),
    ),
    "right_end_beyond": (
        gettext_lazy("The law of the office gives such a right until %(on)s at most."),
        gettext_lazy("Check both days; if the term was extended, add the paper that shows it."),
    ),
    "unprintable_text": (
        gettext_lazy("The text holds characters that cannot be stored."),
        gettext_lazy("Type it again instead of pasting it."),
    ),
}
DEFECTS |= {
    numbering.PREFIX + code: (gettext_lazy(words["text"]), gettext_lazy(words["mend"]))
    for code, words in numbers.refusals().items()
}


class Said(NamedTuple):
    """A tag: tone, icon, word."""

    tone: str
    icon: str
    word: str


def state_said(state: str) -> Said:
    """Where a right stands, as a tag for its holder."""
    tone, icon, word = STATES[state]
    return Said(tone, icon, str(word))


def event_said(event: str) -> str:
    """What happened to a right, as a sentence."""
    return str(EVENTS.get(event, event))


def kind_title(kind: str) -> str:
    """What a kind of right is called."""
    found = catalogue.load().right_kinds.get(kind)
    return gettext(found.title) if found else kind


def office_title(office: str) -> str:
    """What an office is called."""
    found = catalogue.load().offices.get(office)
    return gettext(found.title) if found else office


def defect_said(code: str, data: Mapping[str, object]) -> tuple[str, str]:
    """A defect of a registration as (what is wrong, how to mend it)."""
    if code not in DEFECTS:  # what a reviewer would send it back for
        return return_reason_said(code)
    what, cure = DEFECTS[code]
    said = {name: _worded(value) for name, value in data.items()}
    return str(what) % said, str(cure) % said


def return_reason_said(code: str) -> tuple[str, str]:
    """Why a registration was sent back, as (what is wrong, how to mend it)."""
    found = catalogue.load().return_reasons.get(code)
    return (gettext(found.title), gettext(found.cure)) if found else (code, "")


def _worded(value: object) -> str:
    if isinstance(value, date):
        return moments.day(value)
    if isinstance(value, tuple):
        return moments.joined(_worded(each) for each in value)
    text = str(value)
    return gettext(text) if text else text
