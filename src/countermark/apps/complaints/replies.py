"""What the parties say in a running case: counter-notices, answers to them, taking down oneself, withdrawal, court action.

Each is one transaction: the words sealed, the event recorded, the work that follows enqueued. Nothing is sent from here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from countermark.apps.complaints import mandated
from countermark.apps.complaints.held import Held, UnknownCase, glance
from countermark.apps.complaints.models import (
    Complaint,
    CounterNotice,
    CounterNoticeFile,
    CounterNoticeLine,
    Notice,
    PartyWord,
    WordFile,
)
from countermark.apps.complaints.services import act
from countermark.apps.parties.models import Seller
from countermark.apps.work.models import SealedText, StoredFile
from countermark.apps.work.sealing import seal
from countermark.core import catalogue
from countermark.core import counter_notice as rules
from countermark.core.complaint import Case
from countermark.core.defect import Defect, statement_defects, unprintable

Files = Sequence[tuple[StoredFile, str]]  # with the kind of evidence each is
Seen = Mapping[int, int]  # complaint id -> seq as the person saw it
NEEDS_WORDS = ("counter_rejected", "mended")  # answers of a complainant that say nothing without words


class CounterNoticeDefective(Exception):
    """Something is missing; `defects` names all of it. Nothing was filed and no chance was used."""

    code = "counter_notice_defective"
    http_status_hint = 422

    def __init__(self, defects: Sequence[Any]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(defect.code for defect in self.defects))


class AnswerDefective(Exception):
    """Something is missing in an answer; `defects` names all of it. Nothing was entered."""

    code = "answer_defective"
    http_status_hint = 422

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(defect.code for defect in self.defects))


def file_counter_notice(
    *, notice: Notice, seller: Seller, said: rules.CounterNotice, files: Files, seen: Seen, at: datetime, key: str
) -> CounterNotice:
    """File one counter-notice for the complaints in `seen`, all of this notice and seller.

    A replay with the same `key` answers the same counter-notice. Raises CounterNoticeDefective, StaleCase, UnknownCase and
    the refusals of core.complaint; then nothing was kept and no chance was used.
    """
    if replay := CounterNotice.objects.filter(key=key, notice=notice, seller=seller).first():
        return replay
    cases = _own(seen, notice_id=notice.pk, seller_id=seller.pk)
    if missing := [d for d in counter_defects(notice, cases, said, at) if d.blocks]:
        raise CounterNoticeDefective(missing)
    with transaction.atomic():
        counter = _kept(notice, seller, said, at, key)
        CounterNoticeFile.objects.bulk_create(
            CounterNoticeFile(counter_notice=counter, file=f, kind=k) for f, k in files
        )
        data = {"ground": said.ground, "statement": counter.statement.digest, "counter_notice": counter.pk}
        moved = act(seen, "counter_notice_filed", by="seller", at=at, seen=seen, data=data)
        CounterNoticeLine.objects.bulk_create(
            CounterNoticeLine(counter_notice=counter, complaint_id=held.id, seq=case.seq, round=max(case.round, 1))
            for held, case in zip(cases, moved, strict=True)
        )
    return counter


def counter_defects(notice: Notice, cases: Sequence[Held], said: rules.CounterNotice, at: datetime) -> Sequence[Any]:
    """All that is missing, warnings included: the same call the form makes before sending."""
    kind = notice.right.kind if notice.right else None
    return rules.defects(
        said, cases[0].procedure, reason=notice.reason, right_kind=kind, complained_on=_day_of(notice), at=at
    )


def _day_of(notice: Notice) -> date:
    """The day of the complaint where it counts: at the place of sale."""
    return notice.submitted_at.astimezone(ZoneInfo(notice.marketplace.zone)).date()


def _kept(notice: Notice, seller: Seller, said: rules.CounterNotice, at: datetime, key: str) -> CounterNotice:
    subject = f"seller:{seller.pk}"
    contact = json.dumps(dict(said.contact), ensure_ascii=False) if said.contact else ""
    return CounterNotice.objects.create(
        notice=notice,
        seller=seller,
        ground=said.ground,
        statement=seal(subject=subject, text=said.statement),
        contact=seal(subject=subject, text=contact) if contact else None,
        facts={name: str(value) for name, value in said.facts.items()},
        declarations=sorted(said.declarations),
        signature=said.signature,
        filed_at=at,
        key=key,
    )


def take_down_oneself(*, seller: Seller, seen: Seen, at: datetime) -> list[Case]:
    """The seller removes the listings and says so; the case ends without a decision."""
    _own(seen, seller_id=seller.pk)
    return act(seen, "seller_removed", by="seller", at=at, seen=seen)


def answer(
    *,
    holder_id: int | None = None,
    guest: Notice | None = None,
    seen: Seen,
    event: str,
    words: str = "",
    files: Files = (),
    codes: Sequence[str] = (),
    at: datetime,
) -> list[Case]:
    """The complainant's answer: `counter_accepted`, `counter_rejected`, `action_filed`, `mended`, `withdrawn`,
    `retracted_as_error`. One call for one case or many; the words and files go to each.

    Of a holder, or of the `guest` whose notice it is: one of the two. UnknownCase for a case that is not theirs.
    """
    if (holder_id is None) == (guest is None):
        raise ValueError("an answer is a holder's or a guest's; pass one of them")
    cases = _own(seen, holder_id=holder_id, notice_id=guest.pk if guest else None)
    subject = guest_subject(guest) if guest else f"holder:{holder_id}"
    with transaction.atomic():
        under = mandated.under([held.id for held in cases], event, at=at, hold=True)
        if under.defects:
            raise AnswerDefective(under.defects)
        text = seal(subject=subject, text=words) if words else None
        moved = _acted(cases, under.mandates, event, seen, word_data(text, codes), at)
        keep_words(cases, moved, by="complainant", text=text, files=files, codes=codes)
    return moved


def _acted(
    cases: Sequence[Held],
    mandates: Mapping[int, int],
    event: str,
    seen: Seen,
    data: Mapping[str, str | int],
    at: datetime,
) -> list[Case]:
    """The event in each of these cases, in their order; the log says under which mandate an agent did it."""
    moved: dict[int, Case] = {}
    for mandate in sorted({mandates.get(held.id, 0) for held in cases}):
        ids = [held.id for held in cases if mandates.get(held.id, 0) == mandate]
        said = {**data, "mandate": mandate} if mandate else data
        moved |= zip(ids, act(ids, event, by="complainant", at=at, seen=seen, data=said), strict=True)
    return [moved[held.id] for held in cases]


def answer_defects(event: str, *, words: str, files: int) -> tuple[Defect, ...]:
    """All that is missing in a complainant's answer. A file says itself what it is when it is the missing page."""
    known = catalogue.load()
    least = known.number("facts_min") if event in NEEDS_WORDS else 0
    if event == "mended" and not words.strip() and files:
        least = 0
    found = [*statement_defects(words, least=least, most=known.number("statement_max"))]
    if event == "action_filed" and not files:
        found.append(Defect("action_proof_missing", "files"))
    return (*found, *unprintable({"statement": words}))


