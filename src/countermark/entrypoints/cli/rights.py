"""`countermark rights import`: a file of rights into this installation; `countermark api rights import` into another."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils import timezone

from countermark.apps.portfolio import running, selectors, words
from countermark.apps.portfolio.staging import stage
from countermark.apps.work.services import case_time
from countermark.entrypoints.cli import remote, rights_papers, rights_submit
from countermark.entrypoints.intake import results
from countermark.entrypoints.intake.files import read_file

group = typer.Typer(help="Rights of this installation.", no_args_is_help=True)
far = typer.Typer(help="Register rights.", no_args_is_help=True)
File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="XLSX, CSV, an export of TMview, ST.96 or ST.66.")
]
Check = Annotated[bool, typer.Option("--check", help="Only say what is wrong; store nothing.")]
Result = Annotated[Path | None, typer.Option(help="Write what became of each row here, as CSV.")]
WAIT = 1.0  # seconds between looks at how far a worker is


def register(app: typer.Typer) -> None:
    """Add the groups of this module."""
    group.command("import")(bring_in)
    far.command("import")(send_in)
    rights_papers.register(group, far)
    rights_submit.register(group, far)
    app.add_typer(group, name="rights")
    remote.api.add_typer(far, name="rights")


def bring_in(
    file: File,
    holder: rights_papers.HolderId,
    check: Check = False,
    result: Result = None,
) -> None:
    """Read a file of rights, print what is wrong row by row, and store the rows without a fault as drafts.

    Ends with 1 when a row has to be mended."""
    account, now = rights_papers.account_of(holder), timezone.now()
    source = stage(holder=account, by=None, file=read_file(file.name, file.read_bytes()), at=case_time(now))
    for row in selectors.rows_of(source, "mend").iterator():
        for what, cure in words.faults_of(row.defects):
            typer.echo(f"row {row.row}: {what} {cure}")
    if not check:
        running.start(source=source, at=case_time(now), now=now)
        running.run(source.pk, at=case_time(now))
        source.refresh_from_db()
    if result is not None:
        rights_papers.write(result, [results.head(), *results.lines(source, selectors.rows_of(source))])
    typer.echo(_summary(source.counts, source.stored, source.changed))
    if check:
        running.discard(source=source)
    raise typer.Exit(1 if source.counts.get("mend") else 0)


def _summary(counts: dict[str, int], stored: int, changed: int) -> str:
    rows, mend, same = sum(counts.values()), counts.get("mend", 0), counts.get("same", 0)
    return f"{rows:,} rows: {stored:,} stored, {changed:,} changed, {same:,} as they were, {mend:,} to mend"


def send_in(
    context: typer.Context, file: File, check: Check = False, result: Result = None, once: remote.Once = ""
) -> None:
    """Send a file of rights, print what is wrong row by row, and wait until the others are stored as drafts.

    Ends with 1 when a row has to be mended."""
    rights = context.obj.rights
    source = rights.check_rights_file(file=file, idempotency_key=once or None)
    for row in rights.list_right_import_rows(source["id"], verdict="mend", limit=200):
        for fault in row["defects"]:
            typer.echo(f"row {row['row']}: {fault['message']} {fault['how_to_mend']}".rstrip())
    if not check:
        source = _stored(rights, rights.start_right_import(source["id"]))
    if result is not None:
        rows = rights.list_right_import_rows(source["id"], limit=200)
        rights_papers.write(result, [results.head(), *(_line(row, source["state"]) for row in rows)])
    if check:
        rights.discard_right_import(source["id"])
    typer.echo(_summary(source["counts"], source["stored"], source["changed"]))
    raise typer.Exit(1 if source["counts"].get("mend") else 0)


def _line(row: dict[str, Any], state: str) -> list[str]:
    """A row as the table of what became of each shows it."""
    facts = (row[name] for name in ("kind", "office", "number", "name"))
    said = (" ".join(fault[name] for fault in row["defects"]) for name in ("message", "how_to_mend"))
    return [str(row["row"]), words.verdict_said(row["verdict"], state=state).word, *facts, *said]


def _stored(rights: Any, source: dict[str, Any]) -> dict[str, Any]:
    for said in _progress(rights, source):
        source = said
        typer.echo(f"{source['stored'] + source['changed']:,} stored", err=True)
    return source


def _progress(rights: Any, source: dict[str, Any]) -> Iterator[dict[str, Any]]:
    while source["state"] == "running":
        time.sleep(WAIT)
        source = rights.read_right_import(source["id"])
        yield source
