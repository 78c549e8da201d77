"""A whole paste: every line keeps its number, its text and its verdict, and only the first of each listing counts."""

import time

import pytest

from countermark.core.listing_urls import Found, Line, NotFound, read_lines

CUP = "https://item.taobao.com/item.htm?id=627374829104"
SHOP = "https://shop104736251.taobao.com/"
ABROAD = "https://www.amazon.de/dp/B0EXAMPLE1"


def codes(lines: tuple[Line, ...]) -> list[str]:
    return [line.verdict.code if isinstance(line.verdict, NotFound) else "found" for line in lines]


def test_blank_lines_are_left_out_but_counted():
    lines = read_lines(f"\r\n{CUP}\r\n \u200b\n\nrubbish\n")
    assert [(line.number, line.raw) for line in lines] == [(2, CUP), (5, "rubbish")]
    assert codes(lines) == ["found", "no_link"]


def test_the_line_as_pasted_is_kept_to_the_letter():
    pasted = f"  【淘宝】\u202a{CUP}，很好 \t"
    assert read_lines(pasted)[0].raw == pasted
    assert read_lines(pasted)[0].verdict.input == pasted


def test_the_same_listing_again_names_its_first_line_however_it_is_written():
    lines = read_lines(f"x\n{CUP}\n{CUP}&spm=1\nworld.taobao.com/item/627374829104.htm")
    assert codes(lines) == ["no_link", "found", "duplicate", "duplicate"]
    second = lines[3].verdict
    assert isinstance(second, NotFound)
    assert (second.data["first_line"], second.data["canonical_url"]) == ("2", CUP)
    assert "line 2" in second.error


def test_one_asin_on_two_sites_or_from_two_sellers_is_two_offers():
    pasted = f"{ABROAD}\nhttps://www.amazon.fr/dp/B0EXAMPLE1\n{ABROAD}?m=A1QRG6NHEUKUZO\n{ABROAD}?smid=A1QRG6NHEUKUZO"
    assert codes(read_lines(pasted)) == ["found", "found", "found", "duplicate"]


def test_a_shop_is_no_listing_and_a_listing_no_shop():
    assert codes(read_lines(f"{CUP}\n{SHOP}")) == ["found", "shop_in_listing_mode"]
    assert codes(read_lines(f"{CUP}\n{SHOP}", mode="storefront")) == ["listing_in_shop_mode", "found"]


def test_a_line_for_another_marketplace_is_flagged_with_both_names():
    lines = read_lines(f"{CUP}\n{ABROAD}\nhttps://amzn.to/4o4J61J\nhttps://www.amazon.de/", marketplace="taobao")
    assert codes(lines) == ["found", "wrong_marketplace", "wrong_marketplace", "wrong_marketplace"]
    wrong = lines[1].verdict
    assert isinstance(wrong, NotFound)
    assert (wrong.data["expected"], wrong.data["found"]) == ("taobao", "amazon")
    assert "Amazon" in wrong.error
    assert "Taobao" in wrong.error


def test_a_share_link_of_taobao_may_lead_to_tmall():
    assert codes(read_lines("https://m.tb.cn/h.5CJ", marketplace="tmall")) == ["short_link"]
    assert codes(read_lines("https://m.tb.cn/h.5CJ", marketplace="etsy")) == ["wrong_marketplace"]


def test_a_look_alike_is_called_that_whatever_marketplace_was_chosen():
    assert codes(read_lines("https://www.аmazon.com/dp/B0EXAMPLE1", marketplace="taobao")) == ["lookalike_host"]


def test_numbers_and_links_of_one_listing_are_the_same_listing():
    assert codes(read_lines(f"627374829104\n{CUP}", marketplace="taobao")) == ["found", "duplicate"]
    assert codes(read_lines("627374829104")) == ["bare_number"]


def test_lines_past_the_limit_are_kept_and_say_so():
    lines = read_lines("\n".join(f"{CUP[:-3]}{number}\n" for number in range(100, 105)), limit=3)
    assert codes(lines) == ["found", "found", "found", "over_limit", "over_limit"]
    last = lines[4].verdict
    assert isinstance(last, NotFound)
    assert last.data == {"limit": "3", "position": "5"}
    assert lines[4].number == 9  # a blank line stands between each two


def test_a_page_of_rubbish_is_answered_line_by_line():
    pasted = "\u0000\n\x1f\n" + "\u202e" * 40 + "\n" + "😀" * 5000 + "\n" + "x" * 1_000_000 + "\n\ud800"
    assert codes(read_lines(pasted)) == [
        "control_characters",
        "control_characters",
        "no_link",
        "too_long",
        "control_characters",
    ]


def test_a_million_characters_in_one_line_are_refused_unread():
    started = time.process_time()
    (line,) = read_lines("https://www.amazon.de/" + "dp/" * 350_000)
    assert isinstance(line.verdict, NotFound)
    assert line.verdict.code == "too_long"
    assert time.process_time() - started < 1


@pytest.mark.parametrize("marketplace", [None, "taobao"])
def test_ten_thousand_lines_are_answered_while_one_waits(marketplace: str | None):
    pasted = "\n".join(
        f"【淘宝】{CUP[:-5]}{number}&spm=a21n57.1&scm=1007.40986.276750&pvid=1，很好"
        for number in range(10_000, 20_000)
    )
    started = time.process_time()
    lines = read_lines(pasted, marketplace=marketplace)
    took = time.process_time() - started
    assert all(isinstance(line.verdict, Found) for line in lines)
    assert len(lines) == 10_000
    assert took < 4  # measured: about 0.5 s on one of two shared cores; the bound allows for a busy machine
