"""Two people in the same second, a double click, a reply one second late, a clock set back: one clear answer, nothing doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from countermark.apps.complaints import log, replies, services
from countermark.apps.complaints.intake import Filing, submit_notice
from countermark.apps.complaints.models import Complaint, CounterNotice, Notice
from countermark.apps.decisions import services as decisions
from countermark.apps.decisions.models import PendingStep
from countermark.core.complaint import BeforeTheLastEvent, NotPermitted
from countermark.core.counter_notice import CounterNotice as Said
from countermark.core.defect import EvidenceFacts
from people import WEDNESDAY, World, a_complaint, a_world, happens, listings_of, said_by

HOUR = timedelta(hours=1)


def told(world: World) -> Complaint:
    case = happens(a_complaint(world), "accepted", "reviewer", WEDNESDAY + HOUR)
    return happens(case, "served", "", WEDNESDAY + 2 * HOUR)


def an_answer(case: Complaint) -> Said:
    return Said(
        ground="bought_from_owner",
        statement="I bought sixty pieces from the owner itself, see the invoice of January.",
        complaints=(case.number,),
        evidence=(EvidenceFacts("invoice", "Invoice.pdf", "1" * 64),),
        facts={"pieces": 60, "purchased_on": "2026-01-10"},
        declarations=frozenset({"truth"}),
        contact={"name": "Mei Lin", "email": "mei@lantern.example"},
    )


def file(world: World, case: Complaint, at: Any, key: str, seq: int | None = None) -> CounterNotice:
    seen = {case.pk: case.seq if seq is None else seq}
    said = an_answer(case)
    return replies.file_counter_notice(
        notice=case.notice, seller=world.mei, said=said, files=(), seen=seen, at=at, key=key
    )


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads of their own, started together; returns what each gave or raised."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(n: int, call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[n] = call()
        except Exception as raised:
            results[n] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return results


@pytest.mark.django_db(transaction=True)
def test_seller_answers_while_the_complainant_withdraws_and_only_one_of_both_happens():
    world = a_world()
    case = told(world)
    at = WEDNESDAY + 3 * HOUR
    seen = {case.pk: case.seq}
    answers = at_once(
        lambda: file(world, case, at, "k1"),
        lambda: replies.answer(holder_id=world.halden.pk, seen=seen, event="withdrawn", at=at),
    )
    refused = [a for a in answers if isinstance(a, Exception)]
    assert [type(a) for a in refused] == [services.StaleCase], answers
    case.refresh_from_db()
    assert case.seq == seen[case.pk] + 1
    assert CounterNotice.objects.count() == (1 if case.state == "countered" else 0)
    assert list(log.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_a_double_click_files_one_counter_notice():
    world = a_world()
    case = told(world)
    answers = at_once(*[lambda: file(world, case, WEDNESDAY + 3 * HOUR, "same key")] * 2)
    filed = [a for a in answers if isinstance(a, CounterNotice)]
    assert filed, answers
    again = file(world, case, WEDNESDAY + 4 * HOUR, "same key")
    assert {a.pk for a in [*filed, again]} == {CounterNotice.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_a_double_click_sends_one_notice():
    world = a_world()
    copies = listings_of(world, 3)
    filing = Filing(said_by(world, copies), "platform", world.market, copies, holder=world.halden, right=world.mark)
    sent = at_once(*[lambda: submit_notice(filing, at=WEDNESDAY, key="draft-1")] * 3)
    assert {type(s) for s in sent} == {Notice}, sent
    assert Notice.objects.count() == 1
    assert Complaint.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_never_hold_one_case():
    world = a_world()
    case = a_complaint(world)
    now = WEDNESDAY
    got = at_once(
        lambda: decisions.claim(complaint_id=case.pk, reviewer=world.rana, now=now),
        lambda: decisions.claim(complaint_id=case.pk, reviewer=world.samir, now=now),
    )
    assert sorted(type(g).__name__ for g in got) == ["Complaint", "HeldByAnother"], got


@pytest.mark.django_db
def test_a_reply_one_second_late_is_refused_and_the_next_chance_still_stands():
    world = a_world()
    case = told(world)
    due = case.due_at
    with pytest.raises(services.StaleCase):
        file(world, case, due + timedelta(seconds=1), "late")
    services.sweep(now=due + timedelta(seconds=1))
    case.refresh_from_db()
    assert (case.state, case.round, CounterNotice.objects.count()) == ("removed", 2, 0)
    file(world, case, due + timedelta(seconds=2), "second chance")
    case.refresh_from_db()
    assert (case.state, case.ask) == ("countered", "remove")


@pytest.mark.django_db
def test_a_reply_one_second_early_counts():
    world = a_world()
    case = told(world)
    file(world, case, case.due_at - timedelta(seconds=1), "early")
    case.refresh_from_db()
    assert case.state == "countered"


@pytest.mark.django_db
def test_an_instant_before_the_last_event_is_refused():
    case = told(a_world())
    with pytest.raises(BeforeTheLastEvent):
        services.act([case.pk], "seller_removed", by="seller", at=WEDNESDAY)


@pytest.mark.django_db
def test_somebody_elses_case_does_not_exist():
    world = a_world()
    case = told(world)
    with pytest.raises(replies.UnknownCase):
        replies.take_down_oneself(seller=world.otto, seen={case.pk: case.seq}, at=WEDNESDAY + 3 * HOUR)
    with pytest.raises(replies.UnknownCase):
        replies.answer(holder_id=0, seen={case.pk: case.seq}, event="withdrawn", at=WEDNESDAY + 3 * HOUR)


@pytest.mark.django_db
def test_a_fourth_chance_is_refused_and_says_what_remains():
    world = a_world()
    case = told(world)
    for _ in range(3):
        services.sweep(now=case.due_at)
        case.refresh_from_db()
        case = happens(case, "served", "", case.at + HOUR) if case.waits_on else case
    assert case.state == "upheld"
    with pytest.raises(NotPermitted) as refused:
        file(world, case, case.at + HOUR, "fourth")
    assert refused.value.permitted == ()


@pytest.mark.django_db
def test_a_step_undone_within_ten_seconds_never_happened():
    world = a_world()
    case = a_complaint(world)
    made = decisions.Made("accepted")
    now = WEDNESDAY
    step = decisions.decide(complaint=case, made=made, seen=case.seq, reviewer=world.rana, at=WEDNESDAY, now=now)
    assert decisions.release_due_steps(now=now + timedelta(seconds=9), at=WEDNESDAY) == 0
    decisions.undo(step_id=step.pk, reviewer=world.rana, now=now + timedelta(seconds=9))
    assert decisions.release_due_steps(now=now + timedelta(seconds=11), at=WEDNESDAY) == 0
    case.refresh_from_db()
    assert (case.state, case.seq, PendingStep.objects.count()) == ("checking", 0, 0)
    step = decisions.decide(complaint=case, made=made, seen=0, reviewer=world.rana, at=WEDNESDAY, now=now)
    assert decisions.release_due_steps(now=now + timedelta(seconds=10), at=WEDNESDAY + HOUR) == 1
    with pytest.raises(decisions.TooLate):
        decisions.undo(step_id=step.pk, reviewer=world.rana, now=now + timedelta(seconds=11))
    case.refresh_from_db()
    assert case.state == "awaiting_seller"
