"""Whose reports may this browser see, and which drafts are its own? Both stand in the session, by number.

A draft belongs to the browser it was begun in; a report is opened by the code sent to the address it came from.
"""

from __future__ import annotations

from django.http import HttpRequest

from countermark.apps.complaints.models import GuestDraft, Notice

GUEST_KEY = "guest_notices"  # in the session: the notices a code has opened
DRAFTS_KEY = "guest_drafts"  # and the drafts begun here
MOST = 20  # of each, the newest


def notice_ids(request: HttpRequest) -> list[int]:
    """The notices this browser may see."""
    return list(request.session.get(GUEST_KEY, ()))


def draft_ids(request: HttpRequest) -> list[int]:
    return list(request.session.get(DRAFTS_KEY, ()))


def is_private(request: HttpRequest) -> bool:
    """Whether pages of this browser hold what only a guest may see."""
    return bool(request.session.get(GUEST_KEY) or request.session.get(DRAFTS_KEY))


def keep_draft(request: HttpRequest, draft: GuestDraft) -> None:
    """The draft is this browser's."""
    request.session[DRAFTS_KEY] = [*draft_ids(request), draft.pk][-MOST:]


def let_in(request: HttpRequest, notice: Notice) -> None:
    """From now on this session sees the report; a new session key, so that one seen before is worth nothing."""
    if notice.pk in notice_ids(request):
        return
    request.session.cycle_key()
    request.session[GUEST_KEY] = [*notice_ids(request), notice.pk][-MOST:]


def let_out(request: HttpRequest, notice: Notice | None = None) -> None:
    """This session no longer sees this report; none at all when none is named."""
    left = [pk for pk in notice_ids(request) if notice is not None and pk != notice.pk]
    request.session[GUEST_KEY] = left
    if notice is None:
        request.session.pop(DRAFTS_KEY, None)
