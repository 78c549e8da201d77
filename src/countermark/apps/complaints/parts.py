"""What belongs to one case: its chain with what was said at each link, and every file that came with it. Two statements.

A page, its papers and its proofs ask for the same again and again: the row of a case that is shown (`keep`) reads each kind
once, and a new view forgets it. Every other row, a writer's above all, reads anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from django.db.models import F, FilteredRelation, Model, Q, QuerySet

from countermark.apps.complaints.models import (
    Complaint,
    ComplaintEvent,
    CounterNoticeFile,
    CounterNoticeLine,
    NoticeFile,
    PartyWord,
    StatementOfReasons,
    WordFile,
)
from countermark.apps.rights.models import RightDocument
from countermark.apps.work.models import StoredFile
from countermark.apps.work.prepared import Prepared

T = TypeVar("T")
Row = TypeVar("Row", bound=Model)
# what one link of the chain may carry
BESIDE = {"said": "words", "answered": "counter_lines", "reasoned": "statements"}
CARRIED = (
    "said__text__key",
    "answered__counter_notice__statement__key",
    "answered__counter_notice__contact__key",
    "reasoned__words__key",
)


class Came(NamedTuple):
    """A file and what it came as: the row that links it, and its kind."""

    file: StoredFile
    link: int
    kind: str
    private: bool


# --- the chain ------------------------------------------------------------------------------------------------------------


def events_of(complaint: Complaint) -> Sequence[ComplaintEvent]:
    """The chain of the case, oldest first."""
    return _links(complaint) if keeps(complaint) else list(complaint.events.order_by("seq"))


def words_of(complaint: Complaint) -> Sequence[PartyWord]:
    """What a party said with an event other than filing, with its files."""
    words = _carried(complaint, "said")
    for word in words:
        files = files_of(complaint, "word", word.pk)
        put_beside(word, "files", [WordFile(id=f.link, word=word, file=f.file, kind=f.kind) for f in files])
    return words


def counters_of(complaint: Complaint) -> Sequence[CounterNoticeLine]:
    """The counter-notices of the case, with what was said and shown."""
    lines = _carried(complaint, "answered")
    for counter in (line.counter_notice for line in lines):
        files = files_of(complaint, "counter", counter.pk)
        made = (CounterNoticeFile(id=f.link, counter_notice=counter, file=f.file, kind=f.kind) for f in files)
        put_beside(counter, "files", list(made))
    return lines


def statements_of(complaint: Complaint) -> Sequence[StatementOfReasons]:
    """The statements of reasons of the case."""
    return _carried(complaint, "reasoned")


def _carried(complaint: Complaint, name: str) -> list[Any]:
    return [getattr(link, name) for link in _links(complaint) if hasattr(link, name)]


def _links(complaint: Complaint) -> list[ComplaintEvent]:
    """The chain with what each link carries, in one statement: there is one of each kind for a link at most."""
    return once(complaint, "links", lambda: CARRYING(case=complaint.pk))


def _carrying(*, case: int) -> QuerySet[ComplaintEvent]:
    carried = {
        name: FilteredRelation(f"complaint__{path}", condition=Q(**{f"complaint__{path}__seq": F("seq")}))
        for name, path in BESIDE.items()
    }
    rows = ComplaintEvent.objects.filter(complaint=case).annotate(**carried)
    return rows.select_related(*CARRIED).order_by("seq")


CARRYING = Prepared(_carrying)


# --- the files ------------------------------------------------------------------------------------------------------------

LINKED = """
SELECT f.*, came.origin, came.owner, came.link, came.kind, came.private FROM (
  SELECT 'notice' AS origin, notice_id AS owner, id AS link, file_id, kind, private
    FROM complaints_noticefile WHERE notice_id = %(notice)s
  UNION ALL SELECT 'word', word_id, id, file_id, kind, FALSE
    FROM complaints_wordfile WHERE word_id IN (SELECT id FROM complaints_partyword WHERE complaint_id = %(case)s)
  UNION ALL SELECT 'counter', counter_notice_id, id, file_id, kind, FALSE
    FROM complaints_counternoticefile WHERE counter_notice_id IN
      (SELECT counter_notice_id FROM complaints_counternoticeline WHERE complaint_id = %(case)s)
  UNION ALL SELECT 'right', right_id, id, file_id, kind, TRUE
    FROM rights_rightdocument WHERE right_id = %(right)s
  UNION ALL SELECT 'picture', 0, id, id, '', FALSE FROM work_storedfile WHERE id IN ({pictures})
) came JOIN work_storedfile f ON f.id = came.file_id ORDER BY came.link
"""


def files_of(complaint: Complaint, origin: str, owner: int | None) -> list[Came]:
    """The files of the notice, a word, a counter-notice, the right (`owner` its id) or the frozen page (0), as attached."""
    return once(complaint, "files", lambda: _files(complaint)).get((origin, owner), [])


def evidence_of(complaint: Complaint) -> list[NoticeFile]:
    """What was attached to the notice."""
    notice = complaint.notice
    came = files_of(complaint, "notice", notice.pk)
    return [NoticeFile(id=f.link, notice=notice, file=f.file, kind=f.kind, private=f.private) for f in came]


def documents_of(complaint: Complaint) -> list[RightDocument]:
    """The papers of the right."""
    right = complaint.notice.right_id
    return [
        RightDocument(id=f.link, right_id=right, file=f.file, kind=f.kind) for f in files_of(complaint, "right", right)
    ]


def pictures_of(complaint: Complaint) -> list[StoredFile]:
    """The pictures of the frozen copy, in the shop's order."""
    found = {came.link: came.file for came in files_of(complaint, "picture", 0)}
    ids = [picture["file"] for picture in complaint.copy.pictures]
    return [found[pk] for pk in ids if pk in found]


