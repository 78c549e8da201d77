"""An operator's own marketplace: taken when it holds, refused with all its faults at once when it does not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.core.listing_urls import Found, NotFound, PatternDefective, define, identify, judge, read_lines
from countermark.core.listing_urls.expressions import ExpressionRefused, compiled, tries

LANTERN = {
    "id": "lantern-market",
    "name": "Lantern Market",
    "brands": ["lantern"],
    "domains": {"lantern.example": "www.lantern.example"},
    "canonical": {"listing": "https://{host}/items/{item}", "storefront": "https://{host}/shops/{seller}"},
    "listing": [{"path": "**/items/(?P<item>[a-z0-9-]{4,40})/**"}],
    "storefront": [{"path": "shops/(?P<seller>[a-z0-9-]{2,40})"}],
    "good": [{"paste": "lantern.example/items/cup-1?ref=mail", "item_id": "cup-1"}],
    "bad": [{"paste": "https://lantern.example/about", "code": "no_item_id"}],
}


TEXTS = st.one_of(
    st.text(max_size=12), st.sampled_from(["**", "(?P<item>.*)", "{item}", "https://{host}/{item}", "a.example"])
)
VALUES = st.recursive(
    st.one_of(TEXTS, st.integers(), st.none(), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["path", "hosts", "query", "text", "paste", "code", "item_id", "canonical", "a.example"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


def written(canonical: str) -> dict[str, object]:
    return {"canonical": {"listing": canonical, "storefront": "https://{host}/{seller}"}}


def faults(**changed: object) -> dict[str, str]:
    with pytest.raises(PatternDefective) as refused:
        define(LANTERN | changed)
    return {defect.code: defect.sentence for defect in refused.value.defects}


def test_an_operators_marketplace_is_read_beside_the_shipped_ones():
    lantern = define(LANTERN)
    verdict = identify("看 https://m.lantern.example/de/items/cup-1/photos，", extra=[lantern])
    assert isinstance(verdict, Found)
    assert (verdict.marketplace, verdict.canonical_url) == ("lantern-market", "https://www.lantern.example/items/cup-1")
    assert isinstance(identify("https://www.amazon.de/dp/B0EXAMPLE1", extra=[lantern]), Found)
    assert identify("https://lantern.example/items/cup-1").code == "unknown_host"


def test_its_look_alikes_are_named_too():
    verdict = identify("https://lantern-sale.example/items/cup-1", extra=[define(LANTERN)])
    assert isinstance(verdict, NotFound)
    assert (verdict.code, verdict.data["name"]) == ("lookalike_host", "Lantern Market")


def test_a_shop_on_this_very_machine_is_a_marketplace_with_its_port():
    here = define(
        """
        id = "demo-shop"
        name = "Demo shop"
        [domains]
        "127.0.0.1:8001" = "127.0.0.1:8001"
        "localhost:8001" = "127.0.0.1:8001"
        [[listing]]
        path = 'items/(?P<item>[0-9]{1,9})'
        canonical = "http://{host}/items/{item}"
        """
    )
    pasted = (
        "http://127.0.0.1:8001/items/7\nlocalhost:8001/items/8\nhttp://127.0.0.1:8002/items/9\nhttp://127.0.0.1/items/9"
    )
    verdicts = [line.verdict for line in read_lines(pasted, marketplace="demo-shop", extra=[here])]
    assert [each.canonical_url for each in verdicts[:2] if isinstance(each, Found)] == [
        "http://127.0.0.1:8001/items/7",
        "http://127.0.0.1:8001/items/8",
    ]
    assert [each.code for each in verdicts[2:] if isinstance(each, NotFound)] == ["unknown_host", "unknown_host"]


def test_all_faults_are_told_at_once():
    told = faults(
        id="Lantern Market",
        name="",
        domains={},
        listing=[{"path": "items/(?P<item>(a+)+)"}, {"path": "cups", "pth": "x"}],
        colour="red",
    )
    assert {"id_missing", "name_missing", "host_missing", "bad_expression", "item_missing", "unknown_key"} <= set(told)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"id": "taobao"}, "id_taken"),
        ({"domains": {"lantern.example": "www.lantern.example", "shop.taobao.com": "shop.taobao.com"}}, "host_taken"),
        ({"domains": {"Lantern.example": "lantern.example"}}, "bad_host"),
        ({"domains": {"com": "www.com"}}, "bad_host"),
        ({"domains": {"*.lantern.example": "www.lantern.example"}}, "bad_host"),
        ({"domains": {"lantern.example/x": "lantern.example"}}, "bad_host"),
        ({"domains": {"lantern.example": "www.evil.example"}}, "host_foreign"),
        ({"domains": "lantern.example"}, "wrong_type"),
        ({"listing": []}, "listing_missing"),
        ({"listing": "items"}, "wrong_type"),
        ({"listing": ["items"]}, "wrong_type"),
        ({"listing": [{"path": 7}]}, "wrong_type"),
        ({"listing": [{"path": "items/*"}]}, "item_missing"),
        ({"listing": [{"path": "items/(?P<item>[0-9]{1,9}"}]}, "bad_expression"),
        ({"listing": [{"path": "items/**/(?P<item>[0-9]{1,9})"}]}, "bad_expression"),
        ({"listing": [{"path": "(?P<item>[0-9]{1,9})", "hosts": ["evil.example"]}]}, "host_foreign"),
        ({"listing": [{"path": "(?P<item>[0-9]{1,9})", "hosts": ["a.*.lantern.example"]}]}, "bad_host"),
        ({"canonical": {}}, "bad_template"),
        (written("https://{host}/items/"), "bad_template"),
        (written("ftp://{host}/{item}"), "bad_template"),
        (written("https://{host}/{item"), "bad_template"),
        (written("https://{host}/{item!r}"), "bad_template"),
        (written("https://{host}/{item}/{size}"), "unknown_field"),
        (written("https://evil.example/{item}"), "host_foreign"),
        (written("https://{host}@evil.example/{item}"), "host_foreign"),
        (written("https://{host}\\.evil.example/{item}"), "host_foreign"),
        ({"good": [{"paste": "lantern.example/items/cup-1", "item_id": "cup-2"}]}, "example_fails"),
        ({"good": [{"paste": "lantern.example/cups/1"}]}, "example_fails"),
        ({"bad": [{"paste": "lantern.example/items/cup-1", "code": "no_item_id"}]}, "example_fails"),
        ({"bad": [{"paste": "lantern.example"}]}, "bad_example"),
        ({"bare": [{"text": "[0-9]{4,9}"}]}, "item_missing"),
        ({"bare": [{"text": "(?P<item>[0-9]{4,9})", "domain": "elsewhere.example"}]}, "host_foreign"),
    ],
)  # fmt: skip
def test_a_description_that_does_not_hold_is_refused(changed: dict[str, object], code: str):
    told = faults(**changed)
    assert code in told
    assert all(len(sentence) > 20 for sentence in told.values())


def test_a_canonical_address_that_does_not_read_back_is_refused():
    told = faults(canonical={"listing": "https://{host}/cups/{item}", "storefront": "https://{host}/shops/{seller}"})
    assert "does not read back" in told["example_fails"]


def test_what_is_no_toml_is_refused_as_that():
    with pytest.raises(PatternDefective) as refused:
        define("id = ")
    assert [defect.code for defect in refused.value.defects] == ["unreadable"]


def test_a_refusal_says_where_each_fault_is():
    with pytest.raises(PatternDefective, match=r"listing\[1\]\.path: .*could be tried"):
        define(LANTERN | {"listing": [{"path": "items/(?P<item>.*.*)x"}]})


@pytest.mark.parametrize(
    "expression",
    [
        "(?:a+)+", "(?:a|b)*", "(?P<item>[0-9]+){2}", ".*.*x", "a*a*b", r"(a)\1", "(?=a)b", "(?!a)b", "(?<=a)b", "(?i)a", "^a$",
        "a**", "a+?", "*a", "[a", "(?:a", "a)", "a{5,2}", "a{x}", "a{99999}", r"\1", r"\b", "\\", "(?P<item>a)(?P<item>b)",
        "(?:" * 90 + ")" * 90 + "a" * 100, "[z-a]",
    ],
)  # fmt: skip
def test_an_expression_that_could_stop_the_desk_is_refused(expression: str):
    with pytest.raises(ExpressionRefused):
        compiled(expression)


def test_the_number_of_tries_is_counted_from_above():
    assert tries("abc") == 1
    assert tries("[0-9]{8,14}") == 7  # 8, 9, … 14 characters
    assert tries("a?b?") == 4
    assert tries("a|b|c") == 3
    assert tries("(?:a{1,3})?b{1,2}") == 8  # (3 + without it) x 2
    assert tries("x.*") == 1  # to the end: it never has to give anything back


def test_letters_count_in_either_case_and_digits_only_as_digits():
    assert compiled("[a-z]{2}").fullmatch("AB")
    assert not compiled(r"\d{2}").fullmatch("１２")
    assert not compiled("k").fullmatch("\u212a")  # the sign for kelvin is no k


def test_an_operators_bare_number_needs_its_marketplace():
    lantern = define(LANTERN | {"bare": [{"text": "L-(?P<item>[0-9-]{4,9})"}]})
    assert judge("L-1234", marketplace="lantern-market", extra=[lantern]).item_id == "1234"
    assert identify("L-1234", extra=[lantern]).code == "bare_number"


@given(
    st.dictionaries(st.sampled_from([*LANTERN, "bare", "short", "asset_domains", "share_domains", "reserved"]), VALUES)
)
def test_whatever_an_operator_sends_is_taken_or_refused_with_its_faults(changed: dict[str, Any]):
    try:
        define(LANTERN | changed)
    except PatternDefective as refused:
        assert refused.defects
        assert all(each.where and each.sentence for each in refused.defects)
