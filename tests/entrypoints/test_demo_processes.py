"""Does the demo keep to its own folder, keep its processes alive, and end with all of them?"""

from __future__ import annotations

import os
import signal
import socket
import stat
import sys
import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from countermark.entrypoints import cli
from countermark.entrypoints.cli.server import make_keys
from countermark.entrypoints.demo import home as homes
from countermark.entrypoints.demo import processes
from countermark.entrypoints.demo.processes import Child, Interrupted, Troupe, ended_by_signs

pytestmark = pytest.mark.sqlite  # the demo keeps to SQLite
SLEEPS = "import time; time.sleep(600)"


def a_child(folder: Path, program: str = SLEEPS, what: str = "The worker") -> Child:
    return Child(what, [sys.executable, "-c", program], dict(os.environ), folder / "logs" / "child.log")


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# --- its own folder -------------------------------------------------------------------------------------------------------


def test_keys_are_made_once_and_read_by_their_owner_alone(tmp_path):
    first = homes.kept_keys(tmp_path / "demo", make_keys)
    assert set(first) == {"SECRET_KEY", "SEALING_KEY", "LOG_SIGNING_KEY", "DEMO_SHOP_SECRET"}
    assert homes.kept_keys(tmp_path / "demo", make_keys) == first
    assert stat.S_IMODE((tmp_path / "demo" / "keys.env").stat().st_mode) == 0o600


def test_a_demo_never_sees_the_database_or_mail_server_of_an_installation(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://desk@db.example/real")
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example")
    monkeypatch.setenv("SECRET_KEY", "the real one")
    told = homes.environment(tmp_path, port=8100, make_keys=make_keys)
    assert {"DATABASE_URL", "EMAIL_URL"}.isdisjoint(told)
    assert told["SECRET_KEY"] != "the real one"
    assert (told["DEMO"], told["BASE_URL"], told["COUNTERMARK_HOME"]) == ("1", "http://localhost:8100", str(tmp_path))


def test_starting_over_keeps_the_keys_and_whatever_is_not_the_demos(tmp_path):
    homes.kept_keys(tmp_path, make_keys)
    for name in ("countermark.sqlite3", "countermark.sqlite3-wal", "shop.db", "filled.json", "my-notes.txt"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "files").mkdir()
    homes.empty(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["keys.env", "my-notes.txt"]


def test_a_world_that_was_not_finished_does_not_count_as_filled(tmp_path):
    assert homes.filled_at(tmp_path) is None
    homes.note_filled(tmp_path, port=8100)
    assert homes.filled_at(tmp_path) == 8100


def test_two_demos_never_share_a_folder(tmp_path):
    with homes.held(tmp_path), pytest.raises(homes.AlreadyRunning, match="Stop it first"), homes.held(tmp_path):
        pass
    with homes.held(tmp_path):  # free again
        pass


def test_a_port_that_is_taken_is_named_with_another_to_choose():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(processes.PortTaken, match=rf"Port {port} is taken .* PORT={port + 100} script/demo"):
            processes.check_ports((port,))


def test_case_time_is_given_with_its_offset():
    ended = CliRunner().invoke(cli.app, ["demo", "--at", "2027-02-01T09:00"])
    assert ended.exit_code == 2
    assert "with its offset" in ended.output


# --- its processes --------------------------------------------------------------------------------------------------------


def test_a_process_that_is_killed_is_started_again_and_the_demo_says_so(tmp_path):
    said: list[str] = []
    troupe, child = Troupe(said.append), a_child(tmp_path)
    troupe.start(child)
    first = child.process.pid
    watching = threading.Thread(target=troupe.watch)
    watching.start()
    os.kill(first, signal.SIGKILL)
    until = time.monotonic() + 20
    while child.process.pid == first and time.monotonic() < until:
        time.sleep(0.05)
    troupe.stop()
    watching.join()
    assert said == ["The worker ended (status -9); it is started again."]
    assert child.is_alive
    troupe.end()
    assert not child.is_alive


def test_a_process_that_keeps_dying_ends_the_demo_with_the_end_of_its_log(tmp_path):
    troupe = Troupe(lambda _: None)
    troupe.start(a_child(tmp_path, "import sys; sys.exit('no such table')"))
    with pytest.raises(processes.KeepsDying, match=r"The worker keeps ending(.|\n)*no such table"):
        troupe.watch()
    troupe.end()


def test_a_process_that_ends_before_it_answers_is_reported_with_its_log(tmp_path):
    troupe, child = Troupe(lambda _: None), a_child(tmp_path, "import sys; sys.exit('address in use')", "The shop")
    troupe.start(child)
    with pytest.raises(processes.NoAnswer, match=r"The shop does not answer(.|\n)*address in use"):
        troupe.wait_for(child, "http://127.0.0.1:9", within=20)
    troupe.end()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_sign_to_end_ends_every_process_and_gives_the_signs_back(tmp_path, sign):
    before = signal.getsignal(sign)
    troupe, child = Troupe(lambda _: None), a_child(tmp_path)
    with pytest.raises(Interrupted), ended_by_signs(troupe):
        troupe.start(child)
        os.kill(os.getpid(), sign)
        time.sleep(20)
    assert not is_running(child.process.pid)
    assert signal.getsignal(sign) is before


def test_a_process_that_does_not_listen_is_ended_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "GRACE", 0.5)
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
    )
    troupe, child = Troupe(lambda _: None), a_child(tmp_path, deaf)
    troupe.start(child)
    while "up" not in child.log.read_text():
        time.sleep(0.05)
    troupe.end()
    assert not child.is_alive
