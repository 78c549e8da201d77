"""Who may come through which route of the API, and what must a request bring?

Every route has a door. A router refuses a route without one while the process starts, so nobody forgets it: deny by
default. The door asks for a role and a scope; whether *this* case is the caller's is asked by the route (404 when it is
not, so that nobody learns what exists). The session of a browser opens nothing here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from countermark.apps.access.scopes import ROLES, SCOPES

ANYONE: tuple[str, ...] = ()
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Example:
    """A request that works in the world of the tests; they run it, and the reference shows it."""

    role: str
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    status: int = 200


@dataclass(frozen=True)
class Door:
    """What a route asks of a request."""

    roles: tuple[str, ...]
    scope: str
    if_match: bool
    body_limit: int | None  # bytes; None: the setting API_BODY_LIMIT
    media: tuple[str, ...]  # the media types of the body where it is neither JSON nor a form
    problems: tuple[str, ...]
    example: Example | None
    per_address: str = ""  # the setting that says how often one computer may ask without a key in a minute


def api_door(
    *,
    roles: Sequence[str],
    scope: str = "",
    if_match: bool = False,
    body_limit: int | None = None,
    media: Sequence[str] = (),
    problems: Sequence[str] = (),
    example: Example | None = None,
    per_address: str = "",
) -> Callable[[View], View]:
    """Open a route for `roles` with `scope`; ANYONE opens it without a key. Stands directly under `@router.get(…)`.

    `if_match`: the request must name the case as it was seen; `seen(request)` reads it. `problems` are the codes it can
    answer beside those every route can. `example` is run by the tests and shown in the reference. `per_address` names the
    setting with how many requests a minute one computer has here without a key.
    """
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}; roles are {', '.join(ROLES)}")
    if bool(roles) != bool(scope) or (scope and scope not in SCOPES):
        raise ValueError(f"no such scope: {scope!r}; a route with roles has one of {', '.join(SCOPES)}")
    if beyond := set(roles) - set(SCOPES[scope][1] if scope else ()):
        raise ValueError(
            f"keys of {', '.join(sorted(beyond))} cannot have the scope {scope}; see apps/access/scopes.py"
        )
    door = Door(tuple(roles), scope, if_match, body_limit, tuple(media), tuple(problems), example, per_address)

    def hang(view: View) -> View:
        view.api_door = door
        return view

    return hang
