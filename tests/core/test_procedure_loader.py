"""A pack that contradicts itself is refused with file, line and reason; nobody's complaint runs under it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.core import catalogue, procedure_loader
from countermark.core.procedure_loader import PackDefective, UnknownPack, load, load_duties, parse, parse_duties

SOUND = """\
id = "lane"
name = "Lane"
version = "1"
timing = ["after_seller_window"]

[needs]
notice = ["identity"]

[clock.check]
amount = 3
[clock.answer]
amount = [3, 7]
starts = "served"
consumes_round = true

[state]
checking = { waits_on = "reviewer", clock = "check", asks = "nothing" }
asked    = { waits_on = "seller", clock = "answer", asks = "by_timing" }
removed  = { waits_on = "seller", clock = "answer", asks = "remove", outcome = "upheld" }
upheld   = { asks = "remove", outcome = "upheld" }
kept     = { asks = "nothing", outcome = "not_upheld" }

[moves]
"checking | accepted | reviewer" = "asked"
"checking | refused  | reviewer" = "kept"
"checking | due      | clock"    = "@escalate"
"asked    | answered | seller"   = "kept"
"asked    | due      | clock"    = "removed"
"removed  | answered | seller"   = "kept"
"removed  | due      | clock"    = [["round_left", "removed"], "upheld"]

