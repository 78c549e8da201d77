"""What was erased on request, kept beside the database: a restored backup still holds it, and it has to go again.

One line for each erasure in `erasures.ndjson` in the home folder: a digest of whom it was about, the rule, the instant. No name.
What the rules of retention erased needs no line: it is due again after a restore.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from countermark.apps.parties.models import Person
from countermark.apps.work.models import SubjectKey


def file() -> Path:
    return Path(settings.HOME, "erasures.ndjson")


def remember(whom: str, *, rule: str, at: datetime) -> None:
    """Keep that `whom` ("guest:…", "person:12") was erased. Raises OSError: then the erasure has to fail with it."""
    line = json.dumps({"whom": _digest(whom), "rule": rule, "at": at.isoformat()}) + "\n"
    with open(file(), "a", encoding="utf-8") as kept:
        kept.write(line)
        kept.flush()
        os.fsync(kept.fileno())


def since(instant: datetime) -> Iterator[tuple[str, str]]:
    """(whom, rule) of what was erased after `instant` and is there again."""
    if not file().exists():
        return
    lines = (json.loads(line) for line in file().read_text("utf-8").splitlines() if line.strip())
    later = {line["whom"]: line["rule"] for line in lines if datetime.fromisoformat(line["at"]) >= instant}
    for whom in _everybody() if later else ():
        if (rule := later.get(_digest(whom))) is not None:
            yield whom, rule


def again(instant: datetime, erase: Callable[[str, str], object]) -> int:
    """Erase once more what was erased after `instant`; returns how many."""
    found = list(since(instant))
    for whom, rule in found:
        erase(whom, rule)
    return len(found)


def _everybody() -> Iterator[str]:
    yield from (subject.partition("~")[0] for subject in SubjectKey.objects.values_list("subject", flat=True))
    yield from (f"person:{pk}" for pk in Person.objects.filter(is_active=True).values_list("pk", flat=True))


def _digest(whom: str) -> str:
    return hashlib.sha256(whom.encode()).hexdigest()
