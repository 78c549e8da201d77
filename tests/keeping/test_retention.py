"""What goes when its time is over, what stays, and does the log still hold afterwards?"""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from typer.testing import CliRunner

from countermark.apps.complaints import log
from countermark.apps.complaints.models import Notice, NoticeDraft, NoticeFile
from countermark.apps.keeping import erasure, retention
from countermark.apps.keeping.rules import rules
from countermark.apps.notifications.models import Delivery
from countermark.apps.parties.models import Person, StaffEvent
from countermark.apps.work import sealing
from countermark.apps.work.files import read
from countermark.apps.work.models import Job, StoredFile, SubjectKey
from countermark.entrypoints import cli
from countermark.entrypoints.jobs.worker import Worker
from countermark.evidence.folder import FileStore
from countermark.evidence.store import Missing
from people import WEDNESDAY, a_notice, a_world, happens

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AFTER = WEDNESDAY + timedelta(days=6 * 366)


def a_rule(name):
    return next(rule for rule in rules() if rule.id == name)


def ended(world, **what):
    """A case that was withdrawn two days after it was opened."""
    case = a_notice(world, at=WEDNESDAY, **what).complaints.get()
    return happens(case, "withdrawn", "complainant", WEDNESDAY + timedelta(days=2))


def a_file(settings, notice, kind="photo", content=b"a picture of a lamp"):
    digest = FileStore(settings.FILES_DIR).put(content)
    facts = {"original_sha256": digest, "name": "a.png", "media_type": "image/png", "size": len(content)}
    file = StoredFile.objects.create(sha256=digest, uploaded_at=WEDNESDAY, **facts)
    NoticeFile.objects.create(notice=notice, file=file, kind=kind)
    return file


def test_what_was_written_in_a_case_goes_five_years_after_its_end_and_the_log_still_verifies():
    world = a_world()
    case = ended(world)
    assert retention.due(a_rule("case_texts"), at=WEDNESDAY + timedelta(days=4 * 365)) == []
    log.sequence()
    log.checkpoint(at=timezone.now())
    retention.apply(at=LONG_AFTER)
    notice = Notice.objects.get(pk=case.notice_id)
    gone = sealing.unseal(notice.statement)
    assert gone == sealing.Erased(LONG_AFTER, "case_texts")
    assert list(log.verify()) == []
    assert StaffEvent.objects.get(event="retention.applied").data["case_texts"] == 1


def test_a_holder_with_an_open_case_loses_nothing_of_the_older_ones():
    world = a_world()
    ended(world)
    a_notice(world, at=LONG_AFTER - timedelta(days=1))
    assert retention.due(a_rule("case_texts"), at=LONG_AFTER) == []


def test_a_holder_who_was_erased_and_writes_again_is_readable_again():
    world = a_world()
    ended(world)
    retention.apply(at=LONG_AFTER)
    notice = a_notice(world, at=LONG_AFTER)
    assert isinstance(sealing.unseal(notice.statement), str)
    assert list(SubjectKey.objects.order_by("pk").values_list("subject", flat=True)) == [
        f"holder:{world.halden.pk}",
        f"holder:{world.halden.pk}~2",
    ]
    assert sealing.erase(subject=f"holder:{world.halden.pk}", rule="asked", at=LONG_AFTER) == 1


def test_a_legal_hold_wins_over_every_rule(settings):
    world = a_world()
    case = ended(world)
    a_file(settings, case.notice)
    assert sealing.hold_for_law(subject=f"holder:{world.halden.pk}", on=True) == 1
    assert retention.due(a_rule("case_texts"), at=LONG_AFTER) == []
    assert retention.due(a_rule("case_files"), at=LONG_AFTER) == []
    sealing.hold_for_law(subject=f"holder:{world.halden.pk}", on=False)
    assert len(retention.due(a_rule("case_files"), at=LONG_AFTER)) == 1


