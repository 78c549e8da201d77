"""What of a backup is believed, what is refused, and what lies on the disk when there was no room?"""

import errno
import gzip
import io
import json
import tarfile
import threading
import zlib

import pytest
from django.db import connection, transaction
from django.utils import timezone

from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.keeping import archive, backup, restore, schema, tables
from countermark.apps.keeping.sealed_stream import CHUNK, OpeningReader, SealingWriter, Unreadable
from countermark.apps.parties.models import Person
from people import WEDNESDAY, a_notice, a_world

pytestmark = pytest.mark.django_db(transaction=True)
KEY = bytes(range(32))


def a_backup(folder, name="desk.backup"):
    a_notice(a_world(), lines=3, at=WEDNESDAY)
    return backup.make(folder / name, at=timezone.now())


def test_a_backup_made_while_others_write_shows_one_instant(tmp_path):
    world = a_world()
    a_notice(world, lines=2)
    with tables.snapshot() as using:
        assert Complaint.objects.using(using).count() == 2
        writer = threading.Thread(target=lambda: (a_notice(world, lines=3), connection.close()))
        writer.start()
        writer.join(30)
        assert not writer.is_alive(), "nobody waits for the backup"
        assert Complaint.objects.using(using).count() == 2
    assert Complaint.objects.count() == 5


def test_every_table_of_every_app_is_in_the_backup(tmp_path):
    made = a_backup(tmp_path)
    checked = restore.examine(made.path)
    expected = {model._meta.db_table for model in tables.all_models()} - {"django_session", "work_worker"}
    assert set(checked.manifest.rows) == expected
    assert checked.manifest.rows["complaints_complaint"] == 3


def test_the_keys_are_not_inside(tmp_path, settings):
    made = a_backup(tmp_path)
    with archive.members(made.path, key=None) as each:
        inside = b"".join(content.read() for _, content in each)
    for secret in (settings.SEALING_KEY, settings.LOG_SIGNING_KEY, settings.SECRET_KEY.encode()):
        assert secret not in inside and secret.hex().encode() not in inside


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9, 0.999])
def test_a_backup_that_was_cut_off_is_refused(tmp_path, keep):
    whole = a_backup(tmp_path).path.read_bytes()
    (tmp_path / "cut").write_bytes(whole[: int(len(whole) * keep)])
    with pytest.raises(restore.BackupRefused, match="no whole backup"):
        restore.examine(tmp_path / "cut")


def unpacked(packed):
    """What is packed there; None where it cannot be unpacked."""
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, zlib.error):
        return None


