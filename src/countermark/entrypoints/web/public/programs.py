"""What can programs do here, and what does each problem mean? Both pages are made from what the API itself runs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_safe

from countermark.entrypoints.api import openapi
from countermark.entrypoints.api.problem_words import PROBLEMS
from countermark.entrypoints.api.problems import words_of
from countermark.entrypoints.api.v1 import api
from countermark.entrypoints.refusal_words import SAID
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.roles import ANYONE, NAMES


@require_safe
@door(roles=[ANYONE])
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation of version 1, by resource."""
    with override("en"):  # the description is in English, as the code that reads it
        described = openapi.description(api)
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in described["paths"].items():
        for method, said in methods.items():
            groups.setdefault(said["tags"][0], []).append(_operation(path, method, said))
    return render(request, "public/api.html", {"groups": groups.items(), "base": settings.BASE_URL})


def _operation(path: str, method: str, said: dict[str, Any]) -> dict[str, Any]:
    words = (each.get("description", "").replace("`", "") for each in said["parameters"])
    names = [(each["name"], word, each["in"]) for each, word in zip(said["parameters"], words, strict=True)]
    bodies = said.get("requestBody", {}).get("content", {})
    return {
        "id": said["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": said["summary"],
        "description": said["description"] if said["description"].rstrip(".") != said["summary"] else "",
        "scope": said.get("x-scope", ""),
        "roles": [str(NAMES[role]) for role in said.get("x-roles", ()) if role in NAMES],
        "parameters": names,
        "bodies": list(bodies),
        "problems": _codes(said["responses"]),
    }


def _codes(answers: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Each status with the codes it can have."""
    found = ((status, said["description"]) for status, said in answers.items() if int(status) >= 400)
    return [(status, [code.strip(" `") for code in codes.split(",")]) for status, codes in found if "`" in codes]


def known() -> list[dict[str, Any]]:
    """Every problem that has words of its own, by code."""
    codes = sorted({*PROBLEMS, *SAID})
    return [
        {"code": code, "status": openapi.STATUS[code], "said": words_of(code, openapi.STATUS[code])} for code in codes
    ]


@require_safe
@door(roles=[ANYONE])
def problems(request: HttpRequest) -> HttpResponse:
    """Every problem of the API."""
    return render(request, "public/problems.html", {"problems": known()})


@require_safe
@door(roles=[ANYONE])
def problem(request: HttpRequest, code: str) -> HttpResponse:
    """One problem: where its type leads."""
    found = [each for each in known() if each["code"] == code]
    if not found:
        raise Http404("there is no such problem")
    return render(request, "public/problems.html", {"problems": found, "is_one": True})
