"""Claiming a shop and saying who acts for it, in a real browser: each page at both widths, in both languages, judged by axe."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

import plugged
from browser.looking import assert_accessible, look, sign_in
from countermark.apps.parties import shop_claims, shop_invitations, shop_people
from countermark.apps.parties.models import Person, ShopMember
from countermark.connectors.fake_mail import FakeMailer
from people import World, a_world, acts_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    settings.MAILER_FACTORY = "plugged.mailer"
    monkeypatch.setitem(plugged.ports, "post", FakeMailer())
    cache.clear()
    made = a_world()
    made.extra["mei"] = Person.objects.create_user("mei.lin@lantern.example", name="Mei Lin")
    return made


def judged(live: Page, name: str) -> None:
    look(live, name)
    assert_accessible(live)


def test_mei_claims_her_shop_invites_a_colleague_and_lets_one_go(world: World, live: Page):
    now = timezone.now()
    _, link = shop_claims.issue(seller=world.mei, by=world.tomas, now=now)
    path = link.removeprefix("http://localhost:8000")
    live.goto(path)
    judged(live, "shop-claim-sign-in")
    sign_in(live, world.extra["mei"])
    live.goto(path)
    judged(live, "shop-claim")
    live.get_by_role("button", name="Act for Lantern Lane").click()
    expect(live.get_by_text("You act for Lantern Lane now.")).to_be_visible()
    lin = acts_for(Person.objects.create_user("lin@lantern.example", name="Lin"), world.mei, "member")
    live.get_by_label("E-mail address").fill("wen.of.the.night.shift@lantern-lane.example")
    live.get_by_label("Member").check()
    live.get_by_role("button", name="Send the invitation").click()
    expect(live.get_by_text("As member; the link works once")).to_be_visible()
    judged(live, "shop-people")
    live.get_by_role("button", name="Send the invitation").click()
    expect(live.get_by_text("This is no e-mail address.").first).to_be_visible()
    judged(live, "shop-people-faults")
    live.goto(f"/seller/shops/{world.mei.pk}/people/{lin.pk}/remove/")
    judged(live, "shop-person-remove")
    live.get_by_role("button", name="Let Lin go").click()
    expect(live.get_by_text("Lin no longer acts for Lantern Lane.")).to_be_visible()
    acts_for(world.extra["mei"], world.otto)
    live.goto("/seller/shops/")
    judged(live, "shops")


def test_a_link_that_leads_nowhere_and_one_that_is_not_hers(world: World, live: Page):
    live.goto("/seller/claim/nobodys/")
    judged(live, "shop-claim-gone")
    mei, now = world.extra["mei"], timezone.now()
    acts_for(mei, world.mei)
    said = {"seller": world.mei, "role": "member", "by": mei, "now": now}
    shop_invitations.invite(address="wen@lantern.example", **said)
    letter = plugged.ports["post"].outbox[-1].text
    sign_in(live, mei)
    live.goto("/seller/claim/" + letter.partition("/seller/claim/")[2].split()[0])
    judged(live, "shop-claim-other-address")


def test_the_desk_hands_a_link_over_and_sees_who_acts(world: World, live: Page):
    mei, now = world.extra["mei"], timezone.now() - timedelta(days=3)
    _, link = shop_claims.issue(seller=world.mei, by=world.tomas, now=now)
    token = link.rstrip("/").rpartition("/")[2]
    shop_claims.take(shop_claims.open_issued(token, now=now), person=mei, now=now)
    lin = Person.objects.create_user("lin@lantern.example", name="Lin")
    acts_for(lin, world.mei, "member")
    shop_people.set_role(ShopMember.objects.get(person=lin), "admin", by=mei, now=now)
    live.goto("/accessibility/")
    sign_in(live, world.tomas)
    live.goto(f"/operate/shops/{world.otto.pk}/people/")
    judged(live, "operator-shop-people-none")
    live.goto(f"/operate/shops/{world.mei.pk}/people/")
    live.get_by_role("button", name="Make a link to hand over").click()
    expect(live.locator("#link")).to_contain_text("/seller/claim/")
    assert_accessible(live)
    live.goto(f"/operate/shops/{world.mei.pk}/people/")
    judged(live, "operator-shop-people")
