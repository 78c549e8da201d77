"""Mandates: from the form to the signed paper, in force, revoked or expired, and what that does to the cases of the agent.

Ayo acts for two owners, Ines's Halden & Moe and Noor's Lumen; nothing of the one may be done under the mandate of the other."""

from datetime import date

import pytest

from countermark.apps.complaints import mandate_watch, mandated, rights_watch
from countermark.apps.complaints.intake import NoticeDefective
from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.complaints.replies import AnswerDefective, answer
from countermark.apps.mandates import letter, letters, links, selectors, services
from countermark.apps.mandates.models import Mandate, MandateEvent
from countermark.apps.mandates.services import MandateDefective, MandateMoved, Scope
from countermark.apps.parties.models import Holder, Membership, Person
from countermark.apps.work.jobs import TryLater
from countermark.connectors.mail import MailRefused
from countermark.core.rights.mandate import POWER_OF, POWERS
from mandates import LAST, LATER, a_filed, a_mandate, an_agents_world, found, said, state
from people import WEDNESDAY, a_right, a_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return an_agents_world()


# --- the form and the paper -----------------------------------------------------------------------------------------------


def test_everything_that_is_missing_is_named_at_once(world):
    row = services.save_draft(
        agent=world.halden, said=Scope(all_rights=False, all_marketplaces=False, powers=[]), at=WEDNESDAY
    )
    with pytest.raises(MandateDefective) as refused:
        services.submit(mandate=row, by=world.ines, at=WEDNESDAY)
    assert found(refused) == [
        *("mandate_principal_missing", "mandate_address_missing", "mandate_email_unreadable"),
        *("mandate_rights_missing", "mandate_places_missing", "mandate_powers_missing", "mandate_paper_missing"),
    ]


def test_the_owners_mail_cannot_go_to_the_agent(world):
    for address in (world.halden.contact_email.upper(), world.ines.email):
        row = a_mandate(world, sent=False, principal_email=address)
        assert [d.code for d in services.defects(row, at=WEDNESDAY)] == ["mandate_email_own"]


def test_days_that_make_no_sense_are_named(world):
    row = a_mandate(world, sent=False, starts_on=date(2026, 2, 20), ends_on=date(2026, 2, 10))
    assert [d.code for d in services.defects(row, at=WEDNESDAY)] == ["mandate_days_reversed", "mandate_over"]


def test_a_paper_signed_for_something_else_is_asked_for_again(world):
    row = a_mandate(world, sent=False)
    assert services.save_draft(agent=world.halden, said=said(), at=WEDNESDAY, mandate=row).paper is not None
    assert services.save_draft(agent=world.halden, said=said(powers=["file"]), at=WEDNESDAY, mandate=row).paper is None


def test_nothing_changes_once_it_is_sent_and_a_second_click_is_harmless(world):
    row = a_mandate(world, in_force=False)
    assert services.submit(mandate=row, by=world.ines, at=LATER).submitted_at == WEDNESDAY
    with pytest.raises(MandateMoved):
        services.save_draft(agent=world.halden, said=said(), at=WEDNESDAY, mandate=row)
    with pytest.raises(MandateMoved):
        services.discard(mandate=row)


def test_it_is_sent_back_with_reasons_mended_and_sent_again(world):
    row = a_mandate(world, in_force=False)
    with pytest.raises(MandateDefective):
        services.send_back(mandate=row, reasons=[], note="", by=world.rana, at=WEDNESDAY)
    with pytest.raises(MandateDefective):
        services.send_back(mandate=row, reasons=["class_page_missing"], note="", by=world.rana, at=WEDNESDAY)
    services.send_back(mandate=row, reasons=["mandate_unsigned"], note="No seal.", by=world.rana, at=WEDNESDAY)
    services.submit(mandate=row, by=world.ines, at=LATER)
    mandate_watch.put_in_force(mandate=row, by=world.rana, at=LATER)
    assert list(row.events.order_by("pk").values_list("event", flat=True)) == [
        "submitted",
        "returned",
        "submitted",
        "in_force",
    ]
    with pytest.raises(MandateMoved):
        mandate_watch.put_in_force(mandate=row, by=world.rana, at=LATER)


