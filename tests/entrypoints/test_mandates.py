"""Mandates on pages and by program: what an agent lacks is named where it acts, what is passed on, and what the owner sees."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.test_appeals import WHY, kept_up
from countermark.apps.complaints import mandate_watch
from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.complaints.replies import answer
from countermark.apps.decisions.models import Appeal
from countermark.apps.mandates import links, services
from countermark.apps.mandates.models import Mandate
from countermark.apps.parties.models import Holder, Membership, Person
from mandates import LAST, a_filed, a_mandate, an_agents_world, state
from people import WEDNESDAY, World, a_complaint
from programs import a_program

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("countermark.entrypoints.web.middleware.case_now", lambda: WEDNESDAY + 2 * HOUR)
    monkeypatch.setattr("countermark.entrypoints.api.middleware.case_now", lambda: WEDNESDAY + 2 * HOUR, raising=False)
    return an_agents_world()


def browser_of(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response: Any) -> str:
    return unescape(" ".join(re.sub("<[^>]+>", " ", response.content.decode()).split()))


def problem(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content


def an_account(name: str, email: str, *, is_agent: bool = False) -> tuple[Person, Holder]:
    person = Person.objects.create_user(email, name=name, language="en")
    holder = Holder.objects.create(
        name=f"{name} AS", kind="enterprise", location="other", contact_email=f"office-{email}", is_agent=is_agent
    )
    Membership.objects.create(person=person, holder=holder)
    return person, holder


def decided_against(world: World, mandate: Mandate) -> Complaint:
    """A case of the agent's that a reviewer decided for the seller."""
    case = kept_up(world)
    Notice.objects.filter(pk=case.notice_id).update(filer_role="agent", mandate=mandate)
    return Complaint.objects.get(pk=case.pk)


# --- what an agent lacks --------------------------------------------------------------------------------------------------


def test_an_agent_without_the_power_reads_so_before_it_ends_a_complaint_and_cannot(world: World) -> None:
    a_mandate(world, powers=["file", "answer"])
    case = a_filed(world)
    ayo, url = browser_of(world.ines), f"/holder/withdraw/?case={case.number}"
    shown = ayo.get(url)
    assert "does not give you the power “Withdraw”" in text(shown) and "Ask the owner to do it" in text(shown)
    assert shown.content.count(b" disabled") == 2  # both ways to end it
    sent = ayo.post("/holder/withdraw/", {"case": f"{case.number}:{case.seq}", "event": "withdrawn", "words": "Kept."})
    assert sent.status_code == 422 and "“Withdraw”" in text(sent) and "Kept." in text(sent)
    assert state(case) == case.state


def test_an_agent_without_the_power_appeals_nothing_and_is_told_where_the_case_stands(world: World) -> None:
    case = decided_against(world, a_mandate(world, powers=["file"]))
    ayo, url = browser_of(world.ines), f"/holder/cases/{case.number}/"
    on_the_case = text(ayo.get(url))
    assert "Your mandate does not cover an appeal" in on_the_case and "power “Answer”" in on_the_case
    sent = ayo.post(f"{url}appeal/", {"seq": case.seq, "key": "one", "words": WHY, "checked": "1"})
    assert sent.status_code == 422 and "power “Answer”" in text(sent) and WHY in text(sent)
    assert not Appeal.objects.exists()


def test_an_agent_with_the_power_appeals_and_one_whose_mandate_was_revoked_since_does_not(world: World) -> None:
    row = a_mandate(world)
    case = decided_against(world, row)
    ayo, url = browser_of(world.ines), f"/holder/cases/{case.number}/appeal/"
    sent = {"seq": case.seq, "key": "one", "words": WHY, "checked": "1"}
    mandate_watch.revoke(mandate=row, side="principal", by=None, at=WEDNESDAY)
    refused = ayo.post(url, sent)
    assert refused.status_code == 422 and "The mandate was revoked." in text(refused)
    Notice.objects.filter(pk=case.notice_id).update(mandate=a_mandate(world))
    assert ayo.post(url, sent).status_code == 302 and Appeal.objects.get().side == "complainant"


def test_a_program_is_told_the_power_it_lacks_whatever_it_does(world: World) -> None:
    row = a_mandate(world, powers=["file"])
    ayo = a_program(world.ines, "agent", holder=world.halden)
    case, decided = a_filed(world), decided_against(world, row)
    for path, body, code, power in (
        (f"/complaints/{case.number}/withdraw", {}, "answer_defective", "Withdraw"),
        (f"/complaints/{decided.number}/appeal", {"words": WHY}, "appeal_defective", "Answer"),
    ):
        refused = ayo.post(path, body, if_match="*")
        problem(refused, 422, code)
        (defect,) = refused.json()["defects"]
        assert defect["code"] == "mandate_without_power" and f"the power “{power}”" in defect["message"]
        assert "Ask the owner" in defect["how_to_mend"]
    assert state(case) == case.state and not Appeal.objects.exists()


