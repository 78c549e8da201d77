"""An account that is called otherwise, or has moved: what was verified stands until the new is, and all stays to be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.people import World, a_world

from countermark.apps.identity import letters, selectors, services
from countermark.apps.identity.models import IdentityCheck
from countermark.apps.parties.models import Holder, HolderEvent
from countermark.apps.parties.services import AccountDefective, change_contact
from evidence.corpus import picture

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 25, 7, tzinfo=UTC)
NEW = {"name": "Halden AS", "address": "Kai 9, Bergen"}


@pytest.fixture
def world() -> World:
    return a_world()


def asked(world: World, **words: str) -> IdentityCheck | None:
    return services.change_name(holder=world.halden, by=world.ines, at=NOW, now=NOW, **{**NEW, **words})


def sent(world: World) -> IdentityCheck:
    """The change, with a paper, on Rana's desk."""
    check = asked(world)
    assert check is not None
    services.save_answers(check=check, document="incorporation", number="913 045 228", valid_until=None)
    services.add_paper(check=check, content=picture(), name="register.png", at=NOW)
    services.submit(check=check, by=world.ines, at=NOW)
    return services.take(check=check, by=world.rana, now=NOW)


def now_called(world: World) -> tuple[str, str]:
    row = Holder.objects.get(pk=world.halden.pk)
    return row.name, row.address


def test_what_was_verified_stands_until_the_new_name_is(world: World):
    before = now_called(world)
    check = sent(world)
    world.halden.refresh_from_db()
    assert now_called(world) == before and selectors.standing(world.halden) == "verified", "its rights go on being used"
    services.verify(check=check, by=world.rana, at=NOW + timedelta(days=1), now=NOW)
    assert now_called(world) == ("Halden AS", "Kai 9, Bergen")
    assert selectors.change_of(Holder.objects.get(pk=world.halden.pk)) is None


def test_a_change_that_comes_back_changes_nothing_and_is_mended_with_the_same_papers(world: World, post: Any):
    before = now_called(world)
    check = sent(world)
    services.send_back(check=check, reasons=["not_whole"], by=world.rana, at=NOW, now=NOW)
    assert now_called(world) == before
    letters.tell(check.pk, at=NOW)
    assert "It stays as it was" in post.outbox[0].text and "Halden AS" in post.outbox[0].subject
    again = services.draft_of(holder=world.halden, at=NOW)
    assert (again.is_change, again.name, again.papers.count()) == (True, "Halden AS", 1)
    services.submit(check=again, by=world.ines, at=NOW)
    assert [row.state for row in selectors.history(world.halden)] == ["pending", "returned"]


def test_who_asked_and_that_it_was_verified_stays_to_be_read_without_a_name_in_it(world: World):
    services.verify(check=sent(world), by=world.rana, at=NOW, now=NOW)
    rows = HolderEvent.objects.order_by("pk").values_list("event", "by", "data")
    assert list(rows) == [("account.change_asked", world.ines.pk, {}), ("account.change_verified", None, {})]


def test_an_account_nobody_has_verified_is_simply_called_otherwise(world: World):
    Holder.objects.filter(pk=world.halden.pk).update(verified_at=None)
    assert asked(world) is None and now_called(world) == ("Halden AS", "Kai 9, Bergen")
    assert not IdentityCheck.objects.exists()


def test_while_a_reviewer_has_the_papers_they_are_not_changed_under_their_hands(world: World):
    sent(world)
    with pytest.raises(services.IdentityMoved):
        asked(world, name="Halden Oy")


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ({"name": "  "}, AccountDefective),
        ({"name": "x" * 201}, AccountDefective),
        ({"name": "Halden\x07"}, AccountDefective),
        ({"name": "Halden & Moe AS", "address": "Kai 4, Bergen"}, services.IdentityDefective),
    ],
)
def test_what_cannot_be_a_change_is_refused_and_nothing_is_kept(world: World, words: dict[str, str], refusal: Any):
    with pytest.raises(refusal):
        asked(world, **words)
    assert not IdentityCheck.objects.exists() and not HolderEvent.objects.exists()


def test_a_change_is_typed_anew_and_dropped_while_it_is_a_draft(world: World):
    first = asked(world)
    assert asked(world, name="Halden Oy").pk == first.pk
    assert services.drop_change(holder=world.halden, by=world.ines, now=NOW)
    assert not services.drop_change(holder=world.halden, by=world.ines, now=NOW)
    with pytest.raises(services.IdentityMoved):
        services.draft_of(holder=world.halden, at=NOW)


def test_an_address_a_reviewer_has_seen_does_not_change_by_the_way_but_how_one_is_reached_does(world: World):
    world.halden.refresh_from_db()
    with pytest.raises(AccountDefective) as refused:
        change_contact(holder=world.halden, contact_email="new@halden.example", address="Elsewhere 1", phone="")
    assert [defect.code for defect in refused.value.defects] == ["account_address_verified"]
    same = change_contact(holder=world.halden, contact_email="new@halden.example", address="kai 4,  Bergen", phone="1")
    assert (same.contact_email, same.phone) == ("new@halden.example", "1")
    Holder.objects.filter(pk=world.halden.pk).update(address="")
    bare = Holder.objects.get(pk=world.halden.pk)
    assert change_contact(holder=bare, contact_email="a@b.example", address="Kai 4", phone="").address == "Kai 4"


def test_the_account_a_name_would_double_is_shown_to_the_reviewer(world: World):
    twin = a_world().halden
    Holder.objects.filter(pk=twin.pk).update(
        name="halden as", address="KAI 9 BERGEN", contact_email="x@elsewhere.example"
    )
    assert [(each.holder, each.by) for each in selectors.duplicates(sent(world)) if each.by == "name_address"] == [
        (twin, "name_address")
    ]
