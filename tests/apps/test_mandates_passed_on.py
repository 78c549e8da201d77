"""A mandate passed on: Ayo lets Samir's firm act for Fjell AS, within what Ayo may do, and every end reaches Samir too."""

from datetime import date, timedelta

import pytest

from apps.test_drafts import a_draft
from countermark.apps.complaints import drafts, mandate_watch
from countermark.apps.complaints.intake import NoticeDefective
from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.complaints.replies import AnswerDefective, answer
from countermark.apps.mandates import letters, links, passing_on, selectors, services
from countermark.apps.mandates.models import Mandate
from countermark.apps.mandates.services import MandateDefective, MandateMoved, Scope
from countermark.apps.parties.models import Holder, Membership, Person
from countermark.core.rights.mandate import offers_a_day
from mandates import LAST, LATER, a_filed, a_mandate, an_agents_world, found, state
from people import WEDNESDAY, a_right

pytestmark = pytest.mark.django_db
ALL = Scope()
FILE_ONLY = Scope(powers=["file"])
TO = "samir@lyng.example"


@pytest.fixture
def world(db):
    return an_agents_world()


@pytest.fixture
def lyng(db):
    """Samir's account: another agent."""
    samir = Person.objects.create_user(TO, name="Samir Lyng")
    firm = Holder.objects.create(
        name="Lyng IP", kind="enterprise", location="other", contact_email="ip@lyng.example", is_agent=True
    )
    Membership.objects.create(person=samir, holder=firm)
    return samir, firm


@pytest.fixture
def given(world):
    """What Fjell AS gave Ayo: it may be passed on."""
    return a_mandate(world, may_delegate=True, ends_on=LAST)


def offered(world, given, said=ALL, to=TO, at=WEDNESDAY):
    return passing_on.offer(parent=given, said=said, to=to, by=world.ines, at=at)


def accepted(world, given, lyng, said=ALL):
    samir, firm = lyng
    sub = offered(world, given, said)
    mandate_watch.accept(mandate=sub, agent=firm, by=samir, at=WEDNESDAY)
    sub.refresh_from_db()
    return sub


def filed_by(world, lyng):
    """A notice of Samir's, on the same mark, which his firm has registered itself; returns its case."""
    samir, firm = lyng
    twin = a_right(firm, owner_name="Fjell AS", number=world.mark.number, verified_at=WEDNESDAY)
    draft = a_draft(world)
    draft.holder, draft.person = firm, samir
    draft.data = {**draft.data, "right": twin.pk}
    draft.save()
    return drafts.submit(drafts.draft_of(draft.pk, [firm.pk]), at=WEDNESDAY).complaints.get()


# --- offering -------------------------------------------------------------------------------------------------------------


def test_what_is_not_said_is_as_in_the_mandate_it_comes_from(world, given):
    sub = offered(world, given)
    assert (sub.state, sub.parent, sub.agent, sub.paper) == ("offered", given, world.halden, given.paper)
    assert (sub.powers, sub.ends_on, sub.principal_email) == (given.powers, LAST, given.principal_email)
    assert not sub.may_delegate and sub.number.startswith("POA-2026-") and sub.number != given.number


@pytest.mark.parametrize(
    ("said", "to", "codes"),
    [
        (Scope(ends_on=LAST + timedelta(days=1)), TO, ["sub_days_wider"]),
        (Scope(powers=[]), TO, ["mandate_powers_missing"]),
        (Scope(ends_on=date(2026, 2, 1)), TO, ["mandate_over"]),
        (ALL, "Samir", ["sub_email_unreadable"]),
    ],
)
def test_more_than_the_agent_has_or_nothing_at_all_is_not_offered(world, given, said, to, codes):
    with pytest.raises(MandateDefective) as refused:
        offered(world, given, said, to)
    assert found(refused) == codes
    assert not Mandate.objects.exclude(parent=None).exists()


def test_a_narrow_mandate_is_passed_on_no_wider(world, lyng):
    other = a_right(world.halden, owner_name="Fjell AS", name="FJELL", number="7")
    narrow = a_mandate(world, may_delegate=True, powers=["file"], all_rights=False, rights=[world.mark])
    for said, code in (
        (Scope(all_rights=True), "sub_rights_wider"),
        (Scope(all_rights=False, rights=[world.mark, other]), "sub_rights_wider"),
        (Scope(powers=["file", "settle"]), "sub_powers_wider"),
    ):
        with pytest.raises(MandateDefective) as refused:
            offered(world, narrow, said)
        assert found(refused) == [code]
    assert list(offered(world, narrow).rights.all()) == [world.mark]


