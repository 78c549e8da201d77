"""What does an office's own register say about a right? The port, and the record every office and file of one is read into.

A record holds what the register says, as text and days: it does not know what a holder claims, nor what follows from it. What
an office does not say is empty. Numbers stand as the record has them; whether they are well formed is asked elsewhere.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Protocol

STATUSES = ("registered", "pending", "ended", "expired", "unknown")  # the set of TMview; "ended": cancelled, abandoned
MARK_TYPES = ("word", "figurative", "combined", "")


@dataclass(frozen=True, slots=True)
class OfficeRecord:
    """One right as its register has it.

    `office` is a code of WIPO ST.3; `number` that of the registration, "" while there is none; `owners` are today's;
    `designates` the territories of an international registration; `status_text` the office's own words; `picture` a file
    name or address; `line` where the record begins in its file, 0 when it is not from one; `raw` the record as it came.
    """

    office: str
    kind: str = "trademark"
    number: str = ""
    application_number: str = ""
    mark: str = ""
    mark_type: str = ""
    owners: tuple[str, ...] = ()
    classes: tuple[int, ...] = ()
    filed_on: date | None = None
    registered_on: date | None = None
    renewed_on: date | None = None
    expires_on: date | None = None
    status: str = "unknown"
    status_code: str = ""
    status_text: str = ""
    status_on: date | None = None
    register: str = ""
    designates: tuple[str, ...] = ()
    was_assigned: bool | None = None
    was_renamed: bool | None = None
    picture: str = ""
    line: int = field(default=0, compare=False)
    raw: str = field(default="", compare=False, repr=False)

    def as_json(self) -> dict[str, Any]:
        """Everything but where it came from, as JSON takes it; `from_json` reads it back."""
        said = {name: value for name, value in asdict(self).items() if name not in ("line", "raw")}
        said = {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}

    @staticmethod
    def from_json(said: dict[str, Any]) -> OfficeRecord:
        """A record from what `as_json` gave."""
        read = dict(said)
        for name in ("filed_on", "registered_on", "renewed_on", "expires_on", "status_on"):
            read[name] = date.fromisoformat(read[name]) if read.get(name) else None
        for name in ("owners", "classes", "designates"):
            read[name] = tuple(read.get(name) or ())
        return OfficeRecord(**read)


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be read in a file of records, and where. `line` counts from 1; in a table it is the row.

    Codes: empty, not_this_format, broken, document_type, encoding, too_large, too_deep, too_many, no_record,
    record_too_large, number_missing, number_mangled, day_unreadable, class_unreadable, columns_missing, cells_missing,
    not_a_table. A fault that is `fatal` ends the file; what was read before it stands. `also`: what else is wrong with the
    same record.
    """

    code: str
    line: int
    data: dict[str, str] = field(default_factory=dict)
    fatal: bool = False
    also: tuple[Fault, ...] = ()

    def __str__(self) -> str:
        more = ", ".join(f"{name} {text!r}" for name, text in self.data.items())
        return f"line {self.line}: {self.code}{f' ({more})' if more else ''}"


class Office(Protocol):
    """An office that can be asked. `code` is of WIPO ST.3, `kinds` the kinds of right it is asked about."""

    code: str
    kinds: tuple[str, ...]

    def record(self, kind: str, number: str) -> OfficeRecord:
        """What the register has under this registration number; raise an OfficeError."""
        ...

    def picture(self, record: OfficeRecord) -> bytes | None:
        """The mark of a record as the register shows it, as it came; None where it shows none. Raise an OfficeError."""
        ...


class OfficeError(Exception):
    """No record came. `code` is stable; `office` and `number` say which was asked for."""

    code = "office_failed"
    http_status_hint = 502

    def __init__(self, office: str, number: str, detail: str = "") -> None:
        self.office, self.number, self.detail = office, number, detail
        super().__init__(f"{office} gave no record of {number} ({self.code}{': ' if detail else ''}{detail}).")


class RecordUnknown(OfficeError):
    """The register has nothing under this number."""

    code = "record_unknown"
    http_status_hint = 422


class OfficeRefused(OfficeError):
    """The office said no and would say no again: our key is wrong. An operator has to see to it."""

    code = "office_refused"


class NumberRefused(OfficeError):
    """This is no number, or no kind of right, that the office could have a record under; it was not asked."""

    code = "office_takes_no_such_number"
    http_status_hint = 422


class OfficeUnavailable(OfficeError):
    """No usable answer. `retry_after` is in how many seconds it may be asked again, None where it did not say."""

    code = "office_unavailable"
    http_status_hint = 503

    def __init__(self, office: str, number: str, detail: str = "", *, retry_after: int | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(office, number, detail)
