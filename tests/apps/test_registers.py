"""What a register says of a right: it fills a form, stands beside the claim, and never ends anything by itself."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

import plugged
from countermark.apps.complaints.file_access import may_read_file
from countermark.apps.rights import asking, services
from countermark.apps.rights.models import Right, RightRecord
from countermark.apps.rights.register import answers_of, compared, end_of
from countermark.apps.work import true_time
from countermark.apps.work.models import Job
from countermark.connectors.office import OfficeRecord, OfficeRefused, OfficeUnavailable, RecordUnknown
from countermark.connectors.office_fake import DEMO, FakeOffice, crown
from countermark.entrypoints.demo.stories import read
from countermark.entrypoints.jobs import handlers
from people import WEDNESDAY, a_right, a_world

pytestmark = pytest.mark.django_db
FJELL = DEMO[0]
DAY = timedelta(days=1)


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def office(settings, monkeypatch) -> FakeOffice:
    settings.OFFICE_FACTORY = "plugged.office"
    monkeypatch.setitem(plugged.ports, "office", FakeOffice([FJELL]))
    return plugged.ports["office"]


def a_draft(world, **answers) -> Right:
    return services.save_draft(holder=world.halden, kind="trademark", answers={"office": "US", **answers}, at=WEDNESDAY)


def a_us_mark(world, **more) -> Right:
    """Verified, as the register has it."""
    said = {"name": "FJELL", "office": "US", "number": "7654321", "expires_on": date(2029, 3, 5), "territory": "US"}
    return a_right(world.halden, **{**said, **more})


def verdicts(right: Right, record: OfficeRecord) -> dict[str, str]:
    return {line.field: line.verdict for line in compared(right, record)}


# --- the mark as it looks ------------------------------------------------------------------------------------------------


def test_the_drawing_in_the_register_is_drawn_anew_and_fills_in_what_is_empty(world, office):
    office.pictures["7654321"] = crown()
    right = a_draft(world, number="7654321")
    kept = asking.fill(right, by=world.ines, at=WEDNESDAY)
    right.refresh_from_db()
    assert right.picture == kept.picture and kept.picture.media_type == "image/png" and kept.picture.uploaded_by is None
    assert kept.picture.sha256 != kept.picture.original_sha256  # never the bytes that came
    assert may_read_file(kept.picture, person_id=None, is_staff=False, holder_ids=[world.halden.pk])
    other = a_world()
    assert not may_read_file(kept.picture, person_id=other.ines.pk, is_staff=False, holder_ids=[other.halden.pk])


def test_a_picture_that_was_sent_in_is_not_overwritten(world, office):
    office.pictures["7654321"] = crown()
    right = a_draft(world, number="7654321")
    mine = services.attach_document(
        right=right, content=crown(60), name="a.png", kind="picture", by=world.ines, at=WEDNESDAY
    )
    kept = asking.fill(right, by=world.ines, at=WEDNESDAY)
    right.refresh_from_db()
    assert right.picture == mine and kept.picture != mine


@pytest.mark.parametrize("drawing", [
    b"", b"<svg onload='x'/>", b"MZ", crown()[:60], OfficeUnavailable("US", "7654321", "status 429"), OfficeRefused("US", "1"),
])  # fmt: skip
def test_a_drawing_that_does_not_come_or_is_none_never_keeps_the_record_out(world, office, drawing):
    office.pictures["7654321"] = drawing
    right = a_draft(world, number="7654321")
    kept = asking.fill(right, by=world.ines, at=WEDNESDAY)
    right.refresh_from_db()
    assert (kept.picture, right.picture, right.name) == (None, None, "FJELL")


def test_a_drawing_that_is_there_is_not_fetched_again_and_one_that_failed_is(world, office):
    right = a_us_mark(world)
    office.pictures["7654321"] = OfficeUnavailable("US", "7654321")
    assert asking.look_up(right, by=None, at=WEDNESDAY).picture is None
    office.pictures["7654321"] = crown()
    kept = asking.look_up(right, by=None, at=WEDNESDAY + DAY)
    assert kept.picture is not None and right.records.count() == 1
    again = asking.look_up(right, by=None, at=WEDNESDAY + 2 * DAY)
    assert again.picture == kept.picture and office.asked.count("picture 7654321") == 2
    right.refresh_from_db()
    assert right.picture is None  # of a right that was sent nothing is filled in


# --- a form filled in -----------------------------------------------------------------------------------------------------


def test_a_number_fills_in_what_is_empty(world, office):
    right = a_draft(world, number="7,654,321")
    kept = asking.fill(right, by=world.ines, at=WEDNESDAY)
    right.refresh_from_db()
    assert right.fields == {
        "office": "US", "number": "7,654,321", "mark_type": "word", "name": "FJELL", "owner": "Halden & Moe AS",
        "classes": "9, 11", "us_register": "principal", "expires_on": "2029-03-05",  # ten years from 5 March 2019
    }  # fmt: skip
    assert (right.name, right.expires_on, right.classes) == ("FJELL", date(2029, 3, 5), [9, 11])
    assert set(kept.filled) == set(right.fields) - {"office", "number"}
    assert (kept.fetched_at, kept.fetched_by, kept.waits) == (WEDNESDAY, world.ines, False)


def test_nothing_that_was_typed_is_overwritten(world, office):
    right = a_draft(world, number="7654321", name="FJELD", classes="9")
    asking.fill(right, by=world.ines, at=WEDNESDAY)
    right.refresh_from_db()
    assert (right.fields["name"], right.fields["classes"]) == ("FJELD", "9")
    found = verdicts(right, FJELL)
    assert (found["name"], found["classes"], found["owner"]) == ("differs", "differs", "same")


def test_what_differs_is_taken_over_by_name_alone(world, office):
    right = a_draft(world, number="7654321", name="FJELD", classes="9")
    asking.fill(right, by=world.ines, at=WEDNESDAY)
    asking.take_over(right, ["classes", "office", "no_such_field"], at=WEDNESDAY)
    right.refresh_from_db()
    assert (right.fields["name"], right.fields["classes"], right.fields["office"]) == ("FJELD", "9, 11", "US")
    assert RightRecord.objects.get().filled["classes"] == "9, 11"


def test_what_a_register_does_not_say_is_never_taken_for_a_no(world, office):
    right = a_draft(world, number="7654321", renewed="yes")
    asking.fill(right, by=world.ines, at=WEDNESDAY)
    right.refresh_from_db()
    assert "assigned" not in right.fields and right.fields["renewed"] == "yes"
    assert verdicts(right, FJELL)["renewed"] == "not_in_record"


@pytest.mark.parametrize("error", [RecordUnknown("US", "1"), OfficeUnavailable("US", "1"), OfficeRefused("US", "1")])
def test_a_register_that_gives_nothing_leaves_the_form_as_it_is(world, office, error):
    office.failing = error
    right = a_draft(world, number="1")
    with pytest.raises(type(error)):
        asking.fill(right, by=world.ines, at=WEDNESDAY)
    right.refresh_from_db()
    assert right.fields == {"office": "US", "number": "1"} and not RightRecord.objects.exists()


@pytest.mark.parametrize("answers", [{"office": "EM", "number": "018123456"}, {"number": ""}])
def test_an_office_that_cannot_be_asked_is_not(world, office, answers):
    with pytest.raises(asking.RegisterNotAsked):
        asking.fill(a_draft(world, **answers), by=world.ines, at=WEDNESDAY)
    assert office.asked == []


def test_a_registration_being_verified_is_not_filled_in(world, office):
    right = a_draft(world, number="7654321")
    Right.objects.filter(pk=right.pk).update(state="pending")
    with pytest.raises(services.RightMoved):
        asking.fill(right, by=world.ines, at=WEDNESDAY)
    assert not RightRecord.objects.exists()


def test_a_record_in_whatever_encoding_or_length_is_kept(world, office):
    office.records["7654321"] = replace(FJELL, number="7654321" * 20, mark="F" * 900, raw="a\0b")
    right = a_draft(world, number="7654321")
    kept = asking.fill(right, by=world.ines, at=WEDNESDAY)
    kept.refresh_from_db()
    assert (len(kept.number), kept.raw) == (60, "a\N{REPLACEMENT CHARACTER}b")
    assert len(kept.content["mark"]) == 900


# --- side by side ---------------------------------------------------------------------------------------------------------


def test_the_same_in_other_words_is_the_same(world):
    right = a_draft(
        world,
        number="US 7,654,321".removeprefix("US "),
        name=" fjell ",
        owner="HALDEN & MOE",
        classes="11 9",
        mark_type="word",
    )
    found = verdicts(right, FJELL)
    assert {found[name] for name in ("number", "name", "owner", "classes", "mark_type")} == {"same"}


def test_one_of_several_owners_is_the_owner(world):
    record = replace(FJELL, owners=("Otto Lamps", "Halden & Moe AS"))
    right = a_draft(world, owner="Halden & Moe AS")
    assert verdicts(right, record)["owner"] == "same"
    assert verdicts(a_draft(world, owner="Mei"), record)["owner"] == "differs"


@pytest.mark.parametrize(("change", "ends"), [
    ({}, date(2029, 3, 5)),  # ten years from registration: 15 U.S.C. 1058(a)
    ({"renewed_on": date(2029, 3, 5)}, date(2039, 3, 5)),
    ({"expires_on": date(2030, 1, 1)}, date(2030, 1, 1)),
    ({"office": "EM"}, date(2028, 9, 20)),  # ten years from filing: Regulation (EU) 2017/1001, art. 52
    ({"office": "NO"}, None),  # no row of its own: nothing is guessed
    ({"number": ""}, None),  # an application has no term
])  # fmt: skip
def test_the_end_is_the_registers_or_follows_from_the_term_of_its_office(change, ends):
    assert end_of(replace(FJELL, **change)) == ends


def test_the_record_stands_as_of_the_day_it_was_fetched(world, office):
    right = a_draft(world, number="7654321")
    kept = asking.fill(right, by=world.ines, at=WEDNESDAY)
    office.records["7654321"] = replace(FJELL, owners=("Somebody else",))
    assert asking.latest(right) == kept and kept.content["owners"] == ["Halden & Moe AS"]
    asking.look_up(right, by=world.rana, at=WEDNESDAY + DAY)
    assert asking.latest(right).filled == kept.filled  # what was once taken from the register stays known
    assert [each.content["owners"] for each in right.records.order_by("pk")] == [["Halden & Moe AS"], ["Somebody else"]]


def test_a_record_of_another_office_is_not_laid_beside_the_right(world, office):
    right = a_draft(world, number="7654321")
    asking.fill(right, by=world.ines, at=WEDNESDAY)
    moved = services.save_draft(
        holder=world.halden, kind="trademark", answers={"office": "EM"}, at=WEDNESDAY, right=right
    )
    assert asking.latest(moved) is None


def test_what_a_record_gives_are_answers_the_form_has():
    known = {field.id for field in services.catalogue.load().fields_of("trademark", is_agent=False)}
    full = replace(FJELL, renewed_on=date(2029, 3, 5), was_assigned=True, was_renamed=True, designates=("CN",))
    assert set(answers_of(full)) <= known


# --- living rights, by night ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("change", "findings"), [
    ({"status": "ended"}, ["register_ended"]),
    ({"status": "expired", "owners": ("Lumen SARL",)}, ["register_expired", "register_owner_differs"]),
    ({"renewed_on": date(2029, 3, 5)}, ["register_renewed"]),
    ({"status": "unknown"}, []),
    ({}, []),
])  # fmt: skip
def test_where_a_register_speaks_against_a_living_right_a_reviewer_is_asked_and_nothing_ends(
    world, office, change, findings
):
    right = a_us_mark(world)
    office.records["7654321"] = replace(FJELL, **change)
    assert asking.ask_again(at=WEDNESDAY, every=DAY, limit=9) is None
    right.refresh_from_db()
    assert right.state == "approved"
    assert [(each.right, each.findings) for each in asking.to_look_at()] == ([(right, findings)] if findings else [])
    assert right.events.filter(event="register_differs").exists() is bool(findings)


def test_a_number_the_register_does_not_have_is_for_a_reviewer_too(world, office):
    right = a_us_mark(world, number="1111111")
    asking.ask_again(at=WEDNESDAY, every=DAY, limit=9)
    asking.ask_again(at=WEDNESDAY + DAY, every=DAY, limit=9)
    assert [each.findings for each in asking.to_look_at()] == [["register_unknown"]]
    assert right.records.count() == right.events.filter(event="register_differs").count() == 1


def test_the_same_answer_again_is_dated_and_asks_nobody_twice(world, office):
    right = a_us_mark(world)
    office.records["7654321"] = replace(FJELL, status="ended")
    asking.ask_again(at=WEDNESDAY, every=DAY, limit=9)
    record = asking.to_look_at().get()
    asking.looked(record, note="An appeal is pending there.", by=world.rana, at=WEDNESDAY)
    for night in range(1, 4):
        asking.ask_again(at=WEDNESDAY + night * DAY, every=DAY, limit=9)
    assert not asking.to_look_at().exists()
    record.refresh_from_db()
    assert (right.records.count(), record.same_at) == (1, WEDNESDAY + 3 * DAY)


def test_another_finding_asks_again_and_two_reviewers_do_not_answer_one(world, office):
    a_us_mark(world)
    office.records["7654321"] = replace(FJELL, status="ended")
    asking.ask_again(at=WEDNESDAY, every=DAY, limit=9)
    first = asking.to_look_at().get()
    asking.looked(first, note="", by=world.rana, at=WEDNESDAY)
    with pytest.raises(services.RightMoved):
        asking.looked(first, note="", by=world.samir, at=WEDNESDAY)
    office.records["7654321"] = replace(FJELL, status="ended", owners=("Lumen SARL",))
    asking.ask_again(at=WEDNESDAY + DAY, every=DAY, limit=9)
    assert asking.to_look_at().get().findings == ["register_ended", "register_owner_differs"]


def test_what_the_register_takes_back_waits_for_nobody(world, office):
    a_us_mark(world)
    office.records["7654321"] = replace(FJELL, status="ended")
    asking.ask_again(at=WEDNESDAY, every=DAY, limit=9)
    office.records["7654321"] = FJELL
    asking.ask_again(at=WEDNESDAY + DAY, every=DAY, limit=9)
    assert not asking.to_look_at().exists()


def test_an_office_that_asks_for_patience_is_left_alone_for_as_long_as_it_says(world, office):
    a_us_mark(world), a_us_mark(world, number="7654322")
    office.failing = OfficeUnavailable("US", "7654321", retry_after=90)
    assert asking.ask_again(at=WEDNESDAY, every=DAY, limit=9) == timedelta(seconds=90)
    assert len(office.asked) == 1


def test_a_wrong_key_ends_the_night_and_blames_no_right(world, office):
    a_us_mark(world), a_us_mark(world, number="7654322")
    office.failing = OfficeRefused("US", "7654321", "status 401")
    assert asking.ask_again(at=WEDNESDAY, every=DAY, limit=9) is None
    assert len(office.asked) == 1 and not RightRecord.objects.exists()


def test_every_living_right_gets_its_turn_and_no_other(world, office):
    alive = [a_us_mark(world, number=str(7_000_000 + n)) for n in range(3)]
    a_us_mark(world, number="7000009", state="expired")
    a_right(world.halden, office="CN", number="51902338")
    while asking.ask_again(at=WEDNESDAY, every=DAY, limit=2) == timedelta(0):
        pass
    assert sorted(office.asked) == sorted(right.number for right in alive)


def test_the_job_promises_itself_for_the_next_day(world, office):
    now = true_time.now()
    handlers.promise_standing_jobs(now=now)
    job = Job.objects.get(kind="registers")
    Job.objects.filter(pk=job.pk).delete()
    handlers.ask_registers(job, now)
    assert Job.objects.get(kind="registers").run_at == now + DAY


def test_where_no_office_can_be_asked_nothing_is_promised(world):
    handlers.promise_standing_jobs(now=true_time.now())
    assert not Job.objects.filter(kind="registers").exists()


def test_the_register_of_the_demo_speaks_against_no_right_of_the_demo(world, settings, monkeypatch):
    settings.OFFICE_FACTORY = "plugged.office"
    monkeypatch.setitem(plugged.ports, "office", FakeOffice(DEMO))
    names = {holder["id"]: holder["name"] for holder in read("cast")["holder"]}
    rows = [
        row for row in read("rights")["right"] if row["kind"] == "trademark" and row["answers"].get("office") == "US"
    ]
    for row in rows:
        owner = row.get("owner", names[row["holder"]])
        a_us_mark(world, name=row["answers"]["name"], number=row["answers"]["number"], owner_name=owner)
    assert asking.ask_again(at=WEDNESDAY, every=DAY, limit=9) is None
    assert RightRecord.objects.count() == len(rows) >= 1 and not asking.to_look_at().exists()
