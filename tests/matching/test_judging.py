"""What do signals make of a listing, together and after what people said of earlier ones?"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.matching.answer import Listing
from countermark.matching.judging import Counts, NumbersDefective, judge, numbers_of, text_signals
from countermark.matching.mark import Mark
from countermark.matching.score import VERDICTS, alone
from countermark.matching.screen import TextScreen
from countermark.matching.signals import Judged, Signal

NUMBERS = numbers_of({})
KINDS = ("text:exact", "text:edited", "text:lookalike", "picture:same", "picture:part", "plug:logo")
SCREEN = TextScreen(
    [
        Mark("Halden", id="NO-1", allowed_sellers=frozenset({"ines"})),
        Mark("Apple", id="US-2"),
        Mark("Nordlys", id="NO-3"),
    ]
)

kinds = st.sampled_from(KINDS)
figures = st.fixed_dictionaries(
    {},
    optional={
        "verdict": st.sampled_from(VERDICTS),
        "figurative": st.booleans(),
        "support": st.sampled_from([[], ["brand"]]),
        "weak": st.sampled_from([[], ["ordinary"]]),
    },
)
signals = st.builds(Signal, kinds, st.just("NO-1"), st.floats(0, 1), figures)
combinations = st.lists(kinds, min_size=1, unique=True).map(lambda found: "+".join(sorted(found)))
opinions = st.dictionaries(combinations, st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=8)
heard = st.lists(signals, min_size=1, max_size=6)


def strictness(verdict: str) -> int:
    return VERDICTS.index(verdict)


def of(*found: Signal, counts: Counts | None = None) -> Judged:
    return judge(found, NUMBERS, counts or {}, "1")


def words(title: str, **beside: object) -> list[Signal]:
    return text_signals(SCREEN.listings([Listing(title, **beside)])[0])


@given(heard, opinions, combinations, st.integers(1, 100))
def test_one_more_who_says_wrong_never_makes_a_listing_more_suspect(found, counts, combination, more):
    right, wrong = counts.get(combination, (0, 0))
    before = of(*found, counts=counts)
    after = of(*found, counts=counts | {combination: (right, wrong + more)})
    assert after.probability <= before.probability
    assert strictness(after.verdict) <= strictness(before.verdict)


@given(heard, signals, opinions)
def test_one_more_signal_never_makes_a_listing_less_suspect_unless_people_said_so(found, other, counts):
    together = of(*found, other).combination
    counts = {known: said for known, said in counts.items() if known != together or together == of(*found).combination}
    before, after = of(*found, counts=counts), of(*found, other, counts=counts)
    assert after.probability >= before.probability
    assert strictness(after.verdict) >= strictness(before.verdict)


@given(heard, opinions, st.floats(0, 1))
def test_a_stronger_signal_never_makes_a_listing_less_suspect(found, counts, stronger):
    first = found[0]._replace(probability=max(found[0].probability, stronger))
    before, after = of(*found, counts=counts), of(first, *found[1:], counts=counts)
    assert after.probability >= before.probability
    assert strictness(after.verdict) >= strictness(before.verdict)


@given(heard, opinions, st.randoms())
def test_the_order_of_signals_does_not_matter(found, counts, dice):
    shuffled = dice.sample(found, len(found))
    one, other = of(*found, counts=counts), of(*shuffled, counts=counts)
    assert one[:5] == other[:5]


@given(heard, opinions)
def test_the_interval_holds_the_probability_and_narrows_with_what_people_say(found, counts):
    judged = of(*found, counts=counts)
    low, high = judged.interval
    assert 0 <= low <= judged.probability + 1e-4
    assert judged.probability - 1e-4 <= high <= 1  # each is rounded to four digits
    again = of(*found, counts={name: (right + 300, wrong + 300) for name, (right, wrong) in counts.items()})
    if judged.combination in counts:
        assert again.interval[1] - again.interval[0] <= max(0.15, high - low)


@given(st.lists(signals.map(lambda one: one._replace(kind="text:edited")), min_size=1), opinions)
def test_mei_is_never_stopped_for_one_letter_alone_whatever_people_said(found, counts):
    alone = [signal for signal in found if not signal.figures.get("support")]
    assert of(*alone, counts=counts).verdict == "allow"


@given(st.sampled_from(["plug:logo", "picture:part", "anything new"]), st.floats(0, 1), opinions)
def test_what_only_a_plug_in_or_a_part_says_stops_nobody_without_a_person(kind, probability, counts):
    assert of(Signal(kind, "NO-1", probability, {}), counts=counts).verdict != "block"


@given(st.sampled_from(["picture:same", "picture:mirrored", "picture:part", "plug:logo"]), st.floats(0, 1), opinions)
def test_what_resembles_a_figurative_mark_stops_nobody_without_a_person(kind, probability, counts):
    assert of(Signal(kind, "NO-1", probability, {"figurative": True}), counts=counts).verdict != "block"


def test_nothing_said_is_allowed():
    assert of() == Judged("allow", 0.0, (0.0, 0.0), "", "", (), "1")


def test_not_all_of_them_err():
    judged = of(Signal("picture:part", "NO-1", 0.9, {}), Signal("plug:logo", "NO-1", 0.5, {}))
    assert (judged.probability, judged.combination) == (0.95, "picture:part+plug:logo")  # 1 - 0.1 x 0.5


def test_ten_pictures_of_the_same_are_one_witness():
    alike = [Signal("picture:part", "NO-1", 0.6, {"picture": number}) for number in range(10)]
    assert of(*alike).probability == 0.6
    assert len(of(*alike).signals) == 10


def test_things_are_judged_one_by_one_and_the_strictest_counts():
    judged = of(Signal("plug:logo", "NO-1", 0.99, {}), Signal("picture:same", "NO-3", 0.95, {}))
    assert (judged.about, judged.verdict, judged.probability) == ("NO-3", "block", 0.95)
    assert [signal.about for signal in judged.signals] == ["NO-3", "NO-1"]


def test_twenty_people_who_say_wrong_turn_a_block_into_nothing():
    said = {"picture:same": (0, 20)}  # (10 x 0.95 + 0) / (10 + 20) = 0.3167
    judged = of(Signal("picture:same", "NO-3", 0.95, {}), counts=said)
    assert (judged.verdict, judged.probability) == ("allow", 0.3167)


def test_what_people_said_of_one_kind_counts_where_it_speaks_beside_another():
    pair = Signal("text:exact", "NO-1", 0.9, {}), Signal("picture:part", "NO-1", 0.5, {})
    assert of(*pair).probability == 0.95
    assert of(*pair, counts={"text:exact": (0, 90)}).probability == 0.545  # exact is 0.09 now: 1 - 0.91 x 0.5


def test_words_say_how_they_were_found_and_what_is_excused_says_nothing():
    (signal,) = words("H4lden jacket")
    assert (signal.kind, signal.about, signal.figures["verdict"]) == ("text:leet", "NO-1", "block")
    assert (signal.figures["span"], signal.figures["observed"], signal.figures["canonical"]) == (
        [0, 6],
        "H4lden",
        "Halden",
    )
    assert (
        words("Zipper for your Halden jacket") == words("Halden jacket", seller="ines") == words("Apple sweets") == []
    )
    assert [one.about for one in words("Nordlys lamp")] == ["NO-3"]


def test_the_verdict_on_words_alone_is_the_one_of_the_text_rules():
    titles = ["Halden jacket", "H4lden jacket", "Replica Halden", "Haldem thing", "Apple thing", "Haldenjacket", "lamp"]
    for title in titles:
        assert of(*words(title)).verdict == SCREEN.title(title).verdict, title


def test_a_picture_beside_a_weak_word_counts_once():
    (signal,) = text_signals(SCREEN.listings([Listing("Haldem thing", images=frozenset({"NO-1"}))])[0], pictured=True)
    assert (signal.kind, signal.probability, signal.figures["support"]) == ("text:edited", alone("edited", ()), ["image"])


def test_figures_are_kept_by_every_database_whatever_the_title_is_made_of():
    (signal,) = words("Ha\ud800lden jacket") or words("Ha\x00lden jacket")
    assert json.dumps(signal.figures).encode("utf-8").find(b"\\ud8") == -1
    assert "\x00" not in signal.figures["observed"]


@pytest.mark.parametrize(
    "defective",
    [
        {"review_at": 0.95}, {"block_at": 1.5}, {"review_at": 0}, {"prior_weight": 0}, {"prior_weight": float("nan")},
        {"review_at": "0.5"}, {"block_at": True}, {"block": 0.9}, {"prior_weight": float("inf")},
    ],
)  # fmt: skip
def test_an_operator_is_told_which_number_cannot_be_judged_by(defective):
    with pytest.raises(NumbersDefective) as refused:
        numbers_of(defective)
    assert refused.value.field in {"review_at", "block_at", "prior_weight", "block"}
