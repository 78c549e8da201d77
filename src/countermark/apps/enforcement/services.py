"""A listing stands as its complaints and orders together ask, and nobody is believed to have done it before saying so.

Rule 1: what a listing must be is computed, under a lock on its row, from what its live complaints and orders ask; a Measure is
written only when that changed. Rule 2: the marketplace is asked outside any transaction, by the measure's reference, until it
confirms. Rule 3: an attempt is counted before the call, so a measure that was tried may have acted although no answer came
or the worker died; what replaces it is asked for even where nothing seems to have changed. Rule 4: what was confirmed is
looked at once more, and then in rounds: a marketplace may err, a call that was overtaken may arrive last, a listing may come back
by itself. What drifted is asked for again and says so. Rule 5: what a marketplace does not offer is never asked of it, nor
anything stronger in its place: the measure becomes an operator's, who does it by hand.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from countermark.apps.complaints.held import hold
from countermark.apps.complaints.models import Complaint, StatementOfReasons
from countermark.apps.complaints.services import Reasons, act, catch_up_cases
from countermark.apps.enforcement.models import Measure
from countermark.apps.enforcement.selectors import open_measure
from countermark.apps.listings.models import Listing
from countermark.apps.listings.shops import shop_of
from countermark.apps.orders.services import asked_of_listing, note_effect
from countermark.apps.work.jobs import LEASE, TryLater, enqueue
from countermark.connectors import marketplace as port
from countermark.core import measures
from countermark.core.complaint import Refusal, permitted_events

log = logging.getLogger("countermark.enforcement")

GONE = ("deleted_by_seller", "gone")
FITS = {  # wanted -> how it may then stand
    "nothing": ("up", "sold_out"),
    "demote": ("demoted",),
    "pause": ("paused",),
    "remove": ("removed",),
}
RESTRICTION = {state: wanted for wanted, states in FITS.items() for state in states}
NOT_OFFERED = "the marketplace does not offer this"
LOOK_AFTER = LEASE + timedelta(seconds=30)  # by then a worker that was overtaken has lost its lease
LOOK_MOST = timedelta(days=1)


class NotWhatWasAsked(Exception):
    """The state an operator reports is not the one the measure asks for. Nothing was confirmed."""

    code = "not_what_was_asked"
    http_status_hint = 409

    def __init__(self, wanted: str, state: str) -> None:
        self.wanted, self.state = wanted, state
        super().__init__(f"the measure asks for {wanted}; a listing that is {state} does not show that it was done")


class NoOpenMeasure(Exception):
    """The measure was confirmed already, or a later one took its place. Nothing was changed."""

    code = "no_open_measure"
    http_status_hint = 409


class _Seen(NamedTuple):
    """How a marketplace shows a listing: everywhere, and where otherwise."""

    state: str
    there: dict[str, str]


def enforce(listing_id: int, *, at: datetime, now: datetime) -> None:
    """Bring the listing to the state its complaints ask for: one attempt. `at` is case time, `now` real time.

    Raises TryLater when the marketplace did not confirm; nothing is doubled by trying again.
    """
    measure = _wanted(listing_id, at)
    if measure is not None and not measure.by_hand:
        _ask(measure, at, now)
    _tell(listing_id, at, now)


def look(listing_id: int, *, at: datetime, now: datetime) -> None:
    """See how the listing stands, tell its cases when it is gone or back, and set right what is not as it was asked."""
    listing = Listing.objects.select_related("marketplace").get(pk=listing_id)
    shop = shop_of(listing.marketplace)
    if shop is None or listing.kind != "listing":
        return
    before = _pulse(listing)
    try:
        seen = _seen(shop, listing)
    except port.MarketplaceError as error:
        raise TryLater(str(error), getattr(error, "retry_after", None)) from error
    with transaction.atomic():
        if _pulse(_locked(listing_id)) != before:
            return  # a measure was under way meanwhile: what was seen is older than it, and it is looked at again
        Listing.objects.filter(pk=listing_id).update(shop_state=seen.state, shop_there=seen.there, shop_state_at=at)
    enforce(listing_id, at=at, now=now)


def _seen(shop: port.Marketplace, listing: Listing) -> _Seen:
    """How the listing stands. What was done by hand because the marketplace does not offer it, it cannot show either."""
    try:
        standing = shop.standing(_item(listing))
    except port.ListingGone:
        return _Seen("gone", {})
    seen = _Seen(standing.state.value, {c: s.value for c, s in standing.territories.items()})
    last = _last_confirmed(listing)
    blind = last is not None and last.by_hand and seen.state not in GONE and not shop.offers().can(*_in_words(last))
    return _Seen(listing.shop_state, listing.shop_there) if blind else seen


def confirm_by_hand(measure_id: int, *, state: str, by: Any, at: datetime, now: datetime) -> None:
    """An operator did it and says how the listing stands now. Raises NotWhatWasAsked or NoOpenMeasure."""
    measure = Measure.objects.get(pk=measure_id)
    if state not in (*FITS[measure.wanted], *GONE):
        raise NotWhatWasAsked(measure.wanted, state)
    with transaction.atomic():
        listing = _locked(measure.listing_id)
        if not _confirm(measure, listing, _Seen(state, {} if state in GONE else _results(measure)), at):
            raise NoOpenMeasure("this measure is no longer open; look at the listing again")
    log.info("measure.confirmed_by_hand measure=%s state=%s by=%s", measure_id, state, by.pk)
    _tell(listing.pk, at, now)


def seen_by_hand(listing_id: int, *, state: str, by: Any, at: datetime, now: datetime) -> None:
    """An operator saw how a listing without a connector stands: gone, back, or as it was."""
    if state not in (*RESTRICTION, *GONE):
        raise ValueError(f"a listing cannot stand as {state!r}; choose one of {', '.join((*RESTRICTION, *GONE))}")
    Listing.objects.filter(pk=listing_id).update(shop_state=state, shop_state_at=at)
    log.info("listing.seen_by_hand listing=%s state=%s by=%s", listing_id, state, by.pk)
    _tell(listing_id, at, now)
    enqueue("enforce", str(listing_id), run_at=now)


def try_again(measure_id: int, *, now: datetime) -> None:
    """An operator's button: ask the marketplace once more for a measure it had refused."""
    measure = Measure.objects.select_related("listing__marketplace").get(pk=measure_id)
    Measure.objects.filter(pk=measure_id, confirmed_at=None).update(by_hand=_by_hand(measure.listing))
    enqueue("enforce", str(measure.listing_id), run_at=now)


