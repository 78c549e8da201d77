"""How is a whole catalogue screened from the command line?

Files in, one file of answers out; standard error says how far it is.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import typer

from countermark.connectors.fetch import Fetcher, FetchError
from countermark.connectors.kept_pictures import KeptPictures
from countermark.matching.catalogue.addresses import Got, with_pictures
from countermark.matching.catalogue.clusters import Cluster
from countermark.matching.catalogue.parts import parts_folder
from countermark.matching.catalogue.processes import Processes
from countermark.matching.catalogue.reading import sources_of
from countermark.matching.catalogue.rights import read_rights
from countermark.matching.catalogue.run import Begin, Job, Told, run
from countermark.matching.mark import MarkDefective

FAULTS = 50  # lines of the rights that are named, so that what matters is not scrolled away
EVERY = 1.0  # seconds between two lines of progress
VERDICTS = ("allow", "review", "block")
Figures = dict[str, Any]
INTERRUPTED = 130  # as shells say of a command that was ended by Ctrl-C


def screen_catalogue(
    catalogue: Sequence[str],
    *,
    rights: Path,
    out: Path,
    processes: int,
    engine: str,
    progress: str,
    pictures: Path | None,
    own_hosts: Sequence[str],
) -> None:
    """Screen the files of a catalogue. Ends with 1 when a line of the rights cannot be used, or rows were damaged."""
    sources = sources_of(catalogue, out)
    shown = Shown(progress)
    kept = kept_pictures(pictures or parts_folder(out) / "pictures", own_hosts)
    found, faults = read_rights(rights, partial(content_of, kept))
    for fault in faults[:FAULTS]:
        shown.say(fault)
    if len(faults) > FAULTS:
        shown.say(f"{rights}: {len(faults) - FAULTS:,} more lines cannot be used")
    supply = partial(with_pictures, fetch_all=partial(fetch_all, kept))
    begin, is_here = begins(engine, processes)
    job = Job(sources, found, out, begin, supply, is_here)
    try:
        told = run(job, shown.tell, shown.say)
    except KeyboardInterrupt:
        shown.say("interrupted; the same command goes on where it stopped")
        raise typer.Exit(INTERRUPTED) from None
    shown.end(told)
    if faults or told.said["problem.rows_damaged"]:
        raise typer.Exit(1)


def begins(engine: str, processes: int) -> tuple[Begin, bool]:
    """Return what begins the engine, and whether its processes are on this machine."""
    if engine == "ray":
        return partial(Cluster, address=os.environ.get("RAY_ADDRESS", "auto"), count=processes), False
    return partial(Processes, count=processes or os.cpu_count() or 1), True


def kept_pictures(folder: Path, own_hosts: Sequence[str]) -> KeptPictures:
    return KeptPictures(folder, Fetcher(exempt=own_hosts), since=time.time())


def fetch_all(kept: KeptPictures, urls: Sequence[str]) -> Mapping[str, Got]:
    return {url: got(found) for url, found in kept.get(urls).items()}


def got(found: Path | FetchError) -> Got:
    if isinstance(found, FetchError):
        return Got(None, f"{found.code} {found.detail}".strip().replace(";", ","))
    return Got(found)


def content_of(kept: KeptPictures, url: str) -> bytes:
    """Return the bytes of a picture that rights name; raises MarkDefective."""
    found = kept.get([url])[url]
    if isinstance(found, FetchError):
        raise MarkDefective("picture", str(found))
    return found.read_bytes()


class Shown:
    """What a person, or a program with `--progress json`, reads on standard error."""

    def __init__(self, form: str) -> None:
        self.form, self.begin, self.last = form, 0.0, 0.0

    def say(self, sentence: str) -> None:
        line = json.dumps({"said": sentence}) if self.form == "json" else f"countermark: {sentence}"
        print(line, file=sys.stderr, flush=True)

    def tell(self, told: Told) -> None:
        """Show how far it is, now and then."""
        now = time.monotonic()
        self.begin = self.begin or now
        if now - self.last >= EVERY:
            self.last = now
            self._show(told)

    def end(self, told: Told) -> None:
        self._show(told, done=True)

    def _show(self, told: Told, *, done: bool = False) -> None:
        figures = self.figures(told, done=done)
        if self.form == "json":
            print(json.dumps(figures), file=sys.stderr, flush=True)
        elif self.form == "text":
            print(in_words(figures), file=sys.stderr, flush=True)

    def figures(self, told: Told, *, done: bool) -> Figures:
        """Return what is shown. Rows of an earlier run do not count for the rate."""
        seconds = time.monotonic() - self.begin
        rate = (told.rows - told.earlier) / seconds if seconds > 0 else 0.0
        left = None if done or not (told.share and rate) else told.rows / told.share * (1 - told.share) / rate
        return {
            "rows": told.rows,
            "earlier": told.earlier,
            "share": 1.0 if done else round(told.share, 4),
            "rows_per_second": round(rate, 1),
            "seconds": round(seconds, 1),
            "seconds_left": left if left is None else round(left),
            "verdicts": {name: told.said[name] for name in VERDICTS},
            "problems": problems_in(told.said),
            "done": done,
        }


def problems_in(said: Counter[str]) -> dict[str, int]:
    problems = {name.partition(".")[2]: count for name, count in sorted(said.items()) if name.startswith("problem.")}
    return problems | ({"unanswered": said["unanswered"]} if said["unanswered"] else {})


def in_words(figures: Figures) -> str:
    """Return one line of progress."""
    counts = [f"{count:,} {name}" for name, count in (figures["verdicts"] | figures["problems"]).items() if count]
    left = figures["seconds_left"]
    remaining = "done" if figures["done"] else "" if left is None else f"{left:,} s left"
    rate = f"{figures['rows_per_second']:,.0f} rows/s"
    return " · ".join(
        filter(None, (f"{figures['rows']:,} rows", f"{figures['share']:.0%}", rate, remaining, ", ".join(counts)))
    )
