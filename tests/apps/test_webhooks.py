"""Other programs are told every event they may see, in order and at least once; one receiver's trouble is no other's."""

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection, transaction
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

import plugged
from countermark.apps.complaints import log
from countermark.apps.complaints.models import Complaint, ComplaintEvent
from countermark.apps.complaints.selectors import reached_the_seller
from countermark.apps.complaints.services import Reasons
from countermark.apps.webhooks import collecting, selectors, sending, services
from countermark.apps.webhooks.models import ACCEPTED, ACTIVE, GIVEN_UP, PAUSED, STOPPED, WAITING, Dispatch, Endpoint
from countermark.apps.webhooks.selectors import PLATFORM, Owner
from countermark.apps.webhooks.services import EndpointSaid
from countermark.apps.work.models import Job, SealedText
from countermark.connectors.webhook import Answer, NotReached
from countermark.connectors.webhook_fake import FakeSender
from countermark.connectors.webhook_http import HttpSender
from countermark.entrypoints.jobs.worker import Worker
from people import WEDNESDAY, a_complaint, a_notice, a_world, happens

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
WHY = Reasons(("tm_mark_on_goods",))
URL = "https://hooks.example/in"


class Time:
    """The real time of these tests."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def passes(self, **amount):
        self.now += timedelta(**amount)


@pytest.fixture
def clock():
    return Time()


@pytest.fixture
def receiver(settings, monkeypatch):
    settings.WEBHOOK_FACTORY = "plugged.webhook_sender"
    monkeypatch.setitem(plugged.ports, "receiver", FakeSender())
    return plugged.ports["receiver"]


@pytest.fixture
def world():
    return a_world()


def an_endpoint(owner=PLATFORM, **said):
    """An endpoint and its secret."""
    return services.add_endpoint(
        owner=owner, said=EndpointSaid(**{"name": "Shop", "url": URL, **said}), by=None, now=NOW
    )


def worked(clock):
    """What a worker would do now: take up, then send to everybody with something due."""
    collecting.gather(now=clock.now)
    for job in Job.objects.filter(kind=collecting.SEND, run_at__lte=clock.now):
        job.delete()
        sending.send(int(job.key), clock=clock)


def accepted(case, at=WEDNESDAY + HOUR):
    return happens(case, "accepted", "reviewer", at, reasons=WHY)


def heard(receiver, case=None):
    """(event, seq) in the order of arrival."""
    said = [one.said for one in receiver.received]
    data = [one["data"] for one in said if one["type"] != "ping"]
    return [(one["event"], one["seq"]) for one in data if case is None or one["case"] == case.number]


def reload(row):
    row.refresh_from_db()
    return row


# --- what is said ---------------------------------------------------------------------------------------------------------


def test_an_event_is_told_once_signed_with_codes_ids_and_instants_alone(world, receiver, clock):
    _, key = an_endpoint()
    case = accepted(a_complaint(world))
    worked(clock)
    worked(clock)
    assert heard(receiver) == [("opened", 0), ("accepted", 1)]
    last = receiver.received[-1]
    signed = {**last.headers, "webhook-timestamp": last.headers["webhook-timestamp"]}
    assert int(signed["webhook-timestamp"]) == int(NOW.timestamp())
    event = ComplaintEvent.objects.get(complaint=case, seq=1)
    assert last.said == {
        "type": "complaint.accepted",
        "timestamp": "2026-02-25T07:02:00Z",  # 15:02 in Shanghai
        "data": {
            "case": case.number,
            "notice": case.notice.number,
            "marketplace": world.market.slug,
            "item": case.listing.item_id,
            "procedure": "platform",
            "event": "accepted",
            "by": "reviewer",
            "seq": 1,
            "state": "awaiting_seller",
            "ask": "nothing",
            "due_at": None,
            "recorded_at": event.recorded_at.isoformat().replace("+00:00", "Z"),
            "position": event.leaf.position,
        },
    }
    for name in (world.halden.name, world.ines.name, world.mei.name, world.mei.email, world.halden.contact_email):
        assert name not in last.body.decode()
    assert len(key) == len("whsec_") + 44


def test_the_standards_library_takes_what_we_send(world, receiver):
    _, key = an_endpoint()
    a_complaint(world)
    collecting.gather(now=datetime.now(UTC))
    sending.send(Endpoint.objects.get().pk, clock=lambda: datetime.now(UTC))
    (one,) = receiver.received
    assert Webhook(key).verify(one.body, dict(one.headers)) == one.said


def test_the_due_instant_is_told_while_the_case_still_stands_there(world, receiver, clock):
    an_endpoint()
    case = accepted(a_complaint(world))
    happens(case, "served", "", WEDNESDAY + HOUR)
    worked(clock)
    due = [one.said["data"]["due_at"] for one in receiver.received]
    assert due[:-1] == [None, None]  # the case has moved on from these
    assert datetime.fromisoformat(due[-1]) == case.due_at


def test_a_new_endpoint_is_told_what_happens_from_now_on(world, receiver, clock):
    case = a_complaint(world)
    log.sequence()
    an_endpoint()
    accepted(case)
    worked(clock)
    assert heard(receiver) == [("accepted", 1)]


def test_events_that_commit_out_of_order_are_all_told(world, receiver, clock):
    """The later row commits first; the earlier one is numbered after it and is not passed over."""
    an_endpoint()
    a_complaint(world)
    first = ComplaintEvent.objects.get()
    late = ComplaintEvent(
        pk=first.pk - 1, complaint=a_complaint(world), seq=1, event="accepted", by="reviewer", at=WEDNESDAY,
        recorded_at=first.recorded_at, state="awaiting_seller", ask="nothing", payload="{}", hash=b"x" * 32,
    )  # fmt: skip
    worked(clock)
    assert len(heard(receiver)) == 2
    late.save(force_insert=True)  # its transaction ends only now, with an id below those already told
    worked(clock)
    assert heard(receiver)[-1] == ("accepted", 1)
    assert len(heard(receiver)) == 3


# --- who is told what -----------------------------------------------------------------------------------------------------


def test_filters_let_through_what_they_name(world, receiver, clock):
    other = a_world()
    an_endpoint(events=("accepted", "restricted"), marketplaces=(world.market.slug,), packs=("platform",))
    wanted = accepted(a_complaint(world))
    accepted(a_complaint(other))
    happens(a_complaint(world, pack="eu-notice"), "restricted", "reviewer", WEDNESDAY, reasons=WHY)
    worked(clock)
    assert heard(receiver) == [("accepted", 1)]
    assert receiver.received[0].said["data"]["case"] == wanted.number


def test_a_holder_is_told_of_its_own_cases_and_of_nobody_elses(world, receiver, clock):
    other = a_world()
    an_endpoint(Owner(holder_id=world.halden.pk))
    mine = accepted(a_complaint(world))
    accepted(a_complaint(other))
    worked(clock)
    assert {one.said["data"]["case"] for one in receiver.received} == {mine.number}


def test_a_seller_is_told_from_the_event_on_that_reaches_it_and_nothing_of_ottos(world, receiver, clock):
    an_endpoint(Owner(seller_id=world.mei.pk))
    case = a_complaint(world)
    happens(case, "returned", "reviewer", WEDNESDAY)
    happens(case, "served", "", WEDNESDAY)
    happens(case, "mended", "complainant", WEDNESDAY)
    accepted(case)
    happens(case, "served", "", WEDNESDAY + HOUR)
    accepted(a_complaint(world, seller=world.otto))
    a_complaint(world)  # checked, and perhaps refused: the seller need never hear of it
    worked(clock)
    assert heard(receiver) == [("accepted", case.seq - 1), ("served", case.seq)]


def test_that_the_complainant_was_told_is_not_told_to_the_seller(world, receiver, clock):
    an_endpoint(Owner(seller_id=world.mei.pk))
    case = accepted(a_complaint(world))
    happens(case, "served", "", WEDNESDAY + HOUR)
    happens(case, "counter_notice_filed", "seller", WEDNESDAY + 2 * HOUR)
    assert case.waits_on == "complainant"
    happens(case, "served", "", WEDNESDAY + 3 * HOUR)
    worked(clock)
    assert [event for event, _ in heard(receiver)] == ["accepted", "served", "counter_notice_filed"]


def test_the_events_that_reach_a_seller_are_those_by_which_pages_show_it_the_case(world):
    for event, by in (("accepted", "reviewer"), ("refused", "reviewer"), ("returned", "reviewer")):
        case = happens(a_complaint(world), event, by, WEDNESDAY, reasons=WHY)
        shown = Complaint.objects.filter(reached_the_seller(), pk=case.pk).exists()
        assert ComplaintEvent.objects.filter(collecting.reaches_the_seller(), complaint=case).exists() == shown


def test_nobody_touches_the_endpoint_of_another(world, clock):
    own, other = Owner(holder_id=world.halden.pk), Owner(seller_id=world.mei.pk)
    endpoint, _ = an_endpoint(own)
    acts = (services.pause, services.resume, services.close, services.test, services.change_secret, services.try_now)
    for owner in (other, PLATFORM, Owner(holder_id=a_world().halden.pk)):
        for act in acts:
            with pytest.raises(services.UnknownEndpoint):
                act(endpoint.pk, owner=owner, now=NOW)
        with pytest.raises(services.UnknownEndpoint):
            services.replay(endpoint.pk, owner=owner, now=NOW, position=0)
        with pytest.raises(services.UnknownEndpoint):
            services.change_endpoint(endpoint.pk, owner=owner, said=EndpointSaid("x", URL))
    assert list(selectors.endpoints_of(own)) == [endpoint]
    assert list(selectors.endpoints_of(PLATFORM)) == []


# --- in order -------------------------------------------------------------------------------------------------------------


def is_about(case, one):
    return one.said["data"].get("case") == case.number


def refuses(case):
    """A receiver that fails at the events of one case."""
    return lambda one: Answer(500 if is_about(case, one) else 200)


def test_the_next_event_of_a_case_waits_for_the_one_ahead_and_other_cases_do_not(world, receiver, clock):
    an_endpoint()
    stuck, other = accepted(a_complaint(world)), accepted(a_complaint(world))
    receiver.reply = refuses(stuck)
    worked(clock)
    assert heard(receiver, stuck) == [("opened", 0)]
    assert heard(receiver, other) == [("opened", 0), ("accepted", 1)]
    receiver.reply = lambda one: Answer(204)
    clock.passes(seconds=0.5)
    worked(clock)
    assert heard(receiver, stuck) == [("opened", 0)]  # the first wait is one second
    clock.passes(seconds=0.5)
    worked(clock)
    assert heard(receiver, stuck) == [("opened", 0), ("opened", 0), ("accepted", 1)]


def test_a_receiver_out_of_order_for_an_hour_gets_everything_in_order_afterwards(world, receiver, clock):
    endpoint, _ = an_endpoint()
    cases = [a_complaint(world) for _ in range(6)]
    receiver.reply = lambda one: Answer(500, "out of order")
    until = clock.now + HOUR
    while clock.now < until:
        worked(clock)
        if clock.now == NOW + timedelta(minutes=10):
            for case in cases:
                accepted(case)
        clock.passes(minutes=1)
    asked = len(receiver.received)
    assert asked <= 3 * 11  # runs after 0, 1, 2, 4, 8, 15, 30 s, 1, 2, 10 and 30 minutes; three events each
    assert selectors.health(reload(endpoint)) == "failing"
    receiver.received.clear()
    receiver.reply = lambda one: Answer(204)
    for _ in range(70):
        worked(clock)
        clock.passes(minutes=1)
    assert selectors.health(reload(endpoint)) == "well"
    for case in cases:
        assert heard(receiver, case) == [("opened", 0), ("accepted", 1)]
    assert len({one.id for one in receiver.received}) == 12


def test_an_event_taken_up_before_the_one_ahead_of_it_waits_for_it(world, receiver, clock):
    """A worker whose clock is behind recorded event 1 "before" event 0: the log numbers it first."""
    endpoint, _ = an_endpoint()
    case = accepted(a_complaint(world))
    log.sequence()
    second = case.events.get(seq=1)
    Dispatch.objects.create(
        endpoint=endpoint, event=second, complaint=case, seq=1, position=0, webhook_id="evt_b",
        created_at=NOW, next_at=NOW,
    )  # fmt: skip
    sending.send(endpoint.pk, clock=clock)
    assert receiver.received == []
    collecting.collect(endpoint.pk, now=NOW)
    sending.send(endpoint.pk, clock=clock)
    assert heard(receiver) == [("opened", 0), ("accepted", 1)]


# --- receivers in trouble -------------------------------------------------------------------------------------------------


def test_a_receiver_that_does_not_answer_is_asked_once_a_run_and_left_in_peace(world, receiver, clock):
    endpoint, _ = an_endpoint()
    a_notice(world, lines=20)
    receiver.reply = lambda one: NotReached("timeout")
    worked(clock)
    worked(clock)
    assert len(receiver.received) == 1
    assert reload(endpoint).next_try_at == NOW + timedelta(seconds=1)
    clock.passes(seconds=1)
    worked(clock)
    assert (len(receiver.received), reload(endpoint).next_try_at) == (2, clock.now + timedelta(seconds=2))


def test_an_event_that_alone_makes_the_receiver_hang_holds_up_its_case_only(world, receiver, clock):
    an_endpoint()
    stuck, *others = [a_complaint(world) for _ in range(4)]
    receiver.reply = lambda one: NotReached("timeout") if one.said["data"]["case"] == stuck.number else Answer(200)
    for _ in range(20):
        worked(clock)
        clock.passes(seconds=10)
    assert all(heard(receiver, case) == [("opened", 0)] for case in others)


def test_news_of_other_cases_does_not_wait_for_the_next_try_of_one_that_is_stuck(world, receiver, clock):
    an_endpoint()
    stuck = a_complaint(world)
    receiver.reply = refuses(stuck)
    for _ in range(9):
        worked(clock)
        clock.passes(minutes=45)
    worked(clock)
    assert Job.objects.get(kind=collecting.SEND).run_at > clock.now + timedelta(minutes=10)
    other = a_complaint(world)
    worked(clock)
    assert heard(receiver, other) == [("opened", 0)]


def test_a_receiver_that_says_when_to_come_back_is_heard(world, receiver, clock):
    an_endpoint()
    a_notice(world, lines=5)
    receiver.reply = lambda one: Answer(429, retry_after=timedelta(minutes=20))
    worked(clock)
    clock.passes(minutes=19)
    worked(clock)
    assert len(receiver.received) == 1
    clock.passes(minutes=1)
    receiver.reply = lambda one: Answer(200)
    worked(clock)
    assert len(receiver.received) == 6


def test_a_receiver_that_is_gone_is_not_asked_again(world, receiver, clock):
    endpoint, _ = an_endpoint()
    a_notice(world, lines=3)
    receiver.reply = lambda one: Answer(410)
    worked(clock)
    clock.passes(hours=2)
    worked(clock)
    assert len(receiver.received) == 1
    assert (reload(endpoint).state, endpoint.why) == (STOPPED, "gone")
    assert list(selectors.stopped_endpoints()) == [endpoint]


def test_a_redirect_is_a_failure_and_not_followed(world, receiver, clock):
    an_endpoint()
    a_complaint(world)
    receiver.reply = lambda one: Answer(302)
    worked(clock)
    assert (Dispatch.objects.get().state, Dispatch.objects.get().status) == (WAITING, 302)


def test_after_three_days_of_nothing_but_failures_an_endpoint_is_stopped_and_loses_nothing(world, receiver, clock):
    endpoint, _ = an_endpoint()
    case = a_complaint(world)
    receiver.reply = lambda one: NotReached("unreachable")
    while clock.now < NOW + timedelta(days=3, hours=2):
        worked(clock)
        clock.passes(minutes=20)
    assert (reload(endpoint).state, endpoint.why) == (STOPPED, "failing")
    tries = len(receiver.received)
    assert tries < 90  # hourly in the end: 72 and the first few
    accepted(case)
    clock.passes(days=9)
    worked(clock)
    assert len(receiver.received) == tries
    receiver.received.clear()
    receiver.reply = lambda one: Answer(200)
    services.resume(endpoint.pk, owner=PLATFORM, now=clock.now)
    worked(clock)
    assert heard(receiver) == [("opened", 0), ("accepted", 1)]


def test_an_event_that_fails_for_three_days_is_given_up_and_its_case_goes_on(world, receiver, clock):
    endpoint, _ = an_endpoint()
    case = accepted(a_complaint(world))
    receiver.reply = lambda one: Answer(422 if one.said["data"]["seq"] == 0 and is_about(case, one) else 200)
    while clock.now < NOW + timedelta(days=3, hours=2):
        a_complaint(world)  # the receiver takes everything else
        worked(clock)
        clock.passes(hours=1)
    assert (reload(endpoint).state, Dispatch.objects.get(complaint=case, seq=0).state) == (ACTIVE, GIVEN_UP)
    assert heard(receiver, case)[-1] == ("accepted", 1)


def test_what_is_given_up_by_hand_lets_its_case_go_on(world, receiver, clock):
    an_endpoint()
    case = accepted(a_complaint(world))
    receiver.reply = refuses(case)
    worked(clock)
    services.give_up(Dispatch.objects.get(complaint=case, seq=0).pk, owner=PLATFORM, now=clock.now)
    receiver.reply = lambda one: Answer(200)
    worked(clock)
    assert heard(receiver, case) == [("opened", 0), ("accepted", 1)]


def test_a_paused_endpoint_gets_what_it_missed_when_it_is_resumed(world, receiver, clock):
    endpoint, _ = an_endpoint()
    services.pause(endpoint.pk, owner=PLATFORM, now=NOW)
    accepted(a_complaint(world))
    worked(clock)
    assert (receiver.received, reload(endpoint).state) == ([], PAUSED)
    services.resume(endpoint.pk, owner=PLATFORM, now=NOW)
    worked(clock)
    assert heard(receiver) == [("opened", 0), ("accepted", 1)]


# --- workers that die, and clocks that differ ------------------------------------------------------------------------------


def test_a_worker_killed_in_the_middle_sends_again_what_it_did_not_write_down(world, receiver, clock):
    an_endpoint()
    accepted(a_complaint(world))

    def die(one):
        raise KeyboardInterrupt

    receiver.reply = die
    collecting.gather(now=clock.now)
    with pytest.raises(KeyboardInterrupt):
        sending.send(Endpoint.objects.get().pk, clock=clock)
    receiver.reply = lambda one: Answer(200)
    worked(clock)
    assert heard(receiver) == [("opened", 0), ("opened", 0), ("accepted", 1)]
    assert receiver.received[0].id == receiver.received[1].id


def test_a_lease_left_behind_by_a_dead_worker_ends_by_itself(world, receiver, clock):
    an_endpoint()
    a_complaint(world)
    Endpoint.objects.update(busy_by="dead", busy_until=NOW + sending.BUSY)
    worked(clock)
    assert receiver.received == []
    clock.passes(seconds=sending.BUSY.total_seconds())
    worked(clock)
    assert len(receiver.received) == 1


def test_of_two_workers_with_skewed_clocks_neither_overtakes_the_other(world, receiver, clock):
    """One worker's clock is ten minutes ahead: it thinks the other is dead while that one still waits for an answer."""
    endpoint, _ = an_endpoint()
    case = accepted(a_complaint(world))
    ahead = Time()
    ahead.passes(minutes=10)
    nested = []

    def slow(one):
        if not nested:
            nested.append(one)
            sending.send(endpoint.pk, clock=ahead)  # the other worker, meanwhile
        return Answer(200)

    receiver.reply = slow
    collecting.gather(now=clock.now)
    sending.send(endpoint.pk, clock=clock)
    firsts = list(dict.fromkeys(heard(receiver, case)))
    assert firsts == [("opened", 0), ("accepted", 1)]
    assert list(Dispatch.objects.order_by("seq").values_list("state", flat=True)) == [ACCEPTED, ACCEPTED]


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_each_event_once(receiver, clock):
    world = a_world()
    endpoint, _ = an_endpoint()
    a_notice(world, lines=10)
    collecting.gather(now=clock.now)
    together = threading.Barrier(2)

    def run():
        together.wait(60)
        sending.send(endpoint.pk, clock=clock)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(receiver.received) == len({one.id for one in receiver.received}) == 10


