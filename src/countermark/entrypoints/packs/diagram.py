"""What does a pack look like? Draws the states and moves of the very pack the code runs, as SVG.

Boxes are states, coloured by what the complaint asks of its listing; arrows are moves, labelled with event and role; what a
clock does by itself is dashed. What `common` adds to every pack is listed below and not drawn.
"""

from __future__ import annotations

from html import escape

from countermark.core.procedure import Procedure, State
from countermark.entrypoints.packs import words
from countermark.entrypoints.packs.layout import Drawing, Route, Spot, lay_out

LINE = 15  # from one line of text to the next
BOX = 176  # width of a state
LETTER = 6.3  # mean width of a letter of a label
MARGIN = 24
COLOURS = {  # fill, edge: light enough for dark text, told apart in grey as well
    "nothing": ("#e5f3e9", "#1b6233"),
    "pause": ("#fdf0d9", "#7a4500"),
    "remove": ("#fbdedc", "#a3191f"),
    "as_before": ("#ebefee", "#46534f"),
    "by_timing": ("#e9f0f9", "#2a4b7c"),
}
STYLE = """
text { font: 12px "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; fill: #14201f }
.name { font-size: 13.5px; font-weight: 600 } .title { font-size: 17px; font-weight: 600 } .quiet { fill: #51605d }
.label { paint-order: stroke; stroke: #fff; stroke-width: 5px; stroke-linejoin: round }
.move { fill: none; stroke: #51605d; stroke-width: 1.4 } .clock { stroke-dasharray: 5 4; stroke: #7a4500 }
"""


def svg(procedure: Procedure) -> str:
    """The diagram of a pack as one SVG file."""
    labels = _labels(procedure)
    loops = {start: lines for (start, end, _), lines in labels.items() if start == end}
    drawn = {key: lines for key, lines in labels.items() if key[0] != key[1]}
    own = _own_states(procedure)
    nodes = {state.name: _box_size(procedure, state, loops) for state in own}
    drawing = lay_out(nodes, [(start, end, _text_size(lines)) for (start, end, _), lines in drawn.items()])
    routes = zip(drawing.routes, drawn.items(), strict=True)
    body = [_arrow(drawing, route, clock, lines) for route, ((_, _, clock), lines) in routes]
    body += [_box(procedure, state, drawing.spots[state.name], loops) for state in own]
    return _page(procedure, drawing, body)


Key = tuple[str, str, bool]  # from, to, whether a clock does it


def _labels(procedure: Procedure) -> dict[Key, list[str]]:
    """What stands beside each arrow; moves between the same two states share one."""
    labels: dict[Key, list[str]] = {}
    for (state, event, role), target, later in words.own_arrows(procedure):
        lines = labels.setdefault((state, target.to, role == "clock"), [])
        clock = procedure.clock_of(state)
        lines.append(f"{event} ({role})")
        if role == "clock" and clock is not None:
            lines.append(f"after {words.amounts(clock)}")
        if target.guard or later:
            lines.append(words.condition(procedure.moves[state, event, role], target))
    return labels


def _own_states(procedure: Procedure) -> list[State]:
    """The states that the pack's own moves leave or reach, in the order of the pack."""
    homes = {key[0] for key in procedure.own} | {target.to for _, target, _ in words.own_arrows(procedure)}
    return [state for name, state in procedure.states.items() if name in homes]


def _text_size(lines: list[str]) -> tuple[float, float]:
    return max(len(line) for line in lines) * LETTER + 8, len(lines) * LINE + 6


def _box_size(procedure: Procedure, state: State, loops: dict[str, list[str]]) -> tuple[float, float]:
    """Of the box, with room on both sides for what leads from a state to itself."""
    loop = 2 * (_text_size(loops[state.name])[0] + 26) if state.name in loops else 0
    return BOX + loop, len(_box_lines(procedure, state)) * LINE + 14


def _box_lines(procedure: Procedure, state: State) -> list[str]:
    lines = [state.name]
    if state.outcome:
        lines.append(f"closed: {state.outcome}")
    if state.waits_on:
        lines.append(f"waits on the {state.waits_on}")
    lines.append(f"asks: {words.ASKS[state.asks]}")
    clock, due = procedure.clock_of(state.name), procedure.moves.get((state.name, "due", "clock"), ())
    if clock is not None and due and due[-1].to == "@escalate":
        lines.append(f"alarm after {words.amounts(clock)}")
    return lines


# --- drawing ----------------------------------------------------------------------------------------------------------


def _box(procedure: Procedure, state: State, spot: Spot, loops: dict[str, list[str]]) -> str:
    fill, edge = COLOURS[state.asks]
    left, top, thick = spot.x - BOX / 2, spot.y - spot.height / 2, 2.4 if state.outcome else 1
    shape = (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{BOX}" height="{spot.height:.1f}" rx="6" '
        f'fill="{fill}" stroke="{edge}" stroke-width="{thick}"/>'
    )
    lines = _box_lines(procedure, state)
    text = "".join(
        _text(spot.x, top + 7 + LINE * (number + 0.75), line, "name" if number == 0 else "quiet")
        for number, line in enumerate(lines)
    )
    return shape + text + (_loop(spot, loops[state.name]) if state.name in loops else "")


