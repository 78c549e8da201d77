"""An appeal is filed once, decided by another person, and is an event of the case only when it is granted."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from countermark.apps.complaints import selectors
from countermark.apps.complaints import services as cases
from countermark.apps.complaints.held import UnknownCase, glance
from countermark.apps.complaints.models import Complaint, StatementOfReasons
from countermark.apps.complaints.services import Reasons
from countermark.apps.decisions import appeal_selectors, appeals, services
from countermark.apps.decisions.appeals import AppealDecided, AppealDefective, decide_appeal
from countermark.apps.decisions.models import Appeal
from countermark.apps.decisions.services import DecisionDefective, Made
from countermark.apps.decisions.statement import statement_paragraphs
from countermark.apps.notifications import wording
from countermark.apps.notifications.models import Message
from countermark.apps.notifications.selectors import told_at
from countermark.apps.notifications.services import read, tell, tell_appeal
from countermark.apps.work import files
from countermark.apps.work.models import Job
from countermark.apps.work.sealing import unseal
from countermark.core import appeal as rules
from countermark.entrypoints.jobs import handlers
from people import WEDNESDAY, World, a_complaint, a_world, happens

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)  # real time
HOUR = timedelta(hours=1)
LATER = WEDNESDAY + timedelta(days=20)
WHY = "We bought these lamps from Northlight, whom the owner authorised; the invoice is attached."
BECAUSE = "The invoice of 4 November names the owner's own distributor and these very lamps."


def kept_down(world: World, **more) -> Complaint:
    """Rana restricted Mei's listing on a notice, with her reasons."""
    case = a_complaint(world, pack="eu-notice", **more)
    made = Made("restricted", grounds=("tm_mark_on_goods",), words="The base of the lamp carries the mark.")
    return decided(world, case, made)


def kept_up(world: World) -> Complaint:
    """Rana found nothing against Mei's listing."""
    made = Made("kept", grounds=("no_mark",), words="No photo of the listing shows the mark anywhere.")
    return decided(world, a_complaint(world, pack="eu-notice"), made)


def silently_down(world: World) -> Complaint:
    """Mei let her time run out where the marketplace pauses first; no law of the Union binds."""
    case = a_complaint(world, pack="pause-and-answer")
    case = happens(case, "accepted", "reviewer", WEDNESDAY + HOUR, reasons=Reasons(("TM-4",)))
    case = happens(case, "served", "", WEDNESDAY + HOUR)
    cases.sweep(now=LATER)
    case.refresh_from_db()
    assert case.state == "removed"
    return case


def decided(world: World, case: Complaint, made: Made) -> Complaint:
    services.decide(complaint=case, made=made, seen=case.seq, reviewer=world.rana, at=WEDNESDAY + HOUR, now=NOW)
    services.release_due_steps(now=NOW + timedelta(seconds=11), at=WEDNESDAY + HOUR)
    case.refresh_from_db()
    return case


def appeal_of(case: Complaint, side: str = "seller", **more) -> Appeal:
    usual = {
        "seq": case.seq, "words": WHY, "told_at": WEDNESDAY + HOUR, "by": None, "at": WEDNESDAY + 2 * HOUR, "now": NOW,
        "key": f"{side}-{case.pk}",
    }  # fmt: skip
    return appeals.file_appeal(complaint=case, side=side, **{**usual, **more})


def answers(appeal: Appeal, granted: bool | None, reviewer, **more) -> Appeal:
    seen = Complaint.objects.get(pk=appeal.complaint_id).seq
    usual = {"words": BECAUSE, "seen": seen, "at": WEDNESDAY + 3 * HOUR, "now": NOW}
    return decide_appeal(appeal_id=appeal.pk, granted=granted, reviewer=reviewer, **{**usual, **more})


# --- filing -----------------------------------------------------------------------------------------------------------


def test_mei_appeals_and_nothing_else_changes():
    world = a_world()
    case = kept_down(world)
    before = (case.state, case.seq, bytes(case.head_hash))
    appeal = appeal_of(case)
    case.refresh_from_db()
    assert (case.state, case.seq, bytes(case.head_hash)) == before
    assert unseal(appeal.words) == WHY
    # filed Wed 25 Feb in Shanghai, that day not counted; 14 days on is Wed 11 March, 24:00 there = 16:00 UTC
    assert appeal.due_at == datetime(2026, 3, 11, 16, tzinfo=UTC)
    assert Job.objects.filter(kind="tell_appeal", key=f"{appeal.pk}:filed").exists()


def test_a_double_click_files_one_appeal():
    case = kept_down(a_world())
    assert appeal_of(case) == appeal_of(case)
    assert Appeal.objects.count() == 1


