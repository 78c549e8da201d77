"""Commands that run the installation: `version`, `migrate`, `web`, and `manage` for everything Django knows."""

import typer
from django.core.management import call_command, execute_from_command_line

import countermark


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(version)
    app.command()(migrate)
    passthrough = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
    app.command(context_settings=passthrough)(manage)


def version() -> None:
    """Print the version."""
    typer.echo(countermark.__version__)


def migrate() -> None:
    """Make or update the database, and the table of the shared cache."""
    call_command("migrate", interactive=False)
    call_command("createcachetable")


def manage(context: typer.Context) -> None:
    """Run one of Django's management commands: `countermark manage showmigrations`."""
    execute_from_command_line(["countermark manage", *context.args])
