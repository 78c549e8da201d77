"""Where does this adapter take hold of oscar? Here, all of it; each hold is on the class the site uses, forked or not.

    lists, recommendations     ProductQuerySet.browsable and .public, Product.sorted_recommended_products
    the product page           ProductDetailView.is_viewable, and the pages of reviews
    what can be bought         Selector.strategy, OrderCreator.place_order
    search                     ProductIndex.should_update, BaseSearchView.paginate_queryset

Nothing of oscar's own data is written: what lies on a listing is a row of ours, and lifting it shows again what was there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import Http404
from oscar.core.loading import get_class, get_model

from countermark_oscar.lists import DemotedLast
from countermark_oscar.shown import Laid, demoted_pages, is_shown, shown_pages
from countermark_oscar.strategy import hold


def take_all() -> None:
    """Take every hold, once."""
    _lists(get_model("catalogue", "Product"))
    _pages()
    _purchases()
    _search()


def around(owner: Any, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Replace a method by one made around it; what was there stays as `__wrapped__`. A second time changes nothing."""
    before = getattr(owner, name)
    if not getattr(before, "_held_by_countermark", False):
        after = wraps(before)(make(before))
        after._held_by_countermark = True
        setattr(owner, name, after)


def _lists(products: Any) -> None:
    queries = type(products.objects.all())
    for name in ("browsable", "public"):
        around(queries, name, lambda before: lambda self: before(self).filter(shown_pages()))
    recommended = products.sorted_recommended_products.fget

    def left(self: Any) -> list[Any]:
        demoted = set(demoted_pages())
        return [one for one in recommended(self) if one.pk not in demoted and is_shown(one)]

    products.sorted_recommended_products = property(left)


def _pages() -> None:
    def viewable(before: Callable[..., bool]) -> Callable[..., bool]:
        return lambda self, product, request: (
            before(self, product, request) and (request.user.is_staff or is_shown(product))
        )

    def of_shown_products(before: Callable[..., Any]) -> Callable[..., Any]:
        def dispatch(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
            page = get_model("catalogue", "Product").objects.filter(pk=kwargs["product_pk"]).first()
            if page is None or not (request.user.is_staff or is_shown(page)):
                raise Http404
            return before(self, request, *args, **kwargs)

        return dispatch

    around(get_class("catalogue.views", "ProductDetailView"), "is_viewable", viewable)
    for name in ("CreateProductReview", "ProductReviewDetail", "AddVoteView", "ProductReviewList"):
        around(get_class("catalogue.reviews.views", name), "dispatch", of_shown_products)


def _purchases() -> None:
    def held(before: Callable[..., Any]) -> Callable[..., Any]:
        return lambda self, *args, **kwargs: hold(before(self, *args, **kwargs))

    def refused(before: Callable[..., Any]) -> Callable[..., Any]:
        def place_order(self: Any, basket: Any, *args: Any, **kwargs: Any) -> Any:
            with transaction.atomic():
                if held := _held_lines(basket):
                    raise get_class("order.exceptions", "UnableToPlaceOrder")(
                        f"{', '.join(held)}: no longer sold here."
                    )
                return before(self, basket, *args, **kwargs)

        return place_order

    around(get_class("partner.strategy", "Selector"), "strategy", held)
    around(get_class("order.utils", "OrderCreator"), "place_order", refused)


def _held_lines(basket: Any) -> list[str]:
    """Name what may not be bought; from now to the end of the transaction no measure slips in."""
    records = get_model("partner", "StockRecord").objects.filter(basket_lines__basket=basket)
    partners = get_model("partner", "Partner").objects.filter(pk__in=records.values("partner"))
    list(partners.select_for_update().order_by("pk"))
    locked = records.model.objects.filter(pk__in=records.values("pk")).select_for_update().order_by("pk")
    laid = Laid()
    return [str(record.product.get_title()) for record in locked if laid.hides(record)]


def _search() -> None:
    def only_shown(before: Callable[..., bool]) -> Callable[..., bool]:
        return lambda self, instance, **told: before(self, instance, **told) and is_shown(instance)

    def demoted_last(before: Callable[..., Any]) -> Callable[..., Any]:
        def paginate_queryset(self: Any, found: Any, page_size: int) -> Any:
            demoted = demoted_pages()
            return before(self, DemotedLast(found, demoted) if demoted else found, page_size)

        return paginate_queryset

    around(get_class("search.search_indexes", "ProductIndex"), "should_update", only_shown)
    around(get_class("search.views.base", "BaseSearchView"), "paginate_queryset", demoted_last)
