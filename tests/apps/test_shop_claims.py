"""Who comes to act for a shop, by which link, and who says so afterwards."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from countermark.apps.access.services import RoleLost, caller_of, create_client
from countermark.apps.parties import shop_claims, shop_invitations, shop_letters, shop_people
from countermark.apps.parties.models import Person, Seller, ShopClaim, ShopEvent, ShopMember
from countermark.apps.parties.shop_claims import ClaimGone, ClaimRefused
from countermark.apps.work.models import Job, Restoration
from countermark.connectors.claim_link import ClaimLink
from countermark.connectors.mail import MailRefused
from people import a_world, acts_for

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SECRET = "shared with Harbour Market"


@pytest.fixture
def world(monkeypatch):
    cache.clear()
    monkeypatch.setenv("HARBOUR_SECRET", SECRET)
    return a_world(secret_name="HARBOUR_SECRET")


@pytest.fixture
def mei(world):
    return Person.objects.create_user("mei.lin@lantern.example", name="Mei Lin", language="en")


def issued(world, seller=None, now=NOW):
    claim, link = shop_claims.issue(seller=seller or world.mei, by=world.tomas, now=now)
    return claim, link.rstrip("/").rpartition("/")[2]


def signed(world, *, seller="lantern", name="", hours=1.0, nonce="n0nce-of-sixteen", secret=SECRET, slug=None):
    ends = int((NOW + timedelta(hours=hours)).timestamp())
    link = ClaimLink(slug or world.market.slug, seller, name, ends, nonce)
    return {"seller": seller, "name": name, "expires": str(ends), "nonce": nonce, "signature": link.signed(secret)}


def why(function, *args, **more):
    with pytest.raises((ClaimGone, ClaimRefused)) as refused:
        function(*args, **more)
    return refused.value.why


# --- issued by the desk ---------------------------------------------------------------------------------------------------


def test_mei_takes_the_link_of_the_desk_and_is_admin_of_her_shop(world, mei):
    _, token = issued(world)
    member = shop_claims.take(shop_claims.open_issued(token, now=NOW), person=mei, now=NOW)
    assert (member.role, list(mei.shops.all())) == ("admin", [world.mei])
    assert list(world.mei.events.values_list("event", "data__how")) == [
        ("link.issued", None),
        ("person.joined", "issued"),
    ]


def test_a_link_works_once_also_for_two_at_once(world, mei):
    _, token = issued(world)
    both = [shop_claims.open_issued(token, now=NOW) for _ in range(2)]
    shop_claims.take(both[0], person=mei, now=NOW)
    otto = Person.objects.create_user("otto@attic.example", name="Otto")
    assert why(shop_claims.take, both[1], person=otto, now=NOW) == "used"
    assert why(shop_claims.open_issued, token, now=NOW) == "used"
    assert [row.person for row in ShopMember.objects.all()] == [mei]


def test_an_old_a_taken_back_a_replaced_and_an_unknown_link_say_which_they_are(world):
    _, token = issued(world)
    assert why(shop_claims.open_issued, token, now=NOW + timedelta(days=14)) == "expired"  # shop_claim_days
    assert shop_claims.open_issued(token, now=NOW + timedelta(days=14, seconds=-1)).seller == world.mei
    _, newer = issued(world)
    assert why(shop_claims.open_issued, token, now=NOW) == "revoked"
    row = ShopClaim.objects.get(used_at=None, revoked_at=None)
    assert shop_claims.revoke(row, by=world.tomas, now=NOW) and not shop_claims.revoke(row, by=world.tomas, now=NOW)
    assert why(shop_claims.open_issued, newer, now=NOW) == "revoked"
    assert why(shop_claims.open_issued, "nobodys", now=NOW) == "unknown"
    assert not ShopClaim.objects.filter(token_digest__in=(token, newer)).exists()


def test_a_link_to_one_shop_leaves_the_link_to_another_alone(world):
    _, first = issued(world)
    issued(world, world.otto)
    assert shop_claims.open_issued(first, now=NOW).seller == world.mei


def test_whoever_works_at_the_desk_or_audits_it_acts_for_no_shop(world):
    _, token = issued(world)
    offer = shop_claims.open_issued(token, now=NOW)
    ada = Person.objects.create_user("ada@office.example", auditor_until=NOW + timedelta(days=1))
    for person in (world.rana, world.tomas, ada):
        assert why(shop_claims.take, offer, person=person, now=NOW) == "desk"
    assert ShopClaim.objects.get().used_at is None


def test_whoever_acts_for_the_shop_already_does_not_use_the_link_up_but_a_member_becomes_admin(world, mei):
    acts_for(mei, world.mei, "member")
    _, token = issued(world)
    assert shop_claims.take(shop_claims.open_issued(token, now=NOW), person=mei, now=NOW).role == "admin"
    _, token = issued(world)
    assert why(shop_claims.take, shop_claims.open_issued(token, now=NOW), person=mei, now=NOW) == "already"
    assert shop_claims.open_issued(token, now=NOW)


# --- signed by the marketplace --------------------------------------------------------------------------------------------


def test_a_link_the_marketplace_signed_opens_the_shop_once_and_its_nonce_is_kept(world, mei):
    query = signed(world)
    offer = shop_claims.open_signed(world.market.slug, query, now=NOW)
    assert not ShopClaim.objects.exists()  # opening writes nothing
    both = [offer, shop_claims.open_signed(world.market.slug, query, now=NOW)]
    assert shop_claims.take(both[0], person=mei, now=NOW).seller == world.mei
    otto = Person.objects.create_user("otto@attic.example", name="Otto")
    assert why(shop_claims.take, both[1], person=otto, now=NOW) == "used"
    assert why(shop_claims.open_signed, world.market.slug, query, now=NOW) == "used"
    assert ShopMember.objects.count() == 1


def test_one_nonce_signed_for_another_shop_opens_nothing_either(world, mei):
    shop_claims.take(shop_claims.open_signed(world.market.slug, signed(world), now=NOW), person=mei, now=NOW)
    assert why(shop_claims.open_signed, world.market.slug, signed(world, seller="otto"), now=NOW) == "used"


def test_tampered_late_early_and_foreign_links_say_which_they_are(world):
    def said(query, slug=world.market.slug):
        return why(shop_claims.open_signed, slug, query, now=NOW)

    assert said({**signed(world), "seller": "otto"}) == "not_genuine"
    assert said(signed(world, secret="guessed")) == "not_genuine"
    assert said(signed(world), slug=a_world(secret_name="HARBOUR_SECRET").market.slug) == "not_genuine"
    assert said(signed(world), slug="nowhere") == "not_genuine"
    assert said({**signed(world), "nonce": ""}) == "unreadable"
    assert said(signed(world, hours=-0.01)) == "expired"
    assert said(signed(world, hours=24.2)) == "too_far"  # shop_claim_signed_hours, and five minutes for two clocks
    world.market.is_active = False
    world.market.save()
    assert said(signed(world)) == "closed"


def test_a_marketplace_without_a_secret_signs_nothing(world):
    bare = a_world().market
    assert why(shop_claims.open_signed, bare.slug, signed(world, slug=bare.slug, secret=""), now=NOW) == "not_genuine"


def test_a_shop_the_desk_never_heard_of_is_there_once_its_link_is_taken_and_not_before(world, mei):
    query = signed(world, seller="new-shop", name="Nordic Lamps")
    offer = shop_claims.open_signed(world.market.slug, query, now=NOW)
    assert (offer.name, Seller.objects.filter(ref="new-shop").exists()) == ("Nordic Lamps", False)
    shop = shop_claims.take(offer, person=mei, now=NOW).seller
    assert (shop.name, shop.zone, shop.marketplace) == ("Nordic Lamps", "Asia/Shanghai", world.market)
    known = shop_claims.open_signed(world.market.slug, signed(world, name="Otto's", nonce="x" * 16), now=NOW)
    assert known.name == "Lantern Lane"


# --- who says who else acts -----------------------------------------------------------------------------------------------


@pytest.fixture
def two(world, mei):
    lin = Person.objects.create_user("lin@lantern.example", name="Lin", language="en")
    return acts_for(mei, world.mei), acts_for(lin, world.mei, "member")


def test_an_admin_makes_another_and_then_may_go_but_not_before(world, mei, two):
    admin, member = two
    with pytest.raises(shop_people.LastAdmin):
        shop_people.remove(admin, by=mei, now=NOW)
    with pytest.raises(shop_people.LastAdmin):
        shop_people.set_role(admin, "member", by=mei, now=NOW)
    shop_people.set_role(member, "admin", by=mei, now=NOW)
    assert shop_people.remove(admin, by=mei, now=NOW)
    assert [(row.person.name, row.role) for row in world.mei.members.all()] == [("Lin", "admin")]
    assert list(world.mei.events.values_list("event", flat=True)) == ["role.given", "person.left"]


def test_a_member_may_leave_and_says_nothing_about_others(world, two):
    admin, member = two
    for act in (shop_people.remove, lambda row, **more: shop_people.set_role(row, "member", **more)):
        with pytest.raises(shop_people.NotShopAdmin):
            act(admin, by=member.person, now=NOW)
    assert shop_people.remove(member, by=member.person, now=NOW)


def test_the_desk_removes_whoever_took_the_shop_over_the_last_admin_too(world, two):
    assert shop_people.remove(two[0], by=world.tomas, now=NOW, for_the_desk=True)
    assert not shop_people.remove(two[0], by=world.tomas, now=NOW, for_the_desk=True)
    assert world.mei.events.get().data == {"desk": True}


def test_the_keys_of_whoever_leaves_open_nothing_from_the_next_request_on(world, mei, two):
    _, key = create_client(
        person=mei, role="seller", name="night run", scopes=["complaints:read"], now=NOW, seller=world.mei
    )
    assert caller_of(key, now=NOW).seller_ids == (world.mei.pk,)
    shop_people.remove(two[0], by=world.tomas, now=NOW, for_the_desk=True)
    with pytest.raises(RoleLost):
        caller_of(key, now=NOW)


# --- invitations and letters ----------------------------------------------------------------------------------------------


def test_a_colleague_takes_the_invitation_with_the_account_of_its_address_and_nobody_else(world, mei, two, post):
    claim = shop_invitations.invite(seller=world.mei, address="Wen@lantern.example", role="member", by=mei, now=NOW)
    [letter] = post.outbox
    token = letter.text.partition("/seller/claim/")[2].partition("/")[0]
    assert (letter.to, claim.role) == ("Wen@lantern.example", "member") and "Mei Lin asks you" in letter.subject
    offer = shop_claims.open_issued(token, now=NOW)
    otto = Person.objects.create_user("otto@attic.example", name="Otto")
    assert why(shop_claims.take, offer, person=otto, now=NOW) == "other_address"
    wen = Person.objects.create_user("wen@lantern.example", name="Wen")
    assert shop_claims.take(offer, person=wen, now=NOW).role == "member"


def test_only_admins_invite_and_not_who_is_there_nor_without_end(world, mei, two, post):
    said = {"seller": world.mei, "role": "member", "now": NOW}
    with pytest.raises(shop_people.NotShopAdmin):
        shop_invitations.invite(address="wen@lantern.example", by=two[1].person, **said)
    for address, reason in (("wen at lantern", "email"), ("LIN@lantern.example", "there")):
        with pytest.raises(shop_invitations.InvitationRefused) as refused:
            shop_invitations.invite(address=address, by=mei, **said)
        assert refused.value.why == reason
    for n in range(20):  # shop_invitations_an_hour
        shop_invitations.invite(address=f"w{n}@lantern.example", by=mei, **said)
    with pytest.raises(shop_invitations.InvitationRefused):
        shop_invitations.invite(address="w20@lantern.example", by=mei, **said)
    assert len(post.outbox) == 20


def test_an_invitation_whose_mail_nobody_took_is_none(world, mei, two, post):
    post.fail_next(MailRefused(False, 451, "Later."))
    with pytest.raises(shop_invitations.InvitationRefused) as refused:
        shop_invitations.invite(seller=world.mei, address="wen@lantern.example", role="member", by=mei, now=NOW)
    assert refused.value.why == "not_sent"
    assert not shop_claims.open_claims(world.mei, now=NOW).exists()


def test_the_address_the_marketplace_knows_is_told_who_acts_now_and_the_other_admins_are(world, mei, two, post):
    wen = Person.objects.create_user("wen@lantern.example", name="Wen", language="en")
    _, token = issued(world)
    shop_claims.take(shop_claims.open_issued(token, now=NOW), person=wen, now=NOW)
    event = ShopEvent.objects.get(event="person.joined")
    assert Job.objects.filter(kind="tell_shop", key=str(event.pk)).exists()
    assert shop_letters.tell(event.pk, now=NOW) == 2
    assert [mail.to for mail in post.outbox] == [world.mei.email, mei.email]
    assert "Wen (wen@lantern.example) now reads and answers complaints for Lantern Lane" in post.outbox[0].text
    assert shop_letters.tell(event.pk, now=NOW) == 0  # told once


def test_whoever_is_let_go_is_told_and_a_letter_keeps_its_id_when_it_is_sent_again(world, mei, two, post):
    shop_people.remove(two[1], by=mei, now=NOW)
    event = ShopEvent.objects.get()
    post.fail_next(MailRefused(False, 451, "Later."))
    with pytest.raises(Exception, match="451"):
        shop_letters.tell(event.pk, now=NOW)
    shop_letters.tell(event.pk, now=NOW)
    assert [mail.to for mail in post.outbox] == [world.mei.email, "lin@lantern.example"]
    assert post.outbox[0].message_id == f"<shop-{event.pk}-0@localhost>"


def test_after_a_restore_nothing_is_told_of_what_happened_before(world, mei, two, post):
    shop_people.remove(two[1], by=mei, now=NOW)
    Restoration.objects.create(backup_at=NOW, restored_at=NOW + timedelta(hours=1), version="0.1.0", archive="0" * 64)
    assert shop_letters.tell(ShopEvent.objects.get().pk, now=NOW + timedelta(hours=2)) == 0
    assert post.outbox == []
