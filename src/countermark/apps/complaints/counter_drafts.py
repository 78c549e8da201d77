"""A counter-notice on its way: kept as typed until it is sent, for one or many listings of a notice.

Rule 1: one open draft for each notice and shop; nobody else sees it and no clock waits for it. Rule 2: `defects` is the very
question that sending asks. Rule 3: sending twice sends once; what could not be sent is still here, word for word.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from countermark.apps.complaints.held import Held, UnknownCase, glance
from countermark.apps.complaints.models import (
    Complaint,
    CounterDraft,
    CounterDraftFile,
    CounterNotice,
    CounterNoticeFile,
    Notice,
)
from countermark.apps.complaints.replies import Seen, counter_defects, file_counter_notice
from countermark.apps.parties.models import Person, Seller
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from countermark.core import catalogue
from countermark.core import counter_notice as rules
from countermark.core.complaint import permitted_events
from countermark.core.defect import Defect, EvidenceFacts, unprintable

FILED = "counter_notice_filed"
TEXTS = ("ground", "statement", "signature")
CONTACT = ("name", "email", "address", "phone")
OPEN_ENDED = {
    "pieces_enough": ("pieces_why",),
    "licence_in_force": ("licensed_until",),
}  # facts a rule looks at if given


class TooManyPapers(Exception):
    """A counter-notice takes no more files; `max` says how many. The file was not kept."""

    code = "evidence_too_many"
    http_status_hint = 422

    def __init__(self, most: int) -> None:
        self.max = most
        super().__init__(f"a counter-notice takes {most} files")


# --- writing it ---------------------------------------------------------------------------------------------------------


def open_draft(*, notice: Notice, seller: Seller, at: datetime, complaint_ids: Iterable[int] = ()) -> CounterDraft:
    """The open draft of this shop for this notice; a new one answers for `complaint_ids`."""
    contact = {"name": seller.name, "email": seller.email}
    data = {"complaints": sorted(complaint_ids), "contact": contact, "key": secrets.token_hex(16)}
    data["ground"] = _ground_before(notice, seller)
    draft, _ = CounterDraft.objects.get_or_create(
        notice=notice, seller=seller, sent_as=None, defaults={"data": data, "updated_at": at}
    )
    return draft


def _ground_before(notice: Notice, seller: Seller) -> str:
    """The reason of the last answer, which a later round need not repeat; "" for the first."""
    last = CounterNotice.objects.filter(notice=notice, seller=seller).order_by("-filed_at", "-pk").first()
    return last.ground if last else ""


def with_draft(cases: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """These cases, each with what the open draft of its seller holds as `drafted`; None where none was begun."""
    drafts = CounterDraft.objects.filter(notice=OuterRef("notice"), seller=OuterRef("seller"), sent_as=None)
    return cases.annotate(drafted=Subquery(drafts.values("data")[:1]))


@transaction.atomic
def save(draft: CounterDraft, typed: Mapping[str, Any], *, at: datetime) -> tuple[Defect, ...]:
    """Keep what was typed beside what was there: `ground`, `statement`, `signature` (texts), `contact`, `facts` (texts by
    name), `declarations`, `complaints` (lists).

    Returns a defect for each text that holds what no database can store; that text is kept without it.
    """
    row = CounterDraft.objects.select_for_update().get(pk=draft.pk)
    found = tuple(unprintable(_texts_in(typed)))
    for name, value in typed.items():
        row.data[name] = {**row.data.get(name, {}), **_clean(value)} if isinstance(value, Mapping) else _clean(value)
    row.updated_at = at
    row.save(update_fields=["data", "updated_at"])
    draft.data, draft.updated_at = row.data, row.updated_at
    return found


def _texts_in(typed: Mapping[str, Any]) -> dict[str, str]:
    """Every text by the name of its field; a line end of a browser's form is a line end."""
    inner = {name: text for value in typed.values() if isinstance(value, Mapping) for name, text in value.items()}
    return {name: text for name, text in {**typed, **inner}.items() if isinstance(text, str)}


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _clean(each) for name, each in value.items()}
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n")
    return "".join(c for c in text if not any(unprintable({"text": c})))


def attach(draft: CounterDraft, *, content: bytes, name: str, kind: str, by: Person | None, at: datetime) -> StoredFile:
    """Keep a paper with the draft; the same paper twice is kept once.

    Raises TooManyPapers, evidence.uploads.UploadRefused; then nothing was kept. ValueError for an unknown kind.
    """
    if kind not in catalogue.load().evidence_kinds:
        raise ValueError(f"no such kind of evidence: {kind}; choose one of core/catalogue/evidence.toml")
    most = catalogue.load().number("evidence_per_counter")
    if draft.files.count() >= most:
        raise TooManyPapers(most)
    file = files.keep(content=content, name=name, by=by, at=at)
    twin = CounterDraftFile.objects.filter(draft=draft, file__sha256=file.sha256, kind=kind).select_related("file")
    if same := twin.first():
        file.delete()
        return same.file
    CounterDraftFile.objects.create(draft=draft, file=file, kind=kind)
    CounterDraft.objects.filter(pk=draft.pk).update(updated_at=at)
    return file


