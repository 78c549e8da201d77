"""Two reviewers never hold one case; a step can be undone for ten seconds; what moved meanwhile is said so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from countermark.apps.complaints import services as cases
from countermark.apps.complaints.models import PartyWord, StatementOfReasons
from countermark.apps.decisions import services
from countermark.apps.decisions.models import Decision, DroppedStep, PendingStep, SeniorRequest
from countermark.apps.decisions.services import (
    DecisionDefective,
    ForASenior,
    HeldByAnother,
    Made,
    StepOnItsWay,
    TooLate,
)
from countermark.apps.decisions.statement import decision_paragraphs
from countermark.apps.parties.models import Person
from countermark.apps.work.models import SealedText
from people import WEDNESDAY, World, a_complaint, a_notice, a_world, happens

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)  # real time
SEEN = "The base of the lamp carries the mark."
UPHELD = Made("decided_for_holder", grounds=("tm_mark_on_goods",), words=SEEN)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def answered(world: World, **what):
    """Mei answered, Ines did not accept it: Rana's turn to decide."""
    case = happens(a_complaint(world, **what), "accepted", "reviewer", WEDNESDAY + hours(1))
    for event, by, later in (
        ("served", "platform", 2),
        ("counter_notice_filed", "seller", 3),
        ("served", "platform", 4),
        ("counter_rejected", "complainant", 5),
    ):
        happens(case, event, by, WEDNESDAY + hours(later))
    return case


def decides(world: World, case, made=UPHELD, *, by=None, seen=None, now=NOW, **more):
    at = WEDNESDAY + hours(6)
    seen = case.seq if seen is None else seen
    return services.decide(complaint=case, made=made, seen=seen, reviewer=by or world.rana, at=at, now=now, **more)


def out(case, *, now=NOW + timedelta(seconds=11)):
    services.release_due_steps(now=now, at=WEDNESDAY + hours(7))
    case.refresh_from_db()
    return case


# --- holding ----------------------------------------------------------------------------------------------------------


def test_two_reviewers_never_hold_one_case():
    world = a_world()
    case = answered(world)
    services.claim(complaint_id=case.pk, reviewer=world.rana, now=NOW)
    with pytest.raises(HeldByAnother) as refused:
        services.claim(complaint_id=case.pk, reviewer=world.samir, now=NOW + hours(1))
    assert (refused.value.holder, refused.value.since) == (world.rana, NOW)
    with pytest.raises(HeldByAnother):
        decides(world, case, by=world.samir)
    assert PendingStep.objects.count() == 0


def test_a_claim_nobody_acts_on_is_open_to_others_after_half_a_working_day():
    world = a_world()
    case = answered(world)
    services.claim(complaint_id=case.pk, reviewer=world.rana, now=NOW)
    with pytest.raises(HeldByAnother):
        services.claim(complaint_id=case.pk, reviewer=world.samir, now=NOW + hours(4))
    later = services.claim(complaint_id=case.pk, reviewer=world.samir, now=NOW + hours(4) + timedelta(seconds=1))
    assert later.claimed_by == world.samir


def test_a_case_let_go_is_free_again():
    world = a_world()
    case = answered(world)
    services.claim(complaint_id=case.pk, reviewer=world.rana, now=NOW)
    services.release(complaint_id=case.pk, reviewer=world.samir)  # not theirs to let go
    with pytest.raises(HeldByAnother):
        services.claim(complaint_id=case.pk, reviewer=world.samir, now=NOW)
    services.release(complaint_id=case.pk, reviewer=world.rana)
    assert services.claim(complaint_id=case.pk, reviewer=world.samir, now=NOW).claimed_by == world.samir


def test_claiming_many_takes_what_is_free_and_says_what_is_not():
    world = a_world()
    notice = a_notice(world, lines=3)
    ids = list(notice.complaints.values_list("pk", flat=True))
    services.claim(complaint_id=ids[0], reviewer=world.samir, now=NOW)
    assert services.claim_many(complaint_ids=ids, reviewer=world.rana, now=NOW) == (2, 1)


