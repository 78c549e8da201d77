"""`countermark backup`, `restore`, `release`, `move`: the whole installation into a file, out of it, to another database."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from countermark.apps.keeping import going_on
from countermark.apps.keeping.backup import make
from countermark.apps.keeping.restore import Restored, examine
from countermark.apps.keeping.restore import restore as bring_back
from countermark.apps.work.models import Worker
from countermark.entrypoints.cli.server import prepare

ALIVE = timedelta(minutes=1)  # since a worker's last sign of life

File = Annotated[Path, typer.Argument(help="The backup.", dir_okay=False)]


class Letters(StrEnum):
    """What happens to letters that were under way when the backup was made."""

    HOLD = "hold"
    SEND = "send"
    SENT = "sent"


class StillAtWork(Exception):
    """Something works on the database that is to be moved. Nothing was moved."""

    code = "still_at_work"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (backup, restore, release, move):
        app.command()(command)


def backup(
    file: File,
    files: Annotated[
        bool, typer.Option("--files/--no-files", help="With the kept files, or the database alone.")
    ] = True,
) -> None:
    """Write everything into FILE while the product runs. The keys are not inside: keep them apart."""
    made = make(file, at=timezone.now(), with_files=files, say=_say)
    typer.echo(f"{made.path}: {made.rows} rows, {made.files} files, {made.size} bytes; manifest {made.digest}")
    typer.echo(f"sealed with BACKUP_KEY: {'yes' if settings.BACKUP_KEY else 'no, whoever has the file can read it'}")
    typer.echo(
        "not inside: SECRET_KEY, SEALING_KEY, LOG_SIGNING_KEY and the secrets of marketplaces; keep them elsewhere"
    )
    if made.missing:
        typer.echo(f"{len(made.missing)} kept files could not be read: {', '.join(made.missing[:5])}", err=True)
        raise typer.Exit(1)


def restore(
    file: File,
    check: Annotated[
        bool, typer.Option("--check", help="Only read it to its end and say whether it is whole.")
    ] = False,
    moved: Annotated[bool, typer.Option("--moved", hidden=True)] = False,
) -> None:
    """Bring FILE back into an empty database. Workers stand still until `countermark release`."""
    if check:
        found = examine(file)
        typer.echo(f"{file} is whole: {sum(found.manifest.rows.values())} rows, {found.manifest.files} files, of")
        typer.echo(f"{found.head['made_at']} by version {found.head['version']} on {found.head['engine']}")
        return
    settings.HOME.mkdir(parents=True, exist_ok=True)
    settings.FILES_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = timezone.now()
    restored = bring_back(
        file, then=(lambda _: None) if moved else lambda done: going_on.go_on(done, now=now), say=_say
    )
    prepare()
    typer.echo(f"{restored.rows} rows and {restored.files} files are back; the log was verified")
    if not moved:
        _say_what_is_held()
    _say_faults(restored)


def _say_what_is_held() -> None:
    held = going_on.waiting()
    assert held is not None
    typer.echo(
        f"{held.report['clocks_given_back']} clocks count on from now with what was left at {held.backup_at:%F %T} UTC"
    )
    typer.echo(f"{held.report['letters_held']} letters are held: they may have gone out since")
    typer.echo(f"{held.report['erased_again']} erasures made since then were made again")
    typer.echo("workers stand still: look at the cases, then run `countermark release`")


def _say_faults(restored: Restored) -> None:
    for fault in restored.faults:
        typer.echo(fault, err=True)
    if restored.faults:
        typer.echo("the log was broken in the installation that was backed up; it is restored as it was", err=True)
        raise typer.Exit(1)


def release(
    letters: Annotated[
        Letters, typer.Option(help="Held letters: leave them to operators, send them, or they were sent.")
    ],
) -> None:
    """After a restore: let the workers work again."""
    count = going_on.release(letters=letters.value, by=None, now=timezone.now())
    said = {"hold": "wait under Deliveries", "send": "go out now", "sent": "count as told now"}[letters.value]
    typer.echo(f"released; {count} held letters {said}")


def move(
    to: Annotated[str, typer.Option("--to", help="DATABASE_URL of an empty database.")],
) -> None:
    """Copy the whole database into another one, SQLite to PostgreSQL or back, and compare every row there.

    Stop web and workers first. The kept files stay where they are. The old database is not changed; run it again at will.
    """
    beats = Worker.objects.filter(beat_at__gt=timezone.now() - ALIVE)
    if names := list(beats.values_list("name", flat=True)):
        raise StillAtWork(f"{', '.join(names)} still at work; stop web and workers first, then move")
    with tempfile.TemporaryDirectory(dir=settings.HOME) as folder, transaction.atomic():
        _keep_writers_out()
        parcel = Path(folder, "parcel")
        made = make(parcel, at=timezone.now(), with_files=False, say=_say)
        command = [sys.executable, "-m", "countermark.project.main", "restore", str(parcel), "--moved"]
        done = subprocess.run(command, env={**os.environ, "DATABASE_URL": to}, check=False)  # noqa: S603
    if done.returncode:
        raise typer.Exit(done.returncode)
    typer.echo(
        f"moved: {made.rows} rows, each compared. Set DATABASE_URL to the new database and start web and workers"
    )


def _keep_writers_out() -> None:
    """Whatever would still write waits and then fails: nothing is written that the other database does not get."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"LOCK TABLE {connection.ops.quote_name(table)} IN SHARE MODE")


def _say(text: str) -> None:
    typer.echo(text, err=True)
