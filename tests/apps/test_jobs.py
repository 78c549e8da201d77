"""Promises are kept at least once, by one worker at a time, a little later when they fail, and an operator is asked at last."""

import logging
import re
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from countermark.apps.complaints.models import Complaint, LogCheckpoint
from countermark.apps.decisions.models import PendingStep
from countermark.apps.notifications.models import Delivery, Message
from countermark.apps.work import jobs
from countermark.apps.work.models import Job, NumberSeries
from countermark.apps.work.models import Worker as Life
from countermark.apps.work.services import case_now
from countermark.entrypoints.jobs import handlers
from countermark.entrypoints.jobs.worker import Worker
from people import a_complaint, a_notice, a_world, happens
from plugged import offered
from stories.processes import until

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def now():
    return timezone.now()


def kinds():
    return sorted(Job.objects.values_list("kind", flat=True))


# --- the table ------------------------------------------------------------------------------------------------------------


def test_a_promise_is_not_doubled_while_nobody_works_on_it(now):
    jobs.enqueue("tell", "7", run_at=now)
    jobs.enqueue("tell", "7", run_at=now)
    assert Job.objects.count() == 1


def test_what_happens_during_the_work_gets_a_run_of_its_own(now):
    jobs.enqueue("tell", "7", run_at=now)
    (job,) = jobs.take(worker="a", now=now)
    jobs.enqueue("tell", "7", run_at=now)
    jobs.finish(job, worker="a")
    assert Job.objects.count() == 1


def test_a_worker_that_died_leaves_a_lease_that_ends(now):
    jobs.enqueue("tell", "7", run_at=now)
    (first,) = jobs.take(worker="a", now=now)
    assert jobs.take(worker="b", now=now + jobs.LEASE) == []
    (again,) = jobs.take(worker="b", now=now + jobs.LEASE + SECOND)
    assert (again.pk, again.attempts) == (first.pk, 2)
    assert not jobs.beat(first, worker="a", now=now + jobs.LEASE + SECOND), "the lease is lost"
    jobs.finish(first, worker="a")
    assert Job.objects.count() == 1, "who lost the lease ends nothing"


def test_a_failed_run_waits_a_little_longer_each_time_and_after_three_days_an_operator_is_asked(now):
    jobs.enqueue("tell", "7", run_at=now)
    at, waited = now, []
    for _ in range(100):
        (job,) = jobs.take(worker="a", now=at) or (None,)
        if job is None:
            break
        jobs.put_back(job, worker="a", now=at, error="ValueError: no")
        job.refresh_from_db()
        waited.append((job.run_at - at).total_seconds())
        at = max(at, job.run_at)
        if job.failed_at:
            break
    assert waited[:9] == [1, 2, 4, 8, 15, 30, 60, 120, 600]
    assert timedelta(days=3) < at - now < timedelta(days=3, hours=2)
    assert (job.failed_at, job.last_error) == (at, "ValueError: no")
    assert jobs.take(worker="a", now=at + timedelta(days=9)) == []


def test_a_promise_made_again_meanwhile_replaces_the_failed_run(now):
    jobs.enqueue("tell", "7", run_at=now)
    (job,) = jobs.take(worker="a", now=now)
    jobs.enqueue("tell", "7", run_at=now)
    jobs.put_back(job, worker="a", now=now, error="no")
    assert Job.objects.get().last_error == ""