[sources]
"clock.check.amount" = "a source"
"clock.answer.amount" = "another source"
"""


def refused(text: str, **options: object) -> list[str]:
    with pytest.raises(PackDefective) as refusal:
        parse(text, file="lane.toml", **options)  # type: ignore[arg-type]
    return [str(defect) for defect in refusal.value.defects]


def changed(old: str, new: str) -> str:
    assert SOUND.count(old) == 1, old
    return SOUND.replace(old, new)


def line_of(text: str, needle: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if needle in line)


def test_a_sound_pack_is_taken_and_knows_its_chances():
    lane = parse(SOUND, file="lane.toml")
    assert (lane.id, lane.name, lane.version, lane.start, lane.chances) == ("lane", "Lane", "1", "checking", 2)
    assert lane.events["removed", "seller"] == ("answered",)
    assert lane.clock("removed", 1).amount == 3
    assert lane.clock("removed", 2).amount == lane.clock("removed", 9).amount == 7


UNKNOWN = {
    "state led to": ('= "asked"', '= "aksed"', "state 'aksed'; did you mean asked"),
    "state left": ('"asked    | answered', '"aksed    | answered', "state 'aksed'; did you mean asked"),
    "role of a move": ("refused  | reviewer", "refused  | reviewr ", "role 'reviewr'; did you mean reviewer"),
    "role waited on": ('waits_on = "reviewer"', 'waits_on = "judge"', "role 'judge'"),
    "guard": ('"round_left"', '"rounds_left"', "guard 'rounds_left'; did you mean round_left"),
    "clock": ('clock = "check"', 'clock = "chekc"', "clock 'chekc'; did you mean check"),
    "ask": ('asks = "by_timing"', 'asks = "hide"', "ask 'hide'"),
    "outcome": ('outcome = "not_upheld"', 'outcome = "won"', "outcome 'won'"),
    "element": ('["identity"]', '["identty"]', "element 'identty'; did you mean identity"),
    "unit": ("amount = 3\n", 'unit = "week"\namount = 3\n', "unit 'week'"),
    "first day": ("amount = 3\n", 'first_day = "today"\namount = 3\n', "first_day 'today'"),
    "roll": ("amount = 3\n", 'roll = "forward"\namount = 3\n', "roll 'forward'"),
    "calendar": ("amount = 3\n", 'calendar = "US-fedral"\namount = 3\n', "calendar 'US-fedral'; did you mean US-federal"),
    "start": ('starts = "served"', 'starts = "sent"', "start 'sent'"),
    "timing": ('["after_seller_window"]', '["at_once"]', "timing 'at_once'"),
    "duties": ("[needs]", 'duties = ["eu-dsb"]\n[needs]', "duties 'eu-dsb'; did you mean eu-dsa"),
    "key of the pack": ("[needs]", "licence = 1\n[needs]", "key 'licence'"),
    "key of a clock": ("amount = 3\n", "amuont = 3\namount = 3\n", "key of a clock 'amuont'; did you mean amount"),
    "key of a state": ('kept     = { asks = "nothing", ', 'kept     = { asks = "nothing", ask = 1, ', "key of a state 'ask'"),
    "key of what is needed": ('notice = ["identity"]', 'notise = ["identity"]', "key of [needs] 'notise'; did you mean notice"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNKNOWN)
def test_an_unknown_name_is_refused_with_its_line_and_the_nearest_known_one(what):
    old, new, reason = UNKNOWN[what]
    text = changed(old, new)
    line = line_of(text, new.strip().splitlines()[0])
    assert any(told.startswith(f"lane.toml:{line}: unknown ") and reason in told for told in refused(text))


UNFAIR = {
    "unreachable state": (
        'kept     = {', 'idle     = { asks = "nothing", outcome = "dropped" }\nkept     = {',
        "idle     =", "state idle cannot be reached from checking",
    ),
    "end of a clock that means nothing": (
        '"asked    | due      | clock"    = "removed"\n', "",
        "asked    =", "the clock of asked ends and nothing says what that means",
    ),
    "silence of a party that means nothing": (
        '"asked    | due      | clock"    = "removed"', '"asked    | due      | clock"    = "@escalate"',
        '"asked    | due', "would let their silence mean nothing",
    ),
    "the platform's lateness deciding": (
        '"checking | due      | clock"    = "@escalate"', '"checking | due      | clock"    = "kept"',
        '"checking | due', "the platform's lateness may only @escalate",
    ),
    "state that neither waits nor rests": (
        'upheld   = { asks = "remove", outcome = "upheld" }', 'upheld   = { asks = "remove" }',
        "upheld   =", "state upheld neither waits (waits_on, clock) nor rests (outcome)",
    ),
    "somebody waited on without a clock": (
        'waits_on = "seller", clock = "answer", asks = "by_timing"', 'waits_on = "seller", asks = "by_timing"',
        "asked    =", "whoever is waited on has a clock",
    ),
    "a clock that runs for nobody": (
        'upheld   = { asks', 'upheld   = { clock = "check", asks',
        "upheld   =", "a clock runs for somebody",
    ),
    "somebody waited on without a move": (
        '"asked    | answered | seller"   = "kept"', '"asked    | decided  | reviewer" = "kept"',
        "asked    =", "state asked waits on the seller, who has no move there",
    ),
    "same move twice, spaced differently": (
        '"asked    | due ', '"asked | answered | seller" = "removed"\n"asked    | due ',
        '"asked | answered', "the move asked | answered | seller stands here twice",
    ),
    "move of common overridden": (
        '"asked    | due ', '"asked    | withdrawn | complainant" = "upheld"\n"asked    | due ',
        "withdrawn", "the move asked | withdrawn | complainant belongs to common",
    ),
    "state of common overridden": (
        'kept     = {', 'withdrawn = { asks = "remove", outcome = "withdrawn" }\nkept     = {',
        "withdrawn", "state withdrawn belongs to common",
    ),
    "clock of common overridden": (
        "[clock.answer]", '[clock.suspension]\namount = 1\n[clock.answer]',
        "[clock.suspension]", "clock suspension belongs to common",
    ),
    "amount without its source": (
        '"clock.check.amount" = "a source"\n', "",
        "amount = 3", "clock.check.amount has no source",
    ),
    "target without its source": (
        "amount = 3\n", "amount = 3\ntarget = 1\n",
        "target = 1", "clock.check.target has no source",
    ),
    "amount that is none": ("amount = 3\n", "amount = 0\n", "amount = 0", "amount has to be a whole number"),
    "amount of one chance that is none": ("[3, 7]", "[3, -7]", "[3, -7]", "amount has to be a whole number"),
    "target that is none": ("amount = 3\n", 'amount = 3\ntarget = "soon"\n', "target =", "target has to be a whole number"),
    "chance neither used up nor not": ("consumes_round = true", "consumes_round = 1", "consumes_round", "is true or false"),
    "clock nobody uses": (
        'waits_on = "reviewer", clock = "check", asks = "nothing"', 'asks = "nothing", outcome = "dropped"',
        "[clock.check]", "clock check is used by no state",
    ),
    "clock of an event that never comes": (
        'starts = "served"', 'starts = "received:counter_notice_filed"',
        "starts =", "'received:counter_notice_filed', an event that no move has",
    ),
    "due of a state without a clock": (
        '"asked    | due ', '"kept     | due      | clock"    = "upheld"\n"asked    | due ',
        '"kept     | due', "state kept has no clock that could fall due",
    ),
    "due by somebody": (
        "[sources]", '"asked    | due      | reviewer" = "kept"\n[sources]',
        '"asked    | due      | reviewer"', "a clock falls due, and nobody else does",
    ),
    "escalation without lateness": (
        '"checking | refused  | reviewer" = "kept"', '"checking | refused  | reviewer" = "@escalate"',
        '"checking | refused', "cannot @escalate; only lateness does",
    ),
    "way back of what interrupts nothing": (
        '"removed  | answered | seller"   = "kept"', '"removed  | answered | seller"   = "@back"',
        '"removed  | answered', "state removed interrupts nothing",
    ),
    "guard on the last target": (
        '[["round_left", "removed"], "upheld"]', '[["round_left", "removed"]]',
        '"removed  | due', "only the last target of a move has no guard",
    ),
    "target behind one without a guard": (
        '[["round_left", "removed"], "upheld"]', '["removed", "upheld"]',
        '"removed  | due', "only the last target of a move has no guard",
    ),
    "name the log cannot store": (
        '"checking | refused  | reviewer"', '"checking | Refused! | reviewer"',
        "Refused!", "'Refused!' is no name for an event",
    ),
    "two words for a move": (
        '"asked    | answered | seller"', '"asked | answered"',
        '"asked | answered"', 'a move reads "state | event | role"',
    ),
    "target that is a number": ('= "asked"', "= 3", '"checking | accepted', "not to 3"),
    "state that is a text": (
        'upheld   = { asks = "remove", outcome = "upheld" }', 'upheld   = "gone"',
        "upheld   =", "state.upheld has to be a table, not 'gone'",
    ),
    "timing that is a text": ('["after_seller_window"]', '"after_seller_window"', "timing", "timing has to be a list of texts"),
    "missing word": ('version = "1"\n', "", "id", "the word 'version' is missing or empty"),
    "no timing at all": ('["after_seller_window"]', "[]", "timing", "the word 'timing' is missing or empty"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNFAIR)
def test_a_pack_that_is_not_fair_or_not_whole_is_refused_with_its_line(what):
    old, new, needle, reason = UNFAIR[what]
    text = changed(old, new)
    assert [
        told for told in refused(text) if told.startswith(f"lane.toml:{line_of(text, needle)}: ") and reason in told
    ]


def test_a_restriction_only_the_complainant_can_end_is_refused():
    """Mei's listing is down while Ines is silent; a reviewer may look for ever, and only Ines' mercy leads out."""
    text = SOUND.replace(
        "kept     = {", 'held     = { waits_on = "reviewer", clock = "check", asks = "remove" }\nkept     = {'
    )
    text = text.replace(
        '"removed  | answered',
        '"asked    | held     | reviewer" = "held"\n'
        '"held     | counter_accepted | complainant" = "kept"\n'
        '"held     | looked   | reviewer" = "@same"\n'
        '"held     | due      | clock"    = "@escalate"\n"removed  | answered',
    )
    assert refused(text) == [
        f"lane.toml:{line_of(text, 'held     =')}: state held restricts the listing and no move of the pack leads back"
    ]
    assert parse(text.replace('"@same"', '"kept"'), file="lane.toml")


def test_clocks_that_hand_a_case_to_each_other_for_ever_are_refused():
    text = changed(
        '"removed  | due      | clock"    = [["round_left", "removed"], "upheld"]', '"removed  | due | clock" = "asked"'
    )
    text = text.replace('"removed  | answered | seller"   = "kept"', '"removed  | answered | seller"   = "upheld"')
    told = refused(text)
    assert [f"lane.toml:{line_of(text, f'{state}| due')}: from state {state.strip()} clocks alone walk in a circle for ever"
            for state in ("asked    ", "removed  ")] == told  # fmt: skip


def test_a_used_up_chance_ends_the_circle_of_a_clock():
    assert parse(SOUND, file="lane.toml").moves["removed", "due", "clock"][0] == ("round_left", "removed")
    told = refused(changed("consumes_round = true", "consumes_round = false"))
    assert [reason for reason in told if "circle" in reason] == [
        f"lane.toml:{line_of(SOUND, 'removed  | due')}: from state removed clocks alone walk in a circle for ever"
    ]


def test_two_clocks_cannot_wait_for_the_receipt_of_two_different_events():
    text = changed('starts = "served"', 'starts = "received:answered"')
    text = text.replace("amount = 3\n", 'amount = 3\nstarts = "received:accepted"\n')
    assert [told for told in refused(text) if "a complaint remembers the receipt of one event" in told]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('version = "1"', 'version = "1', 3),
        ("[state]", "[state", line_of(SOUND, "[state]")),
        ('"checking | refused  | reviewer" = "kept"', '"checking | accepted | reviewer" = "kept"', line_of(SOUND, "refused  |")),
        ('"clock.answer.amount" = "another source"\n', '"clock.answer.amount" = """', line_of(SOUND, "another source")),
    ],
    ids=["open quote", "open bracket", "same move twice, spaced the same", "text without end"],
)  # fmt: skip
def test_broken_toml_is_refused_with_its_line(old, new, line):
    (told,) = refused(changed(old, new))
    assert told.startswith(f"lane.toml:{line}: not TOML: ")


