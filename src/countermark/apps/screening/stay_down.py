"""What was taken down for good stays down: a fingerprint of it is kept as long as its case stands so, its right lives, and its
time is not up.

Rule 1: whether there should be one follows from the case as it is now, in whatever order and however often this is asked: upheld,
and its listing asked down. Rule 2: a case that is turned, by appeal, withdrawal or otherwise, lifts it; so does the end of its
right, and an operator. A case that stands again has it again. Rule 3: what was stopped because of it stays a measure of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q, QuerySet

from countermark.apps.complaints.models import Complaint
from countermark.apps.listings.models import FrozenCopy
from countermark.apps.screening import pictures
from countermark.apps.screening.engine import is_installed
from countermark.apps.screening.known import LIVING
from countermark.apps.screening.models import Change, Fingerprint, Picture
from countermark.apps.screening.relisted import words_of
from countermark.apps.work import files
from countermark.apps.work.jobs import enqueue_many
from countermark.apps.work.models import StoredFile
from countermark.core import catalogue
from countermark.evidence.store import Corrupt, Missing
from countermark.matching.pictures.reading import PictureUnreadable

log = logging.getLogger("countermark.screening")
JOB = "stay_down"
STANDS = Q(outcome="upheld", ask="remove", notice__mode="listing")
IN_DOUBT = ("suspended", "transferred")  # the right may live on: its fingerprints wait with it
MOST_PICTURES = 12  # of one listing
MOST_WORDS = 400  # of its description
A_ROUND = 200  # cases


class FingerprintEnded(Exception):
    """It is lifted or has expired already. Nothing was changed."""

    code = "fingerprint_ended"
    http_status_hint = 409


class Kept(NamedTuple):
    """What is kept of a listing that came down."""

    complaint: Complaint
    title: str
    attributes: dict[str, str]
    pictures: list[tuple[StoredFile, pictures.Seen]]


# --- what has to be done --------------------------------------------------------------------------------------------------


def wake(notice_id: int, *, now: datetime) -> None:
    """Cases of a notice have moved: have their fingerprints made or lifted, where there is something to do."""
    if not is_installed():
        return  # what is missed now is caught up with once they are
    if _missing().filter(notice=notice_id).exists() or _fallen().filter(complaint__notice=notice_id).exists():
        enqueue_many([(JOB, str(notice_id), {})], run_at=now)


def catch_up(*, at: datetime, now: datetime) -> None:
    """What fell due, and what nobody was woken for: whose time is up, whose right has ended, whose case has moved."""
    for one in Fingerprint.objects.filter(state="in_force", until__lte=at).values_list("pk", flat=True):
        _end([one], "expired", "expired", at=at, now=now)
    ended = Fingerprint.objects.filter(state="in_force").exclude(right=None)
    gone = ended.exclude(right__state__in=(*LIVING, *IN_DOUBT)).values_list("pk", flat=True)
    _end(list(gone), "lifted", "right_ended", at=at, now=now)
    notices = [
        *_missing().values_list("notice", flat=True)[:A_ROUND],
        *_fallen().values_list("complaint__notice", flat=True),
    ]
    if notices and is_installed():
        enqueue_many([(JOB, str(pk), {}) for pk in dict.fromkeys(notices)], run_at=now)


def _missing() -> QuerySet[Complaint]:
    """Cases that stand and have no fingerprint, or had theirs lifted because they did not."""
    lives = Q(notice__right=None) | Q(notice__right__state__in=LIVING)
    lifted = Q(fingerprint__state="lifted", fingerprint__ended_why__in=("withdrawn", "appeal"))
    return Complaint.objects.filter(STANDS, lives).filter(Q(fingerprint=None) | lifted).order_by("pk")


def _fallen() -> QuerySet[Fingerprint]:
    """Fingerprints in force whose case stands no longer."""
    return Fingerprint.objects.filter(state="in_force").exclude(complaint__outcome="upheld", complaint__ask="remove")


# --- doing it -------------------------------------------------------------------------------------------------------------


def follow(notice_id: int, *, at: datetime, now: datetime) -> int:
    """Make and lift the fingerprints of this notice's cases, as they stand now; returns how many were made.

    Pictures are read before anything is locked. Raises ScreeningNotInstalled.
    """
    _lift_fallen(notice_id, at=at, now=now)
    found = [
        _read(case) for case in _missing().filter(notice=notice_id).select_related("copy", "notice__right", "listing")
    ]
    return sum(_make(kept, at=at, now=now) for kept in found)


def _lift_fallen(notice_id: int, *, at: datetime, now: datetime) -> None:
    rows = _fallen().filter(complaint__notice=notice_id)
    won = set(rows.filter(complaint__events__event="appeal_granted").values_list("pk", flat=True))
    others = set(rows.values_list("pk", flat=True)) - won
    _end(sorted(won), "lifted", "appeal", at=at, now=now)
    _end(sorted(others), "lifted", "withdrawn", at=at, now=now)


def _read(case: Complaint) -> Kept:
    copy = case.copy
    words = sorted(words_of(copy.text))[:MOST_WORDS]
    attributes = {"price": copy.price, "currency": copy.currency, "text": " ".join(words)}
    return Kept(case, copy.title or case.listing.title, attributes, list(_seen(_shown_in(copy))))


def _shown_in(copy: FrozenCopy) -> list[StoredFile]:
    """The pictures of the listing as it was when it was complained of."""
    ids = [one["file"] for one in copy.pictures if one.get("file")][:MOST_PICTURES]
    rows = StoredFile.objects.in_bulk(ids)
    return [rows[pk] for pk in dict.fromkeys(ids) if pk in rows]


def _seen(shown: Iterable[StoredFile]) -> Iterator[tuple[StoredFile, pictures.Seen]]:
    for file in shown:
        try:
            yield file, pictures.look_at(files.read(file))
        except (PictureUnreadable, Missing, Corrupt) as fault:
            log.warning("screening.picture_unreadable file=%s fault=%s", file.pk, fault)


@transaction.atomic
def _make(kept: Kept, *, at: datetime, now: datetime) -> bool:
    """Write one, where its case still stands; False where it does not, or somebody was faster."""
    case = (
        Complaint.objects.select_for_update(of=("self",), no_key=True)
        .select_related("notice")
        .get(pk=kept.complaint.pk)
    )
    if (case.outcome, case.ask) != ("upheld", "remove"):
        return False
    until = at + timedelta(days=catalogue.load().number("stay_down_days"))
    said = {"state": "in_force", "until": until, "ended_at": None, "ended_why": ""}
    known = Fingerprint.objects.filter(complaint=case).first()
    if known is not None:
        return _revive(known, said, now)
    made = Fingerprint.objects.create(
        complaint=case, listing_id=case.listing_id, right_id=case.notice.right_id, seller_id=case.seller_id,
        title=kept.title[:600], attributes=kept.attributes, made_at=at, **said,
    )  # fmt: skip
    pictures.keep(kept.pictures, fingerprint=made, now=now)
    Change.objects.create(what="words", at=now)
    log.info("screening.fingerprint case=%s pictures=%s", case.number, len(kept.pictures))
    return True


def _revive(known: Fingerprint, said: dict[str, object], now: datetime) -> bool:
    if not Fingerprint.objects.filter(pk=known.pk, state="lifted").update(**said):
        return False
    pictures.look_again(known.pictures.all(), now=now)
    Change.objects.create(what="words", at=now)
    return True


def lift(fingerprint_id: int, *, why: str, at: datetime, now: datetime) -> None:
    """Keep a listing down no longer. Raises FingerprintEnded."""
    if not _end([fingerprint_id], "lifted", why, at=at, now=now):
        raise FingerprintEnded(f"fingerprint {fingerprint_id}")


@transaction.atomic
def _end(ids: list[int], state: str, why: str, *, at: datetime, now: datetime) -> int:
    rows = Fingerprint.objects.select_for_update().filter(pk__in=ids, state="in_force")
    found = list(rows.values_list("pk", flat=True))
    if not found:
        return 0
    ended_at = F("until") if state == "expired" else at
    Fingerprint.objects.filter(pk__in=found).update(state=state, ended_at=ended_at, ended_why=why)
    pictures.stop_looking(Picture.objects.filter(fingerprint__in=found, live=True), now=now)
    Change.objects.create(what="words", at=now)
    log.info("screening.fingerprints_ended count=%s why=%s", len(found), why)
    return len(found)
