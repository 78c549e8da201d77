"""What did a program send? JSON as RFC 8259 has it, and nothing that two readers could understand differently.

Refused: what is no JSON, numbers that are none (NaN, Infinity), a name twice in one object, more nesting than anything of
ours needs, and texts no database takes (NUL, halves of surrogate pairs). The first fault found is the one named.
"""

import json
from collections.abc import Iterator
from typing import Any

DEEPEST = 32  # levels; the deepest body of ours has 5


class BodyUnreadable(Exception):
    """The body cannot be read; `what` says why, `where` names the place when it has a name."""

    code = "body_unreadable"
    http_status_hint = 400

    def __init__(self, what: str, where: str = "") -> None:
        self.what, self.where = what, where
        super().__init__(what)


def read(body: bytes) -> Any:
    """The value a body holds. Raises BodyUnreadable: not_utf8, not_json, no_number, named_twice, too_deep, unprintable_text."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise BodyUnreadable("not_utf8") from None
    try:
        value = DECODER.decode(text)
    except RecursionError:
        raise BodyUnreadable("too_deep") from None
    except ValueError as fault:  # also an integer of thousands of digits
        raise BodyUnreadable("not_json", f"{getattr(fault, 'pos', '')}") from None
    _look_through(value, escaped="\\u" in text)  # JSON has no bare NUL, and UTF-8 no halves
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        raise BodyUnreadable("named_twice", next(name for name in names if names.count(name) > 1)[:80])
    return made


def _number(text: str) -> int | float:
    """A number as JSON Schema has it: 7.0 is the integer 7."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _no_number(word: str) -> Any:
    raise BodyUnreadable("no_number", word)


DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number, parse_float=_number)


def _look_through(value: Any, *, escaped: bool) -> None:
    """Walk the value without recursion: its depth, and where one could be unprintable every text in it."""
    level, waiting = 0, [value]
    while waiting:
        level += 1
        if level > DEEPEST:
            raise BodyUnreadable("too_deep")
        objects = [each for each in waiting if isinstance(each, dict)]
        if escaped and any(map(unprintable, _texts(waiting, objects))):
            raise BodyUnreadable("unprintable_text")
        lists = [each for each in waiting if isinstance(each, list)]
        waiting = [inner for each in objects for inner in each.values()] + [inner for each in lists for inner in each]


def _texts(values: list[Any], objects: list[dict[str, Any]]) -> Iterator[str]:
    """The texts among these values, and the names in these objects."""
    yield from (each for each in values if isinstance(each, str))
    yield from (name for each in objects for name in each)


def unprintable(text: str) -> bool:
    """Whether no database takes this text: it holds NUL or half of a surrogate pair."""
    return (not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text)) or "\0" in text
