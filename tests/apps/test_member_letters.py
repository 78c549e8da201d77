"""Who hears that somebody joined an account, has another role there or no longer acts for it? Once, in their own language."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.people import World, a_world

from countermark.apps.parties import holder_members as members
from countermark.apps.parties import member_letters
from countermark.apps.parties.models import HolderEvent, Membership, Person
from countermark.apps.work.models import Job, Restoration

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 25, 7, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    made = a_world()
    made.extra["kim"] = Person.objects.create_user("kim@halden-moe.example", name="Kim Berg", language="zh-hans")
    made.extra["ida"] = Person.objects.create_user("ida@halden-moe.example", name="Ida", language="en")
    Membership.objects.create(person=made.extra["ida"], holder=made.halden, role="admin", since=NOW)
    return made


def kims(world: World, role: str = "filer") -> Membership:
    return Membership.objects.create(person=world.extra["kim"], holder=world.halden, role=role, since=NOW)


def told(post: Any) -> dict[str, str]:
    """Address -> subject of what was mailed about the newest event; nothing twice."""
    event = HolderEvent.objects.latest("pk")
    assert Job.objects.filter(kind="tell_member", key=str(event.pk)).exists()
    assert member_letters.tell(event.pk, now=NOW) == len(post.outbox)
    assert member_letters.tell(event.pk, now=NOW) == 0
    return {mail.to: mail.subject for mail in post.outbox}


def test_kim_hears_in_her_language_that_she_may_only_read_now_and_the_owner_too(world: World, post: Any):
    members.set_role(kims(world), "viewer", by=world.ines, now=NOW)
    letters = told(post)
    assert letters[world.extra["kim"].email].startswith("您现在是 Halden & Moe AS")
    assert letters[world.halden.contact_email] == letters["ida@halden-moe.example"] == "Another role at Halden & Moe AS"
    assert world.ines.email not in letters, "who did it knows"


def test_kim_hears_that_she_was_let_go_and_is_given_no_page_she_cannot_open(world: World, post: Any):
    members.remove(kims(world), by=world.ines, now=NOW)
    assert world.extra["kim"].email in told(post)
    hers = next(mail for mail in post.outbox if mail.to == world.extra["kim"].email)
    assert "/holder/members/" not in hers.text


def test_the_owner_hears_who_joined_and_who_joined_is_not_written_to(world: World, post: Any):
    row = members.MemberInvitation.objects.create(
        holder=world.halden, token_digest="d", role="filer", address="kim@halden-moe.example", created_at=NOW,
        expires_at=NOW.replace(year=2027),
    )  # fmt: skip
    members.join(row, person=world.extra["kim"], now=NOW)
    letters = told(post)
    assert set(letters) == {world.halden.contact_email, world.ines.email, "ida@halden-moe.example"}
    assert set(letters.values()) == {"Kim Berg now acts for Halden & Moe AS"}


def test_whoever_leaves_is_not_written_to_and_a_restore_holds_what_was_before(world: World, post: Any):
    members.remove(kims(world), by=world.extra["kim"], now=NOW)
    assert world.extra["kim"].email not in told(post)
    event = HolderEvent.objects.latest("pk")
    HolderEvent.objects.update(told_at=None)
    Restoration.objects.create(backup_at=NOW, restored_at=NOW.replace(day=26), version="1", archive="0" * 64)
    post.outbox.clear()
    assert member_letters.tell(event.pk, now=NOW) == 0 and not post.outbox