class Death(BaseException):
    """What kill -9 is to the code: nothing catches it."""


def dies_at(statement):
    """The worker dies right before it would send its n-th statement to the database."""
    left = [statement]

    def wrapper(execute, sql, params, many, context):
        left[0] -= 1
        if left[0] == 0:
            raise Death
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper)


def test_a_worker_may_die_at_any_statement_and_everything_is_told_in_order(world, receiver, clock):
    endpoint, _ = an_endpoint()
    cases = list(a_notice(world, lines=120).complaints.order_by("line"))
    worked(clock)
    for statement, case in enumerate(cases, 1):
        accepted(case)
        happens(case, "served", "", WEDNESDAY + HOUR)
        died = False
        try:
            with dies_at(statement):
                worked(clock)
        except Death:
            died = True
        clock.passes(minutes=2)  # the lease of the dead one has ended
        collecting.gather(now=clock.now)
        sending.send(endpoint.pk, clock=clock)
        told = list(dict.fromkeys(heard(receiver, case)))
        assert told == [("opened", 0), ("accepted", 1), ("served", 2)], statement
        if not died:
            break
        receiver.received[:] = [one for one in receiver.received if one.said["type"] == "complaint.opened"]
    assert not died and statement > 25
    assert not Dispatch.objects.exclude(state=ACCEPTED).exists()


