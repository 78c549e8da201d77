"""The drill: a desk with stories in flight is backed up, goes on, is lost, and is restored into a world that has moved on."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

import plugged
from countermark.apps.complaints import log
from countermark.apps.complaints.models import Complaint, LogCheckpoint, Notice
from countermark.apps.complaints.services import Reasons
from countermark.apps.enforcement.models import Measure
from countermark.apps.keeping import backup, erasure, going_on, restore
from countermark.apps.listings import services as listings
from countermark.apps.listings.models import Listing
from countermark.apps.notifications.models import Delivery, Message
from countermark.apps.parties.models import Person, StaffEvent
from countermark.apps.work.files import put, read
from countermark.apps.work.models import Job, Restoration, StoredFile
from countermark.apps.work.sealing import Erased, unseal
from countermark.connectors.fake_marketplace import FakeMarketplace
from countermark.connectors.marketplace import ItemRef
from countermark.entrypoints.jobs.worker import Worker
from countermark.evidence.uploads import Accepted
from people import a_notice, a_world, happens

pytestmark = pytest.mark.django_db(transaction=True)
WHY = Reasons(("tm_mark_on_goods",))
ITEMS = [str(number) for number in range(70_000, 70_008)]
DAYS = timedelta(days=1)


@pytest.fixture
def shop(settings, monkeypatch):
    settings.MARKETPLACE_FACTORY = "plugged.marketplace"
    monkeypatch.setitem(plugged.ports, "shop", FakeMarketplace(map(plugged.offered, ITEMS)))
    return plugged.ports["shop"]


def sent(world, items, *, at, **what):
    chosen = {item: f"https://harbour.example/i/{item}" for item in items}
    copies = listings.freeze(marketplace=world.market, kind="listing", items=chosen, shown={}, at=at)
    Listing.objects.filter(marketplace=world.market, item_id__in=chosen).update(seller=world.mei, shop_state="up")
    return list(a_notice(world, copies=copies, at=at, **what).complaints.order_by("line"))


def told_by(letters):
    """What these letters told whom: (address, case, seq, event)."""
    rows = Message.objects.prefetch_related("deliveries")
    numbers = dict(Complaint.objects.values_list("pk", "number"))
    ids = {letter.message_id for letter in letters}
    return [
        (delivery.address, numbers[pk], seq, event)
        for message in rows
        for delivery in message.deliveries.all()
        if delivery.mail_id in ids
        for pk, seq, event in message.lines
    ]


def kept_file(content=b"a certificate"):
    facts = {"media_type": "application/pdf", "pages": 1, "width": None, "height": None, "changes": ()}
    digests = {"sha256": hashlib.sha256(content).hexdigest(), "sha256_original": "5f0ab5a1" * 8}
    return put(Accepted(content=content, name="certificate.pdf", **digests, **facts), by=None, at=timezone.now())


def test_a_restored_desk_goes_on_and_nothing_is_sent_or_done_twice(shop, post, elsewhere, tmp_path, settings):
    now = timezone.now()
    world = a_world(connector="rest")
    silent = sent(world, ITEMS[:2], at=now - 2 * DAYS)  # told, the clock runs
    for case in silent:
        happens(happens(case, "accepted", "reviewer", now - 2 * DAYS), "served", "", now - 2 * DAYS)
    Worker("before").once()
    decided = sent(world, ITEMS[2:4], at=now - 2 * DAYS, pack="cn-ecommerce-law")
    for case in decided:
        happens(case, "accepted", "reviewer", now - DAYS, reasons=WHY)  # the letter and the measure are under way
    assert Job.objects.filter(kind="enforce").exists()

    made = backup.make(tmp_path / "desk.backup", at=timezone.now())

    before = len(post.outbox)
    Worker("after").once()  # what the backup does not know: letters go out, listings come down, new notices arrive
    later = sent(world, ITEMS[4:5], at=timezone.now())[0]
    Worker("after").once()
    lost_numbers = set(Notice.objects.values_list("number", flat=True))
    known_to_the_world = told_by(post.outbox)
    gone_out = len(post.outbox)
    assert gone_out > before, "letters went out that the backup does not know of"
    assert [shop.state(ItemRef(item, "")).value for item in ITEMS[2:4]] == ["removed", "removed"]
    checkpoint = LogCheckpoint.objects.order_by("-size").first()

    settings.FILES_DIR = tmp_path / "restored"
    with elsewhere.entered():
        restored = restore.restore(made.path, then=lambda done: going_on.go_on(done, now=timezone.now()))
        assert restored.faults == ()
        assert not Complaint.objects.filter(number=later.number).exists()
        assert StaffEvent.objects.filter(event="installation.restored").count() == 1

        assert Worker("waits").once() == 0  # nobody has released it
        assert len(post.outbox) == gone_out
        assert going_on.held_letters() > 0

        going_on.release(letters="sent", by=None, now=timezone.now())
        Worker("goes on").once()
        mine = told_by(post.outbox[gone_out:])
        assert set(mine) & set(known_to_the_world) == set(), "somebody was told the same twice"
        assert [event for *_, event in mine if event != "given_back"] == []
        assert [shop.state(ItemRef(item, "")).value for item in ITEMS[2:4]] == ["removed", "removed"]
        assert [call for call in shop.calls if call[0] == "reverse"] == [], (
            "asking again for the same state changes nothing"
        )
        assert not Measure.objects.filter(confirmed_at=None, superseded=False).exists()

        new = sent(world, ITEMS[5:6], at=timezone.now())[0]
        assert new.notice.number not in lost_numbers, "a number that was given out is not given to another notice"
        Worker("goes on").once()

        for case in silent:  # and to the end: Mei answers in the time she has left
            case.refresh_from_db()
            happens(case, "counter_notice_filed", "seller", timezone.now())
        Worker("goes on").once()
        assert {case.state for case in Complaint.objects.filter(pk__in=[c.pk for c in silent])} == {"countered"}
        assert not Delivery.objects.filter(delivered_at=None, failed_at=None).exists()
        assert {job.kind for job in Job.objects.all()} <= {"checkpoint", "rounds", "seller_links", "look"}
        assert list(log.verify()) == []
        log.sequence()
        newest = log.checkpoint(at=timezone.now())
        assert newest.origin == f"{checkpoint.origin}/2", "a log that may fork takes another name"


def test_no_silence_between_backup_and_restore_counts_against_the_seller(shop, post, elsewhere, tmp_path):
    now = timezone.now()
    case = sent(a_world(), ITEMS[:1], at=now - 30 * DAYS)[0]
    told = now - 10 * DAYS
    happens(happens(case, "accepted", "reviewer", told), "served", "", told)  # three working days: long over by now
    made = backup.make(tmp_path / "desk.backup", at=told + timedelta(hours=1))  # taken an hour after she was told
    with elsewhere.entered():
        restore.restore(made.path, then=lambda done: going_on.go_on(done, now=now))
        going_on.release(letters="hold", by=None, now=now)
        Worker("goes on").once()
        case.refresh_from_db()
        assert (case.state, case.ask) == ("awaiting_seller", "nothing")
        assert case.due_at > now + 2 * DAYS  # three working days from now
        assert case.events.last().event == "given_back"
        assert list(log.verify()) == []


def test_letters_that_never_went_out_are_sent_when_the_operator_says_so(shop, post, elsewhere, tmp_path):
    sent(a_world(), ITEMS[:1], at=timezone.now())  # the receipt is not written yet
    made = backup.make(tmp_path / "desk.backup", at=timezone.now())
    with elsewhere.entered():
        restore.restore(made.path, then=lambda done: going_on.go_on(done, now=timezone.now()))
        assert going_on.release(letters="send", by=None, now=timezone.now()) == Delivery.objects.count() > 0
        Worker("goes on").once()
        assert len(post.outbox) == Delivery.objects.count()
        assert going_on.held_letters() == 0


def test_kept_files_come_back_and_one_that_is_gone_is_named(elsewhere, tmp_path, settings, post, shop):
    file = kept_file()
    facts = {"original_sha256": "0" * 64, "name": "gone.pdf", "media_type": "application/pdf", "size": 1}
    lost = StoredFile.objects.create(sha256="0" * 64, uploaded_at=timezone.now(), **facts)
    made = backup.make(tmp_path / "desk.backup", at=timezone.now())
    assert made.missing == (lost.sha256,)
    settings.FILES_DIR = tmp_path / "restored"
    with elsewhere.entered():
        assert restore.restore(made.path).files == 1
        assert read(StoredFile.objects.get(pk=file.pk)) == b"a certificate"


def test_who_was_erased_after_the_backup_is_not_back_with_it(elsewhere, tmp_path, settings, post, shop):
    settings.HOME = tmp_path
    world = a_world()
    case = sent(world, ITEMS[:1], at=timezone.now())[0]
    happens(case, "withdrawn", "complainant", timezone.now())
    made = backup.make(tmp_path / "desk.backup", at=timezone.now())
    erasure.erase_person(world.ines.email, rule="GDPR art. 17(1)(a)", by=world.tomas, now=timezone.now())
    erasure.erase_texts_of(f"holder:{world.halden.pk}", rule="GDPR art. 17(1)(a)", now=timezone.now())
    assert "Ines" not in (kept := (tmp_path / "erasures.ndjson").read_text()) and "holder" not in kept
    with elsewhere.entered():
        restore.restore(made.path, then=lambda done: going_on.go_on(done, now=timezone.now()))
        gone = Person.objects.get(pk=world.ines.pk)
        assert (gone.name, gone.is_active) == ("", False)
        assert isinstance(unseal(Notice.objects.get().statement), Erased)
        assert Restoration.objects.get().report["erased_again"] == 2
        assert list(log.verify()) == []
