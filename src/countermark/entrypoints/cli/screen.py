"""`countermark screen`: which marks do these titles name, and may they go up? One line of JSON for each title.

Reads no database. Titles are answered a thousand at a time, so memory stays bounded whatever the file's length.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from countermark.entrypoints.cli.screen_lines import Line, lines_of, listing_of, marks_of, raw_of
from countermark.matching.answer import Answer, Match
from countermark.matching.screen import TextScreen

BATCH = 1000  # titles
LARGEST_BATCH = 4_000_000  # characters: a few titles of a megabyte are a batch of their own


class NoMarks(Exception):
    """There is nothing to screen against: the sentence says which file holds no mark."""

    code = "no_marks"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(screen)


def screen(
    titles: Annotated[Path, typer.Option(help="Titles, one a line, plain or JSON; - reads standard input.")],
    marks: Annotated[Path, typer.Option(help="Marks, one a line: the mark itself, or JSON with its fields.")],
) -> None:
    """Print verdict and matches of each title against the marks, as JSON lines. No database is needed.

    Ends with 0 when all was read, with 1 when a line of the marks file is no mark; the others are screened against all the
    same, and standard error names the line.
    """
    screener, faults = screen_against(marks)
    for fault in faults:
        typer.echo(f"countermark: {fault}", err=True)
    for batch in batches(lines_of(titles)):
        print_batch(screener, batch, titles)
    if faults:
        raise typer.Exit(1)


def screen_against(file: Path) -> tuple[TextScreen, list[str]]:
    """Return the screen of a marks file, and what is wrong with its lines; raises NoMarks, ScreeningNotInstalled."""
    marks, faults = marks_of(file)
    screener = TextScreen(marks)
    for place in screener.index.unreadable:
        faults.append(f"{file}: the mark {marks[place].text!r} has no letter or digit and cannot be looked for")
    if len(screener.index.unreadable) == len(marks):
        raise NoMarks("\n".join([f"{file} holds no mark: one a line, plain or as JSON.", *faults]))
    return screener, faults


def batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Yield lines, some at a time: neither many nor long."""
    batch, size = [], 0
    for line in lines:
        batch.append(line)
        size += len(line.text)
        if len(batch) >= BATCH or size >= LARGEST_BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def print_batch(screener: TextScreen, batch: list[Line], file: Path) -> None:
    read = [listing_of(line) for line in batch]
    answers = screener.listings([listing for listing, _ in read])
    for line, (_, problems), answer in zip(batch, read, answers, strict=True):
        for problem in problems:
            typer.echo(f"countermark: {file} line {line.number}: {problem}", err=True)
        more = {"line": line.number, "problems": problems, **raw_of(line)} if problems else {}
        typer.echo(json.dumps(as_json(answer) | more, ensure_ascii=False).encode("utf-8"))


def as_json(answer: Answer) -> dict[str, Any]:
    """The answer as it is printed."""
    matches = [match_json(match) for match in answer.matches]
    return {"title": answer.title, "verdict": answer.verdict, "matches": matches, "version": answer.version}


def match_json(match: Match) -> dict[str, Any]:
    """One match as it is printed; the mark by its words, with its number and owner where they were given."""
    mark = match.mark
    where = {
        "mark": mark.text,
        "kind": match.kind,
        "span": match.span,
        "observed": match.observed,
        "canonical": mark.text,
    }
    found = where | match.finding._asdict() | {"mark": mark.text, "id": mark.id, "owner": mark.owner}
    return {name: value for name, value in found.items() if value not in ("", ())}
