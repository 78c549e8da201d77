"""Where does a demoted page stand? Last, in every list and every search, whatever it is sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class DemotedLast(Sequence[Any]):
    """The results of a search with some products behind all others; asks the index only for the page that is shown."""

    def __init__(self, found: Any, demoted: Sequence[int]) -> None:
        ids = [str(one) for one in demoted]
        self._parts = (found.exclude(django_id__in=ids), found.filter(django_id__in=ids))

    def __len__(self) -> int:
        return sum(len(part) for part in self._parts)

    def __getitem__(self, wanted: Any) -> Any:
        if not isinstance(wanted, slice):
            return self[wanted : wanted + 1][0]
        start, stop, _ = wanted.indices(len(self))
        first = len(self._parts[0])
        return [
            *self._parts[0][min(start, first) : min(stop, first)],
            *self._parts[1][max(start - first, 0) : max(stop - first, 0)],
        ]
