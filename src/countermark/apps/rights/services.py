"""Writers of rights: kept as typed, sent for verification, approved or sent back with reasons, suspended, ended.

A right moves between states by a guarded update, and each move leaves a RightEvent; history is never rewritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models, transaction

from countermark.apps.parties.models import Holder, Person
from countermark.apps.rights import completeness
from countermark.apps.rights.clocks import set_clocks
from countermark.apps.rights.mirror import columns_of
from countermark.apps.rights.models import Right, RightDocument, RightEvent, RightRecord
from countermark.apps.work import files, true_time
from countermark.apps.work.jobs import enqueue
from countermark.apps.work.models import StoredFile
from countermark.apps.work.services import calendar_in_force
from countermark.core import catalogue
from countermark.core.calendar import Clock, Due, explain
from countermark.core.defect import Defect
from countermark.core.rights.registration import papers_in_colour
from countermark.evidence.colour import coloured_share

TELL = "tell_right"  # the job that tells the holder what happened
OPEN = ("draft", "returned")  # the holder may still change it
OF_THE_PLATFORM = "CN"  # the calendar the platform's own people work by
STANDS_FOR_NOTHING = str.maketrans({"\0": "\N{REPLACEMENT CHARACTER}"})  # what no database keeps is shown, not dropped


class RightDefective(Exception):
    """The registration cannot be sent as it is; `defects` names all that is wrong. Nothing was sent."""

    code = "right_defective"
    http_status_hint = 422

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(defect.code for defect in self.defects))


class RightMoved(Exception):
    """The right is no longer in the state this step starts from; `state` says where it stands. Nothing was changed."""

    code = "right_moved"
    http_status_hint = 409

    def __init__(self, right: Right) -> None:
        self.state = right.state
        super().__init__(f"right {right.pk} is {right.state} by now")


class TooManyPapers(Exception):
    """A right takes no more papers; `max` says how many."""

    code = "too_many_papers"
    http_status_hint = 422

    def __init__(self, most: int) -> None:
        self.max = most
        super().__init__(f"a right takes {most} papers")


# --- by the holder --------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_draft(
    *, holder: Holder, kind: str, answers: Mapping[str, str], at: datetime, right: Right | None = None
) -> Right:
    """Keep what was typed, whatever it is; answers not given stay as they were. RightMoved when it was sent meanwhile."""
    right = _held(right, OPEN) if right else Right(holder=holder, kind=kind, created_at=at)
    typed = {name: str(text).translate(STANDS_FOR_NOTHING) for name, text in answers.items()}
    right.fields = {**right.fields, **typed}
    _mirror(right)
    right.save()
    return right


def _mirror(right: Right) -> None:
    """The columns that lists, cases and rules read, from the answers as typed."""
    for name, value in columns_of(right.kind, right.fields)._asdict().items():
        setattr(right, name, list(value) if name == "classes" else value)


def attach_document(*, right: Right, content: bytes, name: str, kind: str, by: Person, at: datetime) -> StoredFile:
    """Keep a paper of this kind. Raises UploadRefused, TooManyPapers and RightMoved; then nothing was kept.

    The kind `picture` is the mark or work as it looks; it is shown where the right is named.
    """
    examined = files.examine(content, name)  # before the lock: it may take its time
    coloured = coloured_share(examined.content, examined.media_type) if kind in papers_in_colour() else None
    with transaction.atomic():
        right = _held(right, OPEN)
        most = catalogue.load().number("papers_per_right")
        if right.documents.count() >= most:
            raise TooManyPapers(most)
        file = files.put(examined, by=by, at=at)
        if kind == "picture":
            right.picture = file
            right.save(update_fields=["picture"])
        else:
            RightDocument.objects.create(right=right, file=file, kind=kind, coloured=coloured)
    return file


@transaction.atomic
def detach_document(*, right: Right, document_id: int) -> None:
    """Take a paper away again; harmless when it is gone. RightMoved once the registration is being verified."""
    _held(right, OPEN).documents.filter(pk=document_id).delete()


@transaction.atomic
def discard_draft(*, right: Right) -> None:
    """Delete a registration that was never sent."""
    _held(right, ("draft",)).delete()


Numbers = dict[tuple[str, str, str], set[int]]  # kind, office and number -> the rights that were sent under them


def numbers_sent(holder_id: int) -> Numbers:
    """What a holder has sent, read once where many are to be judged; `note_number` adds to it."""
    rows = Right.objects.filter(holder=holder_id).exclude(state="draft").exclude(number="")
    found: Numbers = {}
    for pk, *key in rows.values_list("pk", "kind", "office", "number").iterator():
        found.setdefault((key[0], key[1], key[2]), set()).add(pk)
    return found


def note_number(sent: Numbers, right: Right) -> None:
    """From now on another right of this number cannot be sent."""
    if right.number:
        sent.setdefault((right.kind, right.office, right.number), set()).add(right.pk)


def defects(right: Right, *, at: datetime, sent: Numbers | None = None) -> tuple[Defect, ...]:
    """All that keeps this registration from being sent. `sent` is what its holder has sent, where that was read before."""
    papers = [paper.kind for paper in right.documents.all()]
    is_agent = right.holder.is_agent
    today = at.astimezone(_zone_of(right)).date()
    found = completeness.defects(right.kind, right.fields, papers, is_agent=is_agent, today=today)
    known = bool(right.number) and (_is_known(right) if sent is None else _is_among(right, sent))
    return (*found, *([Defect("right_known", "number", data={"number": right.number})] if known else []))


def _is_known(right: Right) -> bool:
    same = Right.objects.filter(holder=right.holder_id, kind=right.kind, office=right.office)
    return same.filter(number__in=_spellings(right)).exclude(pk=right.pk).exclude(state="draft").exists()


def _is_among(right: Right, sent: Numbers) -> bool:
    return any(sent.get((right.kind, right.office, number), set()) - {right.pk} for number in _spellings(right))


def _spellings(right: Right) -> set[str]:
    return {right.number, right.fields.get("number", "").strip()}  # older rows hold it as it was typed


def _zone_of(right: Right) -> ZoneInfo:
    offices = catalogue.load().offices
    return ZoneInfo(offices.get(right.office, offices["other"]).zone)


@transaction.atomic
def submit_right(*, right: Right, by: Person, at: datetime) -> Right:
    """Send for verification; the platform should have looked within three working days.

    A second click finds it sent and answers it. Raises RightDefective, RightMoved.
    """
    right = Right.objects.select_for_update().get(pk=right.pk)
    if right.state == "pending":
        return right
    _held(right, OPEN)
    if missing := defects(right, at=at):
        raise RightDefective(missing)
    send([right], by=by, at=at)
    return right


def held(ids: Iterable[int]) -> dict[int, Right]:
    """These rights with their papers, locked and as they are now; inside the caller's transaction."""
    rows = with_papers(Right.objects.select_for_update(of=("self",)).filter(pk__in=list(ids)))
    return {right.pk: right for right in rows.order_by("pk")}


