"""What carries an event to a receiver: signed as the standard says, to public addresses only, never longer than it may take."""

import contextlib
import json
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from countermark.connectors.webhook import Answer, NotReached, fault_of_address, new_secret, signed_headers
from countermark.connectors.webhook_contract import BODY, HEADERS, SenderContract
from countermark.connectors.webhook_fake import FakeSender
from countermark.connectors.webhook_http import HttpSender


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        status, text, headers = self.server.said
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


class HttpReceiver:
    """A web server of the test's own."""

    def __init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.daemon_threads = True
        self.server.got, self.server.said = [], (200, "", {})
        self.pair = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.pair}/hooks?from=desk"
        self.nobody_url = "http://127.0.0.1:9/"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answers(self, status: int, text: str = "", headers: dict[str, str] | None = None) -> None:
        self.server.said = (status, text, headers or {})

    def got(self) -> list[tuple[dict[str, str], bytes]]:
        return self.server.got


class FakeReceiver:
    """The other side of the sender in memory."""

    url, nobody_url = "https://hooks.example/in", "https://nobody.example/in"

    def __init__(self) -> None:
        self.sender = FakeSender()

    def answers(self, status: int, text: str = "", headers: dict[str, str] | None = None) -> None:
        wait = (headers or {}).get("retry-after")
        said = Answer(status, text, timedelta(seconds=int(wait)) if wait else None)
        self.sender.reply = lambda _: said

    def got(self) -> list[tuple[dict[str, str], bytes]]:
        return [(dict(one.headers), one.body) for one in self.sender.received]


class TestTheSenderOverHttp(SenderContract):
    @pytest.fixture
    def receiver(self) -> Any:
        made = HttpReceiver()
        yield made
        made.server.shutdown()
        made.server.server_close()

    @pytest.fixture
    def sender(self, receiver: HttpReceiver) -> HttpSender:
        return HttpSender(exempt=[receiver.pair, "127.0.0.1:9"], seconds=3)

    def test_a_connection_is_used_again_for_the_next_event(self, sender: HttpSender, receiver: HttpReceiver) -> None:
        looked_up = []
        sender = HttpSender(exempt=[receiver.pair], lookup=lambda host, port: looked_up.append(host) or [host])
        for _ in range(3):
            assert sender.post(receiver.url, headers=HEADERS, body=BODY).status == 200
        assert (len(receiver.got()), len(looked_up)) == (3, 1)

    def test_a_date_in_retry_after_is_understood(self, sender: HttpSender, receiver: HttpReceiver) -> None:
        receiver.answers(503, headers={"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"})
        assert sender.post(receiver.url, headers=HEADERS, body=BODY).retry_after == timedelta()
        receiver.answers(503, headers={"retry-after": "99999999999999"})
        assert sender.post(receiver.url, headers=HEADERS, body=BODY).retry_after == timedelta(days=1)
        receiver.answers(503, headers={"retry-after": "soon"})
        assert sender.post(receiver.url, headers=HEADERS, body=BODY).retry_after is None


class TestTheSenderInMemory(SenderContract):
    @pytest.fixture
    def receiver(self) -> FakeReceiver:
        made = FakeReceiver()
        nobody, plain = NotReached("unreachable"), made.sender.post

        def post(url: str, **request: Any) -> Answer:
            if url == made.nobody_url:
                made.sender.reply = lambda _: nobody
            return plain(url, **request)

        made.sender.post = post  # type: ignore[method-assign]
        return made

    @pytest.fixture
    def sender(self, receiver: FakeReceiver) -> FakeSender:
        return receiver.sender


# --- receivers that behave badly ------------------------------------------------------------------------------------------


class Rude:
    """A server that accepts and then does as the test says with the connection."""

    def __init__(self, act: Any) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.pair = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.url = f"http://{self.pair}/"
        threading.Thread(target=self._serve, args=(act,), daemon=True).start()

    def _serve(self, act: Any) -> None:
        connection, _ = self.listener.accept()
        with connection:
            connection.recv(65_536)
            with contextlib.suppress(OSError):  # the other side has hung up, as it should
                act(connection)


