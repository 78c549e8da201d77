"""Writers of mandates: kept as typed, sent with the signed paper, verified or sent back, near their end, revoked, expired.

A mandate moves between states by a guarded update, and each move leaves a MandateEvent that the other side is written about.
What it allows is frozen once it is sent. Passing one on is in `passing_on`; the cases are told by `complaints.mandate_watch`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from countermark.apps.mandates.models import Mandate, MandateEvent
from countermark.apps.mandates.selectors import for_papers, zone
from countermark.apps.parties.models import Holder, Marketplace, Person
from countermark.apps.rights.models import Right
from countermark.apps.rights.services import RightMoved, check_due
from countermark.apps.work import files, true_time
from countermark.apps.work.jobs import enqueue
from countermark.apps.work.models import StoredFile
from countermark.apps.work.services import next_numbers
from countermark.core import catalogue
from countermark.core.defect import Defect
from countermark.core.rights.mandate import POWERS, mark_reached, marks

OPEN = ("draft", "returned")  # the agent may still change it
CAN_END = ("offered", "pending", "in_force", "returned")
TELL = "tell_mandate"  # the job that writes to the other side
STANDS_FOR_NOTHING = str.maketrans({"\0": "\N{REPLACEMENT CHARACTER}"})  # what no database keeps is shown, not dropped
LONGEST = {"principal_name": 200, "principal_address": 1000, "principal_email": 254}  # characters
FAR = date(9000, 1, 1)  # a day beyond it names no end


class MandateDefective(Exception):
    """The mandate cannot be sent as it is; `defects` names all that is wrong. Nothing was sent."""

    code = "mandate_defective"
    http_status_hint = 422

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(defect.code for defect in self.defects))


class MandateMoved(Exception):
    """The mandate is no longer in the state this step starts from; `state` says where it stands. Nothing was changed."""

    code = "mandate_moved"
    http_status_hint = 409

    def __init__(self, mandate: Mandate) -> None:
        self.state = mandate.state
        super().__init__(f"mandate {mandate.pk} is {mandate.state} by now")


@dataclass(frozen=True)
class Scope:
    """What a form or a program says of a mandate; None leaves an answer as it is."""

    principal_name: str | None = None
    principal_address: str | None = None
    principal_email: str | None = None
    principal_language: str | None = None
    all_rights: bool | None = None
    rights: Sequence[Right] | None = None
    all_marketplaces: bool | None = None
    marketplaces: Sequence[Marketplace] | None = None
    powers: Sequence[str] | None = None
    may_delegate: bool | None = None
    starts_on: date | str | None = None  # "" takes the day away
    ends_on: date | str | None = None


# --- by the agent ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_draft(*, agent: Holder, said: Scope, at: datetime, mandate: Mandate | None = None) -> Mandate:
    """Keep what was said, whatever it is; answers not given stay as they were. MandateMoved when it was sent meanwhile.

    A new one goes by all powers: those that are not meant are taken away.
    """
    row = held(mandate, OPEN) if mandate else Mandate(agent=agent, powers=list(POWERS), created_at=at)
    row.number = row.number or new_number(at)
    for name in (field.name for field in fields(said)):
        value = getattr(said, name)
        if value is not None and name not in ("rights", "marketplaces"):
            setattr(row, name, _as_kept(name, value))
    if mandate and row.paper and _differs(mandate, row, said):
        row.paper = None  # it was signed for something else
    row.save()
    if said.rights is not None:
        row.rights.set(right for right in said.rights if right.holder_id == row.agent_id)
    if said.marketplaces is not None:
        row.marketplaces.set(said.marketplaces)
    return row


def new_number(at: datetime) -> str:
    """The number of a new mandate: POA-2026-000001."""
    series = f"POA-{at.year}"
    return f"{series}-{next_numbers(series)[0]:06}"


def _as_kept(name: str, value: Any) -> Any:
    if name == "powers":
        return [power for power in POWERS if power in value]
    if name in ("starts_on", "ends_on"):
        return value or None
    return value.translate(STANDS_FOR_NOTHING).strip()[: LONGEST.get(name, 10)] if isinstance(value, str) else value


def _differs(mandate: Mandate, row: Mandate, said: Scope) -> bool:
    """Whether what the paper was signed for has changed since."""
    before = Mandate.objects.get(pk=mandate.pk)
    plain = [field.name for field in fields(said) if field.name not in ("rights", "marketplaces", "principal_email")]
    lists = (
        (said.rights, set(before.rights.values_list("pk", flat=True))),
        (said.marketplaces, set(before.marketplaces.values_list("pk", flat=True))),
    )
    return any(getattr(before, name) != getattr(row, name) for name in plain) or any(
        new is not None and {each.pk for each in new} != old for new, old in lists
    )


def attach_paper(
    *, mandate: Mandate, content: bytes, name: str, is_own_text: bool, by: Person, at: datetime
) -> StoredFile:
    """Keep the signed power of attorney; one takes the place of the other. Raises UploadRefused and MandateMoved."""
    examined = files.examine(content, name)  # before the lock: it may take its time
    with transaction.atomic():
        row = held(mandate, OPEN)
        row.paper, row.is_own_text = files.put(examined, by=by, at=at), is_own_text
        row.save(update_fields=["paper", "is_own_text"])
    assert row.paper is not None
    return row.paper


def defects(mandate: Mandate, *, at: datetime, with_paper: bool = True) -> tuple[Defect, ...]:
    """All that keeps this mandate from being sent, in the order of the form."""
    found = [*_principal_defects(mandate), *_scope_defects(mandate), *day_defects(mandate, today(at))]
    if with_paper and mandate.paper is None:
        found.append(Defect("mandate_paper_missing", "paper"))
    return tuple(found)


def _principal_defects(mandate: Mandate) -> list[Defect]:
    found = []
    if not mandate.principal_name:
        found.append(Defect("mandate_principal_missing", "principal_name"))
    if not mandate.principal_address:
        found.append(Defect("mandate_address_missing", "principal_address"))
    if not _is_address(mandate.principal_email):
        found.append(Defect("mandate_email_unreadable", "principal_email"))
    elif is_agents_own(mandate.agent, mandate.principal_email):
        found.append(Defect("mandate_email_own", "principal_email"))
    return found


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def is_agents_own(agent: Holder, address: str) -> bool:
    """Whether a mail to this address would go to the agent itself: the owner's shows, and can end, what the agent does."""
    members = agent.memberships.filter(person__email__iexact=address)
    return address.lower() == agent.contact_email.lower() or members.exists()


