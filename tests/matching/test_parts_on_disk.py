"""Do pictures that are added and removed count at once, does the index outlive its process, and is a damaged one noticed?"""

import logging
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from countermark.matching.hamming.files import IndexDamaged
from countermark.matching.hamming.index import IndexMissing
from countermark.matching.pictures import parts_file
from countermark.matching.pictures.candidates import PartIndex
from countermark.matching.pictures.features import Features, FeaturesDamaged, features_of
from countermark.matching.pictures.parts_file import load, load_or_make, save
from countermark.matching.pictures.verifying import shared
from matching.made_pictures import cloudy

WHOLE = {
    number: features_of(np.asarray(Image.fromarray(cloudy(number, 160, 200)).convert("L")))
    for number in range(300, 312)
}
# A quarter of the points: what is said of the index does not need them all, and sorting them in takes its time.
KNOWN = {
    number: one._replace(points=one.points[::4], descriptions=one.descriptions[::4]) for number, one in WHOLE.items()
}
WORDS = PartIndex(list(KNOWN.items())).vocabulary
ASKED = KNOWN[301]
PLAIN = features_of(np.full((90, 90), 200, dtype=np.uint8))


def votes(index: PartIndex) -> dict[int, float]:
    return {one.id: round(one.votes, 6) for one in index.candidates(ASKED, most=99)}


def made_of(ids: set[int]) -> PartIndex:
    return PartIndex([(one, KNOWN[one]) for one in sorted(ids)], WORDS)


steps = st.lists(st.tuples(st.booleans(), st.lists(st.sampled_from(sorted(KNOWN)), min_size=1, max_size=4)), max_size=9)


@settings(max_examples=20, deadline=None)
@given(steps)
def test_an_index_changed_by_steps_answers_as_one_made_at_once(taken):
    index, there = PartIndex([], WORDS), set()
    for adds, ids in taken:
        if adds:
            index.add([(one, KNOWN[one]) for one in ids])
            there |= set(ids)
        else:
            index.remove(ids)
            there -= set(ids)
        assert index.ids == sorted(there)
    assert votes(index) == votes(made_of(there))
    assert index.version == len(taken)


def test_a_picture_is_found_right_after_it_was_added_and_no_more_after_it_was_removed():
    index = made_of({300, 302})
    index.add([(301, ASKED)])
    assert index.candidates(ASKED)[0].id == 301
    index.remove([301])
    assert 301 not in votes(index)
    index.add([(301, PLAIN), (777, PLAIN)])
    assert index.ids == [300, 302]


def test_one_that_is_added_again_takes_its_own_place():
    index = made_of({300, 301})
    index.add([(300, ASKED)])
    first, second = index.candidates(ASKED)
    assert {first.id, second.id} == index_ids(index) == {300, 301}
    assert first.votes == pytest.approx(second.votes)


def index_ids(index: PartIndex) -> set[int]:
    return set(index.ids)


def test_layers_stay_few():
    index = PartIndex([], WORDS)
    for one in range(30):
        index.add([(one, KNOWN[300 + one % 12])])
    assert len(index.state.layers) <= 3  # each more than four times the next: 24 + 5 + 1
    assert len(index.ids) == 30


def test_a_saved_index_answers_as_before_and_goes_on(tmp_path: Path):
    file = tmp_path / "parts"
    index = made_of(set(KNOWN) - {303})
    index.remove([305])
    save(index, file)
    again = load(file)
    assert (votes(again), again.version) == (votes(index), index.version)
    again.add([(303, KNOWN[303])])
    index.add([(303, KNOWN[303])])
    assert votes(again) == votes(index) == votes(made_of(set(KNOWN) - {305}))
    assert votes(load(file)) != votes(again)  # what is mapped is never written to
    assert [path.name for path in tmp_path.iterdir()] == ["parts"]


@pytest.mark.parametrize("removed", [set(), {300}])
def test_an_index_of_nothing_is_saved_too(tmp_path: Path, removed: set[int]):
    index = made_of(removed)
    index.remove(list(removed))
    save(index, tmp_path / "parts")
    again = load(tmp_path / "parts")
    again.add([(301, ASKED)])
    assert again.candidates(ASKED)[0].id == 301


@pytest.mark.parametrize("kept", [0, 10, 4095, 4096, 0.5, 0.99])
def test_a_file_cut_off_is_noticed_made_anew_and_said_so(tmp_path: Path, kept: float, caplog: pytest.LogCaptureFixture):
    file = tmp_path / "parts"
    save(made_of(set(KNOWN)), file)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(kept * len(whole)) if 0 < kept < 1 else int(kept)])
    with pytest.raises(IndexDamaged):
        load(file, verify=False)
    with caplog.at_level(logging.WARNING):
        index = load_or_make(file, lambda: list(KNOWN.items()), version=41)
    assert (index.rebuilt != "", index.version, index.ids) == (True, 41, sorted(KNOWN))
    assert caplog.messages[0].startswith("matching.parts.rebuilt: the index file parts ")
    assert load(file).version == 41


