"""The seller's pages: one comes from the mail straight to the case, sees what is claimed and until when, and can answer it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pikepdf
import pytest
from django.contrib.auth.backends import ModelBackend
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import plugged
from countermark.apps.complaints import services
from countermark.apps.complaints.models import Complaint, CounterDraft, CounterNotice, Notice, NoticeFile
from countermark.apps.complaints.services import Reasons
from countermark.apps.decisions.models import Decision
from countermark.apps.notifications.services import tell
from countermark.apps.parties.arrivals import make_link
from countermark.apps.parties.models import Person, SignInLink
from countermark.apps.work import files
from countermark.apps.work.sealing import seal
from countermark.connectors.fake_mail import FakeMailer
from countermark.core import chain
from countermark.entrypoints.web.seller.shops import SELLER_KEY
from evidence.corpus import arm_fully, pdf, png_bomb
from people import SHANGHAI, WEDNESDAY, World, a_notice, a_world, acts_for, happens

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
THURSDAY = datetime(
    2026, 2, 26, 9, 0, tzinfo=SHANGHAI
)  # told: not counted. Fri 27 = 1, Sat 28 = 2 (make-up), Mon 2 = 3
LATE = datetime(2026, 3, 3, 0, 0, tzinfo=SHANGHAI)  # the first late instant


class CaseTime:
    """The case time of the pages under test."""

    def __init__(self) -> None:
        self.at = THURSDAY

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> CaseTime:
    time = CaseTime()
    monkeypatch.setattr("countermark.entrypoints.web.middleware.case_now", time)
    return time


@pytest.fixture(autouse=True)
def post(settings: Any, monkeypatch: pytest.MonkeyPatch, clock: CaseTime) -> FakeMailer:
    """The mail server, and nobody has tried a code before."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    settings.MAILER_FACTORY = "plugged.mailer"
    monkeypatch.setitem(plugged.ports, "post", FakeMailer())
    return cast(FakeMailer, plugged.ports["post"])


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def mei(world: World) -> Client:
    """The browser of Mei, who came by the link."""
    return browser_of(world.mei.pk)


def browser_of(seller_id: int) -> Client:
    client = Client()
    session = client.session
    session[SELLER_KEY] = seller_id
    session.save()
    return client


def accepted(world: World, *, lines: int = 1, pack: str = "platform", told: bool = False, **more: Any) -> Notice:
    """A notice found complete on Wednesday; with `told`, Mei knows of it since Thursday at nine."""
    notice = a_notice(world, lines=lines, pack=pack, at=WEDNESDAY, **more)
    for pk in notice.complaints.values_list("pk", flat=True):
        event = "restricted" if pack == "eu-notice" else "accepted"
        reasons = Reasons(("tm_mark_on_goods",) if pack == "eu-notice" else (notice.reason,))
        services.act([pk], event, by="reviewer", at=WEDNESDAY + HOUR, reasons=reasons)
        if told:
            happens(Complaint.objects.get(pk=pk), "served", "", THURSDAY)
    return notice


def case_of(notice: Notice) -> Complaint:
    return notice.complaints.order_by("line")[0]


def page(client: Client, url: str, status: int = 200) -> str:
    """The page in words: tags gone, blanks single."""
    answer = client.get(url, follow=True)
    assert answer.status_code == status, answer.content.decode()[:500]
    return words(answer)


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("&amp;", "&").split())


def a_pdf(width: int = 200) -> SimpleUploadedFile:
    paper, content = pikepdf.new(), io.BytesIO()
    paper.add_blank_page(page_size=(width, 200))
    paper.save(content, deterministic_id=True)  # else its number changes with the second
    return SimpleUploadedFile("Licence.pdf", content.getvalue(), "application/pdf")


# --- arriving -----------------------------------------------------------------------------------------------------------


def code_in(post: FakeMailer) -> str:
    found = re.search(r"^ {4}(\d{6})$", post.outbox[-1].text, re.MULTILINE)
    assert found, post.outbox[-1].text
    return found[1]


def test_mei_comes_from_the_mail_straight_to_the_case_without_an_account(world: World, post: FakeMailer):
    case, client = case_of(accepted(world)), Client()
    url = f"/seller/arrive/{make_link(world.mei, case.notice.number, timezone.now())}/"
    assert "Is it you?" in page(client, url)
    assert post.outbox == []  # mail programs open links by themselves
    client.post(url, {"step": "send"})
    assert post.outbox[-1].to == world.mei.email
    answer = client.post(url, {"step": "check", "code": code_in(post)})
    assert answer["Location"] == f"/seller/cases/{case.number}/"
    assert "claims: The mark is on the goods without a licence" in page(client, answer["Location"])
    assert not Person.objects.filter(email=world.mei.email).exists()


