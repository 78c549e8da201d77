"""The command line: which groups of commands there are, and how a command ends.

Each group is one module beside this file with `register(app)`. A command that is refused raises a typed refusal; its
sentence goes to stderr and the exit code is 1. A command used wrongly ends with 2, as everywhere.
"""

import typer

from countermark.entrypoints.cli import server

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

for group in (server,):
    group.register(app)


def run() -> None:
    """Run the command line."""
    app()
