"""How is what a holder has looked for, and what was found under its rights, said to a person? And what ties sellers together?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from countermark.apps.screening.models import SellerLink
from countermark.apps.screening.words import Said
from countermark.apps.work import moments

REFERENCE_STATES = {
    "pending": Said("wait", "hourglass-split", pgettext_lazy("word or picture to look for", "Being verified")),
    "in_force": Said("done", "search", pgettext_lazy("word or picture to look for", "Looked for")),
    "returned": Said("you", "person-fill", pgettext_lazy("word or picture to look for", "Sent back to you")),
    "ended": Said("rest", "archive", pgettext_lazy("word or picture to look for", "Ended")),
}
REFERENCE_KINDS = {
    "word": pgettext_lazy("what is looked for", "Word"),
    "picture": pgettext_lazy("what is looked for", "Picture"),
}
BECAME = {
    "stopped": Said("done", "x-octagon", pgettext_lazy("what became of a listing", "Taken down")),
    "waiting": Said("wait", "eye", pgettext_lazy("what became of a listing", "A reviewer looks at it")),
    "told": Said("rest", "megaphone", pgettext_lazy("what became of a listing", "The marketplace was told")),
    "put_back": Said("rest", "arrow-counterclockwise", pgettext_lazy("what became of a listing", "Put back")),
    "released": Said("rest", "unlock", pgettext_lazy("what became of a listing", "You let it go")),
    "mended": Said("rest", "pencil", pgettext_lazy("what became of a listing", "Changed, or no longer offered")),
}
DEFECTS = {
    "reference_nothing": (
        gettext_lazy("Neither a word nor a picture is given."),
        gettext_lazy("Write at least one word, or add a picture."),
    ),
    "reference_right_not_verified": (
        gettext_lazy("%(right)s is not verified, or not in force any more."),
        gettext_lazy("Choose a right that is verified and in force."),
    ),
    "reference_right_ended": (
        gettext_lazy("%(right)s is not in force any more."),
        gettext_lazy("Send it back, and say so."),
    ),
    "reference_words_elsewhere": (
        gettext_lazy("This kind of right protects no words."),
        gettext_lazy("Register words under a trademark."),
    ),
    "reference_word_long": (
        gettext_lazy("This word is too long, or holds characters nobody can see."),
        gettext_lazy("Write up to %(max)s visible characters."),
    ),
    "reference_word_short": (
        gettext_lazy("A word this short would be found everywhere."),
        gettext_lazy("Write at least %(min)s letters or digits."),
    ),
    "reference_word_known": (
        gettext_lazy("“%(word)s” is registered under this right already."),
        gettext_lazy("Leave it out; upper and lower case make no difference."),
    ),
    "reference_picture_known": (
        gettext_lazy("%(name)s is registered under this right already."),
        gettext_lazy("Leave it out."),
    ),
    "reference_picture_unreadable": (
        gettext_lazy("%(name)s is no picture that can be compared."),
        gettext_lazy("Send it as JPG or PNG."),
    ),
    "reference_picture_plain": (
        gettext_lazy("%(name)s is too plain to be recognised in anything."),
        gettext_lazy("Send a picture on which more can be seen, such as the product itself."),
    ),
    "references_too_many": (
        gettext_lazy("With these the right would have %(count)s words and pictures, and %(max)s are allowed."),
        gettext_lazy("End what is no longer needed."),
    ),
    "reference_note_missing": (
        gettext_lazy("Nothing says why it is sent back."),
        gettext_lazy("Write what its holder has to mend."),
    ),
    "identifier_says_nothing": (
        gettext_lazy("This value is too short, or a placeholder."),
        gettext_lazy("Leave it out: what many sellers have says nothing about one."),
    ),
    "identifiers_too_many": (
        gettext_lazy("These are %(count)s identifiers, and %(max)s are kept of a seller."),
        gettext_lazy("Send those that are used now."),
    ),
    "allowed_seller_unknown": (
        gettext_lazy("No such seller is known at this marketplace."),
        gettext_lazy("Write the id that stands in the address of the shop."),
    ),
}  # fmt: skip
SHARED = {  # kind of identifier -> what both gave the marketplace
    "phone": gettext_lazy("the same telephone number"),
    "email": gettext_lazy("the same e-mail address"),
    "bank": gettext_lazy("the same bank account"),
    "tax": gettext_lazy("the same tax number"),
    "address": gettext_lazy("the same address"),
    "device": gettext_lazy("the same device"),
    "document": gettext_lazy("the same identity document or licence"),
}


def defect_said(code: str, data: Mapping[str, object]) -> tuple[str, str]:
    """A defect as (what is wrong, how to mend it)."""
    what, cure = DEFECTS[code]
    return str(what) % data, str(cure) % data


def link_said(link: SellerLink) -> list[str]:
    """Why two sellers may be one, a sentence for each reason. What the things are is not said: nobody here knows."""
    return list({"identifier": _identifiers, "picture": _pictures, "text": _texts}[link.kind](link.evidence))


def link_brief(rows: Iterable[SellerLink]) -> list[str]:
    """The same for a list: everything of one kind in one sentence, without how many others have it."""
    return [sentence for row in rows for sentence in _brief(row)]


def _brief(row: SellerLink) -> list[str]:
    if row.kind != "identifier":
        return link_said(row)
    shared = dict.fromkeys(str(SHARED[one["kind"]]) for one in row.evidence["identifiers"])
    return [gettext("Both gave the marketplace %(what)s.") % {"what": moments.joined(shared)}] if shared else []


def _identifiers(evidence: Mapping[str, Any]) -> Iterator[str]:
    for one in evidence["identifiers"]:
        said = gettext("Both gave the marketplace %(what)s.") % {"what": SHARED[one["kind"]]}
        yield moments.sentences([said, _others(one["sellers"])])


def _others(sellers: int) -> str:
    """How many beside the two have it too: the more, the less it says."""
    beside = sellers - 2
    if beside < 1:
        return ""
    said = ngettext("One more seller has it, too.", "%(n)s more sellers have it, too.", beside)
    return said % {"n": beside}


def _pictures(evidence: Mapping[str, Any]) -> Iterator[str]:
    count = evidence["count"]
    said = ngettext(
        "Both show one picture that hardly anybody else shows.",
        "Both show the same %(n)s pictures that hardly anybody else shows.",
        count,
    )
    yield said % {"n": count}


def _texts(evidence: Mapping[str, Any]) -> Iterator[str]:
    yield gettext("Their descriptions share sentences that hardly anybody else uses.")


def strength_said(strength: float) -> str:
    """How strong a link is, in three words everybody reads the same way."""
    if strength >= 0.9:
        return gettext("very strong")
    return gettext("strong") if strength >= 0.6 else gettext("weak")


# --- links as a whole -----------------------------------------------------------------------------------------------------

LINK_KINDS = {
    "identifier": pgettext_lazy("evidence of a link", "What a marketplace knows"),
    "picture": pgettext_lazy("evidence of a link", "Pictures"),
    "text": pgettext_lazy("evidence of a link", "Texts"),
}
LINK_STATES = {
    "suggested": Said("wait", "question-circle", pgettext_lazy("a link between sellers", "Suggested")),
    "confirmed": Said("done", "check-circle-fill", pgettext_lazy("a link between sellers", "Confirmed")),
    "denied": Said("rest", "x-circle", pgettext_lazy("a link between sellers", "Denied")),
}
HOW_STRONG = {
    "counts": pgettext_lazy("a link between sellers", "Counts"),
    "weak": pgettext_lazy("a link between sellers", "Too weak to count"),
}
LINK_SAID = {  # what a person said of two sellers
    "denied": Said("rest", "x-circle", gettext_lazy("They are not one")),
    "taken_back": Said("rest", "arrow-counterclockwise", gettext_lazy("The denial is taken back")),
    "confirmed": Said("done", "check-circle-fill", gettext_lazy("They belong together")),
    "unconfirmed": Said("rest", "arrow-counterclockwise", gettext_lazy("The confirmation is taken back")),
}
COUNTS = gettext_lazy(
    "What was taken down for good at one of them and is put up by the other goes down the fast way, without a reviewer first. "
    "Its seller is told why, and can contest it."
)
FOLLOWS = {  # state -> what follows
    "suggested": gettext_lazy("It counts by its evidence."),
    "confirmed": gettext_lazy("It counts, because a person confirmed it."),
    "denied": gettext_lazy(
        "It does not count, whatever is found later, neither directly nor over others. What comes back is for a reviewer first."
    ),
}


def link_follows(state: str, *, counts: bool) -> list[str]:
    """What a link between two sellers leads to."""
    if state == "suggested" and not counts:
        return [gettext("By itself it is too weak to count: nothing follows from it.")]
    return [str(FOLLOWS[state]), *([str(COUNTS)] if counts else [])]
