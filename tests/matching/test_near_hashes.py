"""Is every near hash found and no other, whatever was added, removed, sorted in, cut off or damaged?"""

import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from countermark.matching.hamming import kernel, shelf, writer
from countermark.matching.hamming.contents import contents_of
from countermark.matching.hamming.hashes import as_words
from countermark.matching.hamming.index import IndexMissing, IndexReader
from countermark.matching.hamming.shelf import find, shelved
from countermark.matching.hamming.writer import IndexBusy, IndexDamaged, IndexWriter

Hits = set[tuple[int, int, int]]  # question, id, distance


def words(count: int, seed: int = 1) -> Any:
    """Return hashes in clusters: every fourth new, the others a few bits from an earlier one."""
    dice = np.random.default_rng(seed)
    made = dice.integers(0, 1 << 64, size=(count, 4), dtype=np.uint64)
    for row in range(count):
        if row % 4:
            made[row] = flipped(made[int(dice.integers(0, row))], int(dice.integers(0, 40)), dice)
    return made


def flipped(hash_words: Any, bits: int, dice: np.random.Generator) -> Any:
    changed = hash_words.copy()
    for bit in dice.choice(256, size=bits, replace=False).tolist():
        changed[bit // 64] ^= np.uint64(1 << (bit % 64))
    return changed


def far(one: Any, other: Any) -> Any:
    """Return the distances of all of one from all of the other, by counting bits the plain way."""
    return np.bitwise_count(one[:, None, :] ^ other[None, :, :]).sum(axis=2, dtype=np.int64)


def by_looking(asked: Any, known: Any, ids: Any, radius: int) -> Hits:
    found: dict[tuple[int, int], int] = {}
    distances = far(asked, known)
    for question, row in np.argwhere(distances <= radius).tolist():
        key = (question, int(ids[row]))
        found[key] = min(found.get(key, 999), int(distances[question, row]))
    return {(*key, distance) for key, distance in found.items()}


def hits(found: Any) -> Hits:
    return set(zip(found.questions.tolist(), found.ids.tolist(), found.distances.tolist(), strict=True))


@pytest.mark.parametrize("radius", [0, 1, 15, 16, 31, 32, 47, 48, 256])
def test_exactly_the_near_ones_are_found_at_any_radius(radius: int):
    known, asked = words(3000), words(40, seed=2)
    asked[:20] = known[::150]
    ids = np.arange(len(known)) // 2
    rows = shelved(known, ids, few=100)
    assert len(rows.starts)  # by bands, not by looking through
    found = hits(contents_of(rows, 1).near(asked, radius))
    assert found == by_looking(asked, known, ids, radius)
    assert len(found) >= 20


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1 << 30), bits=st.integers(0, 40))
def test_a_copy_is_found_up_to_31_bits_and_never_beyond(seed: int, bits: int):
    dice = np.random.default_rng(seed)
    known = dice.integers(0, 1 << 64, size=(150, 4), dtype=np.uint64)
    asked = flipped(known[77], bits, dice)[None, :]
    rows = shelved(known, np.arange(150), few=100)
    found = find(rows, asked, 31, np.zeros(150, dtype=np.uint8)).tolist()
    assert ([0, 77, bits] in found) == (bits <= 31)
    assert hits(contents_of(rows, 1).near(asked, 31)) == by_looking(asked, known, np.arange(150), 31)


def test_thirty_thousand_copies_of_one_banner_are_all_found_and_hide_nothing():
    dice = np.random.default_rng(3)
    banner = words(1)[0]
    known = np.concatenate([np.stack([flipped(banner, 3, dice) for _ in range(5000)]), words(1000, seed=4)])
    asked = np.stack([banner, known[5500]])
    found = hits(contents_of(shelved(known, np.arange(6000)), 1).near(asked, 31))
    assert found == by_looking(asked, known, np.arange(6000), 31)
    assert len([hit for hit in found if hit[0] == 0]) == 5000


