"""For which of their accounts has whoever asks chosen to act? Kept in the session; it narrows what is shown and opens nothing.

A choice that no longer is one's own is as good as none: rights are read from memberships, never from here."""

from __future__ import annotations

from django.http import HttpRequest

KEY = "acting_for"  # in the session: "holder-12", "shop-7"; nothing for all of them
HOLDER, SHOP = "holder", "shop"


def chosen(request: HttpRequest) -> tuple[str, int] | None:
    """Kind and number of what was chosen; None for all."""
    kind, _, key = str(request.session.get(KEY, "")).partition("-")
    return (kind, int(key)) if kind in (HOLDER, SHOP) and key.isdecimal() else None


def is_chosen(request: HttpRequest, kind: str, pk: int) -> bool:
    return chosen(request) == (kind, pk)
