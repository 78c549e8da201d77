"""How does the demo know who its holders are? They showed their papers, and a reviewer looked at them, as everywhere."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext

from countermark.apps.identity import services
from countermark.apps.parties.models import Holder, Person
from countermark.apps.work.models import Job
from countermark.core import identity
from countermark.entrypoints.demo import papers

LOOKED_AFTER = timedelta(hours=20)  # papers sent are looked at on the next day


def show_all(holders: dict[str, Holder], members: dict[str, Person], *, reviewer: Person, now: datetime) -> None:
    """Every holder shows who it is when its account is opened, and is verified a day later."""
    for key, holder in holders.items():
        _shown(holder, members[key], reviewer, now)
        holder.refresh_from_db()
    Job.objects.filter(kind=services.TELL).delete()  # told years ago


def _shown(holder: Holder, member: Person, reviewer: Person, now: datetime) -> None:
    sent = holder.created_at
    document = identity.documents_for(holder.location, holder.kind)[0]
    check = services.draft_of(holder=holder, at=sent)
    number = f"{holder.location} {9130045220 + holder.pk}"
    until = (now + timedelta(days=300)).date() if document.must_end else None
    check = services.save_answers(check=check, document=document.id, number=number, valid_until=until)
    with translation.override(holder.language):
        title = gettext(document.title)
    content = papers.document(title, [holder.name, number, holder.address])
    services.add_paper(check=check, content=content, name=f"{title}.pdf", at=sent)
    check = services.submit(check=check, by=member, at=sent)
    services.take(check=check, by=reviewer, now=now)
    services.verify(check=check, by=reviewer, at=sent + LOOKED_AFTER, now=now)
