"""What is left when a storm is over? Counted one by one; every function returns sentences, none when all is well.

The cases are walked again by the rules alone from what their log says, and must come out where they stand, each clock ended
at its own instant. The shop's own database says what was done to each listing, once, and how it stands; the folder of letters
says what arrived. What a door has answered with success is in the log, once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from storm_desk import Installation
from storm_play import Play

RESTRICTED = {"pause": "paused", "remove": "removed", "nothing": "up"}
ENDS = {  # fate -> where the case ends, and what it asks of the listing then
    "silent": ("upheld", "remove"),
    "takes down": ("upheld", "remove"),
    "upheld": ("upheld", "remove"),
    "withdrawn": ("withdrawn", "nothing"),
    "accepted back": ("not_upheld", "nothing"),
    "not upheld": ("not_upheld", "nothing"),
    "dropped": ("dropped", "nothing"),
    "late answer": ("not_upheld", "nothing"),
}
PEOPLE = ("complainant", "seller", "reviewer")
STANDING = {"checkpoint", "rounds", "seller_links", "look", "registers"}  # jobs that promise themselves anew
FIRST = 10  # faults of a kind that are shown


def count(desk: Installation, play: Play) -> list[str]:
    """Everything that is not as it has to be."""
    from countermark.apps.complaints import log

    while log.sequence():
        pass
    kinds = (_walks, _ends(play), _acts(play), _told, _letters(desk), _effects(desk), _rest, _verified)
    found = []
    for kind in kinds:
        faults = list(kind())
        found += faults[:FIRST] + ([f"… and {len(faults) - FIRST} more like this"] if len(faults) > FIRST else [])
    return found


# --- clocks ---------------------------------------------------------------------------------------------------------------


def _walks() -> Iterator[str]:
    """Each case walked anew from its events: no clock ended late, early or not at all, and it stands where the walk ends."""
    from countermark.apps.complaints.held import glance
    from countermark.apps.complaints.models import Complaint, ComplaintEvent

    logs: dict[int, list[Any]] = defaultdict(list)
    for event in ComplaintEvent.objects.order_by("complaint_id", "seq"):
        logs[event.complaint_id].append(event)
    for held in glance(Complaint.objects.values_list("pk", flat=True)):
        try:
            case = walked(held, logs[held.id])
        except Exception as refused:
            yield f"{held.number}: its log cannot be walked: {type(refused).__name__} {refused}"
            continue
        if case != held.case:
            yield f"{held.number}: stands as {held.case}, its log leads to {case}"


def walked(held: Any, events: Sequence[Any]) -> Any:
    """Where the rules alone lead from these events. Raises their refusals; AssertionError where a clock ended elsewhere."""
    from countermark.core.complaint import advance, open_case, serve

    first, calendars = held.case, held.calendars
    case = open_case(held.procedure, timing=first.timing, at=events[0].at, calendars=calendars, zone=first.zone)
    for event in events[1:]:
        if event.event == "served":
            step = serve(held.procedure, case, at=event.at, calendars=calendars)
        else:  # refused where a clock had run out before, or `due` is not at the very instant
            step = advance(held.procedure, case, event.event, by=event.by, at=event.at, calendars=calendars)
        case = step.new
        told = (case.seq, case.state, case.ask, step.event, step.by)
        assert told == (event.seq, event.state, event.ask, event.event, event.by), f"{event.event} led to {told}"
    return case


def _ends(play: Play) -> Any:
    """Every case ended as its people made it end."""

    def faults() -> Iterator[str]:
        from countermark.apps.complaints.models import Complaint

        found = {c.number: (c.state, c.ask) for c in Complaint.objects.all()}
        last = set(play.case.values())
        for item, number in play.case.items():
            if found.get(number) != ENDS[play.fate[item]]:
                yield f"{number} ({play.fate[item]}) ended {found.get(number)}, not {ENDS[play.fate[item]]}"
        for number in found.keys() - last:
            if found[number] != ENDS["withdrawn"]:
                yield f"{number} was taken back and filed again, and stands {found[number]}"
        if len(play.case) != play.cases or len(found) != play.cases + play.filed_again:
            yield f"{play.cases} were to be filed and {play.filed_again} again; there are {len(found)} cases"

    return faults


def _acts(play: Play) -> Any:
    """What a door said had happened is in the log once; nothing else by people is."""

    def faults() -> Iterator[str]:
        from countermark.apps.complaints.models import ComplaintEvent
        from countermark.apps.decisions.models import DroppedStep

        rows = ComplaintEvent.objects.filter(by__in=PEOPLE).values_list("complaint__number", "event", "by")
        logged = Counter(rows)
        for number, event, by in sorted(set(logged) | set(play.doors.acts)):
            said, there = play.doors.acts[number, event, by], logged[number, event, by]
            if said != there:
                yield f"{number}: {event} by {by} was answered {said} times and is {there} times in the log"
        for step in DroppedStep.objects.all():
            yield f"a reviewer's step was dropped: {step.event} of {step.complaint.number}"

    return faults


# --- telling --------------------------------------------------------------------------------------------------------------


def _told() -> Iterator[str]:
    """Every event was told, to each party in one message."""
    from countermark.apps.complaints.models import ComplaintEvent
    from countermark.apps.notifications.models import Message

    told: Counter[Any] = Counter()
    for party, seller, lines, kind in Message.objects.values_list("party", "seller_id", "lines", "kind"):
        if kind != "reminder":
            told.update((party, seller, *line) for line in lines)
    for what, times in told.items():
        if times > 1:
            yield f"told {times} times: {what}"
    if untold := ComplaintEvent.objects.exclude(receipts__consumer="tell").count():
        yield f"{untold} events were never told"


def _letters(desk: Installation) -> Any:
    """Every letter arrived, each under its own Message-ID once."""

    def faults() -> Iterator[str]:
        from countermark.apps.notifications.models import Delivery
        from countermark.connectors.fake_mail import FileMailer

        wanted = set(Delivery.objects.values_list("mail_id", flat=True))
        arrived = Counter(letter.message_id for letter in FileMailer(desk.home / "mail", "").letters())
        if wanted != set(arrived):
            yield f"{len(wanted - set(arrived))} letters never arrived, {len(set(arrived) - wanted)} are nobody's"
        if twice := [one for one, times in arrived.items() if times > 1]:
            yield f"{len(twice)} letters lie in the mailboxes twice"
        for row in Delivery.objects.filter(delivered_at=None):
            yield f"the letter to {row.address} is not noted as delivered: {row.answer}"

    return faults


# --- the shop -------------------------------------------------------------------------------------------------------------


def _effects(desk: Installation) -> Any:
    """The shop's own book: what lies on each listing is what its cases ask, and each measure was carried out once."""

    def faults() -> Iterator[str]:
        from countermark.apps.enforcement.models import Measure
        from countermark.apps.listings.models import Listing

        with psycopg.connect(desk.shop_database) as shop:
            lies = dict(shop.execute("SELECT item_id, measure FROM countermark_restriction").fetchall())
            rows = shop.execute(
                "SELECT subject, kind, reference, asks, acted FROM countermark_asked ORDER BY subject, id"
            ).fetchall()
        acted: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for item, kind, reference, asks, did in rows:
            acted[item] += [(kind, reference, asks)] if did else []
        known = {m.reference: m for m in Measure.objects.select_related("listing")}
        for listing in Listing.objects.prefetch_related("complaints__events", "measures"):
            yield from of_listing(listing, lies.get(listing.item_id, ""), acted.pop(listing.item_id, []), known)
        yield from (f"the shop was asked about {item}, which nobody complained of" for item in acted)

    return faults


