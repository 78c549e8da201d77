"""Rights brought in at the command line: every fault printed with its row, the rest stored, the result written."""

import pytest
from typer.testing import CliRunner

from countermark.apps.portfolio.models import RightImport
from countermark.apps.rights.models import Right
from countermark.entrypoints.cli import app
from people import a_world
from portfolio.files_of_rights import MARK, a_sheet, marks

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(tmp_path):
    file = tmp_path / "portfolio.xlsx"
    file.write_bytes(a_sheet(*marks(3), {**MARK, "name": "=FJELL", "expires_on": "07/08/2036"}))
    return str(file)


def said(*arguments):
    result = CliRunner().invoke(app, ["rights", "import", *arguments])
    return result.exit_code, result.output


def test_a_file_is_stored_and_what_is_to_mend_is_printed(sheet, tmp_path):
    world, result = a_world(), tmp_path / "result.csv"
    code, text = said(sheet, "--holder", str(world.halden.pk), "--result", str(result))
    assert (
        code == 1 and "row 5: “Registered until”: 07/08/2036 can be two days. Write 2036-07-08 or 2036-08-07." in text
    )
    assert "4 rows: 3 stored, 0 changed, 0 as they were, 1 to mend" in text
    assert Right.objects.filter(holder=world.halden, state="draft").count() == 3
    assert result.read_bytes().startswith(b"\xef\xbb\xbf") and "'=FJELL" in result.read_text("utf-8-sig")


def test_with_check_nothing_is_kept(sheet):
    world = a_world()
    assert said(sheet, "--holder", str(world.halden.pk), "--check")[0] == 1
    assert not RightImport.objects.exists() and not Right.objects.filter(state="draft").exists()


def test_a_file_or_account_that_is_none_is_refused(sheet, tmp_path):
    assert said(sheet, "--holder", "999999")[0] == 2
    lamp = tmp_path / "lamp.csv"
    lamp.write_text("lamp,price\nFjell,89\n")
    found = CliRunner().invoke(app, ["rights", "import", str(lamp), "--holder", str(a_world().halden.pk)])
    assert found.exit_code == 1 and getattr(found.exception, "code", "") == "rights_file_unreadable"
