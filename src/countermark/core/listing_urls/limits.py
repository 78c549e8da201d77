"""Which numbers bound the reading of a pasted link?

They are in `limits.toml`, each with its source. This file only gives them names.
"""

import tomllib
from importlib.resources import files
from typing import Final

_NUMBERS: Final = tomllib.loads(files(__package__).joinpath("limits.toml").read_text("utf-8"))

LONGEST_LINE: Final[int] = _NUMBERS["link"]["longest_line"]
LONGEST_HOST: Final[int] = _NUMBERS["link"]["longest_host"]
LONGEST_LABEL: Final[int] = _NUMBERS["link"]["longest_label"]
HIGHEST_PORT: Final[int] = _NUMBERS["link"]["highest_port"]
MOST_SEGMENTS: Final[int] = _NUMBERS["link"]["most_segments"]
MOST_LINKS: Final[int] = _NUMBERS["link"]["most_links"]
MOST_CUTS: Final[int] = _NUMBERS["link"]["most_cuts"]
SHOWN: Final[int] = _NUMBERS["link"]["shown"]
LONGEST_EXPRESSION: Final[int] = _NUMBERS["pattern"]["longest_expression"]
MOST_TRIES: Final[int] = _NUMBERS["pattern"]["most_tries"]
SHORTEST_BRAND: Final[int] = _NUMBERS["look_alike"]["shortest_brand"]
SHORTEST_TYPO: Final[int] = _NUMBERS["look_alike"]["shortest_typo"]
