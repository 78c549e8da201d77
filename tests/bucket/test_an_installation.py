"""An installation whose files lie in a bucket: uploads, reading, backups, erasing, and what people meet while it is away."""

import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from countermark.apps.complaints.models import NoticeFile
from countermark.apps.identity import services as identity
from countermark.apps.identity.models import IdentityPaper
from countermark.apps.keeping import backup, restore, retention
from countermark.apps.parties.models import Holder
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from countermark.core import catalogue
from countermark.evidence.store import Away, Missing
from evidence import corpus
from people import WEDNESDAY, a_notice, a_world, happens

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AFTER = WEDNESDAY + timedelta(days=6 * 366)
PDF = corpus.pdf(1)


@pytest.fixture
def world(in_the_bucket):
    return a_world()


def signed_in(person):
    client = Client(raise_request_exception=False)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def kept(world, **what):
    return files.keep(content=PDF, name="certificate.pdf", by=world.ines, at=WEDNESDAY, **what)


def test_what_is_uploaded_lies_sealed_in_the_bucket_and_comes_back_to_its_owner(world, inside, settings):
    file = kept(world)
    ((name, content),) = inside().items()
    assert name.endswith(file.sha256)
    assert b"%PDF" not in content
    assert not any(path.is_file() for path in settings.FILES_DIR.rglob("*.*"))
    answer = signed_in(world.ines).get(reverse("file", args=[file.pk]))
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")


def test_an_identity_paper_of_an_account_is_not_in_the_bucket_at_all(world, inside):
    Holder.objects.filter(pk=world.halden.pk).update(verified_at=None)
    check = identity.draft_of(holder=Holder.objects.get(pk=world.halden.pk), at=WEDNESDAY)
    identity.add_paper(check=check, content=PDF, name="register.pdf", at=WEDNESDAY)
    assert inside() == {}
    assert b"%PDF" not in bytes(IdentityPaper.objects.get().sealed)


def test_while_the_bucket_is_away_an_upload_is_refused_and_reading_says_to_come_back(world, settings, away):
    file = kept(world)
    settings.FILES_BUCKET = away
    ines = signed_in(world.ines)
    sent = {"papers": SimpleUploadedFile("register.pdf", PDF), "document": "incorporation", "number": "NO 913 045 228"}
    Holder.objects.filter(pk=world.halden.pk).update(verified_at=None)
    assert ines.post(reverse("holder:identity"), sent).status_code == 302  # these papers lie in the database
    page = ines.get(reverse("file", args=[file.pk]))
    assert page.status_code == 503
    assert "This file cannot be fetched at the moment" in page.content.decode()
    with pytest.raises(files.uploads.UploadRefused, match="does not answer"):
        kept(world)
    assert StoredFile.objects.count() == 1


def test_a_backup_takes_the_files_out_of_the_bucket_and_a_restore_puts_them_into_another(
    world,
    elsewhere,
    tmp_path,
    settings,
    server,
    inside,
):
    file = kept(world)
    made = backup.make(tmp_path / "desk.backup", at=timezone.now())
    assert (made.files, made.missing) == (1, ())
    second = settings.FILES_BUCKET._replace(prefix="restored/")
    settings.FILES_BUCKET = second
    with elsewhere.entered():
        assert restore.restore(made.path).files == 1
        assert files.read(StoredFile.objects.get(pk=file.pk)).startswith(b"%PDF")
    assert {name.partition("/")[0] for name in inside()} == {"desk", "restored"}


def test_no_backup_is_made_while_the_bucket_is_away(world, tmp_path, settings, away):
    kept(world)
    settings.FILES_BUCKET = away
    with pytest.raises(backup.BackupFailed, match="gives no answer"):
        backup.make(tmp_path / "desk.backup", at=timezone.now())
    assert list(tmp_path.glob("*.backup*")) == []


def an_ended_case(world):
    case = happens(a_notice(world, at=WEDNESDAY).complaints.get(), "withdrawn", "complainant", WEDNESDAY)
    file = kept(world)
    NoticeFile.objects.create(notice=case.notice, file=file, kind="identity_document")
    return file


def test_a_proof_of_identity_goes_from_the_bucket_by_its_rule(world, inside):
    file = an_ended_case(world)
    assert "identity_document" in catalogue.load().evidence_kinds
    assert len(inside()) == 1
    retention.apply(at=WEDNESDAY + timedelta(days=179))
    assert len(inside()) == 1
    retention.apply(at=WEDNESDAY + timedelta(days=181))
    assert inside() == {}
    file.refresh_from_db()
    assert file.erased_by == "identity_documents"
    with pytest.raises(Missing):
        files.read(file)


def test_nothing_is_called_erased_while_the_bucket_is_away(world, settings, away, inside):
    file, there = an_ended_case(world), settings.FILES_BUCKET
    settings.FILES_BUCKET = away
    with pytest.raises(Away):
        retention.apply(at=LONG_AFTER)
    file.refresh_from_db()
    assert (file.erased_at, len(inside())) == (None, 1)
    settings.FILES_BUCKET = there
    retention.apply(at=LONG_AFTER)
    file.refresh_from_db()
    assert (file.erased_at, inside()) == (LONG_AFTER, {})


def test_the_probe_asks_the_bucket(world, settings, away):
    def said():
        answer = Client().get("/readyz")
        return answer.status_code, json.loads(answer.content)["checks"]["files"]

    assert said() == (200, {"ok": True, "required": True, "bucket": True})
    settings.FILES_BUCKET = away
    assert said() == (503, {"ok": False, "required": True, "fault": "Away"})


def test_many_pictures_are_laid_down_at_once_and_one_that_is_there_is_not_laid_down_twice(world, inside):
    colours = ["red", "blue", "green", "red"]
    accepted = [files.examine(_picture(colour), f"{colour}.png") for colour in colours]
    files.lay(accepted)
    assert len(inside()) == 3


def _picture(colour):
    out = io.BytesIO()
    corpus.Image.new("RGB", (8, 8), colour).save(out, "PNG")
    return out.getvalue()
