"""What does the client do when the other side is unwell: busy, down, slow, cut off, or not the API at all?"""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from countermark_client import (
    AsyncClient,
    Broken,
    Client,
    ClientCredentials,
    Defective,
    NoAnswer,
    Problem,
    Refused,
    Retries,
    TokenRefused,
    TooManyRequests,
    Unreadable,
)
from countermark_client.call import Call

from clients.conftest import SOON, Reply, Unwell, in_a_loop_of_its_own

KEY = "cmk_abcdef_0123456789"
WITHDRAWN = {"state": "withdrawn"}


def says(status: int, body: Any, kind: str = "application/json", **headers: str) -> Reply:
    """A server that answers."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return reply


def refuses(status: int, code: str, **headers: str) -> Reply:
    said = {"status": status, "code": code, "title": "T", "detail": "D", "defects": [], "request_id": "r-1"}
    return says(status, said, "application/problem+json", **headers)


def cut(handler: BaseHTTPRequestHandler) -> None:
    """The connection ends before the answer."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def cut_within(handler: BaseHTTPRequestHandler) -> None:
    """The connection ends within the answer."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"state": ')
    cut(handler)


def slow(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1)
    with contextlib.suppress(OSError):
        says(200, WITHDRAWN)(handler)


GOOD = says(200, WITHDRAWN)


def in_a_thread(url: str, **more: Any) -> Any:
    with Client(url, KEY, **{"retries": SOON, **more}) as client:
        return client.complaints.withdraw("CM-1", if_match="*")


def in_a_loop(url: str, **more: Any) -> Any:
    async def told() -> Any:
        async with AsyncClient(url, KEY, **{"retries": SOON, **more}) as client:
            return await client.complaints.withdraw("CM-1", if_match="*")

    return in_a_loop_of_its_own(told())


@pytest.fixture(params=[in_a_thread, in_a_loop])
def withdraw(request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    yield request.param


@pytest.mark.parametrize(
    "ill",
    [
        says(503, b"<h1>down</h1>", "text/html"),
        says(502, b"", "text/html"),
        says(504, b"", "text/html"),
        refuses(429, "too_many_requests", Retry_After="0"),
        refuses(503, "busy", Retry_After="0"),
        cut,
        cut_within,
    ],
)
def test_what_passes_is_tried_again_with_the_same_key(unwell: Unwell, withdraw: Callable[..., Any], ill: Reply) -> None:
    unwell.replies = [ill, ill, GOOD]
    assert withdraw(unwell.url) == WITHDRAWN
    assert len(unwell.asked) == 3
    assert len({asked.headers["Idempotency-Key"] for asked in unwell.asked}) == 1
    assert len({asked.body for asked in unwell.asked}) == 1


def test_a_slow_answer_is_waited_for_only_so_long_and_asked_for_again(
    unwell: Unwell, withdraw: Callable[..., Any]
) -> None:
    unwell.replies = [slow, refuses(409, "request_still_running"), GOOD]
    assert withdraw(unwell.url, timeout=0.5) == WITHDRAWN
    assert len({asked.headers["Idempotency-Key"] for asked in unwell.asked}) == 1


@pytest.mark.parametrize(
    ("ill", "kind"),
    [
        (refuses(400, "request_unreadable"), Defective),
        (refuses(409, "not_permitted"), Refused),
        (refuses(409, "request_still_running"), Refused),  # of somebody else's: this was the first try
        (refuses(422, "request_defective"), Defective),
        (refuses(500, "broken"), Broken),
        (refuses(418, "teapot"), Problem),
        (says(404, b"<h1>nginx</h1>", "text/html"), Unreadable),
        (says(200, b"<h1>welcome</h1>", "text/html"), Unreadable),
        (says(302, b"", Location="https://elsewhere.example/"), Unreadable),
        (says(422, b"[1]", "application/problem+json"), Unreadable),
    ],
)
def test_what_does_not_pass_is_sent_once(
    unwell: Unwell, withdraw: Callable[..., Any], ill: Reply, kind: type[Exception]
) -> None:
    unwell.replies = [ill]
    with pytest.raises(kind):
        withdraw(unwell.url)
    assert len(unwell.asked) == 1


def test_after_the_last_try_the_last_answer_stands(unwell: Unwell, withdraw: Callable[..., Any]) -> None:
    unwell.replies = [refuses(503, "busy")]
    with pytest.raises(Broken):
        withdraw(unwell.url)
    assert len(unwell.asked) == SOON.tries


def test_no_server_is_said_so_after_all_tries(withdraw: Callable[..., Any]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening
        with pytest.raises(NoAnswer) as nobody:
            withdraw(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert nobody.value.sent == SOON.tries


@pytest.mark.parametrize("named", ["1", "a date"])
def test_what_the_server_says_about_waiting_is_obeyed_or_handed_on(unwell: Unwell, named: str) -> None:
    told = "1" if named == "1" else format_datetime(datetime.now(UTC) + timedelta(seconds=3600), usegmt=True)
    unwell.replies = [refuses(429, "too_many_requests", Retry_After=told), GOOD]
    began = time.monotonic()
    if named == "1":
        assert in_a_thread(unwell.url) == WITHDRAWN
        assert time.monotonic() - began >= 1
    else:
        with pytest.raises(TooManyRequests):  # an hour is longer than this client waits
            in_a_thread(unwell.url)
        assert len(unwell.asked) == 1


def test_a_change_without_a_key_is_sent_again_only_when_it_was_surely_not_taken_in(unwell: Unwell) -> None:
    unwell.replies = [cut, GOOD]
    with Client(unwell.url, KEY, retries=SOON) as client, pytest.raises(NoAnswer):
        client._sender.run(Call[Any]("PATCH", "/rights/7", json={"name": "Heron"}))
    assert len(unwell.asked) == 1


def test_waits_grow_and_never_pass_their_bound() -> None:
    retries = Retries(tries=9, first_wait=1, longest_wait=10)
    for sent, most in ((1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (8, 10)):
        assert all(most / 2 <= retries.backoff(sent) <= most for _ in range(50))


def test_a_token_is_asked_for_again_when_its_address_is_down(unwell: Unwell) -> None:
    token = says(200, {"access_token": "t-1", "expires_in": 3600, "token_type": "Bearer", "scope": ""})
    unwell.replies = [cut, says(503, b"", "text/html"), token, GOOD]
    with Client(unwell.url, ClientCredentials.of(KEY), retries=SOON) as client:
        assert client.complaints.withdraw("CM-1", if_match="*") == WITHDRAWN
    assert [asked.path.rsplit("/", 1)[1] for asked in unwell.asked] == ["token", "token", "token", "withdraw"]
    assert unwell.asked[3].headers["Authorization"] == "Bearer t-1"


def test_a_token_that_opens_nothing_is_renewed_once_and_not_for_ever(unwell: Unwell) -> None:
    token = says(200, {"access_token": "t-1", "expires_in": 3600, "token_type": "Bearer", "scope": ""})
    no = refuses(401, "not_authenticated")
    unwell.replies = [token, no, token, no]
    with Client(unwell.url, ClientCredentials.of(KEY), retries=SOON) as client, pytest.raises(Problem):
        client.complaints.withdraw("CM-1", if_match="*")
    assert len(unwell.asked) == 4


def test_a_refused_token_says_its_word(unwell: Unwell) -> None:
    unwell.replies = [says(400, {"error": "invalid_scope"})]
    with Client(unwell.url, ClientCredentials.of(KEY), retries=SOON) as client, pytest.raises(TokenRefused) as refused:
        client.access.who_am_i()
    assert refused.value.error == "invalid_scope"


def test_a_list_that_leads_to_itself_ends(unwell: Unwell) -> None:
    unwell.replies = [says(200, {"items": [{"number": "CM-1"}], "next": "x"})]
    with Client(unwell.url, KEY, retries=SOON) as client, pytest.raises(Unreadable):
        list(client.complaints.list())
    assert len(unwell.asked) == 2


# --- where the key may travel -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://countermark.example", "http://10.0.0.7:8000", "ftp://countermark.example", "countermark.example", "",
        "https://ines:word@countermark.example", "https://countermark.example/?key=1", "http://localhost.evil.example",
    ],
)  # fmt: skip
def test_a_key_does_not_travel_readable_nor_to_half_an_address(url: str) -> None:
    with pytest.raises(ValueError):
        Client(url, KEY)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://countermark.example", "https://countermark.example/api/v1"),
        ("https://countermark.example/desk/", "https://countermark.example/desk/api/v1"),
        ("https://countermark.example/api/v1/", "https://countermark.example/api/v1"),
        ("http://[::1]:8000", "http://[::1]:8000/api/v1"),
    ],
)
def test_an_installation_is_named_by_its_address(url: str, asked: str) -> None:
    with Client(url, KEY) as client:
        assert client._desk.url == asked


@pytest.mark.parametrize("key", ["", "two words", "line\nend", "ключ"])
def test_what_is_no_key_is_not_sent(key: str) -> None:
    with pytest.raises(ValueError):
        Client("https://countermark.example", key)
