"""Which request, job, case and person does a log line belong to?

Whoever opens a door (a request, a job) binds what it knows; every line logged while it is open carries it. Ids, codes and
numbers of cases only: never a name, an address or an IP.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_bound: ContextVar[Mapping[str, Any]] = ContextVar("log_context", default={})  # noqa: B039  - replaced, never changed


def current() -> Mapping[str, Any]:
    """What is bound now."""
    return _bound.get()


@contextmanager
def bound(**what: Any) -> Iterator[None]:
    """Bind for the time of a block; what is None is left out."""
    token = _bound.set({**_bound.get(), **_said(what)})
    try:
        yield
    finally:
        _bound.reset(token)


def bind(**what: Any) -> None:
    """Bind more inside an open block: what is learnt on the way, such as the route and the person."""
    _bound.set({**_bound.get(), **_said(what)})


def _said(what: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in what.items() if value is not None}
