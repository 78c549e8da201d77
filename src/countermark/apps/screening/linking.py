"""How strongly is a seller linked with others? Evidence in, strengths out; no row, no clock.

Rule 1: each thing two sellers have in common makes it likelier that they are one; what many share says less (links.toml).
Rule 2: a way over several sellers is as strong as its steps multiplied; two sellers are linked when the strongest way between
them is strong enough. Rule 3: a pair that a person denied is no step, and is not linked over others either; one that a person
confirmed counts however weak its evidence is.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from countermark.matching.libraries import Library

rx: Any = Library("rustworkx")
Pair = tuple[int, int]  # the smaller id first


@cache
def numbers() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """links.toml, read once."""
    found: Mapping[str, Mapping[str, Mapping[str, Any]]] = tomllib.loads(
        (files(__package__) / "links.toml").read_text("utf-8")
    )
    return found


def number(group: str, name: str) -> int:
    """One number of links.toml; KeyError when there is none."""
    return int(numbers()[group][name]["value"])


def share(group: str, name: str) -> float:
    """One that is given in percent, as a share of one."""
    return number(group, name) / 100


# --- how strong the evidence is -------------------------------------------------------------------------------------------


def kept_of(group: str, sellers: int) -> float:
    """What is left of a strength when so many sellers share its reason: all for a few, nothing for a crowd."""
    if not 2 <= sellers <= number("sharers", "most"):
        return 0.0
    return 1 / math.log2(2 * max(1, sellers / number("sharers", group)))


def together(strengths: Iterable[float]) -> float:
    """Several reasons for the same: as likely as that not all of them are wrong."""
    return 1 - math.prod(1 - one for one in sorted(strengths))


def of_identifiers(shared: Iterable[tuple[str, int]]) -> float:
    """The strength of identifiers two sellers share: (kind, how many sellers share this one)."""
    return _no_more(together(share("identifier", kind) * kept_of("identifier", n) for kind, n in shared))


def of_pictures(sellers: Iterable[int]) -> float:
    """The strength of pictures two sellers share, each by how many sellers show it."""
    each = share("picture", "each")
    return min(together(each * kept_of("picture", n) for n in sellers), share("picture", "most"))


def of_texts(sellers: Iterable[int]) -> float:
    """The strength of sequences of words two sellers share, each by how many sellers have it."""
    most, each = number("text", "sharers_most"), share("text", "each")
    found = [each * kept_of("text", n) for n in sellers if n <= most]
    if len(found) < number("text", "least"):
        return 0.0
    return min(together(found), share("text", "most"))


def step(strengths: Iterable[float], *, is_confirmed: bool) -> float:
    """How strong all that ties two sellers directly is; what a person confirmed counts for something by itself."""
    return _no_more(max(together(strengths), share("limits", "confirmed") if is_confirmed else 0.0))


def _no_more(strength: float) -> float:
    return min(strength, share("limits", "strongest"))


# --- who is linked with whom ----------------------------------------------------------------------------------------------


def pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


@dataclass
class Web:
    """Sellers and the steps between them: as many as were asked for so far."""

    steps: dict[Pair, dict[str, float]] = field(default_factory=dict)  # pair -> kind -> strength
    denied: set[Pair] = field(default_factory=set)
    confirmed: set[Pair] = field(default_factory=set)

    def add(self, one: int, other: int, kind: str, strength: float) -> None:
        self.steps.setdefault(pair(one, other), {})[kind] = strength

    def deny(self, one: int, other: int) -> None:
        self.denied.add(pair(one, other))

    def confirm(self, one: int, other: int) -> None:
        self.confirmed.add(pair(one, other))

    def strength(self, one: int, other: int) -> float:
        """Of the step between two; 0 where there is none, or it was denied."""
        ends = pair(one, other)
        if ends in self.denied:
            return 0.0
        return step(self.steps.get(ends, {}).values(), is_confirmed=ends in self.confirmed)

    def near(self, seller: int) -> frozenset[int]:
        """Whoever is reached from this seller over ways that are strong enough, denied ones among them."""
        graph, places = self._graph()
        if seller not in places:
            return frozenset()
        lengths = rx.dijkstra_shortest_path_lengths(graph, places[seller], float)
        named = list(places)
        return frozenset(named[place] for place, length in lengths.items() if length <= _farthest()) - {seller}

    def linked(self, seller: int) -> frozenset[int]:
        """Those that are linked with this seller."""
        return frozenset(other for other in self.near(seller) if pair(seller, other) not in self.denied)

    def way(self, one: int, other: int) -> list[int]:
        """The sellers on the strongest way between two that are linked, both ends among them; [] when they are not."""
        if other not in self.linked(one):
            return []
        graph, places = self._graph()
        named, goal = list(places), places[other]
        found = rx.dijkstra_shortest_paths(graph, places[one], target=goal, weight_fn=float)
        return [named[place] for place in found[goal]]

    def _graph(self) -> tuple[Any, dict[int, int]]:
        """The steps as a graph whose ways are as long as they are unlikely; and where each seller stands in it.

        Built in one order, so that the same steps give the same ways however they arrived.
        """
        strong = {ends: found for ends in sorted(self.steps) if (found := self.strength(*ends)) > 0}
        places = {seller: place for place, seller in enumerate(sorted({end for ends in strong for end in ends}))}
        graph = rx.PyGraph(multigraph=False)
        graph.add_nodes_from(list(places))
        graph.add_edges_from([(places[a], places[b], -math.log(found)) for (a, b), found in strong.items()])
        return graph, places


def _farthest() -> float:
    """The length of the longest way that still links, with room for what is lost in rounding."""
    return -math.log(share("limits", "linked_from")) + 1e-9