def test_one_answer_to_many_cases_goes_to_those_whose_mandate_allows_it(world: World) -> None:
    a_mandate(world)
    allowed, other = a_filed(world), a_complaint(world)
    Notice.objects.filter(pk=other.notice_id).update(filer_role="agent", mandate=a_mandate(world, powers=["file"]))
    ayo = a_program(world.ines, "agent", holder=world.halden)
    cases = [{"number": allowed.number}, {"number": other.number}]
    said = ayo.post("/answers", {"event": "withdrawn", "words": "A licence was found.", "cases": cases}).json()
    assert (said["done"], said["not_done"]) == (1, 1) and state(allowed) == "withdrawn" and state(other) == other.state
    refused = next(each["problem"] for each in said["cases"] if not each["done"])
    assert refused["code"] == "answer_defective" and "the power “Withdraw”" in refused["detail"]


# --- the case says under which mandate --------------------------------------------------------------------------------------


def test_a_case_names_its_mandate_to_agent_and_reviewer_and_why_it_stands_still(world: World) -> None:
    row = a_mandate(world, ends_on=LAST)
    case = a_filed(world)
    ayo, rana = browser_of(world.ines), browser_of(world.rana)
    pages = ((ayo, f"/holder/cases/{case.number}/"), (rana, reverse("reviewer:case", args=[case.number])))
    for browser, url in pages:
        said = text(browser.get(url))
        assert str(row) in said and "for Fjell AS" in said and "In force until" in said
    mandate_watch.revoke(mandate=row, side="principal", by=None, at=WEDNESDAY + HOUR)
    for browser, url in pages:
        said = text(browser.get(url))
        assert f"Fjell AS has revoked the mandate {row}." in said
        assert "Paused: the agent’s mandate has ended" in said and "with the time that was left" in said
        assert "The mandate of the owner’s agent was revoked; all clocks stand still" in said


def test_the_owner_who_took_a_case_over_reads_who_filed_it(world: World) -> None:
    row = a_mandate(world)
    case = a_filed(world)
    noor, fjell = an_account("Noor", "noor@fjell.example")
    mandate_watch.revoke(mandate=row, side="principal", by=None, at=WEDNESDAY)
    mandate_watch.take_over(mandate=row, principal=fjell, by=noor, at=WEDNESDAY)
    said = text(browser_of(noor).get(f"/holder/cases/{case.number}/"))
    assert f"Filed by {world.halden.name}. The owner has taken the complaint over." in said
    assert "The owner has taken the complaint over; the clock goes on" in said


# --- passed on --------------------------------------------------------------------------------------------------------------


def test_a_mandate_is_passed_on_accepted_and_ended_on_pages(world: World) -> None:
    row = a_mandate(world, may_delegate=True, ends_on=LAST)
    samir, firm = an_account("Samir", "samir@lyng.example", is_agent=True)
    ayo, his = browser_of(world.ines), browser_of(samir)
    url = f"/holder/mandates/{row.pk}/"
    assert "Pass the mandate on" in text(ayo.get(url))
    asked = {"offered_to": "Samir", "powers": ["file", "settle"], "ends_on": "2026-12-31"}
    wrong = ayo.post(f"{url}pass-on/", asked)
    assert wrong.status_code == 422 and "This is no e-mail address" in text(wrong)
    assert "later, than your own mandate" in text(wrong) and 'value="2026-12-31"' in wrong.content.decode()
    right = {"offered_to": "samir@lyng.example", "powers": ["file"], "ends_on": "2026-03-01"}
    assert "Offered, not accepted yet" in text(ayo.post(f"{url}pass-on/", right, follow=True))
    sub = Mandate.objects.get(parent=row)
    assert "act for Fjell AS" in text(his.get("/holder/mandates/"))
    assert "Accept the mandate" in text(his.get(f"/holder/mandates/{sub.pk}/"))
    assert "you act for Fjell AS" in text(his.post(f"/holder/mandates/{sub.pk}/accept/", follow=True))
    assert Mandate.objects.get(pk=sub.pk).agent == firm
    assert "Samir AS" in text(ayo.get(url)) and "Samir AS" in text(ayo.get("/holder/mandates/"))
    owner = Client()
    given = text(owner.get(f"/mandate/{links.token_of(row)}/"))
    assert "Passed on to" in given and "Samir AS" in given
    owner.post(f"/mandate/{links.token_of(sub)}/")
    assert "no longer acts" in text(owner.get(f"/mandate/{links.token_of(sub)}/"))
    assert Mandate.objects.get(pk=row.pk).state == "in_force"


