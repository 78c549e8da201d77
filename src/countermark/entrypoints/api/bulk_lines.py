"""How is a body of NDJSON read? Line by line, each strictly; what is wrong with one keeps only that one out.

Every fault is answered with its line and the way to mend it, so that a program can send the mended lines alone.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.errors import ValidationError
from pydantic import Field
from pydantic import ValidationError as LineRefused

from countermark.core.defect import Defect as Found
from countermark.entrypoints.api import problems, strict_json
from countermark.entrypoints.api.problems import Refused
from countermark.entrypoints.api.schemas import Shown, Strict

MEDIA = ("application/x-ndjson",)
MOST_BYTES = 20 * 1024 * 1024
MOST_LINES = 10_000
PIECE = 1_000  # lines a transaction: what was taken stays taken, whatever becomes of the rest
Wanted = TypeVar("Wanted", bound=Strict)

WORDS = {
    "pushed_twice": (_("Line %(first)s of this call is about the same."), _("Send each once in a call.")),
    "pushed_seller_unknown": (
        _("This marketplace has no seller %(seller)s."),
        _("Send the seller first, then this line again."),
    ),
    "pushed_too_early": (_("This instant is still to come."), _("Set the clock right, or write the offset that is meant.")),
    "pushed_price_half": (_("A price is an amount and a currency."), _("Write both, or neither.")),
    "pushed_other_item": (
        _("This is the address of item %(item)s."),
        _("Write the address of this very item, or change the patterns of the marketplace."),
    ),
    "pushed_email": (_("This is no e-mail address."), _("Write one that somebody reads, or leave it out.")),
    "pushed_language": (_("Letters are not written in this language."), _("Write one of: %(known)s.")),
    "pushed_zone": (_("There is no time zone %(zone)s."), _("Write one such as Europe/Oslo, or leave it out.")),
}  # fmt: skip


class LineFault(Shown):
    """One thing that kept a line out."""

    line: int
    code: str
    field: str
    message: str
    how_to_mend: str


class BulkSummary(Shown):
    """What became of the lines. Those with a fault were left out, all others are kept."""

    lines: int
    added: int
    changed: int
    unchanged: int = Field(description="Exactly as they were kept before; nothing was written.")
    older: int = Field(description="Their `updated_at` is before that of what is kept; nothing was written.")
    refused: int
    faults: list[LineFault]


class Reading:
    """The lines of one body, as they are read. Afterwards `faults` and `refused` say what was left out."""

    def __init__(self, request: HttpRequest, wanted: type[Strict], key: str) -> None:
        self.body, self.wanted, self.key = request.body, wanted, key
        self.count, self.faults, self.seen = 0, list[LineFault](), dict[str, int]()
        if self.body.count(b"\n") + (not self.body.endswith(b"\n")) > MOST_LINES:
            raise Refused("too_many_lines", most=MOST_LINES)

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        """Each line that can be read, with its number; blank ones are passed over."""
        start = number = 0
        while start < len(self.body):
            end = self.body.find(b"\n", start)
            end = len(self.body) if end < 0 else end
            text, start, number = self.body[start:end].strip(), end + 1, number + 1
            if text:
                self.count += 1
                line = self._read(text, number)
                if line is not None:
                    yield number, line

    def pieces(self) -> Iterator[list[tuple[int, Any]]]:
        """The lines in pieces of one transaction each."""
        piece: list[tuple[int, Any]] = []
        for each in self:
            piece.append(each)
            if len(piece) == PIECE:
                yield piece
                piece = []
        if piece:
            yield piece

    def _read(self, text: bytes, number: int) -> Any:
        try:
            line = self.wanted.model_validate(strict_json.read(text))
        except (LineRefused, strict_json.BodyUnreadable) as wrong:
            self._refuse(number, problems.defects_of_refusal(_as_ninja(wrong)))
            return None
        first = self.seen.setdefault(getattr(line, self.key), number)
        if first == number:
            return line
        self.take([Found("pushed_twice", self.key, line=number, data={"first": first})])
        return None

    def _refuse(self, number: int, defects: list[problems.Defect]) -> None:
        self.faults += [LineFault(line=number, **defect.model_dump()) for defect in defects]

    def take(self, found: list[Found]) -> None:
        """Faults the rules found, worded."""
        for each in found:
            message, cure = (str(text) % dict(each.data) for text in WORDS[each.code])
            self.faults.append(
                LineFault(line=each.line or 0, code=each.code, field=each.field, message=message, how_to_mend=cure)
            )

    def summary(self, **counts: int) -> dict[str, Any]:
        """The answer. `counts`: what became of the lines that were taken."""
        faults = sorted(self.faults, key=lambda fault: fault.line)
        refused = len({fault.line for fault in faults})
        return {"lines": self.count, "older": 0, **counts, "refused": refused, "faults": faults}


def _as_ninja(wrong: Exception) -> Exception:
    """A refused line as the problem of a body words it."""
    if not isinstance(wrong, LineRefused):
        return wrong
    return ValidationError([{**each, "loc": ("body", "line", *each["loc"])} for each in wrong.errors()])
