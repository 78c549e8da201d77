"""What may no longer be kept goes: by the rules of retention.toml, in batches, with a dry run, and never under a legal hold.

Rule 1: the log is not touched: it holds no personal data, and verifies afterwards as before. Rule 2: a text goes by the
destruction of its key, a file by its bytes: that there was one, its digest and its kind stay, with the rule that erased it.
Rule 3: what a running case needs stays: texts and files count from the end of the last case they belong to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from countermark.apps.complaints.models import Complaint, Notice
from countermark.apps.keeping.rules import Rule, rules
from countermark.apps.listings.models import FrozenCopy
from countermark.apps.parties.models import Membership, Person, ShopMember, StaffEvent
from countermark.apps.parties.people import note
from countermark.apps.screening.models import Finding
from countermark.apps.work import files as kept_files
from countermark.apps.work import sealing
from countermark.apps.work.jobs import enqueue
from countermark.apps.work.models import Job, StoredFile, SubjectKey

BATCH = 500  # rows a transaction
KIND = "retention"  # of the job
COUNTED_WITHIN = timedelta(days=1)  # before something is let go
ASKED = {"count": "retention.counted", "apply": "retention.applied"}  # what an operator asks for -> what the desk did
OPEN = Q(outcome="") | Q(outcome="moot")  # a case that may still go on by itself
CASES_OF: Mapping[str, Callable[[str], Q]] = {  # kind of subject -> the cases it speaks of
    "holder": lambda key: Q(notice__holder=int(key)),
    "seller": lambda key: Q(seller=int(key)),
    "guest": lambda key: Q(notice__holder=None, notice__filer_email=key),
    "case": lambda key: Q(number=key),
}
TO_CASES = {  # a row that attaches a file -> the way to its case, and whether it has a kind
    "complaints.NoticeFile": ("notice__complaints", True),
    "complaints.CounterNoticeFile": ("counter_notice__lines__complaint", True),
    "complaints.WordFile": ("word__complaint", True),
    "decisions.Appeal_files": ("appeal__complaint", False),
}


def due(rule: Rule, *, at: datetime) -> list[Any]:
    """What would go at `at` (real time) by this rule: primary keys of rows or files, names of subjects."""
    if rule.does == "erase_texts":
        return list(_subjects(rule.cutoff(at)))
    if rule.does == "erase_files":
        return list(_files(rule, rule.cutoff(at)))
    if rule.does == "erase_left_files":
        return list(_left_files(rule.cutoff(at)))
    rows = apps.get_model(rule.table)._base_manager.filter(**{f"{rule.after}__lt": rule.cutoff(at)}, **rule.where)
    for column in rule.columns:
        rows = rows.exclude(**{column: ""})
    return list(rows.order_by("pk").values_list("pk", flat=True))


def forecast(*, at: datetime) -> list[tuple[Rule, int]]:
    """How much would go by each rule. Nothing is changed."""
    return [(rule, len(due(rule, at=at))) for rule in rules()]


def apply(*, at: datetime, by: Any = None) -> list[tuple[Rule, int]]:
    """Let go what is due at `at` (real time); returns how much by each rule. May be run again at any time."""
    gone = [(rule, _go(rule, due(rule, at=at), at)) for rule in rules()]
    counts = {rule.id: count for rule, count in gone if count}
    if counts:
        note("retention.applied", by=by, now=at, **counts)
    return gone


# --- asked for by an operator ---------------------------------------------------------------------------------------------


def ask(what: str, *, by: Person, now: datetime) -> None:
    """Have a worker count what would go (`count`), or let it go (`apply`): with many cases it takes minutes."""
    if what not in ASKED:
        raise ValueError(f"a worker can be asked to {' or '.join(ASKED)}, not to {what!r}")
    enqueue(KIND, f"{what}:{by.pk}", run_at=now)


def run_asked(key: str, *, at: datetime) -> None:
    """Do what was asked under this key of the job; the result stands in what the desk did."""
    what, _, person = key.partition(":")
    by = Person.objects.get(pk=int(person))
    gone = forecast(at=at) if what == "count" else [(rule, _go(rule, due(rule, at=at), at)) for rule in rules()]
    note(ASKED[what], by=by, now=at, **{rule.id: count for rule, count in gone if count})


def asked_last(what: str) -> StaffEvent | None:
    """The newest result of `count` or `apply`, by whom and when; its data names the rules by which anything went."""
    return StaffEvent.objects.filter(event=ASKED[what]).select_related("by").order_by("-pk").first()


def counted_lately(*, now: datetime) -> StaffEvent | None:
    """The newest count, unless it is old or something went since: nobody lets go what they have not seen."""
    counted, applied = asked_last("count"), asked_last("apply")
    if counted is None or counted.at < now - COUNTED_WITHIN or (applied is not None and applied.pk > counted.pk):
        return None
    return counted


def is_waiting() -> bool:
    """Whether something was asked for and is not done yet."""
    return Job.objects.filter(kind=KIND, failed_at=None).exclude(key="nightly").exists()


def _go(rule: Rule, keys: Sequence[Any], at: datetime) -> int:
    act = {
        "delete": _delete,
        "blank": _blank,
        "erase_texts": _erase_texts,
        **dict.fromkeys(("erase_files", "erase_left_files"), _erase_files),
    }[rule.does]
    gone = 0
    for start in range(0, len(keys), BATCH):
        with transaction.atomic():
            gone += act(rule, keys[start : start + BATCH], at)
    return gone


def _delete(rule: Rule, keys: Sequence[Any], at: datetime) -> int:
    _, by_table = apps.get_model(rule.table)._base_manager.filter(pk__in=keys).delete()
    return by_table.get(rule.table, 0)


def _blank(rule: Rule, keys: Sequence[Any], at: datetime) -> int:
    return apps.get_model(rule.table)._base_manager.filter(pk__in=keys).update(**dict.fromkeys(rule.columns, ""))


# --- texts ----------------------------------------------------------------------------------------------------------------


def _subjects(cutoff: datetime) -> Iterator[str]:
    """The subjects whose last case ended before `cutoff`. One without any case is not spoken of here."""
    keys = SubjectKey.objects.filter(held=False).exclude(wrapped=None)
    for subject in keys.order_by("pk").values_list("subject", flat=True).iterator():
        kind, _, key = subject.partition("~")[0].partition(":")
        if kind in CASES_OF and ended_before(Complaint.objects.filter(CASES_OF[kind](key)), cutoff):
            yield subject


def ended_before(cases: Any, cutoff: datetime) -> bool:
    """Whether there are cases, all of them ended, the last one before `cutoff`."""
    last = cases.aggregate(last=Max("outcome_at"))["last"]
    return last is not None and last < cutoff and not cases.filter(OPEN).exists()


def _erase_texts(rule: Rule, subjects: Iterable[str], at: datetime) -> int:
    return sum(erase_subject(subject.partition("~")[0], rule=rule.id, at=at) for subject in subjects)


def erase_subject(subject: str, *, rule: str, at: datetime) -> int:
    """Erase what one subject wrote; a guest's name and address too. Returns how many texts. Raises sealing.LegalHold."""
    texts = sealing.erase(subject=subject, rule=rule, at=at)
    kind, _, key = subject.partition(":")
    if kind == "guest":
        Notice.objects.filter(holder=None, filer_email=key).update(filer_name="", filer_email="", signature="")
    return texts


