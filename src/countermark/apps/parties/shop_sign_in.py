"""Which shop does somebody run, as the marketplace's own sign-in (OpenID Connect) says? And how is that sign-in set up?

Rule 1: the operator names the provider, this client of it and the claim that holds the seller's id; nothing else of what the
provider says is kept, neither subject nor address. Rule 2: the claim is one text or number: who runs several shops there takes
a link for each. Rule 3: the client secret stands in an environment variable whose name begins with SHOP_SIGN_IN_, because it is
sent to the provider: no other secret of this installation can be named. Rule 4: what the sign-in says is good for minutes and
makes one person act for one shop, like a link that the marketplace signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from countermark.apps.parties import people, shop_claims
from countermark.apps.parties.models import Marketplace, Person, ShopSignIn
from countermark.apps.parties.shop_claims import Offer
from countermark.connectors.oidc import LOCAL, Attempt, Claims, OidcFailed, OpenIdProvider
from countermark.core import catalogue
from countermark.core.defect import Defect

SECRET = re.compile(r"SHOP_SIGN_IN_[A-Z0-9_]{1,40}")
NAME = re.compile(r"[!-~]{1,100}")  # of a claim
TOKENS = re.compile(r"[!#-\[\]-~]+( [!#-\[\]-~]+)*")  # RFC 6749, 3.3: scope
LONGEST_REF = 100  # as parties.Seller keeps it
LONGEST_NAME = 200


class SignInDefective(Exception):
    """The sign-in cannot be kept as described; `defects` names all that is wrong. Nothing was written."""

    code = "shop_sign_in_defective"
    http_status_hint = 422

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        named = ", ".join(defect.field for defect in self.defects)
        super().__init__(f"the sign-in was not kept; mend {named}: see docs/how-to/let-sellers-claim-their-shop.md")


class NoShopTold(Exception):
    """The marketplace's sign-in went well and named no one shop: `why` is missing, several, unreadable."""

    code = "no_shop_told"
    http_status_hint = 409

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True)
class SignInSaid:
    """What an operator says about a marketplace's sign-in. `secret_name` is the environment variable, never the secret."""

    issuer: str = ""
    client_id: str = ""
    secret_name: str = ""
    ref_claim: str = ""
    name_claim: str = ""
    scope: str = "openid"


@dataclass(frozen=True)
class Told:
    """What one sign-in at a marketplace said, until it is used: kept in the browser's session as plain values."""

    slug: str
    ref: str
    name: str
    nonce: str
    ends: float  # seconds since 1970


# --- setting it up --------------------------------------------------------------------------------------------------------


def of(place: Marketplace) -> ShopSignIn | None:
    """The sign-in of a marketplace, if one is set up."""
    return ShopSignIn.objects.filter(marketplace=place).first()


def places() -> list[Marketplace]:
    """The marketplaces whose sellers can claim their shop by signing in there."""
    return list(Marketplace.objects.filter(is_active=True, shop_sign_in__isnull=False).order_by("name"))


def said_of(row: ShopSignIn) -> SignInSaid:
    """What is kept, as an operator would say it."""
    return SignInSaid(**{name: getattr(row, name) for name in SignInSaid.__dataclass_fields__})


@transaction.atomic
def keep(*, marketplace_id: int, said: SignInSaid, by: Person | None, now: datetime) -> ShopSignIn:
    """Set up the sign-in of a marketplace, or change it. Raises SignInDefective."""
    if wrong := tuple(defects(said)):
        raise SignInDefective(wrong)
    place = Marketplace.objects.select_for_update().get(pk=marketplace_id)
    before = of(place)
    if before is not None and said_of(before) == said:
        return before
    row, _ = ShopSignIn.objects.update_or_create(marketplace=place, defaults=asdict(said))
    people.note("marketplace.changed", by=by, now=now, place=place, fields=["shop_sign_in"])
    return row