# --- what must be ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def _wanted(listing_id: int, at: datetime) -> Measure | None:
    """The measure to ask for now, written if it is new; None when the listing stands as it should or is the seller's own."""
    listing = _locked(listing_id)
    must = _must(listing, at)
    wanted = {"wanted": must.restriction, "wanted_there": must.whole.territories}
    if (listing.wanted, listing.wanted_there) != (must.restriction, must.whole.territories):
        Listing.objects.filter(pk=listing_id).update(**wanted)
    current = open_measure(listing)
    if current is not None and _whole(current) == must.whole and not must.deleted_by_seller:
        return current
    step, drifted = _step(listing, must)
    if current is not None:
        Measure.objects.filter(pk=current.pk).update(superseded=True)
    return _write(listing, must.whole, at, drifted=drifted) if step else None


def _must(listing: Listing, at: datetime) -> measures.ListingState:
    gone = listing.shop_state in GONE
    return measures.resolve(_asks(listing), seller_deleted=gone, upon=asked_of_listing(listing.pk, at=at))


def _asks(listing: Listing) -> list[str]:
    return list(Complaint.objects.filter(listing=listing).exclude(ask="nothing").values_list("ask", flat=True))


def _whole(measure: Measure) -> measures.Restriction:
    return measures.Restriction(measure.wanted, tuple(sorted(measure.there.items())))


