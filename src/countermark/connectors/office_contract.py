"""What must every `Office` do? Inherit in a test module and give the fixture; an adapter that passes may be plugged in."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from countermark.connectors.office import STATUSES, NumberRefused, Office, OfficeRecord, RecordUnknown


@dataclass(frozen=True)
class OfficeStage:
    """An office with one record: `known` as it has to come; `unknown`, a well-formed number it has nothing under."""

    office: Office
    known: OfficeRecord
    unknown: str


class OfficeContract:
    """Fixture: `stage` (OfficeStage), fresh for each test."""

    def test_a_record_comes_under_its_number_as_the_register_has_it(self, stage: OfficeStage) -> None:
        assert stage.office.record(stage.known.kind, stage.known.number) == stage.known

    def test_the_record_is_of_the_office_and_of_a_kind_it_has(self, stage: OfficeStage) -> None:
        found = stage.office.record(stage.known.kind, stage.known.number)
        assert (found.office, found.kind in stage.office.kinds, found.status in STATUSES) == (
            stage.office.code,
            True,
            True,
        )

    def test_blanks_around_a_number_mean_nothing(self, stage: OfficeStage) -> None:
        assert stage.office.record(stage.known.kind, f" {stage.known.number} ") == stage.known

    def test_a_number_the_register_does_not_have_is_unknown_not_broken(self, stage: OfficeStage) -> None:
        with pytest.raises(RecordUnknown) as unknown:
            stage.office.record(stage.known.kind, stage.unknown)
        assert (unknown.value.office, unknown.value.number) == (stage.office.code, stage.unknown)

    @pytest.mark.parametrize("number", ["", "../admin", "1?x=", "FJELL"])
    def test_what_is_no_number_is_refused_and_never_becomes_an_address(self, stage: OfficeStage, number: str) -> None:
        with pytest.raises(NumberRefused):
            stage.office.record(stage.known.kind, number)

    def test_a_kind_it_does_not_have_is_refused(self, stage: OfficeStage) -> None:
        with pytest.raises(NumberRefused):
            stage.office.record("trade_secret", stage.known.number)
