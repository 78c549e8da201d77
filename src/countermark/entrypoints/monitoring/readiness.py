"""Can this process serve, in truth? Each part is asked anew; a part that fails is named, and nothing secret is said.

`required` parts decide: the database answers, its tables are those of this version, the folder of files takes one more file and
has room, the keys are set and open what was sealed. Workers, clocks, the index of screening and whether a crash may take
back what was committed are reported: pages serve without them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.module_loading import import_string

from countermark.apps.screening import index
from countermark.apps.screening.engine import engine, is_installed
from countermark.apps.work import true_time
from countermark.apps.work.files import kept
from countermark.apps.work.jobs import LEASE
from countermark.apps.work.models import SubjectKey, Worker
from countermark.apps.work.sealing import opens
from countermark.connectors.virus import ScannerUnavailable
from countermark.evidence.store import Away

MOST_SKEW = timedelta(seconds=5)  # a worker's sign of life from further in the future than this: its clock is wrong
PROBE = b"Countermark asks whether this disk takes a file.\n" * 84  # 4 KiB: a block, so that a full disk says so


@dataclass(frozen=True)
class Part:
    """One thing that was looked at: whether it is well, whether it decides, and figures without secrets."""

    name: str
    ok: bool
    required: bool = True
    data: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"ok": self.ok, "required": self.required, **self.data}


def parts(now: datetime) -> list[Part]:
    """Every part as it stands at `now` (real time). A database that does not answer leaves the parts that need it out."""
    found = [*files(), keys_set()]
    if settings.VIRUS_SCANNER:
        found.append(scanner())
    database = _database()
    if database.ok:
        found.append(_guarded("durable", durable, required=False))
        found += [_guarded("migrations", migrations), _guarded("sealing", sealing), *_workers(now)]
        found.append(_guarded("screening", screening, required=False))
    return [database, *found]


def is_ready(found: list[Part]) -> bool:
    """Whether nothing that decides has failed."""
    return all(part.ok for part in found if part.required)


def _database() -> Part:
    def answer() -> Part:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return Part("database", cursor.fetchone() == (1,), data={"engine": connection.vendor})

    return _guarded("database", answer)


def durable() -> Part:
    """Whether the server keeps what it said was kept: a commit that a crash may take back lets a shop be asked twice."""
    if connection.vendor != "postgresql":
        return Part("durable", True, required=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit') AND setting = 'off'")
        off = sorted(name for (name,) in cursor.fetchall())
    return Part("durable", not off, required=False, data={"off": off})


def _guarded(name: str, look: Callable[[], Part], *, required: bool = True) -> Part:
    """What fails while it is looked at is not well; only the class of the fault is said, for the text may name the host."""
    try:
        return look()
    except (DatabaseError, OSError, Away) as fault:
        return Part(name, False, required, {"fault": type(fault).__name__})


@cache
def _shipped() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def migrations() -> Part:
    """Whether every migration of this version is applied. One that is applied and not known here is a newer version's."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    missing, newer = sorted(_shipped() - applied), len(applied - _shipped())
    data = {"unapplied": [".".join(one) for one in missing[:20]], "newer": newer}
    return Part("migrations", not missing, data=data)


def files() -> Iterator[Part]:
    """Whether the folders we write to take a file, and how much room they have; whether a bucket answers."""
    folders = {}
    if settings.FILES_BUCKET is None:
        folders["files"] = Path(settings.FILES_DIR)
    else:
        yield _guarded("files", _bucket)
    if connection.vendor == "sqlite":
        folders["database_disk"] = Path(str(settings.DATABASES["default"]["NAME"])).absolute().parent
    for name, folder in folders.items():
        yield _guarded(name, partial(_folder, name, folder))


def _bucket() -> Part:
    kept().place.look()
    return Part("files", True, data={"bucket": True})


def scanner() -> Part:
    """Whether the virus scanner answers; pages serve without it, but take no files."""
    return Part("scanner", _scanner_answers(), required=False)


def _scanner_answers() -> bool:
    try:
        return import_string(settings.SCANNER_FACTORY)()(b"") is None
    except ScannerUnavailable:
        return False


def _folder(name: str, folder: Path) -> Part:
    free = shutil.disk_usage(folder).free // 1_000_000
    data = {"free_mb": free, "least_mb": settings.DISK_FREE_MIN_MB}
    if free < settings.DISK_FREE_MIN_MB:
        return Part(name, False, data=data)
    write(folder / f".probe-{os.getpid()}")
    return Part(name, True, data=data)


def write(file: Path) -> None:
    """Write a block and take it away again. Raises OSError: no room, no right, no folder."""
    try:
        with file.open("wb") as probe:
            probe.write(PROBE)
            probe.flush()
            os.fsync(probe.fileno())
    finally:
        file.unlink(missing_ok=True)


def keys_set() -> Part:
    """Whether the keys come from the environment, by name."""
    missing = [] if settings.DEMO else list(settings.MISSING_KEYS)
    return Part("keys", not missing, data={"missing": missing})


def sealing() -> Part:
    """Whether the master key opens the newest key that was sealed with it."""
    key = SubjectKey.objects.exclude(wrapped=None).order_by("-pk").first()
    try:
        return Part("sealing", key is None or opens(key))
    except InvalidTag:
        return Part("sealing", False, data={"fault": "another_key"})


def screening() -> Part:
    """Whether the index of pictures that is served has everything that is looked for; words are screened without it."""
    wanted, data = index.wanted(), {"installed": is_installed()}
    if not wanted or not data["installed"]:
        return Part("screening", not wanted, False, {**data, "served": 0, "wanted": wanted})
    served = engine.follow()
    data |= {"served": served, "wanted": wanted, "rebuilt": bool(engine.rebuilt), "fault": engine.fault}
    if (points := engine.points) is not None:
        data |= {"points": points.index.version, "points_rebuilt": points.rebuilt}
    return Part("screening", served >= wanted and not engine.fault, False, data)


def _workers(now: datetime) -> Iterator[Part]:
    rows = list(Worker.objects.order_by("name"))
    alive = [row for row in rows if row.beat_at >= now - LEASE]
    ahead = max(((row.beat_at - now).total_seconds() for row in alive), default=0.0)
    yield Part("workers", bool(alive), False, {"alive": len(alive), "gone": len(rows) - len(alive)})
    own, most = -true_time.offset().total_seconds(), MOST_SKEW.total_seconds()
    skew = {"ahead_seconds": round(max(0.0, ahead), 1), "own_ahead_seconds": round(own, 1), "most_seconds": most}
    yield Part("clocks", max(ahead, abs(own)) <= most, False, skew)
