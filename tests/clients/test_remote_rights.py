"""`countermark api rights …`: a file of rights, their papers and their sending, in another installation behind a port."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clients.conftest import Live
from countermark.apps.portfolio import running, sending
from countermark.apps.portfolio.models import RightImport, RightSubmission
from countermark.apps.rights.models import Right, RightDocument
from countermark.apps.work.services import case_now
from countermark.entrypoints.cli import app, rights, rights_submit
from portfolio.files_of_rights import MARK, a_sheet
from portfolio.test_papers import a_page, a_zip


@pytest.fixture
def asked(live_api: Live, tmp_path: Path) -> Any:
    """Asks the other installation with the key of Ines; returns how it ended and what was printed."""
    key = tmp_path / "ines.key"
    key.write_text(f"{live_api.desk.programs['rights_holder'].key}\n")

    def ask(*arguments: str) -> Any:
        call = ["api", "--server", live_api.url, "--key-file", str(key), "rights", *arguments]
        return CliRunner().invoke(app, call)

    return ask


@pytest.fixture
def a_worker_there(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """While the command waits, the other installation's worker does what is due; yields how long was waited."""
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        for one in RightImport.objects.filter(state="running"):
            running.run(one.pk, at=case_now())
        for other in RightSubmission.objects.filter(state="running"):
            sending.run(other.pk, at=case_now())

    monkeypatch.setattr(rights.time, "sleep", wait)
    monkeypatch.setattr(rights_submit.time, "sleep", wait)
    yield waited


def a_file(folder: Path) -> str:
    sheet = folder / "portfolio.xlsx"
    bad = {**MARK, "number": "55180023", "name": "=FJELL", "expires_on": "07/08/2036"}
    sheet.write_bytes(a_sheet(MARK, {**MARK, "number": "55180022"}, bad))
    return str(sheet)


def test_what_is_to_mend_is_printed_and_with_check_nothing_is_kept(asked: Any, tmp_path: Path) -> None:
    before = RightImport.objects.count()
    result = asked("import", a_file(tmp_path), "--check")
    assert result.exit_code == 1, result.output
    assert "row 4: “Registered until”: 07/08/2036 can be two days. Write 2036-07-08 or 2036-08-07." in result.output
    assert "3 rows: 0 stored, 0 changed, 0 as they were, 1 to mend" in result.output
    assert RightImport.objects.count() == before


def test_a_portfolio_is_stored_elsewhere_its_papers_added_and_its_drafts_sent(
    asked: Any, tmp_path: Path, a_worker_there: list[float]
) -> None:
    table, papers = tmp_path / "result.csv", tmp_path / "papers.zip"
    result = asked("import", a_file(tmp_path), "--result", str(table))
    assert result.exit_code == 1 and a_worker_there == [rights.WAIT], result.output
    assert "3 rows: 2 stored, 0 changed, 0 as they were, 1 to mend" in result.output
    rows = list(csv.reader(table.read_text("utf-8-sig").splitlines()))
    assert [row[:2] for row in rows[1:]] == [["2", "Stored"], ["3", "Stored"], ["4", "Left out"]]
    assert rows[3][5] == "'=FJELL" and "Write 2036-07-08" in rows[3][7]
    source = RightImport.objects.latest("pk")

    papers.write_bytes(a_zip({
        "55180021.png": a_page(), "55180021 class_page.png": a_page("red"), "99999999.png": a_page(),
    }).getvalue())  # fmt: skip
    result = asked("papers", str(papers))
    assert result.exit_code == 1 and "99999999.png: No right of yours has such a number. Name it after" in result.output
    assert "3 files: 2 added, 0 there already, 1 left out" in result.output
    assert RightDocument.objects.filter(right__number="55180021").count() == 2

    result = asked("submit", "--import", str(source.pk), "--check")
    assert (
        result.exit_code == 1
        and "(55180022), mend: " in result.output
        and not RightSubmission.objects.filter(source=source)
    )
    result = asked("submit", "--import", str(source.pk), "--doubtful-too")
    assert result.exit_code == 1 and "2 drafts: 1 sent, " in result.output, result.output
    assert Right.objects.get(number="55180021").state == "pending"
    assert Right.objects.get(number="55180022").state == "draft"
