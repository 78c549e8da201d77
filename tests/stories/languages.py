"""Does a page speak its reader's language? Words looked up as the product does, and English that was left behind found."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import polib
from django.conf import settings
from django.utils.translation import gettext, ngettext, npgettext, pgettext
from playwright.sync_api import Page

ENGLISH = re.compile(r"\b[A-Za-z]?[a-z]+ [a-z]+ [a-z]+")  # three words in a row: no name of ours looks like this
TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), said = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent.checkVisibility() && parent.closest('[lang]').lang !== 'en') said.push(walker.currentNode.data);
  }
  return said;
}"""


def worded(text: str, plural: str, n: int, context: str, data: dict[str, Any]) -> str:
    """`text` in the active language, with its data filled in."""
    if plural:
        said = npgettext(context, text, plural, n) if context else ngettext(text, plural, n)
        return said % {"n": n, **data}
    said = pgettext(context, text) if context else gettext(text)
    return said % data if data else said


def english_on(page: Page) -> list[str]:
    """Every text a reader of Chinese sees on this page that is still in English; names of people and brands are not."""
    said = {" ".join(text.split()) for text in page.evaluate(TEXTS)}
    return sorted(text for text in said if text in _msgids() or "%(" in text or ENGLISH.search(text))


@cache
def _msgids() -> frozenset[str]:
    """Every English text that has another one in Chinese."""
    catalogue = polib.pofile(str(settings.LOCALE_PATHS[0] / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    return frozenset(entry.msgid for entry in catalogue if entry.msgstr and entry.msgstr != entry.msgid)
