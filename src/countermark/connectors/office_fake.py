"""An office of one's own making, for tests and the demo: it has the records it was given, and fails as it is told."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from datetime import date

from countermark.connectors.office import NumberRefused, OfficeError, OfficeRecord, RecordUnknown


class FakeOffice:
    """Answers from `records`; `failing`, if set, is raised instead; `asked` keeps what was asked for.

    `pictures`: number -> the mark as it looks, as bytes; an error there is raised.
    """

    def __init__(
        self,
        records: Iterable[OfficeRecord] = (),
        *,
        code: str = "US",
        kinds: tuple[str, ...] = ("trademark",),
        pictures: Mapping[str, bytes | OfficeError] | None = None,
    ):
        self.code, self.kinds = code, kinds
        self.pictures: dict[str, bytes | OfficeError] = dict(pictures or {})
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

    def picture(self, record: OfficeRecord) -> bytes | None:
        self.asked.append(f"picture {record.number}")
        found = self.pictures.get(record.number)
        if isinstance(found, OfficeError):
            raise found
        return found


def crown(side: int = 240) -> bytes:
    """A crown of three points as PNG, black on white: the drawing of one of the marks below."""
    band = range(side * 7 // 10, side * 8 // 10)
    rows = bytearray()
    for y in range(side):
        reach = (y - side // 4) * side // 3 // (side // 2)  # half the width of a point, growing downwards
        inside = side // 4 <= y < side * 7 // 10
        peaks = [side // 6, side // 2, side * 5 // 6]
        ink = [y in band or (inside and any(abs(x - peak) <= reach // 2 for peak in peaks)) for x in range(side)]
        rows += b"\0" + bytes(0 if black and side // 10 <= x < side * 9 // 10 else 255 for x, black in enumerate(ink))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b""))
    )


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
