"""How does a program walk a long list? By keyset: each answer names where it stopped, and the next begins after it.

A cursor is signed and belongs to its list, its filters and its program. Rows that come or go in between shift nothing,
and the thousandth piece costs as much as the first.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest
from pydantic import BaseModel

from countermark.entrypoints.api.problems import Refused
from countermark.entrypoints.api.routing import answer_header, caller_of
from countermark.entrypoints.api.schemas import Asked

SALT = "countermark.api.cursor"
Row = TypeVar("Row", bound=Any)


class Rows(Protocol):
    """What can be walked: a queryset, or several read as one list."""

    def filter(self, said: Q, /) -> Any: ...

    def order_by(self, *names: str) -> Any: ...


def page_of(
    request: HttpRequest,
    rows: Rows,
    asked: Asked,
    *,
    order: Sequence[str],
    show: Callable[[list[Any]], Iterable[BaseModel | dict[str, Any]]],
) -> dict[str, Any]:
    """One piece of `rows`, as the schema Page takes it; sets the header Link when there is more.

    `order` names columns that are never null ("-opened_at", "pk"), the last one unique. `show` makes the items of the
    whole piece at once, so that its queries do not grow with the piece.
    """
    columns = [(name.removeprefix("-"), name.startswith("-")) for name in order]
    bound = _bound(request, asked, order)
    if asked.cursor:
        rows = rows.filter(_after(columns, _opened(asked.cursor, bound, len(columns))))
    piece = list(rows.order_by(*order)[: asked.limit + 1])
    more, piece = len(piece) > asked.limit, piece[: asked.limit]
    following = _sealed(piece[-1], columns, bound) if more else None
    if following:
        query = {**{k: v for k, v in request.GET.items() if k != "cursor"}, "cursor": following}
        answer_header(request, "Link", f'<{settings.BASE_URL}{request.path}?{urlencode(query)}>; rel="next"')
    return {"items": list(show(piece)), "next": following}


def _bound(request: HttpRequest, asked: Asked, order: Sequence[str]) -> str:
    """What a cursor belongs to: the list, its filters and order, and the program."""
    said = asked.model_dump(mode="json", exclude={"cursor", "limit"})
    whole = json.dumps([request.path, list(order), caller_of(request).client.pk, said], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _sealed(row: Any, columns: Sequence[tuple[str, bool]], bound: str) -> str:
    values = [_out(_of(row, name)) for name, _ in columns]
    return signing.dumps([bound, values], salt=SALT, compress=True)


def _of(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _out(value: Any) -> Any:
    return {"at": value.isoformat()} if isinstance(value, datetime) else value


def _in(value: Any) -> Any:
    return datetime.fromisoformat(value["at"]) if isinstance(value, dict) else value


def _opened(cursor: str, bound: str, count: int) -> list[Any]:
    try:
        owner, values = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError):
        raise Refused("cursor_unknown") from None
    if owner != bound or len(values) != count:
        raise Refused("cursor_unknown")
    return [_in(value) for value in values]


def _after(columns: Sequence[tuple[str, bool]], values: Sequence[Any]) -> Q:
    """Rows behind this one: larger in the first column, or equal there and larger in the next, and so on."""
    found, same = Q(), Q()
    for (name, falling), value in zip(columns, values, strict=True):
        found |= same & Q(**{f"{name}__{'lt' if falling else 'gt'}": value})
        same &= Q(**{name: value})
    return found
