"""The pages of an account, door by door: shown, sent back, mended, verified; a viewer reads, a filer files, an admin says who."""

from __future__ import annotations

import io
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests.people import World, a_world

from countermark.apps.identity.models import IdentityCheck
from countermark.apps.parties.models import Acceptance, Holder, Look, Membership, Person
from countermark.apps.parties.services import TERMS

pytestmark = pytest.mark.django_db


def in_browser(person: Person) -> Client:
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def a_scan(name: str = "passport.png") -> io.BytesIO:
    kept = io.BytesIO()
    Image.new("RGB", (60, 40), "#c9822b").save(kept, "PNG")
    kept.seek(0)
    kept.name = name
    return kept


@pytest.fixture
def world() -> World:
    made = a_world()
    Holder.objects.filter(pk=made.halden.pk).update(verified_at=None)
    return made


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def text(answer: Any) -> str:
    return answer.content.decode()


def test_shown_sent_back_mended_and_verified(world):
    ines, rana = in_browser(world.ines), in_browser(world.rana)
    assert "Show who Halden &amp; Moe AS is" in text(ines.get(url("holder:home")))
    empty = ines.post(url("holder:identity"), {"then": "send"})
    assert empty.status_code == 422
    for way_out in ("Choose one of the list", "Type it as it stands on the document", "Add a scan or a photo"):
        assert way_out in text(empty)
    said = {"document": "incorporation", "number": "913 045 228", "then": "send"}
    assert ines.post(url("holder:identity"), {**said, "papers": a_scan()}).status_code == 302
    assert "A reviewer looks at your papers" in text(ines.get(url("holder:identity")))
    check = IdentityCheck.objects.get()
    paper = url("reviewer:account-paper", check.pk, check.papers.get().pk)
    assert "Halden &amp; Moe AS" in text(rana.get(url("reviewer:accounts")))
    assert rana.get(paper).status_code == 403 and not Look.objects.filter(what="identity_document").exists()
    rana.post(url("reviewer:account-take", check.pk))
    assert paper in text(rana.get(url("reviewer:account", check.pk)))
    seen = rana.get(paper)
    assert (seen.status_code, seen["Content-Type"]) == (200, "image/png") and "no-store" in seen["Cache-Control"]
    assert Look.objects.get(what="identity_document").person == world.rana
    assert in_browser(world.samir).get(paper).status_code == 403
    assert ines.get(paper).status_code == 403

    assert rana.post(url("reviewer:account-send-back", check.pk), {}).status_code == 422
    rana.post(url("reviewer:account-send-back", check.pk), {"reasons": ["not_whole"], "note": "The back, please."})
    back = text(ines.get(url("holder:identity")))
    for word in ("A page or a side is missing.", "Add every page", "The back, please.", "One that ends in 5228"):
        assert word in back
    again = {"document": "incorporation", "number": "", "papers": a_scan("back.png"), "then": "send"}
    assert ines.post(url("holder:identity"), again).status_code == 302
    second = IdentityCheck.objects.order_by("-pk").first()
    assert second.papers.count() == 2
    rana.post(url("reviewer:account-take", second.pk))
    rana.post(url("reviewer:account-verify", second.pk))
    assert "Halden &amp; Moe AS is verified" in text(ines.get(url("holder:identity")))
    assert "Show who" not in text(ines.get(url("holder:home")))


def test_a_file_that_is_none_is_refused_with_its_reason_and_the_rest_stays(world):
    ines = in_browser(world.ines)
    broken = io.BytesIO(b"MZ this is a program")
    broken.name = "passport.pdf"
    answer = ines.post(url("holder:identity"), {"document": "incorporation", "number": "913045228", "papers": broken})
    assert answer.status_code == 422 and "One that ends in 5228" in text(answer)
    assert not IdentityCheck.objects.get().papers.exists()
    for odd in ("2027-02-30", "tomorrow", "\0"):
        wrong = ines.post(url("holder:identity"), {"document": "incorporation", "valid_until": odd})
        assert wrong.status_code == 422


def test_a_viewer_reads_everything_and_changes_nothing(world):
    Membership.objects.filter(person=world.ines).update(role="viewer")
    ines = in_browser(world.ines)
    for page in ("home", "rights", "cases", "identity", "members", "agreement", "contact"):
        assert ines.get(url(f"holder:{page}")).status_code == 200, page
    for page in ("identity", "members", "agreement", "contact", "submit", "right-new"):
        answer = ines.post(url(f"holder:{page}"), {})
        assert answer.status_code == 403 and "change nothing" in text(answer), page
    assert ines.get(url("webhooks:endpoints")).status_code == 403


def test_a_filer_files_and_does_not_say_who_acts_for_the_account(world):
    Membership.objects.filter(person=world.ines).update(role="filer")
    ines = in_browser(world.ines)
    assert ines.post(url("holder:identity"), {"document": "incorporation"}).status_code == 302
    for do in ("invite", "viewer:1", "revoke:1"):
        answer = ines.post(url("holder:members"), {"do": do, "address": "kim@halden-moe.example", "role": "admin"})
        assert answer.status_code == 403 and "Only an admin" in text(answer), do


