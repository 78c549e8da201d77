"""Builders for tests about mandates: an agent's world, a mandate of Fjell AS, a notice filed under it.

Ayo acts for two owners, Ines's Halden & Moe and Noor's Fjell AS."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from apps.test_drafts import HARBOUR, a_draft
from apps.test_rights import a_picture
from countermark.apps.complaints import drafts, mandate_watch
from countermark.apps.complaints.models import Complaint
from countermark.apps.mandates import services
from countermark.apps.mandates.models import Mandate
from countermark.apps.mandates.services import Scope
from people import WEDNESDAY, World, a_world

LAST = date(2026, 3, 4)
LATER = WEDNESDAY + timedelta(days=20)


def an_agents_world() -> World:
    """The account that files is Ayo's; both rights are of Fjell AS."""
    made = a_world(patterns=HARBOUR)
    made.halden.is_agent = True
    made.halden.save()
    for right in (made.mark, made.work):
        right.owner_name = "Fjell AS"
        right.save()
    return made


def said(**changes: Any) -> Scope:
    whole = {
        "principal_name": "Fjell AS",
        "principal_address": "Kai 9\nBergen",
        "principal_email": "owner@fjell.example",
        "powers": ["file", "answer", "withdraw", "settle"],
    }
    return Scope(**{**whole, **changes})


def a_mandate(world: World, *, in_force: bool = True, sent: bool = True, **changes: Any) -> Mandate:
    row = services.save_draft(agent=world.halden, said=said(**changes), at=WEDNESDAY)
    services.attach_paper(
        mandate=row, content=a_picture(), name="signed.png", is_own_text=False, by=world.ines, at=WEDNESDAY
    )
    if sent:
        row = services.submit(mandate=row, by=world.ines, at=WEDNESDAY)
    if sent and in_force:
        mandate_watch.put_in_force(mandate=row, by=world.rana, at=WEDNESDAY)
    row.refresh_from_db()
    return row


def a_filed(world: World, at: Any = WEDNESDAY) -> Complaint:
    """A notice the agent filed; returns its case."""
    notice = drafts.submit(drafts.draft_of(a_draft(world).pk, [world.halden.pk]), at=at)
    return notice.complaints.get()


def state(case: Complaint) -> str:
    return Complaint.objects.get(pk=case.pk).state


def found(refused: Any) -> list[str]:
    return [defect.code for defect in refused.value.defects]
