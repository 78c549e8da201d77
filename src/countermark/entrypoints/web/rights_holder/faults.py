"""What is wrong with a form, for the error summary: what, the way out, and the id of the field it leads to."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from countermark.entrypoints.defect_said import defect_said as said
from countermark.entrypoints.defect_said import upload_said
from countermark.evidence.uploads import UploadRefused


class Fault(NamedTuple):
    """One thing to mend."""

    what: str
    way_out: str
    field: str


def faults_of(defects: Iterable[Any], anchors: Mapping[str, str] | None = None) -> list[Fault]:
    """Defects in the reader's language; `anchors` maps a defect's field to the id on this page where it differs."""
    found = []
    for defect in defects:
        what, way_out = said(defect.code, defect.data)
        found.append(Fault(what, way_out, (anchors or {}).get(defect.field, f"id_{defect.field}")))
    return found


def upload_fault(refused: UploadRefused, field: str = "id_files") -> Fault:
    """Why a file was not kept; its sentence holds the way out."""
    return Fault(upload_said(refused), "", field)
