"""`countermark worker`: the process beside the pages. Start as many as you like; stop them as you like."""

import signal
from typing import Annotated

import typer
from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from countermark.entrypoints.jobs.worker import Worker


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(worker)


def worker(
    name: Annotated[str, typer.Option(help="How operators see it; by default host and process.")] = "",
    once: Annotated[
        bool, typer.Option("--once", help="Do what is due now and what follows from it, then end.")
    ] = False,
    threads: Annotated[int, typer.Option(min=1, help="How many jobs it does at a time.")] = 2,
) -> None:
    """Let time have its effect: silence, reminders, messages, measures at the marketplaces. Runs until stopped."""
    import_string(settings.TELEMETRY_START)()
    reverse("seller:ask")  # letters and measures carry links: all addresses are read now, not while a job's lease runs
    works = Worker(name, threads=threads)
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: works.stop())
    if once:
        works.once()
    else:
        works.run()
