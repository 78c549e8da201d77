"""What lies on the desk in the world of the API's examples: cases to check, a step on its way, an appeal, rights to verify.

All of it is Ayo's and Otto's, with numbers of its own (710001 and on), so that the lists of Ines and Mei stay as they are.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from countermark.apps.complaints.models import Complaint, CounterNotice, Notice
from countermark.apps.complaints.replies import file_counter_notice
from countermark.apps.decisions.appeals import file_appeal
from countermark.apps.decisions.models import Appeal, Decision, DroppedStep, PendingStep
from countermark.apps.decisions.services import Made, decide
from countermark.apps.mandates.models import Mandate
from countermark.apps.parties.models import Holder
from countermark.apps.rights.models import RightRenewal, RightTransfer
from countermark.apps.work import files
from countermark.apps.work.sealing import seal
from countermark.core.counter_notice import CounterNotice as Said
from countermark.core.rights.mandate import POWERS
from countermark.entrypoints.api.v1.files import PAGE
from people import World, a_notice, a_right, happens

NOTICE = "N-2026-710001"
FIRST = 710001


def furnish(world: World, agency: Holder, at: datetime) -> Notice:
    """A notice with four lines against Otto: to check, with a step on its way, refused and appealed, decided; and two rights."""
    right = a_right(agency, name="FJORDLYS", number="51234567")
    notice = a_notice(world, lines=4, at=at, seller=world.otto)
    Notice.objects.filter(pk=notice.pk).update(number=NOTICE, holder=agency, right=right, filed_by=None)
    for case in notice.complaints.order_by("line"):
        Complaint.objects.filter(pk=case.pk).update(number=f"CM-2026-{FIRST}-{case.line:02}")
    notice.refresh_from_db()
    _, moving, refused, decided = notice.complaints.order_by("line")
    _step(world, moving, at)
    _appeal(world, refused, at + timedelta(minutes=10))
    _decision(world, decided, at + timedelta(minutes=10))
    _rights(world, agency, at)
    _mandates(world, agency, at)
    _answer(world)
    return notice


def _step(world: World, case: Complaint, at: datetime) -> None:
    made = Made("accepted")
    step = decide(complaint=case, made=made, seen=case.seq, reviewer=world.rana, at=at, now=timezone.now())
    PendingStep.objects.filter(pk=step.pk).update(id=FIRST, goes_at=timezone.now() + timedelta(hours=1))
    DroppedStep.objects.create(id=FIRST, complaint=case, reviewer=world.rana, event="returned", dropped_at=at)


def _appeal(world: World, case: Complaint, at: datetime) -> None:
    case = happens(case, "refused", "reviewer", at, data={"reviewer": world.samir.pk})
    appeal = file_appeal(
        complaint=case, side="complainant", seq=case.seq, words="Photo 1 shows the mark; please look again.",
        told_at=at, by=None, at=at + timedelta(minutes=5), now=timezone.now(), key="desk-appeal",
    )  # fmt: skip
    Appeal.objects.filter(pk=appeal.pk).update(id=FIRST)


def _decision(world: World, case: Complaint, at: datetime) -> None:
    """Otto answered, the complainant insisted, Samir decided for Otto."""
    happens(happens(case, "accepted", "reviewer", at), "served", "seller", at)
    said = Said(ground="other", statement="These lamps are my own make and carry no mark.", complaints=(case.number,),
                declarations=frozenset(["truth"]), contact={"name": "Otto Berg", "email": world.otto.email})  # fmt: skip
    file_counter_notice(
        notice=case.notice, seller=world.otto, said=said, files=[], seen={case.pk: case.seq}, at=at, key="desk-otto"
    )
    case.refresh_from_db()
    happens(happens(case, "served", "complainant", at), "counter_rejected", "complainant", at)
    case = happens(case, "decided_for_seller", "reviewer", at, data={"reviewer": world.samir.pk})
    words = seal(subject=f"case:{case.number}", text="The mark named is not on any of the goods shown in the listing.")
    Decision.objects.create(
        id=FIRST, complaint=case, seq=case.seq, event="decided_for_seller", verdict="not_upheld", grounds=["no_mark"],
        checks=[], words=words, reviewer=world.samir, at=at,
    )  # fmt: skip


def _answer(world: World) -> None:
    """Mei's newest counter-notice, under a number of its own."""
    old = CounterNotice.objects.filter(seller=world.mei).latest("pk")
    kept = CounterNotice.objects.get(pk=old.pk)
    kept.pk, kept.key = FIRST, None
    kept.save(force_insert=True)
    old.lines.update(counter_notice=kept)
    old.files.update(counter_notice=kept)
    old.delete()


