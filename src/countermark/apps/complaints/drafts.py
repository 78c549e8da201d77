"""A notice on its way: from a draft as typed, a file or an API call to `intake.submit_notice`. One builder for every door.

A `Proposal` is what a complainant wants to send, in our rows. `said` makes the core's Notice of it, `defects` asks the rules
without writing anything, `send` writes. A `NoticeDraft` keeps a proposal as typed until it is sent; no clock runs meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from countermark.apps.complaints.intake import Attached, Filing, submit_notice, timing_of
from countermark.apps.complaints.models import DraftFile, Notice, NoticeDraft
from countermark.apps.complaints.pasted import ReadLine, as_row, from_row, read_pasted, storable
from countermark.apps.listings import services as listings
from countermark.apps.mandates import selectors as mandates
from countermark.apps.mandates.models import Mandate
from countermark.apps.parties.models import Holder, Marketplace, Person
from countermark.apps.rights.models import Right
from countermark.apps.rights.selectors import facts_of
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from countermark.core import catalogue, procedure_loader
from countermark.core import notice as rules
from countermark.core.defect import Contact, EvidenceFacts
from countermark.core.listing_urls import Kind

NEVER_SHOWN = ("identity_document",)  # kinds of evidence the seller never sees, whatever was ticked
LINE_END = re.compile(r"\r\n|\n|\r")
TEXTS = ("marketplace", "pack", "mode", "reason", "statement", "signature")


class TooManyFiles(Exception):
    """A notice takes no more files; `max` says how many."""

    code = "evidence_too_many"
    http_status_hint = 422

    def __init__(self, most: int) -> None:
        self.max = most
        super().__init__(f"a notice takes {most} files")


class AlreadySent(Exception):
    """The draft has gone out as `notice`; it can no longer be changed."""

    code = "already_sent"
    http_status_hint = 409

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        super().__init__(f"this draft went out as {notice.number}")


@dataclass(frozen=True)
class Proposal:
    """What a complainant wants to send. `lines` were read by `pasted.read_pasted`."""

    holder: Holder
    person: Person | None
    marketplace: Marketplace | None
    pack: str = ""
    right: Right | None = None
    mode: Kind = "listing"
    reason: str = ""
    statement: str = ""
    lines: Sequence[ReadLine] = ()
    files: Sequence[Attached] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    declarations: frozenset[str] = frozenset()
    signature: str = ""
    language: str = "en"


# --- from a proposal to a notice ------------------------------------------------------------------------------------------


def said(proposal: Proposal, *, at: datetime | None = None) -> rules.Notice:
    """What the rules see of a proposal; the mandate an agent has at `at`, where that is asked."""
    holder, place, right = proposal.holder, proposal.marketplace, proposal.right
    return rules.Notice(
        filer_role="agent" if holder.is_agent else "right_holder",
        filer=Contact(holder.name, holder.contact_email, holder.address, holder.phone),
        verified=True,  # nobody has an account without having shown that the address is theirs
        marketplace=rules.Marketplace(place.slug, place.territory, place.calendar)
        if place
        else rules.Marketplace("", "*"),
        mode=proposal.mode,
        right=facts_of(right) if right else None,
        reason=proposal.reason,
        statement=proposal.statement,
        lines=tuple(line.as_facts() for line in sendable(proposal.lines, catalogue.load().number("max_lines"))),
        evidence=evidence_of(proposal),
        facts=dict(proposal.facts),
        declarations=proposal.declarations,
        signature=proposal.signature,
        mandate=mandates.facts_for(holder, right, place, at=at) if at and holder.is_agent and right else None,
    )


def evidence_of(proposal: Proposal) -> tuple[EvidenceFacts, ...]:
    """What the rules see of its files."""
    return tuple(EvidenceFacts(a.kind, a.file.name, a.file.sha256) for a in proposal.files)


def sendable(lines: Sequence[ReadLine], most: int) -> list[ReadLine]:
    """All that are ready, and as many of those left out as one notice can hold: 10,000 pasted lines are no reason to refuse."""
    ready = [line for line in lines if line.is_ready]
    room = max(0, most - len(ready))
    left_out = [line for line in lines if not line.is_ready][:room]
    return sorted((*ready, *left_out), key=lambda line: line.number)


def defects(proposal: Proposal, *, at: datetime) -> tuple[rules.Defect, ...]:
    """Everything there is to mend: the question sending asks, without the write. The procedure has to be chosen."""
    return rules.defects(said(proposal, at=at), procedure_loader.load(proposal.pack), at=at)


def timing(proposal: Proposal) -> str:
    """When the measure would take effect."""
    return timing_of(said(proposal), proposal.marketplace, procedure_loader.load(proposal.pack))


def send(proposal: Proposal, *, at: datetime, key: str) -> Notice:
    """Send it. A replay with the same `key` answers the same notice. Raises intake.NoticeDefective."""
    assert proposal.marketplace is not None
    filing = Filing(
        said=said(proposal, at=at),
        pack=proposal.pack,
        marketplace=proposal.marketplace,
        copies=copies_of(proposal.lines, proposal.marketplace, proposal.mode, at=at),
        holder=proposal.holder,
        person=proposal.person,
        right=proposal.right,
        mandate=mandate_of(proposal, at=at),
        files=proposal.files,
        language=proposal.language,
    )
    return submit_notice(filing, at=at, key=key)


def mandate_of(proposal: Proposal, *, at: datetime) -> Mandate | None:
    """The registered mandate an agent would file under; None for an owner, and where only a right's own paper speaks."""
    holder, right = proposal.holder, proposal.right
    if not holder.is_agent or right is None:
        return None
    return mandates.chosen(holder, right, proposal.marketplace, "file", at=at)


