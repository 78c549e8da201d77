"""Does the reference page on registration numbers say what the code does? `script/reference` writes it."""

from pathlib import Path

from countermark.core import numbers
from countermark.core.numbers.reference import as_markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "numbers.md"


def test_the_page_is_the_one_the_forms_give():
    assert PAGE.read_text("utf-8") == as_markdown(), "numbers.md is stale; run script/reference"


def test_every_form_and_its_source_are_on_the_page():
    said = as_markdown()
    assert [form.id for form in numbers.forms_of(None, None) if f"`{form.id}`" not in said] == []
