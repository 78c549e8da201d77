"""Is the registration of a right complete, and what does each typed answer mean?

What is asked about a kind of right, and which papers prove it, is data (core/catalogue/right_kinds.toml). A draft is kept as
typed; these functions read it. They know no row and no current time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from countermark.apps.rights import numbering
from countermark.core import catalogue
from countermark.core.catalogue import Asked
from countermark.core.defect import Defect, unprintable
from countermark.core.rights.nice import LAST_CLASS, classes_of

Answers = Mapping[str, str]
LONGEST = {"name": 300, "number": 60, "owner": 200, "brand": 200, "designates": 400}  # as the columns hold them
LONGEST_OTHER = 2000  # characters of an answer that has no column of its own


def asked_fields(kind: str, answers: Answers, *, is_agent: bool) -> tuple[Asked, ...]:
    """The fields that apply, given the answers so far."""
    return _applying(catalogue.load().fields_of(kind, is_agent=is_agent), answers)


def asked_documents(kind: str, answers: Answers, *, is_agent: bool) -> tuple[Asked, ...]:
    """The papers that apply, given the answers so far."""
    return _applying(catalogue.load().documents_of(kind, is_agent=is_agent), answers)


def _applying(rows: Iterable[Asked], answers: Answers) -> tuple[Asked, ...]:
    read = {name: (day_of(text) or text) if name.endswith("_on") else text for name, text in answers.items()}
    return tuple(row for row in rows if row.applies({k: v for k, v in read.items() if v != ""}))


def day_of(text: str) -> date | None:
    """The day a field says, as 2036-07-30; None for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def territories_of(text: str) -> str | None:
    """Territory codes as they are kept, "CN EU US"; None when something in it is no code."""
    parts = re.findall(r"[^\s,;，、；]+", text.upper())
    return " ".join(dict.fromkeys(parts)) if all(re.fullmatch("[A-Z]{2}", part) for part in parts) else None


def territory(kind: str, answers: Answers) -> str:
    """Where the right holds: everywhere for copyright, else as the office says, else as the registration designates."""
    return territory_of(kind, answers.get("office", ""), answers.get("designates", ""))


def territory_of(kind: str, office: str, designates: str) -> str:
    """The same, of the two answers it depends on."""
    known = catalogue.load()
    if not known.right_kinds[kind].territorial:
        return "*"
    found = known.offices.get(office)
    if found is None:
        return ""
    return (territories_of(designates) or "") if found.territory == "designated" else found.territory


def defects(kind: str, answers: Answers, papers: Iterable[str], *, is_agent: bool, today: date) -> tuple[Defect, ...]:
    """Everything there is to mend, in the order of the form. `papers` are the kinds of the documents that are there."""
    there = set(papers)
    fields = asked_fields(kind, answers, is_agent=is_agent)
    found = [defect for field in fields for defect in field_defects(field, answers.get(field.id, ""), kind)]
    found += numbering.defects(kind, answers, today=today)
    found += day_defects(answers, today)
    found += unprintable({field.id: answers.get(field.id, "") for field in fields})
    for paper in asked_documents(kind, answers, is_agent=is_agent):
        if paper.required and paper.id not in there:
            found.append(Defect("right_paper_missing", f"paper-{paper.id}", data={"paper": paper.label}))
    return tuple(found)


def field_defects(field: Asked, text: str, kind: str) -> Iterator[Defect]:
    """What is wrong with one answer by itself."""
    data = {"label": field.label}
    if not text.strip() or not _is_offered(field, text, kind):
        if field.required or text.strip():
            yield Defect("right_field_missing", field.id, data={**data, "takes": _takes(field)})
    elif field.type == "date" and day_of(text) is None:
        yield Defect("right_day_unreadable", field.id, data=data)
    elif field.type == "classes" and classes_of(text) is None:
        yield Defect("right_classes_unreadable", field.id, data={"last": LAST_CLASS})
    elif field.id == "designates" and territories_of(text) is None:
        yield Defect("right_territories_unreadable", field.id, data=data)
    elif len(text) > LONGEST.get(field.id, LONGEST_OTHER):
        yield Defect("right_field_long", field.id, data={**data, "max": LONGEST.get(field.id, LONGEST_OTHER)})


def _takes(field: Asked) -> tuple[str, ...]:
    """The words one of which is the answer; none where any text is, or the office: those have a list of their own."""
    return ("yes", "no") if field.type == "yes_no" else tuple(choice.id for choice in field.choices)


def _is_offered(field: Asked, text: str, kind: str) -> bool:
    """Whether a choice is one of those the form offers; a field without choices takes any text."""
    if field.type == "office":
        return text in catalogue.load().right_kinds[kind].offices
    return text in (_takes(field) or (text,))


def day_defects(answers: Answers, today: date) -> Iterator[Defect]:
    """What is wrong with the days, seen from today."""
    ends, filed = day_of(answers.get("expires_on", "")), day_of(answers.get("filed_on", ""))
    if ends is not None and ends < today:
        yield Defect("right_over", "expires_on", data={"on": ends})
    if filed is not None and filed > today:
        yield Defect("right_filed_later", "filed_on", data={"on": filed})
