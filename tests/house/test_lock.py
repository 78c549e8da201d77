"""Is what the scripts install what was tested? Each dependency named in pyproject.toml has its version in constraints.txt."""

import re
import tomllib

from house.source_tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINNED = re.findall(r"^([A-Za-z0-9_.-]+)==\S+$", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)


def plain(name: str) -> str:
    """Return the name of a requirement as indexes compare it: psycopg[binary]>=3.2 -> psycopg."""
    return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9_.-]+", name)[0]).lower()


def test_every_dependency_has_its_tested_version():
    extras = [name for names in PROJECT["optional-dependencies"].values() for name in names]
    wanted = {plain(name) for name in [*PROJECT["dependencies"], *extras]}
    assert wanted - {plain(name) for name in PINNED} - {PROJECT["name"]} == set()  # an extra may include another


def test_the_lock_names_versions_only():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"#.*|[A-Za-z0-9_.-]+==[A-Za-z0-9_.+-]+", line)] == []
