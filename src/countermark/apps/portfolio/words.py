"""How the verdict on a row is said, and what is wrong with it: pages, programs and the result file ask here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from countermark.apps.portfolio.models import RightImport, RightSubmission
from countermark.apps.portfolio.papers import Placed
from countermark.apps.portfolio.staging import from_json
from countermark.apps.rights import words
from countermark.apps.rights.words import Said
from countermark.apps.work import moments

SHOWN = {  # before the rows are stored
    "new": ("wait", "plus-lg", gettext_lazy("New")),
    "changed": ("wait", "pencil", gettext_lazy("Changes a right")),
    "same": ("rest", "files", gettext_lazy("As it is already")),
    "mend": ("soon", "exclamation-triangle-fill", gettext_lazy("To mend")),
}
DONE = {
    "new": ("done", "check-circle-fill", gettext_lazy("Stored")),
    "changed": ("done", "check-circle-fill", gettext_lazy("Changed")),
    "same": ("rest", "files", gettext_lazy("As it was already")),
    "mend": ("soon", "exclamation-triangle-fill", gettext_lazy("Left out")),
}
# code -> (what is wrong, how to mend it)
DEFECTS = {
    "import_kind_missing": (
        gettext_lazy("Nothing says what kind of right it is."),
        gettext_lazy("Write one of: %(takes)s."),
    ),
    "import_kind_unknown": (
        gettext_lazy("“%(shown)s” is no kind of right."),
        gettext_lazy("Write one of: %(takes)s."),
    ),
    "import_choice_unknown": (
        gettext_lazy("“%(label)s”: “%(shown)s” is none of the answers."),
        gettext_lazy("Write one of: %(takes)s."),
    ),
    "import_office_unknown": (
        gettext_lazy("“%(label)s”: “%(shown)s” is no office we know."),
        gettext_lazy("Write its code of two letters, such as CN, US, EM, or “other”."),
    ),
    "import_not_asked": (
        gettext_lazy("“%(label)s” holds “%(shown)s”, which nothing asks of this kind of right."),
        gettext_lazy("Empty the cell, or correct the kind."),
    ),
    "import_formula": (
        gettext_lazy("Cell %(cell)s holds a formula. Formulas are never worked out."),
        gettext_lazy("Copy the cell and paste it as a value."),
    ),
    "import_error_cell": (
        gettext_lazy("“%(label)s”: the spreadsheet shows the error %(shown)s."),
        gettext_lazy("Type what should stand there."),
    ),
    "import_became_day": (
        gettext_lazy("“%(label)s”: the spreadsheet made the day %(shown)s of what was typed."),
        gettext_lazy("Format the column as text, and type it again from the certificate."),
    ),
    "import_digits_lost": (
        gettext_lazy("“%(label)s”: a spreadsheet keeps %(most)s digits of a number, and %(shown)s has more."),
        gettext_lazy("Format the column as text, and type it again from the certificate."),
    ),
    "import_day_serial": (
        gettext_lazy("“%(label)s”: %(shown)s is how a spreadsheet counts the day %(day)s."),
        gettext_lazy("Format the column as a date, or write %(day)s."),
    ),
    "import_day_written": (
        gettext_lazy("“%(label)s”: %(shown)s does not say which number is the month."),
        gettext_lazy("Write %(day)s."),
    ),
    "import_day_ambiguous": (
        gettext_lazy("“%(label)s”: %(shown)s can be two days."),
        gettext_lazy("Write %(day)s or %(other)s."),
    ),
    "import_row_twice": (
        gettext_lazy("Row %(first)s is the same right."),
        gettext_lazy("Delete one of the two rows, or correct the number."),
    ),
    "import_settled": (
        gettext_lazy("You have this right already (%(state)s), and the row says otherwise: %(answers)s."),
        gettext_lazy("Delete the row. A renewal is registered at the right itself; anything else, ask the platform."),
    ),
    "submission_moved_on": (
        gettext_lazy("It is no draft any more (%(state)s)."),
        gettext_lazy("Look at the right itself."),
    ),
    "import_ended": (
        gettext_lazy("The register says that it has ended: %(shown)s."),
        gettext_lazy("Leave it out; if it was renewed, export the record again."),
    ),
    "import_not_registered": (
        gettext_lazy("It is not registered yet (application %(number)s: %(shown)s)."),
        gettext_lazy("Bring it in again once it has a registration number."),
    ),
    "import_record_unreadable": (
        gettext_lazy("The record at line %(line)s cannot be read (%(what)s): %(shown)s"),
        gettext_lazy("Correct it there, or export it again."),
    ),
}
PLACED = {  # what became of a paper
    "attached": ("done", "check-circle-fill", gettext_lazy("Added")),
    "there": ("rest", "files", gettext_lazy("There already")),
    "no_right": ("soon", "question-circle-fill", gettext_lazy("No right of yours has such a number")),
    "several_rights": ("soon", "files", gettext_lazy("Several rights have this number")),
    "zeros_lost": ("soon", "question-circle-fill", gettext_lazy("The number lacks the zeros in front of it")),
    "digits_lost": ("soon", "question-circle-fill", gettext_lazy("A spreadsheet has shortened the number")),
    "right_settled": ("soon", "lock", gettext_lazy("The right can no longer be changed")),
    "paper_unknown": ("soon", "question-circle-fill", gettext_lazy("Its name says no paper this right asks for")),
    "refused": ("soon", "x-circle", gettext_lazy("Not taken")),
    "too_many": ("soon", "files", gettext_lazy("The right has as many papers as it takes")),
}
PLACED_CURES = {
    "no_right": gettext_lazy(
        "Name it after the number of the right as the certificate has it, or register the right first."
    ),
    "several_rights": gettext_lazy("Put the office in front of the number: %(meant)s."),
    "zeros_lost": gettext_lazy("If it is this right, name the file %(meant)s."),
    "digits_lost": gettext_lazy("Take the number from the certificate, and name the file after it."),
    "right_settled": gettext_lazy("It stands as: %(state)s. Papers can be added when it comes back."),
    "paper_unknown": gettext_lazy("Write one of these behind the number: %(takes)s."),
    "too_many": gettext_lazy("Take one away at the right first; it takes %(max)s."),
}
SENDING = {  # before the drafts are sent
    "ready": ("done", "check-circle-fill", gettext_lazy("Ready to be sent")),
    "doubtful": ("soon", "question-circle-fill", gettext_lazy("Would probably come back")),
    "mend": ("soon", "exclamation-triangle-fill", gettext_lazy("To mend")),
    "moved": ("rest", "lock", gettext_lazy("No draft any more")),
    "waits": ("wait", "hourglass-split", gettext_lazy("Not checked yet")),
}
SENT = {
    "ready": ("done", "check-circle-fill", pgettext_lazy("drafts", "Sent")),
    "doubtful": ("done", "check-circle-fill", pgettext_lazy("drafts", "Sent all the same")),
}
TRANSLATED = ("label", "answers")  # words of ours; the rest was typed by somebody


def verdict_said(verdict: str, *, state: str) -> Said:
    """The verdict on a row, as a tag."""
    tone, icon, word = (DONE if state == "done" else SHOWN)[verdict]
    return Said(tone, icon, str(word))


def defect_said(code: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong, and how to mend it."""
    if code not in DEFECTS:
        return words.defect_said(code, data)
    said = {name: _worded(name, value) for name, value in data.items()}
    what, cure = DEFECTS[code]
    return str(what) % said, str(cure) % said


