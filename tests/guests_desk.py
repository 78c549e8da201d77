"""What the examples of guests stand in: a draft with a code on its way, a report that was sent, a link of a mail.

Tokens and the code are those the examples name; kept are their digests, as of every other.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from countermark.apps.complaints import guests
from countermark.apps.complaints.models import Complaint, GuestDraft, GuestDraftFile, GuestLink, Notice
from countermark.apps.parties import codes
from countermark.apps.parties.models import Coded, Marketplace
from countermark.apps.work.models import StoredFile
from countermark.entrypoints.api.v1.guest_drafts import CODE, REPORT
from countermark.entrypoints.api.v1.guest_drafts import TOKEN as DRAFT
from countermark.entrypoints.api.v1.guest_reports import LINK, TOKEN
from people import happens

NUMBER = "N-2026-720001"


def furnish(at: datetime) -> None:
    """All of it, at Harbour Market; nobody has tried anything this hour."""
    cache.clear()
    notice = sent(a_draft(at, item=40999, email="somebody@fremd.example"), at)
    Notice.objects.filter(pk=notice.pk).update(number=NUMBER)
    Complaint.objects.filter(notice=notice).update(number="CM-2026-720001-01")
    happens(Complaint.objects.get(notice=notice), "accepted", "reviewer", at)  # so that nobody's queue holds it
    links(notice)
    draft = a_draft(at)
    draft.token_digest = codes.token_digest(DRAFT["draft"])
    draft.save()
    GuestDraftFile.objects.create(draft=draft, file=StoredFile.objects.get(pk=700001), kind="photo")
    is_sent(draft)


def sent(draft: GuestDraft, at: datetime) -> Notice:
    is_sent(draft)
    return guests.submit(draft, CODE, at=at, now=timezone.now())


def a_draft(at: datetime, item: int = 40655, **more: str) -> GuestDraft:
    """A report with nothing left to mend."""
    now, place = timezone.now(), Marketplace.objects.get(slug="harbour")
    draft = guests.start(marketplace=place, language="en", at=at, now=now)
    said = {name: REPORT[name] for name in ("reason", "statement", "name", "email", "declarations")}
    guests.save(draft, at=at, facts={"right_owner": REPORT["right_owner"]}, **{**said, **more})
    guests.check_lines(draft, text=f"https://harbour.example/i/{item}", at=at, now=now, by="the examples")
    return draft


def is_sent(row: Coded) -> None:
    """The code of the examples is on its way for this row."""
    row.code_digest, row.code_sent_at = codes._digest(row, CODE), timezone.now()
    row.save()


def links(notice: Notice) -> None:
    """The token of a program, and the link of a mail with a code on its way."""
    now = timezone.now()
    usual = {"notice": notice, "created_at": now, "expires_at": now + timedelta(days=1)}
    GuestLink.objects.create(token_digest=codes.token_digest(TOKEN["token"]), opens=True, **usual)
    is_sent(GuestLink.objects.create(token_digest=codes.token_digest(LINK["link"]), **usual))
