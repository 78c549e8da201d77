"""A visitor of the oscar shop: opens pages, fills a basket, goes to the till. A browser without JavaScript."""

from __future__ import annotations

import re

import httpx

from countermark.connectors.marketplace import ItemRef


class Visitor(httpx.Client):
    """Keeps cookies, follows where the shop leads, sends the token that is in the page."""

    def __init__(self, url: str) -> None:
        super().__init__(base_url=url, follow_redirects=True, timeout=20, verify=False)

    def opens(self, address: str) -> httpx.Response:
        self.page = self.get(address)
        return self.page

    def sends(self, address: str, **fields: object) -> httpx.Response:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page.text)
        told = {"csrfmiddlewaretoken": token[1] if token else "", **fields}
        self.page = self.post(address, data=told, headers={"Referer": str(self.page.url)})
        return self.page

    def puts_in_basket(self, item: ItemRef, **fields: object) -> bool:
        """Put one in the basket from the page that is open; was it taken?"""
        return "has been added to your basket" in self.sends(f"/basket/add/{item.item_id}/", quantity=1, **fields).text

    def can_pay(self) -> bool:
        """Does the till let the visitor in? oscar sends back to the basket when something in it cannot be bought."""
        self.opens("/checkout/")
        if "/basket/" in str(self.page.url):
            return False
        self.sends("/checkout/", username="visitor@quay.example", options="anonymous")
        return "/basket/" not in str(self.page.url)

    def goes_to_the_last_step(self) -> None:
        """Give an address, take the only way of sending, and look at what will be ordered."""
        self.opens("/checkout/shipping-address/")
        address = {"first_name": "Vera", "last_name": "Lind", "line1": "Kaia 1", "line4": "Bergen", "postcode": "5003"}
        self.sends("/checkout/shipping-address/", country="NO", **address)
        self.opens("/checkout/preview/")

    def places_the_order(self) -> None:
        self.sends("/checkout/preview/", action="place_order")


def can_buy(item: ItemRef) -> bool:
    """Whether somebody who comes now can put it in a basket and go to the till."""
    with Visitor(item.url.partition("/catalogue/")[0]) as visitor:
        if visitor.opens(item.url).status_code != 200:
            return False
        return visitor.puts_in_basket(item) and visitor.can_pay()
