"""What is wrong with the answers of one row, and how is its number written? Asked ten thousand times in a row.

The rules are those of `rights.completeness`, one by one; what was read before is remembered, and most answers of a portfolio
were: its days, classes and owners repeat. Papers are not asked for here: they come after the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache, partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from countermark.apps.rights import completeness, numbering
from countermark.apps.rights.mirror import Columns, Readers, columns_of, office_of
from countermark.core import catalogue
from countermark.core.catalogue import Asked
from countermark.core.defect import Defect, unprintable

REMEMBERED = 8192  # answers of each sort; a portfolio has fewer different days, classes and choices
Defects = tuple[Defect, ...]


class Question(NamedTuple):
    """A question of the form. `most` characters are taken as they are; 0 where the answer has to be read."""

    id: str
    most: int
    field: Asked


class Checker:
    """Checks rows of one holder at one instant."""

    def __init__(self, *, is_agent: bool, at: datetime) -> None:
        self._is_agent, self._at = is_agent, at
        remember = lru_cache(REMEMBERED)
        self._asked: dict[tuple[str, ...], tuple[Question, ...]] = {}
        self._answer: Callable[[str, int, str], Defects] = remember(self._of_answer)
        self._days: Callable[[str, str, date], Defects] = remember(_of_days)
        self._today: Callable[[str], date] = remember(self._today_at)
        self.columns = partial(columns_of, read=Readers(
            remember(completeness.day_of), remember(completeness.classes_of), remember(completeness.territory_of)
        ))  # fmt: skip

    def check(self, kind: str, answers: Mapping[str, str]) -> tuple[Defects, Columns]:
        """All that keeps these answers from being stored, in the order of the form; and the columns they fill."""
        found: list[Defect] = []
        key = (kind, *[answers.get(name, "") for name in _deciding(kind, self._is_agent)])
        asked = self._asked.get(key) or self._questions(key, answers)
        for place, (name, most, _) in enumerate(asked):
            text = answers.get(name, "")
            if not (0 < len(text) <= most and not text.isspace()):
                found += self._answer(key, place, text)
        today = self._today(answers.get("office", ""))
        number, wrong = self._number(kind, answers, today)
        found += wrong
        found += self._days(answers.get("expires_on", ""), answers.get("filed_on", ""), today)
        if not "".join(answers.values()).isprintable():
            found += unprintable({name: answers.get(name, "") for name, _, _ in asked})
        return tuple(found), self.columns(kind, answers, number=number)

    def _questions(self, key: tuple[str, ...], answers: Mapping[str, str]) -> tuple[Question, ...]:
        """What is asked; `key` is the kind with the answers on which that depends."""
        if len(self._asked) >= REMEMBERED:
            self._asked.clear()
        fields = completeness.asked_fields(key[0], answers, is_agent=self._is_agent)
        self._asked[key] = tuple(Question(field.id, _most(field), field) for field in fields)
        return self._asked[key]

    def _of_answer(self, key: tuple[str, ...], place: int, text: str) -> Defects:
        return tuple(completeness.field_defects(self._asked[key][place].field, text, key[0]))

    @staticmethod
    def _number(kind: str, answers: Mapping[str, str], today: date) -> tuple[str, Defects]:
        office, typed = answers.get("office", ""), answers.get("number", "")
        number, wrong = numbering.judged(kind, office, typed, today=today)
        kept_at = office_of(kind, answers)
        return (number if kept_at == office and not wrong else numbering.written(kind, kept_at, typed)), wrong

    def _today_at(self, office: str) -> date:
        offices = catalogue.load().offices
        return self._at.astimezone(ZoneInfo(offices.get(office, offices["other"]).zone)).date()


@lru_cache
def _deciding(kind: str, is_agent: bool) -> tuple[str, ...]:
    fields = catalogue.load().fields_of(kind, is_agent=is_agent)
    return tuple(sorted({name for field in fields for name in (*field.when, *field.when_from)}))


def _most(field: Asked) -> int:
    is_free = field.type == "text" and not field.choices and field.id != "designates"
    return completeness.LONGEST.get(field.id, completeness.LONGEST_OTHER) if is_free else 0


def _of_days(ends: str, filed: str, today: date) -> Defects:
    return tuple(completeness.day_defects({"expires_on": ends, "filed_on": filed}, today))
