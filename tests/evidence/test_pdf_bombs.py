"""Does a PDF go off at whoever opens it? What shows a page is counted before it is kept, piece by piece."""

import base64
import tracemalloc
import zlib
from dataclasses import replace

import pytest
from pikepdf import Array, Name

from countermark.evidence.uploads import DEFAULT, UploadRefused, examine
from evidence import corpus

SMALL = replace(DEFAULT, max_decoded_bytes=1_000_000, max_unpacked_bytes=2_500_000, max_pixels=100_000)


def code(content, limits=SMALL):
    with pytest.raises(UploadRefused) as caught:
        examine(content, "plan.pdf", limits=limits)
    return caught.value.code


@pytest.mark.parametrize(
    "content",
    [
        corpus.pdf_whose_page_unpacks_to(1_100_000),
        corpus.pdf_whose_page_unpacks_to(1_100_000, times=2),
        corpus.pdf_whose_page_unpacks_to(1_100_000, times=3),
        corpus.pdf_whose_page_unpacks_to(900_000, streams=3),
        corpus.pdf_with_a_picture(10, 10, zlib.compress(bytes(500_000))),
        corpus.pdf_with_a_picture(400, 300, zlib.compress(b"")),
        corpus.pdf_with_a_picture(10, 10, corpus.jpeg_that_says_it_has(400, 300), Filter=Name.DCTDecode),
        corpus.pdf_with_a_picture(10, 10, corpus.jpeg_that_says_it_has(60_000, 60_000), Filter=Name.DCTDecode),
        corpus.pdf_with_a_picture(
            10, 10, zlib.compress(corpus.jpeg_that_says_it_has(400, 300)), Filter=Array([Name.FlateDecode, Name.DCTDecode])
        ),
        corpus.pdf_with_a_picture(
            10, 10, zlib.compress(bytes(500_000)).hex().encode() + b">",
            Filter=Array([Name.ASCIIHexDecode, Name.FlateDecode]),
        ),
        corpus.pdf_with_a_picture(
            10, 10, base64.a85encode(zlib.compress(bytes(500_000))) + b"~>",
            Filter=Array([Name.ASCII85Decode, Name.FlateDecode]),
        ),
    ],
    ids=["a page", "twice packed", "three times", "three parts", "a picture with more than it says", "a picture that says so",
         "a JPEG that says so itself", "one beyond every limit", "a packed JPEG", "as hex", "as ASCII85"],
)  # fmt: skip
def test_what_unpacks_beyond_the_limits_is_refused(content):
    assert code(content) == "pdf_too_complex"


@pytest.mark.parametrize(
    "content",
    [
        corpus.pdf_whose_page_unpacks_to(900_000),
        corpus.pdf_whose_page_unpacks_to(900_000, streams=2),
        corpus.pdf_with_a_picture(300, 200, zlib.compress(bytes(180_000))),
        corpus.pdf_with_a_picture(60, 40, corpus.picture("JPEG"), Filter=Name.DCTDecode),
        corpus.pdf_with_a_picture(60, 40, b"no JPEG at all", Filter=Name.DCTDecode),
        corpus.pdf_with_a_picture(60, 40, b"not packed at all"),
    ],
    ids=["a page", "two parts", "a picture", "a JPEG", "a broken JPEG", "a broken picture"],
)
def test_what_stays_within_them_is_kept(content):
    assert examine(content, "plan.pdf", limits=SMALL).pages == 1


def test_a_bomb_is_counted_in_the_memory_of_one_piece():
    content = corpus.pdf_whose_page_unpacks_to(60_000_000, streams=3)
    assert len(content) < 300_000
    tracemalloc.start()
    assert code(content, replace(DEFAULT, max_unpacked_bytes=100_000_000)) == "pdf_too_complex"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30_000_000
