"""Do spans arrive at a collector, by a setting, with nothing personal in them?"""

import importlib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from countermark.apps.work import log_context, spans
from countermark.project import telemetry

pytestmark = pytest.mark.django_db
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def collector():
    """A collector of our own: takes what is sent, keeps it. Also answers GET, as a shop would."""
    kept: list[bytes] = []

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self):
            kept.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def do_GET(self):
            kept.append(self.headers.get("traceparent", "").encode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            return

    server = HTTPServer(("127.0.0.1", 0), Takes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", kept
    server.shutdown()
    server.server_close()


def spans_in(kept):
    found = [ExportTraceServiceRequest.FromString(one) for one in kept if one and not one.startswith(b"00-")]
    return [span for each in found for r in each.resource_spans for scope in r.scope_spans for span in scope.spans]


def test_requests_jobs_and_calls_arrive_at_the_collector(collector, settings):
    settings.OTEL_EXPORTER_OTLP_ENDPOINT, kept = collector
    telemetry.start()
    try:
        Client().get("/account/sign-in/", headers={"traceparent": PARENT})
        with spans.job("deliver", attempt=1):
            assert len(log_context.current()["trace_id"]) == 32
            httpx.Client(trust_env=False).get(f"{collector[0]}/item/7?who=mei@lantern.example")
    finally:
        telemetry.stop()
    found = {span.name: span for span in spans_in(kept)}
    assert {"GET account_login", "job deliver", "GET 127.0.0.1"} <= set(found)
    assert found["GET account_login"].trace_id.hex() == PARENT.split("-")[1]
    assert found["GET 127.0.0.1"].parent_span_id == found["job deliver"].span_id
    assert any(
        one.decode().startswith(f"00-{found['job deliver'].trace_id.hex()}") for one in kept if one[:3] == b"00-"
    )
    assert b"mei@" not in b"".join(kept) and b"/item/7" not in b"".join(kept)


def test_a_fault_marks_its_span_by_class_alone(collector, settings):
    settings.OTEL_EXPORTER_OTLP_ENDPOINT, kept = collector
    telemetry.start()
    try:
        with pytest.raises(ValueError), spans.job("tell"):
            raise ValueError("mei@lantern.example is taken")
    finally:
        telemetry.stop()
    assert [span.status.message for span in spans_in(kept)] == ["ValueError"]


def test_without_the_setting_nothing_is_traced():
    assert telemetry.start() is None
    with spans.job("tell") as span:
        span.name("still nothing")
    assert "trace_id" not in log_context.current()


def test_the_setting_without_the_package_says_what_to_install(settings, monkeypatch):
    def missing(name):
        raise ImportError(name)

    settings.OTEL_EXPORTER_OTLP_ENDPOINT = "http://127.0.0.1:4318"
    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(ImproperlyConfigured, match=r"pip install 'countermark\[otel\]'"):
        telemetry.start()
