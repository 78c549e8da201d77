"""Are the bytes still the bytes that were put there?"""

import hashlib
import threading
from pathlib import Path

import pytest

from countermark.evidence.folder import FileStore
from countermark.evidence.store import Corrupt, Missing

BYTES = b"certificate of Ines"
DIGEST = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "documents")


def test_what_was_put_comes_back(store: FileStore) -> None:
    assert store.put(BYTES) == DIGEST
    assert store.get(DIGEST) == BYTES
    assert store.path(DIGEST) == store.root / DIGEST[:2] / DIGEST[2:4] / DIGEST


def test_the_same_bytes_lie_there_once(store: FileStore) -> None:
    store.put(BYTES)
    written = store.path(DIGEST).stat().st_mtime_ns
    store.put(BYTES)
    assert store.path(DIGEST).stat().st_mtime_ns == written
    assert [path.name for path in store.root.rglob("*") if path.is_file()] == [DIGEST]


def test_a_byte_changed_on_disk_is_never_handed_out(store: FileStore) -> None:
    store.put(BYTES)
    store.path(DIGEST).write_bytes(b"Certificate of Ines")
    with pytest.raises(Corrupt) as caught:
        store.get(DIGEST)
    assert (caught.value.digest, caught.value.found) == (DIGEST, hashlib.sha256(b"Certificate of Ines").hexdigest())
    assert not store.holds(DIGEST)


def test_putting_the_bytes_again_mends_a_changed_copy(store: FileStore) -> None:
    store.put(BYTES)
    store.path(DIGEST).write_bytes(b"")
    store.put(BYTES)
    assert store.get(DIGEST) == BYTES


def test_a_missing_document_is_called_missing(store: FileStore) -> None:
    with pytest.raises(Missing, match=DIGEST):
        store.get(DIGEST)


def test_an_erased_document_is_gone_and_erasing_it_again_is_harmless(store: FileStore) -> None:
    store.put(BYTES)
    assert store.remove(DIGEST) is True
    assert store.remove(DIGEST) is False
    with pytest.raises(Missing):
        store.get(DIGEST)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", DIGEST.upper(), DIGEST[:-1], DIGEST + "\n"])
def test_nothing_but_a_digest_names_a_file(store: FileStore, digest: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.get(digest)


def test_a_crash_before_the_rename_leaves_nothing_behind(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("countermark.evidence.folder.os.fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        store.put(BYTES)
    assert [path for path in store.root.rglob("*") if path.is_file()] == []


def test_only_the_owner_of_the_process_reads_the_files(store: FileStore) -> None:
    store.put(BYTES)
    assert store.path(DIGEST).stat().st_mode & 0o077 == 0


def test_ten_people_putting_the_same_bytes_at_once_get_one_whole_file(store: FileStore) -> None:
    content = b"x" * 2_000_000
    threads = [threading.Thread(target=store.put, args=(content,)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get(hashlib.sha256(content).hexdigest()) == content
    assert len([path for path in store.root.rglob("*") if path.is_file()]) == 1
