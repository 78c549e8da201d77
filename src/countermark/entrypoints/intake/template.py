"""The empty form to fill in, made of what each kind of right is asked: as XLSX with its explanation, or as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext

from countermark.core import catalogue
from countermark.core.catalogue import Asked
from countermark.entrypoints.intake.workbook import Choices, xlsx

FORMS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def headings(*, is_agent: bool) -> list[str]:
    """The columns: the kind, then every answer some kind of right is asked, in the order of the forms."""
    known = catalogue.load()
    asked = [field.id for kind in known.right_kinds for field in known.fields_of(kind, is_agent=is_agent)]
    return ["kind", *dict.fromkeys(asked)]


def template(form: str, *, is_agent: bool) -> bytes:
    """The form, without a row: an example would be brought in with the others."""
    head = headings(is_agent=is_agent)
    if form == "csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerow(head)
        return text.getvalue().encode("utf-8-sig")
    sheets = [(gettext("Rights"), [head]), (gettext("How to fill it in"), list(_explained(head, is_agent=is_agent)))]
    return xlsx(sheets, choices=_choices(head, is_agent=is_agent))


def _explained(head: list[str], *, is_agent: bool) -> Iterator[list[str]]:
    known = catalogue.load()
    yield [gettext("Column"), gettext("For"), gettext("What it asks"), gettext("What it takes"), gettext("Needed")]
    kinds = ", ".join(known.right_kinds)
    yield ["kind", gettext("every right"), gettext("The kind of right"), kinds, gettext("always")]
    for name in head[1:]:
        for kind in known.right_kinds.values():
            for field in known.fields_of(kind.id, is_agent=is_agent):
                if field.id == name:
                    yield [name, gettext(kind.title), gettext(field.label), _takes(field, kind.id), _needed(field)]


def _takes(field: Asked, kind: str) -> str:
    by_type = {
        "date": gettext("A day, such as 2036-07-30"),
        "classes": gettext("Numbers, such as 9, 11"),
        "yes_no": "yes, no",
        "office": ", ".join(catalogue.load().right_kinds[kind].offices),
    }
    return by_type.get(field.type) or ", ".join(choice.id for choice in field.choices) or gettext(field.hint or "Text")


def _needed(field: Asked) -> str:
    if not field.required:
        return gettext("if you like")
    when = "; ".join(f"{name}: {', '.join(values)}" for name, values in field.when.items())
    return when or gettext("always")


def _choices(head: list[str], *, is_agent: bool) -> Choices:
    """What the cells of a column offer: all that any kind takes there."""
    known = catalogue.load()
    offered: dict[str, dict[str, None]] = {"kind": dict.fromkeys(known.right_kinds)}
    for kind in known.right_kinds.values():
        for field in known.fields_of(kind.id, is_agent=is_agent):
            words = {"yes_no": ("yes", "no"), "office": kind.offices}.get(field.type)
            offered.setdefault(field.id, {}).update(dict.fromkeys(words or [choice.id for choice in field.choices]))
    return {at: tuple(offered[name]) for at, name in enumerate(head) if offered.get(name)}