def _step(listing: Listing, must: measures.ListingState) -> tuple[measures.Step | None, bool]:
    """What to ask of the marketplace, given what it confirmed, what it may have done without saying so, and what was seen.

    The second value says whether it is asked only because what was confirmed was found otherwise.
    """
    last = _last_confirmed(listing)
    applied = _whole(last) if last else measures.NOTHING
    maybe = [_whole(row) for row in _tried(listing).filter(pk__gt=last.pk if last else 0)]
    drifted = []
    if last is not None and listing.shop_state in RESTRICTION and applied == must.whole:
        drifted = _drifted(listing, last)
    lies = next((one for one in (applied, *maybe, *drifted) if not one.is_nothing), measures.NOTHING)
    again = bool(maybe or drifted)
    return measures.step(lies if again else applied, must, returned=again), bool(drifted and not maybe)


def _drifted(listing: Listing, last: Measure) -> list[measures.Restriction]:
    """What lies on a listing that was seen otherwise than confirmed. A restriction that was never ours is not ours to lift."""
    there = ((country, RESTRICTION[state]) for country, state in listing.shop_there.items() if state in RESTRICTION)
    stands = measures.Restriction(RESTRICTION[listing.shop_state], tuple(sorted(there)))
    if stands == _whole(last):
        return []
    if not _whole(last).is_nothing:
        return [_whole(last)]
    before = listing.measures.exclude(confirmed_at=None).filter(pk__lt=last.pk).order_by("-pk").first()
    overtaken = _tried(listing).filter(pk__lt=last.pk, pk__gt=before.pk if before else 0)
    return [stands] if any(_whole(row) == stands for row in overtaken) else []


def _tried(listing: Listing) -> Any:
    """Measures that may have acted although nobody confirmed them."""
    return listing.measures.filter(Q(attempts__gt=0) | Q(by_hand=True), confirmed_at=None)


def _last_confirmed(listing: Listing) -> Measure | None:
    return listing.measures.exclude(confirmed_at=None).order_by("-pk").first()


def _write(listing: Listing, wanted: measures.Restriction, at: datetime, *, drifted: bool = False) -> Measure:
    reference = f"cm-{listing.pk}-{secrets.token_hex(8)}"
    if drifted:
        log.warning("measure.drifted listing=%s stands=%s", listing.pk, listing.shop_state)
    return Measure.objects.create(
        listing=listing,
        wanted=wanted.everywhere,
        there=wanted.territories,
        reference=reference,
        asked_at=at,
        by_hand=_by_hand(listing),
        drifted=drifted,
    )


def _by_hand(listing: Listing) -> bool:
    """Whether an operator has to act: there is no connector, or it is a storefront, which the port does not know."""
    return listing.marketplace.connector == "none" or listing.kind != "listing"


def _locked(listing_id: int) -> Listing:
    return Listing.objects.select_for_update(of=("self",)).select_related("marketplace").get(pk=listing_id)


def _pulse(listing: Listing) -> tuple[Any, ...] | None:
    """What changes whenever a measure on this listing is made, tried or answered."""
    newest = listing.measures.order_by("-pk")
    return newest.values_list("pk", "attempts", "confirmed_at", "superseded").first()


# --- asking the marketplace -----------------------------------------------------------------------------------------------