# --- replay ---------------------------------------------------------------------------------------------------------------


def test_a_replay_sends_the_same_ids_again_in_order_and_marks_them(world, receiver, clock):
    endpoint, _ = an_endpoint()
    case = accepted(a_complaint(world))
    worked(clock)
    before = [(one.id, one.body) for one in receiver.received]
    assert all(sending.REPLAY not in one.headers for one in receiver.received)
    receiver.received.clear()
    assert services.replay(endpoint.pk, owner=PLATFORM, now=NOW, position=1) == 1
    worked(clock)
    assert [(one.id, one.body) for one in receiver.received] == before[1:]
    assert [one.headers[sending.REPLAY] for one in receiver.received] == ["1"]
    services.replay(endpoint.pk, owner=PLATFORM, now=NOW, since=case.events.first().recorded_at)
    worked(clock)
    assert [one.headers[sending.REPLAY] for one in receiver.received[1:]] == ["1", "2"]


def test_a_replay_reaches_back_before_the_endpoint_was_there(world, receiver, clock):
    accepted(a_complaint(world))
    log.sequence()
    endpoint, _ = an_endpoint()
    services.replay(endpoint.pk, owner=PLATFORM, now=NOW, position=0)
    worked(clock)
    assert heard(receiver) == [("opened", 0), ("accepted", 1)]
    assert all(sending.REPLAY not in one.headers for one in receiver.received)  # told for the first time


