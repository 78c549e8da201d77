"""Records of offices: what each format says, which owner counts, and what hostile and broken files are told."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest

from an_office_record import HALDEN, ST96, st66, st66_mark, st96, st96_mark
from countermark.connectors.office import Fault, OfficeRecord
from countermark.connectors.office_records import Limits, read_st66, read_st96, read_tmview, standard_of, words

RECORDS = os.environ.get("OFFICE_RECORDS_DIR", "")
SMALL = Limits(file_bytes=20_000, record_bytes=5_000, record_elements=200, depth=12, records=3)


def read(reader, content: bytes, **more):
    return list(reader(io.BytesIO(content), **more))


def only(reader, content: bytes, **more):
    (found,) = read(reader, content, **more)
    return found


def fault(reader, content: bytes, **more) -> Fault:
    found = only(reader, content, **more)
    assert isinstance(found, Fault), found
    return found


# --- what the formats say -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ST96)
def test_a_record_in_st96_says_number_mark_owner_classes_and_days(version):
    assert only(read_st96, st96(version=version)) == OfficeRecord(
        office="US", number="7654321", application_number="88123456", mark="FJELL", mark_type="word",
        owners=(HALDEN,), classes=(9, 11), filed_on=date(2018, 9, 20), registered_on=date(2019, 3, 5),
        status="registered", status_code="700", status_text="The trademark is registered.",
        status_on=date(2019, 3, 5), register="principal",
    )  # fmt: skip


@pytest.mark.parametrize("inside", [True, False])
def test_a_record_in_st66_says_the_same_wherever_its_owners_stand(inside):
    found = only(read_st66, st66(st66_mark(inside=inside)))
    assert (found.number, found.mark, found.owners, found.classes) == ("7654321", "FJELL", (HALDEN,), (9, 11))
    assert (found.status, found.mark_type, found.registered_on) == ("registered", "word", date(2019, 3, 5))


def test_owners_behind_a_mark_are_never_taken_for_those_of_the_next():
    found = read(
        read_st66, st66(st66_mark("1", owner="One"), st66_mark("2", owner="Two"), st66_mark("3", owner="Three"))
    )
    assert [(each.number, each.owners) for each in found] == [("1", ("One",)), ("2", ("Two",)), ("3", ("Three",))]


def test_the_owner_of_today_is_the_last_of_the_uspto_and_every_one_of_another_office():
    today, together = only(read_st96, st96()), only(read_st96, st96(st96_mark(office="NO")))
    assert today.owners == (HALDEN,)
    assert together.owners == (HALDEN, "Fjell Lamps Inc.")


def test_a_change_of_name_is_no_assignment_and_a_pledge_is_neither():
    said = {text: only(read_st96, st96(st96_mark(conveyance=text))) for text in (
        "CHANGE OF NAME", "ASSIGNS THE ENTIRE INTEREST", "MERGER", "SECURITY INTEREST", "RELEASE BY SECURED PARTY"
    )}  # fmt: skip
    told = {text: (each.was_assigned, each.was_renamed) for text, each in said.items()}
    assert told == {
        "CHANGE OF NAME": (None, True),
        "ASSIGNS THE ENTIRE INTEREST": (True, None),
        "MERGER": (True, True),
        "SECURITY INTEREST": (None, None),
        "RELEASE BY SECURED PARTY": (None, None),
    }


@pytest.mark.parametrize(
    ("code", "sentence", "status"),
    [
        ("800", "The registration has been renewed.", "registered"),
        ("710", "Registration cancelled because registrant did not file an acceptable declaration.", "ended"),
        ("", "Registration cancelled because registrant did not file an acceptable declaration.", "ended"),
        ("900", "", "expired"),
        ("602", "Abandoned because the applicant failed to respond.", "ended"),
        ("", "Nothing anybody has heard of.", "unknown"),
    ],
)
def test_where_a_mark_stands_is_told_by_code_or_sentence_and_never_guessed(code, sentence, status):
    assert only(read_st96, st96(st96_mark(status=(code, sentence)))).status == status


def test_many_marks_in_one_file_come_one_after_the_other():
    found = read(read_st96, st96(*(st96_mark(str(7_000_000 + n)) for n in range(40))))
    assert [each.number for each in found] == [str(7_000_000 + n) for n in range(40)]


def test_a_record_survives_being_kept_as_json():
    found = only(read_st96, st96())
    assert OfficeRecord.from_json(found.as_json()) == found


@pytest.mark.skipif(not RECORDS, reason="OFFICE_RECORDS_DIR names no folder of real records")
def test_real_records_are_read_as_they_stand():
    found = {file.name: only(read_st66 if file.name.startswith("sn") else read_st96, file.read_bytes())
             for file in sorted(Path(RECORDS).glob("*.xml"))}  # fmt: skip
    assert {each.number for each in found.values()} == {"2178784", "2824281"}
    for file in Path(RECORDS).glob("*.xml"):
        assert standard_of(file.read_bytes()) == ("st66" if file.name.startswith("sn") else "st96"), file.name
    said = {(each.number, each.mark, each.owners, each.classes, each.status) for each in found.values()}
    assert said == {
        ("2178784", "JAVA", ("Oracle America, Inc.",), (9,), "registered"),
        ("2824281", "PYTHON", ("PYTHON SOFTWARE FOUNDATION",), (9, 42), "registered"),
    }


def test_the_standard_is_told_by_how_it_spells_a_trademark():
    assert {standard_of(st96(version=version)) for version in ST96} == {"st96"}
    assert (standard_of(st66()), standard_of(st66(st66_mark(inside=True)))) == ("st66", "st66")
    assert standard_of(st96(encoding="UTF-16")) == "st96"
    assert standard_of(st66().decode().replace("UTF-8", "UTF-16").encode("utf-16")) == "st66"


# --- hostile and broken ---------------------------------------------------------------------------------------------------

BOMB = b"""<?xml version="1.0"?><!DOCTYPE Transaction [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Transaction><Trademark><RegistrationNumber>&b;</RegistrationNumber></Trademark></Transaction>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE Transaction [<!ENTITY e SYSTEM "file:///etc/passwd">]>
<Transaction><Trademark><MarkVerbalElementText>&e;</MarkVerbalElementText></Trademark></Transaction>"""
REMOTE = b"""<?xml version="1.0"?><!DOCTYPE Transaction SYSTEM "http://127.0.0.1:9/x.dtd"><Transaction/>"""


@pytest.mark.parametrize("content", [BOMB, OUTSIDE, REMOTE])
@pytest.mark.parametrize("reader", [read_st66, read_st96])
def test_a_document_type_is_refused_before_any_entity_is_declared(reader, content):
    assert fault(reader, content).code == "document_type"


@pytest.mark.parametrize("reader", [read_st66, read_st96, read_tmview])
@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_an_empty_file_is_told_so(reader, content):
    assert fault(reader, content).code in ("empty", "broken")


def test_a_file_cut_off_keeps_what_came_before_and_names_the_line():
    whole = st96(st96_mark("1"), st96_mark("2"))
    cut = whole[: whole.rindex(b"<ns2:ApplicantBag>")]
    first, wrong = read(read_st96, cut)
    assert (first.number, wrong.code, wrong.fatal) == ("1", "broken", True)
    assert wrong.line == cut.count(b"\n") + 1


def test_a_file_of_another_format_is_told_by_its_first_element():
    assert fault(read_st96, b"<html><body/></html>").data == {"root": "html"}
    assert fault(read_st96, b"{}").code == "broken"
    assert fault(read_st96, st66()).code == "no_record"


def test_what_is_too_large_too_deep_or_too_much_is_named():
    assert fault(read_st96, st96(st96_mark(name="F" * 6_000)), limits=SMALL).code == "record_too_large"
    assert fault(read_st96, b"<Transaction>" + b"<a>" * 20, limits=SMALL).code == "too_deep"
    assert fault(read_st96, b"<Transaction>" + b" " * 30_000, limits=SMALL).code == "too_large"
    many = b"<Trademark>" + b"<a/>" * 300 + b"</Trademark>"
    assert fault(read_st96, b"<Transaction>" + many + b"</Transaction>", limits=SMALL).code == "record_too_large"


def test_marks_beyond_the_most_are_not_read():
    *kept, wrong = read(read_st96, st96(*(st96_mark(str(n + 1)) for n in range(5))), limits=Limits(records=3))
    assert ([each.number for each in kept], wrong.code) == (["1", "2", "3"], "too_many")


def test_an_encoding_that_cannot_be_read_is_named_and_utf16_is_read():
    strange = b'<?xml version="1.0" encoding="GB18030"?><Transaction/>'
    assert fault(read_st96, strange).code == "encoding"
    assert fault(read_st96, b"<Transaction>\xff\xfe</Transaction>").code in ("broken", "encoding")
    assert only(read_st96, st96(encoding="UTF-16")).mark == "FJELL"


def test_every_defect_of_a_record_is_named_with_its_own_line():
    found = fault(read_st96, st96(st96_mark("2.18E+06", classes=("009", "099"), registered="05.XX.2019")))
    told = [(each.code, each.line) for each in (found, *found.also)]
    assert {code for code, _ in told} == {"number_mangled", "class_unreadable", "day_unreadable"}
    assert dict(told)["day_unreadable"] == 9  # the element's line: the mark begins in line 3
    assert found.data["mark"] == "FJELL" and not found.fatal


def test_a_defective_mark_does_not_keep_the_next_from_being_read():
    wrong, good = read(read_st96, st96(st96_mark(classes=("0",)), st96_mark("2")))
    assert (wrong.code, good.number) == ("class_unreadable", "2")


# --- TMview ---------------------------------------------------------------------------------------------------------------

HEAD = (
    "Trade mark name,Trade mark office,Registration number,Trade mark type,"
    "Nice class,Applicant name,Expiry date,Trade mark status"
)
ROW = 'FJELL,EUIPO,"=""018123456""",Word,"9, 11",Halden & Moe AS,30/07/2036,Registered'
FJELL = OfficeRecord(
    office="EM", number="018123456", mark="FJELL", mark_type="word", owners=(HALDEN,), classes=(9, 11),
    expires_on=date(2036, 7, 30), status="registered", status_text="Registered",
)  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_an_export_of_tmview_is_read_in_whatever_spreadsheets_save_it(encoding, delimiter):
    row = ROW if delimiter == "," else ROW.replace('"9, 11"', "9| 11").replace(",", delimiter).replace("9| 11", "9, 11")
    text = HEAD.replace(",", delimiter) + "\r\n" + row.replace("FJELL", "山地 FJELL") + "\r\n"
    found = only(read_tmview, text.encode(encoding))
    assert found == OfficeRecord(
        **{**{name: getattr(FJELL, name) for name in FJELL.__slots__}, "mark": "山地 FJELL", "line": 2}
    )


def test_columns_are_found_by_their_headings_in_any_order():
    turned = "status,OFFICE,Owner,mark,Registration_Number\nEnded,GB - UKIPO,Otto,LUMEN,UK00003123456\n"
    found = only(read_tmview, turned.encode())
    assert (found.office, found.owners, found.mark, found.number, found.status) == (
        "GB", ("Otto",), "LUMEN", "UK00003123456", "ended",
    )  # fmt: skip


def test_an_export_without_the_columns_that_matter_is_told_which():
    found = fault(read_tmview, b"Owner,Status\nOtto,Ended\n")
    assert found.code == "columns_missing" and set(found.data["columns"].split(", ")) == {"office", "mark", "number"}


def test_a_row_with_faults_names_all_of_them_and_its_row():
    wrong, good = read(read_tmview, f"{HEAD}\nX,DE,2.18E+06,Word,99,Otto,31/31/2000,Ended\n{ROW}\n".encode())
    assert [each.code for each in (wrong, *wrong.also)] == ["number_mangled", "class_unreadable", "day_unreadable"]
    assert wrong.line == 2 and good.line == 3


def test_a_formula_is_text_and_never_worked_out():
    found = only(
        read_tmview,
        b'mark,office,number\n"=HYPERLINK(""http://x.example"")",US,1\n'.replace(b"number", b"Registration number"),
    )
    assert found.mark == '=HYPERLINK("http://x.example")'


PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _points_to(what: str, where: str) -> str:
    one = f'<Relationship Id="r1" Type="{OFFICE}/{what}" Target="{where}"/>'
    return f'<Relationships xmlns="{PACKAGE}/relationships">{one}</Relationships>'


def sheet(rows: list[list[str]], *, more: dict[str, bytes] | None = None) -> bytes:
    """A sheet of Excel with these rows, texts inline; numbers as Excel keeps them where a cell begins with #."""
    cells = ["".join(f"<c><v>{c[1:]}</v></c>" if c.startswith("#") else f'<c t="inlineStr"><is><t>{c}</t></is></c>'
                     for c in row) for row in rows]  # fmt: skip
    body = "".join(f"<row>{row}</row>" for row in cells)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": _points_to("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _points_to("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>',
    }
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
        for name, content in (more or {}).items():
            packed.writestr(name, content)
    return kept.getvalue()


def test_a_sheet_of_excel_is_read_with_its_numbers_whole():
    found = only(
        read_tmview, sheet([["Mark", "Office", "Registration number", "Nice class"], ["FJELL", "US", "#7654321", "#9"]])
    )
    assert (found.number, found.classes, found.line) == ("7654321", (9,), 2)


def test_a_sheet_that_unpacks_to_far_more_is_refused_unread():
    bomb = sheet([["Mark", "Office", "Registration number"]], more={"xl/media/x.bin": b"\0" * 3_000_000})
    assert len(bomb) < 20_000
    assert fault(read_tmview, bomb, limits=SMALL).code == "too_large"


def test_what_only_looks_like_a_sheet_is_told_so():
    assert fault(read_tmview, b"PK\x03\x04 nothing more").code == "not_a_table"
    assert fault(read_tmview, b"\xd0\xcf\x11\xe0 nothing more").code == "not_a_table"


# --- the words ------------------------------------------------------------------------------------------------------------


def test_no_word_of_an_office_stands_for_two_things():
    for table in ("feature", "status"):
        known = [word for row in words.words()[table].values() for word in row]
        assert len(known) == len(set(known)), table
        assert known == [word.casefold() for word in known], table


@pytest.mark.parametrize(("text", "day"), [
    ("1998-08-04", date(1998, 8, 4)), ("1995-02-07-05:00", date(1995, 2, 7)), ("20190305", date(2019, 3, 5)),
    ("2019-03-05T00:00:00Z", date(2019, 3, 5)), ("05/03/2019", date(2019, 3, 5)), ("5.3.2019", date(2019, 3, 5)), ("", None),
])  # fmt: skip
def test_days_are_read_as_offices_write_them(text, day):
    assert words.day(text) == day


@pytest.mark.parametrize("text", ["19960100", "2019-02-30", "March 5, 2019", "13/13/2019", "0000-00-00"])
def test_what_is_no_day_is_not_made_into_one(text):
    with pytest.raises(ValueError, match=r".+"):
        words.day(text)
