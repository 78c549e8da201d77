"""Where do traces go? To an OpenTelemetry collector by OTLP over HTTP, when OTEL_EXPORTER_OTLP_ENDPOINT is set; else nowhere.

A span for each request, job, letter and call to the outside. They hold codes, ids and numbers: no address of a person, no query.
Started once in each process, after it was forked: by the WSGI module and by the worker.
"""

from __future__ import annotations

import atexit
import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import httpx
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from countermark import __version__
from countermark.apps.work import log_context, spans

NOT_THERE = "OTEL_EXPORTER_OTLP_ENDPOINT is set, but its packages are not there: pip install 'countermark[otel]', or unset it."
_started: dict[str, Any] = {}


class Traces:
    """The SDK behind the seam of apps/work/spans.py."""

    def __init__(self, endpoint: str) -> None:
        self.trace = _module("opentelemetry.trace")
        resources, sdk = _module("opentelemetry.sdk.resources"), _module("opentelemetry.sdk.trace")
        sending = _module("opentelemetry.sdk.trace.export")
        exporter = _module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
        self.headers = _module("opentelemetry.trace.propagation.tracecontext").TraceContextTextMapPropagator()
        what = {"service.name": os.environ.get("OTEL_SERVICE_NAME", "countermark"), "service.version": __version__}
        self.provider = sdk.TracerProvider(resource=resources.Resource.create(what), shutdown_on_exit=False)
        out = exporter.OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=5)
        self.provider.add_span_processor(sending.BatchSpanProcessor(out))
        self.tracer = self.provider.get_tracer("countermark", __version__)

    @contextmanager
    def span(self, kind: str, name: str, parent: str, what: dict[str, Any]) -> Iterator[spans.Span]:
        """One span around a block; an exception marks it by its class alone, and the trace's id stands in the log."""
        above = self.headers.extract({"traceparent": parent}) if parent else None
        known = getattr(self.trace.SpanKind, kind.upper())
        told = {"context": above, "kind": known, "attributes": what, "record_exception": False}
        with self.tracer.start_as_current_span(name, set_status_on_exception=False, **told) as span:
            trace_id = f"{span.get_span_context().trace_id:032x}"
            with log_context.bound(trace_id=trace_id):
                try:
                    yield _Named(span)
                except BaseException as fault:
                    span.set_status(self.trace.Status(self.trace.StatusCode.ERROR, type(fault).__name__))
                    raise

    def inject(self, headers: Any) -> None:
        """Tell whoever is called which trace this is."""
        carrier: dict[str, str] = {}
        self.headers.inject(carrier)
        for name, value in carrier.items():
            headers[name] = value

    def stop(self) -> None:
        """Send what is left."""
        spans.plug_in(None)
        self.provider.shutdown()


class _Named:
    def __init__(self, span: Any) -> None:
        self.span = span

    def name(self, name: str, **what: Any) -> None:
        self.span.update_name(name)
        self.span.set_attributes(what)


def start() -> Traces | None:
    """Begin to send traces if the setting says where; a second call does nothing. Raises ImproperlyConfigured."""
    endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT
    if not endpoint or "traces" in _started:
        return _started.get("traces")
    traces = _started["traces"] = Traces(endpoint)
    spans.plug_in(traces.span)
    _mark_calls(traces)
    atexit.register(stop)
    return traces


def stop() -> None:
    """Send what is left and trace no more."""
    if traces := _started.pop("traces", None):
        httpx.Client.send = _started.pop("send")
        traces.stop()


def _mark_calls(traces: Traces) -> None:
    """A span for each call by HTTP: marketplaces, pictures, webhooks, the organisation's sign-in. Host and status, no path."""
    send = _started["send"] = httpx.Client.send

    @wraps(send)
    def marked(client: httpx.Client, request: httpx.Request, **more: Any) -> httpx.Response:
        with spans.call(f"{request.method} {request.url.host}", host=request.url.host) as span:
            traces.inject(request.headers)
            response = send(client, request, **more)
            span.name(f"{request.method} {request.url.host}", status=response.status_code)
            return response

    httpx.Client.send = marked


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as missing:
        raise ImproperlyConfigured(NOT_THERE) from missing
