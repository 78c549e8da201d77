"""`countermark screen`: a line of JSON for each title, and nothing of a line is lost."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from countermark.entrypoints import cli
from countermark.entrypoints.cli.screen import BATCH

MARKS = 'Halden\n\n{"text": "Nordlys", "owner": "Halden & Moe AS"}\n'


def screened(folder: Path, titles: bytes, marks: bytes = MARKS.encode()) -> Result:
    (folder / "titles").write_bytes(titles)
    (folder / "marks").write_bytes(marks)
    asked = ["screen", "--titles", str(folder / "titles"), "--marks", str(folder / "marks")]
    return CliRunner().invoke(cli.app, asked)


def answers(result: Result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_title_gets_its_verdict_and_what_was_found(tmp_path: Path):
    result = screened(tmp_path, b"H4lden jacket\r\nWool jacket\n\nNordlys lamp")
    assert result.exit_code == 0
    assert [one["verdict"] for one in answers(result)] == ["block", "allow", "allow", "review"]
    (match,) = answers(result)[0]["matches"]
    shown = {name: match[name] for name in ("mark", "kind", "span", "observed", "canonical", "context")}
    assert shown == {
        "mark": "Halden", "kind": "leet", "span": [0, 6], "observed": "H4lden", "canonical": "Halden", "context": "plain",
    }  # fmt: skip
    assert answers(result)[3]["matches"][0]["owner"] == "Halden & Moe AS"


def test_a_line_that_is_no_text_is_named_and_kept(tmp_path: Path):
    line = b"H\xe4lden \xff Halden"
    result = screened(tmp_path, b"one\n" + line + b"\n")
    found = answers(result)[1]
    assert (found["title"], found["line"]) == ("H\ufffdlden \ufffd Halden", 2)
    assert base64.b64decode(found["raw"]) == line
    assert found["matches"][0]["span"] == [9, 15]
    assert "line 2" in result.stderr


def test_half_a_character_in_json_does_not_end_the_run(tmp_path: Path):
    result = screened(tmp_path, b'{"title": "Hal\\ud83dden", "brand": "Nordlys"}\n{not json Halden\n')
    assert [one["verdict"] for one in answers(result)] == ["review", "review"]
    assert answers(result)[1]["title"] == "{not json Halden"


def test_every_line_of_many_is_answered_in_order(tmp_path: Path):
    count = 2 * BATCH + 1
    result = screened(tmp_path, "".join(f"Halden {number}\n" for number in range(count)).encode())
    assert [one["title"] for one in answers(result)] == [f"Halden {number}" for number in range(count)]


def test_a_line_that_is_no_mark_is_named_and_the_others_are_screened_against(tmp_path: Path):
    result = screened(tmp_path, b"Halden", '{"text": 5}\nHalden\n😀\n'.encode())
    assert (result.exit_code, answers(result)[0]["verdict"]) == (1, "review")
    assert "line 1: text: must be text" in result.stderr
    assert "'😀' has no letter" in result.stderr


@pytest.mark.parametrize("marks", [b"", b"\n \n", "😀\n".encode()])
def test_a_file_without_marks_is_refused(tmp_path: Path, marks: bytes):
    result = screened(tmp_path, b"Halden", marks)
    assert getattr(result.exception, "code", "") == "no_marks"


WITHOUT = """
import sys
sys.modules["numpy"] = None  # as if it were not installed
from countermark.project import main
main.main()
"""


def test_without_the_libraries_nothing_is_screened_and_the_refusal_says_what_to_install(tmp_path: Path):
    (tmp_path / "titles").write_bytes(b"Halden")
    (tmp_path / "marks").write_bytes(MARKS.encode())
    asked = ["screen", "--titles", str(tmp_path / "titles"), "--marks", str(tmp_path / "marks")]
    plain = {**os.environ, "DJANGO_SETTINGS_MODULE": "countermark.project.settings", "COUNTERMARK_HOME": str(tmp_path)}
    command = [sys.executable, "-c", WITHOUT, *asked]
    done = subprocess.run(command, env=plain, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "pip install 'countermark[screening]'" in done.stderr
