"""Are the known pictures worth a closer look among the first, whatever was done to the one asked with?"""

import numpy as np
import pytest
from PIL import Image

from countermark.matching.pictures.candidates import PartIndex
from countermark.matching.pictures.features import Features, features_of
from countermark.matching.pictures.verifying import shared
from matching.made_pictures import cloudy

PICTURES = [Image.fromarray(cloudy(seed, 240, 300)) for seed in range(60, 76)]


def features(picture: Image.Image) -> Features:
    return features_of(np.asarray(picture.convert("L")))


KNOWN = [(100 + number, features(picture)) for number, picture in enumerate(PICTURES)]
INDEX = PartIndex(KNOWN)


@pytest.mark.parametrize("number", range(0, 16, 3))
def test_a_cropped_and_mirrored_copy_leads_to_its_picture_first(number: int):
    copy = PICTURES[number].crop((40, 30, 290, 230)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    first = INDEX.candidates(features(copy))[0]
    assert first.id == 100 + number
    assert shared(features(copy), dict(KNOWN)[first.id]).mirrored


def test_what_speaks_for_the_right_picture_is_far_more_than_for_any_other():
    first, second = INDEX.candidates(KNOWN[5][1], most=2)
    assert first.id == 105
    assert first.votes > 3 * second.votes


def test_the_same_references_make_the_same_index():
    assert PartIndex(KNOWN).candidates(KNOWN[2][1]) == INDEX.candidates(KNOWN[2][1])


def test_a_vocabulary_made_once_serves_other_references():
    other = PartIndex(KNOWN[:3], INDEX.vocabulary)
    assert other.candidates(KNOWN[1][1])[0].id == 101


def test_pictures_without_points_are_no_candidates_and_find_none():
    plain = features_of(np.full((90, 90), 200, dtype=np.uint8))
    assert INDEX.candidates(plain) == []
    assert PartIndex([(1, plain)]).candidates(KNOWN[0][1]) == PartIndex([]).candidates(KNOWN[0][1]) == []
    assert {one.id for one in PartIndex([(1, plain), (2, KNOWN[0][1])]).candidates(KNOWN[0][1])} == {2}


def test_one_reference_of_one_point_is_found():
    few = KNOWN[0][1]._replace(points=KNOWN[0][1].points[:1], descriptions=KNOWN[0][1].descriptions[:1])
    assert PartIndex([(9, few)]).candidates(few)[0].id == 9
