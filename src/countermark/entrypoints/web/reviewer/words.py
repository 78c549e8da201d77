"""How is the work of a reviewer said: what is to be done, which question is asked, what is each answer called?

What follows from an answer is worded in `entrypoints/steps_offered.py`, for pages and programs alike."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from countermark.apps.complaints.models import Complaint
from countermark.entrypoints.steps_offered import OFFERED

TO_DO = {  # state -> what is to be done, in a word
    "checking": pgettext_lazy("to do", "Check"),
    "deciding": pgettext_lazy("to do", "Decide"),
    "assessing": pgettext_lazy("to do", "Decide"),
    "weighing": pgettext_lazy("to do", "Check declaration"),
    "suspended": pgettext_lazy("to do", "Right in doubt"),
}
TO_DO_FILTERS = {
    "check": pgettext_lazy("to do", "Check"),
    "decide": pgettext_lazy("to do", "Decide"),
    "declaration": pgettext_lazy("to do", "Check declaration"),
    "right": pgettext_lazy("to do", "Right in doubt"),
}
CLOCKS = {
    "late": pgettext_lazy("clock", "Late"),
    "today": pgettext_lazy("clock", "Today"),
    "tomorrow": pgettext_lazy("clock", "Tomorrow"),
}
HELD = {
    "free": pgettext_lazy("held by", "Nobody or me"),
    "me": pgettext_lazy("held by", "Me"),
}
QUESTIONS = {  # reason -> what is asked of its complaint
    "TM-1": gettext_lazy("Does this listing offer counterfeits of %(right)s?"),
    "TM-2": gettext_lazy("Does the test purchase show counterfeits of %(right)s?"),
    "TM-3": gettext_lazy("Does this listing sell copies under the mark %(right)s?"),
    "TM-4": gettext_lazy("Is %(right)s used on these goods without a licence?"),
    "TM-5": gettext_lazy("Do the words of this listing misuse the mark %(right)s?"),
    "TM-6": gettext_lazy("Do the pictures of this listing misuse the mark %(right)s?"),
    "TM-7": gettext_lazy("Does this shop misuse the mark %(right)s as its name?"),
    "TM-8": gettext_lazy("Is this sign confusingly like %(right)s?"),
    "TM-9": gettext_lazy("Were goods under %(right)s brought here without leave?"),
    "TM-10": gettext_lazy("Are labels or parts with %(right)s offered without leave?"),
    "CR-1": gettext_lazy("Does this listing use a picture of %(right)s without leave?"),
    "CR-2": gettext_lazy("Does this listing use the text of %(right)s without leave?"),
    "CR-3": gettext_lazy("Does this listing use the video of %(right)s without leave?"),
    "CR-4": gettext_lazy("Does this listing offer pirated copies of %(right)s?"),
    "CR-5": gettext_lazy("Do these goods repeat %(right)s without leave?"),
    "PT-1": gettext_lazy("Do these goods use the invention %(right)s?"),
    "PT-2": gettext_lazy("Do these goods use the utility model %(right)s?"),
    "PT-3": gettext_lazy("Do these goods fall under the design %(right)s?"),
    "PT-4": gettext_lazy("Does this listing claim a patent that is not there?"),
    "DS-1": gettext_lazy("Are these goods a copy of the design %(right)s?"),
    "GI-1": gettext_lazy("Does this listing misuse the name %(right)s?"),
    "OT-1": gettext_lazy("Does this listing use the likeness of %(right)s without consent?"),
    "OT-2": gettext_lazy("Does this listing disclose the secret %(right)s?"),
    "OT-3": gettext_lazy("Does the order bind this listing?"),
}
ANY_RIGHT = gettext_lazy("the right claimed")
FINDINGS = {  # state -> the heading where no question about the claim itself is asked
    "checking": gettext_lazy("Check: can this notice go to the seller?"),
    "weighing": gettext_lazy("Check: is the seller’s declaration complete?"),
    "suspended": gettext_lazy("The right is in doubt: this case stands still"),
    "in_court": gettext_lazy("Before a court: has it decided?"),
    "declared": gettext_lazy("The complainant has time to sue: is more time needed?"),
}


class Act(NamedTuple):
    """One of the steps a reviewer is offered: label, key, what the button says, and what was done, for the toast."""

    label: Promise
    key: str
    button: Promise
    done: Promise


ACTS = {
    "accepted": Act(
        pgettext_lazy("step", "Accept"),
        "u",
        gettext_lazy("Accept: the seller is told"),
        gettext_lazy("%(number)s accepted."),
    ),
    "returned": Act(
        pgettext_lazy("step", "Send back"),
        "b",
        gettext_lazy("Send back to be mended"),
        gettext_lazy("%(number)s sent back."),
    ),
    "refused": Act(
        pgettext_lazy("step", "Refuse"),
        "n",
        gettext_lazy("Refuse the notice"),
        gettext_lazy("%(number)s refused."),
    ),
    "decided_for_holder": Act(
        pgettext_lazy("step", "Upheld"),
        "u",
        gettext_lazy("Decide: upheld"),
        gettext_lazy("%(number)s upheld."),
    ),
    "decided_for_seller": Act(
        pgettext_lazy("step", "Not upheld"),
        "n",
        gettext_lazy("Decide: not upheld"),
        gettext_lazy("%(number)s not upheld."),
    ),
    "restricted": Act(
        pgettext_lazy("step", "Upheld"),
        "u",
        gettext_lazy("Decide: upheld"),
        gettext_lazy("%(number)s upheld."),
    ),
    "kept": Act(
        pgettext_lazy("step", "Not upheld"),
        "n",
        gettext_lazy("Decide: not upheld"),
        gettext_lazy("%(number)s not upheld."),
    ),
    "declaration_forwarded": Act(
        pgettext_lazy("step", "Send it on"),
        "u",
        gettext_lazy("Send it on to the complainant"),
        gettext_lazy("Declaration of %(number)s sent on."),
    ),
    "declaration_returned": Act(
        pgettext_lazy("step", "Send back"),
        "b",
        gettext_lazy("Send it back to the seller"),
        gettext_lazy("Declaration of %(number)s sent back."),
    ),
    "extension_granted": Act(
        pgettext_lazy("step", "Grant more time"),
        "u",
        gettext_lazy("Grant more time"),
        gettext_lazy("More time granted in %(number)s."),
    ),
    "action_ended": Act(
        pgettext_lazy("step", "The court has decided"),
        "u",
        gettext_lazy("Enter what the court decided"),
        gettext_lazy("Result of the court entered in %(number)s."),
    ),
    "appeal_granted": Act(
        pgettext_lazy("step", "Appeal granted"),
        "g",
        gettext_lazy("Grant the appeal"),
        gettext_lazy("Appeal granted in %(number)s."),
    ),
}
assert {*OFFERED, "appeal_granted"} == set(ACTS)
SENIOR = Act(
    pgettext_lazy("step", "To a senior"),
    "s",
    gettext_lazy("Pass to a senior"),
    gettext_lazy("%(number)s passed to a senior."),
)


def heading(complaint: Complaint) -> str:
    """The finding or question of a case, for its h1."""
    if complaint.state in ("deciding", "assessing"):
        question = QUESTIONS[complaint.notice.reason] % {"right": _named(complaint)}
        return gettext("Decide: %(question)s") % {"question": question[:1].lower() + question[1:]}
    return str(FINDINGS[complaint.state]) if complaint.state in FINDINGS else ""


def _named(complaint: Complaint) -> str:
    return str(complaint.notice.right_frozen.get("name") or ANY_RIGHT)
