"""Do the stories of the demo end the same on any day of the year, and are their pieces sound?"""

from __future__ import annotations

import io
import tomllib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pikepdf
import pytest

from countermark.apps.complaints.models import Complaint
from countermark.entrypoints.demo import papers, shelves, stories, when, world
from entrypoints.harbour import SECRET, open_shop

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEDNESDAY = datetime(2026, 11, 18, 15, 20, tzinfo=SHANGHAI)
IN_GOLDEN_WEEK = datetime(2026, 10, 4, 10, 0, tzinfo=SHANGHAI)  # a Sunday among eight days off

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # the demo keeps to SQLite


# --- another time, another story ------------------------------------------------------------------------------------------

CLOCKED = ("three-lamps", "two-shades", "copper-lamp", "kitchen-photo", "wine-red", "walnut-grain", "new-in-box")


def test_stories_end_the_same_in_a_week_without_working_days(tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_SHOP_SECRET", SECRET)
    told = [story for story in stories.notices() if story["id"] in CLOCKED]
    with open_shop(tmp_path, ["41012", *(item for story in told for item in story["items"])]) as url:
        world.build(shop_url=url, at=IN_GOLDEN_WEEK, told=told)  # raises StoryWentAstray otherwise
    assert Complaint.objects.count() == 9


def test_a_story_that_does_not_end_as_told_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_SHOP_SECRET", SECRET)
    told = next(story for story in stories.notices() if story["id"] == "gift-box")
    with (
        open_shop(tmp_path, [*told["items"], "41012"]) as url,
        pytest.raises(world.StoryWentAstray, match="gift-box should be upheld and is checking@0 late"),
    ):
        world.build(shop_url=url, at=WEDNESDAY, told=[{**told, "ends": ["upheld"]}])


# --- the pieces -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "at"),
    [
        (
            "1w 10:12",
            "2026-09-30T10:12+08:00",
        ),  # Sun 4 Oct: 1 to 7 Oct are days off, so the last working day is Wed 30 Sep
        ("4w 09:00", "2026-09-24T09:00+08:00"),  # 30, 29, 28, then Fri 25 to Sun 27 Mid-Autumn: Thu 24
        ("1d 16:30", "2026-10-03T16:30+08:00"),
        ("5h", "2026-10-04T05:00+08:00"),
    ],
)
def test_a_time_of_a_story_is_counted_back_in_its_own_unit(told, at):
    assert when.instant(told, IN_GOLDEN_WEEK) == datetime.fromisoformat(at)


def test_a_time_that_cannot_be_read_says_how_to_write_it():
    with pytest.raises(ValueError, match="write 9w 10:12"):
        when.instant("yesterday", WEDNESDAY)


def test_a_hundred_listings_stand_on_the_shelves_and_many_carry_the_marks_of_others():
    items = shelves.shop_world()["items"]
    assert len({item["id"] for item in items}) == len(items) >= 100
    assert sum(bool(item["pictures"][0]["word"]) for item in items) >= 30
    assert all(item["text"] and len(item["pictures"]) == 2 for item in items)


def test_a_paper_in_two_scripts_is_a_sound_document():
    page = papers.document(
        "Certificate", ["Halden & Moe, Bergen", "商标注册证 云杉"], logo=papers.picture(["logo", "Yunshan", "peak"])
    )
    with pikepdf.open(io.BytesIO(page)) as opened:
        assert len(opened.pages) == 1
        assert opened.check_pdf_syntax() == []


def test_the_world_files_name_only_what_is_there():
    folder = Path(stories.__file__).with_name("data")
    rights = {row["id"] for row in tomllib.loads((folder / "rights.toml").read_text("utf-8"))["right"]}
    listed = {row[0] for seller in stories.read("listings")["seller"] for row in seller["rows"]}
    listed |= {row["item"] for row in stories.read("listings")["elsewhere"]}
    listed |= {seller["id"] for seller in stories.read("listings")["seller"]}
    for story in stories.notices():
        assert story.get("guest") or story["right"] in rights, story["id"]
        assert set(story["items"]) <= listed, story["id"]
        assert len(story["ends"]) == len(story["items"]), story["id"]
