"""A right goes over to a new owner: the paper is looked at, the right moves with its history, what runs goes on or ends."""

from dataclasses import replace

import pytest

from apps.test_rights import a_picture
from countermark.apps.complaints import rights_watch
from countermark.apps.complaints.rights_watch import AccountNotVerified
from countermark.apps.complaints.words import why_of
from countermark.apps.notifications import right_letters
from countermark.apps.notifications.models import RightLetter
from countermark.apps.parties.models import Holder
from countermark.apps.rights import services, transfers
from countermark.apps.rights.models import Right, RightTransfer
from countermark.apps.rights.transfers import Claimed
from people import WEDNESDAY, a_notice, a_world, happens

pytestmark = pytest.mark.django_db
MINE = Claimed("trademark", "CN", "41902337", "Nordlys Handel AS", True)


@pytest.fixture
def world():
    """Ines's mark was transferred while two complaints run on it; Nordlys Handel AS has bought it."""
    made = a_world()
    same = {"kind": "enterprise", "location": "other", "contact_email": "ip@nordlys.example", "created_at": WEDNESDAY}
    made.extra["nordlys"] = Holder.objects.create(name="Nordlys Handel AS", verified_at=WEDNESDAY, **same)
    made.extra["notice"] = a_notice(made, lines=2, at=WEDNESDAY)
    made.mark.refresh_from_db()
    rights_watch.let_happen(made.mark, "transferred", by=made.rana, at=WEDNESDAY, why="assignment recorded")
    return made


def claim(world, said=MINE, *, to=None, content=None, by=None) -> RightTransfer:
    content = a_picture() if content is None else content
    to, by = to or world.extra["nordlys"], by or world.samir
    return transfers.send(said, content=content, name="assignment.png", to=to, by=by, at=WEDNESDAY)


def answer(world, sent, *, accepted=True, note=""):
    return rights_watch.answer_transfer(transfer=sent, accepted=accepted, by=world.rana, at=WEDNESDAY, note=note)


def states(world):
    return [case.state for case in world.extra["notice"].complaints.order_by("line")]


def refused(world, said=MINE, **more) -> list[str]:
    with pytest.raises(services.RightDefective) as told:
        claim(world, said, **more)
    return [defect.code for defect in told.value.defects]


def test_accepted_the_right_is_the_new_owners_with_its_history_and_its_complaints_go_on(world):
    before = [event.event for event in world.mark.events.order_by("pk")]
    assert states(world) == ["suspended", "suspended"]
    assert answer(world, claim(world)) == 2
    right = Right.objects.get(pk=world.mark.pk)
    nordlys = world.extra["nordlys"]
    assert (right.holder, right.owner_name, right.state) == (nordlys, "Nordlys Handel AS", "approved")
    assert [e.event for e in right.events.order_by("pk")] == [*before, "transfer_sent", "confirmed"]
    assert right.documents.filter(kind="assignment_certificate").count() == 1
    notice = world.extra["notice"]
    notice.refresh_from_db()
    assert (notice.holder, notice.filer_role, notice.filer_name) == (nordlys, "right_holder", "Nordlys Handel AS")
    assert set(notice.complaints.values_list("holder_id", flat=True)) == {nordlys.pk}
    assert states(world) == ["checking", "checking"]
    event = notice.complaints.first().events.get(event="right_cleared")
    assert why_of(event) == "confirmed"


def test_both_are_told_that_it_went_over(world):
    answer(world, claim(world))
    event = world.mark.events.get(event="confirmed")
    for _ in range(2):
        right_letters.tell(event.pk, at=WEDNESDAY, now=WEDNESDAY)
    told = RightLetter.objects.filter(what="confirmed")
    assert {letter.holder.name for letter in told} == {"Halden & Moe AS", "Nordlys Handel AS"}
    assert told.count() == 2
    theirs = {letter.holder.name: right_letters.said_in(letter, at=WEDNESDAY).url for letter in told}
    assert theirs["Nordlys Handel AS"] == f"/holder/rights/{world.mark.pk}/"
    assert theirs["Halden & Moe AS"] == "/holder/rights/"  # it is not in this account any more


def test_who_does_not_want_the_complaints_gets_the_right_and_they_end_with_the_former_owner(world):
    answer(world, claim(world, replace(MINE, goes_on=False)))
    assert Right.objects.get(pk=world.mark.pk).holder == world.extra["nordlys"]
    assert states(world) == ["withdrawn", "withdrawn"]
    world.extra["notice"].refresh_from_db()
    assert world.extra["notice"].holder == world.halden


def test_sent_back_nothing_moves_and_the_new_owner_reads_why(world):
    sent = claim(world)
    answer(world, sent, accepted=False, note="The extract names somebody else.")
    right = Right.objects.get(pk=world.mark.pk)
    assert (right.holder, right.state, states(world)) == (world.halden, "transferred", ["suspended"] * 2)
    right_letters.tell(right.events.get(event="transfer_returned").pk, at=WEDNESDAY, now=WEDNESDAY)
    assert RightLetter.objects.get(what="transfer_returned").holder == world.extra["nordlys"]
    with pytest.raises(services.RightMoved):
        answer(world, sent)
    claim(world)  # it may be sent again


def test_only_what_was_transferred_can_be_taken_over_and_never_from_ones_own_account(world):
    assert refused(world, replace(MINE, number="41902338")) == ["transfer_unknown"]
    assert refused(world, to=world.halden, by=world.ines) == ["transfer_own"]
    claim(world)
    assert refused(world) == ["transfer_waits"]
    rights_watch.let_happen(world.mark, "confirmed", by=world.rana, at=WEDNESDAY)
    assert refused(world) == ["transfer_unknown"]


def test_everything_that_is_missing_is_told_at_once(world):
    empty = Claimed("trademark", "CN", "", "", None)
    wrong = ["transfer_unknown", "right_field_missing", "transfer_undecided", "right_paper_missing"]
    assert refused(world, empty, content=b"") == wrong
    assert refused(world, Claimed("nothing", "nowhere", "☃", "x", True)) == ["transfer_unknown"]


def test_an_agent_takes_nothing_over(world):
    nordlys = world.extra["nordlys"]
    nordlys.is_agent = True
    nordlys.save()
    assert refused(world) == ["transfer_by_agent"]


def test_an_account_nobody_has_verified_gets_no_right(world):
    sent = claim(world)
    Holder.objects.filter(pk=world.extra["nordlys"].pk).update(verified_at=None)
    with pytest.raises(AccountNotVerified):
        answer(world, RightTransfer.objects.get(pk=sent.pk))
    assert Right.objects.get(pk=world.mark.pk).holder == world.halden
    assert RightTransfer.objects.get(pk=sent.pk).answer == ""


def test_what_was_upheld_before_answers_to_the_new_owner_too(world):
    """A seller may still answer a listing that was taken down; that answer reaches who owns the right now."""
    rights_watch.let_happen(world.mark, "confirmed", by=world.rana, at=WEDNESDAY)
    first = world.extra["notice"].complaints.order_by("line").first()
    happens(first, "withdrawn", "complainant", WEDNESDAY)
    rights_watch.let_happen(Right.objects.get(pk=world.mark.pk), "transferred", by=world.rana, at=WEDNESDAY)
    answer(world, claim(world))
    first.refresh_from_db()
    assert (first.state, first.holder_id) == ("withdrawn", world.extra["nordlys"].pk)
