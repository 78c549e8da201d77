"""The operator's home: what is stuck, who works, what happened in a day, what did not arrive, what must always hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from countermark.apps.work import moments, true_time
from countermark.apps.work.counts import together
from countermark.apps.work.jobs import LEASE
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.operator import checks, figures, stuck
from countermark.entrypoints.web.operator.nav import letters_of, resting_of
from countermark.entrypoints.web.operator.words import job_words
from countermark.entrypoints.web.roles import OPERATOR

LETTERS_SHOWN = 10


@dataclass(frozen=True)
class Life:
    """A worker as the page shows it."""

    row: Any  # name, beat_at, doing, done
    is_alive: bool
    ago: int  # seconds since its last sign of life

    @property
    def done(self) -> str:
        """How many jobs since its start."""
        return f"{self.row.done:,}"

    @property
    def doing(self) -> str:
        """What it does now, in words; "" for nothing."""
        return moments.joined(job_words(kind) for kind in self.row.doing.split(", ") if kind)


def _life(row: Any, now: datetime) -> Life:
    """A worker of the last day; one whose leases have ended counts as gone."""
    return Life(row, row.beat_at >= now - LEASE, max(0, int((now - row.beat_at).total_seconds())))


@require_safe
@door(roles=[OPERATOR])
def home(request: HttpRequest) -> HttpResponse:
    """Everything at a glance; each thing leads to where it is mended."""
    at, now = request.at, true_time.now()
    found = together(**stuck.asked(at=at, now=now), **figures.asked(at), **checks.asked(now))
    letters = letters_of(request, at)
    tasks = stuck.tasks(at=at, now=now, found=found, letters=letters)
    page = {
        "heading": stuck.heading(len(tasks)),
        "tasks": tasks,
        "workers": [_life(row, now) for row in found["workers"]],
        "figures": figures.last_day(found, at),
        "letters": letters[:LETTERS_SHOWN],
        "more_letters": max(0, len(letters) - LETTERS_SHOWN),
        "checks": list(checks.standing(found, now, resting_of(request))),
    }
    return render(request, "operator/home.html", page)
