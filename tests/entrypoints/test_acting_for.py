"""Somebody who belongs to several accounts chooses one: lists narrow, what is new is begun in its name, rights stay."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from countermark.apps.complaints.models import NoticeDraft
from countermark.apps.parties.models import Holder, Membership
from countermark.apps.rights.models import Right
from people import World, a_notice, a_right, a_world, acts_for

pytestmark = pytest.mark.django_db
ACTING = "/account/acting/"


@pytest.fixture
def world() -> World:
    """Ines owns Halden and acts for Fjell as well, which is an agency; and she has a shop."""
    made = a_world(slug="1688", packs=["platform"])
    fjell = Holder.objects.create(
        name="Fjell IP", kind="enterprise", location="other", contact_email="ip@fjell.example", is_agent=True,
        verified_at=made.halden.verified_at,
    )  # fmt: skip
    Membership.objects.create(person=made.ines, holder=fjell, role="filer")
    acts_for(made.ines, made.otto)
    a_right(fjell, name="FJELLVIND")
    made.extra["fjell"] = fjell
    return made


@pytest.fixture
def ines(world: World) -> Client:
    browser = Client()
    browser.force_login(world.ines, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def page(answer: Any) -> str:
    return answer.content.decode()


def test_without_a_choice_everything_is_shown_and_the_bar_offers_one(world: World, ines: Client):
    seen = page(ines.get(reverse("holder:rights")))
    assert "FJELLVIND" in seen and "Fjell photo series" in seen
    for name in ("Halden &amp; Moe AS, rights holder", "Fjell IP, agent", "Otto&#x27;s Attic, Harbour Market, seller"):
        assert name in seen


def test_the_chosen_account_alone_is_listed_and_begun_in(world: World, ines: Client):
    fjell = world.extra["fjell"]
    assert ines.post(ACTING, {"for": f"holder-{fjell.pk}"}).url == reverse("front")
    seen = page(ines.get(reverse("holder:rights")))
    assert "FJELLVIND" in seen and "Fjell photo series" not in seen
    ines.post(reverse("holder:right-new"), {"kind": "trademark"})
    assert Right.objects.get(state="draft").holder == fjell
    ines.post(ACTING, {"for": ""})
    assert "Fjell photo series" in page(ines.get(reverse("holder:rights")))


def test_what_a_link_leads_to_opens_whatever_is_chosen(world: World, ines: Client):
    case = a_notice(world).complaints.get()
    ines.post(ACTING, {"for": f"holder-{world.extra['fjell'].pk}"})
    assert ines.get(reverse("holder:case", args=[case.number])).status_code == 200
    assert case.number not in page(ines.get(reverse("holder:cases")))


def test_a_form_that_was_open_before_another_account_was_chosen_keeps_its_own(world: World, ines: Client):
    ines.post(ACTING, {"for": f"holder-{world.extra['fjell'].pk}"})
    ines.post(reverse("holder:right-new"), {"kind": "trademark", "account": world.halden.pk})
    assert Right.objects.get(state="draft").holder == world.halden
    ines.post(reverse("holder:submit"), {"marketplace": "1688", "pack-1688": "platform", "right": world.mark.pk})
    draft = NoticeDraft.objects.get()
    assert draft.holder == world.halden, "a complaint on Halden's right is Halden's"


def test_a_shop_leads_to_the_sellers_pages_and_its_own_cases(world: World, ines: Client):
    ines.post(ACTING, {"for": f"shop-{world.otto.pk}"})
    assert ines.get(reverse("front")).url == reverse("seller:home")
    assert ines.get(reverse("holder:home")).status_code == 200, "a choice closes no door either"


def test_a_choice_never_widens_what_one_may(world: World, ines: Client):
    stranger = a_world()
    for asked in (f"holder-{stranger.halden.pk}", f"shop-{stranger.otto.pk}", "holder-x", "desk-1", "operator"):
        assert ines.post(ACTING, {"for": asked}).status_code == 404
    answer = ines.post(reverse("holder:right-new"), {"kind": "trademark", "account": stranger.halden.pk})
    assert answer.status_code == 404 and not Right.objects.filter(state="draft").exists()


def test_whoever_was_let_go_after_choosing_has_nothing_of_it_left(world: World, ines: Client):
    fjell = world.extra["fjell"]
    ines.post(ACTING, {"for": f"holder-{fjell.pk}"})
    Membership.objects.filter(person=world.ines, holder=fjell).delete()
    seen = page(ines.get(reverse("holder:rights")))
    assert "FJELLVIND" not in seen and "Fjell photo series" in seen


def test_a_viewer_who_chose_that_account_files_for_no_other_by_mistake(world: World, ines: Client):
    fjell = world.extra["fjell"]
    Membership.objects.filter(person=world.ines, holder=fjell).update(role="viewer")
    ines.post(ACTING, {"for": f"holder-{fjell.pk}"})
    assert ines.post(reverse("holder:right-new"), {"kind": "trademark"}).status_code == 403
    assert not Right.objects.filter(state="draft").exists()


def test_whoever_belongs_to_one_account_is_offered_nothing(client: Client):
    world = a_world()
    client.force_login(world.ines, backend="django.contrib.auth.backends.ModelBackend")
    assert ACTING not in page(client.get(reverse("holder:home")))
    assert "Halden" in page(client.get(ACTING))
