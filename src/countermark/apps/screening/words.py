"""How is what screening finds and does said to a person: reasons, modes, verdicts, ways of writing, what followed?"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from countermark.apps.work import moments


class Said(NamedTuple):
    """A state as a page shows it: tone, icon and word."""

    tone: str
    icon: str
    word: Promise


REASONS = {
    "words": pgettext_lazy("why a listing was found", "Words"),
    "pictures": pgettext_lazy("why a listing was found", "Pictures"),
    "stay_down": pgettext_lazy("why a listing was found", "Came back"),
}
REASON_MEANS = {
    "words": gettext_lazy("The title or the brand field names a protected word, however it is written."),
    "pictures": gettext_lazy("A picture repeats one that a rights holder registered, in part, mirrored or framed too."),
    "stay_down": gettext_lazy("The listing repeats one that was taken down for good after a complaint."),
}
MODES = {
    "off": pgettext_lazy("mode of screening", "Off"),
    "shadow": pgettext_lazy("mode of screening", "Shadow"),
    "advisory": pgettext_lazy("mode of screening", "Advisory"),
    "blocking": pgettext_lazy("mode of screening", "Blocking"),
}
MODE_MEANS = {
    "off": gettext_lazy("Nothing is looked for."),
    "shadow": gettext_lazy("What is found is noted. Nobody is told, and nothing is stopped."),
    "advisory": gettext_lazy(
        "The marketplace is told what was found; nothing is stopped. People look at what is doubtful."
    ),
    "blocking": gettext_lazy(
        "What is plain is stopped at once, with reasons the seller can contest. People look at the rest."
    ),
}
VERDICTS = {
    "block": Said("late", "x-octagon", pgettext_lazy("verdict of screening", "Stop it")),
    "review": Said("soon", "eye", pgettext_lazy("verdict of screening", "Look at it")),
    "allow": Said("done", "check-circle", pgettext_lazy("verdict of screening", "Allow it")),
}
DONE = {
    "allowed": Said("done", "check-circle", pgettext_lazy("what became of a listing", "Allowed")),
    "noted": Said("rest", "eye-slash", pgettext_lazy("what became of a listing", "Noted only")),
    "told": Said("rest", "megaphone", pgettext_lazy("what became of a listing", "Marketplace told")),
    "review": Said("wait", "eye", pgettext_lazy("what became of a listing", "Up, to be looked at")),
    "blocked": Said("late", "x-octagon", pgettext_lazy("what became of a listing", "Stopped")),
}
STATES = {
    "waiting": Said("you", "hourglass-split", pgettext_lazy("finding", "Waits for a person")),
    "decided": Said("done", "check-circle-fill", pgettext_lazy("finding", "Decided")),
    "closed": Said("rest", "archive", pgettext_lazy("finding", "Closed")),
}
PASTS = {
    "mended": gettext_lazy("The listing was changed, and what was found is no longer in it."),
    "replaced": gettext_lazy("The listing was changed; a newer finding says what is in it now."),
    "gone": gettext_lazy("The listing is no longer offered."),
}
RULES_STATES = {
    "draft": Said("soon", "pencil", pgettext_lazy("rule set", "Draft")),
    "in_force": Said("done", "check-circle-fill", pgettext_lazy("rule set", "In force")),
    "past": Said("rest", "archive", pgettext_lazy("rule set", "Past")),
}
FINGERPRINT_STATES = {
    "in_force": Said("wait", "fingerprint", pgettext_lazy("fingerprint", "Looked for")),
    "lifted": Said("rest", "unlock", pgettext_lazy("fingerprint", "Lifted")),
    "expired": Said("rest", "archive", pgettext_lazy("fingerprint", "Expired")),
}
FINGERPRINT_ENDS = {
    "appeal": gettext_lazy("the appeal was granted"),
    "right_ended": gettext_lazy("the right has ended"),
    "withdrawn": gettext_lazy("the complaint was withdrawn"),
    "expired": gettext_lazy("its time was up"),
    "operator": gettext_lazy("an operator lifted it"),
}
OPINIONS = {
    "reviewer": pgettext_lazy("who judged a finding", "A reviewer"),
    "appeal": pgettext_lazy("who judged a finding", "An appeal"),
    "holder": pgettext_lazy("who judged a finding", "The rights holder"),
    "case": pgettext_lazy("who judged a finding", "A case"),
}
KINDS = {  # how a protected word or picture was met
    "text:exact": gettext_lazy("written as it is registered"),
    "text:plural": gettext_lazy("in the plural"),
    "text:accented": gettext_lazy("with marks on its letters"),
    "text:traditional": gettext_lazy("in traditional characters"),
    "text:wide": gettext_lazy("in full-width letters"),
    "text:styled": gettext_lazy("in styled letters"),
    "text:invisible": gettext_lazy("with invisible characters between its letters"),
    "text:lookalike": gettext_lazy("with letters that look alike"),
    "text:joined": gettext_lazy("with blanks or marks moved"),
    "text:spelled": gettext_lazy("spelled letter by letter"),
    "text:leet": gettext_lazy("with digits or signs for letters"),
    "text:repeated": gettext_lazy("with letters repeated"),
    "text:compound": gettext_lazy("in one word with another"),
    "text:homophone": gettext_lazy("in characters that sound the same"),
    "text:edited": gettext_lazy("with one letter changed"),
    "text:relisted": gettext_lazy("nearly the title of a listing that was taken down"),
    "picture:same": gettext_lazy("the same picture"),
    "picture:mirrored": gettext_lazy("the same picture, mirrored"),
    "picture:turned": gettext_lazy("the same picture, turned"),
    "picture:part": gettext_lazy("a part of the picture"),
}
CONTEXTS = {  # what the words around a protected word say of it; %(word)s is the one that says so
    "nominative": gettext_lazy("“%(word)s” beside it says what the goods fit."),
    "comparative": gettext_lazy("“%(word)s” beside it compares."),
    "negation": gettext_lazy("“%(word)s” beside it says it is not."),
    "imitative": gettext_lazy("“%(word)s” beside it says it is like it."),
    "replica": gettext_lazy("“%(word)s” offers a replica."),
}
AGREE = {  # what agrees beside a title that came back
    "price": gettext_lazy("Its price agrees too."),
    "text": gettext_lazy("Its description agrees too."),
}


def kind_said(kind: str) -> str:
    """How one signal was met; what a plug-in of its own found is called by its name."""
    return str(KINDS.get(kind, kind))


def combination_said(combination: str) -> list[str]:
    """The kinds of signals that spoke together, each in words."""
    return [kind_said(kind) for kind in combination.split("+") if kind]


def probability_said(probability: float, low: float | None = None, high: float | None = None) -> str:
    """How sure it is, in words everybody reads the same way: of a hundred, so many."""
    sure = of_hundred(probability)
    said = ngettext(
        "Of 100 listings found like this, about %(n)s is what it seems.",
        "Of 100 listings found like this, about %(n)s are what they seem.",
        sure,
    ) % {"n": sure}
    if low is None or high is None:
        return said
    between = gettext("By what people said before, between %(low)s and %(high)s.")
    return moments.sentences([said, between % {"low": _of_hundred(low), "high": _of_hundred(high)}])


def of_hundred(share: float) -> int:
    """A share as so many of a hundred; what is not certain is not said to be."""
    return min(max(_of_hundred(share), 1), 99) if 0 < share < 1 else _of_hundred(share)


def _of_hundred(share: float) -> int:
    return round(100 * min(max(share, 0), 1))
