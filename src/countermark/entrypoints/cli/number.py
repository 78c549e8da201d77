"""`countermark number`: what a registration number is and how it is written properly, as one line of JSON each.

Reads no database and asks no office. From standard input each line is answered as it comes.
"""

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from countermark.core import numbers

OFFICES = ", ".join(f"{office.id} ({office.title})" for office in numbers.offices().values())
KINDS = ", ".join(numbers.kinds())
WHATS = ", ".join(numbers.whats())


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(number)


def number(
    given: Annotated[
        list[str], typer.Argument(metavar="NUMBER...", help="Numbers as written; - reads lines from standard input.")
    ],
    office: Annotated[str | None, typer.Option(help=f"The office: {OFFICES}. Left out: all of them.")] = None,
    kind: Annotated[str | None, typer.Option(help=f"The kind of right: {KINDS}. Left out: all of them.")] = None,
    what: Annotated[str | None, typer.Option(help=f"Take only one of: {WHATS}.")] = None,
) -> None:
    """Print what each number is and how it is written properly, or why it is none, as JSON lines.

    Ends with 0 when every number is well formed, with 1 when one is not. Nothing is looked up: a number that is well
    formed may still belong to nobody.
    """
    kind = kind and kind.replace("-", "_")
    if what is not None and what not in numbers.whats():
        raise typer.BadParameter(f"choose one of {WHATS}", param_hint="--what")
    today = datetime.now(UTC).date()
    all_valid = True
    for text in _texts(given):
        try:
            verdict = numbers.check(text, office, kind, what=what, today=today)
        except numbers.OfficeUnknown as fault:
            raise typer.BadParameter(str(fault)) from fault
        all_valid = all_valid and verdict.valid
        typer.echo(json.dumps(as_json(verdict), ensure_ascii=False).encode("utf-8"))
    if not all_valid:
        raise typer.Exit(1)


def as_json(verdict: numbers.Verdict) -> dict[str, Any]:
    """The verdict as it is printed; what is not there is left out."""
    if isinstance(verdict, numbers.Read):
        first, others = verdict.readings[0], verdict.readings[1:]
        also = {"readings": [reading_shown(each) for each in verdict.readings]} if others else {}
        return {"input": verdict.input, "valid": True, **reading_shown(first), **also}
    told = {"code": verdict.code, "data": dict(verdict.data), "position": verdict.position}
    near = [reading_shown(each) for each in verdict.near]
    said = {"error": verdict.error, "mend": verdict.mend, **told, "near": near}
    return {"input": verdict.input, "valid": False, **{name: value for name, value in said.items() if value}}


def reading_shown(reading: numbers.Reading) -> dict[str, Any]:
    """One way to read a number, with where that is known from."""
    shown = {
        **{name: getattr(reading, name) for name in ("normalised", "office", "kind", "what")},
        "also": list(reading.also),
        **{name: getattr(reading, name) for name in ("year", "series", "made_from", "explanation")},
        "form": reading.form.id,
        "certainty": reading.form.certainty,
    }
    return {name: value for name, value in shown.items() if value}


def _texts(given: list[str]) -> Iterator[str]:
    """The numbers as text a JSON line can hold; blank lines of standard input are left out."""
    for text in given:
        if text != "-":
            yield os.fsencode(text).decode("utf-8", "replace")
            continue
        for line in sys.stdin.buffer:
            read = line.decode("utf-8-sig", "replace").rstrip("\r\n")
            if read and not read.isspace():
                yield read
