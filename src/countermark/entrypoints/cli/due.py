"""`countermark due`: when is it late, and why? Prints the arithmetic of one clock as JSON.

The clock is that of a state of a pack (`--pack platform --state awaiting_seller`) or any other
(`--calendar CN --amount 3 --unit working`). An option used wrongly gets one sentence on stderr and exit status 2.
"""

import json
from datetime import datetime
from typing import Annotated, Any, Never, get_args
from zoneinfo import ZoneInfo

import typer

from countermark.core import procedure_loader
from countermark.core.calendar import Calendar, Clock, UnknownCalendar, explain, load
from countermark.core.calendar_clock import FirstDay, Roll, Unit
from countermark.core.procedure import BoundClock, Procedure

MARKETPLACE = "marketplace"  # the calendar of a pack that counts by the place of sale
PLACE_OF_SALE = "CN"  # where `--marketplace-calendar` does not name another
WHERE = "--start 2026-02-13T10:00+08:00"
ROLLED = ("calendar", "month")  # PRC Civil Code 203, Reg. 1182/71 art. 3(4), Fed. R. Civ. P. 6(a)(1)(C)


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(due)


def due(
    start: Annotated[str, typer.Option(help="The instant it starts, with its offset: 2026-02-13T10:00+08:00.")] = "",
    pack: Annotated[str | None, typer.Option(help="Take the clock from this procedure pack; wants --state.")] = None,
    state: Annotated[str | None, typer.Option(help="The state of the pack whose clock runs.")] = None,
    round: Annotated[str, typer.Option(help="Which chance it is, where each has its own amount.")] = "1",
    marketplace_calendar: Annotated[str | None, typer.Option(help="The calendar of the place of sale.")] = None,
    calendar: Annotated[str | None, typer.Option(help="CN, US, EU, a member state such as DE, or none.")] = None,
    amount: Annotated[str | None, typer.Option(help="How many units.")] = None,
    unit: Annotated[str | None, typer.Option(help="working, calendar, month or hour.")] = None,
    first_day: Annotated[str | None, typer.Option(help="Count from the next day (default) or the same.")] = None,
    roll: Annotated[
        str | None,
        typer.Option(help="next_working moves a last day that is a day off (usual for calendar and month); or none."),
    ] = None,
    zone: Annotated[str | None, typer.Option(help="IANA zone of the days, if not that of the calendar.")] = None,
) -> None:
    """Print when a clock runs out and why, day by day, as JSON."""
    own = {"--calendar": calendar, "--amount": amount, "--unit": unit, "--first-day": first_day, "--roll": roll}
    given = [name for name, value in own.items() if value is not None]
    if pack is None and state is None and marketplace_calendar is None and round == "1":
        clock, days = _free_clock(calendar, amount, unit, first_day, roll), _calendar("--calendar", calendar or "none")
    elif given:
        _misused(f"--pack takes the clock from its pack; leave out {', '.join(given)}, or leave out the pack's options")
    else:
        bound = _pack_clock(pack, state, round)
        clock = Clock(bound.amount, bound.unit, bound.first_day, bound.roll)
        days = _pack_calendar(bound, marketplace_calendar)
    try:
        answer = explain(clock, days, _instant(start), _zone(zone))
    except ValueError as fault:
        _misused(f"--start and the amount do not go together: {fault}")
    typer.echo(json.dumps(answer.as_dict(), ensure_ascii=False, indent=2))


def _free_clock(
    calendar: str | None, amount: str | None, unit: str | None, first_day: str | None, roll: str | None
) -> Clock:
    if amount is None or unit is None or (calendar is None and unit != "hour"):
        _misused(
            "a clock needs --calendar, --amount and --unit (an hour clock no calendar), or --pack and --state; "
            f"for example --calendar CN --amount 3 --unit working {WHERE}"
        )
    unit = _one_of("--unit", unit, get_args(Unit))
    return Clock(
        _whole("--amount", amount),
        unit,
        _one_of("--first-day", first_day or "next", get_args(FirstDay)),
        _one_of("--roll", roll or ("next_working" if unit in ROLLED else "none"), get_args(Roll)),
    )


def _whole(option: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        _misused(f"{option} {text[:40]!r} is not possible; give a whole number of 1 or more")
    return int(text)


def _one_of(option: str, value: str, allowed: tuple[Any, ...]) -> Any:
    if value not in allowed:
        _misused(f"{option} {value[:40]!r} is not known; choose one of {', '.join(allowed)}")
    return value


def _pack_clock(pack: str | None, state: str | None, round: str) -> BoundClock:
    if pack is None or state is None:
        _misused(
            f"a pack's clock needs --pack and --state; for example --pack platform --state awaiting_seller {WHERE}"
        )
    procedure = _pack(pack)
    waiting = procedure.waiting()
    if state not in waiting:
        _misused(f"--state {state[:40]!r} has no clock in the pack {pack}; choose one of {', '.join(waiting)}")
    return procedure.clock(state, round=_whole("--round", round))


def _pack(pack: str) -> Procedure:
    try:
        return procedure_loader.load(pack)
    except procedure_loader.UnknownPack:
        known = ", ".join(procedure_loader.pack_ids())
        _misused(f"--pack {pack[:40]!r} is not there; choose one of {known}")


def _pack_calendar(bound: BoundClock, marketplace_calendar: str | None) -> Calendar:
    if bound.calendar == MARKETPLACE:
        return _calendar("--marketplace-calendar", marketplace_calendar or PLACE_OF_SALE)
    if marketplace_calendar is not None:
        _misused(
            f"the pack counts this clock by {bound.calendar} wherever it is sold; leave out --marketplace-calendar"
        )
    return load(bound.calendar)


def _calendar(option: str, calendar_id: str) -> Calendar:
    try:
        return load(calendar_id)
    except UnknownCalendar as unknown:
        _misused(f"{option} {calendar_id[:40]!r} is not there; choose one of {', '.join(unknown.known)}")


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        _misused(f"--start {text[:40]!r} is no instant; give date, time and offset, for example {WHERE}")
    if instant.tzinfo is None:
        _misused(f"--start {text[:40]!r} has no offset, so it is no instant; add one, for example {WHERE}")
    return instant


def _zone(key: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(key) if key is not None else None
    except (KeyError, ValueError, OSError):  # unknown; no key at all; the name of a folder of zones
        _misused(f"--zone {key!r:.60} is not known; give an IANA name, for example Asia/Shanghai")


def _misused(sentence: str) -> Never:
    typer.echo(f"countermark due: {sentence}", err=True)
    raise typer.Exit(2)
