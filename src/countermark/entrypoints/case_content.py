"""What of a case can a reader take home? Its papers in full, and everything the reader may read with the proof of each step.

The same for every role and every door: what a reader may see is settled by `CaseView` and the papers, not here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from countermark.apps.complaints import log
from countermark.apps.complaints.selectors import CaseView, TrailEntry
from countermark.apps.complaints.words import STAFF
from countermark.apps.decisions.appeal_selectors import trail_of
from countermark.apps.decisions.papers import Paper, papers
from countermark.apps.notifications.selectors import telling_of
from countermark.apps.work import moments
from countermark.apps.work.sealing import Erased


def papers_of(view: CaseView) -> list[Paper]:
    """Every statement of reasons and decision of the case, newest first. Staff read them as the seller was told."""
    party = "seller" if view.reader in STAFF else view.reader
    return papers(view.complaint, view.reader, telling_of(view.complaint, party))


def said(text: str | Erased) -> str:
    """A party's words, or what stands where erased words stood."""
    if not isinstance(text, Erased):
        return text
    return gettext("Erased on %(day)s, by rule %(rule)s.") % {"day": moments.day(text.at.date()), "rule": text.rule}


def content_of(view: CaseView, at: datetime) -> dict[str, Any]:
    """The case file, as JSON takes it: anybody can check without us that none of it was changed."""
    case, notice = view.complaint, view.notice
    return {
        "case": case.number,
        "notice": notice.number,
        "marketplace": notice.marketplace.name,
        "listing": {"url": case.listing.url, "title": case.copy.title},
        "copy_of_the_page": {"taken_at": case.copy.taken_at.isoformat(), "sha256": case.copy.digest},
        "procedure": {"pack": notice.pack, "version": notice.pack_version, "digest": notice.pack_digest},
        "duties": notice.duties,
        "claim": {"reason": notice.reason, "title": view.reason_title, "words": said(view.statement)},
        "complainant": view.complainant_name,
        "right": notice.right_frozen,
        "state": case.state,
        "outcome": case.outcome,
        "what_happened": [_step(entry) for entry in trail_of(view)],
        "reasons": [
            {"at": paper.at.isoformat(), "title": paper.title, "paragraphs": paper.paragraphs}
            for paper in papers_of(view)
        ],
        "proof": log.proof_of_case(case),
        "written_at": at.isoformat(),
    }


def _step(entry: TrailEntry) -> dict[str, Any]:
    files = [{"name": file.name, "sha256": file.sha256, "as_sent": file.original_sha256} for file in entry.files]
    return {
        "event": entry.event,
        "at": entry.at.isoformat(),
        "what": entry.title,
        "words": said(entry.text),
        "files": files,
    }
