"""Is what the scripts install what was tested, and is it enough? Each dependency named in pyproject.toml has its version in
constraints.txt, and whoever installs the product alone has all it imports."""

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, requires

from packaging.requirements import Requirement

from house.source_tree import ROOT, modules

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


def brought(wanted: list[str]) -> set[str]:
    """Return the names of all that these requirements install, by what is installed here."""
    found: set[str] = set()
    left = [(Requirement(each), "") for each in wanted]
    while left:
        need, extra = left.pop()
        if need.marker is not None and not need.marker.evaluate({"extra": extra}):
            continue
        name = plain(need.name)
        for part in ("", *need.extras):
            if f"{name}[{part}]" not in found:
                found |= {name, f"{name}[{part}]"}
                left += [(Requirement(each), part) for each in needs_of(name)]
    return found


def needs_of(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:  # for another system, or an extra nobody asked for here
        return []


def imported(tree: ast.AST) -> set[str]:
    """Return the names of the packages a file imports."""
    plainly = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    from_there = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in plainly | from_there if name}


def test_what_the_product_imports_comes_with_what_it_says_it_needs():
    extras = [
        each
        for name, more in PROJECT["optional-dependencies"].items()
        if name not in ("test", "bench")
        for each in more
    ]
    there = brought([*PROJECT["dependencies"], *extras])
    whose = packages_distributions()
    for module in modules():
        if module.place.endswith("contract.py"):  # tests that whoever writes an adapter runs, with pytest of their own
            continue
        for name in imported(module.tree) - set(sys.stdlib_module_names) - {"countermark"}:
            owners = {plain(each) for each in whose.get(name, [])}
            assert owners & there, f"{module.place} imports {name}, which a plain install does not bring"