@transaction.atomic
def end(*, marketplace_id: int, by: Person | None, now: datetime) -> bool:
    """Take the sign-in away; who claimed a shop by it keeps it. Whether there was one."""
    place = Marketplace.objects.select_for_update().get(pk=marketplace_id)
    gone, _ = ShopSignIn.objects.filter(marketplace=place).delete()
    if gone:
        people.note("marketplace.changed", by=by, now=now, place=place, fields=["shop_sign_in"])
    return bool(gone)


def defects(said: SignInSaid) -> Iterator[Defect]:
    """Everything there is to mend, in the order of the form."""
    if not _is_issuer(said.issuer):
        yield Defect("shop_sign_in_issuer", "issuer")
    if not said.client_id or len(said.client_id) > 200 or not said.client_id.isprintable():
        yield Defect("shop_sign_in_client_id", "client_id")
    if not SECRET.fullmatch(said.secret_name):
        yield Defect("shop_sign_in_secret_name", "secret_name")
    if not NAME.fullmatch(said.ref_claim):
        yield Defect("shop_sign_in_ref_claim", "ref_claim")
    if said.name_claim and not NAME.fullmatch(said.name_claim):
        yield Defect("shop_sign_in_name_claim", "name_claim")
    if len(said.scope) > 200 or not TOKENS.fullmatch(said.scope) or "openid" not in said.scope.split():
        yield Defect("shop_sign_in_scope", "scope")


def _is_issuer(address: str) -> bool:
    """An issuer as OpenID Connect Discovery 1.0 has it: https, without query or fragment; in the clear on this machine alone."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    clear = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)
    bare = bool(parts.hostname) and not (parts.query or parts.fragment or parts.username or parts.password)
    return clear and bare and len(address) <= 300 and address.isprintable() and " " not in address


# --- signing in -----------------------------------------------------------------------------------------------------------


def provider_of(row: ShopSignIn) -> OpenIdProvider:
    """The provider, spoken to as this client of it. Raises OidcFailed when its secret is not set."""
    secret = str(import_string(settings.SHOP_SECRET)(row.secret_name))
    if not secret:
        raise OidcFailed("secret", row.secret_name)
    claims = [name for name in (row.ref_claim, row.name_claim) if name]
    return OpenIdProvider(row.issuer, row.client_id, secret, claims=claims, scope=row.scope)


def told_by(row: ShopSignIn, claims: Claims, attempt: Attempt, *, now: datetime) -> Told:
    """What the claims of a finished sign-in say about a shop. Raises NoShopTold."""
    ends = now + timedelta(minutes=catalogue.load().number("shop_claim_sign_in_minutes"))
    name = claims.told.get(row.name_claim) if row.name_claim else ""
    shown = name.strip()[:LONGEST_NAME] if isinstance(name, str) and name.isprintable() else ""
    return Told(row.marketplace.slug, _ref(row, claims.told), shown, attempt.nonce, ends.timestamp())


def _ref(row: ShopSignIn, told: Mapping[str, Any]) -> str:
    """The seller's id in the claim that holds it: a text or a whole number; of a list its only member."""
    value = told.get(row.ref_claim)
    if isinstance(value, list):
        if len(value) > 1:
            raise NoShopTold("several")
        value = value[0] if value else None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        raise NoShopTold("missing")
    if not isinstance(value, str) or len(value) > LONGEST_REF or not value.isprintable() or value != value.strip():
        raise NoShopTold("unreadable")
    return value


def offer(place: Marketplace, told: Told, *, now: datetime) -> Offer:
    """What the person of this sign-in is offered. Raises shop_claims.ClaimGone."""
    ends = datetime.fromtimestamp(told.ends, now.tzinfo)
    return shop_claims.open_signed_in(place, ref=told.ref, name=told.name, nonce=told.nonce, ends=ends, now=now)


def try_out(row: ShopSignIn, *, back: str) -> OidcFailed | None:
    """Whether the provider answers as one, and its client secret is set: None, or what failed. Nobody is signed in."""
    try:
        provider_of(row).begin(Attempt(), back=back)
    except OidcFailed as failed:
        return failed
    return None
