"""Reading mandates: those of an agent, those passed on and offered, those a reviewer has to check, the one an act rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from countermark.apps.mandates.models import Mandate
from countermark.apps.parties.models import Holder, Marketplace
from countermark.apps.rights.clocks import today_at_office
from countermark.apps.rights.models import Right
from countermark.apps.rights.selectors import facts_of, mandate_in
from countermark.core.rights.facts import MandateFacts
from countermark.core.rights.mandate import lacking
from countermark.core.rights.registration import same_owner

RANK = ("in_force", "pending", "expired", "revoked", "returned")  # which says best why an act is not allowed


BESIDE = ("agent", "paper", "parent__agent")  # what is shown with a mandate


def mandates_of(holder_ids: Sequence[int]) -> QuerySet[Mandate]:
    """The mandates these agents act by, the newest first; none that is only offered."""
    rows = Mandate.objects.filter(agent_id__in=list(holder_ids)).exclude(state="offered")
    return rows.select_related(*BESIDE).order_by("-pk")


def passed_on_by(holder_ids: Sequence[int]) -> QuerySet[Mandate]:
    """The sub-mandates these agents have passed on, the newest first; those still offered among them."""
    rows = Mandate.objects.filter(parent__agent_id__in=list(holder_ids))
    return rows.select_related(*BESIDE).order_by("-pk")


def offered_to(address: str) -> QuerySet[Mandate]:
    """The sub-mandates that wait for whoever signs in with this e-mail to accept them."""
    rows = Mandate.objects.filter(state="offered", offered_to__iexact=address)
    return rows.select_related(*BESIDE).order_by("-pk")


def shown_to(holder_ids: Sequence[int], address: str) -> QuerySet[Mandate]:
    """Every mandate these agents may read: their own, what they passed on, what is offered to this e-mail."""
    mine = list(holder_ids)
    offered = Q(state="offered", offered_to__iexact=address) & ~Q(offered_to="")
    rows = Mandate.objects.filter(Q(agent_id__in=mine) | Q(parent__agent_id__in=mine) | offered)
    return rows.select_related(*BESIDE).order_by("-pk")


def mandate_of(pk: int, holder_ids: Sequence[int], address: str = "") -> Mandate | None:
    """The mandate with this id, if these agents may read it."""
    return shown_to(holder_ids, address).filter(pk=pk).first()


def side_of(mandate: Mandate, holder_ids: Sequence[int]) -> str:
    """As what these agents stand to a mandate they may read: who passed it on, or who acts by it or may accept it."""
    parent = mandate.parent
    return "grantor" if parent is not None and parent.agent_id in holder_ids else "agent"


def rights_covered(mandate: Mandate) -> list[Right]:
    """The rights registered by its agent that a mandate speaks of: what can be passed on, one by one."""
    rows = Right.objects.filter(holder=mandate.agent_id).order_by("owner_name", "name", "pk")
    named = set(mandate.rights.values_list("pk", flat=True))
    return [row for row in rows if (row.pk in named if not mandate.all_rights else _is_owners(mandate, row))]


def given_by(holder_ids: Sequence[int]) -> QuerySet[Mandate]:
    """What these owners have given to agents, the newest first; only what was sent."""
    rows = Mandate.objects.filter(principal_id__in=list(holder_ids)).exclude(state__in=("draft", "offered"))
    return rows.select_related(*BESIDE).order_by("-pk")


def to_check() -> QuerySet[Mandate]:
    """Mandates that wait for a reviewer, those due first in front."""
    return Mandate.objects.filter(state="pending").select_related("agent", "paper").order_by("due_at", "pk")


def facts(mandate: Mandate) -> MandateFacts:
    """The mandate as the rules see it, with the one it was passed on from."""
    return _facts(mandate, mandate.agent_id)


def _facts(mandate: Mandate, acting: int) -> MandateFacts:
    """The same, for acts of this agent: who passed it on named rights of its own list, and they stand again in the agent's."""
    named = () if mandate.all_rights else _named(mandate, acting)
    return MandateFacts(
        id=str(mandate.pk),
        rights=("*",) if mandate.all_rights else tuple(str(pk) for pk in named),
        marketplaces=("*",) if mandate.all_marketplaces else tuple(place.slug for place in mandate.marketplaces.all()),
        powers=tuple(mandate.powers),
        verified=mandate.verified_at is not None,
        revoked=mandate.state == "revoked",
        starts_on=mandate.starts_on,
        ends_on=mandate.ends_on,
        principal=mandate.principal_name,
        may_delegate=mandate.may_delegate,
        parent=_facts(mandate.parent, acting) if mandate.parent else None,
    )


