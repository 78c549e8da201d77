"""Which addresses does a marketplace's sign-in need, and how is it said why it cannot be used? Asked by pages and programs."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from countermark.connectors.oidc import OidcFailed

TROUBLE = {
    "unreachable": gettext_lazy("Nobody answers there, or not in time."),
    "issuer": gettext_lazy("Its description names another issuer. Write it as it stands there, letter by letter."),
    "secret": gettext_lazy("The environment variable %(detail)s is not set where the pages run."),
    "not_understood": gettext_lazy("What answers there does not describe an OpenID provider (%(detail)s)."),
}


def trouble(failed: OidcFailed) -> str:
    """What failed, in a sentence."""
    words = TROUBLE.get(failed.code, TROUBLE["not_understood"])
    return str(words) % {"detail": failed.detail or failed.code}


def back_address(slug: str) -> str:
    """Where the marketplace's sign-in sends people back to: one address, told to it beforehand."""
    return f"{settings.BASE_URL}{reverse('seller:claim-there-back', args=[slug])}"


def begin_address(slug: str) -> str:
    """Where a seller begins."""
    return f"{settings.BASE_URL}{reverse('seller:claim-there', args=[slug])}"
