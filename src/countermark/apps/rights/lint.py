"""What would a reviewer send this registration back for? Told before it is sent, beside what keeps it from being sent at all.

The rules stand in `core/rights/registration.py`; this file makes of a row what they ask about. Nothing here stops a holder who
knows better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from countermark.apps.rights import asking, completeness, numbering
from countermark.apps.rights.clocks import today_at_office
from countermark.apps.rights.models import Right, RightDocument
from countermark.apps.rights.register import compared, record_of
from countermark.apps.rights.selectors import facts_of
from countermark.core.defect import Defect
from countermark.core.rights.registration import Registration, later_than_the_law, would_be_returned


def lint(right: Right, *, at: datetime, missing: Iterable[Defect] = ()) -> tuple[Defect, ...]:
    """What a reviewer would name; without what is `missing` anyway in the same field."""
    one, told = registration_of(right), {defect.field for defect in missing}
    found = [*would_be_returned(one, today_at_office(right, at)), *_beyond(one)]
    return tuple(replace(defect, blocks=False) for defect in found if defect.field not in told)


def _beyond(one: Registration) -> list[Defect]:
    last = later_than_the_law(one)
    return [Defect("right_end_beyond", "expires_on", data={"on": last})] if last else []


def registration_of(right: Right) -> Registration:
    """The registration as the rules see it."""
    said, is_agent = right.fields, right.holder.is_agent
    ends = completeness.day_of(said.get("mandate_ends_on", "")) if is_agent else None
    papers = list(right.documents.all())
    return Registration(
        right=facts_of(right),
        holder=right.holder.name,
        is_agent=is_agent,
        answers=said,
        papers=Counter(paper.kind for paper in papers),
        filed_on=completeness.day_of(said.get("filed_on", "")),
        mandate_ends_on=ends,
        number=numbering.said_by(right.kind, right.office, said.get("number", "")),
        differs=_differs(right),
        coloured=_coloured(papers),
    )


def _differs(right: Right) -> frozenset[str]:
    """The fields in which the record fetched last says something else; none without a record."""
    kept = asking.latest(right)
    lines = compared(right, record_of(kept)) if kept else ()
    return frozenset(line.field for line in lines if line.verdict == "differs")


def _coloured(papers: Iterable[RightDocument]) -> dict[str, float]:
    """The greyest of the measured papers of each kind."""
    measured = sorted((p.coloured, p.kind) for p in papers if p.coloured is not None)
    return {kind: share for share, kind in reversed(measured)}
