"""What needs the rights holder, by which clock; whose turn the open complaints are; which rights end; what ended lately."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext

from countermark.apps.complaints.drafts import unfinished
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.of_holder import (
    OPEN_TURNS,
    clocks,
    ended_since,
    open_on,
    turns_asked,
    turns_in,
    your_turn,
)
from countermark.apps.notifications.selectors import Mailbox
from countermark.apps.rights.selectors import ending_soon, rights_of, states_of
from countermark.apps.work import moments
from countermark.apps.work.counts import together
from countermark.core import catalogue
from countermark.entrypoints.web.rights_holder.access import holder_of, holder_page, listed_ids
from countermark.entrypoints.web.rights_holder.account_tasks import account_tasks
from countermark.entrypoints.web.rights_holder.cases import TURN_NAMES, TURN_TONES, ended_rows, numbers_in_words
from countermark.entrypoints.web.rights_holder.letters import as_rows

MOST_TASKS = 12
LATELY = 8
MESSAGES = 4
RIGHTS = 5
DRAFTS = 3


@holder_page
def home(request: HttpRequest) -> HttpResponse:
    """The page one comes back to."""
    mine = listed_ids(request)
    found = together(**_asked(request, mine))
    holder = holder_of(request)
    tasks = [*_tasks(mine, found), *account_tasks(holder)]
    waiting = request.turns = turns_in(map(vars, found["turns"]))
    rights = {row.state: row.n for row in found["states"]}
    request.returned = rights.get("returned", 0)
    since = request.at - timedelta(days=catalogue.load().number("ended_lately_days"))
    ended = ended_since(mine, since)
    shown = {
        "holder": holder,
        "tasks": tasks[:MOST_TASKS],
        "more_tasks": max(0, len(tasks) - MOST_TASKS),
        "headline": _headline(len(tasks)),
        "clocks": sum(task["due"] is not None for task in tasks),
        "open": sum(waiting[turn] for turn in OPEN_TURNS),
        "turns": [(t, TURN_NAMES[t], waiting[t], TURN_TONES[t]) for t in OPEN_TURNS if waiting[t]],
        "bar": [(TURN_TONES[t], waiting[t]) for t in OPEN_TURNS if waiting[t]],
        "ending": [_ending(row, _today(request)) for row in found["ending"]],
        "rights": rights,
        "ended": ended_rows(list(ended[:LATELY])),
        "ended_count": waiting["ended"] + waiting["down"],
        "lately_days": catalogue.load().number("ended_lately_days"),
        "letters": as_rows(Mailbox(mine)[:MESSAGES], request),
    }
    return render(request, "rights_holder/home.html", shown)


def _headline(count: int) -> str:
    if not count:
        return gettext("Nothing needs you now")
    return ngettext("One thing needs you", "%(count)s things need you", count) % {"count": count}


def _asked(request: HttpRequest, mine: list[int]) -> dict[str, QuerySet[Any]]:
    """The short queries of the page: whose turn it is, rights by state, those sent back and those that end, what was begun."""
    ending = ending_soon(mine, today=_today(request)).annotate(cases=open_on(OuterRef("pk")))
    return {
        "turns": turns_asked(mine),
        "states": states_of(mine),
        "returned": rights_of(mine).filter(state="returned").values("pk", "name", "number"),
        "ending": ending.values("pk", "name", "kind", "office", "number", "expires_on", "cases")[:RIGHTS],
        "drafts": unfinished(mine).values("pk", "updated_at")[:DRAFTS],
    }


def _today(request: HttpRequest) -> date:
    return request.at.astimezone(ZoneInfo(holder_of(request).zone)).date()


# --- tasks: those with a clock first -------------------------------------------------------------------------------------


def _tasks(mine: list[int], found: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    yield from sorted(_case_tasks(mine), key=lambda task: (task["due"] is None, task["due"] and task["due"].due_at))
    yield from map(_right_task, found["returned"])
    yield from map(_draft_task, found["drafts"])


def _case_tasks(mine: list[int]) -> Iterator[dict[str, Any]]:
    """One task for the cases of a notice that wait for the same answer by the same clock."""
    waiting = list(your_turn(mine)[:500])
    groups: dict[tuple[Any, ...], list[Complaint]] = {}
    for case in waiting:
        groups.setdefault((case.notice_id, case.state, case.due_at), []).append(case)
    due = clocks([cases[0] for cases in groups.values()])
    for (_, state, _), cases in groups.items():
        yield _case_task(state, cases, due.get(cases[0].pk))


def _case_task(state: str, cases: list[Complaint], due: Any) -> dict[str, Any]:
    said = {"numbers": numbers_in_words([case.number for case in cases])}
    if state == "returned":
        notice = cases[0].notice.number
        return {
            "title": gettext("Add what is missing in notice %(number)s") % {"number": notice},
            "text": gettext("If nothing is added, the complaint is dropped. The sellers were told nothing."),
            "url": reverse("holder:mend", args=[notice]),
            "link": gettext("Add it"),
            "due": due,
        }
    query = urlencode([("case", case.number) for case in cases])
    return {
        "title": gettext("Answer the counter-notice in %(numbers)s") % said,
        "text": gettext("If you do not answer, the seller has it: the listing stays up, or comes back."),
        "url": f"{reverse('holder:answer')}?{query}",
        "link": gettext("Read and answer"),
        "due": due,
    }


def _right_task(right: Any) -> dict[str, Any]:
    return {
        "title": gettext("Mend the registration of %(name)s") % {"name": right.name or right.number},
        "text": gettext("It was sent back with reasons. No clock; complaints cannot rest on it before."),
        "url": reverse("holder:right", args=[right.pk]),
        "link": gettext("Mend it"),
        "due": None,
    }


def _draft_task(draft: Any) -> dict[str, Any]:
    at = moments.moment(draft.updated_at)
    return {
        "title": gettext("Finish the complaint you began"),
        "text": gettext("Left %(at)s. Nothing was sent, no clock runs.") % {"at": at},
        "url": reverse("holder:submit-check", args=[draft.pk]),
        "link": gettext("Go on"),
        "due": None,
    }


# --- rights that end ------------------------------------------------------------------------------------------------------


def _ending(row: Any, today: date) -> dict[str, Any]:
    days = (row.expires_on - today).days
    is_soon = days <= catalogue.load().number("right_expiring_days")
    return {"right": row, "cases": row.cases, "is_soon": is_soon, "days": days}