def test_a_link_to_several_cases_leads_to_their_notice(world: World, post: FakeMailer):
    notice, client = accepted(world, lines=3), Client()
    url = f"/seller/arrive/{make_link(world.mei, notice.number, timezone.now())}/"
    client.post(url, {"step": "send"})
    answer = client.post(url, {"step": "check", "code": code_in(post)})
    assert answer["Location"] == f"/seller/notices/{notice.number}/"
    assert "complains about 3 of your listings" in page(client, answer["Location"])


def test_a_wrong_code_opens_nothing_and_says_how_many_tries_are_left(world: World, post: FakeMailer):
    case, client = case_of(accepted(world)), Client()
    url = f"/seller/arrive/{make_link(world.mei, case.notice.number, timezone.now())}/"
    client.post(url, {"step": "send"})
    wrong = f"{(int(code_in(post)) + 1) % 10**6:06}"
    assert "That is not the code we sent." in (said := words(client.post(url, {"step": "check", "code": wrong})))
    assert "Tries left: 4" in said
    assert SELLER_KEY not in client.session
    assert client.get(f"/seller/cases/{case.number}/").status_code == 302


@pytest.mark.parametrize("age", [None, 91])
def test_a_link_that_leads_nowhere_says_the_way_out(world: World, age: int | None):
    token = make_link(world.mei, "N-2026-000001", timezone.now() - timedelta(days=age)) if age else "no-such-link"
    assert "Send me a new link" in page(Client(), f"/seller/arrive/{token}/", 404)


def test_whoever_asks_for_a_link_learns_nothing_about_who_sells(world: World, post: FakeMailer):
    answers = [Client().post("/seller/arrive/", {"email": email}) for email in (world.mei.email, "nobody@example.org")]
    known, unknown = (words(answer) for answer in answers)
    assert known.replace(world.mei.email, "…") == unknown.replace("nobody@example.org", "…")
    assert [mail.to for mail in post.outbox] == [world.mei.email, "nobody@example.org"]
    assert "This is no e-mail address." in words(Client().post("/seller/arrive/", {"email": "mei at lantern"}))


def test_who_is_signed_in_with_the_shop_goes_straight_in(world: World, post: FakeMailer):
    case, client = case_of(accepted(world)), Client()
    mei = Person.objects.create_user("mei.lin@lantern.example", name="Mei Lin")
    acts_for(mei, world.mei)
    client.force_login(mei, backend=f"{ModelBackend.__module__}.ModelBackend")
    answer = client.get(f"/seller/arrive/{make_link(world.mei, case.notice.number, timezone.now())}/")
    assert answer["Location"] == f"/seller/cases/{case.number}/"
    assert post.outbox == []


def test_no_browser_keeps_the_pages_of_a_seller_without_an_account(world: World, mei: Client):
    case = case_of(accepted(world))
    assert mei.get(f"/seller/cases/{case.number}/")["Cache-Control"] == "private, no-store"


def test_mei_leaves_a_device_that_others_use(world: World, mei: Client):
    case = case_of(accepted(world))
    mei.post("/seller/leave/")
    assert mei.get(f"/seller/cases/{case.number}/").status_code == 302


def test_a_link_cannot_be_told_from_its_digest(world: World):
    token = make_link(world.mei, "N-2026-000001", timezone.now())
    assert Client().get(f"/seller/arrive/{SignInLink.objects.get().token_digest}/").status_code == 404
    assert Client().get(f"/seller/arrive/{token}/").status_code == 200


# --- what is not hers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["", "help/", "take-down/", "print/", "file.json"])
def test_otto_learns_nothing_of_meis_case(world: World, place: str):
    case = case_of(accepted(world))
    otto = browser_of(world.otto.pk)
    assert otto.get(f"/seller/cases/{case.number}/{place}").status_code == 404
    assert otto.post(f"/seller/cases/{case.number}/choose/", {"choice": "answer"}).status_code == 404
    assert otto.get(f"/seller/notices/{case.notice.number}/").status_code == 404
    assert not CounterDraft.objects.exists()


