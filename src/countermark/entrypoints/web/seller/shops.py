"""Whose shops does the visitor act for: those of the account, and the one a signed link has led to?

The shop chosen in the bar is the one that lists show; what a link leads to opens whatever is chosen."""

from django.http import HttpRequest

from countermark.apps.parties.models import Person, Seller, ShopMember
from countermark.apps.parties.selectors import count_of
from countermark.entrypoints.web import acting

SELLER_KEY = "seller_id"  # in the session of a seller who came by a signed link


def seller_ids(request: HttpRequest) -> list[int]:
    """The shops of whoever asks, read once a request; none for somebody who sells nothing."""
    if not hasattr(request, "_seller_ids"):
        by_link = request.session.get(SELLER_KEY)
        own = (row.seller_id for row in own_shops(request))
        request._seller_ids = sorted({*own, *([by_link] if by_link else [])})
    return request._seller_ids


def own_shops(request: HttpRequest) -> list[ShopMember]:
    """The shops of the account, read once a request; none for somebody who came by a link alone."""
    if not hasattr(request, "_own_shops"):
        user = request.user
        rows = user.shop_memberships.annotate(also=count_of("memberships", user)) if user.is_authenticated else ()
        request._own_shops = list(rows)
    return request._own_shops


def listed_ids(request: HttpRequest) -> list[int]:
    """The shops a list shows: the chosen one, else all."""
    mine = seller_ids(request)
    return [pk for pk in mine if acting.is_chosen(request, acting.SHOP, pk)] or mine


def person_of(request: HttpRequest) -> Person | None:
    """Whoever is signed in; None for a seller who came by the link and has no account."""
    return request.user if request.user.is_authenticated else None


def let_in(request: HttpRequest, seller: Seller) -> None:
    """From now on this session acts for the shop; a new session key, so that one seen before is worth nothing."""
    request.session.cycle_key()
    request.session[SELLER_KEY] = seller.pk


def let_out(request: HttpRequest) -> None:
    """This session no longer acts for the shop its link led to."""
    request.session.pop(SELLER_KEY, None)
