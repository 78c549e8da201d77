"""The pages of an appeal against what the operator decided itself: the shop's from its letter on, and the desk's."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.test_guests import a_picture
from countermark.apps.orders import letters, services
from countermark.apps.orders.intake import Received
from countermark.apps.orders.models import Order, OrderAppeal
from countermark.apps.parties import arrivals
from countermark.apps.parties.models import Person, SignInLink
from countermark.apps.work.models import StoredFile
from countermark.core import catalogue
from countermark.entrypoints.web.seller.arriving import _destination
from countermark.entrypoints.web.seller.shops import SELLER_KEY
from entrypoints.test_operator import said
from people import World, a_world

pytestmark = pytest.mark.django_db
WHY = "The lamps were bought from the maker in Bergen, as the invoice of 3 March shows."
ANSWER = "The invoice names the goods of another shop, and its date lies after the first sale of these lamps."


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def order(world: World) -> Order:
    now = timezone.now()
    received = Received("operator", "restrict", world.market, now, "The shop sells lamps of another's mark.",
                        basis="IP-1.2", measure="suspend", seller_ref=world.mei.ref)  # fmt: skip
    order = services.record(received, by=world.tomas, at=now, now=now)
    letters.tell(order.pk, at=now, now=now)
    order.letters.update(delivered_at=now)
    return order


def of_shop(pk: int) -> Client:
    """A session that came by the link of a mail."""
    client = Client()
    session = client.session
    session[SELLER_KEY] = pk
    session.save()
    return client


def of(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_seller_reads_why_appeals_once_and_sees_how_it_stands(world: World, order: Order):
    mei = of_shop(world.mei.pk)
    assert order.number in said(mei.get(reverse("seller:measures")))
    url, form = (reverse(f"seller:{name}", args=[order.number]) for name in ("measure", "measure-appeal"))
    page = said(mei.get(url))
    assert "The shop is suspended" in page and "The shop sells lamps" in page and "You can appeal" in page
    empty = mei.post(form, {"words": "no"})
    assert empty.status_code == 422 and "The tick before sending is missing." in said(empty)
    sent = mei.post(form, {"words": WHY, "checked": "1", "key": "k-1"}, follow=True)
    assert "Your appeal is with us" in said(sent) and WHY in said(sent)
    mei.post(form, {"words": WHY, "checked": "1", "key": "k-1"})
    again = mei.post(form, {"words": WHY, "checked": "1", "key": "k-2"}, follow=True)
    assert "Nothing was filed" in said(again) and OrderAppeal.objects.count() == 1
    assert mei.get(form).status_code == 302


def test_another_shop_finds_nothing_there(world: World, order: Order):
    otto = of_shop(world.otto.pk)
    for name in ("measure", "measure-appeal"):
        assert otto.get(reverse(f"seller:{name}", args=[order.number])).status_code == 404
    assert "Nothing was laid on your shop" in said(otto.get(reverse("seller:measures")))


def test_the_link_of_the_letter_leads_to_the_measure(world: World, order: Order):
    url = letters.link_of(order.letters.get(what="told"), now=timezone.now())
    link = arrivals.open_link(url.rstrip("/").rpartition("/")[2], now=timezone.now())
    assert _destination(link) == reverse("seller:measure", args=[order.number])
    assert SignInLink.objects.count() == 1


def test_an_appeal_stands_on_the_home_page_and_is_answered_by_another_operator_or_a_senior(world: World, order: Order):
    of_shop(world.mei.pk).post(
        reverse("seller:measure-appeal", args=[order.number]), {"words": WHY, "checked": "1", "key": "k"}
    )
    appeal = OrderAppeal.objects.get()
    url = reverse("operator:order-appeal", args=[appeal.pk])
    tomas, noor = of(world.tomas), of(Person.objects.create_user("noor@desk.example", name="Noor", is_senior=True))
    assert "1 seller appeals our own decision" in said(tomas.get("/operate/")) and url in said(tomas.get("/operate/"))
    assert url in said(tomas.get(reverse("operator:order", args=[order.number])))
    assert "You made this decision" in said(tomas.get(url))
    asked = {"choice": "grant", "words": ANSWER, "confirmed": "1"}
    assert tomas.post(url, asked).status_code == 409
    assert OrderAppeal.objects.get().decided_at is None
    assert "1 appeal against the operator’s own decisions waits" in said(noor.get(reverse("reviewer:appeals")))
    assert WHY in said(noor.get(url)) and order.number in said(noor.get(reverse("operator:order-appeals")))
    assert noor.post(url, {"words": ""}).status_code == 422
    preview = said(noor.post(url, {"choice": "grant", "words": ANSWER}))
    assert "Your appeal is granted: the decision was wrong." in preview and OrderAppeal.objects.get().decided_at is None
    assert "The appeal is granted" in said(noor.post(url, asked, follow=True))
    assert Order.objects.get().state == "ended"
    assert "Your appeal was granted" in said(of_shop(world.mei.pk).get(reverse("seller:measure", args=[order.number])))
    late = noor.post(url, {"choice": "keep", "words": ANSWER, "confirmed": "1"})
    assert late.status_code == 409 and ANSWER in said(late)
    assert "No appeal waits" in said(noor.get(reverse("operator:order-appeals")))
    assert "Granted" in said(noor.get(reverse("operator:order-appeals"), {"show": "decided"}))


def test_an_appeal_that_waits_too_long_is_late_and_decides_nothing(world: World, order: Order):
    of_shop(world.mei.pk).post(
        reverse("seller:measure-appeal", args=[order.number]), {"words": WHY, "checked": "1", "key": "k"}
    )
    OrderAppeal.objects.update(due_at=timezone.now() - timedelta(days=1))
    assert "Late" in said(of(world.tomas).get("/operate/"))
    assert Order.objects.get().state == "in_force"


def test_reviewers_who_are_no_seniors_do_not_answer_it(world: World):
    assert of(world.rana).get(reverse("operator:order-appeals")).status_code == 403


def test_papers_come_with_an_appeal_and_only_the_shop_and_the_desk_read_them(world: World, order: Order):
    form = reverse("seller:measure-appeal", args=[order.number])
    mei = of_shop(world.mei.pk)
    told = {"words": WHY, "checked": "1", "key": "k"}
    refused = mei.post(form, {**told, "files": SimpleUploadedFile("invoice.pdf", b"no paper at all")})
    assert refused.status_code == 422 and WHY in said(refused) and not StoredFile.objects.exists()
    many = [SimpleUploadedFile(f"{n}.png", a_picture()) for n in range(catalogue.load().number("appeal_files") + 1)]
    assert mei.post(form, {**told, "files": many}).status_code == 422 and not StoredFile.objects.exists()
    assert mei.post(form, {**told, "files": SimpleUploadedFile("invoice.png", a_picture())}).status_code == 302
    [paper] = OrderAppeal.objects.get().files.all()
    address = reverse("file", args=[paper.pk])
    assert address in said(mei.get(reverse("seller:measure", args=[order.number]))) and paper.name == "invoice.png"
    assert address in said(of(world.tomas).get(reverse("operator:order-appeal", args=[OrderAppeal.objects.get().pk])))
    answers = [client.get(address).status_code for client in (mei, of(world.tomas), of_shop(world.otto.pk), Client())]
    assert answers == [200, 200, 404, 404]


def test_the_list_of_appeals_is_searched_and_leaves_as_a_table(world: World, order: Order):
    of_shop(world.mei.pk).post(
        reverse("seller:measure-appeal", args=[order.number]), {"words": WHY, "checked": "1", "key": "k"}
    )
    tomas, url = of(world.tomas), reverse("operator:order-appeals")
    for q, found in ((order.number, True), ("lantern", True), ("harbour", True), ("M-1999", False)):
        page = said(tomas.get(url, {"q": q}))
        assert (order.number in page, "No appeal fits" in page) == (found, not found), q
    head, *rows = tomas.get(url, {"q": "lantern", "csv": "1"}).content.decode("utf-8-sig").splitlines()
    assert head.startswith("decision,measure,marketplace,shop,name,filed_at") and len(rows) == 1
    assert rows[0].startswith(f"{order.number},suspend,{world.market.slug},{world.mei.ref},")
    assert len(tomas.get(url, {"show": "decided", "csv": "1"}).content.decode().splitlines()) == 1
