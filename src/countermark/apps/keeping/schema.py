"""At which version does the schema stand, and how does it come to another?

Forward is `countermark migrate`. Back is the same list of migrations from its end: each one has a reverse, which a test demands.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

RELEASES = Path(__file__).with_name("releases.toml")
State = Mapping[str, Sequence[str]]  # app -> names of its applied migrations


class NotMigrated(Exception):
    """The database is not at the schema of this version."""

    code = "not_migrated"
    http_status_hint = 409


def applied() -> dict[str, list[str]]:
    """The migrations that were applied to the database, by app, sorted."""
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connections["default"]).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def is_current() -> bool:
    """Whether every migration of this version was applied."""
    executor = MigrationExecutor(connections["default"])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def unknown(state: State) -> list[str]:
    """Those migrations of `state` that this version does not have: a later version made them."""
    known = MigrationExecutor(connections["default"]).loader.graph.nodes
    return [f"{app}.{name}" for app, names in state.items() for name in names if (app, name) not in known]


def bring_to(state: State) -> None:
    """Migrate forward or back until exactly the migrations of `state` are applied; apps it does not name are taken out."""
    executor = MigrationExecutor(connections["default"])
    graph, wanted = executor.loader.graph, {(app, name) for app, names in state.items() for name in names}
    targets: list[tuple[str, str | None]] = []
    for app in sorted(executor.loader.migrated_apps):
        own = [node for node in wanted if node[0] == app]
        last = [node for node in own if not any(child.key in own for child in graph.node_map[node].children)]
        targets += last or [(app, None)]
    executor.migrate(targets)


def of_release(version: str) -> dict[str, list[str]]:
    """The migrations that a release had applied. KeyError for one that releases.toml does not name."""
    graph, state = MigrationExecutor(connections["default"]).loader.graph, {}
    for app, last in tomllib.loads(RELEASES.read_text("utf-8"))[version].items():
        state[app] = sorted(name for label, name in graph.forwards_plan((app, last)) if label == app)
    return state
