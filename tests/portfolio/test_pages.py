"""The pages of an import: choose a file, see every verdict, store, and take the result away."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from countermark.apps.portfolio.models import RightImport
from countermark.apps.rights.models import Right
from countermark.apps.work.models import Job
from countermark.entrypoints.jobs.worker import Worker
from people import a_world
from portfolio.files_of_rights import MARK, a_sheet, a_table, marks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return a_world()


def browser_of(person):
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.fixture
def ines(world):
    return browser_of(world.ines)


def url(name, *args):
    return reverse(f"holder:{name}", args=args)


def brought_in(browser, content, name="portfolio.xlsx"):
    answer = browser.post(url("imports"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return RightImport.objects.latest("pk")


def text(answer):
    return answer.content.decode()


def table(answer):
    return list(csv.reader(io.StringIO(text(answer).lstrip("\ufeff"))))


def test_ines_sees_every_verdict_stores_the_rest_and_takes_the_result_away(ines, world):
    bad = {**MARK, "number": "2.18E+06", "expires_on": "07/08/2036"}
    source = brought_in(ines, a_sheet(*marks(60), bad))
    page = text(ines.get(url("import", source.pk)))
    assert "60 rows can be stored" in page and "Store 60 rights" in page and "1 row stays out" in page
    mend = text(ines.get(url("import", source.pk) + "?show=mend"))
    assert "07/08/2036 can be two days" in mend and "Write 2036-07-08 or 2036-08-07." in mend and "2.18E+06" in mend
    assert "FJELL 3<" not in mend
    assert ines.post(url("import", source.pk)).status_code == 302
    assert "0 of 60 are stored" in text(ines.get(url("import", source.pk)))
    Worker("one", threads=0).once()
    done = text(ines.get(url("import", source.pk)))
    assert "60 rights are stored" in done and not Job.objects.filter(kind="import_rights").exists()
    assert Right.objects.filter(holder=world.halden, state="draft").count() == 60
    rows = table(ines.get(url("import-csv", source.pk)))
    assert len(rows) == 62 and [row[:2] for row in rows[1:]] == [
        *[[str(n), "Stored"] for n in range(2, 62)],
        ["62", "Left out"],
    ]
    assert "07/08/2036" in rows[-1][6] and "Write 2036-07-08" in rows[-1][7]
    assert len(table(ines.get(url("import-csv", source.pk) + "?show=mend"))) == 2


def test_no_cell_of_the_result_is_taken_for_a_formula(ines):
    source = brought_in(ines, a_sheet({**MARK, "name": "=cmd|' /C calc'!A0", "owner": ""}, {**MARK, "name": "@SUM(1)"}))
    cells = [cell for row in table(ines.get(url("import-csv", source.pk))) for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells and "'@SUM(1)" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_a_file_that_cannot_be_read_says_why_and_keeps_nothing(ines):
    answer = ines.post(url("imports"), {"file": SimpleUploadedFile("a.xlsx", b"lamp,price\r\nFjell,89\r\n")})
    assert answer.status_code == 422 and "No column says the kind of right." in text(answer)
    assert ines.post(url("imports"), {}).status_code == 422
    assert not RightImport.objects.exists()


def test_nobody_elses_file_is_there(ines, world):
    source = brought_in(ines, a_sheet(MARK))
    other = a_world()
    otto = browser_of(other.ines)
    for name in ("import", "import-csv"):
        assert otto.get(url(name, source.pk)).status_code == 404
    assert otto.post(url("import", source.pk)).status_code == 404
    assert otto.post(url("import-discard", source.pk)).status_code == 404
    assert "portfolio.xlsx" not in text(otto.get(url("imports")))
    assert RightImport.objects.get(pk=source.pk).state == "shown"


def test_a_file_can_be_forgotten_until_it_is_stored(ines):
    source = brought_in(ines, a_sheet(MARK))
    ines.post(url("import-discard", source.pk))
    assert not RightImport.objects.filter(pk=source.pk).exists()
    source = brought_in(ines, a_sheet(MARK))
    ines.post(url("import", source.pk))
    ines.post(url("import-discard", source.pk))
    assert RightImport.objects.get(pk=source.pk).state == "running"


def test_a_second_file_waits_for_the_first(ines):
    one, two = brought_in(ines, a_sheet(MARK)), brought_in(ines, a_sheet(MARK))
    ines.post(url("import", one.pk))
    answer = ines.post(url("import", two.pk))
    assert answer.status_code == 409 and "Another file is being stored" in text(answer)


def test_the_encoding_is_said_and_so_are_columns_that_mean_nothing(ines):
    content = a_table({**MARK, "name": "山峰灯具"}, encoding="gb18030").replace(b"content", b"=our file")
    page = text(ines.get(url("import", brought_in(ines, content, "portfolio.csv").pk)))
    assert "CSV, read as GB18030" in page and "=our file" in page and "山峰灯具" in page


def test_the_form_can_be_taken_away_filled_in_or_not(ines):
    for form, start in (("xlsx", b"PK"), ("csv", b"\xef\xbb\xbfkind,")):
        answer = ines.get(url("import-template", form))
        assert answer.content.startswith(start) and f"rights.{form}" in answer["Content-Disposition"]
    assert ines.get(url("import-template", "exe")).status_code == 404
