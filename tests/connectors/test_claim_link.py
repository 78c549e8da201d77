"""A link that a marketplace signs itself: what is signed, and what every change of it does."""

import hashlib
import hmac
import re
import time
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.connectors.claim_link import NAMES, ClaimLink, LinkUnreadable, read
from house.source_tree import ROOT

SECRET = "a secret of Harbour Market and the desk"
LINK = ClaimLink("harbour", "lantern", "Lantern Lane", 1_800_000_000, "n0nce-of-sixteen")
LINE = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=40)


def query_of(link, secret=SECRET):
    return dict(parse_qsl(link.query(secret), keep_blank_values=True))


def test_what_is_signed_are_six_lines_as_the_how_to_says():
    lines = b"claim\nharbour\nlantern\nLantern Lane\n1800000000\nn0nce-of-sixteen"
    assert LINK.signed(SECRET) == "v1=" + hmac.new(SECRET.encode(), lines, hashlib.sha256).hexdigest()


@given(seller=LINE, name=LINE, expires=st.integers(0, 99_999_999_999))
def test_a_link_is_read_as_it_was_signed(seller, name, expires):
    link = ClaimLink("harbour", seller, name, expires, "n" * 16)
    found, signature = read("harbour", query_of(link))
    assert found == link and found.is_genuine(signature, SECRET)


@pytest.mark.parametrize("part", ["seller", "name", "expires", "nonce"])
def test_a_link_changed_in_any_part_is_not_genuine(part):
    query = query_of(LINK)
    query[part] = {"expires": "1800000001", "nonce": "another-nonce-of"}.get(part, "otto")
    found, signature = read("harbour", query)
    assert not found.is_genuine(signature, SECRET)


def test_a_link_of_one_marketplace_is_none_of_another_and_no_secret_signs_nothing():
    found, signature = read("quay", query_of(LINK))
    assert not found.is_genuine(signature, SECRET)
    found, signature = read("harbour", query_of(LINK, ""))
    assert not found.is_genuine(signature, "")
    assert not found.is_genuine(signature, SECRET)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        *((name, "") for name in NAMES if name != "name"),
        *(("seller", value) for value in ("a\nb", "x" * 101, "a\0b")),
        ("name", "Lantern\nLane"),
        *(("expires", value) for value in ("soon", "-1", "1e9", "１２３", "9" * 12)),
        *(("nonce", value) for value in ("short", "n" * 65, "n0nce of sixteen", "nönce-of-sixteen")),
    ],
)
def test_a_part_that_is_missing_or_misshapen_is_named(part, value):
    with pytest.raises(LinkUnreadable) as refused:
        read("harbour", {**query_of(LINK), part: value})
    assert refused.value.part == part


def test_the_lines_of_the_how_to_make_a_link_the_desk_believes():
    page = (ROOT / "docs" / "how-to" / "let-sellers-claim-their-shop.md").read_text("utf-8")
    told = {}
    exec(re.search(r"```python\n(.*?)```", page, re.DOTALL)[1], told)
    address = told["claim_link"]("https://countermark.example", SECRET, "quay", "lantern & co/7", "灯巷")
    parts = urlsplit(address)
    assert parts.path == "/seller/claim/at/quay/"
    link, signature = read("quay", dict(parse_qsl(parts.query, keep_blank_values=True)))
    assert (link.seller, link.name) == ("lantern & co/7", "灯巷")
    assert link.is_genuine(signature, SECRET) and time.time() < link.expires < time.time() + 24 * 3600
