"""A case as a page needs it: where it stands, until when, what may be done, what happened, in the reader's words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from countermark.apps.complaints import words
from countermark.apps.complaints.held import Held, UnknownCase, held_of
from countermark.apps.complaints.models import (
    Complaint,
    ComplaintEvent,
    CounterNotice,
    Notice,
    PartyWord,
    StatementOfReasons,
)
from countermark.apps.complaints.parts import (
    counters_of,
    documents_of,
    events_of,
    evidence_of,
    keep,
    pictures_of,
    statements_of,
    words_of,
)
from countermark.apps.rights.models import RightDocument
from countermark.apps.work.models import StoredFile
from countermark.apps.work.prepared import Prepared
from countermark.apps.work.sealing import Erased, unseal
from countermark.core import catalogue
from countermark.core.calendar import Due
from countermark.core.complaint import explain_due, permitted_events
from countermark.core.procedure import Procedure

RELATED = (
    "notice__marketplace",
    "notice__holder",
    "notice__right",
    "notice__mandate",
    "notice__statement__key",
    "listing",
    "seller",
    "copy",
)


@dataclass(frozen=True)
class TrailEntry:
    """One step of the timeline: when, what in words, whose words came with it, which files."""

    at: datetime
    seq: int
    event: str
    title: str
    text: str | Erased = ""
    files: Sequence[StoredFile] = ()
    statement: StatementOfReasons | None = None
    counter: CounterNotice | None = None
    codes: Sequence[str] = ()
    is_key: bool = False


class Sibling(NamedTuple):
    """Another case of the notice, as a page lists it."""

    number: str
    title: str
    item_id: str
    url: str

    @property
    def listing(self) -> str:
        return self.title or self.url


SIBLING = ("number", "listing__title", "listing__item_id", "listing__url")


@dataclass
class CaseView:
    """One case for one reader. Everything is read once; pages ask attributes."""

    complaint: Complaint
    held: Held
    reader: str
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def notice(self) -> Notice:
        return self.complaint.notice

    @property
    def procedure(self) -> Procedure:
        return self.held.procedure

    @cached_property
    def due(self) -> Due | None:
        return explain_due(self.held.procedure, self.held.case, self.held.calendars)

    @cached_property
    def permitted(self) -> tuple[str, ...]:
        return permitted_events(self.held.procedure, self.held.case, self.reader)

    @property
    def is_yours(self) -> bool:
        return self.complaint.waits_on == self.reader

    @property
    def status(self) -> words.Said:
        said = words.status(self.complaint, self.reader)
        paused = words.paused_by_mandate(self.complaint)
        return said._replace(word=gettext("Paused: the agent’s mandate has ended")) if paused else said

    @property
    def listing_status(self) -> words.Said:
        icon, word = words.ASKS[self.complaint.ask]
        return words.Said("rest", icon, str(word))

    @property
    def chances(self) -> int:
        return self.procedure.chances

    @property
    def reason(self) -> catalogue.Reason:
        return catalogue.load().reasons[self.notice.reason]

    @property
    def reason_title(self) -> str:
        return words.reason_title(self.notice.reason)

    @cached_property
    def statement(self) -> str | Erased:
        """The complainant's own words."""
        return unseal(self.notice.statement)

    @property
    def names(self) -> Mapping[str, str]:
        """Who is called what before this reader; the pack's `tell` decides what the seller learns."""
        return {"complainant": self.complainant_name, "seller": self.seller_name}

    @property
    def complainant_name(self) -> str:
        if self.reader == "seller" and not may_see(self.procedure, self.notice, "name"):
            return str(words.PARTIES["complainant"])
        return self.notice.filer_name

    @property
    def complainant_email(self) -> str:
        hidden = self.reader == "seller" and not may_see(self.procedure, self.notice, "contact_email")
        return "" if hidden else self.notice.filer_email

    @property
    def seller_name(self) -> str:
        return self.complaint.seller.name if self.complaint.seller else str(words.PARTIES["seller"])

    @cached_property
    def evidence(self) -> list[Any]:
        return [piece for piece in evidence_of(self.complaint) if not (piece.private and self.reader == "seller")]

    @cached_property
    def pictures(self) -> list[StoredFile]:
        """The pictures of the frozen copy, in the shop's order."""
        return pictures_of(self.complaint)

    @cached_property
    def documents(self) -> list[RightDocument]:
        """The papers of the right: for staff."""
        return documents_of(self.complaint)

    @cached_property
    def siblings(self) -> list[Sibling]:
        """The other cases of the notice this reader may see, as a page lists them."""
        own = {"seller": self.complaint.seller_id} if self.reader == "seller" else {}
        return [Sibling(*row) for row in SIBLINGS(notice=self.complaint.notice_id, case=self.complaint.pk, **own)]

    @cached_property
    def trail(self) -> list[TrailEntry]:
        """What happened, oldest first."""
        return list(_trail(self))


def may_see(procedure: Procedure, notice: Notice, what: str) -> bool:
    """Whether `what` of the complainant reaches the seller: by the pack, and never anything of a guest."""
    told = procedure.tell.get("complainant_to_seller", ())
    by_law = what == "name" and notice.filer_role != "guest" and notice.right_id is not None
    return notice.filer_role != "guest" and (what in told or "*" in told or by_law)


