"""Which right does a paper prove? Papers of many rights at once are found by the number in their name.

`55180021.pdf`, `CN 55180021 renewal certificate.pdf`, `55180021/class_page_2.pdf`: a number of the holder's, written anyhow,
then which paper it is; without that, it is the first one the right needs. Sent again, what is there already stays as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from countermark.apps.parties.models import Holder, Person
from countermark.apps.rights import completeness, services
from countermark.apps.rights.models import Right
from countermark.evidence.uploads import UploadRefused

PICTURE = "picture"
_APART = re.compile(r"[\s_\-()\[\],;]+")
_STRANGE = re.compile(r"[^0-9A-Z]")
_COUNT = re.compile(r"\s*\d+$")


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of one file: `attached`, `there` already, or why not."""

    name: str
    code: str
    right: Right | None = None
    kind: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class Shelf:
    """The rights of a holder by their numbers."""

    def __init__(self, holder: Holder) -> None:
        self._by_number: dict[str, list[Right]] = {}
        rows = Right.objects.filter(holder=holder).exclude(number="").exclude(state="rejected")
        for right in rows.select_related("holder").order_by("pk"):
            for written in {_compact(right.number), _compact(right.office + right.number)}:
                self._by_number.setdefault(written, []).append(right)

    def find(self, name: str) -> tuple[list[Right], str]:
        """The rights a name can mean, and the words left that say which paper it is."""
        path = PurePosixPath(name)
        for part, rest in ((path.stem, ""), *((folder, path.stem) for folder in reversed(path.parts[:-1]))):
            words = _APART.split(part.strip())
            for end in range(len(words), 0, -1):
                if found := self._by_number.get(_compact("".join(words[:end]))):
                    return found, " ".join([*words[end:], *_APART.split(rest)]).strip()
        return [], ""


def place(*, holder: Holder, files: Iterable[tuple[str, bytes]], by: Person | None, at: datetime) -> Iterator[Placed]:
    """Attach each file to the right it is named after, and say what became of it; one after the other, each whole."""
    shelf = Shelf(holder)
    for name, content in files:
        rights, words = shelf.find(name)
        yield _place(name, content, rights, words, by, at)


def _place(name: str, content: bytes, rights: Sequence[Right], words: str, by: Person | None, at: datetime) -> Placed:
    if len(rights) != 1:
        return Placed(name, "several_rights" if rights else "no_right")
    right = rights[0]
    if right.state not in services.OPEN:
        return Placed(name, "right_settled", right, data={"state": right.state})
    kind = kind_of(right, words)
    if not kind:
        return Placed(name, "paper_unknown", right, data={"shown": words})
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
    """Which paper the words name: by its code, its label or `picture`; without words the first one needed; "" for neither."""
    asked = completeness.asked_documents(right.kind, right.fields, is_agent=right.holder.is_agent)
    said = _COUNT.sub("", words.casefold()).replace("_", " ").strip()
    if not said:
        return next((paper.id for paper in asked if paper.required), "")
    names = {paper.id.replace("_", " "): paper.id for paper in asked} | {p.label.casefold(): p.id for p in asked}
    return names.get(said, PICTURE if said == PICTURE else "")


def _compact(text: str) -> str:
    return _STRANGE.sub("", text.upper())
