"""What becomes of each pasted line: ready, can be mended, or nothing to do? Every door that takes links asks here.

The address is read first (core.listing_urls: nothing is fetched), then the log is asked whether the listing is under
complaint on the same right already, then the marketplace, in parallel, about those that could be sent. What it shows is
frozen at once: the copy of the page as the complainant saw it is the one the case keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from countermark.apps.complaints.models import Complaint
from countermark.apps.listings import services as listings
from countermark.apps.parties.models import Marketplace
from countermark.apps.parties.selectors import addresses_of, own_patterns
from countermark.connectors.marketplace import ListingGone, ListingSnapshot, ListingState, MarketplaceError
from countermark.core import catalogue, listing_urls
from countermark.core.listing_urls import Found, Kind, Line
from countermark.core.notice import LineFacts

NOTHING_TO_DO = ("duplicate", "already_open", "already_down", "listing_gone", "empty")
OVER = "over_limit"  # good, but past what one notice takes
# Characters that are shown by their picture: no database or mail carries them, and a person has to see that they are there.
PICTURES = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n\r"} | {0x7F: 0x2421}
PICTURES |= dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)


@dataclass(frozen=True)
class ReadLine:
    """One pasted line and what became of it. `code` is "" when it can be sent; `note` says something beside that."""

    number: int
    raw: str
    code: str = ""
    item_id: str = ""
    url: str = ""
    copy: int | None = None  # the frozen copy
    note: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        return not self.code

    @property
    def group(self) -> str:
        """`ready`, `mend` or `nothing`: whether somebody has to do something about it."""
        if self.is_ready:
            return "ready"
        return "nothing" if self.code in NOTHING_TO_DO else "mend"

    def as_facts(self) -> LineFacts:
        """The line as the rules of a notice see it."""
        if self.code == "duplicate":  # the rules find it themselves, by the address
            return LineFacts(self.number, self.raw, item_id=self.item_id, canonical_url=self.url)
        return LineFacts(
            number=self.number,
            raw=self.raw,
            item_id=self.item_id or None,
            canonical_url=self.url or None,
            problem=self.code or None,
            problem_data=self.data,
        )


def storable(text: str) -> str:
    """The text with characters nothing can store shown by their picture: NUL as ␀."""
    return text.translate(PICTURES)


def read_pasted(
    text: str,
    *,
    marketplace: Marketplace,
    mode: Kind,
    right_id: int | None,
    holder_id: int | None,
    at: datetime,
    most: int | None = None,
) -> list[ReadLine]:
    """The verdict on every line, in order. Asks the marketplace about no more lines than one notice takes (`most`).

    Raises ValueError for a marketplace whose addresses nobody has described.
    """
    described = addresses_of(marketplace)
    if described is None:
        raise ValueError(f"nobody has described the addresses of {marketplace.slug}; add patterns to it")
    read = listing_urls.read_lines(text, marketplace=described.id, mode=mode, extra=own_patterns())
    lines = [_line(line, described) for line in read]
    lines = _one_each(lines)
    if right_id is not None and holder_id is not None:
        whose = {"notice__right_id": right_id, "notice__holder_id": holder_id}
        lines = against_the_log(lines, marketplace, mode, whose)
    lines = _within_one_notice(lines, most or catalogue.load().number("max_lines"))
    return _as_shown(lines, marketplace, mode, at)


def _line(line: Line, described: listing_urls.Marketplace) -> ReadLine:
    verdict, raw = line.verdict, storable(line.raw)
    if isinstance(verdict, Found):
        return ReadLine(line.number, raw, item_id=item_key(verdict, described), url=verdict.canonical_url)
    data = {name: storable(value) for name, value in verdict.data.items()}
    if verdict.code != "duplicate":
        return ReadLine(line.number, raw, verdict.code, data=data)
    return ReadLine(line.number, raw, "duplicate", item_id=data["item_id"], url=data["canonical_url"], data=data)


def item_key(found: Found, described: listing_urls.Marketplace) -> str:
    """What a listing is called in our rows: its number, with the site and shop where one number stands on several."""
    hosts = set(described.domains.values())
    site = f"@{urlsplit(found.canonical_url).hostname}" if len(hosts) > 1 else ""
    shop = (
        f"|{found.seller}" if found.kind == "listing" and found.seller and found.seller in found.canonical_url else ""
    )
    return f"{found.item_id}{site}{shop}"[:120]


def _one_each(lines: Sequence[ReadLine]) -> list[ReadLine]:
    """Two addresses of one listing count once, also where they differ in writing."""
    first: dict[str, int] = {}
    kept = []
    for line in lines:
        earlier = first.setdefault(line.item_id, line.number) if line.is_ready else line.number
        again = line.is_ready and earlier != line.number
        kept.append(replace(line, code="duplicate", data={"first_line": str(earlier)}) if again else line)
    return kept


def against_the_log(
    lines: Sequence[ReadLine], marketplace: Marketplace, mode: Kind, whose: Mapping[str, Any]
) -> list[ReadLine]:
    """Lines about a listing that is under complaint already, or is down because of one, say so. `whose` complaints: a filter."""
    wanted = [line.item_id for line in lines if line.is_ready]
    known = _cases_about(wanted, marketplace, mode, whose)
    return [_known(line, known[line.item_id]) if line.is_ready and line.item_id in known else line for line in lines]


def _cases_about(
    item_ids: Sequence[str], marketplace: Marketplace, mode: Kind, whose: Mapping[str, Any]
) -> dict[str, Complaint]:
    rows = Complaint.objects.filter(listing__marketplace=marketplace, listing__kind=mode, **whose)
    found: dict[str, Complaint] = {}
    for start in range(0, len(item_ids), 500):  # SQLite takes so many parameters at once
        some = rows.filter(listing__item_id__in=item_ids[start : start + 500]).select_related("listing").order_by("pk")
        found |= {case.listing.item_id: case for case in some if not case.outcome or case.ask != "nothing"}
    return found


def _known(line: ReadLine, case: Complaint) -> ReadLine:
    code = "already_down" if case.outcome else "already_open"
    since = (case.outcome_at or case.opened_at).isoformat()
    return replace(line, code=code, data={"case": case.number, "state": case.state, "since": since})


def _within_one_notice(lines: Sequence[ReadLine], most: int) -> list[ReadLine]:
    """The first that can be sent are; the others wait for the next notice."""
    seen, kept = 0, []
    for line in lines:
        seen += line.is_ready
        over = line.is_ready and seen > most
        kept.append(replace(line, code=OVER, data={"limit": str(most), "position": str(seen)}) if over else line)
    return kept


def _as_shown(lines: Sequence[ReadLine], marketplace: Marketplace, mode: Kind, at: datetime) -> list[ReadLine]:
    """Ask the marketplace about what could be sent, and freeze what it shows."""
    items = {line.item_id: line.url for line in lines if line.is_ready}
    if not items:
        return list(lines)
    shown = listings.look_up(marketplace, items, at=at) if mode == "listing" else dict.fromkeys(items)
    out = {item for item, answer in shown.items() if _is_out(answer)}
    kept = {item: url for item, url in items.items() if item not in out}
    copies = listings.freeze(marketplace=marketplace, kind=mode, items=kept, shown=shown, at=at) if kept else {}
    return [_with_answer(line, shown[line.item_id], copies) if line.is_ready else line for line in lines]


def _is_out(answer: listings.Answer) -> bool:
    """Gone, or not on sale because the seller or the marketplace took it down."""
    if isinstance(answer, ListingSnapshot):
        return answer.state in (ListingState.REMOVED, ListingState.DELETED_BY_SELLER)
    return isinstance(answer, ListingGone)


def _with_answer(line: ReadLine, answer: listings.Answer, copies: Mapping[str, listings.Kept]) -> ReadLine:
    if _is_out(answer):
        return replace(line, code="listing_gone")
    unasked = isinstance(answer, MarketplaceError)
    note = "not_answered" if unasked else "paused" if _is(answer, ListingState.PAUSED) else ""
    note = "sold_out" if _is(answer, ListingState.SOLD_OUT) else note
    return replace(line, copy=copies[line.item_id].pk, note=note)


def _is(answer: listings.Answer, state: ListingState) -> bool:
    return isinstance(answer, ListingSnapshot) and answer.state is state


def counted(lines: Iterable[ReadLine]) -> dict[str, int]:
    """How many lines there are in each group, and in all."""
    found = {"all": 0, "ready": 0, "mend": 0, "nothing": 0}
    for line in lines:
        found["all"] += 1
        found[line.group] += 1
    return found


# --- as a draft keeps them ----------------------------------------------------------------------------------------------


def as_row(line: ReadLine) -> list[Any]:
    """The line as JSON keeps it, without what was pasted: that is kept once, for all."""
    return [line.number, line.code, line.item_id, line.url, line.copy, line.note, dict(line.data)]


def from_row(row: Sequence[Any], pasted: Sequence[str]) -> ReadLine:
    """A line from `as_row`; `pasted` holds every line of the paste, blank ones too."""
    number, code, item_id, url, copy, note, data = row
    raw = pasted[number - 1] if number <= len(pasted) else ""
    return ReadLine(number, raw, code, item_id, url, copy, note, data)