@pytest.mark.parametrize("step", ["listings", "why", "who", "check", "sent"])
def test_otto_cannot_read_or_send_meis_answer(world: World, mei: Client, step: str):
    case = case_of(accepted(world))
    mei.post(f"/seller/cases/{case.number}/choose/", {"choice": "answer"})
    url = f"/seller/answers/{CounterDraft.objects.get().pk}/{step}/"
    assert browser_of(world.otto.pk).get(url).status_code == 404
    assert browser_of(world.otto.pk).post(url, {"case": case.pk, f"seen-{case.pk}": case.seq}).status_code == 404


def test_otto_cannot_take_down_meis_listing_through_a_page_of_his_own(world: World):
    hers, his = case_of(accepted(world)), case_of(accepted(world, seller=world.otto))
    answer = browser_of(world.otto.pk).post(
        f"/seller/cases/{his.number}/take-down/", {"case": hers.pk, f"seen-{hers.pk}": hers.seq}
    )
    assert answer.status_code == 404
    assert Complaint.objects.get(pk=hers.pk).state == "awaiting_seller"


def test_a_notice_that_is_still_being_checked_is_not_there_for_the_seller(world: World, mei: Client):
    case = case_of(a_notice(world, at=WEDNESDAY))
    assert mei.get(f"/seller/cases/{case.number}/").status_code == 404
    assert "Nobody has complained about your listings" in page(mei, "/seller/")


# --- the case -----------------------------------------------------------------------------------------------------------


def test_reading_the_case_counts_as_being_told_and_the_page_says_so(world: World, mei: Client, clock: CaseTime):
    case = case_of(accepted(world))
    said = page(mei, f"/seller/cases/{case.number}/")
    assert "You were told. Here, when you opened the case." in said
    assert "To answer: 3 working days left" in said
    assert "Mon 2 Mar 2026, 24:00 Shanghai" in said
    case.refresh_from_db()
    assert (case.clock_from, case.due_at) == (THURSDAY, LATE)
    clock.at += HOUR
    page(mei, f"/seller/cases/{case.number}/")
    assert Complaint.objects.get(pk=case.pk).clock_from == THURSDAY


def test_the_case_says_what_is_claimed_on_which_right_and_what_silence_does(world: World, mei: Client):
    notice = accepted(world, told=True)
    said = page(mei, f"/seller/cases/{case_of(notice).number}/")
    assert "Halden & Moe AS claims: The mark is on the goods without a licence" in said
    assert "(TM-4)" in said
    assert "The base of the lamp carries our wordmark" in said
    assert "HALDEN & MOE, Trademark CN 41902337" in said
    assert notice.filer_email in said
    assert "On Tue 3 Mar 2026, 00:00 Shanghai the listing is taken down." in said
    assert "You then have 2 more chances to answer, 7 working days each" in said


def test_what_the_complainant_keeps_private_is_not_shown(world: World, mei: Client):
    notice, at = accepted(world, told=True), datetime(2026, 2, 25, tzinfo=UTC)
    for name, private in (("shown", False), ("private", True)):
        upload = a_pdf(200 + len(name))
        file = files.keep(content=upload.read(), name=f"{name}.pdf", by=None, at=at)
        NoticeFile.objects.create(notice=notice, file=file, kind="photo", private=private)
    said = page(mei, f"/seller/cases/{case_of(notice).number}/")
    assert "shown.pdf" in said
    assert "private.pdf" not in said
    assert "private.pdf" not in page(mei, f"/seller/cases/{case_of(notice).number}/print/")


def test_silence_is_found_by_whoever_looks_and_the_page_says_what_is_left(world: World, mei: Client, clock: CaseTime):
    case = case_of(accepted(world, told=True))
    clock.at = LATE
    said = page(mei, f"/seller/cases/{case.number}/")
    assert "Your listing is down, and you may still answer" in said
    assert "No answer came." in said
    assert "The decision follows from a rule and a date; no person made it." in said
    assert "You then have one more chance to answer, 7 working days long" in said
    assert Complaint.objects.get(pk=case.pk).round == 2


