"""How is the record of a register shown beside what is claimed, and what is said when none came? For pages and programs alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from countermark.apps.rights import asking, completeness, words
from countermark.apps.rights.models import Right, RightRecord
from countermark.apps.rights.register import WORKED_OUT, compared, record_of
from countermark.apps.work import moments
from countermark.connectors.office import OfficeError
from countermark.core import catalogue
from countermark.core.catalogue import Asked

STATUS = {  # as a register says it -> (tone, icon, word)
    "registered": ("done", "check-circle-fill", pgettext_lazy("of a right in a register", "In force")),
    "pending": ("wait", "hourglass-split", gettext_lazy("Applied for")),
    "ended": ("late", "x-circle", gettext_lazy("No longer in force")),
    "expired": ("late", "calendar-x", gettext_lazy("Expired")),
    "unknown": ("rest", "question-circle-fill", gettext_lazy("Not said")),
}
VERDICTS = {
    "same": ("done", "check-circle-fill", gettext_lazy("The same")),
    "differs": ("soon", "exclamation-triangle-fill", gettext_lazy("Differs")),
    "not_claimed": ("rest", "question-circle-fill", gettext_lazy("Not typed")),
    "not_in_record": ("rest", "question-circle-fill", gettext_lazy("Not in the record")),
}
# code of a refusal -> (what, the way out)
REFUSED: Mapping[str, tuple[Promise, Promise]] = {
    "record_unknown": (
        gettext_lazy("The register has nothing under this number."),
        gettext_lazy("Compare it with the certificate. You can also go on and type the rest yourself."),
    ),
    "office_takes_no_such_number": (
        gettext_lazy("This is no number the register takes."),
        gettext_lazy("Type the registration number as the certificate shows it."),
    ),
    "office_refused": (
        gettext_lazy("The register does not let this platform in at the moment."),
        gettext_lazy("Type the rest yourself. The operator of the platform has to see to it."),
    ),
    "office_unavailable": (
        gettext_lazy("The register does not answer at the moment."),
        gettext_lazy("Try again in a few minutes, or type the rest yourself. What you typed is kept."),
    ),
    "register_not_asked": (
        gettext_lazy("There is no number to ask the register for."),
        gettext_lazy("Type the registration number first."),
    ),
}


class Row(NamedTuple):
    """One field: its id and label, both sides as a person reads them, the verdict with its tag; `filled` from the record."""

    field: str
    label: str
    claimed: str
    recorded: str
    verdict: str
    tag: tuple[str, str, Promise]
    filled: bool
    worked_out: bool


def record_shown(right: Right, kept: RightRecord | None = None) -> dict[str, Any] | None:
    """The record fetched last, field by field; None where none was."""
    kept = kept or asking.latest(right)
    if kept is None:
        return None
    record, rows = record_of(kept), rows_of(right, kept)
    return {
        "kept": kept,
        "picture": kept.picture_id,
        "office": words.office_title(kept.office),
        "is_empty": asking.NOT_FOUND in kept.findings,
        "status": STATUS[record.status],
        "status_text": record.status_text,
        "status_on": record.status_on,
        "rows": rows,
        "differing": sum(row.verdict == "differs" for row in rows),
        "findings": [str(words.FINDINGS[code]) for code in kept.findings],
        "by_field": {row.field: row for row in rows},
    }


def rows_of(right: Right, kept: RightRecord) -> list[Row]:
    fields = {each.id: each for each in catalogue.load().fields_of(right.kind, is_agent=right.holder.is_agent)}
    record = record_of(kept)
    return [
        Row(
            line.field,
            gettext(fields[line.field].label),
            answer_said(fields[line.field], line.claimed),
            answer_said(fields[line.field], line.recorded),
            line.verdict,
            VERDICTS[line.verdict],
            line.field in kept.filled and line.verdict == "same",
            line.field == WORKED_OUT and record.expires_on is None and bool(line.recorded),
        )
        for line in compared(right, record)
    ]


def answer_said(field: Asked, text: str) -> str:
    """An answer as a person reads it."""
    if field.type == "office":
        return words.office_title(text)
    if field.type == "yes_no":
        return {"yes": gettext("Yes"), "no": gettext("No")}.get(text, text)
    if field.type == "date" and (day := completeness.day_of(text)):
        return moments.day(day)
    return next((gettext(choice.label) for choice in field.choices if choice.id == text), text)


def refused_said(error: OfficeError | asking.RegisterNotAsked) -> tuple[str, str]:
    """Why no record came, and the way out."""
    what, way_out = REFUSED[error.code]
    return str(what), str(way_out)
