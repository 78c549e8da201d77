"""How does an owner without an account come to its mandate? By a signed address in a mail; it opens this one mandate.

The address is kept nowhere: the signature is made anew whenever a mail is written. It shows what was done in the owner's name
and lets the owner end the mandate; it opens nothing else, so it lasts as long as the mandate is kept.
"""

from __future__ import annotations

from django.conf import settings
from django.core.signing import Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from countermark.apps.mandates.models import Mandate

SIGNER = "countermark.mandate.principal"


def token_of(mandate: Mandate) -> str:
    """What the address carries: number and signature, bound to the e-mail address it is sent to."""
    signed = Signer(salt=SIGNER).signature(f"{mandate.pk}|{mandate.principal_email.lower()}")
    return f"{mandate.pk}.{signed}"


def mandate_of(token: str) -> Mandate | None:
    """The mandate this token opens; None for one that was not made here, or of a mandate that was never sent."""
    number = token.partition(".")[0]
    if not (number.isdecimal() and number.isascii() and len(number) < 13):
        return None
    rows = Mandate.objects.select_related("agent", "paper", "principal", "parent__agent").exclude(submitted_at=None)
    found = rows.exclude(principal_email="").filter(pk=number).first()
    return found if found and constant_time_compare(token, token_of(found)) else None


def address_of(mandate: Mandate) -> str:
    """The whole address, as the mail names it."""
    return f"{settings.BASE_URL}{reverse('mandate-given', args=[token_of(mandate)])}"
