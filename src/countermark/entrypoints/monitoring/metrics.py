"""How much waits, how old is the oldest of it, and what fails? Figures for Prometheus, read from the database when asked for.

Every process answers the same, because nothing is counted in memory but the requests of the process itself. A fixed number of
queries, whatever there is. Names are in docs/reference/metrics.md, and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Count, Min, Q, QuerySet
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST as MEDIA_TYPE

from countermark import __version__
from countermark.apps.complaints.log_checks import last_check
from countermark.apps.complaints.models import Complaint, ComplaintEvent, LogLeaf
from countermark.apps.enforcement.models import Measure
from countermark.apps.enforcement.selectors import not_confirmed
from countermark.apps.notifications.models import Delivery
from countermark.apps.notifications.selectors import failed_deliveries, not_served
from countermark.apps.screening import index
from countermark.apps.screening.models import Finding
from countermark.apps.webhooks.models import ACTIVE, STOPPED, WAITING, Dispatch, Endpoint
from countermark.apps.work.jobs import LEASE
from countermark.apps.work.models import Job, Worker
from countermark.apps.work.services import case_time
from countermark.entrypoints.monitoring import readiness, traffic

__all__ = ["MEDIA_TYPE", "Figures", "text"]
Found = Iterator[Metric]


def text(now: datetime) -> bytes:
    """Everything as it stands at `now` (real time), in the text form of Prometheus."""
    registry = CollectorRegistry()
    registry.register(Figures(now))
    return generate_latest(registry) + generate_latest(traffic.registry)


class Figures:
    """The figures of one instant. While the database does not answer, those that need it are missing and one says so."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.at = now

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Found:
        parts = readiness.parts(self.now)
        yield _one("info", "The version that answers.", [({"version": __version__}, 1)])
        yield _one("check_ok", "1 when a check of /readyz is well.", [({"check": p.name}, p.ok) for p in parts])
        free = [({"folder": p.name}, p.data["free_mb"] * 1e6) for p in parts if "free_mb" in p.data]
        yield _one("disk_free_bytes", "Room on the disk of a folder.", free)
        answers = all(part.ok for part in parts if part.name in ("database", "migrations"))
        try:
            found = list(self._of_the_database()) if answers else []
        except DatabaseError:
            answers, found = False, []
        yield _one("database_up", "1 when the database answered for the figures below.", [({}, answers)])
        yield from found

    def _of_the_database(self) -> Found:
        self.at = case_time(self.now)
        groups: tuple[Callable[[], Found], ...] = (
            self._clocks, self._jobs, self._measures, self._deliveries, self._webhooks, self._log, self._workers,
            self._screening,
        )  # fmt: skip
        for group in groups:
            yield from group()

    def _clocks(self) -> Found:
        due = Complaint.objects.filter(due_at__lte=self.at, escalated=False)
        yield from self._waiting("due", "cases whose clock ran out and that nobody moved yet", due, "due_at", self.at)
        late = Complaint.objects.filter(escalated=True)
        yield from self._waiting("late", "cases in which the platform itself is late", late, "due_at", self.at)
        unserved = [one for one in not_served(at=self.at) if one.is_late]
        age = max((_age(self.at, one.complaint.at) for one in unserved), default=0.0)
        yield _one(
            "unserved", "Cases whose party was not told within a working day (500 at most).", [({}, len(unserved))]
        )
        yield _one("unserved_oldest_seconds", "How long the oldest of them waits.", [({}, age)])

    def _jobs(self) -> Found:
        now, free = self.now, Q(leased_until=None) | Q(leased_until__lt=self.now)
        kinds = Job.objects.order_by("kind").values("kind")
        rows = list(
            kinds.annotate(
                waiting=Count("pk", filter=Q(failed_at=None, run_at__lte=now) & free),
                running=Count("pk", filter=Q(failed_at=None, leased_until__gte=now)),
                later=Count("pk", filter=Q(failed_at=None, run_at__gt=now) & free),
                failed=Count("pk", filter=~Q(failed_at=None)),
                oldest=Min("run_at", filter=Q(failed_at=None, run_at__lte=now) & free),
            )
        )
        counts = [
            ({"kind": row["kind"], "state": state}, row[state])
            for row in rows
            for state in ("waiting", "running", "later", "failed")
        ]
        yield _one("jobs", "Jobs by kind and state.", counts)
        ages = [({"kind": row["kind"]}, _age(now, row["oldest"])) for row in rows]
        yield _one("jobs_oldest_seconds", "How long the oldest job of a kind waits to be taken.", ages)

    def _measures(self) -> Found:
        place = "listing__marketplace__slug"
        waiting = not_confirmed(at=self.at).order_by(place).values_list(place).annotate(Count("pk"), Min("asked_at"))
        rows = list(waiting)
        counts = [({"marketplace": slug}, count) for slug, count, _ in rows]
        yield _one("measures_unconfirmed", "Measures a marketplace did not confirm within an hour.", counts)
        ages = [({"marketplace": slug}, _age(self.at, oldest)) for slug, _, oldest in rows]
        yield _one("measures_unconfirmed_oldest_seconds", "How long the oldest of them waits.", ages)
        by_hand = Measure.objects.filter(confirmed_at=None, superseded=False, by_hand=True).count()
        yield _one("measures_by_hand", "Measures an operator has to do.", [({}, by_hand)])

    def _deliveries(self) -> Found:
        open_ones = Delivery.objects.filter(delivered_at=None, failed_at=None)
        yield from self._waiting(
            "deliveries_waiting", "letters on their way", open_ones, "message__created_at", self.at
        )
        yield _one(
            "deliveries_failed", "Letters that came back for good, not mended yet.", [({}, failed_deliveries().count())]
        )

    def _webhooks(self) -> Found:
        states = dict(Endpoint.objects.values_list("state").annotate(Count("pk")).order_by())
        counts = [({"state": state}, states.get(state, 0)) for state in (ACTIVE, STOPPED)]
        yield _one("webhook_endpoints", "Endpoints by state; stopped is an operator's task.", counts)
        waiting = Dispatch.objects.filter(state=WAITING, endpoint__state=ACTIVE)
        yield from self._waiting(
            "webhooks_waiting", "events on their way to an endpoint", waiting, "created_at", self.now
        )

    def _log(self) -> Found:
        bare = ComplaintEvent.objects.count() - LogLeaf.objects.count()
        yield _one("log_events_without_leaf", "Events that have no place in the signed log yet.", [({}, max(0, bare))])
        check = last_check()
        faults = check.fault_count if check and check.done_at else 0
        yield _one("log_faults", "Faults the last check of the whole log found.", [({}, faults)])

    def _workers(self) -> Found:
        alive = Worker.objects.filter(beat_at__gte=self.now - LEASE).count()
        yield _one("workers_alive", "Workers with a sign of life within a lease.", [({}, alive)])

    def _screening(self) -> Found:
        lately = Finding.objects.filter(at__gt=self.at - timedelta(days=1), at__lte=self.at).order_by()
        rows = lately.values_list("verdict", "mode").annotate(Count("pk"))
        counts = [({"verdict": verdict, "mode": mode}, count) for verdict, mode, count in rows]
        yield _one("findings_of_a_day", "What screening found in the last day, by verdict and mode.", counts)
        waiting = Finding.objects.filter(state="waiting")
        yield from self._waiting("findings_waiting", "findings that wait for a person", waiting, "at", self.at)
        behind = max(0, index.wanted() - index.read_served(index.folder()).after)
        yield _one("screening_index_behind", "Steps the index of pictures on this machine is behind.", [({}, behind)])

    @staticmethod
    def _waiting(name: str, what: str, rows: QuerySet, column: str, then: datetime) -> Found:
        found = rows.order_by().aggregate(count=Count("pk"), oldest=Min(column))
        yield _one(name, f"{what[0].upper()}{what[1:]}.", [({}, found["count"])])
        yield _one(f"{name}_oldest_seconds", "How long the oldest of them waits.", [({}, _age(then, found["oldest"]))])


def _one(name: str, what: str, values: Iterable[tuple[dict[str, str], float]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"countermark_{name}", what)
    for labels, value in values:
        family.add_sample(f"countermark_{name}", labels, float(value))
    return family


def _age(then: datetime, since: datetime | None) -> float:
    return max(0.0, (then - since).total_seconds()) if since else 0.0
