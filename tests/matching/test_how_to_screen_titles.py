"""Do the examples of docs/how-to/screen-titles.md hold?"""

import re
from pathlib import Path

import pytest

from countermark.matching.mark import Mark
from countermark.matching.screen import TextScreen

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "screen-titles.md").read_text("utf-8")
ROWS = re.findall(r"^\| `(.+?)` \| (.+?) \| (\w+) \| `(\w+)`", PAGE, re.MULTILINE)


def test_the_page_has_its_examples():
    assert len(ROWS) == 13


@pytest.mark.parametrize(("title", "mark", "verdict", "kind"), ROWS)
def test_each_title_of_the_page_gets_the_verdict_it_says(title: str, mark: str, verdict: str, kind: str):
    answer = TextScreen([Mark(mark)]).title(title)
    assert (answer.verdict, answer.matches[0].kind) == (verdict, kind)


def test_the_code_of_the_page_runs():
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
    exec(compile(code, "screen-titles.md", "exec"), {})
