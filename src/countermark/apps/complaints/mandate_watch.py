"""What happens to the cases of an agent when its mandate ends, when a new one takes its place, or the owner takes over?

Ended: open cases stand still, with the time that was left. A new mandate that covers them, or the owner, lets them go on. The
mandate changes first (apps.mandates), in one transaction with its cases; asking again is harmless.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.complaints.rights_watch import tell
from countermark.apps.mandates import passing_on, selectors, services
from countermark.apps.mandates.models import Mandate, MandateEvent
from countermark.apps.mandates.services import MandateMoved
from countermark.apps.parties.models import Holder, Person
from countermark.apps.rights.clocks import today_at_office
from countermark.apps.rights.selectors import facts_of
from countermark.core.rights.mandate import covers

ENDED = ("expired", "revoked")
LIVES = "approved"  # a right in its grace or in doubt keeps its cases still by itself


def put_in_force(*, mandate: Mandate, by: Person, at: datetime) -> int:
    """Verified: what stood still under an ended mandate of this agent goes on under this one. Returns how many cases."""
    with transaction.atomic():
        return _take_up(services.put_in_force(mandate=mandate, by=by, at=at), at)


def accept(*, mandate: Mandate, agent: Holder, by: Person, at: datetime) -> int:
    """A sub-mandate is accepted: what stood still under an ended mandate of this agent goes on. Returns how many cases.

    Raises MandateMoved.
    """
    with transaction.atomic():
        return _take_up(passing_on.accept(mandate=mandate, agent=agent, by=by, at=at), at)


def _take_up(row: Mandate, at: datetime) -> int:
    ids = [notice.pk for notice in _left_behind(row) if _covers(row, notice, at)]
    Notice.objects.filter(pk__in=ids).update(mandate=row)
    return _go_on(Complaint.objects.filter(notice__in=ids), row, "mandate_renewed", at)


def _left_behind(row: Mandate) -> QuerySet[Notice]:
    """Notices of this agent whose own mandate has ended, with a case that is open."""
    rows = Notice.objects.filter(holder=row.agent_id, filer_role="agent", mandate__state__in=ENDED)
    return rows.filter(complaints__outcome="").distinct().select_related("right__holder", "marketplace")


def _covers(row: Mandate, notice: Notice, at: datetime) -> bool:
    right = notice.right
    if right is None:
        return False
    return covers(selectors.facts(row), facts_of(right), notice.marketplace.slug, "answer", today_at_office(right, at))


def _go_on(cases: QuerySet[Complaint], row: Mandate, why: str, at: datetime) -> int:
    data = {"mandate": row.pk, "why": why}
    return tell(cases.filter(notice__right__state=LIVES), "right_cleared", at=at, data=data)


def revoke(*, mandate: Mandate, side: str, by: Person | None, at: datetime) -> int:
    """Ended at once: its open cases, and those under what was passed on from it, stand still. Returns how many.

    Raises MandateMoved. `side` as of services.revoke.
    """
    with transaction.atomic():
        return _stand_still(services.revoke(mandate=mandate, side=side, by=by, at=at), "mandate_revoked", at)


def look(*, at: datetime) -> int:
    """Mandates whose last day is over by `at`: they end, and their cases stand still. Returns how many."""
    due = selectors.due_for_a_look(at=at)
    for row in due:
        with suppress(MandateMoved), transaction.atomic():  # another worker was faster
            _stand_still(services.expire(mandate=row, at=at), "mandate_ended", at)
    return len(due)


def look_before(complaint_id: int, *, at: datetime) -> None:
    """Somebody is about to decide on this case: whether its mandate has ended is not left to the next worker."""
    for row in selectors.due_for_a_look(at=at, notices__complaints=complaint_id):
        with suppress(MandateMoved), transaction.atomic():
            _stand_still(services.expire(mandate=row, at=at), "mandate_ended", at)


def _stand_still(row: Mandate, why: str, at: datetime) -> int:
    told = _tell_under(row, why, at)
    return told + sum(_tell_under(sub, "mandate_above_ended", at) for sub in row.passed_on.filter(state__in=ENDED))


def _tell_under(row: Mandate, why: str, at: datetime) -> int:
    cases = Complaint.objects.filter(notice__mandate=row, notice__filer_role="agent", outcome="")
    return tell(cases, "right_in_doubt", at=at, data={"mandate": row.pk, "why": why})


def take_over(*, mandate: Mandate, principal: Holder, by: Person, at: datetime) -> int:
    """The owner goes on with the cases of a mandate that has ended, as their complainant. Returns how many went on.

    Raises MandateMoved while the mandate is in force, and where another account took them over before.
    """
    with transaction.atomic():
        row = services.link_principal(mandate=mandate, principal=principal, by=by, at=at)
        if row.state not in ENDED or principal.is_agent:
            raise MandateMoved(row)
        notices = Notice.objects.filter(mandate=row, filer_role="agent")
        ids = list(notices.values_list("pk", flat=True))
        Complaint.objects.filter(notice__in=ids).update(holder_id=principal.pk)
        notices.update(
            holder=principal, filer_role="right_holder", filer_name=principal.name, filer_email=principal.contact_email
        )
        MandateEvent.objects.create(mandate=row, event="taken_over", side="principal", by=by, at=at)
        return _go_on(Complaint.objects.filter(notice__in=ids), row, "owner_took_over", at)
