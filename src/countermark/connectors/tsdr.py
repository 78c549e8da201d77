"""What does the register of the USPTO say about a trademark? Its service TSDR, asked for one record in ST.96 at a time, and
for the picture of a mark that is more than words.

The office wants a key, sends nothing without one, and lets a key ask so often a minute. What does not come at once is asked for
again a little later; what the office refuses is not. A record under another number than the one asked for is no answer.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from dataclasses import replace

from countermark.connectors.fetch import Fetched, Fetcher, FetchError, FetchFailed
from countermark.connectors.office import (
    Fault,
    NumberRefused,
    OfficeRecord,
    OfficeRefused,
    OfficeUnavailable,
    RecordUnknown,
)
from countermark.connectors.office_records import Limits, read_st96

URL = "https://tsdrapi.uspto.gov"  # TSDR Data API of the USPTO
KEY_HEADER = "USPTO-API-KEY"
WAITS = (0.5, 2.0)  # seconds before the second and the third time
ONE = Limits(file_bytes=10_000_000, records=1)
_REGISTRATION = re.compile(r"[0-9]{1,7}")
_SERIAL = re.compile(r"[0-9]{8}")
DRAWN = ("figurative", "combined")  # a mark in plain letters looks like nothing of its own


class Tsdr:
    """The USPTO. `fetcher` is told whom it may reach; `sleep` waits between two attempts."""

    code = "US"
    kinds = ("trademark",)

    def __init__(
        self, key: str, *, fetcher: Fetcher, url: str = URL, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._key, self._fetcher, self._url, self._sleep = key, fetcher, url.rstrip("/"), sleep

    def record(self, kind: str, number: str) -> OfficeRecord:
        """The record of a registration, or of a serial number of eight digits. Raises OfficeError."""
        asked = re.sub(r"[\s,/]", "", number)
        known = "rn" if _REGISTRATION.fullmatch(asked) else "sn" if _SERIAL.fullmatch(asked) else ""
        if kind not in self.kinds or not known:
            raise NumberRefused(self.code, number)
        address = f"{self._url}/ts/cd/casestatus/{known}{asked.zfill(7)}/info.xml"
        return self._read(self._asked(address, number), asked, number)

    def picture(self, record: OfficeRecord) -> bytes | None:
        """The drawing of a mark by its serial number, as the office sends it. Raises OfficeError.

        What the record itself names as its picture is a name inside the office, and never asked for as an address.
        """
        serial = record.application_number
        if not _SERIAL.fullmatch(serial) or not (record.picture or record.mark_type in DRAWN):
            return None
        try:
            return self._asked(f"{self._url}/ts/cd/rawImage/{serial}", record.number).content or None
        except RecordUnknown:
            return None

    def _asked(self, address: str, number: str) -> Fetched:
        for wait in (*WAITS, None):
            try:
                return self._fetcher.fetch(address, headers={KEY_HEADER: self._key})
            except FetchFailed as failed:
                error = self._told(failed, number)
                if wait is None or not isinstance(error, OfficeUnavailable) or error.retry_after is not None:
                    raise error from failed
                self._sleep(wait)
            except FetchError as refused:
                raise OfficeUnavailable(self.code, number, refused.code) from refused
        raise AssertionError("the last attempt returns or raises")

    def _told(self, failed: FetchFailed, number: str) -> RecordUnknown | OfficeRefused | OfficeUnavailable:
        if failed.code != "status":
            return OfficeUnavailable(self.code, number, failed.code)
        if failed.detail == "404":
            return RecordUnknown(self.code, number)
        if failed.detail in ("400", "401", "403"):
            return OfficeRefused(self.code, number, f"status {failed.detail}")
        after = failed.retry_after if failed.detail in ("429", "503") else None
        if failed.detail == "429" and after is None:
            after = 60  # the office counts by the minute
        return OfficeUnavailable(self.code, number, f"status {failed.detail}", retry_after=after)

    def _read(self, fetched: Fetched, asked: str, number: str) -> OfficeRecord:
        found = next(read_st96(io.BytesIO(fetched.content), ONE))
        if isinstance(found, Fault):
            raise OfficeUnavailable(self.code, number, str(found))
        if asked.lstrip("0") not in (found.number.lstrip("0"), found.application_number.lstrip("0")):
            raise OfficeUnavailable(self.code, number, f"a record of {found.number} came")
        return replace(found, raw=fetched.content.decode("utf-8", "replace"))
