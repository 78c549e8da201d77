"""The page of a case asks the database at most twelve times, whatever has happened in it, was said, written or attached."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from countermark.apps.complaints import counter_drafts
from countermark.apps.complaints.models import (
    Complaint,
    CounterNotice,
    CounterNoticeFile,
    CounterNoticeLine,
    NoticeFile,
    PartyWord,
    WordFile,
)
from countermark.apps.complaints.services import Reasons
from countermark.apps.decisions.models import Appeal, Decision, PendingStep, SeniorRequest
from countermark.apps.notifications.models import Delivery
from countermark.apps.notifications.services import tell
from countermark.apps.parties.models import Membership, Person
from countermark.apps.rights.models import RightDocument
from countermark.apps.work import services as work
from countermark.apps.work.models import StoredFile
from countermark.apps.work.sealing import seal
from countermark.core.notice import MandateFacts
from countermark.entrypoints.web.guest.visitors import GUEST_KEY
from countermark.entrypoints.web.seller.shops import SELLER_KEY
from people import WEDNESDAY, a_notice, a_world, happens

pytestmark = pytest.mark.django_db
MOST = 12  # session and person among them
HELD_BACK = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
HOUR = timedelta(hours=1)
WHY = Reasons(("tm_mark_on_goods",), {"reason": "TM-4"})


@pytest.fixture
def world(monkeypatch):
    monkeypatch.setattr(work, "case_time", lambda real: WEDNESDAY + 9 * HOUR)
    return a_world(offered_in=["EU"], duties=["eu-dsa"])


def a_file(n):
    digest = sha256(str(n).encode()).hexdigest()
    same = {"sha256": digest, "original_sha256": digest, "media_type": "image/png", "size": 9, "width": 3, "height": 3}
    return StoredFile.objects.create(name=f"paper-{n}.png", uploaded_at=WEDNESDAY, **same)


def a_full_notice(world, *, times=1, **changes):
    """A notice of seven lines, of each thing `times`: evidence, papers of the right, pictures."""
    if changes.get("filer_role") == "agent":
        changes["mandate"] = MandateFacts(id="1", rights=(str(world.mark.pk),), verified=True, ends_on=None)
    notice = a_notice(world, lines=7, **changes)
    for n in range(times):
        NoticeFile.objects.create(notice=notice, file=a_file(f"e{n}"), kind="photo", private=bool(n % 2))
        RightDocument.objects.create(right=world.mark, file=a_file(f"r{n}"), kind="mandate")
    for case in notice.complaints.all():
        pictures = [a_file(f"p{case.line}-{n}") for n in range(times)]
        case.copy.pictures = [{"file": file.pk, "sha256": file.sha256, "url": ""} for file in pictures]
        case.copy.save()
    return notice


def told(notice, hours):
    """The letters about what happened are written, delivered and read."""
    at = WEDNESDAY + hours * HOUR
    tell(notice.pk, at=at, now=timezone.now())
    notice.messages.update(read_at=at)
    Delivery.objects.filter(message__notice=notice).update(delivered_at=at)


def a_counter_notice(case, at, times):
    happens(case, "counter_notice_filed", "seller", at)
    texts = [seal(subject=f"seller:{case.seller_id}", text="I bought them from you.") for _ in range(2)]
    counter = CounterNotice.objects.create(
        notice=case.notice,
        seller=case.seller,
        ground="genuine_goods",
        statement=texts[0],
        contact=texts[1],
        filed_at=at,
    )
    CounterNoticeLine.objects.create(counter_notice=counter, complaint=case, seq=case.seq, round=1)
    for n in range(times):
        CounterNoticeFile.objects.create(counter_notice=counter, file=a_file(f"c{n}"), kind="invoice")


def words_with(case, by, times):
    text = seal(subject=f"case:{case.number}", text="That invoice is of another shop.")
    word = PartyWord.objects.create(complaint=case, seq=case.seq, by=by, text=text, codes=["tm_mark_on_goods"])
    for n in range(times):
        WordFile.objects.create(word=word, file=a_file(f"w{n}"))


def answered(world, case, times):
    """Checked, answered with papers, not accepted with papers: a reviewer decides."""
    happens(case, "accepted", "reviewer", WEDNESDAY + HOUR)
    told(case.notice, 2)
    happens(case, "served", "seller", WEDNESDAY + 2 * HOUR)
    a_counter_notice(case, WEDNESDAY + 3 * HOUR, times)
    told(case.notice, 4)
    happens(case, "served", "complainant", WEDNESDAY + 4 * HOUR)
    return case


def objected(world, case, times):
    happens(answered(world, case, times), "counter_rejected", "complainant", WEDNESDAY + 5 * HOUR)
    words_with(case, "complainant", times)
    told(case.notice, 6)
    return case


def decided(world, case, times):
    """Decided for the holder, and appealed by the seller with papers: one appeal was not granted."""
    happens(objected(world, case, times), "decided_for_holder", "reviewer", WEDNESDAY + 6 * HOUR, reasons=WHY)
    words = seal(subject=f"case:{case.number}", text="The mark is on the base of the lamp.")
    ruled = {"verdict": "upheld", "grounds": ["tm_mark_on_goods"], "reviewer": world.rana, "at": case.at}
    Decision.objects.create(complaint=case, seq=case.seq, event="decided_for_holder", words=words, **ruled)
    told(case.notice, 7)
    appealed = {"filed_at": case.at, "due_at": case.at + 24 * HOUR, "seq": case.seq}
    first = Appeal.objects.create(
        complaint=case, side="seller", words=words, answer=words, decided_at=case.at, granted=False,
        decided_by=world.samir, **appealed,
    )  # fmt: skip
    second = Appeal.objects.create(complaint=case, side="complainant", words=words, **appealed)
    for n in range(times):
        first.files.add(a_file(f"a{n}"))
        second.files.add(a_file(f"b{n}"))
    return case


def checking(world, case, times):
    return case


STANDS = {"checking": checking, "answered": answered, "objected": objected, "decided": decided}
SHARED = ("answered", "objected", "decided")


def asked(client, url):
    """The statements of the second visit; the first may count as being told, or take the case."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(url)
    assert answer.status_code == 200
    return [one["sql"] for one in seen if not one["sql"].startswith(HELD_BACK)], answer.content.decode()


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def asks_twelve_times_at_most(visit, world, stand, **changes):
    """Once with one of each thing and once with five: as often, and never more than twelve times."""
    few, many = (
        visit(STANDS[stand](world, a_full_notice(world, times=times, **changes).complaints.get(line=1), times))
        for times in (1, 5)
    )
    assert len(many[0]) <= len(few[0]), "\n".join(many[0])
    assert len(many[0]) <= MOST, "\n".join(many[0])
    return many[1]


