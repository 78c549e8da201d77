"""Writers of what a rights holder has looked for: words and pictures of its own, under a right of its own.

Rule 1: only a right that lives takes them, and of an agent only what its mandate allows. Rule 2: nothing is looked for before a
reviewer has seen it. Rule 3: when the right ends they end with it; while it is in doubt they are kept and not looked for.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from countermark.apps.mandates.selectors import facts_for
from countermark.apps.parties.models import Person
from countermark.apps.rights.clocks import today_at_office
from countermark.apps.rights.models import Right, RightEvent
from countermark.apps.rights.selectors import facts_of
from countermark.apps.rights.services import TELL, check_due
from countermark.apps.screening import pictures
from countermark.apps.screening.engine import ScreeningUnavailable
from countermark.apps.screening.known import LIVING
from countermark.apps.screening.models import Picture, Reference
from countermark.apps.work import files
from countermark.apps.work.jobs import enqueue
from countermark.apps.work.models import StoredFile
from countermark.core import catalogue
from countermark.core.defect import Defect, printable
from countermark.core.rights.mandate import mandate_defects
from countermark.matching.libraries import ScreeningNotInstalled
from countermark.matching.pictures.reading import PictureUnreadable

log = logging.getLogger("countermark.screening")
STANDING = ("pending", "in_force")  # the same again is not taken
IN_DOUBT = ("suspended", "transferred")  # a right whose references wait with it; any other that does not live has ended
TOLD_EVERY = timedelta(days=1)
WITH_WORDS = ("trademark", "other")  # kinds of rights that protect a word


class ReferenceDefective(Exception):
    """Some of what was sent cannot be registered; `defects` names all of it. Nothing was kept."""

    code = "reference_defective"
    http_status_hint = 422

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(defect.code for defect in self.defects))


class ReferenceMoved(Exception):
    """It is no longer in the state this step starts from; `state` says where it stands. Nothing was changed."""

    code = "reference_moved"
    http_status_hint = 409

    def __init__(self, reference: Reference) -> None:
        self.state = reference.state
        super().__init__(f"reference {reference.pk} is {reference.state} by now")


class Sent(NamedTuple):
    """What a holder sends: words as typed, and pictures that were kept before, by its own people."""

    words: Sequence[str] = ()
    pictures: Sequence[StoredFile] = ()


# --- by the holder --------------------------------------------------------------------------------------------------------


def register(*, right: Right, sent: Sent, by: Person, at: datetime) -> list[Reference]:
    """Send words and pictures for a reviewer to look at. Raises ReferenceDefective with everything that is wrong.

    Raises ScreeningUnavailable for pictures where they cannot be read; nothing was kept then.
    """
    words = [" ".join(unicodedata.normalize("NFC", word).split()) for word in sent.words]
    wrong = [*_picture_faults(sent.pictures)]  # reading takes its time: before the lock
    with transaction.atomic():
        right = Right.objects.select_for_update(of=("self",)).select_related("holder").get(pk=right.pk)
        wrong = [*_right_faults(right, at), *_word_faults(right, words), *_known_pictures(right, sent.pictures), *wrong]
        wrong += _number_faults(right, len(words) + len(sent.pictures))
        if wrong:
            raise ReferenceDefective(sorted(wrong, key=lambda defect: defect.field))
        due = check_due(at).due_at
        same = {"right": right, "made_at": at, "made_by": by, "due_at": due}
        rows = [Reference(kind="word", text=word, **same) for word in words]
        rows += [Reference(kind="picture", file=file, **same) for file in sent.pictures]
        Reference.objects.bulk_create(rows)
    log.info("reference.registered right=%s words=%s pictures=%s", right.pk, len(words), len(sent.pictures))
    return rows


def end(*, reference: Reference, at: datetime, now: datetime) -> Reference:
    """The holder no longer wants it looked for; ended before, it is answered as it is. `now` is real time."""
    with transaction.atomic():
        row = Reference.objects.select_for_update(of=("self",)).select_related("right").get(pk=reference.pk)
        if row.state != "ended":
            _end([row], at=at, now=now)
    return row


def _end(rows: Iterable[Reference], *, at: datetime, now: datetime) -> None:
    ended = list(rows)
    for row in ended:
        row.state, row.ended_at = "ended", at
    Reference.objects.bulk_update(ended, ["state", "ended_at"])
    pictures.stop_looking(Picture.objects.filter(reference__in=ended, live=True), now=now)
    pictures.note_words(now=now)


# --- by a reviewer --------------------------------------------------------------------------------------------------------


def to_check() -> QuerySet[Reference]:
    """What waits for a reviewer, what is due first in front."""
    rows = Reference.objects.filter(state="pending").select_related("right__holder", "file")
    return rows.order_by("due_at", "pk")


def accept(*, reference: Reference, by: Person, at: datetime, now: datetime) -> Reference:
    """A reviewer has seen that it is theirs: it is looked for from now on. Raises ReferenceMoved, ReferenceDefective.

    Raises ScreeningUnavailable for a picture where it cannot be read; then it waits on.
    """
    seen = _seen(reference.file) if reference.file else None
    with transaction.atomic():
        row = _pending(reference)
        if row.right.state not in LIVING:
            raise ReferenceDefective([Defect("reference_right_ended", "right", data={"right": str(row.right)})])
        _decide(row, "in_force", "", by, at)
        _note(row, "reference_accepted", by, at)
        if seen is not None and row.file is not None:
            pictures.keep([(row.file, seen)], reference=row, now=now)
        pictures.note_words(now=now)
    return row


def send_back(*, reference: Reference, note: str, by: Person, at: datetime, now: datetime) -> Reference:
    """Back to its holder, with why; a letter says so, once a day. Raises ReferenceMoved, ReferenceDefective where nothing says
    why."""
    if not note.strip():
        raise ReferenceDefective([Defect("reference_note_missing", "note")])
    with transaction.atomic():
        row = _pending(reference)
        _decide(row, "returned", printable(note.strip())[:600], by, at)
        is_told = _lately_told(row.right, at)
        event = _note(row, "reference_returned", by, at)
        if not is_told:
            enqueue(TELL, str(event.pk), run_at=now)
    return row


def _lately_told(right: Right, at: datetime) -> bool:
    """Whether its holder was written to within the day: of fifty that come back one letter says so."""
    return right.events.filter(event="reference_returned", at__gt=at - TOLD_EVERY).exists()


def _note(row: Reference, event: str, by: Person, at: datetime) -> RightEvent:
    """One line in the history of the right."""
    said = {"reference": row.pk, **({"note": row.note} if row.note else {})}
    return RightEvent.objects.create(right=row.right, event=event, by=by, at=at, data=said)


def _pending(reference: Reference) -> Reference:
    """It, locked and as it is now, if it waits for a reviewer."""
    rows = Reference.objects.select_for_update(of=("self",)).select_related("right__holder", "file")
    row = rows.get(pk=reference.pk)
    if row.state != "pending":
        raise ReferenceMoved(row)
    return row


def _decide(row: Reference, state: str, note: str, by: Person, at: datetime) -> None:
    row.state, row.note, row.decided_by, row.decided_at = state, note, by, at
    row.save(update_fields=["state", "note", "decided_by", "decided_at"])


def may_read_file(file: StoredFile, *, holder_ids: Sequence[int] = (), **others: object) -> bool:
    """Whether the people of these accounts may read a file because it is a picture they have looked for."""
    return bool(holder_ids) and Reference.objects.filter(file=file, right__holder__in=list(holder_ids)).exists()


# --- by the right it is under ---------------------------------------------------------------------------------------------


def to_follow() -> bool:
    """Whether a reference does not stand as its right does; asked cheaply by every worker."""
    return _of_ended_rights().exists() or _to_pause().exists() or _to_resume().exists()


@transaction.atomic
def follow_rights(*, at: datetime, now: datetime) -> int:
    """References end with their right; while it is in doubt their pictures are not looked for. Returns how many moved."""
    over = list(_of_ended_rights().select_for_update(of=("self",))[:500])
    if over:
        _end(over, at=at, now=now)
    pause, again = list(_to_pause()[:500]), list(_to_resume()[:500])
    pictures.stop_looking(pause, now=now)
    pictures.look_again(again, now=now)
    return len(over) + len(pause) + len(again)


def _of_ended_rights() -> QuerySet[Reference]:
    return Reference.objects.filter(state__in=STANDING).exclude(right__state__in=(*LIVING, *IN_DOUBT)).order_by("pk")


def _to_pause() -> QuerySet[Picture]:
    return Picture.objects.filter(live=True, reference__state="in_force", reference__right__state__in=IN_DOUBT)


def _to_resume() -> QuerySet[Picture]:
    return Picture.objects.filter(live=False, reference__state="in_force", reference__right__state__in=LIVING)


# --- what may be wrong ----------------------------------------------------------------------------------------------------


def _right_faults(right: Right, at: datetime) -> Iterator[Defect]:
    """The right must live, and an agent's mandate cover it at every marketplace: it is looked for at all of them."""
    if right.state not in LIVING:
        yield Defect("reference_right_not_verified", "right", data={"right": str(right)})
    elif right.holder.is_agent:
        mandate = facts_for(right.holder, right, None, at=at)
        if mandate is None:
            yield Defect("mandate_missing", "right")
        else:
            yield from mandate_defects(mandate, facts_of(right), "*", "file", today_at_office(right, at))


