"""Can a stranger read a file in one sitting and a function at one glance?

Budgets: a function has at most 60 lines, half of them at most 8, nine of ten at most 25; a file has at most 500 lines,
nine of ten at most 300. TOML tables and templates are data and do not count.
"""

import ast
from statistics import median, quantiles

from house.source_tree import functions, modules


def lengths() -> dict[str, int]:
    return {
        f"{module.place}:{function.name}:{function.lineno}": function.end_lineno - function.lineno + 1
        for module in modules()
        for function in functions(module.tree)
    }


def test_no_function_is_longer_than_60_lines():
    assert {name: lines for name, lines in lengths().items() if lines > 60} == {}


def test_functions_are_short_as_a_rule():
    lines = list(lengths().values())
    assert median(lines) <= 8
    assert quantiles(lines, n=10)[-1] <= 25


def test_no_file_is_longer_than_500_lines():
    sizes = {module.place: module.text.count("\n") for module in modules()}
    assert {place: lines for place, lines in sizes.items() if lines > 500} == {}
    assert quantiles(sizes.values(), n=10)[-1] <= 300


def test_every_file_says_which_question_it_answers():
    assert [module.place for module in modules() if module.tree.body and not ast.get_docstring(module.tree)] == []
