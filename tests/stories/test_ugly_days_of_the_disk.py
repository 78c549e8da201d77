"""The disk is full: when a paper is uploaded, a letter written, a backup made, a case changed. A clear word, and nothing half.

The disk is a real one of a few megabytes, in memory; mounting it takes root, as the machine of the checks has.
"""

import io
import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import httpx
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from countermark.apps.complaints.models import Complaint
from countermark.apps.work.models import StoredFile
from countermark.connectors.fake_mail import FileMailer
from countermark.connectors.mail import Mail
from people import a_complaint, a_right, a_world
from programs import a_program
from stories.processes import Process, Web, all_ended

pytestmark = pytest.mark.django_db(transaction=True)
BLOCK = b"\0" * 65_536


@pytest.fixture
def disk(tmp_path):
    """A disk of its own with a folder of files; `fill` leaves no room on it, `clear` makes room again."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m,mode=0700", "tmpfs", place], check=True)
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(disk: Path, *, leave: int = 0) -> None:
    """Take every byte, or all but `leave`."""
    with (disk / "filler").open("wb", buffering=0) as filler:
        try:
            while shutil.disk_usage(disk).free > leave:
                filler.write(BLOCK)
        except OSError:
            return


def clear(disk: Path) -> None:
    (disk / "filler").unlink()


def left_on(disk: Path) -> list[str]:
    return sorted(str(file.relative_to(disk)) for file in disk.rglob("*") if file.is_file() and file.name != "filler")


def test_a_paper_that_finds_no_room_is_not_kept_and_ines_reads_why(disk, settings, client):
    settings.FILES_DIR = disk
    world = a_world()
    right = a_right(world.halden, state="draft", verified_at=None)
    client.force_login(world.ines, backend="django.contrib.auth.backends.ModelBackend")
    client.raise_request_exception = False
    where, before = reverse("holder:right-papers", args=[right.pk]), StoredFile.objects.count()
    fill(disk)
    page = client.post(where, {"then": "later", "file-certificate": a_picture()})
    assert (page.status_code, page["Retry-After"]) == (503, "20")
    assert "There is no room left to save this" in page.content.decode()
    assert (StoredFile.objects.count(), left_on(disk), right.documents.count()) == (before, [], 0)
    assert client.get("/readyz").status_code == 503
    clear(disk)
    assert client.post(where, {"then": "later", "file-certificate": a_picture()}).status_code == 302
    assert (right.documents.count(), len(left_on(disk))) == (1, 1)


def test_a_letter_that_finds_no_room_is_not_half_written(disk):
    post = FileMailer(disk / "mail", "Countermark <desk@countermark.example>")
    letter = Mail(
        to="mei@lantern.example",
        subject="A complaint",
        text="x" * 300_000,
        language="en",
        message_id="<1@desk.example>",
    )
    (disk / "mail").mkdir()
    fill(disk)
    with pytest.raises(OSError, match="No space left"):
        post.send(letter)
    assert left_on(disk) == []
    clear(disk)
    post.send(letter)
    assert len(left_on(disk)) == 1


def test_a_backup_that_finds_no_room_says_so_and_leaves_nothing_half(disk, tmp_path):
    a_complaint(a_world())
    fill(disk, leave=8_192)
    made = Process(tmp_path / "backup.log", "backup", str(disk / "desk.backup"))
    assert made.status() == 1
    assert "No space left on device" in made.said() and "Traceback" not in made.said()
    assert left_on(disk) == []


@pytest.mark.sqlite
def test_a_database_that_finds_no_room_refuses_the_step_and_takes_it_once_there_is_some(disk, tmp_path):
    world = a_world()
    case = a_complaint(world, at=timezone.now())
    key = a_program(world.ines, "rights_holder", holder=world.halden).key
    copy = disk / "desk.sqlite3"
    with closing(connect(connection.settings_dict["NAME"])) as here, closing(connect(copy)) as there:
        here.backup(there)
    web = Web(tmp_path / "web.log", DATABASE_URL=f"sqlite:///{copy}", DISK_FREE_MIN_MB="0")
    where = f"{web.url}/api/v1/complaints/{case.number}/withdraw"
    headers = {"Authorization": f"Bearer {key}", "If-Match": "*", "Idempotency-Key": "on-a-full-disk"}
    with all_ended(web):
        web.opens()
        httpx.get(f"{web.url}/api/v1/me", headers=headers, timeout=60).raise_for_status()
        fill(disk)
        refused = httpx.post(where, json={}, headers=headers, timeout=60)
        assert (refused.status_code, refused.json()["code"]) == (503, "disk_full"), web.said()
        clear(disk)
        assert state_in(copy, case) == (case.state, case.seq)
        taken = httpx.post(where, json={}, headers=headers, timeout=60)
        assert taken.status_code == 200, taken.text
        assert state_in(copy, case)[0] == "withdrawn"
        web.terminate()
        assert web.status() == 0
    with closing(connect(copy)) as rows:
        assert rows.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def a_picture() -> io.BytesIO:
    content = io.BytesIO()
    Image.effect_noise((480, 384), 80).save(content, "PNG")
    content.name, _ = "certificate.png", content.seek(0)
    return content


def state_in(copy: Path, case: Complaint) -> tuple[str, int]:
    with closing(connect(copy)) as rows:
        return rows.execute("SELECT state, seq FROM complaints_complaint WHERE id = ?", (case.pk,)).fetchone()
