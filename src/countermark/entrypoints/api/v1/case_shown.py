"""How is a case written as JSON? What its reader's role may see, as the page of that role shows it, in the same words."""

from __future__ import annotations

from datetime import date
from typing import Any

from countermark.apps.complaints import words
from countermark.apps.complaints.models import Complaint
from countermark.apps.complaints.selectors import CaseView, TrailEntry
from countermark.apps.decisions.appeal_selectors import trail_of
from countermark.apps.decisions.papers import papers
from countermark.apps.notifications.selectors import telling_of
from countermark.apps.work.models import StoredFile
from countermark.apps.work.sealing import Erased
from countermark.core.calendar import Due
from countermark.entrypoints.api.schemas import Instant, Shown


class Words(Shown):
    """A party's own words; `erased_by` names the rule by which they were erased."""

    text: str
    erased_at: Instant | None = None
    erased_by: str = ""


class File(Shown):
    """A file as it is kept; its bytes are fetched from `/api/v1/files/{id}`."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str


class Day(Shown):
    """One day of a clock: counted or passed over, and why."""

    day: date
    counted: int | None
    kind: str
    reason: str
    name: str | None


class Deadline(Shown):
    """Until when, day by day. From `due_at` on it is late."""

    due_at: Instant
    last_day: date
    zone: str
    provisional: bool
    unit: str
    days: list[Day]


class ListingShown(Shown):
    """The listing complained of. `shop_state` is what the marketplace confirmed last."""

    url: str
    item_id: str
    kind: str
    title: str
    shop_state: str


class CaseRow(Shown):
    """One case in a list. `seq` is its version: the ETag of the case."""

    number: str
    notice: str
    line: int
    marketplace: str
    listing: ListingShown
    seller: str
    complainant: str
    reason: str
    procedure: str
    state: str
    status: str
    waits_on: str
    awaits_service: bool
    outcome: str
    ask: str
    round: int
    escalated: bool
    due_at: Instant | None
    opened_at: Instant
    outcome_at: Instant | None
    seq: int


class Copy(Shown):
    """The listing as it was frozen at filing."""

    taken_at: Instant
    title: str
    text: str
    price: str
    currency: str
    sha256: str
    pictures: list[File]


class Step(Shown):
    """One step of the timeline."""

    seq: int
    at: Instant
    event: str
    title: str
    words: Words | None
    codes: list[str]
    files: list[File]


class PaperShown(Shown):
    """A statement of reasons or a decision, as its party was told."""

    seq: int
    at: Instant
    title: str
    paragraphs: list[tuple[str, str]]


class CaseShown(CaseRow):
    """One case whole. `permitted` are the events its reader can cause now; `mandate` is the number of that an agent filed
    under, "" for sellers and where there is none."""

    reason_title: str
    mandate: str
    complainant_email: str
    right: dict[str, Any]
    procedure_version: str
    procedure_digest: str
    duties: list[str]
    chances: int
    is_yours: bool
    permitted: list[str]
    due: Deadline | None
    statement: Words
    copy_of_listing: Copy
    evidence: list[File]
    trail: list[Step]
    papers: list[PaperShown]
    siblings: list[str]


def row_shown(case: Complaint, complainant: str, reader: str) -> dict[str, Any]:
    """A case as CaseRow takes it."""
    notice = case.notice
    return {
        "number": case.number,
        "notice": notice.number,
        "line": case.line,
        "marketplace": notice.marketplace.slug,
        "listing": {
            "url": case.listing.url,
            "item_id": case.listing.item_id,
            "kind": case.listing.kind,
            "title": case.copy.title or case.listing.title,
            "shop_state": case.listing.shop_state,
        },
        "seller": case.seller.name if case.seller else "",
        "complainant": complainant,
        "reason": notice.reason,
        "procedure": notice.pack,
        "status": words.status(case, reader).word,
        **{name: getattr(case, name) for name in SAME},
    }


SAME = (
    *("state", "waits_on", "awaits_service", "outcome", "ask", "round", "escalated"),
    *("due_at", "opened_at", "outcome_at", "seq"),
)


def case_shown(view: CaseView) -> dict[str, Any]:
    """A case as CaseShown takes it."""
    case, notice = view.complaint, view.notice
    return {
        **row_shown(case, view.complainant_name, view.reader),
        "status": view.status.word,
        "reason_title": view.reason_title,
        "mandate": "" if view.reader == "seller" else str(notice.mandate or ""),
        "complainant_email": view.complainant_email,
        "right": notice.right_frozen,
        "procedure_version": notice.pack_version,
        "procedure_digest": notice.pack_digest,
        "duties": notice.duties,
        "chances": view.chances,
        "is_yours": view.is_yours,
        "permitted": list(view.permitted),
        "due": due_shown(view.due),
        "statement": words_shown(view.statement),
        "copy_of_listing": _copy(view),
        "evidence": [file_shown(piece.file) for piece in view.evidence],
        "trail": [_step(entry) for entry in trail_of(view)],
        "papers": [
            {"seq": paper.seq, "at": paper.at, "title": paper.title, "paragraphs": paper.paragraphs}
            for paper in _papers(view)
        ],
        "siblings": [other.number for other in view.siblings],
    }


def _papers(view: CaseView) -> Any:
    """Staff read them as the seller was told."""
    party = "seller" if view.reader in words.STAFF else view.reader
    return papers(view.complaint, view.reader, telling_of(view.complaint, party))


def due_shown(due: Due | None) -> dict[str, Any] | None:
    """A due date with its arithmetic."""
    return {**due.as_dict(), "unit": due.unit} if due else None


def words_shown(text: str | Erased) -> dict[str, Any]:
    """A party's words, or when and by which rule they were erased."""
    if isinstance(text, Erased):
        return {"text": "", "erased_at": text.at, "erased_by": text.rule}
    return {"text": text}


def file_shown(file: StoredFile) -> dict[str, Any]:
    """A file as File takes it."""
    return {name: getattr(file, name) for name in ("name", "media_type", "size", "sha256")} | {"id": file.pk}


def _copy(view: CaseView) -> dict[str, Any]:
    copy = view.complaint.copy
    same = {name: getattr(copy, name) for name in ("taken_at", "title", "text", "price", "currency")}
    return {**same, "sha256": copy.digest, "pictures": [file_shown(file) for file in view.pictures]}


def _step(entry: TrailEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": entry.at,
        "event": entry.event,
        "title": entry.title,
        "words": words_shown(entry.text) if entry.text else None,
        "codes": list(entry.codes),
        "files": [file_shown(file) for file in entry.files],
    }
