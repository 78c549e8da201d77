"""How states, events and outcomes are said to a person, in the voice of whoever reads.

One place for the words of a case: pages, mails, the API's titles and the case file all ask here. Colour (`tone`) says
urgency, never who won. A reader is `seller`, `complainant`, `reviewer` or `operator`; staff read as third parties.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext, gettext_lazy, pgettext, pgettext_lazy

from countermark.apps.complaints.models import Complaint, ComplaintEvent, Notice
from countermark.apps.mandates.words import POWERS
from countermark.apps.work import moments
from countermark.core.catalogue import load
from countermark.core.notice import goods_of
from countermark.core.rights import applicability

STAFF = ("reviewer", "operator")


class Said(NamedTuple):
    """A tag: tone (`you`, `wait`, `late`, `done`, `rest`, `soon`), icon, word."""

    tone: str
    icon: str
    word: str


# state -> what it is called while it waits, said to anybody
WAITING = {
    "checking": gettext_lazy("Being checked"),
    "returned": gettext_lazy("Returned, something is missing"),
    "awaiting_seller": gettext_lazy("Seller’s turn"),
    "removed": gettext_lazy("Down, seller may still answer"),
    "countered": gettext_lazy("Complainant’s turn"),
    "declared": gettext_lazy("Complainant’s turn"),
    "extended": gettext_lazy("Complainant’s turn, time extended"),
    "deciding": gettext_lazy("Being decided"),
    "weighing": gettext_lazy("Declaration being checked"),
    "assessing": gettext_lazy("Being assessed"),
    "suspended": gettext_lazy("Paused: right or mandate in doubt"),
    "restorable": gettext_lazy("Being put back"),
}
# the same where the reader is the one waited for
YOURS = {
    "awaiting_seller": gettext_lazy("Your turn: answer"),
    "removed": gettext_lazy("Down, you may still answer"),
    "countered": gettext_lazy("Your turn: counter-notice"),
    "declared": gettext_lazy("Your turn: declaration"),
    "extended": gettext_lazy("Your turn, time extended"),
    "returned": gettext_lazy("Your turn: something is missing"),
    "checking": gettext_lazy("To check"),
    "deciding": gettext_lazy("To decide"),
    "weighing": gettext_lazy("To check: declaration"),
    "assessing": gettext_lazy("To assess"),
    "suspended": gettext_lazy("To check: the right"),
}
OUTCOMES = {
    "upheld": ("eye-slash", gettext_lazy("Upheld: taken down")),
    "not_upheld": ("arrow-counterclockwise", gettext_lazy("Not upheld: stays up")),
    "dropped": ("dash-circle", gettext_lazy("Dropped: stays up")),
    "refused": ("dash-circle", gettext_lazy("Refused: the seller was not troubled")),
    "withdrawn": ("arrow-counterclockwise", gettext_lazy("Withdrawn: stays up")),
    "reversed": ("arrow-counterclockwise", gettext_lazy("Undone as wrong from the start")),
    "moot": ("dash-circle", gettext_lazy("Rests: the listing is gone")),
    "in_court": ("eye-slash", gettext_lazy("Before a court: stays down")),
}
ASKS = {
    "nothing": ("eye", gettext_lazy("Listing stays up")),
    "pause": ("pause-circle", gettext_lazy("Listing is paused")),
    "remove": ("eye-slash", gettext_lazy("Listing is down")),
}
SHOP = {
    "unknown": gettext_lazy("not asked yet"),
    "up": gettext_lazy("up"),
    "paused": gettext_lazy("paused"),
    "removed": gettext_lazy("taken down"),
    "deleted_by_seller": gettext_lazy("deleted by the seller"),
    "sold_out": gettext_lazy("sold out"),
    "gone": gettext_lazy("not found"),
}
PARTIES = {
    "seller": pgettext_lazy("party", "seller"),
    "complainant": pgettext_lazy("party", "complainant"),
    "reviewer": pgettext_lazy("party", "reviewer"),
    "marketplace": pgettext_lazy("party", "marketplace"),
    "operator": pgettext_lazy("party", "operator"),
    "clock": pgettext_lazy("party", "clock"),
    "rights": pgettext_lazy("party", "register of rights"),
    "platform": pgettext_lazy("party", "platform"),
}

# event -> (said to anybody, said to the one who did it or was meant)
EVENTS = {
    "opened": (gettext_lazy("%(complainant)s complained"), gettext_lazy("You complained"), "complainant"),
    "accepted": (gettext_lazy("A reviewer found the notice complete"), None, ""),
    "returned": (gettext_lazy("A reviewer sent the notice back: something is missing"), None, ""),
    "refused": (gettext_lazy("A reviewer refused the notice"), None, ""),
    "mended": (
        gettext_lazy("%(complainant)s added what was missing"),
        gettext_lazy("You added what was missing"),
        "complainant",
    ),
    "seller_removed": (
        gettext_lazy("%(seller)s took the listing down"),
        gettext_lazy("You took the listing down"),
        "seller",
    ),
    "counter_notice_filed": (gettext_lazy("%(seller)s filed a counter-notice"), gettext_lazy("You answered"), "seller"),
    "counter_accepted": (
        gettext_lazy("%(complainant)s accepted the counter-notice"),
        gettext_lazy("You accepted the counter-notice"),
        "complainant",
    ),
    "counter_rejected": (
        gettext_lazy("%(complainant)s did not accept the counter-notice"),
        gettext_lazy("You did not accept the counter-notice"),
        "complainant",
    ),
    "action_filed": (
        gettext_lazy("%(complainant)s went to court"),
        gettext_lazy("You showed that you went to court"),
        "complainant",
    ),
    "action_ended": (gettext_lazy("The court has decided"), None, ""),
    "extension_granted": (gettext_lazy("A reviewer extended the time"), None, ""),
    "declaration_forwarded": (gettext_lazy("The declaration was sent on to the complainant"), None, ""),
    "declaration_returned": (gettext_lazy("A reviewer sent the declaration back: something is missing"), None, ""),
    "decided_for_holder": (gettext_lazy("Decided: upheld"), None, ""),
    "decided_for_seller": (gettext_lazy("Decided: not upheld"), None, ""),
    "restricted": (gettext_lazy("Decided: the listing is restricted"), None, ""),
    "kept": (gettext_lazy("Decided: the listing stays"), None, ""),
    "withdrawn": (
        gettext_lazy("%(complainant)s withdrew the complaint"),
        gettext_lazy("You withdrew the complaint"),
        "complainant",
    ),
    "retracted_as_error": (
        gettext_lazy("%(complainant)s took the complaint back as an error"),
        gettext_lazy("You took the complaint back as an error"),
        "complainant",
    ),
    "appeal_granted": (gettext_lazy("An appeal was granted"), None, ""),
    "ordered_up": (gettext_lazy("A court or authority ordered the listing back"), None, ""),
    "ordered_down": (gettext_lazy("A court or authority ordered the listing down"), None, ""),
    "right_void": (gettext_lazy("The right turned out to be void"), None, ""),
    "right_in_doubt": (gettext_lazy("The right is being checked; all clocks stand still"), None, ""),
    "right_cleared": (gettext_lazy("The right is in force; the clock goes on with the time that was left"), None, ""),
    "right_ended": (gettext_lazy("The right has ended"), None, ""),
    "listing_gone": (gettext_lazy("The listing is gone"), None, ""),
    "listing_returned": (gettext_lazy("The listing is back; the clock goes on with the time that was left"), None, ""),
    "effect_confirmed": (gettext_lazy("The marketplace confirmed that the listing is back"), None, ""),
    "recounted": (gettext_lazy("The due date was counted again after the official holiday notice"), None, ""),
    "given_back": (
        gettext_lazy(
            "Our records were restored from a copy; the clock goes on with the time that was left when it was made"
        ),
        None,
        "",
    ),
}
BECAUSE = {  # (event, why it happened) -> the same, said more closely
    ("right_in_doubt", "mandate_revoked"): gettext_lazy(
        "The mandate of the owner’s agent was revoked; all clocks stand still"
    ),
    ("right_in_doubt", "mandate_ended"): gettext_lazy("The mandate of the owner’s agent ended; all clocks stand still"),
    ("right_in_doubt", "mandate_above_ended"): gettext_lazy(
        "The mandate that was passed on to the owner’s agent ended; all clocks stand still"
    ),
    ("right_in_doubt", "grace_begun"): gettext_lazy(
        "The term of the right is over, and it can still be renewed; until then all clocks stand still"
    ),
    ("right_in_doubt", "transferred"): gettext_lazy(
        "The right was transferred; all clocks stand still until the new owner has taken it over"
    ),
    ("right_in_doubt", "disputed"): gettext_lazy("The right is seriously challenged; all clocks stand still"),
    ("right_cleared", "renewed"): gettext_lazy("The right was renewed; the clock goes on with the time that was left"),
    ("right_cleared", "confirmed"): gettext_lazy(
        "The new owner goes on with the complaint; the clock goes on with the time that was left"
    ),
    ("right_ended", "expired"): gettext_lazy("The right has expired"),
    ("right_ended", "lapsed"): gettext_lazy("The right has lapsed: a fee was not paid"),
    ("right_ended", "surrendered"): gettext_lazy("The right was given up by its owner"),
    ("right_ended", "revoked"): gettext_lazy("The right was revoked"),
    ("right_ended", "not_taken_over"): gettext_lazy("The new owner of the right does not go on with the complaint"),
    ("right_cleared", "mandate_renewed"): gettext_lazy(
        "A new mandate of the owner’s agent covers it; the clock goes on with the time that was left"
    ),
    ("right_cleared", "owner_took_over"): gettext_lazy(
        "The owner has taken the complaint over; the clock goes on with the time that was left"
    ),
}
DUE = {  # the state a clock left -> what its end meant
    "checking": gettext_lazy("We did not check in time; senior review was alarmed"),
    "deciding": gettext_lazy("We did not decide in time; senior review was alarmed"),
    "weighing": gettext_lazy("We did not check the declaration in time; senior review was alarmed"),
    "assessing": gettext_lazy("We did not assess in time; senior review was alarmed"),
    "suspended": gettext_lazy("We did not settle the doubt about the right in time; senior review was alarmed"),
    "restorable": gettext_lazy("The listing was not put back in time; the operator was alarmed"),
    "awaiting_seller": gettext_lazy("The time to answer ended; the listing comes down"),
    "removed": gettext_lazy("The time to answer ended; the listing stays down"),
    "countered": gettext_lazy("The complainant did not answer in time"),
    "declared": gettext_lazy("No suit or complaint was shown in time; the listing comes back"),
    "extended": gettext_lazy("No suit or complaint was shown in time; the listing comes back"),
    "returned": gettext_lazy("Nothing was added in time; the complaint is dropped"),
}
DUE_TO_YOU = {"countered": gettext_lazy("You did not answer in time")}  # the same, said to the one who was waited for
SERVED = {
    "seller": (gettext_lazy("%(seller)s was told"), gettext_lazy("You were told")),
    "complainant": (gettext_lazy("%(complainant)s was told"), gettext_lazy("You were told")),
}


def status(case: Complaint, reader: str) -> Said:
    """Where a case stands, as a tag for this reader."""
    state, waits_on, outcome = case.state, case.waits_on, case.outcome
    if case.escalated and reader in STAFF:
        return Said("late", "alarm", gettext("Late: %(what)s") % {"what": YOURS.get(state, WAITING[state])})
    if outcome and not (waits_on and state in WAITING):
        icon, word = OUTCOMES[outcome]
        return Said("rest", icon, str(word))
    if waits_on == reader:
        return Said("you", "person-fill", str(YOURS.get(state, WAITING[state])))
    return Said("wait" if waits_on else "rest", "hourglass-split", str(WAITING[state]))


def paused_by_mandate(case: Complaint) -> bool:
    """Whether a case stands still because the mandate its agent filed under has ended."""
    notice = case.notice
    if case.state != "suspended" or notice.filer_role != "agent" or notice.mandate is None:
        return False
    return notice.mandate.state in ("expired", "revoked")


def happened(*, event: str, before: str, waits_on: str, names: Mapping[str, str], reader: str, why: str = "") -> str:
    """One event as a sentence. `before` is the state it left, `waits_on` whom that state waited on, `names` who is who.

    `why`: the code of what brought it about, where its event says one.
    """
    if event == "due":
        own = DUE_TO_YOU.get(before) if reader == waits_on else None
        return str(own or DUE[before])
    if event == "served":
        anybody, own = SERVED[waits_on]
        return str(own if reader == waits_on else anybody) % names
    if because := BECAUSE.get((event, why)):
        return str(because)
    anybody, own, whose = EVENTS[event]
    return str(own if own and reader == whose else anybody) % names


def why_of(event: ComplaintEvent) -> str:
    """The code of what brought an event about, where it says one that is put into words."""
    if not any(event.event == known for known, _ in BECAUSE):
        return ""
    return str(json.loads(event.payload)["data"].get("why", ""))


def reason_title(code: str) -> str:
    """What a reason claims, in the reader's language: "The mark is on the goods without a licence"."""
    reason = load().reasons.get(code)
    return gettext(reason.title) if reason else code


