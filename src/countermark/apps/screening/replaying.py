"""What would another rule set have made of past listings? Judged anew in batches, without any effect; begun again, it goes on.

Compared are the verdicts of the rule set asked about and of the one in force, on what marketplaces sent and on what was frozen
for cases: words, what came down before, and the hashes of pictures that were kept, as cases and findings keep them. None is
fetched a second time, and parts of pictures are not looked for; of how many listings no picture was kept is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from countermark.apps.listings.models import Listing
from countermark.apps.parties.models import Marketplace, Person
from countermark.apps.screening import links
from countermark.apps.screening.engine import ScreeningUnavailable, engine, is_installed
from countermark.apps.screening.lines import Line
from countermark.apps.screening.models import REASONS, Replay, Rules
from countermark.apps.screening.seen import pictures_of
from countermark.apps.screening.verdicts import found_in
from countermark.apps.work.jobs import enqueue

JOB = "screening_replay"
BATCH = 200  # listings judged together
BATCHES_A_RUN = 20  # then another worker may go on
EXAMPLES = 5  # of each kind of change
EVERY_REASON = dict.fromkeys(REASONS, "blocking")
LONGEST = timedelta(days=731)


class ReplayDefective(Exception):
    """The time asked about ends before it begins, or is longer than two years. Nothing was begun."""

    code = "screening_replay_defective"
    http_status_hint = 422
    field = "since"


@transaction.atomic
def ask(
    rules: Rules,
    *,
    marketplace: Marketplace | None,
    since: datetime,
    until: datetime,
    by: Person,
    at: datetime,
    now: datetime,
) -> Replay:
    """Have past listings judged by this rule set. Raises ReplayDefective, engine.ScreeningUnavailable."""
    if not is_installed():
        raise ScreeningUnavailable("the extra `screening` is not installed")
    if not since < until or until - since > LONGEST:
        raise ReplayDefective("since must lie before until, by two years at most")
    replay = Replay(rules=rules, marketplace=marketplace, since=since, until=until, asked_at=at, asked_by=by)
    replay.total = _listings(replay).count()
    replay.save()
    enqueue(JOB, str(replay.pk), run_at=now)
    return replay


def run(replay_id: int, *, at: datetime, now: datetime) -> None:
    """Go on with a replay for a while; promises the rest. Raises engine.ScreeningUnavailable."""
    for _ in range(BATCHES_A_RUN):
        replay = Replay.objects.select_related("rules").get(pk=replay_id)
        if replay.finished_at is not None or not _step(replay, at):
            return
    enqueue(JOB, str(replay_id), run_at=now)


def _listings(replay: Replay) -> QuerySet[Listing]:
    """The listings of that time, by the words that were kept of them."""
    sent = Q(pushed__pushed_at__gte=replay.since, pushed__pushed_at__lt=replay.until)
    frozen = Q(copies__taken_at__gte=replay.since, copies__taken_at__lt=replay.until)
    rows = Listing.objects.filter(Q(pk__in=Listing.objects.filter(sent).values("pk")) | Q(pk__in=_ids(frozen)))
    return rows.filter(marketplace=replay.marketplace) if replay.marketplace_id else rows


def _ids(which: Q) -> QuerySet[Any, Any]:
    return Listing.objects.filter(which, kind="listing").values("pk")


def _step(replay: Replay, at: datetime) -> bool:
    """Judge the next batch; False when there was none left."""
    rows = _listings(replay).filter(pk__gt=replay.after).select_related("seller", "pushed").order_by("pk")
    batch = list(rows[:BATCH])
    if not batch:
        Replay.objects.filter(pk=replay.pk, finished_at=None).update(finished_at=at)
        return False
    changes, examples = Counter(replay.changes), list(replay.examples)
    lines = _lines_of(batch)
    for listing, before, after in _judged(batch, lines, replay.rules, at):
        if before == after:
            continue
        change = f"{before}>{after}"
        changes[change] += 1
        if sum(one["change"] == change for one in examples) < EXAMPLES:
            examples.append({"change": change, "item_id": listing.item_id, "title": listing.title, "url": listing.url})
    _save(replay, batch, sum(not line.pictures for line in lines), changes, examples)
    return True


def _lines_of(batch: Sequence[Listing]) -> list[Line]:
    """The listings as they were kept, with the hashes of their pictures where some were."""
    kept = pictures_of([listing.pk for listing in batch])
    return [replace(line_of(listing), pictures=kept.get(listing.pk, ())) for listing in batch]


def _save(
    replay: Replay, batch: Sequence[Listing], unseen: int, changes: Counter[str], examples: list[dict[str, Any]]
) -> None:
    """Keep how far it has come, unless another run of the same job was quicker."""
    done = {"after": batch[-1].pk, "looked_at": replay.looked_at + len(batch), "changes": dict(changes)}
    done["unseen"] = replay.unseen + unseen
    Replay.objects.filter(pk=replay.pk, after=replay.after).update(**done, examples=examples)


def _judged(
    batch: Sequence[Listing], lines: Sequence[Line], rules: Rules, at: datetime
) -> list[tuple[Listing, str, str]]:
    """The verdict on each listing by the rules in force, and by these."""
    signals, looked = engine.look(lines, at=at)
    found = []
    for listing, heard in zip(batch, signals, strict=True):
        given = {
            "seller": listing.seller_id,
            "modes": EVERY_REASON,
            "things": looked.known.things,
            "linked": links.linked,
        }
        both = [found_in(heard, rules=one, **given) for one in (looked.rules, rules)]
        before, after = ("allow" if one is None else one.judged.verdict for one in both)
        found.append((listing, before, after))
    return found


def line_of(listing: Listing) -> Line:
    """A listing as it was kept, without its pictures."""
    pushed = getattr(listing, "pushed", None)
    beside = {name: getattr(pushed, name) for name in ("text", "price", "currency")} if pushed else {}
    seller = listing.seller.ref if listing.seller else ""
    return Line(listing.item_id, listing.url, listing.title, seller=seller, **beside)