def test_any_wrong_byte_is_noticed(tmp_path: Path):
    file = tmp_path / "parts"
    save(made_of({300, 301}), file)
    whole, dice = file.read_bytes(), np.random.default_rng(4)
    places = dice.integers(0, len(whole), size=40).tolist()
    for place in [*places, 3, 100]:
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        if any(whole[place : place + 1]) or place < 4096:  # the rest of a page may be padding, that nobody reads
            with pytest.raises(IndexDamaged):
                load(file)


def test_a_crash_while_it_is_saved_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "parts"
    save(made_of({300}), file)

    def crash(*_: object) -> None:
        raise OSError("no power")

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(OSError, match="no power"):
        save(made_of(set(KNOWN)), file)
    assert load(file).ids == [300]


def test_numbers_that_changed_make_an_index_worthless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    save(made_of({300}), tmp_path / "parts")
    monkeypatch.setattr(parts_file, "VERSION", "pictures-2027.1")
    with pytest.raises(IndexDamaged, match=r"pictures-2027\.1"):
        load(tmp_path / "parts")


def test_where_none_is_one_is_made_without_a_word(tmp_path: Path):
    with pytest.raises(IndexMissing):
        load(tmp_path / "there" / "parts")
    assert load_or_make(tmp_path / "there" / "parts", lambda: list(KNOWN.items())).rebuilt == ""
    assert load(tmp_path / "there" / "parts").ids == sorted(KNOWN)


def test_features_are_kept_small_and_recognise_as_before():
    for known in WHOLE.values():
        again = Features.unpacked(known.packed())
        assert len(known.packed()) <= 34_816
        assert np.abs(again.points - known.points).max() <= 1 / 64
        assert (again.size, again.thumbnail.tolist()) == (known.size, known.thumbnail.tolist())
        assert shared(known, again).points >= 0.8 * shared(known, known).points
    assert len(Features.unpacked(PLAIN.packed()).points) == 0
    assert Features.unpacked(PLAIN.packed()).size == PLAIN.size


@pytest.mark.parametrize("kept", [b"", b"\x01", KNOWN[300].packed()[:-9], b"\x02" + KNOWN[300].packed()[1:], bytes(40)])
def test_features_cut_off_are_refused(kept: bytes):
    with pytest.raises(FeaturesDamaged):
        Features.unpacked(kept)


class Kept:
    """Where features are kept; remembers what was taken."""

    def __init__(self) -> None:
        self.taken: list[int] = []

    def __call__(self, ids: list[int]) -> list[tuple[int, Features]]:
        self.taken += ids
        return [(one, PLAIN if one == 777 else KNOWN[300 + one % 12]) for one in ids if one != 404]


def test_an_index_that_follows_takes_only_what_is_missing():
    kept, index = Kept(), PartIndex([], WORDS)
    index.follow({300, 301, 302, 777, 404}, kept)
    assert (index.ids, sorted(kept.taken)) == ([300, 301, 302], [300, 301, 302, 404, 777])
    kept.taken.clear()
    index.follow({301, 303, 777}, kept, version=9)
    assert (index.ids, kept.taken, index.version) == ([301, 303], [303], 9)
    assert votes(index) == pytest.approx(votes(PartIndex([(one, KNOWN[one]) for one in (301, 303)], WORDS)))
    index.follow(set(), kept)
    assert (index.ids, index.candidates(ASKED)) == ([], [])


def test_words_are_found_anew_when_there_are_far_more_pictures_than_they_were_found_for():
    kept, index = Kept(), PartIndex()
    index.follow({301}, kept)
    few = len(index.vocabulary.words)
    index.follow({301, 302}, kept)
    assert (len(index.vocabulary.words), kept.taken.count(301)) == (few, 2)  # one more look for words, at first
    index.follow(set(range(300, 316)), kept)
    assert len(index.vocabulary.words) > 2 * few
    assert len(index.ids) == 16
    assert index.candidates(ASKED)[0].id in {301, 313}  # the same picture twice


def test_who_asks_while_it_is_changed_is_answered_from_before(monkeypatch: pytest.MonkeyPatch):
    index = made_of({300, 301})
    kept = index.state
    index.follow({302}, Kept())
    assert (kept.ids, index.ids) == ([300, 301], [302])
