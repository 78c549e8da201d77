"""Who may open which page, and what does a person read when a page cannot do what was asked?

Every page has a door. A page without one is refused by the middleware, so nobody forgets it: deny by default.
The door reads who comes and in which role; whether *this* case is theirs is asked by the page (`404` when it is not,
so that nobody learns what exists)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from countermark.apps.work import moments
from countermark.entrypoints.web.refusals import Refused, worded
from countermark.entrypoints.web.roles import ANYONE, AUDITOR, NAMES, OPERATOR, SIGNED_IN, main_role, roles_of

__all__ = ["Refused", "Stale", "door"]
View = Callable[..., HttpResponse]


@dataclass
class Stale(Exception):
    """The case moved while the page was open. The page says who moved it, and keeps what was typed."""

    what: str
    by: str
    at: Any
    zone: str
    url: str
    kept: Iterable[tuple[str, str]] = ()


def door(roles: Iterable[str]) -> Callable[[View], View]:
    """Open a page for `roles` (names in `roles.NAMES`, SIGNED_IN or ANYONE); word what the page refuses.

    Sets `request.role` to the first of `roles` that whoever asks has, None at a door for all.
    """
    allowed = frozenset(roles)
    if unknown := allowed - set(NAMES) - {ANYONE, SIGNED_IN}:
        known = ", ".join([*NAMES, SIGNED_IN, ANYONE])
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}; roles are {known}")

    def guard(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return turned_away(request, allowed) or _render(view, request, *args, **kwargs)

        opened.door = allowed
        return opened

    return guard


def turned_away(request: HttpRequest, allowed: frozenset[str]) -> HttpResponse | None:
    """Return the way to sign in for somebody unknown, None for whoever may enter; else raise PermissionDenied."""
    request.role = main_role(request, _enough(request, allowed))
    if request.role or ANYONE in allowed or (SIGNED_IN in allowed and request.user.is_authenticated):
        return None
    if not request.user.is_authenticated and not roles_of(request):
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    raise PermissionDenied(moments.joined(str(NAMES[role]) for role in NAMES if role in allowed))


def _enough(request: HttpRequest, allowed: frozenset[str]) -> frozenset[str]:
    """The roles that open this door: an auditor reads whatever an operator may read, and changes nothing anywhere."""
    reads = request.method in ("GET", "HEAD") and OPERATOR in allowed
    return allowed | {AUDITOR} if reads else allowed


def _render(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        return view(request, *args, **kwargs)
    except Stale as stale:
        return render(request, "errors/stale.html", {"stale": stale}, status=409)
    except Exception as error:
        if (refused := worded(request, error)) is None:
            raise
        return render(request, "errors/refusal.html", {"refused": refused}, status=refused.status)
