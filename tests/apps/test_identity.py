"""Who an account is: papers sealed, one reviewer at a time, reasons with a cure, nobody's rights verified before."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.db import Error, IntegrityError, transaction
from PIL import Image
from tests.people import WEDNESDAY, World, a_notice, a_right, a_world

from countermark.apps.complaints import rights_watch
from countermark.apps.identity import selectors, services
from countermark.apps.identity.models import IdentityCheck, IdentityPaper
from countermark.apps.keeping import retention
from countermark.apps.parties.models import Acceptance, Holder, Look, Membership, Person, StaffEvent
from countermark.apps.parties.services import TERMS, accept_agreements, agreements_asked, asks_again
from countermark.apps.work import sealing
from countermark.apps.work.models import Job
from countermark.core import identity


def a_picture() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (60, 40), "#c9822b").save(kept, "PNG")
    return kept.getvalue()


pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 25, 7, tzinfo=UTC)
PICTURE = a_picture()


@pytest.fixture
def world() -> World:
    made = a_world()
    Holder.objects.filter(pk=made.halden.pk).update(verified_at=None)
    made.halden.refresh_from_db()
    return made


def shown(world: World, *, number: str = "NO 913 045 228", **answers: Any) -> IdentityCheck:
    """Halden's papers, ready to be sent."""
    check = services.draft_of(holder=world.halden, at=WEDNESDAY)
    said = {"document": "incorporation", "number": number, "valid_until": None, **answers}
    check = services.save_answers(check=check, **said)
    services.add_paper(check=check, content=PICTURE, name="register.png", at=WEDNESDAY)
    return check


def sent(world: World, **answers: Any) -> IdentityCheck:
    return services.submit(check=shown(world, **answers), by=world.ines, at=WEDNESDAY)


def taken(world: World, **answers: Any) -> IdentityCheck:
    return services.take(check=sent(world, **answers), by=world.rana, now=NOW)


def test_a_reviewer_should_have_looked_within_three_working_days(world):
    # Wed 25 Feb is not counted: Thu 26 = 1, Fri 27 = 2, Sat 28 is a make-up working day = 3; late from Sun 1 Mar 00:00 Shanghai
    assert sent(world).due_at == datetime(2026, 2, 28, 16, tzinfo=UTC)


def test_what_is_missing_is_said_at_once(world):
    check = services.draft_of(holder=world.halden, at=WEDNESDAY)
    with pytest.raises(services.IdentityDefective) as refused:
        services.submit(check=check, by=world.ines, at=WEDNESDAY)
    assert {d.code for d in refused.value.defects} == {"identity_document", "identity_number", "identity_papers"}


def test_papers_lie_sealed_and_no_number_is_kept_in_clear(world):
    check = sent(world)
    paper = IdentityPaper.objects.get(check_of=check)
    assert PICTURE[:4] not in bytes(paper.sealed)
    assert check.number_end == "5228" and "913045228" not in check.number_digest
    changed = bytes(paper.sealed)[:-1] + bytes([bytes(paper.sealed)[-1] ^ 1])
    with pytest.raises(InvalidTag):
        sealing.open_bytes(paper.key, changed)


def test_papers_are_shown_only_to_whoever_took_them_on_and_each_view_is_kept(world):
    check = taken(world)
    paper = check.papers.get()
    content = services.open_paper(paper=paper, by=world.rana, now=NOW, role="reviewer", request_id="r-1")
    assert isinstance(content, bytes) and content.startswith(b"\x89PNG")
    look = Look.objects.get()
    assert (look.person, look.what, look.key) == (world.rana, "identity_document", f"paper-{paper.pk}")
    for stranger in (world.samir, world.ines, world.tomas):
        with pytest.raises(services.NotYours):
            services.open_paper(paper=paper, by=stranger, now=NOW, role="reviewer")
    assert Look.objects.count() == 1


def test_papers_are_shown_to_nobody_once_it_is_decided(world):
    check = taken(world)
    services.verify(check=check, by=world.rana, at=WEDNESDAY, now=NOW)
    paper = IdentityPaper.objects.select_related("check_of", "key").get()
    with pytest.raises(services.IdentityMoved):
        services.open_paper(paper=paper, by=world.rana, now=NOW, role="reviewer")


