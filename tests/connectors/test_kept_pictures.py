"""Are pictures fetched so that no shop is burdened by it, and never from where they should not be?"""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from countermark.connectors.fetch import Fetcher, FetchError
from countermark.connectors.kept_pictures import KeptPictures, Manners


class Shop(BaseHTTPRequestHandler):
    """A shop that knows its pictures by a tag, and is busy when asked for one of them the first time."""

    def do_GET(self) -> None:
        with self.server.turn:
            self.server.asked.append((self.path, self.headers["If-None-Match"], self.headers["User-Agent"]))
            self.server.at_once += 1
            self.server.most = max(self.server.most, self.server.at_once)
            asked_before = sum(path == self.path for path, *_ in self.server.asked) > 1
        time.sleep(0.02)
        with self.server.turn:
            self.server.at_once -= 1
        if self.path.startswith("/away"):
            self._send(302, {"Location": "http://169.254.169.254/latest"})
        elif self.path == "/gone":
            self._send(404, {})
        elif self.path == "/busy" and not asked_before:
            self._send(503, {"Retry-After": "3"})
        elif self.path == "/later":
            self._send(429, {"Retry-After": "86400"})
        elif self.headers["If-None-Match"] == self.server.tag:
            self._send(304, {"ETag": self.server.tag})
        else:
            self._send(200, {"ETag": self.server.tag}, self.server.tag.encode())

    def _send(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Shop)
        self.turn, self.tag = threading.Lock(), '"one"'
        self.asked: list[tuple[str, str | None, str]] = []
        self.at_once = self.most = 0

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def url(self, path: str) -> str:
        return f"http://{self.place}/{path}"


@pytest.fixture
def shop() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def naps() -> list[float]:
    return []


def kept(folder: Path, shop: Server, naps: list[float], since: float) -> KeptPictures:
    fetcher = Fetcher(exempt=[shop.place], seconds=5)
    return KeptPictures(folder, fetcher, since=since, manners=Manners(at_once=2, pause=60), sleep=naps.append)


def test_a_host_is_asked_for_two_pictures_at_a_time_with_a_pause_between(
    tmp_path: Path, shop: Server, naps: list[float]
):
    urls = [shop.url(f"{number}.jpg") for number in range(10)]
    found = kept(tmp_path, shop, naps, time.time()).get([*urls, urls[0]])
    assert {path.read_bytes() for path in found.values()} == {b'"one"'}
    assert sorted(path for path, *_ in shop.asked) == sorted(f"/{number}.jpg" for number in range(10))
    assert shop.most == 2
    assert len(naps) == 8  # ten fetches in two lanes
    assert all(30 < nap <= 60 for nap in naps)  # what is left of the pause
    assert {agent for *_, agent in shop.asked} == {"Countermark"}


def test_pictures_asked_for_one_by_one_have_a_pause_between_them_too(tmp_path: Path, shop: Server, naps: list[float]):
    pictures = kept(tmp_path, shop, naps, time.time())
    for number in range(3):
        pictures.get([shop.url(f"{number}.jpg")])
    assert len(naps) == 2


def test_a_picture_of_this_run_is_not_asked_for_again(tmp_path: Path, shop: Server, naps: list[float]):
    pictures = kept(tmp_path, shop, naps, time.time() - 1)
    assert pictures.get([shop.url("a.jpg")]) == pictures.get([shop.url("a.jpg")])
    assert len(shop.asked) == 1


def test_an_older_picture_is_asked_for_by_its_tag_and_kept_while_it_is_the_same(
    tmp_path: Path, shop: Server, naps: list[float]
):
    url = shop.url("a.jpg")
    [first] = kept(tmp_path, shop, naps, time.time()).get([url]).values()
    later = time.time() + 60
    assert kept(tmp_path, shop, naps, later).get([url]) == {url: first}
    assert [tag for _, tag, _ in shop.asked] == [None, '"one"']
    shop.tag = '"two"'
    [changed] = kept(tmp_path, shop, naps, later).get([url]).values()
    assert changed.read_bytes() == b'"two"'


def test_a_copy_whose_tag_was_lost_is_fetched_whole(tmp_path: Path, shop: Server, naps: list[float]):
    url = shop.url("a.jpg")
    kept(tmp_path, shop, naps, time.time()).get([url])
    [tag] = tmp_path.rglob("*.json")
    tag.write_text("{")
    kept(tmp_path, shop, naps, time.time() + 60).get([url])
    assert [tag for _, tag, _ in shop.asked] == [None, None]


def test_a_busy_host_is_waited_for_once_and_not_for_a_day(tmp_path: Path, shop: Server, naps: list[float]):
    found = kept(tmp_path, shop, naps, time.time()).get([shop.url("busy"), shop.url("later")])
    assert found[shop.url("busy")].read_bytes() == b'"one"'
    assert found[shop.url("later")].detail == "429"
    assert naps == [3]


@pytest.mark.parametrize(
    ("path", "code"), [("away", "address_not_public"), ("gone", "status"), ("a.jpg", "port")], ids=str
)
def test_what_cannot_or_must_not_be_had_says_why_and_leaves_nothing(
    tmp_path: Path, shop: Server, naps: list[float], path: str, code: str
):
    pictures = kept(tmp_path, shop, naps, time.time())
    if code == "port":  # nobody vouches for the host
        pictures = KeptPictures(tmp_path, Fetcher(), since=time.time())
    [fault] = pictures.get([shop.url(path)]).values()
    assert isinstance(fault, FetchError)
    assert fault.code == code
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("url", ["ftp://halden.example/a", "no address", "http://[", "http://10.0.0.1/a.jpg", ""])
def test_an_address_that_leads_nowhere_is_refused_and_the_others_are_fetched(
    tmp_path: Path, shop: Server, naps: list[float], url: str
):
    found = kept(tmp_path, shop, naps, time.time()).get([url, shop.url("a.jpg")])
    assert isinstance(found[url], FetchError)
    assert found[shop.url("a.jpg")].read_bytes() == b'"one"'
