"""Does the fast engine find exactly what the slow and obvious one finds?"""

from hypothesis import given, settings
from hypothesis import strategies as st

from countermark.matching.answer import Answer
from countermark.matching.mark import Mark
from countermark.matching.screen import TextScreen
from matching.slow_reference import Reference

NAMES = (
    "Halden", "Halden & Moe", "Nordlys", "Quay", "Quay Lantern Works of Old Harbour", "Lumen SARL", "H&M", "X", "501",
    "Vuorinen", "Vuorinen Oy", "Côte Neuve", "Ærø", "Балтика", "灯塔", "北极光家居", "ソラノ", "Apple", "Orange", "Kett",
)  # fmt: skip
MARKS = [Mark(name) for name in NAMES]
SCREEN, REFERENCE = TextScreen(MARKS), Reference(MARKS)
LEFT_BY_CONTEXT = {"ordinary", "short"}  # these two belong to the mark, not to how it was found

WORDS = (
    "wool jacket for new replica black pack lamp 32gb 5pack 100 $199 sale! jew less 手机 高仿 灯 塔 等塔 北极 光 нос"
)
SIGNS = " .-_/|!$@,&'’…\u200b\u0301™ "


def hits(answer: Answer) -> set[tuple[str, str, tuple[int, int], tuple[str, ...]]]:
    return {
        (
            one.mark.text,
            one.kind,
            one.span,
            tuple(reason for reason in one.finding.weak if reason not in LEFT_BY_CONTEXT),
        )
        for one in answer.matches
    }


@st.composite
def changed(draw: st.DrawFn) -> str:
    """A mark's name with up to three characters put in, left out or exchanged, as people do who hide it."""
    name = draw(st.sampled_from(NAMES))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(name)))
        new = draw(st.sampled_from(["", *SIGNS, *"0134578alsnіоаеＡ𝐚é", name[place : place + 1] * 3]))
        name = name[:place] + new + name[place + draw(st.integers(0, 1)) :]
    return draw(
        st.sampled_from([name, name.lower(), name.upper(), " ".join(name), name + "s", name + "shop", "2024" + name])
    )


TITLES = st.lists(
    st.one_of(changed(), st.sampled_from(WORDS.split()), st.sampled_from(list(SIGNS)), st.text(max_size=4)), max_size=7
).flatmap(lambda parts: st.sampled_from([" ", "", ", ", " - "]).map(lambda sign: sign.join(parts)))


@given(st.lists(TITLES, min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_whatever_the_title_both_find_the_same(titles: list[str]):
    for title, answer in zip(titles, SCREEN.titles(titles), strict=True):
        assert hits(answer) == REFERENCE.hits(title), title


@given(st.lists(TITLES, min_size=2, max_size=5))
@settings(max_examples=50, deadline=None)
def test_a_title_is_judged_alike_alone_and_among_others(titles: list[str]):
    alone = [TextScreen(SCREEN.index).title(title) for title in titles]
    assert SCREEN.titles(titles) == alone
