"""Accounts that show who they are, for the examples of the API: an agency at work on its papers, two that wait on the desk."""

from __future__ import annotations

from datetime import datetime

from countermark.apps.identity import services
from countermark.apps.identity.models import IdentityCheck, IdentityPaper
from countermark.apps.parties.models import Holder, Membership, Person
from countermark.apps.work import sealing
from people import World

MEMBER, DRAFT, FREE, TAKEN = 720001, 720002, 720003, 720004


def furnish(world: World, agency: Holder, at: datetime) -> None:
    """Kim files for Halden; the agency has one paper; Fjord's papers wait, Rana has taken Skog's on."""
    kim = Person.objects.create_user("kim@halden-moe.example", name="Kim")
    Membership.objects.create(pk=MEMBER, person=kim, holder=world.halden, role="filer", since=at)
    _attempt(DRAFT, agency, "draft", at)
    for key, name in ((FREE, "Fjord"), (TAKEN, "Skog")):
        mail = f"ip@{name.lower()}.example"
        holder = Holder.objects.create(name=name, kind="enterprise", location="other", contact_email=mail)
        _attempt(key, holder, "pending", at, submitted_at=at, due_at=services.check_due(at).due_at)
    IdentityCheck.objects.filter(pk=TAKEN).update(taken_by=world.rana, taken_at=datetime.now(at.tzinfo))


def _attempt(key: int, holder: Holder, state: str, at: datetime, **more: datetime) -> None:
    digest = sealing.keyed_digest("identity.number", str(key))
    said = {"document": "incorporation", "number_digest": digest, "number_end": "0044", **more}
    check = IdentityCheck.objects.create(pk=key, holder=holder, state=state, created_at=at, **said)
    row, sealed = sealing.seal_bytes(subject=f"holder:{holder.pk}", content=b"%PDF-1.7")
    about = {"name": "register.pdf", "media_type": "application/pdf", "size": 8, "added_at": at}
    IdentityPaper.objects.create(pk=key, check_of=check, key=row, sealed=sealed, **about)
