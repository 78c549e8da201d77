"""How does the index lie on disk, so that a crash at any instant leaves one that is whole?

A folder holds `manifest.json`, which names one generation, and that generation's two files: `base-N.hashes`, never changed,
mapped into memory, and `journal-N.steps`, which only grows. A new generation is written beside the old one, and counts from the
instant its manifest is put in place.
"""

import json
import os
import re
import zlib
from pathlib import Path
from typing import Any, NamedTuple

from countermark.matching.hamming.shelf import BUCKETS, Shelf
from countermark.matching.libraries import Library

np: Any = Library("numpy")

MANIFEST, FORMAT = "manifest.json", 1
NAMED = re.compile(r"(base-\d+\.hashes|journal-\d+\.steps)")
PAGE = 4096  # the arrays begin at a page, as memory is mapped
AT_ONCE = 1 << 24  # bytes checked at a time


class IndexDamaged(Exception):
    """A file of the index is not as it was written: which one and what is wrong with it. It has to be rebuilt."""

    code = "index_damaged"

    def __init__(self, file: str, fault: str) -> None:
        self.file, self.fault = file, fault
        super().__init__(f"the index file {file} {fault}; rebuild the index from its source")


class Manifest(NamedTuple):
    """Which generation counts, how many hashes its base has and in how many bands (0: without buckets), of which version they
    are, and the base's checksum."""

    generation: int
    rows: int
    bands: int
    version: int
    checksum: int


def base_path(folder: Path, generation: int) -> Path:
    return folder / f"base-{generation}.hashes"


def journal_path(folder: Path, generation: int) -> Path:
    return folder / f"journal-{generation}.steps"


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest, None where no index is; raises IndexDamaged."""
    try:
        found = json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as fault:
        raise IndexDamaged(MANIFEST, "is no JSON") from fault
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise IndexDamaged(MANIFEST, f"is not of format {FORMAT}")
    numbers = [found.get(name) for name in Manifest._fields]
    if found.get("check") != check_of(numbers):
        raise IndexDamaged(MANIFEST, "does not match its checksum")
    return Manifest(*numbers)


def check_of(numbers: list[Any]) -> int:
    return zlib.crc32(json.dumps(numbers).encode())


def write_manifest(folder: Path, manifest: Manifest) -> None:
    text = json.dumps({"format": FORMAT, **manifest._asdict(), "check": check_of(list(manifest))})
    put(folder / MANIFEST, [text.encode()])


def put(path: Path, parts: list[Any]) -> None:
    """Write a file whole or not at all."""
    arriving = path.with_name(f"{path.name}.arriving")
    with arriving.open("wb") as file:
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    os.replace(arriving, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Without this the name itself may be lost in a power cut, though the bytes are not."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_base(folder: Path, generation: int, shelf: Shelf) -> int:
    """Write a shelf as a base file; return its checksum."""
    arrays = [memoryview(np.ascontiguousarray(array)).cast("B") for array in shelf if array.size]
    checksum, parts = 0, []
    for array in arrays:
        checksum = zlib.crc32(array, checksum)
        parts += [array, bytes(-len(array) % PAGE)]
    put(base_path(folder, generation), parts)
    return checksum


def shapes(rows: int, bands: int) -> list[tuple[str, tuple[int, ...]]]:
    """Return type and shape of the arrays of a shelf."""
    buckets = [("<u4", (bands, BUCKETS + 1)), ("<u4", (bands, rows)), ("<u2", (bands, rows))]
    return [("<u8", (rows, 4)), ("<i8", (rows,)), *buckets]


def read_base(folder: Path, manifest: Manifest, *, verify: bool) -> Shelf:
    """Map a base file into memory; raises IndexDamaged when it has not its length or, if verified, not its checksum."""
    path, place, arrays = base_path(folder, manifest.generation), 0, []
    specs = [(np.dtype(kind), shape) for kind, shape in shapes(manifest.rows, manifest.bands)]
    sizes = [kind.itemsize * int(np.prod(shape)) for kind, shape in specs]
    refuse_other_length(path, sum(size + -size % PAGE for size in sizes))
    for (kind, shape), size in zip(specs, sizes, strict=True):
        arrays.append(np.memmap(path, kind, "r", place, shape) if size else np.zeros(shape, kind))
        place += size + -size % PAGE
    if verify and checksum_of(arrays) != manifest.checksum:
        raise IndexDamaged(path.name, "does not match its checksum")
    return Shelf(*(array.view(np.ndarray) for array in arrays))


def refuse_other_length(path: Path, wanted: int) -> None:
    there = path.stat().st_size if path.exists() else -1
    if there < 0:
        raise IndexDamaged(path.name, "is missing")
    if there != wanted:
        raise IndexDamaged(path.name, f"has {there} bytes, not {wanted}")


def checksum_of(arrays: list[Any]) -> int:
    checksum = 0
    for array in arrays:
        whole = memoryview(array).cast("B") if array.size else b""
        for place in range(0, len(whole), AT_ONCE):
            checksum = zlib.crc32(whole[place : place + AT_ONCE], checksum)
    return checksum


def generations(folder: Path) -> set[int]:
    """Return the numbers of all generations there are files of."""
    return {int(path.stem.split("-")[1]) for path in folder.glob("*-*.*") if NAMED.fullmatch(path.name)}


def remove_others(folder: Path, generation: int) -> None:
    """Erase all files but those of a generation; who has them mapped keeps them until it lets go."""
    kept = {base_path(folder, generation), journal_path(folder, generation)}
    for path in folder.iterdir():
        if path not in kept and (NAMED.fullmatch(path.name) or path.suffix == ".arriving"):
            path.unlink(missing_ok=True)
