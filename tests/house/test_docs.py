"""Do the documents say what is there? Links lead somewhere, every setting is described, every decision has its page."""

import ast
import re
from pathlib import Path

from house.source_tree import ROOT, modules, repository_files

LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)")
ADR_PARTS = ("## Context", "## Choice", "## What it costs", "## When to reconsider")


def documents() -> list[Path]:
    return [file for file in repository_files() if file.suffix == ".md"]


def test_every_link_in_the_documents_leads_to_a_file():
    dead = [
        f"{file.relative_to(ROOT)}: {target}"
        for file in documents()
        for target in LINK.findall(file.read_text("utf-8"))
        if not (file.parent / target).exists()
    ]
    assert dead == []


def test_every_decision_record_is_one_page_with_its_four_parts():
    pages = sorted((ROOT / "docs" / "adr").glob("0*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text("utf-8")
        assert [part for part in ADR_PARTS if part not in text] == [], page.name
        assert len(text.split()) <= 600, page.name


def settings_read() -> set[str]:
    """The names that settings.py asks the environment for: `env.text("NAME", …)` and its kin."""
    tree = next(module.tree for module in modules() if module.place == "project/settings.py")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    ours = [call for call in calls if isinstance(call.func.value, ast.Name) and call.func.value.id == "env"]
    return {argument.value for call in ours for argument in call.args[:1] if isinstance(argument, ast.Constant)}


def test_the_reference_describes_exactly_the_settings_there_are():
    text = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)`", text, re.MULTILINE)) == settings_read()