def test_a_replay_from_beyond_the_end_is_refused(world, clock):
    endpoint, _ = an_endpoint()
    for point in ({"position": 0}, {"position": -1}, {"since": NOW}, {}):
        with pytest.raises(services.NothingToReplay):
            services.replay(endpoint.pk, owner=PLATFORM, now=NOW, **point)


def test_one_delivery_is_sent_again_under_its_id(world, receiver, clock):
    an_endpoint()
    accepted(a_complaint(world))
    worked(clock)
    again = Dispatch.objects.get(seq=0)
    services.send_again(again.pk, owner=PLATFORM, now=NOW)
    worked(clock)
    assert heard(receiver) == [("opened", 0), ("accepted", 1), ("opened", 0)]
    assert receiver.received[0].id == receiver.received[2].id
    assert (reload(again).replays, len(again.tries)) == (1, 2)


# --- tests and secrets ----------------------------------------------------------------------------------------------------


def test_a_ping_is_sent_once_in_whatever_state_the_endpoint_is(world, receiver, clock):
    endpoint, _ = an_endpoint()
    services.pause(endpoint.pk, owner=PLATFORM, now=NOW)
    sent = services.test(endpoint.pk, owner=PLATFORM, now=NOW)
    sending.ping(sent.pk, clock=clock)
    sending.ping(sent.pk, clock=clock)
    (one,) = receiver.received
    assert one.said == {"type": "ping", "timestamp": "2026-07-01T09:00:00Z", "data": {"endpoint": endpoint.pk}}
    assert reload(sent).state == ACCEPTED


