"""Is a picture of which only a part comes back recognised by the product, as long as it is looked for and no longer?"""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone

from countermark.apps.screening import book, index, parts, pictures, services
from countermark.apps.screening.engine import engine
from countermark.apps.screening.lines import Line, Shown
from countermark.apps.screening.models import Picture, Reference
from countermark.apps.work import files
from countermark.apps.work.models import Restoration
from countermark.entrypoints.monitoring import readiness
from countermark.matching.pictures import parts_file
from countermark.matching.pictures.candidates import PartIndex
from matching.made_pictures import cloudy, encoded
from people import World, a_right, a_world

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PHOTOS = {seed: encoded(cloudy(seed)) for seed in (501, 502)}


@pytest.fixture
def world() -> World:
    world = a_world()
    world.mark = a_right(world.halden, name="KVARTZ", number="41902338", classes=[11])
    return world


def a_reference(world: World, content: bytes) -> Picture:
    file = files.keep(content=content, name="lamp.png", by=None, at=AT)
    given = {"right": world.mark, "made_at": AT, "made_by": world.ines, "due_at": AT, "state": "in_force"}
    reference = Reference.objects.create(kind="picture", file=file, **given)
    return pictures.keep([(file, pictures.look_at(content))], reference=reference, now=timezone.now())[0]


def screened(world: World, seed: int) -> services.Answer:
    """Otto's picture: most of the photograph, in a wall of others."""
    ground = cloudy(seed + 100, 420, 520)
    ground[60:270, 70:350] = cloudy(seed)[20:230, 20:300]
    shown = Shown("https://lantern.example/1.jpg", content=encoded(np.ascontiguousarray(ground), "JPEG"))
    engine.refresh(at=AT)
    line = Line(f"L-{seed}", title="A lamp", seller="lantern", pictures=(shown,))
    return services.screen(world.market, [line], at=AT, now=timezone.now())[0]


def test_a_part_of_a_registered_photograph_goes_to_people_with_its_place(world):
    picture = a_reference(world, PHOTOS[501])
    answer = screened(world, 501)
    assert (answer.verdict, answer.combination) == ("review", "picture:part")
    assert answer.signals[0].figures["known"] == picture.pk
    assert len(answer.signals[0].figures["place"]) >= 3


def test_parts_follow_what_is_looked_for_without_being_made_anew(world, monkeypatch):
    taken: list[int] = []
    having = PartIndex.follow

    def follow(index: PartIndex, wanted, take, version=None) -> None:
        having(index, wanted, lambda ids: taken.extend(ids) or take(ids), version)

    first = a_reference(world, PHOTOS[501])
    assert screened(world, 501).verdict == "review"
    monkeypatch.setattr(PartIndex, "follow", follow)
    second = a_reference(world, PHOTOS[502])
    assert screened(world, 502).signals[0].figures["known"] == second.pk
    assert taken == [second.pk]
    pictures.stop_looking([first], now=timezone.now())
    assert screened(world, 501).verdict == "allow"
    assert taken == [second.pk]


# --- the file they lie in -------------------------------------------------------------------------------------------------


def in_file() -> Path:
    engine.points.written()
    return parts.file_in(index.folder())


def made_anew(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A new process; returns the pictures whose points it reads from the database."""
    engine.forget()
    read: list[int] = []
    take = book.points_of
    monkeypatch.setattr(book, "points_of", lambda ids: read.extend(ids) or take(ids))
    return read


def test_a_new_process_maps_the_file_and_reads_what_is_newer(world, monkeypatch):
    a_reference(world, PHOTOS[501])
    screened(world, 501)
    assert parts_file.load(in_file()).version == index.wanted()
    newer = a_reference(world, PHOTOS[502])
    read = made_anew(monkeypatch)
    assert screened(world, 501).verdict == screened(world, 502).verdict == "review"
    assert read == [newer.pk]
    assert parts_file.load(in_file()).ids == sorted(engine.points.index.ids)
    said = readiness.screening().data
    assert (said["points"], said["points_rebuilt"]) == (index.wanted(), "")


@pytest.mark.parametrize(
    "damaged", [lambda found: found[:5000], lambda found: found[:5000] + bytes([found[5000] ^ 1]) + found[5001:]]
)
def test_a_file_that_is_damaged_is_made_anew_and_said(world, monkeypatch, damaged):
    known = a_reference(world, PHOTOS[501])
    screened(world, 501)
    file = in_file()
    file.write_bytes(damaged(file.read_bytes()))
    read = made_anew(monkeypatch)
    assert screened(world, 501).signals[0].figures["known"] == known.pk
    assert set(read) == {known.pk} and engine.points.rebuilt
    assert parts_file.load(in_file()).ids == [known.pk]


def test_a_file_from_before_a_restore_or_newer_than_the_database_is_not_used(world, monkeypatch):
    known = a_reference(world, PHOTOS[501])
    screened(world, 501)
    file, now = in_file(), timezone.now()
    later = parts_file.load(file)
    later.add([], version=index.wanted() + 9)
    parts_file.save(later, file)
    read = made_anew(monkeypatch)
    assert screened(world, 501).verdict == "review"
    assert set(read) == {known.pk} and "newer" in engine.points.rebuilt
    engine.points.written()
    Restoration.objects.create(backup_at=now, restored_at=now, version="0.1.0", archive="0" * 64)
    read = made_anew(monkeypatch)
    assert screened(world, 501).verdict == "review"
    assert set(read) == {known.pk}
    assert in_file() != file and not file.exists()


def test_who_does_not_write_the_index_writes_no_file_and_a_full_disk_stops_nobody(world, monkeypatch):
    a_reference(world, PHOTOS[501])
    wanted = {row.pk: "right:1" for row in Picture.objects.all()}
    reader = parts.Parts()
    found = reader.as_of(wanted, wanted, book.points_of, folder=index.folder(), writes=False)
    assert found.ids == sorted(wanted) and not parts.file_in(index.folder()).exists()
    monkeypatch.setattr(parts_file, "put", full)
    reader.as_of(wanted, wanted, book.points_of, folder=index.folder(), writes=True)
    reader.written()
    assert not parts.file_in(index.folder()).exists()


def full(path: Path, pieces: list[bytes]) -> None:
    raise OSError(28, "No space left on device")
