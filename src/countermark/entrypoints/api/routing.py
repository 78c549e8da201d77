"""What happens to every request of the API before its route sees it, and to every answer before it leaves?

In order: the key and its role and scope, the count of requests, the case as it was seen (If-Match), the body, the names
in the query, the idempotency key. What fails is answered as a problem and never reaches the route.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import ValidationError
from ninja.parser import Parser

from countermark.apps.access import counted, replays, services
from countermark.apps.access.scopes import AUDITOR, OPERATOR, ROLES, scopes_of
from countermark.apps.access.services import Caller
from countermark.apps.complaints.models import Complaint
from countermark.apps.work import moments, true_time
from countermark.entrypoints.api import strict_json
from countermark.entrypoints.api.door import Door
from countermark.entrypoints.api.looks import keep_look
from countermark.entrypoints.api.problems import Refused, problem_of
from countermark.entrypoints.api.schemas import nearest
from countermark.entrypoints.origin import origin

Run = Callable[..., HttpResponse]
MEDIA = {"body": "application/json", "form": "application/x-www-form-urlencoded", "file": "multipart/form-data"}


class ApiRouter(Router):
    """Routes of the API, each with its door. Summary and description are the docstring of the function."""

    def add_api_operation(self, path: str, methods: list[str], view_func: Any, **options: Any) -> None:
        door = getattr(view_func, "api_door", None)
        if not isinstance(door, Door):
            raise ImproperlyConfigured(
                f"{view_func.__module__}.{view_func.__name__} has no @api_door: say who may enter"
            )
        if methods == ["GET"] and OPERATOR in door.roles and door.scope in scopes_of(AUDITOR):
            door = replace(door, roles=(*door.roles, AUDITOR))  # reads whatever an operator may, and changes nothing
            view_func.api_door = door
        summary, _, description = (view_func.__doc__ or "").strip().partition("\n")
        options["operation_id"] = options.get("operation_id") or view_func.__name__
        options["summary"] = options.get("summary") or summary.rstrip(".")
        options["description"] = options.get("description") or description.strip() or summary
        super().add_api_operation(path, methods, view_func, **options)
        operation = self.path_operations[path].operations[-1]
        operation._run_decorators = [guarded]  # ninja hangs them on each of its copies
        operation.run = guarded(operation.run)


class ReadAlready(Parser):
    """The body as the guard has read it."""

    def parse_body(self, request: HttpRequest) -> Any:
        return request.json


def new_api(**what: Any) -> NinjaAPI:
    """An API whose every error is a problem."""
    api = NinjaAPI(docs_url=None, openapi_url=None, parser=ReadAlready(), **what)
    for kind in (Exception, *list(api._exception_handlers)):
        api.add_exception_handler(kind, problem_of)
    return api


def guarded(run: Run) -> Run:
    """Let a request through to `run` only as its door allows, and once."""
    operation = run.__self__
    door: Door = operation.view_func.api_door

    @wraps(run)
    def opened(request: HttpRequest, **path: Any) -> HttpResponse:
        request.door, request.api = door, operation.api
        try:
            if door.roles:
                let_in(request, door)
            elif door.per_address:
                count_here(request, door.per_address)
            take_match(request, door)
            take_body(request, door, operation)
            names_known(request, operation)
            answer = once(request, lambda: run(request, **path))
            keep_look(request, answer)
            return answer
        except Exception as error:
            return problem_of(request, error)

    return cast(Run, opened)


# --- who --------------------------------------------------------------------------------------------------------------


def let_in(request: HttpRequest, door: Door) -> None:
    """Read who comes (`request.caller`), count the request, and turn away whom the door is not for."""
    real = true_time.now()
    caller = services.caller_of(credential(request), now=real)
    request.caller = caller
    spent = counted.spend(caller.client.pk, now=real)
    request.spent = spent
    if spent.refused:
        raise Refused("too_many_requests", headers={"Retry-After": str(spent.reset)})
    if caller.role not in door.roles:
        roles = moments.joined(str(ROLES[role]) for role in door.roles)
        raise Refused("not_for_this_role", role=str(ROLES[caller.role]), roles=roles)
    if door.scope not in caller.scopes:
        raise Refused("scope_missing", scope=door.scope)


def count_here(request: HttpRequest, setting: str) -> None:
    """Count a request that needs no key by the computer it comes from, and turn away what is too much."""
    spent = services.spend_from(setting, origin(request), limit=getattr(settings, setting), now=true_time.now())
    request.spent = spent
    if spent.refused:
        raise Refused("too_many_from_here", headers={"Retry-After": str(spent.reset)})


def credential(request: HttpRequest) -> str:
    """The key or token of the header Authorization. Raises NotLetIn."""
    scheme, _, value = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        raise services.NotLetIn("no key was sent")
    return value.strip()


def caller_of(request: HttpRequest) -> Caller:
    """For whom this request comes."""
    return cast(Caller, request.caller)


# --- which state of the case ------------------------------------------------------------------------------------------


def take_match(request: HttpRequest, door: Door) -> None:
    if door.if_match and not request.headers.get("If-Match", "").strip():
        raise Refused("match_missing")


def seen(request: HttpRequest, case: Complaint) -> dict[int, int]:
    """The case as the program saw it, for a service's `seen`; what names no step of it never matches."""
    said = request.headers.get("If-Match", "").strip()
    if said == "*":
        return {case.pk: case.seq}
    digits = said.strip('"')
    readable = said == f'"{digits}"' and digits.isascii() and digits.isdigit() and len(digits) < 9
    return {case.pk: int(digits) if readable else -1}


