"""An office of one's own making, for tests and the demo: it has the records it was given, and fails as it is told."""

from __future__ import annotations

from collections.abc import Iterable

from countermark.connectors.office import OfficeError, OfficeRecord, OfficeRefused, RecordUnknown


class FakeOffice:
    """Answers from `records`; `failing`, if set, is raised instead; `asked` keeps what was asked for."""

    def __init__(
        self, records: Iterable[OfficeRecord] = (), *, code: str = "US", kinds: tuple[str, ...] = ("trademark",)
    ):
        self.code, self.kinds = code, kinds
        self.records = {record.number: record for record in records}
        self.failing: OfficeError | None = None
        self.asked: list[str] = []

    def record(self, kind: str, number: str) -> OfficeRecord:
        self.asked.append(number)
        if self.failing:
            raise self.failing
        if kind not in self.kinds or not number.strip().isdigit():
            raise OfficeRefused(self.code, number, "not a number this office takes")
        if number.strip() not in self.records:
            raise RecordUnknown(self.code, number)
        return self.records[number.strip()]
