"""What did screening match in a listing it stopped? Shown to its seller: the words, and the pictures side by side.

A seller sees its own pictures, the ones a rights holder registered, and those of its own listing that was taken down before.
What another seller offered is neither shown nor named.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from countermark.apps.orders.models import Order
from countermark.apps.parties.models import Seller
from countermark.apps.screening import selectors
from countermark.apps.screening.models import Finding, Picture
from countermark.apps.work.models import StoredFile
from countermark.entrypoints.finding_shown import Shown, shown
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.public.files import answer_with
from countermark.entrypoints.web.roles import SELLER
from countermark.entrypoints.web.seller.own_measure import own_measure


def of(order: Order, seller: Seller) -> Shown | None:
    """What was matched; None where the measure does not rest on a finding in a listing of this seller."""
    finding = selectors.finding_for(order, seller.pk)
    if finding is None:
        return None

    def address_of(file: int, known: Picture | None) -> str:
        return f"{reverse('seller:measure-picture', args=[order.number, file])}?shop={seller.pk}"

    return shown(finding, address_of)


@require_safe
@door([SELLER])
def picture(request: HttpRequest, number: str, file: int) -> HttpResponse:
    """One picture of what was matched; any other file is not there."""
    order, seller = own_measure(request, number)
    finding = selectors.finding_for(order, seller.pk)
    if finding is None or file not in _files(finding):
        raise Http404("there is no such picture in this measure")
    found = StoredFile.objects.filter(pk=file, media_type__startswith="image/").first()
    if found is None:
        raise Http404("the picture is no longer kept")
    return answer_with(request, found)


def _files(finding: Finding) -> set[int]:
    """The files of the pictures that were matched and may be shown."""
    known = selectors.known_pictures(finding.signals).values()
    own = {each.get("file") for each in finding.pictures}
    return {file for file in own if file} | {each.file_id for each in known}
