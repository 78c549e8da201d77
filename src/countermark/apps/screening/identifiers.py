"""What does a marketplace know of its sellers that could tie two of them together? Kept as keyed digests, never as it came.

The same thing written in two ways has one digest: each kind is brought into one form first. A value that says nothing (zeros, a
placeholder) is refused, so that it links nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from countermark.apps.parties.models import Seller
from countermark.apps.screening import linking, links
from countermark.apps.screening.models import SellerIdentifier
from countermark.apps.work.bulk import instant_writer, put_newest
from countermark.apps.work.sealing import keyed_digest
from countermark.core.defect import Defect

PURPOSE = "seller_identifier"
TYPES = {
    "seller_id": "bigint",
    **dict.fromkeys(("kind", "digest"), "text"),
    "at": "timestamptz",
}
DOTLESS = ("gmail.com", "googlemail.com")  # mailboxes that are the same with and without dots


class IdentifiersDefective(Exception):
    """Some of the identifiers cannot be kept; `defects` names all of them. Nothing was kept."""

    code = "identifiers_defective"
    http_status_hint = 422

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(defect.code for defect in self.defects))


def put(*, seller: Seller, given: Sequence[tuple[str, str]], at: datetime) -> int:
    """Keep these (kind, value) as all that is known of a seller, and work out its links. Returns how many links changed.

    What is not among them is let go. Raises IdentifiersDefective.
    """
    forms = _forms(given)
    wanted = {(kind, keyed_digest(f"{PURPOSE}:{kind}", form)) for kind, form in forms}
    with transaction.atomic():
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
        had = set(SellerIdentifier.objects.filter(seller=seller).values_list("kind", "digest"))
        once = links.reach([seller.pk]) if had - wanted else {seller.pk}
        gone = [digest for _, digest in had - wanted]
        SellerIdentifier.objects.filter(seller=seller, digest__in=gone).delete()
        when = instant_writer()(at)
        rows = [(seller.pk, kind, digest, when) for kind, digest in sorted(wanted)]
        put_newest(
            SellerIdentifier._meta.db_table, TYPES, rows, unique=("seller_id", "kind", "digest"), replaced=("at",)
        )
    return links.recompute(once, at=at) if had != wanted else 0


def kinds_of(seller: Seller) -> dict[str, int]:
    """How many identifiers of each kind are kept of a seller; what they are nobody can say."""
    found: dict[str, int] = {}
    for kind in SellerIdentifier.objects.filter(seller=seller).order_by("kind").values_list("kind", flat=True):
        found[kind] = found.get(kind, 0) + 1
    return found


def _forms(given: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each in the one form of its kind. Raises IdentifiersDefective with all that is wrong."""
    most = linking.number("limits", "identifiers_most")
    forms = [(kind, FORMS[kind](unicodedata.normalize("NFKC", value))) for kind, value in given]
    wrong = [
        Defect("identifier_says_nothing", f"identifiers.{place}.value", data={"kind": kind})
        for place, (kind, form) in enumerate(forms)
        if not says_something(kind, form)
    ]
    if len(given) > most:
        wrong.append(Defect("identifiers_too_many", "identifiers", data={"max": most, "count": len(given)}))
    if wrong:
        raise IdentifiersDefective(wrong)
    return forms


def says_something(kind: str, form: str) -> bool:
    """Whether it is long enough for its kind, and not one character over and over."""
    least = int(linking.numbers()["identifier"][kind]["least"])
    return len(form) >= least and len(set(form)) > 2 and (kind != "email" or "@" in form[1:-1])


# --- one form for each kind -----------------------------------------------------------------------------------------------


def email(value: str) -> str:
    """Without case, without what follows a plus sign, without the dots some services ignore."""
    name, _, domain = value.strip().casefold().rpartition("@")
    name = name.partition("+")[0]
    if domain in DOTLESS:
        name, domain = name.replace(".", ""), DOTLESS[0]
    return f"{name}@{domain}" if name and domain else ""


def phone(value: str) -> str:
    """Its digits; the two ways to begin an international number are one."""
    digits = "".join(str(unicodedata.digit(sign)) for sign in value if unicodedata.digit(sign, None) is not None)
    return digits.removeprefix("00") if not value.strip().startswith("+") else digits


def letters_and_digits(value: str) -> str:
    """What stands on a paper or an account without blanks and marks between, in one case."""
    return "".join(sign for sign in value.casefold() if sign.isalnum())


def words(value: str) -> str:
    """Words in their order, whatever stands between."""
    return " ".join(re.findall(r"\w+", value.casefold()))


def as_given(value: str) -> str:
    return value.strip()


FORMS: Mapping[str, Callable[[str], str]] = {
    "phone": phone,
    "email": email,
    "bank": letters_and_digits,
    "tax": letters_and_digits,
    "address": words,
    "device": as_given,
    "document": letters_and_digits,
}
KINDS: Iterable[str] = tuple(FORMS)
