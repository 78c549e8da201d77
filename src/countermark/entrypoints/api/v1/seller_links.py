"""What ties sellers together: identifiers as their marketplace knows them, links with the reasons, links denied by a person."""

from typing import Any, Literal

from django.http import Http404, HttpRequest
from pydantic import Field

from countermark.apps.access.scopes import DESK, OPERATOR
from countermark.apps.parties.models import Marketplace, Seller
from countermark.apps.screening import identifiers, link_confirming, links
from countermark.apps.screening.holder_words import link_said
from countermark.apps.screening.models import SellerLink
from countermark.apps.work.sealing import unseal
from countermark.entrypoints.api.codes import Slug
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.places import place_of
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Instant, Shown, Strict, Why
from countermark.entrypoints.api.v1.case_shown import Words, words_shown

router = ApiRouter(tags=["sellers"])
PATH = {"slug": "quay", "ref": "lantern"}
LinkSaid = Literal["denied", "taken_back", "confirmed", "unconfirmed"]
Kind = Literal["phone", "email", "bank", "tax", "address", "device", "document"]


class IdentifierSent(Strict):
    """Something the marketplace knows of a seller. Write telephone numbers with their country."""

    kind: Kind
    value: str = Field(min_length=1, max_length=300)


class IdentifiersSent(Strict):
    """Everything that is known of one seller; what is not named is let go."""

    identifiers: list[IdentifierSent] = Field(max_length=200)


class IdentifiersKept(Shown):
    """How many of each kind are kept. What they are nobody can read back: only keyed digests are kept."""

    kept: dict[str, int]
    links_changed: int


@router.put("/marketplaces/{slug}/sellers/{ref}/identifiers", response=IdentifiersKept)
@api_door(
    roles=(OPERATOR,),
    scope="sellers:write",
    problems=("identifiers_defective",),
    example=Example(
        "operator",
        path=PATH,
        body={
            "identifiers": [
                {"kind": "bank", "value": "NO93 8601 1117 947"},
                {"kind": "phone", "value": "+47 55 00 00 00"},
            ]
        },
    ),
)
def put_seller_identifiers(request: HttpRequest, slug: str, ref: str, body: IdentifiersSent) -> dict[str, Any]:
    """Say what is known of a seller: bank account, tax number, telephone, e-mail, address, device, document.

    Sellers with the same are linked. Everything that says nothing is named at once; then nothing was kept."""
    seller = _seller(request, slug, ref)
    given = [(one.kind, one.value) for one in body.identifiers]
    changed = identifiers.put(seller=seller, given=given, at=request.at)
    return {"kept": identifiers.kinds_of(seller), "links_changed": changed}


def _seller(request: HttpRequest, slug: str, ref: str) -> Seller:
    row = Seller.objects.select_related("marketplace").filter(marketplace=place_of(request, slug), ref=ref).first()
    if row is None:
        raise Http404(f"there is no seller {ref} here")
    return row


# --- links ------------------------------------------------------------------------------------------------------------


class SellerNamed(Shown):
    """A seller, and where."""

    marketplace: str
    ref: str
    name: str


class SellerLinkShown(Shown):
    """One kind of evidence that ties two sellers directly. `why`: a sentence for each reason."""

    kind: Literal["identifier", "picture", "text"]
    seller: SellerNamed
    strength: float = Field(description="0 to 1.")
    why: list[str]
    found_at: Instant
    denied_at: Instant | None
    denied_by: str
    denied_words: Words
    confirmed_at: Instant | None
    confirmed_by: str


class LinkWordShown(Shown):
    """What a person said of this seller and another: that they are not one, that they are, or that either is taken back."""

    seller: SellerNamed
    what: LinkSaid
    at: Instant
    by: str
    words: Words


class LinkedSeller(Shown):
    """A seller that belongs together with this one, and the way there over others, from this one on."""

    seller: SellerNamed
    strength: float = Field(description="0 to 1: of the steps together.")
    way: list[SellerNamed]


class SellerLinksShown(Shown):
    """Who belongs together with this seller, and what ties it to others directly; links too weak, or denied, are among those."""

    linked: list[LinkedSeller]
    links: list[SellerLinkShown]
    said: list[LinkWordShown] = Field(description="What people said of it and others, the oldest first.")


@router.get("/marketplaces/{slug}/sellers/{ref}/links", response=SellerLinksShown)
@api_door(
    roles=(*DESK, OPERATOR),
    scope="sellers:read",
    problems=("screening_not_installed",),
    example=Example("reviewer", path=PATH),
)
def list_seller_links(request: HttpRequest, slug: str, ref: str) -> dict[str, Any]:
    """Read which sellers belong together with this one, and why. Sellers themselves never read it."""
    return _shown(_seller(request, slug, ref))


def _shown(seller: Seller) -> dict[str, Any]:
    ways = links.ways(seller.pk)
    named = links.sellers_named({end for steps in ways.values() for step in steps for end in (step.one, step.other)})
    return {
        "linked": [_linked(named, steps) for steps in ways.values()],
        "links": [_link(row, seller) for row in links.links_of(seller.pk)],
        "said": _said(seller),
    }


