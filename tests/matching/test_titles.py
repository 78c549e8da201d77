"""Who is stopped, who is not, and does odd input do any harm?"""

import sys

import pytest

from countermark.matching.answer import Listing
from countermark.matching.fold import fold, origins, read_character
from countermark.matching.libraries import Library, ScreeningNotInstalled
from countermark.matching.mark import Mark, MarkDefective, mark_of_line
from countermark.matching.near import NearNames, one_letter_away
from countermark.matching.numbered import FEW, hashed
from countermark.matching.screen import TextScreen

HALDEN = Mark("Halden", id="NO-1", classes=frozenset({25}), allowed_sellers=frozenset({"ines"}))
APPLE = Mark("Apple", id="US-2", classes=frozenset({9}))
SCREEN = TextScreen([HALDEN, APPLE, Mark("Nordlys"), Mark("Nordlys Hjem"), Mark("北极光家居"), Mark("Балтика")])


def verdict(title: str, **beside: object) -> str:
    return SCREEN.listings([Listing(title, **beside)])[0].verdict


@pytest.mark.parametrize("title", ["Haldem jacket", "Hadlen jacket", "Haldden jacket", "Halde jacket"])
def test_mei_is_never_stopped_for_one_letter_alone(title: str):
    answer = SCREEN.title(title.replace("jacket", "thing"))
    assert (answer.verdict, answer.matches[0].kind) == ("allow", "edited")
    assert verdict(title.replace("jacket", "thing"), brand="Halden") == "review"


def test_mei_sells_apples():
    assert verdict("Fresh apple sweets") == "allow"
    assert verdict("Apple laptop charger") == "review"  # class 9, named by the goods
    assert verdict("Apple thing", brand="Apple") == "review"
    assert verdict("Apple thing", images=frozenset({"US-2"})) == "review"


def test_ines_may_use_her_own_mark_and_otto_may_not():
    assert verdict("Halden jacket", seller="ines") == "allow"
    assert verdict("Halden jacket", seller="otto") == "review"


@pytest.mark.parametrize(
    "title",
    ["Zipper for your Halden jacket", "Fits Nordlys and Halden", "Not Halden", "适用Halden", "Kompatibel mit Halden"],
)
def test_mei_may_say_what_her_goods_fit_and_what_they_are_not(title: str):
    assert verdict(title) == "allow"


def test_saying_for_does_not_excuse_a_disguise_or_a_replica():
    assert verdict("Jacket for Hаlden fans") == "block"
    assert verdict("Replica for Halden fans") == "block"


def test_a_longer_mark_is_named_instead_of_the_shorter_one_in_it():
    assert [match.mark.text for match in SCREEN.title("Nordlys Hjem lamp").matches] == ["Nordlys Hjem"]


def test_a_russian_title_with_a_russian_mark_is_no_disguise():
    assert [match.kind for match in SCREEN.title("пиво Балтика").matches] == ["exact"]


def test_a_long_title_of_a_megabyte_is_screened_whole():
    long = "x " * 250_000 + "Zа̷l\u200bgo 😀\ud800 " * 20_000 + "a" * 100_000 + " H4lden"
    answer = SCREEN.title(long)
    assert answer.verdict == "block"
    assert answer.matches[-1].span == (len(long) - 6, len(long))


@pytest.mark.parametrize(
    "title", ["", " ", "\ud83d", "😀😀😀", "\x00", "!!!", "$", "@!$", "́̂̃", "\u202e\u200f", "ﷺ" * 50, "ทดสอบ", "हिन्दी"]
)
def test_titles_without_a_mark_are_allowed_whatever_they_are_made_of(title: str):
    assert (SCREEN.title(title).verdict, SCREEN.title(title).matches) == ("allow", ())


def test_every_character_reads_as_text_that_reads_as_itself():
    for point in range(sys.maxunicode + 1):
        read = read_character(chr(point))
        assert fold(read) == read, hex(point)


def test_a_place_in_what_is_read_leads_back_to_the_title():
    title = "Straße…№½ e\u0301\u200bＡ"
    places = origins(title)
    assert len(places) == len(fold(title)) + 1
    assert [title[place] for place in places[:-1]] == [title[place] for place in sorted(places[:-1])]


def test_names_one_letter_away_are_those_one_letter_away():
    names = NearNames(["halden", "nordlys", "quayside"])
    asked = ["haldem", "hadlen", "halde", "haldens", "halden", "haldmen", "hldean", "nordly", "quaysied"]
    assert names.near(asked) == {
        "haldem": ["halden"], "hadlen": ["halden"], "halde": ["halden"], "haldens": ["halden"], "haldmen": ["halden"],
        "nordly": ["nordlys"], "quaysied": ["quayside"],
    }  # fmt: skip
    assert not one_letter_away("halden", "hldean")


@pytest.mark.parametrize(
    "line",
    [
        '{"text": 5}',
        '{"text": ""}',
        '{"text": "a", "classes": [46]}',
        '{"txt": "a"}',
        "{",
        '{"text": "a", "ordinary": 1}',
    ],
)
def test_a_line_that_is_no_mark_says_what_is_wrong(line: str):
    with pytest.raises(MarkDefective):
        mark_of_line(line)


def test_without_the_extra_the_sentence_says_what_to_install():
    with pytest.raises(ScreeningNotInstalled, match=r"countermark\[screening\]"):
        _ = Library("a_library_that_is_not_there").anything


def test_mei_may_call_her_goods_by_their_name_though_somebody_has_it_as_a_mark():
    screen = TextScreen([Mark("Boots", id="GB-7", classes=frozenset({5})), HALDEN])
    asked = [Listing("New leather boots"), Listing("Hand cream", brand="Boots"), Listing("B00ts cream")]
    assert [answer.verdict for answer in screen.listings(asked)] == ["allow", "review", "review"]


def test_a_word_has_the_same_number_alone_and_among_many():
    words = ["halden", "kvаrtz", "光", "\U0001f98a\ud800", *(f"word{n}" * (1 + n % 9) for n in range(3 * FEW))]
    together = hashed(words)
    for place, word in enumerate(words):
        assert [int(found[0]) for found in hashed([word])] == [int(found[place]) for found in together], word
