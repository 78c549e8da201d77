"""Which right does a paper prove? Papers of many rights at once are found by the number in their name.

`55180021.pdf`, `CN 55180021 renewal certificate.pdf`, `55180021/class_page_2.pdf`: a number of the holder's, written anyhow,
then which paper it is; without that, it is the first one the right needs. Sent again, what is there already stays as it is.
Nothing is guessed: what can mean two rights, or a number that lost its zeros in a spreadsheet, is left out and said.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override

from countermark.apps.parties.models import Holder, Person
from countermark.apps.rights import completeness, services
from countermark.apps.rights.models import Right
from countermark.core.catalogue import Asked
from countermark.evidence.uploads import NOT_NOW, UploadRefused, shown_name

PICTURE = "picture"
LEFT_OUT = (
    *("no_right", "several_rights", "zeros_lost", "digits_lost"),
    *("right_settled", "paper_unknown", "refused", "too_many"),
)
_APART = re.compile(
    r"[\s_\-()\[\],;（）、，；]+|(?<=[0-9A-Za-z])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[0-9A-Za-z])"
)
_MARKS = re.compile(r"[\W_]+")
_NOT_PLAIN = re.compile(r"[^0-9A-Z]+")
_CITED = re.compile(r"第\s*([0-9A-Za-z][0-9A-Za-z .\-]*?)\s*号")  # as certificates write it: 第55180021号
_COUNT = re.compile(r"\s*\d+$")
# 2.18E+06: what a spreadsheet leaves of a number
_SHORTENED = re.compile(r"(?i)(?<![0-9a-z])\d(?:[.,]\d+)?e\+?\d{1,2}(?![0-9a-z])")


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of one file: `attached`, `there` already, or why not (LEFT_OUT). `right`: where it went, or belongs."""

    name: str
    code: str
    right: Right | None = None
    kind: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def not_now(self) -> str:
        """Why no file can be kept at the moment, by code; "" where that is not the reason."""
        refused = self.data.get("refused")
        return refused.code if refused is not None and refused.code in NOT_NOW else ""


class Shelf:
    """The rights of a holder by their numbers."""

    def __init__(self, holder: Holder) -> None:
        self._by_number: dict[str, list[Right]] = {}
        self._without_zeros: dict[str, list[Right]] = {}
        rows = Right.objects.filter(holder=holder).exclude(number="").exclude(state="rejected")
        for right in rows.select_related("holder").order_by("pk"):
            number = _compact(right.number)
            for written in {number, _NOT_PLAIN.sub("", number), _compact(right.office + right.number)} - {""}:
                self._by_number.setdefault(written, []).append(right)
            if number.startswith("0"):
                self._without_zeros.setdefault(number.lstrip("0"), []).append(right)

    def find(self, name: str) -> tuple[list[Right], str]:
        """The rights a name can mean, and the words left that say which paper it is."""
        return _found(self._by_number, name)

    def doubt(self, name: str) -> Placed:
        """Why a name means no right: its number lost its zeros or its digits, or there is no such right."""
        meant, _ = _found(self._without_zeros, name)
        if len(meant) == 1:
            return Placed(name, "zeros_lost", meant[0], data={"meant": meant[0].number})
        return Placed(name, "digits_lost" if _SHORTENED.search(name) else "no_right")


def _found(numbers: Mapping[str, list[Right]], name: str) -> tuple[list[Right], str]:
    """By the file's own name first, then by the folders it lies in; the longest number a name begins with counts."""
    path = PurePosixPath(_CITED.sub(r" \1 ", name))
    for part, rest in ((path.stem, ""), *((folder, path.stem) for folder in reversed(path.parts[:-1]))):
        words = _APART.split(part.strip())
        for end in range(len(words), 0, -1):
            if found := numbers.get(_compact("".join(words[:end]))):
                return found, " ".join([*words[end:], *_APART.split(rest)]).strip()
    return [], ""


def place(*, holder: Holder, files: Iterable[tuple[str, bytes]], by: Person | None, at: datetime) -> Iterator[Placed]:
    """Attach each file to the right it is named after, and say what became of it; one after the other, each whole.

    Once the scanner or the place of the files does not answer, the files after that are not tried.
    """
    shelf, silent = Shelf(holder), ""
    for name, content in files:
        if silent:
            yield Placed(name, "refused", data={"refused": UploadRefused(silent, name=shown_name(name))})
            continue
        rights, words = shelf.find(name)
        placed = _place(name, content, rights, words, by, at) if rights else shelf.doubt(name)
        silent = placed.not_now
        yield placed


def _place(name: str, content: bytes, rights: Sequence[Right], words: str, by: Person | None, at: datetime) -> Placed:
    right = rights[0]
    if len(rights) > 1:
        return Placed(name, "several_rights", data={"meant": tuple(f"{each.office} {each.number}" for each in rights)})
    if right.state not in services.OPEN:
        return Placed(name, "right_settled", right, data={"state": right.state})
    kind = kind_of(right, words)
    if not kind:
        return Placed(name, "paper_unknown", right, data={"takes": tuple(paper.id for paper in _papers_of(right))})
    return _attached(name, content, right, kind, by, at)


def _attached(name: str, content: bytes, right: Right, kind: str, by: Any, at: datetime) -> Placed:
    digest = hashlib.sha256(content).hexdigest()
    if right.documents.filter(kind=kind, file__original_sha256=digest).exists():
        return Placed(name, "there", right, kind)
    try:
        services.attach_document(right=right, content=content, name=PurePosixPath(name).name, kind=kind, by=by, at=at)
    except UploadRefused as refused:
        return Placed(name, "refused", right, kind, {"refused": refused})
    except services.TooManyPapers as full:
        return Placed(name, "too_many", right, kind, {"max": full.max})
    except services.RightMoved as moved:
        return Placed(name, "right_settled", right, kind, {"state": moved.state})
    return Placed(name, "attached", right, kind)


def kind_of(right: Right, words: str) -> str:
    """Which paper the words name: by its code, by its label in any language of the pages, or `picture`; without words the
    first one needed; "" where they name none."""
    asked = _papers_of(right)
    said = _COUNT.sub("", words.casefold()).replace("_", " ").strip()
    if not said:
        return next((paper.id for paper in asked if paper.required), "")
    if said == PICTURE:
        return PICTURE
    return next((paper.id for paper in asked if said in {paper.id.replace("_", " "), *_in_words(paper.label)}), "")


def _papers_of(right: Right) -> tuple[Asked, ...]:
    return completeness.asked_documents(right.kind, right.fields, is_agent=right.holder.is_agent)


@cache
def _in_words(label: str) -> frozenset[str]:
    """What the pages call it, in each of their languages."""
    found = {label.casefold()}
    for language, _ in settings.LANGUAGES:
        with override(language):
            found.add(gettext(label).casefold())
    return frozenset(found)


def _compact(text: str) -> str:
    return _MARKS.sub("", text.upper())
