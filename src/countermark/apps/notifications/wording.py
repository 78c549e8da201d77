"""What does a message say? One letter for one reader about one notice, every line of it, worded when it is read.

A letter says who complains, about which listings, on which right; what happened; where it stands now; what the reader can
do, until when, and what silence means. Before a party was told there is no due date, so the letter says how long the clock
will run instead. Nothing here knows mail or HTML; the active language is the reader's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext

from countermark.apps.complaints import words
from countermark.apps.complaints.held import Held, held_of_each
from countermark.apps.complaints.models import Complaint, ComplaintEvent, Notice
from countermark.apps.complaints.parts import gathered
from countermark.apps.complaints.selectors import may_see
from countermark.apps.decisions import appeal_selectors as appeals
from countermark.apps.notifications.models import Message
from countermark.apps.work import moments
from countermark.core import appeal as appeal_rules
from countermark.core import catalogue
from countermark.core.complaint import explain_due, foresee, permitted_events
from countermark.core.procedure import TIMINGS, Procedure

CAN = {  # what a party may do, said to that party
    "seller_removed": gettext_lazy("take the listing down yourself: the case ends, and you admit nothing"),
    "counter_notice_filed": gettext_lazy("answer with a counter-notice: say why you may sell it, and show papers"),
    "mended": gettext_lazy("add what is missing"),
    "counter_accepted": gettext_lazy("accept the answer: the complaint ends and the listing stays, or returns"),
    "counter_rejected": gettext_lazy("say why you do not accept the answer: then a reviewer decides"),
    "action_filed": gettext_lazy("show that you have filed a suit, or a complaint with an authority"),
}


@dataclass(frozen=True)
class Group:
    """Cases of which the same is to be said: what happened and why, where they stand, what to do; (number, title) each."""

    happened: tuple[str, ...]
    why: str
    stands: str
    to_do: tuple[str, ...]
    cases: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Letter:
    """A message in words. `waits` says whether the reader is asked to act."""

    subject: str
    greeting: str
    about: tuple[str, ...]
    groups: tuple[Group, ...]
    waits: bool


@dataclass(frozen=True)
class Line:
    """One case of a message: its row, the case as the rules see it, its whole log, and the seqs the message tells of."""

    complaint: Complaint
    held: Held
    log: Sequence[ComplaintEvent]
    told: frozenset[int]

    @property
    def procedure(self) -> Procedure:
        return self.held.procedure


def letter(message: Message, *, at: datetime) -> Letter:
    """The message in the active language, as things stand at `at` (case time)."""
    return letters([message], at=at)[0]


def letters(messages: Sequence[Message], *, at: datetime) -> list[Letter]:
    """The same for each of these messages; their cases are read together."""
    cases = _cases({line[0] for message in messages for line in message.lines})
    grounds = _grounds(cases)
    return [_letter(message, _lines(message, cases), grounds, at) for message in messages]


Grounds = Mapping[tuple[int, int], list[str]]  # (case, seq) -> titles of the reasons given


def _letter(message: Message, lines: Sequence[Line], grounds: Grounds, at: datetime) -> Letter:
    names = names_for(message.party, message.notice, lines[0])
    said = [(_said(line, message, names, grounds, at), line) for line in lines]
    groups: dict[tuple[Any, ...], list[tuple[str, str]]] = {}
    for words_of_line, line in said:
        groups.setdefault(words_of_line, []).append((line.complaint.number, str(line.complaint.listing)))
    made = tuple(Group(*key, tuple(cases)) for key, cases in groups.items())
    waits = any(line.complaint.waits_on == message.party for line in lines)
    return Letter(
        subject=" ".join(_subject(message, made, lines, waits, at).split()),
        greeting=_greeting(message),
        about=tuple(_about(message, names, lines)),
        groups=made,
        waits=waits,
    )


def names_for(reader: str, notice: Notice, line: Line) -> Mapping[str, str]:
    """Who is called what before this reader: of one party the other learns only what the pack tells."""
    tells = line.procedure.tell.get("seller_to_complainant", ())
    seller = line.complaint.seller
    knows_seller = reader == "seller" or "name" in tells or "*" in tells
    knows_filer = reader == "complainant" or may_see(line.procedure, notice, "name")
    return {
        "complainant": notice.filer_name if knows_filer else gettext("The complainant"),
        "seller": seller.name if seller and knows_seller else gettext("The seller"),
    }


# --- reading the lines ----------------------------------------------------------------------------------------------------


Cases = Mapping[int, tuple[Complaint, Held, Sequence[ComplaintEvent]]]


def _cases(ids: Set[int]) -> Cases:
    """These cases with their whole logs."""
    rows = Complaint.objects.filter(pk__in=ids).annotate(one=FilteredRelation("appeals"))
    found = gathered(rows.select_related("listing", "seller", "notice", "one"), "one", "appeals")
    logs: dict[int, list[ComplaintEvent]] = {}
    for event in _logs(ids):
        logs.setdefault(event.complaint_id, []).append(event)
    return {case.pk: (case, held, logs[case.pk]) for case, held in zip(found, held_of_each(found), strict=True)}


def _logs(ids: Set[int]) -> QuerySet[ComplaintEvent]:
    """The events of these cases, each with the reasons given with it: of a restriction, and by a reviewer."""
    reviewers = Q(complaint__words__seq=F("seq"), complaint__words__by="reviewer")
    rows = ComplaintEvent.objects.filter(complaint__in=ids).annotate(
        reasoned=FilteredRelation("complaint__statements", condition=Q(complaint__statements__seq=F("seq"))),
        said=FilteredRelation("complaint__words", condition=reviewers),
    )
    rows = rows.annotate(reasons=F("reasoned__grounds"), codes=F("said__codes"))
    return rows.order_by("seq").defer("payload", "hash")


def _lines(message: Message, cases: Cases) -> list[Line]:
    told: dict[int, set[int]] = {}
    for complaint_id, seq, _ in message.lines:
        told.setdefault(complaint_id, set()).add(seq)
    lines = [Line(*cases[pk], frozenset(seqs)) for pk, seqs in told.items()]
    return sorted(lines, key=lambda line: line.complaint.line)


def _grounds(cases: Cases) -> Grounds:
    """The titles of the reasons given with an event, by (case, seq): of a restriction, a return, a decision."""
    known = catalogue.load().decision_grounds
    found: dict[tuple[int, int], list[str]] = {}
    for event in (event for _, _, log in cases.values() for event in log):
        given = dict.fromkeys([*(event.reasons or ()), *(event.codes or ())])
        titles = dict.fromkeys(gettext(known[code].title) for code in given if code in known)
        found[event.complaint_id, event.seq] = list(titles)
    return found


# --- what is said of one line ---------------------------------------------------------------------------------------------


def _said(
    line: Line,
    message: Message,
    names: Mapping[str, str],
    grounds: Grounds,
    at: datetime,
) -> tuple[tuple[str, ...], str, str, tuple[str, ...]]:
    reader = message.party
    if message.kind == "reminder":
        return (), "", _stands(line.complaint, reader), tuple(_to_do(line, reader, at))
    if message.kind == "appeal":
        what, _, side = str(message.lines[0][2]).partition(":")
        said = gettext("%(what)s.") % {"what": appeals.said(what, side, reader, names)}
        return (said,), "", _stands(line.complaint, reader), tuple(_after_appeal(line, what, side, reader))
    happened = tuple(_happened(line, reader, names))
    return happened, _why(line, grounds), _stands(line.complaint, reader), tuple(_to_do(line, reader, at))


def _why(line: Line, grounds: Grounds) -> str:
    titles = [title for seq in sorted(line.told) for title in grounds.get((line.complaint.pk, seq), ())]
    if not titles:
        return ""
    said = {"grounds": moments.joined(dict.fromkeys(titles))}
    return gettext("Why: %(grounds)s. The full reasons are on the page.") % said


def _happened(line: Line, reader: str, names: Mapping[str, str]) -> Iterable[str]:
    before, waited_on = "", ""
    for event in line.log:
        if event.seq in line.told:
            why = words.why_of(event)
            said = words.happened(
                event=event.event, before=before, waits_on=waited_on, names=names, reader=reader, why=why
            )
            yield gettext("%(what)s.") % {"what": said}
        before, waited_on = event.state, line.procedure.states[event.state].waits_on or ""


def _stands(complaint: Complaint, reader: str) -> str:
    status = words.status(complaint, reader)
    listing = words.ASKS[complaint.ask][1]
    return gettext("Now: %(status)s. %(listing)s.") % {"status": status.word, "listing": listing}


def _to_do(line: Line, reader: str, at: datetime) -> Iterable[str]:
    """What the reader can do now, until when, and what silence means."""
    can = [CAN[event] for event in permitted_events(line.procedure, line.held.case, reader) if event in CAN]
    if can:
        yield gettext("You can %(what)s.") % {"what": pgettext("between ways to act", "; or ").join(map(str, can))}
    if line.complaint.waits_on == reader:
        yield _until(line, at)
        yield silence(line)
    elif line.complaint.waits_on:
        yield gettext("You need not do anything now.")
    elif _can_appeal(line, reader):
        yield gettext(
            "You do not agree? You can appeal free of charge; the page says until when. A court is open to you too."
        )


def _can_appeal(line: Line, reader: str) -> bool:
    """Whether a decision of ours that went against the reader ended the case: the letter says what is left (art. 16(5))."""
    log = [appeal_rules.Entered(event.seq, event.event, event.by, event.ask) for event in line.log]
    try:
        appeal_rules.against(line.procedure, line.held.case, log, reader)
    except appeal_rules.AppealRefused:
        return False
    return True


def _after_appeal(line: Line, what: str, side: str, reader: str) -> Iterable[str]:
    """What an appeal means for the reader: who looks at it until when, or that it is over and what is left."""
    if what != appeals.FILED:
        if reader == side and what == appeals.NOT_GRANTED:
            yield gettext("The reasons are on the page of the case. A court remains open to you.")
        return
    row = max((each for each in line.complaint.appeals.all() if each.side == side), key=lambda a: a.pk, default=None)
    if row is not None:
        yield gettext("Another person than the one who decided looks at it, by %(until)s.") % {
            "until": moments.deadline(row.due_at, line.complaint.zone)
        }
    yield gettext("Until it is decided, everything stays as it is.")
    yield gettext("You need not do anything now.")


def _until(line: Line, at: datetime) -> str:
    due = explain_due(line.procedure, line.held.case, line.held.calendars)
    if due is not None and at < due.due_at:
        left = moments.time_left(due, at)
        return gettext("You have until %(until)s (%(left)s).") % {"until": left.until, "left": left.amount}
    if due is not None:
        return gettext("The time ended %(until)s.") % {"until": moments.deadline(due.due_at, due.zone)}
    spec = line.procedure.clock_of(line.complaint.state)
    assert spec is not None
    time = moments.duration(line.held.case.units or spec.for_round(line.held.case.round).amount, spec.unit)
    if spec.first_day == "next":
        return gettext("You have %(time)s from the day you are told; that day itself is not counted.") % {"time": time}
    return gettext("You have %(time)s from the moment you are told.") % {"time": time}


def silence(line: Line) -> str:
    """What happens when the party waited on does not answer: read from the pack, not from a table of states."""
    case, procedure = line.held.case, line.procedure
    after = procedure.states[foresee(procedure, case, "due", "clock")]
    then = {"as_before": case.ask, "by_timing": TIMINGS[case.timing]}.get(after.asks, after.asks)
    if then == "remove" and case.ask != "remove":
        return gettext("If no answer comes in time, the listing is taken down.")
    if then == "remove" and after.waits_on == line.complaint.waits_on and case.round < procedure.chances:
        return gettext("If no answer comes in time, this chance is used up and the listing stays down.")
    if then == "remove":
        return gettext("If no answer comes in time, the listing stays down.")
    if case.ask != "nothing" and after.outcome == "dropped":
        return gettext("If no answer comes in time, the complaint is dropped and the listing returns.")
    if case.ask != "nothing":
        return gettext("If no answer comes in time, the listing returns.")
    return gettext("If no answer comes in time, the complaint is dropped.")


# --- the letter around them -----------------------------------------------------------------------------------------------


def _greeting(message: Message) -> str:
    who = {
        "seller": message.seller.name if message.seller else "",
        "complainant": message.holder.name if message.holder else message.notice.filer_name,
    }[message.party]
    return gettext("Dear %(name)s,") % {"name": who} if who else gettext("Good day,")


def _about(message: Message, names: Mapping[str, str], lines: Sequence[Line]) -> Iterable[str]:
    notice = message.notice
    place = notice.marketplace
    if message.party == "seller":
        yield ngettext(
            "%(who)s complained about one of your listings at %(place)s.",
            "%(who)s complained about %(count)s of your listings at %(place)s.",
            len(lines),
        ) % {"who": names["complainant"], "count": len(lines), "place": place.name}
    else:
        yield gettext("This is about your notice %(number)s of %(moment)s, about listings at %(place)s.") % {
            "number": notice.number,
            "moment": moments.moment(notice.submitted_at, place.zone),
            "place": place.name,
        }
    yield gettext("What is claimed: %(reason)s.") % {"reason": words.reason_title(notice.reason)}
    if right := words.right_in_words(notice):
        yield gettext("On which right: %(right)s.") % {"right": right}
    if message.party == "seller" and may_see(lines[0].procedure, notice, "contact_email"):
        yield gettext("Contact of the complainant: %(email)s") % {"email": notice.filer_email}


def _subject(message: Message, groups: Sequence[Group], lines: Sequence[Line], waits: bool, at: datetime) -> str:
    number, count = message.notice.number, len(lines)
    if message.kind == "reminder":
        due = explain_due(lines[0].procedure, lines[0].held.case, lines[0].held.calendars)
        left = moments.time_left(due, at).amount if due else gettext("your answer is asked for")
        return gettext("Reminder: %(left)s, %(number)s") % {"left": left, "number": number}
    if message.kind == "receipt":
        return ngettext(
            "We have your notice about one listing, %(number)s",
            "We have your notice about %(count)s listings, %(number)s",
            count,
        ) % {"count": count, "number": number}
    if waits:
        return ngettext(
            "Your answer is asked for: one listing, %(number)s",
            "Your answer is asked for: %(count)s listings, %(number)s",
            count,
        ) % {"count": count, "number": number}
    if len(groups) == 1 and groups[0].happened:
        what = groups[0].happened[-1].rstrip(".。")
        return pgettext("subject of a mail", "%(what)s, %(number)s") % {"what": what, "number": number}
    return gettext("News about %(count)s listings, %(number)s") % {"count": count, "number": number}
