"""What does the question "why" show: the reasons offered, what the chosen one needs, what of it is there, and the papers?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext, ngettext, pgettext

from countermark.apps.complaints import counter_drafts as drafts
from countermark.apps.complaints.counter_drafts import TooManyPapers
from countermark.apps.complaints.held import Held
from countermark.apps.complaints.models import CounterDraft, CounterDraftFile
from countermark.apps.parties.models import Person
from countermark.apps.work import moments
from countermark.core import catalogue
from countermark.core.catalogue import CounterGround
from countermark.core.counter_notice import months_before
from countermark.entrypoints.web.seller.faults import Fault, upload_fault
from countermark.evidence.uploads import DEFAULT, UploadRefused

FIELD_TYPES = {"date": "date", "number": "number"}


@dataclass(frozen=True)
class Check:
    """One thing the reason needs, and whether it is there."""

    met: bool
    text: str


@dataclass(frozen=True)
class Paper:
    """One paper of the answer as a page draws it."""

    pk: int
    name: str
    note: str
    url: str
    kind: str
    what: str

    @classmethod
    def of(cls, row: CounterDraftFile) -> Paper:
        file = row.file
        pages = ngettext("%(n)s page", "%(n)s pages", file.pages or 1) % {"n": file.pages or 1}
        kind = gettext(catalogue.load().evidence_kinds[row.kind].label)
        note = moments.joined((kind, pages, filesizeformat(file.size)))
        return cls(file.pk, file.name, note, reverse("file", args=[file.pk]), row.kind, kind)


@dataclass(frozen=True)
class Slot:
    """One kind of paper that can be added, with those that are there."""

    kind: str
    label: str
    hint: str
    optional: bool
    papers: Sequence[Paper]
    refused: Sequence[str] = ()


@dataclass(frozen=True)
class FactField:
    """One fact the reason asks for."""

    name: str
    label: str
    hint: str
    type: str
    value: str
    optional: bool


def question(draft: CounterDraft, cases: list[Held], errors: Sequence[Fault] = ()) -> dict[str, Any]:
    """Everything the page of this question shows beside the frame; a paper just refused stands at its place."""
    known, notice = catalogue.load(), draft.notice
    kind = notice.right.kind if notice.right else None
    chosen = known.counter_grounds.get(draft.data.get("ground", ""))
    papers = [Paper.of(row) for row in drafts.papers(draft)]
    again = drafts.round_of(cases) > 1
    complained_on = notice.submitted_at.date()
    return {
        "grounds": [
            (g.id, gettext(g.title), gettext(g.explain)) for g in known.counter_grounds_for(kind, notice.reason)
        ],
        "ground": chosen.id if chosen else "",
        "checks": [] if again or chosen is None else _checks(chosen, draft, papers, complained_on),
        "slots": _slots(chosen, papers, errors),
        "fields": _fields(chosen, draft),
        "statement": draft.data.get("statement", ""),
        "statement_least": chosen.statement if chosen and not again else 0,
        "statement_most": known.number("counter_statement_max"),
        "papers_most": known.number("evidence_per_counter"),
        "megabytes": DEFAULT.max_bytes // 1_000_000,
        "needs_new": again and "new_evidence" in drafts.needs_of(cases),
        "needs_first_evidence": not again and "prima_facie" in drafts.needs_of(cases),
    }


# --- what the reason needs ----------------------------------------------------------------------------------------------


def _checks(ground: CounterGround, draft: CounterDraft, papers: Sequence[Paper], complained_on: date) -> list[Check]:
    there = {paper.kind for paper in papers}
    facts = draft.data.get("facts", {})
    needs = [Check(not there.isdisjoint(kinds), _need(kinds, ground, complained_on)) for kinds in ground.needs]
    if "pieces_enough" in ground.rules:
        over = catalogue.load().number("counter_pieces_over")
        enough = _number(facts.get("pieces")) > over or bool(facts.get("pieces_why"))
        needs.append(Check(enough, gettext("More than %(over)s pieces, or a sentence why fewer") % {"over": over}))
    return needs


def _need(kinds: tuple[str, ...], ground: CounterGround, complained_on: date) -> str:
    """A need in words, with the dates its papers are measured by."""
    known = catalogue.load()
    named = pgettext("one of these papers", " or ").join(gettext(known.evidence_kinds[kind].label) for kind in kinds)
    if "purchase_recent" in ground.rules and "purchase_proof" in kinds:
        months = known.number("counter_purchase_months")
        since = moments.day(months_before(complained_on, months))
        words = {"what": named, "months": months, "since": since}
        return gettext("%(what)s, not older than %(months)s months before the complaint: from %(since)s on") % words
    if {"licence_letter", "supplier_authorisation"} & set(kinds):
        return gettext("%(what)s, in force on %(day)s") % {"what": named, "day": moments.day(complained_on)}
    return named


def fact_in_words(name: str, value: str) -> str:
    """A fact as it is read: a date with its weekday, everything else as typed."""
    try:
        return moments.day(date.fromisoformat(value)) if catalogue.load().facts[name].type == "date" else value
    except ValueError:
        return value


def _number(text: Any) -> int:
    text = str(text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


# --- papers and facts ---------------------------------------------------------------------------------------------------


def _slots(ground: CounterGround | None, papers: Sequence[Paper], errors: Sequence[Fault]) -> list[Slot]:
    """A place for each kind the reason needs or is helped by, one for anything else, and those of papers already there."""
    needed = [kind for kinds in ground.needs for kind in kinds] if ground else []
    helping = [*(ground.helps if ground else ()), "other"]
    there = [paper.kind for paper in papers]
    kinds = dict.fromkeys([*needed, *there, *helping])
    known = catalogue.load().evidence_kinds
    return [
        Slot(
            kind,
            gettext(known[kind].label),
            gettext(known[kind].hint),
            kind not in needed,
            [p for p in papers if p.kind == kind],
            [fault.what for fault in errors if fault.field == f"paper-{kind}"],
        )
        for kind in kinds
    ]


def _fields(ground: CounterGround | None, draft: CounterDraft) -> list[FactField]:
    known, facts = catalogue.load().facts, draft.data.get("facts", {})
    names = drafts.facts_asked(ground.id) if ground else ()
    return [
        FactField(
            name,
            gettext(known[name].label),
            gettext(known[name].hint),
            FIELD_TYPES.get(known[name].type, "text"),
            facts.get(name, ""),
            drafts.may_stay_empty(name),
        )
        for name in names
    ]


def take_papers(
    draft: CounterDraft, uploads: MultiValueDict[str, Any], *, by: Person | None, at: datetime
) -> list[Fault]:
    """Keep every paper that can be kept; returns why the others were not, each leading to its place."""
    refused = []
    for field in uploads:
        kind = field.removeprefix("paper-")
        if kind == field or kind not in catalogue.load().evidence_kinds:
            continue
        for upload in uploads.getlist(field):
            try:
                drafts.attach(draft, content=upload.read(), name=upload.name or "", kind=kind, by=by, at=at)
            except UploadRefused as refusal:
                refused.append(upload_fault(refusal, f"paper-{kind}"))
            except TooManyPapers as many:
                what = gettext("%(name)s is one paper too many: %(max)s are allowed.") % {
                    "name": upload.name,
                    "max": many.max,
                }
                way_out = gettext("Join pages that belong together into one file, or take another paper out.")
                refused.append(Fault(what, way_out, f"paper-{kind}"))
    return refused
