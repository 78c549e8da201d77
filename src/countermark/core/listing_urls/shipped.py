"""Which marketplaces does the product know out of the box?

One file each in `core/marketplaces/`: their domains, patterns, short hosts and the examples that prove them.
"""

from functools import lru_cache
from importlib.resources import files

from countermark.core.listing_urls.definition import defined
from countermark.core.listing_urls.marketplace import Marketplace


@lru_cache(maxsize=1)
def marketplaces() -> tuple[Marketplace, ...]:
    """All shipped marketplaces, by id."""
    folder = files("countermark.core").joinpath("marketplaces")
    texts = sorted((entry.name, entry.read_text("utf-8")) for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(defined(text) for _, text in texts)