@pytest.mark.parametrize("stand", STANDS)
def test_the_page_of_a_rights_holder(world, stand):
    browser = signed_in(world.ines)
    page = asks_twelve_times_at_most(lambda c: asked(browser, reverse("holder:case", args=[c.number])), world, stand)
    assert "paper-e4.png" in page
    assert stand == "checking" or "paper-c4.png" in page
    assert stand not in ("objected", "decided") or "paper-w4.png" in page
    assert stand != "decided" or (
        "paper-b4.png" in page and "paper-a4.png" not in page
    )  # the other side's are not shown


def test_the_page_of_an_agent(world):
    world.halden.is_agent = True
    world.halden.save()
    asks_twelve_times_at_most(
        lambda c: asked(signed_in(world.ines), reverse("holder:case", args=[c.number])),
        world,
        "decided",
        filer_role="agent",
    )


@pytest.mark.parametrize("stand", SHARED)
def test_the_pages_of_a_seller(world, stand):
    mei = Person.objects.create_user("mei@lantern.example", name="Mei")
    by_link = Client()
    session = by_link.session
    session[SELLER_KEY] = world.mei.pk
    session.save()

    def visit(case):
        counter_drafts.open_draft(notice=case.notice, seller=world.mei, at=WEDNESDAY, complaint_ids=[case.pk])
        pages = [asked(by_link, reverse(f"seller:{page}", args=[case.number])) for page in ("case", "print", "help")]
        assert max(len(sent) for sent, _ in pages[1:]) <= MOST
        return pages[0]

    page = asks_twelve_times_at_most(visit, world, stand)
    assert "paper-c4.png" in page
    assert "paper-e1.png" not in page  # private
    assert mei is not None


