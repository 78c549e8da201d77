"""What people really paste, and what tricksters make them paste: every line becomes the right listing or a reason."""

import pytest

from countermark.core.listing_urls import Found, NotFound, identify, judge

CUP = "https://item.taobao.com/item.htm?id=627374829104"
DE = "https://www.amazon.de/dp/B0EXAMPLE1"


def found(text: str) -> str:
    verdict = identify(text)
    assert isinstance(verdict, Found), verdict
    return verdict.canonical_url


def refused(text: str) -> NotFound:
    verdict = identify(text)
    assert isinstance(verdict, NotFound), verdict
    return verdict


@pytest.mark.parametrize(
    "pasted",
    [
        CUP,
        "http://item.taobao.com/item.htm?id=627374829104",
        "HTTPS://ITEM.TAOBAO.COM/item.htm?ID=627374829104",
        "item.taobao.com/item.htm?id=627374829104",
        "//item.taobao.com/item.htm?id=627374829104",
        "https:item.taobao.com/item.htm?id=627374829104",
        "https://item.taobao.com:443//item.htm?spm=a.1&scm=1007&id=627374829104&pvid=9&utm_source=x&srsltid=y#detail",
        "https://item.taobao.com./item.htm?id=627374829104",
        "https://item%2Etaobao.com/./x/../item.htm?id=627374829104",
        "https://item.taobao.com/item.htm?%69d=6273%374829104",
        "https:\\\\item.taobao.com\\item.htm?id=627374829104",
        "https://mei:secret@item.taobao.com/item.htm?id=627374829104",
        f'<a href="{CUP}&amp;ns=1">cup</a>',
        "https://item.taobao.com/item.htm?ns=1&amp;id=627374829104",
        f"[cup]({CUP}).",
        f'"{CUP}",12,"Shop A"',
        f"{CUP},Shop A,59.90",
        f"url={CUP}",
    ],
)
def test_one_listing_is_the_same_however_its_link_was_written(pasted: str):
    assert found(pasted) == CUP


@pytest.mark.parametrize(
    "pasted",
    [
        f"【淘宝】{CUP} CZ0012 「手工陶瓷杯」 点击链接直接打开",
        f"看这个：{CUP}，很好！",
        f"「{CUP}」",
        f"{CUP}👍🏽👍",
        f"{CUP}）。",
        "点击item.taobao.com/item.htm?id=627374829104打开",
        f"\u202a{CUP}\u202c",
        f"\ufeff{CUP}\u200b",
        "https://item.tao\u200bbao.com/item.htm?id=627374829104",
        "\u200f" + CUP + " :الرابط",
        "ｈｔｔｐｓ：／／ｉｔｅｍ．ｔａｏｂａｏ．ｃｏｍ／ｉｔｅｍ．ｈｔｍ？ｉｄ＝６２７３７４８２９１０４",
        "https://item。taobao。com/item.htm?id=627374829104",
        "https://item.taobao.com／item.htm？id＝627374829104",
    ],
)
def test_text_emoji_and_marks_around_a_link_do_not_hide_it(pasted: str):
    assert found(pasted) == CUP


def test_a_shop_that_is_a_host_alone_ends_where_the_sentence_goes_on():
    assert found("看 https://mei.taobao.com】快来") == "https://mei.taobao.com/"
    assert found("https://mei.taobao.com，很好") == "https://mei.taobao.com/"


def test_a_link_in_a_script_of_its_own_is_read_to_its_end():
    assert found("https://shopee.tw/【手作】陶瓷杯-i.27.28，很好") == "https://shopee.tw/product/27/28"


def test_an_offer_on_amazon_is_asin_site_and_seller():
    verdict = identify("https://www.amazon.de/gp/product/b0example1?smid=a1qrg6nhEUKUZO，danke")
    assert isinstance(verdict, Found)
    assert (verdict.item_id, verdict.seller) == ("B0EXAMPLE1", "A1QRG6NHEUKUZO")
    assert verdict.canonical_url == f"{DE}?m=A1QRG6NHEUKUZO"
    assert {found(DE), found("https://www.amazon.fr/dp/B0EXAMPLE1"), verdict.canonical_url} == {
        DE,
        "https://www.amazon.fr/dp/B0EXAMPLE1",
        f"{DE}?m=A1QRG6NHEUKUZO",
    }


