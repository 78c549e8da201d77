"""Which file stands behind a line such as `comparison: Base of our lamp beside theirs`?

Comparisons and photographs are drawn from the right and the listing they are about; everything else is a page of paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext

from countermark.apps.parties.models import Person
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from countermark.core import catalogue
from countermark.demo_shop import draw_picture
from countermark.entrypoints.demo import papers
from countermark.entrypoints.demo.shelves import look_of
from countermark.entrypoints.demo.stories import Table, read

SIDE_BY_SIDE = ("comparison", "non_infringement_comparison")
PICTURES = ("photo", "capture", "work_sample")


@dataclass(frozen=True)
class Exhibit:
    """A file as somebody would send it."""

    kind: str
    name: str
    content: bytes


def made(line: str, language: str, by_name: str, story: Table, at: datetime) -> Exhibit:
    """The file a line of a story names, made for the listing and the right it is about."""
    kind, _, title = line.partition(": ")
    if kind not in catalogue.load().evidence_kinds:
        raise ValueError(f"no such kind of evidence: {kind}; choose one of core/catalogue/evidence.toml")
    item = story["items"][0]
    if kind in SIDE_BY_SIDE:
        content = papers.comparison(_of_right(story), draw_picture(*look_of(item), view=1))
    elif kind in PICTURES:
        content = _of_right(story) if kind == "work_sample" else draw_picture(*look_of(item), view=1)
        content = papers.titled(content, title)
    else:
        return Exhibit(kind, f"{title}.pdf", _page(kind, title, language, by_name, at))
    return Exhibit(kind, f"{title}.png", content)


def kept(line: str, language: str, by_name: str, story: Table, *, by: Person, at: datetime) -> tuple[StoredFile, str]:
    """The file, kept, with its kind."""
    one = made(line, language, by_name, story, at)
    return files.keep(content=one.content, name=one.name, by=by, at=at), one.kind


def _of_right(story: Table) -> bytes:
    row = next(row for row in read("rights")["right"] if row["id"] == story["right"])
    return papers.picture(row["picture"])


def _page(kind: str, title: str, language: str, by_name: str, at: datetime) -> bytes:
    with translation.override("zh-hans" if language.lower().startswith("zh") else "en"):
        heading = gettext(catalogue.load().evidence_kinds[kind].label)
        lines = [title, "", by_name, f"{at:%Y-%m-%d}"]
    return papers.document(heading, lines)
