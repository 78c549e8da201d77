"""How does the reference page on rights read? Written from the tables the code runs; `script/reference` does it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from countermark.core import catalogue
from countermark.core.rights import applicability, living, registration

INTRODUCTION = """# Rights: where they count, how long they live

Written by `script/reference` from the tables the code runs (`src/countermark/core/rights/*.toml`); a test compares it. How it is
used: [keep rights alive](../how-to/keep-rights-alive.md). The column *not certain* says what was not read in the law itself or
differs from case to case; check it before you rest a decision on it.
"""
COUNTS = """## Where a right counts

The first rule that fits answers: *yes*, *doubtful* (the notice is taken, a reviewer looks) or *no* (the notice is not taken).
"""
TERMS = """## How long a right lives

`other` stands for every office without a row. *Renewal from* and *grace* are calendar months before and after the end; a month
ends on the same date, or on the last day of a month without it. In the grace the right is not used and nothing is lost.
"""
ENDINGS = """## What may happen to a right

The events are those of the packs ([states](states.md)), told to every case of the right in this order.
"""
LINT = """## What a reviewer would send a registration back for

What can be found before it is sent is listed beside the button that sends it, and as `would_be_returned` in the API.
"""


def as_markdown() -> str:
    """The whole page."""
    return "\n".join((INTRODUCTION, COUNTS, _rules(), TERMS, _terms(), ENDINGS, _endings(), LINT, _lint()))


def _rules() -> str:
    rows = ((f"`{r.id}`", r.answer, r.text, r.cure, r.source, r.doubt) for r in applicability.rules().values())
    return _table(("rule", "answer", "what it says", "what to do", "source", "not certain"), rows)


def _terms() -> str:
    head = ("office", "kind", "term", "renewal from", "grace", "late fee", "source", "not certain")
    return _table(head, (_term(row) for row in living.terms().values()))


def _term(row: living.Term) -> tuple[str, ...]:
    years = f"{row.years} years from {row.counts_from}" if row.years else "as the register says"
    most = f", {row.most} at most" if row.most > row.years else ""
    months = (f"{n} months" if n else "none" for n in (row.opens, row.grace, row.fee_grace))
    return (f"`{row.office}`", row.kind.replace("_", " "), years + most, *months, row.source, row.doubt)


def _endings() -> str:
    head = ("what", "from", "to", "events", "open cases", "closed cases", "points and standing", "stay-down", "source")
    rows = (
        (
            f"`{e.id}`",
            ", ".join(e.comes_from),
            e.to,
            ", ".join(e.events),
            e.open,
            e.closed,
            e.points,
            e.stay_down,
            e.source,
        )
        for e in living.endings().values()
    )
    return _table(head, rows)


def _lint() -> str:
    reasons = catalogue.load().return_reasons
    rows = (
        (f"`{row.id}`", reasons[row.id].title, "the rules" if row.found_by == "rules" else "a reviewer", row.doubt)
        for row in registration.refusals().values()
    )
    return _table(("reason", "what is wrong", "found by", "not certain"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)
