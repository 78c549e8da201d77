"""Which steps of whoever asks are on their way, and how are they said in the toast that can undo them?"""

from math import ceil
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from countermark.apps.complaints.models import Complaint
from countermark.apps.decisions import selectors
from countermark.apps.decisions.models import PendingStep
from countermark.apps.work import true_time
from countermark.entrypoints.web.reviewer.words import ACTS


def steps_of(request: HttpRequest) -> list[PendingStep]:
    """The steps of whoever asks that no worker has let happen yet, one for each click; read once a request."""
    if not hasattr(request, "steps"):
        request.steps = selectors.steps_made(request.user)
    return request.steps


def own_step(request: HttpRequest, complaint: Complaint) -> PendingStep | None:
    """The step of whoever asks in a case of `selectors.on_the_bench`."""
    step: PendingStep | None = getattr(complaint, "pending_step", None)
    if step is None or step.reviewer_id != request.user.pk:
        return None
    step.twins = next((each.twins for each in steps_of(request) if each.click == step.click), 1)
    return step


def toasts(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest step that can still be undone, as the toast shows it; none without one."""
    now = true_time.now()
    return [
        {
            "text": said(step),
            "url": reverse("reviewer:undo", args=[step.pk]),
            "seconds": max(ceil((step.goes_at - now).total_seconds()), 1),
        }
        for step in [step for step in steps_of(request) if step.goes_at > now][:1]
    ]


def said(step: PendingStep) -> str:
    """What a step does, in a sentence: "CM-2026-000385-11 upheld." """
    done = ACTS[step.event].done % {"number": step.complaint.number}
    more = step.twins - 1
    if more < 1:
        return done
    also = ngettext("And one more line of the notice.", "And %(n)s more lines of the notice.", more) % {"n": more}
    return f"{done} {also}"