def test_the_letter_is_a_pdf_of_one_page_in_two_languages_and_the_same_each_time(world):
    row = a_mandate(world, sent=False, principal_name="飞鹿 <b> & Fjell", may_delegate=True, ends_on=LAST)
    made = letter.pdf_of(row, at=WEDNESDAY)
    assert made.startswith(b"%PDF-") and made.count(b"/Type /Page\n") == 1 and b"STSong-Light" in made
    assert made == letter.pdf_of(row, at=WEDNESDAY)


# --- filing and answering under it ----------------------------------------------------------------------------------------


def test_a_case_says_under_which_mandate_it_was_filed_and_answered(world):
    row = a_mandate(world)
    case = a_filed(world)
    assert case.notice.mandate == row
    answer(holder_id=world.halden.pk, seen={case.pk: case.seq}, event="withdrawn", at=WEDNESDAY)
    data = [event.payload for event in case.events.filter(event__in=("opened", "withdrawn"))]
    assert len(data) == 2 and all(f'"mandate":{row.pk}' in text.replace(" ", "") for text in data)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"principal_name": "Lumen SARL"}, "mandate_missing"),  # another owner's: it says nothing of this right
        ({"powers": ["answer"]}, "mandate_without_power"),
        ({"starts_on": date(2026, 2, 26)}, "mandate_not_begun"),
        ({"all_marketplaces": False, "marketplaces": "quay"}, "mandate_other_marketplace"),
    ],
)
def test_filing_is_refused_with_what_the_mandate_lacks(world, changes, code):
    if changes.get("marketplaces"):
        changes = {**changes, "marketplaces": [a_world().market]}
    a_mandate(world, **changes)
    with pytest.raises(NoticeDefective) as refused:
        a_filed(world)
    assert found(refused) == [code]
    assert not Complaint.objects.filter(holder=world.halden).exists()


def test_a_mandate_that_is_not_verified_yet_allows_nothing(world):
    a_mandate(world, in_force=False)
    with pytest.raises(NoticeDefective) as refused:
        a_filed(world)
    assert found(refused) == ["mandate_not_verified"]


def test_of_two_mandates_the_one_that_covers_the_act_is_taken(world):
    narrow = a_mandate(world, powers=["answer"])
    whole = a_mandate(world, all_rights=False, rights=[world.mark])
    assert a_filed(world).notice.mandate == whole != narrow


def test_an_answer_takes_the_power_for_it(world):
    a_mandate(world, powers=["file"])
    case = a_filed(world)
    with pytest.raises(AnswerDefective) as refused:
        answer(holder_id=world.halden.pk, seen={case.pk: case.seq}, event="withdrawn", at=WEDNESDAY)
    assert found(refused) == ["mandate_without_power"]
    assert state(case) == case.state


@pytest.mark.parametrize(("event", "power"), sorted((e, p) for e, p in POWER_OF.items() if e != mandated.APPEALED))
def test_each_step_in_a_case_is_refused_without_its_own_power_though_all_others_are_there(world, event, power):
    a_mandate(world, powers=[other for other in POWERS if other != power])
    case = a_filed(world)
    with pytest.raises(AnswerDefective) as refused:
        answer(holder_id=world.halden.pk, seen={case.pk: case.seq}, event=event, at=WEDNESDAY)
    assert [(d.code, d.data) for d in refused.value.defects] == [("mandate_without_power", {"power": power})]
    assert state(case) == case.state


def test_rights_of_another_agent_are_not_taken_into_the_list(world):
    stranger = a_right(a_world().halden)
    row = services.save_draft(
        agent=world.halden, said=said(all_rights=False, rights=[world.mark, stranger]), at=WEDNESDAY
    )
    assert list(row.rights.all()) == [world.mark]


# --- its end --------------------------------------------------------------------------------------------------------------


