"""What stands in the files that `countermark api` is given: a JSON object, addresses, files of evidence with their kind."""

import csv
import json
from pathlib import Path
from typing import Any

import typer

COLUMNS = ("url", "listing", "link")
OF_THE_COMMAND = {"idempotency_key", "if_match"}


def body_of(file: Path) -> dict[str, Any]:
    """The JSON object in a file. Its names are judged by the installation that is asked."""
    try:
        found = json.loads(text_of(file))
    except ValueError as wrong:
        raise typer.BadParameter(f"{file} is no JSON: {wrong}") from wrong
    if not isinstance(found, dict):
        raise typer.BadParameter(f"{file} holds no JSON object; begin it with {{")
    if own := sorted(OF_THE_COMMAND & set(found)):
        raise typer.BadParameter(f"{file} holds {', '.join(own)}; that is an option of the command (--once, --seq)")
    return found


def links_of(file: Path) -> list[str]:
    """The addresses in a file: the column url of a CSV (its first where no header names one), or its lines."""
    text = text_of(file)
    if file.suffix.lower() != ".csv":
        return [line.strip() for line in text.splitlines() if line.strip()]
    rows = [row for row in csv.reader(text.splitlines()) if any(cell.strip() for cell in row)]
    names = [cell.strip().lower() for cell in rows[0]] if rows else []
    column = next((names.index(name) for name in COLUMNS if name in names), None)
    rows = rows[1:] if column is not None else rows
    return [row[column or 0].strip() for row in rows if len(row) > (column or 0) and row[column or 0].strip()]


def evidence_of(given: list[str]) -> list[tuple[str, Path]]:
    """`photo=lamp.jpg` as kind and file, every one of which is there."""
    found = []
    for text in given:
        kind, equals, name = text.partition("=")
        if not (kind and equals and Path(name).is_file()):
            raise typer.BadParameter(f"{text} is no KIND=FILE with a file that is there", param_hint="--evidence")
        found.append((kind, Path(name)))
    return found


def text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise typer.BadParameter(f"{file} is not UTF-8 text") from wrong