def test_a_ping_that_fails_is_not_repeated_and_stops_nothing(world, receiver, clock):
    endpoint, _ = an_endpoint()
    receiver.reply = lambda one: Answer(410, "who?")
    sent = services.test(endpoint.pk, owner=PLATFORM, now=NOW)
    sending.ping(sent.pk, clock=clock)
    assert (reload(sent).state, sent.answer, reload(endpoint).state) == (GIVEN_UP, "who?", ACTIVE)


def test_a_ping_that_gets_through_ends_the_wait_of_an_endpoint_that_failed(world, receiver, clock):
    endpoint, _ = an_endpoint()
    a_complaint(world)
    receiver.reply = lambda one: NotReached("unreachable")
    for _ in range(6):
        worked(clock)
        clock.passes(minutes=40)
    receiver.reply = lambda one: Answer(200)
    sending.ping(services.test(endpoint.pk, owner=PLATFORM, now=clock.now).pk, clock=clock)
    assert reload(endpoint).next_try_at is None
    assert selectors.health(endpoint) == "well"


def test_for_a_day_after_a_change_both_secrets_sign(world, receiver, clock):
    endpoint, old = an_endpoint()
    new = services.change_secret(endpoint.pk, owner=PLATFORM, now=NOW)
    a_complaint(world)
    worked(clock)
    assert len(receiver.received[-1].headers["webhook-signature"].split()) == 2
    clock.passes(hours=24)
    a_complaint(world)
    worked(clock)
    assert len(receiver.received[-1].headers["webhook-signature"].split()) == 1
    assert old != new