def test_nobody_else_passes_it_on_or_accepts_it(world: World) -> None:
    row = a_mandate(world, may_delegate=True)
    samir, _ = an_account("Samir", "samir@lyng.example", is_agent=True)
    browser_of(world.ines).post(
        f"/holder/mandates/{row.pk}/pass-on/", {"offered_to": "third@x.example", "powers": ["file"]}
    )
    sub = Mandate.objects.get(parent=row)
    his = browser_of(samir)
    assert his.get(f"/holder/mandates/{row.pk}/pass-on/").status_code == 404
    assert his.post(f"/holder/mandates/{sub.pk}/accept/").status_code == 404
    refused = browser_of(world.ines).post(f"/holder/mandates/{sub.pk}/accept/")
    assert refused.status_code == 403 and "not offered to you" in text(refused)
    plain = a_mandate(world)
    refused = browser_of(world.ines).get(f"/holder/mandates/{plain.pk}/pass-on/")
    assert refused.status_code == 409 and "cannot be passed on" in text(refused)


def test_a_program_passes_a_mandate_on_and_another_accepts_it(world: World) -> None:
    row = a_mandate(world, may_delegate=True, powers=["file", "answer"])
    samir, firm = an_account("Samir", "samir@lyng.example", is_agent=True)
    ayo, his = a_program(world.ines, "agent", holder=world.halden), a_program(samir, "agent", holder=firm)
    wide = ayo.post(f"/mandates/{row.pk}/pass-on", {"offered_to": samir.email, "powers": ["settle"]})
    problem(wide, 422, "mandate_defective")
    assert [defect["code"] for defect in wide.json()["defects"]] == ["sub_powers_wider"]
    made = ayo.post(f"/mandates/{row.pk}/pass-on", {"offered_to": samir.email, "powers": ["file"]}).json()
    assert (made["state"], made["passed_on_from"], made["powers"]) == ("offered", str(row), ["file"])
    problem(ayo.post(f"/mandates/{made['id']}/accept"), 409, "mandate_moved")
    taken = his.post(f"/mandates/{made['id']}/accept").json()
    assert (taken["state"], taken["agent"]) == ("in_force", firm.name)
    problem(his.post(f"/mandates/{made['id']}/pass-on", {"offered_to": "x@x.example"}), 409, "mandate_moved")
    assert ayo.post(f"/mandates/{made['id']}/revoke").json()["state"] == "revoked"
    assert Mandate.objects.get(pk=made["id"]).events.get(event="revoked").side == "grantor"


# --- what the owner sees ----------------------------------------------------------------------------------------------------


def test_the_owner_keeps_a_mandate_with_its_account_and_reads_all_that_was_done_agent_by_agent(world: World) -> None:
    row = a_mandate(world)
    case = a_filed(world)
    answer(holder_id=world.halden.pk, seen={case.pk: case.seq}, event="withdrawn", at=WEDNESDAY)
    case = decided_against(world, row)
    browser_of(world.ines).post(
        f"/holder/cases/{case.number}/appeal/", {"seq": case.seq, "key": "k", "words": WHY, "checked": "1"}
    )
    noor, fjell = an_account("Noor", "noor@fjell.example")
    hers, token = browser_of(noor), links.token_of(row)
    assert "Keep it with my account" in text(hers.get(f"/mandate/{token}/"))
    kept = hers.post(f"/holder/mandates/{token}/keep/", follow=True)
    for said in ("withdrew the complaint", "Appealed the decision", "complained", str(row)):
        assert said in text(kept)
    url = f"/holder/mandates/by/{world.halden.pk}/"
    table = hers.get(url, {"csv": "1"}).content.decode()
    assert table.count("\r\n") == 4 and "Appealed the decision" in table  # the heading, opened, withdrawn, appealed
    assert world.halden.name in text(hers.get("/holder/mandates/"))
    other, _ = an_account("Otto", "otto@other.example")
    assert browser_of(other).get(url).status_code == 404
    assert browser_of(other).post(f"/holder/mandates/{token}/keep/").status_code == 409  # it is another's already
    assert Mandate.objects.get(pk=row.pk).principal == fjell