def _named(mandate: Mandate, acting: int) -> set[int]:
    """The rights it names, and the registrations of the same in the acting agent's list."""
    rights = list(mandate.rights.all())
    found = {right.pk for right in rights}
    if any(right.holder_id != acting and right.number for right in rights):
        twins = Right.objects.filter(holder=acting, number__in=[right.number for right in rights if right.number])
        same = {(right.kind, right.office, right.number) for right in rights}
        found |= {twin.pk for twin in twins if (twin.kind, twin.office, twin.number) in same}
    return found


def chosen(agent: Holder, right: Right, place: Marketplace | None, power: str, *, at: datetime) -> Mandate | None:
    """The mandate an act rests on: one that covers it, the one that lasts longest; else the one that lacks least."""
    rows = Mandate.objects.filter(agent=agent).exclude(state__in=("draft", "offered"))
    rows = rows.select_related("parent").prefetch_related("rights", "marketplaces")
    about = [row for row in rows if _is_about(row, right)]
    return min(about, key=lambda row: _falls_short(row, right, place, power, at), default=None)


def _is_about(row: Mandate, right: Right) -> bool:
    """Whether the mandate speaks of this right at all."""
    return _is_owners(row, right) if row.all_rights else right.pk in _named(row, row.agent_id)


def _is_owners(row: Mandate, right: Right) -> bool:
    """Whether a right is one of the mandate's principal."""
    return same_owner(row.principal_name, right.owner_name)


def _falls_short(row: Mandate, right: Right, place: Marketplace | None, power: str, at: datetime) -> tuple[int, ...]:
    slug = place.slug if place else "*"
    lacks = lacking(facts(row), facts_of(right), slug, power, today_at_office(right, at))
    lasts = row.ends_on.toordinal() if row.ends_on else date.max.toordinal()
    return len(lacks), RANK.index(row.state), -lasts, -row.pk


def facts_for(agent: Holder, right: Right, place: Marketplace | None, *, at: datetime) -> MandateFacts | None:
    """The mandate a notice rests on: a registered one, else the paper that was shown with the right itself.

    A paper that belongs to a registered mandate counts through that mandate alone: revoking it leaves nothing behind.
    """
    if mandate := chosen(agent, right, place, "file", at=at):
        return facts(mandate)
    papers = list(right.documents.filter(kind="mandate").order_by("pk"))
    return mandate_in(right, [paper for paper in papers if paper.file_id not in _registered(p.file_id for p in papers)])


def _registered(files: Iterable[int]) -> set[int]:
    return set(Mandate.objects.filter(paper__in=list(files)).values_list("paper_id", flat=True))


def for_papers(right: Right) -> list[Mandate]:
    """Mandates of the agent that name this right, whose paper can be shown with its registration."""
    rows = mandates_of([right.holder_id]).filter(state__in=("in_force", "pending"), paper__isnull=False)
    return [row for row in rows.prefetch_related("rights") if _is_about(row, right)]


def stands(mandate: Mandate, *, at: datetime) -> str:
    """Its state as a person reads it: expired from the end of its last day on, whether or not a worker has come by."""
    over = mandate.look_at is not None and mandate.look_at <= at
    return "expired" if mandate.state == "in_force" and over else mandate.state


def due_for_a_look(*, at: datetime, limit: int = 200, **which: Any) -> list[Mandate]:
    """Mandates whose last day is over at `at` (case time)."""
    return list(Mandate.objects.filter(state="in_force", look_at__lte=at, **which).order_by("look_at", "pk")[:limit])


def zone() -> ZoneInfo:
    """Where the last day of a mandate ends: the platform's own time zone."""
    return ZoneInfo(settings.TIME_ZONE)
