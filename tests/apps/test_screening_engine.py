"""The engine of a process: up to date with what is looked for, its index made anew where damaged, rules that people move."""

import gc
import io
import weakref
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image, ImageFilter

from apps.test_stay_down import PICTURE, mirrored
from countermark.apps.listings.models import Listing, PushedListing
from countermark.apps.rights.models import RightEvent
from countermark.apps.screening import drift, index, modes, pictures, plugged, replaying, rules, services
from countermark.apps.screening import engine as engines
from countermark.apps.screening.engine import ScreeningUnavailable, engine
from countermark.apps.screening.index import Kept
from countermark.apps.screening.lines import Line, Shown, as_payload, key_of, of_payload
from countermark.apps.screening.models import Change, Finding, Opinion, Picture, Reference, Replay, Rules
from countermark.apps.work import files
from countermark.apps.work.models import Job, Restoration
from countermark.matching import libraries, plugs
from countermark.matching.pictures.known import picture_asked
from countermark.matching.plugs import PlugDefective
from matching.small_embedder import Slopes
from people import World, a_right, a_world

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    world = a_world()
    world.mark = a_right(world.halden, name="KVARTZ", number="41902338", classes=[11])
    return world


def a_reference(world: World) -> Picture:
    """The photograph of a lamp that Ines registered."""
    file = files.keep(content=PICTURE, name="lamp.png", by=None, at=AT)
    given = {"right": world.mark, "made_at": AT, "made_by": world.ines, "due_at": AT, "state": "in_force"}
    reference = Reference.objects.create(kind="picture", file=file, **given)
    return pictures.keep([(file, pictures.look_at(PICTURE))], reference=reference, now=timezone.now())[0]


def by_hash(content: bytes = PICTURE) -> Line:
    hashed = picture_asked(content).hashes[0]
    return Line("L-1", title="A lamp", seller="lantern", pictures=(Shown("", hashed.bits, hashed.quality),))


def screened(world: World, line: Line) -> services.Answer:
    engine.refresh(at=AT)
    return services.screen(world.market, [line], at=AT, now=timezone.now())[0]


# --- pictures -------------------------------------------------------------------------------------------------------------


def test_a_registered_picture_is_found_by_its_hash_alone_mirrored_too_and_the_answer_names_the_step(world):
    picture = a_reference(world)
    answer = screened(world, by_hash(mirrored(PICTURE)))
    assert (answer.reason, answer.verdict, answer.combination) == ("pictures", "block", "picture:mirrored")
    assert answer.signals[0].figures["known"] == picture.pk
    assert answer.index_version == index.wanted() == Change.objects.latest("pk").pk


def test_a_picture_under_a_drawn_mark_goes_to_people_however_alike(world):
    world.mark.fields = {**world.mark.fields, "mark_type": "combined"}
    world.mark.save(update_fields=["fields"])
    a_reference(world)
    assert screened(world, by_hash()).verdict == "review"


def test_a_model_that_is_plugged_in_sees_what_has_too_few_points_and_sends_it_to_people(world, monkeypatch):
    monkeypatch.setattr(plugged, "installed", lambda: (Slopes(),))
    a_reference(world)
    blurred = io.BytesIO()
    Image.open(io.BytesIO(PICTURE)).rotate(3, expand=False).filter(ImageFilter.GaussianBlur(6)).save(blurred, "PNG")
    answer = screened(world, Line("L-1", title="A lamp", pictures=(Shown(content=blurred.getvalue(), sha256="1" * 64),)))
    assert "plug:slopes" in answer.combination
    assert [one.about for one in answer.signals if one.kind == "plug:slopes"] == [f"right:{world.mark.pk}"]


def test_a_plug_in_that_is_none_leaves_screening_as_it_is(world, monkeypatch):
    def broken() -> None:
        raise PlugDefective("heron", "is neither an embedder nor a detector")

    monkeypatch.setattr(plugs, "installed", broken)
    plugged.installed.cache_clear()
    a_reference(world)
    assert screened(world, by_hash()).verdict == "block"
    plugged.installed.cache_clear()


def test_a_picture_that_is_looked_for_no_more_is_found_no_more(world):
    picture = a_reference(world)
    assert screened(world, by_hash()).done == "noted"
    pictures.stop_looking([picture], now=timezone.now())
    assert screened(world, by_hash()).done == "allowed"


