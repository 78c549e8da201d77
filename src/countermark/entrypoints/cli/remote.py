"""`countermark api --server URL`: ask another installation, with a key of its API, through the Python client.

Nothing here reads this installation's database. The key comes from a file or from the environment, never from the
command line, where every process could read it. Answers are JSON on stdout, what is going on goes to stderr. The client is a
package of its own, which an installation without these commands does not need.
"""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from countermark.entrypoints.cli.remote_files import body_of, evidence_of, links_of

groups = {
    "notices": typer.Typer(help="Send notices."),
    "complaints": typer.Typer(help="Follow cases and act on them."),
    "listings": typer.Typer(help="Send the listings of a marketplace."),
    "sellers": typer.Typer(help="Send the sellers of a marketplace."),
}
api = typer.Typer(no_args_is_help=True, help="Ask another installation through its API.")

Once = Annotated[
    str, typer.Option("--once", metavar="NAME", help="Sent again under this name within 24 hours, it is done once.")
]
Seq = Annotated[
    int | None, typer.Option(min=0, help="The `seq` of the case as you saw it; without it, it is read first.")
]
Body = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A JSON object, as the reference has it.")]
Number = Annotated[str, typer.Argument(help="The number of a case, such as CM-2026-000417-03.")]
Slug = Annotated[str, typer.Argument(help="The slug of the marketplace.")]
NdJson = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="One JSON object on each line.")]


class ClientMissing(Exception):
    """The Python client is not installed."""

    code = "client_missing"

    def __init__(self) -> None:
        super().__init__("the Python client is not installed; in a clone of Countermark: pip install ./clients/python")


def register(app: typer.Typer) -> None:
    """Add the group of this module."""
    for name, group in groups.items():
        api.add_typer(group, name=name, no_args_is_help=True)
    app.add_typer(api, name="api")


@api.callback()
def connect(
    context: typer.Context,
    server: Annotated[
        str, typer.Option(envvar="COUNTERMARK_SERVER", help="The installation: https://countermark.example")
    ],
    key_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A file with the API key; else COUNTERMARK_KEY.")
    ] = None,
    key: Annotated[str, typer.Option(envvar="COUNTERMARK_KEY", hidden=True, show_envvar=False)] = "",
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait for one answer.")] = 60,
) -> None:
    """Ask another installation through its API."""
    source = context.get_parameter_source("key")
    if source is not None and source.name == "COMMANDLINE":
        raise typer.BadParameter("a key on the command line is read by every process; use --key-file")
    given = key_file.read_text("utf-8").strip() if key_file else key
    if not given:
        raise typer.BadParameter("name a file with the key, or set COUNTERMARK_KEY", param_hint="--key-file")
    try:
        client = _package().Client(server, given, timeout=timeout)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong
    context.obj = context.with_resource(client)


def _package() -> Any:
    try:
        return import_module("countermark_client")
    except ImportError as missing:
        raise ClientMissing from missing


def say(answer: Any) -> None:
    """An answer as JSON."""
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))


@api.command()
def me(context: typer.Context) -> None:
    """Print for whom the key acts, and what it may do."""
    say(context.obj.access.who_am_i())


# --- notices ----------------------------------------------------------------------------------------------------------


@groups["notices"].command("send")
def send_notice(
    context: typer.Context,
    notice: Body,
    listings: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Addresses: a CSV with a column url, or one on each line."),
    ] = None,
    evidence: Annotated[
        list[str] | None, typer.Option(metavar="KIND=FILE", help="A file to send along, such as photo=lamp.jpg.")
    ] = None,
    lint: Annotated[bool, typer.Option("--lint", help="Only ask what sending it would say.")] = False,
    once: Once = "",
) -> None:
    """Send a notice: print its number, its cases and what was left out. With --lint nothing is sent.

    Ends with 1 when it was refused, or with --lint would be."""
    body, files = body_of(notice), evidence_of(evidence or [])
    if listings is not None:
        body["listings"] = [*body.get("listings", ()), *links_of(listings)]
    sent = upload(context, files, once)
    if sent:
        body["evidence"] = [*body.get("evidence", ()), *sent]
    typer.echo(f"{'checking' if lint else 'sending'} {len(body.get('listings', ()))} lines", err=True)
    if not lint:
        say(context.obj.notices.send(idempotency_key=once or None, **body))
        return
    said = context.obj.notices.lint(**body)
    say(said)
    raise typer.Exit(0 if said["can_send"] else 1)


