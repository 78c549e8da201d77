"""What is said about one number?

Either every way it can be read, or why it is not one. A `Refused` carries a stable code and its data, so that every door
can word it in its reader's language; `error` and `mend` are English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from countermark.core.numbers.forms import Form, data, offices

CENTURY = 100
FIRST_YEAR = 70  # a year of two digits from 70 on is of the 20th century: no form has one from before 1970


class Reading(NamedTuple):
    """One way to read a number: its form, how it is written properly, and its parts as written."""

    form: Form
    normalised: str
    parts: Mapping[str, str]

    @property
    def office(self) -> str:
        return self.form.office

    @property
    def kind(self) -> str:
        return self.form.kind

    @property
    def what(self) -> str:
        """registration, application, publication or certificate."""
        return self.form.what[0]

    @property
    def also(self) -> tuple[str, ...]:
        """What the same number is besides."""
        return self.form.what[1:]

    @property
    def year(self) -> int | None:
        """The year the number carries."""
        if year := self.parts.get("year"):
            return int(year)
        if short := self.parts.get("yy"):
            return int(short) + (19 if int(short) >= FIRST_YEAR else 20) * CENTURY
        return None

    @property
    def series(self) -> str | None:
        """The series, class or register the number was counted in."""
        return next((self.parts[name] for name in ("series", "class", "register") if self.parts.get(name)), None)

    @property
    def made_from(self) -> str | None:
        """The office and number of the right it was made from."""
        return self.form.origin.format_map(self.parts) if self.form.origin else None

    @property
    def explanation(self) -> str:
        """English sentences: what it is, and what its series says."""
        filed = (self.form.series or {}).get(self.series or "")
        said = f" Series {self.series}: {filed}." if filed else ""
        return self.form.text + said + (f" It was made from {self.made_from}." if self.form.origin else "")


class Read(NamedTuple):
    """A number that is well formed. `readings`: every way to read it, the likeliest first; never empty."""

    input: str
    readings: tuple[Reading, ...]

    @property
    def valid(self) -> bool:
        return True

    @property
    def normalised(self) -> str:
        return self.readings[0].normalised

    @property
    def what(self) -> str:
        return self.readings[0].what

    @property
    def explanation(self) -> str:
        return self.readings[0].explanation


class Refused(NamedTuple):
    """Why a text is no number. `code` is a key of refusals.toml and never changes its meaning.

    `position` counts the characters of the input from 1, where one of them is to blame; `near` is what may be meant.
    """

    input: str
    code: str
    data: Mapping[str, str | tuple[str, ...]]
    position: int | None = None
    near: tuple[Reading, ...] = ()

    @property
    def valid(self) -> bool:
        return False

    @property
    def text(self) -> str:
        """What is wrong, its %(names)s not filled in: what a door translates."""
        return str(data("refusals")[self.code]["text"])

    @property
    def cure(self) -> str:
        """How to mend it, its %(names)s not filled in."""
        return str(data("refusals")[self.code]["mend"])

    @property
    def certain(self) -> bool:
        """Whether it stands even where not every form of the office is known."""
        return bool(data("refusals")[self.code].get("certain"))

    @property
    def error(self) -> str:
        """The English sentence that says what is wrong."""
        return self.text % self._said()

    @property
    def mend(self) -> str:
        """The English sentence that says how to mend it."""
        return self.cure % self._said()

    def _said(self) -> dict[str, str]:
        return {name: value if isinstance(value, str) else ", ".join(value) for name, value in self.data.items()}


Verdict = Read | Refused


def refusals() -> Mapping[str, Mapping[str, str]]:
    """Why a number may not be taken: each code with its `text` and how to `mend` it, as the doors translate them."""
    words: Mapping[str, Mapping[str, str]] = data("refusals")
    return words


def texts() -> Iterator[str]:
    """Every English text that a door may have to translate."""
    for words in refusals().values():
        yield from (words[key] for key in ("text", "mend", "otherwise") if key in words)
    for office in offices().values():
        yield from (form.instead for form in office.forms if form.instead)
    yield from (*data("kinds")["kind"].values(), *data("kinds")["what"].values())
