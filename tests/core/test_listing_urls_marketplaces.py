"""The shipped marketplaces: all of them, each proved by its own examples among all the others."""

from pathlib import Path

import pytest

from countermark.core.listing_urls import Found, Marketplace, NotFound, identify, judge, marketplaces
from countermark.core.listing_urls.expressions import tries
from countermark.core.listing_urls.limits import MOST_TRIES
from countermark.core.listing_urls.marketplace import Example
from countermark.core.listing_urls.reference import as_markdown

PROMISED = set(
    "taobao tmall 1688 alibaba aliexpress amazon ebay walmart etsy shopee lazada mercadolibre temu jd pinduoduo "
    "tiktokshop".split()
)
GOOD = [(each, example) for each in marketplaces() for example in each.good]
BAD = [(each, example) for each in marketplaces() for example in each.bad]


def names(case: object) -> str | None:
    return case.id if isinstance(case, Marketplace) else case.paste[:60] if isinstance(case, Example) else None


def test_every_promised_marketplace_is_there():
    assert {each.id for each in marketplaces()} == PROMISED


@pytest.mark.parametrize(("marketplace", "example"), GOOD, ids=names)
def test_a_good_example_is_read_as_it_says(marketplace: Marketplace, example: Example):
    verdict = judge(example.paste, marketplace=marketplace.id)
    assert isinstance(verdict, Found), verdict
    assert {name: getattr(verdict, name) for name in example.expected} == dict(example.expected)
    again = identify(verdict.canonical_url)
    assert isinstance(again, Found)
    assert (again.marketplace, again.item_id, again.canonical_url, again.kind) == (
        verdict.marketplace,
        verdict.item_id,
        verdict.canonical_url,
        verdict.kind,
    )


@pytest.mark.parametrize(("marketplace", "example"), BAD, ids=names)
def test_a_bad_example_is_refused_as_it_says(marketplace: Marketplace, example: Example):
    verdict = judge(example.paste, marketplace=marketplace.id)
    assert isinstance(verdict, NotFound), verdict
    assert verdict.code == example.expected["code"]


@pytest.mark.parametrize("marketplace", marketplaces(), ids=names)
def test_every_marketplace_shows_a_listing_a_shop_a_refusal_and_a_look_alike(marketplace: Marketplace):
    kinds = {example.expected.get("kind", "listing") for example in marketplace.good}
    codes = {example.expected["code"] for example in marketplace.bad}
    assert kinds == {"listing", "storefront"}
    assert {"no_item_id", "lookalike_host"} <= codes
    assert marketplace.source


@pytest.mark.parametrize("marketplace", [each for each in marketplaces() if each.short], ids=names)
def test_every_short_host_is_the_marketplaces_own(marketplace: Marketplace):
    for host in marketplace.short_hosts:
        assert any(
            host.removeprefix("*.") == domain or host.endswith("." + domain)
            for domain in (*marketplace.domains, *marketplace.share_domains)
        )
    assert "short_link" in {example.expected["code"] for example in marketplace.bad}


def test_no_shipped_expression_can_be_tried_often():
    for marketplace in marketplaces():
        for pattern in (*marketplace.patterns, *marketplace.short):
            expressions = [each for path in pattern.paths for each in path.body]
            expressions += [each for _, each in (*pattern.query, *pattern.optional)]
            assert all(tries(each.pattern) <= MOST_TRIES for each in expressions)


def test_the_reference_page_is_what_the_code_runs():
    page = Path(__file__).parents[2] / "docs" / "reference" / "listing-urls.md"
    assert page.read_text("utf-8") == as_markdown()