@pytest.mark.parametrize("words", ["", "Unfair.", "x" * 2001, "It is ours, \x00 and always was; see the invoice."])
def test_an_appeal_without_a_reason_is_not_filed(words):
    case = kept_down(a_world())
    with pytest.raises(AppealDefective):
        appeal_of(case, words=words)
    assert not Appeal.objects.exists()


def test_while_mei_may_still_answer_the_counter_notice_is_the_way():
    world = a_world()
    case = happens(a_complaint(world), "accepted", "reviewer", WEDNESDAY + HOUR)
    case = happens(case, "served", "", WEDNESDAY + HOUR)
    with pytest.raises(rules.CounterNoticeOpen) as refused:
        appeal_of(case)
    assert refused.value.until == case.due_at


def test_the_time_runs_from_the_day_of_being_informed():
    world = a_world(offered_in=["EU"], calendar="EU", zone="Europe/Brussels")
    case = kept_down(world)
    told = datetime(2026, 8, 31, 10, tzinfo=UTC)
    late = datetime(2027, 3, 1, 23, tzinfo=UTC)  # Sun 28 Feb 2027 rolls to Mon 1 March, 24:00 Brussels
    with pytest.raises(rules.TimeIsOver):
        appeal_of(case, told_at=told, at=late)
    assert appeal_of(case, told_at=told, at=late - timedelta(seconds=1)).seq == case.seq


def test_outside_the_union_the_marketplace_gives_six_months_too():
    case = silently_down(a_world())
    assert case.notice.duties == []
    due = rules.until(appeal_selectors.window_of(case), datetime(2026, 2, 25, 6, tzinfo=UTC))
    assert due.due_at == datetime(2026, 8, 25, 16, tzinfo=UTC)  # Tue 25 August, 24:00 Shanghai


def test_an_order_of_a_court_promises_no_appeal_and_takes_none():
    world = a_world(offered_in=["EU"])
    case = happens(kept_up(world), "ordered_down", "operator", WEDNESDAY + 2 * HOUR, reasons=Reasons(("ordered",)))
    told = " ".join(text for _, text in statement_paragraphs(case.statements.get(seq=case.seq), case, "seller"))
    assert "Appeal to us" not in told
    assert "Go to court." in told
    with pytest.raises(rules.NotOurs):
        appeal_of(case)


def test_one_appeal_at_a_time_and_once_a_decision():
    world = a_world()
    case = kept_down(world)
    appeal = appeal_of(case)
    with pytest.raises(rules.OneIsOpen):
        appeal_of(case, key="another")
    answers(appeal, False, world.samir)
    with pytest.raises(rules.AppealedBefore):
        appeal_of(case, key="another")


def test_the_database_keeps_a_second_open_appeal_out():
    case = kept_down(a_world())
    appeal = appeal_of(case)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.create(complaint=case, seq=99, side="complainant", words=appeal.words, filed_at=NOW, due_at=NOW)


def test_who_won_has_nothing_to_appeal():
    world = a_world()
    with pytest.raises(rules.NothingLost):
        appeal_of(kept_down(world), "complainant")
    with pytest.raises(rules.NothingLost):
        appeal_of(kept_up(world), "seller")


def test_a_decision_that_is_no_longer_the_newest_is_said_to_have_moved():
    case = kept_down(a_world())
    with pytest.raises(cases.StaleCase):
        appeal_of(case, seq=case.seq - 1)


def test_when_a_party_was_told_is_read_from_its_letters():
    world = a_world()
    case = kept_down(world)
    tell(case.notice_id, at=WEDNESDAY + 2 * HOUR, now=NOW)
    assert told_at(case, case.seq, "seller") is None  # a letter on its way has told nobody
    for party, later in (("seller", 3), ("complainant", 4)):
        read(Message.objects.get(party=party, key__startswith="events"), by=world.ines, at=WEDNESDAY + later * HOUR)
    assert told_at(case, case.seq, "seller") == WEDNESDAY + 3 * HOUR
    assert told_at(case, case.seq, "complainant") == WEDNESDAY + 4 * HOUR


# --- deciding ---------------------------------------------------------------------------------------------------------


def test_an_appeal_of_the_seller_that_is_granted_undoes_the_restriction():
    world = a_world()
    case = kept_down(world)
    appeal = answers(appeal_of(case), True, world.samir)
    case.refresh_from_db()
    assert (case.state, case.ask, appeal.made) == ("reversed", "nothing", case.seq)
    assert Job.objects.filter(kind="enforce", key=str(case.listing_id)).exists()
    word = case.words.get(seq=case.seq)
    assert (unseal(word.text), word.codes) == (BECAUSE, ["appeal_won"])
    assert not Job.objects.filter(kind="tell_appeal", key=f"{appeal.pk}:decided").exists()  # the event is told


