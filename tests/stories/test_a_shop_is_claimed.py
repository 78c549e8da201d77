"""A seller claims the shop and answers by program, through the real doors alone: nothing is set up for Mei but her shop.

The program of the marketplace makes a link, Mei signs up with a code, takes the shop, makes a key, answers with it, and her
own webhook is told.
"""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

import plugged
from countermark.apps.complaints.models import Complaint
from countermark.apps.parties.models import Person
from countermark.apps.webhooks import collecting
from countermark.apps.webhooks.models import Dispatch
from countermark.connectors.claim_link import ClaimLink
from countermark.connectors.fake_mail import FakeMailer
from countermark.entrypoints.jobs.worker import Worker
from people import a_notice, a_world, happens
from programs import Program, a_program

pytestmark = pytest.mark.django_db
CODE = re.compile(r"^ {4}(\S+)$", re.MULTILINE)
WORDS = "Halden & Moe licensed this lamp to our supplier until 2027; the letter names it on page one."


@pytest.fixture
def post(settings, monkeypatch):
    settings.MAILER_FACTORY = "plugged.mailer"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    monkeypatch.setitem(plugged.ports, "post", FakeMailer())
    return plugged.ports["post"]


@pytest.fixture
def world(monkeypatch):
    monkeypatch.setenv("HARBOUR_SECRET", "shared with Harbour Market")
    return a_world(secret_name="HARBOUR_SECRET")


def path_of(url):
    return url.removeprefix("http://localhost:8000")


def signs_up(browser, page, *, email, name):
    """From the page of the link to an account, by the links the page shows."""
    [sign_up] = re.findall(r'href="(/account/sign-up/\?next=[^"]+)"', page.content.decode())
    form = browser.get(sign_up).content.decode()
    assert "Then you come back to your shop" in form
    back = re.search(r'name="next" value="([^"]+)"', form)[1].replace("&amp;", "&")
    browser.post("/account/sign-up/", {"email": email, "name": name, "next": back})
    return browser.post("/account/sign-up/code/", {"code": CODE.search(mail.outbox[-1].body)[1], "next": back})


def makes_a_key(browser, *scopes):
    """On the page of keys; returns a program with it."""
    made = browser.post("/account/keys/new/", {"name": "Order system", "scopes": scopes, "lasts": "90"})
    return Program(None, re.search(r'value="(cmk_[^"]+)"', made.content.decode())[1])


def test_a_marketplace_s_program_makes_the_link_and_mei_s_program_answers_the_complaint(world, post):
    at = timezone.now()
    case = happens(a_notice(world, at=at).complaints.get(), "accepted", "reviewer", at)
    happens(case, "served", "seller", at)
    harbour = a_program(world.tomas, "operator", scopes=["claims:write", "sellers:read"], marketplace=world.market)
    there = f"/marketplaces/{world.market.slug}"
    made = harbour.post(f"{there}/claim-links", {"ref": "lantern"})
    assert made.status_code == 201, made.content

    mei = Client()
    link = path_of(made.json()["url"])
    page = mei.get(link)
    assert "You can act for Lantern Lane" in page.content.decode()
    back = signs_up(mei, page, email="mei.lin@lantern.example", name="Mei Lin")
    assert back["Location"] == link
    assert "You are about to act for Lantern Lane at Harbour Market" in mei.get(link).content.decode()
    assert Person.objects.get(name="Mei Lin").shops.count() == 0  # looking links nobody
    assert "You act for Lantern Lane now." in mei.post(link, follow=True).content.decode()
    assert case.number in mei.get("/seller/").content.decode()

    Worker("letters").once()
    assert [letter.subject for letter in post.to(world.mei.email) if "Mei Lin" in letter.subject] == [
        "Mei Lin now acts for Lantern Lane"
    ]
    assert [row["email"] for row in harbour.get(f"{there}/shop-people?ref=lantern").json()["items"]] == [
        "mei.lin@lantern.example"
    ]
    assert harbour.get(f"{there}/claim-links?ref=lantern").json()["items"] == []

    program = makes_a_key(mei, "complaints:read", "complaints:act", "counter_notices:write", "webhooks:manage")
    assert program.get("/me").json()["seller"]["name"] == "Lantern Lane"
    hook = program.post("/webhooks", {"name": "Our desk", "url": "https://hooks.lantern.example/rights"})
    assert hook.status_code == 201, hook.content
    answer = {"cases": [{"number": case.number}], "ground": "licence", "statement": WORDS, "declarations": ["truth"]}
    sent = program.post("/counter-notices", answer)
    assert sent.status_code == 201, sent.content
    assert Complaint.objects.get(pk=case.pk).state == "countered"
    collecting.gather(now=timezone.now())
    told = Dispatch.objects.filter(endpoint_id=hook.json()["id"]).values_list("event__event", flat=True)
    assert "counter_notice_filed" in told

    member = harbour.get(f"{there}/shop-people?ref=lantern").json()["items"][0]
    assert harbour.post(f"{there}/shop-people/{member['id']}/remove").status_code == 200
    assert program.get("/complaints").json()["code"] == "role_lost"
    assert mei.get(f"/seller/cases/{case.number}/").status_code == 403
    assert a_program(world.tomas, "operator").get(f"{there}/shop-people?ref=lantern").json()["items"] == []


def test_a_link_the_shop_s_own_seller_centre_signed_leads_the_same_way(world, post):
    ends = int(timezone.now().timestamp()) + 3600
    link = ClaimLink(world.market.slug, "lantern", "", ends, "n0nce-of-sixteen")
    address = f"/seller/claim/at/{world.market.slug}/?{link.query('shared with Harbour Market')}"
    mei = Client()
    page = mei.get(address)
    back = signs_up(mei, page, email="mei.lin@lantern.example", name="Mei Lin")
    assert mei.get(back["Location"]).status_code == 200
    assert "You act for Lantern Lane now." in mei.post(back["Location"], follow=True).content.decode()
    otto = Client()
    assert "This link was used already" in otto.get(address).content.decode()
    assert mei.get(address)["Location"] == f"/seller/shops/{world.mei.pk}/"  # her own, opened again