def _said(seller: Seller) -> list[dict[str, Any]]:
    rows = list(links.words_of(seller.pk))
    named = links.sellers_named({row.other_id if row.one_id == seller.pk else row.one_id for row in rows})
    return [
        {
            "seller": seller_named(named[row.other_id if row.one_id == seller.pk else row.one_id]),
            **{name: getattr(row, name) for name in ("what", "at")},
            "by": str(row.by),
            "words": words_shown(unseal(row.words)),
        }
        for row in rows
    ]


def _linked(named: dict[int, Seller], steps: list[links.Step]) -> dict[str, Any]:
    return {
        "seller": seller_named(named[steps[-1].other]),
        "strength": links.strength_of(steps),
        "way": [seller_named(named[end]) for end in (steps[0].one, *(step.other for step in steps))],
    }


def _link(row: SellerLink, seller: Seller) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("kind", "strength", "found_at", "denied_at", "confirmed_at")},
        "seller": seller_named(row.other if row.one_id == seller.pk else row.one),
        "why": link_said(row),
        "denied_by": str(row.denied_by or ""),
        "denied_words": words_shown(unseal(row.denied_words)),
        "confirmed_by": str(row.confirmed_by or ""),
    }


def seller_named(seller: Seller) -> dict[str, str]:
    return {"marketplace": seller.marketplace.slug, "ref": seller.ref, "name": seller.name}


class LinkMeant(Strict):
    """Which other seller, and why this is said."""

    marketplace: Slug
    seller: str = Field(min_length=1, max_length=100)
    words: Why


class LinkDenied(LinkMeant):
    """Which other seller is not the same, and why. It stays so, whatever is found later, until somebody takes it back."""


class LinkConfirmed(LinkMeant):
    """Which other seller belongs together with this one. It counts as long as anything ties them, or until it is taken back."""


class ConfirmationTakenBack(LinkMeant):
    """With which other seller it was confirmed to belong together, and why that is taken back."""


class DenialTakenBack(LinkMeant):
    """Of which other seller it was denied, and why it no longer is. What was said before stays readable."""


@router.post("/marketplaces/{slug}/sellers/{ref}/links/deny", response=SellerLinksShown)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("no_such_link", "screening_not_installed"),
    example=Example(
        "reviewer", path=PATH, body={"marketplace": "quay", "seller": "pearl-2", "words": "Two sisters, two firms."}
    ),
)
def deny_seller_link(request: HttpRequest, slug: str, ref: str, body: LinkDenied) -> dict[str, Any]:
    """Say that two sellers who are tied to each other directly are not one, and why."""
    seller = _seller(request, slug, ref)
    links.deny(one=seller.pk, other=_other(body).pk, words=body.words, by=caller_of(request).person, at=request.at)
    return _shown(seller)


@router.post("/marketplaces/{slug}/sellers/{ref}/links/take-back-denial", response=SellerLinksShown)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("no_such_link", "link_not_denied", "screening_not_installed"),
    example=Example(
        "reviewer",
        path={"slug": "quay", "ref": "tern"},
        body={"marketplace": "quay", "seller": "tern-2", "words": "The firms were merged."},
    ),
)
def take_back_denial(request: HttpRequest, slug: str, ref: str, body: DenialTakenBack) -> dict[str, Any]:
    """Take back that two sellers are not one, and why: what ties them counts again, where it is still there."""
    seller = _seller(request, slug, ref)
    tied = links.between(seller.pk, _other(body).pk)
    if not tied:
        raise links.NoSuchLink("nothing ties these two sellers directly")
    links.take_back_denial(tied[0], by=caller_of(request).person, why=body.words, at=request.at)
    return _shown(seller)


@router.post("/marketplaces/{slug}/sellers/{ref}/links/confirm", response=SellerLinksShown)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("no_such_link", "link_is_denied", "screening_not_installed"),
    example=Example(
        "reviewer", path=PATH, body={"marketplace": "quay", "seller": "pearl-2", "words": "One signed for both."}
    ),
)
def confirm_seller_link(request: HttpRequest, slug: str, ref: str, body: LinkConfirmed) -> dict[str, Any]:
    """Say that two sellers who are tied to each other directly belong together, and why: it counts, however weak the evidence."""
    seller = _seller(request, slug, ref)
    said = {"words": body.words, "by": caller_of(request).person, "at": request.at}
    link_confirming.confirm(one=seller.pk, other=_other(body).pk, **said)
    return _shown(seller)


@router.post("/marketplaces/{slug}/sellers/{ref}/links/take-back-confirmation", response=SellerLinksShown)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("no_such_link", "link_not_confirmed", "screening_not_installed"),
    example=Example(
        "reviewer",
        path={"slug": "quay", "ref": "gull"},
        body={"marketplace": "quay", "seller": "gull-2", "words": "It was a cousin who signed."},
    ),
)
def take_back_confirmation(request: HttpRequest, slug: str, ref: str, body: ConfirmationTakenBack) -> dict[str, Any]:
    """Take back that two sellers belong together, and why: their evidence alone counts again."""
    seller = _seller(request, slug, ref)
    said = {"words": body.words, "by": caller_of(request).person, "at": request.at}
    link_confirming.take_back(one=seller.pk, other=_other(body).pk, **said)
    return _shown(seller)


def _other(body: LinkMeant) -> Seller:
    """The other seller that is meant. Raises NoSuchLink."""
    place = Marketplace.objects.filter(slug=body.marketplace).first()
    other = Seller.objects.filter(marketplace=place, ref=body.seller).first()
    if other is None:
        raise links.NoSuchLink("there is no such seller")
    return other
