"""What is said of a paper out of a ZIP: what became of it, and how it finds its place? Pages, programs and commands ask here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext

from countermark.apps.portfolio import words
from countermark.apps.portfolio.papers import Placed
from countermark.entrypoints.defect_said import upload_said


def paper_said(each: Placed) -> tuple[str, str]:
    """What became of it, and the way to mend that; "" where there is nothing to mend."""
    what = words.placed_said(each.code).word
    if refused := each.data.get("refused"):
        return what, upload_said(refused)
    return what, words.placed_cure(each)


def head() -> list[str]:
    """The headings of the table of what became of each file."""
    shown = (gettext("File"), gettext("What became of it"), gettext("Office"), gettext("Number"), gettext("Name"))
    return [*shown, gettext("How to mend it")]


def lines(placed: Iterable[Placed]) -> Iterator[list[str]]:
    """The files as that table shows them."""
    for each in placed:
        what, cure = paper_said(each)
        right = each.right
        named = (right.office, right.number, right.name) if right else ("", "", "")
        yield [each.name, what, *named, cure]
