"""A key narrowed to one marketplace sees and touches nothing of another, on whatever route it comes."""

import json
from collections import defaultdict

import pytest

from countermark.apps.enforcement.models import Measure, ShopMeasure
from countermark.apps.orders.models import Order
from countermark.apps.parties.models import Marketplace, Person
from countermark.entrypoints.api import openapi
from countermark.entrypoints.api.schemas import Shown, Strict
from countermark.entrypoints.api.v1 import api
from programs import a_program

OPERATORS = [
    pytest.param(path, operation, id=operation.operation_id)
    for operation, path in openapi.operations(api)
    if "operator" in openapi.door_of(operation).roles
]
OF_THE_QUAY = ("710001", "710002", "quay", "O-2026-7100", "hooks.quay", "Vera Lund", "L-1")


@pytest.fixture
def narrowed(desk):
    """A program of the operator's for a marketplace of its own, where nothing has happened yet."""
    empty = Marketplace.objects.create(
        slug="empty", name="Empty", territory="CN", calendar="CN", zone="Asia/Shanghai", packs=["platform"]
    )
    return a_program(desk.world.tomas, "operator", marketplace=empty)


@pytest.mark.parametrize(("path", "operation"), OPERATORS)
def test_a_narrowed_key_reaches_nothing_of_another_marketplace(path, operation, narrowed, desk):
    example = openapi.door_of(operation).example
    address = path.format(**example.path)
    if example.query:
        address += "?" + "&".join(f"{name}={value}" for name, value in example.query.items())
    body = example.body if example.role == "operator" else {}
    answer = narrowed.ask(operation.methods[0], address, body, **example.headers)
    text = answer.content.decode("utf-8", "replace")
    if operation.operation_id in ("read_itself", "read_me"):
        return
    if answer.status_code < 300 and "json" in answer["Content-Type"]:
        found = answer.json()
        shown = json.dumps(found.get("items", found) if isinstance(found, dict) else found)
        assert not [word for word in (*OF_THE_QUAY, "CM-2026-000001", "N-2026-000001") if word in shown], text[:500]


def test_a_narrowed_key_changes_nothing_elsewhere(narrowed, desk, problem):
    problem(narrowed.post("/measures/710001/confirm", {"state": "removed"}), 404, "not_found")
    problem(narrowed.post("/shop-measures/710001/confirm"), 404, "not_found")
    problem(narrowed.post("/orders/O-2026-710001/set-aside"), 404, "not_found")
    problem(narrowed.post("/letters/710001/tell", {"channel": "phone"}), 404, "not_found")
    problem(narrowed.post("/people/710001/active", {"active": False}), 403, "key_is_narrowed")
    problem(narrowed.post("/jobs/710001/retry"), 403, "key_is_narrowed")
    problem(narrowed.post("/webhooks/710001/pause"), 403, "key_is_narrowed")
    line = b'{"ref": "pearl", "name": "Pearl"}'
    problem(narrowed.post("/marketplaces/quay/sellers", line, content_type="application/x-ndjson"), 404, "not_found")
    assert Measure.objects.get(pk=710001).confirmed_at is None
    assert ShopMeasure.objects.get(pk=710001).confirmed_at is None
    assert Order.objects.get(pk=710001).state == "in_force"
    assert Person.objects.get(pk=710001).is_active


def test_a_narrowed_key_works_at_its_own_marketplace(desk):
    quay = a_program(desk.world.tomas, "operator", marketplace=Marketplace.objects.get(slug="quay"))
    assert [row["slug"] for row in quay.get("/marketplaces").json()["items"]] == ["quay"]
    assert [row["id"] for row in quay.get("/measures").json()["items"]] == [710001]
    assert quay.post("/measures/710001/confirm", {"state": "removed"}).status_code == 200
    said = quay.get("/operations").json()
    assert (said["platform"], said["orders_in_force"], said["letters_came_back"]) == (None, 2, 0)


def test_no_two_bodies_or_answers_share_a_name():
    """The description names them by their class: of two with one name it would show the one for the other."""
    named = defaultdict(set)
    waiting = [Shown, Strict]
    while waiting:
        waiting += (kinds := waiting.pop().__subclasses__())
        for kind in kinds:
            if kind.__module__.startswith("countermark.") and "[" not in kind.__name__ and "Asked" not in kind.__name__:
                named[kind.__name__].add(kind.__module__)
    assert {name: where for name, where in named.items() if len(where) > 1} == {}
