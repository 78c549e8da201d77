"""What must always hold: the log, the calendars, the database, the queue of work?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext

from countermark.apps.complaints.log_checks import LogStanding, standing_asked, standing_in
from countermark.apps.complaints.recount import certain_before
from countermark.apps.notifications.models import Delivery
from countermark.apps.screening import index
from countermark.apps.screening.models import Change
from countermark.apps.webhooks.models import CLOSED, STOPPED, Endpoint
from countermark.apps.webhooks.selectors import failing_endpoints
from countermark.apps.work import moments
from countermark.apps.work.counts import number_of
from countermark.apps.work.models import Job
from countermark.apps.work.services import calendar_in_force
from countermark.entrypoints.monitoring import readiness

SLOW_QUEUE = timedelta(minutes=1)
TRIES = 3  # of one letter, before it is called slow: the third is half a minute after the first (apps/work/jobs.py)
CHECKED_WITHIN = timedelta(days=7)
Found = Mapping[str, Sequence[Any]]  # rows by the name of their query


@dataclass(frozen=True)
class Check:
    """One thing that is looked at all the time: tag (tone, icon, word), what was found, perhaps what to do."""

    name: str
    tone: str
    icon: str
    word: str
    text: str
    url: str = ""
    link: str = ""


def asked(now: datetime) -> dict[str, QuerySet[Any]]:
    """The short queries of the checks at `now` (real time), for `work.counts.together`."""
    waiting = Delivery.objects.filter(delivered_at=None, failed_at=None)
    due = Job.objects.filter(failed_at=None, leased_until=None, run_at__lte=now)
    return {
        **standing_asked(),
        "letters": number_of(waiting, tried=Max("attempts")),
        "endpoints": Endpoint.objects.exclude(state=CLOSED).order_by().values("state").annotate(n=Count("pk")),
        "failing": number_of(failing_endpoints()),
        "queue": number_of(due, oldest=Min("run_at")),
        "changes": number_of(Change.objects.all(), newest=Max("pk")),
    }


def standing(found: Found, now: datetime, resting: Mapping[str, Sequence[str]]) -> Iterator[Check]:
    """Every check, from the rows of `asked` and the cases whose due date is provisional (`recount.provisional`)."""
    yield log(standing_in(found), now)
    yield from _calendars(resting)
    yield _database()
    yield from _disks()
    yield _keys()
    yield _letters(found)
    yield _webhooks(found)
    yield _queue(found, now)
    yield from _screening(found)


def log(log: LogStanding, now: datetime) -> Check:
    """The log: what the last check of it found."""
    check, page, name = log.last, reverse("operator:log"), gettext("Log")
    signed = gettext("signed up to event %(size)s") % {"size": log.signed} if log.signed else gettext("not signed yet")
    words = {"events": log.events, "signed": signed}
    if check is None:
        text = gettext("%(events)s events, %(signed)s. Nobody has checked it here yet.") % words
        word = gettext("Being checked") if log.waiting else gettext("Not checked")
        return Check(name, "wait", "shield", word, text, page, gettext("Check it"))
    words["when"] = moments.moment(check.done_at)
    if check.fault_count:
        count = {"n": check.fault_count, "when": words["when"]}
        text = ngettext("%(n)s fault found %(when)s.", "%(n)s faults found %(when)s.", check.fault_count) % count
        return Check(name, "late", "shield-exclamation", gettext("Broken"), text, page, gettext("See the faults"))
    text = gettext("%(events)s events, %(signed)s; checked %(when)s.") % words
    if check.done_at < now - CHECKED_WITHIN:
        return Check(name, "soon", "shield", gettext("Check is old"), text, page, gettext("Check it"))
    return Check(name, "done", "shield-check", gettext("Unbroken"), text, page, gettext("See the log"))


def _calendars(resting: Mapping[str, Sequence[str]]) -> Iterator[Check]:
    name, url = gettext("Calendars"), reverse("operator:calendars")
    if not resting:
        yield Check(
            name,
            "done",
            "check-circle-fill",
            gettext("Certain"),
            gettext("No due date rests on a day that is not announced."),
            url,
            gettext("See the calendars"),
        )
    for calendar_id, numbers in resting.items():
        calendar = calendar_in_force(calendar_id)
        words = {"title": gettext(calendar.title), "day": moments.day(certain_before(calendar)), "n": len(numbers)}
        text = ngettext(
            "%(title)s: what follows from %(day)s on is not published yet; %(n)s due date rests on it.",
            "%(title)s: what follows from %(day)s on is not published yet; %(n)s due dates rest on it.",
            len(numbers),
        )
        load = f"{reverse('operator:load-notice', args=[calendar_id])}"
        yield Check(
            name, "soon", "calendar-x", gettext("Provisional"), text % words, load, gettext("Load the official notice")
        )


def _database() -> Check:
    size = _megabytes()
    words = {"engine": _engine(), "size": f"{size:,.1f}"}
    text = gettext("%(engine)s, %(size)s MB.") % words
    return Check(gettext("Database"), "done", "check-circle-fill", gettext("Well"), text)


def _disks() -> Iterator[Check]:
    """The folders we write to: the same look as /readyz, in words."""
    name = gettext("Disk")
    for part in readiness.files():
        said = {"free": f"{part.data.get('free_mb', 0):,}", "least": f"{part.data.get('least_mb', 0):,}"}
        if part.ok and part.name != "files":
            continue  # mostly the same disk
        if part.ok:
            text = gettext("%(free)s MB of room for files.") % said
            yield Check(name, "done", "check-circle-fill", gettext("Well"), text)
        elif "fault" in part.data:
            text = gettext("The folder takes no file (%(fault)s). Uploads are refused until it does.")
            yield Check(name, "late", "x-octagon-fill", gettext("Full"), text % {"fault": part.data["fault"]})
        else:
            text = gettext("%(free)s MB left, less than %(least)s MB. Make room before uploads are refused.") % said
            yield Check(name, "late", "x-octagon-fill", gettext("Nearly full"), text)


def _keys() -> Check:
    name, part = gettext("Keys"), readiness.sealing()
    if part.ok:
        text = gettext("What is sealed can be opened.")
        return Check(name, "done", "check-circle-fill", gettext("Well"), text)
    text = gettext("SEALING_KEY is another one than what is stored was sealed with. Put the old key back.")
    return Check(name, "late", "x-octagon-fill", gettext("Another key"), text)


def _letters(found: Found) -> Check:
    waiting = next(iter(found["letters"]), None)
    name, url, link = gettext("Letters"), reverse("operator:deliveries"), gettext("See the deliveries")
    if not waiting or not waiting.n:
        return Check(name, "done", "check-circle-fill", gettext("All sent"), gettext("No letter waits."), url, link)
    text = ngettext("%(n)s letter on its way.", "%(n)s letters on their way.", waiting.n) % {"n": waiting.n}
    if waiting.tried > TRIES:
        text += " " + gettext("The mail server put some off %(tries)s times.") % {"tries": waiting.tried}
        return Check(name, "soon", "hourglass-split", gettext("Slow"), text, url, link)
    return Check(name, "done", "check-circle-fill", gettext("Flowing"), text, url, link)


def _webhooks(found: Found) -> Check:
    name, url, link = gettext("Webhooks"), reverse("webhooks:endpoints"), gettext("See the endpoints")
    states = {row.state: row.n for row in found["endpoints"]}
    failing = sum(row.n for row in found["failing"]) + states.get(STOPPED, 0)
    if failing:
        text = ngettext("%(n)s endpoint takes nothing.", "%(n)s endpoints take nothing.", failing) % {"n": failing}
        return Check(name, "soon", "exclamation-triangle-fill", gettext("Failing"), text, url, link)
    count = sum(states.values())
    text = ngettext("%(n)s endpoint is told of every event.", "%(n)s endpoints are told of every event.", count)
    said = text % {"n": count} if count else gettext("Nobody asked to be told.")
    return Check(name, "done", "check-circle-fill", gettext("Well"), said, url, link)


def _engine() -> str:
    if connection.vendor == "postgresql":
        return f"PostgreSQL {str(connection.pg_version)[:-4]}"
    return f"SQLite {'.'.join(map(str, connection.Database.sqlite_version_info))}"


def _megabytes() -> float:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return float(cursor.fetchone()[0]) / 1e6
    file = Path(str(settings.DATABASES["default"]["NAME"]))
    return file.stat().st_size / 1e6 if file.is_file() else 0.0


def _queue(found: Found, now: datetime) -> Check:
    waiting = next(iter(found["queue"]), None)
    name, url, link = pgettext("jobs", "Queue"), reverse("operator:jobs"), gettext("See the jobs")
    if not waiting or not waiting.n:
        return Check(name, "done", "check-circle-fill", gettext("Empty"), gettext("No job waits."), url, link)
    since, count = now - waiting.oldest, waiting.n
    text = ngettext("%(n)s job waits, the oldest for %(s)s s.", "%(n)s jobs wait, the oldest for %(s)s s.", count)
    slow = since > SLOW_QUEUE
    tone, icon = ("soon", "hourglass-split") if slow else ("done", "check-circle-fill")
    word = gettext("Slow") if slow else gettext("Flowing")
    return Check(name, tone, icon, word, text % {"n": count, "s": f"{int(since.total_seconds()):,}"}, url, link)


def _screening(found: Found) -> Iterator[Check]:
    """The index of pictures: whether it serves everything that is looked for. Where nothing is, nothing is said."""
    wanted = next((row.newest for row in found["changes"] if row.newest), 0)
    behind = wanted - index.read_served(index.folder()).after
    name, url, link = gettext("Screening"), reverse("operator:screening"), gettext("See what is screened")
    if not wanted:
        return
    if behind <= 0:
        text = gettext("It serves everything that is looked for.")
        yield Check(name, "done", "check-circle-fill", gettext("Up to date"), text, url, link)
        return
    text = ngettext("It is one step behind.", "It is %(n)s steps behind.", behind) % {"n": behind}
    yield Check(name, "soon", "hourglass-split", pgettext("an index", "Behind"), text, url, link)
