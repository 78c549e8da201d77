"""Do the arrows point down, where import-linter cannot look? Inside functions, and at the standard library."""

import ast
import sys

from house.source_tree import Module, functions, imported, modules, read


def local_imports(module: Module) -> list[str]:
    """Name each import of our own packages inside a function: that is where circles hide."""
    return [
        f"{module.place}:{node.lineno} {name}"
        for function in functions(module.tree)
        for node in ast.walk(function)
        for name in imported(node)
        if name.startswith(".") or name.split(".")[0] == "countermark"
    ]


def foreign_imports(module: Module, allowed: set[str]) -> list[str]:
    """Name each import that is neither of the standard library nor of the packages `allowed`."""
    return [
        f"{module.place}:{node.lineno} {name}"
        for node in ast.walk(module.tree)
        for name in imported(node)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not any(name == one or name.startswith(f"{one}.") for one in allowed)
    ]


def test_no_function_imports_our_own_packages():
    assert [line for module in modules() for line in local_imports(module)] == []


def test_the_core_imports_the_standard_library_only():
    core = [module for module in modules() if module.inside("core")]
    assert [line for module in core for line in foreign_imports(module, {"countermark.core"})] == []


def test_a_hidden_import_is_found():
    hidden = read("apps/rights/services.py", "def look():\n    from countermark.apps.complaints import models\n")
    assert local_imports(hidden) == ["apps/rights/services.py:2 countermark.apps.complaints"]
    foreign = read("core/numbers.py", "import re\nimport httpx\nfrom countermark.core import calendar\n")
    assert foreign_imports(foreign, {"countermark.core"}) == ["core/numbers.py:2 httpx"]
