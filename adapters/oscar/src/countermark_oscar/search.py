"""Does the shop's search forget what was taken down, and find again what came back?

Whatever an index still holds, a hidden page is not drawn: results are read through `browsable()`, which leaves it out.
Here the index itself is put right, so that counts and facets are right too. An index that cannot be reached never fails a
measure.
"""

import logging
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q
from haystack import connections
from haystack.exceptions import NotHandled
from oscar.core.loading import get_model

from countermark_oscar.shown import shown_pages

log = logging.getLogger("countermark_oscar")
AT_ONCE = 500  # pages put right within the desk's request; a larger partner's wait for the site's own rebuild_index


def refresh_page(product_id: int) -> None:
    """Put one page right, and the page it is a variant of."""
    products = get_model("catalogue", "Product").objects
    _refresh(products.filter(Q(pk=product_id) | Q(children=product_id), parent=None).distinct())


def refresh_partner(partner_id: int) -> None:
    """Put a partner's pages right."""
    products = get_model("catalogue", "Product").objects
    offered = Q(stockrecords__partner=partner_id) | Q(children__stockrecords__partner=partner_id)
    at_once = getattr(settings, "COUNTERMARK_REINDEX_AT_ONCE", AT_ONCE)
    _refresh(products.filter(offered, parent=None).distinct()[:at_once])


def _refresh(pages: Iterable[Any]) -> None:
    product = get_model("catalogue", "Product")
    for page in pages:
        for alias in connections.connections_info:
            try:
                index = connections[alias].get_unified_index().get_index(product)
                shown = page.is_public and product.objects.filter(shown_pages(), pk=page.pk).exists()
                (index.update_object if shown else index.remove_object)(page, using=alias)
            except NotHandled:
                continue
            except Exception:  # of any search engine's client
                log.exception("search.not_refreshed product=%s index=%s", page.pk, alias)