def test_the_last_admin_cannot_leave_and_a_stranger_finds_no_member(world):
    mine = Membership.objects.get(person=world.ines)
    answer = in_browser(world.ines).post(url("holder:member-remove", mine.pk))
    assert answer.status_code == 409 and Membership.objects.filter(pk=mine.pk).exists()
    other = a_world()
    assert in_browser(other.ines).post(url("holder:member-remove", mine.pk)).status_code == 404


def test_a_new_version_is_asked_on_the_next_page_and_an_open_form_is_still_taken(world):
    Holder.objects.filter(pk=world.halden.pk).update(terms_version="2026-01-01")
    ines = in_browser(world.ines)
    led = ines.get(url("holder:rights"))
    assert led.url == f"{url('holder:agreement')}?next=/holder/rights/"
    form = {"contact_email": "new@halden-moe.example", "address": "", "phone": ""}
    assert ines.post(url("holder:contact"), form).status_code == 302  # typed before: nothing is lost
    assert Holder.objects.get(pk=world.halden.pk).contact_email == "new@halden-moe.example"
    assert ines.post(url("holder:agreement"), {}).status_code == 422
    done = ines.post(url("holder:agreement"), {"terms": TERMS, "next": "/holder/rights/"})
    assert done.url == "/holder/rights/" and ines.get(done.url).status_code == 200
    assert set(Acceptance.objects.values_list("person", "agreement")) == {
        (world.ines.pk, "terms"), (world.ines.pk, "disclaimer")
    }  # fmt: skip
    assert ines.post(url("holder:agreement"), {"terms": TERMS, "next": "https://evil.example/"}).url == url(
        "holder:home"
    )


def test_sessions_are_seen_and_ended_one_by_one_and_all_at_once(world):
    here, phone, old = in_browser(world.ines), in_browser(world.ines), in_browser(world.ines)
    for browser, agent in ((phone, "Mozilla/5.0 (iPhone) Safari/604.1"), (here, "Mozilla/5.0 (Windows) Firefox/140.0")):
        browser.get(url("account-sessions"), headers={"user-agent": agent})
    assert "Safari, iPhone" in text(here.get(url("account-sessions")))
    theirs = UserSession.objects.get(user_agent__contains="iPhone")
    stranger = in_browser(world.rana)
    stranger.post(url("account-sessions"), {"end": theirs.pk})
    assert UserSession.objects.filter(pk=theirs.pk).exists(), "somebody else's sign-in is not one's own to end"
    here.post(url("account-sessions"), {"end": theirs.pk})
    assert phone.get(url("account")).status_code == 302
    here.post(url("account-sessions"), {"end": "others"})  # also one that no row speaks of
    assert old.get(url("account")).status_code == 302 and here.get(url("account")).status_code == 200
    assert Session.objects.count() == 2  # this one, and the stranger's


def test_another_name_is_asked_for_shown_and_verified_while_the_old_one_stands(world):
    Holder.objects.filter(pk=world.halden.pk).update(verified_at=world.mark.created_at)
    ines, rana = in_browser(world.ines), in_browser(world.rana)
    change, identity = url("holder:identity-change"), url("holder:identity")
    assert change in text(ines.get(identity)) and change in text(ines.get(url("holder:contact")))
    same = ines.post(change, {"name": "Halden & Moe AS", "address": "Kai 4, Bergen"})
    assert same.status_code == 422 and "as they were" in text(same)
    assert ines.post(change, {"name": "Halden AS", "address": "Kai 4, Bergen"}).url == identity
    asked = text(ines.get(identity))
    assert "Show that you are Halden AS now" in asked and "its rights go on being used" in asked
    said = {"document": "incorporation", "number": "913 045 228", "then": "send"}
    assert ines.post(identity, {**said, "papers": a_scan()}).status_code == 302
    assert "A reviewer looks at the change to Halden AS" in text(ines.get(identity))
    assert ines.post(change, {"name": "Halden Oy", "address": ""}).status_code == 409
    check = IdentityCheck.objects.get()
    rana.post(url("reviewer:account-take", check.pk))
    assert "Is Halden &amp; Moe AS now Halden AS?" in text(rana.get(url("reviewer:account", check.pk)))
    rana.post(url("reviewer:account-verify", check.pk))
    assert "Halden AS is verified" in text(ines.get(identity))
    assert "Another name or address was verified" in text(ines.get(url("holder:members")))


def test_a_change_nobody_has_sent_is_dropped(world):
    Holder.objects.filter(pk=world.halden.pk).update(verified_at=world.mark.created_at)
    ines = in_browser(world.ines)
    ines.post(url("holder:identity-change"), {"name": "Halden AS", "address": ""})
    ines.post(url("holder:identity-change-drop"))
    assert "Halden &amp; Moe AS is verified" in text(ines.get(url("holder:identity")))
    assert not IdentityCheck.objects.exists()
