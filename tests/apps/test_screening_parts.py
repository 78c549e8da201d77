"""Is a picture of which only a part comes back recognised by the product, as long as it is looked for and no longer?"""

from datetime import UTC, datetime

import numpy as np
import pytest
from django.utils import timezone

from countermark.apps.screening import pictures, services
from countermark.apps.screening.engine import engine
from countermark.apps.screening.lines import Line, Shown
from countermark.apps.screening.models import Picture, Reference
from countermark.apps.work import files
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