# --- files ----------------------------------------------------------------------------------------------------------------


def _files(rule: Rule, cutoff: datetime) -> Iterator[int]:
    """The files all of whose attachments are to cases that ended before `cutoff`, of the kinds the rule speaks of."""
    kept = StoredFile.objects.filter(erased_at=None, uploaded_at__lt=cutoff).order_by("pk")
    for pk in kept.values_list("pk", flat=True).iterator():
        ways = list(_attachments(pk))
        if ways and all(_lets_go(rule, label, rows, cutoff) for label, rows in ways):
            yield pk


def _left_files(cutoff: datetime) -> Iterator[int]:
    """The files sent in before `cutoff` of which no row speaks; the pictures of frozen pages and of findings are named
    in those themselves.

    Whoever acts for a holder or a shop under a legal hold keeps all of theirs.
    """
    left = StoredFile.objects.filter(erased_at=None, uploaded_at__lt=cutoff)
    for model, column in _ways():
        left = left.filter(~Exists(model._base_manager.filter(**{column: OuterRef("pk")})))
    frozen = FrozenCopy.objects.filter(taken_at=OuterRef("uploaded_at"))
    found = Finding.objects.filter(at=OuterRef("uploaded_at"))
    left = left.exclude(Q(uploaded_by=None) & (Exists(frozen) | Exists(found))).exclude(uploaded_by__in=_people_held())
    yield from left.order_by("pk").values_list("pk", flat=True).iterator()


def _people_held() -> set[int]:
    held: dict[str, set[str]] = {}
    for subject in SubjectKey.objects.filter(held=True).values_list("subject", flat=True):
        kind, _, key = subject.partition("~")[0].partition(":")
        held.setdefault(kind, set()).add(key)
    holders = Membership.objects.filter(holder__in=held.get("holder", ())).values_list("person", flat=True)
    shops = ShopMember.objects.filter(seller__in=held.get("seller", ())).values_list("person", flat=True)
    return {*holders, *shops}


def _ways() -> Iterator[tuple[Any, str]]:
    """The tables that speak of files, each with its column: found among all models, so that a new one keeps its own."""
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if (relation.one_to_many or relation.one_to_one) and relation.auto_created:
            yield relation.related_model, relation.field.name


def _attachments(file_id: int) -> Iterator[tuple[str, Any]]:
    """The rows that speak of a file, by table."""
    for model, column in _ways():
        rows = model._base_manager.filter(**{column: file_id})
        if rows.exists():
            yield model._meta.label, rows


def _lets_go(rule: Rule, label: str, rows: Any, cutoff: datetime) -> bool:
    """Whether these attachments no longer need the file. A table that leads to no case keeps it."""
    if label not in TO_CASES:
        return False
    way, has_kind = TO_CASES[label]
    if rule.kinds and not (has_kind and all(kind in rule.kinds for kind in rows.values_list("kind", flat=True))):
        return False
    cases = Complaint.objects.filter(pk__in=rows.values(f"{way}__pk"))
    return ended_before(cases, cutoff) and not _held(cases)


def _held(cases: Any) -> bool:
    """Whether a legal hold lies on anybody these cases speak of."""
    facts = cases.values_list("number", "seller_id", "notice__holder_id", "notice__filer_email")
    names = {
        f"{kind}:{key}" for row in facts for kind, key in zip(("case", "seller", "holder", "guest"), row, strict=True)
    }
    return SubjectKey.objects.filter(held=True, subject__in=names).exists()


def _erase_files(rule: Rule, ids: Sequence[int], at: datetime) -> int:
    gone = StoredFile.objects.filter(pk__in=ids, erased_at=None)
    digests = set(gone.values_list("sha256", flat=True))
    count = gone.update(erased_at=at, erased_by=rule.id)
    still = set(StoredFile.objects.filter(sha256__in=digests, erased_at=None).values_list("sha256", flat=True))
    store = kept_files.kept()
    for digest in digests - still:
        store.remove(
            digest
        )  # before the rows say so: where the place does not answer, they do not, and it is tried again
    return count
