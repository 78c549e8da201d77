"""What a shop pastes into its pages so that anybody can report a listing from there, and how many listings a report may name."""

from typing import Any

from django.http import HttpRequest
from pydantic import Field

from countermark.apps.access.scopes import OPERATOR
from countermark.apps.parties import operator_services
from countermark.apps.parties.models import Marketplace
from countermark.apps.work import true_time
from countermark.entrypoints.api.codes import known
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.places import place_of
from countermark.entrypoints.api.routing import ApiRouter, caller_of
from countermark.entrypoints.api.schemas import Shown, Strict
from countermark.entrypoints.report_link import snippet_of

router = ApiRouter(tags=["marketplaces"])


class ReportLink(Shown):
    """The link to the form for people without an account. Not open: the form does not offer this marketplace."""

    is_open: bool
    procedure: str = Field(description="By which a report runs; empty where no procedure serves guests.")
    most_listings: int
    url: str
    html_with_place_for_listing: str = Field(description="Put the listing's address, percent-encoded, where … stands.")
    html_for_every_page: str = Field(description="The browser says which page it comes from.")
    html_of_script: str = Field(description="Optional, where browsers are told not to say it.")


@router.get("/marketplaces/{slug}/report-link", response=ReportLink)
@api_door(roles=(OPERATOR,), scope="marketplaces:read", example=Example("operator", path={"slug": "harbour"}))
def read_report_link(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Read what to paste, in the language of the shop. It works without JavaScript."""
    return _shown(place_of(request, slug))


class ReportLinkSaid(Strict):
    """How many listings one report may name; null for as many as everywhere."""

    most_listings: int | None = Field(ge=1, le=known.number("guest_links_most"))


@router.put("/marketplaces/{slug}/report-link", response=ReportLink)
@api_door(
    roles=(OPERATOR,),
    scope="marketplaces:write",
    example=Example("operator", path={"slug": "harbour"}, body={"most_listings": 5}),
)
def change_report_link(request: HttpRequest, slug: str, body: ReportLinkSaid) -> dict[str, Any]:
    """Say how many listings a report without an account may name here."""
    row, by = place_of(request, slug), caller_of(request).person
    most, now = body.most_listings, true_time.now()
    return _shown(operator_services.set_guest_links(marketplace_id=row.pk, most=most, by=by, now=now))


def _shown(place: Marketplace) -> dict[str, Any]:
    snippet = snippet_of(place)
    return {
        "is_open": snippet.is_open,
        "procedure": snippet.pack,
        "most_listings": snippet.most,
        "url": snippet.url,
        "html_with_place_for_listing": snippet.filled,
        "html_for_every_page": snippet.bare,
        "html_of_script": snippet.script,
    }