def test_the_bytes_of_a_file_go_and_what_it_was_stays(settings):
    case = ended(a_world())
    file = a_file(settings, case.notice)
    retention.apply(at=LONG_AFTER)
    file.refresh_from_db()
    assert (file.erased_at, file.erased_by) == (LONG_AFTER, "case_files")
    with pytest.raises(Missing):
        read(file)


def left(settings, content, **about):
    digest = FileStore(settings.FILES_DIR).put(content)
    facts = {"original_sha256": digest, "name": "a.png", "media_type": "image/png", "size": len(content)}
    return StoredFile.objects.create(**{"sha256": digest, "uploaded_at": WEDNESDAY, **facts, **about})


def test_a_file_that_belongs_to_nothing_goes_ninety_days_after_it_came(settings):
    world = a_world()
    nobodys = left(settings, b"sent and never named", uploaded_by=world.ines)
    guests = left(settings, b"of a guest", uploaded_at=WEDNESDAY + timedelta(seconds=1))
    a_file(settings, a_notice(world, at=WEDNESDAY))
    rule = a_rule("left_files")
    assert retention.due(rule, at=WEDNESDAY + timedelta(days=90)) == []
    assert retention.due(rule, at=WEDNESDAY + timedelta(days=90, seconds=1)) == [nobodys.pk]
    retention.apply(at=WEDNESDAY + timedelta(days=91))
    gone = StoredFile.objects.exclude(erased_at=None)
    assert set(gone.values_list("pk", "erased_by")) == {(nobodys.pk, "left_files"), (guests.pk, "left_files")}
    with pytest.raises(Missing):
        read(nobodys)


def test_a_picture_of_a_frozen_page_and_files_under_a_legal_hold_belong_to_something(settings):
    world = a_world()
    frozen = a_notice(world, at=WEDNESDAY).complaints.get().copy
    left(settings, b"the lamp as the page showed it", uploaded_at=frozen.taken_at)
    left(settings, b"of somebody under a hold", uploaded_by=world.ines)
    sealing.seal(subject=f"holder:{world.halden.pk}", text="Kai 4, Bergen")
    sealing.hold_for_law(subject=f"holder:{world.halden.pk}", on=True)
    assert retention.due(a_rule("left_files"), at=LONG_AFTER) == []
    sealing.hold_for_law(subject=f"holder:{world.halden.pk}", on=False)
    assert len(retention.due(a_rule("left_files"), at=LONG_AFTER)) == 1


def test_bytes_that_a_running_case_shares_stay(settings):
    world = a_world()
    old = a_file(settings, ended(world).notice)
    new = a_file(settings, a_notice(world, at=LONG_AFTER - timedelta(days=1)).complaints.get().notice)
    assert old.sha256 == new.sha256
    retention.apply(at=LONG_AFTER)
    assert read(new) == b"a picture of a lamp"


def test_an_identity_document_goes_half_a_year_after_the_case_and_a_photograph_does_not(settings):
    case = ended(a_world())
    paper = a_file(settings, case.notice, "identity_document", b"a passport")
    photo = a_file(settings, case.notice)
    at = WEDNESDAY + timedelta(days=2 + 181)
    assert retention.due(a_rule("identity_documents"), at=at - timedelta(days=3)) == []
    retention.apply(at=at)
    assert list(StoredFile.objects.exclude(erased_at=None)) == [paper]
    assert read(photo) == b"a picture of a lamp"


def test_sessions_and_drafts_go_in_their_time_and_a_fresh_draft_does_not():
    world = a_world()
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(days=1))
    for age in (1, 400):
        at = now - timedelta(days=age)
        NoticeDraft.objects.create(holder=world.halden, person=world.ines, created_at=at, updated_at=at)
    before = {rule.id: count for rule, count in retention.forecast(at=now)}
    assert (before["sessions"], before["left_drafts"], before["sent_drafts"]) == (1, 1, 0)
    assert Session.objects.count() == NoticeDraft.objects.count() == 2, "a forecast changes nothing"
    retention.apply(at=now)
    assert [session.session_key for session in Session.objects.all()] == ["new"]
    assert NoticeDraft.objects.count() == 1
    assert {rule.id: count for rule, count in retention.apply(at=now)}["sessions"] == 0