def test_the_agent_does_not_offer_it_to_itself(world, given):
    with pytest.raises(MandateDefective) as refused:
        offered(world, given, to=world.ines.email.upper())
    assert found(refused) == ["sub_email_own"]


def test_a_mandate_whose_owner_did_not_allow_it_is_not_passed_on_nor_one_that_is_over(world, given):
    with pytest.raises(MandateMoved):
        offered(world, a_mandate(world))
    with pytest.raises(MandateMoved):
        offered(world, given, at=LATER)


def test_what_was_passed_on_is_not_passed_on_again(world, given, lyng):
    sub = accepted(world, given, lyng)
    Mandate.objects.filter(pk=sub.pk).update(may_delegate=True)  # whatever the row says
    with pytest.raises(MandateMoved):
        offered(world, Mandate.objects.get(pk=sub.pk), to="third@x.example")


def test_a_mandate_is_not_offered_without_end(world, given):
    for number in range(offers_a_day()):
        offered(world, given, to=f"agent{number}@x.example")
    with pytest.raises(MandateDefective) as refused:
        offered(world, given)
    assert found(refused) == ["sub_too_many"]
    assert offered(world, given, at=WEDNESDAY + timedelta(days=1, seconds=1)).state == "offered"


# --- accepting and acting -------------------------------------------------------------------------------------------------


def test_only_the_agent_it_was_offered_to_accepts_it_and_once(world, given, lyng):
    samir, firm = lyng
    sub = offered(world, given)
    owner = Holder.objects.create(name="Fjell AS", kind="enterprise", location="other", contact_email="x@fjell.example")
    for agent, by in ((world.halden, samir), (owner, samir), (firm, world.ines)):
        with pytest.raises(MandateMoved):
            mandate_watch.accept(mandate=sub, agent=agent, by=by, at=WEDNESDAY)
    mandate_watch.accept(mandate=sub, agent=firm, by=samir, at=WEDNESDAY)
    mandate_watch.accept(mandate=sub, agent=firm, by=samir, at=WEDNESDAY)  # the second click
    assert list(sub.events.order_by("pk").values_list("event", flat=True)) == ["offered", "accepted"]


def test_an_offer_allows_nothing_before_it_is_accepted(world, given, lyng):
    offered(world, given)
    with pytest.raises(NoticeDefective) as refused:
        filed_by(world, lyng)
    assert found(refused) == ["mandate_missing"]


def test_the_other_agent_files_under_it_on_the_right_it_has_registered_itself(world, given, lyng):
    sub = accepted(world, given, lyng, Scope(all_rights=False, rights=[world.mark]))
    assert filed_by(world, lyng).notice.mandate == sub


def test_the_other_agent_does_not_do_what_was_not_passed_on(world, given, lyng):
    accepted(world, given, lyng, FILE_ONLY)
    case = filed_by(world, lyng)
    with pytest.raises(AnswerDefective) as refused:
        answer(holder_id=lyng[1].pk, seen={case.pk: case.seq}, event="withdrawn", at=WEDNESDAY)
    assert found(refused) == ["mandate_without_power"]
    assert refused.value.defects[0].data == {"power": "withdraw"}


# --- its end --------------------------------------------------------------------------------------------------------------


def test_revoking_the_mandate_ends_what_was_passed_on_and_both_agents_cases_stand_still(world, given, lyng):
    sub = accepted(world, given, lyng)
    theirs, mine = filed_by(world, lyng), a_filed(world)
    assert mandate_watch.revoke(mandate=given, side="principal", by=None, at=WEDNESDAY) == 2
    sub.refresh_from_db()
    assert sub.state == "revoked" and sub.events.get(event="revoked").side == "parent"
    assert state(theirs) == state(mine) == "suspended"
    assert '"why":"mandate_above_ended"' in theirs.events.get(event="right_in_doubt").payload.replace(" ", "")


