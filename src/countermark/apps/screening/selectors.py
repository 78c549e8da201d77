"""What was found and waits for a person, in which order, and what is tied to which case? Reads; a page is a few queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from countermark.apps.decisions.services import claim_lasts
from countermark.apps.orders.models import Order
from countermark.apps.screening.models import Finding, Fingerprint, Mode, Opinion, Picture

ORDERS = {  # sort key -> columns; how sure it is decides where they are equal
    "probability": ("probability", "-at"),
    "age": ("at", "-probability"),
    "listing": ("title", "-probability"),
    "seller": ("seller__name", "-probability"),
}
SHOWN = ("marketplace", "seller", "taken_by", "fingerprint__complaint")
FINGERPRINT = "fingerprint:"  # how `about` of a signal begins where the listing came back
ANY = "any"  # of the states
TIED = 20  # findings shown beside a case
COMBINATIONS = 40  # offered as a filter


@dataclass(frozen=True)
class FindingFilter:
    """What the list of findings is narrowed by; "" leaves it open. `state`: one of them, or ANY."""

    q: str = ""
    marketplace: str = ""
    reason: str = ""
    verdict: str = ""
    combination: str = ""
    held: str = ""
    state: str = "waiting"
    sort: str = "-probability"

    @property
    def is_open(self) -> bool:
        return not any((self.q, self.marketplace, self.reason, self.verdict, self.combination, self.held))


def waiting() -> QuerySet[Finding]:
    """Every finding that waits for a person."""
    return Finding.objects.filter(state="waiting")


def listed(asked: FindingFilter, *, person_id: int) -> QuerySet[Finding]:
    """The findings asked for, in order, with what a row shows."""
    rows = searched(Finding.objects.all() if asked.state == ANY else Finding.objects.filter(state=asked.state), asked.q)
    same = {"marketplace__slug": asked.marketplace, "reason": asked.reason, "verdict": asked.verdict}
    rows = rows.filter(**{name: value for name, value in same.items() if value})
    if asked.combination:
        rows = rows.filter(combination=asked.combination)
    if asked.held:
        rows = rows.filter(taken_by=person_id) if asked.held == "me" else rows.filter(taken_by=None)
    return rows.select_related(*SHOWN).prefetch_related("rights").order_by(*ordered(asked.sort))


def ordered(sort: str) -> tuple[str, ...]:
    """The columns of a sort key; downwards with a minus in front."""
    columns = ORDERS[sort.removeprefix("-")]
    turned = columns if not sort.startswith("-") else tuple(_turned(column) for column in columns)
    return (*turned, "pk")


def _turned(column: str) -> str:
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"


def searched(rows: QuerySet[Finding], q: str) -> QuerySet[Finding]:
    """Those that have each of these words in the title, the item, the old case, the seller, the right or its owner."""
    for word in q.replace("\0", "").split()[:8]:
        named = Q(title__icontains=word) | Q(item_id__icontains=word) | Q(seller__name__icontains=word)
        of_case = Q(fingerprint__complaint__number__iexact=word)
        rows = rows.filter(named | of_case | Q(seller_ref__iexact=word) | Q(pk__in=_under(word)))
    return rows


def _under(word: str) -> QuerySet[Finding]:
    named = Q(rights__name__icontains=word) | Q(rights__holder__name__icontains=word)
    return Finding.objects.filter(named).values("pk")


def combinations() -> list[tuple[str, int]]:
    """Which kinds of signals spoke together in what waits, and how often; the most frequent first."""
    rows = waiting().values_list("combination").annotate(n=Count("pk")).order_by("-n", "combination")
    return [(combination, n) for combination, n in rows[:COMBINATIONS] if combination]


def find(pk: int) -> Finding | None:
    """One finding with everything its page shows."""
    beside = (*SHOWN, "rules", "order", "decided_by", "listing", "fingerprint__listing", "fingerprint__right")
    rows = Finding.objects.select_related(*beside).prefetch_related("rights__holder")
    return rows.filter(pk=pk).first()


def next_waiting(left: Finding | None, *, person_id: int, now: datetime, back: bool = False) -> Finding | None:
    """The surest finding that nobody else holds; of one just left the next one down, or `back` the one before; at the end the
    list begins anew."""
    nobodys = Q(taken_by=None) | Q(taken_by=person_id) | Q(taken_at__lt=now - claim_lasts())
    order = ("probability", "-at", "-pk") if back else ("-probability", "at", "pk")
    free = waiting().filter(nobodys).order_by(*order)
    if left is None:
        return free.first()
    others = free.exclude(pk=left.pk)
    return others.filter(_beyond(left, back)).first() or others.first()


def _beyond(left: Finding, back: bool) -> Q:
    """What stands below a finding in the list of the surest first; `back`: above it."""
    less, more = ("gt", "lt") if back else ("lt", "gt")
    same, at = Q(probability=left.probability), Q(at=left.at)
    lower = Q(**{f"probability__{less}": left.probability})
    return lower | same & Q(**{f"at__{more}": left.at}) | same & at & Q(**{f"pk__{more}": left.pk})


def known_pictures(signals: Iterable[dict[str, Any]]) -> dict[int, Picture]:
    """The pictures that signals name as known, by id, with the reference or the old case each belongs to."""
    ids = {each["figures"]["known"] for each in signals if isinstance(each.get("figures", {}).get("known"), int)}
    beside = ("file", "reference__right", "fingerprint__complaint", "fingerprint__listing")
    return {each.pk: each for each in Picture.objects.filter(pk__in=ids).select_related(*beside)} if ids else {}


def came_back(complaint_id: int) -> QuerySet[Finding]:
    """The findings that repeat what was taken down in this case, the newest first."""
    rows = Finding.objects.filter(fingerprint__complaint=complaint_id).select_related("marketplace", "seller", "order")
    return rows.order_by("-at", "-pk")


def of_order(order_id: int) -> Finding | None:
    """The finding a measure rests on."""
    return Finding.objects.filter(order=order_id).select_related("rules", "fingerprint", "decided_by").first()


def others_of(finding: Finding) -> int:
    """How many other findings there are of the same seller at the same marketplace."""
    if not finding.seller_ref:
        return 0
    same = Finding.objects.filter(marketplace=finding.marketplace_id, seller_ref=finding.seller_ref)
    return same.exclude(pk=finding.pk).count()


def opinions_of(finding: Finding) -> QuerySet[Opinion]:
    """What people said of it, the first one first."""
    return finding.opinions.select_related("by", "words__key").order_by("at", "pk")


def modes_said(marketplace_ids: Sequence[int]) -> dict[tuple[int, str], Mode]:
    """What was said of each marketplace and reason, with who said it; where nobody has, nothing."""
    rows = Mode.objects.filter(marketplace__in=marketplace_ids).select_related("by")
    return {(row.marketplace_id, row.reason): row for row in rows}


def fingerprints(state: str, q: str) -> QuerySet[Fingerprint]:
    """What is kept down, the newest first; with this in its title, case or shop."""
    beside = ("complaint", "listing__marketplace", "right", "seller")
    counts = {"again": Count("findings", distinct=True), "shown": Count("pictures", distinct=True)}
    rows = Fingerprint.objects.filter(state=state).select_related(*beside).annotate(**counts)
    for word in q.split()[:8]:
        named = Q(title__icontains=word) | Q(seller__name__icontains=word)
        rows = rows.filter(named | Q(complaint__number__icontains=word))
    return rows.order_by("-made_at", "-pk")


def finding_for(order: Order, seller_id: int) -> Finding | None:
    """The finding a measure rests on, as the seller of the listing may read it: not saved so. None for any other order."""
    found = of_order(order.pk) if order.source == "screening" else None
    if found is None or found.seller_id != seller_id:
        return None
    found.signals = signals_for(found, seller_id)
    return found


def signals_for(finding: Finding, seller_id: int) -> list[dict[str, Any]]:
    """What spoke, as the seller of the listing may read it: of what another seller offered neither the title nor the picture."""
    pictures = known_pictures(finding.signals)
    about = {int(each["about"].removeprefix(FINGERPRINT)) for each in finding.signals if _of_fingerprint(each)}
    own = (
        set(Fingerprint.objects.filter(pk__in=about, seller=seller_id).values_list("pk", flat=True)) if about else set()
    )
    return [_as_read(each, own, pictures) for each in finding.signals]


def _of_fingerprint(signal: dict[str, Any]) -> bool:
    return str(signal.get("about", "")).startswith(FINGERPRINT)


def _as_read(signal: dict[str, Any], own: set[int], pictures: dict[int, Picture]) -> dict[str, Any]:
    figures = dict(signal.get("figures", {}))
    known = pictures.get(figures.get("known", 0))
    if known is not None and known.fingerprint_id is not None and known.fingerprint_id not in own:
        figures["known"] = None
    if _of_fingerprint(signal) and int(signal["about"].removeprefix(FINGERPRINT)) not in own:
        figures["known"] = None
        if "canonical" in figures:
            figures["canonical"] = figures.get("observed", "")
    return {**signal, "figures": figures}