def test_a_program_of_the_owner_reads_all_that_was_done_piece_by_piece_and_nobody_elses_does(world: World) -> None:
    row = a_mandate(world)
    case = a_filed(world)
    answer(holder_id=world.halden.pk, seen={case.pk: case.seq}, event="withdrawn", at=WEDNESDAY)
    case = decided_against(world, row)
    browser_of(world.ines).post(
        f"/holder/cases/{case.number}/appeal/", {"seq": case.seq, "key": "k", "words": WHY, "checked": "1"}
    )
    (noor, fjell), (otto, others) = an_account("Noor", "noor@fjell.example"), an_account("Otto", "otto@other.example")
    hers, his = a_program(noor, "rights_holder", holder=fjell), a_program(otto, "rights_holder", holder=others)
    assert hers.get("/mandate-acts").json()["items"] == []  # not kept with her account yet
    services.link_principal(mandate=row, principal=fjell, by=noor, at=WEDNESDAY)
    done = [hers.get("/mandate-acts?limit=1").json()]
    while done[-1]["next"]:
        done.append(hers.get(f"/mandate-acts?limit=1&cursor={done[-1]['next']}").json())
    items = [item for piece in done for item in piece["items"]]
    assert items == hers.get(f"/mandate-acts?agent={world.halden.pk}&mandate={row.pk}").json()["items"]
    assert [item["event"] for item in items].count("appealed") == 1
    assert len(items) == len({(item["at"], item["case"], item["event"]) for item in items}) == 3
    assert {(item["agent_id"], item["mandate"], item["mandate_number"]) for item in items} == {
        (world.halden.pk, row.pk, str(row))
    }
    assert [item["at"] for item in items] == sorted((item["at"] for item in items), reverse=True)
    assert hers.get(f"/mandate-acts?mandate={row.pk + 1}").json()["items"] == []
    assert his.get(f"/mandate-acts?agent={world.halden.pk}").json()["items"] == []
    problem(his.get(f"/mandate-acts?cursor={done[0]['next']}"), 422, "cursor_unknown")


def test_a_program_of_the_owner_reads_the_mandates_it_gave_with_their_rights_by_name(world: World) -> None:
    row = a_mandate(world, all_rights=False, rights=[world.mark])
    (noor, fjell), (otto, others) = an_account("Noor", "noor@fjell.example"), an_account("Otto", "otto@other.example")
    hers, his = a_program(noor, "rights_holder", holder=fjell), a_program(otto, "rights_holder", holder=others)
    problem(hers.get(f"/mandates/{row.pk}"), 404, "not_found")  # not kept with her account yet
    services.link_principal(mandate=row, principal=fjell, by=noor, at=WEDNESDAY)
    said = hers.get(f"/mandates/{row.pk}").json()
    assert (said["agent"], said["agent_id"], said["state"]) == (world.halden.name, world.halden.pk, "in_force")
    assert (said["right_names"], said["paper"], said["missing"]) == ([str(world.mark)], None, [])
    assert said["principal_email"] == "owner@fjell.example"
    assert [item["id"] for item in hers.get("/mandates").json()["items"]] == [row.pk]
    assert his.get("/mandates").json()["items"] == []
    problem(his.get(f"/mandates/{row.pk}"), 404, "not_found")


def test_a_program_of_the_owner_ends_a_mandate_it_gave_at_once_and_its_cases_stand_still(world: World) -> None:
    row = a_mandate(world)
    case = a_filed(world)
    noor, fjell = an_account("Noor", "noor@fjell.example")
    services.link_principal(mandate=row, principal=fjell, by=noor, at=WEDNESDAY)
    said = a_program(noor, "rights_holder", holder=fjell).post(f"/mandates/{row.pk}/revoke").json()
    assert said["state"] == "revoked" and state(case) == "suspended"


def test_a_program_of_the_owner_keeps_the_mandate_it_was_mailed_and_goes_on_with_its_cases(world: World) -> None:
    row = a_mandate(world)
    case = a_filed(world)
    (noor, fjell), (otto, others) = an_account("Noor", "noor@fjell.example"), an_account("Otto", "otto@other.example")
    hers, his = a_program(noor, "rights_holder", holder=fjell), a_program(otto, "rights_holder", holder=others)
    problem(hers.post("/given-mandates", {"token": f"{row.pk}.forged"}), 404, "not_found")
    mailed = {"token": links.token_of(row)}
    assert hers.post("/given-mandates", mailed).json()["id"] == row.pk
    problem(his.post("/given-mandates", mailed), 409, "mandate_moved")  # another's already
    problem(hers.post(f"/mandates/{row.pk}/take-over"), 409, "mandate_moved")  # in force
    hers.post(f"/mandates/{row.pk}/revoke")
    assert state(case) == "suspended"
    problem(his.post(f"/mandates/{row.pk}/take-over"), 404, "not_found")
    assert hers.post(f"/mandates/{row.pk}/take-over").status_code == 200
    assert state(case) == case.state
    assert hers.get(f"/complaints/{case.number}").status_code == 200
