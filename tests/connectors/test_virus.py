"""Is a file that a scanner objects to, or could not look at, ever let through?"""

import socket
import struct
import threading
import time

import pytest

from countermark.connectors.virus import NOT_ASKED_FOR, ClamdScanner, FakeScanner, ScannerUnavailable


class Clamd:
    """One answer of ClamAV's daemon: reads the stream as the daemon does, then says `reply`."""

    def __init__(self, reply: bytes) -> None:
        self._reply = reply
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.received = b""
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> "Clamd":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while (length := struct.unpack(">I", stream.read(4))[0]) > 0:
                self.received += stream.read(length)
            connection.sendall(self._reply)


def test_a_clean_file_is_clean_and_was_seen_whole() -> None:
    content = bytes(range(256)) * 1000  # four chunks
    with Clamd(b"stream: OK\0") as clamd:
        assert ClamdScanner("127.0.0.1", clamd.port, seconds=2)(content) is None
    assert clamd.received == content


def test_what_was_found_is_named() -> None:
    with Clamd(b"stream: Win.Test.EICAR_HDB-1 FOUND\0") as clamd:
        assert ClamdScanner("127.0.0.1", clamd.port, seconds=2)(b"x") == "Win.Test.EICAR_HDB-1"


@pytest.mark.parametrize("reply", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK?\0"])
def test_any_other_answer_is_no_verdict(reply: bytes) -> None:
    with Clamd(reply) as clamd, pytest.raises(ScannerUnavailable):
        ClamdScanner("127.0.0.1", clamd.port, seconds=2)(b"x")


def test_a_scanner_that_is_down_gives_no_verdict() -> None:
    with pytest.raises(ScannerUnavailable, match="Nothing was kept"):
        ClamdScanner("127.0.0.1", 9, seconds=1)(b"x")


def test_a_scanner_that_hangs_is_waited_for_once_and_asked_again_a_moment_later(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes connections and says nothing
        scan = ClamdScanner("127.0.0.1", deaf.getsockname()[1], seconds=0.3)
        began = time.monotonic()
        for _ in range(20):
            with pytest.raises(ScannerUnavailable):
                scan(b"x")
        assert time.monotonic() - began < 2  # 20 waits would be 6 seconds
    with Clamd(b"stream: OK\0") as clamd:
        scan._place = ("127.0.0.1", clamd.port)
        later = time.monotonic() + NOT_ASKED_FOR
        monkeypatch.setattr("countermark.connectors.virus.time.monotonic", lambda: later)
        assert scan(b"x") is None


def test_the_fake_finds_what_it_was_told_to() -> None:
    fake = FakeScanner()
    assert fake(b"a EICAR-STANDARD-ANTIVIRUS-TEST-FILE b") == "Eicar-Test-Signature"
    assert fake(b"clean") is None
    assert fake.seen == 2
