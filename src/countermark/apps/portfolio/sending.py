"""Many drafts sent for verification at once: each judged as its own form judges it, then the ready ones sent by a job.

What keeps a draft from being sent stands beside it, and so does what a reviewer would probably send it back for; those go only
where their holder says so. A batch is one transaction, and each draft is judged again in it: what was changed, sent or
deleted since it was shown is told, never sent as it was. A worker killed between two batches has lost nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import models, transaction

from countermark.apps.parties.models import Holder, Person
from countermark.apps.portfolio.models import RightImport, RightSubmission, RightSubmissionRow
from countermark.apps.portfolio.staging import as_json
from countermark.apps.rights import services
from countermark.apps.rights.lint import lint
from countermark.apps.rights.models import Right
from countermark.apps.work.jobs import enqueue
from countermark.core.defect import Defect

JOB = "submit_rights"
BATCH = 500  # drafts a transaction
Verdict = tuple[str, tuple[Defect, ...]]


class SubmissionMoved(Exception):
    """These drafts are being sent, or were sent already; `state` says which. Nothing was changed."""

    code = "submission_moved"
    http_status_hint = 409

    def __init__(self, submission: RightSubmission) -> None:
        self.state = submission.state
        super().__init__(f"submission {submission.pk} is {submission.state} by now")


def drafts_of(holder: Holder, source: RightImport | None = None) -> models.QuerySet[Right]:
    """What this holder could send: drafts and what came back; of one file, if one is named. The first begun in front."""
    rows = Right.objects.filter(holder=holder, state__in=services.OPEN)
    if source is not None:
        rows = rows.filter(events__event="imported", events__data__import=source.pk).distinct()
    return rows.order_by("pk")


@transaction.atomic
def check(*, holder: Holder, by: Person | None, at: datetime, source: RightImport | None = None) -> RightSubmission:
    """Judge the drafts and keep each verdict. Nothing is sent before `start`."""
    submission = RightSubmission.objects.create(holder=holder, by=by, source=source, at=at)
    judge = Judge(holder, at)
    drafts = services.with_papers(drafts_of(holder, source))
    judged = [(right, *judge.verdict(right)) for right in drafts.iterator(chunk_size=BATCH)]
    RightSubmissionRow.objects.bulk_create(
        [
            RightSubmissionRow(submission=submission, row=row, right=right, verdict=verdict, defects=_kept(wrong))
            for row, (right, verdict, wrong) in enumerate(judged, 1)
        ],
        batch_size=BATCH,
    )
    submission.counts = dict(Counter(verdict for _, verdict, _ in judged))
    submission.save(update_fields=["counts"])
    return submission


@transaction.atomic
def start(*, submission: RightSubmission, doubtful_too: bool, at: datetime, now: datetime) -> RightSubmission:
    """Have the ready drafts sent, and the doubtful ones where wanted. A second click finds it started.

    Raises SubmissionMoved.
    """
    submission = RightSubmission.objects.select_for_update().get(pk=submission.pk)
    if submission.state == "running":
        return submission
    if submission.state != "shown":
        raise SubmissionMoved(submission)
    submission.state, submission.started_at, submission.doubtful_too = "running", at, doubtful_too
    submission.save(update_fields=["state", "started_at", "doubtful_too"])
    enqueue(JOB, str(submission.pk), run_at=now)
    return submission


def discard(*, submission: RightSubmission) -> bool:
    """Forget the verdicts; False once sending has begun. The drafts stay."""
    return bool(RightSubmission.objects.filter(pk=submission.pk, state="shown").delete()[0])


def run(submission_id: int, *, at: datetime) -> None:
    """Send what is left. May be run again, and beside another run of itself."""
    while batch(submission_id, at=at):
        pass


@transaction.atomic
def batch(submission_id: int, *, at: datetime) -> bool:
    """Send the next drafts; False when there is nothing left to do."""
    rows_of = RightSubmission.objects.select_for_update(of=("self",)).select_related("holder")
    submission = rows_of.filter(pk=submission_id, state="running").first()
    if submission is None:
        return False
    rows = list(submission.rows.filter(row__gt=submission.done_to, verdict__in=submission.goes).order_by("row")[:BATCH])
    if not rows:
        _end(submission, at)
        return False
    submission.sent += _sent(submission, rows, at)
    submission.done_to = rows[-1].row
    submission.save(update_fields=["sent", "done_to"])
    return True


def _end(submission: RightSubmission, at: datetime) -> None:
    found = submission.rows.order_by().values_list("verdict").annotate(n=models.Count("pk"))
    submission.state, submission.done_at, submission.counts = "done", at, dict(found)
    submission.save(update_fields=["state", "done_at", "counts"])


def _sent(submission: RightSubmission, rows: Sequence[RightSubmissionRow], at: datetime) -> int:
    """Judge these once more and send those that still go; the verdict of the others is what it is now."""
    rights, judge = services.held([row.right_id for row in rows]), Judge(submission.holder, at)
    going: list[Right] = []
    moved: list[RightSubmissionRow] = []
    for row, right in ((row, rights[row.right_id]) for row in rows if row.right_id in rights):  # a draft can be deleted
        verdict, wrong = judge.verdict(right)
        if verdict in submission.goes:
            going.append(right)
        if verdict != row.verdict:
            row.verdict, row.defects = verdict, _kept(wrong)
            moved.append(row)
    services.send(going, by=submission.by, at=at)
    RightSubmissionRow.objects.bulk_update(moved, ["verdict", "defects"])
    return len(going)


class Judge:
    """Judges one draft of a holder after the other; the second of two with one number cannot be sent any more."""

    def __init__(self, holder: Holder, at: datetime) -> None:
        self._at, self._sent = at, services.numbers_sent(holder.pk)

    def verdict(self, right: Right) -> Verdict:
        """`ready`, `doubtful` or `mend` with all that is wrong; `moved` for what is sent or verified already."""
        if right.state not in services.OPEN:
            return "moved", (Defect("submission_moved_on", "state", data={"state": right.state}),)
        missing = services.defects(right, at=self._at, sent=self._sent)
        doubts = lint(right, at=self._at, missing=missing)
        if missing:
            return "mend", (*missing, *doubts)
        services.note_number(self._sent, right)
        return ("doubtful" if doubts else "ready"), doubts


def _kept(wrong: Sequence[Defect]) -> list[list[object]]:
    return [as_json(defect) for defect in wrong]
