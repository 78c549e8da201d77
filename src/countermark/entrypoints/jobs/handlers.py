"""Which kind of job is done by which service? A door like any other: it reads the clock, calls one service, keeps nothing.

Every handler may run twice, and beside another run of itself: the services behind them are written for that.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.conf import settings

from countermark.apps.complaints import log
from countermark.apps.complaints.log_checks import run_check
from countermark.apps.complaints.recount import recount_running
from countermark.apps.enforcement import selectors as enforced
from countermark.apps.enforcement import services as enforcement
from countermark.apps.enforcement import shops
from countermark.apps.identity import letters as identity_letters
from countermark.apps.identity import services as identity
from countermark.apps.keeping import retention
from countermark.apps.mandates import letters as mandate_letters
from countermark.apps.mandates import services as mandates
from countermark.apps.notifications import right_letters
from countermark.apps.notifications import services as notifications
from countermark.apps.orders import letters, trace
from countermark.apps.orders import services as orders
from countermark.apps.parties import holder_members, member_letters, shop_letters, shop_people
from countermark.apps.portfolio import running
from countermark.apps.portfolio import sending as drafts
from countermark.apps.rights import asking, services
from countermark.apps.screening import addressed, opinions, pushed, replaying, stay_down, traces
from countermark.apps.webhooks import collecting, sending
from countermark.apps.webhooks import services as webhooks
from countermark.apps.work import true_time
from countermark.apps.work.jobs import enqueue, enqueue_many
from countermark.apps.work.models import Job
from countermark.apps.work.services import case_time

CHECKPOINT_EVERY = timedelta(minutes=1)
ROUND_EVERY = timedelta(minutes=15)
RETENTION_EVERY = timedelta(days=1)
LOOKS_PER_ROUND = 200
REGISTERS_EVERY = timedelta(days=1)
LINKS_EVERY = timedelta(days=1)
RECORDS_PER_TURN = 20  # of a register: a worker's beat does not wait for more

Handler = Callable[[Job, datetime], None]


def tell(job: Job, now: datetime) -> None:
    """Write the messages of one notice; what was recorded there is news for webhooks and for what is kept down, too."""
    notifications.tell(int(job.key), at=case_time(now), now=now)
    opinions.after_case(int(job.key))
    stay_down.wake(int(job.key), now=now)
    collecting.wake(now=now)


def tell_appeal(job: Job, now: datetime) -> None:
    """Write the messages about one appeal: that it was filed, or that it changed nothing."""
    pk, _, what = job.key.partition(":")
    notifications.tell_appeal(int(pk), what, at=case_time(now), now=now)


def deliver(job: Job, now: datetime) -> None:
    """Send one letter. The clock is read again afterwards: the party is told when the letter was taken, not when we began."""
    receipt = notifications.send(int(job.key), at=case_time(now), now=now)
    if receipt is not None:
        notifications.delivered(int(job.key), receipt=receipt, at=case_time(true_time.now()))


def enforce(job: Job, now: datetime) -> None:
    """Ask the marketplace for the state one listing must be in."""
    enforcement.enforce(int(job.key), at=case_time(now), now=now)


def look(job: Job, now: datetime) -> None:
    """See how one listing stands at its marketplace."""
    enforcement.look(int(job.key), at=case_time(now), now=now)


def enforce_shop(job: Job, now: datetime) -> None:
    """Ask the marketplace for what must lie on one seller's shop."""
    shops.enforce_shop(int(job.key), at=case_time(now), now=now)


def look_shop(job: Job, now: datetime) -> None:
    """See what lies on one seller's shop at its marketplace."""
    shops.look_at_shop(int(job.key), at=case_time(now), now=now)


def tell_order(job: Job, now: datetime) -> None:
    """Write the letters of one order; where screening led to it, what its end says of that is kept."""
    letters.tell(int(job.key), at=case_time(now), now=now)
    opinions.after_order(int(job.key), at=case_time(now))


def deliver_order(job: Job, now: datetime) -> None:
    """Send one letter about an order."""
    letters.send(int(job.key), at=case_time(now), now=now)


def tell_shop(job: Job, now: datetime) -> None:
    """Write to whom it concerns that somebody acts for a shop, or no longer does."""
    shop_letters.tell(int(job.key), now=now)


def tell_member(job: Job, now: datetime) -> None:
    """Write to whom it concerns who acts for an account now, and who no longer does."""
    member_letters.tell(int(job.key), now=now)


def tell_mandate(job: Job, now: datetime) -> None:
    """Write to owner and agent what happened to a mandate."""
    mandate_letters.tell(int(job.key), now=now)


def tell_identity(job: Job, now: datetime) -> None:
    """Write to a holder what was found about its papers."""
    identity_letters.tell(int(job.key), at=case_time(now))


def tell_right(job: Job, now: datetime) -> None:
    """Write the letter that tells a holder what happened to a right."""
    right_letters.tell(int(job.key), at=case_time(now), now=now)


def deliver_right(job: Job, now: datetime) -> None:
    """Send one letter about a right."""
    right_letters.send(int(job.key), at=case_time(now), now=now)


def import_rights(job: Job, now: datetime) -> None:
    """Store the rows of one file of rights, batch by batch; begun again, it goes on where the last batch ended."""
    running.run(int(job.key), at=case_time(now))


def submit_rights(job: Job, now: datetime) -> None:
    """Send the drafts that are ready, batch by batch; begun again, it goes on where the last batch ended."""
    drafts.run(int(job.key), at=case_time(now))


