"""`countermark log verify`: does every link, leaf, checkpoint and sealed text, and every trace of an order, still hold?"""

from __future__ import annotations

import typer
from rich.console import Console

from countermark.apps.complaints import log
from countermark.apps.complaints.models import ComplaintEvent, LogCheckpoint
from countermark.apps.orders import trace

group = typer.Typer(
    help="The log of all cases and orders: append-only, chained, covered by signed checkpoints.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="log")


@group.command()
def verify() -> None:
    """Check the whole log; name every row that does not hold. Exit status 1 when there is one."""
    with Console(stderr=True).status("Reading the log"):
        faults = [*map(str, log.verify()), *trace.faults()]
    for fault in faults:
        typer.echo(fault)
    events, points = ComplaintEvent.objects.count(), LogCheckpoint.objects.count()
    if faults:
        typer.echo(f"{len(faults)} faults in {events} events; the log is broken", err=True)
        raise typer.Exit(1)
    typer.echo(f"the log is unbroken: {events} events, {points} signed checkpoints")
