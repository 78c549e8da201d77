"""Which kept files does a body speak of? Only such as the very person of the key sent in: an id alone opens nothing."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from countermark.apps.work.models import StoredFile
from countermark.core.defect import Defect
from countermark.entrypoints.api.codes import Piece
from countermark.entrypoints.api.routing import caller_of


class FileUnknown(Exception):
    """A file is named that this person did not send in, or that is erased; `defects` says which. Nothing was done."""

    code = "file_unknown"
    http_status_hint = 422

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("there is no such file of yours")


def attached(request: HttpRequest, pieces: Sequence[Any], field: str = "evidence") -> list[tuple[StoredFile, Any]]:
    """Each file with what was said of it, each once, in the order given. Raises FileUnknown."""
    said: dict[int, Piece] = {}
    for piece in pieces:
        said.setdefault(piece.file, piece)
    mine = StoredFile.objects.filter(pk__in=said, uploaded_by=caller_of(request).person, erased_at=None)
    found = {file.pk: file for file in mine}
    if wrong := [Defect("file_unknown", f"{field}.{n}.file") for n, p in enumerate(pieces) if p.file not in found]:
        raise FileUnknown(wrong)
    return [(found[pk], piece) for pk, piece in said.items()]
