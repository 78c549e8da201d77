"""Is this a number of an IP right, which one, and how is it written properly?

    >>> check("Reg. No. 2,178,784", "US", "trademark").normalised
    '2178784'
    >>> check("ZL200310102344.6", "CN", "patent").error
    'The last character of “ZL200310102344.6” should be 5, not 6: it is reckoned from the digits before it.'

Rule 1: offices are data (`offices/*.toml`), every form with its source and how far that was checked. The code knows none.
Rule 2: what a spreadsheet or a typist has mangled is explained and never taken silently; what was meant is offered.
Rule 3: a number that can be read in several ways is answered with all of them.
Rule 4: nothing is looked up in a register: a number that is well formed may still belong to nobody.
"""

from countermark.core.numbers.checking import check, check_all
from countermark.core.numbers.forms import (
    Form,
    Office,
    OfficeUnknown,
    forms_of,
    is_closed,
    kinds,
    office_of,
    offices,
    whats,
)
from countermark.core.numbers.verdicts import Read, Reading, Refused, Verdict, refusals, texts

__all__ = [
    "Form",
    "Office",
    "OfficeUnknown",
    "Read",
    "Reading",
    "Refused",
    "Verdict",
    "check",
    "check_all",
    "forms_of",
    "is_closed",
    "kinds",
    "office_of",
    "offices",
    "refusals",
    "texts",
    "whats",
]
