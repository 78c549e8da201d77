"""The source of the product as syntax trees, for the tests that judge the house rather than its behaviour."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "countermark"


class Module(NamedTuple):
    """One Python file: where (relative to src/countermark), its text and its tree."""

    place: str
    text: str
    tree: ast.Module

    def inside(self, *folders: str) -> bool:
        """Is this file in one of these folders of src/countermark?"""
        return any(self.place.startswith(f"{folder}/") for folder in folders)


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of the product; migrations are left out, they are history."""
    files = sorted(file for file in SOURCE.rglob("*.py") if "migrations" not in file.parts)
    return tuple(read(file.relative_to(SOURCE).as_posix(), file.read_text("utf-8")) for file in files)


def read(place: str, text: str) -> Module:
    """Parse one file."""
    return Module(place, text, ast.parse(text, filename=place))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a tree, methods and inner ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imported(node: ast.AST) -> list[str]:
    """Return the dotted names an import statement names ("." for a relative one); nothing for other nodes."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f".{node.module or ''}" if node.level else node.module or ""]
    return []


@cache
def repository_files() -> tuple[Path, ...]:
    """Return the files of the repository: those under version control and those about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return tuple(file for name in sorted(set(listed.split("\0"))) if name and (file := ROOT / name).is_file())
