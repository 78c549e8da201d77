"""How can a text be read, by a set of forms?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from countermark.core.numbers.forms import Form, data, forms_of, offices
from countermark.core.numbers.rules import RULES
from countermark.core.numbers.squeezing import ungroup, unlabel
from countermark.core.numbers.verdicts import Reading

Readings = tuple[Reading, ...]
_ST13 = re.compile(r"([A-Z]{2})(\d{2})(\d{13})", re.ASCII).fullmatch  # office, type of right, year and serial number
_SEPARATORS = str.maketrans("", "", ",-")


def read(squeezed: str, forms: Iterable[Form]) -> list[Reading]:
    """Every way the forms read it as it stands."""
    found = []
    for form in forms:
        if match := form.match(squeezed):
            parts = match.groupdict()
            if not form.rule or RULES[form.rule](parts):
                if not (number := parts["n"]).isdigit():
                    parts["n"] = number.translate(_SEPARATORS)
                found.append(Reading(form, form.write(parts), parts))
    return found


def read_loosely(squeezed: str, office: str | None, kind: str | None) -> list[Reading]:
    """The same for a text with words around the number, digits in groups, or the office's code of a database before it."""
    forms = forms_of(office, kind)
    bare, said = unlabel(squeezed, office)
    found = read(bare, forms) or read(ungroup(bare), forms) or list(_by_st13(bare, forms))
    return [reading for reading in found if reading.form.what[0] in said] or found


def _by_st13(squeezed: str, forms: Iterable[Form]) -> Iterator[Reading]:
    """The number in an id of ST.13, the longest that can be read: EM500000018123456 holds 018123456."""
    if not (found := _ST13(squeezed)) or found[1] not in offices():
        return
    kind, digits = data("kinds")["st13"].get(found[2]), found[3]
    meant = [form for form in forms if (form.office, form.kind) == (found[1], kind)]
    for start in range(len(digits)):
        if readings := read(digits[start:], meant):
            yield from readings
            return
        if digits[start] != "0":
            return