def test_its_last_day_ends_what_was_passed_on_with_it(world, given, lyng):
    sub = accepted(world, given, lyng)
    waiting = offered(world, given, to="third@x.example")
    case = filed_by(world, lyng)
    mandate_watch.look(at=LATER)
    for row in (sub, waiting, given):
        row.refresh_from_db()
    assert given.state == "expired" and sub.state in ("expired", "revoked") and waiting.state == "revoked"
    assert state(case) == "suspended"


@pytest.mark.parametrize("side", ["principal", "grantor", "agent"])
def test_owner_grantor_and_the_other_agent_end_it_alone_and_the_rest_goes_on(world, given, lyng, side):
    sub = accepted(world, given, lyng)
    theirs, mine = filed_by(world, lyng), a_filed(world)
    assert mandate_watch.revoke(mandate=sub, side=side, by=None, at=WEDNESDAY) == 1
    given.refresh_from_db()
    assert given.state == "in_force" and state(theirs) == "suspended" and state(mine) == mine.state


def test_an_offer_that_was_taken_back_is_not_accepted(world, given, lyng):
    samir, firm = lyng
    sub = offered(world, given)
    mandate_watch.revoke(mandate=sub, side="grantor", by=world.ines, at=WEDNESDAY)
    with pytest.raises(MandateMoved):
        mandate_watch.accept(mandate=sub, agent=firm, by=samir, at=WEDNESDAY)


def test_a_new_offer_lets_the_cases_of_the_other_agent_go_on(world, given, lyng):
    sub = accepted(world, given, lyng)
    case = filed_by(world, lyng)
    before = case.state
    mandate_watch.revoke(mandate=sub, side="grantor", by=world.ines, at=WEDNESDAY)
    new = accepted(world, given, lyng)
    assert state(case) == before and Notice.objects.get(complaints=case).mandate == new


def test_the_owner_takes_over_what_was_filed_under_it(world, given, lyng):
    sub = accepted(world, given, lyng)
    case = filed_by(world, lyng)
    noor = Person.objects.create_user("noor@fjell.example", name="Noor Dahl")
    fjell = Holder.objects.create(name="Fjell AS", kind="enterprise", location="other", contact_email="n@fjell.example")
    mandate_watch.revoke(mandate=sub, side="principal", by=None, at=WEDNESDAY)
    assert mandate_watch.take_over(mandate=sub, principal=fjell, by=noor, at=WEDNESDAY) == 1
    assert Complaint.objects.get(pk=case.pk).holder == fjell


# --- who sees it, and who is written to -----------------------------------------------------------------------------------


def test_an_offer_is_read_by_both_agents_and_by_nobody_else(world, given, lyng):
    firm = lyng[1]
    sub = offered(world, given)
    assert selectors.mandate_of(sub.pk, [world.halden.pk], world.ines.email) == sub
    assert selectors.mandate_of(sub.pk, [firm.pk], TO.upper()) == sub
    assert selectors.mandate_of(sub.pk, [firm.pk], "other@lyng.example") is None
    assert list(selectors.offered_to(TO)) == [sub] and list(selectors.passed_on_by([world.halden.pk])) == [sub]
    assert sub not in selectors.mandates_of([world.halden.pk])
    assert not selectors.shown_to([firm.pk], "").exists()  # nobody's address opens nothing


def told(row, event):
    letters.tell(row.events.filter(event=event).latest("pk").pk, now=WEDNESDAY)


def test_owner_and_the_other_agent_are_written_to_when_it_is_offered(world, given, lyng, post):
    sub = offered(world, given)
    told(sub, "offered")
    assert [mail.to for mail in post.outbox] == ["owner@fjell.example", TO]
    assert links.token_of(sub) in post.outbox[0].text and f"/holder/mandates/{sub.pk}/" in post.outbox[1].text


@pytest.mark.parametrize(
    ("side", "readers"),
    [
        ("principal", ["ip@lyng.example", "grantor"]),
        ("grantor", ["owner@fjell.example", "ip@lyng.example"]),
        ("agent", ["owner@fjell.example", "grantor"]),
    ],
)
def test_whoever_did_not_end_it_is_told_that_it_ended(world, given, lyng, post, side, readers):
    sub = accepted(world, given, lyng)
    services.revoke(mandate=sub, side=side, by=None, at=WEDNESDAY)
    told(sub, "revoked")
    assert [mail.to for mail in post.outbox] == [{"grantor": world.halden.contact_email}.get(to, to) for to in readers]
