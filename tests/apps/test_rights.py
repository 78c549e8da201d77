"""A right on its way: kept as typed, sent with all that is asked, sent back with reasons, verified, and what its end does."""

import io
from datetime import date, datetime, timedelta

import pytest
from PIL import Image

from countermark.apps.complaints import rights_watch
from countermark.apps.rights import completeness, selectors, services
from countermark.apps.rights.models import Right, RightDocument
from countermark.core import catalogue
from countermark.evidence.uploads import UploadRefused
from people import SHANGHAI, WEDNESDAY, a_notice, a_world, happens

pytestmark = pytest.mark.django_db

ANSWERS = {
    "office": "CN", "mark_type": "word", "name": "HALDEN & MOE", "number": "55180021", "owner": "Halden & Moe AS",
    "expires_on": "2036-07-30", "classes": "11, 21", "renewed": "no", "assigned": "no", "changed": "no",
}  # fmt: skip


def a_picture():
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "brown").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def world():
    return a_world()


def a_draft(world, **answers):
    return services.save_draft(holder=world.halden, kind="trademark", answers={**ANSWERS, **answers}, at=WEDNESDAY)


def with_certificate(right, by):
    services.attach_document(
        right=right, content=a_picture(), name="certificate.png", kind="certificate", by=by, at=WEDNESDAY
    )
    return right


def sent(world, **answers):
    return services.submit_right(
        right=with_certificate(a_draft(world, **answers), world.ines), by=world.ines, at=WEDNESDAY
    )


def codes(refused):
    return [defect.code for defect in refused.value.defects]


def test_a_draft_keeps_what_was_typed_even_where_nothing_is_right_yet(world):
    right = services.save_draft(
        holder=world.halden, kind="trademark", answers={"expires_on": "next year", "classes": "eleven"}, at=WEDNESDAY
    )
    right.refresh_from_db()
    assert right.fields == {"expires_on": "next year", "classes": "eleven"}
    assert (right.state, right.expires_on, right.classes) == ("draft", None, [])


def test_all_that_is_missing_is_told_at_once_and_nothing_is_sent(world):
    right = services.save_draft(holder=world.halden, kind="trademark", answers={"classes": "11, 99"}, at=WEDNESDAY)
    with pytest.raises(services.RightDefective) as refused:
        services.submit_right(right=right, by=world.ines, at=WEDNESDAY)
    missing = [d.field for d in refused.value.defects if d.code == "right_field_missing"]
    assert missing == ["office", "mark_type", "name", "number", "owner", "expires_on", "renewed", "assigned", "changed"]
    assert {"right_classes_unreadable", "right_paper_missing"} <= set(codes(refused))
    assert Right.objects.get(pk=right.pk).state == "draft"


def test_a_renewed_mark_asks_for_the_certificate_of_renewal(world):
    asked = [paper.id for paper in completeness.asked_documents("trademark", {"renewed": "yes"}, is_agent=False)]
    assert "renewal_certificate" in asked
    asked = [paper.id for paper in completeness.asked_documents("trademark", {"renewed": "no"}, is_agent=False)]
    assert "renewal_certificate" not in asked


def test_an_agent_shows_the_owners_power_of_attorney(world):
    asked = [paper.id for paper in completeness.asked_documents("trademark", {}, is_agent=True)]
    assert "mandate" in asked


def test_a_registration_is_looked_at_within_three_working_days(world):
    right = sent(world)
    # told Wed 25 Feb; Thu 26 = 1, Fri 27 = 2, Sat 28 is a make-up day = 3; late from Sun 1 Mar 00:00
    assert right.due_at == datetime(2026, 3, 1, tzinfo=SHANGHAI)
    assert right.state == "pending"


def test_a_double_click_sends_a_registration_once(world):
    right = sent(world)
    services.submit_right(right=right, by=world.ines, at=WEDNESDAY + timedelta(seconds=1))
    assert [event.event for event in right.events.order_by("pk")] == ["submitted"]


def test_a_right_sent_back_says_why_and_keeps_its_history_when_it_is_sent_again(world):
    right = sent(world)
    services.return_right(right=right, reasons=["class_page_missing"], note="Page 3.", by=world.rana, at=WEDNESDAY)
    right = services.save_draft(holder=world.halden, kind="trademark", answers={}, at=WEDNESDAY, right=right)
    assert (right.state, right.return_reasons, right.return_note) == ("returned", ["class_page_missing"], "Page 3.")
    again = services.submit_right(right=right, by=world.ines, at=WEDNESDAY + timedelta(days=1))
    done = services.approve_right(right=again, by=world.rana, at=WEDNESDAY + timedelta(days=2))
    assert [event.event for event in done.events.order_by("pk")] == ["submitted", "returned", "resubmitted", "approved"]
    assert done.events.get(event="returned").data["reasons"] == ["class_page_missing"]
    assert (done.state, done.return_reasons) == ("approved", [])