def _rights(world: World, agency: Holder, at: datetime) -> None:
    usual = {"holder": agency, "expires_on": date(2036, 7, 30), "verified_at": None}
    due = at + timedelta(days=3)
    known = Holder.objects.create(  # whose account was looked at: its rights can be verified
        name="Nordlys AS", kind="enterprise", location="other", contact_email="ip@nordlys.example", verified_at=at
    )
    sent = {**usual, "holder": known, "submitted_at": at, "due_at": due}
    a_right(id=FIRST, state="pending", name="NORDLYS", number="61", **sent)
    a_right(id=FIRST + 1, state="suspended", name="SOLLYS", number="62", **usual)
    ended = {**usual, "expires_on": date(2026, 2, 1)}
    renewed = a_right(id=FIRST + 2, state="in_grace", name="MORGENLYS", number="63", **ended)
    page = files.keep(content=PAGE.encode(), name="renewal.pdf", by=world.ines, at=at)
    RightRenewal.objects.create(
        id=FIRST, right=renewed, expires_on=date(2036, 2, 1), file=page, sent_by=world.ines, sent_at=at,
        due_at=due,
    )  # fmt: skip
    _transfers(world, known, at, due)


def _transfers(world: World, former: Holder, at: datetime, due: datetime) -> None:
    """Two rights of another account that were transferred: of one Ines has said already that it is theirs."""
    page = files.keep(content=PAGE.encode(), name="assignment.pdf", by=world.ines, at=at)
    claimed = a_right(former, id=FIRST + 3, state="transferred", name="KVELDSLYS", number="64")
    a_right(former, id=FIRST + 4, state="transferred", name="DAGSLYS", number="65")
    RightTransfer.objects.create(
        id=FIRST, right=claimed, to=world.halden, owner_name=world.halden.name, goes_on=True, file=page,
        sent_by=world.ines, sent_at=at, due_at=due,
    )  # fmt: skip


def _mandates(world: World, agency: Holder, at: datetime) -> None:
    """To send, to look at, in force; two that Ines keeps, one of them ended; one she was mailed, one offered to Ayo."""
    page = files.keep(content=PAGE.encode(), name="mandate.pdf", by=world.ines, at=at)
    owner = {
        "principal_name": "Fjell AS",
        "principal_address": "Kai 9, Bergen",
        "principal_email": "owner@fjell.example",
    }
    same = {"paper": page, "powers": list(POWERS), "created_at": at, "starts_on": date(2026, 1, 1), **owner}
    for number, state in enumerate(("draft", "pending", "in_force")):
        _mandate(FIRST + number, agent=agency, state=state, may_delegate=True, **same)
    _mandate(FIRST + 5, agent=agency, state="in_force", principal=world.halden, verified_at=at, submitted_at=at, **same)
    _mandate(FIRST + 6, agent=agency, state="in_force", verified_at=at, submitted_at=at, **same)
    _mandate(FIRST + 7, agent=agency, state="revoked", principal=world.halden, verified_at=at, submitted_at=at, **same)
    other = {"name": "Lyng IP", "kind": "enterprise", "location": "other", "is_agent": True}
    lyng = Holder.objects.create(**other, contact_email="ip@lyng.example", verified_at=at)
    above = _mandate(FIRST + 4, agent=lyng, state="in_force", may_delegate=True, **same)
    _mandate(FIRST + 3, agent=lyng, state="offered", parent=above, offered_to="ayo@agency.example", **same)


def _mandate(number: int, **said: Any) -> Mandate:
    return Mandate.objects.create(id=number, number=f"POA-2026-{number}", **said)
