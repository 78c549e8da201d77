"""Letters about rights that did not arrive: what came back, sending one again, or keeping that its reader was told otherwise."""

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query

from countermark.apps.access.scopes import OPERATOR
from countermark.apps.notifications import right_letters
from countermark.apps.notifications.models import RightLetter
from countermark.apps.work import true_time
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.places import whole_desk
from countermark.entrypoints.api.problems import Refused
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Page, Shown

router = ApiRouter(tags=["deliveries"])
PATH = {"id": "700002"}


class RightLetterBack(Shown):
    """A letter about a right and how it was sent: to `address`, once more to `address_now`, empty while none is known.

    It did not arrive while `failed_at` is set, and `delivered_at` and `read_at` are null."""

    id: int
    right: int
    holder: str
    what: str
    days: int | None
    subject: str
    address: str
    address_now: str
    attempts: int
    created_at: Instant
    failed_at: Instant | None
    delivered_at: Instant | None
    read_at: Instant | None
    answer: str


@router.get("/right-letters/not-arrived", response=Page[RightLetterBack])
@api_door(
    roles=(OPERATOR,),
    scope="operations:read",
    problems=("cursor_unknown", "key_is_narrowed"),
    example=Example("operator"),
)
def list_right_letters_not_arrived(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List the letters about rights that came back for good, or had no address, and that nobody has read; the oldest first."""
    whole_desk(request)
    rows = right_letters.not_arrived()
    return page_of(request, rows, asked, order=("failed_at", "pk"), show=lambda piece: map(_shown, piece))


@router.post("/right-letters/{id}/send-again", response=RightLetterBack)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("key_is_narrowed", "holder_without_address"),
    example=Example("operator", path=PATH),
)
def send_right_letter_again(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Send a letter about a right that did not arrive once more, to the address its holder has now."""
    letter = _not_arrived(request, id)
    if not right_letters.send_again(right_letters.not_arrived().filter(pk=letter.pk), now=true_time.now()):
        raise Refused("holder_without_address", name=letter.holder.name)
    return _now(letter)


@router.post("/right-letters/{id}/handed-over", response=RightLetterBack)
@api_door(
    roles=(OPERATOR,),
    scope="operations:act",
    problems=("key_is_narrowed",),
    example=Example("operator", path=PATH),
)
def hand_over_right_letter(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Say that the reader of a letter about a right that did not arrive was told another way. It is no task any more."""
    letter = _not_arrived(request, id)
    right_letters.handed_over(letter, by=caller_of(request).person, at=request.at, now=true_time.now())
    return _now(letter)


def _not_arrived(request: HttpRequest, pk: int) -> RightLetter:
    """The letter, if it did not arrive. Raises Http404, also for one that somebody else has mended meanwhile."""
    whole_desk(request)
    letter = right_letters.not_arrived().filter(pk=pk).first()
    if letter is None:
        raise Http404("there is no such letter about a right that did not arrive")
    return letter


def _now(letter: RightLetter) -> dict[str, Any]:
    return _shown(RightLetter.objects.select_related("right", "holder").get(pk=letter.pk))


def _shown(letter: RightLetter) -> dict[str, Any]:
    same = set(RightLetterBack.model_fields) - {"id", "right", "holder", "subject", "address_now"}
    return {
        **{name: getattr(letter, name) for name in same},
        "id": letter.pk,
        "right": letter.right_id,
        "holder": letter.holder.name,
        "subject": right_letters.subject(letter),
        "address_now": letter.holder.contact_email,
    }