def test_nobody_is_asked_before_the_time_they_named(now):
    jobs.enqueue("enforce", "7", run_at=now)
    (job,) = jobs.take(worker="a", now=now)
    jobs.put_back(job, worker="a", now=now, error="busy", after=timedelta(minutes=10))
    assert Job.objects.get().run_at == now + timedelta(minutes=10)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_hold_one_job(now):
    for n in range(40):
        jobs.enqueue("tell", str(n), run_at=now)
    taken, together = [], threading.Barrier(4)

    def run(name):
        together.wait(60)
        while found := jobs.take(worker=name, now=now, limit=3):
            taken.extend(job.key for job in found)
        connection.close()

    threads = [threading.Thread(target=run, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken, key=int) == [str(n) for n in range(40)]


@pytest.mark.django_db(transaction=True)
def test_what_is_promised_again_is_kept_only_by_a_worker_who_can_see_what_it_is_about(now):
    jobs.enqueue("tell", "7", run_at=now)
    seen = []

    def run():
        taken = until(lambda: jobs.take(worker="a", now=now))
        seen.extend((job.key, NumberSeries.objects.filter(series="happened").exists()) for job in taken)
        connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        NumberSeries.objects.create(series="happened")
        jobs.enqueue("tell", "7", run_at=now)
        thread.start()
        thread.join(0.5)  # long enough to take it, were it free
    thread.join()
    assert seen == [("7", True)]


@pytest.mark.django_db(transaction=True)
def test_what_is_promised_while_the_promise_before_is_being_taken_gets_a_run_of_its_own(now):
    jobs.enqueue("tell", "7", run_at=now)
    taken = threading.Event()

    def run():
        with transaction.atomic():
            jobs.take(worker="a", now=now)
            taken.set()
            time.sleep(0.3)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    taken.wait(60)
    jobs.enqueue("tell", "7", run_at=now)
    thread.join()
    assert sorted(Job.objects.values_list("leased_by", flat=True)) == ["", "a"]


# --- the worker -----------------------------------------------------------------------------------------------------------


def test_one_turn_of_the_worker_carries_a_notice_as_far_as_it_goes(post):
    world = a_world()
    notice = a_notice(world, lines=2, at=case_now())
    Worker("w").once()
    assert [letter.to for letter in post.outbox] == [world.halden.contact_email, world.ines.email]
    for case in notice.complaints.all():
        happens(case, "accepted", "reviewer", case_now())
    Worker("w").once()
    assert len(post.to(world.mei.email)) == 1
    assert not Complaint.objects.filter(awaits_service=True).exists()
    assert set(kinds()) == {"checkpoint", "rounds", "seller_links"}


def test_silence_is_recorded_told_and_carried_out_by_the_worker(post, shop, monkeypatch):
    world = a_world(connector="rest")
    case = happens(a_complaint(world, at=case_now()), "accepted", "reviewer", case_now())
    shop.put(an_offer(case))
    Worker("w").once()
    case.refresh_from_db()
    for place in ("worker", "handlers"):
        monkeypatch.setattr(f"countermark.entrypoints.jobs.{place}.case_time", lambda real: case.due_at + SECOND)
    Worker("w").once()
    case.refresh_from_db()
    case.listing.refresh_from_db()
    assert (case.state, case.listing.shop_state) == ("removed", "removed")
    assert "listing comes down" in post.to(world.mei.email)[-1].text


def an_offer(case):
    return offered(case.listing.item_id)


def test_a_reviewers_step_goes_out_when_its_seconds_are_over(post):
    world = a_world()
    case = a_complaint(world, at=case_now())
    step = PendingStep.objects.create(
        complaint=case,
        reviewer=world.rana,
        event="accepted",
        seq=0,
        made_at=timezone.now(),
        goes_at=timezone.now() + timedelta(hours=1),
    )
    Worker("w").once()
    assert PendingStep.objects.exists()
    PendingStep.objects.filter(pk=step.pk).update(goes_at=timezone.now() - SECOND)
    Worker("w").once()
    case.refresh_from_db()
    assert (case.state, PendingStep.objects.exists()) == ("awaiting_seller", False)


def test_reminders_go_out_with_the_clock(post, monkeypatch):
    world = a_world()
    case = happens(a_complaint(world, at=case_now()), "accepted", "reviewer", case_now())
    Worker("w").once()
    case.refresh_from_db()
    for place in ("worker", "handlers"):
        monkeypatch.setattr(f"countermark.entrypoints.jobs.{place}.case_time", lambda real: case.remind_at + SECOND)
    Worker("w").once()
    assert [letter.subject.split(":")[0] for letter in post.to(world.mei.email)][-1] == "Reminder"


def test_a_job_that_breaks_is_put_back_with_what_broke_and_stops_no_other(post, monkeypatch, caplog):
    def breaks(job, now):
        raise ValueError("the cat sat\non the keyboard")

    monkeypatch.setattr("countermark.entrypoints.jobs.worker.HANDLERS", {**handlers.HANDLERS, "enforce": breaks})
    jobs.enqueue("enforce", "1", run_at=timezone.now() - SECOND)
    jobs.enqueue("nobody_knows", "1", run_at=timezone.now() - SECOND)
    notice = a_notice(a_world(), at=case_now())
    with caplog.at_level(logging.INFO, "countermark.jobs"):
        Worker("w").once()
    assert Message.objects.filter(notice=notice).exists()
    assert Job.objects.get(kind="enforce").last_error.startswith("ValueError: the cat sat")
    assert "nobody_knows" in Job.objects.get(kind="nobody_knows").last_error
    assert "job.failed kind=enforce key=1 attempts=1" in caplog.text
    assert f"job.done kind=tell key={notice.pk}" in caplog.text


def test_the_log_is_numbered_and_signed_and_promised_again(post):
    a_notice(a_world(), at=case_now())
    Worker("w").once()
    assert LogCheckpoint.objects.get().size == 1
    promised = Job.objects.get(kind="checkpoint")
    assert promised.run_at > timezone.now() + timedelta(seconds=50)
    handlers.promise_standing_jobs(now=timezone.now())
    assert kinds() == ["checkpoint", "rounds", "seller_links"]


def test_the_reference_names_every_kind_of_job():
    page = Path(__file__).parents[2] / "docs" / "reference" / "worker.md"
    named = re.findall(r"^\| `(\w+)` \|", page.read_text("utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(handlers.HANDLERS)


def test_listings_of_open_cases_are_looked_at(post, shop):
    world = a_world(connector="rest")
    case = a_complaint(world, at=case_now())
    shop.put(an_offer(case))
    Worker("w").once()
    assert ("state", case.listing.item_id, "") in shop.calls
    assert set(kinds()) == {"checkpoint", "rounds", "seller_links"}


@pytest.mark.django_db(transaction=True)
def test_a_worker_with_threads_shows_that_it_lives_and_ends_with_the_job_in_hand_done(post):
    notice = a_notice(a_world(), at=case_now())
    worker = Worker("w", threads=3)
    seen = []

    def watch():
        for _ in range(1_200):  # a minute: the machine may be busy
            if Delivery.objects.exclude(delivered_at=None).count() == 2:
                seen.append(Life.objects.filter(name="w").exists())
                break
            threading.Event().wait(0.05)
        connection.close()
        worker.stop()

    watcher = threading.Thread(target=watch)
    watcher.start()
    worker.run()
    watcher.join()
    assert seen == [True]
    assert Message.objects.filter(notice=notice).count() == 1
    assert not Job.objects.exclude(leased_until=None).exists()
    assert not Life.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_long_job_keeps_its_lease(post, monkeypatch):
    jobs.enqueue("tell", "1", run_at=timezone.now() - SECOND)
    leases = []

    def takes_long(job, now):
        for _ in range(40):
            threading.Event().wait(0.05)
            leases.append(Job.objects.get(pk=job.pk).leased_until)
        worker.stop()

    monkeypatch.setattr("countermark.entrypoints.jobs.worker.HANDLERS", {**handlers.HANDLERS, "tell": takes_long})
    monkeypatch.setattr("countermark.entrypoints.jobs.worker.BEAT", timedelta(seconds=0.2))
    worker = Worker("w", threads=1)
    worker.run()
    assert leases[-1] > leases[0]
    assert not Job.objects.filter(kind="tell").exists()
