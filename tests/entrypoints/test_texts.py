"""Every text a person reads is collected and translated; what the check calls a fault is one."""

import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from countermark.project import messages

ROOT = Path(__file__).resolve().parents[2]
SAID_ALONE = re.compile(r"""(?:\{% translate |(?<![np])gettext(?:_lazy)?\(\s*|\b_\()"([^"]+)"(?! context)""")


def texts(*entries: polib.POEntry) -> polib.POFile:
    file = polib.POFile()
    file.metadata = {"Language": "zh_Hans"}
    file.extend(entries)
    return file


def entry(msgid: str, msgstr: str = "", **more: object) -> polib.POEntry:
    return polib.POEntry(msgid=msgid, msgstr=msgstr, occurrences=[("pages.py", "1")], **more)


def test_every_text_is_collected_and_translated():
    assert messages.check() == []


def test_no_text_is_said_alone_and_by_number():
    # A catalogue has one entry for both; whoever says it alone would read "Send the answer for %(n)s cases".
    counted = {text.msgid for text in polib.pofile(str(messages.catalogue("zh_Hans"))) if text.msgid_plural}
    found = [
        f"{file.relative_to(messages.PACKAGE)}: {text}"
        for file in [*messages.PACKAGE.rglob("*.html"), *messages.PACKAGE.rglob("*.py")]
        for text in SAID_ALONE.findall(file.read_text("utf-8"))
        if text in counted
    ]
    assert found == []


def test_the_dark_rules_for_the_system_are_those_of_the_stylesheets():
    asked = subprocess.run([sys.executable, ROOT / "script/appearance", "--check"], capture_output=True, text=True)
    assert asked.returncode == 0, asked.stderr


def test_a_text_without_translation_is_named():
    assert list(messages.faults(texts(entry("Sign in")))) == ["not translated: 'Sign in' (pages.py)"]


def test_a_guess_by_likeness_counts_as_no_translation():
    guess = messages.normal(texts(entry("Sign in", "退出登录", flags=["fuzzy"])), "zh_Hans")
    assert len(list(messages.faults(guess))) == 1


@pytest.mark.parametrize("said", ["剩余天数", "剩余 %(tage)s 天"])
def test_a_translation_that_loses_or_invents_a_number_is_named(said: str):
    assert "placeholder" in next(messages.faults(texts(entry("%(days)s left", said))))


def test_a_translator_is_told_of_a_text_that_no_page_says():
    with pytest.raises(ValueError, match="no page says 'Sing in'"):
        messages.take(texts(entry("Sign in")), texts(entry("Sing in", "登录")))


def test_translations_are_taken_into_the_catalogue():
    ours = texts(entry("Sign in"))
    messages.take(ours, texts(entry("Sign in", "登录")))
    assert ours[0].msgstr == "登录"
