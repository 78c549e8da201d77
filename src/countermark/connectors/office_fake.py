"""An office of one's own making, for tests and the demo: it has the records it was given, and fails as it is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from countermark.connectors.office import NumberRefused, OfficeError, OfficeRecord, RecordUnknown


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
            raise NumberRefused(self.code, number)
        if number.strip() not in self.records:
            raise RecordUnknown(self.code, number)
        return self.records[number.strip()]


DEMO = (  # what the demo's register has: all made up. The last are rights of the demo, whose ends move with the day it starts
    OfficeRecord(
        "US", number="7654321", application_number="88123456", mark="FJELL", mark_type="word", owners=("Halden & Moe AS",),
        classes=(9, 11), filed_on=date(2018, 9, 20), registered_on=date(2019, 3, 5), status="registered", status_code="700",
        status_text="The trademark is registered.", status_on=date(2019, 3, 5), register="principal",
    ),
    OfficeRecord(
        "US", number="6123450", application_number="88000123", mark="LUMEN", mark_type="combined", owners=("Lumen SARL",),
        classes=(11,), filed_on=date(2017, 2, 1), registered_on=date(2018, 1, 9), status="ended", status_code="710",
        status_text="Registration cancelled: no acceptable declaration was filed under Section 8.",
        status_on=date(2024, 8, 2), register="principal",
    ),
    *(
        OfficeRecord(
            "US", number=number, mark=mark, mark_type=kind, owners=(owner,), classes=(nice,), status="registered",
            status_code="700", status_text="The trademark is registered.", register="principal",
        )
        for number, mark, kind, owner, nice in (
            ("5208114", "HALDEN & MOE", "word", "Halden & Moe AS", 11),
            ("4917702", "BRAMBLE", "word", "Bramble & Finch Ltd", 28),
            ("6022915", "A crown of three points", "figurative", "Corvo Orologi S.r.l.", 14),
            ("5633091", "TERN", "combined", "Tern Audio Inc.", 9),
        )
    ),
)  # fmt: skip
