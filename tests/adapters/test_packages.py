"""Are the adapters packages of their own? What they import, how long they are, what they say of themselves."""

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from adapters.conftest import ADAPTERS, SECRET

FOLDERS = {"rest": "countermark_shop", "oscar": "countermark_oscar"}
FILES = [file for file in sorted(ADAPTERS.rglob("*.py")) if "migrations" not in file.parts]


def imported(file: Path) -> set[str]:
    """The packages a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return {
        name.split(".")[0] for name in plain | {n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module}
    }


def test_no_adapter_imports_countermark_itself() -> None:
    assert [file for file in FILES if "countermark" in imported(file)] == []


def test_the_shops_side_of_the_protocol_needs_the_standard_library_alone() -> None:
    ours = [file for file in FILES if "rest" in file.parts]
    allowed = sys.stdlib_module_names | {"countermark_shop"}
    assert len(ours) > 5
    assert {file.name: imported(file) - allowed for file in ours if imported(file) - allowed} == {}


def test_files_and_functions_of_adapters_are_short() -> None:
    for file in FILES:
        text = file.read_text("utf-8")
        functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
        assert len(text.splitlines()) <= 500, file
        assert max((node.end_lineno - node.lineno for node in functions), default=0) < 60, file


@pytest.mark.parametrize("folder", FOLDERS)
def test_an_adapter_has_a_name_a_licence_a_readme_and_its_types(folder: str) -> None:
    project = tomllib.loads((ADAPTERS / folder / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "Apache-2.0"
    assert (ADAPTERS / folder / project["readme"]).read_text("utf-8").startswith(f"# {project['name']}\n")
    assert (ADAPTERS / folder / "src" / FOLDERS[folder] / "py.typed").exists()


def manage(home: Path, *command: str, secret: str = SECRET) -> subprocess.CompletedProcess[str]:
    """A management command of the oscar sandbox."""
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "DJANGO_SETTINGS_MODULE": "shop_settings",
        "OSCAR_SANDBOX_HOME": str(home),
        "SHOP_API_SECRET": secret,
    }
    arguments = [sys.executable, "-m", "django", *command]
    return subprocess.run(
        arguments, cwd=ADAPTERS / "oscar/sandbox", env=environment, capture_output=True, text=True, check=False
    )


def test_the_models_of_the_oscar_adapter_are_what_its_migrations_make(tmp_path: Path) -> None:
    told = manage(tmp_path, "makemigrations", "countermark", "--check", "--dry-run")
    assert told.returncode == 0, told.stdout + told.stderr


def test_a_shop_without_a_secret_does_not_start(tmp_path: Path) -> None:
    assert "countermark.E001" in manage(tmp_path, "check", secret="").stderr
    assert "countermark.W001" in manage(tmp_path, "check", secret="short").stderr
    assert "no issues" in manage(tmp_path, "check").stdout
