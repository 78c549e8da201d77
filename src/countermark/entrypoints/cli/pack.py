"""`countermark pack`: which procedures are there, what does one say, and is this file a sound one?"""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from countermark.core.procedure import ClockSpec, Procedure, Target
from countermark.core.procedure_loader import PackDefect, PackDefective, load, load_duties, pack_ids, parse
from countermark.entrypoints.packs import words
from countermark.entrypoints.packs.diagram import svg

PIPE = 130  # columns, where nobody is looking at a screen

commands = typer.Typer(help="The procedures complaints run under.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(commands, name="pack")


@commands.command("list")
def list_packs() -> None:
    """List the packs, the default first."""
    table = _table("id", "version", "name", "rights", "territories", "states", "chances", "duties", whole=2)
    for pack in map(load, pack_ids()):
        serves = [", ".join(pack.serves.get(key, ())) for key in ("rights", "territories")]
        counts = [str(len(pack.states)), str(pack.chances or "no limit")]
        table.add_row(pack.id, pack.version, pack.name, *serves, *counts, ", ".join(pack.duties) or "none")
    _console().print(table)


@commands.command()
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="The pack: countermark pack list names them.")],
    diagram: Annotated[Path | None, typer.Option("--svg", help="Write the diagram to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
) -> None:
    """Show one pack: its states, whom they wait on, by which clock, and what silence means."""
    pack = load(id)
    if diagram is not None:
        _write(diagram, svg(pack))
    if as_json:
        typer.echo(json.dumps(as_dict(pack), ensure_ascii=False, indent=2))
    elif diagram is None:
        _show(pack)


@commands.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A pack: a TOML file.")],
) -> None:
    """Say `ok`, or every defect of a pack with its line; exit 1 when there is one."""
    try:
        parse(_text(file), file=str(file))
    except PackDefective as defective:
        for defect in defective.defects:
            typer.echo(str(defect))
        raise typer.Exit(1) from None
    typer.echo("ok")


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as fault:
        line = fault.object[: fault.start].count(b"\n") + 1
        raise PackDefective([PackDefect(str(file), line, "not UTF-8, so not TOML; save the file as UTF-8")]) from None


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8")
    except OSError as fault:
        raise typer.BadParameter(f"{file} cannot be written: {fault.strerror}", param_hint="--svg") from None


# --- the tables -------------------------------------------------------------------------------------------------------


def _table(*columns: str, title: str | None = None, whole: int = 1) -> Table:
    """A table whose first `whole` columns keep their words whole however narrow the screen is."""
    style = {
        "title_justify": "left",
        "title_style": "bold",
        "box": box.SIMPLE_HEAD,
        "show_edge": False,
        "padding": (0, 1),
    }
    table = Table(title=title, **style)
    for number, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=number < whole)
    return table


def _console() -> Console:
    """The screen as wide as it is; a file or a pipe has no width of its own."""
    return Console() if sys.stdout.isatty() or "COLUMNS" in os.environ else Console(width=PIPE)


def _show(pack: Procedure) -> None:
    console = _console()
    console.print(f"[bold]{pack.name}[/bold] ({pack.id} {pack.version})", highlight=False)
    for label, values in _facts(pack):
        console.print(f"{label}: {values}", highlight=False)
    for table in (_states(pack), _moves(pack), _clocks(pack), _interrupts(pack)):
        console.print()
        console.print(table)
    console.print("\n[bold]Where the numbers come from[/bold]")
    for number, source in pack.sources.items():
        console.print(f" {number.removeprefix('clock.')}: {source}", highlight=False, soft_wrap=True, markup=False)


def _facts(pack: Procedure) -> list[tuple[str, str]]:
    serves = [(key, ", ".join(values)) for key, values in pack.serves.items()]
    chances = str(pack.chances) if pack.chances else "no limit"
    needs = [(f"{paper.replace('_', ' ')} needs", ", ".join(elements)) for paper, elements in pack.needs.items()]
    rest = [
        ("chances to answer", chances),
        ("measures", ", ".join(pack.timing)),
        ("duties", ", ".join(pack.duties) or "none"),
    ]
    return [*serves, *rest, *needs]


def _states(pack: Procedure) -> Table:
    table = _table("state", "waits on", "clock", "asks", "silence means", title="States", whole=2)
    for name, state in pack.states.items():
        clock = pack.clock_of(name)
        waits = state.waits_on or f"(closed: {state.outcome})"
        runs = words.amounts(clock) if clock else ""
        table.add_row(name, waits, runs, words.ASKS[state.asks], words.silence(pack, state))
    return table


def _moves(pack: Procedure) -> Table:
    table = _table("from", "event", "by", "leads to", title="Moves", whole=3)
    last = ""
    for key, to in pack.moves.items():
        if key in pack.own and key[2] != "clock":
            table.add_row(key[0] if key[0] != last else "", key[1], key[2], words.targets(to))
            last = key[0]
    return table


def _clocks(pack: Procedure) -> Table:
    table = _table("clock", "runs for", "starts", "days", title="Clocks")
    for name, clock in pack.clocks.items():
        target = f" (target {clock.target})" if clock.target else ""
        table.add_row(name, words.amounts(clock) + target, words.starts(clock), words.days(clock))
    return table


def _interrupts(pack: Procedure) -> Table:
    table = _table("event", "from", "leads to", title="In every procedure besides")
    for event, origin, to in words.interrupts(pack):
        table.add_row(event, origin, to)
    return table


# --- as data ----------------------------------------------------------------------------------------------------------


def as_dict(pack: Procedure) -> dict[str, Any]:
    """Everything the code knows of this pack; `common` marks what every pack has."""
    return {
        "id": pack.id,
        "name": pack.name,
        "version": pack.version,
        "digest": pack.digest,
        "start": pack.start,
        "chances": pack.chances,
        "serves": pack.serves,
        "refuse": pack.refuse,
        "timing": pack.timing,
        "needs": pack.needs,
        "tell": pack.tell,
        "duties": [{"id": load_duties(one).id, "version": load_duties(one).version} for one in pack.duties],
        "states": [state._asdict() for state in pack.states.values()],
        "clocks": [_clock_dict(pack, clock) for clock in pack.clocks.values()],
        "moves": [
            {
                "state": state,
                "event": event,
                "by": by,
                "to": [_target_dict(one) for one in to],
                "common": key not in pack.own,
            }
            for key, to in pack.moves.items()
            for state, event, by in [key]
        ],
    }


def _clock_dict(pack: Procedure, clock: ClockSpec) -> dict[str, Any]:
    keys = ("name", "amounts", "unit", "calendar", "starts", "first_day", "roll", "consumes_round", "target")
    source = pack.sources.get(f"clock.{clock.name}.amount")
    return {**{key: getattr(clock, key) for key in keys}, "source": source}


def _target_dict(of: Target) -> dict[str, str | None]:
    return {"if": of.guard, "to": of.to}
