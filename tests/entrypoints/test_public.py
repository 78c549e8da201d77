"""What anybody may read: the front page sends each to their own door, and the procedures are told as they run."""

import pytest
from django.test import Client

from countermark.apps.complaints.words import EVENTS, OUTCOMES, WAITING
from countermark.apps.parties.models import Person
from countermark.apps.parties.seeds import ensure_known_marketplaces
from countermark.core import procedure_loader
from countermark.entrypoints.web.public import procedures

pytestmark = pytest.mark.django_db


def said(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_stranger_finds_the_way_to_complain_to_answer_and_to_sign_in(client: Client):
    page = said(client.get("/"))
    for target in ("/holder/welcome/", "/seller/arrive/", "/account/sign-in/", "/how-it-works/"):
        assert f'href="{target}' in page
    assert "demo" not in page


def test_an_operator_is_sent_home(client: Client, rana: Person):
    Person.objects.filter(pk=rana.pk).update(is_operator=True)
    client.force_login(rana, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/")["Location"] == "/operate/"


def test_every_link_at_the_foot_leads_somewhere(client: Client):
    page = client.get("/")
    for link in page.context["shell_footer"]():
        assert client.get(link["url"]).status_code == 200


@pytest.mark.parametrize("pack", procedure_loader.pack_ids())
def test_a_procedure_is_told_with_every_clock_and_what_silence_means(client: Client, pack: str):
    page, known = said(client.get(f"/how-it-works/{pack}/")), procedure_loader.load(pack)
    for state in known.states.values():
        stage = procedures.stage(known, state)
        assert stage.title in list(map(str, (*WAITING.values(), *(word for _, word in OUTCOMES.values()))))
        if state.clock:
            assert stage.time
            assert stage.silence, state.name
        assert all(" → " not in step.then and step.then for step in stage.steps)
    assert f"{known.id}, version {known.version}" in page


def test_the_platform_procedure_says_what_the_seller_needs_to_know(client: Client):
    page = said(client.get("/how-it-works/platform/"))
    assert "3 working days the first time, then 7 working days" in page
    assert "While a chance is left: it goes on with the next chance" in page
    assert "The seller has 3 chances to answer." in page
    assert "[V" not in page


def test_only_procedures_that_can_be_chosen_here_are_offered(client: Client):
    ensure_known_marketplaces()
    page = said(client.get("/how-it-works/"))
    assert "DMCA notice and counter notification" in page
    assert "Pause and answer" not in page
    assert client.get("/how-it-works/no-such-pack/").status_code == 404


def test_every_event_of_every_pack_has_words():
    for pack in procedure_loader.pack_ids():
        known = procedure_loader.load(pack)
        assert {event for _, event, by in known.moves if by != "clock"} <= set(EVENTS)
        assert list(procedures.interruptions(known))


def test_somebody_with_an_account_and_no_role_is_shown_the_way_to_one(client: Client, otto: Person):
    client.force_login(otto, backend="django.contrib.auth.backends.ModelBackend")
    page = said(client.get("/"))
    assert 'href="/holder/welcome/"' in page
    assert "I have been here before" not in page
