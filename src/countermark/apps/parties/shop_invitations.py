"""How is somebody asked by mail to act for a shop: by its admin, or by the marketplace at the address it knows?

The link stands in the mail alone, so whoever reads that mailbox may use it; an invitation works only for the account
of its address.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import gettext

from countermark.apps.parties import codes, shop_claims, shop_people
from countermark.apps.parties.models import Person, Seller, ShopClaim
from countermark.apps.work import moments
from countermark.connectors.mail import MailFailed


class InvitationRefused(Exception):
    """Nobody was invited. `whys`, all of them: email (no address), role, there (acts for the shop), too_many, not_sent."""

    code = "invitation_refused"
    http_status_hint = 422

    def __init__(self, *whys: str) -> None:
        self.whys = whys
        super().__init__(" ".join(whys))

    @property
    def why(self) -> str:
        return self.whys[0]


def invite(*, seller: Seller, address: str, role: str, by: Person, now: datetime) -> ShopClaim:
    """Mail a link to a colleague; only an admin of the shop can. Raises NotShopAdmin, InvitationRefused."""
    if not shop_people.is_admin(seller, by):
        raise shop_people.NotShopAdmin("only an admin of the shop invites")
    address = _checked(seller, address.strip(), role)
    if not codes.spend(f"shop-invite:{seller.pk}", "shop_invitations_an_hour", now):
        raise InvitationRefused("too_many")
    claim, link = shop_claims.make_invitation(seller=seller, address=address, role=role, by=by, now=now)
    try:
        _mail_invitation(claim, link, by)
    except MailFailed as failed:
        shop_claims.revoke(claim, by=by, now=now)
        raise InvitationRefused("not_sent") from failed
    return claim


def issue_by_mail(*, seller: Seller, by: Person | None, now: datetime) -> ShopClaim:
    """Mail the desk's new link to the address the marketplace knows. Raises InvitationRefused: email where none is known."""
    if not seller.email:
        raise InvitationRefused("email")
    claim, link = shop_claims.issue(seller=seller, by=by, now=now)
    try:
        _mail_link(claim, link)
    except MailFailed as failed:
        shop_claims.revoke(claim, by=by, now=now)
        raise InvitationRefused("not_sent") from failed
    return claim


def _checked(seller: Seller, address: str, role: str) -> str:
    whys = []
    try:
        validate_email(address)
    except ValidationError:
        whys.append("email")
    if seller.members.filter(person__email__iexact=address).exists():
        whys.append("there")
    if role not in shop_people.ROLES:
        whys.append("role")
    if whys:
        raise InvitationRefused(*whys)
    return address


def _mail_invitation(claim: ShopClaim, link: str, by: Person) -> None:
    known = Person.objects.filter(email__iexact=claim.address).first()
    language = known.language if known and known.language else claim.seller.language
    with translation.override(codes.spoken(language)):
        said = {"name": by.name, "shop": claim.seller.name, "place": claim.seller.marketplace.name}
        codes.mail(
            claim.address,
            gettext("%(name)s asks you to act for %(shop)s") % said,
            gettext("%(name)s asks you to read and answer complaints for %(shop)s at %(place)s. Open this link:")
            % said,
            link,
            gettext("Sign in with this address, or make an account with it. The link works once, until %(end)s.")
            % {"end": moments.deadline(claim.expires_at)},
            gettext("You know nothing of it? Then you need not do anything."),
        )


def _mail_link(claim: ShopClaim, link: str) -> None:
    shop = claim.seller
    with translation.override(codes.spoken(shop.language)):
        said = {"shop": shop.name, "place": shop.marketplace.name, "end": moments.deadline(claim.expires_at)}
        codes.mail(
            shop.email,
            gettext("Act for %(shop)s with an account") % said,
            gettext(
                "With an account you read and answer complaints about %(shop)s at %(place)s together with colleagues, "
                "and programs of yours can do it for you. Open this link:"
            )
            % said,
            link,
            gettext("It works once, until %(end)s. Whoever uses it decides who else acts for the shop.") % said,
            gettext("Without an account everything goes on as before, by the links in our messages."),
        )
