"""What is wrong with a form of the seller's, for the error summary: what, the way out, and the id of the field it leads to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext

from countermark.apps.complaints.words import defect_words
from countermark.apps.work import moments
from countermark.core.defect import Defect
from countermark.entrypoints.defect_said import upload_said
from countermark.evidence.uploads import UploadRefused

STEPS = {  # the field of a defect -> the question of the answer it belongs to
    "complaints": "listings",
    "ground": "why",
    "evidence": "why",
    "statement": "why",
    "contact": "who",
    "signature": "check",
    "declarations": "check",
}


class Fault(NamedTuple):
    """One thing to mend."""

    what: str
    way_out: str
    field: str


def step_of(defect: Defect) -> str:
    """The question of the guided answer at which this defect is mended; a fact of a ground is asked with it."""
    return STEPS.get(defect.field, "why")


def faults_of(defects: Iterable[Defect], *, ground: str = "") -> list[Fault]:
    """Defects in the reader's language, each leading to its field on the page of its step."""
    return [Fault(*_said(defect), _field(defect, ground)) for defect in defects]


def _said(defect: Defect) -> tuple[str, str]:
    what, way_out = defect_words(defect.code, defect.data)
    lacking = defect.data.get("fields")
    if isinstance(lacking, tuple):
        names = moments.joined(str(_contact_names()[name]) for name in lacking)
        return gettext("Still missing: %(names)s.") % {"names": names}, gettext("Fill it in.")
    return what, way_out


def _contact_names() -> dict[str, str]:
    return {
        "name": gettext("your name"),
        "email": gettext("your e-mail address"),
        "address": gettext("your address"),
        "phone": gettext("your telephone number"),
    }


def _field(defect: Defect, ground: str) -> str:
    if defect.field == "ground":
        return f"ground-{ground}" if ground else "grounds"
    if defect.field == "contact":
        lacking = defect.data.get("fields")
        return f"contact-{lacking[0]}" if isinstance(lacking, tuple) and lacking else "contact-name"
    if defect.field == "declarations":
        return f"declared-{defect.data.get('element', '')}"
    if defect.field == "evidence":
        return "papers"
    return defect.field if defect.field in ("statement", "signature", "complaints") else f"fact-{defect.field}"


def upload_fault(refused: UploadRefused, field: str) -> Fault:
    """Why a file was not kept; its sentence holds the way out."""
    return Fault(upload_said(refused), gettext("Nothing of it was kept."), field)