def right_in_words(notice: Notice) -> str:
    """The right as it stood at filing: "Trademark HALDEN & MOE, CN 41902337"; "" when the notice rests on none."""
    right = notice.right_frozen
    if not right:
        return ""
    kind = load().right_kinds.get(right.get("kind", ""))
    registered = " ".join(str(right[part]) for part in ("office", "number") if right.get(part))
    named = f"{gettext(kind.title) if kind else ''} {right.get('name') or ''}".strip()
    return pgettext("mark between two pieces", ", ").join(part for part in (named, registered) if part)


def goods_in_words(notice: Notice) -> str:
    """The Nice classes the complainant takes the goods for: "9, 25"; "" when the notice says none."""
    return moments.joined(map(str, goods_of(notice.facts)))


def defect_words(code: str, data: Mapping[str, object]) -> tuple[str, str]:
    """A defect as (what is wrong, how to mend it). Catalogue codes inside `data` are worded too."""
    words = load().defects.get(code)
    if words is None:
        return code, ""
    said = {name: _worded(name, value) for name, value in data.items()}
    said |= dict(zip(("rule", "rule_cure"), rule_words(str(data["rule"]), data), strict=True)) if "rule" in data else {}
    return _filled(gettext(words.text), said), _filled(gettext(words.cure), said) if words.cure else ""


def rule_words(rule: str, data: Mapping[str, object]) -> tuple[str, str]:
    """A rule of where a right counts, as (what it says, what can be done)."""
    known = applicability.rules().get(rule)
    if known is None:
        return rule, ""
    said = {name: str(value) for name, value in data.items()}
    return gettext(known.text) % said, gettext(known.cure) % said if known.cure else ""


def _filled(sentence: str, said: Mapping[str, str]) -> str:
    try:
        return sentence % said
    except (KeyError, ValueError, TypeError):
        return sentence


def _worded(name: str, value: object) -> str:
    catalogue = load()
    if isinstance(value, (tuple, list)):
        return moments.joined(_worded("kind_of_evidence" if name == "kinds" else name, each) for each in value)
    text = str(value)
    if name == "power" and text in POWERS:
        return str(POWERS[text][0])
    tables = {"kind_of_evidence": catalogue.evidence_kinds, "fact": catalogue.facts}
    named = tables.get(name, {}).get(text)
    if named is not None:
        return gettext(named.label)
    if name == "kind" and text in catalogue.right_kinds:
        return gettext(catalogue.right_kinds[text].title)
    if name == "state" and text in catalogue.right_states:
        return gettext(catalogue.right_states[text].title)
    return text
