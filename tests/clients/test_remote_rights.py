"""`countermark api rights import`: a file of rights into another installation."""

from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from clients.conftest import Live
from countermark.apps.portfolio.models import RightImport
from countermark.entrypoints.cli import app
from portfolio.files_of_rights import MARK, a_sheet


def test_what_is_to_mend_is_printed_and_with_check_nothing_is_kept(live_api: Live, tmp_path: Path) -> None:
    key, sheet = tmp_path / "ines.key", tmp_path / "portfolio.xlsx"
    key.write_text(f"{live_api.desk.programs['rights_holder'].key}\n")
    sheet.write_bytes(a_sheet(MARK, {**MARK, "number": "55180022", "expires_on": "07/08/2036"}))
    before = RightImport.objects.count()
    call = ["api", "--server", live_api.url, "--key-file", str(key), "rights", "import", str(sheet), "--check"]
    result: Any = CliRunner().invoke(app, call)
    assert result.exit_code == 1, result.output
    assert "row 3: “Registered until”: 07/08/2036 can be two days. Write 2036-07-08 or 2036-08-07." in result.output
    assert "2 rows: 0 stored, 0 changed, 0 as they were, 1 to mend" in result.output
    assert RightImport.objects.count() == before
