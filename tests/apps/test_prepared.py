"""A read that is worded once answers each call by its own values, and reads anew each time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from countermark.apps.access.models import ApiClient
from countermark.apps.access.services import create_client
from countermark.apps.complaints.models import Complaint
from countermark.apps.decisions import selectors, services
from countermark.apps.decisions.models import PendingStep, SeniorRequest
from countermark.apps.decisions.selectors import QueueFilter, beside, on_the_bench, queue
from countermark.apps.parties.models import Person
from countermark.apps.work.prepared import Prepared
from people import WEDNESDAY, a_complaint, a_notice, a_world

pytestmark = pytest.mark.django_db


def test_the_same_words_find_other_rows_for_other_values():
    world = a_world()
    people = Prepared(lambda name, ids: Person.objects.filter(name=name, pk__in=ids).order_by("pk"))
    everybody = [world.ines.pk, world.rana.pk]
    with CaptureQueriesContext(connection) as sent:
        found = [
            people(name=name, ids=ids)
            for name, ids in (("Ines Moe", everybody), ("Rana Haddad", everybody), ("Rana Haddad", [world.rana.pk]))
        ]
    assert found == [[world.ines], [world.rana], [world.rana]]
    assert len(sent) == 3
    assert people(name="Ines Moe", ids=[]) == []


def test_what_was_written_since_is_read():
    world = a_world()
    named = Prepared(lambda pk: Person.objects.filter(pk=pk))
    assert named(pk=world.ines.pk)[0].name == "Ines Moe"
    Person.objects.filter(pk=world.ines.pk).update(name="Ines Moe-Halden")
    assert named(pk=world.ines.pk)[0].name == "Ines Moe-Halden"


def test_an_instant_is_asked_by_as_it_is_kept():
    case = a_complaint(a_world())
    since = Prepared(lambda at: Complaint.objects.filter(opened_at__gte=at).values_list("number"))
    assert since(at=case.opened_at) == [(case.number,)]
    assert since(at=case.opened_at + timedelta(microseconds=1)) == []


def test_a_value_the_query_does_not_ask_by_is_refused():
    with pytest.raises(ValueError, match="does not ask by"):
        Prepared(lambda pk, other: Person.objects.filter(pk=pk))(pk=1, other=2)


def test_the_cases_beside_each_other_on_the_bench_are_those_of_the_queue():
    world = a_world()
    for days, reason in ((0, "TM-4"), (0, "TM-1"), (1, "TM-4"), (0, "TM-4")):
        a_notice(world, lines=2, at=WEDNESDAY + timedelta(days=days), reason=reason)
    cases = list(queue(QueueFilter(), reviewer=world.rana, at=WEDNESDAY))
    after = [beside(case, later=True, reviewer=world.rana, at=WEDNESDAY) for case in cases]
    before = [beside(case, later=False, reviewer=world.rana, at=WEDNESDAY) for case in cases]
    assert len(cases) == 8
    assert after == [*cases[1:], None]
    assert before == [None, *cases[:-1]]


@pytest.mark.parametrize("meanwhile", ["another holds it", "a senior was asked", "a step is on its way"])
def test_a_case_somebody_took_after_the_page_was_read_is_not_taken_from_them(meanwhile):
    world, now = a_world(), timezone.now()
    case = a_complaint(world)
    row = on_the_bench(Complaint.objects.all(), of=world.rana.pk).get()
    if meanwhile == "another holds it":
        services.claim(complaint_id=case.pk, reviewer=world.samir, now=now)
    elif meanwhile == "a senior was asked":
        SeniorRequest.objects.create(complaint=case, by=world.samir, note="Too hard.", asked_at=now)
    else:
        step = {"event": "accepted", "seq": 0, "made_at": WEDNESDAY, "goes_at": now}
        PendingStep.objects.create(complaint=case, reviewer=world.samir, **step)
    with pytest.raises((services.HeldByAnother, services.ForASenior)):
        services.claim_shown(row, reviewer=world.rana, now=now)
    case.refresh_from_db()
    assert case.claimed_by != world.rana


def test_one_click_for_three_lines_is_one_step_for_three():
    world, now = a_world(), timezone.now()
    step = {"event": "accepted", "seq": 0, "made_at": WEDNESDAY, "goes_at": now + timedelta(seconds=10)}
    for case in a_notice(world, lines=3).complaints.order_by("line"):
        PendingStep.objects.create(complaint=case, reviewer=world.rana, **step)
    (made,) = selectors.steps_on_their_way(world.rana, now=now)
    assert (made.complaint.line, made.twins) == (1, 3)
    assert selectors.steps_on_their_way(world.rana, now=now + timedelta(seconds=10)) == []
    assert len(selectors.steps_made(world.rana)) == 1


def test_rows_that_are_still_alike_are_made_once_and_nobody_is_given_those_of_another():
    world = a_world()
    cases = Prepared(lambda pk: Complaint.objects.filter(pk=pk).select_related("holder"), alike=True)
    pk = a_complaint(world).pk
    [first] = cases(pk=pk)
    first.number, first.holder.name = "scribbled", "scribbled"
    with CaptureQueriesContext(connection) as sent:
        [again] = cases(pk=pk)
        assert again.holder.name == world.halden.name
    assert len(sent) == 1
    assert again == Complaint.objects.get(pk=pk)
    assert again.number != "scribbled"
    assert again.holder._state.adding is False


def test_what_was_written_since_is_read_also_of_rows_that_were_alike():
    world = a_world()
    named = Prepared(lambda pk: Person.objects.filter(pk=pk), alike=True)
    for name in ("Ines Moe", "Ines Moe-Halden"):
        Person.objects.filter(pk=world.ines.pk).update(name=name)
        assert [one.name for one in named(pk=world.ines.pk) + named(pk=world.ines.pk)] == [name, name]
    assert named(pk=0) == []


def test_a_list_that_is_empty_is_nobody_elses_either():
    world = a_world()
    keys = Prepared(lambda pk: ApiClient.objects.filter(pk=pk), alike=True)
    client, _ = create_client(
        person=world.tomas, role="operator", name="Harbour", scopes=["listings:write"], now=timezone.now()
    )
    ApiClient.objects.filter(pk=client.pk).update(scopes=[])
    keys(pk=client.pk)[0].scopes.append("operations:act")
    assert keys(pk=client.pk)[0].scopes == []
