"""Files of an office brought in: their standard, the end their register does not name, and real records where there are."""

import os
from pathlib import Path

import pytest

from an_office_record import st66, st66_mark, st96, st96_mark
from countermark.entrypoints.intake.office_forms import xml_rows

RECORDS = os.environ.get("OFFICE_RECORDS_DIR", "")


def read(content: bytes):
    form, rows = xml_rows(content)
    return form, list(rows)


def test_a_file_in_st66_is_known_by_its_marks():
    form, (first, second) = read(st66(st66_mark("1"), st66_mark("2")))
    assert (form, first.answers["number"], second.answers["number"]) == ("st66", "1", "2")


def test_the_end_a_register_does_not_name_follows_from_the_term():
    _, (row,) = read(st96())
    assert row.answers["expires_on"] == "2029-03-05"  # registered on 5 March 2019, ten years: 15 U.S.C. 1058(a)
    _, (renewed,) = read(st96(st96_mark(renewed="2029-03-05")))
    assert renewed.answers["expires_on"] == "2039-03-05"


@pytest.mark.skipif(not RECORDS, reason="OFFICE_RECORDS_DIR names no folder of real records")
def test_real_records_come_as_rows():
    found = {}
    for file in sorted(Path(RECORDS).glob("*.xml")):
        _, (row,) = read(file.read_bytes())
        found[row.answers["number"]] = (row.answers["name"], row.answers["owner"], row.answers["expires_on"])
    assert found == {
        "2178784": ("JAVA", "Oracle America, Inc.", "2018-08-04"),  # renewed on 4 August 2008
        "2824281": ("PYTHON", "PYTHON SOFTWARE FOUNDATION", "2014-03-23"),  # as the record of 2010 has it
    }
