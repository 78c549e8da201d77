"""Who acts for an account: a viewer reads, a filer files, an admin says who; the last admin stays."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.people import World, a_world

from countermark.apps.access import services as access
from countermark.apps.parties import holder_members as members
from countermark.apps.parties.models import HolderEvent, MemberInvitation, Membership, Person
from countermark.core import identity

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 25, 7, tzinfo=UTC)
LINK = re.compile(r"/holder/join/([\w-]+)/")


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What was mailed, instead of sending it."""
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr(members.codes, "mail", lambda *said: sent.append(said))
    return sent


def kim(n: int = 1) -> Person:
    return Person.objects.create_user(f"kim{n}@halden-moe.example", name="Kim")


def invited(world: World, letters: list[Any], role: str = "filer", address: str = "kim1@halden-moe.example") -> str:
    """The token in the mail."""
    members.invite(holder=world.halden, address=address, role=role, by=world.ines, now=NOW)
    return LINK.search("\n".join(letters[-1])).group(1)


def test_an_invitation_works_once_for_its_address_alone(world, letters):
    token = invited(world, letters)
    assert token not in str(MemberInvitation.objects.values())
    row = members.opened(token, now=NOW)
    otto = Person.objects.create_user("otto9@attic.example")
    for stranger, why in ((otto, "other_address"), (world.rana, "desk")):
        with pytest.raises(members.InvitationGone) as gone:
            members.join(row, person=stranger, now=NOW)
        assert gone.value.why == why
    assert members.join(row, person=kim(), now=NOW).role == "filer"
    with pytest.raises(members.InvitationGone) as gone:
        members.opened(token, now=NOW)
    assert gone.value.why == "used"
    with pytest.raises(members.InvitationGone):  # of two clicks at once the second finds it used
        members.join(row, person=Person.objects.get(email="kim1@halden-moe.example"), now=NOW)
    assert list(HolderEvent.objects.values_list("event", flat=True)) == ["member.invited", "member.joined"]


def test_an_invitation_ends_by_time_when_taken_back_and_when_a_newer_one_goes_out(world, letters):
    old, new = invited(world, letters), invited(world, letters)
    with pytest.raises(members.InvitationGone) as gone:
        members.opened(old, now=NOW)
    assert gone.value.why == "revoked"
    week = timedelta(days=identity.number("invitation_days"))
    assert members.opened(new, now=NOW + week - timedelta(seconds=1)).role == "filer"
    with pytest.raises(members.InvitationGone):
        members.opened(new, now=NOW + week)
    assert members.revoke(members.opened(new, now=NOW), by=world.ines, now=NOW)
    with pytest.raises(members.InvitationGone):
        members.opened(new, now=NOW)


def test_everything_wrong_with_an_invitation_is_said_at_once(world, letters):
    with pytest.raises(members.MemberNotInvited) as refused:
        members.invite(holder=world.halden, address="kim at home", role="boss", by=world.ines, now=NOW)
    assert refused.value.whys == ("email", "role")
    with pytest.raises(members.MemberNotInvited) as refused:
        members.invite(holder=world.halden, address=world.ines.email.upper(), role="filer", by=world.ines, now=NOW)
    assert refused.value.whys == ("there",)
    assert letters == []


def test_nobody_fills_mailboxes_with_invitations(world, letters):
    most = identity.number("invitations_an_hour")
    for n in range(most):
        invited(world, letters, address=f"kim{n}@halden-moe.example")
    with pytest.raises(members.MemberNotInvited) as refused:
        invited(world, letters, address="one.more@halden-moe.example")
    assert refused.value.whys == ("too_many",) and len(letters) == most


@pytest.mark.parametrize("role", ["filer", "viewer"])
def test_only_an_admin_says_who_acts_for_the_account(world, letters, role):
    other = Membership.objects.create(person=kim(), holder=world.halden, role=role)
    ines = Membership.objects.get(person=world.ines)
    for step in (
        lambda: members.set_role(other, "admin", by=other.person, now=NOW),
        lambda: members.remove(ines, by=other.person, now=NOW),
        lambda: members.invite(holder=world.halden, address="a@b.example", role="filer", by=other.person, now=NOW),
    ):
        with pytest.raises(members.NotAccountAdmin):
            step()
    assert members.remove(other, by=other.person, now=NOW)  # leaving is everybody's own


def test_the_last_admin_stays_one_until_somebody_else_is(world):
    ines = Membership.objects.get(person=world.ines)
    other = Membership.objects.create(person=kim(), holder=world.halden, role="filer")
    for step in (
        lambda: members.set_role(ines, "viewer", by=world.ines, now=NOW),
        lambda: members.remove(ines, by=world.ines, now=NOW),
    ):
        with pytest.raises(members.LastAccountAdmin):
            step()
    members.set_role(other, "admin", by=world.ines, now=NOW)
    assert members.remove(ines, by=world.ines, now=NOW)
    assert not members.remove(ines, by=other.person, now=NOW)  # a second click finds nobody


def test_a_key_can_what_its_person_can_at_this_moment(world):
    scopes = ("complaints:read", "notices:write", "members:manage")
    client, key = access.create_client(
        person=world.ines, role="rights_holder", name="Night run", scopes=scopes, now=NOW, holder=world.halden
    )
    mine = Membership.objects.filter(person=world.ines)
    for role, left in (
        ("admin", set(scopes)),
        ("filer", {"complaints:read", "notices:write"}),
        ("viewer", {"complaints:read"}),
    ):
        mine.update(role=role)
        assert access.caller_of(key, now=NOW).scopes == left
    mine.delete()
    with pytest.raises(access.RoleLost):
        access.caller_of(key, now=NOW)
    assert client.scopes == list(access.known(scopes, "rights_holder"))  # what was given is not forgotten


@pytest.mark.parametrize("role", ["filer", "viewer"])
def test_only_an_admin_gives_programs_keys(world, role):
    Membership.objects.filter(person=world.ines).update(role=role)
    with pytest.raises(access.KeyDefective):
        access.create_client(
            person=world.ines, role="rights_holder", name="Mine", scopes=["complaints:read"], now=NOW,
            holder=world.halden,
        )  # fmt: skip