def _word_faults(right: Right, words: Sequence[str]) -> Iterator[Defect]:
    least, known = catalogue.load().number("reference_word_least"), _known_words(right)
    if words and right.kind not in WITH_WORDS:
        yield Defect("reference_words_elsewhere", "words")
        return
    for place, word in enumerate(words):
        field, key = f"words.{place}", word.casefold()
        if len(word) > 200 or printable(word) != word:
            yield Defect("reference_word_long", field, data={"max": 200})
        elif sum(unicodedata.category(sign)[0] in "LN" for sign in word) < least:
            yield Defect("reference_word_short", field, data={"min": least})
        elif key in known:
            yield Defect("reference_word_known", field, data={"word": word})
        known.add(key)


def _known_words(right: Right) -> set[str]:
    rows = Reference.objects.filter(right=right, kind="word", state__in=STANDING)
    return {text.casefold() for text in rows.values_list("text", flat=True)}


def _known_pictures(right: Right, sent: Sequence[StoredFile]) -> Iterator[Defect]:
    rows = Reference.objects.filter(right=right, kind="picture", state__in=STANDING)
    known = set(rows.values_list("file__sha256", flat=True))
    for place, file in enumerate(sent):
        if file.sha256 in known:
            yield Defect("reference_picture_known", f"pictures.{place}", data={"name": file.name})
        known.add(file.sha256)