class Kept(RuleBasedStateMachine):
    """An index on disk beside a plain dict: after any steps both say the same, through the writer and through a reader."""

    folder: Path  # of the test
    runs = 0

    def __init__(self) -> None:
        super().__init__()
        Kept.runs += 1
        self.place = self.folder / str(Kept.runs)
        self.writer = IndexWriter(self.place)
        self.reader = IndexReader(self.place)
        self.known: list[tuple[int, bytes]] = []
        self.steps = 0

    @rule(ids=st.lists(st.integers(0, 12), max_size=12), seed=st.integers(0, 9))
    def add(self, ids: list[int], seed: int) -> None:
        rows = [(one, row.tobytes()) for one, row in zip(ids, words(len(ids), seed), strict=True)]
        self.steps = self.writer.add(rows)
        self.known += rows

    @rule(ids=st.lists(st.integers(0, 12), max_size=3))
    def remove(self, ids: list[int]) -> None:
        self.steps = self.writer.remove(ids)
        self.known = [pair for pair in self.known if pair[0] not in ids]

    @rule()
    def merge(self) -> None:
        self.writer.merge()

    @rule()
    def open_again(self) -> None:
        self.writer.close()
        self.writer = IndexWriter(self.place, at_least=self.steps)

    @rule()
    def crash_in_the_middle_of_a_step(self) -> None:
        self.writer.close()
        journal = next(self.place.glob("journal-*"))
        with journal.open("ab") as file:
            file.write(b"CMHJ torn")
        self.writer = IndexWriter(self.place, at_least=self.steps)
        assert self.writer.torn == 9

    @precondition(lambda self: self.known)
    @invariant()
    def says_what_is_known(self) -> None:
        ids = np.array([one for one, _ in self.known])
        known = as_words([row for _, row in self.known])
        asked = np.concatenate([known[:3], words(3, 11)])
        for one in (self.writer, self.reader):
            answer = one.near(asked)
            assert hits(answer) == by_looking(asked, known, ids, 31)
            assert answer.version == self.steps

    def teardown(self) -> None:
        self.writer.close()


def test_after_any_steps_crashes_and_merges_the_index_says_what_is_known(tmp_path: Path, monkeypatch: Any):
    for module in (shelf, writer):
        monkeypatch.setattr(module, "FEW", 8)
    monkeypatch.setattr("countermark.matching.hamming.contents.FEW", 8)
    Kept.folder = tmp_path
    run_state_machine_as_test(Kept, settings=settings(max_examples=10, stateful_step_count=15, deadline=None))


def test_what_came_since_is_sorted_in_beside_the_questions_and_is_found_as_before(tmp_path: Path, monkeypatch: Any):
    monkeypatch.setattr("countermark.matching.hamming.contents.FEW", 8)
    with IndexWriter(tmp_path) as one:
        one.add([(number, bytes(32)) for number in range(5)])
        one.settle()
        assert (one.is_layered, one.contents.tail.used) == (False, 5), "few are looked through: nothing to gain"
        one.add([(number, bytes(32)) for number in range(5, 20)])
        before = one.near([bytes(32)]).of(0)
        assert one.is_layered
        one.settle()
        one.close()
        assert (one.is_layered, one.contents.base.shelf.rows, one.version) == (False, 20, 2)
        assert one.near([bytes(32)]).of(0) == before
    assert IndexReader(tmp_path).near([bytes(32)]).of(0) == before


def test_a_hash_added_by_one_process_is_found_by_another_at_the_next_question(tmp_path: Path):
    with IndexWriter(tmp_path) as one:
        asking = subprocess.Popen([sys.executable, "-c", ASKING, str(tmp_path)], stdin=-1, stdout=-1, text=True)
        assert asking.stdout.readline() == "0 []\n"
        one.add([(7, bytes(32))])
        said, _ = asking.communicate("\n")
    assert said == "1 [7]\n"


ASKING = textwrap.dedent("""
    import sys
    from pathlib import Path
    from countermark.matching.hamming.index import IndexReader
    reader = IndexReader(Path(sys.argv[1]))
    for _ in range(2):
        answer = reader.near([bytes(32)])
        print(answer.version, answer.ids.tolist(), flush=True)
        sys.stdin.readline()
""")


def test_a_writer_killed_with_9_leaves_every_step_it_said_was_done(tmp_path: Path):
    writing = subprocess.Popen([sys.executable, "-c", WRITING, str(tmp_path)], stdout=-1, text=True)
    done = [int(writing.stdout.readline()) for _ in range(30)][-1]
    writing.kill()
    done = max([done, *map(int, writing.stdout.read().split())])
    writing.wait()
    with IndexWriter(tmp_path, at_least=done) as one:
        assert {hit.id for hit in one.near([bytes(32)]).of(0)} >= set(range(1, done + 1))


WRITING = textwrap.dedent("""
    import sys
    from pathlib import Path
    from countermark.matching.hamming.writer import IndexWriter
    writer = IndexWriter(Path(sys.argv[1]))
    for number in range(1, 100_000):
        print(writer.add([(number, bytes(32))]), flush=True)
        if number % 10 == 0:
            writer.merge()
""")


def test_there_is_one_writer(tmp_path: Path):
    with IndexWriter(tmp_path), pytest.raises(IndexBusy, match="one at a time"):
        IndexWriter(tmp_path)
    IndexWriter(tmp_path).close()


def test_reading_what_was_never_written_says_so(tmp_path: Path):
    with pytest.raises(IndexMissing):
        IndexReader(tmp_path)


