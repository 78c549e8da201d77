"""How does an index of parts lie on disk, so that it is whole after a crash, and damage is noticed? One file, mapped into memory.

The first page says what is in it, with checksums; then come the arrays, each at a page of its own. A new file is written beside
the old one and takes its place when all of it is on disk. What the points came from (`Features`) is kept elsewhere: from there
a damaged index is made anew.
"""

import json
import logging
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from countermark.matching.hamming.files import PAGE, IndexDamaged, checksum_of, put, refuse_other_length
from countermark.matching.hamming.index import IndexMissing
from countermark.matching.libraries import Library
from countermark.matching.pictures.candidates import PartIndex, State
from countermark.matching.pictures.features import Features
from countermark.matching.pictures.numbers import VERSION
from countermark.matching.pictures.postings import Postings, joined
from countermark.matching.pictures.vocabulary import Vocabulary

np: Any = Library("numpy")
log = logging.getLogger(__name__)

FORMAT = 1
Source = Callable[[], Sequence[tuple[int, Features]]]


def save(index: PartIndex, path: Path) -> None:
    """Write an index to a file, whole or not at all."""
    state = index.state
    arrays = named_arrays(state.vocabulary, state) if state.vocabulary is not None and state.layers else {}
    described = [[name, array.dtype.str, list(array.shape)] for name, array in arrays.items()]
    checksum = checksum_of(list(arrays.values()))
    header = {"format": FORMAT, "numbers": VERSION, "version": state.version, "arrays": described, "checksum": checksum}
    text = json.dumps(header | {"check": check_of(header)}).encode()
    parts: list[Any] = [text.ljust(PAGE, b"\n")]
    for array in arrays.values():
        parts += [memoryview(array).cast("B") if array.size else b"", bytes(-array.nbytes % PAGE)]
    put(path, parts)


def named_arrays(vocabulary: Vocabulary, state: State) -> dict[str, Any]:
    """Return all arrays of an index, its layers as one."""
    layer = joined(state.layers)
    found = {**vocabulary._asdict(), **layer._asdict(), "pictures": state.pictures}
    return {name: np.ascontiguousarray(array) for name, array in found.items()}


def check_of(header: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(header).encode())


def load(path: Path, *, verify: bool = True) -> PartIndex:
    """Map an index into memory; raises IndexMissing, IndexDamaged. Not verified, only length and first page are checked."""
    header = header_of(path)
    arrays, place = {}, PAGE
    specs = [(name, np.dtype(kind), tuple(shape)) for name, kind, shape in header["arrays"]]
    refuse_other_length(path, PAGE + sum(paged(kind.itemsize * int(np.prod(shape))) for _, kind, shape in specs))
    for name, kind, shape in specs:
        size = kind.itemsize * int(np.prod(shape))
        arrays[name] = np.memmap(path, kind, "r", place, shape).view(np.ndarray) if size else np.zeros(shape, kind)
        place += paged(size)
    if verify and checksum_of(list(arrays.values())) != header["checksum"]:
        raise IndexDamaged(path.name, "does not match its checksum")
    return index_of(arrays, header["version"])


def paged(size: int) -> int:
    return size + -size % PAGE


def header_of(path: Path) -> dict[str, Any]:
    """Return what the first page says; raises IndexMissing, IndexDamaged."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(PAGE))
    except FileNotFoundError as fault:
        raise IndexMissing(path) from fault
    except ValueError as fault:
        raise IndexDamaged(path.name, "does not begin as an index does") from fault
    if not isinstance(found, dict) or found.pop("check", None) != check_of(found):
        raise IndexDamaged(path.name, "does not match its checksum")
    if (found["format"], found["numbers"]) != (FORMAT, VERSION):
        raise IndexDamaged(path.name, f"is not of format {FORMAT} and {VERSION}")
    return found


def index_of(arrays: dict[str, Any], version: int) -> PartIndex:
    index = PartIndex()
    index.state = State(version=version)
    if arrays:
        vocabulary = Vocabulary(*(arrays[name] for name in Vocabulary._fields))
        layer = Postings(*(arrays[name] for name in Postings._fields))
        index.state = State(vocabulary, (layer,), arrays["pictures"], len(layer.ids), version=version)
    return index


def load_or_make(path: Path, source: Source, version: int = 0) -> PartIndex:
    """Map an index into memory, or make it anew from `source` where there is none or it is damaged, and save it.

    `version` is that of the source. Why it was made anew is in `rebuilt` of the index, empty when it was not or there was none.
    """
    try:
        return load(path)
    except IndexMissing:
        why = ""
    except IndexDamaged as damage:
        why = str(damage)
        log.warning("matching.parts.rebuilt: %s", damage)
    index = PartIndex(list(source()))
    index.rebuilt, index.state = why, index.state._replace(version=version)
    path.parent.mkdir(parents=True, exist_ok=True)
    save(index, path)
    return index
