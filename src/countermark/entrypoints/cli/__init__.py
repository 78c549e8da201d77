"""The command line: which groups of commands there are, and how a command ends.

Each group is one module beside this file with `register(app)`. A command that is refused raises a typed refusal (an
exception with a `code`); its sentence goes to stderr and the exit status is 1. A command used wrongly ends with 2, as
everywhere. Anything else is a defect of ours and shows its traceback.
"""

import typer
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError

from countermark.entrypoints.cli import (
    backup,
    demo,
    due,
    log,
    number,
    pack,
    person,
    remote,
    remote_desk,
    retention,
    rights,
    screen,
    server,
    shop,
    url,
    worker,
)

GROUPS = (
    backup,
    demo,
    due,
    log,
    number,
    pack,
    person,
    remote,
    remote_desk,
    retention,
    rights,
    screen,
    server,
    shop,
    url,
    worker,
)

app = typer.Typer(
    name="countermark",
    help="Notices, counter-notices and decisions by the clock.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in GROUPS:
    group.register(app)


def run() -> None:
    """Run the command line; turn a refusal into its sentence and exit status 1."""
    try:
        app()
    except (OperationalError, ProgrammingError) as fault:
        refuse(f"the database does not answer, or its tables are not there yet; run `countermark migrate`. ({fault})")
    except (CommandError, ImproperlyConfigured) as fault:
        refuse(str(fault))
    except Exception as fault:
        if not isinstance(getattr(fault, "code", None), str):
            raise
        refuse(str(fault))


def refuse(sentence: str) -> None:
    """End the process with one sentence on stderr."""
    typer.echo(f"countermark: {sentence}", err=True)
    raise SystemExit(1)
