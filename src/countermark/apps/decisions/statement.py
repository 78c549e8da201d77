"""What is a party told when a case is decided or a listing restricted? The statement of reasons in words, DSA art. 17(3).

`statement_paragraphs` words a restriction as it was recorded, `decision_paragraphs` a decision, `foreseen_paragraphs` what a
reviewer is about to decide. The same paragraphs stand on pages, in mails and in the case file: what we do, facts, why, how,
what you can do. The active language is the reader's; the other party is named only where the pack tells its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext, gettext_lazy

from countermark.apps.complaints import words as said
from countermark.apps.complaints.models import Complaint, StatementOfReasons
from countermark.apps.complaints.parts import events_of
from countermark.apps.complaints.selectors import may_see
from countermark.apps.decisions import appeal_selectors as appeals
from countermark.apps.decisions.models import Decision
from countermark.apps.work import moments, packs
from countermark.apps.work.sealing import Erased, unseal
from countermark.core import appeal as rules
from countermark.core import catalogue
from countermark.core.calendar import Due
from countermark.core.complaint import STRENGTH, Case
from countermark.core.decision import Redress
from countermark.core.procedure import Procedure

Paragraphs = list[tuple[str, str]]
UNION_LAW = "eu-dsa"  # whoever is bound by it may go to a body for settlement out of court (art. 21)
# Events that open no new chance.
STAYS = ("served", "recounted", "given_back", "right_cleared", "listing_returned", "right_void")

WE_DO = {  # (asked of the listing before, after) -> what we do
    ("nothing", "pause"): gettext_lazy(
        "We hide listing %(item)s on %(place)s from buyers until the complaint is closed."
    ),
    ("nothing", "remove"): gettext_lazy("We take down listing %(item)s on %(place)s."),
    ("pause", "remove"): gettext_lazy("We take down listing %(item)s on %(place)s. It was hidden from buyers before."),
    ("pause", "pause"): gettext_lazy("Listing %(item)s on %(place)s stays hidden from buyers."),
    ("remove", "remove"): gettext_lazy("Listing %(item)s on %(place)s stays down."),
    ("pause", "nothing"): gettext_lazy("Listing %(item)s on %(place)s is shown to buyers again."),
    ("remove", "nothing"): gettext_lazy("Listing %(item)s on %(place)s comes back."),
    ("nothing", "nothing"): gettext_lazy("Listing %(item)s on %(place)s stays up."),
    ("remove", "pause"): gettext_lazy("Listing %(item)s on %(place)s comes back, hidden from buyers for now."),
}
FOUND = {
    "upheld": gettext_lazy("The complaint is upheld."),
    "not_upheld": gettext_lazy("The complaint is not upheld."),
    "refused": gettext_lazy("The notice is not accepted; the seller was not troubled."),
    "returned": gettext_lazy("The notice is sent back to be mended; the seller was not told of it."),
}


@dataclass(frozen=True)
class Told:
    """What the paragraphs are made of. `before` and `after` are what was asked of the listing; `state` is entered by it."""

    complaint: Complaint
    procedure: Procedure
    reader: str
    at: datetime
    before: str
    after: str
    state: str
    round: int
    grounds: Sequence[str]
    words: str | Erased = ""
    verdict: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    automated_detection: bool = False
    automated_decision: bool = False
    due_at: datetime | None = None  # of the clock that runs in `state`, once it runs
    ended_at: datetime | None = None  # when less was asked of the listing again
    told_at: datetime | None = None  # when the reader was told
    moved_on: bool = False  # whether somebody has taken a step since


def statement_paragraphs(
    statement: StatementOfReasons,
    complaint: Complaint,
    reader: str,
    *,
    verdict: str = "",
    told_at: datetime | None = None,
) -> Paragraphs:
    """A restriction as it was recorded, as (heading, text) in order. `reader` is seller, complainant, reviewer, operator.

    `verdict` is that of the decision that brought it, if a person made one; `told_at` when the reader was told of it.
    """
    around = _around(complaint, statement.seq)
    told = Told(
        complaint=complaint,
        procedure=around.procedure,
        reader=reader,
        at=statement.at,
        before=around.before,
        after=statement.restriction,
        state=around.state,
        round=around.round,
        grounds=_known(statement.grounds),
        words=unseal(statement.words),
        verdict=verdict,
        facts=statement.facts,
        automated_detection=statement.automated_detection,
        automated_decision=statement.automated_decision,
        due_at=around.due_at,
        ended_at=around.ended_at,
        told_at=told_at,
        moved_on=around.moved_on,
    )
    return paragraphs(told)


def decision_paragraphs(
    decision: Decision, complaint: Complaint, reader: str, *, told_at: datetime | None = None
) -> Paragraphs:
    """A reviewer's decision, whether or not it restricted the listing, as (heading, text) in order."""
    around = _around(complaint, decision.seq)
    told = Told(
        complaint=complaint,
        procedure=around.procedure,
        reader=reader,
        at=decision.at,
        before=around.before,
        after=around.after,
        state=around.state,
        round=around.round,
        grounds=decision.grounds,
        words=unseal(decision.words),
        verdict=decision.verdict,
        due_at=around.due_at,
        ended_at=around.ended_at,
        told_at=told_at,
        moved_on=around.moved_on,
    )
    return paragraphs(told)