def test_sites_that_share_their_numbers_share_one_address():
    assert found("https://www.ebay.de/itm/127460591552") == found("https://m.ebay.com.au/itm/x/127460591552")
    assert found("https://npcitem.jd.hk/100010793716.html") == found("https://item.jd.com/100010793716.html")


def test_a_colour_or_size_is_told_but_is_no_listing_of_its_own():
    verdict = identify("https://www.lazada.sg/products/cup-i1299546099-s3963046423.html")
    assert isinstance(verdict, Found)
    assert verdict.variant == "3963046423"
    assert verdict.canonical_url == found("https://www.lazada.sg/products/cup-i1299546099.html")


@pytest.mark.parametrize(
    ("pasted", "looks_like"),
    [
        ("https://item.taoba0.com/item.htm?id=627374829104", "taobao.com"),
        ("https://www.аmazon.com/dp/B0EXAMPLE1", "amazon.com"),  # Cyrillic а
        ("https://www.xn--mazon-3ve.com/dp/B0EXAMPLE1", "amazon.com"),  # the same, as browsers write it
        ("аmazon.com/dp/B0EXAMPLE1", "amazon.com"),
        ("https://amazon.com.evil.example/dp/B0EXAMPLE1", "amazon.com"),
        ("https://www.amazon.com．evil.example/dp/B0EXAMPLE1", "amazon.com"),
        ("https://tmall-shop.com/item.htm?id=627374829104", "tmall.com"),
        ("https://www.arnazon.com/dp/B0EXAMPLE1", "amazon.com"),
        ("https://www.amazom.com/dp/B0EXAMPLE1", "amazon.com"),
        ("https://www.amazno.com/dp/B0EXAMPLE1", "amazon.com"),
        ("https://wallmart.com/ip/5012345678", "walmart.com"),
        ("https://ebay.deals.example/itm/127460591552", "ebay.com"),
        ("https://mei.taobao.com店铺/", "taobao.com"),
        ("https://www.amazon.com@evil.example/dp/B0EXAMPLE1", "amazon.com"),
        ("https://www.amazon.com:443@evil.example/dp/B0EXAMPLE1", "amazon.com"),
        ("https://www.amazon.com%40evil.example@evil.example/dp/B0EXAMPLE1", "amazon.com"),
        ("https://www.amazon.com＠evil.example/dp/B0EXAMPLE1", "amazon.com"),
        ("https://mei.taobao.com。evil.example/", "taobao.com"),  # a Chinese full stop is a dot to a browser
        ("https://mei.taobao.com】.evil.example/", "taobao.com"),  # a bracket is a letter of a sub-domain
        ("https://mei.taobao.com👍evil.example/", "taobao.com"),
    ],
)
def test_a_host_made_to_be_taken_for_a_marketplace_is_named_as_that(pasted: str, looks_like: str):
    verdict = refused(pasted)
    assert (verdict.code, verdict.data["looks_like"]) == ("lookalike_host", looks_like)
    assert looks_like in verdict.error


@pytest.mark.parametrize(
    "pasted",
    [
        "https://evil.example/https://www.amazon.com/dp/B0EXAMPLE1",
        "https://evil.example?https://www.amazon.com/dp/B0EXAMPLE1",
        "https://evil.example#https://www.amazon.com/dp/B0EXAMPLE1",
        "https://evil.example/?u=https://www.amazon.com/dp/B0EXAMPLE1",
        "https://evil.example/www.amazon.com/dp/B0EXAMPLE1",
        "https://evil.example\\@www.amazon.com/dp/B0EXAMPLE1",
        "https://evil.example／www.amazon.com/dp/B0EXAMPLE1",
        "https://127.0.0.1:8000/dp/B0EXAMPLE1",
        "https://mei.taobao.com，.evil.example/",
        "https://mei.taobao.com|.evil.example/",
    ],
)
def test_what_would_open_another_host_is_never_a_listing(pasted: str):
    assert refused(pasted).code in ("unknown_host", "broken_link")