def with_papers(rights: models.QuerySet[Right]) -> models.QuerySet[Right]:
    """These rights with all that is asked to judge them, read along."""
    records = models.Prefetch("records", RightRecord.objects.defer("raw"))
    return rights.select_related("holder").prefetch_related("documents", records)


def send(rights: Sequence[Right], *, by: Person | None, at: datetime) -> None:
    """Have these verified. The caller holds them, has found them open and without a defect, in this transaction."""
    due = check_due(at).due_at
    events = ["resubmitted" if right.state == "returned" else "submitted" for right in rights]
    for right in rights:
        right.state, right.submitted_at, right.due_at = "pending", at, due
    moved = {"state": "pending", "submitted_at": at, "due_at": due}
    Right.objects.filter(pk__in=[right.pk for right in rights]).update(**moved)
    RightEvent.objects.bulk_create(
        RightEvent(right=right, event=event, by=by, at=at, data={"answers": dict(right.fields)})
        for right, event in zip(rights, events, strict=True)
    )


def check_due(at: datetime) -> Due:
    """Until when a registration sent at `at` should have been looked at, day by day."""
    return check_dues([at])[0]


def check_dues(sent: Iterable[datetime]) -> list[Due]:
    """The same for each of these instants; one query for all of them."""
    clock = Clock(catalogue.load().number("right_check_days"), "working")
    calendar, zone = calendar_in_force(OF_THE_PLATFORM), ZoneInfo(settings.TIME_ZONE)
    return [explain(clock, calendar, at, zone) for at in sent]


# --- by the platform ------------------------------------------------------------------------------------------------------


@transaction.atomic
def approve_right(*, right: Right, by: Person, at: datetime) -> Right:
    """Verified: complaints can rest on it from now on. RightMoved when somebody else was faster."""
    right = _held(right, ("pending",))
    right.state, right.verified_at, right.verified_by, right.due_at = "approved", at, by, None
    right.return_reasons, right.return_note = [], ""
    set_clocks(right, at=at)
    right.save()
    _told(right, "approved", by, at, {})
    return right


@transaction.atomic
def return_right(*, right: Right, reasons: Sequence[str], note: str, by: Person, at: datetime) -> Right:
    """Send it back with at least one reason of the catalogue. RightMoved when somebody else was faster.

    Raises RightDefective (`return_reasons_missing`, `return_reason_unknown`) when it says not why.
    """
    right = _held(right, ("pending",))
    offered = {reason.id for reason in catalogue.load().return_reasons_for(right.kind)}
    if not reasons:
        raise RightDefective([Defect("return_reasons_missing", "reasons")])
    if strange := [code for code in reasons if code not in offered]:
        raise RightDefective([Defect("return_reason_unknown", "reasons", data={"reason": strange[0]})])
    right.state, right.due_at = "returned", None
    right.return_reasons, right.return_note = list(reasons), note.translate(STANDS_FOR_NOTHING)
    right.save()
    _told(right, "returned", by, at, {"reasons": list(reasons), "note": right.return_note})
    return right


@transaction.atomic
def reject_right(*, right: Right, why: str, by: Person, at: datetime) -> Right:
    """Not this right, and not by mending it. RightMoved when somebody else was faster."""
    right = _held(right, ("pending", "returned"))
    right.state, right.due_at = "rejected", None
    right.save()
    _told(right, "rejected", by, at, {"why": why})
    return right


def _held(right: Right, states: Sequence[str]) -> Right:
    """The right, locked and as it is now, if it is in one of these states."""
    current = Right.objects.select_for_update(of=("self",)).select_related("holder").get(pk=right.pk)
    if current.state not in states:
        raise RightMoved(current)
    return current


def _note(right: Right, event: str, by: Person | None, at: datetime, data: dict[str, Any]) -> RightEvent:
    return RightEvent.objects.create(right=right, event=event, by=by, at=at, data=data)


def _told(right: Right, event: str, by: Person | None, at: datetime, data: dict[str, Any]) -> None:
    """Note it, and have its holder written to."""
    enqueue(TELL, str(_note(right, event, by, at, data).pk), run_at=true_time.now())
