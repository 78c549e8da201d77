"""What reviewers do, the ten seconds in which they can undo it, and what the parties are told of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from countermark.apps.complaints import services
from countermark.apps.complaints.held import glance
from countermark.apps.complaints.models import StatementOfReasons
from countermark.apps.decisions.statement import foreseen_paragraphs, statement_paragraphs
from countermark.apps.work.sealing import erase, seal
from countermark.core import catalogue
from people import WEDNESDAY, a_complaint, a_world, happens

pytestmark = pytest.mark.django_db


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def silent(world):
    """Mei was told on Wed 25 Feb and said nothing for three working days: Thu 26, Fri 27, Sat 28 (make-up)."""
    complaint = happens(a_complaint(world), "accepted", "reviewer", WEDNESDAY + hours(1))
    happens(complaint, "served", "platform", WEDNESDAY + hours(2))
    services.sweep(now=WEDNESDAY + timedelta(days=5))
    complaint.refresh_from_db()
    return complaint


# --- statements of reasons in words ---------------------------------------------------------------------------------------


def test_who_stayed_silent_reads_when_it_was_told_and_until_when_an_answer_would_have_counted():
    complaint = silent(a_world())
    statement = StatementOfReasons.objects.get(complaint=complaint)
    said = dict(statement_paragraphs(statement, complaint, "seller"))
    assert list(said) == ["What we do", "Facts", "Why", "How", "What you can do"]
    assert said["What we do"].startswith(f"We take down listing {complaint.listing.item_id} on Harbour Market.")
    assert "told on Wed 25 Feb 2026, 16:02 Shanghai and had until Sat 28 Feb 2026, 24:00 Shanghai" in said["Facts"]
    assert "no person made it" in said["How"]
    assert "Go to court." in said["What you can do"]


def test_the_second_chance_names_its_days_before_and_its_end_after_the_seller_is_told():
    complaint = silent(a_world())
    statement = StatementOfReasons.objects.get(complaint=complaint)
    before = dict(statement_paragraphs(statement, complaint, "seller"))["What you can do"]
    assert "within 7 working days from the day you are told" in before
    happens(complaint, "served", "platform", WEDNESDAY + timedelta(days=5, hours=1))  # Mon 2 Mar; day 7 = Wed 11 Mar
    after = dict(statement_paragraphs(statement, complaint, "seller"))["What you can do"]
    assert "until Wed 11 Mar 2026, 24:00 Shanghai" in after


def test_the_complainant_is_not_told_to_rest_once_the_seller_has_answered():
    complaint = silent(a_world())
    happens(complaint, "served", "platform", WEDNESDAY + timedelta(days=5, hours=1))
    statement = StatementOfReasons.objects.get(complaint=complaint)
    rests = dict(statement_paragraphs(statement, complaint, "complainant"))["What you can do"]
    assert rests.startswith("You need not do anything.")
    happens(complaint, "counter_notice_filed", "seller", WEDNESDAY + timedelta(days=5, hours=2))
    assert "What you can do" not in dict(statement_paragraphs(statement, complaint, "complainant"))


def test_where_the_law_of_the_union_binds_an_appeal_is_open_for_six_months():
    complaint = silent(a_world(offered_in=["EU"]))
    statement = StatementOfReasons.objects.get(complaint=complaint)
    said = dict(statement_paragraphs(statement, complaint, "seller"))
    # decided Sat 28 Feb 24:00 Shanghai = Sat 28 Feb 17:00 Brussels; six months end on Fri 28 Aug
    assert "at least until Fri 28 Aug 2026, 24:00 Brussels" in said["What you can do"]
    assert "certified body" in said["What you can do"]
    assert "Regulation (EU) 2017/1001" in said["Why"]


@pytest.mark.parametrize("ground", sorted(catalogue.load().decision_grounds))
def test_every_ground_can_be_read_whatever_it_decides(ground):
    complaint = silent(a_world(offered_in=["EU"]))
    known = catalogue.load().decision_grounds[ground]
    held = glance([complaint.pk])[0]
    for reader in ("seller", "complainant", "reviewer"):
        told = foreseen_paragraphs(
            complaint,
            held.case,
            held.case,
            verdict=known.verdict,
            grounds=[ground],
            words="Seen: 100 %.",
            reader=reader,
        )
        said = dict(told)
        assert list(said) == ["What we do", "Facts", "Why", "How", "What you can do"]
        assert f"Rule {known.clause} of the marketplace" in said["Why"]
        assert "%(" not in " ".join(said.values())
        assert "Seen: 100 %." in said["Facts"]


def test_a_reason_where_a_ground_should_stand_is_read_as_a_sufficient_notice():
    complaint = silent(a_world())
    statement = StatementOfReasons.objects.get(complaint=complaint)
    statement.grounds = [complaint.notice.reason]
    assert "the seller can answer it" in dict(statement_paragraphs(statement, complaint, "seller"))["Why"]


def test_erased_words_leave_a_note_of_when_and_by_which_rule():
    complaint = silent(a_world())
    statement = StatementOfReasons.objects.get(complaint=complaint)
    statement.words = seal(subject=f"case:{complaint.number}", text="The base carries the mark.")
    erase(subject=f"case:{complaint.number}", rule="retention", at=WEDNESDAY)
    statement.words.refresh_from_db()
    statement.words.key.refresh_from_db()
    said = dict(statement_paragraphs(statement, complaint, "seller"))["Facts"]
    assert "were erased on Wed 25 Feb 2026, by rule retention" in said
    assert "The base carries the mark." not in said


def test_the_seller_learns_no_name_the_procedure_keeps_from_it():
    complaint = silent(a_world())
    complaint.notice.filer_role = "guest"
    statement = StatementOfReasons.objects.get(complaint=complaint)
    assert complaint.notice.filer_name not in str(statement_paragraphs(statement, complaint, "seller"))
    assert complaint.notice.filer_name in str(statement_paragraphs(statement, complaint, "reviewer"))
