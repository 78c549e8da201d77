"""Is a text a number of this office and kind?

Most numbers are well written: they are matched as they stand. Only what does not fit is looked at closely.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from countermark.core.numbers.diagnosis import diagnose
from countermark.core.numbers.forms import data, forms_of, office_of, whats
from countermark.core.numbers.reading import read, read_loosely
from countermark.core.numbers.squeezing import squeeze
from countermark.core.numbers.verdicts import Read, Reading, Refused, Verdict, refusals

LONGEST: Final[int] = data("kinds")["longest"]


def check(
    text: str, office: str | None = None, kind: str | None = None, *, what: str | None = None, today: date | None = None
) -> Verdict:
    """Read one number, or say why it is none; no text raises.

    `what` takes only a registration (application, publication); `today` refuses numbers of years to come. Raises
    OfficeUnknown for an office, kind or `what` that is not known.
    """
    forms = forms_of(office, kind)
    readings = read(text, forms) or _read_closely(text, office, kind)
    if not readings:
        return diagnose(text, office and office_of(office).id, kind)
    if what is None and today is None:
        return Read(text, tuple(readings))
    return _narrowed(text, readings, what, today)


def _read_closely(text: str, office: str | None, kind: str | None) -> list[Reading]:
    if len(text) > LONGEST:
        return []
    squeezed = squeeze(text)
    return read(squeezed, forms_of(office, kind)) or read_loosely(squeezed, office, kind)


def check_all(
    texts: Iterable[str], office: str | None = None, kind: str | None = None, *, what: str | None = None,
    today: date | None = None,
) -> list[Verdict]:  # fmt: skip
    """The same for many numbers of one office and kind, in their order."""
    return [check(text, office, kind, what=what, today=today) for text in texts]


def _narrowed(text: str, readings: list[Reading], what: str | None, today: date | None) -> Verdict:
    wanted = [reading for reading in readings if what is None or what in reading.form.what]
    if not wanted:
        return _other_what(text, readings, str(what))
    past = [reading for reading in wanted if today is None or (reading.year or 0) <= today.year]
    if past:
        return Read(text, tuple(past))
    return Refused(text, "year_to_come", {"shown": text, "year": str(wanted[0].year)})


def _other_what(text: str, readings: list[Reading], what: str) -> Refused:
    names = whats()
    if what not in names:
        raise ValueError(f"no number is a “{what}”; ask for one of {', '.join(names)}")
    first = readings[0]
    instead = first.form.instead if what == "registration" else str(refusals()["other_what"]["otherwise"])
    said = {"near": first.normalised, "is": names[first.what], "wanted": names[what], "instead": instead}
    return Refused(text, "other_what", said, near=tuple(readings))