def test_a_case_passed_to_a_senior_is_closed_to_everybody_else_until_it_is_decided():
    world = a_world()
    noor = Person.objects.create_user("noor@x.example", name="Noor", is_reviewer=True, is_senior=True)
    case = answered(world)
    with pytest.raises(DecisionDefective):
        services.pass_to_senior(complaint_id=case.pk, reviewer=world.rana, note="hm", now=NOW)
    services.pass_to_senior(complaint_id=case.pk, reviewer=world.rana, note="I know the owner of this shop.", now=NOW)
    for person in (world.rana, world.samir):
        with pytest.raises(ForASenior):
            decides(world, case, by=person)
    decides(world, case, by=noor)
    assert out(case).state == "removed"
    assert not SeniorRequest.objects.exists()


# --- ten seconds ------------------------------------------------------------------------------------------------------


def test_nothing_leaves_for_ten_seconds_and_an_undone_step_never_was():
    world = a_world()
    case = answered(world)
    texts = SealedText.objects.count()
    step = decides(world, case)
    assert services.release_due_steps(now=NOW + timedelta(seconds=9), at=WEDNESDAY + hours(7)) == 0
    services.undo(step_id=step.pk, reviewer=world.rana, now=NOW + timedelta(seconds=9))
    assert out(case).state == "deciding"
    assert SealedText.objects.count() == texts
    assert services.claim(complaint_id=case.pk, reviewer=world.rana, now=NOW).claimed_by == world.rana


def test_after_ten_seconds_a_decision_stands_with_its_grounds_and_its_reasons():
    world = a_world()
    case = answered(world)
    step = decides(world, case, Made("decided_for_holder", ("tm_mark_on_goods",), ("mark_recognisable",), words=SEEN))
    assert out(case).state == "removed"
    with pytest.raises(TooLate):
        services.undo(step_id=step.pk, reviewer=world.rana, now=NOW + timedelta(seconds=11))
    decision = Decision.objects.get(complaint=case)
    assert (decision.verdict, decision.grounds, decision.reviewer) == ("upheld", ["tm_mark_on_goods"], world.rana)
    assert decision.at == WEDNESDAY + hours(6)  # when Rana decided, not when the worker came by
    statement = StatementOfReasons.objects.get(complaint=case)
    assert (statement.cause, statement.grounds) == ("decided_for_holder", ["tm_mark_on_goods"])
    said = dict(decision_paragraphs(decision, case, "seller"))
    assert SEEN in said["Facts"]
    assert "within 7 working days" in said["What you can do"]
    assert case.claimed_by is None


def test_somebody_elses_step_cannot_be_undone():
    world = a_world()
    step = decides(world, answered(world))
    with pytest.raises(TooLate):
        services.undo(step_id=step.pk, reviewer=world.samir, now=NOW)


def test_a_double_click_makes_one_step_and_a_different_one_is_refused():
    world = a_world()
    case = answered(world)
    assert decides(world, case) == decides(world, case)
    with pytest.raises(StepOnItsWay):
        decides(world, case, Made("decided_for_seller", ("licensed",)))
    assert PendingStep.objects.count() == 1


def test_a_stale_page_decides_nothing():
    world = a_world()
    case = answered(world)
    with pytest.raises(cases.StaleCase):
        decides(world, case, seen=case.seq - 1)


def test_a_case_withdrawn_within_the_ten_seconds_stays_withdrawn_and_the_reviewer_is_told():
    world = a_world()
    case = answered(world)
    decides(world, case)
    happens(case, "withdrawn", "complainant", WEDNESDAY + hours(6.5))
    assert out(case).state == "withdrawn"
    assert not Decision.objects.exists()
    assert DroppedStep.objects.get().reviewer == world.rana
    services.read_dropped(reviewer=world.rana, ids=[DroppedStep.objects.get().pk])
    assert not DroppedStep.objects.exists()


def test_our_own_lateness_within_the_ten_seconds_drops_nothing():
    world = a_world()
    case = answered(world)  # 5 working days from Wed 25 Feb, Sat 28 a make-up day: until Tue 3 Mar, 24:00
    last = case.due_at - timedelta(seconds=3)
    services.decide(complaint=case, made=UPHELD, seen=case.seq, reviewer=world.rana, at=last, now=NOW)
    cases.sweep(now=case.due_at)
    case.refresh_from_db()
    assert case.escalated
    assert out(case).state == "removed"


