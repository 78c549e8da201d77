"""What was found under the rights of a holder, what became of it, and what the holder says of it: this is allowed.

Rule 1: a holder reads what was found under its own verified rights, outside trials (shadow). Rule 2: its word lets a listing go
where the finding rests on its rights alone; where another's right speaks too, a person of the platform decides. Rule 3: who is
allowed a right is not found under it any more, and what was stopped because of it is let go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from countermark.apps.mandates.selectors import facts_for
from countermark.apps.parties.models import Holder, Marketplace, Person, Seller
from countermark.apps.rights.clocks import today_at_office
from countermark.apps.rights.models import Right
from countermark.apps.rights.selectors import facts_of
from countermark.apps.screening import pictures, services
from countermark.apps.screening.known import about_fingerprint, about_right
from countermark.apps.screening.models import Allowed, Finding, Fingerprint, Opinion
from countermark.apps.screening.said import matched
from countermark.core.defect import Defect
from countermark.core.rights.mandate import mandate_defects
from countermark.matching.signals import Signal

NEVER_VERIFIED = ("draft", "pending", "returned", "rejected", "invalidated")
POWER = "withdraw"  # what an agent's mandate has to allow: letting go is taking back
# what became of a finding -> which; each finding is in exactly one group
STOPPED = Q(order__state="in_force")
BECAME = {
    "stopped": STOPPED,
    "released": ~STOPPED & Q(is_released=True),
    "put_back": Q(order__state="ended", is_released=False),
    "waiting": Q(order=None, state="waiting", is_released=False),
    "told": Q(order=None, is_released=False, past_why="") & ~Q(state="waiting"),
    "mended": Q(order=None, is_released=False) & ~Q(state="waiting") & ~Q(past_why=""),
}


class RestsOnOthers(Exception):
    """The finding rests on another holder's right too: this holder alone cannot let the listing go. Nothing was changed."""

    code = "finding_rests_on_others"
    http_status_hint = 409


class MandateLacks(Exception):
    """The agent's mandate does not cover this; `defects` says in what. Nothing was changed."""

    code = "mandate_lacks"
    http_status_hint = 403

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(defect.code for defect in self.defects))


@dataclass(frozen=True)
class FoundFilter:
    """What the list is narrowed by; "" leaves it open. `days`: found at most so many days ago, 0 for all."""

    became: str = ""
    reason: str = ""
    marketplace: str = ""
    right: int | None = None
    days: int = 0
    q: str = ""


# --- reading --------------------------------------------------------------------------------------------------------------


def rights_of(holder_ids: Sequence[int]) -> QuerySet[Right]:
    """The rights under which these holders read what was found."""
    return Right.objects.filter(holder_id__in=list(holder_ids)).exclude(state__in=NEVER_VERIFIED)


def found_for(holder_ids: Sequence[int]) -> QuerySet[Finding]:
    """What was found under the rights of these holders, with `is_released` where one of them let it go."""
    under = Finding.rights.through.objects.filter(right__in=rights_of(holder_ids)).values("finding")
    released = Opinion.objects.filter(finding=OuterRef("pk"), source="holder", right=False)
    rows = Finding.objects.filter(pk__in=under).exclude(mode__in=("shadow", "off"))
    rows = rows.annotate(is_released=Exists(released)).select_related("marketplace", "seller", "order")
    return rows.prefetch_related("rights__holder")


def found_like(holder_ids: Sequence[int], asked: FoundFilter, *, at: datetime) -> QuerySet[Finding]:
    """The same, narrowed, the newest first."""
    rows = found_for(holder_ids)
    rows = rows.filter(BECAME[asked.became]) if asked.became else rows
    rows = rows.filter(reason=asked.reason) if asked.reason else rows
    rows = rows.filter(marketplace__slug=asked.marketplace) if asked.marketplace else rows
    rows = rows.filter(rights=asked.right) if asked.right else rows
    rows = rows.filter(at__gte=at - timedelta(days=asked.days)) if asked.days else rows
    for word in asked.q.replace("\0", "").split()[:8]:
        rows = rows.filter(Q(title__icontains=word) | Q(item_id__icontains=word) | Q(seller__name__icontains=word))
    return rows.order_by("-at", "-pk")


def found_of(pk: int, holder_ids: Sequence[int]) -> Finding | None:
    """One finding, if it is under a right of these holders."""
    return found_for(holder_ids).select_related("rules", "listing", "fingerprint__complaint").filter(pk=pk).first()


def became(finding: Finding) -> str:
    """Which of BECAME a finding of `found_for` is in."""
    if finding.order is not None and finding.order.state == "in_force":
        return "stopped"
    if finding.is_released:
        return "released"
    if finding.order is not None:
        return "put_back"
    if finding.state == "waiting":
        return "waiting"
    return "mended" if finding.past_why else "told"


