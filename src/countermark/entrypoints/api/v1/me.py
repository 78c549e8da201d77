"""For whom does this key come, and what may it do?"""

from django.http import HttpRequest

from countermark.apps.access.scopes import EVERY_ROLE
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
