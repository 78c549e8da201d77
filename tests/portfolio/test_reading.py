"""Whatever a holder's file was written with is read, and what a spreadsheet made of it is said, cell by cell."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from an_office_record import st96
from countermark.entrypoints.intake.encodings import decoded
from countermark.entrypoints.intake.refused import SENTENCES, FileRefused
from countermark.entrypoints.intake.refused_words import SAID, refusal_said
from countermark.entrypoints.intake.template import headings, template
from countermark.entrypoints.intake.workbook import xlsx
from portfolio.files_of_rights import HEAD, MARK, a_sheet, a_table, cells, read


def rows(content):
    return list(read(content).rows)


def said(content):
    """Row -> what is wrong in its cells."""
    return {row.row: [(defect.code, defect.field) for defect in row.defects] for row in rows(content) if row.defects}


def refused(content):
    with pytest.raises(FileRefused) as caught:
        rows(content)
    what, way_out = refusal_said(caught.value)
    assert what and way_out and "%(" not in what and str(caught.value)
    return caught.value.why


def rezipped(content, name, change):
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, change(old.read(entry)) if entry == name else old.read(entry))
    return file.getvalue()


def test_sheet_and_table_say_the_same():
    answers = {name: text for name, text in MARK.items() if name != "kind"}
    for content in (a_sheet(MARK), a_table(MARK), a_table(MARK, delimiter=";"), a_table(MARK, delimiter="\t")):
        assert [(row.row, row.kind, dict(row.answers), list(row.defects)) for row in rows(content)] == [
            (2, "trademark", answers, [])
        ]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"), ("utf-32", "UTF-32"), ("gb18030", "GB18030"),
    ],
)  # fmt: skip
def test_chinese_is_read_in_every_encoding_and_the_encoding_is_said(encoding, name):
    file = read(a_table({**MARK, "name": "山峰灯具", "owner": "哈尔登莫股份公司"}, encoding=encoding))
    assert (next(iter(file.rows)).answers["name"], file.encoding) == ("山峰灯具", name)


def test_western_letters_are_not_taken_for_chinese():
    file = read(a_table({**MARK, "name": "Möbel für Straßen", "owner": "Crème brûlée à Genève"}, encoding="cp1252"))
    assert (next(iter(file.rows)).answers["name"], file.encoding) == ("Möbel für Straßen", "Windows-1252")


def test_two_encodings_in_one_file_are_refused_with_the_row():
    first, second = a_table({**MARK, "name": "山峰灯具"}), a_table({**MARK, "name": "山峰灯具"}, encoding="gb18030")
    with pytest.raises(FileRefused) as caught:
        rows(first + second.split(b"\r\n")[1] + b"\r\n")
    assert (caught.value.why, caught.value.data["row"]) == ("mixed_encodings", 3)


@pytest.mark.parametrize(
    ("cell", "field", "code"),
    [
        (date(2036, 9, 11), "number", "import_became_day"),  # 9-11 typed into Excel
        (date(2036, 9, 11), "classes", "import_became_day"),
        ("2036-09-11", "number", "import_became_day"),
        (date(2036, 5, 1), "brand", "import_became_day"),
        (1234567890123456789, "number", "import_digits_lost"),
        ("#N/A", "number", "import_error_cell"),
        ("#REF!", "expires_on", "import_error_cell"),
        (49885, "expires_on", "import_day_serial"),
        ("49885", "expires_on", "import_day_serial"),
        ("30/07/2036", "expires_on", "import_day_written"),
        ("07.08.2036", "expires_on", "import_day_ambiguous"),
        ("maybe", "renewed", "import_choice_unknown"),
        ("a word", "mark_type", "import_choice_unknown"),
        ("ZZ", "office", "import_office_unknown"),
        ("A book", "author", "import_not_asked"),
    ],
)
def test_what_a_spreadsheet_or_a_typist_made_of_a_cell_is_named(cell, field, code):
    assert said(a_sheet({**MARK, field: cell})) == {2: [(code, field)]}


def test_the_day_a_serial_number_stands_for_is_offered():
    defect = rows(a_sheet({**MARK, "expires_on": 49885}))[0].defects[0]
    assert defect.data["day"] == "2036-07-29"  # 49,885 days after 30 December 1899


@pytest.mark.parametrize(
    ("cell", "field", "answer"),
    [
        (55180021, "number", "55180021"), (55180021.0, "number", "55180021"), (9, "classes", "9"),
        (date(2036, 7, 30), "expires_on", "2036-07-30"), ("2036/7/30", "expires_on", "2036-07-30"),
        ("2036年7月30日", "expires_on", "2036-07-30"), ("20360730", "expires_on", "2036-07-30"),
        ("2036-07-30 00:00:00", "expires_on", "2036-07-30"), (True, "renewed", "yes"), ("否", "renewed", "no"),
        ("Words and a picture", "mark_type", "combined"), ("CNIPA", "office", "CN"), ("cn", "office", "CN"),
        ("European Union (EUIPO)", "office", "EM"), ("EU", "office", "EM"),
    ],
)  # fmt: skip
def test_what_can_mean_one_thing_only_is_taken(cell, field, answer):
    (row,) = rows(a_sheet({**MARK, field: cell}))
    assert (row.answers[field], list(row.defects)) == (answer, [])


def test_headings_are_found_in_any_order_language_and_case():
    head = ["The mark", "OFFICE", "Kind of right", "Registration number", "Our file no."]
    content = a_table(head=head).strip() + b"\r\nFJELL,CN,Trademark,55180021,4711\r\n"
    file = read(content)
    (row,) = file.rows
    assert row.answers == {"name": "FJELL", "office": "CN", "number": "55180021"}
    assert row.kind == "trademark" and "Our file no." in file.not_read


def test_a_formula_is_named_and_never_worked_out():
    def change(part):
        return part.replace(b'<c r="D2" s="1" t="inlineStr"><is><t xml:space="preserve">FJELL</t></is></c>',
                            b'<c r="D2" t="str"><f>CONCATENATE("FJ","ELL")</f><v>FJELL</v></c>')  # fmt: skip

    content = rezipped(a_sheet(MARK, {**MARK, "number": "55180022"}), "xl/worksheets/sheet1.xml", change)
    (found,) = [row for row in rows(content) if row.defects]
    assert (found.row, [(d.code, d.field, d.data["cell"]) for d in found.defects]) == (
        2,
        [("import_formula", "name", "D2")],
    )
    assert said(a_table({**MARK, "name": '=HYPERLINK("http://otto.example")'})) == {2: [("import_formula", "name")]}
    assert said(a_table({**MARK, "number": '="055180021"'})) == {}  # text that keeps its zeros, as Excel writes it


def test_a_cell_at_the_end_of_the_sheet_lays_out_nothing():
    def change(part):
        return part.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')

    assert refused(rezipped(a_sheet(MARK), "xl/worksheets/sheet1.xml", change)) == "far_cell"


def test_a_bomb_is_refused_before_it_is_unpacked_whole():
    content = rezipped(a_sheet(MARK), "xl/styles.xml", lambda part: part + b" " * 130_000_000)
    assert len(content) < 1_000_000 and refused(content) == "bomb"


def test_entities_are_never_read():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    doctype = rezipped(
        a_sheet(MARK), "xl/worksheets/sheet1.xml", lambda part: part.replace(b"<worksheet", bomb + b"<worksheet")
    )
    assert refused(doctype) == "doctype"
    assert refused(b'<?xml version="1.0"?>' + bomb + b"<x>&b;</x>") == "office_file"


OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_nothing_outside_a_file_is_read_in_whatever_encoding_it_asks_for_that(encoding):
    plain = st96().decode()
    head, _, rest = plain.partition("\n")
    attack = (head + "\n" + OUTSIDE + rest.replace("FJELL", "&a;")).replace("UTF-8", encoding[:6].upper())
    assert refused(attack.encode(encoding)) == "office_file"
    sheet = rezipped(
        a_sheet(MARK),
        "xl/worksheets/sheet1.xml",
        lambda part: (OUTSIDE + part.decode().partition("?>")[2].replace("FJELL", "&a;")).encode(encoding),
    )
    try:
        assert "root:" not in str([row.answers for row in rows(sheet)])
    except FileRefused as known:
        assert known.why in ("doctype", "broken", "no_rows", "empty")


def test_a_sheet_is_never_unpacked_by_the_names_in_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = io.BytesIO(a_sheet(MARK))
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr("../../slipped.txt", "x")
        packed.writestr("/slipped.txt", "x")
    assert [row.answers["name"] for row in rows(file.getvalue())] == ["FJELL"]
    assert not list(tmp_path.parent.parent.glob("slipped.txt")) and not list(tmp_path.iterdir())


def test_files_that_are_no_sheet_are_refused_by_name():
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
    assert refused(b"") == refused(b" \r\n") == "empty"
    assert refused(word.getvalue()) == "not_read"
    assert refused(b"PK\x03\x04 and then nothing") == "broken"
    assert refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") in ("not_read", "no_kind")
    assert refused(a_table()) == "no_rows"
    assert refused(b"kind,brand of moon\r\ntrademark,x\r\n") == "no_answers"
    assert refused(b"kind,number,Number\r\ntrademark,1,2\r\n") == "twice"
    assert refused(b"lamp,price\r\nFjell,89\r\n") == "no_kind"


def test_more_rows_than_are_taken_are_refused_not_cut_off():
    assert refused(a_table(*[MARK] * 20_001)) == "too_many_rows"


def test_a_row_without_kind_is_named_and_the_others_go_on():
    content = a_table({**MARK, "kind": ""}, {**MARK, "kind": "trade secret"}, MARK)
    assert said(content) == {2: [("import_kind_missing", "kind")], 3: [("import_kind_unknown", "kind")]}
    assert rows(content)[2].kind == "trademark"


def test_the_form_is_read_as_it_is_given_out():
    for form in ("xlsx", "csv"):
        assert refused(template(form, is_agent=True)) == "no_rows"
    assert set(headings(is_agent=True)) - set(headings(is_agent=False)) == {"mandate_ends_on"}


def test_rows_keep_the_numbers_a_spreadsheet_shows():
    content = xlsx([("Rights", [[], HEAD, [], cells({**MARK, "kind": ""})])])
    assert [row.row for row in rows(content)] == [4]


def test_every_refusal_has_words():
    assert set(SAID) == set(SENTENCES)


@given(st.binary(max_size=300))
@example(b"\xff\xfe")
@example(b"PK\x03\x04")
def test_no_file_breaks_the_reader(content):
    try:
        rows(content)
    except FileRefused as known:
        assert known.why in SENTENCES


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_utf8_is_never_taken_for_something_else(text):
    assert decoded(b"kind,number\r\n" + text.encode())[0].endswith(text)
