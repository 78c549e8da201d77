"""Do a folder and a bucket keep documents alike: whole, proven, sealed, and gone for good when they are erased?"""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from countermark.evidence.bucket import Bucket
from countermark.evidence.folder import Folder
from countermark.evidence.store import Away, Corrupt, Missing, Place, Store, key_of

BYTES = b"passport of Ines Moe"
DIGEST = hashlib.sha256(BYTES).hexdigest()
NAME = f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}"
KEY, OTHER_KEY = key_of(b"1" * 32), key_of(b"2" * 32)


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return Folder(tmp_path) if request.param == "folder" else request.getfixturevalue("bucket")


@pytest.mark.parametrize("key", [None, KEY], ids=["open", "sealed"])
def test_what_was_put_comes_back_and_is_gone_once_erased(place, key):
    store = Store(place, key=key)
    assert store.put(BYTES) == store.put(BYTES) == DIGEST
    assert (store.get(DIGEST), store.holds(DIGEST)) == (BYTES, True)
    assert (store.remove(DIGEST), store.remove(DIGEST), store.holds(DIGEST)) == (True, False, False)
    with pytest.raises(Missing, match=DIGEST):
        store.get(DIGEST)


def test_whoever_has_the_disk_or_the_bucket_has_nothing_to_read(place):
    Store(place, key=KEY).put(BYTES)
    assert b"Ines" not in place.read(DIGEST)
    for stranger in (Store(place, key=OTHER_KEY), Store(place)):
        with pytest.raises(Corrupt):
            stranger.get(DIGEST)


def test_the_same_bytes_are_sealed_otherwise_each_time(place):
    store = Store(place, key=KEY)
    store.put(BYTES)
    first = place.read(DIGEST)
    store.remove(DIGEST)
    store.put(BYTES)
    assert place.read(DIGEST) != first


def test_one_changed_byte_is_never_handed_out_and_putting_it_again_mends_it(place):
    store = Store(place, key=KEY)
    store.put(BYTES)
    sealed = place.read(DIGEST)
    for changed in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:30], b"", b"something else"):
        place.write(DIGEST, changed)
        with pytest.raises(Corrupt):
            store.get(DIGEST)
    store.put(BYTES)
    assert store.get(DIGEST) == BYTES


def test_a_sealed_file_put_under_another_name_does_not_open(place):
    store = Store(place, key=KEY)
    store.put(BYTES)
    elsewhere = hashlib.sha256(b"invoice").hexdigest()
    place.write(elsewhere, place.read(DIGEST))
    with pytest.raises(Corrupt, match="seal is broken"):
        store.get(elsewhere)


def test_what_was_kept_before_files_were_sealed_is_still_read(place):
    Store(place).put(BYTES)
    assert Store(place, key=KEY).get(DIGEST) == BYTES


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", DIGEST.upper(), DIGEST + "\n"])
def test_nothing_but_a_digest_names_a_file(place, digest):
    for ask in (place.read, place.remove, Store(place).get, Store(place).remove):
        with pytest.raises(ValueError, match="SHA-256"):
            ask(digest)


def test_people_putting_the_same_bytes_at_once_get_one_whole_file(place):
    content = b"x" * 1_000_000
    with ThreadPoolExecutor(4) as pool:
        digests = set(pool.map(lambda _: Store(place, key=KEY).put(content), range(8)))
    assert digests == {hashlib.sha256(content).hexdigest()}
    assert Store(place, key=KEY).get(digests.pop()) == content


def test_a_folder_copied_into_a_bucket_as_it_is_is_read_there(tmp_path, bucket, server, at):
    Store(Folder(tmp_path), key=KEY).put(BYTES)
    for file in (path for path in tmp_path.rglob("*") if path.is_file()):
        name = at.prefix + file.relative_to(tmp_path).as_posix()
        server.client().put_object(Bucket=at.bucket, Key=name, Body=file.read_bytes())
    assert Store(bucket, key=KEY).get(DIGEST) == BYTES


def test_names_in_a_bucket_begin_with_what_the_operator_chose(bucket, inside):
    Store(bucket).put(BYTES)
    assert inside() == {f"desk/{NAME}": BYTES}


def test_erasing_takes_every_version_of_a_bucket_that_keeps_versions(bucket, server, at):
    client = server.client()
    client.put_bucket_versioning(Bucket=at.bucket, VersioningConfiguration={"Status": "Enabled"})
    for content in (b"first", b"second"):
        bucket.write(DIGEST, content)
    client.delete_object(Bucket=at.bucket, Key=f"desk/{NAME}")  # by hand: only hidden
    assert bucket.remove(DIGEST) is True
    left = client.list_object_versions(Bucket=at.bucket)
    assert [*left.get("Versions", ()), *left.get("DeleteMarkers", ())] == []


def test_a_service_that_does_not_answer_is_away_and_nothing_is_called_missing(away):
    place = Bucket(away)
    for ask in (
        lambda: place.read(DIGEST),
        lambda: place.write(DIGEST, BYTES),
        lambda: place.remove(DIGEST),
        place.look,
    ):
        with pytest.raises(Away, match="gives no answer"):
            ask()
    with pytest.raises(Away):
        Store(place).holds(DIGEST)


def test_a_bucket_that_is_not_there_is_away_and_its_files_are_not_called_missing(at):
    place = Bucket(at._replace(bucket="of-somebody-else"))
    for ask in (lambda: place.read(DIGEST), lambda: place.write(DIGEST, BYTES), place.look):
        with pytest.raises(Away):
            ask()


def test_a_place_that_answers_can_be_looked_at(place):
    place.look()
