"""ClamAV's daemon itself, on this machine, with signatures of our own: the one test file everybody knows, nothing else."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The standard test file (eicar.org), taken apart so that no scanner takes this source for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
NAME = "Eicar-Test-Signature.UNOFFICIAL"
STARTS_WITHIN = 60  # seconds
LARGEST = 26_000_000  # bytes of one file: above every upload that is taken
PROGRAM = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


def configuration(folder: Path, port: int) -> str:
    return "\n".join(
        [
            f"DatabaseDirectory {folder}",
            f"TCPSocket {port}",
            "TCPAddr 127.0.0.1",
            "Foreground yes",
            f"StreamMaxLength {LARGEST}",
            f"TemporaryDirectory {folder}",
            f"LogFile {folder / 'log'}",
            "",
        ]
    )


@contextmanager
def running(folder: Path) -> Iterator[int]:
    """The port of a daemon of our own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    (folder / "ours.ndb").write_text(
        f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n"
    )  # name, any kind of file, anywhere in it
    (folder / "clamd.conf").write_text(configuration(folder, port))
    folder.chmod(0o755)
    assert PROGRAM is not None
    daemon = subprocess.Popen(
        [PROGRAM, "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(daemon, port, folder / "log")
        yield port
    finally:
        daemon.terminate()
        daemon.wait(20)


def _wait(daemon: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        assert daemon.poll() is None, log.read_text() if log.exists() else "it ended at once"
        try:
            with socket.create_connection(("127.0.0.1", port), 2) as connection:
                connection.sendall(b"zPING\0")
                assert connection.recv(16) == b"PONG\0"
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"clamd did not answer within {STARTS_WITHIN} s")
