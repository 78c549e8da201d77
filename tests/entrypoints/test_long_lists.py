"""A list of many costs as many questions to the database as a list of few, whoever looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from countermark.apps.complaints import drafts
from countermark.apps.decisions.appeals import file_appeal
from countermark.apps.enforcement.models import Measure
from countermark.apps.notifications.models import Delivery
from countermark.apps.notifications.services import tell
from people import World, a_notice, a_right, a_world, happens

pytestmark = pytest.mark.django_db

PAGES = {
    "ines": (
        *("/holder/", "/holder/complaints/", "/holder/complaints/csv/", "/holder/rights/", "/holder/rights/csv/"),
        "/holder/messages/",
    ),
    "rana": ("/review/", "/review/rights/", "/review/search/?q=lamp", "/review/appeals/", "/review/mine/"),
    "tomas": (
        *("/operate/", "/operate/cases/", "/operate/cases/?csv=1", "/operate/deliveries/", "/operate/measures/"),
        *("/operate/people/", "/operate/marketplaces/", "/operate/calendars/", "/operate/jobs/", "/operate/log/"),
    ),
}


def fill(world: World, count: int) -> None:
    """So many notices of two lines: one line with the seller, one ended and appealed; letters that came back; measures."""
    at, now = timezone.now() - timedelta(hours=30), timezone.now()
    for number in range(count):
        notice = a_notice(world, lines=2, at=at)
        first, second = notice.complaints.order_by("line")
        happens(first, "accepted", "reviewer", at)
        happens(second, "refused", "reviewer", at)
        tell(notice.pk, at=at, now=now)
        Delivery.objects.filter(message__notice=notice).update(tried_at=at, failed_at=at, answer="550 no such box")
        Measure.objects.create(
            listing=first.listing, wanted="remove", reference=f"{notice.pk}-{number}", asked_at=at, by_hand=True
        )
        words = "The photographs show the mark on the base of the lamp, and the packaging carries it twice."
        sent = {"told_at": at, "by": world.ines, "at": now, "now": now, "key": f"appeal-{second.pk}"}
        file_appeal(complaint=second, side="complainant", seq=second.seq, words=words, **sent)
        a_right(world.halden, number=f"{notice.pk}{number}", state="pending", submitted_at=at, due_at=now)
        drafts.start(holder=world.halden, person=world.ines, at=at)


@pytest.fixture(scope="module")
def counted(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, tuple[int, int]]]:
    """What each page asks for three notices and for twelve: built and counted once, and taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = a_world()
        fill(world, 3)
        few = queries(world)
        fill(world, 9)
        yield {
            address: (count, many) for (address, count), many in zip(few.items(), queries(world).values(), strict=True)
        }
        transaction.set_rollback(True)


def queries(world: World) -> dict[str, int]:
    """How often each page asks at its second visit."""
    asked = {}
    for who, pages in PAGES.items():
        visitor = Client()
        visitor.force_login(getattr(world, who), backend="django.contrib.auth.backends.ModelBackend")
        for address in pages:
            for _ in range(2):
                with CaptureQueriesContext(connection) as seen:
                    assert visitor.get(address).status_code == 200, address
            asked[address] = len(seen)
    return asked


@pytest.mark.parametrize("address", [address for pages in PAGES.values() for address in pages])
def test_a_long_list_asks_no_more_than_a_short_one(counted: dict[str, tuple[int, int]], address: str):
    few, many = counted[address]
    assert many <= few + 1  # one more where a page only then has a second part
