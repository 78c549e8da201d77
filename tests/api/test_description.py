"""Does the API's description of itself hold? It is valid, says everything of every operation, and its examples work."""

import json
import re

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from countermark.entrypoints.api import openapi
from countermark.entrypoints.api.v1 import api
from house.source_tree import ROOT

OPERATIONS = [(path, operation) for operation, path in openapi.operations(api)]
WITH_EXAMPLES = [
    pytest.param(path, operation, id=operation.operation_id)
    for path, operation in OPERATIONS
    if openapi.door_of(operation).example
]
NO_EXAMPLE = {"issue_token"}  # its example would be a key; test_tokens.py walks it


@pytest.fixture(scope="module")
def described():
    return json.loads(json.dumps(openapi.description(api)))


def test_the_description_is_valid_openapi_3_1(described):
    assert described["openapi"].startswith("3.1.")
    validate(described)


def test_the_reference_is_the_description_the_code_gives():
    kept = (ROOT / "docs" / "reference" / "api.json").read_text("utf-8")
    assert kept == openapi.as_text(api), "api.json is stale; run script/reference"


def test_every_problem_a_route_names_has_words_of_its_own(described):
    named = {code for path, operation in OPERATIONS for code in openapi.problems_of(operation, path)}
    assert sorted(named - set(openapi.STATUS)) == []


def test_every_refusal_of_the_floors_that_a_program_can_meet_has_words():
    """A class with `code` and `http_status_hint` in the apps a resource calls; the rest is of the command line and pages."""
    met = ("access", "complaints", "decisions", "enforcement", "notifications", "orders", "rights", "webhooks")
    elsewhere = {
        "already_reported",
        "too_often",
        "unknown_case",
        "unknown_endpoint",
        "token_refused",
    }  # guests, answered as `already`; not_found; RFC 6749 has its own form
    files = [file for app in met for file in (ROOT / "src/countermark/apps" / app).rglob("*.py")]
    codes = {code for file in files for code in re.findall(r'^    code = "(\w+)"$', file.read_text("utf-8"), re.M)}
    assert sorted(codes - set(openapi.STATUS) - elsewhere) == []


def test_anyone_may_read_the_description(client):
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "Countermark"


def test_every_operation_says_what_it_does_for_whom_and_what_can_go_wrong(described):
    ids = []
    for path, methods in described["paths"].items():
        for method, said in methods.items():
            where = f"{method} {path}"
            ids.append(said["operationId"])
            assert said["summary"] and said["description"] and said["tags"], where
            assert said["security"] == [] or (said["x-scope"] and said["x-roles"]), where
            assert {"400", "500"} <= set(said["responses"]), where
            assert said["security"] == [] or {"401", "403", "429"} <= set(said["responses"]), where
    assert len(ids) == len(set(ids))


def test_every_operation_has_an_example():
    without = {o.operation_id for _, o in OPERATIONS if openapi.door_of(o).example is None}
    assert without == NO_EXAMPLE


@pytest.mark.parametrize(("path", "operation"), WITH_EXAMPLES)
def test_the_example_works_and_answers_what_is_described(path, operation, desk, described):
    example = openapi.door_of(operation).example
    method = operation.methods[0]
    address = path.format(**example.path)
    if example.query:
        address += "?" + "&".join(f"{name}={value}" for name, value in example.query.items())
    program = desk.programs[example.role]
    answer = program.ask(method, address, example.body, **example.headers)
    assert answer.status_code == example.status, answer.content
    said = described["paths"][f"/api/v1{path}"][method.lower()]["responses"][str(example.status)]
    schema = said.get("content", {}).get("application/json", {}).get("schema")
    if schema:
        Draft202012Validator({**schema, "components": described["components"]}).validate(answer.json())