def test_an_index_cut_in_half_is_made_anew_from_the_database_and_said(world):
    a_reference(world)
    screened(world, by_hash())
    engine.forget()
    largest = max(Path(settings.SCREENING_DIR).glob("*"), key=lambda one: one.stat().st_size)
    largest.write_bytes(largest.read_bytes()[: largest.stat().st_size // 2])
    assert screened(world, by_hash()).done == "noted"
    assert engine.rebuilt


def test_an_index_that_is_gone_or_from_before_a_restore_is_made_anew(world):
    a_reference(world)
    screened(world, by_hash())
    engine.forget()
    now = timezone.now()
    Restoration.objects.create(backup_at=now, restored_at=now, version="0.1.0", archive="0" * 64)
    assert screened(world, by_hash()).done == "noted"
    assert engine.rebuilt == "the database was brought back from a backup"


def test_one_process_writes_the_index_and_another_reads_what_it_wrote(world):
    a_reference(world)
    engine.refresh(at=AT)
    reader = Kept(index.folder())
    assert reader.refresh() == index.wanted()
    assert not isinstance(reader.index, index.IndexWriter)
    engine.forget()
    assert reader.refresh() == index.wanted()
    assert isinstance(reader.index, index.IndexWriter), "with the writer gone the next takes over"
    reader.close()


def test_a_question_looks_into_one_sorted_set_once_it_has_been_quiet(world, tmp_path, monkeypatch):
    monkeypatch.setattr("countermark.matching.hamming.contents.FEW", 4)
    a_reference(world)
    kept = Kept(tmp_path)
    kept.refresh()
    assert not kept.index.is_layered, "made anew it is one set"
    a_reference(world)
    kept.refresh()
    assert kept.index.is_layered
    kept.refresh()
    assert kept.index.is_layered, "more may come any moment"
    monkeypatch.setattr(index, "QUIET", 0.0)
    kept.refresh()
    kept.index.merge()
    assert not kept.index.is_layered
    kept.close()


def test_steps_committed_out_of_the_order_of_their_ids_are_taken_all_the_same(world):
    first = a_reference(world)
    late = Change.objects.get(picture=first.pk)
    Change.objects.filter(pk=late.pk).delete()
    Change.objects.create(pk=late.pk + 5, what="words", at=timezone.now())
    engine.refresh(at=AT)
    Change.objects.create(pk=late.pk, picture=first.pk, what="add", at=timezone.now())
    assert screened(world, by_hash()).done == "noted"


def test_much_that_is_looked_for_is_not_gone_through_for_circles_and_is_let_go_all_the_same(world, monkeypatch):
    engine.forget()
    with monkeypatch.context() as much:
        much.setattr(engines, "FEW", 0)
        screened(world, Line("L-1", title="A lamp"))
    try:
        assert gc.get_freeze_count() > 0
        gc.disable()
        before = weakref.ref(engine._built.marks)
        a_right(world.halden, name="ZEPHYRA", number="41902339", classes=[11])
        Change.objects.create(picture=None, what="words", at=timezone.now())
        screened(world, Line("L-1", title="A lamp"))
        assert before() is None
    finally:
        gc.enable()
        gc.unfreeze()


@pytest.mark.django_db(transaction=True)
def test_where_much_is_looked_for_questions_are_answered_while_it_is_read_anew(world, monkeypatch):
    monkeypatch.setattr(engines, "FEW", 0)
    line = Line("L-1", title="Zеphyra lamp")  # the first e is Cyrillic
    assert screened(world, line).done == "allowed"
    right = a_right(world.halden, name="ZEPHYRA", number="41902339", classes=[11])
    RightEvent.objects.create(right=right, event="approved", by=None, at=AT)
    engine.refresh(at=AT)
    engine._renewing.join()
    assert screened(world, line).done == "noted"


# --- without the libraries ------------------------------------------------------------------------------------------------


def test_without_the_libraries_nothing_is_screened_and_that_is_said(world, monkeypatch):
    def missing(self: Any, before: Any, at: Any) -> Any:
        raise libraries.ScreeningNotInstalled("numpy")

    monkeypatch.setattr(engines, "_build", missing)
    engine.forget()
    with pytest.raises(ScreeningUnavailable, match=r"countermark\[screening\]"):
        services.screen(world.market, [Line("L-1", title="A lamp")], at=AT, now=timezone.now())


# --- rules ----------------------------------------------------------------------------------------------------------------


def findings(world: World, right: int, wrong: int, *, at: datetime = AT, combination: str = "text:lookalike") -> None:
    """Findings of one combination of which reviewers said that so many were right, and so many wrong."""
    in_force = rules.in_force(at=AT)
    first = Finding.objects.count()
    made = Finding.objects.bulk_create(
        Finding(
            marketplace=world.market, item_id=f"F-{n}", reason="words", verdict="block", probability=0.98, mode="shadow",
            combination=combination, done="noted", rules=in_force, index_version=0, at=at, state="closed", key=f"{first}-{n}",
        )
        for n in range(right + wrong)
    )  # fmt: skip
    Opinion.objects.bulk_create(
        Opinion(finding=one, right=n < right, source="reviewer", by=world.rana, at=at) for n, one in enumerate(made)
    )


def test_what_people_said_moves_a_new_rule_set_once_it_is_adopted(world):
    modes.set_mode(world.market, "words", "blocking", by=world.tomas, at=AT)
    line = Line("L-1", title="Kvаrtz lamp", seller="lantern")
    assert screened(world, line).verdict == "block"
    findings(world, 3, 37)
    draft = rules.draft(numbers={"review_at": 0.2}, note="", by=world.tomas, at=AT)
    assert draft.counts == {"text:lookalike": [3, 37]}
    assert screened(world, Line("L-2", title="Kvаrtz lamp", seller="lantern")).verdict == "block", (
        "a draft does nothing"
    )
    rules.adopt(draft.number, by=world.tomas, at=AT)
    answer = screened(world, Line("L-3", title="Kvаrtz lamp", seller="lantern"))
    assert (answer.verdict, answer.rules) == ("review", draft.number)
    assert answer.interval[0] < answer.probability < answer.interval[1]
    with pytest.raises(rules.RulesNotDraft):
        rules.adopt(draft.number, by=world.tomas, at=AT)


def test_an_appeal_outweighs_the_reviewer_and_a_finding_counts_once(world):
    findings(world, 1, 0)
    Opinion.objects.create(finding=Finding.objects.get(), right=False, source="appeal", by=world.samir, at=AT)
    assert rules.counted() == {"text:lookalike": [0, 1]}


@pytest.mark.parametrize("numbers", [{"review_at": 0.95}, {"block_at": 1.2}, {"prior_weight": 0}, {"no_number": 1}])
def test_numbers_nothing_can_be_judged_by_make_no_rule_set(world, numbers):
    with pytest.raises(rules.RulesDefective):
        rules.draft(numbers=numbers, note="", by=world.tomas, at=AT)
    assert Rules.objects.count() <= 1


def test_drift_is_said_only_where_it_is_more_than_chance(world):
    findings(world, 90, 10, at=AT - timedelta(days=60))
    findings(world, 20, 40, at=AT - timedelta(days=2))
    findings(world, 2, 1, at=AT - timedelta(days=2), combination="text:leet")
    lookalike, leet = drift.table(at=AT)
    assert (lookalike.combination, lookalike.moved, lookalike.lately.share) == ("text:lookalike", "down", 0.3333)
    assert "less often" in drift.said(lookalike)
    assert (leet.combination, leet.moved) == ("text:leet", "")
    assert "2 of 3" in drift.said(leet)


# --- past listings --------------------------------------------------------------------------------------------------------


def past(world: World, count: int) -> None:
    """Listings sent yesterday; every tenth has the mark in letters that look alike."""
    for n in range(count):
        title = "Kvаrtz lamp" if n % 10 == 0 else f"Oak lamp {n}"
        listing = Listing.objects.create(
            marketplace=world.market, item_id=f"P-{n}", url="", title=title, seller=world.mei
        )
        PushedListing.objects.create(listing=listing, state="up", updated_at=AT, pushed_at=AT, digest=f"{n:064}")


def test_a_replay_counts_what_would_have_changed_without_any_effect_and_goes_on_where_it_stopped(world, monkeypatch):
    past(world, 40)
    monkeypatch.setattr(replaying, "BATCH", 15)
    monkeypatch.setattr(replaying, "BATCHES_A_RUN", 2)
    lenient = rules.draft(numbers={"review_at": 0.995, "block_at": 0.999}, note="", by=world.tomas, at=AT)
    span = {"since": AT - timedelta(days=1), "until": AT + timedelta(days=1)}
    asked = replaying.ask(lenient, marketplace=world.market, by=world.tomas, at=AT, now=timezone.now(), **span)
    assert asked.total == 40
    replaying.run(asked.pk, at=AT, now=timezone.now())
    assert Replay.objects.get().looked_at == 30
    assert Job.objects.filter(kind="screening_replay").exists()
    replaying.run(asked.pk, at=AT, now=timezone.now())
    done = Replay.objects.get()
    assert (done.looked_at, done.changes, done.finished_at) == (40, {"block>allow": 4}, AT)
    assert [one["item_id"] for one in done.examples] == ["P-0", "P-10", "P-20", "P-30"]
    assert not Finding.objects.exists()


def test_a_replay_of_a_time_that_ends_before_it_begins_is_refused(world):
    with pytest.raises(replaying.ReplayDefective):
        replaying.ask(
            rules.in_force(at=AT), marketplace=None, since=AT, until=AT, by=world.tomas, at=AT, now=timezone.now()
        )


# --- lines ----------------------------------------------------------------------------------------------------------------


def test_a_line_comes_back_from_a_job_as_it_was_and_hostile_text_has_a_key(world):
    line = Line("L-1", title="\ud800 \u202e Z̴̖a̷l̸g̵o̶ 🪔" * 20, classes=frozenset({9, 11}), pictures=by_hash().pictures)
    assert of_payload(as_payload(line)) == line
    assert len(key_of(1, line)) == 64
    assert key_of(1, line) != key_of(2, line)
