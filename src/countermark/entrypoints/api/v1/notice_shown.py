"""How is a notice written as JSON, before and after it was sent?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from countermark.apps.complaints import drafts
from countermark.apps.complaints.drafts import LINE_END, Proposal
from countermark.apps.complaints.line_words import code_sentence, sentence_of
from countermark.apps.complaints.models import Notice
from countermark.apps.complaints.pasted import ReadLine, counted
from countermark.apps.work.sealing import unseal
from countermark.core.defect import Defect as Fault
from countermark.entrypoints.api.problems import defects_of
from countermark.entrypoints.api.schemas import Defect, Instant, Shown
from countermark.entrypoints.api.v1.case_shown import CaseRow, File, Words, file_shown, row_shown, words_shown


class LeftOut(Shown):
    """A line that became no case: what was sent, the code of the verdict, and what can be done."""

    line: int
    raw: str
    code: str
    message: str


class EvidenceShown(Shown):
    """A piece of evidence. `private`: the seller does not see it."""

    kind: str
    private: bool
    file: File


class NoticeRow(Shown):
    """One notice in a list."""

    number: str
    marketplace: str
    procedure: str
    right: int | None
    mode: str
    reason: str
    submitted_at: Instant
    cases: int
    open_cases: int


class NoticeShown(NoticeRow):
    """One notice whole. `right_frozen` is the right as it stood when the notice was sent."""

    procedure_version: str
    procedure_digest: str
    right_frozen: dict[str, Any]
    complainant: str
    complainant_email: str
    statement: Words
    facts: dict[str, str]
    declarations: list[str]
    signature: str
    evidence: list[EvidenceShown]
    complaints: list[CaseRow]
    left_out: list[LeftOut]


class LineShown(Shown):
    """The verdict on one line. `verdict`: `ready`, `mend` (somebody has to do something) or `nothing` (nothing to do).

    `code` is empty when it is ready; `note` then says something beside that. `case` is the case it is under already."""

    line: int
    raw: str
    verdict: str
    code: str
    message: str
    note: str
    item_id: str
    url: str
    case: str


class Counted(Shown):
    """How many lines there are of each verdict."""

    all: int
    ready: int
    mend: int
    nothing: int


class LintShown(Shown):
    """What sending would say. `defects` have to be mended first; `warnings` keep nothing out."""

    can_send: bool
    procedure: str
    timing: str
    defects: list[Defect]
    warnings: list[Defect]
    counted: Counted
    lines: list[LineShown]


def notice_row(notice: Any) -> dict[str, Any]:
    """A notice as NoticeRow takes it; it carries its counts."""
    same = ("number", "mode", "reason", "submitted_at", "cases", "open_cases")
    return {
        **{name: getattr(notice, name) for name in same},
        "marketplace": notice.marketplace.slug,
        "procedure": notice.pack,
        "right": notice.right_id,
    }


def notice_shown(notice: Any) -> dict[str, Any]:
    """A notice as NoticeShown takes it."""
    rows = notice.complaints.select_related("notice__marketplace", "listing", "copy", "seller").order_by("line")
    cases = [row_shown(case, notice.filer_name, "complainant") for case in rows]
    notice.cases, notice.open_cases = len(cases), sum(not case["outcome"] for case in cases)
    same = ("right_frozen", "facts", "declarations", "signature")
    return {
        **notice_row(notice),
        **{name: getattr(notice, name) for name in same},
        "procedure_version": notice.pack_version,
        "procedure_digest": notice.pack_digest,
        "complainant": notice.filer_name,
        "complainant_email": notice.filer_email,
        "statement": words_shown(unseal(notice.statement)),
        "evidence": [
            {"kind": piece.kind, "private": piece.private, "file": file_shown(piece.file)}
            for piece in notice.files.select_related("file").order_by("pk")
        ],
        "complaints": cases,
        "left_out": left_out(notice),
    }


def left_out(notice: Notice) -> list[dict[str, Any]]:
    """The lines that became no case, in the reader's language."""
    zone = notice.marketplace.zone
    return [
        {
            "line": row["line"],
            "raw": LINE_END.split(row["raw"])[0],
            "code": row["code"],
            "message": code_sentence(row["code"], row.get("data", {}), zone=zone),
        }
        for row in notice.left_out
    ]


def lint_shown(proposal: Proposal, found: Sequence[Fault]) -> dict[str, Any]:
    """What sending this would say, as LintShown takes it."""
    blocking = [defect for defect in found if defect.blocks]
    assert proposal.marketplace is not None
    return {
        "can_send": not blocking,
        "procedure": proposal.pack,
        "timing": drafts.timing(proposal),
        "defects": defects_of(blocking),
        "warnings": defects_of([defect for defect in found if defect.is_warning]),
        "counted": counted(proposal.lines),
        "lines": lines_shown(proposal.lines, proposal.marketplace.zone),
    }


def lines_shown(lines: Sequence[ReadLine], zone: str) -> list[dict[str, Any]]:
    """The verdict on each line, as LineShown takes it."""
    return [
        {
            "line": line.number,
            "raw": line.raw,
            "verdict": line.group,
            "code": line.code,
            "message": sentence_of(line, zone=zone),
            "note": line.note,
            "item_id": line.item_id,
            "url": line.url,
            "case": str(line.data.get("case", "")),
        }
        for line in lines
    ]
