"""What do the world files say? Read once, handed out as plain tables; the files lie beside this one in data/."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

Table = dict[str, Any]


@cache
def read(name: str) -> Table:
    """The world file of this name, `cast` or `rights`."""
    return tomllib.loads(resources.files(__package__).joinpath("data", f"{name}.toml").read_text("utf-8"))


def notices() -> list[Table]:
    """Every story of a notice, in the order they are told."""
    return [*read("cases_platform")["notice"], *read("cases_law")["notice"]]


def items_complained_of() -> frozenset[str]:
    """The numbers of the listings that some story or order needs."""
    told = [*notices(), read("desks")["draft"], *read("orders")["order"]]
    return frozenset(item for each in told for item in each.get("items", ()))


def holder_of(story: Table) -> str:
    """The id of the holder whose right a story rests on."""
    return str(next(row["holder"] for row in read("rights")["right"] if row["id"] == story["right"]))
