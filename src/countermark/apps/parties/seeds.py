"""Which marketplaces are there from the start? The five of Alibaba Group, as they are sold on and under whose law.

None has a connector: an operator acts by hand and says so, until the marketplace is connected. What an operator changed
stays as it is: a marketplace that is there already is left alone.
"""

from __future__ import annotations

from typing import Any

from countermark.apps.parties.models import Marketplace

IN_CHINA: dict[str, Any] = {
    "territory": "CN",
    "offered_in": ["CN"],
    "language": "zh-hans",
    "packs": ["platform", "cn-ecommerce-law"],
}
ABROAD: dict[str, Any] = {
    "territory": "*",
    "offered_in": ["CN", "EU", "US"],
    "language": "en",
    "packs": ["platform", "us-dmca-512", "eu-notice"],
}
KNOWN: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("taobao", "Taobao", IN_CHINA),
    ("tmall", "Tmall", IN_CHINA),
    ("1688", "1688", IN_CHINA),
    ("alibaba", "Alibaba.com", ABROAD),
    ("aliexpress", "AliExpress", ABROAD),
)


def ensure_known_marketplaces() -> list[Marketplace]:
    """Add what is missing of the five; returns what was added."""
    added = []
    for slug, name, law in KNOWN:
        usual = {"name": name, "calendar": "CN", "zone": "Asia/Shanghai", "connector": "none", **law}
        row, is_new = Marketplace.objects.get_or_create(slug=slug, defaults=usual)
        added += [row] if is_new else []
    return added