@pytest.mark.parametrize("stand", STANDS)
@pytest.mark.parametrize("page", ["case", "timeline"])
def test_the_pages_of_a_reviewer(world, stand, page):
    Person.objects.create_user("noor@countermark.example", name="Noor", is_reviewer=True, is_senior=True)
    browser = signed_in(world.rana)
    said = asks_twelve_times_at_most(
        lambda c: asked(browser, reverse(f"reviewer:{page}", args=[c.number])), world, stand, filer_role="agent"
    )
    assert "Mandate without an end." in said


def test_a_case_that_another_reviewer_holds_or_a_senior_was_asked_to_take(world):
    notice = a_full_notice(world, times=3)
    held, asked_for, mine = notice.complaints.order_by("line")[:3]
    Complaint.objects.filter(pk=held.pk).update(claimed_by=world.samir, claimed_at=timezone.now())
    SeniorRequest.objects.create(complaint=asked_for, by=world.samir, note="Too hard.", asked_at=timezone.now())
    step = {"event": "accepted", "seq": 0, "made_at": WEDNESDAY, "goes_at": timezone.now() + HOUR}
    for case in (mine, notice.complaints.get(line=4)):
        PendingStep.objects.create(complaint=case, reviewer=world.rana, **step)
    browser = signed_in(world.rana)
    seen = {case.pk: asked(browser, reverse("reviewer:case", args=[case.number])) for case in (held, asked_for, mine)}
    assert max(len(sent) for sent, _ in seen.values()) <= MOST
    assert "Samir Okoye holds this case" in seen[held.pk][1]
    assert "A senior was asked to take this case" in seen[asked_for.pk][1]
    assert f"{mine.number} accepted. And one more line of the notice." in seen[mine.pk][1]


@pytest.mark.parametrize("stand", STANDS)
def test_the_page_of_an_operator(world, stand):
    browser = signed_in(world.tomas)
    page = asks_twelve_times_at_most(lambda c: asked(browser, reverse("operator:case", args=[c.number])), world, stand)
    assert "paper-e4.png" in page


@pytest.mark.parametrize("stand", STANDS)
def test_the_pages_of_a_guest(world, stand):
    browser = Client()

    def visit(case):
        session = browser.session
        session[GUEST_KEY] = [*session.get(GUEST_KEY, ()), case.notice_id]
        session.save()
        reports = asked(browser, reverse("guest:home"))
        report = asked(browser, reverse("guest:notice", args=[case.notice.number]))
        assert max(len(sent) for sent, _ in (reports, report)) <= MOST
        return asked(browser, reverse("guest:case", args=[case.number]))

    page = asks_twelve_times_at_most(visit, world, stand, filer_role="guest")
    assert stand not in ("objected", "decided") or "paper-w4.png" in page


def test_two_people_of_one_account_ask_as_often_as_one(world):
    other = Person.objects.create_user("jon@halden-moe.example", name="Jon Moe")
    Membership.objects.create(person=other, holder=world.halden)
    case = decided(world, a_full_notice(world, times=2).complaints.get(line=1), 2)
    sent, _ = asked(signed_in(other), reverse("holder:case", args=[case.number]))
    assert len(sent) <= MOST, "\n".join(sent)
