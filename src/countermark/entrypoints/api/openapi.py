"""What does the API say about itself? OpenAPI 3.1, made from the routes the process serves, their doors and examples."""

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override
from ninja import NinjaAPI
from ninja.operation import Operation
from pydantic.json_schema import models_json_schema

from countermark.apps.access.scopes import SCOPES
from countermark.entrypoints.api.door import Door
from countermark.entrypoints.api.problem_words import PROBLEMS
from countermark.entrypoints.api.problems import MEDIA
from countermark.entrypoints.api.schemas import Problem
from countermark.entrypoints.refusal_words import SAID

ALWAYS = ("request_unreadable", "text_unprintable", "broken")
BEHIND_A_DOOR = ("not_authenticated", "role_lost", "not_for_this_role", "scope_missing", "too_many_requests")
WITH_A_BODY = ("body_unreadable", "body_too_large", "length_required", "media_type_unknown", "request_defective")
ONCE = ("idempotency_key_unreadable", "request_still_running", "idempotency_key_reused")
ON_A_CASE = ("not_permitted", "clock_ran_out", "before_the_last_event")
STATUS = {**{code: said.status for code, said in PROBLEMS.items()}, **dict.fromkeys(SAID, 409)}
HEADERS = {
    "if_match": {
        "name": "If-Match", "in": "header", "required": True,
        "description": "The ETag of the case as it was read: `\"7\"`. `*` takes any.",
        "schema": {"type": "string", "minLength": 1},
    },
    "once": {
        "name": "Idempotency-Key", "in": "header", "required": False,
        "description": "With it the same request, sent again within 24 hours, gets the same answer and does nothing twice.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    },
}  # fmt: skip


def as_text(api: NinjaAPI) -> str:
    """The description as docs/reference/api.json keeps it: of no installation."""
    with override("en"):
        return json.dumps(description(api, "https://countermark.example"), indent=1, ensure_ascii=False) + "\n"


def description(api: NinjaAPI, base: str = "") -> dict[str, Any]:
    """The whole description, as JSON takes it, in the language that is active. `base`: where it is served; BASE_URL."""
    made: dict[str, Any] = json.loads(served(api, base))
    return made


def served(api: NinjaAPI, base: str = "") -> str:
    """The description as JSON. Making it takes the better part of a second, and routes do not change while they are served."""
    return _served(api, base or settings.BASE_URL, get_language())


@cache
def _served(api: NinjaAPI, base: str, language: str | None) -> str:
    return json.dumps(_made(api, base), ensure_ascii=False)


def _made(api: NinjaAPI, base: str) -> dict[str, Any]:
    made: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=""))
    made["paths"] = {f"/api/v1{path}": each for path, each in made["paths"].items()}
    made["servers"] = [{"url": base}]
    for operation, path in operations(api):
        for method in operation.methods:
            _complete(made["paths"][f"/api/v1{path}"][method.lower()], operation, method, path)
    schemas = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")[1]["$defs"]
    components = made.setdefault("components", {})
    components["schemas"] = dict(sorted({**components.get("schemas", {}), **schemas}.items()))
    components["securitySchemes"] = _schemes(base)
    return made


def operations(api: NinjaAPI) -> list[tuple[Operation, str]]:
    """Every operation with its path as the description writes it."""
    found = []
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            found += [
                (operation, f"/{router.prefix.strip('/')}{path}".replace("//", "/")) for operation in view.operations
            ]
    return found


def door_of(operation: Operation) -> Door:
    door: Door = operation.view_func.api_door
    return door


def problems_of(operation: Operation, path: str) -> list[str]:
    """The codes an operation can answer, in the order of their status."""
    door, sources = door_of(operation), {model.__ninja_param_source__ for model in operation.models}
    codes = {*ALWAYS, *door.problems, *(BEHIND_A_DOOR if door.roles else ())}
    codes |= {"too_many_from_here"} if door.per_address else set()
    codes |= {"not_found"} if "{" in path else set()
    codes |= {"request_defective"} if sources else set()
    codes |= {*WITH_A_BODY} if sources & {"body", "form", "file"} or door.media else set()
    codes |= {*ONCE} if "POST" in operation.methods and door.roles else set()
    codes |= {"files_not_now"} if "file_refused" in codes else set()  # nothing is wrong with it: scanner or store are silent
    codes |= {"match_missing", "stale_case", *ON_A_CASE} if door.if_match else set()
    return sorted(codes, key=lambda code: (_status(code, door), code))


def _status(code: str, door: Door) -> int:
    return 412 if code == "stale_case" and door.if_match else STATUS.get(code, 422)


def _complete(said: dict[str, Any], operation: Operation, method: str, path: str) -> None:
    door = door_of(operation)
    names = [
        name for name, wanted in (("if_match", door.if_match), ("once", method == "POST" and door.roles)) if wanted
    ]
    said["parameters"] = [*said.get("parameters", []), *(dict(HEADERS[name]) for name in names)]
    if door.roles:
        said["security"] = [{"key": []}, {"oauth": [door.scope]}]
        said["x-roles"], said["x-scope"] = list(door.roles), door.scope
    else:
        said["security"] = []
    _answers(said, operation, path)
    if door.media:  # the route reads the body itself
        said.setdefault(
            "requestBody", {"required": True, "content": {m: {"schema": {"type": "string"}} for m in door.media}}
        )
    if door.example:
        _example(said, door)


def _answers(said: dict[str, Any], operation: Operation, path: str) -> None:
    by_status: dict[int, list[str]] = {}
    for code in problems_of(operation, path):
        by_status.setdefault(_status(code, door_of(operation)), []).append(code)
    said["responses"] = {str(status): answer for status, answer in said["responses"].items()}
    for status, codes in by_status.items():
        said["responses"].setdefault(
            str(status),
            {
                "description": ", ".join(f"`{code}`" for code in codes),
                "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        )


def _example(said: dict[str, Any], door: Door) -> None:
    example = door.example
    assert example is not None
    given = {**example.path, **example.query, **example.headers}
    for parameter in said["parameters"]:
        if parameter["name"] in given:
            parameter["example"] = given[parameter["name"]]
    if example.body is not None:
        for content in said["requestBody"]["content"].values():
            content["examples"] = {"request": {"value": example.body}}


def _schemes(base: str) -> dict[str, Any]:
    scopes = {scope: str(words) for scope, (words, _) in SCOPES.items()}
    flow = {"tokenUrl": f"{base}/api/v1/oauth/token", "scopes": scopes}
    return {
        "key": {"type": "http", "scheme": "bearer", "description": "A key of the page API keys, or a token of OAuth."},
        "oauth": {"type": "oauth2", "flows": {"clientCredentials": flow}},
    }
