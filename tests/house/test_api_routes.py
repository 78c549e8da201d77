"""Does every route of the API open for the roles it is declared for, and for nobody else? Every route, every role.

A route is asked with an address that belongs to nobody and, where it takes a body, without one: whoever may enter is told
what is missing or not found; whoever may not is turned away before anything is looked up.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from countermark.apps.access.scopes import ROLES
from countermark.entrypoints.api.openapi import operations
from countermark.entrypoints.api.v1 import api
from people import a_world
from programs import ANYONE, Program, programs_of

TABLE = tomllib.loads(Path(__file__).with_name("api_routes.toml").read_text("utf-8"))
ROUTES = [f"{method} {path}" for operation, path in operations(api) for method in operation.methods]


def declared(route: str) -> frozenset[str]:
    """The roles that may ask this route; ANYONE among them when it needs no key. An auditor reads what operators read."""
    who = TABLE[route]
    if who == "anyone":
        return frozenset((*ROLES, ANYONE))
    roles = frozenset(set(ROLES) - {"auditor"} if who == "everybody" else who)
    return roles | {"auditor"} if route.startswith("GET ") and "operator" in roles else roles


def test_every_route_of_the_api_is_declared_and_every_declared_route_is_there():
    assert sorted(set(ROUTES) - set(TABLE)) == [], "say in tests/house/api_routes.toml which roles may ask"
    assert set(TABLE) - set(ROUTES) == set()
    assert len(ROUTES) == len(set(ROUTES))


def test_the_table_of_the_api_speaks_of_roles_there_are():
    for route, who in TABLE.items():
        assert who in ("everybody", "anyone") if isinstance(who, str) else set(who) <= set(ROLES), route


@pytest.fixture(scope="module")
def programs(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Program]]:
    """A program for each role, with the rows behind it; all taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield programs_of(a_world())
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route in ROUTES if route in TABLE])
def test_a_route_of_the_api_opens_for_those_it_is_declared_for_and_for_nobody_else(route, programs):
    method, path = route.split(" ")
    address = re.sub(r"\{[^}]+\}", "987654321", path)
    for role, program in programs.items():
        answer = program.ask(method, address, if_match="*")
        if role in declared(route):
            code = answer.json().get("code", "") if "json" in answer["Content-Type"] else ""
            assert code not in ("not_authenticated", "not_for_this_role", "scope_missing", "role_lost"), (
                f"{role}: {code}"
            )
            assert answer.status_code < 500, f"{role}: {answer.content!r}"
        else:
            assert answer.status_code == (401 if role == ANYONE else 403), f"{role} gets in: {answer.content!r}"
