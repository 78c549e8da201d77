"""How does a program hold a guest's report, having no session? By a token: first of the draft, then of the report it became.

Rule 1: the token of a draft opens a report only once the code of a mail came back through it. Rule 2: only digests are kept.
Rule 3: the token of a report is good for some days, and ends with the links when the guest ends those. Rule 4: all times here are
real time.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from countermark.apps.complaints import guests
from countermark.apps.complaints.guest_again import AlreadyReported
from countermark.apps.complaints.models import GuestDraft, GuestLink, Notice
from countermark.apps.parties.codes import LinkGone, token_digest
from countermark.apps.parties.models import Marketplace
from countermark.core import catalogue


def start(*, marketplace: Marketplace, language: str, at: datetime, now: datetime) -> tuple[GuestDraft, str]:
    """A new draft and the token that opens it."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        draft = guests.start(marketplace=marketplace, language=language, at=at, now=now)
        draft.token_digest = token_digest(token)
        draft.save(update_fields=["token_digest"])
    return draft, token


def draft_of(token: str, *, now: datetime) -> GuestDraft:
    """The draft of this token, also one that went out. LinkGone when there is none, or it is too old."""
    rows = GuestDraft.objects.select_related("sent_as").filter(token_digest=token_digest(token))
    found = rows.exclude(pk__in=guests.stale(now=now)).first()
    if found is None:
        raise LinkGone("there is no such draft")
    return found


def submit(draft: GuestDraft, code: str, *, at: datetime, now: datetime) -> tuple[Notice, tuple[str, ...]]:
    """Send the report for the right code; the draft's token opens it from now on. With it the cases that were there before, where
    all of it was reported already. Raises what `guests.submit` raises."""
    before: tuple[str, ...] = ()
    try:
        notice = guests.submit(draft, code, at=at, now=now)
    except AlreadyReported as known:
        notice, before = known.notice, known.cases
    _keep(notice, draft.token_digest, now=now)
    return notice, before


def make(notice: Notice, *, now: datetime) -> str:
    """A new token that opens this report, for a program that has just shown a code."""
    token = secrets.token_urlsafe(32)
    _keep(notice, token_digest(token), now=now)
    return token


def _keep(notice: Notice, digest: str, *, now: datetime) -> None:
    ends = now + timedelta(days=catalogue.load().number("guest_token_days"))
    defaults = {"notice": notice, "created_at": now, "expires_at": ends, "opens": True}
    GuestLink.objects.get_or_create(token_digest=digest, defaults=defaults)


def notice_of(token: str, *, now: datetime) -> Notice:
    """The report this token opens. LinkGone when it opens none (any more)."""
    rows = GuestLink.objects.select_related("notice__marketplace", "notice__statement__key")
    found = rows.filter(
        token_digest=token_digest(token), opens=True, revoked_at=None, expires_at__gt=now, notice__filer_role="guest"
    ).first()
    if found is None:
        raise LinkGone("there is no such token, or it has ended")
    return found.notice
