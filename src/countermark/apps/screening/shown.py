"""Which pictures of a listing are kept, so that people see what was found? Where something was found, each once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from countermark.apps.screening.lines import Line, Shown
from countermark.apps.work import files
from countermark.apps.work.bulk import read_among
from countermark.evidence.uploads import Accepted, UploadRefused

log = logging.getLogger("countermark.screening")


def examined(lines: Iterable[Line]) -> dict[str, Accepted | int]:
    """The pictures that came with these lines, by the digest of the original: cleaned and laid down, or the file kept before."""
    came = {one.sha256: one for line in lines for one in line.pictures if one.content and one.file is None}
    if not came:
        return {}
    rows = read_among(
        "work_storedfile", ("original_sha256", "id"), "original_sha256", came, where="uploaded_by_id IS NULL"
    )
    found: dict[str, Accepted | int] = dict(sorted(rows, reverse=True))
    for digest in came.keys() - found.keys():
        if accepted := _accepted(came[digest]):
            found[digest] = accepted
    return found


def _accepted(one: Shown) -> Accepted | None:
    """A picture as it is kept; None where it cannot be: the finding then names its address."""
    try:
        accepted = files.examine(one.content, one.url.rsplit("/", 1)[-1] or "picture")
        files.lay([accepted])
        return accepted
    except UploadRefused as refused:
        log.info("screening.picture_not_kept code=%s", refused.code)
        return None


def put(found: Mapping[str, Accepted | int], *, at: datetime) -> dict[str, int]:
    """The files of what was examined, by the digest of the original."""
    return {
        digest: one if isinstance(one, int) else files.note(one, by=None, at=at).pk for digest, one in found.items()
    }


def filed(line: Line, kept: Mapping[str, int]) -> Line:
    """The line, its pictures with the files they are kept as."""
    if not kept:
        return line
    return replace(line, pictures=tuple(replace(one, file=kept.get(one.sha256, one.file)) for one in line.pictures))
