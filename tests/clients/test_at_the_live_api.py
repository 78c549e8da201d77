"""Does a program reach its cases through the client, at the running product, in a thread and in an event loop?"""

import logging

import pytest
from countermark_client import (
    AsyncClient,
    Client,
    ClientCredentials,
    Defective,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Stale,
    TokenRefused,
)
from django.utils import timezone

from clients.conftest import SOON, Live, in_a_loop_of_its_own
from countermark.apps.access.models import AccessToken, Replay
from countermark.apps.access.services import revoke_client
from countermark.apps.complaints.models import Complaint, WordFile
from countermark.apps.complaints.services import act
from countermark.entrypoints.api.v1.files import PAGE
from countermark.entrypoints.api.v1.notices import EXAMPLE
from people import a_notice

ONE, TWO = "CM-2026-000001-01", "CM-2026-000001-02"


def numbers_of(live_api: Live) -> list[str]:
    """Every case of Ines's."""
    hers = Complaint.objects.filter(notice__holder=live_api.desk.world.halden)
    return sorted(hers.values_list("number", flat=True))


def test_ines_reads_a_case_and_takes_it_back_as_she_saw_it(live_api: Live) -> None:
    with live_api.client("rights_holder") as client:
        case = client.complaints.read(ONE)
        assert (case["state"], case["waits_on"]) == ("awaiting_seller", "seller")
        after = client.complaints.withdraw(ONE, words="We found a licence.")
    assert after["state"] == "withdrawn"
    assert Complaint.objects.get(number=ONE).state == "withdrawn"


def test_ines_does_the_same_in_an_event_loop(live_api: Live) -> None:
    async def told() -> tuple[str, list[str]]:
        async with live_api.async_client("rights_holder") as client:
            await client.complaints.read(ONE)
            after = await client.complaints.withdraw(ONE, words="We found a licence.")
            return after["state"], [row["number"] async for row in client.complaints.list(sort="number", limit=1)]

    assert in_a_loop_of_its_own(told()) == ("withdrawn", numbers_of(live_api))


def test_a_case_that_moved_since_it_was_read_is_left_alone(live_api: Live) -> None:
    with live_api.client("rights_holder") as client:
        client.complaints.read(ONE)
        act([live_api.desk.case.pk], "seller_removed", by="seller", at=timezone.now())
        with pytest.raises(Stale) as moved:
            client.complaints.withdraw(ONE)
        assert (moved.value.status, moved.value.code) == (412, "stale_case")
        with pytest.raises(Stale) as unread:
            client.complaints.withdraw(TWO)
        assert (unread.value.status, unread.value.code) == (428, "match_missing")
    assert Complaint.objects.get(number=ONE).state != "withdrawn"


def test_what_was_done_is_the_state_that_was_seen_last(live_api: Live) -> None:
    with live_api.client("rights_holder") as client:
        client.complaints.read(ONE)
        client.complaints.withdraw(ONE)
        with pytest.raises(Exception, match="not_permitted"):  # over, not stale: the answer told the new state
            client.complaints.withdraw(ONE)


def test_a_long_list_is_walked_to_its_end(live_api: Live) -> None:
    a_notice(live_api.desk.world, lines=5, at=timezone.now())
    with live_api.client("rights_holder") as client:
        numbers = [row["number"] for row in client.complaints.list(limit=2, sort="number")]
        pieces = [len(piece) for piece in client.complaints.list(limit=3).pages()]
    assert numbers == numbers_of(live_api)
    assert pieces[:-1] == [3] * (len(pieces) - 1) and sum(pieces) == len(numbers) > 6


def test_a_filter_the_api_does_not_know_is_refused_with_the_nearest_name(live_api: Live) -> None:
    with live_api.client("rights_holder") as client, pytest.raises(Exception) as refused:
        list(client.complaints.list(stat="awaiting_seller"))  # type: ignore[call-arg]
    assert refused.value.code == "request_defective"
    assert [(each.field, "state" in each.how_to_mend) for each in refused.value.defects] == [("stat", True)]


def test_refusals_come_in_the_language_that_was_asked_for(live_api: Live) -> None:
    with live_api.client("rights_holder", language="zh-Hans") as client, pytest.raises(NotFound) as refused:
        client.complaints.read("CM-2026-999999-01")
    assert any("一" <= sign <= "鿿" for sign in refused.value.detail)


def test_otto_learns_nothing_of_a_case_that_is_not_his(live_api: Live) -> None:
    with live_api.client("agent") as client, pytest.raises(NotFound) as missing:
        client.complaints.read(ONE)
    assert missing.value.request_id


def test_a_name_cannot_leave_its_place_in_the_address(live_api: Live) -> None:
    with live_api.client("rights_holder") as client:
        for odd in ("", ".", ".."):
            with pytest.raises(ValueError, match="names nothing"):
                client.complaints.read(odd)
        with pytest.raises(NotFound):
            client.complaints.read("../me?x=1#y")


# --- once -------------------------------------------------------------------------------------------------------------


def test_the_same_call_with_the_same_key_happens_once(live_api: Live) -> None:
    with live_api.client("rights_holder") as client:
        first = client.complaints.withdraw(ONE, if_match="*", idempotency_key="night-run-1", words="Once.")
        again = client.complaints.withdraw(ONE, if_match="*", idempotency_key="night-run-1", words="Once.")
    assert first == again
    assert Complaint.objects.get(number=ONE).events.filter(event="withdrawn").count() == 1