def test_a_backup_with_one_changed_byte_is_refused(tmp_path):
    whole = bytearray(a_backup(tmp_path).path.read_bytes())
    content, refused = unpacked(whole), 0
    for place in range(100, len(whole), max(1, len(whole) // 40)):
        changed = bytes(whole[:place]) + bytes([whole[place] ^ 1]) + bytes(whole[place + 1 :])
        if unpacked(changed) == content:
            continue  # among blanks, "as 12 bytes before" and "as 13 bytes before" say the same: nothing was changed
        (tmp_path / "changed").write_bytes(changed)
        with pytest.raises(restore.BackupRefused):
            restore.examine(tmp_path / "changed")
        refused += 1
    assert refused > 30


def test_a_backup_somebody_packed_anew_with_another_row_is_refused(tmp_path):
    made = a_backup(tmp_path)
    forged = tmp_path / "forged"
    with tarfile.open(made.path, "r:gz") as old, tarfile.open(forged, "w:gz") as new:
        for info in old:
            content = old.extractfile(info).read()
            if info.name.startswith("rows/parties_person/"):
                content = content.replace(b"Ines Moe", b"Otto Moe")
            info.size = len(content)
            new.addfile(info, io.BytesIO(content))
    with pytest.raises(restore.BackupRefused, match="parties_person are not those that were written"):
        restore.examine(forged)


def test_a_backup_signed_by_somebody_else_is_refused(tmp_path, settings):
    made = a_backup(tmp_path)
    settings.LOG_SIGNING_KEY = KEY
    with pytest.raises(restore.BackupRefused, match="LOG_SIGNING_KEY"):
        restore.examine(made.path)


def test_a_backup_whose_sealed_texts_would_stay_closed_is_refused(tmp_path, settings):
    made = a_backup(tmp_path)
    settings.SEALING_KEY = KEY
    with pytest.raises(restore.BackupRefused, match="SEALING_KEY"):
        restore.examine(made.path)


def test_a_backup_of_a_later_version_is_refused_with_what_it_takes(tmp_path, monkeypatch):
    real = schema.applied
    monkeypatch.setattr(schema, "applied", lambda: {**real(), "work": [*real()["work"], "0099_from_the_future"]})
    made = a_backup(tmp_path)
    with pytest.raises(restore.BackupRefused, match=r"work\.0099_from_the_future; install that version"):
        restore.examine(made.path)


def test_a_database_with_people_in_it_takes_no_backup_and_keeps_what_it_has(tmp_path):
    made = a_backup(tmp_path)
    people = set(Person.objects.values_list("email", flat=True))
    with pytest.raises(restore.NotEmpty, match="restore into a new one"):
        restore.restore(made.path)
    assert set(Person.objects.values_list("email", flat=True)) == people


def test_a_restore_that_fails_half_way_leaves_the_database_empty(tmp_path, elsewhere, monkeypatch):
    made = a_backup(tmp_path)

    def fails(restored):
        raise RuntimeError("the disk is full")

    with elsewhere.entered():
        with pytest.raises(
            restore.RestoreFailed, match="nothing was restored, the database is empty again: the disk is"
        ):
            restore.restore(made.path, then=fails)
        assert not set(connection.introspection.table_names()) & {"parties_person", "django_migrations"}
        assert restore.restore(made.path).rows > 0, "and it can be tried again"


def test_a_full_disk_leaves_no_half_backup_and_keeps_the_last_one(tmp_path, monkeypatch):
    last = a_backup(tmp_path).path.read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive.os, "fsync", full)
    with pytest.raises(backup.BackupFailed, match="No space left on device"):
        backup.make(tmp_path / "desk.backup", at=timezone.now())
    assert [file.name for file in tmp_path.glob("*backup*")] == ["desk.backup"]
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".desk")] == []
    assert (tmp_path / "desk.backup").read_bytes() == last


def test_a_sealed_backup_opens_with_its_key_alone(tmp_path, settings, elsewhere):
    settings.BACKUP_KEY = KEY
    made = a_backup(tmp_path)
    assert b"Ines" not in made.path.read_bytes()
    settings.BACKUP_KEY = None
    with pytest.raises(restore.BackupRefused, match="set BACKUP_KEY"):
        restore.examine(made.path)
    settings.BACKUP_KEY = bytes(32)
    with pytest.raises(restore.BackupRefused, match="the key is another one"):
        restore.examine(made.path)
    settings.BACKUP_KEY = KEY
    with elsewhere.entered():
        restore.restore(made.path)
        assert Notice.objects.count() == 1


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_a_sealed_stream_is_read_as_written_and_refused_when_its_end_is_cut(size):
    said = bytes(range(256)) * (size // 256 + 1)
    target = io.BytesIO()
    sealing = SealingWriter(target, KEY)
    sealing.write(said[:size])
    sealing.close()
    sealed = target.getvalue()
    assert io.BufferedReader(OpeningReader(io.BytesIO(sealed), KEY)).read() == said[:size]
    for cut in (sealed[:-1], sealed[: len(sealed) - CHUNK], sealed + b"x"):
        with pytest.raises(Unreadable):
            io.BufferedReader(OpeningReader(io.BytesIO(cut), KEY)).read()


def test_values_of_every_kind_come_back_as_they_were(tmp_path, elsewhere):
    """Text with quotes, tabs and Chinese, JSON in JSON, bytes, instants to the microsecond, nothing at all."""
    world = a_world()
    world.halden.address = 'Kai 4\t"Bergen"\n\\N 中文 \\x00'
    world.halden.save()
    a_notice(world)
    at = timezone.now()
    Notice.objects.update(facts={"a": ["\\N", "灯", None, 1.5], "b": {"c": True}}, submitted_at=at)
    before = {m._meta.label: list(tables.lines(m, using="default")) for m in tables.kept_models()}
    made = backup.make(tmp_path / "desk.backup", at=at)
    with elsewhere.entered():
        restore.restore(made.path)
        after = {m._meta.label: list(tables.lines(m, using="default")) for m in tables.kept_models()}
        with transaction.atomic():
            Person.objects.create_user("new@halden-moe.example")  # the ids go on after the highest
    assert {label for label in before if before[label] != after[label]} <= set(tables.FROM_MIGRATE)
    assert json.loads(before["parties.Holder"][0])[6].startswith("Kai 4\t")
