"""Does each row of a catalogue get its answer, whatever is wrong with it, and is all that is wrong with a file said at once?"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countermark.matching.catalogue import parts, reading
from countermark.matching.catalogue.batch import screen_batch
from countermark.matching.catalogue.parts import OutputBusy, OutputFailed, Parts
from countermark.matching.catalogue.reading import pieces, sources_of
from countermark.matching.catalogue.rights import NoRights, Rights, read_rights
from countermark.matching.catalogue.run import Job, Told, run
from countermark.matching.catalogue.schema import VERSION, CatalogueDefective, answer_schema
from countermark.matching.libraries import ScreeningNotInstalled, load
from matching.catalogue_world import HASH, JACKET, Here
from matching.made_pictures import cloudy, encoded

NEAR = HASH[:-1] + "3"  # one bit beside
LINES = [
    {"text": "Halden", "id": "NO-1", "owner": "Halden & Moe AS", "classes": [25], "allowed_sellers": ["ines"]},
    {"id": "P-1", "right": "NO-1", "owner": "Halden & Moe AS", "picture": "jacket.png", "allowed_sellers": ["ines"]},
    {"id": "P-2", "picture": HASH, "quality": 98},
]


def rights_file(folder: Path, lines: Sequence[object] = LINES) -> Path:
    (folder / "jacket.png").write_bytes(JACKET)
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (folder / "rights.ndjson").write_text(text, "utf-8")
    return folder / "rights.ndjson"


@pytest.fixture(scope="module")
def rights(tmp_path_factory: pytest.TempPathFactory) -> Rights:
    found, faults = read_rights(rights_file(tmp_path_factory.mktemp("rights")))
    assert faults == []
    return found


def screened(rights: Rights, **columns: Any) -> list[dict[str, Any]]:
    found = screen_batch(pa.record_batch(columns), rights)
    assert found.schema.equals(answer_schema(), check_metadata=True)
    found.validate(full=True)
    return found.to_pylist()


def sources(folder: Path, name: str, content: bytes | pa.Table) -> list[reading.Source]:
    file = folder / name
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        pq.write_table(content, file)
    return sources_of([str(file)])


def answered(rights: Rights, found: Sequence[reading.Source]) -> list[dict[str, Any]]:
    return [
        row for source in found for piece in pieces(source) for row in screen_batch(piece.batch, rights).to_pylist()
    ]


def defects(folder: Path, name: str, content: bytes | pa.Table) -> list[str]:
    with pytest.raises(CatalogueDefective) as refused:
        sources(folder, name, content)
    return [str(defect).replace(str(folder), "…") for defect in refused.value.defects]


# --- what a row is answered -----------------------------------------------------------------------------------------------


def test_words_and_picture_of_one_right_speak_together_and_the_answer_says_what_matched(rights: Rights):
    [row] = screened(rights, id=["17"], title=["H4lden wool jacket"], image=[JACKET])
    assert (row["id"], row["row"], row["verdict"], row["about"]) == ("17", 1, "block", "NO-1")
    assert row["combination"] == "picture:same+text:leet"
    assert row["low"] <= row["probability"] <= row["high"]
    by_kind = {match["kind"]: match for match in row["matches"]}
    words, picture = by_kind["text:leet"], by_kind["picture:same"]
    assert (words["observed"], words["canonical"], words["start"], words["end"]) == ("H4lden", "Halden", 0, 6)
    assert (picture["canonical"], picture["distance"], picture["owner"]) == ("P-1", 0, "Halden & Moe AS")
    assert (row["problem"], row["index"]) == (None, 1)


def test_a_seller_whom_the_owner_allows_may_use_name_and_picture(rights: Rights):
    [row] = screened(rights, title=["Halden wool jacket"], image=[JACKET], seller=["ines"])
    assert (row["verdict"], row["matches"]) == ("allow", [])


@pytest.mark.parametrize("written", [NEAR, NEAR.upper(), bytes.fromhex(NEAR)])
def test_a_hash_is_read_as_digits_or_as_bytes(rights: Rights, written: str | bytes):
    [row] = screened(rights, title=["Wool jacket"], pdq=[written])
    assert (row["verdict"], row["matches"][0]["distance"], row["about"]) == ("block", 1, "P-2")


def test_a_figurative_mark_goes_to_people(tmp_path: Path):
    found, faults = read_rights(rights_file(tmp_path, [{"id": "P-1", "picture": HASH, "figurative": True}]))
    assert faults == []
    [row] = screened(found, title=["Wool jacket"], pdq=[HASH])
    assert (row["verdict"], row["combination"]) == ("review", "picture:same")


def test_a_hash_of_a_plain_picture_says_nothing(rights: Rights):
    rows = screened(rights, title=["Wool jacket"] * 3, pdq=[HASH] * 3, quality=[49, 50, None])
    assert [row["verdict"] for row in rows] == ["allow", "block", "block"]
    odd = [float("nan"), float("inf"), -1e300, 49.9]
    rows = screened(rights, title=["Wool jacket"] * 4, pdq=[HASH] * 4, quality=odd)
    assert [row["verdict"] for row in rows] == ["block", "block", "allow", "allow"]


def test_a_batch_says_where_its_rows_stand_or_they_are_counted(rights: Rights):
    rows = screened(rights, title=["Halden", "Mug"], file=["a.csv", "b.csv"], row=[7, 1])
    assert [(row["file"], row["row"]) for row in rows] == [("a.csv", 7), ("b.csv", 1)]
    with pytest.raises(CatalogueDefective, match="the column row is string"):
        screened(rights, title=["Halden"], row=["x"])


def test_a_column_that_stands_there_twice_is_refused(rights: Rights):
    twice = pa.RecordBatch.from_arrays([pa.array(["Halden"]), pa.array(["Mug"])], ["title", "title"])
    with pytest.raises(CatalogueDefective, match="more than once"):
        screen_batch(twice, rights)


@pytest.mark.parametrize(
    ("columns", "problem", "verdict"),
    [
        ({"title": pa.nulls(1, pa.string())}, "title_missing", None),
        ({"title": pa.nulls(1)}, "title_missing", None),
        ({"title": pa.nulls(1, pa.string()), "pdq": [HASH]}, "title_missing", "block"),
        ({"title": ["Halden"], "pdq": ["f8f8"]}, "pdq_not_read: neither 64 hex digits nor 32 bytes", "review"),
        ({"title": ["Halden"], "pdq": [" " * 64]}, "pdq_not_read: neither 64 hex digits nor 32 bytes", "review"),
        ({"title": ["Halden"], "image": [b""]}, "picture_unreadable: empty", "review"),
        ({"title": ["Halden"], "image": [JACKET[:2000]]}, "picture_unreadable: damaged", "review"),
        ({"title": ["Halden"], "image": [b"<svg/>"], "pdq": [HASH]}, "picture_unreadable: drawing", "block"),
    ],
)
def test_what_cannot_be_read_of_a_row_is_said_and_the_rest_is_screened(
    rights: Rights, columns: dict[str, Any], problem: str, verdict: str | None
):
    [row] = screened(rights, **columns)
    assert (row["problem"], row["verdict"]) == (problem, verdict)


@pytest.mark.parametrize(
    ("kind", "written"), [("string", "binary"), ("large_string", "large_binary"), ("string_view", "binary_view")]
)
def test_a_title_that_is_no_utf_8_is_screened_with_signs_in_place_of_the_bytes(rights: Rights, kind: str, written: str):
    column = pa.array([b"Wool \xff\xfe jacket by Halden", b"Halden"], getattr(pa, written)())
    rows = screened(rights, title=column.view(getattr(pa, kind)()))
    assert [row["problem"] for row in rows] == ["title_not_utf8: bytes or half a character at 5", None]
    assert rows[0]["matches"][0]["start"] == len("Wool __ jacket by ")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.none() | st.text(), st.none() | st.binary(max_size=40) | st.just(bytes.fromhex(NEAR)))))
def test_every_row_of_any_batch_keeps_its_place(rights: Rights, drawn: list[tuple[str | None, bytes | None]]):
    titles = pa.array(
        [(title or "").encode("utf-8", "replace") if title is not None else None for title, _ in drawn], pa.binary()
    )
    rows = screened(rights, title=titles.cast(pa.string()), pdq=pa.array([bits for _, bits in drawn], pa.binary()))
    assert [row["row"] for row in rows] == list(range(1, len(drawn) + 1))
    assert all(row["verdict"] or row["problem"] for row in rows)


def test_without_its_library_the_refusal_says_what_to_install():
    with pytest.raises(ScreeningNotInstalled, match=r"pip install 'countermark\[catalogue\]'"):
        load("a_library_nobody_has", "catalogue")


# --- which files are read ---------------------------------------------------------------------------------------------------


def test_all_that_is_wrong_with_the_columns_is_said_before_the_first_row(tmp_path: Path):
    columns = {"Product_Title": ["Halden"], "classes": ["25"], "quality": ["good"], "image": ["a.png"]}
    found = defects(tmp_path, "offers.parquet", pa.table(columns))
    assert found == [
        "…/offers.parquet: the column title is missing. Rename Product_Title to title; there are: Product_Title, classes, "
        "quality, image.",
        "…/offers.parquet: the column classes is string, and must hold lists of whole numbers. Write it as list<int32>, or "
        "leave it out.",
        "…/offers.parquet: the column image is string, and must hold bytes. Write the pictures as binary, or their "
        "addresses as image_url.",
        "…/offers.parquet: the column quality is string, and must hold numbers. Cast it to int32, or leave it out.",
    ]


@pytest.mark.parametrize("kind", [pa.int64(), pa.binary(), pa.list_(pa.string()), pa.timestamp("s")])
def test_a_title_of_another_type_is_refused(tmp_path: Path, kind: pa.DataType):
    [said] = defects(tmp_path, "offers.parquet", pa.table({"title": pa.nulls(1, kind)}))
    assert said.startswith("…/offers.parquet: the column title is ")
    assert said.endswith(", and must hold text. Cast it to string.")


def test_a_file_cut_in_half_is_refused_by_name(tmp_path: Path):
    pq.write_table(pa.table({"title": ["Halden"] * 100}), tmp_path / "whole.parquet")
    content = (tmp_path / "whole.parquet").read_bytes()
    [said] = defects(tmp_path, "half.parquet", content[: len(content) // 2])
    assert said.startswith("…/half.parquet: cannot be read as parquet")
    assert "cut off" in said


def test_damage_inside_a_file_costs_the_rows_of_its_row_group_and_no_other(tmp_path: Path, rights: Rights):
    table = pa.table({"title": [f"Halden {number}" for number in range(300)]})
    file = tmp_path / "offers.parquet"
    pq.write_table(table, file, row_group_size=100, use_dictionary=False, compression="zstd", write_statistics=False)
    column, content = pq.read_metadata(file).row_group(1).column(0), bytearray(file.read_bytes())
    begin = column.data_page_offset
    content[begin : begin + column.total_compressed_size] = bytes(column.total_compressed_size)
    rows = answered(rights, sources(tmp_path, "offers.parquet", bytes(content)))
    assert [row["row"] for row in rows] == list(range(1, 301))
    assert {row["problem"].split(":")[0] for row in rows[100:200]} == {"rows_damaged"}
    assert {row["verdict"] for row in rows[:100] + rows[200:]} == {"review"}


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.ndjson", b'{"title": "Halden one"}\n{"title": "Hal\n', "row_not_json: no JSON object"),
        ("a.ndjson", b'{"title": "Halden one"}\n[1]\n', "row_not_json: no JSON object"),
        ("a.ndjson", b'{"title": "Halden one"}\n{"title": ["Halden"]}\n', "title_not_text: list"),
        ("a.ndjson", b'{"title": "Halden one"}\n' + b"[" * 100_000, "row_not_json: no JSON object"),
        ("a.csv", b"title,pdq\nHalden one,\nHalden two\n", "row_not_csv: 1 cells in place of 2"),
        ("a.csv", b"id;title\n1;Halden one\n2;\n", "title_missing"),
    ],
)
def test_a_line_that_cannot_be_read_keeps_its_row(
    tmp_path: Path, rights: Rights, name: str, content: bytes, problem: str
):
    rows = answered(rights, sources(tmp_path, name, content))
    assert [(row["row"], row["problem"]) for row in rows] == [(1, None), (2, problem)]
    assert rows[0]["verdict"] == "review"


def test_half_a_character_in_a_line_does_not_end_the_run(tmp_path: Path, rights: Rights):
    [row] = answered(rights, sources(tmp_path, "a.jsonl", b'{"title": "Hal\\ud83dden by Halden", "id": 9}\n'))
    assert (row["problem"], row["verdict"], row["id"]) == (
        "title_not_utf8: bytes or half a character at 3",
        "review",
        "9",
    )


def test_cells_of_a_sheet_are_read_as_what_they_are(tmp_path: Path, rights: Rights):
    sheet = f'id,Title,seller,classes,pdq,quality\n7,"Halden, wool\njacket",otto,"25, 9",{HASH},98\n8,Mug,,x,,?\n'
    first, second = answered(rights, sources(tmp_path, "a.csv", sheet.encode("utf-8-sig")))
    assert (first["id"], first["combination"]) == ("7", "picture:same")  # the stronger of two things: a hash is no word
    assert {match["kind"] for match in first["matches"]} == {"text:exact", "picture:same"}
    assert second["problem"] == "classes_not_read: ['x']; quality_not_read: ?"


def test_a_title_of_a_megabyte_and_more_columns_than_asked_for_are_no_matter(tmp_path: Path, rights: Rights):
    table = pa.table({"price": [1.5], "title": ["Halden " + "wool " * 250_000]})
    [row] = answered(rights, sources(tmp_path, "a.parquet", table))
    assert row["verdict"] == "review"


def test_a_pattern_means_its_files_in_order_and_each_once(tmp_path: Path, rights: Rights):
    for name in ("b", "a"):
        (tmp_path / f"{name}.csv").write_text(f"title\nHalden {name}\n")
    found = sources_of([str(tmp_path / "*.csv"), str(tmp_path / "b.csv")])
    assert [Path(source.file).name for source in found] == ["a.csv", "b.csv"]


def test_a_pattern_does_not_mean_the_answers_of_an_earlier_run(tmp_path: Path):
    for name in ("a.csv", "out.csv", "out.csv.parts/part.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("title\n")
    found = sources_of([str(tmp_path / "**" / "*.csv")], tmp_path / "out.csv")
    assert [Path(source.file).name for source in found] == ["a.csv"]
    with pytest.raises(CatalogueDefective, match="means only the file of answers"):
        sources_of([str(tmp_path / "out.csv")], tmp_path / "out.csv")


@pytest.mark.parametrize(("pattern", "fault"), [("*.none", "meets none"), ("a.xlsx", "no ending")])
def test_a_name_that_means_no_catalogue_is_refused(tmp_path: Path, pattern: str, fault: str):
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    with pytest.raises(CatalogueDefective, match=fault):
        sources_of([str(tmp_path / pattern)])


def test_a_row_group_with_pictures_is_read_a_few_rows_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "BYTES", 3 * len(JACKET))
    table = pa.table({"title": ["Halden"] * 20, "image": [JACKET[:-1] + bytes([number]) for number in range(20)]})
    pq.write_table(table, tmp_path / "a.parquet", use_dictionary=False)
    sizes = [piece.batch.num_rows for piece in pieces(sources_of([str(tmp_path / "a.parquet")])[0])]
    assert sum(sizes) == 20
    assert max(sizes) <= 3


# --- what it is screened against ------------------------------------------------------------------------------------------


def test_a_line_that_protects_nothing_is_named_and_the_others_count(tmp_path: Path):
    lines = [
        LINES[0], {"text": " "}, {"id": "P-9"}, {"picture": HASH}, {"id": "P-3", "picture": "gone.png"}, '{"text": "Hal',
        {"id": "P-4", "picture": HASH, "quality": 12}, {"id": "P-5", "picture": "flat.png"}, {"txt": "Halden"},
        {"text": "Hal\ud83dden"},
        {"text": "😀"},
        {"id": "P-6", "picture": "a\0b.png"},
    ]  # fmt: skip
    (tmp_path / "flat.png").write_bytes(encoded(cloudy(1, 20, 20) * 0))
    found, faults = read_rights(rights_file(tmp_path, lines))
    assert len(found.marks) == 1
    assert len(found.known) == 0
    said = [fault.partition("rights.ndjson ")[2] for fault in faults]
    assert said[:3] == [
        "line 2: text: is missing or empty",
        "line 3: text: is missing, and so is picture: one of them says what is protected",
        "line 4: id: is missing: what is found names the picture by it",
    ]
    for line, words in {
        4: "gone.png",
        5: "no JSON",
        6: "below 50",
        7: "too plain",
        8: "unknown field",
        9: "half a char",
    }.items():
        assert words in said[line - 1], said


def test_a_file_that_protects_nothing_is_refused(tmp_path: Path):
    with pytest.raises(NoRights):
        read_rights(rights_file(tmp_path, []))


def test_rights_in_a_file_cut_in_half_are_refused_and_so_are_columns_that_mean_nothing(tmp_path: Path):
    pq.write_table(pa.table({"text": ["Halden"] * 100}), tmp_path / "rights.parquet")
    content = (tmp_path / "rights.parquet").read_bytes()
    (tmp_path / "rights.parquet").write_bytes(content[: len(content) // 2])
    with pytest.raises(CatalogueDefective, match="cut off"):
        read_rights(tmp_path / "rights.parquet")
    (tmp_path / "rights.csv").write_text("text,brand,price\nHalden,x,1\n" * 2)
    with pytest.raises(CatalogueDefective) as refused:
        read_rights(tmp_path / "rights.csv")
    assert [defect.column for defect in refused.value.defects] == ["brand", "price"]


def test_rights_are_the_same_whatever_they_are_written_in(tmp_path: Path, rights: Rights):
    columns = {
        name: [line.get(name) for line in LINES] for name in dict.fromkeys(key for line in LINES for key in line)
    }
    pq.write_table(pa.table(columns), tmp_path / "rights.parquet")
    rights_file(tmp_path)
    (tmp_path / "rights.csv").write_text(
        "text,id,owner,classes,allowed_sellers,right,picture,quality\nHalden,NO-1,Halden & Moe AS,25,ines,,,\n"
        f",P-1,Halden & Moe AS,,ines,NO-1,jacket.png,\n,P-2,,,,,{HASH},98\n"
    )
    for name in ("rights.parquet", "rights.csv"):
        found, faults = read_rights(tmp_path / name)
        assert faults == []
        assert found.marks == rights.marks
        assert found.known.equals(rights.known)
        assert found.words.tolist() == rights.words.tolist()


def test_other_pictures_behind_the_same_names_are_other_rights(tmp_path: Path, rights: Rights):
    file = rights_file(tmp_path)
    (tmp_path / "jacket.png").write_bytes(encoded(cloudy(32, 240, 300)))
    assert read_rights(file)[0].digest != rights.digest


# --- a run that goes on ---------------------------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of 10 rows, parts of 20."""
    monkeypatch.setattr(reading, "ROWS", 10)
    monkeypatch.setattr(parts, "ROWS", 20)