def etag(request: HttpRequest, case: Complaint) -> None:
    """Name the state of the case in the answer."""
    answer_header(request, "ETag", f'"{case.seq}"')


def answer_header(request: HttpRequest, name: str, value: str) -> None:
    """A header of the answer; the middleware puts it there."""
    request.answer_headers[name] = value


# --- what -------------------------------------------------------------------------------------------------------------


def take_body(request: HttpRequest, door: Door, operation: Any) -> None:
    """Read the body where the route has one: its length before anything else, then its kind, then strictly."""
    request.json = None
    if request.method in ("GET", "HEAD"):
        return
    limit = door.body_limit or settings.API_BODY_LIMIT
    if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
        raise Refused("length_required")
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
        raise Refused("body_too_large")
    kinds = {model.__ninja_param_source__ for model in operation.models} & set(MEDIA)
    media = door.media or tuple(MEDIA[kind] for kind in ("file", "form", "body") if kind in kinds)[:1]
    if "file" not in kinds:
        request._body = request.read()  # its length was judged by the door's own limit
    if media and request.content_type not in media:
        if not ("file" in kinds or request.body) and not request.content_type:
            return  # nothing was sent: the schema names what is missing
        raise Refused("media_type_unknown", media=", ".join(media))
    if "body" in kinds and request.body:
        request.json = strict_json.read(request.body)


def names_known(request: HttpRequest, operation: Any) -> None:
    """Refuse names in the query that the route does not know, each with the nearest one it does."""
    if not request.META.get("QUERY_STRING"):
        return
    known: list[str] = []
    for model in operation.models:
        if model.__ninja_param_source__ == "query":
            known += getattr(model, "__ninja_flatten_map__", None) or model.model_fields
    strange = [name for name in request.GET if name not in known]
    if strange:
        raise ValidationError(
            [
                {"type": "unknown_field", "loc": ("query", "", name[:80]), "ctx": {"nearest": nearest(name, known)}}
                for name in strange[:20]
            ]
        )


# --- once -------------------------------------------------------------------------------------------------------------


def once(request: HttpRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Run a POST with an idempotency key once; the same request again gets the same answer."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if request.method != "POST" or key is None or not hasattr(request, "caller"):
        return run()
    if not re.fullmatch(r"[!-~]{1,255}", key):
        raise Refused("idempotency_key_unreadable")
    digest = hashlib.sha256(b"\0".join((request.META.get("QUERY_STRING", "").encode(), sent(request)))).hexdigest()
    target = f"{request.method} {request.path}"[:300]
    client = caller_of(request).client
    row = replays.begin(client_id=client.pk, key=key, target=target, body_digest=digest, now=true_time.now())
    if row.status is not None:
        return _again(request, row)
    try:
        answer = run()
    except BaseException:
        replays.withdraw(row)
        raise
    if answer.status_code >= 500:
        replays.withdraw(row)
    else:
        kept = {"Content-Type": answer["Content-Type"], **request.answer_headers}
        replays.finish(row, status=answer.status_code, headers=kept, answer=answer.content)
    return answer


def sent(request: HttpRequest) -> bytes:
    """What tells this request from another: its body, or the digests of the files in it."""
    if request.content_type != "multipart/form-data":
        return request.body
    parts = [f"{name}={value}".encode() for name, values in request.POST.lists() for value in values]
    for name, files in request.FILES.lists():
        parts += [f"{name}:{file.name}:{hashlib.sha256(file.read()).hexdigest()}".encode() for file in files]
        for file in files:
            file.seek(0)
    return b"\0".join(sorted(parts))


def _again(request: HttpRequest, row: Any) -> HttpResponse:
    answer = HttpResponse(replays.answer_of(row), status=row.status)
    for name, value in row.headers.items():
        answer[name] = value
    answer["Idempotent-Replayed"] = "true"
    return answer
