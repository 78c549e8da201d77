"""What reviewers do, and the ten seconds in which they can undo it.

A case is claimed by one reviewer at a time. A step is first a PendingStep: it holds the case, nothing leaves. When its time
is up the worker lets it happen, at the instant it was made; undone, it never was. A step on a case that another hand moved
meanwhile is dropped, and its reviewer is told (DroppedStep). The platform's own lateness, an escalation, drops nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from countermark.apps.complaints import mandate_watch, rights_watch
from countermark.apps.complaints import services as cases
from countermark.apps.complaints.held import Held, hold
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.replies import keep_words, word_data
from countermark.apps.decisions.models import Decision, DroppedStep, PendingStep, SeniorRequest
from countermark.apps.decisions.statement import ways_to_object
from countermark.apps.parties.models import Person
from countermark.apps.work.bulk import instant_writer
from countermark.apps.work.models import SealedText
from countermark.apps.work.sealing import seal
from countermark.core import catalogue, decision
from countermark.core.complaint import Refusal, Transition, advance
from countermark.core.defect import Defect, length_of
from countermark.core.procedure import VERDICTS

OF_THE_NOTICE = ("accepted", "returned", "refused")  # steps about the notice: what is said of one line fits the others
SAID_AS = {"refused": "refused", "returned": "returned"}  # event -> verdict its grounds belong to
DSA = "eu-dsa"


class HeldByAnother(Exception):
    """Another reviewer holds this case, since then. Nothing was changed."""

    code = "held_by_another"
    http_status_hint = 409

    def __init__(self, holder: Person | None, since: datetime | None = None) -> None:
        self.holder, self.since = holder, since
        super().__init__(f"{holder or 'another reviewer'} holds this case")


class ForASenior(Exception):
    """A senior was asked to take this case; `request` says by whom and why. Nothing was changed."""

    code = "for_a_senior"
    http_status_hint = 409

    def __init__(self, request: SeniorRequest) -> None:
        self.request = request
        super().__init__("a senior was asked to take this case")


class StepOnItsWay(Exception):
    """Another step of this case is on its way; undo it first. Nothing was changed."""

    code = "step_on_its_way"
    http_status_hint = 409

    def __init__(self, step: PendingStep) -> None:
        self.step = step
        super().__init__(f"the step {step.event} is on its way; undo it first")


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
        """upheld or not_upheld for what decides the claim itself, else ""."""
        return VERDICTS.get(self.event, "")

    @property
    def said_as(self) -> str:
        """The verdict whose grounds it takes: also refused and returned."""
        return self.verdict or SAID_AS.get(self.event, "")


# --- holding a case -------------------------------------------------------------------------------------------------------


def claim(*, complaint_id: int, reviewer: Person, now: datetime) -> Complaint:
    """Take a case at `now` (real time); claiming one's own again renews it. Raises HeldByAnother, ForASenior."""
    with transaction.atomic():
        complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint_id)
        _may_hold(complaint, reviewer, now)
        complaint.claimed_by, complaint.claimed_at = reviewer, now
        complaint.save(update_fields=["claimed_by", "claimed_at"])
    return complaint


TAKE = """
UPDATE complaints_complaint SET claimed_by_id = %(me)s, claimed_at = %(now)s WHERE id = %(case)s
  AND (claimed_by_id IS NULL OR claimed_by_id = %(me)s OR claimed_at < %(stale)s) AND NOT EXISTS
  (SELECT 1 FROM decisions_pendingstep WHERE complaint_id = %(case)s AND reviewer_id <> %(me)s)"""
UNLESS_FOR_A_SENIOR = " AND NOT EXISTS (SELECT 1 FROM decisions_seniorrequest WHERE complaint_id = %(case)s)"