def test_a_restriction_in_the_eu_is_explained_in_full_with_the_way_to_appeal(clock: CaseTime):
    world = a_world(offered_in=["EU"], calendar="EU", zone="Europe/Brussels")
    notice = accepted(world, pack="eu-notice")
    tell(notice.pk, at=WEDNESDAY + 2 * HOUR, now=timezone.now())
    case = case_of(notice)
    said = page(browser_of(world.mei.pk), f"/seller/cases/{case.number}/")
    assert "Upheld: your listing stays down" in said
    assert "What do you want to do?" not in said  # this procedure has no counter-notice
    assert "Regulation (EU) 2017/1001" in said
    assert "Rule IP-1.2 of the marketplace" in said
    assert "A person decided." in said
    # told by this page on Thu 26 Feb; six months end on Wed 26 Aug 2026
    assert "Until Wed 26 Aug 2026, 24:00 Brussels, counted from the day you were told." in said
    assert "Go to court." in said


def test_where_the_dsa_does_not_bind_no_appeal_is_promised_while_an_answer_is_the_way(world: World, mei: Client):
    case = case_of(accepted(world, pack="cn-ecommerce-law"))
    said = page(mei, f"/seller/cases/{case.number}/")
    assert "File a counter-notice" in said
    assert "Appeal to us" not in said


def test_the_seller_never_reads_what_passed_between_the_complainant_and_us_before_it_was_heard(
    world: World, mei: Client
):
    notice = a_notice(world, at=WEDNESDAY)
    case = case_of(notice)
    words_ = seal(subject=f"case:{case.number}", text="The second photograph cannot be opened.")
    services.act([case.pk], "returned", by="reviewer", at=WEDNESDAY)
    Decision.objects.create(
        complaint=case,
        seq=1,
        at=WEDNESDAY,
        verdict="returned",
        grounds=["rt_evidence"],
        words=words_,
        reviewer=world.rana,
    )
    happens(case, "mended", "complainant", WEDNESDAY + HOUR)
    happens(case, "accepted", "reviewer", WEDNESDAY + 2 * HOUR)
    for place in ("", "print/", "file.json"):
        assert "The second photograph" not in page(mei, f"/seller/cases/{case.number}/{place}")


@pytest.mark.parametrize(
    ("pack", "said"),
    [
        ("us-dmca-512", "Your listing stays down. Nothing else happens until you answer"),
        ("cn-ecommerce-law", "Your listing stays down. Nothing else happens until you answer"),
        ("pause-and-answer", "the listing is taken down. That was your last chance to answer here"),
    ],
)
def test_every_procedure_says_what_doing_nothing_means(world: World, mei: Client, pack: str, said: str):
    assert said in page(mei, f"/seller/cases/{case_of(accepted(world, pack=pack)).number}/")


def test_a_case_whose_right_is_in_doubt_waits_for_nobody_of_the_two(world: World, mei: Client):
    case = case_of(accepted(world, told=True))
    happens(case, "right_in_doubt", "rights", THURSDAY)
    said = page(mei, f"/seller/cases/{case.number}/")
    assert "The case is paused: we check whether the right still holds" in said
    assert "What do you want to do?" not in said


def test_choosing_nothing_is_said_and_nothing_is_begun(world: World, mei: Client):
    case = case_of(accepted(world))
    assert "Nothing is chosen." in words(mei.post(f"/seller/cases/{case.number}/choose/"))
    assert not CounterDraft.objects.exists()


def test_help_names_whom_one_can_ask_and_how_the_procedure_goes(world: World, mei: Client):
    notice = accepted(world, told=True)
    said = page(mei, f"/seller/cases/{case_of(notice).number}/help/")
    assert notice.filer_email in said
    assert "3 working days for the first answer, then 7 working days" in said
    assert "you are here" in said


def test_the_case_file_proves_itself_and_holds_no_name_in_its_chain(world: World, mei: Client):
    case = case_of(accepted(world, told=True))
    content = json.loads(mei.get(f"/seller/cases/{case.number}/file.json").content)
    head = bytes.fromhex(content["proof"]["genesis"])
    for event in content["proof"]["events"]:
        head = chain.event_hash(head, event["payload"].encode())
        assert head.hex() == event["hash"]
    case.refresh_from_db()
    assert head == bytes(case.head_hash)
    assert "Halden" not in "".join(event["payload"] for event in content["proof"]["events"])
    assert content["claim"]["words"].startswith("The base of the lamp")


# --- the list -----------------------------------------------------------------------------------------------------------


