"""What is one entry of the bar?"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One entry: its label, translated; the name of its page; and how many wait there (None: not counted)."""

    label: str
    url_name: str
    count: int | None = None
