"""Letters about rights: what their holder was told of an end that comes near, a verification, a doubt, a new owner."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import COMPLAINANTS
from countermark.apps.notifications import right_letters
from countermark.apps.notifications.models import RightLetter
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Page, Shown

router = ApiRouter(tags=["messages"])
ID = "700001"


class RightLetterShown(Shown):
    """One letter, in words as things stand now. `what`: `ends` for a reminder, with its `days`, else the event of the right.

    `right` is null once the right has gone over to another account."""

    id: int
    right: int | None
    what: str
    days: int | None
    subject: str
    sentences: list[str]
    created_at: Instant
    delivered_at: Instant | None
    read_at: Instant | None


class RightLettersAsked(Asked):
    """How the list is narrowed."""

    unread: bool | None = Field(None, description="true: those nobody has said to have read; false: the others.")


def mine(request: HttpRequest) -> QuerySet[RightLetter]:
    """The letters to the caller's account."""
    return RightLetter.objects.filter(holder__in=caller_of(request).holder_ids).select_related("right", "holder")


def _shown(request: HttpRequest, letter: RightLetter) -> dict[str, Any]:
    same = ("id", "what", "days", "created_at", "delivered_at", "read_at")
    said = right_letters.said_in(letter, at=request.at)
    is_theirs = letter.right.holder_id == letter.holder_id
    return {
        **{name: getattr(letter, name) for name in same},
        "right": letter.right_id if is_theirs else None,
        "subject": said.subject,
        "sentences": said.sentences,
    }


@router.get("/right-letters", response=Page[RightLetterShown])
@api_door(
    roles=COMPLAINANTS,
    scope="messages:read",
    problems=("cursor_unknown",),
    example=Example("rights_holder", query={"unread": "true"}),
)
def list_right_letters(request: HttpRequest, asked: Query[RightLettersAsked]) -> dict[str, Any]:
    """List what the account was told about its rights, the newest first. Listing is not reading."""
    rows = mine(request)
    rows = rows.filter(read_at__isnull=asked.unread) if asked.unread is not None else rows
    return page_of(
        request, rows, asked, order=("-created_at", "-pk"), show=lambda piece: [_shown(request, each) for each in piece]
    )


@router.post("/right-letters/{id}/read", response=RightLetterShown)
@api_door(roles=COMPLAINANTS, scope="complaints:act", example=Example("rights_holder", path={"id": ID}))
def say_right_letter_read(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Say that somebody has read a letter about a right. No clock waits for it; saying it again changes nothing."""
    letter = mine(request).filter(pk=id).first()
    if letter is None:
        raise Http404("there is no such letter")
    right_letters.read(letter, at=request.at)
    return _shown(request, mine(request).get(pk=id))
