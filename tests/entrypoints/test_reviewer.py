"""The reviewer's pages: what they say, what they refuse, what they keep, and that a long queue stays quick."""

from __future__ import annotations

import itertools
import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from countermark.apps.complaints.models import Complaint
from countermark.apps.decisions import services as decisions
from countermark.apps.decisions.models import PendingStep, SeniorRequest
from countermark.apps.parties.models import Person
from countermark.apps.rights import living
from countermark.apps.rights import services as rights
from countermark.apps.rights.models import Right
from countermark.core import catalogue, procedure_loader
from countermark.entrypoints.web.reviewer import words
from people import World, a_complaint, a_notice, a_right, a_world, happens

pytestmark = pytest.mark.django_db
SEEN = "The base of the lamp carries the mark."


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def desk(world: World) -> Client:
    return signed_in(world.rana)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def ago(hours: float):
    return timezone.now() - timedelta(hours=hours)


def answered(world: World, **what) -> Complaint:
    """Mei answered an hour ago, and Ines did not accept it."""
    case = happens(a_complaint(world, at=ago(2), **what), "accepted", "reviewer", ago(1.9))
    for event, by, since in (
        ("served", "platform", 1.8),
        ("counter_notice_filed", "seller", 1.7),
        ("served", "platform", 1.6),
        ("counter_rejected", "complainant", 1.5),
    ):
        happens(case, event, by, ago(since))
    return case


def upholds(case: Complaint, **more: str) -> dict[str, str]:
    sent = {
        "seq": str(case.seq),
        "choice": "decided_for_holder",
        "grounds-decided_for_holder": "tm_mark_on_goods",
        "words": SEEN,
    }
    return {**sent, **more}


