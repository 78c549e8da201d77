"""Does every address open for those it is meant for, and for nobody else? Every route, every role, GET and POST.

routes.toml declares who may enter. Routes of cases are asked here with an address that belongs to nobody: whoever may
enter is told "not found", whoever may not is turned away before anything is looked up. That Otto sees nothing of Mei's
is told in the stories.
"""

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from house.roles import ROLES, browser_of, people

TABLE = tomllib.loads(Path(__file__).with_name("routes.toml").read_text("utf-8"))
NOBODYS = {"IntConverter": 987654321, "UUIDConverter": UUID(int=0)}  # for every other kind: "nobodys"
SIGN_IN = "/account/sign-in/"
GROUPS = {"everybody": ROLES, "signed_in": tuple(role for role in ROLES if role not in ("anonymous", "guest"))}


Arguments = dict[str, Any]


class Route(NamedTuple):
    name: str
    arguments: Arguments


def routes(resolver: URLResolver | None = None, space: str = "", outer: Arguments | None = None) -> Iterator[Route]:
    """Walk the URL map; a pattern without a name comes out with its path for a name, which no table declares."""
    for pattern in (resolver or get_resolver()).url_patterns:
        arguments = {**(outer or {}), **examples(pattern.pattern)}
        if isinstance(pattern, URLResolver):
            if pattern.namespace == "api-v1":
                continue  # programs come by keys and in roles of their own: test_api_routes.py
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern, inner, arguments)
        elif isinstance(pattern, URLPattern):
            yield Route(f"{space}{pattern.name or pattern.pattern}", arguments)


def examples(pattern: Any) -> Arguments:
    """Return an argument that belongs to nobody for each variable part of a pattern."""
    return {name: NOBODYS.get(type(converter).__name__, "nobodys") for name, converter in pattern.converters.items()}


def declared(route: str, method: str) -> frozenset[str]:
    """Return the roles that may enter `route` by `method`."""
    who = TABLE[route].get(method, [])
    roles = frozenset(GROUPS[who] if isinstance(who, str) else who)
    return roles | {"auditor"} if method == "get" and "operator" in roles else roles


def test_every_route_is_declared_and_every_declared_route_is_there():
    there = {route.name for route in routes()}
    missing = "\n".join(f'"{name}" = {{ get = [], post = [] }}' for name in sorted(there - set(TABLE)))
    assert not missing, f"say in tests/house/routes.toml who may enter:\n{missing}"
    assert set(TABLE) - there == set()


def test_the_table_speaks_of_roles_and_methods_there_are():
    for route, row in TABLE.items():
        assert set(row) <= {"get", "post"}, route
        assert all(who in GROUPS if isinstance(who, str) else set(who) <= set(ROLES) for who in row.values()), route


@pytest.fixture(scope="module")
def cookies(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """What the browser of each role carries, with the rows behind it; all taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield {role: browser_of(person, as_guest=role == "guest").cookies for role, person in people().items()}
        transaction.set_rollback(True)


@pytest.fixture
def answer(cookies, db):
    """Return a function that asks for an address as a role, by a method, and returns the response."""

    def asked(role, method, url):
        browser = browser_of(None)
        browser.cookies = deepcopy(cookies[role])  # whoever signs out in a test is signed in for the next
        return getattr(browser, method)(url)

    return asked


def turned_away(response: Any) -> bool:
    """Was the visitor sent to sign in, or told that this is not for them, or not there for them?"""
    to_sign_in = response.status_code == 302 and response.url.startswith(SIGN_IN)
    return to_sign_in or response.status_code in {403, 404, 405}


def let_in(response: Any, *, to_nobodys: bool) -> bool:
    """Did the page itself answer: with a page, a redirect of its own, a refusal in words, or "no such case"?"""
    to_sign_in = response.status_code == 302 and "next=" in response.url and response.url.startswith(SIGN_IN)
    own = {200, 302, 303, 400, 409, 422} | ({404} if to_nobodys else set())
    return response.status_code in own and not to_sign_in


def said(response: Any) -> str:
    """Return the status, with the exception behind a server error."""
    fault = getattr(response, "exc_info", None)
    return f"{response.status_code} {fault[1]!r}" if fault else str(response.status_code)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", [route for route in routes() if route.name in TABLE], ids=lambda route: route.name)
def test_a_route_opens_for_those_it_is_declared_for_and_for_nobody_else(route, method, answer):
    url = reverse(route.name, kwargs=route.arguments)
    for role in ROLES:
        response = answer(role, method, url)
        if role in declared(route.name, method):
            assert let_in(response, to_nobodys=bool(route.arguments)), f"{role} is kept out: {said(response)}"
        else:
            assert turned_away(response), f"{role} gets in: {said(response)}"


def test_the_address_people_are_sent_to_sign_in_is_the_one_this_test_knows():
    assert reverse(settings.LOGIN_URL) == SIGN_IN
