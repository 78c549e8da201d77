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


START = """
import django, os
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.core.checks import run_checks
for secret in ("", "short", os.environ["SHOP_API_SECRET"]):
    settings.COUNTERMARK_SECRET = secret
    print("told", *[message.id for message in run_checks()])
call_command("makemigrations", "countermark", check=True, dry_run=True)
"""


def test_a_shop_says_what_is_missing_and_its_tables_are_those_of_its_models(tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "DJANGO_SETTINGS_MODULE": "shop_settings",
        "OSCAR_SANDBOX_HOME": str(tmp_path),
        "SHOP_API_SECRET": SECRET,
    }
    told = subprocess.run(
        [sys.executable, "-c", START],
        cwd=ADAPTERS / "oscar/sandbox",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert [line.split()[1:] for line in told.stdout.splitlines() if line.startswith("told")] == [
        ["countermark.E001"],
        ["countermark.W001"],
        [],
    ]
