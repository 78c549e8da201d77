"""Which pictures do the addresses in a batch lead to? They are fetched before the batch is screened, by whoever reads the files.

Only rows without picture and without hash ask for theirs. A batch with pictures is cut where they take too much memory; a picture
that did not come is a problem of its row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from countermark.matching.catalogue.reading import BYTES, Piece
from countermark.matching.catalogue.schema import UNREAD
from countermark.matching.libraries import Library

pa: Any = Library("pyarrow", "catalogue")


class Got(NamedTuple):
    """What an address led to: a file of this machine, or why there is none."""

    file: Path | None
    problem: str = ""


FetchAll = Callable[[Sequence[str]], Mapping[str, Got]]


def with_pictures(found: Iterable[Piece], fetch_all: FetchAll) -> Iterator[Piece]:
    """Yield batches with their pictures in them."""
    for piece in found:
        wanted = wanted_in(piece.batch)
        if any(wanted):
            got = fetch_all(list(dict.fromkeys(filter(None, wanted))))
            yield from cut(piece, [got.get(url) if url else None for url in wanted])
        else:
            yield piece


def wanted_in(batch: Any) -> list[str | None]:
    """Return the address of each row that has no picture and no hash."""
    names = batch.schema.names
    if "image_url" not in names:
        return []
    urls = as_plain_text(batch.column("image_url"))
    has = [batch.column(name).is_valid().to_pylist() for name in ("image", "pdq") if name in names]
    return [None if any(there) else (url or None) for url, *there in zip(urls, *has, strict=True)]


def as_plain_text(column: Any) -> list[str | None]:
    """Return addresses; one that is no text is left to the batch to complain of."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        return [one.decode("utf-8", "replace") if one else None for one in column.cast(pa.binary()).to_pylist()]


def cut(piece: Piece, got: Sequence[Got | None]) -> Iterator[Piece]:
    """Yield the rows of a batch with their pictures, as many at a time as memory is meant for."""
    images, problems, size, begin = list[bytes | None](), list[str | None](), 0, 0
    own = contents(piece.batch, "image")
    for row, one in enumerate(got):
        content = one.file.read_bytes() if one and one.file else None
        images.append(own[row] if content is None else content)
        problems.append(f"picture_not_fetched: {one.problem}" if one and one.problem else None)
        size += len(content or b"")
        if size >= BYTES:
            yield slice_of(piece, begin, images, problems)
            images, problems, size, begin = [], [], 0, row + 1
    if images:
        yield slice_of(piece, begin, images, problems)


def contents(batch: Any, name: str) -> list[Any]:
    return batch.column(name).to_pylist() if name in batch.schema.names else [None] * batch.num_rows


def slice_of(piece: Piece, begin: int, images: list[bytes | None], problems: list[str | None]) -> Piece:
    batch = piece.batch.slice(begin, len(images))
    before = contents(batch, UNREAD)
    said = [f"{one}; {other}" if one and other else one or other for one, other in zip(before, problems, strict=True)]
    columns = {name: batch.column(name) for name in batch.schema.names}
    columns |= {"image": pa.array(images, pa.binary()), UNREAD: pa.array(said, pa.string())}
    return Piece(piece.file, piece.before + begin, pa.record_batch(columns), piece.read)
