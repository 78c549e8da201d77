"""What staff was shown, by page or by program: kept once the answer has left, so that nobody waits for it."""

from __future__ import annotations

import logging
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone

from countermark.apps.complaints.models import CounterNoticeFile, WordFile
from countermark.apps.parties import looks

log = logging.getLogger("countermark.looks")


def keep_after(response: HttpResponse, *, person_id: int, role: str, what: str, key: str, request_id: str) -> None:
    """Keep one look when this answer has left. `what` is one of looks.WHAT, `key` the number of what was shown."""
    now = timezone.now()
    response._resource_closers.append(lambda: _keep(person_id, role, what, key, request_id, now))


def _keep(person_id: int, role: str, what: str, key: str, request_id: str, now: datetime) -> None:
    try:
        if what == "file" and _proves_identity(int(key)):
            what = "identity_document"
        looks.keep_look(person_id=person_id, role=role, what=what, key=key, now=now, request_id=request_id)
    except Exception:  # the answer has left; what cannot be kept must at least be said
        log.exception("look.lost what=%s key=%s person=%s", what, key, person_id)


def _proves_identity(pk: int) -> bool:
    kinds = (model.objects.filter(file=pk, kind="identity_document") for model in (CounterNoticeFile, WordFile))
    return any(rows.exists() for rows in kinds)
