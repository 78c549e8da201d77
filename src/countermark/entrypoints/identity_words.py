"""How is it said which papers show who somebody is, why they are sent back, and who acts for an account?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from countermark.apps.parties.models import HolderEvent
from countermark.apps.work import moments
from countermark.core import identity
from countermark.core.identity import Agreement

DEFECTS = {
    "identity_document": (_("Nothing says which document it is."), _("Choose one of the list.")),
    "identity_number": (
        _("The number of the document is missing, or is too short to be one."),
        _("Type it as it stands on the document."),
    ),
    "identity_valid_until": (_("Nothing says until when it is valid."), _("Type the day that stands on it.")),
    "identity_expired": (
        _("It was valid until %(on)s."),
        _("Add one that is in force today, and type until when."),
    ),
    "identity_papers": (_("No file of the document is there."), _("Add a scan or a photo of it.")),
    "identity_papers_many": (_("There are more than %(max)s files."), _("Put pages together in one PDF.")),
    "identity_reasons": (_("Nothing says why."), _("Tick at least one reason; the holder reads how to mend each.")),
    "identity_reason_unknown": (_("There is no such reason."), _("Take one of the list.")),
    "identity_unchanged": (
        _("Name and address are as they were."),
        _("Type what is different, or leave it as it is."),
    ),
    "identity_date": (_("This is no date."), _("Type it as 2027-03-31.")),
}
STATES = {  # tone, icon, word
    "none": ("rest", "circle", _("Nothing shown yet")),
    "draft": ("rest", "pencil", _("Not sent yet")),
    "pending": ("wait", "hourglass-split", _("Being verified")),
    "returned": ("you", "person-fill", _("Sent back")),
    "verified": ("done", "check-circle-fill", _("Verified")),
}
PLACES = {
    "CN": _("Mainland China"),
    "HK": _("Hong Kong"),
    "TW": _("Taiwan"),
    "other": _("Somewhere else"),
}
SAME = {
    "number": _("the same document number"),
    "name_address": _("the same name and address"),
    "contact_domain": _("the same domain of mail"),
}
ROLES = {
    "admin": (
        pgettext_lazy("of an account", "admin"),
        _("Registers rights, files and answers; says who else acts for the account, and makes keys for programs."),
    ),
    "filer": (pgettext_lazy("of an account", "filer"), _("Registers rights, files complaints and answers.")),
    "viewer": (pgettext_lazy("of an account", "viewer"), _("Reads everything, and changes nothing.")),
}
EVENTS = {
    "account.opened": _("%(by)s opened the account"),
    "account.changed": _("%(by)s changed name or address"),
    "account.change_asked": _("%(by)s asked for another name or address"),
    "account.change_dropped": _("%(by)s left name and address as they were"),
    "account.change_verified": _("Another name or address was verified"),
    "member.invited": _("%(by)s invited somebody as %(role)s"),
    "member.invitation_revoked": _("%(by)s took an invitation back"),
    "member.joined": _("%(person)s joined as %(role)s"),
    "member.role_given": _("%(by)s made %(person)s %(role)s"),
    "member.removed": _("%(by)s let %(person)s go"),
    "member.left": _("%(person)s left"),
}
INVITED = {
    "email": (_("This is no e-mail address."), _("Type the one your colleague signs in with.")),
    "there": (_("Somebody with this address acts for the account already."), _("See the list.")),
    "role": (_("Nothing says what your colleague may do."), _("Choose one.")),
    "too_many": (_("As many invitations were sent as an hour allows."), _("Try again in an hour.")),
    "not_sent": (_("The mail could not be sent."), _("Nobody was invited. Try again in a minute.")),
}
GONE = {
    "unknown": (
        _("This link leads to no account"),
        _("It is not complete, or it ended long ago: some mail programs break long links over two lines."),
    ),
    "expired": (_("This link is too old"), _("Its time is over. Nobody can use it any more.")),
    "used": (_("This link was used already"), _("Each link works once, for one person.")),
    "revoked": (_("This link was taken back"), _("There is a newer one, or none is wanted.")),
    "other_address": (
        _("This invitation is for another address"),
        _("It works only for the account of the address it was sent to. You are signed in as %(address)s."),
    ),
    "desk": (
        _("Whoever works at the desk acts for no account"),
        _("Nobody decides about their own cases."),
    ),
}


def defect_said(code: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """A defect of an identity check as (what is wrong, how to mend it)."""
    what, cure = DEFECTS[code]
    said = {name: moments.day(value) if isinstance(value, date) else value for name, value in data.items()}
    return str(what) % said, str(cure) % said


def document_title(code: str) -> str:
    known = identity.documents().get(code)
    return gettext(known.title) if known else ""


def reason_said(code: str) -> tuple[str, str]:
    """Why papers were sent back, as (what is wrong, how to mend it)."""
    known = identity.reasons().get(code)
    return (gettext(known.title), gettext(known.cure)) if known else (code, "")


def agreements_said(rows: Iterable[Agreement]) -> list[dict[str, Any]]:
    """Agreements in the language of whoever reads."""
    return [
        {"id": each.id, "version": each.version, "title": gettext(each.title), "text": [gettext(p) for p in each.text]}
        for each in rows
    ]


def event_said(event: HolderEvent) -> str:
    """One change of who acts for an account, in a sentence."""
    role = str(ROLES[event.data["role"]][0]) if event.data.get("role") in ROLES else ""
    said = {"by": str(event.by or ""), "person": str(event.person or ""), "role": role}
    return str(EVENTS.get(event.event, event.event)) % said
