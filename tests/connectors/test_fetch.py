"""Can an address somebody else wrote lead us into our own network, or keep us busy for ever?"""

import gzip
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from countermark.connectors.fetch import Fetched, Fetcher, FetchFailed, FetchRefused, is_public


class Pages(BaseHTTPRequestHandler):
    """Pages that mean harm, and one that does not."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.seen.append((self.headers["Host"], self.path))
        getattr(self, self.path.split("?")[0].strip("/") or "fine")()

    def fine(self) -> None:
        self._send(200, b"a picture", {"Content-Type": "image/PNG; x=y"})

    def away(self) -> None:
        self._send(302, b"", {"Location": self.path.split("?to=")[1]})

    def huge_and_told(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "999999999")
        self.end_headers()

    def huge_and_not_told(self) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            for _ in range(2000):
                self.wfile.write(b"x" * 1000)
        except OSError:
            pass

    def dripping(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            pass

    def packed(self) -> None:
        self._send(200, gzip.compress(b"0" * 10_000_000), {"Content-Encoding": "gzip"})

    def missing(self) -> None:
        self._send(404, b"no")

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Pages)
        self.seen: list[tuple[str, str]] = []
        self.place = f"localhost:{self.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def refused(fetcher: Fetcher, url: str) -> FetchRefused:
    with pytest.raises(FetchRefused) as caught:
        fetcher.fetch(url)
    return caught.value


def failed(fetcher: Fetcher, url: str) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        fetcher.fetch(url)
    return caught.value


@pytest.fixture
def vouched(server: Server) -> Fetcher:
    return Fetcher(exempt={server.place}, seconds=1, max_bytes=100_000)


def test_a_shop_the_operator_vouches_for_is_fetched_though_it_is_on_this_machine(
    vouched: Fetcher, server: Server
) -> None:
    url = f"http://{server.place}/fine"
    assert vouched.fetch(url) == Fetched(url, "image/png", b"a picture")
    assert server.seen == [(server.place, "/fine")]


def test_the_same_shop_is_refused_when_nobody_vouches_for_it(server: Server) -> None:
    assert refused(Fetcher(), f"http://{server.place}/fine").code == "port"
    answers = {("mei.example", 80): ["127.0.0.1"]}
    assert (
        refused(Fetcher(lookup=lambda host, port: answers[host, port]), "http://mei.example/").code
        == "address_not_public"
    )
    assert server.seen == []


def test_vouching_for_one_port_vouches_for_no_other(server: Server) -> None:
    assert refused(Fetcher(exempt={"localhost:1"}), f"http://{server.place}/fine").code == "port"
    assert refused(Fetcher(exempt={server.place}), "http://localhost/").code == "address_not_public"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1",
        "169.254.169.254",  # the metadata service of the large clouds
        "100.100.100.200",  # that of another
        "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
        "not an address",
    ],
)  # fmt: skip
def test_an_address_that_is_not_everybodys_is_refused(address: str) -> None:
    assert not is_public(address)
    asked = Fetcher(lookup=lambda host, port: [address])
    assert refused(asked, "https://innocent.example/photo.png").code == "address_not_public"


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "64:ff9b::5db8:d70e"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    asked = Fetcher(lookup=lambda host, port: ["93.184.215.14", "10.0.0.1"])
    assert refused(asked, "http://two-faced.example/").code == "address_not_public"


def test_a_name_that_changes_its_address_after_the_check_gains_nothing(server: Server) -> None:
    looked_up = []

    def lookup(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    fetcher = Fetcher(exempt={f"rebinding.example:{server.server_port}"}, lookup=lookup)
    fetcher.fetch(f"http://rebinding.example:{server.server_port}/fine")
    assert looked_up == ["rebinding.example"]  # once; the connection went to the address that was checked
    assert server.seen == [(f"rebinding.example:{server.server_port}", "/fine")]


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://0x7f000001/",
        "http://2130706433/",
    ],
)
def test_a_redirect_into_our_network_is_refused(vouched: Fetcher, server: Server, target: str) -> None:
    refusal = refused(vouched, f"http://{server.place}/away?to={target}")
    assert (refusal.code, refusal.url) == ("address_not_public", target)


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://mei.example/", "gopher://mei.example/", "javascript:alert(1)"]
)
def test_only_web_addresses_are_fetched_redirected_or_not(vouched: Fetcher, server: Server, target: str) -> None:
    assert refused(vouched, target).code == "scheme"
    assert refused(vouched, f"http://{server.place}/away?to={target}").code == "scheme"


def test_a_redirect_inside_the_shop_is_followed(vouched: Fetcher, server: Server) -> None:
    assert vouched.fetch(f"http://{server.place}/away?to=/fine").url == f"http://{server.place}/fine"


def test_redirects_without_end_end(vouched: Fetcher, server: Server) -> None:
    loop = f"http://{server.place}/away?to=/away"
    server.RequestHandlerClass = type(
        "Loop", (Pages,), {"away": lambda self: self._send(302, b"", {"Location": self.path})}
    )
    assert refused(vouched, loop).code == "too_many_redirects"
    assert len(server.seen) == 6  # the first and five redirects


@pytest.mark.parametrize("url", ["http://mei:secret@mei.example/", "http://mei@mei.example/"])
def test_an_address_with_a_password_is_refused(url: str) -> None:
    assert refused(Fetcher(), url).code == "credentials"


@pytest.mark.parametrize(
    "url", ["", "mei.example/photo.png", "http://", "http:///x", "http://a.example:99999/", "http://[::1/"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    assert refused(Fetcher(), url).code == "scheme"


@pytest.mark.parametrize("page", ["huge_and_told", "huge_and_not_told"])
def test_a_page_larger_than_the_limit_is_not_read_to_its_end(vouched: Fetcher, server: Server, page: str) -> None:
    assert refused(vouched, f"http://{server.place}/{page}").code == "too_large"


def test_a_page_that_drips_is_given_up_on(vouched: Fetcher, server: Server) -> None:
    began = time.monotonic()
    assert failed(vouched, f"http://{server.place}/dripping").code == "timeout"
    assert time.monotonic() - began < 5  # the page would take ten seconds


def test_a_packed_page_is_not_unpacked(vouched: Fetcher, server: Server) -> None:
    assert refused(vouched, f"http://{server.place}/packed").code == "packed"


def test_a_page_that_is_missing_says_so(vouched: Fetcher, server: Server) -> None:
    failure = failed(vouched, f"http://{server.place}/missing")
    assert (failure.code, failure.detail) == ("status", "404")


def test_a_name_nobody_knows_is_told_apart_from_a_closed_door() -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    assert failed(Fetcher(lookup=nobody), "http://nowhere.example/").code == "unknown_host"
    assert failed(Fetcher(exempt={"127.0.0.1:9"}), "http://127.0.0.1:9/").code == "unreachable"


def test_the_second_address_is_tried_when_the_first_does_not_answer(server: Server) -> None:
    fetcher = Fetcher(exempt={server.place}, lookup=lambda host, port: ["::1", "127.0.0.1"])
    assert fetcher.content(f"http://{server.place}/fine") == b"a picture"


def test_the_certificate_is_checked_against_the_name_not_the_address(certificate, server: Server) -> None:
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(*certificate)
    server.socket = own.wrap_socket(server.socket, server_side=True)
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    port = server.server_port
    exempt = {f"mei.example:{port}", f"otto.example:{port}"}
    fetcher = Fetcher(exempt=exempt, lookup=lambda host, port: ["127.0.0.1"], tls=trusting, seconds=2)
    assert fetcher.content(f"https://mei.example:{port}/fine") == b"a picture"
    assert failed(fetcher, f"https://otto.example:{port}/fine").code == "unreachable"
