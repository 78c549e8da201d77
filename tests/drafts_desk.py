"""What the examples of drafts stand in: a notice Ines has begun, and a counter-notice Mei has begun, both numbered 720001."""

from __future__ import annotations

from datetime import datetime

from countermark.apps.complaints import counter_drafts, drafts
from countermark.apps.complaints.models import CounterDraft, CounterDraftFile, DraftFile, Notice, NoticeDraft
from countermark.apps.parties.models import Person
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from countermark.entrypoints.api.v1.counter_notices import SENT
from countermark.entrypoints.api.v1.files import PAGE
from countermark.entrypoints.api.v1.notices import EXAMPLE
from people import World

PK = 720001


def furnish(world: World, at: datetime) -> None:
    """All of it."""
    draft = NoticeDraft.objects.create(pk=PK, holder=world.halden, person=world.ines, created_at=at, updated_at=at)
    said = {
        name: EXAMPLE[name] for name in ("marketplace", "right", "reason", "statement", "declarations", "signature")
    }
    draft = drafts.save(draft, at=at, pack="platform", **said)
    drafts.check_lines(draft, text="\n".join(EXAMPLE["listings"]), at=at)
    DraftFile.objects.create(draft=draft, file_id=700001, kind="photo")
    an_answer(world, at)


def an_answer(world: World, at: datetime) -> None:
    """Mei has begun to answer the first notice."""
    kept = files.keep(
        content=PAGE.encode(), name="licence.pdf", by=Person.objects.get(email="mei@lantern.example"), at=at
    )
    StoredFile.objects.filter(pk=kept.pk).update(id=PK)
    notice = Notice.objects.get(number="N-2026-000001")
    first = notice.complaints.get(line=1)
    begun = counter_drafts.open_draft(notice=notice, seller=world.mei, at=at, complaint_ids=[first.pk])
    CounterDraft.objects.filter(pk=begun.pk).update(id=PK)
    draft = CounterDraft.objects.get(pk=PK)
    typed = {name: SENT[name] for name in ("ground", "statement", "facts", "declarations", "signature", "contact")}
    counter_drafts.save(draft, typed, at=at)
    CounterDraftFile.objects.create(draft=draft, file_id=PK, kind="licence_letter")