def _loop(spot: Spot, lines: list[str]) -> str:
    """An arrow from the right side of a box to itself, with its words beside it."""
    x, y = spot.x + BOX / 2, spot.y
    path = f"M{x:.1f} {y - 12:.1f} C{x + 26:.1f} {y - 18:.1f} {x + 26:.1f} {y + 18:.1f} {x + 2:.1f} {y + 12:.1f}"
    words = "".join(
        _text(x + 26, y + LINE * (number - len(lines) / 2 + 0.75), line, "label quiet", "start")
        for number, line in enumerate(lines)
    )
    return f'<path class="move clock" d="{path}" marker-end="url(#late)"/>{words}'


def _arrow(drawing: Drawing, route: Route, clock: bool, lines: list[str]) -> str:
    start, end = drawing.spots[route.start], drawing.spots[route.end]
    down = 1 if end.y > start.y else -1
    points = [(_port(drawing, route.start, route, down), start.y + down * start.height / 2)]
    for spot in route.spots:
        half = down * (spot.height if spot is route.label else spot.room) / 2
        points += [(spot.x, spot.y - half), (spot.x, spot.y + half)]
    points.append((_port(drawing, route.end, route, -down), end.y - down * (end.height / 2 + 2)))
    label = "".join(
        _text(route.label.x, route.label.y + LINE * (number - len(lines) / 2 + 0.75), line, "label")
        for number, line in enumerate(lines)
    )
    kind, head = ("move clock", "late") if clock else ("move", "head")
    return f'<path class="{kind}" d="{_curve(points)}" marker-end="url(#{head})"/>{label}'


def _port(drawing: Drawing, name: str, route: Route, side: int) -> float:
    """Where on the lower (1) or upper (-1) edge of a box an arrow touches it: side by side, in the order they lie."""
    spot = drawing.spots[name]
    beside = []
    for other in drawing.routes:
        if name in (other.start, other.end):
            near = other.spots[0] if other.start == name else other.spots[-1]
            if (near.y > spot.y) == (side > 0):
                beside.append((near.x, id(other)))
    place = [identity for _, identity in sorted(beside)].index(id(route))
    return spot.x + BOX * 0.8 * ((place + 1) / (len(beside) + 1) - 0.5)


def _curve(points: list[tuple[float, float]]) -> str:
    """A line through the points that leaves and meets each of them upright."""
    (x, y), *rest = points
    parts = [f"M{x:.1f} {y:.1f}"]
    for nx, ny in rest:
        half = (y + ny) / 2
        parts.append(
            f"L{nx:.1f} {ny:.1f}"
            if abs(nx - x) < 0.05
            else f"C{x:.1f} {half:.1f} {nx:.1f} {half:.1f} {nx:.1f} {ny:.1f}"
        )
        x, y = nx, ny
    return " ".join(parts)


def _text(x: float, y: float, words: str, style: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}">{escape(words)}</text>'


# --- the page around it -----------------------------------------------------------------------------------------------


def _page(procedure: Procedure, drawing: Drawing, body: list[str]) -> str:
    common = _common(procedure)
    width = max(drawing.width, 820) + 2 * MARGIN
    head, foot = 66, 20 + len(common) * (LINE + 3)
    height = head + drawing.height + foot + 2 * MARGIN
    title = f"{procedure.name} ({procedure.id} {procedure.version})"
    shift = (width - drawing.width) / 2
    below = head + drawing.height + MARGIN + 50
    listed = "".join(
        _text(MARGIN, below + (LINE + 3) * number, line, "quiet", "start") for number, line in enumerate(common)
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
            f'height="{height:.0f}" role="img" aria-label="{escape(title)}">',
            f"<style>{STYLE}</style>",
            f"<defs>{_head('head', '#51605d')}{_head('late', '#7a4500')}</defs>",
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
            _text(MARGIN, MARGIN + 10, title, "title", "start"),
            _legend(procedure),
            f'<g transform="translate({shift:.1f} {head + MARGIN / 2:.1f})">',
            *body,
            "</g>",
            _text(MARGIN, below - LINE - 6, "In every procedure besides:", "name", "start"),
            listed,
            "</svg>\n",
        ]
    )


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path d="M0 1 L10 5 L0 9 z" fill="{colour}"/></marker>'
    )


def _legend(procedure: Procedure) -> str:
    """What the colours say, for the asks this pack has, and what a dashed arrow and a thick edge are."""
    asks = {state.asks for state in _own_states(procedure)}
    used = [ask for ask in COLOURS if ask in asks]
    x, y, parts = float(MARGIN), MARGIN + 36.0, []
    for ask in used:
        fill, edge = COLOURS[ask]
        words_of_it = f"asks: {words.ASKS[ask]}"
        parts.append(
            f'<rect x="{x:.1f}" y="{y - 10:.1f}" width="16" height="12" rx="3" fill="{fill}" stroke="{edge}"/>'
        )
        parts.append(_text(x + 22, y, words_of_it, "quiet", "start"))
        x += 22 + len(words_of_it) * LETTER + 16
    parts.append(f'<path class="move clock" d="M{x:.1f} {y - 4:.1f} h26"/>')
    parts.append(_text(x + 32, y, "a clock does it", "quiet", "start"))
    parts.append(_text(x + 128, y, "thick edge: closed", "quiet", "start"))
    return "".join(parts)


def _common(procedure: Procedure) -> list[str]:
    """What `common` adds, one line for each move."""
    return [f"{event}, from {origin}: {to}" for event, origin, to in words.interrupts(procedure)]
