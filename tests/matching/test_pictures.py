"""Is any file read or refused with its reason, and do copies of a picture have the hash of the picture?"""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from countermark.matching.pictures.pdq import WAYS, distance, hashed, hashed_all_ways
from countermark.matching.pictures.reading import PictureUnreadable, grey
from countermark.matching.pictures.views import query_views, reference_views, trimmed
from matching.made_pictures import cloudy, encoded

PHOTO = cloudy(1)
PIXELS = grey(encoded(PHOTO))
TURNS = {
    "plain": PIXELS,
    "mirrored": PIXELS[:, ::-1],
    "upside_down": PIXELS[::-1],
    "half_turn": PIXELS[::-1, ::-1],
    "transposed": PIXELS.T,
    "turned_right": np.rot90(PIXELS, -1),
    "turned_left": np.rot90(PIXELS),
    "transversed": PIXELS.T[::-1, ::-1],
}


def reason(content: bytes) -> str:
    with pytest.raises(PictureUnreadable) as refused:
        grey(content)
    assert str(refused.value)[-1] == "."
    return refused.value.reason


def promising(width: int, height: int) -> bytes:
    """Return a PNG of 57 bytes that says it has so many pixels."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", b""), (b"IEND", b"")]
    packed = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def bits_from(one: bytes, other: bytes) -> int:
    return distance(hashed(grey(one)).bits, hashed(grey(other)).bits)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing"),
        (b"<?xml version='1.0'?><!-- a logo --><SVG/>", "drawing"),
        (b"%PDF-1.7", "not_a_picture"),
        (b"\x89PNG\r\n\x1a\n", "not_a_picture"),
        (promising(20_000, 20_000), "too_many_pixels"),
        (promising(70_000, 1), "too_many_pixels"),
        (promising(9_000, 9_000), "too_many_pixels"),
        (promising(64, 64), "damaged"),
    ],
)
def test_what_is_no_picture_is_refused_with_its_reason(content: bytes, why: str):
    assert reason(content) == why


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP"])
def test_a_file_cut_in_half_is_refused_wherever_it_is_cut(kind: str):
    whole = encoded(PHOTO, kind)
    assert grey(whole).shape == PIXELS.shape
    for part in (2, 3, 10):
        assert reason(whole[: len(whole) // part]) in {"damaged", "not_a_picture"}


def test_any_byte_may_be_wrong_and_nothing_but_a_refusal_comes_of_it():
    dice = np.random.default_rng(5)
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP"):
        whole = bytearray(encoded(cloudy(2, 40, 50), kind))
        for place in dice.integers(0, len(whole), size=60):
            wrong = whole.copy()
            wrong[place] ^= int(dice.integers(1, 256))
            try:
                hashed(grey(bytes(wrong)))
            except PictureUnreadable as refused:
                assert refused.code == "picture_unreadable"


@pytest.mark.parametrize(("kind", "most"), [("JPEG", 4), ("WEBP", 8), ("GIF", 6), ("BMP", 0), ("AVIF", 6)])
def test_the_kind_of_file_hardly_changes_the_hash(kind: str, most: int):
    assert bits_from(encoded(PHOTO, kind), encoded(PHOTO)) <= most


def test_of_an_animation_the_first_frame_counts():
    frames = [Image.fromarray(cloudy(seed)) for seed in (1, 2, 3)]
    for kind in ("GIF", "WEBP", "PNG"):
        moving = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
        assert bits_from(moving, encoded(PHOTO)) <= 6


def test_inks_are_seen_as_they_print():
    printed = encoded(Image.fromarray(PHOTO).convert("CMYK"), "JPEG", quality=95)
    assert bits_from(printed, encoded(PHOTO)) <= 4


def test_sixteen_bits_are_not_clipped_to_white():
    deep = PIXELS.astype(np.uint16) * 257
    assert (grey(encoded(deep)) == PIXELS).all()


def test_what_is_transparent_is_seen_on_white():
    cut_out = np.dstack([PHOTO, np.where(np.arange(320) < 160, 0, 255)[None, :].repeat(240, 0)]).astype(np.uint8)
    seen = grey(encoded(cut_out))
    assert (seen[:, :160] == 255).all()
    assert (seen[:, 160:] == PIXELS[:, 160:]).all()


def test_black_and_white_and_few_colours_are_read():
    for mode in ("1", "P", "L", "LA"):
        assert grey(encoded(Image.fromarray(PHOTO).convert(mode))).shape == PIXELS.shape


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 500), (500, 1), (2, 3), (63, 65), (64, 64)])
def test_the_smallest_pictures_have_a_hash_that_says_it_is_worth_nothing(rows: int, columns: int):
    assert not hashed(np.full((rows, columns), 77, dtype=np.uint8)).telling


def test_a_photograph_is_telling_and_a_slow_gradient_is_not():
    assert hashed(PIXELS).telling
    assert not hashed(np.linspace(0, 255, 500)[None, :].repeat(300, 0).astype(np.uint8)).telling


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_mirrored_or_turned_has_one_of_the_eight_hashes(way: str):
    assert hashed_all_ways(PIXELS)[way].bits == hashed(TURNS[way]).bits


def test_a_smaller_darker_copy_has_the_same_hash():
    smaller = Image.fromarray(PHOTO).resize((160, 120)).point(lambda value: value * 0.8)
    assert bits_from(encoded(smaller, "JPEG", quality=40), encoded(PHOTO)) <= 31


def test_other_pictures_have_other_hashes():
    found = [hashed(grey(encoded(cloudy(seed)))).bits for seed in range(12)]
    assert min(distance(one, other) for one in found for other in found if one is not other) > 60


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_otto_who_puts_a_frame_around_the_picture_is_seen_through(shade: int):
    framed = np.full((300, 400, 3), shade, dtype=np.uint8)
    framed[30:270, 40:360] = PHOTO
    asked = query_views(grey(encoded(framed, "JPEG", quality=60)))
    known = reference_views(PIXELS)
    assert min(distance(one.hashed.bits, other.hashed.bits) for one in asked for other in known) <= 12
    assert [view.trimmed for view in asked] == [False, True]


def test_a_frame_on_one_side_only_is_one_and_a_plain_picture_is_none():
    beside = np.hstack([np.full((240, 80), 255, dtype=np.uint8), PIXELS])
    assert (trimmed(beside) == PIXELS).all()
    for plain in (PIXELS, np.zeros((50, 60), dtype=np.uint8), np.zeros((1, 1), dtype=np.uint8)):
        assert trimmed(plain) is None


def test_a_plain_picture_is_neither_kept_nor_asked_with():
    assert reference_views(np.zeros((90, 90), dtype=np.uint8)) == query_views(np.zeros((90, 90), dtype=np.uint8)) == []