def faults_of(kept: Sequence[Any]) -> list[tuple[str, str]]:
    """All that is wrong with a row, of what is kept with it."""
    found = [from_json(one) for one in kept]
    return [defect_said(defect.code, defect.data) for defect in found]


def form_said(source: RightImport) -> str:
    """What kind of file it was, and how its characters were read."""
    forms = {"csv": "CSV", "xlsx": "Excel", "st96": "WIPO ST.96", "st66": "WIPO ST.66", "tmview": "TMview"}
    said = forms[source.form]
    return (
        gettext("%(form)s, read as %(encoding)s") % {"form": said, "encoding": source.encoding}
        if source.encoding
        else said
    )


def _worded(name: str, value: Any) -> str:
    if name == "state":
        return words.state_said(value).word
    if isinstance(value, tuple):
        return moments.joined(gettext(each) if name in TRANSLATED else each for each in value)
    return gettext(value) if name in TRANSLATED and value else str(value)


def placed_said(code: str) -> Said:
    """What became of a paper, as a tag."""
    tone, icon, word = PLACED[code]
    return Said(tone, icon, str(word))


def placed_cure(each: Placed) -> str:
    """How the place of a paper is found; "" where there is nothing to mend."""
    if each.code not in PLACED_CURES:
        return ""
    return str(PLACED_CURES[each.code]) % {name: _worded(name, value) for name, value in each.data.items()}


def sending_said(submission: RightSubmission, verdict: str) -> Said:
    """The verdict on a draft, as a tag; once they are sent, whether it was."""
    is_sent = submission.state == "done" and verdict in submission.goes
    tone, icon, word = (SENT if is_sent else SENDING)[verdict]
    return Said(tone, icon, str(word))
