"""Is a part of a known picture recognised, is the place shown right, and is nothing recognised that is not there?"""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from countermark.matching.pictures.features import Features, features_of
from countermark.matching.pictures.reading import grey
from countermark.matching.pictures.verifying import shared
from matching.made_pictures import cloudy, encoded

PHOTO = Image.fromarray(cloudy(31, 480, 600))


def features(picture: Image.Image, **saved: int) -> Features:
    return features_of(grey(encoded(picture, "JPEG", **saved)))


KNOWN = features(PHOTO)


def stamped(picture: Image.Image) -> Image.Image:
    picture = picture.copy()
    draw = ImageDraw.Draw(picture)
    for across in range(0, 600, 120):
        draw.rectangle((across, 200, across + 70, 240), fill=(250, 250, 250))
    return picture


def blurred_in_part(picture: Image.Image) -> Image.Image:
    picture = picture.copy()
    picture.paste(picture.crop((150, 120, 450, 360)).filter(ImageFilter.GaussianBlur(8)), (150, 120))
    return picture


EDITS = {
    "cropped": lambda picture: picture.crop((60, 60, 560, 440)),
    "half of it": lambda picture: picture.crop((0, 0, 300, 480)),
    "turned by 5 degrees": lambda picture: picture.rotate(5, fillcolor="white"),
    "upside down": lambda picture: picture.rotate(180),
    "mirrored": lambda picture: picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "mirrored and cropped": lambda picture: picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).crop(
        (100, 50, 600, 480)
    ),
    "stamped": stamped,
    "blurred in part": blurred_in_part,
    "small": lambda picture: picture.resize((200, 160)),
    "cropped, stamped, small": lambda picture: stamped(picture).crop((50, 40, 580, 460)).resize((300, 238)),
    "in a larger picture": lambda picture: pasted(picture),
}


def pasted(picture: Image.Image) -> Image.Image:
    ground = Image.fromarray(cloudy(32, 900, 900))
    ground.paste(picture, (100, 300))
    return ground


@pytest.mark.parametrize("edit", EDITS)
def test_otto_who_changes_the_picture_is_recognised(edit: str):
    found = shared(features(EDITS[edit](PHOTO), quality=60), KNOWN)
    assert found is not None
    assert found.mirrored == edit.startswith("mirrored")
    assert found.points >= 10


def box(corners: tuple[tuple[float, float], ...]) -> tuple[float, float, float, float]:
    across, down = zip(*corners, strict=True)
    return min(across), min(down), max(across), max(down)


def test_the_place_shown_is_where_the_picture_is():
    found = shared(features(pasted(PHOTO)), KNOWN)
    left, top, right, bottom = box(found.place)  # it was put from (100, 300) to (700, 780) of 900
    assert 100 / 900 - 0.01 <= left < right <= 700 / 900 + 0.01
    assert 300 / 900 - 0.01 <= top < bottom <= 780 / 900 + 0.01
    assert (right - left) * (bottom - top) > 0.2


def test_in_a_mirrored_copy_the_place_is_given_as_it_is_seen():
    ground = Image.fromarray(cloudy(33, 480, 900))
    ground.paste(PHOTO.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (300, 0))
    found = shared(features(ground), KNOWN)
    assert found.mirrored
    assert box(found.place)[0] >= 300 / 900 - 0.01


def test_other_pictures_are_not_recognised():
    others = [features(Image.fromarray(cloudy(seed, 480, 600))) for seed in range(40, 50)]
    assert [shared(one, KNOWN) for one in others] == [None] * len(others)


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (1, 900), (300, 300)])
def test_a_plain_picture_has_nothing_to_recognise_and_does_no_harm(size: tuple[int, int]):
    plain = features_of(np.full(size, 128, dtype=np.uint8))
    assert len(plain.points) == 0
    assert shared(plain, KNOWN) is shared(KNOWN, plain) is shared(plain, plain) is None


def test_a_pattern_that_repeats_is_not_taken_for_the_same_picture():
    tiles = np.tile(cloudy(51, 40, 40), (12, 12, 1))
    others = np.tile(cloudy(51, 40, 40)[::-1], (12, 12, 1))
    assert shared(features(Image.fromarray(tiles)), features(Image.fromarray(others))) is None


def test_points_all_in_one_place_or_on_one_line_say_nothing():
    for direction in ([0.0, 0.0], [1.0, 0.0]):
        line = np.float32([np.float32(direction) * step for step in range(40)])
        odd = KNOWN._replace(points=line, descriptions=KNOWN.descriptions[:40])
        assert shared(odd, odd) is None


def test_the_same_pictures_give_the_same_answer_every_time():
    asked = features(EDITS["cropped"](PHOTO))
    assert len({shared(asked, KNOWN) for _ in range(5)}) == 1


def test_features_survive_being_kept():
    file = io.BytesIO()
    np.savez(file, points=KNOWN.points, descriptions=KNOWN.descriptions, thumbnail=KNOWN.thumbnail)
    file.seek(0)
    kept = np.load(file)
    again = Features(kept["points"], kept["descriptions"], KNOWN.size, kept["thumbnail"])
    assert shared(features(PHOTO), again) == shared(features(PHOTO), KNOWN)
    assert KNOWN.descriptions.nbytes + KNOWN.points.nbytes + KNOWN.thumbnail.nbytes <= 65_536


def label(name: str) -> Features:
    picture = Image.new("RGB", (400, 400), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((200, 130), name, fill="black", font_size=80, anchor="mm")
    draw.text((200, 330), "no. 5", fill="black", font_size=30, anchor="mm")
    return features_of(np.asarray(picture.convert("L")))


def test_two_labels_are_not_one_because_a_small_line_is_set_in_one_type():
    assert shared(label("Halden"), label("Ostra")) is None  # 14 points lie alike, the greys are .53 alike
    assert shared(label("Halden"), label("Halden")) is not None
