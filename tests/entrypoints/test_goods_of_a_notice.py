"""Of which class the goods are: asked with a notice on a mark, told where the mark is registered for others, and shown."""

import pytest
from django.test import Client

from apps.test_drafts import HARBOUR
from countermark.apps.complaints import drafts
from countermark.apps.parties.models import Person
from countermark.apps.work.services import case_now
from people import World, a_notice, a_world, acts_for, happens

pytestmark = pytest.mark.django_db
OTHER = "The mark is registered for classes 11; the goods are of class 9."


@pytest.fixture
def world() -> World:
    return a_world(patterns=HARBOUR)


def browser_of(person) -> Client:
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def a_draft(world: World, right) -> drafts.NoticeDraft:
    """Everything is said but the evidence."""
    said = {"marketplace": world.market.slug, "pack": "platform", "right": right.pk, "mode": "listing", "reason": "TM-4"}
    draft = drafts.start(holder=world.halden, person=world.ines, at=case_now(), **said)
    drafts.check_lines(draft, text="https://harbour.example/i/40655", at=case_now())
    return draft


def page(browser: Client, address: str) -> str:
    return " ".join(browser.get(address).content.decode().split())


def test_the_form_asks_it_of_a_mark_keeps_it_and_warns_before_sending(world):
    ines, draft = browser_of(world.ines), a_draft(world, world.mark)
    evidence, check = f"/holder/submit/{draft.pk}/evidence/", f"/holder/submit/{draft.pk}/check/"
    assert "Class of the goods" in page(ines, evidence)
    words = "The base of the lamp carries our wordmark, see photo 1."
    ines.post(evidence, {"statement": words, "fact-goods_classes": "9", "then": "check"})
    assert OTHER in page(ines, check)
    ines.post(evidence, {"statement": words, "fact-goods_classes": "11", "then": "check"})
    assert "The mark is registered for classes" not in page(ines, check)
    ines.post(evidence, {"statement": words, "fact-goods_classes": "lamps", "then": "check"})
    assert "Class of the goods: something here is no class." in page(ines, check)


def test_a_reviewer_reads_it_beside_the_classes_of_the_mark(world):
    case = a_notice(world, facts={"goods_classes": "9"}).complaints.get()
    bench = page(browser_of(world.rana), f"/review/case/{case.number}/")
    assert "Class of the goods, as the complainant says" in bench
    assert OTHER in bench
    assert case.notice.facts == {"goods_classes": "9"}


def test_seller_and_complainant_read_it_with_the_claim(world):
    case = a_notice(world, facts={"goods_classes": "9, 25"}, at=case_now()).complaints.get()
    happens(case, "accepted", "reviewer", case_now())
    person = Person.objects.create_user("mei@lantern.example", name="Mei")
    acts_for(person, world.mei)
    mei, ines = browser_of(person), browser_of(world.ines)
    said = "Class of the goods, as the complainant says"
    for address in (f"/seller/cases/{case.number}/", f"/seller/cases/{case.number}/print/"):
        assert f"<dt>{said}</dt><dd>9, 25</dd>" in page(mei, address)
    assert f"{said}: 9, 25</p>" in page(mei, f"/seller/notices/{case.notice.number}/")
    for address in (f"/holder/notices/{case.notice.number}/", f"/holder/cases/{case.number}/"):
        assert "<dt>Class of the goods</dt><dd>9, 25</dd>" in page(ines, address)


def test_a_notice_that_says_no_class_shows_none(world):
    case = a_notice(world).complaints.get()
    assert "Class of the goods" not in page(browser_of(world.ines), f"/holder/cases/{case.number}/")


def test_goods_the_mark_is_registered_for_raise_no_doubt(world):
    case = a_notice(world, facts={"goods_classes": "11, 21"}).complaints.get()
    bench = page(browser_of(world.rana), f"/review/case/{case.number}/")
    assert "Doubtful for these goods" not in bench
    assert "11, 21" in bench
