"""What does the desk read of an oscar shop? The protocol `Shop`: a product and its partner become a listing and its seller."""

from __future__ import annotations

from contextlib import AbstractContextManager
from html import unescape
from typing import Any
from urllib.parse import urljoin

from countermark_shop import Book, Call, Listing, Measure, Offers, Picture, Seller, ShopMeasure, ShopStanding
from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.module_loading import import_string
from django.utils.translation.trans_real import to_language
from oscar.core.loading import get_model

from countermark_oscar import book, offers
from countermark_oscar.models import Restriction
from countermark_oscar.offers import Offer

# oscar pays nobody out, so there are no funds to freeze; it shows every visitor the same catalogue, so there are no territories
CAN = Offers(frozenset(Measure), frozenset({ShopMeasure.SUSPEND, ShopMeasure.CLOSE}))


class OscarShop:
    """`base` is the address of the shop's front page, as visitors reach it."""

    def __init__(self, base: str) -> None:
        self._base = base

    def offers(self) -> Offers:
        return CAN

    def listing(self, item_id: str) -> Listing | None:
        offer = offers.find(item_id)
        return self._described(offer) if offer else None

    def shop_standing(self, seller_id: str) -> ShopStanding | None:
        partner = book.partner_of(seller_id)
        return book.laid_on(partner) if partner else None

    def book(self, call: Call) -> AbstractContextManager[Book]:
        return book.opened()

    def _described(self, offer: Offer) -> Listing:
        product, row = offer.product, Restriction.objects.filter(item_id=offer.item_id).first()
        return Listing(
            id=offer.item_id,
            url=self._absolute(page_of(offer)),
            title=product.get_title(),
            text=_plain(product.description or (product.parent.description if product.parent else "")),
            price=_price(offer.records),
            pictures=tuple(Picture(self._absolute(one.original.url)) for one in product.get_all_images()),
            seller=seller_of(offer.partner_id),
            standing=book.standing_of(offer, row),
        )

    def _absolute(self, path: str) -> str:
        return urljoin(self._base, path)


def page_of(offer: Offer) -> str:
    """Where visitors find it: the product page; one partner's offer has an address of its own that leads there."""
    if "-" in offer.item_id:
        return reverse("countermark-offer", args=[offer.item_id])
    return str(offer.product.get_absolute_url())


def seller_of(partner_id: int) -> Seller:
    """Return the partner. oscar keeps no address of one: its first user is written to, or whom COUNTERMARK_CONTACT names."""
    language = _bcp47(settings.LANGUAGE_CODE)
    partner = get_model("partner", "Partner").objects.filter(pk=partner_id).first()
    if partner is None:
        return Seller(str(partner_id), "", None, language)
    contact = getattr(settings, "COUNTERMARK_CONTACT", None)
    told = import_string(contact)(partner) if contact else _first_user(partner)
    return Seller(str(partner.pk), partner.display_name, told.get("email") or None, told.get("language") or language)


def _first_user(partner: Any) -> dict[str, str]:
    user = partner.users.order_by("pk").first()
    return {"email": user.email} if user else {}


def _price(records: list[Any]) -> tuple[str, str] | None:
    for record in records:
        price = book.plain_strategy().fetch_for_product(record.product, record).price
        if price.exists:
            return str(price.incl_tax if price.is_tax_known else price.excl_tax), price.currency
    return None


def _plain(html: str) -> str:
    return unescape(strip_tags(html)).strip()


def _bcp47(code: str) -> str:
    """zh-hans as Django writes it is zh-Hans."""
    language, *rest = to_language(code).split("-")
    return "-".join([language, *(part.title() if len(part) == 4 else part.upper() for part in rest)])
