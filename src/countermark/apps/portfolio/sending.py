"""Many drafts sent for verification at once: each judged as its own form judges it, then the ready ones sent by a job.

What keeps a draft from being sent stands beside it, and so does what a reviewer would probably send it back for; those go only
where their holder says so. A batch is one transaction, and each draft is judged again in it: what was changed, sent or
deleted since it was shown is told, never sent as it was. A worker killed between two batches has lost nothing. Many drafts are
judged by the job, too; a few at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, models, transaction

from countermark.apps.parties.models import Holder, Person
from countermark.apps.portfolio.models import RightImport, RightSubmission, RightSubmissionRow
from countermark.apps.portfolio.staging import as_json
from countermark.apps.rights import services
from countermark.apps.rights.lint import lint
from countermark.apps.rights.models import Right
from countermark.apps.work.bulk import put
from countermark.apps.work.jobs import enqueue
from countermark.core.defect import Defect

JOB = "submit_rights"
BATCH = 500  # drafts a transaction; as many are judged while somebody waits
TABLE = "portfolio_rightsubmissionrow"
GOOD = ("ready", "doubtful")  # what can be sent
ROW_COLUMNS = ("submission_id", '"row"', "right_id", "verdict", "defects")
VERDICT = "UPDATE portfolio_rightsubmissionrow SET verdict = %s, defects = %s WHERE id = %s"
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
def check(
    *, holder: Holder, by: Person | None, at: datetime, now: datetime | None, source: RightImport | None = None
) -> RightSubmission:
    """Have the drafts judged; nothing is sent before `start`. From `now` on a worker judges them where they are many; None:
    they are judged here, however many."""
    submission = RightSubmission.objects.create(holder=holder, by=by, source=source, at=at)
    drafts = list(drafts_of(holder, source).values_list("pk", flat=True))
    submission.counts = {"waits": len(drafts)} if drafts else {}
    submission.save(update_fields=["counts"])
    put(TABLE, ROW_COLUMNS, ((submission.pk, row, pk, "waits", "[]") for row, pk in enumerate(drafts, 1)))
    if now is not None and len(drafts) > BATCH:
        enqueue(JOB, str(submission.pk), run_at=now)
        return submission
    run(submission.pk, at=at)
    submission.refresh_from_db()
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
    return bool(RightSubmission.objects.filter(pk=submission.pk, state__in=("checking", "shown")).delete()[0])


def run(submission_id: int, *, at: datetime) -> None:
    """Judge, or send, what is left. May be run again, and beside another run of itself."""
    submission = RightSubmission.objects.select_related("holder").filter(pk=submission_id).first()
    if submission is None:
        return
    judge = Judge(submission.holder, at)
    judge.note(Right.objects.filter(submission_rows__submission=submission, submission_rows__verdict__in=GOOD))
    while check_batch(submission_id, judge):
        pass
    while batch(submission_id, at=at):
        pass


@transaction.atomic
def check_batch(submission_id: int, judge: Judge) -> bool:
    """Judge the next drafts; False when there is nothing left to judge."""
    submission = _locked(submission_id, "checking")
    if submission is None:
        return False
    rows = list(submission.rows.filter(row__gt=submission.done_to).order_by("row")[:BATCH])
    rights = {
        right.pk: right for right in services.with_papers(Right.objects.filter(pk__in=[r.right_id for r in rows]))
    }
    _keep((row, *judge.verdict(rights[row.right_id])) for row in rows if row.right_id in rights)
    submission.done_to = rows[-1].row if rows else 0
    submission.state = "checking" if rows else "shown"
    submission.counts = _counted(submission)
    submission.save(update_fields=["done_to", "state", "counts"])
    return bool(rows)


@transaction.atomic
def batch(submission_id: int, *, at: datetime) -> bool:
    """Send the next drafts; False when there is nothing left to do."""
    submission = _locked(submission_id, "running")
    if submission is None:
        return False
    rows = list(submission.rows.filter(row__gt=submission.done_to, verdict__in=submission.goes).order_by("row")[:BATCH])
    if not rows:
        submission.state, submission.done_at, submission.counts = "done", at, _counted(submission)
        submission.save(update_fields=["state", "done_at", "counts"])
        return False
    submission.sent += _sent(submission, rows, at)
    submission.done_to = rows[-1].row
    submission.save(update_fields=["sent", "done_to"])
    return True


def _locked(submission_id: int, state: str) -> RightSubmission | None:
    rows = RightSubmission.objects.select_for_update(of=("self",)).select_related("holder")
    return rows.filter(pk=submission_id, state=state).first()


def _counted(submission: RightSubmission) -> dict[str, int]:
    return dict(submission.rows.order_by().values_list("verdict").annotate(n=models.Count("pk")))


def _keep(judged: Iterable[tuple[RightSubmissionRow, str, tuple[Defect, ...]]]) -> None:
    """The verdicts of these rows, as they are now."""
    rows = [(verdict, json.dumps([as_json(one) for one in wrong]), row.pk) for row, verdict, wrong in judged]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(VERDICT, rows)


def _sent(submission: RightSubmission, rows: Sequence[RightSubmissionRow], at: datetime) -> int:
    """Judge these once more and send those that still go; the verdict of the others is what it is now."""
    rights, judge = services.held([row.right_id for row in rows]), Judge(submission.holder, at)
    there = [(row, rights[row.right_id]) for row in rows if row.right_id in rights]  # a draft can be deleted meanwhile
    judged = [(row, right, judge.verdict(right)) for row, right in there]
    going = [right for _, right, (verdict, _) in judged if verdict in submission.goes]
    services.send(going, by=submission.by, at=at)
    _keep((row, *found) for row, _, found in judged if found[0] != row.verdict)
    return len(going)


class Judge:
    """Judges one draft of a holder after the other; the second of two with one number cannot be sent any more."""

    def __init__(self, holder: Holder, at: datetime) -> None:
        self._at, self._sent = at, services.numbers_sent(holder.pk)

    def note(self, rights: Iterable[Right]) -> None:
        """These go before those that are still to be judged."""
        for right in rights:
            services.note_number(self._sent, right)

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
