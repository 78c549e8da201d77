"""Does the running API keep to its own description, whatever is asked? Schemathesis asks every operation, as a program of each
operation's own role, over real HTTP: what the description allows, and what it forbids.

A new operation is covered by being described. The seed is fixed: the same questions in every run.
"""

import json

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.modes import GenerationMode
from schemathesis.pytest._test_builder import build_operation_test

from as_migrated import Begun
from countermark.entrypoints.api import openapi
from countermark.entrypoints.api.v1 import api
from programs import a_desk

DESCRIBED = json.loads(json.dumps(openapi.description(api)))
DOORS = {operation.operation_id: openapi.door_of(operation) for operation, _ in openapi.operations(api)}
QUESTIONS = 12  # for each operation, beside those that walk every bound of its description

load_all_checks()
# A rule may refuse what the description allows (a cursor of another list, a case that moved): see not_called_malformed.
TOO_SIMPLE = [CHECKS.get_one("positive_data_acceptance")]
# A body of lines is never refused whole: each line is judged, and what is wrong with it stands in the answer.
JUDGED = [CHECKS.get_one("negative_data_rejection")]
# 428 is what RFC 6585 has for a missing If-Match.
MISSING = {"checks": {"missing_required_header": {"expected-statuses": [401, 403, 422, 428]}}}
schema = schemathesis.openapi.from_dict(DESCRIBED, config=schemathesis.Config.from_dict(MISSING))
OPERATIONS = {operation.label: operation for operation in (each.ok() for each in schema.get_all_operations())}
# One answer tells that a key is asked for and another is refused; it would be asked again after each answer that is in order.
ASKED_FOR_A_KEY = [CHECKS.get_one("ignored_auth")]


@schemathesis.serializer("application/x-ndjson")
def lines(ctx, value):
    """A body of lines as a program might send it: each value on a line, whatever it is."""
    return "\n".join(json.dumps(each) for each in (value if isinstance(value, list) else [value])).encode()


def not_called_malformed(ctx, response, case):
    """What the description allows may be refused by a rule, never by the schema."""
    if case.meta and case.meta.generation.mode is GenerationMode.POSITIVE and response.status_code == 422:
        assert response.json()["code"] != "request_defective", response.text


examples = Begun("whatever_is_asked", a_desk)


@pytest.fixture
def server(live_server, settings):
    """The product behind a port, with the world of the examples; nobody runs out of requests."""
    settings.API_REQUESTS_PER_MINUTE = settings.API_GUEST_REQUESTS_PER_MINUTE = settings.API_TOKENS_PER_MINUTE = (
        1_000_000
    )
    with requests.Session() as line:  # one connection for all questions about an operation
        line.trust_env = False
        yield live_server.url, examples.world().programs, line


@settings(
    max_examples=QUESTIONS,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def asked(case, server, in_order):
    url, programs, line = server
    line.cookies.clear()  # a program has none
    door = DOORS[case.operation.definition.raw["operationId"]]
    role = door.example.role if door.example else "anyone"
    headers = {"Authorization": f"Bearer {programs[role].key}"} if programs[role].key else {}
    checks = {
        "additional_checks": [not_called_malformed],
        "excluded_checks": [*TOO_SIMPLE, *(JUDGED if door.media else ()), *(ASKED_FOR_A_KEY if in_order else ())],
    }
    answer = case.call_and_validate(base_url=url, session=line, headers=headers, timeout=20, **checks)
    in_order += [answer.status_code] if answer.status_code < 300 else []


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_one_that_is_described(label, server):
    """The questions are made up here, not where tests are collected: every process collects all, and asks its share."""
    questions = build_operation_test(
        config=schema.config, operation=OPERATIONS[label], test_func=asked, given_kwargs={}, feedback=FeedbackSources()
    )
    questions(server=server, in_order=[])


def test_the_checks_are_all_there():
    names = {check.__name__ for check in CHECKS.get_all()}
    assert {
        "not_a_server_error",
        "status_code_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
    } <= names