def test_the_address_of_a_letter_goes_and_that_it_arrived_stays(post):
    case = a_notice(a_world()).complaints.get()
    Worker("desk").once()
    letter = Delivery.objects.filter(message__notice=case.notice).first()
    Delivery.objects.update(delivered_at=WEDNESDAY)
    retention.apply(at=LONG_AFTER)
    letter.refresh_from_db()
    assert (letter.address, letter.delivered_at) == ("", WEDNESDAY)


def test_the_worker_lets_go_by_night_only_where_the_operator_says_so(settings, post):
    Session.objects.create(session_key="old", session_data="", expire_date=datetime(2026, 1, 1, tzinfo=UTC))
    Worker("desk").once()
    assert Session.objects.count() == 1
    settings.RETENTION = True
    Worker("desk").once()
    assert Session.objects.count() == 0
    assert Job.objects.get(kind="retention").run_at > timezone.now() + timedelta(hours=23)


def test_a_person_who_asks_to_be_forgotten_is_gone_from_the_account_and_the_log_holds():
    world = a_world()
    case = ended(world)
    with pytest.raises(erasure.CannotErase, match="nobody here has the address"):
        erasure.footprint("nobody@halden-moe.example")
    erasure.erase_person(world.ines.email, rule="GDPR art. 17(1)(a)", by=world.tomas, now=timezone.now())
    gone = Person.objects.get(pk=world.ines.pk)
    assert (gone.email, gone.name, gone.is_active) == (f"{gone.pk}@erased.invalid", "", False)
    assert not gone.memberships.exists() and not gone.has_usable_password()
    assert Notice.objects.get(pk=case.notice_id).filed_by_id == gone.pk, "somebody filed it, under a number"
    assert list(log.verify()) == []


def test_nobody_is_forgotten_in_the_middle_of_a_case_of_theirs():
    world = a_world()
    case = a_notice(world).complaints.get()
    with pytest.raises(erasure.CannotErase, match=case.number):
        erasure.erase_person(world.ines.email, rule="asked", by=None, now=timezone.now())
    assert Person.objects.get(pk=world.ines.pk).is_active


def test_the_last_operator_is_not_erased():
    world = a_world()
    with pytest.raises(erasure.CannotErase, match="last operator"):
        erasure.erase_person(world.tomas.email, rule="asked", by=None, now=timezone.now())


def test_the_commands_show_first_and_erase_only_when_told_to():
    world, run = a_world(), CliRunner()
    ended(world)
    subject = f"holder:{world.halden.pk}"
    shown = run.invoke(cli.app, ["retention", "--dry-run"])
    assert "sessions" in shown.output and "nothing was changed" in shown.output
    assert "texts of" in run.invoke(cli.app, ["erase", "--subject", subject]).output
    assert not SubjectKey.objects.filter(wrapped=None).exists()
    assert "held" in run.invoke(cli.app, ["hold", subject]).output
    assert isinstance(run.invoke(cli.app, ["erase", "--subject", subject, "--apply"]).exception, sealing.LegalHold)
    assert "lifted" in run.invoke(cli.app, ["hold", subject, "--lift"]).output
    done = run.invoke(cli.app, ["erase", "--subject", subject, "--apply", "--rule", "GDPR art. 17(1)(a)"])
    assert "texts of" in done.output and "the log is unbroken" in done.output
    assert SubjectKey.objects.get(subject=subject).rule == "GDPR art. 17(1)(a)"
    assert "gone" in run.invoke(cli.app, ["retention", "--apply"]).output
    assert run.invoke(cli.app, ["hold", "holder:0"]).exit_code == 1