def checkpoint(job: Job, now: datetime) -> None:
    """Number the events that have none, sign the root over all, and promise the next time."""
    while log.sequence() == log.BATCH:
        pass
    log.checkpoint(at=now)
    collecting.wake(now=now)
    enqueue(job.kind, job.key, run_at=now + CHECKPOINT_EVERY)


def rounds(job: Job, now: datetime) -> None:
    """End the orders and fingerprints whose time is up, link sellers by what was found of late, have looked at what nobody has
    seen for a while, and promise the next round."""
    orders.expire(at=case_time(now), now=now)
    traces.look_at_recent(at=case_time(now))
    stay_down.catch_up(at=case_time(now), now=now)
    stale = enforced.listings_to_look_at(at=case_time(now), limit=LOOKS_PER_ROUND)
    enqueue_many([("look", str(pk), {}) for pk in stale], run_at=now)
    shops_seen = enforced.shops_to_look_at(at=case_time(now), limit=LOOKS_PER_ROUND)
    enqueue_many([("look_shop", str(pk), {}) for pk in shops_seen], run_at=now)
    enqueue(job.kind, job.key, run_at=now + ROUND_EVERY)


def check_log(job: Job, now: datetime) -> None:
    """Check the whole log, as an operator asked."""
    run_check(int(job.key), finish=true_time.now, also=trace.faults())


def recount(job: Job, now: datetime) -> None:
    """Count running clocks again after an official holiday notice for a year."""
    recount_running(year=int(job.key), at=case_time(now))


def webhook_gather(job: Job, now: datetime) -> None:
    """Number new events of the log and take them up for every endpoint of webhooks."""
    collecting.gather(now=now)


def webhook_send(job: Job, now: datetime) -> None:
    """Send what waits for one endpoint, as long as a turn lasts."""
    sending.send(int(job.key), clock=true_time.now)


def webhook_ping(job: Job, now: datetime) -> None:
    """Send the test somebody asked for."""
    sending.ping(int(job.key), clock=true_time.now)


def ask_registers(job: Job, now: datetime) -> None:
    """Ask registers for the records of living rights again, once a day each; an office asked too often says when to go on."""
    wait = asking.ask_again(at=case_time(now), every=REGISTERS_EVERY, limit=RECORDS_PER_TURN)
    if asking.can_ask():
        enqueue(job.kind, job.key, run_at=now + (REGISTERS_EVERY if wait is None else wait))


def keep_no_longer(job: Job, now: datetime) -> None:
    """Count or let go what may no longer be kept, as an operator asked; by night, as long as that is switched on."""
    if job.key != BY_NIGHT[1]:
        retention.run_asked(job.key, at=now)
    elif settings.RETENTION:
        retention.apply(at=now)
        enqueue(job.kind, job.key, run_at=now + RETENTION_EVERY)


def link_sellers(job: Job, now: datetime) -> None:
    """Work out which sellers belong together, of all that showed something, and promise the next night."""
    traces.look_at_all(at=case_time(now))
    enqueue(job.kind, job.key, run_at=now + LINKS_EVERY)


def keep_down(job: Job, now: datetime) -> None:
    """Keep down what came down for good in the cases of one notice, and no longer what is back."""
    stay_down.follow(int(job.key), at=case_time(now), now=now)


def screen_pushed(job: Job, now: datetime) -> None:
    """Screen listings as their marketplace sent them last."""
    pushed.screen(job.payload["listings"], at=case_time(now), now=now)


def screen_addressed(job: Job, now: datetime) -> None:
    """Look at pictures a marketplace named by their addresses when it asked."""
    addressed.screen(job.payload, at=case_time(now), now=now)


def replay_screening(job: Job, now: datetime) -> None:
    """Judge past listings by another rule set, batch by batch; begun again, it goes on where the last batch ended."""
    replaying.run(int(job.key), at=case_time(now), now=now)


HANDLERS: Mapping[str, Handler] = {
    "tell": tell,
    "tell_appeal": tell_appeal,
    "deliver": deliver,
    "enforce": enforce,
    "look": look,
    "enforce_shop": enforce_shop,
    "look_shop": look_shop,
    "tell_order": tell_order,
    "deliver_order": deliver_order,
    shop_people.TELL: tell_shop,
    holder_members.TELL: tell_member,
    mandates.TELL: tell_mandate,
    identity.TELL: tell_identity,
    services.TELL: tell_right,
    right_letters.JOB: deliver_right,
    running.JOB: import_rights,
    drafts.JOB: submit_rights,
    "checkpoint": checkpoint,
    "rounds": rounds,
    "check_log": check_log,
    collecting.GATHER: webhook_gather,
    collecting.SEND: webhook_send,
    webhooks.PING_JOB: webhook_ping,
    "recount": recount,
    "registers": ask_registers,
    "retention": keep_no_longer,
    "seller_links": link_sellers,
    stay_down.JOB: keep_down,
    pushed.JOB: screen_pushed,
    addressed.JOB: screen_addressed,
    replaying.JOB: replay_screening,
}
STANDING = (
    ("checkpoint", "log"),
    ("rounds", "listings"),
    ("seller_links", "nightly"),
)  # promised anew by themselves; a worker makes sure at its start
BY_NIGHT = ("retention", "nightly")  # where RETENTION is set
REGISTERS = ("registers", "nightly")  # where an office can be asked


def promise_standing_jobs(*, now: datetime) -> None:
    """See to it that the jobs that promise themselves anew are promised at all."""
    standing = (*STANDING, *([BY_NIGHT] if settings.RETENTION else []), *([REGISTERS] if asking.can_ask() else []))
    missing = [pair for pair in standing if not Job.objects.filter(kind=pair[0], key=pair[1], failed_at=None).exists()]
    enqueue_many([(kind, key, {}) for kind, key in missing], run_at=now)
