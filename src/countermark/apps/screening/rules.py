"""By which numbers is judged, and how often did each combination of signals prove right? Rule sets, of which one is in force.

Rule 1: a rule set is never changed: people's opinions counted anew, or other numbers, make a new one, which an operator adopts.
Rule 2: an appeal outweighs the reviewer's word, the reviewer's the holder's: a finding counts once.
Rule 3: without any, the first is made from the numbers the engine is shipped with.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from countermark.apps.parties.models import Person
from countermark.apps.screening.models import Change, Opinion, Rules
from countermark.apps.work import true_time
from countermark.matching.judging import Numbers, NumbersDefective, numbers_of

WEIGHT = {"case": 0, "holder": 1, "reviewer": 2, "appeal": 3}


class RulesDefective(Exception):
    """A rule set cannot be judged by; `field` names the number. Nothing was made."""

    code = "screening_rules_defective"
    http_status_hint = 422

    def __init__(self, fault: NumbersDefective) -> None:
        self.field = fault.field
        super().__init__(str(fault))


class RulesNotDraft(Exception):
    """Only a draft can be adopted. Nothing was changed."""

    code = "screening_rules_not_draft"
    http_status_hint = 409


def in_force(*, at: datetime) -> Rules:
    """The rule set that counts; made from the shipped numbers where there is none yet."""
    found = Rules.objects.filter(state="in_force").first()
    return (
        found
        or Rules.objects.get_or_create(
            number=1, defaults={"state": "in_force", "numbers": numbers_of({})._asdict(), "made_at": at, "since": at}
        )[0]
    )


def numbers_in(rules: Rules) -> Numbers:
    return numbers_of(rules.numbers)


@transaction.atomic
def draft(*, numbers: Mapping[str, Any], note: str, by: Person, at: datetime) -> Rules:
    """Make a rule set of these numbers and of all that people said until now. Raises RulesDefective."""
    try:
        full = numbers_of({**in_force(at=at).numbers, **numbers})
    except NumbersDefective as fault:
        raise RulesDefective(fault) from fault
    last = Rules.objects.select_for_update().order_by("-number").first()
    number = (last.number if last else 0) + 1
    return Rules.objects.create(
        number=number, numbers=full._asdict(), counts=counted(), note=note.strip()[:300], made_at=at, made_by=by
    )


def counted(opinions: QuerySet[Opinion] | None = None) -> dict[str, list[int]]:
    """How often each combination proved [right, wrong], by the weightiest opinion of each finding."""
    rows = (opinions if opinions is not None else Opinion.objects.all()).order_by("finding_id")
    said: dict[int, tuple[int, str, bool]] = {}
    for finding, combination, source, right in rows.values_list(
        "finding_id", "finding__combination", "source", "right"
    ).iterator(2000):
        said[finding] = max(said.get(finding, (-1, "", False)), (WEIGHT[source], combination, right))
    counts: dict[str, list[int]] = {}
    for _, combination, right in said.values():
        counts.setdefault(combination, [0, 0])[0 if right else 1] += 1
    return dict(sorted(counts.items()))


@transaction.atomic
def adopt(number: int, *, by: Person, at: datetime) -> Rules:
    """Judge by this rule set from now on; the one before is past. Raises RulesNotDraft, Rules.DoesNotExist."""
    rows = {rules.number: rules for rules in Rules.objects.select_for_update().filter(state__in=("draft", "in_force"))}
    chosen = rows.get(number) or Rules.objects.get(number=number)
    if chosen.state != "draft":
        raise RulesNotDraft(f"rule set {number} is {chosen.state}")
    Rules.objects.filter(state="in_force").update(state="past")
    chosen.state, chosen.since = "in_force", at
    chosen.save(update_fields=["state", "since"])
    Change.objects.create(what="words", at=true_time.now())
    return chosen


def newest_number() -> int:
    return int(Rules.objects.aggregate(newest=Max("number"))["newest"] or 0)
