"""What `script/bench screen` is held against: Flask around `threatexchange`'s PDQIndex, asked with hashes alone.

    gunicorn --chdir benchmarks --preload screen_peer:application

HASHES names a file of hashes, 32 bytes each. `POST /screen {"hashes": [hex, …]}` is answered with the matches of each.
"""

import os

import numpy as np
from flask import Flask, request
from threatexchange.signal_type.pdq.pdq_index import PDQIndex

application = Flask(__name__)
rows = np.fromfile(os.environ["HASHES"], dtype=np.uint8).reshape(-1, 32)
index = PDQIndex((row.tobytes().hex(), number) for number, row in enumerate(rows))
del rows


@application.post("/screen")
def screen() -> dict[str, list[list[dict[str, int]]]]:
    """Return for each hash which of the known ones are near, and how far each is."""
    return {"items": [[_said(match) for match in index.query(asked)] for asked in request.get_json()["hashes"]]}


def _said(match: object) -> dict[str, int]:
    return {"id": match.metadata, "distance": match.similarity_info.distance}