def copies_of(lines: Sequence[ReadLine], place: Marketplace, mode: Kind, *, at: datetime) -> dict[str, listings.Kept]:
    """The frozen copy of each line that is ready; one that is too old is taken anew."""
    ready = {line.item_id: line for line in lines if line.is_ready}
    found = listings.kept(line.copy for line in ready.values() if line.copy)
    oldest = at - timedelta(hours=catalogue.load().number("copy_good_for_hours"))
    fresh = {
        item: found[line.copy]
        for item, line in ready.items()
        if line.copy is not None and line.copy in found and found[line.copy].taken_at >= oldest
    }
    again = {item: line.url for item, line in ready.items() if item not in fresh}
    if not again:
        return fresh
    shown = listings.look_up(place, again, at=at) if mode == "listing" else dict.fromkeys(again)
    return fresh | listings.freeze(marketplace=place, kind=mode, items=again, shown=shown, at=at)


# --- drafts ---------------------------------------------------------------------------------------------------------------


def drafts_of(holder_ids: Sequence[int]) -> list[NoticeDraft]:
    """What these holders began to write and have not sent, the newest first."""
    rows = NoticeDraft.objects.filter(holder_id__in=list(holder_ids), sent_as=None).select_related("holder", "person")
    return list(rows.order_by("-updated_at"))


def unfinished(holder_ids: Sequence[int]) -> QuerySet[NoticeDraft]:
    """The same without what was typed, for pages that only name them."""
    rows = NoticeDraft.objects.filter(holder_id__in=list(holder_ids), sent_as=None).defer("data")
    return rows.order_by("-updated_at")


def draft_of(pk: int, holder_ids: Sequence[int]) -> NoticeDraft | None:
    """The draft of this number, if it belongs to one of these holders."""
    rows = NoticeDraft.objects.filter(holder_id__in=list(holder_ids)).select_related("holder", "person", "sent_as")
    return rows.filter(pk=pk).first()


def start(*, holder: Holder, person: Person, at: datetime, **answers: Any) -> NoticeDraft:
    """A new draft, with the answers already known."""
    draft = NoticeDraft.objects.create(holder=holder, person=person, created_at=at, updated_at=at)
    return save(draft, at=at, **answers) if answers else draft