def claim_shown(complaint: Complaint, *, reviewer: Person, now: datetime) -> None:
    """The same for a row of `selectors.on_the_bench`, in one statement, which finds the case as free as the row says."""
    _may_hold(complaint, reviewer, now)
    when = instant_writer()
    asked = {"case": complaint.pk, "me": reviewer.pk, "now": when(now), "stale": when(now - claim_lasts())}
    with connection.cursor() as cursor:
        cursor.execute(TAKE + ("" if reviewer.is_senior else UNLESS_FOR_A_SENIOR), asked)
        is_mine = cursor.rowcount == 1
    if not is_mine:  # somebody was quicker
        claim(complaint_id=complaint.pk, reviewer=reviewer, now=now)
    complaint.claimed_by, complaint.claimed_at = reviewer, now


def _may_hold(complaint: Complaint, reviewer: Person, now: datetime) -> None:
    request: SeniorRequest | None = getattr(complaint, "senior_request", None)
    if request is not None and not reviewer.is_senior:
        raise ForASenior(request)
    step: PendingStep | None = getattr(complaint, "pending_step", None)
    if step is not None and step.reviewer_id != reviewer.pk:
        raise HeldByAnother(step.reviewer, complaint.claimed_at)
    if complaint.claimed_by_id not in (None, reviewer.pk) and not is_stale_claim(complaint, now):
        raise HeldByAnother(complaint.claimed_by, complaint.claimed_at)


def is_stale_claim(complaint: Complaint, now: datetime) -> bool:
    """Whether the claim is so old that others may take the case."""
    return complaint.claimed_at is not None and complaint.claimed_at < now - claim_lasts()


def claim_lasts() -> timedelta:
    """How long a claim holds that nobody acts on."""
    return timedelta(hours=catalogue.load().number("claim_hours"))


def claim_many(*, complaint_ids: Iterable[int], reviewer: Person, now: datetime) -> tuple[int, int]:
    """Take what is free of these cases; returns how many are held now, and how many somebody else has."""
    taken = kept = 0
    for pk in sorted(set(complaint_ids)):
        try:
            claim(complaint_id=pk, reviewer=reviewer, now=now)
            taken += 1
        except (HeldByAnother, ForASenior):
            kept += 1
    return taken, kept


def release(*, complaint_id: int, reviewer: Person) -> None:
    """Give a claimed case back to the queue."""
    Complaint.objects.filter(pk=complaint_id, claimed_by=reviewer, pending_step=None).update(
        claimed_by=None, claimed_at=None
    )


def pass_to_senior(*, complaint_id: int, reviewer: Person, note: str, now: datetime) -> SeniorRequest:
    """Ask a senior to take the case: only seniors can hold it then. Raises DecisionDefective without a note."""
    claim(complaint_id=complaint_id, reviewer=reviewer, now=now)
    if missing := _too_short(note, "note"):
        raise DecisionDefective(missing)
    with transaction.atomic():
        request, _ = SeniorRequest.objects.update_or_create(
            complaint_id=complaint_id, defaults={"by": reviewer, "note": note, "asked_at": now}
        )
        release(complaint_id=complaint_id, reviewer=reviewer)
    return request


def _too_short(words: str, where: str) -> list[Defect]:
    least, count = catalogue.load().number("facts_min"), length_of(words)
    return [Defect("facts_missing", where, data={"min": least, "count": count})] if count < least else []


# --- a step ---------------------------------------------------------------------------------------------------------------


