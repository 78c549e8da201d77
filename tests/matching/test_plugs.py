"""Does a plug-in that keeps its word help, does one that does not get caught, and does none ever stop a seller by itself?"""

from importlib.metadata import EntryPoint
from typing import Any

import numpy as np
import pytest

from countermark.matching import plugs
from countermark.matching.listing_screen import Asked, ListingScreen
from countermark.matching.mark import Mark
from countermark.matching.pictures.known import Known, PictureAsked, picture_asked
from countermark.matching.plugs import Box, Embedded, PlugDefective, installed
from matching.made_pictures import cloudy, encoded
from matching.plug_contract import detector_keeps_its_word, embedder_keeps_its_word
from matching.small_embedder import Slopes


class RedCorner:
    """Sees a logo where the upper left corner is red."""

    name = "red-corner"

    def detect(self, pixels: Any) -> list[Box]:
        red = pixels[0, 0].astype(int)
        return [Box("NO-1", 0.99, (0.0, 0.0, 0.25, 0.25))] if red[0] > red[1] + red[2] + 100 else []


class Short(Slopes):
    def embed(self, pixels: Any) -> Any:
        return super().embed(pixels)[: 10 + pixels.shape[0] % 2]


class Random(Slopes):
    dice = np.random.default_rng(1)

    def embed(self, pixels: Any) -> Any:
        vector = self.dice.normal(size=8).astype(np.float32)
        return vector / np.linalg.norm(vector)


class Upside(Slopes):
    def probability(self, similarity: float) -> float:
        return (1 - similarity) / 2


class Outside(RedCorner):
    def detect(self, pixels: Any) -> list[Box]:
        return [Box("NO-1", 0.9, (0, 0, pixels.shape[1] + 1, pixels.shape[0]))]


def test_the_small_embedder_and_detector_keep_their_word():
    embedder_keeps_its_word(Slopes())
    detector_keeps_its_word(RedCorner())


@pytest.mark.parametrize("broken", [Short, Random, Upside])
def test_an_embedder_that_does_not_keep_its_word_is_caught(broken: type[Slopes]):
    with pytest.raises(AssertionError):
        embedder_keeps_its_word(broken())


def test_a_detector_that_does_not_keep_its_word_is_caught():
    for broken in (Outside(), Slopes()):
        with pytest.raises(AssertionError):
            detector_keeps_its_word(broken)


DRAWING = np.full((220, 220, 3), 255, dtype=np.uint8)
DRAWING[40:180, 60:90] = DRAWING[150:180, 60:170] = DRAWING[60:80, 60:140] = 20
TURNED = np.full((240, 220, 3), 255, dtype=np.uint8)
TURNED[60:200, 64:94] = TURNED[170:200, 64:174] = TURNED[80:100, 64:144] = 60
KNOWN = {5: Known("NO-1"), 6: Known("X-9", allowed_sellers=frozenset({"ines"}))}


def screen(*plugged: Any) -> ListingScreen:
    return ListingScreen([Mark("Halden", id="NO-1")], known_of=KNOWN.get, plugs=plugged)


def embedded(*pictures: tuple[int, Any]) -> Embedded:
    slopes = Slopes()
    return Embedded(slopes, [(number, slopes.embed(pixels)) for number, pixels in pictures])


def test_a_drawing_of_few_lines_is_found_by_the_embedder_and_goes_to_people():
    asked = [
        Asked("lamp", pictures=(picture_asked(encoded(TURNED)),)),
        Asked("lamp", pictures=(picture_asked(encoded(cloudy(7))),)),
    ]
    found, other = screen(embedded((5, DRAWING), (6, cloudy(6)))).judge(asked)
    assert (found.verdict, found.combination, found.about) == ("review", "plug:slopes", "NO-1")
    assert found.signals[0].figures["known"] == 5
    assert other.verdict == "allow"
    assert screen().judge(asked)[0].signals == ()


def test_what_a_detector_names_goes_to_people_however_sure_it_is():
    red = cloudy(8).copy()
    red[:60, :80] = (250, 0, 0)
    asked = [
        Asked("lamp", pictures=(picture_asked(encoded(red)),)),
        Asked("Halden", pictures=(picture_asked(encoded(red)),)),
    ]
    alone, named = screen(RedCorner()).judge(asked)
    assert (alone.verdict, alone.probability) == ("review", 0.99)
    assert alone.signals[0].figures["place"] == [[0, 0], [0.25, 0], [0.25, 0.25], [0, 0.25]]
    assert (named.verdict, named.combination) == ("review", "plug:red-corner+text:exact")


def test_a_picture_of_which_only_the_hash_is_at_hand_is_not_asked_about():
    assert screen(embedded((5, DRAWING)), RedCorner()).judge([Asked("", pictures=(PictureAsked(),))])[0].signals == ()
    grey_only = PictureAsked(grey=DRAWING[:, :, 0])
    assert screen(embedded((5, DRAWING))).judge([Asked("", pictures=(grey_only,))])[0].verdict == "review"


def test_ines_may_show_what_is_hers_and_what_was_taken_out_is_not_found():
    asked = [Asked("", seller=seller, pictures=(PictureAsked(grey=DRAWING[:, :, 0]),)) for seller in ("ines", "otto")]
    mine, his = screen(embedded((6, DRAWING), (99, DRAWING))).judge(asked)
    assert (mine.verdict, his.verdict) == ("allow", "review")
    assert screen(embedded()).judge(asked)[0].verdict == "allow"


def test_installed_packages_offer_plugs_and_a_wrong_one_is_named(monkeypatch: pytest.MonkeyPatch):
    def offer(value: str) -> None:
        monkeypatch.setattr(plugs, "entry_points", lambda group: [EntryPoint("theirs", value, group)])

    offer("matching.small_embedder:Slopes")
    assert [one.name for one in installed()] == ["slopes"]
    offer("builtins:dict")
    with pytest.raises(PlugDefective, match="theirs"):
        installed()