@transaction.atomic
def save(draft: NoticeDraft, *, at: datetime, **answers: Any) -> NoticeDraft:
    """Keep answers as typed; those not given stay. What no longer fits a changed answer is asked again.

    Keys: marketplace, pack, right, mode, reason, statement, signature, facts, declarations. Raises AlreadySent.
    """
    current = _locked(draft)
    kept = {name: _kept(name, value) for name, value in answers.items()}
    data = {**current.data, **kept}
    if any(data.get(name) != current.data.get(name) for name in ("marketplace", "right", "mode")):
        data.pop("rows", None)  # the lines were read for another marketplace, right or mode: they are read again
    current.data, current.updated_at = data, at
    current.save(update_fields=["data", "updated_at"])
    return current


def _kept(name: str, value: Any) -> Any:
    if name in TEXTS:
        return storable(str(value))
    if name == "facts":
        return {key: storable(str(text)) for key, text in value.items()}
    return sorted(value) if name == "declarations" else value


def check_lines(draft: NoticeDraft, *, text: str, at: datetime) -> list[ReadLine]:
    """Read what was pasted, ask the marketplace, and keep the verdicts with the draft. Raises AlreadySent.

    Not one transaction: nobody may wait for a lock while a marketplace is asked.
    """
    current = _open(draft)
    place = marketplace_of(current)
    if place is None:
        raise ValueError("a draft without a marketplace has no lines to read; choose one first")
    lines = read_pasted(
        text,
        marketplace=place,
        mode=mode_of(current),
        right_id=current.data.get("right"),
        holder_id=current.holder_id,
        at=at,
    )
    rows = [as_row(line) for line in lines]
    with transaction.atomic():
        current = _locked(draft)
        current.data = {**current.data, "pasted": storable(text), "rows": rows, "checked_at": at.isoformat()}
        current.updated_at = at
        current.save(update_fields=["data", "updated_at"])
    draft.data = current.data
    return lines


def lines_of(draft: NoticeDraft) -> list[ReadLine]:
    """The lines of a draft with their verdicts; empty before they were read."""
    pasted = LINE_END.split(draft.data.get("pasted", ""))
    return [from_row(row, pasted) for row in draft.data.get("rows", ())]


def attach(
    draft: NoticeDraft, *, content: bytes, name: str, kind: str, private: bool, by: Person, at: datetime
) -> StoredFile:
    """Keep a piece of evidence. Raises UploadRefused, TooManyFiles, AlreadySent; then nothing was kept."""
    examined = files.examine(content, name)  # before the lock: it may take its time
    with transaction.atomic():
        current = _with_room(draft)
        file = files.put(examined, by=by, at=at)
        _add(current, file, kind, private, at)
    return file


@transaction.atomic
def attach_kept(draft: NoticeDraft, *, file: StoredFile, kind: str, private: bool, at: datetime) -> None:
    """Add a file that is kept already; one that is there is not added twice. Raises TooManyFiles, AlreadySent."""
    current = _locked(draft)
    if not DraftFile.objects.filter(draft=current, file=file).exists():
        _add(_with_room(draft), file, kind, private, at)


def _with_room(draft: NoticeDraft) -> NoticeDraft:
    """The draft, held until the end of the transaction, if it takes one more file."""
    current, most = _locked(draft), catalogue.load().number("evidence_per_notice")
    if current.files.count() >= most:
        raise TooManyFiles(most)
    return current


def _add(current: NoticeDraft, file: StoredFile, kind: str, private: bool, at: datetime) -> None:
    DraftFile.objects.create(draft=current, file=file, kind=kind)
    if private:
        current.data = {**current.data, "private": [*current.data.get("private", ()), file.pk]}
    current.updated_at = at
    current.save(update_fields=["data", "updated_at"])


