"""Do the documents say what is there? Links lead somewhere, every setting is described, every decision has its page."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from countermark.entrypoints import cli
from countermark.entrypoints.cli.server import make_keys
from house.source_tree import ROOT, modules, repository_files

LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)")
ANCHOR = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:)([^)#\s]*)#([^)\s]+)\)")
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


def test_every_link_to_a_part_of_a_document_leads_to_its_heading():
    dead = [
        f"{file.relative_to(ROOT)}: {target}#{anchor}"
        for file in documents()
        for target, anchor in ANCHOR.findall(file.read_text("utf-8"))
        if anchor not in anchors(file.parent / target if target else file)
    ]
    assert dead == []


def anchors(page: Path) -> set[str]:
    """What its headings are called in addresses: in small letters, without marks, with hyphens for blanks."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\s-]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_every_decision_record_is_one_page_with_its_four_parts():
    pages = sorted((ROOT / "docs" / "adr").glob("0*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text("utf-8")
        assert [part for part in ADR_PARTS if part not in text] == [], page.name
        assert len(text.split()) <= 600, page.name


def settings_read() -> set[str]:
    """The names that the settings ask the environment for: `env.text("NAME", …)` and its kin."""
    files = ("project/settings.py", "project/account_settings.py")
    nodes = [node for module in modules() if module.place in files for node in ast.walk(module.tree)]
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    ours = [call for call in calls if isinstance(call.func.value, ast.Name) and call.func.value.id == "env"]
    return {argument.value for call in ours for argument in call.args[:1] if isinstance(argument, ast.Constant)}


def test_the_reference_describes_exactly_the_settings_there_are():
    text = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)`", text, re.MULTILINE)) == settings_read()


def commands_there() -> set[str]:
    """The commands and groups that the command line knows."""
    app = cli.app
    commands = {one.name or one.callback.__name__.replace("_", "-") for one in app.registered_commands}
    return commands | {group.name or group.typer_instance.info.name for group in app.registered_groups}


def test_every_command_the_documents_name_is_there():
    named = {
        f"{file.name}: {command}"
        for file in documents()
        for command in re.findall(
            r"(?:^|[`/ ])countermark ([a-z][a-z-]*)(?![\w/])", code_of(file.read_text("utf-8")), re.MULTILINE
        )
        if command not in commands_there()
    }
    assert named == set()


def code_of(text: str) -> str:
    """Return what stands in back-ticks, fenced or inline: elsewhere "countermark" is a word of a sentence."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))


KEYS_LOOP = re.compile(r"countermark(?::\S+)? keys \| (while .*?\ndone)", re.DOTALL)


@pytest.mark.parametrize("page", ["install-with-systemd.md", "install-with-compose.md"])
def test_the_keys_an_installation_keeps_in_files_are_whole(page: str, tmp_path: Path):
    """Base64 ends with `=`, which the shell's `read` drops when it splits there."""
    loop = KEYS_LOOP.search((ROOT / "docs" / "how-to" / page).read_text("utf-8"))[1]
    loop = loop.replace("sudo install -m 0600 /dev/stdin", "cat >").replace("/etc/countermark/", "secrets/")
    (tmp_path / "secrets").mkdir()
    keys = make_keys()
    printed = "".join(f"{name}={value}\n" for name, value in keys.items())
    subprocess.run(["sh", "-c", loop], input=printed, text=True, cwd=tmp_path, check=True)
    assert {file.name.upper(): file.read_text() for file in (tmp_path / "secrets").iterdir()} == keys


def test_the_readme_leads_to_every_how_to():
    linked = set(LINK.findall((ROOT / "README.md").read_text("utf-8")))
    assert {f"docs/how-to/{page.name}" for page in (ROOT / "docs" / "how-to").glob("*.md")} - linked == set()
