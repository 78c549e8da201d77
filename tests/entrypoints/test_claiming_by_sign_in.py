"""A seller claims the shop by signing in at the marketplace: a real provider in a process of its own, and what can go wrong."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

import plugged
from countermark.apps.parties import shop_sign_in
from countermark.apps.parties.models import (
    Marketplace,
    Person,
    Seller,
    ShopClaim,
    ShopEvent,
    ShopMember,
    ShopSignIn,
    StaffEvent,
)
from countermark.apps.parties.shop_sign_in import SignInSaid
from countermark.connectors.fake_mail import FakeMailer
from people import a_world, acts_for

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
SECRET = "a secret: with signs & more"
CODE = re.compile(r"^ {4}(\S+)$", re.MULTILINE)


@pytest.fixture
def world(provider, settings, monkeypatch):
    """Harbour Market with a sign-in of its own."""
    settings.MAILER_FACTORY = "plugged.mailer"
    monkeypatch.setitem(plugged.ports, "post", FakeMailer())
    monkeypatch.setenv("SHOP_SIGN_IN_HARBOUR", SECRET)
    cache.clear()
    world = a_world()
    said = SignInSaid(provider, "countermark", "SHOP_SIGN_IN_HARBOUR", "shop_id", "shop_name", "openid shop")
    shop_sign_in.keep(marketplace_id=world.market.pk, said=said, by=world.tomas, now=timezone.now())
    world.extra["provider"], world.extra["there"] = provider, f"/seller/claim/with/{world.market.slug}/"
    return world


@pytest.fixture
def mei(world):
    return Person.objects.create_user("mei.lin@lantern.example", name="Mei Lin")


def says(world, fault="", userinfo=None, **claims):
    told = {"sub": "seller-account-17", "shop_id": "lantern", **claims}
    told = {name: value for name, value in told.items() if value is not None}
    body = {"claims": told, "fault": fault, "userinfo": userinfo or {}}
    httpx.post(f"{world.extra['provider']}/next", json=body, trust_env=False).raise_for_status()


def browser(person=None):
    client = Client()
    if person is not None:
        client.force_login(person, backend=BACKEND)
    return client


def sent_back(client, world):
    """Go there as a browser would; the address one is sent back to."""
    away = client.get(f"{world.extra['there']}go/")
    assert away.status_code == 302, away.content
    return httpx.get(away.url, trust_env=False).headers["location"]


def arrive(client, back, **more):
    return client.get(f"{urlsplit(back).path}?{urlsplit(back).query}", **more)


def signs_in_there(client, world):
    return arrive(client, sent_back(client, world), follow=True)


def words(answer):
    return answer.content.decode()


def test_mei_signs_in_at_the_marketplace_is_asked_once_more_and_acts_for_her_shop(world, mei):
    says(world)
    client = browser(mei)
    assert "Sign in at Harbour Market" in words(client.get(world.extra["there"]))
    page = signs_in_there(client, world)
    assert "You are about to act for Lantern Lane at Harbour Market" in words(page)
    assert not ShopMember.objects.exists()  # signing in there alone changes nothing
    done = client.post(world.extra["there"], follow=True)
    assert "You act for Lantern Lane now." in words(done)
    row = ShopMember.objects.get()
    assert (row.person, row.seller, row.role) == (mei, world.mei, "admin")
    assert ShopClaim.objects.get().kind == "openid"
    assert ShopEvent.objects.get(event="person.joined").data["how"] == "openid"
    assert "came by the sign-in of the marketplace" in words(done)
    assert client.get(world.extra["there"])["Location"] == f"/seller/shops/{world.mei.pk}/"  # a second click


def test_without_an_account_one_is_made_on_the_way_and_the_shop_is_still_known(world, mei):
    says(world)
    client = browser()
    page = signs_in_there(client, world)
    assert "Harbour Market told us that" in words(page) and f"next={world.extra['there']}" in words(page).replace(
        "%2F", "/"
    )
    client.force_login(mei, backend=BACKEND)  # signing in keeps what the session holds
    assert "You are about to act for Lantern Lane" in words(client.get(world.extra["there"]))


def test_a_shop_we_do_not_know_yet_gets_the_name_the_marketplace_tells(world, mei):
    says(world, shop_id=4711, shop_name="Quiet Lights")
    client = browser(mei)
    assert "Quiet Lights" in words(signs_in_there(client, world))
    client.post(world.extra["there"])
    shop = Seller.objects.get(ref="4711")
    assert (shop.name, shop.marketplace, shop.people.get()) == ("Quiet Lights", world.market, mei)


def test_a_claim_that_only_the_userinfo_holds_counts(world, mei):
    says(world, shop_id=None, userinfo={"shop_id": "lantern"})
    assert "Lantern Lane" in words(signs_in_there(browser(mei), world))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "did not name a shop of yours"),
        ("", "did not name a shop of yours"),
        ([], "did not name a shop of yours"),
        (["lantern", "second"], "named several shops of yours"),
        ({"id": "lantern"}, "in a way we cannot read"),
        (True, "in a way we cannot read"),
        ("x" * 101, "in a way we cannot read"),
        ("lan\ntern", "in a way we cannot read"),
    ],
    ids=str,
)
def test_who_is_told_to_run_no_one_shop_claims_none(world, mei, value, said):
    says(world, shop_id=value)
    client = browser(mei)
    page = signs_in_there(client, world)
    assert (page.status_code, said in words(page)) == (409, True), words(page)
    client.post(world.extra["there"])
    assert not ShopMember.objects.exists() and not ShopClaim.objects.exists()


@pytest.mark.parametrize("fault", ["signature", "algorithm", "none", "key", "issuer_in_answer", "denied"])
def test_what_is_forged_on_the_way_claims_nothing(world, mei, fault):
    says(world, fault=fault)
    client = browser(mei)
    page = signs_in_there(client, world)
    assert (page.status_code, "The sign-in of Harbour Market did not work" in words(page)) == (409, True), fault
    client.post(world.extra["there"])
    assert not ShopMember.objects.exists()


@pytest.mark.parametrize(
    "claims",
    [{"nonce": "of another"}, {"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1_700_000_000}],
    ids=str,
)
def test_a_token_of_another_attempt_client_issuer_or_time_claims_nothing(world, mei, claims):
    says(world, **claims)
    assert signs_in_there(browser(mei), world).status_code == 409


def test_an_answer_counts_once_in_the_browser_it_was_asked_for_and_at_its_marketplace(world, mei):
    says(world)
    mine, others = browser(mei), browser(mei)
    back = sent_back(mine, world)
    assert arrive(others, back).status_code == 409
    elsewhere = Marketplace.objects.create(
        slug="pier", name="Pier", territory="CN", calendar="CN", zone="Asia/Shanghai"
    )
    kept = SignInSaid(world.extra["provider"], "countermark", "SHOP_SIGN_IN_HARBOUR", "shop_id")
    shop_sign_in.keep(marketplace_id=elsewhere.pk, said=kept, by=None, now=timezone.now())
    query = urlsplit(back).query
    assert mine.get(f"/seller/claim/with/pier/back/?{query}").status_code == 409
    assert arrive(mine, back).status_code == 409  # the attempt is spent
    assert mine.get("/seller/claim/with/pier/").status_code == 200 and not ShopMember.objects.exists()


def test_what_was_said_is_good_for_an_hour(world, mei):
    says(world)
    client = browser(mei)
    signs_in_there(client, world)
    session = client.session
    session["shop_told"] = {**session["shop_told"], "ends": (timezone.now() - timedelta(seconds=1)).timestamp()}
    session.save()
    late = client.post(world.extra["there"], follow=True)
    assert "Too much time went by" in words(late) and not ShopMember.objects.exists()


def test_who_works_at_the_desk_claims_nothing_and_who_acts_for_the_shop_already_is_told(world, mei):
    says(world)
    page = signs_in_there(browser(world.rana), world)
    assert (page.status_code, "acts for no shop" in words(page)) == (409, True)
    acts_for(mei, world.mei)
    assert "You act for Lantern Lane already" in words(signs_in_there(browser(mei), world))


def test_one_marketplace_names_its_own_shops_alone(world, mei):
    Seller.objects.create(
        marketplace=Marketplace.objects.create(
            slug="pier", name="Pier", territory="CN", calendar="CN", zone="Asia/Shanghai"
        ),
        ref="lantern",
        name="Another Lantern",
    )
    says(world)
    client = browser(mei)
    signs_in_there(client, world)
    client.post(world.extra["there"])
    assert ShopMember.objects.get().seller == world.mei


def test_where_no_sign_in_is_set_up_or_the_marketplace_is_closed_there_is_no_way_in(world):
    assert "/seller/claim/with/" in words(Client().get("/seller/arrive/"))
    Marketplace.objects.filter(pk=world.market.pk).update(is_active=False)
    for part in ("", "go/", "back/"):
        assert Client().get(f"{world.extra['there']}{part}").status_code == 404, part
    assert "/seller/claim/with/" not in words(Client().get("/seller/arrive/"))


def test_the_browser_is_sent_with_state_nonce_and_pkce_and_asks_for_the_scope_that_was_set(world):
    away = parse_qs(urlsplit(Client().get(f"{world.extra['there']}go/").url).query)
    assert away["scope"] == ["openid shop"] and away["code_challenge_method"] == ["S256"]
    assert away["redirect_uri"] == [f"http://localhost:8000{world.extra['there']}back/"]
    assert len(away["state"][0]) > 30 and len(away["nonce"][0]) > 30 and away["state"] != away["nonce"]


# --- setting it up --------------------------------------------------------------------------------------------------------


def typed(world, **more):
    return {
        "issuer": world.extra["provider"], "client_id": "countermark", "secret_name": "SHOP_SIGN_IN_HARBOUR",
        "ref_claim": "shop_id", "scope": "openid shop", "do": "keep", **more,
    }  # fmt: skip


def test_an_operator_sets_it_up_tries_it_and_takes_it_away(world, monkeypatch):
    tomas, page = browser(world.tomas), f"/operate/marketplaces/at/{world.market.slug}/shop-sign-in/"
    assert f"http://localhost:8000{world.extra['there']}back/" in words(tomas.get(page))
    assert "The provider answers" in words(tomas.post(page, typed(world, do="try")))
    nowhere = words(tomas.post(page, typed(world, do="try", issuer="http://127.0.0.1:9")))
    assert "Nobody answers there" in nowhere and shop_sign_in.of(world.market).issuer == world.extra["provider"]
    assert "names another issuer" in words(
        tomas.post(page, typed(world, do="try", issuer=f"{world.extra['provider']}/"))
    )
    monkeypatch.delenv("SHOP_SIGN_IN_HARBOUR")
    assert "SHOP_SIGN_IN_HARBOUR is not set" in words(tomas.post(page, typed(world, do="try")))
    assert "is kept" in words(tomas.post(page, typed(world, ref_claim="seller"), follow=True))
    assert shop_sign_in.of(world.market).ref_claim == "seller"
    assert "Taken away" in words(tomas.post(page, {"do": "end"}, follow=True))
    assert not ShopSignIn.objects.exists()
    assert [event.data["fields"] for event in StaffEvent.objects.filter(by=world.tomas)] == [["shop_sign_in"]] * 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("issuer", "http://login.harbour.example"),  # in the clear
        ("issuer", "https://login.harbour.example/?tenant=1"),
        ("issuer", "https://user:secret@login.harbour.example"),
        ("client_id", ""),
        ("secret_name", "DATABASE_URL"),  # would be sent to the provider
        ("secret_name", "OIDC_CLIENT_SECRET"),
        ("ref_claim", ""),
        ("name_claim", "two words"),
        ("scope", "profile"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_cure(world, field, value):
    tomas, page = browser(world.tomas), f"/operate/marketplaces/at/{world.market.slug}/shop-sign-in/"
    before = shop_sign_in.said_of(shop_sign_in.of(world.market))
    refused = tomas.post(page, typed(world, **{field: value}))
    assert refused.status_code == 422 and f'href="#id_{field}"' in words(refused)
    assert shop_sign_in.said_of(shop_sign_in.of(world.market)) == before