def test_an_appeal_of_the_complainant_that_is_granted_restricts_with_reasons():
    world = a_world()
    case = kept_up(world)
    answers(appeal_of(case, "complainant", by=world.ines), True, world.samir)
    case.refresh_from_db()
    assert (case.state, case.ask) == ("reinforced", "remove")
    statement = StatementOfReasons.objects.get(complaint=case, seq=case.seq)
    assert (statement.grounds, statement.cause, unseal(statement.words)) == (["appeal_won"], "appeal_granted", BECAUSE)


def test_a_refused_notice_that_wins_its_appeal_is_checked_anew_and_the_seller_hears_of_it_only_then():
    world = a_world()
    case = a_complaint(world)
    happens(case, "refused", "reviewer", WEDNESDAY + HOUR)
    answers(appeal_of(case, "complainant"), True, world.samir)
    case.refresh_from_db()
    assert case.state == "checking"
    with pytest.raises(UnknownCase):
        selectors.case_view(case.number, reader="seller", seller_ids=[world.mei.pk])


def test_an_appeal_that_is_not_granted_leaves_the_case_and_tells_why():
    world = a_world()
    case = kept_down(world)
    appeal = answers(appeal_of(case), False, world.samir)
    seq = case.seq
    case.refresh_from_db()
    assert (case.state, case.seq, appeal.granted, appeal.made) == ("restricted", seq, False, None)
    assert Job.objects.filter(kind="tell_appeal", key=f"{appeal.pk}:decided").exists()


def test_whoever_decided_does_not_decide_the_appeal():
    world = a_world()
    case = kept_down(world)
    appeal = appeal_of(case)
    assert appeal_selectors.deciders(appeal) == {world.rana.pk}
    for granted in (True, False):
        with pytest.raises(rules.SameReviewer):
            answers(appeal, granted, world.rana)
    answers(appeal, True, world.samir)
    second = appeal_of(Complaint.objects.get(pk=case.pk), "complainant", at=WEDNESDAY + 4 * HOUR)
    assert appeal_selectors.deciders(second) == {world.rana.pk, world.samir.pk}  # who was overturned is no judge of it


@pytest.mark.parametrize("granted", [True, False])
def test_without_reasons_in_words_nothing_is_decided(granted):
    world = a_world()
    appeal = appeal_of(kept_up(world), "complainant")
    with pytest.raises(DecisionDefective):
        answers(appeal, granted, world.samir, words="No.")
    appeal.refresh_from_db()
    assert appeal.decided_at is None


def test_a_second_click_finds_the_first_and_another_hand_is_told():
    world = a_world()
    appeal = appeal_of(kept_down(world))
    first = answers(appeal, True, world.samir)
    assert answers(appeal, True, world.samir).made == first.made
    with pytest.raises(AppealDecided):
        answers(appeal, False, world.samir)
    assert Complaint.objects.get(pk=appeal.complaint_id).events.filter(event="appeal_granted").count() == 1


def test_a_case_that_moved_under_the_reviewer_refuses_the_grant_and_keeps_nothing():
    world = a_world()
    case = kept_down(world)
    appeal = appeal_of(case)
    with pytest.raises(cases.StaleCase):
        answers(appeal, True, world.samir, seen=case.seq - 1)
    appeal.refresh_from_db()
    assert (appeal.decided_at, appeal.answer) == (None, None)


def test_an_appeal_that_an_order_overtook_is_closed_and_never_turned_against_its_side():
    world = a_world()
    case = kept_down(world)
    appeal = appeal_of(case)
    happens(case, "ordered_up", "operator", WEDNESDAY + 2 * HOUR)
    assert appeal_selectors.has_nothing_left(appeal)
    for granted in (True, False):
        with pytest.raises(cases.StaleCase):
            answers(appeal, granted, world.samir)
    closed = answers(appeal, None, world.samir)
    assert (closed.granted, closed.decided_by) == (None, world.samir)
    case.refresh_from_db()
    assert case.ask == "nothing"


def test_mei_may_win_hers_after_ines_withdrew():
    world = a_world()
    case = kept_down(world)
    appeal = appeal_of(case)
    happens(case, "withdrawn", "complainant", WEDNESDAY + 2 * HOUR)
    answers(appeal, True, world.samir)
    case.refresh_from_db()
    assert case.state == "reversed"


def test_our_lateness_decides_nothing():
    world = a_world()
    case = kept_down(world)
    appeal = appeal_of(case)
    late = appeal.due_at + timedelta(days=400)
    cases.sweep(now=late)
    case.refresh_from_db()
    appeal.refresh_from_db()
    assert (case.state, appeal.decided_at) == ("restricted", None)
    assert list(appeal_selectors.waiting()) == [appeal]
    answers(appeal, True, world.samir, at=late)


# --- telling, showing -------------------------------------------------------------------------------------------------