def test_what_waits_for_mei_comes_first_and_can_be_searched_filtered_and_taken_home(world: World, mei: Client):
    one, two = case_of(accepted(world, told=True)), case_of(accepted(world, pack="cn-ecommerce-law"))
    two.listing.title = "=HYPERLINK(1)"
    two.listing.save()
    said = page(mei, "/seller/")
    assert said.index(one.number) < said.index(two.number)
    assert "One case waits for your answer" in said
    assert two.number not in page(mei, "/seller/?stand=yours")
    assert one.number not in page(mei, "/seller/?q=HYPER")
    assert "No case fits" in page(mei, "/seller/?q=nothing+of+the+kind")
    rows = list(csv.reader(io.StringIO(mei.get("/seller/cases.csv?stand=closed").content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == [two.number]
    assert rows[1][2] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("query", ["stand=%00&q=%00&sort=x&place=x&page=-1", "page=999999", "q=" + "a" * 2000])
def test_a_strange_address_of_the_list_is_answered(world: World, mei: Client, query: str):
    accepted(world)
    assert mei.get(f"/seller/?{query}").status_code == 200


def test_a_long_list_asks_no_more_of_the_database_than_a_short_one(world: World, mei: Client):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert mei.get("/seller/").status_code == 200
        return len(asked)

    accepted(world, lines=2, told=True)
    mei.get("/seller/")
    few = queries()
    accepted(world, lines=30, told=True)
    assert queries() == few


# --- taking down oneself ------------------------------------------------------------------------------------------------


def test_mei_takes_down_two_of_three_and_their_cases_end(world: World, mei: Client):
    notice = accepted(world, lines=3, told=True)
    first, second, third = notice.complaints.order_by("line")
    url = f"/seller/cases/{first.number}/take-down/"
    assert "The case ends without a decision." in page(mei, url)
    form = {"case": [first.pk, second.pk], f"seen-{first.pk}": first.seq, f"seen-{second.pk}": second.seq}
    assert "you have taken 2 listings down" in words(mei.post(url, form, follow=True))
    assert list(notice.complaints.order_by("line").values_list("state", flat=True)) == [
        "upheld",
        "upheld",
        "awaiting_seller",
    ]
    assert "You took the listing down: the case is closed" in page(mei, f"/seller/cases/{second.number}/")
    assert "No listing is chosen." in words(mei.post(f"/seller/cases/{third.number}/take-down/"))


def test_a_listing_whose_case_moved_meanwhile_is_not_taken_down(world: World, mei: Client):
    case = case_of(accepted(world, told=True))
    happens(case, "withdrawn", "complainant", THURSDAY)
    url = f"/seller/cases/{case.number}/take-down/"
    answer = mei.post(url, {"case": case.pk, f"seen-{case.pk}": case.seq - 1})
    assert answer.status_code == 409
    assert "There is nothing to take down in this case now" in words(answer)


# --- the guided answer --------------------------------------------------------------------------------------------------


Ask = Callable[..., Any]


def begun(client: Client, case: Complaint) -> tuple[CounterDraft, Ask]:
    """The draft of this case's answer, and a function that posts to one of its questions."""
    client.post(f"/seller/cases/{case.number}/choose/", {"choice": "answer"})
    draft = CounterDraft.objects.get(sent_as=None)

    def ask(step: str, **form: Any) -> Any:
        return client.post(f"/seller/answers/{draft.pk}/{step}/", form)

    return draft, ask


def seen(*cases: Complaint) -> dict[str, Any]:
    now = Complaint.objects.filter(pk__in=[case.pk for case in cases])
    return {"case": [case.pk for case in now], **{f"seen-{case.pk}": case.seq for case in now}}


def test_mei_answers_for_all_three_listings_question_by_question(world: World, mei: Client):
    notice = accepted(world, lines=3, told=True)
    cases = list(notice.complaints.order_by("line"))
    draft, ask = begun(mei, cases[0])
    assert "For which listings do you answer?" in page(mei, f"/seller/answers/{draft.pk}/listings/")
    assert ask("listings", **seen(*cases))["Location"].endswith("/why/")
    assert ask("why", ground="licence", save="1")["Location"].endswith("/why/#chosen")  # first what it needs is shown
    assert "Still missing: Licence letter, in force on Wed 25 Feb 2026" in page(mei, f"/seller/answers/{draft.pk}/why/")
    ask("why", ground="licence", **{"paper-licence_letter": a_pdf()})
    assert "Met. Licence letter" in page(mei, f"/seller/answers/{draft.pk}/why/")
    assert ask("why", ground="licence", statement="Since 2021.", save="1")["Location"].endswith("/who/")
    assert ask("who", **{"contact-name": "Mei Lin", "contact-email": world.mei.email})["Location"].endswith("/check/")
    said = page(mei, f"/seller/answers/{draft.pk}/check/")
    assert "The owner has licensed me" in said
    assert "Licence.pdf" in said
    assert "Halden & Moe AS gets your name, your reason, your words and your papers." in said
    assert ask("check", declared="truth", **seen(*cases))["Location"].endswith("/sent/")
    assert "Your answer for 3 listings is with Halden & Moe AS" in page(mei, f"/seller/answers/{draft.pk}/sent/")
    assert {case.state for case in notice.complaints.all()} == {"countered"}
    assert "Your answer is with Halden & Moe AS" in page(mei, f"/seller/cases/{cases[1].number}/")


def test_a_double_click_on_send_sends_once(world: World, mei: Client):
    case = case_of(accepted(world, told=True))
    _, ask = begun(mei, case)
    ask("why", ground="licence", save="1")
    form = seen(case)
    first, second = ask("check", declared="truth", **form), ask("check", declared="truth", **form)
    assert first["Location"] == second["Location"]
    assert CounterNotice.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("授权书.docx", b"PK\x03\x04" + b"word/document.xml" * 20, "授权书.docx is an"),
        ("invoice.pdf", b"<!doctype html><html><script>alert(1)</script></html>", "is a web page"),
        ("empty.pdf", b"", "is empty"),
        ("huge.pdf", b"%PDF-1.7\n" + b"0" * 10_000_001, "at most 10 MB"),
        ("fifty.pdf", b"%PDF-1.7\n" + b"0" * 50_000_000, "at most 10 MB"),
        ("bomb.png", png_bomb(40_000, 40_000), "bomb.png"),
        ("script.pdf.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "script.pdf"),
    ],
    ids=["word", "web page", "empty", "over the limit", "50 MB", "a bomb of pixels", "a drawing with script"],
)
def test_a_file_that_is_refused_says_why_and_what_was_typed_stays(
    world: World, mei: Client, name: str, content: bytes, why: str
):
    _, ask = begun(mei, case_of(accepted(world, told=True)))
    upload = SimpleUploadedFile(name, content, "application/pdf")
    said = words(ask("why", ground="licence", statement="Since 2021.", save="1", **{"paper-licence_letter": upload}))
    assert why in said
    assert "Nothing of it was kept." in said
    assert CounterDraft.objects.get().data["statement"] == "Since 2021."
    assert not CounterDraft.objects.get().files.exists()


def test_a_pdf_with_script_is_kept_without_it(world: World, mei: Client):
    draft, ask = begun(mei, case_of(accepted(world, told=True)))
    armed = SimpleUploadedFile("Licence.pdf", pdf(arm=arm_fully), "application/pdf")
    ask("why", ground="licence", save="1", **{"paper-licence_letter": armed})
    kept = files.read(draft.files.get())
    assert kept.startswith(b"%PDF")
    for trap in (b"/JavaScript", b"/JS", b"/OpenAction", b"/Launch", b"/EmbeddedFile"):
        assert trap not in kept


def test_a_paper_can_be_taken_out_again(world: World, mei: Client):
    draft, ask = begun(mei, case_of(accepted(world, told=True)))
    ask("why", ground="licence", **{"paper-licence_letter": a_pdf()})
    ask("why", ground="licence", remove=draft.files.get().pk)
    assert not draft.files.exists()
    for strange in ("x", "²", "9" * 40):
        assert ask("why", ground="licence", remove=strange).status_code == 302


def test_everything_that_is_missing_is_named_and_leads_to_its_place(world: World, mei: Client):
    case = case_of(accepted(world, told=True))
    _, ask = begun(mei, case)
    said = words(ask("why", save="1"))
    assert "Choose the reason that you can prove." in said
    assert "Still missing: your name." in words(ask("who", **{"contact-name": " ", "contact-email": world.mei.email}))
    answer = ask("check", **seen(case))
    assert 'href="#declared-truth"' in answer.content.decode()
    assert 'href="#row-why"' in answer.content.decode()
    assert Complaint.objects.get(pk=case.pk).state == "awaiting_seller"


def test_a_text_with_nul_is_named_and_the_rest_of_it_is_kept(world: World, mei: Client):
    draft, ask = begun(mei, case_of(accepted(world, told=True)))
    said = words(ask("why", ground="other", statement="a\x00b", save="1"))
    assert "characters that cannot be stored" in said
    draft.refresh_from_db()
    assert draft.data["statement"] == "ab"


def test_one_second_late_the_page_says_what_happened_and_that_it_can_still_be_sent(
    world: World, mei: Client, clock: CaseTime
):
    case = case_of(accepted(world, told=True))
    draft, ask = begun(mei, case)
    ask("why", ground="licence", statement="We hold a licence since 2021.", **{"paper-licence_letter": a_pdf()})
    form = seen(case)
    clock.at = LATE
    answer = ask("check", declared="truth", **form)
    said = words(answer)
    assert answer.status_code == 409
    assert "The time to answer ended; the listing comes down." in said
    assert "you can still send it, as chance 2 of 3." in said
    assert "We hold a licence since 2021." in said
    assert "This answer is chance 2 of 3." in page(mei, f"/seller/answers/{draft.pk}/check/")
    assert ask("check", **seen(case))["Location"].endswith("/sent/")
    assert Complaint.objects.get(pk=case.pk).state == "countered"


def test_a_stale_page_does_not_answer_a_case_that_was_withdrawn(world: World, mei: Client):
    case = case_of(accepted(world, lines=2, told=True))
    _, ask = begun(mei, case)
    ask("why", ground="licence", statement="Since 2021.")
    form = seen(case)
    happens(case, "withdrawn", "complainant", THURSDAY)
    answer = ask("check", declared="truth", **form)
    assert answer.status_code in (302, 409)
    assert not CounterNotice.objects.exists()


def test_when_the_chances_are_used_up_the_page_names_what_remains(world: World, mei: Client, clock: CaseTime):
    case = case_of(accepted(world, told=True))
    draft, _ = begun(mei, case)
    for days in (0, 30, 60):
        clock.at = LATE + timedelta(days=days)
        page(mei, f"/seller/cases/{case.number}/")
    case.refresh_from_db()
    assert case.state == "upheld"
    said = page(mei, f"/seller/answers/{draft.pk}/check/", 409)
    assert "These listings can no longer be answered" in said
    assert "an appeal where the law gives one, and a court" in said


def test_an_answer_that_was_begun_can_be_gone_on_with(world: World, mei: Client):
    case = case_of(accepted(world, told=True))
    draft, ask = begun(mei, case)
    ask("why", ground="licence", statement="Since 2021.")
    assert "Go on with your answer" in page(mei, f"/seller/cases/{case.number}/")
    mei.post(f"/seller/cases/{case.number}/choose/", {"choice": "answer"})
    assert CounterDraft.objects.get().pk == draft.pk
    assert "Since 2021." in page(mei, f"/seller/answers/{draft.pk}/why/")


def test_under_the_dmca_mei_is_told_before_sending_that_everything_goes_to_the_complainant(world: World, mei: Client):
    case = case_of(accepted(world, pack="us-dmca-512"))
    draft, ask = begun(mei, case)
    assert "Everything on this page goes to Halden & Moe AS" in page(mei, f"/seller/answers/{draft.pk}/who/")
    said = words(
        ask(
            "who",
            **{"contact-name": "Mei Lin", "contact-email": world.mei.email, "contact-address": "", "contact-phone": ""},
        )
    )
    assert "Still missing: your address, your telephone number." in said
    ask(
        "who",
        **{
            "contact-name": "Mei Lin",
            "contact-email": world.mei.email,
            "contact-address": "Kai 4",
            "contact-phone": "+86",
        },
    )
    said = page(mei, f"/seller/answers/{draft.pk}/check/")
    assert "gets a copy of all of this, your address and telephone number included" in said
    assert "10 working days, counted from your answer, to show that they went to court" in said
    every = ["mistake_perjury", "jurisdiction_consent", "accepts_service"]
    assert "Type your full name." in words(ask("check", declared=every, **seen(case)))
    assert ask("check", declared=every, signature="Mei Lin", **seen(case))["Location"].endswith("/sent/")
    assert Complaint.objects.get(pk=case.pk).state == "countered"


def test_one_answer_begins_for_all_listings_of_a_notice(world: World, mei: Client):
    notice = accepted(world, lines=3, told=True)
    mei.post(f"/seller/notices/{notice.number}/answer/")
    assert len(CounterDraft.objects.get().data["complaints"]) == 3
