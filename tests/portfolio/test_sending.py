"""Drafts sent together: each shows its verdict first, only what is ready goes, and what stays says why."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from countermark.apps.portfolio import running, sending, staging
from countermark.apps.portfolio.models import RightSubmission
from countermark.apps.rights import services
from countermark.apps.rights.lint import lint
from countermark.apps.rights.models import Right, RightEvent
from countermark.entrypoints.jobs import handlers
from people import WEDNESDAY, a_world
from portfolio.files_of_rights import MARK, a_sheet, marks, read
from portfolio.test_papers import a_page

pytestmark = pytest.mark.django_db
READY = {**MARK, "classes": "11"}


@pytest.fixture
def world():
    return a_world()


def a_draft(world, *, papers=("certificate",), **answers):
    said = {name: text for name, text in {**READY, **answers}.items() if name != "kind"}
    right = services.save_draft(holder=world.halden, kind="trademark", answers=said, at=WEDNESDAY)
    for n, kind in enumerate(papers):
        page = a_page((200, 40, 10 * n + right.pk % 200))
        services.attach_document(right=right, content=page, name="a.png", kind=kind, by=world.ines, at=WEDNESDAY)
    return Right.objects.get(pk=right.pk)


def checked(world, **more):
    return sending.check(holder=world.halden, by=world.ines, at=WEDNESDAY, **{"now": None, **more})


def sent(world, *, doubtful_too=False, **more):
    row = sending.start(submission=checked(world, **more), doubtful_too=doubtful_too, at=WEDNESDAY, now=WEDNESDAY)
    sending.run(row.pk, at=WEDNESDAY)
    row.refresh_from_db()
    return row


def verdicts(row):
    return {each.right_id: each.verdict for each in row.rows.all()}


def faults(row):
    return {each.right_id: [code for code, *_ in each.defects] for each in row.rows.all() if each.defects}


def states(*rights):
    return [Right.objects.get(pk=right.pk).state for right in rights]


def test_nothing_is_sent_before_ines_says_so(world):
    right = a_draft(world)
    row = checked(world)
    assert (row.state, row.counts, states(right)) == ("shown", {"ready": 1}, ["draft"])
    assert sending.discard(submission=row) and states(right) == ["draft"] and not RightSubmission.objects.exists()


def test_only_what_is_ready_goes_and_the_others_say_why(world):
    ready = a_draft(world)
    doubtful = a_draft(world, number="55180022", classes="9, 11")  # two classes, no page that lists them
    bare = a_draft(world, number="55180023", papers=())
    row = sent(world)
    assert verdicts(row) == {ready.pk: "ready", doubtful.pk: "doubtful", bare.pk: "mend"}
    assert "class_page_missing" in faults(row)[doubtful.pk] and "right_paper_missing" in faults(row)[bare.pk]
    assert states(ready, doubtful, bare) == ["pending", "draft", "draft"]
    assert (row.state, row.sent, row.counts) == ("done", 1, {"ready": 1, "doubtful": 1, "mend": 1})


def test_the_doubtful_go_where_ines_says_so(world):
    doubtful, bare = a_draft(world, classes="9, 11"), a_draft(world, number="55180023", papers=())
    assert sent(world, doubtful_too=True).sent == 1
    assert states(doubtful, bare) == ["pending", "draft"]


def test_a_draft_sent_with_others_stands_as_one_sent_alone(world):
    together, alone = a_draft(world), a_draft(world, number="55180022")
    Right.objects.filter(pk=alone.pk).update(state="returned")  # out of the way, and sent again
    sent(world)
    services.return_right(right=together, reasons=["unreadable"], note="", by=world.rana, at=WEDNESDAY)
    services.submit_right(right=together, by=world.ines, at=WEDNESDAY)
    one, other = Right.objects.get(pk=together.pk), Right.objects.get(pk=alone.pk)
    assert (one.state, one.submitted_at, one.due_at) == (other.state, other.submitted_at, other.due_at)
    mine = RightEvent.objects.filter(right=together).exclude(event="returned").order_by("pk")
    said = [(each.event, each.by, each.at, each.data["answers"]["number"]) for each in mine]
    assert said == [(event, world.ines, WEDNESDAY, "55180021") for event in ("submitted", "resubmitted")]
    assert RightEvent.objects.get(right=alone).event == "resubmitted"


def test_the_verdict_is_the_one_the_form_gives(world):
    drafts = [
        a_draft(world), a_draft(world, number="55180022", classes="9, 11"), a_draft(world, number="1", papers=()),
        a_draft(world, number="55180024", owner="Somebody Else"), a_draft(world, number="55180025", expires_on="2020-01-01"),
    ]  # fmt: skip
    row = checked(world)
    for right in drafts:
        missing = services.defects(right, at=WEDNESDAY)
        wrong = [defect.code for defect in (*missing, *lint(right, at=WEDNESDAY, missing=missing))]
        assert faults(row).get(right.pk, []) == wrong
        assert verdicts(row)[right.pk] == ("mend" if missing else "doubtful" if wrong else "ready")


def test_of_two_drafts_with_one_number_the_first_goes(world):
    one, two = a_draft(world), a_draft(world)
    row = sent(world)
    assert verdicts(row) == {one.pk: "ready", two.pk: "mend"} and faults(row)[two.pk] == ["right_known"]
    assert states(one, two) == ["pending", "draft"]


def test_what_changed_after_it_was_shown_is_judged_again_and_never_sent_as_it_was(world):
    spoilt, by_hand, gone, fine = (a_draft(world, number=str(55180021 + n)) for n in range(4))
    row = checked(world)
    assert row.counts == {"ready": 4}
    services.save_draft(holder=world.halden, kind="trademark", answers={"owner": ""}, at=WEDNESDAY, right=spoilt)
    services.submit_right(right=by_hand, by=world.ines, at=WEDNESDAY)
    services.discard_draft(right=gone)
    sending.start(submission=row, doubtful_too=False, at=WEDNESDAY, now=WEDNESDAY)
    sending.run(row.pk, at=WEDNESDAY)
    row.refresh_from_db()
    assert verdicts(row) == {spoilt.pk: "mend", by_hand.pk: "moved", fine.pk: "ready"} and row.sent == 1
    assert states(spoilt, by_hand, fine) == ["draft", "pending", "pending"]
    assert RightEvent.objects.filter(right=by_hand, event="submitted").count() == 1


def test_a_worker_killed_between_two_batches_or_within_one_sends_nothing_twice(world, monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 2)
    for n in range(5):
        a_draft(world, number=str(55180021 + n))
    row = sending.start(submission=checked(world), doubtful_too=False, at=WEDNESDAY, now=WEDNESDAY)
    send, calls = services.send, []

    def killed(*what, **more):
        calls.append(1)
        send(*what, **more)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(services, "send", killed)
    with pytest.raises(KeyboardInterrupt):
        sending.run(row.pk, at=WEDNESDAY)
    row.refresh_from_db()
    assert (row.state, row.sent, row.done_to) == ("running", 2, 2)
    sending.run(row.pk, at=WEDNESDAY)
    row.refresh_from_db()
    assert (row.state, row.sent) == ("done", 5)
    assert RightEvent.objects.filter(event="submitted").count() == 5
    assert Right.objects.filter(holder=world.halden, state="pending").count() == 5


def test_many_drafts_are_judged_by_a_worker_and_one_that_is_killed_is_followed_by_another(world, monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 2)
    for n in (0, 1, 2, 0, 3):  # the fourth has the number of the first
        a_draft(world, number=str(55180021 + n))
    row = checked(world, now=WEDNESDAY)
    assert (row.state, row.counts) == ("checking", {"waits": 5})
    with pytest.raises(sending.SubmissionMoved):
        sending.start(submission=row, doubtful_too=False, at=WEDNESDAY, now=WEDNESDAY)
    keep, calls = sending._keep, []

    def killed(*what):
        calls.append(1)
        keep(*what)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(sending, "_keep", killed)
    with pytest.raises(KeyboardInterrupt):
        sending.run(row.pk, at=WEDNESDAY)
    row.refresh_from_db()
    assert (row.state, row.done_to, row.counts) == ("checking", 2, {"ready": 2, "waits": 3})
    handlers.HANDLERS[sending.JOB](handlers.Job(kind=sending.JOB, key=str(row.pk)), WEDNESDAY)
    row.refresh_from_db()
    assert (row.state, row.done_to, row.counts) == ("shown", 0, {"ready": 4, "mend": 1})
    assert list(row.rows.filter(verdict="mend").values_list("row", flat=True)) == [4]


def test_a_second_click_starts_nothing_again_and_what_is_done_is_done(world):
    a_draft(world)
    row = sending.start(submission=checked(world), doubtful_too=False, at=WEDNESDAY, now=WEDNESDAY)
    assert sending.start(submission=row, doubtful_too=True, at=WEDNESDAY, now=WEDNESDAY).doubtful_too is False
    assert not sending.discard(submission=row)
    handlers.HANDLERS[sending.JOB](handlers.Job(kind=sending.JOB, key=str(row.pk)), WEDNESDAY)
    with pytest.raises(sending.SubmissionMoved):
        sending.start(submission=row, doubtful_too=False, at=WEDNESDAY, now=WEDNESDAY)


def test_only_the_drafts_of_one_file_and_of_one_account(world):
    by_hand, other = a_draft(world), a_world()
    theirs = a_draft(other, number="55190000")
    source = staging.stage(holder=world.halden, by=world.ines, file=read(a_sheet(*marks(3, 55170000))), at=WEDNESDAY)
    running.start(source=source, at=WEDNESDAY, now=WEDNESDAY)
    running.run(source.pk, at=WEDNESDAY)
    assert (
        by_hand.pk not in verdicts(checked(world, source=source)) and len(verdicts(checked(world, source=source))) == 3
    )
    assert len(verdicts(checked(world))) == 4 and theirs.pk not in verdicts(checked(world))


def test_judging_asks_the_database_no_more_often_for_many_drafts_than_for_few(world):
    asked = []
    for n in range(12):
        a_draft(world, number=str(55180021 + n), papers=())
        if n in (2, 11):
            with CaptureQueriesContext(connection) as queries:
                checked(world)
            asked.append(len(queries))
    assert asked[0] == asked[1]