def foreseen_paragraphs(
    complaint: Complaint, old: Case, new: Case, *, verdict: str, grounds: Sequence[str], words: str, reader: str
) -> Paragraphs:
    """What a reviewer is about to decide, as it will be sent. `old` and `new` are the case before and after it."""
    told = Told(
        complaint=complaint,
        procedure=packs.in_force(complaint.pack, complaint.notice.pack_digest),
        reader=reader,
        at=new.at,
        before=old.ask,
        after=new.ask,
        state=new.state,
        round=new.round,
        grounds=grounds,
        words=words,
        verdict=verdict,
        due_at=new.due_at,
    )
    return paragraphs(told)


def paragraphs(told: Told) -> Paragraphs:
    """The paragraphs with something in them, in the order of the law."""
    found = (
        (gettext("What we do"), _joined(_we_do(told))),
        (gettext("Facts"), _joined(_facts(told))),
        (gettext("Why"), _joined(_why(told))),
        (gettext("How"), _joined(_how(told))),
        (gettext("What you can do"), _joined(_can(told))),
    )
    return [(heading, text) for heading, text in found if text]


def _joined(sentences: Iterator[str]) -> str:
    return " ".join(sentence for sentence in dict.fromkeys(sentences) if sentence)


def _known(codes: Sequence[str]) -> list[str]:
    """The grounds by id; a reason in their place stands for a notice that takes effect before the seller is heard."""
    known = catalogue.load()
    return [code if code in known.decision_grounds else "notice_sufficient" for code in codes]


# --- how it stood around the event ----------------------------------------------------------------------------------------


class _Around(NamedTuple):
    """What was asked of the listing before and after an event, the state after it, the chance the seller then has.

    `due_at` is the end of the clock it opened, if that runs and nothing but being told came after; `ended_at` is when
    less was asked of the listing again; `moved_on` whether anything but being told came after.
    """

    procedure: Procedure
    before: str
    after: str
    state: str
    round: int
    due_at: datetime | None
    ended_at: datetime | None
    moved_on: bool


def _around(complaint: Complaint, seq: int) -> _Around:
    procedure = packs.in_force(complaint.pack, complaint.notice.pack_digest)
    log = events_of(complaint)
    past, later = [e for e in log if e.seq <= seq], [e for e in log if e.seq > seq]
    after = past[-1].ask
    moved_on = any(e.event != "served" for e in later)
    return _Around(
        procedure=procedure,
        before=past[-2].ask if len(past) > 1 else "nothing",
        after=after,
        state=past[-1].state,
        round=sum(e.event not in STAYS and _consumes(procedure, e.state) for e in past),
        due_at=None if moved_on else complaint.due_at,
        ended_at=next((e.at for e in later if STRENGTH[e.ask] < STRENGTH[after]), None),
        moved_on=moved_on,
    )


def _consumes(procedure: Procedure, state: str) -> bool:
    spec = procedure.clock_of(state)
    return spec is not None and spec.consumes_round


# --- the five paragraphs --------------------------------------------------------------------------------------------------