def _scope_defects(mandate: Mandate) -> list[Defect]:
    found = []
    if not mandate.all_rights and not mandate.rights.exists():
        found.append(Defect("mandate_rights_missing", "rights"))
    if not mandate.all_marketplaces and not mandate.marketplaces.exists():
        found.append(Defect("mandate_places_missing", "marketplaces"))
    if not mandate.powers:
        found.append(Defect("mandate_powers_missing", "powers"))
    return found


def day_defects(mandate: Mandate, now: date) -> list[Defect]:
    """What is wrong with its days, on that day."""
    starts, ends = mandate.starts_on, mandate.ends_on
    if ends is None:
        return []
    found = [Defect("mandate_days_reversed", "ends_on")] if starts and ends < starts else []
    return [*found, Defect("mandate_over", "ends_on")] if ends < now else found


def today(at: datetime) -> date:
    """The day it is for mandates."""
    return at.astimezone(zone()).date()


@transaction.atomic
def submit(*, mandate: Mandate, by: Person, at: datetime) -> Mandate:
    """Send for verification; the platform should have looked within three working days, and the owner is written to.

    A second click finds it sent and answers it. Raises MandateDefective, MandateMoved.
    """
    row = Mandate.objects.select_for_update(of=("self",)).select_related("agent", "paper").get(pk=mandate.pk)
    if row.state == "pending":
        return row
    if row.state not in OPEN:
        raise MandateMoved(row)
    if missing := defects(row, at=at):
        raise MandateDefective(missing)
    row.state, row.submitted_at, row.due_at = "pending", at, check_due(at).due_at
    row.save()
    keep_event(row, "submitted", "agent", by, at)
    return row


@transaction.atomic
def show_with(*, mandate: Mandate, right: Right) -> None:
    """Lay its signed paper beside the registration of a right it covers. Raises MandateMoved, RightMoved."""
    current = Right.objects.select_for_update(of=("self",)).get(pk=right.pk)
    if current.state not in OPEN:
        raise RightMoved(current)
    if mandate not in for_papers(current):
        raise MandateMoved(mandate)
    current.documents.get_or_create(file=mandate.paper, kind="mandate")


@transaction.atomic
def discard(*, mandate: Mandate) -> None:
    """Delete a mandate that was never sent."""
    held(mandate, ("draft",)).delete()


# --- by the platform ------------------------------------------------------------------------------------------------------


@transaction.atomic
def put_in_force(*, mandate: Mandate, by: Person, at: datetime) -> Mandate:
    """Verified: acts can rest on it. MandateMoved when somebody else was faster."""
    row = held(mandate, ("pending",))
    row.state, row.verified_at, row.verified_by, row.due_at = "in_force", at, by, None
    row.return_reasons, row.return_note = [], ""
    begin_clocks(row, at)
    row.save()
    keep_event(row, "in_force", "reviewer", by, at)
    return row


def begin_clocks(row: Mandate, at: datetime) -> None:
    """It is in force from `at` on: when its last day is over, and when both sides are reminded of that."""
    row.look_at, row.remind_at = _over_at(row.ends_on), _next_reminder(row.ends_on, at)


def _next_reminder(ends_on: date | None, at: datetime) -> datetime | None:
    """The first instant of the next day on which a reminder falls due."""
    if _over_at(ends_on) is None:
        return None
    assert ends_on is not None
    coming = (datetime.combine(ends_on - timedelta(days=mark), time(), zone()) for mark in marks())
    return next((instant for instant in coming if instant > at), None)