def _picture_faults(sent: Sequence[StoredFile]) -> Iterator[Defect]:
    """What is no picture, and pictures of nothing: no view of them says anything, and nothing in them stands out."""
    for place, file in enumerate(sent):
        field, data = f"pictures.{place}", {"name": file.name}
        try:
            seen = _seen(file)
        except PictureUnreadable:
            yield Defect("reference_picture_unreadable", field, data=data)
            continue
        found = pictures.unpacked(seen.features)
        if not seen.views and (found is None or len(found.points) < catalogue.load().number("reference_points_least")):
            yield Defect("reference_picture_plain", field, data=data)


def _seen(file: StoredFile) -> pictures.Seen:
    """What is kept of a picture. Raises PictureUnreadable, and ScreeningUnavailable where the libraries are missing."""
    try:
        return pictures.look_at(files.read(file))
    except ScreeningNotInstalled as missing:
        raise ScreeningUnavailable(str(missing)) from missing


def _number_faults(right: Right, count: int) -> Iterator[Defect]:
    most, standing = catalogue.load().number("references_per_right"), STANDING
    if not count:
        yield Defect("reference_nothing", "words")
    there = Reference.objects.filter(right=right, state__in=standing).count()
    if there + count > most:
        yield Defect("references_too_many", "right", data={"max": most, "count": there + count})
