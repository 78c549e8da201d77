"""The operator's pages of screening: what each marketplace has us do, by which rules, what is kept down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from countermark.apps.screening.models import Change, Mode, Opinion, Replay, Rules
from countermark.apps.work.models import Job
from entrypoints.test_operator import said
from entrypoints.test_order_appeals import of
from findings import a_finding, a_fingerprint, rules_in_force
from people import World, a_complaint, a_world

pytestmark = pytest.mark.django_db
HOME = "/operate/screening/"
RULES = "/operate/screening/rules/"
DRIFT = "/operate/screening/drift/"
REPLAYS = "/operate/screening/replays/"
KEPT = "/operate/screening/fingerprints/"


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def desk(world: World) -> Client:
    return of(world.tomas)


@pytest.mark.parametrize("url", [HOME, DRIFT, RULES, REPLAYS, KEPT])
def test_only_operators_come_here(world: World, url: str):
    for person in (world.rana, world.ines):
        assert of(person).get(url).status_code == 403 and of(person).post(url).status_code in (403, 405)


# --- modes and index ------------------------------------------------------------------------------------------------------


def test_until_somebody_says_otherwise_nothing_is_stopped(desk: Client):
    page = said(desk.get(HOME))
    assert "Screening stops nothing" in page and "nobody has said; shadow" in page
    assert "Nothing is in it yet: no picture is looked for." in page


def test_a_mode_is_set_for_one_reason_and_says_who_set_it(world: World, desk: Client):
    sent = {"marketplace": world.market.slug, "words": "blocking", "pictures": "shadow", "stay_down": "advisory"}
    page = said(desk.post(HOME, sent, follow=True))
    assert "Harbour Market is set. Words: Blocking. Came back: Advisory." in page
    assert "Screening stops listings at one marketplace" in page and "Tomás Ferreira" in page
    assert dict(Mode.objects.values_list("reason", "mode")) == {"words": "blocking", "stay_down": "advisory"}
    assert "Nothing was changed." in said(desk.post(HOME, sent, follow=True))


def test_a_mode_there_is_not_and_a_place_there_is_not_change_nothing(world: World, desk: Client):
    assert desk.post(HOME, {"marketplace": world.market.slug, "words": "loud"}).status_code == 422
    assert desk.post(HOME, {"marketplace": "nowhere", "words": "off"}).status_code == 422
    assert not Mode.objects.exists()


def test_an_index_that_is_behind_says_so(desk: Client, settings, tmp_path):
    settings.SCREENING_DIR = str(tmp_path)
    for _ in range(3):
        Change.objects.create(what="words", at=timezone.now())
    assert "steps behind" in said(desk.get(HOME)) and "steps behind" in said(desk.get("/operate/"))


# --- rule sets ------------------------------------------------------------------------------------------------------------


def test_a_rule_set_is_drafted_of_what_people_said_and_counts_once_adopted(world: World, desk: Client):
    rules_in_force()
    finding = a_finding(world)
    of(world.rana).post(reverse("reviewer:finding", args=[finding.pk]), {"answer": "wrong"})
    sent = {"review_at": "0.55", "block_at": "0,95", "prior_weight": "10", "note": "Too many scarves."}
    page = said(desk.post(RULES, sent, follow=True))
    assert "Rule set 2 is drafted" in page and "0 right, 1 wrong" in page and "Too many scarves." in page
    assert Rules.objects.get(number=2).numbers["block_at"] == 0.95
    page = said(desk.post(f"{RULES}2/", follow=True))
    assert "Rule set 2 is in force from now on." in page and "Rule set 2 is in force" in page
    assert desk.post(f"{RULES}2/").status_code == 409
    assert Rules.objects.get(number=1).state == "past"


@pytest.mark.parametrize("wrong", [{"review_at": "much"}, {"review_at": "0.9", "block_at": "0.5"}, {"prior_weight": "-1"},
                                   {"block_at": "NaN"}, {"block_at": ""}])  # fmt: skip
def test_numbers_nobody_can_judge_by_are_named_and_kept_on_the_page(desk: Client, wrong: dict[str, str]):
    sent = {"review_at": "0.5", "block_at": "0.9", "prior_weight": "10", **wrong}
    page = desk.post(RULES, sent)
    assert page.status_code == 422 and "is no number that can be judged by." in said(page)
    assert all(f'value="{value}"' in page.content.decode() for value in wrong.values())
    assert not Rules.objects.filter(state="draft").exists()


def test_a_rule_set_there_is_not_is_not_there(desk: Client):
    assert desk.get(f"{RULES}77/").status_code == 404 and desk.post(f"{RULES}77/").status_code == 404


# --- does it still prove right? -------------------------------------------------------------------------------------------


def test_what_proves_right_less_often_than_before_stands_first(world: World, desk: Client):
    assert "Nobody has said yet whether a finding was right" in said(desk.get(DRIFT))
    now = timezone.now()
    for n in range(40):
        finding = a_finding(world)
        long_ago = n < 30
        at = now - timedelta(days=90 if long_ago else 2)
        Opinion.objects.create(finding=finding, right=long_ago, source="reviewer", by=world.rana, at=at)
    page = said(desk.get(DRIFT))
    assert "text:lookalike,0,10,30,30,down" in desk.get(f"{DRIFT}?csv=1").content.decode()
    assert "One kind of finding no longer proves right as before" in page
    assert "0 of 10 right" in page and "30 of 30 right" in page and "0 % instead of 100 %" in page


# --- replays --------------------------------------------------------------------------------------------------------------


def a_span(**changes: str) -> dict[str, str]:
    return {"rules": "1", "marketplace": "", "since": "2026-01-01", "until": "2026-03-01", **changes}


def test_a_replay_is_asked_for_followed_and_read(world: World, desk: Client):
    assert "There is no rule set to try yet." in said(desk.get(REPLAYS))
    rules_in_force()
    page = desk.post(REPLAYS, a_span(marketplace=world.market.slug), follow=True)
    assert "A worker replays it" in said(page) and 'hx-trigger="every 2s"' in page.content.decode()
    row = Replay.objects.get()
    assert (row.until - row.since).days == 60  # to the end of 1 March, by the days of Shanghai
    assert Job.objects.filter(kind="screening_replay", key=str(row.pk)).exists()
    row.looked_at, row.total, row.changes, row.finished_at = 40, 40, {"allow>block": 2, "odd": 1}, timezone.now()
    row.examples = [
        {"change": "allow>block", "item_id": "1", "title": "<b>Halden</b>", "url": "https://harbour.example/i/1"}
    ]
    row.save()
    page = desk.get(f"{REPLAYS}{row.pk}/")
    assert "Of 40 listings 2 would have come to another verdict" in said(page)
    assert "&lt;b&gt;Halden&lt;/b&gt;" in page.content.decode() and "every 2s" not in page.content.decode()


@pytest.mark.parametrize("wrong", [{"since": "2026-03-02"}, {"since": "yesterday"}, {"rules": "9"}, {"rules": "x"},
                                   {"marketplace": "nowhere"}, {"until": "9999-12-31"}, {"since": "0001-01-01"}])  # fmt: skip
def test_what_cannot_be_replayed_is_said_and_nothing_is_begun(world: World, desk: Client, wrong: dict[str, str]):
    rules_in_force()
    page = desk.post(REPLAYS, a_span(**wrong))
    assert page.status_code == 422 and "One thing to mend" in said(page)
    assert not Replay.objects.exists() and not Job.objects.filter(kind="screening_replay").exists()


def test_a_replay_there_is_not_is_not_there(desk: Client):
    assert desk.get(f"{REPLAYS}77/").status_code == 404


# --- what is kept down ----------------------------------------------------------------------------------------------------


def test_what_is_kept_down_is_lifted_once(world: World, desk: Client):
    now = timezone.now()
    assert "Nothing is kept down" in said(desk.get(KEPT))
    print_of = a_fingerprint(a_complaint(world, at=now - timedelta(days=9)), now)
    a_finding(world, fingerprint=print_of, reason="stay_down")
    page = said(desk.get(KEPT))
    assert "1 listing is kept down" in page and print_of.complaint.number in page
    assert "Nothing fits" in said(desk.get(f"{KEPT}?q=umbrella"))
    assert print_of.complaint.number in desk.get(f"{KEPT}?csv=1").content.decode()
    assert "no longer looked for" in said(desk.post(KEPT, {"fingerprint": print_of.pk}, follow=True))
    assert "an operator lifted it" in said(desk.get(f"{KEPT}?state=lifted"))
    assert desk.post(KEPT, {"fingerprint": print_of.pk}).status_code == 409


@pytest.mark.parametrize("which", ["", "nobodys", "9" * 30, "-1"])
def test_what_is_not_kept_down_cannot_be_lifted(desk: Client, which: str):
    answer = desk.post(KEPT, {"fingerprint": which}, follow=True)
    assert answer.redirect_chain == [(KEPT, 302)] and "no longer looked for" not in answer.content.decode()