def remind(*, at: datetime, limit: int = 200) -> int:
    """Say to both sides of mandates whose end comes near that it does; returns how many were looked at.

    A clock that jumps gives the last reminder that is due and no other.
    """
    due = Mandate.objects.filter(remind_at__lte=at).order_by("remind_at", "pk").values_list("pk", flat=True)
    found = list(due[:limit])
    for pk in found:
        _remind(pk, at)
    return len(found)


@transaction.atomic
def _remind(pk: int, at: datetime) -> None:
    row = Mandate.objects.select_for_update(of=("self",)).get(pk=pk)
    if row.remind_at is None or row.remind_at > at:
        return  # another worker was faster
    mark = mark_reached(row.ends_on, today(at))
    if mark is not None and row.state == "in_force" and row.ends_on is not None:
        keep_event(row, "ends_soon", "clock", None, at, days=mark, on=row.ends_on.isoformat())
    row.remind_at = _next_reminder(row.ends_on, at) if row.state == "in_force" else None
    row.save(update_fields=["remind_at"])


def _over_at(ends_on: date | None) -> datetime | None:
    """The instant at which the last day is over."""
    if ends_on is None or ends_on >= FAR:
        return None
    return datetime.combine(ends_on + timedelta(days=1), time(), zone())


@transaction.atomic
def send_back(*, mandate: Mandate, reasons: Sequence[str], note: str, by: Person, at: datetime) -> Mandate:
    """Send it back with at least one reason. Raises MandateMoved, and MandateDefective when it says not why."""
    row = held(mandate, ("pending",))
    offered = {reason.id for reason in return_reasons()}
    if not reasons:
        raise MandateDefective([Defect("return_reasons_missing", "reasons")])
    if strange := [code for code in reasons if code not in offered]:
        raise MandateDefective([Defect("return_reason_unknown", "reasons", data={"reason": strange[0]})])
    row.state, row.due_at = "returned", None
    row.return_reasons, row.return_note = list(reasons), note.translate(STANDS_FOR_NOTHING)
    row.save()
    keep_event(row, "returned", "reviewer", by, at, reasons=list(reasons), note=row.return_note)
    return row


def return_reasons() -> tuple[catalogue.ReturnReason, ...]:
    """Why a mandate may be sent back, in the order a form offers it."""
    return tuple(reason for reason in catalogue.load().return_reasons.values() if "mandate" in reason.rights)


# --- its end --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def revoke(*, mandate: Mandate, side: str, by: Person | None, at: datetime) -> Mandate:
    """Ended at once by its agent, its principal, or who passed it on (`grantor`); what was passed on from it ends with it.

    A second click answers it as it is; MandateMoved where nothing can end.
    """
    row = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if row.state == "revoked":
        return row
    if row.state not in CAN_END:
        raise MandateMoved(row)
    _end(row, "revoked", side, by, at)
    _end_passed_on(row, at)
    return row


def _end(row: Mandate, state: str, side: str, by: Person | None, at: datetime) -> None:
    row.state, row.due_at, row.look_at, row.remind_at = state, None, None, None
    row.save(update_fields=["state", "due_at", "look_at", "remind_at"])
    keep_event(row, state, side, by, at)


def _end_passed_on(row: Mandate, at: datetime) -> None:
    """What was passed on from a mandate that has ended allows nothing any more, and says so."""
    passed_on = Mandate.objects.select_for_update(of=("self",)).filter(parent=row, state__in=CAN_END)
    for sub in passed_on.order_by("pk"):
        _end(sub, "revoked", "parent", None, at)


@transaction.atomic
def expire(*, mandate: Mandate, at: datetime) -> Mandate:
    """Its last day is over. MandateMoved when another worker was faster."""
    row = held(mandate, ("in_force",))
    if row.look_at is None or row.look_at > at:
        raise MandateMoved(row)
    ended = row.look_at
    _end(row, "expired", "clock", None, ended)
    _end_passed_on(row, ended)
    return row


@transaction.atomic
def link_principal(*, mandate: Mandate, principal: Holder, by: Person, at: datetime) -> Mandate:
    """The owner has an account here, and this mandate is the one it gave. MandateMoved when it is another's already."""
    row = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if row.principal_id == principal.pk:
        return row
    if row.principal_id is not None or row.agent_id == principal.pk:
        raise MandateMoved(row)
    row.principal = principal
    row.save(update_fields=["principal"])
    Mandate.objects.filter(parent=row, principal=None).update(principal=principal)
    keep_event(row, "principal_linked", "principal", by, at)
    return row


def held(mandate: Mandate, states: Sequence[str]) -> Mandate:
    """The mandate, locked and as it is now, if it is in one of these states."""
    current = Mandate.objects.select_for_update(of=("self",)).select_related("agent").get(pk=mandate.pk)
    if current.state not in states:
        raise MandateMoved(current)
    return current


def keep_event(row: Mandate, event: str, side: str, by: Person | None, at: datetime, **data: Any) -> None:
    """Keep what happened to a mandate, and have the others written to about it."""
    made = MandateEvent.objects.create(mandate=row, event=event, side=side, by=by, at=at, data=data)
    enqueue(TELL, str(made.pk), run_at=true_time.now())