def _ask(measure: Measure, at: datetime, now: datetime) -> None:
    mine = Measure.objects.filter(pk=measure.pk, confirmed_at=None, superseded=False)
    if not mine.update(attempts=F("attempts") + 1, tried_at=now):
        return  # another run brought it to its end, or replaced it
    try:
        seen = _call(measure)
    except port.ListingGone:
        seen = _Seen("gone", {})
    except port.MarketplaceRefused as refused:
        _refused(measure, refused, at)
        return
    except (port.MarketplaceUnavailable, ImproperlyConfigured) as fault:
        mine.update(answer=_short(fault))
        raise TryLater(str(fault), getattr(fault, "retry_after", None)) from fault
    if seen is None:
        Measure.objects.filter(pk=measure.pk, confirmed_at=None).update(by_hand=True, answer=NOT_OFFERED)
        log.warning("measure.not_offered measure=%s", measure.pk)
        return
    _answered(measure, seen, at, now)


def _call(measure: Measure) -> _Seen | None:
    """How the listing stands after the call; None when the marketplace does not offer what is wanted, and was not asked."""
    listing = measure.listing
    shop = shop_of(listing.marketplace)
    if shop is None:
        raise ImproperlyConfigured(f"{listing.marketplace} has lost its connector; name it again")
    everywhere, there = _in_words(measure)
    if everywhere is None and not there:
        answer = shop.reverse(_item(listing), reference=measure.reference)
    elif not _is_offered(shop, everywhere, there):
        return None
    else:
        why = f"{settings.BASE_URL}{reverse('seller:ask')}"  # there the way to the case is mailed to the shop's address
        answer = shop.apply(everywhere, _item(listing), reference=measure.reference, reason_url=why, territories=there)
    return _Seen(answer.state.value, {country: state.value for country, state in answer.territories.items()})


def _in_words(measure: Measure) -> tuple[port.Measure | None, dict[str, port.Measure]]:
    """The whole restriction in the words of the port."""
    everywhere = None if measure.wanted == "nothing" else port.Measure(measure.wanted)
    return everywhere, {country: port.Measure(ask) for country, ask in measure.there.items()}


def _is_offered(shop: port.Marketplace, everywhere: port.Measure | None, there: dict[str, port.Measure]) -> bool:
    """Every marketplace pauses and removes everywhere; only for more it is asked what it offers."""
    return port.Offers().can(everywhere, there) or shop.offers().can(everywhere, there)


def _results(measure: Measure) -> dict[str, str]:
    """How the listing stands in the countries of a measure once it is done."""
    return {country: FITS[ask][0] for country, ask in measure.there.items()}


def _item(listing: Listing) -> port.ItemRef:
    return port.ItemRef(listing.item_id, listing.url)


def _refused(measure: Measure, refused: port.MarketplaceRefused, at: datetime) -> None:
    """The marketplace said no: a used reference is replaced, a closed door is tried again, all else is an operator's task."""
    Measure.objects.filter(pk=measure.pk).update(answer=_short(refused))
    log.warning("measure.refused measure=%s code=%s", measure.pk, refused.code)
    if refused.code == "not_accepted":
        Measure.objects.filter(pk=measure.pk, confirmed_at=None).update(by_hand=True)
        return
    if refused.code == "reference_reused":
        _ask_anew(measure, _short(refused), at)
    raise TryLater(str(refused)) from refused


def _answered(measure: Measure, seen: _Seen, at: datetime, now: datetime) -> None:
    """Keep what the marketplace answered. An answer that shows the contrary is no confirmation: it is asked anew."""
    state = seen.state
    if state not in GONE and (state not in FITS[measure.wanted] or seen.there != _results(measure)):
        shown = ", ".join([state, *(f"{country} {there}" for country, there in sorted(seen.there.items()))])
        _ask_anew(measure, f"answered that it is {shown}", at)
        raise TryLater(f"the marketplace answered that the listing is {shown}, which was not asked for")
    with transaction.atomic():
        listing = _locked(measure.listing_id)
        confirmed = _confirm(measure, listing, seen, at)
        if confirmed:
            log.info("measure.confirmed measure=%s wanted=%s state=%s", measure.pk, measure.wanted, state)
        wait = _look_after(listing, measure) if confirmed else timedelta()
        enqueue("look", str(listing.pk), run_at=now + wait)


