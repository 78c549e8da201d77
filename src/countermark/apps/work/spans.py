"""Where does a span of a trace begin and end? Nowhere, unless telemetry is plugged in: project/telemetry.py, by a setting.

The floors above mark what they do; what becomes of the marks is decided at the start of the process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol


class Span(Protocol):
    """Something that is being done."""

    def name(self, name: str, **what: Any) -> None:
        """Say what it is once that is known: codes, ids and numbers, nothing personal."""


class _Nothing:
    def name(self, name: str, **what: Any) -> None:
        return


@contextmanager
def _nothing(kind: str, name: str, parent: str, what: dict[str, Any]) -> Iterator[Span]:
    yield _Nothing()


Tracer = Callable[[str, str, str, dict[str, Any]], AbstractContextManager[Span]]
_tracer: list[Tracer] = [_nothing]


def plug_in(tracer: Tracer | None) -> None:
    """Take this tracer from now on; None for nothing."""
    _tracer[0] = tracer or _nothing


def request(method: str, parent: str = "") -> AbstractContextManager[Span]:
    """A request that came; `parent` is its `traceparent` header."""
    return _tracer[0]("server", method, parent, {"method": method})


def job(kind: str, **what: Any) -> AbstractContextManager[Span]:
    """A job of the worker."""
    return _tracer[0]("consumer", f"job {kind}", "", {"kind": kind, **what})


def call(name: str, **what: Any) -> AbstractContextManager[Span]:
    """A call to the outside."""
    return _tracer[0]("client", name, "", what)