def upload(context: typer.Context, files: list[tuple[str, Path]], once: str) -> list[dict[str, Any]]:
    """Send files, each once under the name given; returns them as evidence."""
    pieces = []
    for place, (kind, file) in enumerate(files, 1):
        typer.echo(f"sending {file.name} ({place} of {len(files)})", err=True)
        kept = context.obj.files.upload(file=file, idempotency_key=f"{once}-{place}" if once else None)
        pieces.append({"file": kept["id"], "kind": kind})
    return pieces


@groups["notices"].command("list")
def list_notices(
    context: typer.Context, marketplace: Annotated[str | None, typer.Option(help="Its slug.")] = None
) -> None:
    """Print the notices that were sent, the newest first, one line of JSON each."""
    lines(context.obj.notices.list(**given(marketplace=marketplace), limit=200))


# --- complaints -------------------------------------------------------------------------------------------------------


@groups["complaints"].command("list")
def list_complaints(
    context: typer.Context,
    state: Annotated[str | None, typer.Option(help="A state of the procedure, such as awaiting_seller.")] = None,
    waits_on: Annotated[str | None, typer.Option(help="seller, complainant, reviewer or marketplace.")] = None,
    is_open: Annotated[bool | None, typer.Option("--open/--closed", help="Without an outcome, or with one.")] = None,
    notice: Annotated[str | None, typer.Option(help="The number of a notice.")] = None,
    marketplace: Annotated[str | None, typer.Option(help="Its slug.")] = None,
    due_before: Annotated[str | None, typer.Option(help="An instant with its offset.")] = None,
    sort: Annotated[str | None, typer.Option(help="opened, due or number; with - the other way.")] = None,
) -> None:
    """Print the cases the key may see, one line of JSON each."""
    asked = given(
        state=state, waits_on=waits_on, open=is_open, notice=notice, marketplace=marketplace, due_before=due_before,
        sort=sort,
    )  # fmt: skip
    lines(context.obj.complaints.list(**asked, limit=200))


@groups["complaints"].command("show")
def show_complaint(context: typer.Context, number: Number) -> None:
    """Print one case whole."""
    say(context.obj.complaints.read(number))


@groups["complaints"].command("withdraw")
def withdraw_complaint(
    context: typer.Context,
    number: Number,
    words: Annotated[str, typer.Option(help="Why, for the seller to read.")] = "",
    seq: Seq = None,
    once: Once = "",
) -> None:
    """Take a complaint back; the listing is free of it at once."""
    match = seen(context, number, seq)
    say(context.obj.complaints.withdraw(number, if_match=match, idempotency_key=once or None, **given(words=words)))


@groups["complaints"].command("answer")
def answer_complaint(context: typer.Context, number: Number, answer: Body, seq: Seq = None, once: Once = "") -> None:
    """Answer to a counter-notice, or to what a reviewer found missing."""
    match, body = seen(context, number, seq), body_of(answer)
    say(context.obj.complaints.answer(number, if_match=match, idempotency_key=once or None, **body))


def seen(context: typer.Context, number: str, seq: int | None) -> str | None:
    """The state that is meant: the one named, or the one there is now, which the client remembers."""
    if seq is None:
        context.obj.complaints.read(number)
        return None
    return f'"{seq}"'


def given(**options: Any) -> dict[str, Any]:
    """What was said on the command line."""
    return {name: value for name, value in options.items() if value not in (None, "")}


def lines(rows: Iterator[Any]) -> None:
    """A list, one line of JSON for each of its items."""
    for row in rows:
        typer.echo(json.dumps(row, ensure_ascii=False).encode("utf-8"))


# --- bulk -------------------------------------------------------------------------------------------------------------


@groups["listings"].command("push")
def push_listings(context: typer.Context, marketplace: Slug, lines: NdJson) -> None:
    """Send listings; print how many were added and changed, and every line that was left out, with the way to mend it.

    May be sent again: the same line writes nothing. Ends with 1 when a line was left out."""
    _push(context.obj.listings.push, marketplace, lines)


@groups["sellers"].command("push")
def push_sellers(context: typer.Context, marketplace: Slug, lines: NdJson) -> None:
    """Send sellers; print what became of them. Ends with 1 when a line was left out."""
    _push(context.obj.sellers.push_seller_lines, marketplace, lines)


def _push(push: Any, marketplace: str, lines: Path) -> None:
    total: dict[str, Any] = {"lines": 0, "refused": 0, "faults": []}
    with lines.open("rb") as source:
        for piece in push(marketplace, source):
            total = {name: value + total.get(name, type(value)()) for name, value in piece.items()}
            total["faults"].sort(key=lambda fault: fault["line"])
            typer.echo(f"{total['lines']:,} lines sent, {total['refused']:,} left out", err=True)
    say(total)
    raise typer.Exit(1 if total["refused"] else 0)
