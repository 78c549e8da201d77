"""Where does the demo live, and with which settings does it run?

In a folder of its own, COUNTERMARK_HOME/demo, with keys made at its first start. Nothing else is taken from the environment:
a demo never touches the database, the mail server or the files of a real installation.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

MARK = "COUNTERMARK_DEMO_HOME"  # set in the environment a demo runs in; names its folder
SECRET = "DEMO_SHOP_SECRET"  # noqa: S105  - the name of a setting
KEYS, FILLED, LOCK, LOGS = "keys.env", "filled.json", "lock", "logs"
NOT_OURS = (
    *("ALLOWED_HOSTS", "DATABASE_URL", "DEBUG", "EMAIL_URL", "FILES_DIR", "FILES_URL", "MAIL_FROM", "SCREENING_DIR"),
    "TIME_ZONE",
    *("DJANGO_SETTINGS_MODULE", "TLS_ENDS_BEFORE_US", "TRUST_FORWARDED_PROTO", "VIRUS_SCANNER"),
)
Keys = Mapping[str, str]


class AlreadyRunning(Exception):
    """Another demo runs from this folder. Nothing was changed."""

    code = "demo_already_running"


def demo_home() -> Path:
    """The folder of the demo."""
    return Path(
        os.environ.get(MARK) or Path(os.environ.get("COUNTERMARK_HOME", "").strip() or "var", "demo")
    ).absolute()


def is_ready(home: Path) -> bool:
    """Whether this process runs with the demo's own settings already."""
    return os.environ.get(MARK) == str(home)


def environment(home: Path, *, port: int, make_keys: Callable[[], Keys]) -> dict[str, str]:
    """The environment a demo at `port` runs in: what is there, without settings of others, with its own."""
    given = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    own = {"COUNTERMARK_HOME": str(home), "DEMO": "1", "BASE_URL": f"http://localhost:{port}", MARK: str(home)}
    return {**given, **kept_keys(home, make_keys), **own}


def kept_keys(home: Path, make_keys: Callable[[], Keys]) -> dict[str, str]:
    """The keys of this demo, made at the first start and readable by its owner alone."""
    file = home / KEYS
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        keys = {**make_keys(), SECRET: secrets.token_urlsafe(32)}
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.writelines(f"{name}={value}\n" for name, value in keys.items())
    lines = (line.partition("=") for line in file.read_text("utf-8").splitlines() if line)
    return {name: value for name, _, value in lines}


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Hold the folder for one demo. Raises AlreadyRunning."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning(
                f"A demo runs from {home} already. Stop it first, with Ctrl-C in its window."
            ) from None
        yield


def empty(home: Path) -> None:
    """Throw the world away; keys and lock stay."""
    for pattern in ("countermark.sqlite3*", "shop.db*", "shop.json", FILLED):
        for file in home.glob(pattern):
            file.unlink()
    for folder in ("files", "mail", LOGS):
        shutil.rmtree(home / folder, ignore_errors=True)


def filled_at(home: Path) -> int | None:
    """The port the world was last shown on; None when there is none, or it was not finished."""
    file = home / FILLED
    return int(json.loads(file.read_text("utf-8"))["port"]) if file.exists() else None


def note_filled(home: Path, *, port: int) -> None:
    """From now on the world is whole."""
    (home / FILLED).write_text(json.dumps({"port": port}), "utf-8")
