"""How does the reference page on registration numbers read?

It is written from the very forms and sentences the code runs, so that it cannot say anything else; `script/reference` does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from countermark.core.numbers.forms import Form, Office, data, kinds, offices, whats

INTRODUCTION = """# Registration numbers

Which numbers of trademarks, patents, utility models, designs and copyrights the product reads, and how it writes them. Written
from the forms the code runs (`src/countermark/core/numbers/offices/*.toml`); a test compares it with them. How to use it:
[check registration numbers](../how-to/check-registration-numbers.md).

A number is read in capitals and without blanks; full-width characters and digits of other scripts count as plain ones. Words in
front of it (“Reg. No.”, “注册号”, “第”) and signs around it go, groups of three digits are joined, the code or name of the
office may stand before it. An id of ST.13 as databases write it (`EM500000018123456`) is read as the number it holds. Nothing
else is changed: what a spreadsheet or a typist has mangled is refused, and what may be meant is offered.

The column *checked* says how far a form is certain: **V** read in the source named; **K** general knowledge, not read again;
**P** our own reading of K. For an office, kinds under *complete* are those of which every number in force has one of the forms;
of the others a number in no form is taken as it is where rights are entered.
"""


def as_markdown() -> str:
    """The whole page."""
    parts = [INTRODUCTION, _refusals(), *(_office(office) for office in offices().values()), _sources()]
    return "\n".join(parts)


def _refusals() -> str:
    rows = ((f"`{code}`", words["text"], words["mend"]) for code, words in data("refusals").items())
    return "## Why a number is not taken\n\n" + _table(("code", "what is wrong", "how it is mended"), rows)


def _office(office: Office) -> str:
    complete = ", ".join(kinds()[kind] for kind in office.closed) or "none"
    names = ", ".join(f"`{name}`" for name in (office.id, *office.aliases))
    head = f"## {office.title}\n\nNames: {names}. Complete: {complete}.\n"
    columns = ("form", "kind", "it is", "how it is written", "examples", "source", "checked")
    series = "".join(_series(form) for form in office.forms if form.series)
    return "\n".join((head, _table(columns, map(_form, office.forms)))) + series


def _form(form: Form) -> tuple[str, ...]:
    what = ", ".join(whats()[each] for each in form.what)
    examples = "<br>".join(f"`{written}` → `{normal}`" for written, normal in form.good)
    text = form.text + (f" {form.instead}" if form.instead else "")
    return (f"`{form.id}`", kinds()[form.kind], what, text, examples, form.source, form.certainty)


def _series(form: Form) -> str:
    rows = ((series, said) for series, said in (form.series or {}).items())
    return f"\nSeries of `{form.id}`:\n\n" + _table(("series", "means"), rows)


def _sources() -> str:
    return "## Sources\n\n" + _table(("source", "what it is"), data("sources")["source"].items())


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join((_line(head), "|" + " --- |" * len(head), *map(_line, rows))) + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_escaped(cells))} |"


def _escaped(cells: Iterable[str]) -> Iterator[str]:
    return (cell.replace("|", "\\|") for cell in cells)
