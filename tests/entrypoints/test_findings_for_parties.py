"""What a seller reads of why screening stopped a listing, and what a case shows of what came back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.test_orders import a_decision
from countermark.apps.orders import services as orders
from countermark.apps.parties.models import Person
from countermark.apps.screening import services
from countermark.apps.screening.models import Finding, Picture
from entrypoints.test_operator import said
from entrypoints.test_order_appeals import WHY, of, of_shop
from findings import LOOKALIKE, a_file, a_finding, a_fingerprint, a_shot, picture_met, words_met
from people import World, a_complaint, a_world, acts_for
from programs import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


def stopped(world: World, **changes) -> Finding:
    """A finding a reviewer confirmed, and the measure it led to."""
    finding, now = a_finding(world, **changes), timezone.now()
    return services.decide(finding.pk, True, by=world.rana, at=now, now=now)


def came_back_with(world: World, *, seller) -> tuple[Finding, Picture, int]:
    """Mei's listing repeats a picture of one of `seller` that was taken down."""
    now = timezone.now()
    case = a_complaint(world, at=now - timedelta(days=9), seller=seller)
    print_of = a_fingerprint(case, now)
    known = Picture.objects.create(fingerprint=print_of, file=a_file("old.png", a_shot(), now))
    own = a_file("own.png", a_shot(colour="green"), now)
    signals = [words_met(world), picture_met(known, f"fingerprint:{print_of.pk}")]
    shown = {"reason": "stay_down", "fingerprint": print_of, "pictures": [{"url": "", "file": own.pk}]}
    return stopped(world, signals=signals, combination="picture:mirrored", **shown), known, own.pk


def of_measure(finding: Finding, name: str = "measure", *more) -> str:
    return reverse(f"seller:{name}", args=[finding.order.number, *more])


def test_a_seller_reads_what_matched_who_found_it_and_how_to_contest_it(world: World):
    finding = stopped(world)
    mei = of_shop(world.mei.pk)
    page = mei.get(of_measure(finding))
    assert f"<mark>{LOOKALIKE}</mark> wool jacket" in page.content.decode()
    text = said(page)
    assert "а (Cyrillic) for a" in text and "software found the listing; a person decided" in text
    assert "You can appeal" in text and "A person who had no part in it looks at it, never software alone." in text
    mei.post(of_measure(finding, "measure-appeal"), {"words": WHY, "checked": "1", "key": "k"})
    assert "Your appeal is with us" in said(mei.get(of_measure(finding)))


def test_a_seller_sees_its_own_pictures_of_before_beside_the_new_ones(world: World):
    finding, known, own = came_back_with(world, seller=world.mei)
    mei = of_shop(world.mei.pk)
    page = mei.get(of_measure(finding)).content.decode()
    assert page.count("<polygon points=") == 2
    for file in (own, known.file_id):
        address = of_measure(finding, "measure-picture", file)
        assert f'src="{address}?shop={world.mei.pk}"' in page
        assert mei.get(address)["Content-Type"] == "image/png"


def test_what_another_seller_offered_is_neither_shown_nor_named(world: World):
    finding, known, own = came_back_with(world, seller=world.otto)
    mei = of_shop(world.mei.pk)
    page = mei.get(of_measure(finding))
    assert finding.fingerprint.complaint.number not in said(page) and "Otto" not in said(page)
    assert "A picture of a listing that was taken down" in said(page)
    assert mei.get(of_measure(finding, "measure-picture", known.file_id)).status_code == 404
    assert mei.get(of_measure(finding, "measure-picture", own)).status_code == 200