def test_a_secret_is_kept_sealed_and_is_gone_when_the_endpoint_is_closed(world, receiver, clock):
    endpoint, key = an_endpoint()
    assert all(key.encode() not in bytes(row.sealed) for row in SealedText.objects.all())
    a_complaint(world)
    services.close(endpoint.pk, owner=PLATFORM, now=NOW)
    worked(clock)
    assert receiver.received == []
    assert (reload(endpoint.secret.key).wrapped, endpoint.secret.key.rule) == (None, "endpoint_closed")
    with pytest.raises(services.UnknownEndpoint):
        services.endpoint_of(endpoint.pk, PLATFORM)


# --- what is refused ------------------------------------------------------------------------------------------------------


def defects(**said):
    with pytest.raises(services.EndpointDefective) as caught:
        an_endpoint(**said)
    return {(one.code, one.field) for one in caught.value.defects}


def test_everything_that_is_wrong_with_an_endpoint_is_said_at_once(db):
    found = defects(name=" ", url="http://10.0.0.8/", events=("opend",), marketplaces=("nowhere",), packs=("us",))
    assert found == {
        ("endpoint_name", "name"),
        ("endpoint_url_https", "url"),
        ("endpoint_events", "events"),
        ("endpoint_marketplaces", "marketplaces"),
        ("endpoint_packs", "packs"),
    }
    assert not Endpoint.objects.exists()


