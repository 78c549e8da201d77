"""Which kept file is each picture of a listing? Known ones are found by the digest of what the marketplace showed, in sets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from countermark.apps.work import files
from countermark.apps.work.bulk import read_among
from countermark.connectors.marketplace import Image, ListingSnapshot
from countermark.evidence.uploads import NOT_NOW, Accepted, UploadRefused

New = tuple[Accepted, datetime]


def known(shown: Iterable[ListingSnapshot]) -> dict[str, int]:
    """The files kept already: id by digest of the original."""
    digests = {digest for digest, _ in _given(shown)}
    if not digests:
        return {}
    columns = ("original_sha256", "id")
    rows = read_among("work_storedfile", columns, "original_sha256", digests, where="uploaded_by_id IS NULL")
    return dict(sorted(rows, reverse=True))  # of two that came at once the first counts


def examined(shown: Iterable[ListingSnapshot], kept: Mapping[str, int]) -> dict[str, New]:
    """The other pictures, re-encoded, with when they were shown; what is no picture is left out.

    Their bytes are laid down, which takes its time: before any lock. Raises UploadRefused where pictures cannot be
    scanned or stored at the moment: a frozen copy without them would say that there were none.
    """
    new: dict[str, New | None] = {}
    for snapshot in shown:
        for digest, image in _given([snapshot]):
            if digest not in kept and digest not in new:
                accepted = _accepted(image)
                new[digest] = (accepted, snapshot.fetched_at) if accepted else None
    found = {digest: each for digest, each in new.items() if each is not None}
    files.lay(accepted for accepted, _ in found.values())
    return found


def _accepted(image: Image) -> Accepted | None:
    try:
        return files.examine(image.content or b"", image.url.rsplit("/", 1)[-1] or "picture")
    except UploadRefused as refused:
        if refused.code in NOT_NOW:
            raise
        return None


def put(new: Mapping[str, New]) -> dict[str, int]:
    """The rows of what was examined; ids by digest of the original."""
    return {digest: files.note(accepted, by=None, at=at).pk for digest, (accepted, at) in new.items()}


def of(shown: ListingSnapshot, kept: Mapping[str, int]) -> list[dict[str, object]]:
    """The pictures of one listing as a frozen copy names them, in the shop's order."""
    return [
        {"file": kept[digest], "sha256": digest, "url": image.url}
        for digest, image in _given([shown])
        if digest in kept
    ]


def _given(shown: Iterable[ListingSnapshot]) -> Iterator[tuple[str, Image]]:
    """Each picture that came with its content, with the digest of that."""
    for snapshot in shown:
        for image in snapshot.images:
            if image.content:
                yield hashlib.sha256(image.content).hexdigest(), image
