"""A mark runs out while a complaint is open: it freezes, and a renewal in the grace gives back the time that was left."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.test_rights import a_picture
from countermark.apps.complaints.models import Complaint
from countermark.apps.notifications.models import RightLetter
from countermark.apps.rights.clocks import set_clocks
from countermark.apps.rights.models import Right, RightRenewal
from countermark.apps.work import true_time
from countermark.entrypoints.jobs import duties
from people import a_notice, a_world, happens

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def stands(case):
    return Complaint.objects.get(pk=case.pk)


def test_the_end_of_a_mark_freezes_a_complaint_and_its_renewal_gives_back_the_time_that_was_left(client):
    world, now = a_world(), true_time.now()
    yesterday = now.astimezone(SHANGHAI).date() - timedelta(days=1)
    case = happens(a_notice(world, at=now - timedelta(minutes=2)).complaints.get(), "accepted", "reviewer", now)
    case = happens(case, "served", "seller", now)
    left = case.due_at  # told today: three working days, none of them begun

    Right.objects.filter(pk=world.mark.pk).update(expires_on=yesterday)
    right = Right.objects.select_related("holder").get(pk=world.mark.pk)
    set_clocks(right, at=now)
    right.save()
    duties.run(at=now, now=now)
    assert (Right.objects.get(pk=right.pk).state, stands(case).state) == ("in_grace", "suspended")
    assert stands(case).ask == case.ask  # nothing is decided by it

    client.force_login(world.ines)
    page = client.get(f"/holder/rights/{right.pk}/")
    assert "Register the renewal" in page.content.decode()
    until = yesterday.replace(year=yesterday.year + 10, day=min(yesterday.day, 28)).isoformat()
    renew = f"/holder/rights/{right.pk}/renew/"
    nothing = client.post(renew, {"expires_on": yesterday.isoformat()})
    assert nothing.status_code == 422
    assert not RightRenewal.objects.exists()
    paper = SimpleUploadedFile("renewal.png", a_picture(), "image/png")
    assert client.post(renew, {"expires_on": until, "file": paper}).status_code == 302
    assert "is being verified" in client.get(f"/holder/rights/{right.pk}/").content.decode()

    client.force_login(world.rana)
    renewal = RightRenewal.objects.get()
    assert "Renewals to verify" in client.get("/review/rights/").content.decode()
    client.post(f"/review/rights/{right.pk}/renewal/{renewal.pk}/", {"answer": "accept"})
    assert Right.objects.get(pk=right.pk).state == "approved"
    resumed = stands(case)
    assert (resumed.state, resumed.due_at) == ("awaiting_seller", left)
    events = list(case.events.order_by("seq").values_list("event", flat=True))
    assert events == ["opened", "accepted", "served", "right_in_doubt", "right_cleared"]
    assert not RightLetter.objects.filter(delivered_at__isnull=False).exists()


def test_a_complaint_on_a_right_that_is_not_verified_yet_goes_out_once_it_is(client):
    world, now = a_world(), true_time.now()
    Right.objects.filter(pk=world.mark.pk).update(state="pending", submitted_at=now, verified_at=None)
    world.mark.refresh_from_db()
    case = a_notice(world, at=now).complaints.get()
    assert case.state == "suspended"
    client.force_login(world.rana)
    assert client.post(f"/review/rights/{world.mark.pk}/approve/").status_code == 302
    assert stands(case).state == "checking"


def test_a_right_not_accepted_ends_the_complaint_that_waited_for_it(client):
    world, now = a_world(), true_time.now()
    Right.objects.filter(pk=world.mark.pk).update(state="pending", submitted_at=now, verified_at=None)
    world.mark.refresh_from_db()
    case = a_notice(world, at=now).complaints.get()
    client.force_login(world.rana)
    assert client.post(f"/review/rights/{world.mark.pk}/reject/", {"why": ""}).status_code == 422
    assert client.post(f"/review/rights/{world.mark.pk}/reject/", {"why": "No register knows it."}).status_code == 302
    assert (stands(case).outcome, Right.objects.get(pk=world.mark.pk).state) == ("withdrawn", "rejected")


def test_a_right_given_up_ends_its_open_complaints(client):
    world, now = a_world(), true_time.now()
    case = a_notice(world, at=now).complaints.get()
    client.force_login(world.rana)
    assert "Its owner gave it up" in client.get(f"/review/rights/{world.mark.pk}/").content.decode()
    said = {"ending": "surrendered", "why": "Entered in the register on Monday."}
    assert client.post(f"/review/rights/{world.mark.pk}/end/", said).status_code == 302
    assert (stands(case).outcome, Right.objects.get(pk=world.mark.pk).state) == ("withdrawn", "surrendered")
