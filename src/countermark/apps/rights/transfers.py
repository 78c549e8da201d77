"""A right went over to a new owner: the new owner says so and shows it, a reviewer looks, the right moves with its history.

Rule 1: only a right that is known to be transferred can be taken over, and never from the account it is in. Rule 2: nobody's
cases are touched before a reviewer has seen the paper; what happens to them then is `complaints.rights_watch`'s to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from countermark.apps.parties.models import Holder, Person
from countermark.apps.rights import numbering
from countermark.apps.rights.models import Right, RightDocument, RightEvent, RightTransfer
from countermark.apps.rights.services import TELL, RightDefective, RightMoved, check_due
from countermark.apps.work import files, true_time
from countermark.apps.work.jobs import enqueue
from countermark.core.defect import Defect

LONGEST_OWNER = 200
PAPER = "assignment_certificate"


@dataclass(frozen=True)
class Claimed:
    """What a new owner says: which right, its owner as the register shows it now, and whether what runs on it goes on."""

    kind: str
    office: str
    number: str
    owner: str
    goes_on: bool | None


# --- reading --------------------------------------------------------------------------------------------------------------


def waiting(right: Right) -> RightTransfer | None:
    """What a new owner has sent and nobody has looked at yet."""
    return right.transfers.filter(answer="").select_related("to", "file", "sent_by").first()


def to_check() -> QuerySet[RightTransfer]:
    """Transfers that wait for a reviewer, those due first in front."""
    return RightTransfer.objects.filter(answer="").select_related("right", "to", "file").order_by("due_at", "pk")


def sent_by(holder: Holder) -> QuerySet[RightTransfer]:
    """What this holder has said of rights that are now its own, the newest first."""
    return RightTransfer.objects.filter(to=holder).select_related("right", "file").order_by("-sent_at", "-pk")


def _transferred(said: Claimed) -> Right | None:
    spellings = {numbering.written(said.kind, said.office, said.number), said.number.strip()} - {""}
    rows = Right.objects.filter(kind=said.kind, office=said.office, state="transferred", number__in=spellings)
    return rows.select_related("holder").order_by("-pk").first()


# --- the new owner --------------------------------------------------------------------------------------------------------


def send(said: Claimed, *, content: bytes, name: str, to: Holder, by: Person, at: datetime) -> RightTransfer:
    """Say that a transferred right is this holder's now. Raises RightDefective, UploadRefused, RightMoved: nothing is kept."""
    right = _transferred(said)
    if wrong := _defects(said, right, to, content):
        raise RightDefective(wrong)
    assert right is not None
    examined = files.examine(content, name)
    try:
        with transaction.atomic():
            _still_transferred(right)
            sent = RightTransfer(
                right=right, to=to, owner_name=said.owner.strip(), goes_on=bool(said.goes_on), sent_by=by, sent_at=at,
                file=files.put(examined, by=by, at=at), due_at=check_due(at).due_at,
            )  # fmt: skip
            sent.save()
            RightEvent.objects.create(right=right, event="transfer_sent", by=by, at=at, data={})
    except IntegrityError as second:
        raise RightMoved(right) from second
    return sent


def _defects(said: Claimed, right: Right | None, to: Holder, content: bytes) -> list[Defect]:
    found = [Defect("transfer_by_agent", "number")] if to.is_agent else []
    if right is None:
        found.append(Defect("transfer_unknown", "number"))
    elif right.holder_id == to.pk:
        found.append(Defect("transfer_own", "number"))
    elif waiting(right):
        found.append(Defect("transfer_waits", "number"))
    if not said.owner.strip():
        found.append(Defect("right_field_missing", "owner", data={"label": "Owner, as the register shows it today"}))
    elif len(said.owner) > LONGEST_OWNER:
        found.append(Defect("right_field_long", "owner", data={"label": "Owner", "max": LONGEST_OWNER}))
    if said.goes_on is None:
        found.append(Defect("transfer_undecided", "goes_on"))
    if not content:
        found.append(Defect("right_paper_missing", "file", data={"paper": "Certificate of assignment"}))
    return found


def _still_transferred(right: Right) -> Right:
    current = Right.objects.select_for_update(of=("self",)).select_related("holder").get(pk=right.pk)
    if current.state != "transferred":
        raise RightMoved(current)
    return current


# --- a reviewer -----------------------------------------------------------------------------------------------------------


def answer(transfer: RightTransfer, *, accepted: bool, note: str, by: Person, at: datetime) -> Right:
    """A reviewer's answer, inside the caller's transaction; the right itself goes by `move`. Raises RightMoved."""
    right = _still_transferred(transfer.right)
    answered = "accepted" if accepted else "returned"
    if not RightTransfer.objects.filter(pk=transfer.pk, answer="").update(answer=answered, answered_at=at, note=note):
        raise RightMoved(right)
    if not accepted:
        data = {"note": note, "tell": [transfer.to_id]}
        event = RightEvent.objects.create(right=right, event="transfer_returned", by=by, at=at, data=data)
        enqueue(TELL, str(event.pk), run_at=true_time.now())
    return right


def move(transfer: RightTransfer, right: Right) -> None:
    """The right is its new owner's from now on, with its papers and its history; the state is left to what happens next."""
    RightDocument.objects.get_or_create(right=right, file=transfer.file, kind=PAPER)
    right.holder, right.owner_name = transfer.to, transfer.owner_name
    right.fields = {**right.fields, "owner": transfer.owner_name, **({"assigned": "yes"} if right.fields else {})}
    right.save(update_fields=["holder", "owner_name", "fields"])
