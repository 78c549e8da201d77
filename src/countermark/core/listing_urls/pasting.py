"""The door to this package: one text, one line of a complaint, or everything that was pasted.

`identify` asks only what a text names; `judge` adds what the complaint is for; `read_lines` adds what only the whole paste
shows: repeated lines and too many of them. No line is lost: each keeps its number and what was pasted.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from countermark.core.listing_urls.definition import defined
from countermark.core.listing_urls.directory import Directory, directory
from countermark.core.listing_urls.limits import LONGEST_LINE
from countermark.core.listing_urls.links import control_characters, without_invisible
from countermark.core.listing_urls.marketplace import Marketplace
from countermark.core.listing_urls.reading import identified, judged
from countermark.core.listing_urls.shipped import marketplaces
from countermark.core.listing_urls.verdicts import Found, Kind, Line, NotFound, Verdict

_LINE_END: Final = re.compile(r"\r\n|\n|\r")


def define(description: str | Mapping[str, Any]) -> Marketplace:
    """An operator's own marketplace, from a TOML text or its mapping; pass it on as `extra`.

    Raises `PatternDefective` with all defects, taking an id or a domain of a shipped marketplace among them.
    """
    return defined(description, beside=marketplaces())


def identify(text: str, *, extra: Sequence[Marketplace] = ()) -> Verdict:
    """The listing or storefront `text` names, on any marketplace shipped or in `extra`. Never raises for any text."""
    return identified(text, _known(extra))


def judge(
    text: str, *, marketplace: str | None = None, mode: Kind | None = None, extra: Sequence[Marketplace] = ()
) -> Verdict:
    """The verdict on one line for a complaint about `marketplace` and listings or storefronts.

    A bare listing number is taken when `marketplace` is given and knows its form. Raises `ValueError` for a marketplace
    that is neither shipped nor in `extra`.
    """
    return judged(text, marketplace, mode, _known(extra))


def read_lines(
    text: str,
    *,
    marketplace: str | None = None,
    mode: Kind = "listing",
    extra: Sequence[Marketplace] = (),
    limit: int | None = None,
) -> tuple[Line, ...]:
    """One verdict for each pasted line that is not blank; what repeats an earlier line, or is past `limit`, says so.

    Lines are numbered from 1 as pasted, blank ones included. Raises `ValueError` as `judge` does.
    """
    known = _known(extra)
    lines: list[Line] = []
    first_line: dict[tuple[str, str], int] = {}
    for number, raw in enumerate(_LINE_END.split(text), start=1):
        if _is_blank(raw):
            continue
        verdict = _past(raw, limit, len(lines) + 1) or judged(raw, marketplace, mode, known)
        if isinstance(verdict, Found):
            first = first_line.setdefault((verdict.marketplace, verdict.canonical_url), number)
            verdict = verdict if first == number else _repeated(verdict, first)
        lines.append(Line(number, raw, verdict))
    return tuple(lines)


def _known(extra: Sequence[Marketplace]) -> Directory:
    return directory((*marketplaces(), *extra))


def _is_blank(raw: str) -> bool:
    return len(raw) <= LONGEST_LINE and not without_invisible(raw) and not control_characters(raw)


def _past(raw: str, limit: int | None, position: int) -> NotFound | None:
    if limit is None or position <= limit:
        return None
    return NotFound(raw, "over_limit", {"limit": str(limit), "position": str(position)})


def _repeated(found: Found, first: int) -> NotFound:
    data = {"first_line": str(first), "marketplace": found.marketplace, "item_id": found.item_id}
    return NotFound(found.input, "duplicate", data | {"canonical_url": found.canonical_url})
