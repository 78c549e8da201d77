"""Who may read a kept file? One function, asked by the one view that serves files.

A file is read where it is attached: evidence by the parties of its notice and by reviewers, a certificate by its holder and by
reviewers, a picture of a listing by whoever takes part at all, because the marketplace showed it to everybody.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from countermark.apps.complaints.models import (
    Complaint,
    CounterDraftFile,
    CounterNoticeFile,
    DraftFile,
    NoticeFile,
    WordFile,
)
from countermark.apps.complaints.selectors import hidden_from, reached_the_seller
from countermark.apps.listings.models import FrozenCopy
from countermark.apps.mandates.models import Mandate
from countermark.apps.rights.models import Right, RightDocument, RightRecord, RightRenewal, RightTransfer
from countermark.apps.work import packs
from countermark.apps.work.models import StoredFile


def may_read_file(
    file: StoredFile,
    *,
    person_id: int | None,
    is_staff: bool,
    holder_ids: Sequence[int] = (),
    seller_ids: Sequence[int] = (),
    notice_ids: Sequence[int] = (),
) -> bool:
    """Whether somebody may read `file`: as the person who sent it in, as staff, for these holders, for these shops, or as
    the guest whose notices these are."""
    if is_staff or (person_id is not None and file.uploaded_by_id == person_id):
        return True
    return (
        _as_holder(file, holder_ids)
        or _as_seller(file, seller_ids)
        or _as_guest(file, notice_ids)
        or _is_shown_publicly(file, (*holder_ids, *seller_ids, *notice_ids))
    )


def _as_holder(file: StoredFile, holder_ids: Sequence[int]) -> bool:
    """Their own papers and drafts, the evidence of their notices, and what was answered to them."""
    if not holder_ids:
        return False
    mine = list(holder_ids)
    own = (
        RightDocument.objects.filter(file=file, right__holder__in=mine),
        Mandate.objects.filter(Q(agent__in=mine) | Q(principal__in=mine), paper=file),
        RightRenewal.objects.filter(file=file, right__holder__in=mine),
        RightTransfer.objects.filter(file=file, to__in=mine),
        Right.objects.filter(picture=file, holder__in=mine),
        RightRecord.objects.filter(picture=file, right__holder__in=mine),
        DraftFile.objects.filter(file=file, draft__holder__in=mine),
        NoticeFile.objects.filter(file=file, notice__holder__in=mine),
        WordFile.objects.filter(file=file, word__complaint__notice__holder__in=mine),
    )
    return any(rows.exists() for rows in own) or _counter_reaches(file, counter_notice__notice__holder__in=mine)


def _counter_reaches(file: StoredFile, **whose: list[int]) -> bool:
    """A paper of a counter-notice, where the procedure lets the complainant see it; a proof of identity never is."""
    rows = CounterNoticeFile.objects.filter(file=file, **whose)
    pack = ("counter_notice__notice__pack", "counter_notice__notice__pack_digest")
    shown = [packs.in_force(*each) for each in set(rows.exclude(kind="identity_document").values_list(*pack))]
    told = {what for procedure in shown for what in procedure.tell.get("seller_to_complainant", ())}
    return bool(told & {"*", "ground_evidence"})


def _as_guest(file: StoredFile, notice_ids: Sequence[int]) -> bool:
    """The evidence of their notices, and what was answered to them."""
    if not notice_ids:
        return False
    mine = list(notice_ids)
    own = (
        NoticeFile.objects.filter(file=file, notice__in=mine, notice__filer_role="guest"),
        WordFile.objects.filter(file=file, word__complaint__notice__in=mine),
    )
    return any(rows.exists() for rows in own) or _counter_reaches(file, counter_notice__notice__in=mine)


def _as_seller(file: StoredFile, seller_ids: Sequence[int]) -> bool:
    """What is held against them once they were told of it, the mark it rests on, and their own answers."""
    if not seller_ids:
        return False
    mine = list(seller_ids)
    cases = Complaint.objects.filter(seller__in=mine).filter(reached_the_seller())
    words = WordFile.objects.filter(file=file, word__complaint__in=cases).exclude(kind="identity_document")
    return (
        CounterNoticeFile.objects.filter(file=file, counter_notice__seller__in=mine).exists()
        or CounterDraftFile.objects.filter(file=file, draft__seller__in=mine).exists()
        or NoticeFile.objects.filter(file=file, private=False, notice__complaints__in=cases).exists()
        or Right.objects.filter(picture=file, notices__complaints__in=cases).exists()
        or any(_is_seen(word) for word in words.select_related("word"))
    )


def _is_seen(row: WordFile) -> bool:
    """Whether the event these words came with is one the seller's timeline shows."""
    event = row.word.complaint.events.filter(seq=row.word.seq).values_list("event", flat=True).first()
    return event is not None and event not in hidden_from("seller")


def _is_shown_publicly(file: StoredFile, parties: Sequence[int]) -> bool:
    """A picture of a listing as the marketplace showed it: kept when its page was frozen, sent in by nobody."""
    if file.uploaded_by_id is not None or not parties:
        return False
    return _frozen_with(file).exists()


def is_of_marketplace(file: StoredFile, marketplace_id: int) -> bool:
    """Whether a file belongs to a case of this marketplace, or to a right a case there rests on: for staff of one place."""
    rows = (
        NoticeFile.objects.filter(file=file, notice__marketplace=marketplace_id),
        WordFile.objects.filter(file=file, word__complaint__notice__marketplace=marketplace_id),
        CounterNoticeFile.objects.filter(file=file, counter_notice__notice__marketplace=marketplace_id),
        RightDocument.objects.filter(file=file, right__notices__marketplace=marketplace_id),
        RightRenewal.objects.filter(file=file, right__notices__marketplace=marketplace_id),
        RightTransfer.objects.filter(file=file, right__notices__marketplace=marketplace_id),
        Mandate.objects.filter(paper=file, notices__marketplace=marketplace_id),
        Right.objects.filter(picture=file, notices__marketplace=marketplace_id),
        RightRecord.objects.filter(picture=file, right__notices__marketplace=marketplace_id),
        _frozen_with(file).filter(listing__marketplace=marketplace_id),
    )
    return any(found.exists() for found in rows)


def _frozen_with(file: StoredFile) -> QuerySet[FrozenCopy]:
    """The copies of pages that show this picture."""
    rows = FrozenCopy.objects.filter(taken_at=file.uploaded_at).annotate(shown=Cast("pictures", TextField()))
    return rows.filter(shown__contains=f'"file": {file.pk},')