@transaction.atomic
def detach(draft: NoticeDraft, *, file_id: int, at: datetime) -> None:
    """Take a piece of evidence away again; harmless when it is gone."""
    current = _locked(draft)
    DraftFile.objects.filter(draft=current, file_id=file_id).delete()
    current.updated_at = at
    current.save(update_fields=["updated_at"])


@transaction.atomic
def discard(draft: NoticeDraft) -> None:
    """Delete a draft. Raises AlreadySent."""
    _locked(draft).delete()


def proposal_of(draft: NoticeDraft, *, language: str = "en") -> Proposal:
    """The proposal a draft holds, as far as it goes."""
    data = draft.data
    right = Right.objects.filter(pk=data.get("right"), holder=draft.holder_id).select_related("holder").first()
    return Proposal(
        holder=draft.holder,
        person=draft.person,
        marketplace=marketplace_of(draft),
        pack=data.get("pack", ""),
        right=right,
        mode=mode_of(draft),
        reason=data.get("reason", ""),
        statement=data.get("statement", ""),
        lines=lines_of(draft),
        files=files_of(draft),
        facts={name: text for name, text in data.get("facts", {}).items() if text},
        declarations=frozenset(data.get("declarations", ())),
        signature=data.get("signature", ""),
        language=language,
    )


def marketplace_of(draft: NoticeDraft) -> Marketplace | None:
    return Marketplace.objects.filter(slug=draft.data.get("marketplace", ""), is_active=True).first()


def mode_of(draft: NoticeDraft) -> Kind:
    return "storefront" if draft.data.get("mode") == "storefront" else "listing"


def files_of(draft: NoticeDraft) -> list[Attached]:
    """The evidence of a draft, in the order it was added."""
    private = set(draft.data.get("private", ()))
    rows = DraftFile.objects.filter(draft=draft).select_related("file").order_by("pk")
    return [Attached(row.file, row.kind, row.file_id in private or row.kind in NEVER_SHOWN) for row in rows]


def submit(draft: NoticeDraft, *, at: datetime, language: str = "en") -> Notice:
    """Send the draft; a second click finds the notice of the first. Raises intake.NoticeDefective; then the draft stays."""
    current = NoticeDraft.objects.select_related("sent_as", "holder", "person").get(pk=draft.pk)
    if current.sent_as is not None:
        return current.sent_as
    notice = send(proposal_of(current, language=language), at=at, key=f"draft-{draft.pk}")
    NoticeDraft.objects.filter(pk=draft.pk).update(sent_as=notice, updated_at=at)
    return notice


def split_off(
    draft: NoticeDraft, *, numbers: Sequence[int], person: Person, at: datetime, **changed: Any
) -> NoticeDraft:
    """A new draft with these lines of `draft` and its other answers, `changed` where a line needs something else.

    For what one notice cannot hold: shops beside listings, another marketplace, more lines than it takes.
    """
    wanted = set(numbers)
    lines = [line.raw for line in lines_of(draft) if line.number in wanted]
    known = {
        name: draft.data[name]
        for name in ("marketplace", "pack", "right", "mode", "reason", "statement")
        if name in draft.data
    }
    fresh = start(holder=draft.holder, person=person, at=at, **{**known, **changed})
    fresh.data = {**fresh.data, "pasted": "\n".join(lines)}
    fresh.save(update_fields=["data"])
    return fresh


def _locked(draft: NoticeDraft) -> NoticeDraft:
    """The draft as it is now, held until the end of the transaction: two tabs lose nothing of each other."""
    NoticeDraft.objects.select_for_update().get(pk=draft.pk)
    return _open(draft)


def _open(draft: NoticeDraft) -> NoticeDraft:
    """The draft as it is now. Raises AlreadySent."""
    current = NoticeDraft.objects.select_related("sent_as", "holder", "person").get(pk=draft.pk)
    if current.sent_as is not None:
        raise AlreadySent(current.sent_as)
    return current
