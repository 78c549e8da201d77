"""What is protected: a mark, whose it is, for what goods, and who may use it. Read from a line of text or of JSON.

A plain line is the mark itself. A line of JSON has fields:

    {"text": "Halden", "id": "NO-1", "owner": "Halden & Moe AS", "classes": [25], "allowed_sellers": ["ines"], "ordinary": false}
"""

import json
from dataclasses import dataclass, field
from typing import Any

FIELDS = {"text", "id", "owner", "classes", "allowed_sellers", "ordinary"}
NICE_CLASSES = range(1, 46)  # Nice Agreement, 12th edition: 34 classes of goods, 11 of services


class MarkDefective(ValueError):
    """A line of a marks file is no mark: the field, what is wrong with it, and which line when known."""

    code = "mark_defective"

    def __init__(self, where: str, fault: str) -> None:
        self.where, self.fault = where, fault
        super().__init__(f"{where}: {fault}")


@dataclass(frozen=True, slots=True)
class Mark:
    """A protected word or name.

    `classes` are Nice classes. `ordinary` says whether the words have a meaning of their own (apple, orange); None leaves it
    to the vocabulary. `allowed_sellers` may use the mark.
    """

    text: str
    id: str = ""
    owner: str = ""
    classes: frozenset[int] = frozenset()
    allowed_sellers: frozenset[str] = field(default=frozenset())
    ordinary: bool | None = None


def mark_of_line(line: str) -> Mark:
    """Return the mark of one line; raises MarkDefective. A line that starts with { is JSON."""
    text = line.strip()
    return mark_of_fields(fields_of(text)) if text.startswith("{") else mark_of_fields({"text": text})


def fields_of(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise MarkDefective("line", f"starts with {{ but is no JSON object ({fault})") from fault
    if unknown := sorted(set(found) - FIELDS):
        raise MarkDefective(unknown[0][:40], f"unknown field; there are {', '.join(sorted(FIELDS))}")
    return dict(found)


def mark_of_fields(found: dict[str, Any]) -> Mark:
    """Return the mark of these fields; raises MarkDefective."""
    return Mark(
        text=_text(found, "text", needed=True),
        id=_text(found, "id"),
        owner=_text(found, "owner"),
        classes=frozenset(_classes(found.get("classes", []))),
        allowed_sellers=frozenset(names_of(found.get("allowed_sellers", []))),
        ordinary=_truth(found.get("ordinary")),
    )


def _text(found: dict[str, Any], name: str, *, needed: bool = False) -> str:
    value = found.get(name, "")
    if not isinstance(value, str):
        raise MarkDefective(name, f"must be text, is {type(value).__name__}")
    if needed and not value.strip():
        raise MarkDefective(name, "is missing or empty")
    return value.strip()


def _classes(value: Any) -> list[int]:
    if not isinstance(value, list) or any(type(one) is not int or one not in NICE_CLASSES for one in value):
        raise MarkDefective("classes", "must be a list of Nice classes, 1 to 45")
    return value


def names_of(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise MarkDefective("allowed_sellers", "must be a list of seller names")
    return value


def _truth(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise MarkDefective("ordinary", "must be true, false or null")
    return value