# --- what a step needs ------------------------------------------------------------------------------------------------


def test_a_decision_without_grounds_or_words_names_all_that_is_missing_and_sends_nothing():
    world = a_world()
    case = answered(world)
    with pytest.raises(DecisionDefective) as refused:
        decides(world, case, Made("decided_for_holder"))
    assert [defect.code for defect in refused.value.defects] == ["grounds_missing"]
    with pytest.raises(DecisionDefective) as refused:
        decides(world, case, Made("decided_for_holder", ("tm_mark_on_goods",)))
    assert [defect.code for defect in refused.value.defects] == ["facts_missing"]
    assert out(case).state == "deciding"


def test_a_check_that_is_not_ticked_warns_and_does_not_block():
    world = a_world()
    assert decides(world, answered(world), Made("decided_for_holder", ("tm_mark_on_goods",), (), words=SEEN))


def test_a_complaint_not_upheld_keeps_the_listing_up_and_restricts_nothing():
    world = a_world()
    case = answered(world)
    decides(world, case, Made("decided_for_seller", ("licensed",)))
    assert out(case).outcome == "not_upheld"
    assert not StatementOfReasons.objects.exists()
    said = dict(decision_paragraphs(Decision.objects.get(), case, "complainant"))
    assert said["What we do"].endswith("on Harbour Market stays up.")


def test_a_notice_accepted_under_the_dmca_takes_the_listing_down_with_its_reasons():
    world = a_world(territory="US", offered_in=["US"], calendar="US-federal", zone="America/New_York")
    case = a_complaint(world, pack="us-dmca-512")
    decides(world, case, Made("accepted"))
    assert out(case).ask == "remove"
    assert StatementOfReasons.objects.get(complaint=case).grounds == ["notice_sufficient"]


def test_a_notice_sent_back_says_why_and_reaches_no_seller():
    world = a_world()
    case = a_complaint(world)
    decides(world, case, Made("returned", ("rt_evidence",), words="The second photograph cannot be opened."))
    assert out(case).state == "returned"
    assert PartyWord.objects.get(complaint=case).codes == ["rt_evidence"]


def test_a_declaration_sent_back_says_what_is_missing():
    world = a_world(territory="CN", offered_in=["CN"])
    case = happens(
        a_complaint(world, pack="cn-ecommerce-law"), "accepted", "reviewer", WEDNESDAY + hours(1), reasons=why()
    )
    happens(case, "counter_notice_filed", "seller", WEDNESDAY + hours(2))
    with pytest.raises(DecisionDefective):
        decides(world, case, Made("declaration_returned"))
    decides(world, case, Made("declaration_returned", words="The request to end the measures is missing."))
    assert out(case).state == "removed"


def why():
    return cases.Reasons(("notice_sufficient",))


def test_one_step_for_all_lines_of_a_notice_that_wait_for_the_same_check_and_one_undo():
    world = a_world()
    first, second, third, fourth = a_notice(world, lines=4).complaints.order_by("line")
    services.claim(complaint_id=fourth.pk, reviewer=world.samir, now=NOW)  # his: it is left alone
    step = decides(world, first, Made("accepted"), and_alike=True)
    assert set(PendingStep.objects.values_list("complaint_id", flat=True)) == {first.pk, second.pk, third.pk}
    services.undo(step_id=step.pk, reviewer=world.rana, now=NOW)
    assert not PendingStep.objects.exists()
    decides(world, first, Made("accepted"), and_alike=True)
    assert [out(case).state for case in (first, second, third, fourth)] == [*["awaiting_seller"] * 3, "checking"]


def test_a_decision_on_one_line_never_decides_another():
    world = a_world()
    notice = a_notice(world, lines=2)
    for case in notice.complaints.all():
        for event, by in (("accepted", "reviewer"), ("served", "platform"), ("counter_notice_filed", "seller")):
            happens(case, event, by, WEDNESDAY + hours(1))
        happens(case, "counter_rejected", "complainant", WEDNESDAY + hours(2))
    first, second = notice.complaints.order_by("line")
    decides(world, first, and_alike=True)
    assert (out(first).state, out(second).state) == ("removed", "deciding")