def test_an_honest_name_that_only_holds_a_short_brand_is_not_accused():
    assert refused("https://jd-sports.example/x").code == "unknown_host"
    assert refused("https://bayside.example/x").code == "unknown_host"


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("", "empty"),
        (" \t\u200b\ufeff", "empty"),
        ("a cup", "no_link"),
        ("see notes.txt, price 59.90", "no_link"),
        ("mei@shop.example", "no_link"),
        ("627374829104", "bare_number"),
        ("B0EXAMPLE1", "bare_number"),
        ("ftp://www.amazon.de/dp/B0EXAMPLE1", "not_http"),
        ("taobao://item.taobao.com/item.htm?id=627374829104", "not_http"),
        ("https://", "broken_link"),
        ("https://www.amazon.de:99999/dp/B0EXAMPLE1", "broken_link"),
        ("https://item.taobao.com%2Fitem.htm?id=627374829104", "broken_link"),
        ("https://lantern.example/9", "unknown_host"),
        ("amazon.de", "no_item_id"),
        ("https://www.amazon.com/gp/product/handle-buy-box", "no_item_id"),
        ("https://item.taobao.com/item.htm?id=12", "no_item_id"),
        ("https://item.taobao.com/item.htm?id=627374829104627374829104", "no_item_id"),
        ("https://vm.tiktok.com/ZSabc/", "short_link"),
        (CUP + "\x00", "control_characters"),
        (CUP + "\ud800", "control_characters"),
        (f"{CUP} {DE}", "several_links"),
        (CUP + DE, "several_links"),
        ("https://www.amazon.de/" + "x" * 1_000_000, "too_long"),
        ("\x00" * 1_000_000, "too_long"),
    ],
)
def test_what_names_no_listing_says_why(pasted: str, code: str):
    verdict = refused(pasted)
    assert verdict.code == code
    assert verdict.input == pasted
    assert verdict.error.endswith(".")
    assert len(verdict.error) < 500


def test_the_same_link_twice_in_one_line_is_one_link():
    assert found(f"{CUP} {CUP}&ns=1") == CUP


def test_one_listing_beside_a_link_to_elsewhere_is_that_listing():
    assert found(f"from https://blog.example/cups {CUP}") == CUP


def test_a_path_is_walked_as_a_browser_walks_it():
    assert found("https://www.amazon.de/dp/B0AAAAAAAA/../B0EXAMPLE1") == DE


def test_an_encoded_slash_does_not_make_a_segment():
    assert refused("https://www.amazon.de/x%2Fdp%2FB0EXAMPLE1").code == "no_item_id"


def test_a_short_link_tells_what_has_to_be_opened():
    verdict = refused("【淘宝】https://m.tb.cn/h.5CJ?tk=SRL CZ0012 「杯」 点击链接直接打开")
    assert verdict.data["link"] == "https://m.tb.cn/h.5CJ?tk=SRL"
    assert verdict.data["host"] == "m.tb.cn"


def test_a_bare_number_counts_only_where_the_marketplace_is_known():
    assert refused("627374829104").code == "bare_number"
    taken = judge(" 627374829104\u200b", marketplace="taobao")
    assert isinstance(taken, Found)
    assert taken.canonical_url == CUP
    assert judge("B0EXAMPLE1", marketplace="amazon").code == "bare_number"  # on which of Amazon's sites?
    assert judge("12", marketplace="taobao").code == "no_link"


def test_a_bare_item_of_mercado_libre_says_its_country_itself():
    brazil = judge("MLB-2424374156", marketplace="mercadolibre")
    assert isinstance(brazil, Found)
    assert (brazil.item_id, brazil.canonical_url) == (
        "MLB2424374156",
        "https://produto.mercadolivre.com.br/MLB-2424374156-_JM",
    )


def test_a_marketplace_nobody_defined_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="no marketplace «nowhere»"):
        judge(CUP, marketplace="nowhere")