def test_revoking_freezes_filing_and_answering_at_once(world):
    row = a_mandate(world)
    case = a_filed(world)
    assert mandate_watch.revoke(mandate=row, side="principal", by=None, at=WEDNESDAY) == 1
    assert state(case) == "suspended"
    assert mandate_watch.revoke(mandate=row, side="principal", by=None, at=WEDNESDAY) == 0  # the second click
    seq = Complaint.objects.get(pk=case.pk).seq
    with pytest.raises(AnswerDefective) as refused:
        answer(holder_id=world.halden.pk, seen={case.pk: seq}, event="withdrawn", at=WEDNESDAY)
    assert found(refused) == ["mandate_revoked"]
    with pytest.raises(NoticeDefective) as again:
        a_filed(world)
    assert "mandate_revoked" in found(again)


def test_a_revoked_mandate_leaves_no_paper_behind_with_the_right(world):
    row = a_mandate(world)
    world.mark.documents.create(file=row.paper, kind="mandate")
    mandate_watch.revoke(mandate=row, side="agent", by=world.ines, at=WEDNESDAY)
    Mandate.objects.filter(pk=row.pk).update(all_rights=False)  # it names other rights by now
    with pytest.raises(NoticeDefective) as refused:
        a_filed(world)
    assert found(refused) == ["mandate_missing"]


def test_an_expired_mandate_allows_nothing_before_any_worker_has_come_by(world):
    a_mandate(world, ends_on=LAST)
    case = a_filed(world)
    with pytest.raises(AnswerDefective) as refused:
        answer(holder_id=world.halden.pk, seen={case.pk: case.seq}, event="withdrawn", at=LATER)
    assert found(refused) == ["mandate_ended"]


def test_the_nightly_look_ends_it_after_its_last_day_and_cases_stand_still(world):
    row = a_mandate(world, ends_on=LAST)
    case = a_filed(world)
    assert mandate_watch.look(at=WEDNESDAY) == 0
    assert mandate_watch.look(at=LATER) == 1 and mandate_watch.look(at=LATER) == 0
    row.refresh_from_db()
    assert (row.state, state(case)) == ("expired", "suspended")
    assert row.events.get(event="expired").at == services._over_at(LAST)


def test_a_new_mandate_lets_cases_go_on_with_the_time_that_was_left(world):
    row = a_mandate(world)
    case = a_filed(world)
    before = case.state
    mandate_watch.revoke(mandate=row, side="agent", by=world.ines, at=WEDNESDAY)
    new = a_mandate(world, in_force=False, all_rights=False, rights=[world.mark])
    assert mandate_watch.put_in_force(mandate=new, by=world.rana, at=WEDNESDAY) == 1
    assert state(case) == before and Notice.objects.get(complaints=case).mandate == new


def test_a_new_mandate_for_something_else_lets_nothing_go_on(world):
    row = a_mandate(world)
    case = a_filed(world)
    mandate_watch.revoke(mandate=row, side="agent", by=world.ines, at=WEDNESDAY)
    new = a_mandate(world, in_force=False, powers=["file"])
    assert mandate_watch.put_in_force(mandate=new, by=world.rana, at=WEDNESDAY) == 0
    assert state(case) == "suspended"


def test_clearing_the_right_does_not_let_a_case_go_whose_mandate_has_ended_nor_the_other_way_round(world):
    row = a_mandate(world)
    case = a_filed(world)
    rights_watch.doubt_right(right=world.mark, by=world.rana, at=WEDNESDAY)
    mandate_watch.revoke(mandate=row, side="agent", by=world.ines, at=WEDNESDAY)
    rights_watch.clear_right(right=world.mark, by=world.rana, at=WEDNESDAY)
    assert state(case) == "suspended"
    rights_watch.doubt_right(right=world.mark, by=world.rana, at=WEDNESDAY)
    new = a_mandate(world, in_force=False)
    assert mandate_watch.put_in_force(mandate=new, by=world.rana, at=WEDNESDAY) == 0
    assert state(case) == "suspended"
    rights_watch.clear_right(right=world.mark, by=world.rana, at=WEDNESDAY)
    assert state(case) != "suspended"