def test_one_address_is_told_once_by_one_owner(world):
    an_endpoint()
    assert defects() == {("endpoint_url_taken", "url")}
    an_endpoint(Owner(holder_id=world.halden.pk))  # somebody else's business


def test_an_owner_has_a_limited_number_of_endpoints(db):
    for number in range(services.MOST_ENDPOINTS):
        an_endpoint(url=f"{URL}/{number}")
    assert defects() == {("endpoint_too_many", "url")}


def test_text_no_database_takes_is_refused(db):
    assert ("unprintable_text", "name") in defects(name="a\0b")
    assert ("endpoint_url_not_an_address", "url") in defects(url="https://hooks.example/\0")


# --- very many ------------------------------------------------------------------------------------------------------------


def test_an_endpoint_that_is_far_behind_takes_up_no_more_than_it_can_hold(world, receiver, clock, monkeypatch):
    monkeypatch.setattr(collecting, "MOST_WAITING", 25)
    monkeypatch.setattr(collecting, "BATCH", 10)
    an_endpoint()
    a_notice(world, lines=60)
    receiver.reply = lambda one: Answer(500)
    worked(clock)
    assert 25 <= Dispatch.objects.filter(state=WAITING).count() < 35
    receiver.reply = lambda one: Answer(200)
    clock.passes(minutes=5)
    for _ in range(9):
        worked(clock)
    assert len({one.id for one in receiver.received}) == 60


