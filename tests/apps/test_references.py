"""What a rights holder has looked for: sent in, looked at by a reviewer, in force while its right lives, and its own to end."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from PIL import Image

from countermark.apps.complaints import rights_watch
from countermark.apps.notifications import right_letters
from countermark.apps.notifications.models import RightLetter
from countermark.apps.parties.models import Holder
from countermark.apps.rights.models import Right
from countermark.apps.screening import pictures, references
from countermark.apps.screening.engine import ScreeningUnavailable
from countermark.apps.screening.models import Change, Picture, PictureHash, Reference
from countermark.apps.screening.references import Sent
from countermark.apps.work import files
from countermark.apps.work.models import Job, StoredFile
from countermark.entrypoints.api.v1.files import PAGE
from countermark.matching.libraries import ScreeningNotInstalled
from countermark.matching.pictures.features import features_of
from countermark.matching.pictures.verifying import shared
from people import World, a_right, a_world

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return a_world()


def a_picture(seed: int = 1, **how: Any) -> bytes:
    """Blobs of colour, another for each seed."""
    coarse = np.random.default_rng(seed).integers(0, 255, (12, 16, 3)).astype("uint8")
    out = io.BytesIO()
    Image.fromarray(coarse).resize((320, 240), Image.Resampling.BICUBIC).save(out, "PNG", **how)
    return out.getvalue()


def kept(world: World, content: bytes, name: str = "lamp.png") -> StoredFile:
    return files.keep(content=content, name=name, by=world.ines, at=NOON)


def sent(
    world: World, *words: str, pictures: tuple[StoredFile, ...] = (), right: Right | None = None
) -> list[Reference]:
    return references.register(right=right or world.mark, sent=Sent(words, pictures), by=world.ines, at=NOON)


def accepted(world: World, row: Reference) -> Reference:
    return references.accept(reference=row, by=world.rana, at=NOON, now=NOON)


def codes(refused: Any) -> list[tuple[str, str]]:
    return [(defect.field, defect.code) for defect in refused.value.defects]


def test_a_word_counts_once_a_reviewer_has_seen_it(world):
    (row,) = sent(world, "  Fjell   lys ")
    assert (row.text, row.state) == ("Fjell lys", "pending")
    assert row.due_at > NOON + timedelta(days=2)
    assert not Change.objects.exists()
    assert accepted(world, row).state == "in_force"
    assert Change.objects.get().what == "words"


def test_a_picture_is_kept_all_eight_ways_round_with_its_points_and_colours(world):
    (row,) = sent(world, pictures=(kept(world, a_picture()),))
    accepted(world, row)
    picture = Picture.objects.get(reference=row)
    hashes = PictureHash.objects.filter(picture=picture)
    assert {one.way for one in hashes} == {
        "plain", "mirrored", "upside_down", "half_turn", "transposed", "turned_left", "turned_right", "transversed"
    }  # fmt: skip
    assert {len(bytes(one.hash)) for one in hashes} == {32}
    assert len(picture.colours) > 10
    assert list(Change.objects.order_by("pk").values_list("what", "picture")) == [("add", picture.pk), ("words", None)]


def test_points_come_back_from_the_database_as_they_went_in(world):
    """Places to 1/64 of a pixel, descriptions in 64 steps of 4: by these the picture is recognised as by its own."""
    seen = pictures.look_at(a_picture())
    again = pictures.unpacked(seen.features)
    first = features_of(pictures.grey(a_picture()))
    assert abs(again.points - first.points).max() <= 1 / 128
    assert abs(again.descriptions.astype(int) - first.descriptions).max() <= 2
    assert (again.size, (again.thumbnail == first.thumbnail).all()) == (first.size, True)
    assert shared(first, again).points >= 0.9 * shared(first, first).points
    assert again.packed() == seen.features
    assert pictures.unpacked(b"") is None


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_kept(world):
    same = a_picture()
    plain = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(plain, "PNG")
    there = (kept(world, same), kept(world, plain.getvalue(), "white.png"), kept(world, same, "again.png"))
    sent(world, "fjell")
    with pytest.raises(references.ReferenceDefective) as refused:
        sent(world, "F", "FJELL", "bre", "Bre", "x" * 201, "a\0b", "—!", pictures=there)
    assert codes(refused) == [
        ("pictures.1", "reference_picture_plain"),
        ("pictures.2", "reference_picture_known"),
        ("words.0", "reference_word_short"),
        ("words.1", "reference_word_known"),
        ("words.3", "reference_word_known"),
        ("words.4", "reference_word_long"),
        ("words.5", "reference_word_long"),
        ("words.6", "reference_word_short"),
    ]
    assert Reference.objects.count() == 1


def test_nothing_sent_is_a_fault_and_so_are_words_for_a_photograph(world):
    with pytest.raises(references.ReferenceDefective) as refused:
        sent(world)
    assert codes(refused) == [("words", "reference_nothing")]
    with pytest.raises(references.ReferenceDefective) as refused:
        sent(world, "fjell", right=world.work)
    assert codes(refused) == [("words", "reference_words_elsewhere")]


def test_a_paper_that_is_no_picture_is_refused_by_name(world):
    with pytest.raises(references.ReferenceDefective) as refused:
        sent(world, pictures=(kept(world, PAGE.encode(), "certificate.pdf"),))
    assert codes(refused) == [("pictures.0", "reference_picture_unreadable")]


@pytest.mark.parametrize("state", ["pending", "returned", "expired", "invalidated", "suspended"])
def test_a_right_that_does_not_live_takes_nothing(world, state):
    right = a_right(world.halden, number="1", state=state)
    with pytest.raises(references.ReferenceDefective) as refused:
        sent(world, "fjell", right=right)
    assert codes(refused) == [("right", "reference_right_not_verified")]


def test_an_agent_without_a_mandate_has_nothing_looked_for(world):
    Holder.objects.filter(pk=world.halden.pk).update(is_agent=True)
    with pytest.raises(references.ReferenceDefective) as refused:
        sent(world, "fjell")
    assert codes(refused) == [("right", "mandate_missing")]


def test_one_reviewer_decides_and_says_why_it_goes_back(world):
    (row,) = sent(world, "fjell")
    with pytest.raises(references.ReferenceDefective):
        references.send_back(reference=row, note="  ", by=world.rana, at=NOON, now=NOON)
    back = references.send_back(reference=row, note="This is not your mark.", by=world.rana, at=NOON, now=NOON)
    assert (back.state, back.note) == ("returned", "This is not your mark.")
    with pytest.raises(references.ReferenceMoved):
        accepted(world, row)
    assert len(sent(world, "fjell")) == 1  # sent back, it can be sent again


def test_of_many_that_come_back_on_a_day_one_letter_says_so(world):
    for row in sent(world, "fjell", "bre", "vidde"):
        references.send_back(reference=row, note="Not yours.", by=world.rana, at=NOON, now=NOON)
    assert Job.objects.filter(kind="tell_right").count() == 1
    right_letters.tell(int(Job.objects.get(kind="tell_right").key), at=NOON, now=NOON)
    said = right_letters.said_in(RightLetter.objects.get(), at=NOON)
    assert "was sent back; why stands under Screening" in said.subject
    assert world.mark.events.filter(event="reference_returned").count() == 3


def test_what_its_holder_ends_is_looked_for_no_more(world):
    (row,) = sent(world, pictures=(kept(world, a_picture()),))
    accepted(world, row)
    for _ in range(2):
        assert references.end(reference=row, at=NOON, now=NOON).state == "ended"
    assert not Picture.objects.get().live
    assert list(Change.objects.order_by("pk").values_list("what", flat=True)) == ["add", "words", "remove", "words"]


def test_references_end_with_their_right_and_wait_while_it_is_in_doubt(world):
    picture, word = sent(world, "fjell", pictures=(kept(world, a_picture()),))[::-1]
    accepted(world, picture)
    assert not references.to_follow()
    rights_watch.doubt_right(right=world.mark, by=world.rana, at=NOON)
    assert follow() == 1
    assert (Picture.objects.get().live, state(picture)) == (False, "in_force")
    rights_watch.clear_right(right=world.mark, by=world.rana, at=NOON)
    assert follow() == 1
    assert Picture.objects.get().live
    rights_watch.void_right(right=world.mark, by=world.rana, at=NOON)
    assert follow() == 2
    assert (state(picture), state(word), Picture.objects.get().live) == ("ended", "ended", False)
    assert (references.to_follow(), follow()) == (False, 0)


def follow() -> int:
    return references.follow_rights(at=NOON, now=NOON)


def state(row: Reference) -> str:
    return Reference.objects.get(pk=row.pk).state


def test_a_picture_of_a_right_that_ended_meanwhile_is_not_taken(world):
    (row,) = sent(world, "fjell")
    Right.objects.filter(pk=world.mark.pk).update(state="expired")
    with pytest.raises(references.ReferenceDefective) as refused:
        accepted(world, row)
    assert codes(refused) == [("right", "reference_right_ended")]


def test_without_the_libraries_a_picture_is_refused_and_a_word_is_taken(world, monkeypatch):
    file = kept(world, a_picture())

    def missing(content: bytes) -> Any:
        raise ScreeningNotInstalled("cv2")

    monkeypatch.setattr(pictures, "look_at", missing)
    with pytest.raises(ScreeningUnavailable):
        sent(world, "fjell", pictures=(file,))
    assert not Reference.objects.exists()
    assert len(sent(world, "fjell")) == 1
