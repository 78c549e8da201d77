"""Messages to a party: what it was told about its cases, in its words; and how its account is reached."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import COMPLAINANTS, PARTIES
from countermark.apps.notifications import services, wording
from countermark.apps.notifications.models import Message
from countermark.apps.notifications.selectors import messages_to
from countermark.apps.parties.models import Holder
from countermark.apps.parties.services import change_contact
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown, Strict

router = ApiRouter(tags=["messages"])
ID = "700001"


class MessageRow(Shown):
    """One message in a list. `waits`: the reader is asked to act. `read_at` null: nobody has said that it was read."""

    id: int
    notice: str
    kind: str
    subject: str
    waits: bool
    created_at: Instant
    read_at: Instant | None
    complaints: list[str]


class Told(Shown):
    """Cases of which the same is said: what happened and why, where they stand, what to do."""

    happened: list[str]
    why: str
    stands: str
    to_do: list[str]
    complaints: list[str]


class MessageShown(MessageRow):
    """One message whole, as things stand now."""

    greeting: str
    about: list[str]
    told: list[Told]


class MessagesAsked(Asked):
    """How the list of messages is narrowed."""

    notice: Line = Field("", description="The number of a notice.")
    unread: bool | None = Field(None, description="true: those nobody has said to have read; false: the others.")


def mine(request: HttpRequest) -> QuerySet[Message]:
    """The messages to the caller's side."""
    caller = caller_of(request)
    return messages_to(caller.reader, holder_ids=caller.holder_ids, seller_ids=caller.seller_ids)


@router.get("/messages", response=Page[MessageRow])
@api_door(
    roles=PARTIES,
    scope="messages:read",
    problems=("cursor_unknown",),
    example=Example("rights_holder", query={"unread": "true"}),
)
def list_messages(request: HttpRequest, asked: Query[MessagesAsked]) -> dict[str, Any]:
    """List the messages to the caller, the newest first. Listing them is not reading them."""
    rows = mine(request)
    rows = rows.filter(notice__number=asked.notice) if asked.notice else rows
    rows = rows.filter(read_at__isnull=asked.unread) if asked.unread is not None else rows
    return page_of(request, rows, asked, order=("-created_at", "-pk"), show=lambda piece: _rows(request, piece))


def _rows(request: HttpRequest, piece: list[Message]) -> list[dict[str, Any]]:
    letters = wording.letters(piece, at=request.at)
    return [_row(message, letter) for message, letter in zip(piece, letters, strict=True)]


def _row(message: Message, letter: wording.Letter) -> dict[str, Any]:
    return {
        "id": message.pk,
        "notice": message.notice.number,
        "kind": message.kind,
        "subject": letter.subject,
        "waits": letter.waits,
        "created_at": message.created_at,
        "read_at": message.read_at,
        "complaints": sorted({number for group in letter.groups for number, _ in group.cases}),
    }


@router.get("/messages/{id}", response=MessageShown)
@api_door(roles=PARTIES, scope="messages:read", example=Example("rights_holder", path={"id": ID}))
def read_message(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read one message, in the language asked for.

    This starts no clock: a machine reads, and nobody has looked. `POST /messages/{id}/read` says that somebody has."""
    return _whole(request, _own(request, id))


def _own(request: HttpRequest, pk: int) -> Message:
    found = mine(request).filter(pk=pk).first()
    if found is None:
        raise Http404("there is no such message")
    return found


def _whole(request: HttpRequest, message: Message) -> dict[str, Any]:
    letter = wording.letter(message, at=request.at)
    told = [
        {
            "happened": list(group.happened),
            "why": group.why,
            "stands": group.stands,
            "to_do": list(group.to_do),
            "complaints": [number for number, _ in group.cases],
        }
        for group in letter.groups
    ]
    return {**_row(message, letter), "greeting": letter.greeting, "about": list(letter.about), "told": told}


@router.post("/messages/{id}/read", response=MessageShown)
@api_door(roles=PARTIES, scope="complaints:act", example=Example("rights_holder", path={"id": ID}))
def say_message_read(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Say that somebody has read a message. That is being told: clocks that waited for it start now.

    Saying it again changes nothing."""
    message = _own(request, id)
    services.read(message, by=caller_of(request).person, at=request.at)
    return _whole(request, _own(request, id))


# --- how the account is reached ---------------------------------------------------------------------------------------


class ContactShown(Shown):
    """How a complainant is reached. Name and e-mail reach the seller; the rest only where the procedure says so."""

    name: str
    contact_email: str
    address: str
    phone: str


class ContactChanged(Strict):
    """What changes; what is left out stays."""

    contact_email: str | None = Field(None, max_length=254)
    address: str | None = Field(None, max_length=2000)
    phone: str | None = Field(None, max_length=40)


def _holder(request: HttpRequest) -> Holder:
    holder = caller_of(request).client.holder
    assert holder is not None
    return holder


@router.get("/contact", response=ContactShown, tags=["access"])
@api_door(roles=COMPLAINANTS, scope="complaints:read", example=Example("rights_holder"))
def read_contact(request: HttpRequest) -> dict[str, str]:
    """Read how the account is reached."""
    return _contact(_holder(request))


def _contact(holder: Holder) -> dict[str, str]:
    return {name: getattr(holder, name) for name in ("name", "contact_email", "address", "phone")}


@router.patch("/contact", response=ContactShown, tags=["access"])
@api_door(
    roles=COMPLAINANTS,
    scope="notices:write",
    problems=("account_defective",),
    example=Example("rights_holder", body={"phone": "+47 55 00 00 01"}),
)
def change_contact_data(request: HttpRequest, body: ContactChanged) -> dict[str, str]:
    """Change how the account is reached. Notices already sent keep what they said."""
    holder = _holder(request)
    said = {name: text for name, text in body.model_dump().items() if text is not None}
    now = {name: getattr(holder, name) for name in ("contact_email", "address", "phone")}
    return _contact(change_contact(holder=holder, **{**now, **said}))
