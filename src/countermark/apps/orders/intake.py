"""What is wrong with an order as somebody is about to record it? All defects at once, before anything is written.

The order itself is not judged: whether it is lawful is for its authority. What is asked is whether it can be carried out and
answered: who ordered what, under which number, about which listings or which shop, where and until when.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from countermark.apps.complaints.pasted import ReadLine, read_pasted
from countermark.apps.orders.models import OrderLine
from countermark.apps.parties.models import Marketplace, Seller
from countermark.apps.parties.selectors import addresses_of
from countermark.core import catalogue, measures
from countermark.core.defect import Defect, unprintable

ON_LISTINGS = measures.RESTRICTIONS[1:]
TAKEN_ANYWAY = ("listing_gone", "already_open", "already_down")  # verdicts of a notice that do not stop an order


@dataclass(frozen=True)
class Received:
    """An order or a decision as it came in, in the words of a form; `received_at` and `until` aware or None."""

    source: str
    kind: str
    marketplace: Marketplace | None
    received_at: datetime | None
    words: str
    authority: str = ""
    country: str = ""
    basis: str = ""
    reference: str = ""
    contact_email: str = ""
    language: str = "en"
    measure: str = ""
    territories: Sequence[str] = ()
    until: datetime | None = None
    until_text: str = ""  # as typed, when it could not be read
    addresses: str = ""
    seller_ref: str = ""
    file: Any = None

    @property
    def is_about_a_shop(self) -> bool:
        return bool(self.seller_ref.strip())


@dataclass(frozen=True)
class Checked:
    """What became of it: everything to mend, every line's verdict, the listings and the shop it is about."""

    defects: tuple[Defect, ...]
    lines: tuple[ReadLine, ...] = ()
    seller: Seller | None = None
    countries: tuple[str, ...] = ()

    @property
    def taken(self) -> tuple[ReadLine, ...]:
        """The lines the order reaches, also listings that are not on sale now."""
        return tuple(line for line in self.lines if is_taken(line))

    @property
    def left_out(self) -> tuple[ReadLine, ...]:
        return tuple(line for line in self.lines if not is_taken(line) and line.code not in ("empty", "duplicate"))


def is_taken(line: ReadLine) -> bool:
    return bool(line.item_id) and (line.is_ready or line.code in TAKEN_ANYWAY)


def check(received: Received, *, at: datetime) -> Checked:
    """Everything there is to mend. Asks the marketplace how the listings stand; writes nothing but their frozen copies."""
    lines = tuple(_lines(received, at))
    seller = _seller(received)
    countries, unknown = _countries(received.territories)
    found = Checked((), lines, seller, countries)
    defects = [
        *_about_who(received),
        *_about_when(received, at),
        *_about_what(received),
        *(Defect("order_territory", "territories", data={"place": place[:20]}) for place in unknown),
        *_about_whom(received, found),
        *_conflicts(received, found),
    ]
    return Checked(tuple(defects), lines, seller, countries)


def _about_who(received: Received) -> Iterator[Defect]:
    most = catalogue.load().number("name_max")
    if received.source == "authority":
        if not received.authority.strip():
            yield Defect("order_authority", "authority")
        elif len(received.authority) > most:
            yield Defect("order_authority_long", "authority", data={"most": most})
        if not _is_country(received.country):
            yield Defect("order_country", "country")
        if not received.reference.strip() or len(received.reference) > 120:
            yield Defect("order_number", "reference", data={"most": 120})
        if received.contact_email and not _is_email(received.contact_email):
            yield Defect("order_email", "contact_email")
    if received.source == "authority" and (not received.basis.strip() or len(received.basis) > 300):
        yield Defect("order_basis", "basis", data={"most": 300})
    if received.source != "authority" and received.basis not in catalogue.load().clauses:
        yield Defect("order_clause", "basis", data={"most": 300})
    if received.language not in dict(settings.LANGUAGES):
        yield Defect("order_language", "language")
    yield from unprintable(
        {name: getattr(received, name) for name in ("authority", "basis", "reference", "words", "seller_ref")}
    )