def test_an_empty_file_names_every_word_that_is_missing():
    assert refused("") == [
        f"lane.toml:1: the word {word!r} is missing or empty"
        for word in ("id", "name", "version", "timing", "state", "moves")
    ]


def test_all_defects_are_told_at_once_in_the_order_of_their_lines():
    text = SOUND
    for old, new in (
        ('["identity"]', '["identty"]'),
        ("amount = 3\n", "amount = 0\n"),
        ('asks = "by_timing"', 'asks = "hide"'),
        ("refused  | reviewer", "refused  | reviewr "),
        ('"round_left"', '"rounds_left"'),
        ('"clock.answer.amount" = "another source"\n', ""),
    ):
        text = text.replace(old, new)
    told = refused(text)
    assert [int(reason.split(":")[1]) for reason in told] == [
        line_of(text, needle)
        for needle in ("identty", "amount = 0", "amount = [3, 7]", "hide", "reviewr", "rounds_left")
    ]
    assert "has no source" in told[2]


def test_a_sentence_of_refusal_is_what_the_error_says():
    with pytest.raises(PackDefective) as refusal:
        parse(changed("amount = 3\n", "amount = 0\n"), file="lane.toml")
    assert str(refusal.value) == "lane.toml:10: clock check: amount has to be a whole number, or one per chance"
    assert refusal.value.code == "pack_defective"