def _look_after(listing: Listing, measure: Measure) -> timedelta:
    """Ever longer, the more often the same had to be asked again: a marketplace that errs is not asked for ever."""
    again = listing.measures.filter(wanted=measure.wanted, there=measure.there, pk__lt=measure.pk).exclude(
        confirmed_at=None
    )
    return min(LOOK_AFTER * 4 ** min(again.count(), 8), LOOK_MOST)


def _confirm(measure: Measure, listing: Listing, seen: _Seen, at: datetime) -> bool:
    """Write the confirmation, once; False when the measure is no longer open. The listing is locked."""
    mine = Measure.objects.filter(pk=measure.pk, confirmed_at=None, superseded=False)
    if not mine.update(confirmed_at=at, confirmed_state=seen.state):
        return False
    Listing.objects.filter(pk=listing.pk).update(shop_state=seen.state, shop_there=seen.there, shop_state_at=at)
    return True


@transaction.atomic
def _ask_anew(measure: Measure, answer: str, at: datetime) -> None:
    """Replace a measure whose reference is spent by one with a new reference."""
    listing = _locked(measure.listing_id)
    mine = Measure.objects.filter(pk=measure.pk, confirmed_at=None, superseded=False)
    if mine.update(superseded=True, answer=answer[:300]):
        _write(listing, _whole(measure), at)


def _short(fault: Exception) -> str:
    return str(fault)[:300]


# --- telling the cases and the orders -------------------------------------------------------------------------------------


def _tell(listing_id: int, at: datetime, now: datetime) -> None:
    _tell_cases(listing_id, at)
    listing = Listing.objects.get(pk=listing_id)
    if listing.shop_state in GONE or _is_settled(listing, at):
        note_effect(listing_id=listing_id, stands=listing.shop_state, at=at, now=now)


def _tell_cases(listing_id: int, at: datetime) -> None:
    """What the marketplace showed, as events of the cases it concerns; each case is asked whether it permits them."""
    state = Listing.objects.values_list("shop_state", flat=True).get(pk=listing_id)
    events = ("listing_gone",) if state in GONE else ("listing_returned", "effect_confirmed")
    ids = Complaint.objects.filter(listing_id=listing_id, outcome__in=("", "moot")).values_list("pk", flat=True)
    for pk in list(ids):
        for event in events:
            _tell_case(pk, listing_id, event, at)


@transaction.atomic
def _tell_case(complaint_id: int, listing_id: int, event: str, at: datetime) -> None:
    listing = _locked(listing_id)
    catch_up_cases([complaint_id], now=at)
    held = hold([complaint_id])[0]
    if event not in permitted_events(held.procedure, held.case, "marketplace"):
        return
    if event == "effect_confirmed" and not _is_settled(listing, at):
        return
    try:
        act([complaint_id], event, by="marketplace", at=max(at, held.case.at), reasons=_reasons_as_before(complaint_id))
    except Refusal as refused:  # its clock ran out in between: that comes first, and the next look finds what is left
        log.info("case.not_told case=%s event=%s why=%s", held.number, event, refused.code)


def _reasons_as_before(complaint_id: int) -> Reasons:
    """Why the listing was restricted before it was gone: when it returns, it is restricted again for the same."""
    last = StatementOfReasons.objects.filter(complaint=complaint_id).order_by("-seq").first()
    if last is None:
        return Reasons((Complaint.objects.values_list("notice__reason", flat=True).get(pk=complaint_id),))
    return Reasons(tuple(last.grounds), last.facts, last.words_id, last.automated_detection, last.automated_decision)


def _is_settled(listing: Listing, at: datetime) -> bool:
    """Whether the marketplace has confirmed what is asked of the listing now."""
    last = _last_confirmed(listing)
    stands = _whole(last) if last else measures.NOTHING
    return open_measure(listing) is None and _must(listing, at).whole == stands
