"""Which links between sellers are there as a whole, one for each pair: suggested, confirmed, denied? Reads.

Of a pair the row with the smallest id stands for all of its evidence. What a person says of a pair holds for every row of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Exists, FloatField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Least

from countermark.apps.screening import linking
from countermark.apps.screening.linking import Pair, pair
from countermark.apps.screening.models import LINK_KINDS, Finding, LinkWord, SellerLink

STATES = {  # what people said of a pair -> which
    "suggested": Q(denied_at=None, confirmed_at=None),
    "confirmed": Q(confirmed_at__isnull=False),
    "denied": Q(denied_at__isnull=False),
}
HOW_STRONG = ("counts", "weak")
ORDERS = {"strength": ("share",), "found": ("found_at",)}
SHOWN = 20  # findings shown beside a pair
BESIDE = ("one__marketplace", "other__marketplace", "denied_by", "confirmed_by")


@dataclass(frozen=True)
class LinkFilter:
    """What the list is narrowed by; "" leaves it open. `strong`: one of HOW_STRONG; `sort`: of ORDERS, downwards with a minus."""

    state: str = ""
    kind: str = ""
    strong: str = ""
    marketplace: str = ""
    q: str = ""
    sort: str = "-strength"


def pairs() -> QuerySet[SellerLink]:
    """One row for each pair of sellers that anything ties directly."""
    earlier = SellerLink.objects.filter(one=OuterRef("one"), other=OuterRef("other"), pk__lt=OuterRef("pk"))
    return SellerLink.objects.filter(~Exists(earlier))


def listed(asked: LinkFilter) -> QuerySet[SellerLink]:
    """The pairs asked for, in order, each with `share`, how strong all of its evidence is together."""
    rows = with_share(_narrowed(pairs(), asked))
    if asked.strong == "counts":
        rows = rows.filter(Q(share__gte=_from()) | STATES["confirmed"])
    elif asked.strong == "weak":
        rows = rows.filter(share__lt=_from()).exclude(STATES["confirmed"])
    return rows.select_related(*BESIDE).order_by(*ordered(asked.sort))


def ordered(sort: str) -> tuple[str, ...]:
    """The columns of a sort key."""
    sign = "-" if sort.startswith("-") else ""
    return (*(f"{sign}{column}" for column in ORDERS[sort.removeprefix("-")]), "pk")


def _narrowed(rows: QuerySet[SellerLink], asked: LinkFilter) -> QuerySet[SellerLink]:
    rows = rows.filter(STATES[asked.state]) if asked.state else rows
    rows = rows.filter(Exists(_of_kind(asked.kind))) if asked.kind else rows
    if asked.marketplace:
        rows = rows.filter(at_place(marketplace__slug=asked.marketplace))
    for word in asked.q.replace("\0", "").split()[:8]:
        named = at_place(name__icontains=word) | at_place(ref__iexact=word)
        rows = rows.filter(named)
    return rows


def at_place(**said: Any) -> Q:
    """Pairs of which either seller is like this."""
    return Q(**{f"one__{name}": value for name, value in said.items()}) | Q(
        **{f"other__{name}": value for name, value in said.items()}
    )


def _of_kind(kind: str) -> QuerySet[SellerLink]:
    return SellerLink.objects.filter(one=OuterRef("one"), other=OuterRef("other"), kind=kind)


def with_share(rows: QuerySet[SellerLink]) -> QuerySet[SellerLink]:
    """The same with `share`: as likely as that not all of the evidence is wrong."""
    strengths = (Coalesce(Subquery(_of_kind(kind).values("strength")), 0.0) for kind in LINK_KINDS)
    wrong = math.prod((1.0 - strength for strength in strengths), start=cast(Any, 1.0))
    return rows.annotate(share=Least(1.0 - wrong, linking.share("limits", "strongest"), output_field=FloatField()))


def _from() -> float:
    """From which strength a link counts, with room for what is lost in rounding."""
    return linking.share("limits", "linked_from") - 1e-9


def share_of(row: SellerLink) -> float:
    """How strong all of the evidence of a pair is together; `row` comes from here."""
    return float(cast(Any, row).share)


def counts(row: SellerLink) -> bool:
    """Whether these two are linked by what ties them directly."""
    if row.denied_at is not None:
        return False
    return row.confirmed_at is not None or share_of(row) >= _from()


def state_of(row: SellerLink) -> str:
    """Which of STATES a pair is in."""
    if row.denied_at is not None:
        return "denied"
    return "suggested" if row.confirmed_at is None else "confirmed"


def key_of(row: SellerLink) -> str:
    """How a pair is named in addresses: "12-57"."""
    return f"{row.one_id}-{row.other_id}"


def ends_of(key: str) -> Pair | None:
    """The sellers of such a name; None for what is none."""
    one, _, other = key.partition("-")
    if not all(end.isdecimal() and end.isascii() and len(end) < 19 for end in (one, other)):
        return None
    return pair(int(one), int(other))


def find(key: str) -> SellerLink | None:
    """The pair of this name, with its `share`."""
    ends = ends_of(key)
    if ends is None:
        return None
    return with_share(pairs()).select_related(*BESIDE).filter(one=ends[0], other=ends[1]).first()


def evidence_of(rows: Sequence[SellerLink]) -> dict[Pair, list[SellerLink]]:
    """All that ties each of these pairs, the strongest first; one query."""
    found: dict[Pair, list[SellerLink]] = {(row.one_id, row.other_id): [] for row in rows}
    ones = {one for one, _ in found}
    for row in SellerLink.objects.filter(one__in=ones).order_by("-strength", "pk") if ones else ():
        if (row.one_id, row.other_id) in found:
            found[row.one_id, row.other_id].append(row)
    return found


def said_of(row: SellerLink) -> QuerySet[LinkWord]:
    """What people said of a pair, the newest first."""
    rows = LinkWord.objects.filter(one=row.one_id, other=row.other_id)
    return rows.select_related("by", "words__key").order_by("-at", "-pk")


def came_over(row: SellerLink) -> QuerySet[Finding]:
    """What was taken down at one of the two and came back at the other, the newest first."""
    one, other = row.one_id, row.other_id
    over = Q(seller=one, fingerprint__seller=other) | Q(seller=other, fingerprint__seller=one)
    return Finding.objects.filter(over).select_related("marketplace", "seller", "order").order_by("-at", "-pk")


def next_suggested(after: SellerLink | None) -> SellerLink | None:
    """The strongest pair nobody has said anything of; after one just left, the next one down."""
    rows = listed(LinkFilter(state="suggested"))
    if after is None:
        return rows.first()
    share = share_of(after)
    return rows.filter(Q(share__lt=share) | Q(share=share, pk__gt=after.pk)).first()
