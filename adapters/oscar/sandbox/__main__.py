"""Where is the sandbox opened? A real oscar shop with countermark-oscar, in a process and with a database of its own.

    SHOP_API_SECRET=choose-one python adapters/oscar/sandbox --home var/quay --port 8003

The first start makes the tables, which takes a while, and fills the shelves. `--lamps N` puts N further lamps there, of a
seller each. `--faults 0.2` lets one call of the desk in five go wrong: half of them before, half after it acted.
OSCAR_SANDBOX_DATABASE, postgresql://…, takes the place of SQLite.
"""

import argparse
import os
import sys
from pathlib import Path


def told() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--home", type=Path, required=True, help="the folder for database, pictures and search index")
    asked.add_argument("--port", type=int, default=8003, help="0 takes a free one")
    asked.add_argument("--lamps", type=int, default=0, help="further lamps, of a seller each")
    asked.add_argument("--faults", type=float, default=0.0, help="the share of the desk's calls that go wrong, 0 to 1")
    asked.add_argument("--tables", choices=["by migrations", "at once"], default="by migrations")
    asked.add_argument(
        "--search", choices=["whoosh", "none"], default="whoosh", help="none: no index to keep, for measuring"
    )
    asked.add_argument("--list", action="store_true", help="name what is on the shelves")
    return asked.parse_args()


def main() -> None:
    wanted = told()
    wanted.home.mkdir(parents=True, exist_ok=True)
    os.environ["OSCAR_SANDBOX_HOME"] = str(wanted.home.resolve())
    os.environ["OSCAR_SANDBOX_TABLES"] = wanted.tables
    os.environ["OSCAR_SANDBOX_SEARCH"] = wanted.search
    os.environ["DJANGO_SETTINGS_MODULE"] = "shop_settings"
    if "SHOP_API_SECRET" not in os.environ:
        sys.exit("Set SHOP_API_SECRET to the secret shared with Countermark, then start again.")
    import serving  # after the settings are named

    serving.prepare(lamps=wanted.lamps, at_once=wanted.tables == "at once", listed=wanted.list)
    serving.serve(wanted.port, faults=wanted.faults)


main()
