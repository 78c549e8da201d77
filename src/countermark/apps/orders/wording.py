"""What stands in a letter about an order, and on its printed receipt. Called with the reader's language in force.

The authority reads what was done and when; the shop what was done, where, until when, by whose order, why, and what it can
do against it (DSA art. 9(5) and 17(3)). Neither reads anything of the other but what the order itself says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext, ngettext

from countermark.apps.orders.models import OWN, Order, OrderLetter, OrderLine
from countermark.apps.orders.words import DONE, LIFTED, until, where
from countermark.apps.parties.models import Seller
from countermark.apps.work import moments
from countermark.apps.work.sealing import Erased, unseal
from countermark.core import catalogue

SHOWN = 50  # listings named in a letter; the others are counted


class Letter(NamedTuple):
    """A subject, paragraphs of sentences, and for a shop the way to its page."""

    subject: str
    greeting: str
    blocks: tuple[tuple[str, ...], ...]
    foot: str
    link: str = ""
    label: str = ""


def letter(row: OrderLetter, link: str = "") -> Letter:
    """The letter of this row; `link` leads its shop to the page of the measure."""
    order = row.order
    if row.seller is None:
        return _to_authority(order, row.what)
    said = _to_shop(order, row.seller, row.what)
    may_appeal = row.what == "told" and order.source in OWN and order.measure
    label = gettext("Read it on our pages, and appeal:") if may_appeal else gettext("Read it on our pages:")
    return said._replace(link=link, label=label)


def as_text(said: Letter) -> str:
    """The letter as plain text."""
    link = [f"{said.label}\n{said.link}"] if said.link else []
    blocks = [said.greeting, *("\n".join(block) for block in said.blocks if block), *link, f"-- \n{said.foot}"]
    return "\n\n".join(blocks) + "\n"


# --- to the authority -----------------------------------------------------------------------------------------------------


def _to_authority(order: Order, what: str) -> Letter:
    subject = {
        "receipt": gettext("Receipt %(number)s for your order %(reference)s"),
        "effect": gettext("%(number)s: what was done on your order %(reference)s"),
        "ended": gettext("%(number)s: your order %(reference)s is no longer carried out"),
    }[what]
    blocks = [tuple(receipt_lines(order))]
    if what == "effect":
        blocks.append(tuple(effect_lines(order)))
    if what == "ended":
        blocks.append(tuple(ended_lines(order)))
    numbers = {"number": order.number, "reference": order.reference}
    return Letter(
        subject % numbers, gettext("To %(authority)s") % {"authority": order.authority}, tuple(blocks), _foot()
    )


def receipt_lines(order: Order) -> Iterator[str]:
    """What was received, when, and under which number we keep it."""
    zone = order.marketplace.zone
    yield gettext("Your order %(reference)s reached us on %(moment)s. We keep it as %(number)s.") % {
        "reference": order.reference,
        "moment": moments.moment(order.received_at, zone),
        "number": order.number,
    }
    yield gettext("Legal basis named in it: %(basis)s.") % {"basis": order.basis}
    count = order.lines.exclude(listing=None).count()
    if count:
        yield ngettext("It is about %(n)s listing at %(place)s.", "It is about %(n)s listings at %(place)s.", count) % {
            "n": count,
            "place": order.marketplace.name,
        }
    for line in order.lines.exclude(seller=None).select_related("seller"):
        yield gettext("It is about the shop %(shop)s at %(place)s.") % {
            "shop": line.seller,
            "place": order.marketplace.name,
        }
    if order.kind == "restrict":
        yield scope(order)
    yield gettext("It has been passed on to be carried out. We tell you when that is done.")


def scope(order: Order) -> str:
    """Where and how long it holds."""
    return gettext("It holds %(where)s, %(until)s.") % {"where": where(order), "until": until(order)}


def effect_lines(order: Order) -> Iterator[str]:
    """If and when effect was given, listing by listing (DSA art. 9(1), art. 10(1))."""
    zone = order.marketplace.zone
    if order.kind == "inform":
        when = moments.moment(order.ended_at, zone) if order.ended_at else ""
        yield gettext("The information you ordered was given on %(moment)s.") % {"moment": when}
        return
    lines = list(order.lines.select_related("listing", "seller").order_by("pk"))
    for line in lines[:SHOWN]:
        yield effect_of(order, line)
    if len(lines) > SHOWN:
        yield gettext("… and %(n)s more, all of them confirmed.") % {"n": len(lines) - SHOWN}


def effect_of(order: Order, line: OrderLine) -> str:
    """One line of it: what stands where, since when."""
    thing = str(line.seller) if line.seller else (line.listing.url if line.listing else "")
    if line.effect_at is None:
        return gettext("%(thing)s: not confirmed yet.") % {"thing": thing}
    when = moments.moment(line.effect_at, order.marketplace.zone)
    if line.effect in ("gone", "deleted_by_seller"):
        return gettext("%(thing)s: it is no longer offered (seen %(moment)s).") % {"thing": thing, "moment": when}
    return gettext("%(thing)s: done, confirmed %(moment)s.") % {"thing": thing, "moment": when}


def ended_lines(order: Order) -> Iterator[str]:
    """Why it is no longer carried out."""
    when = moments.moment(order.ended_at, order.marketplace.zone) if order.ended_at else ""
    if order.ended_how == "expired":
        yield gettext("The time for which it was given was up on %(moment)s.") % {"moment": when}
    elif order.ended_how == "mended":
        yield gettext("The listing was changed, and what was found is no longer in it. It ended on %(moment)s.") % {
            "moment": when
        }
    else:
        yield gettext("It was set aside on %(moment)s.") % {"moment": when}


# --- to the shop ----------------------------------------------------------------------------------------------------------


def _to_shop(order: Order, seller: Seller, what: str) -> Letter:
    subject = {
        "told": gettext("%(number)s: what was done to your offers, and why"),
        "ended": gettext("%(number)s has ended"),
        "appeal": gettext("%(number)s: your appeal has arrived"),
        "answer": gettext("%(number)s: the answer to your appeal"),
    }[what] % {"number": order.number}
    greeting = gettext("To %(shop)s at %(place)s") % {"shop": seller.name, "place": order.marketplace.name}
    written = {"told": statement, "ended": _ended, "appeal": _arrived, "answer": _answered}[what]
    blocks = written(order, seller)
    return Letter(subject, greeting, tuple(tuple(block) for block in blocks), _foot())


def statement(order: Order, seller: Seller) -> Iterator[list[str]]:
    """The statement of reasons: what, where, how long, whose, why, and what can be done against it."""
    yield [str(DONE[order.measure]), scope(order)] if order.measure else [gettext("What was restricted is put back.")]
    yield list(_things(order, seller))
    yield list(whose(order))
    text = unseal(order.words)
    yield [text if not isinstance(text, Erased) else _erased()]
    if order.measure:
        yield list(redress(order))


def _things(order: Order, seller: Seller) -> Iterator[str]:
    lines = list(order.lines.filter(listing__seller=seller).select_related("listing").order_by("pk"))
    for line in lines[:SHOWN]:
        if line.listing is not None:
            yield f"{line.listing.title or line.listing.item_id} — {line.listing.url}"
    if len(lines) > SHOWN:
        yield gettext("… and %(n)s more.") % {"n": len(lines) - SHOWN}


def whose(order: Order) -> Iterator[str]:
    """By whose order, on which ground, found by a person."""
    if order.source == "authority":
        yield gettext("We acted on order %(reference)s of %(authority)s, which names %(basis)s.") % {
            "reference": order.reference,
            "authority": order.authority,
            "basis": order.basis,
        }
    else:
        clause = catalogue.load().clauses.get(order.basis)
        yield gettext("We acted on our own decision, by rule %(clause)s: %(rule)s") % {
            "clause": order.basis,
            "rule": gettext(clause) if clause else "",
        }
    yield how_decided(order)


def how_decided(order: Order) -> str:
    """Whether software found it, and whether it decided (DSA art. 17(3)(c))."""
    if order.source != "screening":
        return gettext("A person decided; no software did.")
    if order.recorded_by_id is not None:
        return gettext("We looked on our own initiative: software found the listing; a person decided.")
    if order.events.filter(event="confirmed").exists():
        return gettext(
            "We looked on our own initiative: software found the listing and decided; a person has looked at it since."
        )
    return gettext(
        "We looked on our own initiative: software found the listing and decided; no person has looked at it yet."
    )


def redress(order: Order) -> Iterator[str]:
    """What the shop can do against it."""
    if order.source == "authority":
        yield gettext(
            "You can turn against the order where it came from, or go to court. We carry it out until it is set aside."
        )
        return
    if order.source == "screening":
        yield gettext("You can appeal free of charge within six months. A person who had no part in it looks at it.")
    else:
        yield gettext("You can appeal free of charge within six months. Another person than who decided looks at it.")
    yield elsewhere()


def _arrived(order: Order, seller: Seller) -> Iterator[list[str]]:
    appeal, zone = order.appeals.get(seller=seller), order.marketplace.zone
    yield [gettext("Your appeal reached us on %(moment)s.") % {"moment": moments.moment(appeal.filed_at, zone)}]
    yield [
        gettext("Another person than who decided looks at it, by %(until)s; you are told how it ends, with reasons.")
        % {"until": moments.deadline(appeal.due_at, zone)},
        gettext("Until then everything stays as it is. It costs nothing."),
    ]


def _answered(order: Order, seller: Seller) -> Iterator[list[str]]:
    """How an appeal ended and why (DSA art. 20(5)); where one can turn after it."""
    appeal = order.appeals.select_related("answer__key").get(seller=seller)
    text = unseal(appeal.answer)
    yield from appeal_answer(order, bool(appeal.granted), text if not isinstance(text, Erased) else _erased())


def appeal_answer(order: Order, granted: bool, words: str) -> Iterator[list[str]]:
    """The answer to an appeal as it is sent, with these reasons."""
    if granted:
        yield [gettext("Your appeal is granted: the decision was wrong."), str(LIFTED[order.measure])]
        yield [words]
        return
    yield [gettext("Your appeal is not granted: the decision stands.")]
    yield [words]
    yield [gettext("Another person than who decided has looked at it; no software did."), elsewhere()]


def elsewhere() -> str:
    """Where a shop can turn besides us (DSA art. 20(5) and 21)."""
    return gettext("You can also turn to a certified body for settlement out of court, or go to court.")


def _erased() -> str:
    return gettext("Its text has been erased.")


def _ended(order: Order, seller: Seller) -> Iterator[list[str]]:
    yield [*ended_lines(order)]
    if order.measure:
        yield [str(LIFTED[order.measure])]


def _foot() -> str:
    return gettext("Sent by the rights desk. Answers to this address are read by people.")
