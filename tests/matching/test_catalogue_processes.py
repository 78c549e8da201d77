"""Is the answer the same whoever carries the batches, and is nothing lost when processes are killed?"""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from countermark.matching.catalogue import parts, reading
from countermark.matching.catalogue.batch import screen_batch
from countermark.matching.catalogue.clusters import Cluster, NoCluster, connect
from countermark.matching.catalogue.processes import Processes, ProcessFailed, ProcessLost, in_order
from countermark.matching.catalogue.reading import pieces, sources_of
from countermark.matching.catalogue.rights import Rights, read_rights
from countermark.matching.catalogue.run import Job, indexed, run
from matching import catalogue_world as world

KILLED = """
import os, signal, sys
from pathlib import Path
from countermark.matching.catalogue import parts, reading
from countermark.matching.catalogue.processes import Processes
from countermark.matching.catalogue.rights import read_rights
from countermark.matching.catalogue.run import Job, run

class Named(Processes):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        print(*(worker.process.pid for worker in self._workers), flush=True)

def tell(told):
    if told.rows >= 45:
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    reading.ROWS, parts.ROWS = 10, 20
    catalogue, rights, out = sys.argv[1:]
    job = Job(reading.sources_of([catalogue]), read_rights(Path(rights))[0], Path(out), lambda found: Named(found, 1))
    run(job, tell, print)
"""


def nobody(_: object) -> None:
    pass


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return world.write(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture(scope="module")
def rights(files: tuple[Path, Path]) -> Rights:
    return read_rights(files[1])[0]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROWS", 10)
    monkeypatch.setattr(parts, "ROWS", 20)


def batches(files: tuple[Path, Path]) -> list[Any]:
    return [piece.batch for piece in pieces(sources_of([str(files[0])])[0])]


def is_gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def until(happened: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.05)
    return happened()


def test_a_run_killed_with_9_leaves_no_process_behind_and_goes_on_to_the_same_bytes(
    tmp_path: Path, files: tuple[Path, Path], rights: Rights, small: None
):
    out, whole = tmp_path / "out.parquet", tmp_path / "whole.parquet"
    command = [sys.executable, "-c", KILLED, str(files[0]), str(files[1]), str(out)]
    killed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not out.exists()
    workers = [int(process) for process in killed.stdout.split()]
    assert len(workers) == 1
    assert until(lambda: all(map(is_gone, workers)))
    sources = sources_of([str(files[0])])
    told = run(Job(sources, rights, out, world.Here), nobody, nobody)
    assert (told.rows, told.earlier) == (world.ROWS, 40)
    run(Job(sources, rights, whole, world.Here), nobody, nobody)
    assert out.read_bytes() == whole.read_bytes()


def test_processes_that_share_an_index_answer_as_one_that_has_its_own(
    tmp_path: Path, files: tuple[Path, Path], rights: Rights, small: None
):
    expected = [screen_batch(batch, rights) for batch in batches(files)]
    shared = indexed(rights, tmp_path, nobody)
    assert shared.words is None
    found = pieces(sources_of([str(files[0])])[0])
    with Processes(shared, 2) as engine:
        answers = [answer for _, answer in in_order(engine, found)]
    assert all(one.equals(other, check_metadata=True) for one, other in zip(answers, expected, strict=True))


def test_a_process_that_ends_by_itself_ends_the_run_and_says_what_to_do(files: tuple[Path, Path], rights: Rights):
    with Processes(rights, 1) as engine:
        engine._workers[0].process.kill()
        with pytest.raises(ProcessLost, match="goes on where it stopped"):
            engine.submit(batches(files)[0])()


def test_what_goes_wrong_in_a_process_is_told_to_whoever_began_it(rights: Rights):
    with Processes(rights, 1) as engine:
        with pytest.raises(RuntimeError, match="AttributeError"):
            engine.submit("no batch")()
        with pytest.raises(ProcessFailed, match="the column title is missing"):
            engine.submit(pa.record_batch({"name": ["Halden"]}))()
        assert engine.submit(pa.record_batch({"title": ["Halden"]}))().num_rows == 1


def test_a_cluster_answers_as_this_machine_does(files: tuple[Path, Path], rights: Rights, small: None):
    with Cluster(rights, "local", 1) as engine:
        answers = [answer for _, answer in in_order(engine, pieces(sources_of([str(files[0])])[0]))]
    for batch, answer in zip(batches(files), answers, strict=True):
        assert answer.equals(screen_batch(batch, rights), check_metadata=True)


def test_a_cluster_that_does_not_answer_is_refused_with_how_to_begin_one():
    with pytest.raises(NoCluster, match="ray start --head"):
        connect("127.0.0.1:1", 0)
