"""Writers of identity checks: papers added and sealed, sent, taken on by one reviewer, verified or sent back with reasons.

Rule 1: an attempt that was found wanting stays as it is; the next one is a row of its own that begins with the same papers.
A verified account that is to be called or to live otherwise makes such an attempt too: what was verified stands until it is found
good, and its rights go on being used.
Rule 2: papers are shown to the reviewer who took the check on, to nobody else, and no longer once it is decided; each view is
kept before anything is shown. Rule 3: nobody finds about an account they act for. Rule 4: of the number on a document only a
keyed digest and its end are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from countermark.apps.identity.models import IdentityCheck, IdentityPaper
from countermark.apps.parties import holder_members
from countermark.apps.parties.looks import keep_look
from countermark.apps.parties.models import Holder, Membership, Person
from countermark.apps.parties.people import note as note_deed
from countermark.apps.parties.services import AccountDefective, AccountSaid, contact_defects
from countermark.apps.work import files, sealing
from countermark.apps.work.jobs import enqueue
from countermark.apps.work.services import calendar_in_force
from countermark.core import identity
from countermark.core.calendar import Clock, Due, explain
from countermark.core.defect import Defect, unprintable

TELL = "tell_identity"  # the kind of the job that writes to the holder
OF_THE_PLATFORM = "CN"  # the calendar the platform's own people work by, as for rights


class IdentityDefective(Exception):
    """It cannot be sent, or sent back, as it is; `defects` names all that is missing. Nothing was written."""

    code = "identity_defective"
    http_status_hint = 422

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(defect.code for defect in self.defects))


class IdentityMoved(Exception):
    """The check is no longer in the state this step starts from; `state` says where it stands. Nothing was changed."""

    code = "identity_moved"
    http_status_hint = 409

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(f"the identity check is {state} by now")


class NotYours(Exception):
    """Only the reviewer who took the check on sees its papers and finds about it. Nothing was shown or changed."""

    code = "identity_not_taken"
    http_status_hint = 403


class OwnAccount(Exception):
    """The reviewer acts for this very account. Nothing was changed."""

    code = "identity_own_account"
    http_status_hint = 403


# --- by the holder ----------------------------------------------------------------------------------------------------


@transaction.atomic
def draft_of(*, holder: Holder, at: datetime) -> IdentityCheck:
    """The attempt the holder works on, begun with the papers of the last one. IdentityMoved while one is pending."""
    holder = Holder.objects.select_for_update().get(pk=holder.pk)
    last = holder.identity_checks.order_by("-pk").first()
    if holder.verified_at is not None and not (last and last.is_change and last.state != "verified"):
        raise IdentityMoved("verified")
    if last is None or last.state == "returned":
        return _begun(holder, last, at)
    if last.state != "draft":
        raise IdentityMoved(last.state)
    return last


def _begun(holder: Holder, last: IdentityCheck | None, at: datetime) -> IdentityCheck:
    fields = ("document", "number_digest", "number_end", "valid_until", "is_change", "name", "address")
    same = {name: getattr(last, name) for name in fields} if last else {}
    check = IdentityCheck.objects.create(holder=holder, created_at=at, **same)
    for paper in last.papers.order_by("pk") if last else ():
        paper.pk, paper.check_of, paper._state.adding = None, check, True
        paper.added_at, paper.decided_at = at, None
        paper.save(force_insert=True)
    return check


@transaction.atomic
def change_name(
    *, holder: Holder, name: str, address: str, by: Person, at: datetime, now: datetime
) -> IdentityCheck | None:
    """What the account is to be called and where it is: at once while it is not verified, else the attempt that has to show it.

    Raises AccountDefective (no name, too long), IdentityDefective (nothing changes), IdentityMoved (papers are looked at)."""
    holder = Holder.objects.select_for_update().get(pk=holder.pk)
    last, name, address = holder.identity_checks.order_by("-pk").first(), name.strip(), address.strip()
    if wrong := contact_defects(AccountSaid(name=name, contact_email=holder.contact_email, address=address)):
        raise AccountDefective(wrong)
    if (name, address) == (holder.name, holder.address):
        raise IdentityDefective([Defect("identity_unchanged", "name")])
    if last is not None and last.state == "pending":
        raise IdentityMoved("pending")
    holder_members.note(holder, "account.change_asked" if holder.verified_at else "account.changed", by=by, now=now)
    if holder.verified_at is None:
        Holder.objects.filter(pk=holder.pk).update(name=name, address=address)
        return None
    return _asked(holder, last, name, address, at)


def _asked(holder: Holder, last: IdentityCheck | None, name: str, address: str, at: datetime) -> IdentityCheck:
    """The open draft of this holder, or a new one, that asks for the new words."""
    going_on = last is not None and last.is_change and last.state != "verified"
    draft = (
        last
        if going_on and last is not None and last.state == "draft"
        else _begun(holder, last if going_on else None, at)
    )
    draft.is_change, draft.name, draft.address = True, name, address
    draft.save(update_fields=["is_change", "name", "address"])
    return draft


@transaction.atomic
def drop_change(*, holder: Holder, by: Person, now: datetime) -> bool:
    """Leave it as it was verified; whether there was a draft to drop. What was sent before stays to be read."""
    holder = Holder.objects.select_for_update().get(pk=holder.pk)
    draft = holder.identity_checks.filter(state="draft", is_change=True).first()
    if draft is None:
        return False
    draft.delete()
    holder_members.note(holder, "account.change_dropped", by=by, now=now)
    return True


@transaction.atomic
def save_answers(*, check: IdentityCheck, document: str, number: str, valid_until: date | None) -> IdentityCheck:
    """Keep what was typed; an empty number leaves the one that was typed before. IdentityMoved once it was sent."""
    check = _held(check, "draft")
    if wrong := list(unprintable({"number": number})):
        raise IdentityDefective(wrong)
    check.document, check.valid_until = document if document in identity.documents() else "", valid_until
    if typed := identity.normalised(number)[: identity.LONGEST + 1]:
        check.number_digest = sealing.keyed_digest("identity.number", typed) if len(typed) > 3 else ""
        check.number_end = typed[-identity.number("number_shown") :] if len(typed) > 3 else ""
    check.save()
    return check


def add_paper(*, check: IdentityCheck, content: bytes, name: str, at: datetime) -> IdentityPaper:
    """Seal a paper and keep it. Raises UploadRefused, IdentityDefective (too many) and IdentityMoved; nothing was kept."""
    examined = files.examine(content, name)  # before the lock: it may take its time
    with transaction.atomic():
        check = _held(check, "draft")
        most = identity.number("papers")
        if check.papers.count() >= most:
            raise IdentityDefective([Defect("identity_papers_many", "papers", data={"max": most})])
        key, sealed = sealing.seal_bytes(subject=f"holder:{check.holder_id}", content=examined.content)
        about = {"name": examined.name, "media_type": examined.media_type, "size": len(examined.content)}
        return IdentityPaper.objects.create(check_of=check, key=key, sealed=sealed, added_at=at, **about)


@transaction.atomic
def remove_paper(*, check: IdentityCheck, paper_id: int) -> None:
    """Take a paper away again; harmless when it is gone. IdentityMoved once it was sent."""
    _held(check, "draft").papers.filter(pk=paper_id).delete()


def defects(check: IdentityCheck, *, at: datetime) -> tuple[Defect, ...]:
    """All that keeps this attempt from being sent."""
    holder = check.holder
    said = identity.Said(
        holder.location, holder.kind, check.document, "x" * 4 if check.number_digest else "", check.valid_until,
        check.papers.count(),
    )  # fmt: skip
    return identity.defects(said, at.astimezone(ZoneInfo(holder.zone)).date())


@transaction.atomic
def submit(*, check: IdentityCheck, by: Person, at: datetime) -> IdentityCheck:
    """Send it; a reviewer should have looked within three working days. A second click answers the first.

    Raises IdentityDefective, IdentityMoved."""
    current = _locked(check)
    if current.state == "pending":
        return current
    check = _held(check, "draft")
    if missing := defects(check, at=at):
        raise IdentityDefective(missing)
    if not check.is_change:
        check.name, check.address = check.holder.name, check.holder.address
    check.state, check.submitted_at, check.submitted_by = "pending", at, by
    check.due_at = check_due(at).due_at
    check.save()
    return check


def check_due(at: datetime) -> Due:
    """Until when papers sent at `at` should have been looked at, day by day."""
    return check_dues([at])[0]


def check_dues(sent: Iterable[datetime]) -> list[Due]:
    """The same for each of these instants; one query for all of them."""
    clock = Clock(identity.number("check_days"), "working")
    calendar, zone = calendar_in_force(OF_THE_PLATFORM), ZoneInfo(settings.TIME_ZONE)
    return [explain(clock, calendar, at, zone) for at in sent]


# --- by a reviewer ----------------------------------------------------------------------------------------------------


@transaction.atomic
def take(*, check: IdentityCheck, by: Person, now: datetime) -> IdentityCheck:
    """Take it on; a second click changes nothing. NotYours while somebody else has it, OwnAccount, IdentityMoved.

    What was taken and left for hours is open to others again, and to a senior reviewer at any time."""
    check = _held(check, "pending")
    if Membership.objects.filter(holder=check.holder_id, person=by).exists():
        raise OwnAccount("nobody verifies an account they act for")
    if check.taken_by_id == by.pk:
        return check
    if is_taken(check, now=now) and not by.is_senior:
        raise NotYours("another reviewer has taken it on")
    check.taken_by, check.taken_at = by, now
    check.save(update_fields=["taken_by", "taken_at"])
    note_deed("identity.taken", by=by, now=now, holder=check.holder_id, check=check.pk)
    return check


def is_taken(check: IdentityCheck, *, now: datetime) -> bool:
    """Whether a reviewer has it on the desk, real time."""
    left = timedelta(hours=identity.number("take_hours"))
    return check.taken_by_id is not None and check.taken_at is not None and now < check.taken_at + left


@transaction.atomic
def let_go(*, check: IdentityCheck, by: Person) -> None:
    """Leave it to others. Raises NotYours, IdentityMoved."""
    check = _mine(check, by)
    check.taken_by, check.taken_at = None, None
    check.save(update_fields=["taken_by", "taken_at"])


def open_paper(
    *, paper: IdentityPaper, by: Person, now: datetime, role: str, request_id: str = ""
) -> bytes | sealing.Erased:
    """The paper itself, for the reviewer who took the check on; the look is kept first. Raises NotYours, IdentityMoved."""
    _taken(paper.check_of, by)
    keep_look(
        person_id=by.pk, role=role, what="identity_document", key=f"paper-{paper.pk}", now=now, request_id=request_id
    )
    return sealing.open_bytes(paper.key, bytes(paper.sealed))


@transaction.atomic
def verify(*, check: IdentityCheck, by: Person, at: datetime, now: datetime) -> IdentityCheck:
    """The account is who it says. Raises NotYours, IdentityMoved."""
    check = _mine(check, by)
    check.state, check.decided_by, check.decided_at, check.reasons, check.note = "verified", by, at, [], ""
    check.save()
    changed = {"name": check.name, "address": check.address} if check.is_change else {}
    Holder.objects.filter(pk=check.holder_id).update(verified_at=at, **changed)
    if check.is_change:
        holder_members.note(check.holder, "account.change_verified", by=None, now=now)
    _decided(check, "identity.verified", by, now)
    return check


@transaction.atomic
def send_back(
    *, check: IdentityCheck, reasons: Sequence[str], by: Person, at: datetime, now: datetime, note: str = ""
) -> IdentityCheck:
    """Back to the holder with at least one reason of the list. Raises IdentityDefective, NotYours, IdentityMoved."""
    check = _mine(check, by)
    if not reasons:
        raise IdentityDefective([Defect("identity_reasons", "reasons")])
    offered = {reason.id for reason in identity.reasons_for(check.document)}
    if strange := set(reasons) - offered:
        raise IdentityDefective([Defect("identity_reason_unknown", "reasons", data={"reason": min(strange)})])
    if wrong := list(unprintable({"note": note})):
        raise IdentityDefective(wrong)
    check.state, check.decided_by, check.decided_at = "returned", by, at
    check.reasons, check.note = list(dict.fromkeys(reasons)), note.strip()
    check.save()
    _decided(check, "identity.returned", by, now)
    return check


def _decided(check: IdentityCheck, event: str, by: Person, now: datetime) -> None:
    check.papers.update(decided_at=check.decided_at)
    note_deed(event, by=by, now=now, holder=check.holder_id, check=check.pk, reasons=check.reasons)
    enqueue(TELL, str(check.pk), run_at=now)


def _mine(check: IdentityCheck, by: Person) -> IdentityCheck:
    return _taken(_held(check, "pending"), by)


def _taken(check: IdentityCheck, by: Person) -> IdentityCheck:
    if check.state != "pending":
        raise IdentityMoved(check.state)
    if check.taken_by_id != by.pk:
        raise NotYours("take the check on first")
    return check


def _held(check: IdentityCheck, state: str) -> IdentityCheck:
    """The check, locked and as it is now, if it is in this state."""
    current = _locked(check)
    if current.state != state:
        raise IdentityMoved(current.state)
    return current


def _locked(check: IdentityCheck) -> IdentityCheck:
    return IdentityCheck.objects.select_for_update(of=("self",)).select_related("holder").get(pk=check.pk)
