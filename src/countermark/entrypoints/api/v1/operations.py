"""What runs and what is stuck: the desk's home in figures, the table of work, who looked at what."""

from datetime import timedelta
from typing import Any, Literal

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import OPERATOR
from countermark.apps.complaints.log_checks import last_check
from countermark.apps.complaints.models import Complaint, ComplaintEvent, LogLeaf
from countermark.apps.complaints.recount import provisional
from countermark.apps.enforcement import selectors as enforced
from countermark.apps.notifications.selectors import failed_deliveries, not_served
from countermark.apps.orders import appeals
from countermark.apps.orders.letters import not_arrived
from countermark.apps.orders.models import Order
from countermark.apps.parties.looks import looks
from countermark.apps.webhooks.selectors import failing_endpoints, stopped_endpoints
from countermark.apps.work import jobs as queue
from countermark.apps.work import true_time
from countermark.apps.work.models import Job, Worker
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import only_here, whole_desk
from countermark.entrypoints.api.problems import Refused
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown

router = ApiRouter(tags=["operations"])
OLD_CHECK = timedelta(days=7)


class WorkerShown(Shown):
    """A worker of the last day and its last sign of life."""

    name: str
    is_alive: bool
    beat_at: Instant
    done: int
    doing: str


class Operations(Shown):
    """Everything at a glance. With a key narrowed to one marketplace, of that one alone; `platform` is then null."""

    late_cases: int = Field(description="The platform itself is late; nobody loses by it.")
    unserved_cases: int = Field(
        description="Their clock waits for a letter that has not arrived; at most 500 are counted."
    )
    letters_came_back: int
    order_letters_came_back: int
    order_appeals_waiting: int = Field(description="Appeals of sellers against our own decisions.")
    measures_by_hand: int
    measures_unconfirmed: int = Field(description="For more than an hour.")
    shop_measures_open: int
    orders_in_force: int
    platform: "Platform | None"


class Platform(Shown):
    """What concerns all marketplaces."""

    workers: list[WorkerShown]
    jobs_failed: int
    jobs_waiting: int
    jobs_oldest: Instant | None = Field(description="Since when the job waits that waits longest.")
    events: int
    events_not_numbered: int
    log_checked_at: Instant | None
    log_faults: int | None = Field(description="null: nobody has checked the log yet.")
    log_check_is_old: bool
    provisional_due_dates: int = Field(description="Due dates that rest on days nobody has announced yet.")
    webhooks_stopped: int
    webhooks_failing: int


Operations.model_rebuild()


@router.get("/operations", response=Operations)
@api_door(roles=(OPERATOR,), scope="operations:read", example=Example("operator"))
def read_operations(request: HttpRequest) -> dict[str, Any]:
    """Read what the operator's home says: what is stuck, who works, what must always hold."""
    at = request.at
    of_case, of_listing = only_here(request, "notice__marketplace"), only_here(request, "listing__marketplace")
    narrowed = caller_of(request).marketplace
    unserved = [one for one in not_served(at=at) if narrowed in (None, one.complaint.notice.marketplace)]
    return {
        "late_cases": Complaint.objects.filter(escalated=True, **of_case).count(),
        "unserved_cases": len(unserved),
        "letters_came_back": failed_deliveries().filter(**only_here(request, "message__notice__marketplace")).count(),
        "order_letters_came_back": not_arrived().filter(**only_here(request, "order__marketplace")).count(),
        "order_appeals_waiting": appeals.waiting().filter(**only_here(request, "order__marketplace")).count(),
        "measures_by_hand": enforced.to_do_by_hand().filter(**of_listing).count(),
        "measures_unconfirmed": enforced.not_confirmed(at=at).filter(**of_listing).count(),
        "shop_measures_open": enforced.open_shop_measures().filter(**only_here(request, "seller__marketplace")).count(),
        "orders_in_force": Order.objects.filter(state="in_force", **only_here(request, "marketplace")).count(),
        "platform": None if narrowed else _platform(),
    }


