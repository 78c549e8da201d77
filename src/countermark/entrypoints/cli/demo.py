"""`countermark demo`: the whole product on local ports, with an invented world in it."""

import os
import sys
from datetime import datetime
from typing import Annotated

import typer

from countermark.entrypoints.cli.server import make_keys, prepare
from countermark.entrypoints.demo import home as homes
from countermark.entrypoints.demo.start import Demo, run


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(demo)


def demo(
    port: Annotated[
        int, typer.Option(envvar="PORT", min=1024, max=65534, help="The pages; the shop has the next.")
    ] = 8000,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw the demo's world away and make it anew.")] = False,
    at: Annotated[
        str, typer.Option(help="Where case time starts in a new world, with its offset; now if left out.")
    ] = "",
) -> None:
    """Show the product on this machine: people, shop and cases are invented, nothing leaves it. Ctrl-C ends it."""
    begins = _instant(at)
    home = homes.demo_home()
    if not homes.is_ready(home):
        told = homes.environment(home, port=port, make_keys=make_keys)
        arguments = ["--port", str(port), *(["--fresh"] if fresh else []), *(["--at", at] if at else [])]
        sys.stdout.flush()
        os.execve(sys.executable, [sys.executable, "-m", "countermark.project.main", "demo", *arguments], told)  # noqa: S606
    run(Demo(home, port, _say, prepare), fresh=fresh, at=begins)


def _say(sentence: str) -> None:
    typer.echo(sentence)
    sys.stdout.flush()


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise typer.BadParameter("write it with its offset: 2027-02-26T10:00+08:00", param_hint="--at")
    return found
