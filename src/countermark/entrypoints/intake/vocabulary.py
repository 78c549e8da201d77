"""In which words may a file say what the form offers as a choice? The code, or what the page calls it, in each language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from django.conf import settings
from django.utils.translation import gettext, override

from countermark.core import catalogue
from countermark.core.catalogue import Asked

YES_NO = {
    "yes": ("yes", "y", "true", "1", "x", "是", "有"),
    "no": ("no", "n", "false", "0", "否", "无", "没有"),
}  # what people write in a column of yes and no
KIND_HEADINGS = ("kind", "kind of right", "type of right", "权利类型", "权利种类")
_SHORT = re.compile(r"[A-Z]{3,}")


def said(texts: Iterable[str]) -> Iterator[str]:
    """Each text in every language of the pages, without case."""
    for text in texts:
        yield text.casefold()
        for language, _ in settings.LANGUAGES:
            with override(language):
                yield gettext(text).casefold()


@cache
def kinds_read() -> Mapping[str, str]:
    """What a file says -> kind of right."""
    known = catalogue.load().right_kinds
    return {
        word: kind.id
        for kind in known.values()
        for word in (kind.id.casefold(), kind.id.replace("_", " "), *said([kind.title]))
    }


@cache
def offices_read() -> Mapping[str, str]:
    """What a file says -> office: its code, its title, its short name, or the one territory it registers for."""
    found: dict[str, str] = {}
    for code, office in catalogue.load().offices.items():
        words = (code, *_SHORT.findall(office.title), *said([office.title]))
        found |= dict.fromkeys((word.casefold() for word in words), code)
        if office.territory != "designated":
            found.setdefault(office.territory.casefold(), code)
    return found


@cache
def yes_no_read() -> Mapping[str, str]:
    """What a file says -> yes or no."""
    return {word: answer for answer, words in YES_NO.items() for word in words}


def choices_of(field: Asked) -> Mapping[str, str]:
    """What a file says -> choice."""
    return {word: choice.id for choice in field.choices for word in (choice.id.casefold(), *said([choice.label]))}


@cache
def headings() -> Mapping[str, str]:
    """Heading without case -> answer; `kind` for the column that says the kind of right."""
    found: dict[str, str] = {}
    known = catalogue.load()
    for kind in known.right_kinds:
        for field in known.fields_of(kind, is_agent=True):
            for word in (field.id, field.id.replace("_", " "), *said([field.label])):
                found.setdefault(word, field.id)
    return found | dict.fromkeys(KIND_HEADINGS, "kind")
