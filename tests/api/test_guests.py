"""Somebody without an account reports by program: the same rules as the form, no key, and nothing to be learned by asking."""

from datetime import timedelta

import pytest
from django.core.cache import cache

import plugged
from apps.test_guests import code_in
from countermark.apps.complaints.models import Complaint, GuestDraft, GuestLink, Notice, WordFile
from countermark.apps.work.models import StoredFile
from countermark.apps.work.services import case_now
from countermark.connectors.fake_mail import FakeMailer
from countermark.entrypoints.api.v1.files import BOUNDARY, MULTIPART, SENT
from countermark.entrypoints.api.v1.guest_drafts import REPORT
from people import happens
from programs import Program

ANYONE = Program(None, "")
OTHER = {**REPORT, "email": "other@fremd.example", "listings": ["https://harbour.example/i/40777"]}


@pytest.fixture(autouse=True)
def post(settings, monkeypatch):
    settings.MAILER_FACTORY = "plugged.mailer"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    monkeypatch.setitem(plugged.ports, "post", FakeMailer())
    return plugged.ports["post"]


def begun(**more):
    answer = ANYONE.post("/guest/drafts", {**OTHER, **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def sent(post, **more):
    draft = begun(**more)
    path = f"/guest/drafts/{draft['token']}"
    assert ANYONE.post(f"{path}/code").status_code == 202
    return ANYONE.post(f"{path}/send", {"code": code_in(post, draft["email"])})


def test_a_report_is_written_shown_by_a_code_sent_and_followed(desk, post):
    places = ANYONE.get("/guest/places").json()["items"]
    place = next(each for each in places if each["slug"] == "harbour")
    assert (place["most_listings"], place["procedure"], place["owner_needed"]) == (10, "platform", True)
    draft = begun(declarations=[each["code"] for each in place["declarations"]])
    assert draft["can_send"] and draft["lines"][0]["verdict"] == "ready"
    path = f"/guest/drafts/{draft['token']}"
    with_file = ANYONE.ask("post", f"{path}/files", SENT, **MULTIPART).json()
    assert [(piece["kind"], piece["private"], piece["file"]["name"]) for piece in with_file["evidence"]] == [
        ("other", True, "evidence-1.pdf")
    ]
    before = Notice.objects.count()
    assert ANYONE.post(f"{path}/code").json() == {"to": "o…r@fremd.example", "good_for_minutes": 15}
    assert Notice.objects.count() == before and [letter.to for letter in post.outbox] == ["other@fremd.example"]
    done = ANYONE.post(f"{path}/send", {"code": code_in(post, "other@fremd.example")})
    assert done.status_code == 201 and Notice.objects.count() == before + 1
    said = done.json()
    report = ANYONE.get(f"/guest/reports/{said['token']}").json()
    assert (report["number"], len(report["evidence"]), report["complainant"]) == (said["number"], 1, "Gundula Fremd")
    case = ANYONE.get(f"/guest/reports/{said['token']}/cases/{said['cases'][0]}")
    assert case.json()["permitted"] and case["ETag"]
    over = {"event": "withdrawn"}
    gone = ANYONE.post(f"/guest/reports/{said['token']}/cases/{said['cases'][0]}/answer", over, if_match=case["ETag"])
    assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn")


def with_files(path, etag, **said):
    fields = {"event": "mended", "words": "Page two of the certificate names the class.", **said}
    body = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return ANYONE.ask("post", path, body + SENT.replace('name="file"', 'name="files"'), if_match=etag, **MULTIPART)


def test_an_answer_brings_papers_under_our_names_and_one_refused_leaves_nothing(
    desk, post, problem, settings, monkeypatch
):
    said = sent(post).json()
    happens(Complaint.objects.get(number=said["cases"][0]), "returned", "reviewer", case_now())
    settings.SCANNER_FACTORY = "plugged.scanner"
    monkeypatch.setitem(plugged.ports, "scanner", lambda content: "Eicar-Test")
    path = f"/guest/reports/{said['token']}/cases/{said['cases'][0]}"
    before, etag = StoredFile.objects.count(), ANYONE.get(path)["ETag"]
    problem(with_files(f"{path}/answer-with-files", '"0"'), 412, "stale_case")
    found = problem(with_files(f"{path}/answer-with-files", etag), 422, "file_refused")["defects"]
    assert [defect["code"] for defect in found] == ["infected"] and StoredFile.objects.count() == before
    monkeypatch.setitem(plugged.ports, "scanner", lambda content: None)
    mended = with_files(f"{path}/answer-with-files", etag, kind="register_extract")
    assert (mended.status_code, mended.json()["state"]) == (200, "checking"), mended.content
    row = WordFile.objects.get(word__complaint__number=said["cases"][0])
    assert (row.kind, row.file.name, row.file.uploaded_by) == ("register_extract", "paper-1.pdf", None)


def test_the_files_of_an_answer_are_counted_by_the_hour_with_those_of_reports(desk, post, problem, monkeypatch):
    said = sent(post).json()
    path = f"/guest/reports/{said['token']}/cases/{said['cases'][0]}"
    monkeypatch.setattr(
        "countermark.apps.parties.codes.spend", lambda key, number, now: number != "guest_files_an_hour"
    )
    problem(with_files(f"{path}/answer-with-files", "*", event="withdrawn"), 429, "too_often")
    assert Complaint.objects.get(number=said["cases"][0]).outcome == ""


def test_what_is_missing_is_named_and_no_code_leaves_before_it_is_mended(desk, post, problem):
    draft = begun(statement="", right_owner="", email="no address")
    assert not draft["can_send"]
    assert {d["field"] for d in draft["defects"]} >= {"statement", "email"}
    said = problem(ANYONE.post(f"/guest/drafts/{draft['token']}/code"), 422, "notice_defective")
    assert all(d["message"] and d["how_to_mend"] for d in said["defects"]) and post.outbox == []
    mended = ANYONE.ask("put", f"/guest/drafts/{draft['token']}", OTHER)
    assert mended.json()["can_send"] and "token" not in mended.json()


def test_the_same_report_sent_again_answers_the_same_and_a_second_one_names_the_case(desk, post):
    first = sent(post)
    cases = Complaint.objects.count()
    assert first.status_code == 201 and first.json()["already"] == []
    token = first.json()["token"]
    assert ANYONE.post(f"/guest/drafts/{token}/send", {"code": "0"}).json() == first.json()
    again = sent(post)
    assert (again.status_code, again.json()["already"]) == (200, first.json()["cases"])
    assert again.json()["number"] == first.json()["number"] and Complaint.objects.count() == cases
    assert ANYONE.get(f"/guest/reports/{again.json()['token']}").status_code == 200


def test_a_wrong_code_sends_nothing_and_says_how_many_tries_are_left(desk, post, problem):
    path = f"/guest/drafts/{begun()['token']}"
    ANYONE.post(f"{path}/code")
    wrong = "000000" if code_in(post, "other@fremd.example") != "000000" else "111111"
    said = problem(ANYONE.post(f"{path}/send", {"code": wrong}), 422, "code_wrong")
    assert "4" in said["detail"]
    ANYONE.ask("put", path, OTHER)  # whatever is written anew needs a new code
    problem(ANYONE.post(f"{path}/send", {"code": code_in(post, "other@fremd.example")}), 422, "code_dead")
    assert not Notice.objects.filter(filer_email="other@fremd.example").exists()


def test_a_token_opens_its_own_report_until_its_days_are_over_or_its_links_are_ended(desk, post, problem):
    token = sent(post).json()["token"]
    other = Complaint.objects.exclude(notice__filer_email="other@fremd.example").earliest("pk").number
    problem(ANYONE.get(f"/guest/reports/{token}/cases/{other}"), 404, "not_found")
    problem(ANYONE.get(f"/guest/reports/{token}x"), 404, "not_found")
    problem(ANYONE.get(f"/guest/drafts/{token}"), 409, "already_sent")
    key = GuestLink.objects.get(notice__filer_email="other@fremd.example", opens=True)
    assert key.expires_at - key.created_at == timedelta(days=14) and token not in str(vars(key))
    assert ANYONE.post(f"/guest/reports/{token}/end-links").json()["ended"] >= 1
    problem(ANYONE.get(f"/guest/reports/{token}"), 404, "not_found")


def test_asking_for_links_answers_the_same_for_every_address_and_a_code_opens_the_report(desk, post):
    number = sent(post).json()["number"]
    answers = [ANYONE.post("/guest/links", {"email": who}) for who in ("other@fremd.example", "a@b.example", "nobody")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b'{"asked": true}')}
    link = post.to("other@fremd.example")[-1].text.split("/track/")[1].split("/")[0]
    assert ANYONE.post(f"/guest/links/{link}/code").json()["to"] == "o…r@fremd.example"
    opened = ANYONE.post(f"/guest/links/{link}/open", {"code": code_in(post, "other@fremd.example")}).json()
    assert opened["number"] == number
    assert ANYONE.get(f"/guest/reports/{opened['token']}").json()["number"] == number


def test_the_link_of_a_mail_opens_nothing_without_its_code(desk, post, problem):
    sent(post)
    ANYONE.post("/guest/links", {"email": "other@fremd.example"})
    link = post.to("other@fremd.example")[-1].text.split("/track/")[1].split("/")[0]
    problem(ANYONE.get(f"/guest/reports/{link}"), 404, "not_found")


def test_one_computer_is_paused_by_the_minute_and_what_it_costs_by_the_hour(desk, settings, problem):
    settings.API_GUEST_REQUESTS_PER_MINUTE = 2
    assert [ANYONE.get("/guest/places")["RateLimit-Remaining"] for _ in range(2)] == ["1", "0"]
    problem(ANYONE.get("/guest/places"), 429, "too_many_from_here")
    settings.API_GUEST_REQUESTS_PER_MINUTE = 1000
    for _ in range(60):
        begun()
    drafts = GuestDraft.objects.count()
    problem(ANYONE.post("/guest/drafts", OTHER), 429, "too_often")
    assert GuestDraft.objects.count() == drafts


def test_a_place_that_takes_no_guests_and_one_that_is_not_there_are_answered_alike(desk, problem):
    for slug in ("quay-of-nowhere", "elsewhere"):
        said = problem(ANYONE.post("/guest/drafts", {**OTHER, "marketplace": slug}), 422, "notice_defective")
        assert [(d["code"], d["field"]) for d in said["defects"]] == [("guest_place_unknown", "marketplace")]
