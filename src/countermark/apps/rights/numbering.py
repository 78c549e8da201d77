"""Is the number of a right the one its certificate shows, as far as its writing tells?

The forms of numbers are data (core/numbers). A right is registered under the number of its registration; what is typed is kept as
typed, and listed and compared as it is written properly. Where not every form of an office is known, only what is certainly
wrong keeps a registration from being sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from countermark.core import numbers
from countermark.core.defect import Defect
from countermark.core.rights import NumberSaid

WANTED = "registration"
PREFIX = "number_"  # of the codes of our defects: number_check_digit, …


def verdict(kind: str, office: str, typed: str, *, today: date | None = None) -> numbers.Verdict | None:
    """What is said about the number typed; None where nobody can tell: no number, no such office or kind of number."""
    if kind not in numbers.kinds() or office not in numbers.offices() or not typed.strip():
        return None
    known = numbers.forms_of(office, kind)
    return numbers.check(typed, office, kind, what=WANTED, today=today) if known else None


def written(kind: str, office: str, typed: str) -> str:
    """The number as it is written properly; as it was typed where that cannot be told."""
    said = verdict(kind, office, typed)
    return said.normalised if isinstance(said, numbers.Read) else typed.strip()


def example(kind: str, office: str) -> str:
    """How a number of this kind looks at this office, the usual one; "" where nobody can tell."""
    if kind not in numbers.kinds() or office not in numbers.offices():
        return ""
    return next((form.good[0][1] for form in numbers.forms_of(office, kind) if WANTED in form.what), "")


def defects(kind: str, answers: Mapping[str, str], *, today: date) -> Iterator[Defect]:
    """What is wrong with the number, if that is certain, with the way to mend it."""
    office = answers.get("office", "")
    yield from _refusals(kind, office, verdict(kind, office, answers.get("number", ""), today=today))


def judged(kind: str, office: str, typed: str, *, today: date) -> tuple[str, tuple[Defect, ...]]:
    """The number as `written` has it, and its `defects`, from one look at it."""
    said = verdict(kind, office, typed, today=today)
    if isinstance(said, numbers.Read):
        return said.normalised, ()
    return typed.strip(), tuple(_refusals(kind, office, said))


def _refusals(kind: str, office: str, said: numbers.Verdict | None) -> Iterator[Defect]:
    if isinstance(said, numbers.Refused) and (said.certain or numbers.is_closed(office, kind)):
        yield Defect(PREFIX + said.code, "number", data=said.data)


def said_by(kind: str, office: str, typed: str) -> NumberSaid | None:
    """What the number can be, for the rules that look for a wrong kind, office or sort of number; None where unreadable."""
    if not (typed.strip() and kind in numbers.kinds() and office in numbers.offices()):
        return None
    found = numbers.check(typed, office, kind)
    readings = found.readings if isinstance(found, numbers.Read) else found.near
    whats = frozenset(what for each in readings for what in each.form.what)
    offices, kinds = (frozenset(getattr(each, name) for each in readings) for name in ("office", "kind"))
    return NumberSaid(offices, kinds, whats) if readings else None
