"""`countermark rights submit`: send the drafts of an account that are ready, here; `countermark api rights submit` elsewhere."""

import time
from collections.abc import Iterable
from typing import Annotated, Any

import typer
from django.utils import timezone

from countermark.apps.portfolio import selectors, sending, words
from countermark.apps.portfolio.models import RightImport
from countermark.apps.work.services import case_time
from countermark.entrypoints.cli import remote
from countermark.entrypoints.cli.rights_papers import HolderId, Result, account_of, write
from countermark.entrypoints.intake import results

Check = Annotated[bool, typer.Option("--check", help="Only say what is wrong; send nothing.")]
Doubtful = Annotated[bool, typer.Option("--doubtful-too", help="Send also what a reviewer would probably send back.")]
Import = Annotated[int | None, typer.Option("--import", help="Only the drafts this file brought in, by its number.")]
WAIT = 1.0  # seconds between looks at how far a worker is


def register(here: typer.Typer, far: typer.Typer) -> None:
    """Add the commands of this module to the groups of rights."""
    here.command("submit")(submit)
    far.command("submit")(submit_far)


def submit(
    holder: HolderId,
    source: Import = None,
    check: Check = False,
    doubtful_too: Doubtful = False,
    result: Result = None,
) -> None:
    """Judge the drafts of an account, print what is wrong with each, and send the ready ones for verification.

    Ends with 1 when a draft stays."""
    account, now = account_of(holder), timezone.now()
    file = RightImport.objects.filter(pk=source, holder=account).first()
    if source is not None and file is None:
        raise typer.BadParameter(f"this account has no import {source}", param_hint="--import")
    row = sending.check(holder=account, by=None, at=case_time(now), now=None, source=file)
    for each in selectors.drafts_in(row).exclude(verdict="ready").iterator(chunk_size=500):
        _say(each.right.pk, each.right.number, each.verdict, words.faults_of(each.defects))
    if not check:
        sending.start(submission=row, doubtful_too=doubtful_too, at=case_time(now), now=now)
        sending.run(row.pk, at=case_time(now))
        row.refresh_from_db()
    if result is not None:
        write(result, [results.head(), *results.sent_lines(row, selectors.drafts_in(row))])
    if check:
        sending.discard(submission=row)
    _end(row.counts, row.sent, doubtful_too=doubtful_too)


def submit_far(
    context: typer.Context,
    source: Import = None,
    check: Check = False,
    doubtful_too: Doubtful = False,
    once: remote.Once = "",
) -> None:
    """Have drafts judged, print what is wrong with each, and wait until the ready ones are sent for verification.

    Ends with 1 when a draft stays."""
    rights = context.obj.rights
    row = _waited(rights, rights.check_drafts(import_id=source, idempotency_key=once or None), "checking")
    for verdict in ("doubtful", "mend"):
        for each in rights.list_checked_drafts(row["id"], verdict=verdict, limit=200):
            faults = [(fault["message"], fault["how_to_mend"]) for fault in each["defects"]]
            _say(each["right"], each["number"], verdict, faults)
    if check:
        rights.discard_right_submission(row["id"])
    else:
        row = _waited(rights, rights.start_right_submission(row["id"], doubtful_too=doubtful_too), "running")
    _end(row["counts"], row["sent"], doubtful_too=doubtful_too)


def _waited(rights: Any, row: dict[str, Any], state: str) -> dict[str, Any]:
    """The submission once it is no longer in this state."""
    while row["state"] == state:
        time.sleep(WAIT)
        row = rights.read_right_submission(row["id"])
        typer.echo(f"{row['sent']:,} sent, {row['counts'].get('waits', 0):,} to check", err=True)
    return row


def _say(right: int, number: str, verdict: str, faults: Iterable[tuple[str, str]]) -> None:
    for what, cure in faults:
        typer.echo(f"right {right} ({number}), {verdict}: {what} {cure}".rstrip())


def _end(counts: dict[str, int], sent: int, *, doubtful_too: bool) -> None:
    """How it stands; 1 where a draft stays, or with --check would stay."""
    mend, doubtful = counts.get("mend", 0) + counts.get("moved", 0), counts.get("doubtful", 0)
    typer.echo(f"{sum(counts.values()):,} drafts: {sent:,} sent, {doubtful:,} doubtful, {mend:,} to mend")
    raise typer.Exit(1 if mend or (doubtful and not doubtful_too) else 0)
