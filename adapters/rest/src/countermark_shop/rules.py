"""May this call act? Once, newest, and never on what is the seller's own.

Rule 1, once: a call is known by its kind, its subject and its reference. One that was written down before acts no second
time, however late it comes; one that comes again for something else is refused.
Rule 2, newest: no call acts that was signed before the newest one carried out on the same listing, or on the same measure
of the same shop. A request that hung in a queue takes nothing down that was put back since.
Rule 3, not ours: what the seller deleted is left alone.

This file does not know how anything is stored, signed or told.
"""

from countermark_shop.shop import Book, Call, Offers, ShopStanding, Standing
from countermark_shop.words import Own


class ReferenceReused(Exception):
    """This reference was used for something else on the same subject."""


class CannotBeUndone(Exception):
    """The marketplace carries this measure out once and for all."""


def carry_out(book: Book, call: Call) -> Standing | None:
    """Do to a listing what is asked, if it may act; return how it stands now, None when there is no such listing."""
    before = book.standing(call.id)
    if before is None or _came_before(book, call):
        return before
    acts = before.own is not Own.DELETED and call.signed_at >= before.newest
    book.write_down(call, acted=acts)
    if not acts:
        return before
    book.restrict(call)
    return book.standing(call.id)


def carry_out_on_shop(book: Book, call: Call, offers: Offers) -> ShopStanding | None:
    """Do to a seller's shop what is asked, if it may act; return what lies on it now, None when there is no such seller."""
    before = book.shop_standing(call.id)
    if before is None or call.measure is None:
        return None
    if call.kind == "reverse" and call.measure in offers.cannot_undo:
        raise CannotBeUndone(call.measure)
    if _came_before(book, call):
        return before
    acts = call.signed_at >= before.newest.get(call.measure, 0)
    book.write_down(call, acted=acts)
    if not acts:
        return before
    book.set_shop(call)
    return book.shop_standing(call.id)


def _came_before(book: Book, call: Call) -> bool:
    asked = book.asked_before(call)
    if asked is not None and asked != call.asks:
        raise ReferenceReused(call.reference)
    return asked is not None
