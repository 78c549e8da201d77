"""What do the reference pages say about states and clocks? Written from the packs the code runs; a test compares them.

`script/reference` writes the files.
"""

from collections.abc import Iterable, Iterator

from countermark.core.procedure import Procedure
from countermark.core.procedure_loader import duties_ids, load, load_duties, pack_ids
from countermark.entrypoints.packs import words
from countermark.entrypoints.packs.diagram import svg

WRITTEN = """\
Written by `script/reference` from the packs the code runs (`src/countermark/core/procedures/*.toml`); a test compares it.
"""
STATES = f"""\
# States and moves

{WRITTEN}
A complaint is in one state. A state says whom it waits on and by which clock, what it asks of the listing meanwhile, and its
outcome once it counts as closed; a closed complaint may still move. A move that is not in these tables cannot happen,
whoever asks for it. `countermark pack show ID` prints the same, `countermark pack check FILE` judges a pack of your own.

What a complaint *asks* is `nothing`, `pause` or `removal`; *as before* keeps what was asked, *by the timing chosen* is
fixed at intake. The listing's state is the strongest ask among all its complaints.
"""
CLOCKS = f"""\
# Clocks

{WRITTEN}
A clock in whole days ends at 24:00 local time of its last day: an act before that instant is in time, one at it is late. A
clock that starts when the party was told does not run before. A list of amounts has one for each chance. An interrupted
clock keeps its remaining units; a unit that has begun is not spent. `countermark due` prints the arithmetic of any of them:

```
countermark due --pack platform --state awaiting_seller --start 2026-02-13T10:00+08:00
```
"""
DUTIES = """\
## Duties

What a law makes happen besides, whatever the procedure. They ride on a pack and are fixed at intake by where the listing is
offered.
"""


def pages() -> dict[str, str]:
    """File under docs/reference -> its text."""
    packs = [load(one) for one in pack_ids()]
    diagrams = {f"packs/{pack.id}.svg": svg(pack) for pack in packs}
    return {"states.md": _states_page(packs), "clocks.md": _clocks_page(packs), **diagrams}


def _states_page(packs: list[Procedure]) -> str:
    parts = [STATES]
    for pack in packs:
        parts += [f"## {pack.name}\n", _facts(pack), f"![States and moves of {pack.name}](packs/{pack.id}.svg)\n"]
        own = [name for name in pack.states if not _is_common(pack, name)]
        parts += [_states(pack, own), _table(("from", "event", "by", "leads to"), _moves(pack))]
    common = [name for name in packs[0].states if _is_common(packs[0], name)]
    parts += ["## In every procedure\n", "No pack may override these.\n", _states(packs[0], common)]
    parts.append(_table(("event", "from", "leads to"), _common_moves(packs[0])))
    return "\n".join(parts)


def _is_common(pack: Procedure, name: str) -> bool:
    """Whether this state comes with `common`: no pack has it as its own."""
    return all(name in load(one).states for one in pack_ids()) and not any(key[0] == name for key in pack.own)


def _facts(pack: Procedure) -> str:
    serves = "; ".join(f"{key} {', '.join(values)}" for key, values in pack.serves.items()).replace("*", "all")
    chances = f"{pack.chances} to answer" if pack.chances else "no limit"
    duties = ", ".join(f"`{one}`" for one in pack.duties) or "none of its own"
    timing = ", ".join(f"`{one}`" for one in pack.timing)
    return f"`{pack.id}` {pack.version}. Serves {serves}. Chances: {chances}. Measures: {timing}. Duties: {duties}.\n"


def _states(pack: Procedure, names: Iterable[str]) -> str:
    rows = []
    for name in names:
        state, clock = pack.states[name], pack.clock_of(name)
        clock_name = f"{clock.name}: {words.amounts(clock)}" if clock else ""
        asks = words.ASKS[state.asks]
        rows.append(
            (f"`{name}`", state.waits_on or "", clock_name, asks, state.outcome or "", words.silence(pack, state))
        )
    return _table(("state", "waits on", "clock", "asks", "closed as", "silence means"), rows)


def _moves(pack: Procedure) -> Iterator[tuple[str, ...]]:
    for key, to in pack.moves.items():
        if key in pack.own:
            state, event, role = key
            yield f"`{state}`", f"`{event}`", role, words.targets(to)


def _common_moves(pack: Procedure) -> Iterator[tuple[str, ...]]:
    for event, origin, to in words.interrupts(pack):
        yield f"`{event.split()[0]}` {event.split()[1]}", origin, to.replace(pack.start, "the first state")


def _clocks_page(packs: list[Procedure]) -> str:
    parts = [CLOCKS]
    columns = ("clock", "runs for", "target", "starts", "days", "source")
    for pack in packs:
        own = [name for name in pack.clocks if not _is_common_clock(pack, name)]
        parts += [f"## {pack.name}\n", _table(columns, (_clock(pack, name) for name in own))]
    shared = [name for name in packs[0].clocks if _is_common_clock(packs[0], name)]
    parts += ["## In every procedure\n", _table(columns, (_clock(packs[0], name) for name in shared)), DUTIES]
    for one in duties_ids():
        parts += [f"### {one}\n", _duties(one)]
    return "\n".join(parts)


def _is_common_clock(pack: Procedure, name: str) -> bool:
    homes = [state for state in pack.states.values() if state.clock == name]
    return all(_is_common(pack, state.name) for state in homes)


def _clock(pack: Procedure, name: str) -> tuple[str, ...]:
    clock = pack.clocks[name]
    target = str(clock.target) if clock.target else ""
    sources = [source for number, source in pack.sources.items() if number.split(".")[1] == name]
    return f"`{name}`", words.amounts(clock), target, words.starts(clock), words.days(clock), "; target: ".join(sources)


def _duties(duties_id: str) -> str:
    duties = load_duties(duties_id)
    offered = ", ".join(duties.applies.get("offered_in", ()))
    rows = []
    for duty in duties.duties:
        source = duties.sources.get(f"duty.{duty.do}.by", "")
        limits = f" ({', '.join(duty.limits)})" if duty.limits else ""
        rows.append((f"`{duty.on}`", f"`{duty.do}`{limits}", duty.to, duty.by.replace("_", " "), source))
    return f"Binds what is offered in {offered}.\n\n" + _table(
        ("when", "do", "for", "by", "source of the number"), rows
    )


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)
