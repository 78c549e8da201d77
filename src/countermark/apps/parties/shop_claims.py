"""How does somebody come to act for a shop? By a link that its marketplace, the desk or an admin of the shop gave out, once.

Rule 1: a link makes one person act for one shop, and is used up; of an issued one only a digest is kept. Rule 2: the desk's
newest link to a shop ends its earlier one. Rule 3: a marketplace that has a shared secret signs links itself and asks nobody;
what it signed is good until it says, a day at most, and the nonce is kept so that it opens nothing twice; so it is with what
its own sign-in says (parties/shop_sign_in.py). Rule 4: an invitation
works only for the account of the address it was sent to. Rule 5: whoever works at the desk acts for no shop: nobody decides
their own case. Rule 6: all times are real time.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from countermark.apps.parties import shop_people
from countermark.apps.parties.codes import token_digest
from countermark.apps.parties.models import Marketplace, Person, Seller, ShopClaim, ShopMember
from countermark.connectors import claim_link
from countermark.core import catalogue

Why = Literal["unknown", "expired", "used", "revoked", "unreadable", "not_genuine", "too_far", "closed"]


class ClaimGone(Exception):
    """This link lets nobody in (any more): `why`. `used_by`: whose account it made act for the shop `shop`."""

    code = "claim_gone"
    http_status_hint = 410

    def __init__(self, why: Why, claim: ShopClaim | None = None) -> None:
        self.why = why
        self.used_by, self.shop = (claim.used_by_id, claim.seller_id) if claim else (None, None)
        super().__init__(why)


class ClaimRefused(Exception):
    """The link is good, and not for this person: `why` is desk (works or audits here), other_address, or already."""

    code = "claim_refused"
    http_status_hint = 403

    def __init__(self, why: Literal["desk", "other_address", "already"]) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True)
class Offer:
    """What an open link offers: to act as `role` for a shop. `claim` is None for what the marketplace signed itself."""

    place: Marketplace
    ref: str
    name: str
    role: str
    expires_at: datetime
    digest: str
    seller: Seller | None
    claim: ShopClaim | None = None
    kind: str = "signed"  # where there is no claim: how it came


# --- giving links out -----------------------------------------------------------------------------------------------------


@transaction.atomic
def issue(*, seller: Seller, by: Person | None, now: datetime) -> tuple[ShopClaim, str]:
    """A new link for whoever shall be an admin of this shop, with its address; the desk's earlier one ends."""
    Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    _open(seller, "issued", now).update(revoked_at=now)
    claim, address = _made(seller, "issued", "admin", by=by, now=now)
    shop_people.note(seller, "link.issued", by=by, now=now, role=claim.role, desk=True)
    return claim, address


@transaction.atomic
def make_invitation(*, seller: Seller, address: str, role: str, by: Person, now: datetime) -> tuple[ShopClaim, str]:
    """A link only the account of this address can use; an earlier one to the same address ends. The mail is the caller's."""
    Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    _open(seller, "invited", now).filter(address__iexact=address).update(revoked_at=now)
    claim, link = _made(seller, "invited", role, by=by, now=now, address=address)
    shop_people.note(seller, "person.invited", by=by, now=now, role=role)
    return claim, link


@transaction.atomic
def revoke(claim: ShopClaim, *, by: Person | None, now: datetime, for_the_desk: bool = False) -> bool:
    """End a link that nobody has used; whether there was one to end."""
    ended = ShopClaim.objects.filter(pk=claim.pk, used_at=None, revoked_at=None).update(revoked_at=now)
    if ended:
        shop_people.note(claim.seller, "link.revoked", by=by, now=now, kind=claim.kind, desk=for_the_desk)
    return bool(ended)


def open_claims(seller: Seller, *, now: datetime) -> QuerySet[ShopClaim]:
    """The links to a shop that somebody could still use, the newest first."""
    rows = ShopClaim.objects.filter(seller=seller, used_at=None, revoked_at=None, expires_at__gt=now)
    return rows.select_related("by").order_by("-pk")


def _open(seller: Seller, kind: str, now: datetime) -> QuerySet[ShopClaim]:
    return open_claims(seller, now=now).select_related(None).order_by().filter(kind=kind)


def _made(
    seller: Seller, kind: str, role: str, *, by: Person | None, now: datetime, address: str = ""
) -> tuple[ShopClaim, str]:
    token = secrets.token_urlsafe(32)
    ends = now + timedelta(days=catalogue.load().number("shop_claim_days"))
    claim = ShopClaim.objects.create(
        seller=seller, token_digest=token_digest(token), kind=kind, role=role, address=address, by=by, created_at=now,
        expires_at=ends,
    )  # fmt: skip
    return claim, f"{settings.BASE_URL}{reverse('seller:claim', args=[token])}"


# --- opening one ----------------------------------------------------------------------------------------------------------


def open_issued(token: str, *, now: datetime) -> Offer:
    """What the link with this token offers. Raises ClaimGone."""
    found = ShopClaim.objects.select_related("seller__marketplace").filter(token_digest=token_digest(token)).first()
    if found is None:
        raise ClaimGone("unknown")
    _must_be_open(found, now)
    shop = found.seller
    return Offer(shop.marketplace, shop.ref, shop.name, found.role, found.expires_at, found.token_digest, shop, found)


