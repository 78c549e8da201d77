"""The operator's home page: the button beside what is stuck mends it; standing checks tell of disks, keys and letters."""

import errno
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from countermark.apps.enforcement.models import Measure
from countermark.apps.keeping import going_on
from countermark.apps.listings.models import Listing
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
    assert "Restored from a backup, and held" in page and "countermark release" in page


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
