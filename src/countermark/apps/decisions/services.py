"""What reviewers do, and the ten seconds in which they can undo it.

A case is claimed by one reviewer at a time. A step is first a PendingStep: it holds the case, nothing leaves. When its time
is up the worker lets it happen; undone, it never was. A step on a case that moved meanwhile is dropped and said so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from countermark.apps.complaints import services as cases
from countermark.apps.complaints.held import Held, hold
from countermark.apps.complaints.models import Complaint, StatementOfReasons
from countermark.apps.complaints.replies import keep_words, word_data
from countermark.apps.decisions.models import Decision, PendingStep
from countermark.apps.parties.models import Person
from countermark.apps.work.sealing import seal
from countermark.core import catalogue, decision
from countermark.core.complaint import Refusal, foresee, permitted_events
from countermark.core.procedure import VERDICTS

CLAIM = timedelta(hours=4)  # a claim that nobody acts on is open to others after half a working day


class HeldByAnother(Exception):
    """Another reviewer holds this case. Nothing was changed."""

    code = "held_by_another"
    http_status_hint = 409

    def __init__(self, holder: Person | None) -> None:
        self.holder = holder
        super().__init__(f"{holder or 'another reviewer'} holds this case")


class DecisionDefective(Exception):
    """Grounds or words are missing; `defects` names all of it. Nothing was decided."""

    code = "decision_defective"
    http_status_hint = 422

    def __init__(self, defects: Sequence[Any]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(defect.code for defect in self.defects))


class TooLate(Exception):
    """The ten seconds are over: the step has gone out."""

    code = "too_late_to_undo"
    http_status_hint = 409


@dataclass(frozen=True)
class Made:
    """What a reviewer makes of a case: the event, for a decision verdict and grounds, checks ticked, own words."""

    event: str
    grounds: Sequence[str] = ()
    checks: Sequence[str] = ()
    facts: frozenset[str] = field(default_factory=frozenset)
    words: str = ""
    note: str = ""

    @property
    def verdict(self) -> str:
        return VERDICTS.get(self.event, "")


def claim(*, complaint_id: int, reviewer: Person, now: datetime) -> Complaint:
    """Take a case. HeldByAnother when somebody has it; claiming one's own again renews it."""
    free = Q(claimed_by=None) | Q(claimed_by=reviewer) | Q(claimed_at__lt=now - CLAIM, pending_step=None)
    mine = Complaint.objects.filter(free, pk=complaint_id)
    if not Complaint.objects.filter(pk__in=mine.values("pk")).update(claimed_by=reviewer, claimed_at=now):
        current = Complaint.objects.select_related("claimed_by").get(pk=complaint_id)
        raise HeldByAnother(current.claimed_by)
    return Complaint.objects.get(pk=complaint_id)


def release(*, complaint_id: int, reviewer: Person) -> None:
    """Give a claimed case back to the queue."""
    Complaint.objects.filter(pk=complaint_id, claimed_by=reviewer, pending_step=None).update(
        claimed_by=None, claimed_at=None
    )


def decide(
    *, complaint: Complaint, made: Made, seen: int, reviewer: Person, at: datetime, now: datetime
) -> PendingStep:
    """Put a reviewer's step on its way: it goes out in ten seconds unless undone.

    `seen` is the seq the reviewer looked at, `at` case time, `now` real time. Raises HeldByAnother, DecisionDefective,
    complaints.services.StaleCase, and the refusals of core.complaint.
    """
    claim(complaint_id=complaint.pk, reviewer=reviewer, now=now)
    with transaction.atomic():
        held = hold([complaint.pk])[0]
        if held.case.seq != seen:
            raise cases.StaleCase([complaint.pk])
        foresee(held.procedure, held.case, made.event, "reviewer", made.facts)
        if missing := defects(complaint, held, made):
            raise DecisionDefective(missing)
        words = seal(subject=f"case:{held.number}", text=made.words) if made.words else None
        wait = timedelta(seconds=catalogue.load().number("undo_seconds"))
        try:
            with transaction.atomic():
                return PendingStep.objects.create(
                    complaint_id=held.id,
                    reviewer=reviewer,
                    event=made.event,
                    seq=seen,
                    verdict=made.verdict,
                    grounds=list(made.grounds),
                    checks=list(made.checks),
                    facts=sorted(made.facts),
                    words=words,
                    note=made.note,
                    made_at=at,
                    goes_at=now + wait,
                )
        except IntegrityError:
            return PendingStep.objects.get(complaint_id=held.id)  # a double click: the first one stands


