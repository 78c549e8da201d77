"""The worker: does what time has made due, and keeps the promises that lie in the table of jobs.

One thread sees to the clock, the leases and the sign of life; the others take jobs. A worker that is killed loses nothing: its
leases end and another worker takes them. Asked to stop, it finishes the job in hand. Any number of workers may run.
"""

import logging
import os
import secrets
import socket
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import close_old_connections, connection
from django.db.models import Q

from countermark.apps.keeping import going_on
from countermark.apps.work import jobs, log_context, spans, true_time
from countermark.apps.work.models import Job
from countermark.apps.work.models import Worker as Life
from countermark.apps.work.services import case_time
from countermark.entrypoints.jobs import duties
from countermark.entrypoints.jobs.handlers import HANDLERS, promise_standing_jobs

log = logging.getLogger("countermark.jobs")

IDLE = 0.5  # seconds between looks when there is nothing to do
BEAT = jobs.LEASE / 4
LIFE = timedelta(seconds=5)  # between two signs of life
FORGET = timedelta(days=1)  # a worker without a sign of life for this long is no longer listed
ROUND = 20  # jobs that a worker without threads takes before it looks at the clock again


class Worker:
    """One process. `name` is what operators see; leases carry a mark besides, so that a namesake never shares one."""

    def __init__(self, name: str = "", *, threads: int = 2) -> None:
        self.name = name or f"{socket.gethostname()}-{os.getpid()}"
        self._mark = f"{self.name[:50]}#{secrets.token_hex(4)}"
        self._threads = threads
        self._stop = threading.Event()
        self._in_hand: dict[str, tuple[Job, datetime]] = {}  # holder of the lease -> its job, and when it last beat
        self._lock = threading.Lock()
        self._done = 0
        self._alive_at: datetime | None = None
        self._is_held = False  # the installation was restored, and no operator has released it yet

    def stop(self) -> None:
        """Finish what is in hand and return from `run`."""
        self._stop.set()

    def run(self) -> None:
        """Work until told to stop."""
        self._start()
        takers = [threading.Thread(target=self._take_on, args=(n,), name=f"jobs-{n}") for n in range(self._threads)]
        for taker in takers:
            taker.start()
        while not self._stop.is_set() or any(taker.is_alive() for taker in takers):
            if not self._guarded(self._turn):
                self._rest(takers)
        self._end()

    def _rest(self, takers: Sequence[threading.Thread]) -> None:
        """Wait a little: for work, or, once told to stop, for the jobs in hand."""
        if not self._stop.wait(IDLE):
            return
        for taker in takers:
            taker.join(IDLE)

    def once(self) -> int:
        """Do everything that is due by now, and what follows from it, then return how much that was."""
        self._start()
        total = 0
        while not self._stop.is_set() and (done := self._turn() + self._some_jobs()):
            total += done
        self._end()
        return total

    # --- the clock and the leases -----------------------------------------------------------------------------------

    def _start(self) -> None:
        now = true_time.now()
        promise_standing_jobs(now=now)
        Life.objects.filter(beat_at__lt=now - FORGET).delete()
        Life.objects.update_or_create(name=self.name, defaults={"started_at": now, "beat_at": now, "done": 0})
        log.info("worker.started name=%s threads=%s", self.name, self._threads)
        self._look_whether_held()

    def _look_whether_held(self) -> None:
        held = going_on.is_held()
        if held and not self._is_held:
            log.warning("worker.held name=%s until=`countermark release`", self.name)
        self._is_held = held

    def _turn(self) -> int:
        now = true_time.now()
        self._beat(now)
        self._look_whether_held()
        if self._stop.is_set() or self._is_held:
            return 0
        return duties.run(at=case_time(now), now=now)

    def _beat(self, now: datetime) -> None:
        with self._lock:
            held = [(holder, job) for holder, (job, beaten) in self._in_hand.items() if now - beaten > BEAT]
        for holder, job in held:
            if not jobs.beat(job, worker=holder, now=now):
                log.warning("job.lease_lost kind=%s key=%s", job.kind, job.key)
            with self._lock:
                if holder in self._in_hand:
                    self._in_hand[holder] = (job, now)
        if self._alive_at is None or now - self._alive_at > LIFE:
            true_time.measure()
            doing = ", ".join(sorted(job.kind for job, _ in list(self._in_hand.values())))
            Life.objects.filter(name=self.name).update(beat_at=now, doing=doing[:200], done=self._done)
            self._alive_at = now

    def _end(self) -> None:
        self._guarded(lambda: Life.objects.filter(name=self.name).delete()[0])  # without a database, it ends as well
        log.info("worker.stopped name=%s done=%s", self.name, self._done)

    # --- the jobs ---------------------------------------------------------------------------------------------------

    def _take_on(self, number: int) -> None:
        holder = f"{self._mark}-{number}"
        while not self._stop.is_set():
            if not self._guarded(lambda: self._one_job(holder)):
                self._stop.wait(IDLE)
        connection.close()

    def _some_jobs(self) -> int:
        done = 0
        while done < ROUND and not self._stop.is_set() and self._one_job(self._mark):
            done += 1
        return done

    def _one_job(self, holder: str) -> int:
        """Take a job and bring it to its end or put it back; 0 when there was none."""
        now = true_time.now()
        if self._is_held or not _anything_to_take(now):
            return 0
        for job in jobs.take(worker=holder, now=now):
            with self._lock:
                self._in_hand[holder] = (job, now)
            try:
                _run(job, holder)
                self._done += 1
            finally:
                with self._lock:
                    del self._in_hand[holder]
            return 1
        return 0

    def _guarded(self, work: Callable[[], int]) -> int:
        """Outlive whatever goes wrong around the work: a database that restarts is waited for."""
        try:
            return work()
        except Exception:
            log.exception("worker.trouble name=%s", self.name)
            close_old_connections()
            self._stop.wait(IDLE * 4)
            return 0


def _anything_to_take(now: datetime) -> bool:
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return Job.objects.filter(free, failed_at=None, run_at__lte=now).exists()


def _run(job: Job, holder: str) -> None:
    """Do one job; every line logged meanwhile says which one."""
    with log_context.bound(job=job.pk, kind=job.kind, key=job.key), spans.job(job.kind, attempt=job.attempts):
        _done_or_put_back(job, holder)


def _done_or_put_back(job: Job, holder: str) -> None:
    started = time.monotonic()
    try:
        HANDLERS[job.kind](job, true_time.now())
    except jobs.TryLater as later:
        jobs.put_back(job, worker=holder, now=true_time.now(), error=str(later), after=later.after)
        log.info("job.later kind=%s key=%s attempts=%s why=%s", job.kind, job.key, job.attempts, later)
    except Exception as fault:
        jobs.put_back(job, worker=holder, now=true_time.now(), error=_last_line(fault))
        log.exception("job.failed kind=%s key=%s attempts=%s", job.kind, job.key, job.attempts)
    else:
        jobs.finish(job, worker=holder)
        took = (time.monotonic() - started) * 1000
        log.info("job.done kind=%s key=%s ms=%.0f", job.kind, job.key, took)


def _last_line(fault: Exception) -> str:
    return traceback.format_exception_only(fault)[-1].strip()