def _about_when(received: Received, at: datetime) -> Iterator[Defect]:
    if received.received_at is None:
        yield Defect("order_received", "received_at")
    elif received.received_at > at:
        yield Defect("order_received_later", "received_at")
    if received.until_text and received.until is None:
        yield Defect("order_until", "until")
    elif received.until is not None and received.until <= at:
        yield Defect("order_until_past", "until")


def _about_what(received: Received) -> Iterator[Defect]:
    numbers = catalogue.load()
    if received.kind not in ("restrict", "restore", "inform"):
        yield Defect("order_kind", "kind")
    if received.kind == "restrict":
        offered = measures.SHOP_MEASURES if received.is_about_a_shop else ON_LISTINGS
        if received.measure not in (*measures.SHOP_MEASURES, *ON_LISTINGS):
            yield Defect("order_measure", "measure")
        elif received.measure not in offered:
            yield Defect("order_measure_of_shop" if received.is_about_a_shop else "order_measure_of_listing", "measure")
        if received.is_about_a_shop and received.territories:
            yield Defect("order_shop_territory", "territories")
    if len(received.words.strip()) < numbers.number("facts_min"):
        yield Defect("order_words", "words", data={"least": numbers.number("facts_min")})
    elif len(received.words) > numbers.number("facts_max"):
        yield Defect("order_words_long", "words", data={"most": numbers.number("facts_max")})


def _about_whom(received: Received, found: Checked) -> Iterator[Defect]:
    if received.marketplace is None:
        yield Defect("order_place", "marketplace")
        return
    if received.is_about_a_shop and received.addresses.strip():
        yield Defect("order_both", "seller_ref")
    elif received.is_about_a_shop and found.seller is None:
        yield Defect("order_seller", "seller_ref", data={"ref": received.seller_ref[:60]})
    elif not received.is_about_a_shop and not received.addresses.strip():
        yield Defect("order_nothing", "addresses")
    elif received.addresses.strip() and addresses_of(received.marketplace) is None:
        yield Defect("order_no_patterns", "marketplace")
    for line in found.left_out:
        yield Defect("order_line", "addresses", line=line.number, data={"line": line.number})


def _conflicts(received: Received, found: Checked) -> Iterator[Defect]:
    """An order to restore cannot lift what another authority's order holds down: that one is set aside first."""
    if received.kind != "restore" or received.marketplace is None:
        return
    reached = OrderLine.objects.filter(released_at=None, order__source="authority").exclude(measure="")
    if found.seller is not None:
        reached = reached.filter(seller=found.seller)
    else:
        items = [line.item_id for line in found.taken]
        reached = reached.filter(listing__marketplace=received.marketplace, listing__item_id__in=items)
    for number in sorted(set(reached.values_list("order__number", flat=True)))[:10]:
        yield Defect("order_conflict", "kind", data={"number": number})


def _lines(received: Received, at: datetime) -> Sequence[ReadLine]:
    place = received.marketplace
    if place is None or not received.addresses.strip() or addresses_of(place) is None:
        return ()
    return read_pasted(received.addresses, marketplace=place, mode="listing", right_id=None, holder_id=None, at=at)


def _seller(received: Received) -> Seller | None:
    if received.marketplace is None or not received.is_about_a_shop:
        return None
    return Seller.objects.filter(
        marketplace=received.marketplace, ref=received.seller_ref.strip().replace("\0", "")
    ).first()


def _countries(territories: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    named = [place.strip().upper() for place in territories if place.strip()]
    unknown = [place for place in named if place != "*" and not _is_territory(place)]
    return (() if unknown else measures.countries(named)), unknown


def _is_territory(place: str) -> bool:
    return place in catalogue.load().territories or _is_country(place)


def _is_country(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
