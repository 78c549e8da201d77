"""Which papers does a case hold for this reader? Every statement of reasons and every decision in full, newest first.

One list for the pages, the print and the case file of every role. A decision that restricts is one paper with its statement.
What passed between the complainant and us before the seller was heard is no paper of the seller's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from countermark.apps.complaints.models import Complaint, StatementOfReasons
from countermark.apps.complaints.parts import once, statements_of
from countermark.apps.decisions.models import Decision
from countermark.apps.decisions.statement import Paragraphs, decision_paragraphs, statement_paragraphs
from countermark.apps.work.prepared import Prepared

Told = Callable[[int], datetime | None]  # seq of an event -> when this reader was told of it
BEFORE_THE_SELLER = ("refused", "returned")  # verdicts on a notice that reached no seller


@dataclass(frozen=True)
class Paper:
    """One decision in full. `seq` is that of its event; `id` the anchor on a page."""

    seq: int
    at: datetime
    title: str
    paragraphs: Paragraphs

    @property
    def id(self) -> str:
        return f"reasons-{self.seq}"


def papers(complaint: Complaint, reader: str, told: Told) -> list[Paper]:
    """The papers of the case. The stage that tells knows when a reader was told; whoever asks brings it along."""
    statements = {one.seq: one for one in statements_of(complaint)}
    decisions = {one.seq: one for one in decisions_of(complaint)}
    if reader == "seller":
        decisions = {seq: one for seq, one in decisions.items() if one.verdict not in BEFORE_THE_SELLER}
    newest_first = sorted({*statements, *decisions}, reverse=True)
    return [_paper(complaint, reader, statements.get(seq), decisions.get(seq), told(seq)) for seq in newest_first]


def decisions_of(complaint: Complaint) -> Sequence[Decision]:
    """What people decided in the case, read once for a view."""
    return once(complaint, "decisions", lambda: DECIDED(case=complaint.pk))


DECIDED = Prepared(lambda case: Decision.objects.filter(complaint=case).select_related("words__key", "reviewer"))


def _paper(
    complaint: Complaint,
    reader: str,
    statement: StatementOfReasons | None,
    decision: Decision | None,
    told_at: datetime | None,
) -> Paper:
    if statement is not None:
        verdict = decision.verdict if decision else ""
        said = statement_paragraphs(statement, complaint, reader, verdict=verdict, told_at=told_at)
        return Paper(statement.seq, statement.at, gettext("Statement of reasons"), said)
    assert decision is not None  # of one or the other
    said = decision_paragraphs(decision, complaint, reader, told_at=told_at)
    return Paper(decision.seq, decision.at, gettext("Decision"), said)
