"""Is the world of the demo whole, wherever in the year it is built, and does the log hold after it?

The world is built through the services by asking a real demo shop, once for each moment it is built at; the tests then
look at it. On PostgreSQL too, as everything that writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from django.db import transaction
from django.urls import reverse

from countermark.apps.complaints import log
from countermark.apps.complaints.models import Complaint, ComplaintEvent, CounterNotice, NoticeDraft
from countermark.apps.complaints.selectors import visible
from countermark.apps.decisions.models import Appeal, Decision, PendingStep, SeniorRequest
from countermark.apps.enforcement.selectors import not_confirmed, to_do_by_hand
from countermark.apps.listings.models import Listing
from countermark.apps.notifications.models import Delivery
from countermark.apps.parties.models import Marketplace, Person, Seller
from countermark.apps.parties.selectors import owner_of
from countermark.apps.rights.models import Right
from countermark.apps.screening import links
from countermark.apps.screening.models import Finding, Fingerprint, Reference
from countermark.apps.work.models import Job
from countermark.core import procedure_loader
from countermark.entrypoints.demo import start, stories, world
from countermark.entrypoints.demo.people import demo_people
from entrypoints.harbour import SECRET, open_shop
from house.roles import browser_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEDNESDAY = datetime(2026, 11, 18, 15, 20, tzinfo=SHANGHAI)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # on SQLite, as the demo; each test is taken back to the world as built


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """The whole world as of a Wednesday, taken back at the end; answers where its shop is."""
    with (
        open_shop(tmp_path_factory.mktemp("shop"), stories.items_complained_of()) as url,
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setenv("DEMO_SHOP_SECRET", SECRET)
        world.build(shop_url=url, at=WEDNESDAY)
        yield url
        transaction.set_rollback(True)


def ends() -> dict[str, set[str]]:
    """Where the cases of each pack stand."""
    found: dict[str, set[str]] = {}
    for case in Complaint.objects.all():
        found.setdefault(case.pack, set()).add(world.stands(case))
    return found


def states() -> dict[str, set[str]]:
    return {pack: {end.partition("@")[0] for end in found} for pack, found in ends().items()}


# --- what there is to see -------------------------------------------------------------------------------------------------

NEVER_LEFT_IN = {  # states a case only passes through, or that the world shows under the platform procedure alone
    "cn-ecommerce-law": {"withdrawn", "reversed", "reinforced", "suspended", "moot"},
    "us-dmca-512": {"withdrawn", "reversed", "reinforced", "suspended", "moot"},
    "eu-notice": {"withdrawn", "reversed", "reinforced", "suspended", "moot"},
    "pause-and-answer": {"withdrawn", "reversed", "reinforced", "suspended", "moot"},
    "platform": set(),
}


@pytest.mark.parametrize("pack", sorted(NEVER_LEFT_IN))
def test_there_is_a_case_in_every_state_of_every_pack(built, pack):
    wanted = set(procedure_loader.load(pack).states) - NEVER_LEFT_IN[pack]
    assert wanted - states()[pack] == set()


def test_the_platform_procedure_shows_all_three_chances_and_cases_we_are_late_with(built):
    found = ends()["platform"]
    assert {"countered@1", "countered@2", "removed@2", "removed@3", "deciding@3", "upheld@3"} <= found
    assert {"checking@0 late", "deciding@1 late"} <= found


def test_something_falls_due_today_and_something_tomorrow(built):
    midnight = WEDNESDAY.replace(hour=0, minute=0) + timedelta(days=1)
    days = Counter((case.due_at - midnight).days for case in Complaint.objects.exclude(due_at=None))
    assert days[0] > 0  # ends at the midnight that ends Wednesday
    assert days[1] > 0


def test_listings_that_should_be_down_are_down_in_the_shop_and_the_others_are_not(built):
    wrong = []
    for listing in Listing.objects.filter(marketplace__slug="harbour-market", kind="listing"):
        status = httpx.get(listing.url, follow_redirects=True).status_code
        shown = listing.wanted in ("nothing", "demote") and listing.shop_state not in ("deleted_by_seller", "gone")
        if status != (200 if shown else 404):
            wrong.append((listing.item_id, listing.wanted, status))
    assert wrong == []
    assert Listing.objects.filter(wanted="pause", shop_state="paused").exists()


def test_one_listing_stays_down_for_one_holder_after_the_other_has_withdrawn(built):
    cases = Complaint.objects.filter(listing__item_id="42005")
    assert sorted(case.state for case in cases) == ["removed", "withdrawn"]
    assert cases.get(state="withdrawn").listing.shop_state == "removed"


def test_rights_are_there_in_every_state_and_of_every_kind(built):
    assert Right.objects.count() >= 40
    in_states = set(Right.objects.values_list("state", flat=True))
    assert in_states == {"draft", "pending", "returned", "approved", "suspended", "expired", "invalidated"}
    kinds = set(Right.objects.values_list("kind", flat=True))
    assert kinds == {"trademark", "copyright", "patent", "utility_model", "design", "other"}
    soon = WEDNESDAY.date() + timedelta(days=30)
    assert Right.objects.filter(state="approved", expires_on__lte=soon).exists()
    approved = Right.objects.filter(state="approved")
    assert [right.name for right in approved if right.picture is None or not right.documents.exists()] == []


def test_every_desk_has_something_on_it(built):
    assert Complaint.objects.filter(claimed_by__name="Samir Okoye").exists()
    assert SeniorRequest.objects.count() == 1
    assert NoticeDraft.objects.filter(sent_as=None, person__name="Ines Moe").count() == 1
    assert to_do_by_hand().exists()
    assert not not_confirmed(at=WEDNESDAY).exists()
    assert Delivery.objects.exclude(failed_at=None).exists()  # a shop without an address: an operator's task
    assert not PendingStep.objects.exists()


def test_appeals_are_open_granted_and_not_granted_and_never_decided_by_who_decided_first(built):
    assert sorted(Appeal.objects.values_list("granted", "side"), key=str) == [
        (False, "complainant"),
        (None, "seller"),
        (True, "seller"),
    ]
    decided = Appeal.objects.exclude(decided_at=None)
    assert [a.pk for a in decided if a.complaint.decisions.filter(reviewer=a.decided_by).exists()] == []


def test_everybody_named_on_the_page_of_roles_is_there(built):
    for who in demo_people():
        person = Person.objects.get(email=who.email)
        assert person.name == who.name
        if who.role == "seller":
            assert person.shops.get().complaints.exists()
        elif who.role in ("rights_holder", "agent"):
            assert person.memberships.get().holder.is_agent == (who.role == "agent")
        else:
            assert getattr(person, f"is_{who.role}")


def test_both_languages_are_spoken(built):
    def is_chinese(text: str) -> bool:
        return any("\u4e00" <= c <= "\u9fff" for c in text)

    assert {is_chinese(right.name) for right in Right.objects.all()} == {True, False}
    assert {is_chinese(listing.title) for listing in Listing.objects.all()} == {True, False}


# --- that it happened as it would have ------------------------------------------------------------------------------------


def test_the_log_of_the_whole_world_verifies(built):
    while log.sequence() == log.BATCH:
        pass
    log.checkpoint(at=WEDNESDAY)
    assert [str(fault) for fault in log.verify()] == []


def test_nothing_happens_after_the_moment_the_world_is_built_for(built):
    late = ComplaintEvent.objects.filter(at__gt=WEDNESDAY).values_list("complaint__number", "event")
    assert list(late) == []
    assert CounterNotice.objects.filter(filed_at__gt=WEDNESDAY).count() == 0


def test_every_decision_says_why_in_words_and_grounds(built):
    assert Decision.objects.count() >= 12
    assert [d.pk for d in Decision.objects.all() if not d.grounds or d.words is None] == []


def test_what_the_past_left_to_do_is_looking_once_more_and_nothing_else(built):
    assert set(Job.objects.values_list("kind", flat=True)) <= {"look", "look_shop"}


def test_every_case_opens_for_everybody_it_concerns(built):
    opened = Counter()
    for case in Complaint.objects.select_related("notice__holder", "seller").order_by("pk"):
        for door, person in readers(case):
            page = browser_of(person).get(reverse(door, args=[case.number]))
            assert (door, page.status_code, case.number in page.content.decode()) == (door, 200, True), case.number
            opened[door] += 1
    assert opened["reviewer:case"] == opened["operator:case"] == 76
    assert opened["holder:case"] == 75  # one notice came from a guest
    assert opened["seller:case"] >= 20


def readers(case: Complaint) -> Iterator[tuple[str, Person]]:
    """The pages of a case, each with somebody who may open it."""
    yield "reviewer:case", Person.objects.get(name="Rana Haddad")
    yield "operator:case", Person.objects.get(is_operator=True)
    if case.notice.holder is not None:
        yield "holder:case", case.notice.holder.memberships.get().person
    told = visible("seller", seller_ids=[case.seller_id]).filter(pk=case.pk).exists()
    if told and case.seller is not None and (owner := owner_of(case.seller)):
        yield "seller:case", owner


def test_the_shop_can_move_to_another_port(built):
    start.move_shop(built, "http://localhost:9999")
    market = Marketplace.objects.get(slug="harbour-market")
    assert market.base_url == "http://localhost:9999"
    assert "localhost:9999" in market.patterns
    urls = Listing.objects.filter(marketplace=market).values_list("url", flat=True)
    assert {url.split("/")[2] for url in urls} == {"localhost:9999"}


def test_screening_has_stopped_told_and_asked_people_and_keeps_down_what_came_down(built):
    found = {row.item_id: row for row in Finding.objects.select_related("order", "marketplace")}
    assert {row.done for row in found.values()} >= {"blocked", "told"}
    assert {found[item].done for item in ("49001", "49002")} == {"blocked"}
    assert found["49001"].order.number.startswith("S-2026-")
    assert found["627374829307"].opinions.get().right is False
    assert Finding.objects.filter(state="waiting").exists()
    assert Fingerprint.objects.filter(state="in_force").exists()


def test_words_are_looked_for_sent_back_and_wait_and_two_shops_belong_together(built):
    assert set(Reference.objects.values_list("state", flat=True)) == {"in_force", "returned", "pending"}
    lantern = Seller.objects.get(marketplace__slug="harbour-market", ref="lantern-lane")
    assert [seller.ref for seller in links.sellers_named(links.linked(lantern.pk)).values()] == ["kettle-crow"]
