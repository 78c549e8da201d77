"""A read that is worded once and asked often: building and compiling a wide query takes longer than the database needs for it.

A builder makes the query from stand-ins, once for each connection and number of values in a list; then the same statement is
sent with the values of the day. Rule: a builder decides nothing by its values, and by nothing else that changes while a
process runs. Nothing that was read is kept in place of asking. With `alike`, where the database says the very same rows as when
it was last asked with these values, what was made of them then is copied: making wide rows anew takes longer than reading them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy, deepcopy
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable

Value = int | str | datetime | Sequence[int] | Sequence[str]
Scalar = (int, str, datetime)
FIRST = 2_147_480_000  # the stand-ins count on from here: no constant of a query is so large, and 32 bits hold them
HOLDERS = frozenset((list, dict))
ALIKE = 1000  # values of which what was made of their rows is kept


class Pattern(NamedTuple):
    """A row to copy. `held`: which of its values can be changed within; `beside`: the rows that were read with it."""

    row: Any
    held: tuple[str, ...]
    beside: dict[str, Pattern | None]

    def copied(self) -> Any:
        """A row of its own, with those beside it: what is done to it is done to no other."""
        row, own = self.row, ModelState()
        new = row.__class__.__new__(row.__class__)
        own.db, own.adding = row._state.db, row._state.adding
        own.fields_cache = {name: one and one.copied() for name, one in self.beside.items()}
        new.__dict__.update(row.__dict__, _state=own)
        for name in self.held:
            new.__dict__[name] = deepcopy(new.__dict__[name])
        return new


class Worded(NamedTuple):
    """A statement with what makes rows of its answer. `places`: which value, by name and number, stands for a stand-in."""

    compiler: Any
    statement: str
    parameters: tuple[Any, ...]
    places: dict[Any, tuple[str, int]]
    makes_rows: bool
    converters: dict[int, Any]  # what makes of a column what a model holds, by its place
    made: dict[tuple[Any, ...], tuple[Any, list[Pattern]]]  # of values: what was said last, the rows made of it

    def ready(self) -> Any:
        """A compiler of its own, with the converters known."""
        own = copy(self.compiler)
        own.get_converters = lambda columns: self.converters
        return own


class Prepared:
    """A query by its builder; call it with the values, by name: the rows, or tuples where the builder says `values_list`."""

    def __init__(self, build: Callable[..., QuerySet[Any]], *, alike: bool = False) -> None:
        self.build, self.alike = build, alike

    def __call__(self, **values: Value) -> list[Any]:
        worded = self._worded(values)
        if worded is None:
            return []
        given = [_filled(each, worded.places, values) for each in worded.parameters]
        if self.alike and worded.makes_rows:
            return _made_alike(worded, given)
        ready = worded.ready()
        ready.as_sql = lambda: (worded.statement, given)
        if not worded.makes_rows:
            return list(ready.results_iter(tuple_expected=True))
        return _made(ready)

    def _worded(self, values: dict[str, Value]) -> Worded | None:
        """The statement for values of this shape; None where no row can fulfil it."""
        shape = tuple((name, len(value) if _is_list(value) else -1) for name, value in values.items())
        kept = connections[DEFAULT_DB_ALIAS].__dict__.setdefault("_prepared", {})
        if (self, shape) not in kept:
            kept[self, shape] = self._word(values)
        return kept[self, shape]

    def _word(self, values: dict[str, Value]) -> Worded | None:
        stand_ins, places = _stand_ins(values)
        rows = self.build(**stand_ins)
        compiler = rows.query.get_compiler(using=DEFAULT_DB_ALIAS)
        try:
            statement, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
        if unasked := set(places) - {each for each in parameters if isinstance(each, Scalar)}:
            raise ValueError(
                f"the query does not ask by {[places[each][0] for each in unasked]}; leave these values out"
            )
        converters = compiler.get_converters([column for column, _, _ in compiler.select[: compiler.col_count]])
        return Worded(
            compiler, statement, tuple(parameters), places, rows._iterable_class is ModelIterable, converters, {}
        )


def _made(ready: Any) -> list[Any]:
    query = SimpleNamespace(get_compiler=lambda using: ready)
    return list(ModelIterable(SimpleNamespace(db=DEFAULT_DB_ALIAS, query=query, _known_related_objects={})))


def _made_alike(worded: Worded, given: list[Any]) -> list[Any]:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(worded.statement, given)
        said = cursor.fetchall()
    values = tuple(given)
    before, made = worded.made.get(values, (None, []))
    if not said:
        return []
    if before != said:
        ready = worded.ready()
        ready.execute_sql = lambda **how: [said]
        made = [_pattern(row) for row in _made(ready)]
        if len(worded.made) >= ALIKE:
            worded.made.clear()
        worded.made[values] = said, made
    return [row.copied() for row in made]


def _pattern(row: Model) -> Pattern:
    held = tuple(name for name, value in row.__dict__.items() if type(value) in HOLDERS)
    return Pattern(row, held, {name: one and _pattern(one) for name, one in row._state.fields_cache.items()})


def _is_list(value: Value) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _stand_ins(values: dict[str, Value]) -> tuple[dict[str, Value], dict[Any, tuple[str, int]]]:
    """One value nobody uses for each value, by name; and the place each has in the values, by how a parameter says it."""
    found: dict[str, Any] = {}
    places: dict[Any, tuple[str, int]] = {}
    for name, value in values.items():
        many = value if _is_list(value) else [value]
        made = [_stand_in(each, len(places) + n) for n, each in enumerate(many)]
        places |= {_as_parameter(each): (name, n) for n, each in enumerate(made)}
        found[name] = made if _is_list(value) else made[0]
    return found, places


def _stand_in(value: Value, n: int) -> Any:
    if isinstance(value, datetime):
        return datetime(1907, 1, 1, tzinfo=UTC) + timedelta(microseconds=n)
    return f"stand-in {n}" if isinstance(value, str) else FIRST + n


def _filled(parameter: Any, places: dict[Any, tuple[str, int]], values: dict[str, Any]) -> Any:
    """What is sent for a parameter of the worded statement: a constant, or a value in the type the column asks for."""
    if not isinstance(parameter, Scalar) or parameter not in places:
        return parameter
    name, n = places[parameter]
    value = values[name][n] if _is_list(values[name]) else values[name]
    return type(parameter)(value) if isinstance(parameter, int) else _as_parameter(value)


def _as_parameter(value: Any) -> Any:
    return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
