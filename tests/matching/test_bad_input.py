"""Whatever a listing brings, is it judged or refused with its reason, and does nothing else happen?"""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from countermark.matching.listing_screen import Asked, ListingScreen
from countermark.matching.mark import Mark
from countermark.matching.pictures.candidates import PartIndex
from countermark.matching.pictures.colours import BINS, colours_of, likeness
from countermark.matching.pictures.features import features_of
from countermark.matching.pictures.known import Known, picture_asked
from countermark.matching.pictures.reading import PictureUnreadable, coloured, grey
from countermark.matching.plugs import Embedded
from matching.made_pictures import cloudy, encoded
from matching.small_embedder import Slopes
from matching.test_pictures import promising

PHOTO = cloudy(401)
KNOWN = {1: Known("NO-1", features_of(grey(encoded(PHOTO))), tuple(colours_of(encoded(PHOTO))))}
SLOPES = Slopes()
SCREEN = ListingScreen(
    [Mark("Halden", id="NO-1", allowed_sellers=frozenset({"ines"})), Mark("北极光家居", id="CN-2")],
    None,
    PartIndex([(1, KNOWN[1].features)]),
    KNOWN.get,
    [Embedded(SLOPES, [(1, SLOPES.embed(PHOTO))])],
)
DEEP = (grey(encoded(PHOTO)).astype(np.uint16)) * 257
FILES = {
    "animated GIF": encoded(Image.fromarray(PHOTO), "GIF", save_all=True, append_images=[Image.fromarray(cloudy(402))]),
    "animated WebP": encoded(
        Image.fromarray(PHOTO), "WEBP", save_all=True, append_images=[Image.fromarray(cloudy(402))]
    ),
    "inks": encoded(Image.fromarray(PHOTO).convert("CMYK"), "JPEG", quality=95),
    "16 bits": encoded(DEEP),
    "few colours": encoded(Image.fromarray(PHOTO).convert("P")),
    "black and white": encoded(Image.fromarray(PHOTO).convert("1")),
    "a little transparent": encoded(np.dstack([PHOTO, np.full(PHOTO.shape[:2], 240, np.uint8)])),
}


@pytest.mark.parametrize("kind", FILES)
def test_every_kind_of_picture_is_read_in_grey_and_in_colours_and_recognised(kind: str):
    assert coloured(FILES[kind]).shape == (*grey(FILES[kind]).shape, 3)
    (judged,) = SCREEN.judge([Asked("", pictures=(picture_asked(FILES[kind]),))])
    assert judged.signals[0].figures["known"] == 1
    if kind not in ("16 bits", "black and white", "few colours"):  # these have no hues, or few
        assert judged.signals[0].figures["colours"] > 0.7


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (700, 1), (2, 2), (5, 3)])
def test_the_smallest_pictures_are_judged(size: tuple[int, int]):
    for pixels in (np.zeros((*size, 3), np.uint8), cloudy(403)[: size[0], : size[1]]):
        asked = picture_asked(encoded(np.ascontiguousarray(pixels)))
        assert len(asked.colours) == BINS + 1
        assert SCREEN.judge([Asked("lamp", pictures=(asked,))])[0].verdict == "allow"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing"), (b"GIF89a", "not_a_picture"),
        (promising(20_000, 20_000), "too_many_pixels"), (encoded(PHOTO, "JPEG")[:900], "damaged"),
        (encoded(PHOTO, "PNG")[:-40_000], "damaged"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_the_same_way_in_grey_and_in_colours(content: bytes, why: str):
    for read in (grey, coloured, picture_asked, colours_of):
        with pytest.raises(PictureUnreadable) as refused:
            read(content)
        assert refused.value.reason == why


def test_of_a_large_picture_a_small_one_has_the_same_colours():
    large = Image.fromarray(PHOTO).resize((2400, 1800))
    for content in (
        encoded(large, "JPEG"),
        encoded(large.convert("P")),
        encoded(large.convert("RGBA"), compress_level=1),
    ):
        small = coloured(content, 64)
        assert 64 <= min(small.shape[:2]) <= 200
        assert likeness(colours_of(content), KNOWN[1].colours) > 0.7


TITLES = {
    "a megabyte": "Halden " + "wool " * 200_000,
    "a megabyte of one word": "Halden " + "w" * 300_000,
    "half characters": "\ud800Halden\udfff \udc00",
    "Zalgo": "".join(f"{letter}\u0336\u0348\u031b\u0489" for letter in "Halden"),
    "mixed scripts": "Ηаldеո куртка ジャケット 夹克 재킷 جاكيت",
    "all emoji and a name": "👟🔥💯" * 500 + " Halden",
    "a zero": "Hal\x00den Halden",
    "right to left": "\u202eHalden\u202c",
}


@pytest.mark.parametrize("kind", TITLES)
def test_the_name_is_found_in_any_title_and_what_is_told_can_be_kept(kind: str):
    (judged,) = SCREEN.judge([Asked(TITLES[kind], brand=TITLES[kind][:200], seller="otto")])
    assert judged.verdict in ("review", "block")
    kept = json.dumps([signal.figures for signal in judged.signals], ensure_ascii=False)
    assert kept.encode("utf-8")
    assert "\\u0000" not in kept


@pytest.mark.parametrize("title", ["😀" * 10_000, "\ud83d" * 9, "\x00", "", "́" * 5000, "‮‏", "ﷺ" * 999])
def test_a_title_of_no_name_says_nothing_whatever_it_is_made_of(title: str):
    assert SCREEN.judge([Asked(title, brand=title)])[0].signals == ()


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=40), min_size=1, max_size=4), st.text(st.characters(), max_size=12))
def test_any_text_is_judged_and_alone_as_among_others(titles: list[str], beside: str):
    asked = [Asked(title + "Halden" * (place % 2), beside, beside) for place, title in enumerate(titles)]
    assert SCREEN.judge(asked) == [SCREEN.judge([one])[0] for one in asked]


def test_ines_may_show_what_a_plug_in_takes_for_hers():
    redrawn = picture_asked(encoded(PHOTO))
    mine, his = SCREEN.judge([Asked("", seller=seller, pictures=(redrawn,)) for seller in ("ines", "otto")])
    assert (mine.signals, his.verdict) == ((), "review")