def _files(complaint: Complaint) -> dict[tuple[str, int], list[Came]]:
    """Every file that came with this case, by what it came with; one statement."""
    pictures = [int(picture["file"]) for picture in complaint.copy.pictures]
    asked = {"case": complaint.pk, "notice": complaint.notice_id, "right": complaint.notice.right_id}
    statement = LINKED.format(pictures=", ".join(map(str, pictures)) or "NULL")
    found: dict[tuple[str, int], list[Came]] = {}
    for file in StoredFile.objects.raw(statement, asked):
        came: Any = file  # with what the statement adds
        found.setdefault((came.origin, came.owner), []).append(Came(file, came.link, came.kind, bool(came.private)))
    return found


# --- reading once ---------------------------------------------------------------------------------------------------------


def keep(complaint: Complaint) -> Complaint:
    """From now on this row keeps what is read of it: for a view, which shows one instant of the case."""
    complaint._kept = {}
    return complaint


def keeps(complaint: Complaint) -> bool:
    return hasattr(complaint, "_kept")


def once(complaint: Complaint, name: str, read: Callable[[], T]) -> T:
    """What `read` finds; kept under `name`, if the row keeps."""
    kept = getattr(complaint, "_kept", None)
    if kept is None:
        return read()
    if name not in kept:
        kept[name] = read()
    return kept[name]


def forget(complaint: Complaint, name: str) -> None:
    """What was kept under this name has changed."""
    getattr(complaint, "_kept", {}).pop(name, None)


def put_beside(row: Model, name: str, many: Sequence[Any]) -> None:
    """Keep rows that were read already where Django keeps what it prefetched."""
    rows = getattr(row, name).all()
    rows._result_cache, rows._prefetch_done = list(many), True
    row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = rows


def gathered(rows: Iterable[Row], one: str, many: str) -> list[Row]:
    """Rows that came once for each of their `many`, held as `one`: each row once, with all of them beside it."""
    found: dict[Any, Row] = {}
    held: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(row.pk, row)
        held.setdefault(row.pk, []).extend([getattr(row, one)] if hasattr(row, one) else [])
    for pk, row in found.items():
        put_beside(row, many, held[pk])
    return list(found.values())