def test_taking_up_a_batch_costs_the_same_queries_however_many_events_it_has(
    world, receiver, clock, django_assert_max_num_queries
):
    endpoint, _ = an_endpoint()
    a_notice(world, lines=200)
    log.sequence()
    with django_assert_max_num_queries(9):
        assert collecting.collect(endpoint.pk, now=NOW)
    assert Dispatch.objects.count() == 200


def test_an_installation_without_endpoints_does_nothing_for_webhooks(world):
    a_complaint(world)
    Job.objects.all().delete()
    collecting.wake(now=NOW)
    assert not Job.objects.exists()


def test_recording_and_taking_up_are_two_transactions(world, receiver, clock):
    """What is rolled back was never recorded, and nobody is told of it."""
    an_endpoint()
    with pytest.raises(RuntimeError), transaction.atomic():
        a_complaint(world)
        raise RuntimeError
    worked(clock)
    assert receiver.received == []


# --- the whole way --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_worker_tells_a_real_receiver_that_checks_every_signature(settings, monkeypatch):
    """From a service that records an event to a receiver's own table, through the jobs of a worker and a real socket."""
    server = AReceiver()
    sender = HttpSender(exempt=[server.pair], seconds=3)
    settings.WEBHOOK_HOSTS, settings.WEBHOOK_FACTORY = [server.pair], "plugged.webhook_sender"
    monkeypatch.setitem(plugged.ports, "receiver", sender)
    monkeypatch.setattr(collecting, "SOON", timedelta())
    world = a_world()
    _, server.key = an_endpoint(url=f"http://{server.pair}/in")
    server.fails = 2  # the first two requests are answered with 500
    cases = [accepted(a_complaint(world)) for _ in range(3)]
    for _ in range(3):
        Dispatch.objects.update(next_at=timezone.now())
        Job.objects.filter(kind=collecting.SEND).update(run_at=timezone.now())
        Worker("desk-1").once()
    for case in cases:
        told = [one["data"]["seq"] for one in server.kept.values() if one["data"]["case"] == case.number]
        assert told == sorted(told) == list(range(case.events.count()))
    assert not Dispatch.objects.exclude(state=ACCEPTED).exists()
    assert server.forged == 0
    server.close()


class AReceiver:
    """A web server that checks with the standard's library and keeps each id once."""

    def __init__(self):
        receiver = self
        self.key, self.fails, self.forged, self.kept = "", 0, 0, {}

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(receiver.heard(dict(self.headers), body))
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.pair = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def heard(self, headers, body):
        try:
            said = Webhook(self.key).verify(body, headers)
        except WebhookVerificationError:
            self.forged += 1
            return 401
        if self.fails:
            self.fails -= 1
            return 500
        self.kept.setdefault(headers["webhook-id"], said)
        return 200

    def close(self):
        self.server.shutdown()
        self.server.server_close()
