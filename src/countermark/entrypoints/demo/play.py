"""What happens in a story, and which service does each of it?

One story is one notice. Every step goes through the door's own service: the draft of the rights holder, the counter-draft of
the seller, the reviewer's step with its ten seconds. What a clock does nobody plays: time passes (desk.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import httpx
from django.utils import timezone

from countermark.apps.complaints import counter_drafts, replies, rights_watch
from countermark.apps.complaints import services as cases
from countermark.apps.complaints.held import glance
from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.decisions import appeals
from countermark.apps.decisions import services as decisions
from countermark.apps.decisions.appeal_selectors import appealable
from countermark.apps.enforcement import services as enforcement
from countermark.apps.enforcement.selectors import open_measure
from countermark.apps.notifications.selectors import told_at
from countermark.apps.parties.models import Marketplace, Seller
from countermark.apps.parties.selectors import owner_of
from countermark.apps.rights.models import Right
from countermark.core import catalogue
from countermark.entrypoints.demo import exhibits, filing
from countermark.entrypoints.demo.cast import Cast
from countermark.entrypoints.demo.stories import Table, holder_of
from countermark.entrypoints.demo.when import day, instant

UNDO = timedelta(seconds=11)  # a reviewer's step has gone out by then
DECLARED = ("truth", "mistake_perjury", "jurisdiction_consent", "accepts_service", "end_measures_request")
BY_REVIEWER = (
    *("accepted", "returned", "refused", "decided_for_holder", "decided_for_seller", "restricted", "kept"),
    *("declaration_forwarded", "declaration_returned", "extension_granted", "action_ended"),
)
BY_HOLDER = (*("counter_accepted", "counter_rejected", "mended", "withdrawn", "retracted_as_error", "action_filed"),)


@dataclass
class Story:
    """One notice being played. `now` is where case time stands when all is told."""

    told: Table
    cast: Cast
    now: datetime
    notice: Notice | None = None

    @property
    def name(self) -> str:
        return str(self.told["id"])

    def steps(self) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
        """Every step with its instant, in order. ValueError when the file tells them in another order."""
        last = instant(self.told["at"], self.now)
        yield last, self.begin
        for step in self.told.get("then", ()):
            at = instant(step["at"], self.now)
            if at <= last:
                raise ValueError(f"{self.name}: {step['do']} at {step['at']} comes before what happened earlier")
            yield at, self._player(step)
            last = at

    def _player(self, step: Table) -> Callable[[datetime], None]:
        return lambda at: PLAYERS[step["do"]](self, step, at)

    def begin(self, at: datetime) -> None:
        """The notice is filed."""
        self.notice = filing.file(self.told, self.cast, at=at, now=self.now)

    def cases(self, step: Table) -> list[Complaint]:
        """The cases a step is about, in the order of the lines."""
        assert self.notice is not None
        rows = self.notice.complaints.select_related("listing__marketplace", "seller", "notice").order_by("line")
        wanted = step.get("of")
        return [row for row in rows if wanted is None or row.listing.item_id in wanted]

    def right(self) -> Right:
        return Right.objects.get(pk=self.cast.rights[self.told["right"]].pk)


def _seen(rows: list[Complaint]) -> dict[int, int]:
    return {row.pk: row.seq for row in rows}


# --- by a reviewer ------------------------------------------------------------------------------------------------------


def _reviewer(story: Story, step: Table, at: datetime) -> None:
    """A reviewer's step for each case, gone out eleven seconds later."""
    for row in story.cases(step):
        made = decisions.Made(
            event=step["do"],
            grounds=tuple(step.get("grounds", ())),
            checks=_checks(row, step["do"]),
            facts=frozenset(step.get("facts", ())),
            words=step.get("says", ""),
        )
        by = story.cast.reviewer(step["by"])
        decisions.decide(complaint=row, made=made, seen=row.seq, reviewer=by, at=at, now=at)
        decisions.release_due_steps(now=at + UNDO, at=at + UNDO)


def _checks(row: Complaint, event: str) -> tuple[str, ...]:
    reason = catalogue.load().reasons[row.notice.reason]
    return tuple(reason.checks) if event in ("decided_for_holder", "restricted") else ()


def _to_senior(story: Story, step: Table, at: datetime) -> None:
    for row in story.cases(step):
        by = story.cast.reviewer(step["by"])
        decisions.pass_to_senior(complaint_id=row.pk, reviewer=by, note=step["says"], now=at)


# --- by the seller ------------------------------------------------------------------------------------------------------


def _counter(story: Story, step: Table, at: datetime) -> None:
    """One counter-notice for all cases of the step, with papers and declarations, from its draft."""
    rows = story.cases(step)
    seller = rows[0].seller
    assert seller is not None and story.notice is not None
    draft = counter_drafts.open_draft(
        notice=story.notice, seller=seller, at=at - timedelta(minutes=20), complaint_ids=[row.pk for row in rows]
    )
    counter_drafts.save(draft, _typed(story, step, seller), at=at)
    for title in step.get("papers", ()):
        paper = exhibits.made(title, seller.language, seller.name, story.told, at)
        counter_drafts.attach(
            draft, content=paper.content, name=paper.name, kind=paper.kind, by=owner_of(seller), at=at
        )
    counter_drafts.send(draft, seen=_seen(rows), at=at)


