"""Does ClamAV's own daemon understand us, and we it? Where it is not installed this says so; test_virus.py needs none."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from connectors.a_clamd import EICAR, LARGEST, NAME, PROGRAM, running
from countermark.connectors.virus import ClamdScanner, ScannerUnavailable
from countermark.evidence.uploads import UploadRefused, examine
from evidence import corpus

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="clamd is not installed here (apt-get install clamav-daemon)")


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with running(tmp_path_factory.mktemp("clamd")) as port:
        yield port


@pytest.fixture
def scan(port):
    return ClamdScanner("127.0.0.1", port, seconds=20)


def zipped(content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("invoice.txt", content)
    return file.getvalue()


def test_clean_files_of_any_size_up_to_the_largest_upload_are_clean(scan):
    for content in (b"", b"x", corpus.pdf(3), corpus.picture("JPEG"), bytes(10_000_000), bytes(65_536), bytes(65_537)):
        assert scan(content) is None


def test_what_is_in_a_file_is_found_also_inside_what_it_carries(scan):
    for content in (EICAR, corpus.picture("PNG") + EICAR, zipped(EICAR)):
        assert scan(content) == NAME


def test_an_upload_in_which_something_is_found_is_refused_by_its_name(scan):
    with pytest.raises(UploadRefused, match=f"The virus scanner found {NAME} in photo.png"):
        examine(corpus.picture("PNG") + EICAR, "photo.png", scan=scan)
    assert examine(corpus.pdf(1), "a.pdf", scan=scan).pages == 1


def test_a_file_beyond_what_the_daemon_takes_gets_no_verdict_and_is_not_let_through(scan):
    with pytest.raises(ScannerUnavailable):
        scan(bytes(LARGEST + 1))


def test_many_at_once_each_get_their_own_verdict(scan):
    files = [EICAR + bytes([n]) if n % 2 else bytes([n]) * 50_000 for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        assert [found is not None for found in pool.map(scan, files)] == [bool(n % 2) for n in range(24)]


def test_a_daemon_that_is_stopped_gives_no_verdict(tmp_path):
    with running(tmp_path) as port:
        scan = ClamdScanner("127.0.0.1", port, seconds=5)
        assert scan(EICAR) == NAME
    with pytest.raises(ScannerUnavailable):
        scan(b"clean")