def test_both_sides_are_told_that_there_is_an_appeal_and_how_it_ended_once():
    world = a_world()
    appeal = appeal_of(kept_down(world))
    assert tell_appeal(appeal.pk, "filed", at=WEDNESDAY + 3 * HOUR, now=NOW) == 2
    assert tell_appeal(appeal.pk, "filed", at=WEDNESDAY + 3 * HOUR, now=NOW) == 0
    mei, ines = (Message.objects.get(kind="appeal", party=party) for party in ("seller", "complainant"))
    to_mei, to_ines = (wording.letter(each, at=WEDNESDAY + 3 * HOUR) for each in (mei, ines))
    assert to_mei.groups[0].happened == ("You appealed.",)
    assert to_ines.groups[0].happened == ("The seller appealed.",)  # this procedure tells no name
    said = "Another person than the one who decided looks at it, by Wed 11 Mar 2026, 24:00 Shanghai."
    assert said in to_mei.groups[0].to_do
    assert WHY not in " ".join(to_ines.groups[0].to_do)
    answers(appeal, False, world.samir)
    assert tell_appeal(appeal.pk, "decided", at=WEDNESDAY + 4 * HOUR, now=NOW) == 2
    last = Message.objects.filter(kind="appeal", party="seller").latest("pk")
    assert wording.letter(last, at=WEDNESDAY + 4 * HOUR).subject.startswith("Your appeal was not granted, N-")


def test_the_worker_tells_what_was_promised(post):
    appeal = appeal_of(kept_down(a_world()))
    job = Job.objects.get(kind="tell_appeal")
    handlers.HANDLERS[job.kind](job, NOW)
    assert set(Message.objects.filter(kind="appeal").values_list("party", "key")) == {
        ("seller", f"appeal-{appeal.pk}-filed"),
        ("complainant", f"appeal-{appeal.pk}-filed"),
    }


def test_a_seller_who_was_never_troubled_hears_of_no_appeal():
    world = a_world()
    case = happens(a_complaint(world), "refused", "reviewer", WEDNESDAY + HOUR)
    appeal = appeal_of(case, "complainant")
    assert tell_appeal(appeal.pk, "filed", at=WEDNESDAY + 3 * HOUR, now=NOW) == 1
    assert Message.objects.get(kind="appeal").party == "complainant"


def test_the_timeline_shows_the_appeal_and_its_words_to_its_side_and_to_us_alone():
    world = a_world()
    case = kept_down(world)
    answers(appeal_of(case), False, world.samir)
    ids = {"seller_ids": [world.mei.pk], "holder_ids": [world.halden.pk]}
    trails = {
        reader: appeal_selectors.trail_of(selectors.case_view(case.number, reader=reader, **ids))
        for reader in ("seller", "complainant", "reviewer")
    }
    filed = {reader: next(e for e in trail if e.event == "appeal_filed") for reader, trail in trails.items()}
    assert {reader: entry.text for reader, entry in filed.items()} == {
        "seller": WHY,
        "complainant": "",
        "reviewer": WHY,
    }
    assert filed["seller"].title == "You appealed"
    assert filed["complainant"].title == f"{world.mei.name} appealed"
    for trail in trails.values():
        assert [e.event for e in trail][-2:] == ["appeal_filed", "appeal_not_granted"]
        assert trail[-1].text == BECAUSE


def test_the_papers_of_an_appeal_are_for_its_side():
    world = a_world()
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "brown").save(content, "PNG")
    paper = files.keep(content=content.getvalue(), name="invoice.png", by=None, at=WEDNESDAY)
    appeal_of(kept_down(world), files=[paper])
    may = appeal_selectors.may_read_file
    assert may(paper, seller_ids=[world.mei.pk])
    assert not may(paper, seller_ids=[world.otto.pk], holder_ids=[world.halden.pk])


def test_what_stands_in_the_way_is_said_with_what_was_filed():
    world = a_world()
    case = kept_down(world)
    told = {case.seq: WEDNESDAY + HOUR}.get
    found = appeal_selectors.standing(case, glance([case.pk])[0], "seller", told=told, at=WEDNESDAY + 2 * HOUR)
    assert (found.found.seq, found.refused, found.running) == (case.seq, None, None)
    appeal = appeal_of(case)
    found = appeal_selectors.standing(case, glance([case.pk])[0], "seller", told=told, at=WEDNESDAY + 2 * HOUR)
    assert (found.found, found.refused.code, found.running) == (None, "appeal_open", appeal)


def test_a_restriction_that_a_clock_made_can_be_appealed_and_anybody_may_decide():
    world = a_world()
    case = silently_down(world)
    appeal = appeal_of(case, at=LATER)
    assert appeal_selectors.deciders(appeal) == set()
    assert answers(appeal, True, world.rana, at=LATER).made == case.seq + 1
