"""The operator's home page: the button beside what is stuck mends it; standing checks tell of disks, keys and letters."""

import errno
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from countermark.apps.enforcement.models import Measure, ShopMeasure
from countermark.apps.keeping import going_on
from countermark.apps.listings.models import Listing
from countermark.apps.orders import letters, services
from countermark.apps.orders.intake import Received
from countermark.apps.orders.models import Order, OrderLetter
from countermark.apps.work import jobs, sealing
from countermark.apps.work.models import Job, Restoration, Worker
from countermark.entrypoints.monitoring import readiness
from people import World, a_complaint, a_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world(connector="rest", base_url="http://127.0.0.1:9", secret_name="NONE")


@pytest.fixture
def desk(world: World) -> Client:
    now = timezone.now()
    Worker.objects.create(name="desk-1", started_at=now, beat_at=now)
    client = Client()
    client.force_login(world.tomas, backend="django.contrib.auth.backends.ModelBackend")
    return client


def home(desk: Client) -> str:
    return " ".join(desk.get("/operate/").content.decode().split())


def given_up(kind: str, key: str) -> None:
    now = timezone.now()
    jobs.enqueue(kind, key, run_at=now)
    Job.objects.filter(kind=kind, key=key).update(failed_at=now, attempts=99, last_error="no answer within 10 s")


def test_everything_given_up_is_tried_again_by_one_click(desk: Client):
    Job.objects.all().delete()
    given_up("look", "1")
    given_up("look", "2")
    assert 'name="do" value="jobs"' in home(desk)
    page = desk.post("/operate/mend/", {"do": "jobs"}, follow=True).content.decode()
    assert "2 jobs are tried again now." in page and "Nothing is stuck" in page
    assert set(Job.objects.values_list("failed_at", "attempts")) == {(None, 0)}


def test_a_job_promised_anew_meanwhile_is_done_once(desk: Client):
    Job.objects.all().delete()
    given_up("look", "1")
    jobs.enqueue("look", "1", run_at=timezone.now() + timedelta(hours=1))
    desk.post("/operate/mend/", {"do": "jobs"})
    assert Job.objects.get(kind="look").run_at <= timezone.now()


def test_a_marketplace_that_has_not_confirmed_is_asked_now_and_not_at_the_next_try(desk: Client, world: World):
    listing = a_complaint(world).listing
    then = timezone.now() - timedelta(hours=5)
    Measure.objects.create(listing=listing, wanted="remove", asked_at=then, attempts=3, reference="m-1")
    Job.objects.all().delete()
    jobs.enqueue("enforce", str(listing.pk), run_at=timezone.now() + timedelta(hours=1))
    assert f'value="measures:{world.market.slug}"' in home(desk)
    page = desk.post("/operate/mend/", {"do": f"measures:{world.market.slug}"}, follow=True).content.decode()
    assert "1 listing is asked about now" in page
    assert Job.objects.get(kind="enforce").run_at <= timezone.now()


def test_what_was_mended_meanwhile_and_what_nobody_offers_change_nothing(desk: Client):
    before = list(Job.objects.values_list("pk", "run_at"))
    assert "mended meanwhile" in desk.post("/operate/mend/", {"do": "jobs"}, follow=True).content.decode()
    for do in ("", "measures:nowhere", "measures:\0", "drop"):
        assert desk.post("/operate/mend/", {"do": do}).status_code == 302
    assert list(Job.objects.values_list("pk", "run_at")) == before
    assert Listing.objects.count() == 0


def test_a_restored_installation_says_that_it_is_held(desk: Client):
    now = timezone.now()
    Restoration.objects.create(backup_at=now, restored_at=now, version="0.1.0", archive="0" * 64)
    assert going_on.is_held()
    page = home(desk)
    assert "Restored from a backup, and held" in page and reverse("operator:release") in page


def test_a_full_disk_another_key_and_letters_on_their_way_are_told(desk: Client, settings, monkeypatch):
    page = home(desk)
    assert "MB of room for files" in page and "What is sealed can be opened." in page and "No letter waits." in page
    sealing.seal(subject="holder:1", text="Kai 4, Bergen")
    settings.SEALING_KEY = b"\1" * 32

    def full(file):
        raise OSError(errno.ENOSPC, "No space left on device", str(file))

    monkeypatch.setattr(readiness, "write", full)
    page = home(desk)
    assert "The folder takes no file (OSError)" in page and "Put the old key back" in page


