"""Is a listing that comes back caught by its words and its pictures together, and is the reason told?"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from countermark.matching.hamming.contents import contents_of
from countermark.matching.hamming.hashes import as_words
from countermark.matching.hamming.index import IndexReader, Searched
from countermark.matching.hamming.shelf import shelved
from countermark.matching.hamming.writer import IndexWriter
from countermark.matching.listing_screen import Asked, ListingScreen
from countermark.matching.mark import Mark
from countermark.matching.mark_index import MarkIndex
from countermark.matching.pictures.candidates import PartIndex
from countermark.matching.pictures.colours import colours_of
from countermark.matching.pictures.features import features_of
from countermark.matching.pictures.known import Known, PictureAsked, picture_asked
from countermark.matching.pictures.pdq import Hashed
from countermark.matching.pictures.reading import grey
from countermark.matching.pictures.views import reference_views
from matching.made_pictures import cloudy, encoded

HALDEN = Mark("Halden", id="NO-1", allowed_sellers=frozenset({"ines"}))
MARKS = MarkIndex([HALDEN, Mark("Apple", id="US-2")])
PHOTOS = {17: cloudy(201), 18: cloudy(202, 300, 300)}
PLAIN = np.full((200, 300, 3), 240, dtype=np.uint8)
PLAIN[60:140, 80:220] = (20, 40, 160)


def known_of_pixels(pixels: Any, about: str, **said: object) -> Known:
    content = encoded(pixels)
    seen = grey(content)
    views = tuple((view.way, view.hashed.bits) for view in reference_views(seen))
    return Known(about, features_of(seen), tuple(colours_of(content)), views, **said)


KNOWN = {
    17: known_of_pixels(PHOTOS[17], "NO-1", allowed_sellers=frozenset({"ines"})),
    18: known_of_pixels(PHOTOS[18], "X-9"),
}


def in_memory(known: dict[int, Known]) -> Searched:
    entries = [(number, bits) for number, one in known.items() for _, bits in one.views]
    found = Searched()
    found.contents = contents_of(
        shelved(as_words([bits for _, bits in entries]), np.array([one for one, _ in entries])), 5
    )
    return found


PARTS = PartIndex([(number, one.features) for number, one in KNOWN.items()])
SCREEN = ListingScreen(MARKS, in_memory(KNOWN), PARTS, KNOWN.get, version="7")


def picture(pixels: Any, **saved: object) -> PictureAsked:
    return picture_asked(encoded(pixels, "JPEG", **saved))


def judged(title: str = "", *pictures: PictureAsked, **beside: object) -> Any:
    return SCREEN.judge([Asked(title, pictures=pictures, **beside)])[0]


def test_otto_who_saves_the_picture_anew_is_stopped_and_told_of_both():
    found = judged("Halden jacket", picture(PHOTOS[17], quality=40))
    assert (found.verdict, found.about, found.combination) == ("block", "NO-1", "picture:same+text:exact")
    assert (found.version, found.index_version) == ("7", 5)
    same, exact = found.signals
    assert same.figures["distance"] <= 31
    assert (same.figures["way"], same.figures["known"], same.figures["picture"]) == ("plain", 17, 0)
    assert exact.figures["observed"] == "Halden"


@pytest.mark.parametrize(
    ("change", "kind", "way"),
    [
        (lambda pixels: pixels[:, ::-1], "picture:mirrored", "mirrored"),
        (lambda pixels: pixels[::-1], "picture:mirrored", "upside_down"),
        (lambda pixels: pixels[::-1, ::-1], "picture:turned", "half_turn"),
        (lambda pixels: np.rot90(pixels), "picture:turned", "turned_left"),
        (lambda pixels: np.rot90(pixels, -1), "picture:turned", "turned_right"),
    ],
)
def test_a_picture_that_comes_back_some_way_round_is_known_and_the_way_is_told(change: Any, kind: str, way: str):
    for known_of in (KNOWN.get, lambda number: KNOWN[number]._replace(views=())):
        screen = ListingScreen(MARKS, in_memory(KNOWN), PARTS, known_of)
        (found,) = screen.judge([Asked("", pictures=(picture(np.ascontiguousarray(change(PHOTOS[17]))),))])
        assert (found.verdict, found.combination) == ("block", kind)
        assert found.signals[0].figures["way"] == way


def test_a_part_of_a_picture_goes_to_people_with_the_place_it_is_in():
    ground = cloudy(203, 400, 500)
    ground[80:320, 90:410] = PHOTOS[17]
    found = judged("Jacket", picture(cloudy(204)), picture(ground))
    assert (found.verdict, found.combination) == ("review", "picture:part")
    (part,) = found.signals
    assert (part.figures["picture"], part.figures["known"]) == (1, 17)
    across, down = zip(*part.figures["place"], strict=True)
    assert 0.15 < min(across) < max(across) < 0.85
    assert 0.17 < min(down) < max(down) < 0.83


def test_a_word_too_weak_alone_counts_beside_the_picture():
    alone, beside = judged("Haldem thing"), judged("Haldem thing", picture(PHOTOS[17][20:230, 20:300]))
    assert (alone.verdict, alone.signals) == ("allow", ())
    assert (beside.verdict, beside.combination) == ("review", "picture:part+text:edited")


def test_ines_may_use_her_own_words_and_pictures():
    mine = picture(PHOTOS[17])
    assert judged("Halden jacket", mine, picture(PHOTOS[17][20:230, 20:300]), seller="ines").verdict == "allow"
    assert judged("Halden jacket", mine, seller="otto").verdict == "block"


def test_another_picture_and_another_word_say_nothing():
    found = judged("Wool jacket", picture(cloudy(205)))
    assert (found.verdict, found.signals, found.index_version) == ("allow", (), 5)


def tinted(light: Any, red: int, blue: int) -> Any:
    """Return a picture of these greys in one colour: as shops photograph every colour of a shirt alike."""
    chroma = [np.full(light.shape, value, dtype=np.uint8) for value in (blue, red)]
    return np.asarray(Image.fromarray(np.dstack([light, *chroma]), "YCbCr").convert("RGB"))


def test_a_shirt_photographed_alike_in_another_colour_is_less_probable_and_says_so():
    light = (grey(encoded(cloudy(207, 360, 480))) * 0.7 + 40).astype(np.uint8)
    red, blue = tinted(light, 190, 110), tinted(light, 110, 190)
    known = {40: known_of_pixels(red, "X-4")}
    screen = ListingScreen([], in_memory(known), None, known.get)
    same, other = screen.judge([Asked("", pictures=(picture(pixels, quality=60),)) for pixels in (red, blue)])
    assert same.signals[0].figures["colours"] > 0.9
    assert other.signals[0].figures["colours"] < 0.1
    assert (same.verdict, other.verdict) == ("block", "allow")
    assert other.signals[0].figures["distance"] <= 31
    assert 0 < other.probability < 0.5


def test_a_picture_as_plain_as_a_figurative_mark_goes_to_people():
    known = {30: known_of_pixels(PLAIN, "X-1")}
    screen = ListingScreen([], in_memory(known) if known[30].views else None, PartIndex([]), known.get)
    assert known[30].is_figurative
    (found,) = screen.judge([Asked("", pictures=(picture(PLAIN),))])
    assert found.verdict != "block"
    (figurative,) = ListingScreen(
        [], in_memory(KNOWN), PARTS, lambda number: KNOWN[number]._replace(figurative=True)
    ).judge([Asked("", pictures=(picture(PHOTOS[17]),))])
    assert (figurative.verdict, figurative.signals[0].figures["figurative"]) == ("review", True)


def test_a_ready_hash_is_enough_and_one_too_plain_says_nothing():
    bits = KNOWN[18].views[0][1]
    assert judged("", PictureAsked((Hashed(bits, 90),))).combination == "picture:same"
    assert judged("", PictureAsked((Hashed(bits, 40),))).verdict == "allow"


def test_a_picture_taken_out_meanwhile_says_nothing():
    screen = ListingScreen(MARKS, in_memory(KNOWN), PARTS, lambda number: None)
    assert screen.judge([Asked("", pictures=(picture(PHOTOS[17]),))])[0].signals == ()


def test_many_listings_are_judged_as_each_alone():
    asked = [
        Asked("Halden jacket"), Asked("lamp", pictures=(picture(PHOTOS[18]), picture(cloudy(206)))), Asked(""),
        Asked("Apple laptop", classes=frozenset({9})), Asked("H4lden", seller="otto", pictures=(picture(PHOTOS[17]),)),
    ]  # fmt: skip
    assert SCREEN.judge(asked) == [SCREEN.judge([one])[0] for one in asked]
    assert SCREEN.judge([]) == []


def test_by_words_alone_without_any_index():
    screen = ListingScreen([HALDEN])
    assert [one.verdict for one in screen.judge([Asked("H4lden"), Asked("lamp", pictures=(picture(PHOTOS[17]),))])] == [
        "block", "allow",
    ]  # fmt: skip


def test_past_signals_are_judged_again_by_other_rules():
    heard = SCREEN.hear([Asked("Halden jacket", pictures=(picture(PHOTOS[17]),))])
    (signals,) = heard.signals
    doubtful = ListingScreen(MARKS, counts={"picture:same+text:exact": (1, 60)}, version="8")
    assert (
        SCREEN.of(signals, heard.index_version)
        == SCREEN.judge([Asked("Halden jacket", pictures=(picture(PHOTOS[17]),))])[0]
    )
    assert (doubtful.of(signals).verdict, doubtful.of(signals).version) == ("allow", "8")


def test_every_answer_says_of_which_version_of_the_index_it_is(tmp_path: Path):
    with IndexWriter(tmp_path) as writer:
        writer.add([(17, bits) for _, bits in KNOWN[17].views])
        screen = ListingScreen(MARKS, IndexReader(tmp_path), None, KNOWN.get)
        asked = [Asked("", pictures=(picture(PHOTOS[18]),))]
        assert (screen.judge(asked)[0].verdict, screen.judge(asked)[0].index_version) == ("allow", 1)
        writer.add([(18, bits) for _, bits in KNOWN[18].views])
        assert (screen.judge(asked)[0].verdict, screen.judge(asked)[0].index_version) == ("block", 2)


def test_transparent_drawings_are_seen_on_white_in_colours_too():
    cut_out = np.dstack([PHOTOS[18], np.where(np.arange(300) < 40, 0, 255)[None, :].repeat(300, 0)]).astype(np.uint8)
    assert len(picture_asked(encoded(Image.fromarray(cut_out))).colours) == len(KNOWN[18].colours)
