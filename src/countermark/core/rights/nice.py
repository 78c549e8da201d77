"""Which classes of goods and services does a text name? The classes of the Nice Agreement: 1 to 34 goods, 35 to 45 services."""

from __future__ import annotations

import re

LAST_CLASS = 45  # Nice Agreement, eleventh edition and later


def classes_of(text: str) -> tuple[int, ...] | None:
    """The classes named, in order, each once; empty when none is, None when something in the text is no class."""
    parts = re.findall(r"[^\s,;，、；]+", text)
    numbers = [int(part) if part.isdecimal() and len(part) < 4 else 0 for part in parts]
    if not all(1 <= number <= LAST_CLASS for number in numbers):
        return None
    return tuple(sorted(set(numbers)))
