"""How does one say a pack in words: a clock, what silence means, who may do what? For the command line and the reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from countermark.core.procedure import ClockSpec, Key, Procedure, State, Target

UNITS = {
    "working": ("working day", "working days"),
    "calendar": ("calendar day", "calendar days"),
    "month": ("month", "months"),
    "hour": ("hour", "hours"),
}
GUARDS = {  # when it holds, and when it does not
    "round_left": ("a chance is left", "no chance is left"),
    "listing_down": ("the listing is down", "the listing is up"),
    "open": ("it is open", "it is closed"),
    "unheard": ("the seller was not heard", "the seller was heard"),
    "core_elements": ("the core elements are there", "core elements are missing"),
    "seller_won": ("the seller won", "the seller lost"),
}
DIRECTIONS = {
    "@escalate": "an alarm, and nothing is decided",
    "@same": "stays as it is",
    "@back": "back, as it was left",
}
ASKS = {
    "nothing": "nothing",
    "pause": "pause",
    "remove": "removal",
    "as_before": "as before",
    "by_timing": "by the timing chosen",
}
FROM_ANY = "any state"
FROM_OPEN = "any open state"
FROM_CLOSED = "any closed state"
FROM_STANDING = "any state that is open or restricts"


def amounts(clock: ClockSpec) -> str:
    """`3 working days`, `3, 7, 7 working days`."""
    one, many = UNITS[clock.unit]
    numbers = ", ".join(str(amount) for amount in clock.amounts)
    return f"{numbers} {one if clock.amounts == (1,) else many}"


def starts(clock: ClockSpec) -> str:
    """From when it runs."""
    if clock.starts.startswith("received:"):
        return f"from the receipt of {clock.starts.partition(':')[2]}"
    return {"entered": "from then on", "served": "from when the party was told"}[clock.starts]


def days(clock: ClockSpec) -> str:
    """By which calendar, from which day, and what a day off at the end does."""
    calendar = {"marketplace": "calendar of the place of sale", "none": "every day"}
    counted = "first day not counted" if clock.first_day == "next" else "first day counted"
    rolls = ", a last day off moves to the next working day" if clock.roll != "none" else ""
    if clock.unit == "hour":
        return "by the hour"
    return f"{calendar.get(clock.calendar, clock.calendar)}, {counted}{rolls}"


def target(of: Target) -> str:
    """Where a move leads, its guard left out."""
    return DIRECTIONS.get(of.to, of.to)


def targets(of: tuple[Target, ...]) -> str:
    """`removed if a chance is left, else upheld`."""
    guarded = [f"{target(one)} if {GUARDS[one.guard][0]}" for one in of if one.guard]
    return ", else ".join([*guarded, target(of[-1])])


def condition(of: tuple[Target, ...], one: Target) -> str:
    """When a move with several targets leads to this one."""
    if one.guard:
        return f"if {GUARDS[one.guard][0]}"
    guards = [other.guard for other in of if other.guard]
    return f"if {GUARDS[guards[0]][1]}" if len(guards) == 1 else "else"


def silence(procedure: Procedure, state: State) -> str:
    """What the end of the clock of this state means; "" where it has none."""
    due = procedure.moves.get((state.name, "due", "clock"))
    return targets(due) if due else ""


def interrupts(procedure: Procedure) -> Iterator[tuple[str, str, str]]:
    """What `common` adds: (event and role, from where, where it leads)."""
    shared: dict[tuple[str, str, tuple[Target, ...]], list[str]] = {}
    for key, to in procedure.moves.items():
        if key not in procedure.own:
            shared.setdefault((key[1], key[2], to), []).append(key[0])
    for (event, role, to), states in shared.items():
        yield f"{event} ({role})", _origin(procedure, states, {one.to for one in to}), targets(to)


def _origin(procedure: Procedure, states: list[str], ends: set[str]) -> str:
    """The name of the set of states a common move starts from; a state does not interrupt itself."""
    for name, members in _sets(procedure.states.values()):
        if set(states) in (members, members - ends, members - {"withdrawn"}):
            return name
        if set(states) == members | {"withdrawn"}:
            return f"{name}, and withdrawn"
    return ", ".join(states)


def _sets(states: Iterable[State]) -> Iterator[tuple[str, set[str]]]:
    everything = list(states)
    closed = {state.name for state in everything if not state.is_open and state.name != "moot"}
    opened = {state.name for state in everything if state.is_open}
    standing = {state.name for state in everything if state.is_open or state.asks != "nothing" or state.name == "moot"}
    yield from ((FROM_ANY, {state.name for state in everything}), (FROM_OPEN, opened))
    yield from ((FROM_CLOSED, closed), (FROM_STANDING, standing))


def own_arrows(procedure: Procedure) -> Iterator[tuple[Key, Target, bool]]:
    """The pack's own moves between states, one for each target; the flag says that others come before it."""
    for key, to in procedure.moves.items():
        for number, one in enumerate(to):
            if key in procedure.own and one.to[0] != "@":
                yield key, one, number > 0
