"""What becomes of pictures that a marketplace names by their addresses when it asks? The answer does not wait for them.

A worker fetches them afterwards, as it fetches those of listings that are sent, and looks at the listing with them. Where they
say nothing, the answer that was given stands; where they do, what is found is a finding like any other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from countermark.apps.parties.models import Marketplace
from countermark.apps.screening import mended, services
from countermark.apps.screening.engine import engine
from countermark.apps.screening.lines import Line, as_payload, of_payload
from countermark.apps.screening.pushed import pictures_are_looked_for, with_pictures
from countermark.apps.work.jobs import enqueue_many

JOB = "screen_addressed"
AT_ONCE = 10  # listings a job: their descriptions travel in it


def promise(place: Marketplace, lines: Sequence[tuple[Line, Sequence[str]]], *, now: datetime) -> None:
    """Have these listings looked at once more, with the pictures at their addresses."""
    pieces = [lines[start : start + AT_ONCE] for start in range(0, len(lines), AT_ONCE)]
    enqueue_many([(JOB, *_payload(place, piece)) for piece in pieces], run_at=now)


def _payload(place: Marketplace, lines: Iterable[tuple[Line, Sequence[str]]]) -> tuple[str, dict[str, Any]]:
    told = [{"line": as_payload(line), "addresses": list(urls)} for line, urls in lines]
    payload = {"marketplace": place.pk, "listings": told}
    return hashlib.sha256(json.dumps(payload).encode("utf-8", "surrogatepass")).hexdigest()[:40], payload


def screen(payload: Mapping[str, Any], *, at: datetime, now: datetime) -> int:
    """Look at the listings of a job; returns in how many a picture said something. Raises engine.ScreeningUnavailable."""
    place = Marketplace.objects.get(pk=payload["marketplace"])
    if not pictures_are_looked_for(place):
        return 0
    asked = [_asked_before(of_payload(one["line"])) for one in payload["listings"]]
    lines = with_pictures(place, asked, [one["addresses"] for one in payload["listings"]])
    found = _with_something_seen(lines, at)
    for answer in services.screen(place, found, at=at, now=now) if found else ():
        if answer.finding is not None:
            mended.stands_for(answer.finding, at=at, now=now)
    return len(found)


def _asked_before(line: Line) -> Line:
    """The line without pictures whose bytes came with the question and are no longer at hand: they were looked at then."""
    return replace(line, pictures=tuple(one for one in line.pictures if one.hash))


def _with_something_seen(lines: Sequence[Line], at: datetime) -> list[Line]:
    """Those in which one of the pictures that were fetched says something."""
    seen = [line for line in lines if any(one.content for one in line.pictures)]
    signals, _ = engine.look(seen, at=at) if seen else ([], None)
    return [
        line for line, heard in zip(seen, signals, strict=True) if any(_is_seen(line, one.figures) for one in heard)
    ]


def _is_seen(line: Line, figures: Mapping[str, Any]) -> bool:
    number = figures.get("picture")
    return isinstance(number, int) and bool(line.pictures[number].content)
