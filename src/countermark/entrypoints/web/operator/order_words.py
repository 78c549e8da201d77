"""How are the defects of an order said, each with the way to mend it?"""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy

from countermark.core.defect import Defect
from countermark.entrypoints.web.operator.words import Fault, said

DEFECTS = {
    "order_authority": (gettext_lazy("Nothing says who ordered it."), gettext_lazy("Write the court or authority.")),
    "order_authority_long": (
        gettext_lazy("The name of the authority is too long."),
        gettext_lazy("It may have %(most)s characters."),
    ),
    "order_country": (
        gettext_lazy("Nothing says whose authority it is."),
        gettext_lazy("Write its country by two capital letters, such as DE."),
    ),
    "order_number": (
        gettext_lazy("The number of the order is missing or too long."),
        gettext_lazy("Write the one the authority gave it, up to %(most)s characters."),
    ),
    "order_email": (
        gettext_lazy("This is no e-mail address."),
        gettext_lazy("Mend it, or leave it empty and send the printed receipt."),
    ),
    "order_basis": (
        gettext_lazy("The legal basis is missing or too long."),
        gettext_lazy("Write the law and article that the order names, up to %(most)s characters."),
    ),
    "order_clause": (
        gettext_lazy("No rule is chosen."),
        gettext_lazy("Choose the one that was broken; the seller reads it."),
    ),
    "order_language": (gettext_lazy("This language is not offered."), gettext_lazy("Choose one of the list.")),
    "order_received": (
        gettext_lazy("Nothing says when it reached you."),
        gettext_lazy("Write the day and the hour."),
    ),
    "order_received_later": (
        gettext_lazy("It cannot have reached you after now."),
        gettext_lazy("Write when it came in."),
    ),
    "order_until": (
        gettext_lazy("Its end cannot be read."),
        gettext_lazy("Write day and hour, or leave it empty: then it holds until it is set aside."),
    ),
    "order_until_past": (gettext_lazy("Its end has passed already."), gettext_lazy("Write a later one.")),
    "order_kind": (gettext_lazy("Nothing says what was ordered."), gettext_lazy("Choose one.")),
    "order_measure": (gettext_lazy("Nothing says what has to be done."), gettext_lazy("Choose one.")),
    "order_measure_of_shop": (
        gettext_lazy("This cannot be done to a whole shop."),
        gettext_lazy("Choose what is done to a shop, or name its listings."),
    ),
    "order_measure_of_listing": (
        gettext_lazy("This cannot be done to a single listing."),
        gettext_lazy("Choose what is done to a listing, or name the shop."),
    ),
    "order_territory": (
        gettext_lazy("“%(place)s” is no territory."),
        gettext_lazy("Write countries by two capital letters, or EU; nothing means everywhere."),
    ),
    "order_shop_territory": (
        gettext_lazy("A shop cannot be restricted in some countries only."),
        gettext_lazy("Leave the countries empty, or name its listings."),
    ),
    "order_place": (gettext_lazy("Nothing says at which marketplace."), gettext_lazy("Choose one.")),
    "order_both": (
        gettext_lazy("It names both listings and a shop."),
        gettext_lazy("Record two orders, or take one of them out."),
    ),
    "order_seller": (
        gettext_lazy("The shop “%(ref)s” is not known at this marketplace."),
        gettext_lazy("Write the number or name the marketplace calls it by."),
    ),
    "order_nothing": (
        gettext_lazy("Nothing says what it is about."),
        gettext_lazy("Paste the addresses of the listings, one a line, or name the shop."),
    ),
    "order_no_patterns": (
        gettext_lazy("Nobody has described the addresses of this marketplace."),
        gettext_lazy("Describe them under Marketplaces first."),
    ),
    "order_line": (
        gettext_lazy("Line %(line)s names no listing of this marketplace."),
        gettext_lazy("Mend it or take it out."),
    ),
    "order_conflict": (
        gettext_lazy("Order %(number)s of an authority holds it down."),
        gettext_lazy("An order to restore does not lift another one. Set that one aside first, if it has been lifted."),
    ),
    "order_words": (
        gettext_lazy("What is ordered, and why, is missing or too short."),
        gettext_lazy("Write at least %(least)s characters; the seller reads them."),
    ),
    "order_words_long": (gettext_lazy("The text is too long."), gettext_lazy("It may have %(most)s characters.")),
    "order_answer": (
        gettext_lazy("Nothing says which information was given."),
        gettext_lazy("Write what you gave, to whom and how."),
    ),
}


def faults_of_order(defects: Iterable[Defect]) -> list[Fault]:
    """The defects in the reader's language, each leading to its field."""
    return [Fault(*_said(defect), f"id_{defect.field}") for defect in defects]


def _said(defect: Defect) -> tuple[str, str]:
    if defect.code not in DEFECTS:
        return said(defect.code, dict(defect.data))
    what, way_out = DEFECTS[defect.code]
    return str(what) % defect.data, str(way_out) % defect.data
