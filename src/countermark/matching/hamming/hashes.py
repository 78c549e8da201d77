"""How do hashes and the ids they stand for come in and go out? 32 bytes each outside, four words of 64 bits each inside."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from countermark.matching.libraries import Library

np: Any = Library("numpy")

BYTES = 32


class Hit(NamedTuple):
    """One id near what was asked, and how many bits its nearest hash differs in."""

    id: int
    distance: int


class Nearby(NamedTuple):
    """What is near the hashes asked with, by which version of the index. The arrays have a row for each hit, by question,
    then distance, then id; an id stands once for a question."""

    version: int
    questions: Any
    ids: Any
    distances: Any

    def of(self, question: int) -> list[Hit]:
        """Return the hits of one question, by its number, the nearest first."""
        if not len(self.ids):
            return []
        first, last = np.searchsorted(self.questions, (question, question + 1)).tolist()
        return [
            Hit(*pair) for pair in zip(self.ids[first:last].tolist(), self.distances[first:last].tolist(), strict=True)
        ]


def as_words(hashes: Sequence[bytes] | Any) -> Any:
    """Return hashes as an array of words, (hashes, 4); an array of that shape is taken as it is."""
    if hasattr(hashes, "dtype"):
        if hashes.dtype != np.uint64 or hashes.shape[1:] != (4,):
            raise ValueError(f"an array of hashes is (n, 4) of uint64, not {hashes.shape} of {hashes.dtype}")
        return np.require(hashes, requirements=("C", "ALIGNED"))
    if wrong := next((one for one in hashes if len(one) != BYTES), None):
        raise ValueError(f"a hash has {BYTES} bytes, not {len(wrong)}; give bytes.fromhex(text) of the 64 digits")
    return np.frombuffer(b"".join(hashes), dtype="<u8").reshape(-1, 4)


def as_ids(ids: Iterable[int] | Any) -> Any:
    return np.ascontiguousarray(ids if hasattr(ids, "dtype") else list(ids), dtype=np.int64)


def nearby(version: int, parts: list[tuple[Any, Any]]) -> Nearby:
    """Put hits in order, each id once for a question with its nearest hash. `parts` are ids by row, and (question, row,
    distance) of hits."""
    found = [np.column_stack([hits[:, 0], hits[:, 2], ids[hits[:, 1]]]) for ids, hits in parts]
    if not found:
        return Nearby(version, *np.zeros((3, 0), dtype=np.int64))
    questions, distances, ids = (found[0] if len(found) == 1 else np.concatenate(found)).T
    if len(ids) == 1:
        return Nearby(version, questions, ids, distances)
    order = np.lexsort((distances, ids, questions))
    nearest = order[np.concatenate([[True], changes(ids[order]) | changes(questions[order])])]
    order = nearest[np.lexsort((ids[nearest], distances[nearest], questions[nearest]))]
    return Nearby(version, questions[order], ids[order], distances[order])


def changes(values: Any) -> Any:
    return values[1:] != values[:-1]
