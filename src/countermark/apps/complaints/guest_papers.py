"""Which papers go with what a guest says in a running case? Counted by the hour, examined, and under names of ours.

Rule 1: the name somebody gave a file may be the one nobody is to learn, so none is kept. Rule 2: an answer takes as many files as
a report. Rule 3: how many one computer may send is counted with those of reports, before anything is looked at.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import PurePath

from countermark.apps.complaints.drafts import TooManyFiles
from countermark.apps.complaints.guests import count_file
from countermark.apps.work import files
from countermark.core import catalogue
from countermark.evidence.uploads import Accepted


def refuse_too_many(count: int) -> None:
    """Raises TooManyFiles when an answer does not take so many files."""
    most = catalogue.load().number("evidence_per_notice")
    if count > most:
        raise TooManyFiles(most)


def examine(content: bytes, name: str, *, place: int, now: datetime, by: str) -> Accepted:
    """The cleaned copy of the file at this place, not kept yet. Raises guests.TooOften, evidence.uploads.UploadRefused."""
    count_file(now=now, by=by)
    cleaned = files.examine(content, name)
    ours = f"paper-{place}{PurePath(cleaned.name).suffix.lower()[:8]}"  # the seller may see it, and not whose it is
    return replace(cleaned, name=ours)
