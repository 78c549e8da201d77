"""Every ending of every pack, told from both sides through the services, on both databases.

A story is a list of what happens; `silence` lets the running clock end. After each: the ending, every restriction with its
statement of reasons, every clock that started told to somebody, and a log that proves itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from countermark.apps.complaints import log, services
from countermark.apps.complaints.models import Complaint, ComplaintEvent, StatementOfReasons
from countermark.core.complaint import STRENGTH
from countermark.core.procedure_loader import load, pack_ids
from people import WEDNESDAY, a_complaint, a_world

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
REASONS = services.Reasons(("TM-4",))
FACTS = {"core_elements", "seller_won"}

CHECKED = ["accepted by reviewer"]
HEARD = [*CHECKED, "seller told"]
ANSWERED = [*HEARD, "counter_notice_filed by seller"]
FORWARDED = [*ANSWERED, "complainant told"]
DISPUTED = [*FORWARDED, "counter_rejected by complainant"]
LOST_ONCE = [*DISPUTED, "decided_for_holder by reviewer", "seller told"]
AGAIN = ["counter_notice_filed by seller", "complainant told", "counter_rejected by complainant"]
DOWN = [*HEARD, "silence"]
DECLARED = [*CHECKED, "counter_notice_filed by seller", "declaration_forwarded by reviewer", "complainant told"]
COUNTERED = [*CHECKED, "counter_notice_filed by seller"]

STORIES = {
    "platform": {
        "the seller stays silent and keeps two chances": (DOWN, "removed", "remove"),
        "the seller stays silent three times": (
            [*DOWN, "seller told", "silence", "seller told", "silence"],
            "upheld",
            "remove",
        ),
        "the seller takes the listing down": ([*HEARD, "seller_removed by seller"], "upheld", "remove"),
        "the complainant accepts the answer": (
            [*FORWARDED, "counter_accepted by complainant"],
            "not_upheld",
            "nothing",
        ),
        "the complainant does not react to the answer": ([*FORWARDED, "silence"], "dropped", "nothing"),
        "we decide for the seller": ([*DISPUTED, "decided_for_seller by reviewer"], "not_upheld", "nothing"),
        "we decide for the holder": ([*DISPUTED, "decided_for_holder by reviewer"], "removed", "remove"),
        "the seller wins in the second round, the listing down since the first": (
            [*LOST_ONCE, *AGAIN, "decided_for_seller by reviewer"],
            "not_upheld",
            "nothing",
        ),
        "three rounds for the holder": (
            [
                *LOST_ONCE,
                *AGAIN,
                "decided_for_holder by reviewer",
                "seller told",
                *AGAIN,
                "decided_for_holder by reviewer",
            ],
            "upheld",
            "remove",
        ),
        "three rounds, the third for the seller": (
            [
                *LOST_ONCE,
                *AGAIN,
                "decided_for_holder by reviewer",
                "seller told",
                *AGAIN,
                "decided_for_seller by reviewer",
            ],
            "not_upheld",
            "nothing",
        ),
        "a silent seller answers later and the complainant stays silent": (
            [*DOWN, "seller told", "counter_notice_filed by seller", "complainant told", "silence"],
            "dropped",
            "nothing",
        ),
        "we refuse the notice": (["refused by reviewer"], "refused", "nothing"),
        "the notice comes back and is mended": (
            ["returned by reviewer", "complainant told", "mended by complainant"],
            "checking",
            "nothing",
        ),
        "the notice comes back and nothing is added": (
            ["returned by reviewer", "complainant told", "silence"],
            "dropped",
            "nothing",
        ),
        "we check too late: nobody loses by it": (["silence", *HEARD, "seller_removed by seller"], "upheld", "remove"),
        "we decide too late: nobody loses by it": (
            [*DISPUTED, "silence", "decided_for_seller by reviewer"],
            "not_upheld",
            "nothing",
        ),
        "the complainant withdraws an open complaint": ([*HEARD, "withdrawn by complainant"], "withdrawn", "nothing"),
        "the complainant withdraws after the removal": ([*DOWN, "withdrawn by complainant"], "withdrawn", "nothing"),
        "the complainant takes it back as an error": (
            [*DOWN, "retracted_as_error by complainant"],
            "reversed",
            "nothing",
        ),
        "the seller wins the appeal": ([*DOWN, "appeal_granted by reviewer"], "reversed", "nothing"),
        "the complainant wins the appeal": (
            [*DISPUTED, "decided_for_seller by reviewer", "appeal_granted by reviewer"],
            "reinforced",
            "remove",
        ),
        "a refused notice wins the appeal and starts over": (
            ["refused by reviewer", "appeal_granted by reviewer"],
            "checking",
            "nothing",
        ),
        "a court orders the listing back": ([*DOWN, "ordered_up by operator"], "reversed", "nothing"),
        "an authority orders the listing down": ([*HEARD, "ordered_down by operator"], "reinforced", "remove"),
        "the right was void from the start, the listing down": ([*DOWN, "right_void by rights"], "reversed", "nothing"),
        "the right was void from the start, the case open": ([*HEARD, "right_void by rights"], "withdrawn", "nothing"),
        "the right lapses while the seller is heard": (
            [*HEARD, "right_in_doubt by rights", "right_ended by rights"],
            "withdrawn",
            "nothing",
        ),
        "the right is cleared and the clock goes on": (
            [*HEARD, "right_in_doubt by rights", "right_cleared by rights", "silence"],
            "removed",
            "remove",
        ),
        "the listing is gone and returns": (
            [*HEARD, "listing_gone by marketplace", "listing_returned by marketplace", "silence"],
            "removed",
            "remove",
        ),
        "the listing is gone": ([*HEARD, "listing_gone by marketplace"], "moot", "nothing"),
    },
    "us-dmca-512": {
        "the uploader does nothing": (CHECKED, "removed", "remove"),
        "nobody sues: back in the window": (
            [*COUNTERED, "silence", "effect_confirmed by marketplace"],
            "restored",
            "nothing",
        ),
        "the marketplace puts back too late: an alarm, then done": (
            [*COUNTERED, "silence", "silence", "effect_confirmed by marketplace"],
            "restored",
            "nothing",
        ),
        "the owner sues in time": ([*COUNTERED, "action_filed by complainant"], "in_court", "remove"),
        "the owner sues inside the window": (
            [*COUNTERED, "silence", "action_filed by complainant"],
            "in_court",
            "remove",
        ),
        "the owner accepts the counter notification": (
            [*COUNTERED, "counter_accepted by complainant"],
            "restored",
            "nothing",
        ),
        "the seller wins in court": (
            [*COUNTERED, "action_filed by complainant", "action_ended by reviewer +seller_won"],
            "restored",
            "nothing",
        ),
        "the owner wins in court": (
            [*COUNTERED, "action_filed by complainant", "action_ended by reviewer"],
            "removed",
            "remove",
        ),
        "refused": (["refused by reviewer"], "refused", "nothing"),
        "core elements are there: the sender is asked, and mends": (
            ["returned by reviewer +core_elements", "complainant told", "mended by complainant", *CHECKED],
            "removed",
            "remove",
        ),
        "core elements are missing": (["returned by reviewer"], "refused", "nothing"),
        "asked, and silent": (
            ["returned by reviewer +core_elements", "complainant told", "silence"],
            "dropped",
            "nothing",
        ),
        "withdrawn after the removal": ([*CHECKED, "withdrawn by complainant"], "withdrawn", "nothing"),
    },
    "cn-ecommerce-law": {
        "the seller declares nothing": (CHECKED, "removed", "remove"),
        "nobody sues in 15 days": ([*DECLARED, "silence"], "lifted", "nothing"),
        "the holder sues in 15 days": ([*DECLARED, "action_filed by complainant"], "in_court", "remove"),
        "the holder accepts the declaration": ([*DECLARED, "counter_accepted by complainant"], "lifted", "nothing"),
        "the time is extended, and still nobody sues": (
            [*DECLARED, "extension_granted by reviewer", "silence"],
            "lifted",
            "nothing",
        ),
        "the time is extended, and the holder sues": (
            [*DECLARED, "extension_granted by reviewer", "action_filed by complainant"],
            "in_court",
            "remove",
        ),
        "the seller wins in court": (
            [*DECLARED, "action_filed by complainant", "action_ended by reviewer +seller_won"],
            "lifted",
            "nothing",
        ),
        "the holder wins in court": (
            [*DECLARED, "action_filed by complainant", "action_ended by reviewer"],
            "removed",
            "remove",
        ),
        "the declaration is incomplete": (
            [*CHECKED, "counter_notice_filed by seller", "declaration_returned by reviewer"],
            "removed",
            "remove",
        ),
        "refused": (["refused by reviewer"], "refused", "nothing"),
        "returned and silent": (["returned by reviewer", "complainant told", "silence"], "dropped", "nothing"),
    },
    "eu-notice": {
        "restricted": (["restricted by reviewer"], "restricted", "remove"),
        "kept": (["kept by reviewer"], "kept", "nothing"),
        "assessed too late: nobody loses by it": (["silence", "kept by reviewer"], "kept", "nothing"),
        "the seller wins the appeal": (["restricted by reviewer", "appeal_granted by reviewer"], "reversed", "nothing"),
        "the notifier wins the appeal": (["kept by reviewer", "appeal_granted by reviewer"], "reinforced", "remove"),
    },
    "pause-and-answer": {
        "the seller is silent": (DOWN, "removed", "remove"),
        "the seller removes it": ([*HEARD, "seller_removed by seller"], "removed", "remove"),
        "the holder is silent": ([*FORWARDED, "silence"], "dropped", "nothing"),
        "the holder accepts": ([*FORWARDED, "counter_accepted by complainant"], "reactivated", "nothing"),
        "we decide for the seller": ([*DISPUTED, "decided_for_seller by reviewer"], "reactivated", "nothing"),
        "we decide for the holder": ([*DISPUTED, "decided_for_holder by reviewer"], "removed", "remove"),
        "refused": (["refused by reviewer"], "refused", "nothing"),
    },
}
ALL = [(pack, name, *story) for pack, stories in STORIES.items() for name, story in stories.items()]


@pytest.mark.parametrize("pack, name, steps, state, ask", ALL, ids=[f"{pack}: {name}" for pack, name, *_ in ALL])
def test_a_case_ends_as_its_procedure_says(pack, name, steps, state, ask):
    case = a_complaint(a_world(), pack=pack)
    at = WEDNESDAY
    for step in steps:
        at = tell(case, step, at + HOUR)
        case.refresh_from_db()
    assert (case.state, case.ask) == (state, ask)
    assert case.outcome == (load(pack).states[state].outcome or "")
    assert_every_restriction_was_explained(case)
    assert list(log.verify()) == []


def test_every_ending_of_every_pack_has_its_story():
    for pack in pack_ids():
        own = {key[0] for key in load(pack).own} | {t.to for key in load(pack).own for t in load(pack).moves[key]}
        endings = {name for name in own if not name.startswith("@") and load(pack).states[name].outcome}
        assert endings <= {state for _, state, _ in STORIES[pack].values()}, pack


def tell(case: Complaint, step: str, at: datetime) -> datetime:
    """Let one step happen, not before `at`; returns when it did."""
    if step == "silence":
        due = case.due_at
        assert due is not None, f"no clock runs in {case.state}"
        assert services.sweep(now=due - timedelta(microseconds=1)) == 0
        services.sweep(now=due)
        return due
    if step.endswith(" told"):
        services.record_service([case.pk], at=at, channel="mail", party=step.removesuffix(" told"))
        return at
    event, _, rest = step.partition(" by ")
    role, _, fact = rest.partition(" +")
    facts = frozenset({fact} & FACTS)
    services.act([case.pk], event, by=role, at=at, seen={case.pk: case.seq}, facts=facts, reasons=REASONS)
    return at


def assert_every_restriction_was_explained(case: Complaint) -> None:
    explained = set(StatementOfReasons.objects.filter(complaint=case).values_list("seq", flat=True))
    before, raised = "nothing", set()
    for event in ComplaintEvent.objects.filter(complaint=case).order_by("seq"):
        if STRENGTH[event.ask] > STRENGTH[before] and event.by != "seller":  # what a seller does itself needs no reasons
            raised.add(event.seq)
        before = event.ask
    assert raised == explained