def test_the_digest_changes_with_the_pack_and_with_common():
    common = (procedure_loader.FOLDER / "common.toml").read_text("utf-8")
    digests = {
        parse(SOUND, file="lane.toml").digest,
        parse(SOUND, file="lane.toml", common=common + "\n# a word more\n").digest,
        parse(SOUND + "\n# a word more\n", file="lane.toml").digest,
    }
    assert len(digests) == 3
    assert parse(SOUND, file="renamed.toml", common=common).digest in digests


def test_every_element_a_shipped_pack_needs_is_in_the_catalogue():
    elements = catalogue.load().elements
    for pack in map(load, procedure_loader.pack_ids()):
        assert {element for needs in pack.needs.values() for element in needs} <= elements.keys(), pack.id
    text = (procedure_loader.FOLDER / "platform.toml").read_text("utf-8")
    (told,) = refused(text, elements=frozenset(elements) - {"right_proof"})
    assert told.startswith(f"lane.toml:{line_of(text, 'notice = ')}: unknown element 'right_proof'")


def test_an_unknown_pack_names_the_nearest():
    with pytest.raises(UnknownPack, match=r"there is no pack 'platfrom'; did you mean platform\?"):
        load("platfrom")
    with pytest.raises(UnknownPack, match="did you mean eu-dsa"):
        load_duties("eu-dsb")


