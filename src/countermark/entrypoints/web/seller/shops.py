"""Whose shops does the visitor act for: those of the account, and the one a signed link has led to?"""

from django.http import HttpRequest

from countermark.apps.parties.models import Person, Seller

SELLER_KEY = "seller_id"  # in the session of a seller who came by a signed link


def seller_ids(request: HttpRequest) -> list[int]:
    """The shops of whoever asks, read once a request; none for somebody who sells nothing."""
    if not hasattr(request, "_seller_ids"):
        by_link = request.session.get(SELLER_KEY)
        own = request.user.shops.values_list("pk", flat=True) if request.user.is_authenticated else ()
        request._seller_ids = sorted({*own, *([by_link] if by_link else [])})  # type: ignore[attr-defined]
    return request._seller_ids  # type: ignore[attr-defined, no-any-return]


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
