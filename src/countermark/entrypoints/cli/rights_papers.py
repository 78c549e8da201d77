"""`countermark rights papers`: papers of many rights out of a ZIP, here; `countermark api rights papers` elsewhere."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils import timezone

from countermark.apps.parties.models import Holder
from countermark.apps.portfolio.papers import LEFT_OUT, place
from countermark.apps.work.services import case_time
from countermark.entrypoints import papers_said
from countermark.entrypoints.cli import remote
from countermark.entrypoints.intake.papers_zip import papers_in
from countermark.entrypoints.web.lists import as_cells

Zip = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A ZIP of files named after numbers of rights.")]
Result = Annotated[Path | None, typer.Option(help="Write what became of each file here, as CSV.")]
HolderId = Annotated[int, typer.Option(help="The number of the account whose rights they are.")]


def register(here: typer.Typer, far: typer.Typer) -> None:
    """Add the commands of this module to the groups of rights."""
    here.command("papers")(add)
    far.command("papers")(send)


def add(file: Zip, holder: HolderId, result: Result = None) -> None:
    """Add each file of a ZIP to the right it is named after, and print every one that found no place.

    Ends with 1 when one did not."""
    account = account_of(holder)
    at = case_time(timezone.now())
    with file.open("rb") as stream:
        placed = list(place(holder=account, files=papers_in(stream), by=None, at=at))
    if result is not None:
        write(result, [papers_said.head(), *papers_said.lines(placed)])
    _say([(each.name, each.code, *papers_said.paper_said(each)) for each in placed])


def send(context: typer.Context, file: Zip, once: remote.Once = "") -> None:
    """Send a ZIP of papers, and print every file that found no place. Ends with 1 when one did not."""
    answer = context.obj.rights.add_papers(file=file, idempotency_key=once or None)
    _say([(each["file"], each["outcome"], each["message"], each["how_to_mend"]) for each in answer["items"]])


def _say(files: Iterable[tuple[str, str, str, str]]) -> None:
    counts = {"attached": 0, "there": 0}
    left = 0
    for name, code, what, cure in files:
        if code in LEFT_OUT:
            left += 1
            typer.echo(f"{name}: {what}. {cure}".rstrip())
        else:
            counts[code] += 1
    total = left + sum(counts.values())
    typer.echo(f"{total:,} files: {counts['attached']:,} added, {counts['there']:,} there already, {left:,} left out")
    raise typer.Exit(1 if left else 0)


def account_of(holder: int) -> Holder:
    """The account of this number. typer.BadParameter where there is none."""
    account = Holder.objects.filter(pk=holder).first()
    if account is None:
        raise typer.BadParameter(f"there is no account {holder}", param_hint="--holder")
    return account


def write(file: Path, table: Iterable[Sequence[Any]]) -> None:
    """A table as CSV of which a spreadsheet takes nothing for a formula."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(as_cells(table))