def test_two_reviewers_cannot_have_the_same_account_on_the_desk(world):
    check = taken(world)
    with pytest.raises(services.NotYours):
        services.take(check=check, by=world.samir, now=NOW + timedelta(hours=3, minutes=59))
    services.take(check=check, by=world.samir, now=NOW + timedelta(hours=4))  # left for four hours
    with pytest.raises(services.NotYours):
        services.verify(check=check, by=world.rana, at=WEDNESDAY, now=NOW)
    noor = Person.objects.create_user("noor@countermark.example", is_reviewer=True, is_senior=True)
    assert services.take(check=check, by=noor, now=NOW + timedelta(hours=4, minutes=1)).taken_by == noor


def test_nobody_verifies_an_account_they_act_for(world):
    check = sent(world)
    Membership.objects.create(person=world.rana, holder=world.halden, role="viewer")
    with pytest.raises(services.OwnAccount):
        services.take(check=check, by=world.rana, now=NOW)


def test_a_verified_account_says_so_and_its_holder_is_told(world):
    services.verify(check=taken(world), by=world.rana, at=WEDNESDAY, now=NOW)
    world.halden.refresh_from_db()
    assert world.halden.verified_at == WEDNESDAY and selectors.standing(world.halden) == "verified"
    assert Job.objects.get(kind=services.TELL).key == str(IdentityCheck.objects.get().pk)
    assert list(StaffEvent.objects.values_list("event", flat=True)) == ["identity.taken", "identity.verified"]


def test_papers_sent_back_name_reasons_of_the_list_and_what_was_found_stays(world):
    check = taken(world)
    for wrong, code in (([], "identity_reasons"), (["because"], "identity_reason_unknown")):
        with pytest.raises(services.IdentityDefective) as refused:
            services.send_back(check=check, reasons=wrong, by=world.rana, at=WEDNESDAY, now=NOW)
        assert refused.value.defects[0].code == code
    services.send_back(check=check, reasons=["unreadable"], note="Page 2.", by=world.rana, at=WEDNESDAY, now=NOW)
    assert selectors.standing(world.halden) == "returned"

    again = services.draft_of(holder=world.halden, at=WEDNESDAY)
    assert (again.document, again.number_end, again.papers.count()) == ("incorporation", "5228", 1)
    services.submit(check=again, by=world.ines, at=WEDNESDAY + timedelta(days=1))
    assert [row.state for row in selectors.history(world.halden)] == ["pending", "returned"]
    first = selectors.history(world.halden)[1]
    assert (first.reasons, first.note, first.decided_by) == (["unreadable"], "Page 2.", world.rana)


def test_what_was_sent_cannot_be_changed_meanwhile(world):
    check = sent(world)
    assert services.submit(check=check, by=world.ines, at=WEDNESDAY).pk == check.pk  # a second click
    for change in (
        lambda: services.save_answers(check=check, document="incorporation", number="1234", valid_until=None),
        lambda: services.add_paper(check=check, content=PICTURE, name="x.png", at=WEDNESDAY),
        lambda: services.remove_paper(check=check, paper_id=check.papers.get().pk),
        lambda: services.draft_of(holder=world.halden, at=WEDNESDAY),
    ):
        with pytest.raises(services.IdentityMoved):
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityCheck.objects.create(holder=world.halden, state="draft", created_at=WEDNESDAY)


def test_a_right_waits_until_its_account_is_verified_and_its_complaint_with_it(world):
    right = a_right(world.halden, state="pending", verified_at=None, number="51902338", name="FJELL")
    world.mark = right
    case = a_notice(world).complaints.get()
    assert case.state != "awaiting_seller"
    waits_in = case.state
    with pytest.raises(rights_watch.AccountNotVerified):
        rights_watch.approve_right(right=right, by=world.rana, at=WEDNESDAY)
    services.verify(check=taken(world), by=world.rana, at=WEDNESDAY, now=NOW)
    rights_watch.approve_right(right=right, by=world.rana, at=WEDNESDAY)
    case.refresh_from_db()
    assert case.state != waits_in and right.__class__.objects.get(pk=right.pk).state == "approved"