class Stopped(Exception):
    """Somebody pulled the plug."""


def job(folder: Path, rights: Rights, name: str = "out.parquet") -> Job:
    if not list(folder.glob("*.csv")):
        for file, rows in (("a", 35), ("b", 0), ("c", 42)):
            text = "".join(f"Halden {file}{row}\n" for row in range(rows))
            (folder / f"{file}.csv").write_text(f"title\n{text}")
    return Job(sources_of([str(folder / "*.csv")]), rights, folder / name, Here)


def nobody(_: object) -> None:
    pass


def stopping_after(rows: int) -> Callable[[Told], None]:
    def tell(told: Told) -> None:
        if told.rows >= rows:
            raise Stopped

    return tell


@pytest.mark.parametrize(("rows", "kept"), [(1, 10), (20, 20), (35, 35), (50, 55), (77, 77)])
def test_a_run_that_was_stopped_goes_on_and_ends_with_the_same_bytes(
    tmp_path: Path, rights: Rights, small: None, rows: int, kept: int
):
    whole = run(job(tmp_path, rights, "whole.parquet"), nobody, nobody)
    with pytest.raises(Stopped):
        run(job(tmp_path, rights), stopping_after(rows), nobody)
    told = run(job(tmp_path, rights), nobody, nobody)
    assert (told.rows, told.said) == (77, whole.said) == (77, {"review": 77})
    assert told.earlier == kept
    assert (tmp_path / "out.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    assert not (tmp_path / "out.parquet.parts").exists()
    table = pq.read_table(tmp_path / "out.parquet")
    assert [Path(file).name for file in table["file"].to_pylist()] == ["a.csv"] * 35 + ["c.csv"] * 42
    assert table["row"].to_pylist() == [*range(1, 36), *range(1, 43)]
    assert table.schema.metadata[b"countermark.answers"] == VERSION.encode()


def test_slow_answers_are_written_before_there_are_many(
    tmp_path: Path, rights: Rights, small: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("countermark.matching.catalogue.run.SECONDS", 0)
    journal = tmp_path / "out.parquet.parts" / "journal"
    lines: list[int] = []
    run(job(tmp_path, rights), lambda _: lines.append(journal.read_text().count("\n")), nobody)
    assert lines == [*range(1, len(lines) + 1)]
    monkeypatch.setattr("countermark.matching.catalogue.run.SECONDS", 1000)
    run(job(tmp_path, rights, "whole.parquet"), nobody, nobody)
    assert (tmp_path / "out.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()


def stopped(folder: Path, rights: Rights, rows: int = 50) -> Path:
    with pytest.raises(Stopped):
        run(job(folder, rights), stopping_after(rows), nobody)
    return folder / "out.parquet.parts"


def finished(folder: Path, rights: Rights) -> tuple[Told, list[str], bytes]:
    """Return what the second run says, and what an uninterrupted one writes."""
    said: list[str] = []
    told = run(job(folder, rights), nobody, said.append)
    run(job(folder, rights, "whole.parquet"), nobody, nobody)
    assert (folder / "out.parquet").read_bytes() == (folder / "whole.parquet").read_bytes()
    return told, said, (folder / "out.parquet").read_bytes()


def test_answers_cut_in_half_are_noticed_and_screened_again(tmp_path: Path, rights: Rights, small: None):
    folder = stopped(tmp_path, rights)
    half = sorted(folder.glob("part-*"))[1]
    half.write_bytes(half.read_bytes()[:500])
    told, said, _ = finished(tmp_path, rights)
    assert told.earlier == 20
    assert said == [f"the answers {half.name} are not as they were written; screening their rows again"]


def test_a_journal_line_cut_in_half_was_never_written(tmp_path: Path, rights: Rights, small: None):
    journal = stopped(tmp_path, rights) / "journal"
    journal.write_bytes(journal.read_bytes()[:-10])
    assert finished(tmp_path, rights)[0].earlier == 45


def test_an_index_cut_in_half_is_noticed_made_anew_and_said_so(tmp_path: Path, rights: Rights, small: None):
    [base] = stopped(tmp_path, rights).glob("index-*/base-*.hashes")
    base.write_bytes(base.read_bytes()[: base.stat().st_size // 2])
    told, said, _ = finished(tmp_path, rights)
    assert (told.earlier, len(said)) == (55, 1)
    assert said[0].endswith("; it is made anew")
    assert base.name in said[0]


def test_other_rights_begin_anew(tmp_path: Path, rights: Rights, small: None):
    stopped(tmp_path, rights)
    (tmp_path / "others").mkdir()
    others, _ = read_rights(rights_file(tmp_path / "others", LINES[:1]))
    told, said, _ = finished(tmp_path, others)
    assert (told.earlier, said) == (0, ["an earlier run was of other things (rights); beginning anew"])


def test_a_place_that_cannot_be_written_to_is_said_and_the_run_goes_on_when_it_can(
    tmp_path: Path, rights: Rights, small: None
):
    (tmp_path / "out.parquet").mkdir()  # as good as a disk that is full
    with pytest.raises(OutputFailed, match=r"out\.parquet cannot be written"):
        run(job(tmp_path, rights), nobody, nobody)
    (tmp_path / "out.parquet").rmdir()
    assert finished(tmp_path, rights)[0].earlier == 77


def test_two_runs_do_not_write_one_file(tmp_path: Path, rights: Rights):
    with Parts(tmp_path / "out.parquet", {}), pytest.raises(OutputBusy):
        run(job(tmp_path, rights), nobody, nobody)