def attach_kept(draft: CounterDraft, *, file: StoredFile, kind: str, at: datetime) -> None:
    """Add a file that is kept already; one that is there is not added twice. Raises TooManyPapers."""
    if CounterDraftFile.objects.filter(draft=draft, file=file).exists():
        return
    most = catalogue.load().number("evidence_per_counter")
    if draft.files.count() >= most:
        raise TooManyPapers(most)
    CounterDraftFile.objects.create(draft=draft, file=file, kind=kind)
    CounterDraft.objects.filter(pk=draft.pk).update(updated_at=at)


def remove(draft: CounterDraft, *, file_id: int, at: datetime) -> None:
    """Take a paper out of the draft; one that is not in it is gone already."""
    if CounterDraftFile.objects.filter(draft=draft, file_id=file_id).delete()[0]:
        CounterDraft.objects.filter(pk=draft.pk).update(updated_at=at)


def papers(draft: CounterDraft) -> list[CounterDraftFile]:
    """The papers of the draft in the order in which they came."""
    return list(CounterDraftFile.objects.filter(draft=draft).select_related("file").order_by("pk"))


# --- what it covers -----------------------------------------------------------------------------------------------------


def answerable(*, notice: Notice, seller: Seller) -> list[Held]:
    """The cases of this notice and shop in which a counter-notice is open now, by line."""
    ids = Complaint.objects.filter(notice=notice, seller=seller).order_by("line").values_list("pk", flat=True)
    return [held for held in sorted(glance(ids), key=lambda held: held.line) if may_answer(held)]


def may_answer(held: Held) -> bool:
    return FILED in permitted_events(held.procedure, held.case, "seller")


def chosen(draft: CounterDraft) -> list[Held]:
    """The cases the draft answers for that can still be answered."""
    wanted = set(draft.data.get("complaints", ()))
    return [held for held in answerable(notice=draft.notice, seller=draft.seller) if held.id in wanted]


def round_of(cases: Sequence[Held]) -> int:
    """Which chance this answer uses. ValueError when the cases are at different ones: they are answered one by one."""
    rounds = {max(held.case.round, 1) for held in cases}
    if len(rounds) > 1:
        raise ValueError("these cases are at different chances; answer for those of one chance at a time")
    return next(iter(rounds), 1)


def facts_asked(ground: str) -> tuple[str, ...]:
    """The facts a form asks for under this ground, those that may stay empty included."""
    row = catalogue.load().counter_grounds.get(ground)
    if row is None:
        return ()
    return (*row.facts, *(name for rule in row.rules for name in OPEN_ENDED.get(rule, ())))


def may_stay_empty(fact: str) -> bool:
    return any(fact in names for names in OPEN_ENDED.values())


# --- from a draft to a counter-notice -----------------------------------------------------------------------------------


def said(draft: CounterDraft, cases: Sequence[Held]) -> rules.CounterNotice:
    """What the rules see of the draft."""
    data = draft.data
    facts = {name: data.get("facts", {}).get(name, "") for name in facts_asked(data.get("ground", ""))}
    return rules.CounterNotice(
        ground=data.get("ground", ""),
        statement=data.get("statement", ""),
        complaints=tuple(held.number for held in cases),
        round=round_of(cases),
        evidence=tuple(EvidenceFacts(p.kind, p.file.name, p.file.sha256) for p in papers(draft)),
        earlier_evidence=earlier_evidence(cases),
        facts={name: value for name, value in facts.items() if value},
        declarations=frozenset(data.get("declarations", ())),
        signature=data.get("signature", ""),
        contact={name: data.get("contact", {}).get(name, "") for name in CONTACT},
    )


def earlier_evidence(cases: Sequence[Held]) -> frozenset[str]:
    """The papers of the rounds before, by what is kept of them."""
    ids = [held.id for held in cases]
    rows = CounterNoticeFile.objects.filter(counter_notice__lines__complaint_id__in=ids)
    return frozenset(rows.values_list("file__sha256", flat=True))


def defects(draft: CounterDraft, cases: Sequence[Held], *, at: datetime) -> tuple[Defect, ...]:
    """Everything to mend or to know before sending; warnings do not block. `cases` as `chosen` has them, not empty."""
    return tuple(counter_defects(draft.notice, cases, said(draft, cases), at))


def needs_of(cases: Sequence[Held]) -> tuple[str, ...]:
    """What the pack asks of this answer in this round, as ids of core/catalogue/elements.toml."""
    needs = cases[0].procedure.needs
    first = needs.get("counter_notice", ())
    return needs.get("counter_notice_again", first) if round_of(cases) > 1 else first


def send(draft: CounterDraft, *, seen: Seen, at: datetime) -> CounterNotice:
    """File it for the cases in `seen` (id -> seq as the person saw it). Sending twice answers the same counter-notice.

    Raises CounterNoticeDefective, StaleCase, UnknownCase and the refusals of core.complaint; the draft stays as it is.
    """
    with transaction.atomic():
        row = CounterDraft.objects.select_for_update(of=("self",)).select_related("sent_as").get(pk=draft.pk)
        if row.sent_as is not None:
            return row.sent_as
        cases = [held for held in glance(sorted(seen)) if held.notice_id == row.notice_id]
        if not cases:
            raise UnknownCase("no listing of this notice was chosen")
        counter = file_counter_notice(
            notice=row.notice,
            seller=row.seller,
            said=said(row, cases),
            files=[(paper.file, paper.kind) for paper in papers(row)],
            seen=seen,
            at=at,
            key=row.data["key"],
        )
        CounterDraft.objects.filter(pk=row.pk).update(sent_as=counter)
    return counter