def test_a_reviewer_who_sends_a_right_back_says_why(world):
    with pytest.raises(services.RightDefective) as refused:
        services.return_right(right=sent(world), reasons=[], note="", by=world.rana, at=WEDNESDAY)
    assert codes(refused) == ["return_reasons_missing"]


def test_a_reason_of_another_kind_of_right_is_refused(world):
    with pytest.raises(services.RightDefective) as refused:
        services.return_right(right=sent(world), reasons=["claim_unsigned"], note="", by=world.rana, at=WEDNESDAY)
    assert codes(refused) == ["return_reason_unknown"]


def test_two_reviewers_do_not_verify_one_right_twice(world):
    right = sent(world)
    services.approve_right(right=right, by=world.rana, at=WEDNESDAY)
    with pytest.raises(services.RightMoved) as moved:
        services.return_right(right=right, reasons=["unreadable"], note="", by=world.samir, at=WEDNESDAY)
    assert moved.value.state == "approved"


def test_what_is_being_verified_cannot_be_changed_meanwhile(world):
    right = sent(world)
    with pytest.raises(services.RightMoved):
        services.save_draft(holder=world.halden, kind="trademark", answers={"number": "1"}, at=WEDNESDAY, right=right)
    with pytest.raises(services.RightMoved):
        services.detach_document(right=right, document_id=right.documents.get().pk)


def test_one_mark_is_registered_once(world):
    sent(world)
    second = with_certificate(a_draft(world), world.ines)
    with pytest.raises(services.RightDefective) as refused:
        services.submit_right(right=second, by=world.ines, at=WEDNESDAY)
    assert codes(refused) == ["right_known"]


def test_a_word_file_is_refused_and_not_kept(world):
    right = a_draft(world)
    with pytest.raises(UploadRefused):
        services.attach_document(
            right=right, content=b"PK\x03\x04 word/document.xml", name="claim.docx", kind="certificate", by=world.ines,
            at=WEDNESDAY,
        )  # fmt: skip
    assert not RightDocument.objects.filter(right=right).exists()


def test_an_international_registration_holds_where_it_was_extended_to(world):
    right = a_draft(world, office="WO", designates="cn, us  EU")
    assert right.territory == "CN US EU"


def test_copyright_holds_everywhere_without_formality(world):
    said = {"registered": "no", "name": "Fjell photo series", "work_kind": "picture", "owner": "Halden & Moe AS"}
    right = services.save_draft(holder=world.halden, kind="copyright", answers=said, at=WEDNESDAY)
    assert (right.territory, right.office) == ("*", "")


def test_nul_bytes_in_an_answer_are_shown_and_not_dropped(world):
    assert a_draft(world, name="HALDEN\0MOE").name == "HALDEN\N{REPLACEMENT CHARACTER}MOE"


def test_every_reason_to_send_back_names_the_way_to_mend_it():
    assert all(reason.title and reason.cure for reason in catalogue.load().return_reasons.values())


# --- what the end of a right does to its cases -----------------------------------------------------------------------------


def test_a_doubt_about_the_right_stops_the_clock_and_its_end_gives_back_what_was_left(world):
    case = a_notice(world).complaints.get()
    case = happens(case, "accepted", "reviewer", WEDNESDAY)
    case = happens(case, "served", "seller", WEDNESDAY)
    assert rights_watch.doubt_right(right=world.mark, by=world.rana, at=WEDNESDAY + timedelta(days=1)) == 1
    case.refresh_from_db()
    assert (case.state, case.notice.right.state) == ("suspended", "suspended")
    assert rights_watch.clear_right(right=world.mark, by=world.rana, at=WEDNESDAY + timedelta(days=2)) == 1
    case.refresh_from_db()
    assert (case.state, case.waits_on) == ("awaiting_seller", "seller")


def test_a_right_void_from_the_start_ends_every_case_and_is_told_once(world):
    notice = a_notice(world, lines=3)
    assert rights_watch.void_right(right=world.mark, by=world.rana, at=WEDNESDAY) == 3
    assert set(notice.complaints.values_list("outcome", flat=True)) == {"withdrawn"}
    assert rights_watch.tell_cases(world.mark, "right_void", at=WEDNESDAY) == 0


def test_a_right_that_ended_takes_its_open_cases_with_it_and_leaves_the_decided_ones(world):
    notice = a_notice(world, lines=2)
    first, second = notice.complaints.order_by("line")
    happens(first, "refused", "reviewer", WEDNESDAY)
    assert rights_watch.end_right(right=world.mark, by=world.rana, at=WEDNESDAY) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.outcome, second.outcome) == ("refused", "withdrawn")


def test_rights_that_end_within_half_a_year_are_shown_the_first_to_end_in_front(world):
    world.mark.expires_on = date(2026, 7, 30)
    world.mark.save()
    found = selectors.ending_soon([world.halden.pk], today=date(2026, 2, 26))
    assert [right.name for right in found] == ["HALDEN & MOE"]