def _we_do(told: Told) -> Iterator[str]:
    if told.verdict:
        yield str(FOUND[told.verdict])
    if told.verdict in ("refused", "returned"):
        return
    place = told.complaint.notice.marketplace.name
    yield WE_DO[told.before, told.after] % {"item": told.complaint.listing.item_id, "place": place}
    if told.after != told.before and told.after != "nothing":
        yield _how_long(told)


def _how_long(told: Told) -> str:
    """From when the restriction holds, and until when it held if it has ended (art. 17(3)(a))."""
    zone = told.complaint.zone
    since = {"moment": moments.moment(told.at, zone)}
    if told.ended_at is None:
        return gettext("This holds from %(moment)s until the case ends otherwise.") % since
    return gettext("This held from %(moment)s until %(until)s.") % {
        **since,
        "until": moments.moment(told.ended_at, zone),
    }


def _facts(told: Told) -> Iterator[str]:
    known = catalogue.load().decision_grounds
    if any(known[ground].role != "rule" for ground in told.grounds):
        yield _as_frozen(told)
    filling = _filling(told)
    for ground in told.grounds:
        yield gettext(known[ground].facts) % filling
    if isinstance(told.words, Erased):
        yield gettext("The reviewer’s own words were erased on %(day)s, by rule %(rule)s.") % {
            "day": moments.day(told.words.at.date()),
            "rule": told.words.rule,
        }
    else:
        yield told.words.strip()


def _as_frozen(told: Told) -> str:
    copy = told.complaint.copy
    when = {"moment": moments.moment(copy.taken_at, told.complaint.zone)}
    if copy.title:
        return gettext("We looked at the listing “%(title)s” as it was on %(moment)s.") % {**when, "title": copy.title}
    return gettext("We looked at the listing as it was on %(moment)s.") % when


def _filling(told: Told) -> dict[str, str]:
    """The instants that the sentences of silence name, as people say them."""
    zone, facts = told.complaint.zone, told.facts
    found = {name: facts.get(name, "") for name in ("told_at", "due_at")}
    said_as = {"told_at": moments.moment, "due_at": moments.deadline}
    return {name: said_as[name](datetime.fromisoformat(at), zone) if at else "?" for name, at in found.items()}


def _why(told: Told) -> Iterator[str]:
    known = catalogue.load()
    grounds = [known.decision_grounds[ground] for ground in told.grounds]
    filling = _filling(told)
    for ground in grounds:
        yield gettext(ground.why) % filling
    for clause in dict.fromkeys(ground.clause for ground in grounds):
        yield gettext("Rule %(number)s of the marketplace: %(text)s") % {
            "number": clause,
            "text": gettext(known.clauses[clause]),
        }
    if told.after != "nothing" and told.verdict in ("", "upheld"):
        yield _law(told)


def _law(told: Told) -> str:
    """The citation of the place of sale and the right it speaks of; "" where only the rules of the marketplace speak."""
    notice = told.complaint.notice
    known = catalogue.load()
    offered = notice.marketplace.offered_in or [notice.marketplace.territory]
    holds = str(notice.right_frozen.get("territory", "")).split() or ["*"]
    # no law where the right has no force
    places = [place for place in offered if any(known.overlap(one, place) for one in holds)]
    cited = (known.legal_ground(notice.reason, place) for place in places)
    law = next((gettext(citation) for citation in cited if citation), "")
    right = said.right_in_words(notice)
    if law and right:
        return gettext("The law it rests on: %(law)s; the right: %(right)s.") % {"law": law, "right": right}
    if law:
        return gettext("The law it rests on: %(law)s.") % {"law": law}
    return gettext("The right it rests on: %(right)s.") % {"right": right} if right else ""


def _how(told: Told) -> Iterator[str]:
    known = catalogue.load().statement
    if told.grounds and told.grounds[0] == "ordered":
        yield gettext(known["source"]["order"])
    else:
        yield gettext(known["source"]["article_16"])
        yield _notice(told)
    if told.automated_detection:
        yield gettext("Software found the listing.")
    yield gettext(known["automation"]["fully" if told.automated_decision else "not"])


