"""The pages on which a shop is claimed, and on which its people and the desk say who acts for it."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

import plugged
from countermark.apps.parties import shop_claims
from countermark.apps.parties.models import Person, ShopClaim, ShopMember
from countermark.apps.webhooks.models import CLOSED, Endpoint
from countermark.connectors.claim_link import ClaimLink
from countermark.connectors.fake_mail import FakeMailer
from countermark.connectors.mail import MailRefused
from people import a_world, acts_for

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
NOW = timezone.now()


@pytest.fixture
def world(settings, monkeypatch):
    settings.MAILER_FACTORY = "plugged.mailer"
    monkeypatch.setitem(plugged.ports, "post", FakeMailer())
    monkeypatch.setenv("HARBOUR_SECRET", "shared")
    cache.clear()
    return a_world(secret_name="HARBOUR_SECRET")


@pytest.fixture
def mei(world):
    return Person.objects.create_user("mei.lin@lantern.example", name="Mei Lin")


def browser(person=None):
    client = Client()
    if person is not None:
        client.force_login(person, backend=BACKEND)
    return client


def issued(world):
    return shop_claims.issue(seller=world.mei, by=world.tomas, now=NOW)[1].removeprefix("http://localhost:8000")


def words(answer):
    return answer.content.decode()


def test_opening_the_link_changes_nothing_and_no_browser_keeps_the_page(world, mei):
    link = issued(world)
    for client in (browser(), browser(mei)):
        page = client.get(link)
        assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    browser().post(link)  # without an account a button does nothing either
    assert not ShopMember.objects.exists() and ShopClaim.objects.get().used_at is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"expires_at": NOW}, "This link is too old"),
        ({"revoked_at": NOW}, "This link was taken back"),
        ({"used_at": NOW}, "This link was used already"),
        ({"token_digest": "0" * 64}, "This link leads to no shop"),
    ],
)
def test_a_link_that_opens_nothing_any_more_says_why_and_what_to_do(world, mei, change, said):
    link = issued(world)
    ShopClaim.objects.update(**change)
    for client in (browser(), browser(mei)):
        page = client.get(link)
        assert (page.status_code, said in words(page)) == (404, True), words(page)
        assert client.post(link).status_code == 404
    assert not ShopMember.objects.exists()


def test_a_signed_link_that_was_changed_opens_nothing(world, mei):
    link = ClaimLink(world.market.slug, "lantern", "", int((NOW + timedelta(hours=1)).timestamp()), "n" * 16)
    there, query = f"/seller/claim/at/{world.market.slug}/", link.query("shared")
    assert browser(mei).get(f"{there}?{query}").status_code == 200
    for wrong, said in (
        (query.replace("lantern", "otto"), "The marketplace did not make this link"),
        (query.partition("&signature")[0], "This link is not complete"),
        (query.replace("seller=lantern", "seller=a%0Ab"), "This link is not complete"),
    ):
        page = browser(mei).post(f"{there}?{wrong}")
        assert (page.status_code, said in words(page)) == (404, True)
    assert not ShopMember.objects.exists()


def test_rana_who_reviews_is_turned_away_and_the_link_stays_good(world, mei):
    link = issued(world)
    page = browser(world.rana).post(link)
    assert (page.status_code, "Whoever works at the desk acts for no shop" in words(page)) == (409, True)
    assert browser(mei).post(link).status_code == 302
    assert "The link was not used" not in words(browser(mei).get(link, follow=True))


def test_mei_invites_lin_who_joins_makes_her_admin_and_leaves(world, mei):
    acts_for(mei, world.mei)
    lin, page = Person.objects.create_user("lin@lantern.example", name="Lin"), f"/seller/shops/{world.mei.pk}/"
    client = browser(mei)
    assert client.get("/seller/shops/")["Location"] == page
    sent = client.post(page, {"do": "invite", "address": "lin@lantern.example", "role": "member"}, follow=True)
    assert "An invitation is on its way to lin@lantern.example." in words(sent)
    letter = plugged.ports["post"].outbox[-1].text
    link = "/seller/claim/" + letter.partition("/seller/claim/")[2].split()[0]
    assert "This invitation is for another address" in words(browser(world.ines).get(link))
    assert browser(lin).post(link).status_code == 302
    row = ShopMember.objects.get(person=lin)
    leave = f"{page}people/{ShopMember.objects.get(person=mei).pk}/remove/"
    refused = client.post(leave)
    assert (refused.status_code, "Make somebody else admin first." in words(refused)) == (409, True)
    client.post(page, {"do": f"admin:{row.pk}"})
    assert "Do you want to act for Lantern Lane no longer?" in words(client.get(leave))
    assert client.post(leave)["Location"] == "/"
    assert [(each.person, each.role) for each in ShopMember.objects.all()] == [(lin, "admin")]
    assert client.get(page).status_code == 403


def test_a_member_sees_who_acts_and_changes_nothing_but_herself(world, mei):
    lin = Person.objects.create_user("lin@lantern.example", name="Lin")
    admin, _ = acts_for(mei, world.mei), acts_for(lin, world.mei, "member")
    client, page = browser(lin), f"/seller/shops/{world.mei.pk}/"
    seen = words(client.get(page))
    assert "mei.lin@lantern.example" in seen and 'value="invite"' not in seen and "remove" in seen
    for do in (f"member:{admin.pk}", "revoke:1"):
        assert client.post(page, {"do": do}).status_code == 403
    assert client.post(page, {"do": "invite", "address": "x@y.example", "role": "admin"}).status_code == 403
    assert client.post(f"{page}people/{admin.pk}/remove/").status_code == 404
    assert ShopMember.objects.count() == 2


def test_otto_and_whoever_came_by_the_link_of_a_mail_see_nothing_of_mei_s_people(world, mei):
    admin = acts_for(mei, world.mei)
    otto = Person.objects.create_user("otto@attic.example", name="Otto")
    acts_for(otto, world.otto)
    by_mail = browser()
    session = by_mail.session
    session["seller_id"] = world.mei.pk
    session.save()
    for client in (browser(otto), by_mail):
        for path in ("", f"people/{admin.pk}/remove/"):
            assert client.get(f"/seller/shops/{world.mei.pk}/{path}").status_code == 404
            assert client.post(f"/seller/shops/{world.mei.pk}/{path}", {"do": "invite"}).status_code == 404
    assert "You have claimed no shop" in words(by_mail.get("/seller/shops/"))
    assert by_mail.get(f"/seller/shops/{world.otto.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"address": "lin at lantern", "role": "member"}, "This is no e-mail address."),
        ({"address": "lin@lantern.example"}, "Nothing says what your colleague may do."),
        ({"address": "MEI.LIN@lantern.example", "role": "admin"}, "acts for the shop already."),
        ({"address": "lin@lantern.example", "role": "owner"}, "Nothing says what your colleague may do."),
    ],
)
def test_an_invitation_with_a_fault_names_it_and_sends_nothing(world, mei, said, fault):
    acts_for(mei, world.mei)
    page = browser(mei).post(f"/seller/shops/{world.mei.pk}/", {"do": "invite", **said})
    assert (page.status_code, fault in words(page)) == (422, True)
    assert plugged.ports["post"].outbox == [] and not ShopClaim.objects.exists()


def test_every_fault_of_an_invitation_is_named_at_once(world, mei):
    acts_for(mei, world.mei)
    page = words(browser(mei).post(f"/seller/shops/{world.mei.pk}/", {"do": "invite"}))
    assert "This is no e-mail address." in page and "Nothing says what your colleague may do." in page


def test_an_invitation_the_mail_server_does_not_take_is_said_and_can_be_sent_again(world, mei):
    acts_for(mei, world.mei)
    plugged.ports["post"].fail_next(MailRefused(False, 451, "Later."))
    said = {"do": "invite", "address": "lin@lantern.example", "role": "member"}
    assert "The mail could not be sent." in words(browser(mei).post(f"/seller/shops/{world.mei.pk}/", said))
    assert browser(mei).post(f"/seller/shops/{world.mei.pk}/", said).status_code == 302


# --- the desk -------------------------------------------------------------------------------------------------------------


def test_tomas_makes_a_link_hands_it_over_takes_it_back_and_mails_another(world, mei):
    client, page = browser(world.tomas), f"/operate/shops/{world.mei.pk}/people/"
    made = words(client.post(page, {"do": "make"}))
    link = "/seller/claim/" + made.partition("/seller/claim/")[2].partition("<")[0]
    assert browser(mei).get(link).status_code == 200
    assert "/seller/claim/" not in words(client.get(page))  # shown once
    client.post(page, {"do": f"revoke:{ShopClaim.objects.get().pk}"})
    assert "This link was taken back" in words(browser(mei).get(link))
    assert "A link is on its way" in words(client.post(page, {"do": "mail"}, follow=True))
    [letter] = plugged.ports["post"].outbox
    assert letter.to == world.mei.email and "/seller/claim/" in letter.text
    world.mei.email = ""
    world.mei.save()
    refused = client.post(page, {"do": "mail"})
    assert (refused.status_code, "No address of this shop is known" in words(refused)) == (409, True)


def test_tomas_lets_go_whoever_took_the_shop_over_and_its_webhooks_end_with_the_last(world, mei):
    row = acts_for(mei, world.mei)
    hook = Endpoint.objects.create(name="Leak", url="https://leak.example", seller=world.mei, created_at=NOW)
    client, page = browser(world.tomas), f"/operate/shops/{world.mei.pk}/people/"
    assert "mei.lin@lantern.example" in words(client.get(page))
    done = words(client.post(page, {"do": f"remove:{row.pk}"}, follow=True))
    assert "Mei Lin no longer acts for Lantern Lane." in done and "Its webhooks are closed" in done
    hook.refresh_from_db()
    assert hook.state == CLOSED and not ShopMember.objects.exists()
    assert "Tomás Ferreira let Mei Lin go" in words(client.get(page))
    acts_for(mei, world.mei)
    seen = words(browser(mei).get(f"/seller/shops/{world.mei.pk}/"))
    assert "The marketplace let Mei Lin go" in seen and "Tomás" not in seen


@pytest.mark.parametrize("do", ["", "nothing", "revoke:", "revoke:x", "remove:99999999999999999999", "remove:-1"])
def test_a_button_nobody_drew_does_nothing(world, do):
    answer = browser(world.tomas).post(f"/operate/shops/{world.mei.pk}/people/", {"do": do})
    assert answer.status_code in (302, 404)
    assert not world.mei.events.exists()
