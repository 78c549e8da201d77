"""The form filled in by a register in its own process, through the settings of an operator; with real records if any."""

from __future__ import annotations

import html
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from an_office_record import st96
from countermark.apps.rights.models import Right, RightRecord
from countermark.project import wiring
from people import a_world

pytestmark = pytest.mark.django_db
RECORDS = os.environ.get("OFFICE_RECORDS_DIR", "")
SERVER = Path(__file__).parents[1] / "register_server.py"
KEY = "a key of the office"


@pytest.fixture
def folder(tmp_path, settings, monkeypatch):
    """The records of a register that listens on this machine and is the one the settings name."""
    with subprocess.Popen([sys.executable, str(SERVER), str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        settings.USPTO_API_KEY = KEY
        settings.USPTO_URL = f"http://127.0.0.1:{int(process.stdout.readline())}"
        yield tmp_path
        process.terminate()


@pytest.fixture
def ines():
    client = Client()
    client.force_login(a_world().ines, backend="django.contrib.auth.backends.ModelBackend")
    return client


def filled(ines, number: str) -> tuple[Right, str]:
    ines.post(reverse("holder:right-new"), {"kind": "trademark"})
    right = Right.objects.get(state="draft")
    ines.post(reverse("holder:right-office", args=[right.pk]), {"office": "US"})
    path = reverse("holder:right-details", args=[right.pk])
    page = ines.post(path, {"number": number, "then": "register"}, follow=True)
    right.refresh_from_db()
    return right, html.unescape(page.content.decode())


def test_a_number_typed_becomes_a_form_filled_in(ines, folder):
    (folder / "rn7654321.xml").write_bytes(st96())
    right, page = filled(ines, "7,654,321")
    assert (right.name, right.owner_name, right.classes) == ("FJELL", "Halden & Moe AS", [9, 11])
    assert "Filled in from the register." in page
    assert "<ns2:MarkVerbalElementText>FJELL" in RightRecord.objects.get().raw  # as it came


def test_a_register_that_is_down_costs_nothing_that_was_typed(ines, folder):
    (folder / "mode").write_text("429 30")
    right, page = filled(ines, "7654321")
    assert right.fields["number"] == "7654321" and "The register does not answer at the moment." in page


@pytest.mark.skipif(not RECORDS, reason="OFFICE_RECORDS_DIR names no folder of real records")
def test_a_real_record_fills_in_the_form(ines, folder):
    (folder / "rn2178784.xml").write_bytes(next(Path(RECORDS).glob("rn2178784*2.1.xml")).read_bytes())
    right, page = filled(ines, "2178784")
    assert (right.name, right.owner_name, right.classes) == ("JAVA", "Oracle America, Inc.", [9])
    assert (right.fields["renewed"], right.fields["changed"], right.fields["expires_on"]) == (
        "yes",
        "yes",
        "2018-08-04",
    )
    assert "The registration has been renewed." in page


def test_without_a_key_no_office_is_asked(settings):
    assert (settings.USPTO_API_KEY, wiring.office("US"), wiring.office("CN")) == ("", None, None)