def _typed(story: Story, step: Table, seller: Seller) -> Table:
    person = owner_of(seller)
    owner = person.name if person else seller.name
    contact = {"name": owner, "email": seller.email}
    if step.get("contact"):
        contact |= {"address": "7 Wharf Street, Building 3", "phone": "+1 207 555 0177"}
    facts = {name: day(text, story.now) for name, text in step.get("facts", {}).items()}
    typed = {"statement": step["says"], "signature": owner, "contact": contact, "facts": facts}
    return {**typed, "ground": step.get("ground", ""), "declarations": list(DECLARED)}


def _seller_removed(story: Story, step: Table, at: datetime) -> None:
    rows = story.cases(step)
    assert rows[0].seller is not None
    replies.take_down_oneself(seller=rows[0].seller, seen=_seen(rows), at=at)


def _seller_deletes(story: Story, step: Table, at: datetime) -> None:
    """The seller's own hand at the shop; the desk sees it when it looks."""
    for row in story.cases(step):
        place: Marketplace = row.listing.marketplace
        assert row.seller is not None
        address = f"{place.base_url}/desk/{row.seller.ref}/items/{row.listing.item_id}/deleted_by_seller"
        httpx.post(address, follow_redirects=True, timeout=20).raise_for_status()
        enforcement.look(row.listing_id, at=at, now=timezone.now())


# --- by the complainant -------------------------------------------------------------------------------------------------


def _holder(story: Story, step: Table, at: datetime) -> None:
    rows = story.cases(step)
    holder_id = holder_of(story.told)
    holder, member = story.cast.holders[holder_id], story.cast.members[holder_id]
    files = [
        exhibits.kept(line, holder.language, holder.name, story.told, by=member, at=at)
        for line in step.get("papers", ())
    ]
    replies.answer(
        holder_id=holder.pk, seen=_seen(rows), event=step["do"], words=step.get("says", ""), files=files, at=at
    )


# --- appeals --------------------------------------------------------------------------------------------------------------


def _appeal(story: Story, step: Table, at: datetime) -> None:
    """One side appeals the decision it lost by and was told of."""
    side = step["side"]
    for row in story.cases(step):
        found = appealable(row, glance([row.pk])[0], side, told=partial(_told, row, side), at=at)
        seller = owner_of(row.seller) if row.seller else None
        appeals.file_appeal(
            complaint=row,
            side=side,
            seq=found.seq,
            words=step["says"],
            told_at=told_at(row, found.seq, side),
            by=seller if side == "seller" else story.cast.members[holder_of(story.told)],
            at=at,
            now=timezone.now(),
            key=f"demo-{row.number}-{side}",
        )


def _told(row: Complaint, side: str, seq: int) -> datetime | None:
    return told_at(row, seq, side)


def _appeal_decided(story: Story, step: Table, at: datetime) -> None:
    for row in story.cases(step):
        appeals.decide_appeal(
            appeal_id=row.appeals.get(decided_at=None).pk,
            granted=step["granted"],
            words=step["says"],
            reviewer=story.cast.reviewer(step["by"]),
            seen=row.seq,
            at=at,
            now=timezone.now(),
        )


# --- by others ----------------------------------------------------------------------------------------------------------


def _ordered_down(story: Story, step: Table, at: datetime) -> None:
    reasons = cases.Reasons(("ordered",), {"notice": story.notice.number if story.notice else ""})
    ids = [row.pk for row in story.cases(step)]
    cases.act(ids, "ordered_down", by="operator", at=at, reasons=reasons)


def _right_in_doubt(story: Story, step: Table, at: datetime) -> None:
    rights_watch.doubt_right(right=story.right(), by=story.cast.operator, at=at, why=step["says"])


def _right_void(story: Story, step: Table, at: datetime) -> None:
    rights_watch.void_right(right=story.right(), by=story.cast.operator, at=at, why=step["says"])


def _done_by_hand(story: Story, step: Table, at: datetime) -> None:
    """An operator took the listing down at a marketplace without a connector, and says so."""
    for row in story.cases(step):
        measure = open_measure(row.listing)
        assert measure is not None
        enforcement.confirm_by_hand(measure.pk, state="removed", by=story.cast.operator, at=at, now=timezone.now())


Player = Callable[[Story, Table, datetime], None]
PLAYERS: Mapping[str, Player] = {
    **dict.fromkeys(BY_REVIEWER, _reviewer),
    **dict.fromkeys(BY_HOLDER, _holder),
    "to_senior": _to_senior,
    "appeal": _appeal,
    "appeal_decided": _appeal_decided,
    "counter": _counter,
    "seller_removed": _seller_removed,
    "seller_deletes": _seller_deletes,
    "ordered_down": _ordered_down,
    "right_in_doubt": _right_in_doubt,
    "right_void": _right_void,
    "done_by_hand": _done_by_hand,
}