def test_every_post_has_a_key_of_its_own(live_api: Live) -> None:
    with live_api.client("rights_holder") as client:
        client.complaints.withdraw(ONE, if_match="*")
        client.complaints.withdraw(TWO, if_match="*")
    assert len(set(Replay.objects.values_list("key", flat=True))) == 2


# --- tokens -----------------------------------------------------------------------------------------------------------


def with_token(live_api: Live, **more: object) -> Client:
    return Client(live_api.url, ClientCredentials.of(live_api.desk.programs["rights_holder"].key, **more), retries=SOON)


def test_a_token_is_fetched_once_and_used_while_it_lasts(live_api: Live) -> None:
    with with_token(live_api, scopes=("complaints:read",)) as client:
        assert client.complaints.read(ONE)["number"] == ONE
        assert client.complaints.read(TWO)["number"] == TWO
        with pytest.raises(NotAllowed):
            client.complaints.withdraw(ONE)
    assert AccessToken.objects.count() == 1


def test_a_token_that_ended_early_is_renewed_and_the_call_done(live_api: Live) -> None:
    with with_token(live_api) as client:
        client.access.who_am_i()
        first = client._desk.token
        AccessToken.objects.update(expires_at=timezone.now())
        assert client.access.who_am_i()["role"] == "rights_holder"
        assert client._desk.token != first


def test_a_token_is_renewed_before_its_hour_is_over(live_api: Live) -> None:
    with with_token(live_api) as client:
        tokens = []
        for second in (0.0, 10.0, 3539.0, 3541.0):
            client._desk.clock = lambda second=second: second
            client.access.who_am_i()
            tokens.append(client._desk.token)
    assert tokens[0] == tokens[1] == tokens[2] != tokens[3]


def test_a_key_that_ended_opens_nothing_and_is_not_tried_again(live_api: Live) -> None:
    program = live_api.desk.programs["rights_holder"]
    with with_token(live_api) as token, live_api.client("rights_holder") as key:
        token.access.who_am_i()
        revoke_client(client_id=program.client.pk, person=live_api.desk.world.ines, now=timezone.now())
        with pytest.raises(NotAuthenticated):
            key.access.who_am_i()
        with pytest.raises(TokenRefused) as refused:
            token.access.who_am_i()
    assert refused.value.error == "invalid_client"


def test_an_event_loop_gets_its_token_too(live_api: Live) -> None:
    async def told() -> str:
        credentials = ClientCredentials.of(live_api.desk.programs["seller"].key)
        async with AsyncClient(live_api.url, credentials, retries=SOON) as client:
            return (await client.access.who_am_i())["role"]

    assert in_a_loop_of_its_own(told()) == "seller"


# --- secrets ----------------------------------------------------------------------------------------------------------


def test_no_secret_is_printed_logged_or_in_an_error(live_api: Live, caplog: pytest.LogCaptureFixture) -> None:
    key = live_api.desk.programs["rights_holder"].key
    secret = key.split("_", 2)[2]
    said = []
    with caplog.at_level(logging.DEBUG, "countermark_client"), with_token(live_api) as client:
        client.access.who_am_i()
        said += [client, client._desk, client._desk.credentials, client._desk.token, client._sender]
        with pytest.raises(NotFound) as refused:
            client.complaints.read("CM-1")
        said += [refused.value, refused.value.__dict__, Client(live_api.url, key)._desk]
        token = client._desk.token.value
    text = " ".join([*map(repr, said), caplog.text])
    assert "countermark_client" in caplog.text
    assert secret not in text and token not in text


# --- from a file to a decision ----------------------------------------------------------------------------------------


def test_ines_files_through_the_client_and_rana_finds_it_in_her_queue(live_api: Live) -> None:
    with live_api.client("rights_holder") as ines, live_api.client("reviewer") as rana:
        photo = ines.files.upload(file=("certificate.pdf", PAGE.encode()))
        body = {**EXAMPLE, "evidence": [{"file": photo["id"], "kind": "photo"}]}
        assert ines.notices.lint(**body)["can_send"]
        notice = ines.notices.send(**body)
        assert (notice["cases"], len(notice["left_out"])) == (2, 1)
        number = notice["complaints"][0]["number"]
        waiting = [row["number"] for row in rana.review.list_queue(limit=1)]
        assert number in waiting
        assert ines.files.fetch(photo["id"]).media_type == "application/pdf"
        with pytest.raises(Defective) as refused:
            ines.notices.send(**{**body, "declarations": []})
    assert {"good_faith_missing", "truth_missing"} <= {each.code for each in refused.value.defects}


def test_a_guest_s_program_answers_with_several_papers_in_one_call(live_api: Live) -> None:
    token, number = "a-report-of-the-examples", "CM-2026-720001-01"
    with live_api.client("rights_holder") as guest:
        guest.guests.read_guest_case(token, number)
        papers = [("licence.pdf", PAGE.encode()), ("invoice.pdf", PAGE.encode())]
        said = {"event": "withdrawn", "words": "The seller is licensed.", "kind": "licence_letter"}
        case = guest.guests.answer_guest_case_with_files(token, number, files=papers, **said)
    assert case["state"] == "withdrawn"
    names = WordFile.objects.filter(word__complaint__number=number).order_by("pk").values_list("file__name", flat=True)
    assert list(names) == ["paper-1.pdf", "paper-2.pdf"]
