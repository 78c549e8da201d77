"""Commands that run the installation: `version`, `keys`, `migrate`, `web`, and `manage` for everything Django knows."""

import base64
import os
import secrets
import sys
from typing import Annotated

import typer
from django.conf import settings
from django.core.management import call_command, execute_from_command_line
from django.utils import timezone

import countermark
from countermark.apps.complaints.models import Notice
from countermark.apps.parties.seeds import ensure_known_marketplaces
from countermark.apps.work import packs


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    passthrough = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
    app.command()(version)
    app.command()(keys)
    app.command()(migrate)
    app.command()(web)
    app.command(context_settings=passthrough)(manage)


def version() -> None:
    """Print the version."""
    typer.echo(countermark.__version__)


def keys() -> None:
    """Print fresh keys for an environment file; keep them outside the database and its backups."""
    for name, value in make_keys().items():
        typer.echo(f"{name}={value}")


def make_keys() -> dict[str, str]:
    """Return new values for SECRET_KEY, SEALING_KEY and LOG_SIGNING_KEY."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SEALING_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "LOG_SIGNING_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def migrate() -> None:
    """Make or update the database, the table of the shared cache and the folder of static files."""
    prepare(verbosity=1)


def prepare(*, verbosity: int = 0) -> None:
    """Bring the home folder, the database, the shared cache and the static files to this version; may run again.

    Adds the marketplaces known from the start where they are missing; one that is there is left alone."""
    settings.HOME.mkdir(parents=True, exist_ok=True)
    settings.FILES_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    call_command("migrate", interactive=False, verbosity=verbosity)
    call_command("createcachetable", verbosity=0)
    ensure_known_marketplaces()
    packs.keep_shipped(at=timezone.now(), used=Notice.objects.values_list("pack", "pack_digest").distinct())
    call_command("collectstatic", interactive=False, verbosity=0)


def web(
    port: Annotated[int, typer.Option(envvar="PORT", help="The port to listen on.")] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    threads: Annotated[int, typer.Option(min=1, help="Threads in each process.")] = 4,
) -> None:
    """Serve the pages; refuses to start without its keys. Run `countermark migrate` first."""
    call_command("check", deploy=True, tags=["serving"], fail_level="ERROR")
    typer.echo(f"Countermark serves {settings.BASE_URL} from http://{host}:{port}")
    sys.stdout.flush()
    command = [sys.executable, "-m", "gunicorn", "countermark.project.wsgi", "--worker-class", "gthread"]
    command += ["--bind", f"{host}:{port}", "--workers", str(workers), "--threads", str(threads), "--no-control-socket"]
    os.execv(sys.executable, command)  # noqa: S606  - this very interpreter, arguments of our own


def manage(context: typer.Context) -> None:
    """Run one of Django's management commands: `countermark manage showmigrations`."""
    settings.HOME.mkdir(parents=True, exist_ok=True)
    execute_from_command_line(["countermark manage", *context.args])
