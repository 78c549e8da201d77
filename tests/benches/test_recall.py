"""Would `script/bench recall` be fair? No scene is asked about on both sides, and an interval knows that a scene's questions hang
together."""

from types import SimpleNamespace

import drawn_goods
import pytest
import recall_material
import recall_shares

from matching.made_pictures import cloudy, encoded

HERE = SimpleNamespace(map=lambda each, of, chunksize=1: map(each, of))  # no other process


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Twelve scenes; of one there are two pictures, another lies in a second folder under another name."""
    folder = tmp_path_factory.mktemp("pictures")
    for number, name in enumerate("ax bag cap dish egg fan gong hat ink jar kite".split()):
        put(folder / "goods" / f"{name}.png", number)
    put(folder / "goods" / "hat_2.png", 50)
    put(folder / "copies" / "cover.png", 3)
    put(folder / "copies" / "own.png", 60)
    (folder / "goods" / "broken.png").write_bytes(b"no picture")
    return folder


def put(file, seed):
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(encoded(cloudy(seed)))


def dealt(folder, **more):
    given = {"goods": {"shows": "", "counts": True, "folders": [str(folder)], **more}}
    return [recall_material.dealt(given, half, HERE) for half in ("tune", "test")]


def scenes(halves):
    return [picture.scene for half in halves for picture in (*half.familiar, *half.strangers)]


def test_no_scene_is_in_both_halves_nor_both_known_and_a_stranger(folder):
    halves = dealt(folder)
    assert len(scenes(halves)) == len(set(scenes(halves))) == halves[0].scenes["goods"] == 12


def test_a_picture_that_lies_in_two_folders_is_one_scene(folder):
    assert len({"goods/dish", "copies/cover"} & set(scenes(dealt(folder)))) == 1


def test_scenes_that_a_person_saw_to_be_one_are_one(folder):
    assert len(scenes(dealt(folder, together=[["goods/ax", "goods/bag"]]))) == 11


def test_scenes_left_out_are_not_asked_about(folder):
    assert sorted(scenes(dealt(folder, without=["copies/*", "goods/[a-h]*"]))) == [
        "goods/ink",
        "goods/jar",
        "goods/kite",
    ]


def test_of_a_folder_of_sizes_one_picture_is_taken(folder):
    given = {"folders": [], "by_folder": [str(folder)]}
    assert [found.scene.split("/")[1] for found in recall_material.there("goods", given)] == ["copies", "goods"]


def test_a_drawn_scene_is_the_same_every_time_and_no_other():
    assert drawn_goods.drawn(4).tobytes() == drawn_goods.drawn(4).tobytes() != drawn_goods.drawn(22).tobytes()


def test_questions_of_one_scene_hang_together_so_the_interval_is_wider():
    told = [(scene, scene < 8) for scene in range(10) for _ in range(13)]  # 104 of 130, but 8 of 10 scenes
    low, high = recall_shares.by_scenes(told)
    closer = recall_shares.interval(104, 130)
    assert low < closer[0] < 0.8 < closer[1] < high


def test_nothing_wrong_in_a_few_scenes_says_less_than_in_many_questions():
    told = [(scene, False) for scene in range(75) for _ in range(13)]
    assert recall_shares.by_scenes(told) == pytest.approx((0, 0.0487), abs=1e-4)  # z^2 / (75 + z^2) = 3.8416 / 78.8416
