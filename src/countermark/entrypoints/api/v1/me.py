"""For whom does this key come, and what may it do? And where is its person signed in?"""

from typing import Any

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse

from countermark.apps.access.scopes import EVERY_ROLE
from countermark.entrypoints import sign_ins
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Instant, Shown

router = ApiRouter(tags=["access"])


class Party(Shown):
    """A rights holder, an agent or a shop."""

    id: int
    name: str


class Place(Shown):
    """A marketplace."""

    slug: str
    name: str


class Me(Shown):
    """What a key is and for whom it acts."""

    name: str
    client_id: str
    role: str
    scopes: list[str]
    person: str
    holder: Party | None
    seller: Party | None
    marketplace: Place | None
    expires_at: Instant | None


@router.get("/me", response=Me)
@api_door(roles=EVERY_ROLE, scope="complaints:read", example=Example("rights_holder"))
def who_am_i(request: HttpRequest) -> Me:
    """Say for whom this key acts."""
    caller = caller_of(request)
    client = caller.client
    place = caller.marketplace or (client.seller.marketplace if client.seller else None)
    return Me(
        name=client.name,
        client_id=client.client_id,
        role=caller.role,
        scopes=sorted(caller.scopes),
        person=caller.person.name,
        holder=Party(id=client.holder.pk, name=client.holder.name) if client.holder else None,
        seller=Party(id=client.seller.pk, name=client.seller.name) if client.seller else None,
        marketplace=Place(slug=place.slug, name=place.name) if place else None,
        expires_at=client.expires_at,
    )


# --- where its person is signed in --------------------------------------------------------------------------------------


class SignIn(Shown):
    """A browser in which the person of this key is signed in. `device` is empty when the browser does not say."""

    id: int
    device: str
    since: Instant
    ip: str


class SignIns(Shown):
    """All of them, the newest first."""

    items: list[SignIn]


class SignInsEnded(Shown):
    """In how many browsers the person was signed in."""

    ended: int


def _sign_in(row: UserSession) -> dict[str, Any]:
    return {"id": row.pk, "device": sign_ins.named(row.user_agent), "since": row.created_at, "ip": row.ip}


@router.get("/me/sign-ins", response=SignIns)
@api_door(roles=EVERY_ROLE, scope="sign_ins:read", example=Example("rights_holder"))
def list_sign_ins(request: HttpRequest) -> dict[str, Any]:
    """List where the person of this key is signed in."""
    return {"items": [_sign_in(row) for row in sign_ins.sign_ins_of(caller_of(request).person)]}


@router.post("/me/sign-ins/end", response=SignInsEnded)
@api_door(roles=EVERY_ROLE, scope="sign_ins:end", example=Example("rights_holder"))
def end_every_sign_in(request: HttpRequest) -> dict[str, int]:
    """Sign the person of this key out of every browser. Keys go on: they are taken back one by one."""
    return {"ended": sign_ins.end_all(caller_of(request).person)}


@router.delete("/me/sign-ins/{id}", response={204: None})
@api_door(roles=EVERY_ROLE, scope="sign_ins:end", example=Example("rights_holder", path={"id": "730001"}, status=204))
def end_sign_in(request: HttpRequest, id: Id) -> HttpResponse:
    """End one of them. Harmless when it is over."""
    sign_ins.end(caller_of(request).person, id)
    return HttpResponse(status=204)
