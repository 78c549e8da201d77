"""How the parts of an order are said: what it lays on whom, how it ended, what happened to it. In the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from countermark.apps.orders.models import Order
from countermark.apps.work import moments
from countermark.core import measures

ON_LISTING = {
    "demote": gettext_lazy("Show it last, recommend it nowhere"),
    "pause": gettext_lazy("Hide it from buyers"),
    "remove": gettext_lazy("Take it down"),
}
ON_SHOP = {
    "freeze_funds": gettext_lazy("Hold back what is due to the seller"),
    "suspend": gettext_lazy("Suspend the shop: show and sell nothing of it"),
    "close": gettext_lazy("Close the shop for good"),
}
MEASURES = {**ON_LISTING, **ON_SHOP}
DONE = {
    "demote": gettext_lazy("The listing is shown last and recommended nowhere; it can still be bought."),
    "pause": gettext_lazy("The listing is hidden from buyers."),
    "remove": gettext_lazy("The listing is taken down."),
    "freeze_funds": gettext_lazy("Nothing is paid out for the time being."),
    "suspend": gettext_lazy("The shop is suspended: nothing of it is shown or sold."),
    "close": gettext_lazy("The shop is closed for good."),
}
LIFTED = {
    "demote": gettext_lazy("It is shown in its usual place again, unless something else speaks against it."),
    "pause": gettext_lazy("It is shown again, unless something else speaks against it."),
    "remove": gettext_lazy("It is put back, unless something else speaks against it."),
    "freeze_funds": gettext_lazy("What was held back is paid out, unless something else speaks against it."),
    "suspend": gettext_lazy("The shop is open again, unless something else speaks against it."),
    "close": gettext_lazy(
        "Closing cannot be undone: the contract has ended and buyers have gone elsewhere. The shop may be opened anew."
    ),
}
KINDS = {
    "restrict": pgettext_lazy("order", "To act against listings or a shop"),
    "restore": pgettext_lazy("order", "To put back what was restricted"),
    "inform": pgettext_lazy("order", "To give information"),
    "case": pgettext_lazy("order", "It decides one case"),
}
HOW_ENDED = {
    "set_aside": pgettext_lazy("order", "set aside"),
    "expired": pgettext_lazy("order", "ended at its time"),
    "done": pgettext_lazy("order", "carried out"),
    "mended": pgettext_lazy("order", "the listing was changed"),
}
EVENTS = {
    "received": pgettext_lazy("order", "The order was recorded."),
    "decided": pgettext_lazy("order", "The decision was recorded."),
    "carried_out": pgettext_lazy("order", "The marketplace has confirmed all of it."),
    "told": pgettext_lazy("order", "The seller was told."),
    "receipt": pgettext_lazy("order", "The authority was told."),
    "answered": pgettext_lazy("order", "The information was given."),
    "set_aside": pgettext_lazy("order", "It was set aside; what it asked is released."),
    "expired": pgettext_lazy("order", "Its time was up; what it asked is released."),
    "appealed": pgettext_lazy("order", "The seller appealed."),
    "appeal_won": pgettext_lazy("order", "The appeal was granted; what lay on this seller is released."),
    "appeal_lost": pgettext_lazy("order", "The appeal was not granted."),
    "confirmed": pgettext_lazy("order", "A person looked at it; it stands."),
    "mended": pgettext_lazy("order", "The listing was changed and shows it no longer; what was asked is released."),
}
LETTERS = {
    "receipt": pgettext_lazy("order", "Receipt"),
    "effect": pgettext_lazy("order", "What was done"),
    "told": pgettext_lazy("order", "What was done and why"),
    "ended": pgettext_lazy("order", "It has ended"),
    "appeal": pgettext_lazy("order", "The appeal has arrived"),
    "answer": pgettext_lazy("order", "The answer to the appeal"),
}


def where(order: Order) -> str:
    """In which countries."""
    countries = list(order.countries)
    if not countries:
        return gettext("everywhere")
    if tuple(countries) == measures.countries(["EU"]):
        return gettext("in the European Union")
    return gettext("in %(places)s") % {"places": moments.joined(countries)}


def until(order: Order) -> str:
    """How long."""
    if order.until is None:
        return gettext("until it is set aside")
    return gettext("until %(moment)s") % {"moment": moments.moment(order.until, order.marketplace.zone)}


def who(order: Order) -> str:
    """Whose order it is."""
    if order.source == "operator":
        return gettext("our own decision")
    if order.source == "screening":
        return gettext("our own screening")
    return f"{order.authority} ({order.country})" if order.country else order.authority
