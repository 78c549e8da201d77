"""Does a right count where a marketplace sells? Each answer beside the rule that gives it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.core import catalogue
from countermark.core.rights.applicability import applies, places_of, rules
from countermark.core.rights.facts import RightFacts

CHINESE = RightFacts("R-1", "trademark", "CN", "CN", "41902337", "Halden & Moe AS", "approved", classes=(11,))
KNOWN = catalogue.load()
COUNTRIES = [*KNOWN.territories["EU"], "CN", "US", "GB", "JP", "KR", "HK", "TW", "NO"]


def right(office, territory, kind="trademark", **more):
    return replace(CHINESE, office=office, territory=territory, kind=kind, **more)


@pytest.mark.parametrize(
    ("one", "place", "answer", "rule"),
    [
        (CHINESE, "CN", "yes", "registered_here"),  # Taobao, Tmall, 1688
        (CHINESE, "*", "yes", "international_site"),  # AliExpress, Alibaba.com
        (right("US", "US"), "CN", "no", "other_territory"),
        (right("US", "US"), "*", "yes", "international_site"),
        (right("HK", "HK"), "CN", "no", "china_separate"),
        (right("TW", "TW"), "CN", "no", "china_separate"),
        (right("WO", "JP CN"), "CN", "yes", "designated"),
        (right("WO", "JP KR"), "CN", "no", "madrid_undesignated"),
        (right("WO", ""), "CN", "no", "madrid_undesignated"),
        (right("WO", ""), "*", "no", "madrid_undesignated"),
        (right("WO", "EM"), "DE", "yes", "designated"),  # the international bureau writes EM for the EU
        (right("EM", "EU"), "DE", "yes", "union_member"),
        (right("EM", "EU"), "EU", "yes", "registered_here"),
        (right("EM", "EU"), "GB", "no", "union_not_uk"),
        (right("GB", "GB"), "UK", "yes", "registered_here"),
        (right("EM", "EU"), "NO", "no", "other_territory"),
        (right("EM", "EU"), "EU GB", "doubtful", "in_part"),
        (right("other", "DE"), "EU", "doubtful", "in_part"),
        (right("other", "BX"), "BE NL", "yes", "registered_here"),
        (right("other", ""), "DE", "doubtful", "designation_unknown"),
        (right("EP", "UP", "patent"), "DE", "yes", "validated"),
        (right("EP", "UP", "patent"), "EU", "doubtful", "in_part"),  # Spain, Poland and others take no part
        (right("EP", "DE FR", "patent"), "ES", "no", "not_validated"),
        (right("US", "US", "patent"), "*", "doubtful", "patent_where_offered"),
        (right("US", "US", "design"), "US", "yes", "registered_here"),
        (right("US", "US", "copyright"), "CN", "yes", "copyright_everywhere"),
        (right("", "", "copyright"), "CN", "yes", "copyright_everywhere"),
        (right("other", "*", "other"), "CN", "yes", "holds_everywhere"),
    ],
)
def test_a_right_counts_where_its_law_says(one, place, answer, rule):
    applied = applies(one, place)
    assert (applied.answer, applied.rule.id) == (answer, rule)


def test_goods_of_another_class_are_looked_at_by_a_person_and_not_refused():
    applied = applies(CHINESE, "CN", goods=[25])
    assert (applied.answer, applied.rule.id) == ("doubtful", "other_class")
    assert (applied.data["classes"], applied.data["goods"]) == ("11", "25")
    assert applies(CHINESE, "CN", goods=[25, 11]).answer == "yes"
    assert applies(right("US", "US"), "CN", goods=[25]).answer == "no"  # a class mends no territory


def test_every_rule_names_its_source_and_every_refusal_the_way_out():
    for rule in rules().values():
        assert rule.source
        assert rule.cure or rule.answer == "yes", rule.id
        assert not rule.plain or rule.answer == "yes"


@given(st.sampled_from(COUNTRIES), st.sampled_from(COUNTRIES))
def test_a_national_mark_counts_at_home_and_nowhere_else(home, place):
    assert (applies(right("other", home), place).answer == "yes") == (home == place)


@given(st.lists(st.sampled_from([*COUNTRIES, "EU", "UP", "*"]), max_size=4), st.sampled_from(COUNTRIES))
def test_a_further_territory_never_makes_a_right_count_less(holds, more):
    strength = ("no", "doubtful", "yes").index
    one, wider = right("WO", " ".join(holds)), right("WO", " ".join([*holds, more]))
    for place in (*COUNTRIES, "EU", "*"):
        assert strength(applies(wider, place).answer) >= strength(applies(one, place).answer)


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from([*KNOWN.right_kinds, "a kind nobody knows"]))
def test_any_text_is_answered(territory, place, kind):
    assert applies(right("other", territory, kind), place).answer in ("yes", "doubtful", "no")


def test_a_place_has_one_code():
    assert places_of("uk EM GB") == ("GB", "EU")
