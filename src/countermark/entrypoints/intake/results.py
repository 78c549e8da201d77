"""What became of each row, as a table: one line a row, every fault with its cure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext

from countermark.apps.portfolio import words
from countermark.apps.portfolio.models import RightImport, RightImportRow, RightSubmission, RightSubmissionRow


def head() -> list[str]:
    """The headings."""
    shown = (gettext("Row"), gettext("Verdict"), gettext("Kind"), gettext("Office"), gettext("Number"), gettext("Name"))
    return [*shown, gettext("What is wrong"), gettext("How to mend it")]


def lines(source: RightImport, rows: Iterable[RightImportRow]) -> Iterator[list[str]]:
    """The rows as the table shows them."""
    for row in rows:
        faults = words.faults_of(row.defects)
        verdict = words.verdict_said(row.verdict, state=source.state).word
        facts = (str(row.row), verdict, row.kind, row.office, row.number, row.name)
        yield [*facts, " ".join(what for what, _ in faults), " ".join(cure for _, cure in faults)]


def sent_lines(submission: RightSubmission, rows: Iterable[RightSubmissionRow]) -> Iterator[list[str]]:
    """The drafts of a sending as the same table shows them."""
    for row in rows:
        faults, right = words.faults_of(row.defects), row.right
        verdict = words.sending_said(submission, row.verdict).word
        facts = (str(row.row), verdict, right.kind, right.office, right.number, right.name)
        yield [*facts, " ".join(what for what, _ in faults), " ".join(cure for _, cure in faults)]