def of_listing(listing: Any, lies: str, acted: Sequence[tuple[str, str, str]], known: Any) -> Iterator[str]:
    """What is wrong with one listing. `lies` and `acted` are the shop's own; `known` are the desk's measures by reference."""
    asks = {case.ask for case in listing.complaints.all()} - {"nothing"}
    must = max(asks, key=["pause", "remove"].index, default="")
    if lies != must:
        yield f"listing {listing.item_id}: {lies or 'nothing'} lies on it at the shop, its cases ask {must or 'nothing'}"
    if listing.shop_state != RESTRICTED[must or "nothing"]:
        yield f"listing {listing.item_id}: noted as {listing.shop_state}, its cases ask {must or 'nothing'}"
    references = [reference for _, reference, _ in acted]
    if strange := [one for one in references if one not in known or known[one].listing_id != listing.pk]:
        yield f"listing {listing.item_id}: the shop acted on {strange}, which the desk never asked"
    if len(references) != len(set(references)):
        yield f"listing {listing.item_id}: the shop acted twice on one reference: {references}"
    for measure in listing.measures.all():
        if measure.confirmed_at and not measure.by_hand and measure.reference not in references:
            yield f"listing {listing.item_id}: {measure.reference} is confirmed, and the shop never did it"
    done = changes(known[one].wanted for one in references if one in known)
    wanted = changes(event.ask for case in listing.complaints.all() for event in case.events.all())
    if not is_part_in_order(done, wanted):
        yield f"listing {listing.item_id}: the shop did {done}, its cases asked {wanted}"


def changes(asks: Any) -> list[str]:
    """The asks one after the other, each once, from `nothing` on."""
    found = ["nothing"]
    for ask in asks:
        if ask != found[-1]:
            found.append(ask)
    return found[1:]


def is_part_in_order(some: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether `some` are found in `whole`, in this order: what was overtaken before it was asked may be missing."""
    rest = iter(whole)
    return all(one in rest for one in some)


# --- what is left ---------------------------------------------------------------------------------------------------------


def _rest() -> Iterator[str]:
    """Nothing waits any more: no clock, no service, no measure, no job that failed."""
    from countermark.apps.complaints.models import Complaint
    from countermark.apps.enforcement.models import Measure
    from countermark.apps.work.models import Job
    from countermark.apps.work.services import case_now

    for case in Complaint.objects.filter(due_at__lte=case_now(), escalated=False):
        yield f"{case.number}: its clock ran out at {case.due_at} and nobody noticed"
    for case in Complaint.objects.filter(escalated=True):
        yield f"{case.number}: the desk itself was late"
    for case in Complaint.objects.filter(awaits_service=True):
        yield f"{case.number}: waits for {case.waits_on} to be told"
    for measure in Measure.objects.filter(confirmed_at=None, superseded=False):
        yield f"measure {measure.reference} is open: {measure.answer}"
    for job in Job.objects.exclude(kind__in=STANDING):
        yield f"job {job.kind} {job.key} is left after {job.attempts} tries: {job.last_error}"
    for job in Job.objects.filter(kind__in=STANDING).exclude(failed_at=None):
        yield f"job {job.kind} {job.key} was given up: {job.last_error}"


def _verified() -> Iterator[str]:
    from countermark.apps.complaints import log

    yield from (str(fault) for fault in log.verify())