def decide(
    *,
    complaint: Complaint,
    made: Made,
    seen: int,
    reviewer: Person,
    at: datetime,
    now: datetime,
    and_alike: bool = False,
) -> PendingStep:
    """Put a reviewer's step on its way: it goes out in ten seconds unless undone.

    `seen` is the seq the reviewer looked at, `at` case time, `now` real time. `and_alike`: the same step for the other lines
    of the notice that wait for the same check and that nobody else holds. A second click finds the step. Raises HeldByAnother,
    ForASenior, DecisionDefective, StepOnItsWay, complaints.services.StaleCase, and the refusals of core.complaint.
    """
    claim(complaint_id=complaint.pk, reviewer=reviewer, now=now)
    rights_watch.look_before(complaint.pk, at=at)
    mandate_watch.look_before(complaint.pk, at=at)
    with transaction.atomic():
        held = hold([complaint.pk])[0]
        if twin := PendingStep.objects.filter(complaint_id=held.id).first():
            return _same(twin, made)
        if not _as_seen(held, seen):
            raise cases.StaleCase([complaint.pk])
        transition = foresee(held, made, at=at)
        if missing := [d for d in defects(complaint, held, made, transition) if d.blocks]:
            raise DecisionDefective(missing)
        others = alike(complaint, reviewer, now) if and_alike and made.event in OF_THE_NOTICE else []
        words = seal(subject=f"case:{held.number}", text=made.words) if made.words else None
        goes_at = now + timedelta(seconds=catalogue.load().number("undo_seconds"))
        steps = [_step(pk, seq, made, words, reviewer, at, goes_at) for pk, seq in ((held.id, held.case.seq), *others)]
        Complaint.objects.filter(pk__in=[pk for pk, _ in others]).update(claimed_by=reviewer, claimed_at=now)
        PendingStep.objects.bulk_create(steps)
    return PendingStep.objects.get(complaint_id=held.id)


def _same(twin: PendingStep, made: Made) -> PendingStep:
    """The step of the first click, if the second asks for the same."""
    if (twin.event, list(twin.grounds)) != (made.event, list(made.grounds)):
        raise StepOnItsWay(twin)
    return twin


def _as_seen(held: Held, seen: int) -> bool:
    """Whether the case stands as the reviewer saw it; that we are late since then changes nothing."""
    return held.case.seq == seen or (held.case.escalated and held.case.seq == seen + 1)


def _step(
    pk: int,
    seq: int,
    made: Made,
    words: SealedText | None,
    reviewer: Person,
    at: datetime,
    goes_at: datetime,
) -> PendingStep:
    return PendingStep(
        complaint_id=pk,
        reviewer=reviewer,
        event=made.event,
        seq=seq,
        verdict=made.verdict,
        grounds=list(made.grounds),
        checks=list(made.checks),
        facts=sorted(made.facts),
        words=words,
        note=made.note,
        made_at=at,
        goes_at=goes_at,
    )


def alike(complaint: Complaint, reviewer: Person, now: datetime) -> list[tuple[int, int]]:
    """The other lines of the notice that wait for the same check and are free, as (id, seq)."""
    free = Q(claimed_by=None) | Q(claimed_by=reviewer) | Q(claimed_at__lt=now - claim_lasts())
    rows = Complaint.objects.filter(free, notice_id=complaint.notice_id, state=complaint.state, waits_on="reviewer")
    rows = rows.filter(pending_step=None, senior_request=None).exclude(pk=complaint.pk)
    return list(rows.order_by("line").values_list("pk", "seq"))


def foresee(held: Held, made: Made, *, at: datetime) -> Transition:
    """The step as it would happen at `at`. Raises the refusals of core.complaint; nothing is written."""
    case = held.case
    return advance(
        held.procedure,
        case,
        made.event,
        by="reviewer",
        at=max(at, case.at),
        calendars=held.calendars,
        facts=made.facts,
    )


def defects(complaint: Complaint, held: Held, made: Made, transition: Transition) -> Sequence[Defect]:
    """All that is missing from this step, warnings included: the same question the page asks before it offers the button."""
    if made.event == "declaration_returned":
        return _too_short(made.words, "facts")
    if not made.said_as:
        return ()
    said = decision.Decision(
        verdict=made.said_as, grounds=tuple(made.grounds), facts=made.words, checks=frozenset(made.checks)
    )
    found = decision.defects(said, reason=complaint.notice.reason)
    if any(defect.blocks for defect in found) or not transition.raises_ask:
        return found
    return (*found, *unreasoned(complaint, held, made, transition))


