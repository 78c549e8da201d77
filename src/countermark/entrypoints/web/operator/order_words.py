"""How are the defects of an order said, each with the way to mend it?"""

from collections.abc import Iterable

from countermark.core.defect import Defect
from countermark.entrypoints.desk_defects import ORDER_DEFECTS as DEFECTS
from countermark.entrypoints.web.operator.words import Fault, said


def faults_of_order(defects: Iterable[Defect]) -> list[Fault]:
    """The defects in the reader's language, each leading to its field."""
    return [Fault(*_said(defect), f"id_{defect.field}") for defect in defects]


def _said(defect: Defect) -> tuple[str, str]:
    if defect.code not in DEFECTS:
        return said(defect.code, dict(defect.data))
    what, way_out = DEFECTS[defect.code]
    return str(what) % defect.data, str(way_out) % defect.data
