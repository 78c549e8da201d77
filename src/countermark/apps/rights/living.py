"""What happens to a right after it was verified: it nears its end, is renewed, rescued, given up, transferred or void.

What may happen in which state stands in `core/rights/living.toml`; this file writes it, guarded, with its event. `expiring` is
worked out and never stored; `look_at` and `remind_at` say when time alone has something to do. The cases are asked by
`complaints.rights_watch`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from countermark.apps.parties.models import Person
from countermark.apps.rights.clocks import set_clocks, today_at_office
from countermark.apps.rights.models import Right, RightEvent, RightRenewal
from countermark.apps.rights.services import TELL, RightDefective, RightMoved, check_due
from countermark.apps.work import files, true_time
from countermark.apps.work.jobs import enqueue
from countermark.core.defect import Defect
from countermark.core.rights.living import endings

BATCH = 200
KNOWN_AS = {"disputed": "suspended"}  # what happened -> its event in the history, where it had a name before
RENEWABLE = ("approved", "in_grace", "expired", "lapsed")


# --- reading --------------------------------------------------------------------------------------------------------------


def can_be_renewed(right: Right) -> bool:
    """Whether its holder may say that it was renewed: it has an end, and none is being looked at."""
    return right.state in RENEWABLE and right.expires_on is not None and waiting_renewal(right) is None


def waiting_renewal(right: Right) -> RightRenewal | None:
    return right.renewals.filter(answer="").select_related("file", "sent_by").first()


def renewals_to_check() -> QuerySet[RightRenewal]:
    """Renewals that wait for a reviewer, those due first in front."""
    return RightRenewal.objects.filter(answer="").select_related("right__holder", "file").order_by("due_at", "pk")


def due_for_a_look(*, at: datetime, limit: int = BATCH, **which: Any) -> list[Right]:
    """Rights whose end, or the end of whose grace, has come by `at`; one whose renewal is being looked at waits for that."""
    rows = Right.objects.filter(look_at__lte=at, **which).exclude(renewals__answer="").select_related("holder")
    return list(rows.order_by("look_at", "pk")[:limit])


# --- writing --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def happen(right: Right, ending: str, *, by: Person | None, at: datetime, why: str = "", **data: Any) -> Right:
    """Let one of the table's endings happen to a right. Raises RightMoved when it may not in the state it is in."""
    row = endings()[ending]
    current = Right.objects.select_for_update(of=("self",)).select_related("holder").get(pk=right.pk)
    if current.state not in row.comes_from:
        raise RightMoved(current)
    current.state = row.to
    _save(current, at)
    said = {**({"why": why} if why else {}), **data}
    event = RightEvent.objects.create(right=current, event=KNOWN_AS.get(ending, ending), by=by, at=at, data=said)
    enqueue(TELL, str(event.pk), run_at=true_time.now())
    return current


def _save(right: Right, at: datetime) -> None:
    set_clocks(right, at=at)
    right.save(update_fields=["state", "expires_on", "look_at", "remind_at"])


def keep_clocks(right: Right, *, at: datetime) -> None:
    """Nothing has happened: when to look next."""
    set_clocks(right, at=at)
    Right.objects.filter(pk=right.pk, state=right.state).update(look_at=right.look_at, remind_at=right.remind_at)


# --- a renewal, from the holder to the reviewer ---------------------------------------------------------------------------


def send_renewal(
    right: Right, *, expires_on: date | None, content: bytes, name: str, by: Person, at: datetime
) -> RightRenewal:
    """The holder shows that the right was renewed. Raises RightDefective, UploadRefused, RightMoved; then nothing was kept."""
    if wrong := _renewal_defects(right, expires_on, content, at):
        raise RightDefective(wrong)
    assert expires_on is not None
    examined = files.examine(content, name)
    try:
        with transaction.atomic():
            current = Right.objects.select_for_update(of=("self",)).get(pk=right.pk)
            if not can_be_renewed(current):
                raise RightMoved(current)
            file, due = files.put(examined, by=by, at=at), check_due(at).due_at
            sent = RightRenewal(right=current, expires_on=expires_on, file=file, sent_by=by, sent_at=at, due_at=due)
            sent.save()
            RightEvent.objects.create(
                right=current, event="renewal_sent", by=by, at=at, data={"on": expires_on.isoformat()}
            )
    except IntegrityError as second:
        raise RightMoved(right) from second
    return sent


def _renewal_defects(right: Right, expires_on: date | None, content: bytes, at: datetime) -> list[Defect]:
    found = []
    if expires_on is None:
        found.append(Defect("right_day_unreadable", "expires_on", data={"label": "Registered until"}))
    elif expires_on < today_at_office(right, at) or (right.expires_on and expires_on <= right.expires_on):
        found.append(Defect("renewal_not_later", "expires_on", data={"on": right.expires_on or expires_on}))
    if not content:
        found.append(Defect("right_paper_missing", "file", data={"paper": "Certificate of renewal"}))
    return found


@transaction.atomic
def answer_renewal(
    renewal: RightRenewal, *, accepted: bool, note: str = "", by: Person, at: datetime
) -> tuple[Right, bool]:
    """A reviewer's answer. Returns the right, and whether its cases go on. RightMoved when somebody was faster."""
    right = Right.objects.select_for_update(of=("self",)).select_related("holder").get(pk=renewal.right_id)
    answer = "accepted" if accepted else "returned"
    waits = RightRenewal.objects.filter(pk=renewal.pk, answer="")
    if not waits.update(answer=answer, answered_at=at, note=note):
        raise RightMoved(right)
    if not accepted:
        RightEvent.objects.create(right=right, event="renewal_returned", by=by, at=at, data={"note": note})
        return right, False
    right.expires_on = renewal.expires_on
    right.fields = {**right.fields, "expires_on": renewal.expires_on.isoformat()}
    right.save(update_fields=["expires_on", "fields"])
    return happen(right, "renewed", by=by, at=at, on=renewal.expires_on.isoformat()), True
