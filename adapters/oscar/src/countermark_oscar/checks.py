"""Is the shop set up so that the desk can be heard, and nobody else? Asked by `manage.py check` and at every start."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.urls import NoReverseMatch, reverse

SHORTEST = 16  # characters; a shared secret of HMAC-SHA256 shorter than 128 bits can be guessed (RFC 2104, section 3)


def secrets() -> list[bytes]:
    """Return the shared secrets, the current one first: COUNTERMARK_SECRET is one text, or a list while it is replaced."""
    told = getattr(settings, "COUNTERMARK_SECRET", None) or []
    return [one.encode() for one in ([told] if isinstance(told, str) else told) if one]


def secret_is_set(**_: Any) -> Iterable[CheckMessage]:
    found = secrets()
    if not found:
        yield Error(
            "COUNTERMARK_SECRET is not set.",
            hint="Set it to the secret shared with Countermark.",
            id="countermark.E001",
        )
    elif min(map(len, found)) < SHORTEST:
        yield Warning(
            f"COUNTERMARK_SECRET is shorter than {SHORTEST} characters.",
            hint="Use a random one.",
            id="countermark.W001",
        )


def addresses_are_there(**_: Any) -> Iterable[CheckMessage]:
    try:
        reverse("countermark-desk")
    except NoReverseMatch:
        hint = 'Add path("", include("countermark_oscar.urls")) before the addresses of oscar.'
        yield Error("The addresses of countermark_oscar are not included.", hint=hint, id="countermark.E002")


def register_all() -> None:
    for check in (secret_is_set, addresses_are_there):
        register(lambda app_configs=None, check=check, **told: list(check(**told)))
