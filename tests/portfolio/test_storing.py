"""A file of rights becomes rights: shown first, then stored, once, whatever happens meanwhile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermark.apps.portfolio import running, staging, words
from countermark.apps.portfolio.checking import Checker
from countermark.apps.portfolio.models import RightImport
from countermark.apps.rights import completeness, services
from countermark.apps.rights.mirror import columns_of
from countermark.apps.rights.models import Right, RightEvent
from people import WEDNESDAY, a_world
from portfolio.files_of_rights import MARK, a_sheet, a_table, marks, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def staged(world, content):
    return staging.stage(holder=world.halden, by=world.ines, file=read(content), at=WEDNESDAY)


def stored(world, content):
    source = running.start(source=staged(world, content), at=WEDNESDAY, now=WEDNESDAY)
    running.run(source.pk, at=WEDNESDAY)
    source.refresh_from_db()
    return source


def faults(source):
    return {row.row: [(code, field) for code, field, _ in row.defects] for row in source.rows.exclude(defects=[])}


def test_nothing_is_a_right_before_the_holder_says_so(world):
    source = staged(world, a_sheet(*marks(3)))
    assert (source.state, source.counts) == ("shown", {"new": 3})
    assert not Right.objects.filter(state="draft").exists()


def test_a_row_becomes_the_right_the_form_would_have_made(world):
    stored(world, a_sheet(MARK))
    answers = {name: text for name, text in MARK.items() if name != "kind"}
    typed = services.save_draft(holder=world.halden, kind="trademark", answers=answers, at=WEDNESDAY)
    kept = Right.objects.exclude(pk=typed.pk).get(state="draft")
    left_out = {"_state", "id"}
    assert {k: v for k, v in vars(kept).items() if k not in left_out} == {
        k: list(v) if isinstance(v, tuple) else v
        for k, v in vars(Right.objects.get(pk=typed.pk)).items()
        if k not in left_out
    }
    assert kept.events.get().event == "imported"


def test_every_fault_of_a_row_is_named_at_once_and_the_others_are_stored(world):
    bad = {
        **MARK,
        "number": "2.18E+06",
        "expires_on": "07/08/2036",
        "classes": "9, 46",
        "owner": "",
        "renewed": "maybe",
    }
    source = stored(world, a_sheet(MARK, bad))
    assert faults(source) == {
        3: [
            ("import_day_ambiguous", "expires_on"),
            ("import_choice_unknown", "renewed"),
            ("right_field_missing", "owner"),
            ("right_classes_unreadable", "classes"),
            ("number_excel_scientific", "number"),
        ]
    }
    assert source.stored == 1


@pytest.mark.parametrize(
    ("cell", "office", "offered"),
    [
        (18123456.0, "EM", "018123456"),
        ("18123456", "EM", "018123456"),
        ("2.18E+06", "CN", "Text"),
        ("2,18E+06", "CN", "Text"),
    ],
)
def test_a_number_a_spreadsheet_spoilt_is_named_with_its_cure(world, cell, office, offered):
    source = staged(world, a_sheet({**MARK, "office": office, "number": cell}))
    (kept,) = source.rows.exclude(defects=[])
    said = [sentence for what, cure in words.faults_of(kept.defects) for sentence in (what, cure)]
    assert kept.verdict == "mend" and any(offered in sentence for sentence in said), said


def test_two_rows_of_one_right_are_one_right_and_one_fault(world):
    source = staged(world, a_sheet(MARK, {**MARK, "number": "5518 0021"}))
    assert faults(source) == {3: [("import_row_twice", "number")]}


def test_brought_in_again_only_what_changed_is_changed(world):
    first = marks(4)
    stored(world, a_sheet(*first))
    was = dict(Right.objects.filter(state="draft").values_list("number", "fields"))
    again = [*first[:3], {**first[3], "owner": "Halden & Moe Holding AS"}]
    source = stored(world, a_sheet(*again))
    assert (source.counts, source.stored, source.changed) == ({"same": 3, "changed": 1}, 0, 1)
    now = dict(Right.objects.filter(state="draft").values_list("number", "fields"))
    number = first[3]["number"]
    assert now == {**was, number: {**was[number], "owner": "Halden & Moe Holding AS"}}
    assert Right.objects.get(number=number).owner_name == "Halden & Moe Holding AS"
    assert RightEvent.objects.filter(event="imported").count() == 5


def test_an_empty_cell_leaves_what_was_typed_by_hand(world):
    stored(world, a_sheet({**MARK, "brand": "Fjell"}))
    assert stored(world, a_sheet({**MARK, "brand": ""})).counts == {"same": 1}
    assert Right.objects.get(number=MARK["number"]).brand == "Fjell"


def test_a_right_that_is_being_verified_is_not_changed_behind_the_reviewers_back(world):
    stored(world, a_sheet(MARK))
    Right.objects.filter(number=MARK["number"]).update(state="pending")
    source = stored(world, a_sheet({**MARK, "owner": "Otto"}))
    assert faults(source) == {2: [("import_settled", "owner")]}
    assert Right.objects.get(number=MARK["number"]).owner_name == MARK["owner"]


def test_what_was_sent_between_looking_and_storing_is_left_alone(world):
    stored(world, a_sheet(MARK))
    source = running.start(source=staged(world, a_sheet({**MARK, "owner": "Otto"})), at=WEDNESDAY, now=WEDNESDAY)
    assert source.counts == {"changed": 1}
    Right.objects.filter(number=MARK["number"]).update(state="pending")
    running.run(source.pk, at=WEDNESDAY)
    source.refresh_from_db()
    assert (source.counts, source.changed) == ({"mend": 1}, 0)
    assert faults(source) == {2: [("import_settled", "owner")]}


def test_a_worker_killed_between_two_batches_or_within_one_loses_nothing_and_doubles_nothing(world, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 3)
    source = running.start(source=staged(world, a_sheet(*marks(10))), at=WEDNESDAY, now=WEDNESDAY)
    note, calls = running.Writer._note, []

    def killed(self, *args):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        note(self, *args)

    monkeypatch.setattr(running.Writer, "_note", killed)
    with pytest.raises(KeyboardInterrupt):
        running.run(source.pk, at=WEDNESDAY)
    source.refresh_from_db()
    assert (source.state, source.stored, source.done_to) == ("running", 6, 7)
    assert Right.objects.filter(state="draft").count() == RightEvent.objects.filter(event="imported").count() == 6
    running.run(source.pk, at=WEDNESDAY)
    source.refresh_from_db()
    assert (source.state, source.stored) == ("done", 10)
    assert Right.objects.filter(state="draft").values("number").distinct().count() == 10
    assert Right.objects.filter(state="draft").count() == 10


def test_a_second_click_starts_nothing_again_and_two_files_are_stored_one_after_the_other(world):
    one, two = staged(world, a_sheet(*marks(2))), staged(world, a_sheet(*marks(2)))
    assert running.start(source=one, at=WEDNESDAY, now=WEDNESDAY).state == "running"
    assert running.start(source=one, at=WEDNESDAY, now=WEDNESDAY).state == "running"
    with pytest.raises(running.AnotherRuns):
        running.start(source=two, at=WEDNESDAY, now=WEDNESDAY)
    running.run(one.pk, at=WEDNESDAY)
    with pytest.raises(running.ImportMoved):
        running.start(source=one, at=WEDNESDAY, now=WEDNESDAY)
    running.run(running.start(source=two, at=WEDNESDAY, now=WEDNESDAY).pk, at=WEDNESDAY)
    two.refresh_from_db()
    assert (two.counts, Right.objects.filter(state="draft").count()) == ({"same": 2}, 2)


def test_characters_no_database_takes_are_named_and_shown_as_missing(world):
    source = staged(world, a_table({**MARK, "name": "FJ\x01ELL"}))
    row = source.rows.get()
    assert row.verdict == "mend" and row.name == "FJ\N{REPLACEMENT CHARACTER}ELL"
    assert [code for code, *_ in row.defects] == ["unprintable_text"]


def test_a_file_that_cannot_be_kept_whole_is_not_kept_at_all(world, monkeypatch):
    def broken(self, source_id, row):
        raise RuntimeError

    monkeypatch.setattr(staging.Judge, "row", broken)
    with pytest.raises(RuntimeError):
        staged(world, a_sheet(MARK))
    assert not RightImport.objects.exists()


TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "office": st.sampled_from(["CN", "US", "EM", "WO", "other", "XX", " "]),
        "name": TEXT, "owner": TEXT, "brand": TEXT, "designates": st.sampled_from(["CN EU", "China", ""]) | TEXT,
        "number": st.sampled_from(["55180021", "018123456", "18123456", "ZL200310102344.5", "2.18E+06", "G1234567"]) | TEXT,
        "expires_on": st.dates().map(str) | TEXT, "filed_on": st.dates().map(str),
        "classes": st.sampled_from(["9, 11", "46", "9.11"]) | TEXT, "renewed": st.sampled_from(["yes", "no", "x"]),
        "registered": st.sampled_from(["yes", "no", "x"]), "work_kind": st.sampled_from(["picture", "software", "x"]),
        "mandate_ends_on": TEXT, "us_register": st.sampled_from(["principal", "x"]),
    },
)  # fmt: skip


@given(
    st.sampled_from(["trademark", "copyright", "patent", "utility_model", "design", "other"]), ANSWERS, st.booleans()
)
def test_the_quick_check_says_what_the_rules_of_the_form_say(kind, answers, is_agent):
    found, columns = Checker(is_agent=is_agent, at=WEDNESDAY).check(kind, answers)
    slow = completeness.defects(kind, answers, (), is_agent=is_agent, today=WEDNESDAY.date())
    assert list(found) == [defect for defect in slow if defect.code != "right_paper_missing"]
    assert columns == columns_of(kind, answers)
