"""A marketplace's side of Countermark's signed REST protocol. Implement `Shop`, mount `signed_rest(shop, [secret])`."""

from countermark_shop.door import Answer, Request, answer
from countermark_shop.shop import (
    NONE,
    Book,
    Call,
    Listing,
    Offers,
    Picture,
    Restriction,
    Seller,
    Shop,
    ShopStanding,
    Standing,
)
from countermark_shop.signature import NotAuthorised, sign
from countermark_shop.words import Measure, Own, ShopMeasure, State
from countermark_shop.wsgi import raw_path, signed_rest

__all__ = [
    "NONE",
    "Answer",
    "Book",
    "Call",
    "Listing",
    "Measure",
    "NotAuthorised",
    "Offers",
    "Own",
    "Picture",
    "Request",
    "Restriction",
    "Seller",
    "Shop",
    "ShopMeasure",
    "ShopStanding",
    "Standing",
    "State",
    "answer",
    "raw_path",
    "sign",
    "signed_rest",
]
