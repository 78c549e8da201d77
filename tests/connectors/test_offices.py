"""Offices that can be asked: the fake and TSDR keep the same contract; TSDR against a register in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from an_office_record import HALDEN, st96, st96_mark
from countermark.connectors.fetch import Fetcher
from countermark.connectors.office import OfficeRecord, OfficeRefused, OfficeUnavailable, RecordUnknown
from countermark.connectors.office_contract import OfficeContract, OfficeStage
from countermark.connectors.office_fake import FakeOffice, crown
from countermark.connectors.tsdr import Tsdr
from register_server import KEY

RECORDS = os.environ.get("OFFICE_RECORDS_DIR", "")
FJELL = OfficeRecord(
    office="US", number="7654321", application_number="88123456", mark="FJELL", mark_type="word", owners=(HALDEN,),
    classes=(9, 11), filed_on=date(2018, 9, 20), registered_on=date(2019, 3, 5), status="registered", status_code="700",
    status_text="The trademark is registered.", status_on=date(2019, 3, 5), register="principal",
)  # fmt: skip


@dataclass(frozen=True)
class Register:
    url: str
    folder: Path

    def answers(self, mode: str) -> None:
        (self.folder / "mode").write_text(mode)

    def seen(self) -> list[dict[str, str]]:
        file = self.folder / "seen"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def office(self, **more) -> Tsdr:
        waits: list[float] = []
        fetcher = Fetcher(
            exempt=[self.url.removeprefix("http://")], seconds=more.pop("seconds", 5), max_bytes=10_000_000
        )
        office = Tsdr(more.pop("key", KEY), fetcher=fetcher, url=self.url, sleep=waits.append)
        office.waits = waits
        return office


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Register]:
    folder = tmp_path_factory.mktemp("register")
    command = [sys.executable, str(Path(__file__).parents[1] / "register_server.py"), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Register(f"http://127.0.0.1:{int(process.stdout.readline())}", folder)
        finally:
            process.terminate()


@pytest.fixture
def register(running) -> Register:
    for name in ("mode", "seen"):
        (running.folder / name).unlink(missing_ok=True)
    for name in ("rn7654321", "sn88123456"):
        (running.folder / f"{name}.xml").write_bytes(st96())
    (running.folder / "other.xml").write_bytes(st96(st96_mark("1111111", application="77000000")))
    return running


class TestFake(OfficeContract):
    @pytest.fixture
    def stage(self) -> OfficeStage:
        return OfficeStage(FakeOffice([FJELL]), FJELL, "7000000")


class TestTsdr(OfficeContract):
    @pytest.fixture
    def stage(self, register) -> OfficeStage:
        return OfficeStage(register.office(), FJELL, "7000000")

    def test_an_application_is_found_by_its_serial_number(self, register):
        assert register.office().record("trademark", "88/123,456") == FJELL
        assert register.seen()[0]["path"] == "/ts/cd/casestatus/sn88123456/info.xml"

    def test_a_short_number_is_asked_for_with_its_zeros(self, register):
        with pytest.raises(RecordUnknown):
            register.office().record("trademark", "18378")
        assert register.seen()[0]["path"] == "/ts/cd/casestatus/rn0018378/info.xml"

    def test_the_record_comes_with_what_it_was_read_from(self, register):
        assert "<ns2:MarkVerbalElementText>FJELL" in register.office().record("trademark", "7654321").raw

    def test_a_wrong_key_is_refused_at_once(self, register):
        with pytest.raises(OfficeRefused, match="401"):
            register.office(key="another").record("trademark", "7654321")
        assert len(register.seen()) == 1

    def test_what_fails_once_is_asked_for_again(self, register):
        register.answers("once 500")
        office = register.office()
        assert office.record("trademark", "7654321") == FJELL
        assert office.waits == [0.5]

    def test_what_fails_three_times_is_not_available(self, register):
        register.answers("500")
        office = register.office()
        with pytest.raises(OfficeUnavailable, match="status 500"):
            office.record("trademark", "7654321")
        assert (len(register.seen()), office.waits) == (3, [0.5, 2.0])

    @pytest.mark.parametrize(("mode", "after"), [("429 30", 30), ("429", 60), ("503 120", 120)])
    def test_an_office_that_asks_for_patience_is_left_alone(self, register, mode, after):
        register.answers(mode)
        with pytest.raises(OfficeUnavailable) as busy:
            register.office().record("trademark", "7654321")
        assert (busy.value.retry_after, len(register.seen())) == (after, 1)

    def test_an_office_that_says_nothing_is_waited_for_only_so_long(self, register):
        register.answers("late")
        began = time.monotonic()
        with pytest.raises(OfficeUnavailable, match="timeout"):
            register.office(seconds=0.3).record("trademark", "7654321")
        assert time.monotonic() - began < 2.5  # three times 0.3 seconds

    @pytest.mark.parametrize(("mode", "why"), [
        ("other", "a record of 1111111 came"), ("broken", "broken"), ("huge", "too_large"),
    ])  # fmt: skip
    def test_an_answer_that_is_not_the_record_asked_for_is_no_answer(self, register, mode, why):
        register.answers(mode)
        with pytest.raises(OfficeUnavailable, match=why):
            register.office().record("trademark", "7654321")

    def test_a_redirect_into_our_own_network_is_not_followed(self, register):
        register.answers("away http://127.0.0.1:1/ts/cd/casestatus/rn7654321/info.xml")
        with pytest.raises(OfficeUnavailable, match=r"port|address_not_public"):
            register.office().record("trademark", "7654321")

    def test_the_key_goes_to_the_office_and_to_nobody_it_points_to(self, register):
        host = register.url.removeprefix("http://127.0.0.1:")
        elsewhere = Fetcher(exempt=[f"127.0.0.1:{host}", f"localhost:{host}"])
        register.answers(f"once away http://localhost:{host}/ts/cd/casestatus/rn7654321/info.xml")
        with pytest.raises(OfficeRefused, match="401"):
            Tsdr(KEY, fetcher=elsewhere, url=register.url).record("trademark", "7654321")
        assert [each["key"] for each in register.seen()] == [KEY, None]

    def test_the_drawing_of_a_mark_comes_by_its_serial_number_with_the_key(self, register):
        (register.folder / "88123456.png").write_bytes(crown())
        assert register.office().picture(replace(FJELL, mark_type="combined")) == crown()
        assert register.seen() == [{"path": "/ts/cd/rawImage/88123456", "key": KEY}]

    def test_a_mark_in_plain_letters_or_without_a_serial_number_is_not_asked_for_its_drawing(self, register):
        office = register.office()
        assert office.picture(FJELL) is None
        for serial in ("", "../admin", "8812345", "88123456/../x"):
            assert office.picture(replace(FJELL, mark_type="combined", application_number=serial)) is None
        assert register.seen() == []

    def test_a_drawing_the_register_does_not_have_is_none(self, register):
        assert register.office().picture(replace(FJELL, mark_type="combined", application_number="88000000")) is None

    def test_what_a_record_names_as_its_picture_is_never_an_address_that_is_asked(self, register):
        named = replace(FJELL, picture="http://169.254.169.254/latest/meta-data", application_number="88000000")
        assert register.office().picture(named) is None
        assert [each["path"] for each in register.seen()] == ["/ts/cd/rawImage/88000000"]

    @pytest.mark.parametrize(("mode", "why"), [
        ("away http://127.0.0.1:1/x.png", r"port|address_not_public"), ("away file:///etc/passwd", "scheme"),
        ("huge", "too_large"), ("500", "status 500"), ("429 30", "status 429"),
    ])  # fmt: skip
    def test_a_drawing_that_leads_elsewhere_or_is_too_large_does_not_come(self, register, mode, why):
        register.answers(mode)
        with pytest.raises(OfficeUnavailable, match=why):
            register.office().picture(replace(FJELL, mark_type="figurative"))

    @pytest.mark.skipif(not RECORDS, reason="OFFICE_RECORDS_DIR names no folder of real records")
    def test_a_real_record_comes_through_the_wire(self, register):
        real = next(Path(RECORDS).glob("rn2178784*2.1.xml"))
        (register.folder / "rn2178784.xml").write_bytes(real.read_bytes())
        found = register.office().record("trademark", "2,178,784")
        assert (found.mark, found.owners, found.renewed_on) == ("JAVA", ("Oracle America, Inc.",), date(2008, 8, 4))