def other_cases(view: CaseView) -> QuerySet[Complaint]:
    """The other cases of the notice this reader may see, by line: a seller sees its own."""
    own = {"seller": view.complaint.seller_id} if view.reader == "seller" else {}
    return _others(notice=view.complaint.notice_id, case=view.complaint.pk, **own)


def _others(*, case: int, **whose: Any) -> QuerySet[Complaint]:
    return Complaint.objects.filter(**whose).exclude(pk=case).order_by("line")


SIBLINGS = Prepared(lambda **whose: _others(**whose).values_list(*SIBLING))


def case_view(
    number: str,
    *,
    reader: str,
    holder_ids: Sequence[int] | None = None,
    seller_ids: Sequence[int] | None = None,
    notice_ids: Sequence[int] | None = None,
) -> CaseView:
    """The case of this number for this reader. UnknownCase when there is none, or it is not this party's.

    A door brings it up to date first: `services.bring_up_to_date`.
    """
    rows = visible(reader, holder_ids=holder_ids, seller_ids=seller_ids, notice_ids=notice_ids)
    complaint = rows.filter(number=number).first()
    if complaint is None:
        raise UnknownCase(f"there is no case {number} among yours")
    return view_of(complaint, reader)


def view_of(complaint: Complaint, reader: str) -> CaseView:
    """A case that was read by `visible` and is up to date, as a page needs it."""
    return CaseView(keep(complaint), held_of(complaint), reader)


def visible(
    reader: str,
    *,
    holder_ids: Sequence[int] | None = None,
    seller_ids: Sequence[int] | None = None,
    notice_ids: Sequence[int] | None = None,
) -> QuerySet[Complaint]:
    """The cases a reader may see at all: those of these holders, of these shops, or of these notices of a guest.

    A seller sees a case only once the notice was found complete.
    """
    cases = Complaint.objects.select_related(*RELATED)
    if reader == "complainant" and notice_ids is not None:
        return cases.filter(notice_id__in=list(notice_ids), notice__filer_role="guest")
    if reader == "complainant":
        return cases.filter(notice__holder_id__in=list(holder_ids or ()))
    if reader == "seller":
        return cases.filter(seller_id__in=list(seller_ids or ())).filter(reached_the_seller())
    return cases


def waiting_on_sellers(seller_ids: Sequence[int]) -> int:
    """How many cases wait for an answer of these shops. Told they were: under no pack a case waits on a seller before that."""
    return Complaint.objects.filter(seller_id__in=list(seller_ids), waits_on="seller").count()


def reached_the_seller() -> Q:
    """Cases the seller has been, or is about to be, told of: past the check, not refused or ended before it."""
    told = Q(event__in=("accepted", "restricted", "ordered_down"))
    restricted_on_appeal = Q(event="appeal_granted") & ~Q(ask="nothing")  # a refused notice only starts over by it
    events = ComplaintEvent.objects.filter(complaint=OuterRef("pk"))  # of one case at a time: the log grows without end
    return Q(Exists(events.filter(told | restricted_on_appeal)))


def _trail(view: CaseView) -> Any:
    events = events_of(view.complaint)
    said = {w.seq: w for w in words_of(view.complaint)}
    counters = {line.seq: line.counter_notice for line in counters_of(view.complaint)}
    statements = {s.seq: s for s in statements_of(view.complaint)}
    before, waits_on = "", ""
    hidden = hidden_from(view.reader)
    for event in events:
        state = view.procedure.states[event.state]
        if event.event not in hidden and not (view.reader == "seller" and _not_for_the_seller(event, waits_on)):
            yield _entry(view, event, before, waits_on, said.get(event.seq), counters.get(event.seq), statements)
        before, waits_on = event.state, state.waits_on or ""


def hidden_from(reader: str) -> tuple[str, ...]:
    """Events this reader need not see: what passed between the complainant and us before the seller was heard."""
    return ("returned", "mended") if reader == "seller" else ()


def _not_for_the_seller(event: ComplaintEvent, waits_on: str) -> bool:
    return event.event == "served" and waits_on == "complainant"


def _entry(
    view: CaseView,
    event: ComplaintEvent,
    before: str,
    waits_on: str,
    word: PartyWord | None,
    counter: CounterNotice | None,
    statements: Mapping[int, StatementOfReasons],
) -> TrailEntry:
    title = words.happened(
        event=event.event,
        before=before,
        waits_on=waits_on,
        names=view.names,
        reader=view.reader,
        why=words.why_of(event),
    )
    sealed = counter.statement if counter else word.text if word else None
    files = [f.file for f in counter.files.all()] if counter else [f.file for f in word.files.all()] if word else []
    return TrailEntry(
        at=event.at,
        seq=event.seq,
        event=event.event,
        title=title,
        text=unseal(sealed),
        files=files,
        statement=statements.get(event.seq),
        counter=counter,
        codes=word.codes if word else (),
        is_key=event.event not in ("served", "accepted") and json.loads(event.payload)["by"] != "clock",
    )