def h1(response) -> str:
    heading = re.search("<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL)[1]
    return unescape(" ".join(re.sub("<[^>]+>", "", heading).split()))


def text(response) -> str:
    return " ".join(re.sub("<[^>]+>", " ", response.content.decode()).split())


# --- the queue --------------------------------------------------------------------------------------------------------


def test_the_queue_says_how_many_wait_and_how_many_are_late(world, desk):
    assert h1(desk.get("/review/")) == "No case waits for a reviewer"
    a_notice(world, lines=2, at=ago(1))
    a_complaint(world, at=ago(24 * 30))
    assert h1(desk.get("/review/")) == "3 cases wait, one is late"


def test_a_filter_that_finds_nothing_names_what_is_nearest(world, desk):
    a_complaint(world, at=ago(1))
    said = text(desk.get("/review/?right=copyright&q=nothing"))
    assert "No case matches “nothing, Copyright”" in said
    assert "One case is outside this filter; its clock ends" in said


def test_the_queue_of_four_hundred_cases_costs_as_many_queries_as_one_of_sixty(
    world, desk, django_assert_max_num_queries
):
    for _ in range(2):
        a_notice(world, lines=200, at=ago(1))
    with django_assert_max_num_queries(40):
        page = desk.get("/review/")
    assert "1 to 50 of 400" in text(page)
    assert "351 to 400 of 400" in text(desk.get("/review/?page=8"))


def test_claiming_from_the_queue_takes_what_is_free_and_says_what_is_not(world, desk):
    first, second = a_notice(world, lines=2, at=ago(1)).complaints.order_by("line")
    decisions.claim(complaint_id=second.pk, reviewer=world.samir, now=timezone.now())
    page = desk.post("/review/claim/", {"case": [first.pk, second.pk], "next": "/review/?todo=check"}, follow=True)
    assert page.redirect_chain == [("/review/?todo=check", 302)]
    assert "You hold one more case." in text(page)
    assert "One is held by somebody else." in text(page)
    first.refresh_from_db()
    assert first.claimed_by == world.rana


def test_the_next_page_of_a_form_is_never_somebody_elses_site(world, desk):
    page = desk.post("/review/claim/", {"case": [], "next": "https://evil.example/"})
    assert page.url == "/review/"


def test_the_csv_holds_the_whole_list_and_no_formula(world, desk):
    case = a_complaint(world, at=ago(1))
    Complaint.objects.filter(pk=case.pk).update(claimed_by=world.rana)
    case.listing.title = "=HYPERLINK(1)"
    case.listing.save()
    table = desk.get("/review/queue.csv?todo=check").content.decode("utf-8-sig")
    assert case.number in table
    assert "'=HYPERLINK(1)" in table
    assert desk.get("/review/queue.csv?todo=decide").content.decode("utf-8-sig").count("\n") == 1


# --- the bench --------------------------------------------------------------------------------------------------------


def test_opening_a_case_claims_it_and_the_next_reviewer_can_only_read(world, desk):
    case = answered(world)
    assert (
        h1(desk.get(f"/review/case/{case.number}/")) == "Decide: is HALDEN & MOE used on these goods without a licence?"
    )
    other = signed_in(world.samir).get(f"/review/case/{case.number}/")
    assert "Rana Haddad holds this case" in text(other)
    assert "data-rv-send" not in other.content.decode()


def test_every_choice_says_what_follows_from_it(world, desk):
    said = text(desk.get(f"/review/case/{answered(world).number}/"))
    assert "Upheld: The listing comes down. The seller has a second chance, 7 working days." in said
    assert "Not upheld: The listing stays up. The case ends." in said


def test_a_decision_waits_ten_seconds_and_can_be_taken_back_with_all_that_was_typed(world, desk):
    case = answered(world)
    page = desk.post(f"/review/case/{case.number}/decide/", upholds(case), follow=True)
    assert page.redirect_chain == [("/review/", 302)]
    assert f"{case.number} upheld." in text(page)
    step = PendingStep.objects.get()
    page = desk.post(f"/review/step/{step.pk}/undo/", follow=True)
    assert page.redirect_chain == [(f"/review/case/{case.number}/", 302)]
    shown = page.content.decode()
    assert re.search(r'value="decided_for_holder"[^>]* checked', shown)
    assert re.search(r'value="tm_mark_on_goods"[^>]* checked', shown)
    assert SEEN in shown
    assert not PendingStep.objects.exists()


def test_an_undo_that_comes_too_late_says_so(world, desk):
    case = answered(world)
    desk.post(f"/review/case/{case.number}/decide/", upholds(case))
    step = PendingStep.objects.get()
    decisions.release_due_steps(now=timezone.now() + timedelta(seconds=11), at=timezone.now())
    page = desk.post(f"/review/step/{step.pk}/undo/")
    assert (page.status_code, h1(page)) == (409, "It is too late to undo this")


def test_the_next_case_opens_after_a_decision(world, desk):
    first, second = answered(world), answered(world)
    page = desk.post(f"/review/case/{first.number}/decide/", upholds(first))
    assert page.url == f"/review/case/{second.number}/"


def test_the_case_before_and_the_case_after_are_those_of_the_queue_and_its_ends_lead_back_to_it(world, desk):
    grave = a_notice(world, lines=3, at=ago(1)).complaints.order_by("line")
    Complaint.objects.filter(pk=grave[2].pk).update(round=2)  # the same clock, more at stake: to the front
    later = a_complaint(world, at=ago(0))
    in_order = [grave[2].number, grave[0].number, grave[1].number, later.number]
    due = Complaint.objects.order_by("due_at").values_list("due_at", flat=True)
    Complaint.objects.filter(pk=later.pk).update(due_at=due.last() + timedelta(days=1))
    for one, next_one in itertools.pairwise(in_order):
        assert desk.get(f"/review/case/{one}/after/").url == f"/review/case/{next_one}/"
        assert desk.get(f"/review/case/{next_one}/before/").url == f"/review/case/{one}/"
    assert "That was the last case." in text(desk.get(f"/review/case/{in_order[-1]}/after/", follow=True))
    assert "That was the first case." in text(desk.get(f"/review/case/{in_order[0]}/before/", follow=True))


def test_from_a_case_that_no_longer_waits_the_next_is_the_first_of_the_queue(world, desk):
    first, waits = answered(world), answered(world)
    Complaint.objects.filter(pk=first.pk).update(waits_on="", due_at=None)
    assert desk.get(f"/review/case/{first.number}/after/").url == f"/review/case/{waits.number}/"
    assert desk.get(f"/review/case/{first.number}/before/").url == "/review/"


def test_what_is_missing_is_named_and_what_was_typed_is_kept(world, desk):
    case = answered(world)
    page = desk.post(
        f"/review/case/{case.number}/decide/", {**upholds(case), "grounds-decided_for_holder": "", "words": "hm"}
    )
    assert page.status_code == 422
    assert 'href="#grounds-decided_for_holder"' in page.content.decode()
    assert ">hm</textarea>" in page.content.decode()
    assert desk.post(f"/review/case/{case.number}/decide/", {"seq": str(case.seq)}).status_code == 422
    assert not PendingStep.objects.exists()


def test_grounds_of_the_choice_not_taken_are_not_sent(world, desk):
    case = answered(world)
    desk.post(f"/review/case/{case.number}/decide/", upholds(case, **{"grounds-decided_for_seller": "licensed"}))
    assert PendingStep.objects.get().grounds == ["tm_mark_on_goods"]


def test_a_stale_page_is_refused_with_what_was_typed(world, desk):
    case = answered(world)
    desk.get(f"/review/case/{case.number}/")
    happens(case, "withdrawn", "complainant", timezone.now())
    page = desk.post(f"/review/case/{case.number}/decide/", {**upholds(case), "seq": str(case.seq - 1)})
    assert (page.status_code, h1(page)) == (409, "This case moved while you had it open")
    assert SEEN in text(page)
    assert not PendingStep.objects.exists()


def test_a_choice_that_is_not_offered_does_nothing(world, desk):
    case = answered(world)
    for choice in ("accepted", "appeal_granted", "decided_for_holder:seller_won", "x" * 100):
        page = desk.post(f"/review/case/{case.number}/decide/", {**upholds(case), "choice": choice})
        assert page.status_code == 422
    assert not PendingStep.objects.exists()


def test_somebody_else_cannot_decide_a_case_that_is_held(world, desk):
    case = answered(world)
    decisions.claim(complaint_id=case.pk, reviewer=world.samir, now=timezone.now())
    page = desk.post(f"/review/case/{case.number}/decide/", upholds(case))
    assert (page.status_code, h1(page)) == (409, "Another reviewer holds this case")


def test_the_preview_is_the_statement_as_it_will_be_sent(world, desk):
    case = answered(world)
    page = desk.post(f"/review/case/{case.number}/preview/", upholds(case), headers={"HX-Request": "true"})
    said = text(page)
    assert f"We take down listing {case.listing.item_id} on Harbour Market." in said
    assert SEEN in said
    assert "File another counter-notice with new evidence within 7 working days" in said
    assert "Not ticked as met:" in said
    whole = desk.post(f"/review/case/{case.number}/preview/", upholds(case))
    assert "We take down listing" in text(whole)
    assert not PendingStep.objects.exists()


def test_a_case_is_passed_to_a_senior_with_a_reason_and_only_if_there_is_one(world, desk):
    case = answered(world)
    assert 'value="senior"' not in desk.get(f"/review/case/{case.number}/").content.decode()
    noor = Person.objects.create_user("noor@x.example", name="Noor", is_reviewer=True, is_senior=True)
    sent = {"seq": str(case.seq), "choice": "senior", "words": "I know the owner of this shop well."}
    desk.post(f"/review/case/{case.number}/decide/", sent)
    assert SeniorRequest.objects.get().by == world.rana
    page = desk.post(f"/review/case/{case.number}/decide/", upholds(case))
    assert (page.status_code, h1(page)) == (409, "A senior was asked to take this case")
    assert not PendingStep.objects.exists()
    assert "A senior was asked to take this case" in text(desk.get(f"/review/case/{case.number}/"))
    assert "I know the owner of this shop well." in text(signed_in(noor).get(f"/review/case/{case.number}/"))


def test_what_the_parties_typed_is_never_markup(world, desk):
    case = a_complaint(world, at=ago(1), statement="<script>alert(1)</script> The base of the lamp carries our mark.")
    Complaint.objects.get(pk=case.pk).copy.__class__.objects.filter(pk=case.copy_id).update(title="<b>HALDEN</b> lamp")
    page = desk.get(f"/review/case/{case.number}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;<mark>HALDEN</mark>&lt;/b&gt;" in page


def test_every_step_a_pack_gives_a_reviewer_has_its_words_and_its_key():
    for pack in procedure_loader.pack_ids():
        procedure = procedure_loader.load(pack)
        for (state, role), events in procedure.events.items():
            if role == "reviewer":
                assert set(events) <= set(words.ACTS), (pack, state)
                keys = [words.ACTS[event].key for event in events]
                assert len(set(keys)) == len(keys), (pack, state)
    assert set(words.QUESTIONS) == set(catalogue.load().reasons)


def test_a_case_in_court_can_be_ended_for_either_side(world):
    world = a_world(territory="CN", offered_in=["CN"])
    case = happens(
        a_complaint(world, pack="cn-ecommerce-law", at=ago(5)), "accepted", "reviewer", ago(4), reasons=reasons()
    )
    for event, by in (
        ("counter_notice_filed", "seller"),
        ("declaration_forwarded", "reviewer"),
        ("action_filed", "complainant"),
    ):
        happens(case, event, by, ago(3))
    desk = signed_in(world.rana)
    said = text(desk.get(f"/review/case/{case.number}/"))
    assert "For the seller: The listing comes back." in said
    desk.post(f"/review/case/{case.number}/decide/", {"seq": str(case.seq), "choice": "action_ended:seller_won"})
    decisions.release_due_steps(now=timezone.now() + timedelta(seconds=11), at=timezone.now())
    case.refresh_from_db()
    assert case.state == "lifted"


def reasons():
    return decisions.cases.Reasons(("notice_sufficient",))


def test_a_closed_case_is_read_as_its_file_with_statement_and_proof(world, desk):
    case = answered(world)
    desk.post(
        f"/review/case/{case.number}/decide/",
        {**upholds(case), "choice": "decided_for_seller", "grounds-decided_for_seller": "licensed"},
    )
    decisions.release_due_steps(now=timezone.now() + timedelta(seconds=11), at=timezone.now())
    page = desk.get(f"/review/case/{case.number}/")
    assert h1(page) == "Not upheld: stays up"
    assert "The seller has shown a licence that covers this use and was in force." in text(page)
    proof = json.loads(desk.get(f"/review/case/{case.number}/proof.json").content)
    assert (proof["case"], len(proof["events"])) == (case.number, case.seq + 2)


# --- rights -----------------------------------------------------------------------------------------------------------


def pending(world: World, **changes) -> Right:
    sent = ago(2)
    return a_right(
        world.halden,
        state="pending",
        verified_at=None,
        submitted_at=sent,
        due_at=rights.check_due(sent).due_at,
        **changes,
    )


def test_a_right_is_verified_and_the_next_one_opens(world, desk):
    first, second = pending(world, name="FJELL", number="1"), pending(world, name="VIND", number="2")
    assert h1(desk.get("/review/rights/")) == "2 rights wait to be verified, none is late"
    assert h1(desk.get(f"/review/rights/{first.pk}/")) == "Is FJELL proved?"
    page = desk.post(f"/review/rights/{first.pk}/approve/")
    assert page.url == f"/review/rights/{second.pk}/"
    first.refresh_from_db()
    assert (first.state, first.verified_by) == ("approved", world.rana)
    assert desk.post(f"/review/rights/{first.pk}/approve/").status_code == 409


def test_a_right_goes_back_with_reasons_or_not_at_all(world, desk):
    right = pending(world)
    page = desk.post(f"/review/rights/{right.pk}/send-back/", {"note": "The seal is cut off."})
    assert page.status_code == 422
    assert "The seal is cut off." in page.content.decode()
    desk.post(f"/review/rights/{right.pk}/send-back/", {"reasons": ["copy_not_colour"], "note": "The seal is cut off."})
    right.refresh_from_db()
    assert (right.state, right.return_reasons, right.return_note) == (
        "returned",
        ["copy_not_colour"],
        "The seal is cut off.",
    )


def test_settling_a_doubt_moves_every_case_of_the_right(world, desk):
    case = answered(world)
    from_desk = desk.get(f"/review/rights/{world.mark.pk}/")
    assert from_desk.status_code == 200
    living.happen(world.mark, "disputed", by=None, at=ago(1))
    decisions.cases.act([case.pk], "right_in_doubt", by="rights", at=ago(1))
    assert h1(desk.get(f"/review/case/{case.number}/")) == "The right is in doubt: this case stands still"
    assert desk.post(f"/review/rights/{world.mark.pk}/settle/", {"answer": "cleared"}).status_code == 422
    desk.post(f"/review/rights/{world.mark.pk}/settle/", {"answer": "cleared", "why": "Renewed in time."})
    case.refresh_from_db()
    assert case.state == "deciding"


def test_a_draft_is_nobodys_but_its_holders(world, desk):
    assert desk.get(f"/review/rights/{a_right(world.halden, state='draft').pk}/").status_code == 404


# --- finding ----------------------------------------------------------------------------------------------------------


def test_a_number_leads_straight_to_its_case_and_words_to_a_list(world, desk):
    case = a_complaint(world, at=ago(1))
    assert desk.get(f"/review/search/?q={case.number.lower()}").url == f"/review/case/{case.number}/"
    assert h1(desk.get("/review/search/?q=halden")) == "One case found"
    assert h1(desk.get("/review/search/?q=nowhere")) == "No case matches “nowhere”"


def test_the_bar_counts_what_waits(world, desk):
    a_notice(world, lines=3, at=ago(1))
    pending(world)
    said = text(desk.get("/review/mine/"))
    assert "Queue 3 My cases 0 Findings 0 Appeals 0 Rights to verify 1 Accounts to verify 0 Search" in said
