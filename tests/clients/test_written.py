"""Does the client say what the API says? Its methods are written from docs/reference/api.json; `script/reference` does it."""

import ast
import inspect
import json
import sys
import tomllib
from typing import get_type_hints

import countermark_client
import pytest
from countermark_client import async_methods, methods, types

from house.source_tree import ROOT

HERE = ROOT / "clients" / "python"
sys.path.insert(0, str(HERE))
import write_methods  # noqa: E402

DESCRIPTION = json.loads((ROOT / "docs" / "reference" / "api.json").read_text("utf-8"))
OPERATIONS = write_methods.operations_of(DESCRIPTION)
WRITTEN = write_methods.files(DESCRIPTION)
BY_HAND = sorted({*HERE.rglob("*.py")} - set(WRITTEN))


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: file.name)
def test_a_written_file_is_the_one_the_description_gives(file):
    assert file.read_text("utf-8") == WRITTEN[file], f"{file.name} is stale; run script/reference"


@pytest.mark.parametrize("module", [methods, async_methods])
def test_every_operation_has_its_method(module):
    prefix = "Async" if module is async_methods else ""
    for op in OPERATIONS:
        group = getattr(module, write_methods.class_name(op.group, bool(prefix)))
        words = " ".join(inspect.getdoc(getattr(group, op.name)).split())  # wrapped in the file
        assert words.startswith(op.said["summary"])
    assert len(OPERATIONS) == sum(len(item) for item in DESCRIPTION["paths"].values()) - len(write_methods.SKIPPED)


def test_both_clients_take_the_same():
    for op in OPERATIONS:
        one = getattr(getattr(methods, write_methods.class_name(op.group, False)), op.name)
        other = getattr(getattr(async_methods, write_methods.class_name(op.group, True)), op.name)
        assert inspect.signature(one).parameters == inspect.signature(other).parameters


def test_every_type_can_be_read_at_run_time():
    classes = [each for _, each in inspect.getmembers(types, inspect.isclass) if each.__module__ == types.__name__]
    assert len(classes) > 10
    assert all(get_type_hints(each) for each in classes if each.__annotations__)


def test_the_client_knows_nothing_of_the_product_and_needs_httpx_alone():
    allowed = sys.stdlib_module_names | {"countermark_client", "httpx"}
    for file in [*(HERE / "src").rglob("*.py")]:
        nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
        names = {each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
        names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
        assert {name.split(".")[0] for name in names} <= allowed, file


def test_files_and_functions_by_hand_are_short():
    assert len(BY_HAND) > 7
    for file in BY_HAND:
        text = file.read_text("utf-8")
        functions = [
            node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        assert len(text.splitlines()) <= 500, file
        assert max((node.end_lineno - node.lineno for node in functions), default=0) < 60, file


def test_the_package_has_a_name_a_version_a_licence_a_readme_and_its_types():
    project = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == countermark_client.__version__
    assert project["license"] == "Apache-2.0"
    assert (HERE / project["readme"]).read_text("utf-8").startswith(f"# {project['name']}\n")
    assert (HERE / "src" / "countermark_client" / "py.typed").exists()