def written(folder: Path, count: int = 60) -> list[tuple[int, bytes]]:
    """Write an index of two generations and a journal; return what is in it."""
    rows = [(number, row.tobytes()) for number, row in enumerate(words(count))]
    with IndexWriter(folder) as one:
        one.add(rows[:40])
        one.merge()
        one.add(rows[40:50])
        one.add(rows[50:])
    return rows


DAMAGE = {
    "base cut in half": ("base-*", lambda content: content[: len(content) // 2]),
    "base with one bit wrong": ("base-*", lambda content: content[:1000] + bytes([content[1000] ^ 1]) + content[1001:]),
    "base gone": ("base-*", None),
    "journal cut in half": ("journal-*", lambda content: content[: len(content) // 2]),
    "journal with one bit wrong": ("journal-*", lambda content: content[:60] + bytes([content[60] ^ 1]) + content[61:]),
    "journal with a wrong count": ("journal-*", lambda content: content[:17] + b"\x7f" + content[18:]),
    "journal gone": ("journal-*", None),
    "manifest cut in half": ("manifest.json", lambda content: content[: len(content) // 2]),
    "manifest with a wrong number": ("manifest.json", lambda content: content.replace(b"40", b"41")),
    "manifest of another kind": ("manifest.json", lambda content: b"[1]"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_index_is_noticed_made_anew_and_said(what: str, tmp_path: Path, caplog: Any):
    rows = written(tmp_path)
    pattern, change = DAMAGE[what]
    path = next(tmp_path.glob(pattern))
    path.write_bytes(change(path.read_bytes())) if change else path.unlink()
    with pytest.raises(IndexDamaged, match=path.name):
        IndexWriter(tmp_path, at_least=3)
    with IndexWriter(tmp_path, source=lambda: iter(rows), at_least=3) as one:
        assert path.name in one.rebuilt
        assert "matching.index.rebuilt" in caplog.text
        assert {hit.id for number in range(60) for hit in one.near([rows[number][1]], 0).of(0)} == set(range(60))
        assert one.version > 3
    assert IndexReader(tmp_path).rows == 60


def test_an_index_that_is_whole_is_not_made_anew(tmp_path: Path):
    written(tmp_path)
    with IndexWriter(tmp_path, source=lambda: pytest.fail("asked for its source"), at_least=3) as one:
        assert (one.rebuilt, one.torn, one.version, one.rows) == ("", 0, 3, 60)


def test_a_full_disk_loses_no_step_that_was_done_and_does_none_that_was_not(tmp_path: Path, monkeypatch: Any):
    real = os.pwrite

    def full(handle: int, content: Any, place: int) -> int:
        real(handle, content[:20], place)
        raise OSError(28, "No space left on device")

    with IndexWriter(tmp_path) as one:
        one.add([(1, bytes(32))])
        monkeypatch.setattr(os, "pwrite", full)
        with pytest.raises(OSError, match="No space"):
            one.add([(2, bytes(32))])
        monkeypatch.setattr(os, "pwrite", real)
        one.add([(3, bytes(32))])
    with IndexWriter(tmp_path, at_least=2) as again:
        assert [hit.id for hit in again.near([bytes(32)]).of(0)] == [1, 3]


def test_who_asks_while_others_add_and_merge_is_answered_from_one_version(tmp_path: Path):
    """Step n adds id n with all its hashes, so an answer of version v has the ids 1 to v and no other."""
    wrong: list[object] = []
    with IndexWriter(tmp_path) as one:
        done = threading.Event()

        def ask() -> None:
            reader = IndexReader(tmp_path)
            while not done.is_set():
                answer = reader.near([bytes(32)])
                if answer.ids.tolist() != list(range(1, answer.version + 1)):
                    wrong.append(answer)

        asking = [threading.Thread(target=ask) for _ in range(2)]
        for thread in asking:
            thread.start()
        for number in range(1, 100):
            one.add([(number, bytes(32))] * 2)
            if number % 20 == 0:
                one.merge()
        done.set()
        for thread in asking:
            thread.join()
    assert wrong == []


@pytest.mark.parametrize("wrong", [[b"short"], [bytes(33)], np.zeros((2, 3), dtype=np.uint64), np.zeros((2, 4))])
def test_what_is_no_hash_is_refused(wrong: Any, tmp_path: Path):
    with IndexWriter(tmp_path) as one, pytest.raises(ValueError, match="hash"):
        one.near(wrong)


def test_ids_and_hashes_must_be_as_many(tmp_path: Path):
    with IndexWriter(tmp_path) as one, pytest.raises(ValueError, match="an id for each"):
        one.add_words([1, 2], [bytes(32)])


def test_where_compiled_code_cannot_be_kept_it_is_compiled_all_the_same(monkeypatch: Any):
    def nowhere(*_: object, cache: bool = False, **__: object) -> Any:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr(kernel.numba, "njit", nowhere)
    assert kernel.compiled()(abs)(-3) == 3
