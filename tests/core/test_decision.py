"""A decision rests on grounds and says what was seen; a restriction states its reasons, or it does not happen."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.core import catalogue, decision
from countermark.core.decision import EU_REDRESS, Decision, Defect, Redress, Restriction, StatementIncomplete

KNOWN = catalogue.load()
AT = datetime(2026, 2, 26, 1, 12, tzinfo=UTC)
SEEN = "Photos 1 and 3 show the mark on binoculars."
APPEAL = AT + timedelta(days=182)
WAYS = (
    Redress("counter_notice", AT + timedelta(days=10)),
    Redress("appeal", APPEAL),
    Redress("out_of_court"),
    Redress("court"),
)


def a_decision(**changes: object) -> Decision:
    """Rana upholds a complaint about a mark in pictures; nothing is missing."""
    whole: dict[str, object] = {
        "verdict": "upheld",
        "grounds": ("tm_mark_on_goods",),
        "facts": SEEN,
        "checks": frozenset(KNOWN.reasons["TM-6"].checks),
    }
    return Decision(**{**whole, **changes})


def found(made: Decision, reason: str = "TM-6") -> dict[str, Defect]:
    return {defect.code: defect for defect in decision.defects(made, reason=reason)}


# --- the decision -----------------------------------------------------------------------------------------------------


def test_a_decision_with_its_ground_and_what_was_seen_is_complete():
    assert found(a_decision()) == {}


def test_a_decision_says_what_was_decided_and_how_much_of_it_was_software():
    assert found(a_decision(verdict="perhaps"))["verdict_unknown"].blocks
    assert found(a_decision(automated_decision="a bit"))["automation_unknown"].blocks
    assert found(a_decision(automated_decision="partially")) == {}


def test_a_decision_without_grounds_is_refused():
    assert found(a_decision(grounds=()))["grounds_missing"].blocks


def test_grounds_of_two_verdicts_cannot_be_mixed():
    told = found(a_decision(grounds=("tm_mark_on_goods", "licensed")))
    assert told["grounds_mixed"].data == {"ground": "Licensed"}


def test_a_ground_of_another_family_does_not_carry_a_decision():
    told = found(a_decision(grounds=("cr_picture_copied",)))
    assert told["ground_other_family"].blocks


def test_a_ground_that_only_answers_the_seller_needs_one_that_says_what_was_found():
    assert found(a_decision(grounds=("an_supplier_not_authorised",)))["finding_missing"].blocks
    assert found(a_decision(grounds=("tm_mark_blurred", "an_supplier_not_authorised"))) == {}


def test_no_reviewer_chooses_silence_or_an_invented_ground():
    assert found(a_decision(grounds=("no_answer",)))["ground_not_offered"].blocks
    assert found(a_decision(grounds=("because",)))["ground_not_offered"].blocks


def test_a_ground_that_asks_what_was_seen_is_not_enough_alone():
    assert found(a_decision(facts="yes"))["facts_missing"].data == {"min": 20, "count": 3}
    assert found(a_decision(facts="x" * 19))["facts_missing"].blocks
    assert found(a_decision(facts="x" * 20)) == {}
    quiet = a_decision(verdict="not_upheld", grounds=("licensed",), facts="")
    assert found(quiet) == {}  # the licence speaks for itself


def test_words_longer_than_the_transparency_database_takes_are_refused():
    assert found(a_decision(facts="x" * 5001))["facts_too_long"].data["max"] == 5000
    assert "facts_too_long" not in found(a_decision(facts="x" * 5000))
    assert found(a_decision(facts=SEEN + "\x00"))["unprintable_text"].field == "facts"


def test_a_check_that_is_not_ticked_warns_the_reviewer_who_upholds():
    told = decision.defects(a_decision(checks=frozenset()), reason="TM-6")
    assert [defect.data["id"] for defect in told] == list(KNOWN.reasons["TM-6"].checks)
    assert all(defect.is_warning for defect in told)
    assert found(a_decision(verdict="not_upheld", grounds=("licensed",), checks=frozenset())) == {}


@pytest.mark.parametrize("reason", KNOWN.reasons)
@pytest.mark.parametrize("verdict", catalogue.VERDICTS)
def test_every_ground_offered_for_a_reason_makes_a_complete_decision(reason, verdict):
    offered = KNOWN.decision_grounds_for(reason, verdict)
    findings = [ground.id for ground in offered if ground.role == "finding"]
    assert findings
    for ground in offered:
        made = a_decision(
            verdict=verdict, grounds=(findings[0], ground.id), checks=frozenset(KNOWN.reasons[reason].checks)
        )
        assert found(made, reason) == {}


@given(
    st.lists(st.sampled_from(sorted(KNOWN.decision_grounds)), max_size=4),
    st.sampled_from(sorted(KNOWN.reasons)),
    st.sampled_from(catalogue.VERDICTS),
)
def test_a_decision_passes_only_on_grounds_that_were_offered_for_it(grounds, reason, verdict):
    made = a_decision(verdict=verdict, grounds=tuple(grounds))
    passes = not any(defect.blocks for defect in decision.defects(made, reason=reason))
    offered = {ground.id: ground.role for ground in KNOWN.decision_grounds_for(reason, verdict)}
    assert passes == (
        set(grounds) <= set(offered) and "finding" in {offered[ground] for ground in grounds if ground in offered}
    )


# --- the statement of reasons -----------------------------------------------------------------------------------------


def a_restriction(**changes: object) -> Restriction:
    whole: dict[str, object] = {"ask": "remove", "territories": ("DE",), "starts_at": AT}
    return Restriction(**{**whole, **changes})


def a_statement(restriction: Restriction | None = None, **changes: object) -> decision.Statement:
    whole: dict[str, object] = {
        "reason": "TM-4",
        "grounds": ("tm_mark_on_goods",),
        "words": SEEN,
        "redress": WAYS,
        "must_offer": EU_REDRESS,
    }
    return decision.statement_of_reasons(restriction or a_restriction(), **{**whole, **changes})


def refused(restriction: Restriction | None = None, **changes: object) -> dict[str, Defect]:
    with pytest.raises(StatementIncomplete) as told:
        a_statement(restriction, **changes)
    assert {defect.code for defect in told.value.defects} <= set(KNOWN.defects)
    return {defect.code: defect for defect in told.value.defects}


def test_a_statement_names_restriction_facts_law_clause_why_and_redress():
    stated = a_statement()
    assert stated.restriction.ask == "remove"
    assert [sentence.msgid for sentence in stated.facts] == ["The goods offered carry the mark."]
    assert stated.words == SEEN
    assert stated.legal_ground == "Regulation (EU) 2017/1001, art. 9(2)(a) and 9(3)(a), (b)"  # Germany is in the Union
    assert stated.clauses == ("IP-1.2",)
    assert stated.why[0].msgid.startswith("The goods fall under the registration")
    assert stated.redress == WAYS


def test_silence_says_when_the_seller_was_told_and_until_when_an_answer_counted():
    stated = a_statement(
        a_restriction(automated_decision="fully"),
        grounds=("no_answer",),
        words="",
        facts={"told_at": "2026-02-13T02:00:00+00:00", "due_at": "2026-02-25T16:00:00+00:00"},
    )
    assert dict(stated.facts[0].data) == {"told_at": "2026-02-13T02:00:00+00:00", "due_at": "2026-02-25T16:00:00+00:00"}
    assert stated.clauses == ("IP-5.1",)
    assert refused(grounds=("no_answer",), words="")["statement_facts_missing"].data == {
        "missing": ("told_at", "due_at")
    }


def test_outside_every_law_of_the_catalogue_the_rule_of_the_marketplace_carries_the_statement():
    stated = a_statement(a_restriction(territories=("BR",)), must_offer=("court",))
    assert stated.legal_ground == ""
    assert stated.clauses == ("IP-1.2",)


@pytest.mark.parametrize("kind", EU_REDRESS)
def test_in_the_eu_each_way_to_object_must_be_offered(kind):
    kept = tuple(way for way in WAYS if way.kind != kind)
    assert refused(redress=kept)["redress_missing"].data == {"kind": kind}


def test_a_way_to_object_that_is_already_closed_is_no_way():
    assert refused(redress=(*WAYS[:1], Redress("appeal", AT), *WAYS[2:]))["redress_over"].data == {"kind": "appeal"}
    assert refused(redress=(*WAYS, Redress("prayer")))["redress_unknown"].data == {"kind": "prayer"}


def test_a_statement_without_scope_ground_facts_or_source_is_refused_with_everything_that_is_missing():
    empty = a_restriction(ask="hide", territories=(), source="a hunch", automated_decision="perhaps", ends_at=AT)
    told = refused(empty, grounds=(), redress=(), words="")
    assert set(told) == {
        *("restriction_unknown", "scope_missing", "duration_missing", "source_unknown", "automation_unknown"),
        *("basis_missing", "redress_missing"),
    }


def test_a_statement_needs_what_was_seen_and_no_ground_of_another_verdict():
    assert "facts_missing" in refused(words="")
    assert "grounds_mixed" in refused(grounds=("licensed",))
    assert "finding_missing" in refused(grounds=("an_too_few_pieces",))
    assert refused(grounds=("tm_mark_on_goods", "gone"))["basis_missing"].data == {"grounds": ("gone",)}


@pytest.mark.parametrize("reason", KNOWN.reasons)
@pytest.mark.parametrize("cause", ["no_answer", "notice_sufficient", "ordered", "appeal_won"])
def test_whatever_restricts_a_listing_can_state_its_reasons(reason, cause):
    facts = {"told_at": "2026-02-13T02:00:00+00:00", "due_at": "2026-02-25T16:00:00+00:00"}
    for ask in ("pause", "remove"):
        stated = a_statement(a_restriction(ask=ask), reason=reason, grounds=(cause,), words="", facts=facts)
        assert all(set(sentence.data) == set(decision._names(sentence.msgid)) for sentence in stated.facts + stated.why)
