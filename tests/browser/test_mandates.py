"""An agent with two owners, seen in a browser: the form, the letter, the check, the owner's own view, and its end."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from apps.test_rights import a_picture
from browser.looking import assert_accessible, look, sign_in
from countermark.apps.complaints import drafts, mandate_watch
from countermark.apps.complaints.models import Complaint
from countermark.apps.mandates import links, services
from countermark.apps.mandates.models import Mandate
from countermark.apps.parties.models import Holder, Membership, Person
from countermark.apps.work.services import case_now
from mandates import HARBOUR, a_draft
from people import a_right, a_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world():
    made = a_world(patterns=HARBOUR)
    made.ines.language = made.rana.language = ""  # as the browser says
    made.ines.save()
    made.rana.save()
    made.halden.is_agent, made.halden.name = True, "Ayo & Partners"
    made.halden.save()
    for owner, right in (("Fjell AS", made.mark), ("Lumen SARL", made.work)):
        right.owner_name = owner
        right.save()
    a_right(made.halden, name="LUMEN", owner_name="Lumen SARL", number="41902338")
    return made


def seen(page: Page, name: str) -> None:
    assert_accessible(page)
    look(page, name)


def registered(live, owner: str, address: str, *, some: str = "") -> Mandate:
    """The agent fills in the form, adds the signed paper and sends it."""
    live.goto("/holder/mandates/new/")
    live.get_by_label("Name", exact=True).fill(owner)
    live.get_by_label("Address").fill("Kai 9, Bergen")
    live.get_by_label("E-mail").fill(address)
    if some:
        live.locator("#rights-some").check()
        live.get_by_role("checkbox", name=some).check()
    live.get_by_role("button", name="Save and continue").click()
    expect(live.locator("body")).to_contain_text("Is this what the owner signs?")
    live.locator("#id_paper").set_input_files({"name": "signed.png", "mimeType": "image/png", "buffer": a_picture()})
    live.get_by_role("button", name="Send for verification").click()
    return Mandate.objects.latest("pk")


def test_an_agent_registers_mandates_of_two_owners_and_one_of_them_ends_its_own(live, world):
    live.goto("/")
    sign_in(live, world.ines)
    live.goto("/holder/mandates/")
    seen(live, "mandates-none")
    live.get_by_role("link", name="Register a mandate").first.click()
    live.get_by_role("button", name="Save and continue").click()
    expect(live.locator("#id_principal_name")).to_be_visible()
    seen(live, "mandate-form-faults")
    fjell = registered(live, "Fjell AS", "owner@fjell.example")
    lumen = registered(live, "Lumen SARL", "owner@lumen.example", some="LUMEN CN")
    assert fjell.state == lumen.state == "pending" and list(lumen.rights.values_list("name", flat=True)) == ["LUMEN"]
    live.goto("/holder/mandates/")
    seen(live, "mandates-two")
    sign_in(live, world.rana)
    live.goto("/review/mandates/")
    seen(live, "mandates-to-verify")
    live.get_by_role("link", name="Fjell AS").click()
    seen(live, "mandate-reviewer")
    live.get_by_role("button", name="Verify: the agent may act").click()
    live.goto(f"/review/mandates/{lumen.pk}/")
    live.get_by_role("button", name="Send back with these reasons").click()
    seen(live, "mandate-reviewer-faults")
    live.get_by_label("The power of attorney is not signed").check()
    live.get_by_role("button", name="Send back with these reasons").click()
    live.context.clear_cookies()
    live.goto(f"/mandate/{links.token_of(fjell)}/")
    seen(live, "mandate-owner")
    live.get_by_role("button", name="Revoke the mandate now").click()
    expect(live.locator("body")).to_contain_text("no longer acts for Fjell AS")
    seen(live, "mandate-owner-revoked")
    sign_in(live, world.ines)
    live.goto(f"/holder/mandates/{fjell.pk}/")
    seen(live, "mandate-revoked")
    live.goto(f"/holder/mandates/{lumen.pk}/")
    seen(live, "mandate-returned")


def test_the_pages_of_a_mandate_read_in_chinese(live, world):
    said = services.Scope(
        principal_name="飞鹿有限公司", principal_address="上海市", principal_email="owner@feilu.example"
    )
    row = services.save_draft(agent=world.halden, said=said, at=case_now())
    world.ines.language = "zh-hans"
    world.ines.save()
    live.goto("/")
    sign_in(live, world.ines)
    live.goto(f"/holder/mandates/{row.pk}/form/")
    seen(live, "mandate-form-zh")
    live.goto(f"/holder/mandates/{row.pk}/check/")
    seen(live, "mandate-check-zh")


def in_force(world, owner: str, address: str) -> Mandate:
    """A mandate of this owner, signed, sent and verified."""
    said = services.Scope(
        principal_name=owner, principal_address="Kai 9, Bergen", principal_email=address, may_delegate=True
    )
    at = case_now()
    row = services.save_draft(agent=world.halden, said=said, at=at)
    services.attach_paper(mandate=row, content=a_picture(), name="s.png", is_own_text=False, by=world.ines, at=at)
    mandate_watch.put_in_force(mandate=services.submit(mandate=row, by=world.ines, at=at), by=world.rana, at=at)
    return Mandate.objects.get(pk=row.pk)


def filed(world, right) -> Complaint:
    """A notice of the agent's on this right; returns its case."""
    draft = a_draft(world, right=right.pk)
    return drafts.submit(drafts.draft_of(draft.pk, [world.halden.pk]), at=case_now()).complaints.get()