@pytest.mark.parametrize("sneaky", ["common", "duties/eu-dsa", "../procedures/platform", "", "PLATFORM"])
def test_what_is_no_pack_is_not_loaded_as_one(sneaky):
    with pytest.raises(UnknownPack):
        load(sneaky)


def test_duties_that_lack_a_word_are_refused():
    with pytest.raises(PackDefective, match=r"x\.toml:1: the word 'applies' is missing"):
        parse_duties('id = "x"\nversion = "1"\n', file="x.toml")
    with pytest.raises(PackDefective, match=r"x\.toml:3: not TOML"):
        parse_duties('id = "x"\nversion = "1"\napplies = \n', file="x.toml")
    with pytest.raises(PackDefective, match="the word 'by' is missing"):
        parse_duties(
            'id = "x"\nversion = "1"\napplies = {}\n[[duty]]\non = "outcome"\ndo = "tell"\nto = "both"\n', file="x.toml"
        )


def test_the_duties_of_the_eu_bind_what_is_offered_there_and_ride_on_every_restriction():
    dsa = load_duties("eu-dsa")
    assert dsa.bind(frozenset({"EU", "US"}))
    assert not dsa.bind(frozenset({"US", "CN"}))
    assert [(duty.do, duty.to, duty.by) for duty in dsa.on("ask_rises")] == [
        ("statement_of_reasons", "seller", "same_transaction")  # DSA art. 17(2)
    ]
    assert [duty.do for duty in load_duties("cn-publication").on("outcome")] == ["publish_result"]


NONSENSE = st.sampled_from(
    [
        *("1", "-1", "1.5", "inf", "true", '"x"', '""', "[]", "[1]", '["a"]', "[[]]", "{}", "{a = 1}", "1979-05-27"),
        *('[["round_left", "removed"], 3]', '[["a", "b"], "c"]', '"@back"', '"@start"', '"@escalate"', '"removed"'),
    ]
)
CUTS = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from(["drop", "double", "value", "word"]), NONSENSE),
    min_size=1,
    max_size=4,
)


@given(pack=st.sampled_from(procedure_loader.pack_ids()), cuts=CUTS)
def test_whatever_somebody_writes_into_a_pack_is_taken_or_refused_with_a_line(pack, cuts):
    lines = (procedure_loader.FOLDER / f"{pack}.toml").read_text("utf-8").splitlines()
    for place, how, nonsense in cuts:
        at = place % len(lines)
        if how == "drop":
            lines[at] = ""
        elif how == "double":
            lines.insert(at, lines[-at])
        elif how == "value" and "=" in lines[at]:
            lines[at] = f"{lines[at].partition('=')[0]}= {nonsense}"
        else:
            lines[at] = " ".join([nonsense, *lines[at].split(" ")[1:]])
    try:
        assert parse("\n".join(lines), file="f.toml").id
    except PackDefective as refusal:
        assert refusal.defects
        assert all(1 <= defect.line <= len(lines) and defect.reason for defect in refusal.defects)
