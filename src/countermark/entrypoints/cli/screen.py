"""`countermark screen`: which marks do these titles name, and may they go up? One line of JSON for each title.

Or what of a whole catalogue is protected: see screen_catalogue. Reads no database. Titles are answered a thousand at a time, so
memory stays bounded whatever the file's length.
"""

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from countermark.entrypoints.cli.screen_catalogue import screen_catalogue
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


class Engine(StrEnum):
    """Who screens the batches of a catalogue."""

    LOCAL = "local"
    RAY = "ray"


class Form(StrEnum):
    """How progress is told."""

    TEXT = "text"
    JSON = "json"
    NONE = "none"


OF_TITLES = "Of titles"
OF_CATALOGUE = "Of a catalogue"


Catalogue = Annotated[
    list[str] | None,
    typer.Argument(help="Files of listings, .parquet, .csv or .ndjson, or patterns such as 'offers/*.parquet'."),
]
Titles = Annotated[
    Path | None,
    typer.Option(help="Titles, one a line, plain or JSON; - reads standard input.", rich_help_panel=OF_TITLES),
]
Marks = Annotated[
    Path | None,
    typer.Option(help="Marks, one a line: the mark itself, or JSON with its fields.", rich_help_panel=OF_TITLES),
]


def of_catalogue(told: str, **more: Any) -> Any:
    return typer.Option(help=told, rich_help_panel=OF_CATALOGUE, **more)


RightsFile = Annotated[
    Path | None, of_catalogue("Marks, pictures and hashes: .ndjson, .csv or .parquet.", exists=True, dir_okay=False)
]
Out = Annotated[Path | None, of_catalogue("The answers, a Parquet file.", dir_okay=False)]
Count = Annotated[int, of_catalogue("How many; 0 for one a processor.", min=0)]
Kept = Annotated[Path | None, of_catalogue("Where fetched pictures are kept for the next run.", file_okay=False)]
OwnHosts = Annotated[list[str] | None, of_catalogue("host:port of yours that may be fetched from though private.")]


def screen(
    catalogue: Catalogue = None,
    titles: Titles = None,
    marks: Marks = None,
    rights: RightsFile = None,
    out: Out = None,
    processes: Count = 0,
    engine: Annotated[Engine, of_catalogue("This machine, or the Ray cluster of RAY_ADDRESS.")] = Engine.LOCAL,
    progress: Annotated[Form, of_catalogue("On standard error.")] = Form.TEXT,
    pictures: Kept = None,
    own_host: OwnHosts = None,
) -> None:
    """Screen titles against marks (--titles, --marks), or a catalogue against marks and pictures (CATALOGUE, --rights, --out).

    Titles: prints verdict and matches of each as JSON lines. Catalogue: writes a Parquet file with a row for each row; begun
    again after an interruption it goes on. No database is needed. Ends with 0 when all was read, with 1 when a line of the marks
    or rights cannot be used; the others are screened against all the same, and standard error names the line.
    """
    refuse_mixed(bool(titles or marks), bool(catalogue or rights or out))
    if titles and marks:
        screen_titles(titles, marks)
    elif catalogue and rights and out:
        screen_catalogue(
            catalogue, rights=rights, out=out, processes=processes, engine=engine, progress=progress, pictures=pictures,
            own_hosts=own_host or (),
        )  # fmt: skip
    else:
        needed = "--titles and --marks" if titles or marks else "CATALOGUE, --rights and --out"
        raise typer.BadParameter(f"needed together: {needed}")


def refuse_mixed(of_titles: bool, of_catalogue: bool) -> None:
    if of_titles == of_catalogue:
        told = "not both" if of_titles else "one of them is needed"
        raise typer.BadParameter(
            f"screen titles (--titles, --marks) or a catalogue (CATALOGUE, --rights, --out): {told}"
        )


def screen_titles(titles: Path, marks: Path) -> None:
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
