"""Is a title read by the fast way just as character by character, and is what is remembered bounded?"""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from countermark.matching.fold import fold, origins, read_character
from countermark.matching.mark import Mark
from countermark.matching.numbered import Filter, hashed
from countermark.matching.page import Page
from countermark.matching.screen import TextScreen
from countermark.matching.token_text import pattern_of, read, tokens_of
from countermark.matching.tokens import TokenJudge

MARKS = [Mark("Halden"), Mark("Quay Lantern Works"), Mark("Nordlys Hjem"), Mark("灯塔")]
TEXTS = st.text(st.one_of(st.sampled_from("Haldén q-$@!…™½Ａа光\u200b\u0301\ud800"), st.characters()), max_size=30)


@given(TEXTS)
def test_a_title_reads_as_its_characters_do_one_by_one(text: str):
    read_one_by_one = [read_character(character) for character in text]
    assert fold(text) == "".join(read_one_by_one)
    assert origins(text) == [place for place, one in enumerate(read_one_by_one) for _ in one] + [len(text)]


@given(TEXTS)
@example("0:0:0")  # the word in between is the same one
@example("a b a a b")
def test_what_is_read_in_one_pass_has_the_same_tokens_at_the_same_places(text: str):
    folded, tokens = read(text)
    whole = fold(text)
    assert tokens == tokens_of(whole)
    assert len(folded) == len(whole)
    assert all(a == b or (a == " " and not b.isalnum()) for a, b in zip(folded, whole, strict=True))
    spans = [found.span() for found in pattern_of(whole).finditer(whole)]
    numbers = list(range(0, len(tokens), 2))
    assert Page(text, folded, tokens).spans == spans
    assert Page(text, folded, tokens).starts(numbers) == [spans[number][0] for number in numbers]


@given(st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=40, unique=True))
def test_a_name_always_passes_the_filter_of_names(names: list[str]):
    there = Filter(names[::2])
    numbers = hashed(names)[0]
    passed = there.passed(numbers, numbers == numbers).tolist()
    assert set(range(0, len(names), 2)) <= set(passed)


@settings(max_examples=40)
@given(
    st.lists(st.lists(st.sampled_from("halden ha1den quay lantem works nordlys hjem jacket for".split()), max_size=6))
)
def test_a_screen_that_remembers_little_finds_the_same(words: list[list[str]]):
    titles = [" ".join(some) for some in words]
    expected = TextScreen(MARKS).titles(titles)
    most, TokenJudge.MOST = TokenJudge.MOST, 2
    try:
        screen = TextScreen(MARKS)
        found = [screen.title(title) for title in titles]
    finally:
        TokenJudge.MOST = most
    assert found == expected
    assert len(screen.sieve.numbers) <= 2 + 6  # cleared before each title of at most six tokens
    assert len(screen.finder.named) <= 3
