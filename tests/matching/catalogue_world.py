"""A small catalogue and its rights, for tests of those who carry batches."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from countermark.matching.catalogue.batch import screen_batch
from countermark.matching.catalogue.rights import Rights
from matching.made_pictures import cloudy, encoded

HASH = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
JACKET = encoded(cloudy(31, 240, 300))
LINES = [
    {"text": "Halden", "id": "NO-1", "owner": "Halden & Moe AS", "classes": [25], "allowed_sellers": ["ines"]},
    {"id": "P-1", "right": "NO-1", "owner": "Halden & Moe AS", "picture": "jacket.png"},
    {"id": "P-2", "picture": HASH},
]
TITLES = ("Halden wool jacket", "H4lden mug", "Zipper for Halden jackets", "Wool jacket", "Nordlys lamp", None)
ROWS = 90


def write(folder: Path) -> tuple[Path, Path]:
    """Write a catalogue of ROWS rows and its rights; return both files."""
    (folder / "jacket.png").write_bytes(JACKET)
    rights, catalogue = folder / "rights.ndjson", folder / "offers.parquet"
    rights.write_text("\n".join(map(json.dumps, LINES)), "utf-8")
    columns = {
        "id": list(range(ROWS)),
        "title": [TITLES[row % len(TITLES)] for row in range(ROWS)],
        "pdq": [HASH if row % 7 == 0 else None for row in range(ROWS)],
        "image": [JACKET if row % 40 == 5 else b"GIF89a" if row == 8 else None for row in range(ROWS)],
    }
    pq.write_table(pa.table(columns), catalogue, row_group_size=50)
    return catalogue, rights


class Here:
    """An engine in this process: what the others do, without carrying batches anywhere."""

    ahead = 2

    def __init__(self, rights: Rights) -> None:
        self.rights = rights

    def __enter__(self) -> "Here":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, batch: Any) -> Callable[[], Any]:
        answer = screen_batch(batch, self.rights)
        return lambda: answer