def test_the_title_of_what_another_seller_offered_is_not_told_and_the_own_one_is(world: World):
    now, told, mei = timezone.now(), {}, Person.objects.create_user("mei@lantern.example", name="Mei Lin")
    acts_for(mei, world.mei)
    program = a_program(mei, "seller", seller=world.mei)
    for seller in (world.mei, world.otto):
        case = a_complaint(world, at=now - timedelta(days=9), seller=seller)
        print_of = a_fingerprint(case, now, title="Heron lamp with oak base, old")
        again = words_met(world, observed="Heron lamp with oak base", canonical=print_of.title, span=[0, 24])
        signal = {**again, "kind": "text:relisted", "about": f"fingerprint:{print_of.pk}"}
        shown = {"reason": "stay_down", "fingerprint": print_of, "combination": "text:relisted"}
        finding = stopped(world, title="Heron lamp with oak base", signals=[signal], **shown)
        told[seller.pk] = said(of_shop(world.mei.pk).get(of_measure(finding)))
        answer = program.get(f"/shop-orders/{finding.order.number}").json()
        assert [one["kind"] for one in answer["matches"]] == ["text:relisted"]
        told[seller.pk] += answer["matches"][0]["canonical"]
        assert "Heron lamp with oak base, old" in said(of(world.rana).get(f"/review/findings/{finding.pk}/"))
    assert told[world.mei.pk].count("Heron lamp with oak base, old") == 2
    assert "Heron lamp with oak base, old" not in told[world.otto.pk]
    assert "nearly the title of a listing that was taken down" in told[world.otto.pk]


def test_whoever_answers_the_appeal_sees_what_matched_too_what_is_anothers_included(world: World):
    finding, known, own = came_back_with(world, seller=world.otto)
    of_shop(world.mei.pk).post(of_measure(finding, "measure-appeal"), {"words": WHY, "checked": "1", "key": "k"})
    appeal = reverse("operator:order-appeal", args=[finding.order.appeals.get().pk])
    for address in (appeal, reverse("operator:order", args=[finding.order.number])):
        page = of(world.tomas).get(address)
        assert "What was matched" in said(page) and "а (Cyrillic) for a" in said(page)
        for file in (own, known.file_id):
            assert 'src="' + reverse("file", args=[file]) in page.content.decode()
    decision = a_decision(world, seller_ref=world.otto.ref, measure="suspend")
    order = orders.record(decision, by=world.tomas, at=timezone.now(), now=timezone.now())
    assert "What was matched" not in said(of(world.tomas).get(reverse("operator:order", args=[order.number])))


def test_no_other_shop_and_no_other_file_comes_through_that_door(world: World):
    finding, _, own = came_back_with(world, seller=world.mei)
    other = a_file("paper.png", a_shot(colour="blue"), timezone.now())
    assert of_shop(world.otto.pk).get(of_measure(finding, "measure-picture", own)).status_code == 404
    assert of_shop(world.mei.pk).get(of_measure(finding, "measure-picture", other.pk)).status_code == 404
    assert of_shop(world.mei.pk).get(of_measure(finding, "measure-picture", 987654)).status_code == 404


def test_reviewer_and_complainant_read_in_the_case_what_came_back(world: World):
    finding, _, _ = came_back_with(world, seller=world.mei)
    case = finding.fingerprint.complaint
    case.outcome, case.state = "upheld", "removed"
    case.save()
    for who, address in (
        (world.rana, f"/review/case/{case.number}/file/"),
        (world.ines, f"/holder/cases/{case.number}/"),
    ):
        text = said(of(who).get(address))
        assert "It came back once, and was found" in text and "wool jacket" in text and "Lantern Lane" in text
    assert reverse("reviewer:finding", args=[finding.pk]) in said(
        of(world.rana).get(f"/review/case/{case.number}/file/")
    )


def test_of_much_that_came_back_a_reviewer_reads_all_and_the_complainant_how_much(world: World):
    finding, _, _ = came_back_with(world, seller=world.mei)
    case = finding.fingerprint.complaint
    case.outcome, case.state = "upheld", "removed"
    case.save()
    for n in range(21):
        a_finding(world, title=f"Again {n}", reason="stay_down", fingerprint=finding.fingerprint, state="closed")
    here = f"/review/findings/?q={case.number}&state=any"
    page = said(of(world.rana).get(f"/review/case/{case.number}/file/"))
    assert "And 2 more." in page and here.replace("&", "&amp;") in page
    assert "1 to 22 of 22" in said(of(world.rana).get(here))
    hers = said(of(world.ines).get(f"/holder/cases/{case.number}/"))
    assert "And 2 more." in hers and "/review/findings/" not in hers
