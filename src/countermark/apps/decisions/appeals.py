"""The internal appeal (DSA art. 20): filed by either side, free of charge, decided by another person than the decision.

An appeal touches nothing while it is open. Granted, it is the event `appeal_granted` on the complaint, with its reasons; not
granted, the case stays as it is and both sides are told why. Nothing is sent from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from countermark.apps.complaints import mandated
from countermark.apps.complaints import services as cases
from countermark.apps.complaints.held import Held, UnknownCase, hold
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.replies import guest_subject, keep_words, word_data
from countermark.apps.decisions.appeal_selectors import appealable, deciders, has_nothing_left, our_due
from countermark.apps.decisions.models import Appeal
from countermark.apps.decisions.services import DecisionDefective, Made, foresee, unreasoned
from countermark.apps.parties.models import Person
from countermark.apps.work.jobs import enqueue
from countermark.apps.work.models import SealedText, StoredFile
from countermark.apps.work.sealing import seal
from countermark.core import appeal as rules
from countermark.core import catalogue
from countermark.core.defect import Defect, length_of, statement_defects, unprintable

GROUND = "appeal_won"  # of core/catalogue/decision_grounds.toml


class AppealDefective(Exception):
    """Something is missing in the appeal; `defects` names all of it. Nothing was filed."""

    code = "appeal_defective"
    http_status_hint = 422

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(defect.code for defect in defects))


class AppealDecided(Exception):
    """Somebody else has decided this appeal; it says who and how. Nothing was changed."""

    code = "appeal_decided"
    http_status_hint = 409

    def __init__(self, appeal: Appeal) -> None:
        self.appeal = appeal
        super().__init__("this appeal is decided")


# --- filing -------------------------------------------------------------------------------------------------------------


def filing_defects(words: str, files: int) -> tuple[Defect, ...]:
    """All that is missing before an appeal can be filed: why, in words; not too many papers."""
    known = catalogue.load()
    most = known.number("appeal_files")
    found = [*statement_defects(words, least=known.number("reasons_min"), most=known.number("statement_max"))]
    if files > most:
        found.append(Defect("evidence_too_many", "files", data={"count": files, "max": most}))
    return (*found, *unprintable({"statement": words}))


def file_appeal(
    *,
    complaint: Complaint,
    side: str,
    seq: int,
    words: str,
    files: Sequence[StoredFile] = (),
    told_at: datetime | None,
    by: Person | None,
    at: datetime,
    now: datetime,
    key: str,
) -> Appeal:
    """Appeal the decision of event `seq`, of which this side was told at `told_at` (None: not yet).

    A replay with the same `key` answers the same appeal. Raises AppealDefective, the refusals of core.appeal, and
    complaints.services.StaleCase when `seq` is no longer what can be appealed; then nothing was filed.
    """
    if replay := Appeal.objects.filter(key=key, complaint=complaint, side=side).first():
        return replay
    if missing := filing_defects(words, len(files)):
        raise AppealDefective(missing)
    cases.catch_up_cases([complaint.pk], now=at)
    with transaction.atomic():
        if side == "complainant" and (barred := mandate_defects(complaint, at=at, hold_it=True)):
            raise AppealDefective(barred)
        held = hold([complaint.pk])[0]
        if replay := Appeal.objects.filter(key=key, complaint=complaint, side=side).first():
            return replay
        found = appealable(complaint, held, side, told=lambda _: told_at, at=at)
        if found.seq != seq:
            raise cases.StaleCase([complaint.pk])
        appeal = Appeal.objects.create(
            complaint=complaint,
            seq=seq,
            side=side,
            filed_by=by,
            words=seal(subject=_subject(complaint, side), text=words.strip()),
            filed_at=at,
            due_at=our_due(complaint, at).due_at,
            key=key,
        )
        appeal.files.set(files)
        enqueue("tell_appeal", f"{appeal.pk}:filed", run_at=now)
    return appeal


def mandate_defects(complaint: Complaint, *, at: datetime, hold_it: bool = False) -> Sequence[Defect]:
    """What the mandate of the agent who complained lacks for an appeal; nothing where an owner complained itself."""
    return mandated.under([complaint.pk], mandated.APPEALED, at=at, hold=hold_it).defects


def _subject(complaint: Complaint, side: str) -> str:
    """Whose key seals the words: erasing the party erases them."""
    if side == "seller":
        return f"seller:{complaint.seller_id}"
    holder_id = complaint.notice.holder_id
    return f"holder:{holder_id}" if holder_id else guest_subject(complaint.notice)


# --- deciding -----------------------------------------------------------------------------------------------------------


def answer_defects(words: str) -> tuple[Defect, ...]:
    """All that is missing in the reasons of an answer to an appeal."""
    known, count = catalogue.load(), length_of(words)
    least, most = known.number("facts_min"), known.number("facts_max")
    found = [Defect("facts_missing", "words", data={"min": least, "count": count})] if count < least else []
    if len(words) > most:
        found.append(Defect("facts_too_long", "words", data={"max": most, "count": len(words)}))
    return (*found, *unprintable({"words": words}))


def decide_appeal(
    *, appeal_id: int, granted: bool | None, words: str, reviewer: Person, seen: int, at: datetime, now: datetime
) -> Appeal:
    """Grant an appeal, or not, with reasons. `seen` is the seq of the case as the reviewer saw it.

    `granted` None closes an appeal that has nothing left to win. A second click finds the first. Raises SameReviewer,
    DecisionDefective, AppealDecided, UnknownCase, complaints.services.StaleCase; then nothing was decided.
    """
    words = words.strip()
    with transaction.atomic():
        appeal, held = _held(appeal_id)
        if appeal.decided_at is not None:
            return _decided_before(appeal, granted, reviewer)
        rules.must_be_another(reviewer.pk, deciders(appeal))
        if has_nothing_left(appeal, held) != (granted is None):
            raise cases.StaleCase([held.id])
        if missing := [*answer_defects(words), *(_unreasoned(appeal, held, words, at) if granted else ())]:
            raise DecisionDefective(missing)
        answer = seal(subject=f"case:{held.number}", text=words)
        if granted:
            appeal.made = _grant(appeal, held, answer, reviewer, seen, at)
        appeal.granted, appeal.answer = granted, answer
        appeal.decided_at, appeal.decided_by = max(at, appeal.filed_at), reviewer
        appeal.save()
        if not granted:  # granted, the event of the case is told like any other
            enqueue("tell_appeal", f"{appeal.pk}:decided", run_at=now)
    return appeal


def _held(appeal_id: int) -> tuple[Appeal, Held]:
    """The appeal and its case, locked in this order: the case first, as every writer of it does."""
    complaint_id = Appeal.objects.filter(pk=appeal_id).values_list("complaint_id", flat=True).first()
    if complaint_id is None:
        raise UnknownCase("there is no such appeal")
    held = hold([complaint_id])[0]
    return Appeal.objects.select_related("complaint__notice").get(pk=appeal_id), held


def _decided_before(appeal: Appeal, granted: bool | None, reviewer: Person) -> Appeal:
    if (appeal.decided_by_id, appeal.granted) != (reviewer.pk, granted):
        raise AppealDecided(appeal)
    return appeal


def _unreasoned(appeal: Appeal, held: Held, words: str, at: datetime) -> Sequence[Defect]:
    """What the statement of reasons lacks where granting restricts the listing (DSA art. 17)."""
    made = Made(rules.GRANTED, grounds=(GROUND,), words=words)
    transition = foresee(held, made, at=at)
    return unreasoned(appeal.complaint, held, made, transition) if transition.raises_ask else ()


def _grant(appeal: Appeal, held: Held, answer: SealedText, reviewer: Person, seen: int, at: datetime) -> int:
    """Let the appeal take effect on its case; returns the seq of the event."""
    notice = appeal.complaint.notice
    facts = {"reason": notice.reason, "notice": notice.number, "appeal": appeal.pk}
    moved = cases.act(
        [held.id],
        rules.GRANTED,
        by="reviewer",
        at=max(at, held.case.at),
        seen={held.id: seen},
        data={**word_data(answer, (GROUND,)), "reviewer": reviewer.pk, "appeal": appeal.pk},
        reasons=cases.Reasons((GROUND,), facts, answer.pk),
    )
    keep_words([held], moved, by="reviewer", text=answer, codes=(GROUND,))
    return moved[0].seq
