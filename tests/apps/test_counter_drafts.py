"""A counter-notice is kept as typed until it is sent, covers what the seller chose, and goes out once."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pikepdf
import pytest

from countermark.apps.complaints import counter_drafts as drafts
from countermark.apps.complaints import services
from countermark.apps.complaints.held import UnknownCase
from countermark.apps.complaints.models import Complaint, CounterDraft, CounterNotice, Notice
from countermark.apps.complaints.replies import CounterNoticeDefective, take_down_oneself
from countermark.apps.complaints.services import Reasons, StaleCase
from countermark.apps.work.models import StoredFile
from countermark.apps.work.sealing import unseal
from countermark.core import catalogue
from countermark.core.complaint import NotPermitted
from countermark.evidence.uploads import UploadRefused
from people import SHANGHAI, WEDNESDAY, World, a_notice, a_world, happens

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
THURSDAY = datetime(
    2026, 2, 26, 9, 0, tzinfo=SHANGHAI
)  # told: not counted. Fri 27 = 1, Sat 28 = 2 (make-up), Mon 2 = 3
LATE = datetime(2026, 3, 3, 0, 0, tzinfo=SHANGHAI)  # the first late instant


@pytest.fixture
def world() -> World:
    return a_world()


def a_pdf(text: str = "") -> bytes:
    """A one-page PDF; another text makes another file."""
    paper, content = pikepdf.new(), io.BytesIO()
    paper.add_blank_page(page_size=(200 + len(text), 200))
    paper.save(content, deterministic_id=True)  # else its number changes with the second
    return content.getvalue()


def told_of(world: World, *, lines: int = 1, pack: str = "platform") -> Notice:
    """A notice found complete, of which Mei was told on Thursday at nine."""
    notice = a_notice(world, lines=lines, pack=pack, at=WEDNESDAY)
    for complaint in notice.complaints.all():
        services.act([complaint.pk], "accepted", by="reviewer", at=WEDNESDAY + HOUR, reasons=Reasons((notice.reason,)))
        happens(Complaint.objects.get(pk=complaint.pk), "served", "", THURSDAY)
    return notice


def draft_for(world: World, notice: Notice, **typed: object) -> CounterDraft:
    ids = list(notice.complaints.values_list("pk", flat=True))
    draft = drafts.open_draft(notice=notice, seller=world.mei, at=THURSDAY, complaint_ids=ids)
    drafts.save(draft, {"ground": "licence", "declarations": ["truth"], **typed}, at=THURSDAY)
    return draft


def seen(notice: Notice) -> dict[int, int]:
    return dict(notice.complaints.values_list("pk", "seq"))


def states(notice: Notice) -> list[str]:
    return list(notice.complaints.order_by("line").values_list("state", flat=True))


def test_what_mei_typed_is_there_when_she_comes_back(world: World):
    notice = told_of(world)
    draft = draft_for(world, notice, statement="We hold a licence since 2021.\r\n它还有效。")
    drafts.save(draft, {"contact": {"phone": "+86 21"}}, at=THURSDAY + HOUR)
    again = drafts.open_draft(notice=notice, seller=world.mei, at=THURSDAY + HOUR)
    assert again.pk == draft.pk
    assert again.data["statement"] == "We hold a licence since 2021.\n它还有效。"
    assert again.data["contact"] == {"name": "Lantern Lane", "email": world.mei.email, "phone": "+86 21"}
    assert again.updated_at == THURSDAY + HOUR


def test_what_no_database_can_store_is_named_and_the_rest_is_kept(world: World):
    draft = draft_for(world, told_of(world))
    found = drafts.save(draft, {"statement": "a\x00b 😀 \u202eabc", "contact": {"name": "Mei\x00"}}, at=THURSDAY)
    assert {defect.code for defect in found} == {"unprintable_text"}
    assert {defect.field for defect in found} == {"statement", "name"}
    draft.refresh_from_db()
    assert draft.data["statement"] == "ab 😀 \u202eabc"
    assert draft.data["contact"]["name"] == "Mei"


def test_nothing_is_filed_and_no_clock_stops_before_it_is_sent(world: World):
    notice = told_of(world)
    draft_for(world, notice)
    assert not CounterNotice.objects.exists()
    services.bring_up_to_date(notice.complaints.get(), now=LATE)
    assert states(notice) == ["removed"]


def test_one_answer_covers_all_three_listings_of_the_notice(world: World):
    notice = told_of(world, lines=3)
    draft = draft_for(world, notice)
    drafts.attach(draft, content=a_pdf(), name="Licence.pdf", kind="licence_letter", by=None, at=THURSDAY)
    counter = drafts.send(draft, seen=seen(notice), at=THURSDAY + HOUR)
    assert states(notice) == ["countered"] * 3
    assert counter.lines.count() == 3
    assert [(paper.kind, paper.file.name) for paper in counter.files.all()] == [("licence_letter", "Licence.pdf")]
    assert unseal(counter.statement) == ""


def test_a_listing_that_was_not_chosen_is_not_answered_for(world: World):
    notice = told_of(world, lines=2)
    first, second = notice.complaints.order_by("line")
    drafts.send(draft_for(world, notice), seen={first.pk: first.seq}, at=THURSDAY + HOUR)
    assert states(notice) == ["countered", "awaiting_seller"]
    assert second.counter_lines.count() == 0


def test_a_double_click_files_one_answer(world: World):
    notice = told_of(world)
    draft, then = draft_for(world, notice), seen(notice)
    first = drafts.send(draft, seen=then, at=THURSDAY + HOUR)
    second = drafts.send(draft, seen=then, at=THURSDAY + HOUR)
    assert first == second
    assert CounterNotice.objects.count() == 1
    assert notice.complaints.get().counter_lines.count() == 1


def test_an_answer_one_second_late_is_not_entered_and_stays_word_for_word_for_the_next_chance(world: World):
    notice = told_of(world)
    draft, then = draft_for(world, notice, statement="We hold a licence since 2021."), seen(notice)
    with pytest.raises(StaleCase):
        drafts.send(draft, seen=then, at=LATE)
    services.bring_up_to_date(notice.complaints.get(), now=LATE)
    complaint = notice.complaints.get()
    assert (complaint.state, complaint.round) == ("removed", 2)
    draft.refresh_from_db()
    assert draft.sent_as is None
    assert draft.data["statement"] == "We hold a licence since 2021."
    drafts.attach(draft, content=a_pdf(), name="Licence.pdf", kind="licence_letter", by=None, at=LATE)
    drafts.send(draft, seen=seen(notice), at=LATE)
    assert notice.complaints.get().counter_lines.get().round == 2


def test_an_answer_one_second_before_the_end_counts(world: World):
    notice = told_of(world)
    drafts.send(draft_for(world, notice), seen=seen(notice), at=LATE - timedelta(seconds=1))
    assert states(notice) == ["countered"]


def test_two_people_of_the_shop_who_answer_in_the_same_second_file_one_answer(world: World):
    notice = told_of(world)
    then = seen(notice)
    drafts.send(draft_for(world, notice), seen=then, at=THURSDAY + HOUR)
    other = draft_for(world, notice, statement="The other one's words.")
    with pytest.raises(StaleCase):
        drafts.send(other, seen=then, at=THURSDAY + HOUR)
    assert CounterNotice.objects.count() == 1
    other.refresh_from_db()
    assert other.data["statement"] == "The other one's words."


def test_all_that_is_missing_is_named_at_once_and_no_chance_is_used(world: World):
    notice = told_of(world)
    draft = draft_for(world, notice, ground="", declarations=[], contact={"name": "", "email": ""})
    with pytest.raises(CounterNoticeDefective) as refused:
        drafts.send(draft, seen=seen(notice), at=THURSDAY)
    assert [defect.code for defect in refused.value.defects] == ["identity_missing", "ground_missing", "truth_missing"]
    assert states(notice) == ["awaiting_seller"]


def test_a_missing_paper_is_said_and_does_not_keep_mei_from_being_heard(world: World):
    notice = told_of(world)
    draft = draft_for(world, notice)
    found = drafts.defects(draft, drafts.chosen(draft), at=THURSDAY)
    assert [(defect.code, defect.blocks) for defect in found] == [("evidence_missing", False)]
    drafts.send(draft, seen=seen(notice), at=THURSDAY)


def test_a_second_answer_repeats_nothing_but_needs_something_new(world: World):
    notice = told_of(world)
    draft = draft_for(world, notice)
    drafts.attach(draft, content=a_pdf(), name="Licence.pdf", kind="licence_letter", by=None, at=THURSDAY)
    drafts.send(draft, seen=seen(notice), at=THURSDAY)
    case = notice.complaints.get()
    happens(case, "served", "", THURSDAY + HOUR)
    happens(case, "counter_rejected", "complainant", THURSDAY + 2 * HOUR)
    happens(case, "decided_for_holder", "reviewer", THURSDAY + 3 * HOUR, reasons=Reasons(("tm_mark_on_goods",)))
    happens(case, "served", "", THURSDAY + 4 * HOUR)
    assert (case.state, case.round) == ("removed", 2)
    at = THURSDAY + 5 * HOUR
    second = drafts.open_draft(notice=notice, seller=world.mei, at=at, complaint_ids=[case.pk])
    assert second.data["ground"] == "licence"  # what was said is not asked again
    drafts.attach(second, content=a_pdf(), name="Licence again.pdf", kind="licence_letter", by=None, at=at)
    with pytest.raises(CounterNoticeDefective) as refused:
        drafts.send(second, seen=seen(notice), at=at)
    assert [defect.code for defect in refused.value.defects] == ["new_evidence_missing"]
    drafts.attach(second, content=a_pdf("new"), name="Letter.pdf", kind="licence_letter", by=None, at=at)
    drafts.send(second, seen=seen(notice), at=at)
    assert notice.complaints.get().state == "countered"


def test_cases_at_different_chances_are_not_answered_together(world: World):
    notice = told_of(world, lines=2)
    first = notice.complaints.get(line=1)
    drafts.send(draft_for(world, notice), seen={first.pk: first.seq}, at=THURSDAY)
    happens(first, "served", "", THURSDAY)
    happens(first, "counter_rejected", "complainant", THURSDAY + HOUR)
    happens(first, "decided_for_holder", "reviewer", THURSDAY + HOUR, reasons=Reasons(("tm_mark_on_goods",)))
    both = drafts.answerable(notice=notice, seller=world.mei)
    assert [held.case.round for held in both] == [2, 1]
    with pytest.raises(ValueError, match="different chances"):
        drafts.round_of(both)


def test_ottos_shop_cannot_answer_for_meis_listing(world: World):
    notice = told_of(world)
    ottos = drafts.open_draft(notice=notice, seller=world.otto, at=THURSDAY)
    drafts.save(ottos, {"ground": "licence", "declarations": ["truth"]}, at=THURSDAY)
    with pytest.raises(UnknownCase):
        drafts.send(ottos, seen=seen(notice), at=THURSDAY)
    with pytest.raises(UnknownCase):
        drafts.send(ottos, seen={}, at=THURSDAY)
    assert states(notice) == ["awaiting_seller"]


def test_when_all_chances_are_used_nothing_more_can_be_sent(world: World):
    notice = told_of(world)
    draft = draft_for(world, notice)
    case = notice.complaints.get()
    for at in (LATE, LATE + timedelta(days=30), LATE + timedelta(days=60)):
        services.bring_up_to_date(case, now=at)
        if case.awaits_service:
            happens(case, "served", "", at)
    assert (case.state, case.outcome) == ("upheld", "upheld")
    assert drafts.chosen(draft) == []
    drafts.attach(draft, content=a_pdf(), name="Licence.pdf", kind="licence_letter", by=None, at=LATE)
    with pytest.raises(NotPermitted):
        drafts.send(draft, seen=seen(notice), at=LATE + timedelta(days=61))


def test_a_paper_is_kept_with_its_kind_and_can_be_taken_out_again(world: World):
    draft = draft_for(world, told_of(world))
    paper = drafts.attach(draft, content=a_pdf(), name="Licence.pdf", kind="licence_letter", by=None, at=THURSDAY)
    twin = drafts.attach(draft, content=a_pdf(), name="Licence (1).pdf", kind="licence_letter", by=None, at=THURSDAY)
    assert twin == paper
    assert [row.file for row in drafts.papers(draft)] == [paper]
    assert StoredFile.objects.count() == 1
    drafts.remove(draft, file_id=paper.pk, at=THURSDAY)
    drafts.remove(draft, file_id=paper.pk, at=THURSDAY)
    assert drafts.papers(draft) == []


def test_a_paper_that_cannot_be_kept_leaves_nothing_behind(world: World):
    draft = draft_for(world, told_of(world))
    for content, name in ((b"<html><script>alert(1)</script>", "invoice.pdf"), (b"", "empty.pdf")):
        with pytest.raises(UploadRefused):
            drafts.attach(draft, content=content, name=name, kind="licence_letter", by=None, at=THURSDAY)
    with pytest.raises(ValueError, match="no such kind"):
        drafts.attach(draft, content=a_pdf(), name="a.pdf", kind="love_letter", by=None, at=THURSDAY)
    assert drafts.papers(draft) == []


def test_twenty_papers_are_enough(world: World):
    draft = draft_for(world, told_of(world))
    most = catalogue.load().number("evidence_per_counter")
    for n in range(most):
        drafts.attach(draft, content=a_pdf("n" * n), name=f"{n}.pdf", kind="other", by=None, at=THURSDAY)
    with pytest.raises(drafts.TooManyPapers):
        drafts.attach(draft, content=a_pdf("n" * most), name="more.pdf", kind="other", by=None, at=THURSDAY)


DMCA = ["accepts_service", "jurisdiction_consent", "mistake_perjury"]
WHOLE = {"name": "Mei Lin", "email": "mei@lantern.example", "address": "Kai 4, Ningbo", "phone": "+86 574 1"}


@pytest.mark.parametrize(
    ("pack", "typed", "paper", "state"),
    [
        (
            "us-dmca-512",
            {"ground": "", "declarations": DMCA, "signature": "Mei Lin", "contact": WHOLE},
            False,
            "countered",
        ),
        ("cn-ecommerce-law", {"declarations": ["truth", "end_measures_request"]}, True, "weighing"),
        ("pause-and-answer", {}, True, "countered"),
    ],
)
def test_each_procedure_takes_the_answer_its_law_asks_for(
    world: World, pack: str, typed: dict[str, object], paper: bool, state: str
):
    notice = told_of(world, pack=pack)
    draft = draft_for(world, notice, **typed)
    if paper:
        drafts.attach(draft, content=a_pdf(), name="Licence.pdf", kind="licence_letter", by=None, at=THURSDAY)
    drafts.send(draft, seen=seen(notice), at=THURSDAY + HOUR)
    assert states(notice) == [state]


def test_the_dmca_names_every_element_that_is_missing(world: World):
    draft = draft_for(world, told_of(world, pack="us-dmca-512"), declarations=[])
    found = drafts.defects(draft, drafts.chosen(draft), at=THURSDAY)
    assert [defect.code for defect in found if defect.blocks] == [
        "signature_missing",
        "mistake_perjury_missing",
        "contact_full_missing",
        "jurisdiction_consent_missing",
        "accepts_service_missing",
    ]


def test_a_declaration_under_chinese_law_needs_first_evidence(world: World):
    draft = draft_for(world, told_of(world, pack="cn-ecommerce-law"), declarations=["truth", "end_measures_request"])
    found = drafts.defects(draft, drafts.chosen(draft), at=THURSDAY)
    assert "prima_facie_missing" in {defect.code for defect in found if defect.blocks}


def test_who_takes_the_listing_down_ends_the_case_without_reasons_from_us(world: World):
    notice = told_of(world)
    take_down_oneself(seller=world.mei, seen=seen(notice), at=THURSDAY)
    case = notice.complaints.get()
    assert (case.state, case.ask) == ("upheld", "remove")
    assert not case.statements.exists()