def defects(complaint: Complaint, held: Held, made: Made) -> Sequence[Any]:
    """What is missing from this step: the same question the page asks before it offers the button."""
    if made.event not in permitted_events(held.procedure, held.case, "reviewer"):
        return ()
    verdict = made.verdict or {"refused": "refused", "returned": "returned"}.get(made.event, "")
    if not verdict:
        return ()
    said = decision.Decision(verdict=verdict, grounds=tuple(made.grounds), facts=made.words)
    return decision.defects(said, reason=complaint.notice.reason)


def undo(*, step_id: int, reviewer: Person, now: datetime) -> Complaint:
    """Take a step back within its ten seconds; the case is the reviewer's again. TooLate when it has gone out."""
    with transaction.atomic():
        step = PendingStep.objects.select_for_update().filter(pk=step_id, reviewer=reviewer, goes_at__gt=now).first()
        if step is None:
            raise TooLate("the step has gone out and can no longer be undone; what it did can be appealed")
        complaint = step.complaint
        step.delete()
    return complaint


def release_due_steps(*, now: datetime, at: datetime, limit: int = 100) -> int:
    """Let the steps happen whose ten seconds are over; returns how many were dealt with. The worker calls this."""
    done = 0
    for pk in list(
        PendingStep.objects.filter(goes_at__lte=now).order_by("goes_at").values_list("pk", flat=True)[:limit]
    ):
        done += _release(pk, at)
    return done


@transaction.atomic
def _release(pk: int, at: datetime) -> int:
    locked = PendingStep.objects.select_for_update(skip_locked=True, of=("self",)) if _locks() else PendingStep.objects
    step = locked.filter(pk=pk).first()
    if step is None:
        return 0
    complaint = Complaint.objects.select_related("notice").get(pk=step.complaint_id)
    held = hold([complaint.pk])[0]
    step.delete()
    Complaint.objects.filter(pk=complaint.pk).update(claimed_by=None, claimed_at=None)
    try:
        _happen(step, complaint, held, at)
    except (Refusal, cases.StaleCase):
        complaint.refresh_from_db()  # it moved by another hand within the ten seconds: that stands, the step does not
    return 1


def _locks() -> bool:
    return transaction.get_connection().features.has_select_for_update_skip_locked


def _happen(step: PendingStep, complaint: Complaint, held: Held, at: datetime) -> None:
    codes = [*step.grounds, *step.checks]
    data = {**word_data(step.words, codes), "reviewer": step.reviewer_id or 0}
    reasons = cases.Reasons(tuple(step.grounds) or (complaint.notice.reason,), _facts(step, complaint), step.words_id)
    with transaction.atomic():
        seen: Mapping[int, int] = {complaint.pk: step.seq}
        moved = cases.act(
            [complaint.pk],
            step.event,
            by="reviewer",
            at=max(at, held.case.at),
            seen=seen,
            facts=frozenset(step.facts),
            data=data,
            reasons=reasons,
        )
        keep_words([held], moved, by="reviewer", text=step.words, codes=codes)
        if step.verdict:
            _decided(step, complaint.pk, moved[0].seq, moved[0].at)


def _facts(step: PendingStep, complaint: Complaint) -> dict[str, Any]:
    return {"checks": list(step.checks), "reason": complaint.notice.reason, "notice": complaint.notice.number}


def _decided(step: PendingStep, complaint_id: int, seq: int, at: datetime) -> None:
    Decision.objects.create(
        complaint_id=complaint_id,
        seq=seq,
        event=step.event,
        verdict=step.verdict,
        grounds=step.grounds,
        checks=step.checks,
        words=step.words,
        reviewer=step.reviewer,
        at=at,
    )


def statement_for(complaint: Complaint, seq: int) -> StatementOfReasons | None:
    """The statement of reasons that came with this event, if the event restricted the listing."""
    return StatementOfReasons.objects.filter(complaint=complaint, seq=seq).select_related("words__key").first()
