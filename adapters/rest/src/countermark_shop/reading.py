"""What is asked in this request? A path and a body become a question or a `Call`, or are refused with the way out.

Unknown fields, doubled keys, NaN and what is not offered are refused here, before anything is touched.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote

from countermark_shop.shop import Call, Offers, Restriction
from countermark_shop.words import Measure, ShopMeasure

Word = TypeVar("Word", bound=StrEnum)

MAX_REFERENCE = 200
MAX_REASON = 2000
MAX_COUNTRIES = 300  # ISO 3166-1 has 249


class NotAccepted(Exception):
    """What was sent cannot be meant; the text says what to send."""


class NoSuchPath(Exception):
    """No address of this protocol."""


class WrongMethod(Exception):
    """This address is not asked so; `allowed` says how."""

    def __init__(self, allowed: str) -> None:
        self.allowed = allowed
        super().__init__(allowed)


@dataclass(frozen=True, slots=True)
class Place:
    """An address of the protocol: `about` is offers, item or seller; `rest` what of it."""

    about: str
    id: str = ""
    rest: str = ""


_FORMS = (
    (re.compile(r"/offers"), "offers"),
    (re.compile(r"/items/(?P<id>[^/]+)(?P<rest>/measures)?"), "item"),
    (re.compile(r"/sellers/(?P<id>[^/]+)(?P<rest>/measures(?:/[a-z_]+)?)?"), "seller"),
)


def place_of(path: str) -> Place:
    """Read a path as it was sent, what stands before `/items`, `/sellers` or `/offers` taken off."""
    for form, about in _FORMS:
        if found := form.fullmatch(path):
            groups = found.groupdict()
            return Place(about, unquote(groups.get("id") or ""), groups.get("rest") or "")
    raise NoSuchPath(path)


def call_of(method: str, place: Place, query: str, body: bytes, signed_at: int, offers: Offers) -> Call:
    """Read a request that changes something."""
    if place.about == "item":
        return _about_item(method, place, query, body, signed_at, offers)
    return _about_seller(method, place, query, body, signed_at, offers)


def _about_item(method: str, place: Place, query: str, body: bytes, signed_at: int, offers: Offers) -> Call:
    if method == "DELETE":
        return Call("reverse", "item", place.id, _of_query(query), "", signed_at)
    told = _fields(body, {"measure", "reference", "reason_url", "territories"})
    wanted = _restriction(told, offers)
    reason = _reason_url(told)
    return Call("apply", "item", place.id, _reference(told), wanted.written, signed_at, reason, wanted)


def _about_seller(method: str, place: Place, query: str, body: bytes, signed_at: int, offers: Offers) -> Call:
    named = place.rest.removeprefix("/measures").lstrip("/")
    if (method == "DELETE") != bool(named):
        raise WrongMethod("DELETE" if named else "POST")
    if named:
        measure = _offered(ShopMeasure, named, offers.shop_measures)
        return Call("reverse", "seller", place.id, _of_query(query), measure, signed_at, measure=measure)
    told = _fields(body, {"measure", "reference", "reason_url"})
    measure = _offered(ShopMeasure, told.get("measure"), offers.shop_measures)
    return Call("apply", "seller", place.id, _reference(told), measure, signed_at, _reason_url(told), measure=measure)


def _restriction(told: dict[str, Any], offers: Offers) -> Restriction:
    word, there = told.get("measure"), told.get("territories") or {}
    everywhere = None if word is None and there else _offered(Measure, word, offers.measures)
    if there and not offers.territories:
        raise NotAccepted("This shop knows no territories: leave them out.")
    if not isinstance(there, dict) or len(there) > MAX_COUNTRIES:
        raise NotAccepted('Send territories as countries and their measures: {"DE": "remove"}.')
    territories = {_country(country): _offered(Measure, one, offers.measures) for country, one in there.items()}
    for country, measure in territories.items():
        if everywhere is not None and measure.strength <= everywhere.strength:
            raise NotAccepted(f"{measure} in {country} is no stronger than {everywhere} everywhere: leave it out.")
    return Restriction(everywhere, territories)


def _country(word: str) -> str:
    if not re.fullmatch("[A-Z]{2}", word):
        raise NotAccepted("Name countries by two capital letters of ISO 3166-1, such as DE.")
    return word


def _offered(words: type[Word], told: object, offered: frozenset[Word]) -> Word:
    if isinstance(told, str) and told in {word.value for word in offered}:
        return words(told)
    known = ", ".join(word.value for word in words if word in offered) or "no measure on shops"
    raise NotAccepted(f"This shop knows {known}. Send one of them as measure.")


def _reference(told: dict[str, Any]) -> str:
    reference = told.get("reference")
    if not isinstance(reference, str) or not 0 < len(reference) <= MAX_REFERENCE or not reference.isprintable():
        raise NotAccepted(f"Send a reference of 1 to {MAX_REFERENCE} printable characters.")
    return reference


def _of_query(query: str) -> str:
    given = parse_qs(query, keep_blank_values=True, max_num_fields=8).get("reference", [])
    return _reference({"reference": given[0] if len(given) == 1 else None})


def _reason_url(told: dict[str, Any]) -> str | None:
    url = told.get("reason_url")
    if url is None or (isinstance(url, str) and len(url) <= MAX_REASON and re.match(r"https?://[^\s\0]+\Z", url)):
        return url
    raise NotAccepted("reason_url is null or an address that starts with http:// or https://.")


def _fields(body: bytes, known: set[str]) -> dict[str, Any]:
    try:
        told = json.loads(body, object_pairs_hook=_once_each, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NotAccepted(f"Send a JSON object with {', '.join(sorted(known))}.") from error
    if not isinstance(told, dict) or set(told) - known:
        raise NotAccepted(f"Send a JSON object with {', '.join(sorted(known))} and nothing else.")
    return told


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands there twice")
    return dict(pairs)


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is not a number of JSON")
