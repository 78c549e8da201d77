"""2,000 complaints filed, answered, decided and enforced through the real doors, in a storm, against the same in calm weather.

Two web and two worker processes on PostgreSQL, a django-oscar shop in a process and database of its own, people who come
through /api/v1. In the storm a worker is killed with -9 every ten seconds and started again, and one of the shop's answers in
five goes wrong: an error before or after it acted, a line that is cut, no answer at all. Afterwards everything is counted one
by one: every clock by walking each case anew, every effect in the shop's own database, every letter, every act a door
confirmed. The figure is cases per second in the storm / in calm, from the first notice until nothing is left to do. Exit
status 0 only when nothing was missed, lost or doubled, at least ten workers were killed, and the figure is met.

    script/bench storm [--cases 2000] [--kill-every 10] [--faults 0.2]
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET, LEAST_KILLS = 0.6, 10
SECONDS_A_CASE, AT_LEAST = 3, 1800  # of a whole run, with its preparation: longer than that and something hangs
QUIET_WITHIN = 900  # seconds after the last case has come to rest
PID, RESULT = "storm-pid", "storm-result"
ENDED_WITHIN = 90  # seconds


def inside(cases: int, kill_every: float, faults: float, keep: str) -> dict[str, Any]:
    """One run on the server of DATABASE_URL: prepared, played, counted."""
    from storm_desk import Installation

    home = Path(keep or tempfile.mkdtemp(prefix="countermark-storm-"))
    home.mkdir(parents=True, exist_ok=True)
    desk = Installation(home, cases=cases, faults=faults)
    desk.enter()
    import django

    django.setup()
    try:
        return _run(desk, cases, kill_every)
    finally:
        desk.end()


def _run(desk: Any, cases: int, kill_every: float) -> dict[str, Any]:
    from storm_count import count
    from storm_desk import Killer, seed
    from storm_play import Play

    from countermark.entrypoints.cli.server import prepare

    prepare()
    desk.start_shop()
    keys = seed(desk)
    desk.start_desk()
    play, killer = Play(desk, keys, cases), Killer(desk, kill_every)
    play.begin()
    say("ready")
    started = time.monotonic()
    with killer.at_large():
        play.run(say)
        _quiet()
        seconds = time.monotonic() - started
    say(f"quiet after {seconds:.0f} s")
    faults = count(desk, play)
    happened = {"kills": killer.kills, "shop": dict(desk.front.happened), "doors": dict(play.doors.tries)}
    return {"seconds": seconds, "faults": faults, "filed_again": play.filed_again, **happened}


def _quiet() -> None:
    """Until every job is done, except those that promise themselves anew, and every measure is confirmed."""
    from storm_count import STANDING

    from countermark.apps.enforcement.models import Measure
    from countermark.apps.work.models import Job

    until, open_ = time.monotonic() + QUIET_WITHIN, Measure.objects.filter(confirmed_at=None, superseded=False)
    while Job.objects.exclude(kind__in=STANDING).filter(failed_at=None).exists() or open_.exists():
        if time.monotonic() > until:
            return  # what is left is counted
        time.sleep(0.3)


def say(what: str) -> None:
    print(f"  {what}", flush=True)


def run(options: argparse.Namespace, *, storm: bool) -> dict[str, Any]:
    """One run in processes of its own, on a server of its own; ended with all it started when it takes too long."""
    print("in the storm" if storm else "in calm weather", flush=True)
    command = [str(ROOT / "script" / "with-postgres"), "--durable", sys.executable, __file__, "--inside"]
    command += ["--cases", str(options.cases)]
    command += [
        "--kill-every",
        str(options.kill_every if storm else 0),
        "--faults",
        str(options.faults if storm else 0),
    ]
    command += ["--keep", str(Path(options.keep) / ("storm" if storm else "calm"))] if options.keep else []
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    run = Run(process, max(AT_LEAST, SECONDS_A_CASE * options.cases))
    try:
        return run.result()
    finally:
        run.end()


class Run:
    """A run that is under way in processes of its own, and is ended after so many seconds."""

    def __init__(self, process: subprocess.Popen[str], limit: float) -> None:
        self._process, self._pid = process, 0
        self._watch = threading.Timer(limit, self.end)
        self._watch.daemon = True
        self._watch.start()

    def result(self) -> dict[str, Any]:
        """What it found; what it says meanwhile is passed on."""
        found: dict[str, Any] = {}
        for line in self._process.stdout or ():
            word, _, said = line.partition(" ")
            if word == PID:
                self._pid = int(said)
            elif word == RESULT:
                found = json.loads(said)
            else:
                print(line, end="", flush=True)
        if self._process.wait() or not found:
            raise SystemExit("storm: the run did not come to its end; see above")
        return found

    def end(self) -> None:
        """Have the run end what it started, then itself; its server ends with it."""
        self._watch.cancel()
        if self._process.poll() is None and self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(ENDED_WITHIN)
        self._process.terminate()
        self._process.wait()


def told(name: str, cases: int, result: dict[str, Any]) -> None:
    shop, doors = result["shop"], dict(result["doors"])
    wrong = sum(shop.values()) - shop.get("answered", 0)
    print(f"{name}: {cases} cases in {result['seconds']:.0f} s, {cases / result['seconds']:.2f} cases/s; ", end="")
    print(
        f"{doors.pop('requests', 0):,} requests to the desk, {sum(shop.values()):,} to the shop, {wrong:,} of them went wrong"
    )
    details = {**{k: v for k, v in shop.items() if k != "answered"}, **doors, "filed again": result["filed_again"]}
    print("  " + ", ".join(f"{what} {times:,}" for what, times in sorted(details.items()) if times), flush=True)
    for fault in result["faults"]:
        print(f"  NOT AS IT HAS TO BE: {fault}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--kill-every", type=float, default=10.0, help="seconds")
    parser.add_argument("--faults", type=float, default=0.2, help="the share of the shop's answers that go wrong")
    parser.add_argument("--only", choices=("calm", "storm"), help="one of the two runs, without the figure")
    parser.add_argument("--keep", default="", help="a folder for the logs of the run")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    if options.inside:
        print(PID, os.getpid(), flush=True)
        found = inside(options.cases, options.kill_every, options.faults, options.keep)
        print(RESULT, json.dumps(found), flush=True)
        return 0
    results = {name: run(options, storm=name == "storm") for name in ("calm", "storm") if options.only in (None, name)}
    for name, result in results.items():
        told(name, options.cases, result)
    faults = sum(len(result["faults"]) for result in results.values())
    if options.only:
        return 1 if faults else 0
    return judged(results["calm"], results["storm"], faults)


def judged(calm: dict[str, Any], storm: dict[str, Any], faults: int) -> int:
    ratio, kills = calm["seconds"] / storm["seconds"], storm["kills"]
    if kills < LEAST_KILLS:
        print(f"only {kills} workers were killed: the run was too short; take more cases, or a smaller --kill-every")
    print(f"storm: {ratio:.2f} (target >= {TARGET}), {kills} workers killed, {faults} things not as they have to be")
    return 0 if ratio >= TARGET and kills >= LEAST_KILLS and not faults else 1


if __name__ == "__main__":
    sys.exit(main())
