"""A seller is heard: the law's own elements must be there, a missing paper only warns."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.a_notice import MEI, WEDNESDAY, a_counter_notice, paper
from countermark.core import catalogue, counter_notice, procedure_loader
from countermark.core.counter_notice import CounterNotice, Defect
from countermark.core.procedure import Procedure

PLATFORM = procedure_loader.load("platform")
DMCA = procedure_loader.load("us-dmca-512")
CHINA = procedure_loader.load("cn-ecommerce-law")
COMPLAINED_ON = date(2026, 2, 25)
DMCA_DECLARED = frozenset({"mistake_perjury", "jurisdiction_consent", "accepts_service"})


def found(
    counter: CounterNotice, under: Procedure = PLATFORM, reason: str = "TM-4", right_kind: str | None = "trademark"
) -> dict[str, Defect]:
    told = counter_notice.defects(
        counter, under, reason=reason, right_kind=right_kind, complained_on=COMPLAINED_ON, at=WEDNESDAY
    )
    return {defect.code: defect for defect in told}


def test_a_complete_counter_notice_has_no_defect_under_any_procedure_that_hears_the_seller():
    assert found(a_counter_notice()) == {}
    china = a_counter_notice(declarations=frozenset({"truth", "end_measures_request"}))
    assert found(china, CHINA) == {}
    dmca = a_counter_notice(ground="", evidence=(), facts={}, declarations=DMCA_DECLARED, signature="Mei Lin")
    assert found(dmca, DMCA, "CR-1", "copyright") == {}


def test_a_missing_paper_warns_and_the_answer_can_still_be_sent():
    told = found(a_counter_notice(ground="authorised_supplier", evidence=(paper("purchase_proof"),)))
    assert told["evidence_missing"].data == {"kinds": ("supplier_authorisation",)}
    assert told["fact_missing"].data == {"fact": "supplier"}
    assert not counter_notice.blocks_sending(told.values())


def test_declaration_signature_and_identity_block():
    told = found(a_counter_notice(declarations=frozenset(), contact={**MEI, "email": " "}))
    assert told["truth_missing"].blocks
    assert told["identity_missing"].data["fields"] == ("email",)
    bare = found(a_counter_notice(ground="", declarations=frozenset()), DMCA, "CR-1", "copyright")
    assert {f"{element}_missing" for element in DMCA_DECLARED} | {"signature_missing"} == set(bare)


@pytest.mark.parametrize(
    "pack", [p for p in procedure_loader.pack_ids() if procedure_loader.load(p).needs.get("counter_notice")]
)
def test_an_empty_answer_misses_every_element_its_procedure_asks_for(pack):
    under = procedure_loader.load(pack)
    empty = CounterNotice(ground="", statement="", complaints=())
    asked = {f"{element}_missing" for element in under.needs["counter_notice"] if element != "ground_evidence"}
    assert set(found(empty, under)) == asked
    assert asked <= set(catalogue.load().defects)


def test_where_the_law_demands_first_evidence_one_paper_must_be_there():
    declared = frozenset({"truth", "end_measures_request"})
    told = found(a_counter_notice(ground="mistake", statement="x" * 40, evidence=(), declarations=declared), CHINA)
    assert told["prima_facie_missing"].blocks


def test_an_answer_is_for_at_least_one_complaint():
    assert found(a_counter_notice(complaints=()))["links_missing"].blocks


# --- the six months and the twenty pieces -----------------------------------------------------------------------------


def test_a_purchase_counts_from_six_months_before_the_complaint_to_the_day_itself():
    def bought(on: object) -> set[str]:
        told = found(a_counter_notice(facts={"purchased_on": on, "pieces": 60}))
        assert all(defect.is_warning for defect in told.values() if defect.code != "fact_unreadable")
        return set(told)

    assert bought(date(2025, 8, 25)) == set()  # 25 Feb 2026 less six months
    assert bought(date(2025, 8, 24)) == {"purchase_too_old"}
    assert bought(date(2026, 2, 25)) == set()
    assert bought("2026-02-26") == {"purchase_too_late"}  # as a form or an API sends it
    assert bought(datetime(2025, 8, 24, 23, 59)) == {"purchase_too_old"}  # noqa: DTZ001 - a day, whatever its type
    assert bought("yesterday") == {"fact_unreadable"}


def test_an_old_purchase_says_from_which_day_one_would_count():
    told = found(a_counter_notice(facts={"purchased_on": date(2024, 1, 1), "pieces": 60}))["purchase_too_old"]
    assert told.data == {"on": date(2024, 1, 1), "since": date(2025, 8, 25), "months": 6}
    assert told.is_warning


def test_more_than_twenty_pieces_or_a_sentence_why_fewer():
    def pieces(**facts: object) -> set[str]:
        told = found(a_counter_notice(facts={"purchased_on": date(2025, 11, 4), **facts}))
        assert all(defect.is_warning for defect in told.values() if defect.code != "fact_unreadable")
        return set(told)

    assert pieces(pieces=21) == set()
    assert pieces(pieces=20) == {"too_few_pieces"}
    assert pieces(pieces="20") == {"too_few_pieces"}
    assert pieces(pieces=1, pieces_why="It is one costly machine.") == set()
    assert pieces(pieces="many") == {"fact_unreadable"}
    assert pieces() == {"fact_missing"}


def test_a_licence_must_have_been_in_force_on_the_day_of_the_complaint():
    def licensed(until: date) -> dict[str, Defect]:
        return found(
            a_counter_notice(ground="licence", evidence=(paper("licence_letter"),), facts={"licensed_until": until})
        )

    assert licensed(date(2026, 2, 25)) == {}
    assert licensed(date(2026, 2, 24))["licence_ended"].is_warning


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_months_before_keeps_the_day_or_takes_the_last_of_a_shorter_month(day, months):
    before = counter_notice.months_before(day, months)
    assert (day.year - before.year) * 12 + day.month - before.month == months
    if before.day != day.day:
        last_of_month = before.month != date.fromordinal(before.toordinal() + 1).month
        assert before.day < day.day
        assert last_of_month


# --- grounds, rounds, texts -------------------------------------------------------------------------------------------


def test_a_ground_must_answer_this_kind_of_complaint():
    differs = a_counter_notice(ground="patent_not_infringed", statement="x" * 40, evidence=(paper("prior_art"),))
    assert found(differs)["ground_other_right"].blocks
    assert found(differs, reason="PT-1", right_kind="patent") == {}
    assert found(differs, reason="PT-4", right_kind="patent")[
        "ground_other_right"
    ].blocks  # nothing was said to infringe
    assert found(a_counter_notice(ground="because"))["ground_unknown"].blocks


def test_a_ground_without_papers_needs_words():
    mine = a_counter_notice(ground="work_not_copied", statement="Mine.", evidence=())
    assert found(mine, reason="CR-1", right_kind="copyright")["statement_too_short"].data["min"] == 20


def test_a_second_round_asks_for_something_new_and_repeats_nothing():
    again = a_counter_notice(round=2, ground="", statement="", declarations=frozenset(), contact={}, facts={})
    seen = frozenset({paper("purchase_proof").sha256})
    assert set(found(again)) == set()  # the paper is new
    once_more = a_counter_notice(round=2, ground="authorised_supplier", evidence=(paper("ruling", "b"),), facts={})
    assert found(once_more) == {}  # the papers of the first round are there already
    stale = a_counter_notice(round=2, earlier_evidence=seen)
    assert found(stale)["new_evidence_missing"].blocks  # no chance is used for nothing
    fresh = a_counter_notice(round=2, earlier_evidence=seen, evidence=(paper("purchase_proof"), paper("ruling", "b")))
    assert found(fresh) == {}


def test_the_same_paper_under_another_name_is_not_new():
    renamed = counter_notice.EvidenceFacts("ruling", "new.pdf", paper("purchase_proof").sha256)
    told = found(a_counter_notice(round=3, evidence=(renamed,), earlier_evidence=frozenset({renamed.sha256})))
    assert "new_evidence_missing" in told


def test_texts_have_bounds_and_no_characters_that_cannot_be_stored():
    assert found(a_counter_notice(statement="x" * 2001))["statement_too_long"].data["max"] == 2000
    assert found(a_counter_notice(contact={**MEI, "name": "M" * 201}))["name_too_long"].field == "contact"
    assert (
        found(a_counter_notice(facts={"purchased_on": "2025-11-04", "pieces": 60, "supplier": "N\x00"}))[
            "unprintable_text"
        ].field
        == "supplier"
    )
    assert "evidence_too_many" in found(
        a_counter_notice(evidence=tuple(paper("purchase_proof", str(n)) for n in range(21)))
    )


@given(
    st.text(max_size=40),
    st.dictionaries(st.sampled_from(["purchased_on", "pieces", "licensed_until"]), st.text(max_size=12)),
)
def test_whatever_is_typed_there_is_an_answer_and_no_crash(statement, facts):
    told = found(a_counter_notice(statement=statement, facts=facts))
    assert set(told) <= set(catalogue.load().defects)
