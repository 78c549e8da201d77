"""Where do the boxes and the arrows of a diagram stand?

A layered drawing from the top down: nodes get layers along the arrows, every arrow gets a point on each layer it passes,
its label being one of them, crossings are untangled by barycentres, and every point moves as near to its neighbours as the
others on its layer let it. Knows widths, heights and names, nothing about procedures. The same input gives the same picture.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

GAP = 22  # between two neighbours on a layer
DROP = 34  # from one layer to the next
PASS = 10  # what an arrow that only passes needs
SWEEPS = 24


@dataclass
class Spot:
    """A node, a label, or a point where an arrow passes; (x, y) is its centre."""

    layer: int
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    room: float = 0.0  # the height of its layer
    above: list[Spot] = field(default_factory=list, repr=False)
    below: list[Spot] = field(default_factory=list, repr=False)

    @property
    def weight(self) -> float:
        """What only passes pulls harder, so that long arrows become straight."""
        return 4.0 if self.height == 0 else 1.0


@dataclass
class Route:
    """The way of one arrow from `start` to `end`: the spots between them, its label among them."""

    start: str
    end: str
    label: Spot
    spots: list[Spot]


@dataclass
class Drawing:
    """Everything placed. `spots` are the nodes by name; the picture is `width` by `height`."""

    spots: dict[str, Spot]
    routes: list[Route]
    width: float
    height: float


Size = tuple[float, float]
Arrow = tuple[str, str, Size]  # from, to, size of the label


def lay_out(nodes: Mapping[str, Size], arrows: Sequence[Arrow]) -> Drawing:
    """Place `nodes`, whose first is the start, and `arrows`, none of which leads from a node to itself."""
    ranks = _ranks(list(nodes), [(start, end) for start, end, _ in arrows])
    spots = {name: Spot(2 * ranks[name], *size) for name, size in nodes.items()}
    routes = [_route(arrow, spots) for arrow in arrows]
    layers = _layers([*spots.values(), *(spot for route in routes for spot in route.spots)])
    layers = _untangled(layers)
    _settle(layers)
    _straighten(layers, routes)
    width, height = _measured(layers)
    return Drawing(spots, routes, width, height)


def _ranks(names: list[str], arrows: list[tuple[str, str]]) -> dict[str, int]:
    """The longest way from the start to each node, arrows that lead back left out."""
    forward = [arrow for arrow in dict.fromkeys(arrows) if arrow not in _leading_back(names, arrows)]
    ranks = dict.fromkeys(names, 0)
    for _ in names:
        for start, end in forward:
            ranks[end] = max(ranks[end], ranks[start] + 1)
    return ranks


def _leading_back(names: list[str], arrows: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """The arrows that close a circle when one walks from the first node, always the oldest arrow first."""
    after: dict[str, list[str]] = defaultdict(list)
    for start, end in arrows:
        after[start].append(end)
    done: set[str] = set()
    back: set[tuple[str, str]] = set()

    def walk(name: str, path: frozenset[str]) -> None:
        for end in after[name]:
            if end in path:
                back.add((name, end))
            elif end not in done:
                walk(end, path | {end})
        done.add(name)

    for name in names:
        if name not in done:
            walk(name, frozenset({name}))
    return back


def _route(arrow: Arrow, spots: Mapping[str, Spot]) -> Route:
    """The chain of spots of one arrow; its label stands next to where it starts."""
    start, end, size = arrow
    first, last = spots[start].layer, spots[end].layer
    step = 1 if last > first else -1
    chain = [Spot(layer, PASS, 0) for layer in range(first + step, last, step)]
    chain[0] = Spot(first + step, *size)
    joined = [spots[start], *chain, spots[end]][::step]
    for upper, lower in pairwise(joined):
        upper.below.append(lower)
        lower.above.append(upper)
    return Route(start, end, chain[0], chain)


def _layers(spots: Iterable[Spot]) -> list[list[Spot]]:
    layers: dict[int, list[Spot]] = defaultdict(list)
    for spot in spots:
        layers[spot.layer].append(spot)
    return [layers[number] for number in sorted(layers)]


# --- few crossings ----------------------------------------------------------------------------------------------------


def _untangled(layers: list[list[Spot]]) -> list[list[Spot]]:
    """The order of each layer with the fewest crossings among those that sweeping up and down comes by."""
    best, fewest = [list(layer) for layer in layers], _all_crossings(layers)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for layer, beside in pairwise(layers if down else layers[::-1]):
            beside[:] = _ordered(beside, layer, down)
        _swap_neighbours(layers)
        if (count := _all_crossings(layers)) < fewest:
            best, fewest = [list(layer) for layer in layers], count
    return best


def _ordered(layer: list[Spot], fixed: list[Spot], down: bool) -> list[Spot]:
    """This layer in the order of the middles of its neighbours on the fixed one."""
    place = {id(spot): number for number, spot in enumerate(fixed)}
    middles = []
    for number, spot in enumerate(layer):
        beside = [place[id(other)] for other in (spot.above if down else spot.below)]
        middles.append((sum(beside) / len(beside) if beside else number, number))
    return [layer[number] for _, number in sorted(middles)]


def _swap_neighbours(layers: list[list[Spot]]) -> None:
    """Exchange two that stand side by side wherever that saves a crossing."""
    for number, layer in enumerate(layers):
        around = layers[max(0, number - 1) : number + 2]
        for left in range(len(layer) - 1):
            before = _all_crossings(around)
            layer[left : left + 2] = layer[left + 1], layer[left]
            if _all_crossings(around) >= before:
                layer[left : left + 2] = layer[left + 1], layer[left]


def _all_crossings(layers: list[list[Spot]]) -> int:
    return sum(_crossings(upper, lower) for upper, lower in pairwise(layers))


def _crossings(upper: list[Spot], lower: list[Spot]) -> int:
    place = {id(spot): number for number, spot in enumerate(lower)}
    ends = [[place[id(s)] for s in spot.below if id(s) in place] for spot in upper]
    return sum(a > b for one, other in combinations(ends, 2) for a in one for b in other)


# --- coordinates ------------------------------------------------------------------------------------------------------


def _settle(layers: list[list[Spot]]) -> None:
    """Move every spot as near to the middle of its neighbours as its layer allows, downwards and upwards in turn."""
    for layer in layers:
        _spread(layer, [0.0] * len(layer))
    for turn in range(2 * SWEEPS):
        for layer in layers if turn % 2 == 0 else layers[::-1]:
            _spread(layer, [_pull(spot, turn) for spot in layer])


def _pull(spot: Spot, turn: int) -> float:
    both = turn >= SWEEPS  # first follow one side, then balance both
    sides = [*spot.above, *spot.below] if both else spot.above if turn % 2 == 0 else spot.below
    sides = sides or [*spot.above, *spot.below]
    if not sides:
        return spot.x
    return sum(side.x * side.weight for side in sides) / sum(side.weight for side in sides)


def _spread(layer: list[Spot], wanted: list[float]) -> None:
    """The nearest places to those wanted that keep order and distance: neighbours in conflict share the difference."""
    offsets = [0.0]
    for left, right in pairwise(layer):
        offsets.append(offsets[-1] + (left.width + right.width) / 2 + GAP)
    blocks: list[list[float]] = []  # sum of weighted wishes, sum of weights, how many
    for spot, wish, offset in zip(layer, wanted, offsets, strict=True):
        blocks.append([(wish - offset) * spot.weight, spot.weight, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] >= blocks[-1][0] / blocks[-1][1]:
            last = blocks.pop()
            blocks[-1] = [one + other for one, other in zip(blocks[-1], last, strict=True)]
    placed = [total / weight for total, weight, count in blocks for _ in range(int(count))]
    for spot, place, offset in zip(layer, placed, offsets, strict=True):
        spot.x = place + offset


def _straighten(layers: list[list[Spot]], routes: list[Route]) -> None:
    """Let each arrow pass its layers in as few upright lines as its neighbours leave room for."""
    for route in routes * 3:
        run: list[Spot] = []
        low, high = float("-inf"), float("inf")
        for spot in [one for one in route.spots if one is not route.label]:
            left, right = _room(layers[spot.layer], spot)
            if max(low, left) > min(high, right):
                _align(run, route, low, high)
                run, low, high = [], float("-inf"), float("inf")
            run.append(spot)
            low, high = max(low, left), min(high, right)
        _align(run, route, low, high)


def _room(layer: list[Spot], spot: Spot) -> Size:
    """How far to the left and to the right this spot could stand without touching its neighbours."""
    place = next(number for number, one in enumerate(layer) if one is spot)
    before, after = layer[:place][-1:], layer[place + 1 :][:1]
    left = [one.x + (one.width + spot.width) / 2 + GAP for one in before]
    right = [one.x - (one.width + spot.width) / 2 - GAP for one in after]
    return max([float("-inf"), *left]), min([float("inf"), *right])


def _align(run: list[Spot], route: Route, low: float, high: float) -> None:
    """Under (or above) the label if there is room, else where it bends least."""
    if run:
        middle = sum(spot.x for spot in run) / len(run)
        wish = route.label.x if low <= route.label.x <= high else middle
        for spot in run:
            spot.x = min(max(wish, low), high)


def _measured(layers: list[list[Spot]]) -> Size:
    """Give each layer its height, move everything to the right of 0; returns the size of the whole."""
    left = min(spot.x - spot.width / 2 for layer in layers for spot in layer)
    bottom = 0.0
    for number, layer in enumerate(layers):
        height = max(spot.height for spot in layer)
        for spot in layer:
            spot.x -= left
            spot.y = bottom + height / 2
            spot.room = height
        bottom += height + (DROP if number < len(layers) - 1 else 0)
    return max(spot.x + spot.width / 2 for layer in layers for spot in layer), bottom