def _platform() -> dict[str, Any]:
    now, check = true_time.now(), last_check()
    done_at = check.done_at if check else None
    waiting = Job.objects.filter(_in("waiting", now))
    return {
        "workers": [_worker(row, now) for row in Worker.objects.order_by("name")],
        "jobs_failed": Job.objects.filter(_in("failed", now)).count(),
        "jobs_waiting": waiting.count(),
        "jobs_oldest": waiting.order_by("run_at").values_list("run_at", flat=True).first(),
        "events": ComplaintEvent.objects.count(),
        "events_not_numbered": ComplaintEvent.objects.count() - LogLeaf.objects.count(),
        "log_checked_at": done_at,
        "log_faults": check.fault_count if check else None,
        "log_check_is_old": done_at is None or done_at < now - OLD_CHECK,
        "provisional_due_dates": sum(len(numbers) for numbers in provisional().values()),
        "webhooks_stopped": stopped_endpoints().count(),
        "webhooks_failing": failing_endpoints().count(),
    }


def _worker(row: Worker, now: Any) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in ("name", "beat_at", "done", "doing")}
    return {**same, "is_alive": row.beat_at >= now - queue.LEASE}


# --- the table of work ----------------------------------------------------------------------------------------------------


class JobShown(Shown):
    """A promise of work. What is done is deleted."""

    id: int
    kind: str
    key: str
    state: Literal["failed", "running", "waiting", "later"]
    run_at: Instant
    attempts: int
    failed_at: Instant | None
    error: str
    progress: str


class JobsAsked(Asked):
    """How the list is narrowed."""

    state: Literal["", "failed", "running", "waiting", "later"] = ""
    kind: Line = ""


def _in(state: str, now: Any) -> Q:
    """Jobs in this state at `now` (real time)."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return {
        "failed": ~Q(failed_at=None),
        "running": Q(failed_at=None, leased_until__gte=now),
        "waiting": Q(failed_at=None, run_at__lte=now) & free,
        "later": Q(failed_at=None, run_at__gt=now) & free,
    }.get(state, Q())


@router.get("/jobs", response=Page[JobShown])
@api_door(
    roles=(OPERATOR,),
    scope="operations:read",
    problems=("cursor_unknown", "key_is_narrowed"),
    example=Example("operator", query={"state": "failed"}),
)
def list_jobs(request: HttpRequest, asked: Query[JobsAsked]) -> dict[str, Any]:
    """List the work that waits, runs or was given up."""
    whole_desk(request)
    now = true_time.now()
    rows = Job.objects.filter(_in(asked.state, now))
    rows = rows.filter(kind=asked.kind) if asked.kind else rows
    return page_of(request, rows, asked, order=("run_at", "pk"), show=lambda piece: [_job(each, now) for each in piece])


@router.post("/jobs/{id}/retry", response=JobShown)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("key_is_narrowed", "job_not_failed"),
    example=Example("operator", path={"id": "710001"}),
)
def retry_job(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Try a job that was given up once more, now."""
    whole_desk(request)
    job = get_object_or_404(Job, pk=id)
    if job.failed_at is None:
        raise Refused("job_not_failed")
    queue.retry(job, now=true_time.now())
    job.refresh_from_db()
    return _job(job, true_time.now())


def _job(row: Job, now: Any) -> dict[str, Any]:
    running = row.leased_until is not None and row.leased_until >= now
    state = "failed" if row.failed_at else "running" if running else "later" if row.run_at > now else "waiting"
    same = {name: getattr(row, name) for name in ("kind", "key", "run_at", "attempts", "failed_at", "progress")}
    return {**same, "id": row.pk, "state": state, "error": row.last_error}


# --- who looked -----------------------------------------------------------------------------------------------------------


class LookShown(Shown):
    """Somebody of the desk, or an auditor, was shown something about a party."""

    at: Instant
    person: int
    name: str
    role: str
    what: str
    key: str
    request_id: str


class LooksAsked(Asked):
    """How the list is narrowed."""

    person: Id | None = None
    what: Line = ""
    q: Line = Field("", description="The number of what was shown, the name of whoever looked, or a request id.")


@router.get("/looks", response=Page[LookShown])
@api_door(
    roles=(OPERATOR,),
    scope="operations:read",
    problems=("cursor_unknown", "key_is_narrowed"),
    example=Example("operator", query={"what": "case"}),
)
def list_looks(request: HttpRequest, asked: Query[LooksAsked]) -> dict[str, Any]:
    """List who looked at what, newest first."""
    whole_desk(request)
    rows = looks(of=asked.person, what=asked.what, q=asked.q)
    return page_of(request, rows, asked, order=("-at", "-pk"), show=lambda piece: [_look(each) for each in piece])


def _look(row: Any) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in ("at", "role", "what", "key", "request_id")}
    return {**same, "person": row.person_id, "name": str(row.person)}