def guest_subject(notice: Notice) -> str:
    """Whose key seals what a guest writes: one for each notice, so that erasing one leaves the address free to write again."""
    return f"guest:{notice.number}"


def word_data(text: SealedText | None, codes: Sequence[str]) -> dict[str, str | int]:
    """What the log keeps of words: their salted digest and the codes chosen from a list."""
    data: dict[str, str | int] = {"codes": ",".join(codes)} if codes else {}
    return {**data, "words": text.digest} if text else data


def keep_words(
    cases: Sequence[Held],
    moved: Sequence[Case],
    *,
    by: str,
    text: SealedText | None,
    files: Files = (),
    codes: Sequence[str] = (),
) -> None:
    """Put the words beside the events they came with."""
    if text is None and not files and not codes:
        return
    for held, case in zip(cases, moved, strict=True):
        word = PartyWord.objects.create(complaint_id=held.id, seq=case.seq, by=by, text=text, codes=list(codes))
        WordFile.objects.bulk_create(WordFile(word=word, file=file, kind=kind) for file, kind in files)


def _own(
    ids: Iterable[int], *, notice_id: int | None = None, seller_id: int | None = None, holder_id: int | None = None
) -> list[Held]:
    """These cases, if they are this party's; else UnknownCase, whether they exist or not."""
    wanted = sorted(set(ids))
    rows = Complaint.objects.filter(pk__in=wanted)
    if notice_id is not None:
        rows = rows.filter(notice_id=notice_id)
    if seller_id is not None:
        rows = rows.filter(seller_id=seller_id)
    if holder_id is not None:
        rows = rows.filter(notice__holder_id=holder_id)
    if not wanted or rows.count() != len(wanted):
        raise UnknownCase("there is no such case among yours")
    return glance(wanted)
