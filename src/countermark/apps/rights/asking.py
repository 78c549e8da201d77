"""Writers of what registers say of rights: a form filled from one, a record kept beside its right, living rights asked again.

Nothing is overwritten silently: a record fills what is empty; what differs is shown, and taken over only by name. Nothing
is ended by a record: where it speaks against a living right, the record waits for a reviewer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.module_loading import import_string

from countermark.apps.parties.models import Person
from countermark.apps.rights import services
from countermark.apps.rights.models import Right, RightEvent, RightRecord
from countermark.apps.rights.register import answers_of, findings, record_of
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from countermark.connectors.office import (
    NumberRefused,
    Office,
    OfficeError,
    OfficeRecord,
    OfficeRefused,
    OfficeUnavailable,
    RecordUnknown,
)
from countermark.core import catalogue
from countermark.core.rights.living import ALIVE
from countermark.evidence import uploads

log = logging.getLogger("countermark.rights")
NOT_FOUND = "register_unknown"
AWAY = 3600  # seconds an office that does not answer is left alone


class RegisterNotAsked(Exception):
    """This office cannot be asked from here, not about this kind of right, or no number was typed. Nothing was changed."""

    code = "register_not_asked"
    http_status_hint = 422


def office_for(kind: str, office: str) -> Office | None:
    """The office plugged in for such a right; None where it cannot be asked."""
    found: Office | None = import_string(settings.OFFICE_FACTORY)(office) if office else None
    return found if found is not None and kind in found.kinds else None


def latest(right: Right) -> RightRecord | None:
    """The record fetched last, if it is of the office this right names; what was read along is not asked for again."""
    mine = (record for record in right.records.all() if record.office == right.office)
    return max(mine, key=lambda record: (record.fetched_at, record.pk), default=None)


def fetch(right: Right, *, number: str = "") -> OfficeRecord:
    """Ask the office of this right. Takes its time: never inside a transaction. Raises RegisterNotAsked, OfficeError."""
    office, asked = office_for(right.kind, right.office), (number or right.number).strip()
    if office is None or not asked:
        raise RegisterNotAsked
    return office.record(right.kind, asked)


def drawn(right: Right, record: OfficeRecord) -> uploads.Accepted | StoredFile | None:
    """The mark as its register shows it, examined and drawn anew, or the copy that was kept before; None where there is none.

    Takes its time: never inside a transaction. A picture that cannot be had or is not taken never keeps a record out.
    """
    before, office = latest(right), office_for(right.kind, right.office)
    if before is not None and before.picture is not None and _same_drawing(record_of(before), record):
        return before.picture
    try:
        content = office.picture(record) if office else None
        return files.examine(content, f"{record.office} {record.number}") if content else None
    except (OfficeError, uploads.UploadRefused) as none:
        log.warning("rights.register.no_picture office=%s number=%s reason=%s", record.office, record.number, none.code)
        return None


def _same_drawing(one: OfficeRecord, other: OfficeRecord) -> bool:
    return (one.number, one.application_number, one.picture) == (other.number, other.application_number, other.picture)


def fill(right: Right, *, number: str = "", by: Person, at: datetime) -> RightRecord:
    """Fetch the record and fill in every answer that is empty, and the picture; keep the record with what was filled.

    Raises RegisterNotAsked, OfficeError, RightMoved; then nothing was changed.
    """
    record = fetch(right, number=number)
    picture = drawn(right, record)
    with transaction.atomic():
        current = Right.objects.select_for_update(of=("self",)).select_related("holder").get(pk=right.pk)
        empty = {name: text for name, text in answers_of(record).items() if not current.fields.get(name, "").strip()}
        filled = {name: text for name, text in empty.items() if name in _asked_of(current)}
        saved = services.save_draft(holder=current.holder, kind=current.kind, answers=filled, at=at, right=current)
        kept = _keep(saved, record, by=by, at=at, filled=filled, picture=picture)
        if saved.picture is None and kept.picture is not None:
            saved.picture = kept.picture
            saved.save(update_fields=["picture"])
        return kept


def take_over(right: Right, fields: Iterable[str], *, at: datetime) -> Right:
    """Let these answers be what the record fetched last says. RegisterNotAsked without a record, RightMoved once sent."""
    with transaction.atomic():
        kept = latest(right)
        if kept is None:
            raise RegisterNotAsked
        said = answers_of(record_of(kept))
        taken = {name: said[name] for name in fields if name in said and name in _asked_of(right)}
        kept.filled = {**kept.filled, **taken}
        kept.save(update_fields=["filled"])
        return services.save_draft(holder=right.holder, kind=right.kind, answers=taken, at=at, right=right)


def _asked_of(right: Right) -> set[str]:
    return {field.id for field in catalogue.load().fields_of(right.kind, is_agent=right.holder.is_agent)}


def look_up(right: Right, *, by: Person | None, at: datetime) -> RightRecord:
    """Fetch the record again, of a right in whatever state; the same record again is only dated anew.

    What speaks against a living right waits for a reviewer. Raises RegisterNotAsked, OfficeError.
    """
    record = fetch(right)
    picture = drawn(right, record)
    with transaction.atomic():
        current = Right.objects.select_for_update(of=("self",)).select_related("holder").get(pk=right.pk)
        kept = latest(current)
        if kept is not None and record_of(kept) == record and kept.findings == _against(current, record):
            kept.same_at, kept.picture = at, _stored(picture, at)
            kept.save(update_fields=["same_at", "picture"])
            return kept
        return _keep(current, record, by=by, at=at, picture=picture)


def _against(right: Right, record: OfficeRecord) -> list[str]:
    return findings(right, record) if right.state in ALIVE else []


def _keep(
    right: Right,
    record: OfficeRecord,
    *,
    by: Person | None,
    at: datetime,
    filled: dict[str, str] | None = None,
    found: list[str] | None = None,
    picture: uploads.Accepted | StoredFile | None = None,
) -> RightRecord:
    """A new row for what the register said; it waits in the place of the one before it, where it speaks against the right."""
    found = _against(right, record) if found is None else found
    before = latest(right)
    is_news = bool(found) and (before is None or before.findings != found)
    waits = is_news or (bool(found) and before is not None and before.waits)
    taken = {**(before.filled if before else {}), **(filled or {})}
    RightRecord.objects.filter(right=right, waits=True).update(waits=False)
    if is_news:
        RightEvent.objects.create(right=right, event="register_differs", by=by, at=at, data={"findings": found})
    return RightRecord.objects.create(
        right=right, office=right.office, number=(record.number or right.number)[:60],
        content=record.as_json(), raw=record.raw.translate(services.STANDS_FOR_NOTHING),
        fetched_at=at, fetched_by=by, same_at=at, filled=taken, findings=found, waits=waits,
        picture=_stored(picture, at),
    )  # fmt: skip


def _stored(picture: uploads.Accepted | StoredFile | None, at: datetime) -> StoredFile | None:
    """Kept as what nobody sent in: a register showed it."""
    return files.put(picture, by=None, at=at) if isinstance(picture, uploads.Accepted) else picture


def looked(record: RightRecord, *, note: str, by: Person, at: datetime) -> None:
    """A reviewer has looked; nothing more follows from this record by itself. RightMoved when somebody was faster."""
    waiting = RightRecord.objects.filter(pk=record.pk, waits=True)
    if not waiting.update(waits=False, looked_at=at, looked_by=by, note=note.translate(services.STANDS_FOR_NOTHING)):
        raise services.RightMoved(record.right)


def to_look_at() -> QuerySet[RightRecord]:
    """Records that speak against living rights, the oldest first."""
    rows = RightRecord.objects.filter(waits=True, right__state__in=ALIVE)
    return rows.select_related("right__holder").order_by("fetched_at", "pk")


# --- by night -------------------------------------------------------------------------------------------------------------


def due_again(*, at: datetime, every: timedelta, limit: int) -> list[Right]:
    """Living rights of offices that can be asked and were not asked for so long, those asked longest ago first."""
    last = RightRecord.objects.filter(right=OuterRef("pk"), office=OuterRef("office")).order_by("-fetched_at", "-pk")
    rows = Right.objects.filter(_can_be_asked(), state__in=ALIVE).exclude(number="").select_related("holder")
    rows = rows.annotate(asked_at=Subquery(last.values("same_at")[:1]))
    rows = rows.filter(Q(asked_at__isnull=True) | Q(asked_at__lte=at - every))
    return list(rows.order_by("asked_at", "pk")[:limit])


def _can_be_asked() -> Q:
    plugged = [office for code in catalogue.load().offices if (office := import_string(settings.OFFICE_FACTORY)(code))]
    return Q(*(Q(office=office.code, kind__in=office.kinds) for office in plugged), _connector=Q.OR)


def can_ask() -> bool:
    """Whether any office can be asked at all."""
    return any(import_string(settings.OFFICE_FACTORY)(code) for code in catalogue.load().offices)


def ask_again(*, at: datetime, every: timedelta, limit: int) -> timedelta | None:
    """Ask for the records of living rights again. Returns when to go on, None when nothing is left for tonight.

    An office that asks for patience, or does not answer, is left alone for as long as it says.
    """
    rights = due_again(at=at, every=every, limit=limit) if can_ask() else []
    for right in rights:
        try:
            look_up(right, by=None, at=at)
        except (RecordUnknown, NumberRefused):
            _not_found(right, at=at)
        except OfficeUnavailable as away:
            log.warning("rights.register.away office=%s detail=%s", away.office, away.detail)
            return timedelta(seconds=away.retry_after or AWAY)
        except OfficeRefused as refused:
            log.error("rights.register.refused office=%s detail=%s", refused.office, refused.detail)
            return None
    return timedelta(0) if len(rights) == limit else None


@transaction.atomic
def _not_found(right: Right, *, at: datetime) -> None:
    """The register has nothing under the number of a verified right: that, too, is for a reviewer."""
    kept = latest(right)
    if kept is not None and NOT_FOUND in kept.findings:
        kept.same_at = at
        kept.save(update_fields=["same_at"])
        return
    _keep(right, OfficeRecord(right.office, kind=right.kind, number=right.number), by=None, at=at, found=[NOT_FOUND])