def test_of_two_owners_one_ends_its_mandate_and_the_cases_of_the_other_go_on(live, world):
    lamp = a_right(world.halden, name="LUMEN", owner_name="Lumen SARL", number="41902339")
    fjell = in_force(world, "Fjell AS", "owner@fjell.example")
    lumen = in_force(world, "Lumen SARL", "owner@lumen.example")
    ended, goes_on = filed(world, world.mark), filed(world, lamp)
    live.goto("/")
    live.goto(f"/mandate/{links.token_of(fjell)}/")
    live.get_by_role("button", name="Revoke the mandate now").click()
    sign_in(live, world.ines)
    live.goto(f"/holder/cases/{ended.number}/")
    expect(live.locator("body")).to_contain_text(f"Fjell AS has revoked the mandate {fjell}.")
    expect(live.locator("body")).to_contain_text("with the time that was left")
    seen(live, "mandate-case-frozen")
    live.goto(f"/holder/withdraw/?case={ended.number}")
    expect(live.locator("input[name=event]:disabled")).to_have_count(2)
    seen(live, "mandate-withdraw-barred")
    live.goto(f"/holder/cases/{goes_on.number}/")
    expect(live.locator("body")).to_contain_text(f"{lumen}")
    expect(live.locator("body")).not_to_contain_text("has revoked")
    live.goto(f"/holder/withdraw/?case={goes_on.number}")
    live.locator("#event-withdrawn").check()
    live.get_by_role("button", name="End the complaint").click()
    assert Complaint.objects.get(pk=goes_on.pk).state == "withdrawn"
    sign_in(live, world.rana)
    live.goto(reverse("reviewer:case", args=[ended.number]))
    expect(live.locator("body")).to_contain_text(f"Fjell AS has revoked the mandate {fjell}.")
    seen(live, "mandate-case-reviewer")
    samir = Person.objects.create_user("samir@lyng.example", name="Samir Lyng")
    firm = Holder.objects.create(
        name="Lyng IP", kind="enterprise", location="other", contact_email="ip@lyng.example", is_agent=True
    )
    Membership.objects.create(person=samir, holder=firm)
    sign_in(live, world.ines)
    live.goto(f"/holder/mandates/{lumen.pk}/")
    live.get_by_role("link", name="Pass the mandate on").click()
    live.get_by_label("E-mail of the other agent").fill("Samir")
    live.get_by_label("Settle").uncheck()
    live.get_by_role("button", name="Offer it").click()
    expect(live.locator("body")).to_contain_text("This is no e-mail address of the other agent.")
    seen(live, "mandate-pass-on-faults")
    live.get_by_label("E-mail of the other agent").fill(samir.email)
    live.get_by_role("button", name="Offer it").click()
    expect(live.locator("body")).to_contain_text("Offered, not accepted yet")
    sign_in(live, samir)
    live.goto("/holder/mandates/")
    seen(live, "mandates-offered")
    live.get_by_role("link", name="act for Lumen SARL").click()
    seen(live, "mandate-offered")
    live.get_by_role("button", name="Accept the mandate").click()
    expect(live.locator("body")).to_contain_text("you act for Lumen SARL")
    noor = Person.objects.create_user("noor@lumen.example", name="Noor Lumen")
    owner = Holder.objects.create(
        name="Lumen SARL", kind="enterprise", location="other", contact_email="ip@lumen.example"
    )
    Membership.objects.create(person=noor, holder=owner)
    sign_in(live, noor)
    live.goto(f"/mandate/{links.token_of(lumen)}/")
    seen(live, "mandate-owner-passed-on")
    live.get_by_role("button", name="Keep it with my account").click()
    expect(live.locator("body")).to_contain_text("withdrew the complaint")
    seen(live, "mandate-acts")
