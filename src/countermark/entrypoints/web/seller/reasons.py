"""Why was it decided so? Statements of reasons and decisions as a person reads them, all fields of DSA art. 17(3).

The rows hold codes, instants and sealed words; the sentences stand in core/catalogue. Nothing is summed up: what the seller
reads is what was decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext

from countermark.apps.complaints.counter_drafts import FILED
from countermark.apps.complaints.models import ComplaintEvent, StatementOfReasons
from countermark.apps.complaints.selectors import CaseView, may_see
from countermark.apps.decisions.models import Decision
from countermark.apps.notifications.models import Message
from countermark.apps.work import moments
from countermark.apps.work.sealing import Erased, unseal
from countermark.apps.work.services import calendar_in_force
from countermark.core import catalogue, procedure_loader
from countermark.core.calendar import Clock, Due, explain
from countermark.core.catalogue import DecisionGround

AT_ONCE = (
    "notice_sufficient"  # the ground where a notice takes effect by itself: its codes name the reason of the notice
)
INSTANTS = ("told_at", "due_at")
STRENGTH = ("nothing", "pause", "remove")


class Paragraph(NamedTuple):
    """One part of a statement: what it is about, and its sentences."""

    label: str
    text: str


@dataclass(frozen=True)
class Paper:
    """One decision in full. `seq` is that of its event; `id` the anchor on the page."""

    seq: int
    at: datetime
    title: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def id(self) -> str:
        return f"reasons-{self.seq}"


def papers(view: CaseView, at: datetime) -> list[Paper]:
    """Every statement of reasons and every decision of the case, newest first."""
    rows: dict[int, Any] = {
        d.seq: d for d in Decision.objects.filter(complaint=view.complaint).select_related("words__key")
    }
    rows |= {s.seq: s for s in view.complaint.statements.select_related("words__key")}
    events = list(view.complaint.events.order_by("seq"))
    return [_paper(view, rows[seq], events, at) for seq in sorted(rows, reverse=True)]


def _paper(view: CaseView, row: Any, events: list[ComplaintEvent], at: datetime) -> Paper:
    restricts = isinstance(row, StatementOfReasons)
    title = gettext("Statement of reasons") if restricts else gettext("Decision")
    first = _restriction(view, row, events) if restricts else _verdict(row)
    said = (first, *_facts(view, row), *_why(view, row), *_how(view, row), *_remedies(view, row, at))
    return Paper(row.seq, row.at, title, tuple(p for p in said if p.text))


# --- the parts ----------------------------------------------------------------------------------------------------------


def _restriction(view: CaseView, row: StatementOfReasons, events: list[ComplaintEvent]) -> Paragraph:
    zone = view.complaint.zone
    words = {
        "what": gettext(catalogue.load().statement["restriction"][row.restriction]),
        "place": view.notice.marketplace.name,
        "since": moments.moment(row.at, zone),
    }
    text = gettext("%(what)s The restriction holds on %(place)s from %(since)s") % words
    ended = next((e for e in events if e.seq > row.seq and _weaker(e.ask, row.restriction)), None)
    if ended is None:
        return Paragraph(gettext("Decision"), gettext("%(start)s until the case ends otherwise.") % {"start": text})
    until = {"start": text, "until": moments.moment(ended.at, zone)}
    return Paragraph(gettext("Decision"), gettext("%(start)s until %(until)s; it has ended.") % until)


def _weaker(ask: str, than: str) -> bool:
    return STRENGTH.index(ask) < STRENGTH.index(than)


def _verdict(row: Decision) -> Paragraph:
    said = {
        "upheld": gettext("The complaint is upheld."),
        "not_upheld": gettext("The complaint is not upheld. Nothing is restricted because of it."),
    }
    return Paragraph(gettext("Decision"), said.get(row.verdict, ""))


def _grounds(view: CaseView, row: Any) -> list[DecisionGround]:
    known = catalogue.load().decision_grounds
    codes = (code if code in known else AT_ONCE for code in row.grounds or [AT_ONCE])
    return [known[code] for code in dict.fromkeys(codes)]


def _facts(view: CaseView, row: Any) -> Iterator[Paragraph]:
    data = _filled(getattr(row, "facts", {}), view.complaint.zone)
    told = [_said(ground.facts, data) for ground in _grounds(view, row)]
    source = gettext(catalogue.load().statement["source"]["article_16"])
    by = gettext("The notice is %(number)s.") % {"number": view.notice.number}
    if may_see(view.procedure, view.notice, "name"):
        by = gettext("The notice is %(number)s by %(who)s.") % {
            "number": view.notice.number,
            "who": view.notice.filer_name,
        }
    yield Paragraph(gettext("Facts"), " ".join([*told, source, by]))
    yield Paragraph(gettext("In the words of the reviewer"), _own_words(row))


def _own_words(row: Any) -> str:
    words = unseal(row.words)
    return gettext("These words were erased.") if isinstance(words, Erased) else words


def _why(view: CaseView, row: Any) -> Iterator[Paragraph]:
    known, grounds = catalogue.load(), _grounds(view, row)
    yield Paragraph(gettext("Why"), " ".join(gettext(ground.why) for ground in grounds))
    clauses = dict.fromkeys(ground.clause for ground in grounds)
    rules = gettext("Rules of the marketplace, %(clause)s: %(text)s")
    rests = [rules % {"clause": clause, "text": gettext(known.clauses[clause])} for clause in clauses]
    if law := _law(view) if isinstance(row, StatementOfReasons) else "":
        rests.insert(0, gettext("%(law)s.") % {"law": law})
    yield Paragraph(gettext("It rests on"), " ".join(rests))


def _law(view: CaseView) -> str:
    """The citation for the reason of the notice, where the listing is offered."""
    place = view.notice.marketplace
    cited = (catalogue.load().legal_ground(view.notice.reason, where) for where in (place.territory, *place.offered_in))
    return next((citation for citation in cited if citation), "")


def _how(view: CaseView, row: Any) -> Iterator[Paragraph]:
    words = catalogue.load().statement["automation"]
    decided = gettext(words["fully" if getattr(row, "automated_decision", False) else "not"])
    found = gettext("Software found the listing.") if getattr(row, "automated_detection", False) else ""
    yield Paragraph(gettext("How"), f"{decided} {found}".strip())


def _filled(facts: Mapping[str, Any], zone: str) -> dict[str, str]:
    """Facts as they are said: instants at the place of the case."""
    said = {name: str(value) for name, value in facts.items()}
    for name in INSTANTS:
        if said.get(name):
            instant = datetime.fromisoformat(said[name])
            said[name] = moments.deadline(instant, zone) if name == "due_at" else moments.moment(instant, zone)
    return said


def _said(msgid: str, data: Mapping[str, str]) -> str:
    sentence = gettext(msgid)
    return sentence % data if "%(" in sentence else sentence


# --- what can be done ---------------------------------------------------------------------------------------------------


def _remedies(view: CaseView, row: Any, at: datetime) -> Iterator[Paragraph]:
    if isinstance(row, StatementOfReasons) or row.verdict == "upheld":
        yield Paragraph(gettext("What can be done"), " ".join(remedies(view, row.seq, at)))


def remedies(view: CaseView, seq: int, at: datetime) -> list[str]:
    """The ways to object that are open to the seller now, with their ends."""
    words = catalogue.load().statement["redress"]
    said = []
    if FILED in view.permitted:
        until = gettext("Until %(until)s.") % {"until": _deadline(view.due)} if view.due and view.is_yours else ""
        said.append(f"{gettext(words['counter_notice'])} {until}".strip())
    if (due := appeal_due(view, seq, at)) is not None and at < due.due_at:
        said.append(gettext(words["appeal"]))
        said.append(gettext("Until %(until)s, counted from the day you were told.") % {"until": _deadline(due)})
        said.append(gettext(words["out_of_court"]))
    return [*said, gettext(words["court"])]


def _deadline(due: Due) -> str:
    return moments.deadline(due.due_at, due.zone)


def appeal_due(view: CaseView, seq: int, at: datetime) -> Due | None:
    """Until when the decision of event `seq` can be appealed (DSA art. 20(1)); None where that duty does not bind.

    It counts from the day the seller was told of it, by Reg. 1182/71; not told yet means told by this page, now.
    """
    duties = (procedure_loader.load_duties(duty) for duty in view.notice.duties)
    months = next((int(d.by.split()[0]) for each in duties for d in each.duties if d.do == "open_appeal"), None)
    if months is None:
        return None
    return explain(Clock(months, "month", "next", "next_working"), calendar_in_force("EU"), told_at(view, seq) or at)


def told_at(view: CaseView, seq: int) -> datetime | None:
    """When the seller was told of an event: by a letter that arrived, or a message read."""
    case = view.complaint
    told = Message.objects.filter(notice=view.notice, party="seller", seller=case.seller).prefetch_related("deliveries")
    instants = [
        instant
        for message in told
        if any(line[0] == case.pk and line[1] == seq for line in message.lines)
        for instant in (message.read_at, *(d.delivered_at for d in message.deliveries.all()))
        if instant is not None
    ]
    return min(instants, default=None)
