"""From whom may a visitor buy? Added to the site's own strategy: hidden offers are passed over, demoted ones taken last.

A basket keeps the offer it was filled from. When that one is hidden the line cannot be bought, even while another partner offers
the same: the price and the seller were another's.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from oscar.core.loading import get_class

from countermark_oscar.shown import Laid


class Held:
    """Stands before the site's strategy class."""

    @property
    def laid(self) -> Laid:
        if "_laid" not in self.__dict__:
            self.__dict__["_laid"] = Laid()  # for as long as the strategy lives, which is one request
        return self.__dict__["_laid"]

    def select_stockrecord(self, product: Any) -> Any:
        chosen = super().select_stockrecord(product)
        if chosen is None or not (self.laid.hides(chosen) or self.laid.demotes(chosen)):
            return chosen
        others = [record for record in product.stockrecords.all() if not self.laid.hides(record)]
        return min(others, key=self.laid.demotes, default=chosen)

    def fetch_for_product(self, product: Any, stockrecord: Any = None) -> Any:
        info = super().fetch_for_product(product, stockrecord)
        return self._held(info, info.stockrecord)

    def fetch_for_line(self, line: Any, stockrecord: Any = None) -> Any:
        if type(self).__mro__[2].fetch_for_line is get_class("partner.strategy", "Base").fetch_for_line:
            return self.fetch_for_product(line.product, line.stockrecord)  # oscar's own would ask for the first offer
        return self._held(super().fetch_for_line(line, stockrecord), line.stockrecord)

    def _held(self, info: Any, record: Any) -> Any:
        if record is None or not self.laid.hides(record):
            return info
        return info._replace(availability=get_class("partner.availability", "Unavailable")())


@cache
def held_class(strategy: type) -> type:
    """Return the site's strategy class with our holds before it."""
    return type(f"Held{strategy.__name__}", (Held, strategy), {})


def hold(strategy: Any) -> Any:
    """Put our holds on a strategy; everything else of it stays the site's."""
    if not isinstance(strategy, Held):
        strategy.__class__ = held_class(type(strategy))
    return strategy