def _notice(told: Told) -> str:
    """Which notice, and whose where the reader may know."""
    notice = told.complaint.notice
    if told.reader == "seller" and not may_see(told.procedure, notice, "name"):
        return gettext("The notice is %(number)s.") % {"number": notice.number}
    return gettext("The notice is %(number)s by %(who)s.") % {"number": notice.number, "who": notice.filer_name}


def _can(told: Told) -> Iterator[str]:
    if told.reader == "complainant":
        yield from _complainant_can(told)
    else:
        yield from _seller_can(told)


def _seller_can(told: Told) -> Iterator[str]:
    if told.verdict in ("not_upheld", "refused", "returned"):
        yield gettext("You need not do anything.")
        return
    answers = _may_answer(told.procedure, told.state)
    if answers:
        yield _counter_notice(told)
    if not answers or _binds_the_union(
        told.complaint
    ):  # while an answer is the way, only the Union's law names the next
        yield from _appeal(told)
    yield gettext(catalogue.load().statement["redress"]["court"])


def _complainant_can(told: Told) -> Iterator[str]:
    if told.verdict == "returned":
        spec = told.procedure.clock_of(told.state)
        time = moments.duration(spec.for_round(told.round).amount, spec.unit) if spec else ""
        yield gettext("Add what is missing within %(time)s from the day you are told.") % {"time": time}
        return
    if told.verdict in ("not_upheld", "refused"):
        yield from _appeal(told)
        yield gettext(catalogue.load().statement["redress"]["court"])
    elif _may_answer(told.procedure, told.state) and not told.moved_on:
        yield gettext("You need not do anything. The seller may still answer; if so, you are told.")


def _may_answer(procedure: Procedure, state: str) -> bool:
    return "counter_notice_filed" in procedure.events.get((state, "seller"), ())


def _counter_notice(told: Told) -> str:
    again = told.round > 1 and "counter_notice_again" in told.procedure.needs
    spec = told.procedure.clock_of(told.state)
    if told.due_at is not None:
        until = {"until": moments.deadline(told.due_at, told.complaint.zone)}
        if again:
            return gettext("File another counter-notice with new evidence until %(until)s.") % until
        return gettext("File a counter-notice until %(until)s.") % until
    if spec is None:
        return gettext("File a counter-notice at any time.")
    time = {"time": moments.duration(spec.for_round(told.round).amount, spec.unit)}
    if again:
        return (
            gettext("File another counter-notice with new evidence within %(time)s from the day you are told.") % time
        )
    return gettext("File a counter-notice within %(time)s from the day you are told.") % time


def ways_to_object(complaint: Complaint, procedure: Procedure, new: Case) -> tuple[Redress, ...]:
    """What the seller can do against the restriction that `new` begins, each with its last instant where one is set."""
    ways = [Redress("court")]
    if answers := _may_answer(procedure, new.state):
        ways.insert(0, Redress("counter_notice", new.due_at))
    if not answers or _binds_the_union(complaint):
        ways.append(Redress("appeal", _appeal_due(complaint, new.at).due_at))
    if _binds_the_union(complaint):
        ways.append(Redress("out_of_court"))
    return tuple(ways)


def _appeal(told: Told) -> Iterator[str]:
    """The appeal, counted from the day of being informed, which is no earlier than the decision (DSA art. 20; 21)."""
    if told.grounds and told.grounds[0] == "ordered":  # no decision of ours: whoever ordered it hears objections
        return
    redress = catalogue.load().statement["redress"]
    yield gettext(redress["appeal"])
    due = _appeal_due(told.complaint, told.told_at or told.at)
    time = moments.duration(appeals.window_of(told.complaint).clock.amount, "month")
    end = {"time": time, "until": moments.deadline(due.due_at, due.zone)}
    if told.told_at:
        yield gettext("Until %(until)s, counted from the day you were told.") % end
    else:
        yield gettext("You have %(time)s from the day you are told, at least until %(until)s.") % end
    if _binds_the_union(told.complaint):
        yield gettext(redress["out_of_court"])


def _binds_the_union(complaint: Complaint) -> bool:
    return UNION_LAW in complaint.notice.duties


def _appeal_due(complaint: Complaint, told_at: datetime) -> Due:
    """The end of the time to appeal a decision told at `told_at`."""
    due = rules.until(appeals.window_of(complaint), told_at)
    assert due is not None  # told
    return due
