"""Does the repository speak of the product alone? No machine's paths, no host of a package registry, no talk about work
orders: none of it means anything to whoever clones it."""

import re
from pathlib import Path

from house.source_tree import ROOT, repository_files

TEXT = {".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".json", ".po", ".svg", ".cfg", ".yml", ".csv", ""}
OTHERS = ("static/vendor/",)  # other people's files, as they published them

FOREIGN = {
    "a path of one machine": r"(?<![\w.*/}-])/(?:work|root|Users|home/\w+|opt/(?!countermark/)\w+)/\w",
    "a folder outside the repository": r"\.\./(?:\.\./)*shared\b",
    "a registry of packages": r"\b(?:pypi|pythonhosted|npmjs|deb\.debian)\.org\b|--(?:extra-)?index-url",
    "a work order": r"\b(?:the brief|work order|issue #?\d+|session of the project)\b",
    "who or what wrote it": r"(?i)\b(?:co-authored-by|language model|chat ?bot|ai[- ](?:assistant|generated))\b",
}


def foreign_words(text: str) -> list[str]:
    """Return what in `text` does not belong to the product, as `what: the words`."""
    return [f"{what}: {found[0]}" for what, pattern in FOREIGN.items() for found in re.finditer(pattern, text)]


def ours(file: Path) -> bool:
    place = file.relative_to(ROOT).as_posix()
    return file.suffix in TEXT and file != Path(__file__).resolve() and not any(folder in place for folder in OTHERS)


def test_the_repository_speaks_of_the_product_alone():
    found = {
        file.relative_to(ROOT).as_posix(): words
        for file in repository_files()
        if ours(file) and (words := foreign_words(file.read_text("utf-8", errors="replace")))
    }
    assert found == {}


def test_foreign_words_are_found_and_our_own_folders_are_not():
    assert foreign_words("see /root/notes and ../shared/design.md, as the brief says") != []
    assert foreign_words("src/countermark/apps/work/services.py, /var/lib/countermark, /complaints/17/") == []
