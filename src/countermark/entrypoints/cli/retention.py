"""`countermark retention`, `erase` and `hold`: what may no longer be kept goes; what the law wants kept stays."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from countermark.apps.complaints import log
from countermark.apps.keeping import erasure
from countermark.apps.keeping import retention as keeping
from countermark.apps.work import sealing
from countermark.apps.work.models import SealedText

Apply = Annotated[bool, typer.Option("--apply", help="Do it. Without it nothing is changed.")]
Why = Annotated[str, typer.Option("--rule", help="By which rule: kept beside what is erased.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (retention, erase, hold):
        app.command()(command)


def retention(
    apply: Apply = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would go; so it is without --apply.")
    ] = False,
) -> None:
    """Say what would go today by each rule; with --apply let it go, and verify the log."""
    if apply and dry_run:
        raise typer.BadParameter("choose one of --apply and --dry-run")
    now = timezone.now()
    found = keeping.apply(at=now) if apply else keeping.forecast(at=now)
    shown = Table("rule", "what", "of", "gone" if apply else "would go", box=None)
    for rule, count in found:
        shown.add_row(rule.id, rule.does.replace("_", " "), rule.table, str(count))
    Console().print(shown)
    if apply:
        _verify()
    else:
        typer.echo("nothing was changed; run it with --apply to let it go")


def erase(
    person: Annotated[str, typer.Option(help="The e-mail address of somebody who can sign in.")] = "",
    subject: Annotated[
        str, typer.Option(help="Whose texts: holder:12, seller:7, guest:name@example.org, case:CM-…")
    ] = "",
    rule: Why = "request of the person",
    apply: Apply = False,
) -> None:
    """Erase one person, or what one subject wrote. Refused while a case of theirs is open or a legal hold lies on it."""
    if bool(person) == bool(subject):
        raise typer.BadParameter("name either --person or --subject")
    if person:
        _erase_person(person, rule, apply)
    else:
        _erase_subject(subject, rule, apply)
    if apply:
        _verify()
    else:
        typer.echo("nothing was changed; run it with --apply to erase")


def _erase_person(email: str, rule: str, apply: bool) -> None:
    now = timezone.now()
    found = erasure.erase_person(email, rule=rule, by=None, now=now) if apply else erasure.footprint(email)
    for what, count in found.rows.items():
        typer.echo(f"{what}: {count}")
    for obstacle in found.obstacles:
        typer.echo(f"in the way: {obstacle}")


def _erase_subject(subject: str, rule: str, apply: bool) -> None:
    if apply:
        count = erasure.erase_texts_of(subject, rule=rule, now=timezone.now())
    else:
        count = SealedText.objects.filter(key__subject=subject).exclude(key__wrapped=None).count()
    typer.echo(f"texts of {subject}: {count}")


def hold(
    subject: Annotated[str, typer.Argument(help="holder:12, seller:7, guest:name@example.org, case:CM-…")],
    lift: Annotated[bool, typer.Option("--lift", help="Lift the hold.")] = False,
) -> None:
    """Put a legal hold on what a subject wrote and on the files of its cases: no rule erases them until it is lifted."""
    if not sealing.hold_for_law(subject=subject, on=not lift):
        typer.echo(f"nothing is sealed under {subject}; look at its number again", err=True)
        raise typer.Exit(1)
    typer.echo(f"{subject}: {'the hold is lifted' if lift else 'held'}")


def _verify() -> None:
    faults = list(log.verify())
    for fault in faults:
        typer.echo(str(fault), err=True)
    if faults:
        raise typer.Exit(1)
    typer.echo("the log is unbroken")