# --- shops and letters about orders ---------------------------------------------------------------------------------------


def asked_of_shop(world: World, **changes) -> ShopMeasure:
    then = timezone.now() - timedelta(hours=5)
    given = {"measure": "suspend", "on": True, "asked_at": then, "reference": f"s-{ShopMeasure.objects.count()}"}
    return ShopMeasure.objects.create(seller=world.mei, **given | changes)


def test_a_shop_the_marketplace_has_not_confirmed_is_asked_about_by_one_click(desk: Client, world: World):
    asked_of_shop(world, attempts=4, answer="503 for an hour")
    Job.objects.all().delete()
    page = home(desk)
    assert "1 shop: Harbour Market has not confirmed" in page and "503 for an hour" in page
    assert reverse("operator:shop", args=[world.mei.pk]) in page
    page = desk.post("/operate/mend/", {"do": f"shops:{world.market.slug}"}, follow=True).content.decode()
    assert "1 shop is asked about now." in page
    assert list(Job.objects.values_list("kind", "key")) == [("enforce_shop", str(world.mei.pk))]


def test_a_measure_on_a_shop_that_was_just_asked_for_is_not_stuck_and_one_by_hand_is_at_once(
    desk: Client, world: World
):
    asked_of_shop(world, asked_at=timezone.now())
    assert "Nothing is stuck" in home(desk)
    asked_of_shop(world, asked_at=timezone.now(), measure="freeze_funds", by_hand=True)
    page = home(desk)
    assert "1 measure on a shop to do by hand" in page and world.mei.name in page


def a_letter(world: World, **changes) -> OrderLetter:
    received = Received("authority", "restrict", world.market, timezone.now(), "Take these lamps down at once.",
                        "Customs Office", "DE", "Reg. 608/2013", "Z 1/26", "desk@customs.example", "en", "suspend",
                        seller_ref=world.mei.ref)  # fmt: skip
    order = services.record(received, by=world.tomas, at=timezone.now(), now=timezone.now())
    letters.tell(order.pk, at=timezone.now(), now=timezone.now())
    letter = order.letters.get(what="receipt")
    back = {"failed_at": timezone.now(), "answer": "550 no such mailbox", "attempts": 3}
    OrderLetter.objects.filter(pk=letter.pk).update(**back | changes)
    Job.objects.all().delete()
    return OrderLetter.objects.get(pk=letter.pk)


def test_a_letter_about_an_order_that_came_back_stands_on_the_home_page_and_goes_out_again(desk: Client, world: World):
    letter = a_letter(world)
    page = home(desk)
    assert "1 letter about an order did not arrive" in page and "550 no such mailbox" in page
    assert reverse("operator:order", args=[letter.order.number]) in page and 'value="letters"' in page
    assert letter.order.number in desk.get("/operate/orders/?state=untold").content.decode()
    page = desk.post("/operate/mend/", {"do": "letters"}, follow=True).content.decode()
    assert "1 letter is sent once more." in page and "did not arrive" not in page
    assert Job.objects.filter(kind="deliver_order", key=str(letter.pk)).exists()
    assert letter.order.number not in desk.get("/operate/orders/?state=untold").content.decode()


def test_a_letter_held_since_a_restore_or_without_an_address_is_not_sent_by_the_button(desk: Client, world: World):
    letter = a_letter(world, answer=going_on.HELD)
    assert 'value="letters"' not in home(desk)
    assert "mended meanwhile" in desk.post("/operate/mend/", {"do": "letters"}, follow=True).content.decode()
    OrderLetter.objects.filter(pk=letter.pk).update(address="", answer="no address is known")
    assert 'value="letters"' not in home(desk) and "no address is known" in home(desk)
    assert not Job.objects.filter(kind="deliver_order").exists()


def test_on_the_orders_page_one_letter_is_sent_again_and_what_nobody_offers_sets_nothing_aside(
    desk: Client, world: World
):
    letter = a_letter(world)
    url = reverse("operator:order", args=[letter.order.number])
    desk.post(url, {"do": "drop everything"})
    assert Order.objects.get(pk=letter.order_id).state == "in_force"
    desk.post(url, {"do": "again", "letter": letter.pk})
    assert OrderLetter.objects.get(pk=letter.pk).failed_at is None
    assert Job.objects.filter(kind="deliver_order", key=str(letter.pk)).exists()
