"""What does each request leave in logs and figures, and how are probes answered before anything else can fail?

A request has an id: the caller's X-Request-Id where it is one, else a new one; it is answered back and stands in every line. The
probes are answered here, before sessions, hosts and languages: a probe comes by an address of its own and may not need a
database to hear that there is none.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare

from countermark import __version__
from countermark.apps.work import log_context, spans, true_time
from countermark.entrypoints.monitoring import metrics, readiness, traffic

log = logging.getLogger("countermark.requests")
Answer = Callable[[HttpRequest], HttpResponse]
AN_ID = re.compile(r"[A-Za-z0-9._:-]{1,80}")
LOOPBACK = ("127.", "::1")
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")  # a proxy on this machine speaks for strangers
ADVICE = "Set METRICS_TOKEN and send it as a bearer token, or ask from this machine.\n"


class RequestMiddleware:
    """Gives each request its id, its line in the log, its figures and its span."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("HTTP_X_REQUEST_ID", "")  # request.headers makes a table of all of them first
        request.request_id = said if AN_ID.fullmatch(said) else uuid4().hex
        started = time.perf_counter()
        traced = spans.request(request.method or "", request.META.get("HTTP_TRACEPARENT", ""))
        with log_context.bound(request_id=request.request_id), traced as span:
            response = self.answer(request)
            route = route_of(request)
            span.name(f"{request.method} {route}", route=route, status=response.status_code)
            self._told(request, response, route, time.perf_counter() - started)
        response.headers.setdefault("X-Request-Id", request.request_id)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """The route and the case are known from here on."""
        number = kwargs.get("number")
        log_context.bind(route=route_of(request), case=number if isinstance(number, str) else None)

    @staticmethod
    def _told(request: HttpRequest, response: HttpResponse, route: str, seconds: float) -> None:
        traffic.seen(route, request.method or "", response.status_code, seconds)
        if route in traffic.PROBES:
            return
        with log_context.bound(route=route, person=person_of(request), role=getattr(request, "role", None)):
            ms = seconds * 1000
            log.info("request.done method=%s status=%s ms=%.0f", request.method, response.status_code, ms)


def route_of(request: HttpRequest) -> str:
    """The name of the route, never its path: a path may hold a token."""
    if probe := getattr(request, "probe", ""):
        return str(probe)
    match = request.resolver_match
    return (match.view_name or match.route) if match else "unmatched"


def person_of(request: HttpRequest) -> int | None:
    """The id of whoever is signed in, when the page asked for it; asking here could cost a query."""
    person = request.__dict__.get("_cached_user")
    return person.pk if person is not None and person.is_authenticated else None


class ProbeMiddleware:
    """Answers /healthz, /readyz and /metrics."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.probes = {"/healthz": healthz, "/readyz": readyz, "/metrics": figures}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = self.probes.get(request.path_info)
        if probe is None:
            return self.answer(request)
        request.probe = request.path_info[1:]
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        response = probe(request)
        response["Cache-Control"] = "no-store"
        return response


def healthz(request: HttpRequest) -> HttpResponse:
    """This process lives and answers; nothing else is asked."""
    return JsonResponse({"alive": True, "version": __version__})


def readyz(request: HttpRequest) -> HttpResponse:
    """Whether this process can serve, part by part; 503 when not."""
    now = true_time.now()
    found = readiness.parts(now)
    ready = readiness.is_ready(found)
    said = {"ready": ready, "version": __version__, "at": now.isoformat(timespec="seconds")}
    return JsonResponse({**said, "checks": {part.name: part.as_json() for part in found}}, status=200 if ready else 503)


def figures(request: HttpRequest) -> HttpResponse:
    """The figures for Prometheus, for whoever has the token, or without one for this machine."""
    if not _may_read_figures(request):
        return HttpResponse(ADVICE, status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(metrics.text(true_time.now()), content_type=metrics.MEDIA_TYPE)


def _may_read_figures(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}")
    near = str(request.META.get("REMOTE_ADDR", "")).startswith(LOOPBACK)
    return near and not any(name in request.headers for name in FORWARDED)