@pytest.mark.parametrize(
    ("other", "by"),
    [
        ({"number": "no-913045228"}, "number"),
        ({"name": "HALDEN & MOE AS"}, "name_address"),
        ({"contact_email": "sales@HALDEN.example"}, "contact_domain"),
    ],
)
def test_accounts_that_may_be_the_same_are_shown_with_what_is_equal(world, other, by):
    Holder.objects.filter(pk=world.halden.pk).update(contact_email="ip@halden.example")
    check = sent(world)
    usual = {"name": "Fjord Lights", "kind": "enterprise", "location": "other", "contact_email": "a@fjord.example"}
    number = other.get("number")
    twin = Holder.objects.create(**{**usual, **{k: v for k, v in other.items() if k != "number"}})
    if number:
        theirs = services.draft_of(holder=twin, at=WEDNESDAY)
        services.save_answers(check=theirs, document="incorporation", number=number, valid_until=None)
    check = IdentityCheck.objects.select_related("holder").get(pk=check.pk)
    assert [(d.holder, d.by) for d in selectors.duplicates(check)] == [(twin, by)]


def test_an_address_at_a_large_mail_service_makes_nobody_a_duplicate(world):
    Holder.objects.filter(pk=world.halden.pk).update(contact_email="halden@gmail.com")
    check = sent(world)
    Holder.objects.create(name="Otto", kind="individual", location="other", contact_email="otto@gmail.com")
    assert selectors.duplicates(IdentityCheck.objects.select_related("holder").get(pk=check.pk)) == []


def test_papers_go_half_a_year_after_the_finding_and_what_was_found_stays(world):
    services.verify(check=taken(world), by=world.rana, at=WEDNESDAY, now=NOW)
    days = next(rule for rule in retention.rules() if rule.id == "identity_papers").days
    retention.apply(at=WEDNESDAY + timedelta(days=days))
    assert IdentityPaper.objects.count() == 1  # to the second
    retention.apply(at=WEDNESDAY + timedelta(days=days, seconds=1))
    assert not IdentityPaper.objects.exists() and IdentityCheck.objects.get().state == "verified"


def test_an_account_is_complete_with_its_identity_and_a_right(world):
    assert selectors.missing(world.halden) == ["identity"]
    nobody = Holder.objects.create(name="Otto", kind="individual", location="CN", contact_email="o@x.example")
    assert selectors.missing(nobody) == ["identity", "right"]


# --- agreements -------------------------------------------------------------------------------------------------------


def test_who_accepted_which_version_stands_for_good(world):
    accept_agreements(holder=world.halden, person=world.ines, at=WEDNESDAY)
    accept_agreements(holder=world.halden, person=world.rana, at=WEDNESDAY)  # accepted already: nothing is added
    rows = Acceptance.objects.order_by("pk").values_list("person", "agreement", "version")
    assert list(rows) == [(world.ines.pk, each.id, each.version) for each in identity.in_force()]
    for change in (lambda: Acceptance.objects.update(version="x"), lambda: Acceptance.objects.all().delete()):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            change()


def test_a_new_version_is_asked_for_again(world):
    accept_agreements(holder=world.halden, person=world.ines, at=WEDNESDAY)
    assert not asks_again(world.halden) and agreements_asked(world.halden) == ()
    world.halden.terms_version = "2026-01-01"
    assert asks_again(world.halden)
    assert max(each.version for each in identity.in_force()) == TERMS


# --- which papers, where ----------------------------------------------------------------------------------------------


def test_a_hong_kong_certificate_has_to_be_inside_its_validity():
    said = identity.Said("HK", "enterprise", "hk_business_registration", "12345678", papers=1)
    assert [d.code for d in identity.defects(said, date(2026, 2, 25))] == ["identity_valid_until"]
    over = identity.Said("HK", "enterprise", "hk_business_registration", "12345678", date(2026, 2, 24), 1)
    assert [d.code for d in identity.defects(over, date(2026, 2, 25))] == ["identity_expired"]
    last_day = identity.Said("HK", "enterprise", "hk_business_registration", "12345678", date(2026, 2, 25), 1)
    assert identity.defects(last_day, date(2026, 2, 25)) == ()


def test_only_where_a_chop_is_asked_for_can_it_be_missing():
    assert "chop_missing" in {reason.id for reason in identity.reasons_for("business_licence")}
    assert "chop_missing" not in {reason.id for reason in identity.reasons_for("passport")}


@pytest.mark.parametrize("location", ["CN", "HK", "TW", "other"])
@pytest.mark.parametrize("kind", ["individual", "enterprise"])
def test_everybody_has_a_paper_to_show_who_they_are(location, kind):
    assert identity.documents_for(location, kind)
