"""Of which places of sale may this key speak? An operator's key can be narrowed to one; then nothing else is there for it."""

from typing import Any, cast

from django.http import Http404, HttpRequest

from countermark.apps.parties.models import Marketplace
from countermark.apps.work.prepared import Prepared
from countermark.entrypoints.api.problems import Refused
from countermark.entrypoints.api.routing import caller_of

_named = Prepared(lambda slug: Marketplace.objects.filter(slug=slug), alike=True)


def place_of(request: HttpRequest, slug: str) -> Marketplace:
    """The marketplace of this slug. Raises Http404, also for another than the key is narrowed to."""
    narrowed = caller_of(request).marketplace  # read with the key, by this very request
    found = [narrowed] if narrowed is not None else _named(slug=slug) if "\0" not in slug else []
    if not found or found[0].slug != slug:
        raise Http404(f"there is no marketplace {slug} for this key")
    return cast(Marketplace, found[0])


def only_here(request: HttpRequest, column: str) -> dict[str, Any]:
    """A filter for rows whose `column` leads to a marketplace; none for a key that is not narrowed."""
    narrowed = caller_of(request).marketplace
    return {column: narrowed.pk} if narrowed is not None else {}


def whole_desk(request: HttpRequest) -> None:
    """Turn away a key that is narrowed to one marketplace from what concerns all of them."""
    if (narrowed := caller_of(request).marketplace) is not None:
        raise Refused("key_is_narrowed", name=narrowed.name)
