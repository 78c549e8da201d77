"""Turn what people paste into (marketplace, item id, canonical URL), or say why not.

    >>> identify("http://item.taobao.com/item.htm?spm=a21n57.1&id=627374829104，很好").canonical_url
    'https://item.taobao.com/item.htm?id=627374829104'

Rule 1: marketplaces are data (`core/marketplaces/*.toml`, or an operator's own through `define`). No address of any of
them is known to the code.
Rule 2: a link belongs to a marketplace because its host is in the table. Nothing that merely looks like one ever does.
Rule 3: nothing is fetched, nothing raises, and every step is linear in what was pasted.
"""

from countermark.core.listing_urls.definition import PatternDefective
from countermark.core.listing_urls.draft import Defect
from countermark.core.listing_urls.marketplace import Marketplace
from countermark.core.listing_urls.pasting import define, identify, judge, read_lines
from countermark.core.listing_urls.shipped import marketplaces
from countermark.core.listing_urls.verdicts import SENTENCES, Found, Kind, Line, NotFound, Verdict

__all__ = [
    "SENTENCES",
    "Defect",
    "Found",
    "Kind",
    "Line",
    "Marketplace",
    "NotFound",
    "PatternDefective",
    "Verdict",
    "define",
    "identify",
    "judge",
    "marketplaces",
    "read_lines",
]
