"""`countermark url`: which listing a link names, as one line of JSON each.

Reads no database and fetches nothing. From standard input each line is answered as it comes, so the command can stand in
the middle of a pipe.
"""

import json
import os
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from countermark.core.listing_urls import Found, Marketplace, PatternDefective, Verdict, define, judge


class Mode(StrEnum):
    """What is being complained about."""

    LISTING = "listing"
    STOREFRONT = "storefront"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(url)


def url(
    urls: Annotated[
        list[str], typer.Argument(metavar="URL...", help="Links as pasted; - reads lines from standard input.")
    ],
    marketplace: Annotated[
        str | None, typer.Option(help="Take only this marketplace, and its listing numbers without a link too.")
    ] = None,
    mode: Annotated[Mode | None, typer.Option(help="Take only listings, or only storefronts.")] = None,
    patterns: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="A marketplace of your own (TOML); may be repeated."),
    ] = None,
) -> None:
    """Print the marketplace, item id and canonical URL of each link, or why there is none, as JSON lines.

    Ends with 0 when every link was found, with 1 when one was not.
    """
    extra = tuple(_own(path) for path in patterns or ())
    all_found = True
    for text in _texts(urls):
        try:
            verdict = judge(text, marketplace=marketplace, mode=mode.value if mode else None, extra=extra)
        except ValueError as fault:
            raise typer.BadParameter(str(fault), param_hint="--marketplace") from fault
        all_found = all_found and isinstance(verdict, Found)
        typer.echo(json.dumps(as_json(verdict), ensure_ascii=False).encode("utf-8"))
    if not all_found:
        raise typer.Exit(1)


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict as it is printed; what is not there is left out."""
    if not isinstance(verdict, Found):
        return {"input": verdict.input, "error": verdict.error, "code": verdict.code}
    names = ("input", "marketplace", "item_id", "canonical_url", "kind", "seller", "variant")
    return {name: value for name in names if (value := getattr(verdict, name)) is not None}


def _texts(urls: list[str]) -> Iterator[str]:
    """The links as text a JSON line can hold: bytes that are no UTF-8 become �; blank lines of standard input are left out."""
    for given in urls:
        if given != "-":
            yield os.fsencode(given).decode("utf-8", "replace")
            continue
        for line in sys.stdin.buffer:
            text = line.decode("utf-8-sig", "replace").rstrip("\r\n")
            if text and not text.isspace():
                yield text


def _own(path: Path) -> Marketplace:
    try:
        return define(path.read_text("utf-8"))
    except UnicodeDecodeError as fault:
        raise typer.BadParameter(f"{path} is not UTF-8 text.", param_hint="--patterns") from fault
    except PatternDefective as refused:
        faults = "".join(f"\n  {defect.where}: {defect.sentence}" for defect in refused.defects)
        raise typer.BadParameter(f"{path} describes no marketplace yet:{faults}", param_hint="--patterns") from refused