def unreasoned(complaint: Complaint, held: Held, made: Made, transition: Transition) -> Sequence[Defect]:
    """What the statement of reasons still lacks before this restriction may take effect (DSA art. 17)."""
    notice = complaint.notice
    where = tuple(notice.marketplace.offered_in) or (notice.marketplace.territory,)
    ways = ways_to_object(complaint, held.procedure, transition.new)
    try:
        decision.statement_of_reasons(
            decision.Restriction(ask=transition.new.ask, territories=where, starts_at=transition.at),
            reason=notice.reason,
            grounds=tuple(made.grounds),
            words=made.words,
            redress=ways,
            must_offer=decision.EU_REDRESS if DSA in notice.duties else ("court",),
        )
    except decision.StatementIncomplete as incomplete:
        return incomplete.defects
    return ()


def undo(*, step_id: int, reviewer: Person, now: datetime) -> PendingStep:
    """Take a step back within its ten seconds, with its twins on other lines; the cases are the reviewer's again.

    Returns the step as it was. Raises TooLate when it has gone out.
    """
    with transaction.atomic():
        mine = PendingStep.objects.select_for_update(of=("self",)).filter(reviewer=reviewer, goes_at__gt=now)
        step = mine.select_related("complaint").filter(pk=step_id).first()
        if step is None:
            raise TooLate("the step has gone out and can no longer be undone; what it did can be appealed")
        twins_of(step).exclude(pk=step.pk).delete()
        PendingStep.objects.filter(pk=step.pk).delete()
        SealedText.objects.filter(pk=step.words_id).delete()  # it never was
    return step


def twins_of(step: PendingStep) -> QuerySet[PendingStep]:
    """The steps made with one click, this one among them."""
    made = {"reviewer": step.reviewer_id, "event": step.event, "made_at": step.made_at, "goes_at": step.goes_at}
    return PendingStep.objects.filter(**made, complaint__notice=step.complaint.notice_id)


# --- letting it happen ----------------------------------------------------------------------------------------------------


def release_due_steps(*, now: datetime, at: datetime, limit: int = 100) -> int:
    """Let the steps happen whose ten seconds are over; returns how many were dealt with. The worker calls this."""
    due = PendingStep.objects.filter(goes_at__lte=now).order_by("goes_at", "pk")
    return sum(_release(pk, at) for pk in list(due.values_list("pk", flat=True)[:limit]))


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
        _happen(step, complaint, held)
    except (Refusal, cases.StaleCase):
        # it moved by another hand within the ten seconds: that stands, the step does not, and its reviewer is told
        DroppedStep.objects.create(complaint=complaint, reviewer_id=step.reviewer_id, event=step.event, dropped_at=at)
    return 1


def _locks() -> bool:
    return bool(transaction.get_connection().features.has_select_for_update_skip_locked)


def _happen(step: PendingStep, complaint: Complaint, held: Held) -> None:
    if not _as_seen(held, step.seq):
        raise cases.StaleCase([complaint.pk])
    codes = [*step.grounds, *step.checks]
    data = {**word_data(step.words, codes), "reviewer": step.reviewer_id or 0}
    reasons = cases.Reasons(tuple(step.grounds) or ("notice_sufficient",), _facts(step, complaint), step.words_id)
    with transaction.atomic():
        moved = cases.act(
            [complaint.pk],
            step.event,
            by="reviewer",
            at=max(step.made_at, held.case.at),
            seen={complaint.pk: held.case.seq},
            facts=frozenset(step.facts),
            data=data,
            reasons=reasons,
        )
        keep_words([held], moved, by="reviewer", text=step.words, codes=codes)
        SeniorRequest.objects.filter(complaint=complaint).delete()
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
        reviewer_id=step.reviewer_id,
        at=at,
    )


def read_dropped(*, reviewer: Person, ids: Iterable[int]) -> None:
    """The reviewer has read that these steps could not happen."""
    DroppedStep.objects.filter(reviewer=reviewer, pk__in=list(ids)).delete()
