"""Ines brings in the whole portfolio of Halden & Moe: 10,000 rows of a sheet, 300 of them with a fault."""

import csv
import io
from collections import Counter
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from countermark.apps.portfolio.models import RightImport
from countermark.apps.rights.models import Right
from countermark.entrypoints.jobs.worker import Worker
from people import a_world
from portfolio.files_of_rights import MARK, a_sheet

pytestmark = pytest.mark.django_db(transaction=True)
ROWS, EVERY = 10_000, 33
# what is planted -> a piece of what Ines reads, and of the cure
FAULTS = [
    ({"number": "2.18E+06"}, "2.18E+06", "Set the column to Text"),
    ({"number": 18123456.0, "office": "EM"}, "18123456", "018123456"),
    ({"number": date(2036, 9, 11)}, "made the day 2036-09-11", "Format the column as text"),
    ({"expires_on": "07/08/2036"}, "07/08/2036 can be two days", "Write 2036-07-08 or 2036-08-07."),
    ({"expires_on": 49885}, "49885 is how a spreadsheet counts the day 2036-07-29", "write 2036-07-29"),
    ({"expires_on": date(2019, 3, 31)}, "ended on", "date of the renewal"),
    ({"classes": "9, 46"}, "something here is no class", "from 1 to 45"),
    ({"owner": ""}, "Nothing is filled in", "Fill it in."),
    ({"kind": "trade mark?"}, "is no kind of right", "trademark"),
    ({"number": "55000001"}, "Row 3 is the same right", "Delete one"),
]


def sheet_with_faults():
    """The sheet, and row -> which fault is planted there."""
    rows, planted = [], {}
    for n in range(ROWS):
        row = {
            **MARK,
            "name": f"FJELL {n}",
            "number": str(55_000_000 + n),
            "expires_on": date(2036, 1 + n % 12, 1 + n % 28),
        }
        if n and n % EVERY == 0 and len(planted) < 300:
            which = len(planted) % len(FAULTS)
            planted[n + 2] = which
            row |= FAULTS[which][0]
        rows.append(row)
    return a_sheet(*rows), planted


def test_every_fault_of_ten_thousand_rows_is_named_with_its_row_and_cure_and_the_others_are_stored():
    world = a_world()
    ines = Client()
    ines.force_login(world.ines, backend="django.contrib.auth.backends.ModelBackend")
    content, planted = sheet_with_faults()
    assert len(planted) == 300

    answer = ines.post(reverse("holder:imports"), {"file": SimpleUploadedFile("portfolio.xlsx", content)})
    assert answer.status_code == 302
    assert not Right.objects.filter(state="draft").exists()
    page = ines.get(answer["Location"]).content.decode()
    assert "9700 rows can be stored" in page and "300 rows stay out" in page

    source = RightImport.objects.get()
    assert ines.post(reverse("holder:import", args=[source.pk])).status_code == 302
    Worker("one", threads=0).once()
    assert Right.objects.filter(holder=world.halden, state="draft").count() == 9_700

    table = ines.get(reverse("holder:import-csv", args=[source.pk])).content.decode().lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(table)))[1:]
    assert Counter(row[1] for row in rows) == {"Stored": 9_700, "Left out": 300}
    for row in rows:
        wrong = planted.get(int(row[0]))
        if wrong is None:
            assert row[1] == "Stored" and row[6] == ""
        else:
            _, what, cure = FAULTS[wrong]
            assert what in row[6] and cure in row[7], row

    again = ines.post(reverse("holder:imports"), {"file": SimpleUploadedFile("portfolio.xlsx", content)})
    assert RightImport.objects.latest("pk").counts == {"same": 9_700, "mend": 300} and again.status_code == 302
