"""Which steps of whoever asks are on their way, and how are they said in the toast that can undo them?"""

from math import ceil
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from countermark.apps.decisions import selectors, services
from countermark.apps.decisions.models import PendingStep
from countermark.apps.work import true_time
from countermark.entrypoints.web.reviewer.words import ACTS


def toasts(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest step that can still be undone, as the toast shows it; none without one."""
    now = true_time.now()
    return [
        {
            "text": said(step),
            "url": reverse("reviewer:undo", args=[step.pk]),
            "seconds": max(ceil((step.goes_at - now).total_seconds()), 1),
        }
        for step in selectors.steps_on_their_way(request.user, now=now)[:1]
    ]


def said(step: PendingStep) -> str:
    """What a step does, in a sentence: "CM-2026-000385-11 upheld." """
    done = ACTS[step.event].done % {"number": step.complaint.number}
    more = services.twins_of(step).count() - 1
    if more < 1:
        return done
    also = ngettext("And one more line of the notice.", "And %(n)s more lines of the notice.", more) % {"n": more}
    return f"{done} {also}"
