"""What screening found, on the reviewer's pages: what they say, what they refuse, what a person's word leads to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from countermark.apps.decisions.services import claim_lasts
from countermark.apps.parties.models import Person
from countermark.apps.screening import services
from countermark.apps.screening.models import Finding, Opinion, Picture
from countermark.entrypoints import look_alikes
from countermark.entrypoints.finding_shown import title_of
from entrypoints.test_operator import said
from findings import LOOKALIKE, a_file, a_finding, a_fingerprint, a_shot, picture_met, words_met
from people import World, a_complaint, a_world

pytestmark = pytest.mark.django_db
QUEUE = "/review/findings/"


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def desk(world: World) -> Client:
    return of(world.rana)


def of(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_of(finding: Finding) -> str:
    return f"{QUEUE}{finding.pk}/"


def html(response) -> str:
    return response.content.decode()


# --- in words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("observed", "canonical", "said_so"),
    [
        ("Hаldеn", "Halden", ["а (Cyrillic) for a", "е (Cyrillic) for e"]),
        ("H4lden", "Halden", ["4 for a"]),
        ("Hal\u200bden", "Halden", ["an invisible character"]),
        (
            "Ｈａｌｄｅｎ",
            "Halden",
            [f"{c} (full width) for {o}" for c, o in zip("Ｈａｌｄｅｎ", "Halden", strict=True)],
        ),
        ("H a l d e n", "Halden", ["a blank"]),
        ("Hálden", "Halden", ["á (Latin) for a"]),
        ("Ha\u0301lden", "Halden", ["a mark above or below a letter"]),
        ("HALDEN", "Halden", []),
        ("", "Halden", []),
        ("İİİ", "Halden", []),
    ],
)
def test_which_letters_are_not_what_they_look_like(observed: str, canonical: str, said_so: list[str]):
    assert look_alikes.named(observed, canonical) == said_so
    assert "".join(text for text, _ in look_alikes.odd(observed, canonical)) == observed


def test_a_long_title_is_shortened_around_what_was_met():
    finding = Finding(title="a" * 300 + LOOKALIKE + "b" * 200 + "Halden", signals=[])
    finding.signals = [{"kind": "text:exact", "figures": {"span": [at, at + 6]}} for at in (300, 506)]
    shown = "".join(part.text for part in title_of(finding))
    assert shown == f"…{'a' * 40}{LOOKALIKE}{'b' * 40}…{'b' * 40}Halden"


def test_a_title_with_thirty_matches_takes_a_few_lines_of_a_list():
    title = "Halden lamp " * 40
    finding = Finding(title=title, signals=[])
    finding.signals = [{"kind": "text:exact", "figures": {"span": [12 * n, 12 * n + 6]}} for n in range(40)]
    shown = title_of(finding)
    assert sum(len(part.text) for part in shown) < 300
    assert shown[-1] == ("…", False) and shown[0] == ("Halden", True)


# --- the list -------------------------------------------------------------------------------------------------------------


def test_what_is_nearly_certain_is_not_said_to_be(world: World, desk: Client):
    finding = a_finding(world, probability=0.9993)
    assert "99 of 100" in said(desk.get(QUEUE))
    assert "about 99 are what they seem" in said(desk.get(page_of(finding)))


def test_nothing_waits_and_the_page_says_what_would(desk: Client):
    page = said(desk.get(QUEUE))
    assert "No finding waits for a reviewer" in page and "What screening finds doubtful comes here" in page


def test_the_surest_stands_first_with_the_stretch_that_was_met(world: World, desk: Client):
    a_finding(world, title="Hаlden scarf", probability=0.61)
    a_finding(world)
    page = desk.get(QUEUE)
    assert "2 findings wait to be looked at" in said(page)
    assert html(page).index("97 of 100") < html(page).index("61 of 100")
    assert f"<mark>{LOOKALIKE}</mark> wool jacket" in html(page)


def test_filters_are_in_the_address_and_say_what_is_outside_them(world: World, desk: Client):
    a_finding(world)
    a_finding(world, title="Came again", reason="stay_down", combination="text:relisted", signals=[])
    assert "Came again" not in said(desk.get(f"{QUEUE}?reason=words"))
    assert "Came again" in said(desk.get(f"{QUEUE}?q=came"))
    assert "Came again" in said(desk.get(f"{QUEUE}?combination=text:relisted"))
    assert "2 findings wait outside this filter" in said(desk.get(f"{QUEUE}?q=nowhere"))
    assert desk.get(f"{QUEUE}?sort=nonsense&reason=nonsense&page=-1&held=%00").status_code == 200


def test_the_list_as_a_table_holds_no_formula(world: World, desk: Client):
    a_finding(world, title="=HYPERLINK(1)")
    table = desk.get(f"{QUEUE}?csv=1").content.decode()
    assert "'=HYPERLINK(1)" in table and "text:lookalike" in table


@pytest.mark.parametrize("who", ["tomas", "ines"])
def test_only_reviewers_come_here(world: World, who: str):
    finding = a_finding(world)
    client = of(getattr(world, who))
    for url in (QUEUE, page_of(finding), f"{QUEUE}next/"):
        assert client.get(url).status_code == 403
    assert client.post(page_of(finding), {"answer": "right"}).status_code == 403 and not Opinion.objects.exists()


# --- one of them ----------------------------------------------------------------------------------------------------------


def test_at_a_glance_the_letters_that_look_alike_are_named(world: World, desk: Client):
    page = said(desk.get(page_of(a_finding(world))))
    assert "“Halden”, with letters that look alike: а (Cyrillic) for a" in page
    assert "Of 100 listings found like this, about 97 are what they seem." in page
    assert "Rule set 1, index version 7" in page


def test_a_word_protected_several_times_is_said_once(world: World, desk: Client):
    twice = [words_met(world), words_met(world, canonical="HALDEN"), words_met(world, field="brand", span=[0, 3])]
    page = html(desk.get(page_of(a_finding(world, signals=twice))))
    assert page.count("It stands there with letters that look alike.") == 1
    assert page.count("In the brand field, with letters that look alike.") == 1


def test_the_other_findings_of_a_seller_are_found_in_whatever_state(world: World, desk: Client):
    finding, _ = a_finding(world), a_finding(world, state="closed", title="Stopped before", signals=[])
    page = desk.get(page_of(finding))
    assert "One other finding" in said(page)
    assert f"{QUEUE}?q={world.mei.ref}&amp;state=any" in html(page)
    assert "Stopped before" in said(desk.get(f"{QUEUE}?q={world.mei.ref}&state=any"))


def test_pictures_stand_side_by_side_with_the_place_they_share(world: World, desk: Client):
    now = timezone.now()
    case = a_complaint(world, at=now - timedelta(days=9))
    print_of = a_fingerprint(case, now)
    kept = a_file("kept.png", a_shot(), now)
    known = Picture.objects.create(fingerprint=print_of, file=kept)
    finding = a_finding(
        world, signals=[picture_met(known, f"fingerprint:{print_of.pk}")], combination="picture:mirrored",
        reason="stay_down", fingerprint=print_of, pictures=[{"url": "https://harbour.example/p/1.png", "file": kept.pk}],
    )  # fmt: skip
    page = desk.get(page_of(finding))
    assert html(page).count('<polygon points="0.1000,0.2000 0.8000,0.2000 0.8000,0.9000 0.1000,0.9000"/>') == 2
    address = reverse("file", args=[kept.pk])
    assert html(page).count(f'src="{address}"') == 2
    text = said(page)
    assert "The outline shows what both have in common." in text
    assert "the same picture, mirrored" in text and f"Taken down in {case.number}" in text
    assert "4 of 256 bits of its hash differ." in text and "31 points lie alike." in text
    assert "The same seller offered what was taken down there." in text


def test_a_part_and_a_whole_are_told_apart(world: World, desk: Client):
    print_of = a_fingerprint(a_complaint(world, at=timezone.now()), timezone.now())
    known = Picture.objects.create(fingerprint=print_of, file=a_file("k.png", a_shot(), timezone.now()))
    whole = picture_met(known, "x", place=None, known_place=None, figurative=True)
    part = picture_met(known, "x", "picture:part", colours=0.42)
    page = said(desk.get(page_of(a_finding(world, signals=[whole, part]))))
    assert "It is the whole picture." in page and "It has few lines, as a logo has" in page
    assert "a part of the picture, mirrored" in page and "Its colours agree to 42 %." in page


def test_a_picture_of_which_only_the_address_is_known_is_not_fetched_from_there(world: World, desk: Client):
    case = a_complaint(world, at=timezone.now())
    print_of = a_fingerprint(case, timezone.now())
    known = Picture.objects.create(fingerprint=print_of, file=a_file("k.png", a_shot(), timezone.now()))
    finding = a_finding(
        world, signals=[picture_met(known, "x")], pictures=[{"url": "https://harbour.example/p/1.png", "file": None}]
    )
    page = desk.get(page_of(finding))
    assert "The picture itself is not kept here." in said(page)
    assert '<img src="https://harbour.example' not in html(page)


def test_a_word_is_kept_with_its_reason_and_the_next_one_opens(world: World, desk: Client):
    other, finding = a_finding(world, probability=0.6, title="The other one", signals=[]), a_finding(world)
    gone = desk.post(page_of(finding), {"answer": "wrong", "words": "Made by Halden itself."}, follow=True)
    assert "is not what it seems" in said(gone) and "The other one" in said(gone)
    finding.refresh_from_db()
    assert (finding.state, finding.decided_by) == ("decided", world.rana)
    assert Opinion.objects.get().right is False
    page = said(desk.get(page_of(finding)))
    assert "It is decided" in page and "Made by Halden itself." in page
    other.refresh_from_db()
    assert other.taken_by == world.rana


def test_without_an_answer_nothing_is_entered_and_what_was_typed_stays(world: World, desk: Client):
    finding = a_finding(world)
    page = desk.post(page_of(finding), {"words": "half a thought"})
    assert page.status_code == 422 and "Nothing is chosen." in said(page) and "half a thought" in said(page)
    assert not Opinion.objects.exists()


def test_who_comes_too_late_is_told_by_whom_and_keeps_what_they_typed(world: World, desk: Client):
    finding = a_finding(world)
    now = timezone.now()
    services.decide(finding.pk, False, by=world.samir, at=now, now=now)
    late = desk.post(page_of(finding), {"answer": "right", "words": "I am sure."})
    assert late.status_code == 409
    assert "Samir Okoye" in said(late) and "I am sure." in said(late)
    assert Opinion.objects.count() == 1


def test_what_another_holds_is_read_and_not_decided(world: World, desk: Client):
    finding = a_finding(world)
    of(world.samir).get(page_of(finding))
    page = desk.get(page_of(finding))
    assert "It is held by Samir Okoye." in said(page) and 'name="answer"' not in html(page)
    assert desk.post(page_of(finding), {"answer": "right"}).status_code == 409
    assert desk.get(f"{QUEUE}next/").url == QUEUE


def test_what_somebody_took_and_left_is_free_again_after_a_while(world: World, desk: Client):
    finding = a_finding(world)
    of(world.samir).get(page_of(finding))
    Finding.objects.update(taken_at=timezone.now() - claim_lasts() - timedelta(minutes=1))
    assert desk.get(f"{QUEUE}next/").url == page_of(finding)
    assert 'name="answer"' in html(desk.get(page_of(finding)))
    finding.refresh_from_db()
    assert finding.taken_by == world.rana


def test_a_page_of_many_signals_and_opinions_asks_as_often_as_one_of_few(world: World, desk: Client):
    now = timezone.now()
    few, many = a_finding(world), a_finding(world)
    print_of = a_fingerprint(a_complaint(world, at=now), now)
    files = [a_file(f"{n}.png", a_shot((40 + n, 40)), now) for n in range(6)]
    pictures = [Picture.objects.create(fingerprint=print_of, file=file) for file in files]
    few.signals, many.signals = (
        [picture_met(pictures[0], "x")],
        [picture_met(each, "x", picture=0) for each in pictures],
    )
    for row in (few, many):
        row.fingerprint, row.state = print_of, "closed"
        row.save()
    for source in ("reviewer", "holder", "case"):
        Opinion.objects.create(finding=many, right=True, source=source, by=world.rana, at=now)
    Opinion.objects.create(finding=few, right=True, source="case", by=world.rana, at=now)
    counts = []
    for row in (few, many):
        desk.get(page_of(row))
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(page_of(row)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 16, counts


def test_what_is_skipped_is_given_back(world: World, desk: Client):
    finding = a_finding(world)
    desk.get(page_of(finding))
    assert desk.get(f"{QUEUE}next/?after={finding.pk}").url == QUEUE
    finding.refresh_from_db()
    assert finding.taken_by is None


def test_whoever_passes_over_one_finding_after_the_other_comes_down_the_list_and_up_again(world: World, desk: Client):
    first, second, third = (a_finding(world, probability=p) for p in (0.9, 0.8, 0.8))  # the third was found earlier
    walked = [desk.get(f"{QUEUE}next/?after={left.pk}").url for left in (first, third, second)]
    assert walked == [page_of(each) for each in (third, second, first)]  # at the end from the top
    back = [desk.get(f"{QUEUE}next/?before={left.pk}").url for left in (second, third, first)]
    assert back == [page_of(each) for each in (third, first, second)]
    assert desk.get(f"{QUEUE}next/?before=x%00").status_code == 302


HOSTILE = [
    "<script>alert(1)</script> Halden",
    "\u202eneldaH\u202c jacket \u2066x",
    "Z\u0351\u036b\u0343\u036a" * 90,
    "Halden " * 85,
    "👨‍👩‍👧‍👦" * 40,
]


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_breaks_the_pages(world: World, desk: Client, title: str):
    title = title[:600]
    signals = [words_met(world, span=[0, 9999], observed=title[:50]), words_met(world, span=[3, 5])]
    finding = a_finding(world, title=title, signals=signals, shown={"brand": title, "text": title})
    for url in (QUEUE, page_of(finding)):
        page = desk.get(url)
        assert page.status_code == 200 and "<script>alert" not in html(page)


def test_signals_of_plug_ins_and_half_signals_are_shown_as_far_as_they_go(world: World, desk: Client):
    signals = [{"kind": "logo-finder", "about": "x", "probability": 0.5, "figures": {}}, {"kind": "picture:part"},
               {"kind": "text:exact", "figures": {"span": None}}]  # fmt: skip
    page = desk.get(page_of(a_finding(world, signals=signals, combination="logo-finder")))
    assert page.status_code == 200 and "A detector of this installation: logo-finder." in said(page)


def test_what_software_did_alone_can_be_confirmed_by_a_person(world: World, desk: Client):
    finding = a_finding(world, state="closed", done="noted", mode="shadow")
    assert "By software alone" in said(desk.get(QUEUE))
    assert LOOKALIKE in said(desk.get(f"{QUEUE}?state=closed"))
    desk.post(page_of(finding), {"answer": "right"})
    assert Opinion.objects.get().right is True