def an_owner():
    person = Person.objects.create_user("noor@fjell.example", name="Noor Dahl")
    holder = Holder.objects.create(
        name="Fjell AS", kind="enterprise", location="other", contact_email="ip@fjell.example"
    )
    Membership.objects.create(person=person, holder=holder)
    return person, holder


def test_the_owner_takes_over_what_stands_still_and_answers_it(world):
    row = a_mandate(world)
    case = a_filed(world)
    noor, fjell = an_owner()
    with pytest.raises(MandateMoved):
        mandate_watch.take_over(mandate=row, principal=fjell, by=noor, at=WEDNESDAY)
    mandate_watch.revoke(mandate=row, side="principal", by=None, at=WEDNESDAY)
    assert mandate_watch.take_over(mandate=row, principal=fjell, by=noor, at=WEDNESDAY) == 1
    case = Complaint.objects.get(pk=case.pk)
    assert case.holder == fjell and case.state != "suspended" and case.notice.filer_role == "right_holder"
    answer(holder_id=fjell.pk, seen={case.pk: case.seq}, event="withdrawn", at=WEDNESDAY)
    assert '"mandate"' not in case.events.get(event="withdrawn").payload


def test_nobody_else_takes_over_what_an_owner_has_taken_over(world):
    row = a_mandate(world)
    noor, fjell = an_owner()
    mandate_watch.revoke(mandate=row, side="principal", by=None, at=WEDNESDAY)
    mandate_watch.take_over(mandate=row, principal=fjell, by=noor, at=WEDNESDAY)
    other = Holder.objects.create(name="Otto", kind="individual", location="other", contact_email="otto@x.example")
    with pytest.raises(MandateMoved):
        mandate_watch.take_over(mandate=row, principal=other, by=noor, at=WEDNESDAY)


# --- the owner's address --------------------------------------------------------------------------------------------------


def test_the_address_opens_this_mandate_alone_and_no_draft(world):
    row, draft = a_mandate(world), a_mandate(world, sent=False)
    assert links.mandate_of(links.token_of(row)) == row
    assert links.mandate_of(links.token_of(draft)) is None
    number, _, signature = links.token_of(row).partition(".")
    for forged in (f"{draft.pk}.{signature}", f"{number}.{signature[:-1]}", number, "", "²", "1" * 40, f"{number}.é"):
        assert links.mandate_of(forged) is None


def test_the_owner_is_written_to_when_somebody_says_to_act_for_it(world, post):
    row = a_mandate(world, in_force=False)
    event = row.events.get(event="submitted")
    assert letters.tell(event.pk, now=WEDNESDAY) == 1 and letters.tell(event.pk, now=WEDNESDAY) == 0
    mail = post.outbox[0]
    assert mail.to == "owner@fjell.example" and links.token_of(row) in mail.text


def test_owner_and_agent_are_told_of_the_end_by_the_other(world, post):
    row = a_mandate(world)
    mandate_watch.revoke(mandate=row, side="principal", by=None, at=WEDNESDAY)
    letters.tell(MandateEvent.objects.get(mandate=row, event="revoked").pk, now=WEDNESDAY)
    assert [mail.to for mail in post.outbox] == [world.halden.contact_email]


def test_a_mail_server_that_is_away_is_tried_later(world, post):
    row = a_mandate(world, in_force=False)
    post.fail_next(MailRefused(False, 451, "Try again."))
    with pytest.raises(TryLater):
        letters.tell(row.events.get(event="submitted").pk, now=WEDNESDAY)


def test_what_a_reader_sees_is_expired_from_the_end_of_the_last_day_on(world):
    row = a_mandate(world, ends_on=LAST)
    assert selectors.stands(row, at=WEDNESDAY) == "in_force"
    assert selectors.stands(row, at=services._over_at(LAST)) == "expired"