def open_signed(slug: str, query: Mapping[str, str], *, now: datetime) -> Offer:
    """What a link offers that the marketplace `slug` has signed. Raises ClaimGone. Nothing of it is kept before it is used."""
    try:
        link, signature = claim_link.read(slug, query)
    except claim_link.LinkUnreadable as unreadable:
        raise ClaimGone("unreadable") from unreadable
    place = Marketplace.objects.filter(slug=slug).first()
    if place is None or not link.is_genuine(signature, _secret(place)):
        raise ClaimGone("not_genuine")
    digest = token_digest(f"{slug}\n{link.nonce}")
    _must_be_unused(digest)
    _must_be_timely(link.ends, now)
    return _offered(place, link.seller, link.name, link.ends, digest, "signed")


def open_signed_in(place: Marketplace, *, ref: str, name: str, nonce: str, ends: datetime, now: datetime) -> Offer:
    """What somebody is offered whom the marketplace's own sign-in has said to run the shop `ref`. Raises ClaimGone.

    `nonce` is that of the sign-in, checked by whoever asks; it makes one person act for the shop, once."""
    digest = token_digest(f"{place.slug}\nopenid\n{nonce}")
    _must_be_unused(digest)
    if ends <= now:
        raise ClaimGone("expired")
    return _offered(place, ref, name, ends, digest, "openid")


def _offered(place: Marketplace, ref: str, name: str, ends: datetime, digest: str, kind: str) -> Offer:
    shop = Seller.objects.filter(marketplace=place, ref=ref).first()
    shown = shop.name if shop else name or ref
    return _if_active(Offer(place, ref, shown, "admin", ends, digest, shop, kind=kind))


def _must_be_unused(digest: str) -> None:
    if used := ShopClaim.objects.filter(token_digest=digest).first():
        raise ClaimGone("used", used)


def _must_be_open(claim: ShopClaim, now: datetime) -> None:
    if claim.used_at is not None:
        raise ClaimGone("used", claim)
    if claim.revoked_at is not None:
        raise ClaimGone("revoked")
    if claim.expires_at <= now:
        raise ClaimGone("expired")


def _must_be_timely(ends: datetime, now: datetime) -> None:
    if ends <= now:
        raise ClaimGone("expired")
    if ends > now + timedelta(hours=catalogue.load().number("shop_claim_signed_hours"), minutes=5):
        raise ClaimGone("too_far")  # five minutes: two clocks differ, as for signed requests


def _if_active(offer: Offer) -> Offer:
    if not offer.place.is_active:
        raise ClaimGone("closed")
    return offer


def _secret(place: Marketplace) -> str:
    """The secret shared with a marketplace; "" where there is none, which signs nothing."""
    return str(import_string(settings.SHOP_SECRET)(place.secret_name)) if place.secret_name else ""


# --- using one ------------------------------------------------------------------------------------------------------------


def refusal(offer: Offer, person: Person, *, now: datetime) -> ClaimRefused | None:
    """Why this person cannot use this link, if so."""
    if person.is_reviewer or person.is_senior or person.is_operator or person.is_auditor(now):
        return ClaimRefused("desk")
    if offer.claim and offer.claim.address and offer.claim.address.lower() != person.email.lower():
        return ClaimRefused("other_address")
    mine = ShopMember.objects.filter(seller=offer.seller, person=person) if offer.seller else ShopMember.objects.none()
    return ClaimRefused("already") if mine.filter(role__in=("admin", offer.role)).exists() else None


@transaction.atomic
def take(offer: Offer, *, person: Person, now: datetime) -> ShopMember:
    """The person acts for the shop from now on; the link is used up. Raises ClaimRefused, ClaimGone (somebody was quicker)."""
    if refused := refusal(offer, person, now=now):
        raise refused
    seller = offer.seller or _new_seller(offer)
    kind = _use(offer, seller, person, now)
    return shop_people.join(seller=seller, person=person, role=offer.role, how=kind, now=now)


def _use(offer: Offer, seller: Seller, person: Person, now: datetime) -> str:
    if offer.claim is None:
        _keep_nonce(offer, seller, person, now)
        return offer.kind
    unused = ShopClaim.objects.filter(pk=offer.claim.pk, used_at=None, revoked_at=None)
    if not unused.update(used_at=now, used_by=person):
        raise ClaimGone("used")
    return offer.claim.kind


def _keep_nonce(offer: Offer, seller: Seller, person: Person, now: datetime) -> None:
    try:
        with transaction.atomic():
            ShopClaim.objects.create(
                seller=seller, token_digest=offer.digest, kind=offer.kind, role=offer.role, created_at=now, used_at=now,
                used_by=person, expires_at=offer.expires_at,
            )  # fmt: skip
    except IntegrityError:
        raise ClaimGone("used") from None


def _new_seller(offer: Offer) -> Seller:
    """The shop, where the marketplace names one here for the first time."""
    usual = {"name": offer.name, "language": offer.place.language, "zone": offer.place.zone}
    return Seller.objects.get_or_create(marketplace=offer.place, ref=offer.ref, defaults=usual)[0]
