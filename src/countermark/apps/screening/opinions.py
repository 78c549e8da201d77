"""What did people say of findings: reviewers, appeals, cases, holders? Kept once for each source; rules are counted from them.

An appeal against a measure says whether its finding was right, and so does a person's decision in a case about the same listing.
What is only taken back, with nobody having said anything, was wrong.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from countermark.apps.decisions.models import Decision
from countermark.apps.parties.models import Person
from countermark.apps.screening.models import Finding, Opinion
from countermark.apps.work.sealing import seal


def note(finding: Finding, *, right: bool, source: str, by: Person | None, words: str, at: datetime) -> None:
    """Keep what somebody said of a finding, once for each source."""
    subject = (
        f"seller:{finding.seller_id}" if finding.seller_id else f"finding:{finding.pk}"
    )  # goes with what a shop wrote
    sealed = seal(subject=subject, text=words.strip()) if words.strip() else None
    given: dict[str, Any] = {"right": right, "by": by, "at": at, "words": sealed}
    Opinion.objects.get_or_create(finding=finding, source=source, defaults=given)


@transaction.atomic
def after_order(order_id: int, *, at: datetime) -> None:
    """A measure of screening was appealed and answered, or taken back: what that says of its finding is kept."""
    finding = Finding.objects.select_for_update(of=("self",)).filter(order=order_id).select_related("order").first()
    if finding is None or finding.order is None:
        return
    answered = finding.order.appeals.exclude(decided_at=None).order_by("pk").last()
    if answered is not None and answered.decided_at is not None:
        note(
            finding,
            right=not answered.granted,
            source="appeal",
            by=answered.decided_by,
            words="",
            at=answered.decided_at,
        )
    elif finding.order.ended_how == "set_aside" and not finding.opinions.exists():
        note(finding, right=False, source="reviewer", by=None, words="", at=at)


def after_case(notice_id: int) -> int:
    """Cases a person has decided say of findings in the same listings, under the same right, whether they were right.

    A case that ended by silence says nothing of that. Returns how many opinions were kept.
    """
    decided = Decision.objects.filter(complaint__notice=notice_id, complaint__outcome__in=("upheld", "not_upheld"))
    newest = {row.complaint.listing_id: row for row in decided.select_related("complaint__notice").order_by("pk")}
    if not newest:
        return 0
    found = Finding.objects.filter(listing__in=newest, rights__notices=notice_id).exclude(opinions__source="case")
    told = [
        Opinion(finding=one, right=row.complaint.outcome == "upheld", source="case", by=row.reviewer, at=row.at)
        for one in found.distinct()
        if (row := newest[one.listing_id])
    ]
    return len(Opinion.objects.bulk_create(told, ignore_conflicts=True))
