"""`countermark number`: one JSON line for each number, and an exit status a script can rely on."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from countermark.entrypoints.cli import app

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "check-registration-numbers.md"
EXAMPLE = re.compile(r"^\$ countermark number (.+)\n((?:\{.*\}\n)+)", re.MULTILINE)


def run(*arguments: str, given: str | bytes | None = None) -> tuple[int, list[dict[str, Any]], str]:
    """The exit status, the lines printed, and all that was said."""
    ended = CliRunner().invoke(app, ["number", *arguments], input=given)
    return ended.exit_code, [json.loads(line) for line in ended.stdout.splitlines() if line[:1] == "{"], ended.output


def test_a_registration_number_is_printed_with_what_it_is():
    status, (said,), _ = run("--office", "US", "--kind", "trademark", "2178784")
    assert status == 0
    assert (said["valid"], said["normalised"], said["what"]) == (True, "2178784", "registration")
    assert "error" not in said


def test_a_number_that_is_none_is_printed_with_the_way_to_mend_it_and_the_exit_status_says_so():
    status, (said,), _ = run("--office", "US", "--kind", "trademark", "2.18E+06")
    assert status == 1
    assert (said["valid"], said["code"]) == (False, "excel_scientific")
    assert "Set the column to Text" in said["mend"]
    assert "normalised" not in said


def test_one_wrong_number_among_many_ends_with_1_and_all_are_answered():
    status, said, _ = run("--office", "EM", "--kind", "trademark", "018123456", "18123456")
    assert (status, [each["valid"] for each in said]) == (1, [True, False])
    assert said[1]["near"][0]["normalised"] == "018123456"


def test_lines_of_standard_input_are_answered_one_by_one_whatever_they_hold():
    given = "2178784\r\n\n75/123,456\n\xff\n".encode("latin-1")
    status, said, _ = run("--office", "US", "--kind", "trademark", "-", given=given)
    assert (status, [each.get("what") for each in said]) == (1, ["registration", "application", None])


def test_a_serial_number_is_refused_where_a_registration_is_asked_for():
    status, (said,), _ = run("--office", "US", "--kind", "trademark", "--what", "registration", "75123456")
    assert (status, said["code"]) == (1, "other_what")
    assert "at most seven digits" in said["mend"]


def test_several_readings_are_all_printed():
    _, (said,), _ = run("--office", "KR", "--kind", "trademark", "4020190123456")
    assert [each["what"] for each in said["readings"]] == ["application", "registration"]


def test_the_help_lists_every_office_and_kind():
    said = " ".join(run("--help")[2].replace("│", " ").split())
    for name in ("CN", "EM", "EP", "GB", "HK", "JP", "KR", "TW", "US", "WO", "trademark", "utility_model", "copyright"):
        assert name in said


@pytest.mark.parametrize("wrong", [("--office", "XX"), ("--kind", "slogan"), ("--what", "rumour")])
def test_a_command_used_wrongly_ends_with_2(wrong: tuple[str, str]):
    assert run(*wrong, "1")[0] == 2


def test_the_examples_of_the_page_print_what_the_page_says():
    examples = EXAMPLE.findall(PAGE.read_text("utf-8"))
    assert len(examples) >= 5
    for arguments, printed in examples:
        assert run(*shlex.split(arguments))[1] == [json.loads(line) for line in printed.splitlines()], arguments