class Own(NamedTuple):
    """What is these holders' own: the accounts, and the old cases' fingerprints under their rights."""

    holders: frozenset[int]
    fingerprints: frozenset[int]


def own_of(holder_ids: Iterable[int]) -> Own:
    """Read once, for any number of findings."""
    holders = frozenset(holder_ids)
    prints = Fingerprint.objects.filter(right__holder__in=holders).values_list("pk", flat=True)
    return Own(holders, frozenset(prints))


def own_signals(finding: Finding, own: Own) -> list[dict[str, Any]]:
    """What spoke for rights of these holders; what spoke for those of others is theirs to read."""
    about = {about_right(right.pk) for right in finding.rights.all() if right.holder_id in own.holders}
    about |= {about_fingerprint(pk) for pk in own.fingerprints}
    return [one for one in finding.signals if one["about"] in about]


def told(finding: Finding, signals: Iterable[Mapping[str, Any]]) -> list[str]:
    """What these signals of a finding say, a sentence for each thing; an old case is named where it was this holder's."""
    rights = {about_right(right.pk): right for right in finding.rights.all()}
    before = finding.fingerprint
    said_of = [Signal(**one) for one in signals]
    return matched(said_of, rights, before, seller_id=before.seller_id if before else None)


def allowed_by(holder_ids: Sequence[int]) -> QuerySet[Allowed]:
    """Whom these holders allow which right now, the newest first."""
    rows = Allowed.objects.filter(right__in=rights_of(holder_ids), ended_at=None)
    return rows.select_related("right__holder", "seller__marketplace", "by").order_by("-pk")


def can_release(finding: Finding, holder_ids: Iterable[int]) -> bool:
    """Whether the finding rests on rights of these holders alone."""
    rights = list(finding.rights.all())
    return bool(rights) and {right.holder_id for right in rights} <= set(holder_ids)


# --- writing --------------------------------------------------------------------------------------------------------------


def release(
    *, finding: Finding, holder_ids: Sequence[int], by: Person, words: str = "", at: datetime, now: datetime
) -> Finding:
    """This listing is allowed: what lies on it because of the finding is let go. Released before, it is answered as it is.

    Raises RestsOnOthers, MandateLacks. `now` is real time.
    """
    if not can_release(finding, holder_ids):
        raise RestsOnOthers(f"finding {finding.pk} rests on rights of others, too")
    for right in finding.rights.select_related("holder"):
        _demand_mandate(right, finding.marketplace, at)
    return services.contradict(finding.pk, source="holder", by=by, words=words, at=at, now=now)


def allow(*, right: Right, seller: Seller, by: Person, at: datetime, now: datetime) -> Allowed:
    """This seller may use this right from now on; what was stopped under it is let go. Raises MandateLacks.

    Allowed before, it is answered as it is. `now` is real time.
    """
    _demand_mandate(right, seller.marketplace, at)
    known = Allowed.objects.filter(right=right, seller=seller, ended_at=None).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            row = Allowed.objects.create(right=right, seller=seller, at=at, by=by)
            pictures.note_words(now=now)
    except IntegrityError:  # somebody else of the holder was faster
        return Allowed.objects.get(right=right, seller=seller, ended_at=None)
    for finding in _stopped_under(right, seller):
        services.contradict(finding.pk, source="holder", by=by, at=at, now=now)
    return row


def _stopped_under(right: Right, seller: Seller) -> list[Finding]:
    """What still lies on listings of a seller, or waits, and rests on nothing but rights it may use."""
    used = Allowed.objects.filter(seller=seller, ended_at=None).values("right")
    rows = Finding.objects.filter(rights=right, seller=seller).filter(Q(order__state="in_force") | Q(state="waiting"))
    others = Finding.rights.through.objects.filter(finding=OuterRef("pk")).exclude(right__in=used)
    return list(rows.filter(~Exists(others)).order_by("pk"))


@transaction.atomic
def end_allowed(*, allowed: Allowed, at: datetime, now: datetime) -> Allowed:
    """This seller may no longer use the right; ended before, it is answered as it is. What was let go stays so."""
    row = Allowed.objects.select_for_update(of=("self",)).get(pk=allowed.pk)
    if row.ended_at is None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        pictures.note_words(now=now)
    return row


def _demand_mandate(right: Right, place: Marketplace, at: datetime) -> None:
    """An agent lets go only what its mandate allows it to take back. Raises MandateLacks."""
    agent: Holder = right.holder
    if not agent.is_agent:
        return
    mandate = facts_for(agent, right, place, at=at)
    if mandate is None:
        raise MandateLacks([Defect("mandate_missing", "right")])
    if wrong := list(mandate_defects(mandate, facts_of(right), place.slug, POWER, today_at_office(right, at))):
        raise MandateLacks(wrong)