def drips(head: bytes, every: bytes, pause: float = 0.05) -> Any:
    def act(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(every)
            time.sleep(pause)

    return act


def asked(rude: Rude, seconds: float = 0.6) -> tuple[Answer | NotReached, float]:
    """What came of asking, and how many seconds it took."""
    started = time.monotonic()
    try:
        found: Answer | NotReached = HttpSender(exempt=[rude.pair], seconds=seconds).post(
            rude.url, headers=HEADERS, body=BODY
        )
    except NotReached as fault:
        found = fault
    return found, time.monotonic() - started


def test_a_receiver_that_hangs_is_given_up_in_time():
    found, took = asked(Rude(lambda connection: time.sleep(5)))
    assert (found.code, took < 2) == ("timeout", True)


def test_a_receiver_that_drips_its_headers_for_ever_is_given_up_in_time():
    found, took = asked(Rude(drips(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n")))
    assert (found.code, took < 2) == ("timeout", True)


def test_a_success_counts_although_the_rest_of_the_answer_drips_for_ever():
    found, took = asked(Rude(drips(b"HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n", b"z")))
    assert (found.status, found.text[:3], took < 2) == (200, "zzz", True)


def test_of_an_endless_answer_a_few_kilobytes_are_read():
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    found, took = asked(Rude(drips(head, b"10000\r\n" + b"a" * 65_536 + b"\r\n", 0)), seconds=5)
    assert (found.status, len(found.text), took < 2) == (200, 300, True)


def test_what_speaks_no_http_is_said_as_such():
    assert asked(Rude(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")))[0].code == "not_http"


def test_a_receiver_that_hangs_up_is_not_reached():
    assert asked(Rude(lambda connection: None))[0].code in ("not_http", "unreachable")


def test_control_characters_of_an_answer_are_not_kept():
    said = b"HTTP/1.1 500 no\r\ncontent-length: 6\r\n\r\na\x00b\x1bc\n"
    assert asked(Rude(lambda connection: connection.sendall(said)))[0].text == "a b c"


def test_a_certificate_of_nobodys_is_refused(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.got, server.said = [], (200, "", {})
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    pair = f"127.0.0.1:{server.server_port}"
    with pytest.raises(NotReached) as caught:
        HttpSender(exempt=[pair]).post(f"https://{pair}/", headers=HEADERS, body=BODY)
    assert caught.value.code == "tls"
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    named = f"mei.example:{server.server_port}"
    sender = HttpSender(exempt=[named], tls=trusting, lookup=lambda *_: ["127.0.0.1"])
    assert sender.post(f"https://{named}/in", headers=HEADERS, body=BODY).status == 200
    assert server.got[0][0]["host"] == named
    server.shutdown()
    server.server_close()


# --- where nothing is sent ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url, fault",
    [
        ("https://hooks.example/in?a=1", ""),
        ("https://hooks.example:443/", ""),
        ("http://hooks.example/", "https"),
        ("https://hooks.example:8443/", "port"),
        ("https://user:word@hooks.example/", "credentials"),
        ("ftp://hooks.example/", "not_an_address"),
        ("hooks.example", "not_an_address"),
        ("", "not_an_address"),
        ("https://", "not_an_address"),
        ("https://hooks.example/a b", "not_an_address"),
        ("https://hooks.example/\n", "not_an_address"),
        ("https://hooks.example:99999/", "port"),
        ("https://127.0.0.1/", "private"),
        ("https://[::1]/", "private"),
        ("https://169.254.169.254/latest/meta-data", "private"),
        ("https://10.0.0.8/", "private"),
        ("https://localhost/", "private"),
        ("https://db.internal/", "private"),
        ("https://hooks.example/" + "x" * 600, "too_long"),
    ],
)
def test_an_address_that_cannot_be_a_receivers_is_refused_before_anything_is_sent(url, fault):
    assert fault_of_address(url) == fault


def test_an_address_the_operator_vouches_for_may_be_private_and_plain():
    assert fault_of_address("http://127.0.0.1:8000/in", ["127.0.0.1:8000"]) == ""
    assert fault_of_address("http://127.0.0.1:8001/in", ["127.0.0.1:8000"]) != ""


def test_a_name_that_leads_into_our_own_network_is_refused_when_it_is_looked_up():
    sender = HttpSender(lookup=lambda host, port: ["10.1.2.3"])
    with pytest.raises(NotReached) as caught:
        sender.post("https://hooks.example/", headers=HEADERS, body=BODY)
    assert (caught.value.code, caught.value.detail) == ("refused_address", "10.1.2.3")


def test_a_name_nobody_knows_is_said_as_such():
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(NotReached) as caught:
        HttpSender(lookup=unknown).post("https://hooks.example/", headers=HEADERS, body=BODY)
    assert caught.value.code == "unknown_host"


# --- the signature --------------------------------------------------------------------------------------------------------


def test_the_standards_own_library_takes_our_signature_and_refuses_a_changed_one():
    key, at = new_secret(), datetime.now(UTC)
    headers = signed_headers("evt_1", at, BODY, [key])
    assert Webhook(key).verify(BODY, headers) == json.loads(BODY)
    for wrong in ({**headers, "webhook-id": "evt_2"}, {**headers, "webhook-signature": "v1,AAAA"}):
        with pytest.raises(WebhookVerificationError):
            Webhook(key).verify(BODY, wrong)
    with pytest.raises(WebhookVerificationError):
        Webhook(key).verify(BODY.replace(b"ping", b"pong"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(key).verify(BODY, signed_headers("evt_1", at - timedelta(minutes=6), BODY, [key]))


def test_while_a_secret_is_changed_both_are_taken():
    old, new = new_secret(), new_secret()
    headers = signed_headers("evt_1", datetime.now(UTC), BODY, [new, old])
    for key in (old, new):
        assert Webhook(key).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)
