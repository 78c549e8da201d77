"""How many requests did this process answer, and how fast? By route, in this process alone: `process` tells them apart."""

from __future__ import annotations

import os
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram

PROBES = ("healthz", "readyz", "metrics")
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

registry = CollectorRegistry()
requests = Counter(
    "countermark_requests",
    "Requests answered by a process.",
    ["process", "route", "method", "status"],
    registry=registry,
)
latency = Histogram(
    "countermark_request_seconds",
    "How long a process took to answer.",
    ["process", "route"],
    buckets=SECONDS,
    registry=registry,
)


def seen(route: str, method: str, status: int, seconds: float) -> None:
    """Count one answer. Routes are those of the URL map, so their number is bounded; so is that of methods."""
    answered, took = _counted(os.getpid(), route, method if method in METHODS else "other", status)
    answered.inc()
    took.observe(seconds)


@cache
def _counted(process: int, route: str, method: str, status: int) -> tuple[Counter, Histogram]:
    """What counts these answers: looked up once, as it takes longer than counting."""
    return requests.labels(str(process), route, method, str(status)), latency.labels(str(process), route)
