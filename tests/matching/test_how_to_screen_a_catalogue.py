"""Does docs/how-to/screen-a-catalogue.md say what is there, and do its examples hold?"""

import re
from pathlib import Path

import pytest

from countermark.matching.catalogue import lines, reading
from countermark.matching.catalogue.rights import read_rights
from countermark.matching.catalogue.schema import COLUMNS, MATCH, answer_schema
from matching.made_pictures import cloudy, encoded

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "screen-a-catalogue.md").read_text("utf-8")
IN, OUT = PAGE.split("## The answers")
CELLS = re.compile(r"^\| (`.+?`) \|", re.MULTILINE)


def test_the_page_names_each_column_that_is_read_and_each_that_is_written():
    assert {name.strip("`") for name in CELLS.findall(IN)} == set(COLUMNS)
    written = [name for cell in CELLS.findall(OUT) for name in re.findall(r"`(\w+)`", cell)]
    assert written == answer_schema().names
    assert [name for name in MATCH if f"`{name}`" not in OUT] == []


def test_the_page_names_each_problem():
    source = "".join(Path(module.__file__).read_text("utf-8") for module in (lines, reading))
    codes = set(re.findall(r'"((?:row|rows|image)_\w+):', source))
    assert len(codes) >= 4
    assert [code for code in codes if f"`{code}`" not in PAGE] == []


def test_the_rights_of_the_page_are_rights(tmp_path: Path):
    (tmp_path / "jackets").mkdir()
    (tmp_path / "jackets" / "17.jpg").write_bytes(encoded(cloudy(31), "JPEG"))
    (tmp_path / "rights.ndjson").write_text(re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)[1], "utf-8")
    rights, faults = read_rights(tmp_path / "rights.ndjson")
    assert (len(rights.marks), len(rights.known), faults) == (1, 2, [])


def test_the_code_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
    exec(compile(code, "screen-a-catalogue.md", "exec"), {})
