"""How a notice becomes cases: one writer for every door (web, API, files, guest form).

All doors build the same core.notice.Notice, ask the same `defects`, and call `submit_notice`. Lint is the same question
without the write. 300 lines are one transaction written in sets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from countermark.apps.complaints.models import Notice, NoticeFile
from countermark.apps.complaints.services import (
    CASE_FIELDS,
    EVENT_FIELDS,
    STATEMENT_FIELDS,
    Reasons,
    ReasonsMissing,
    act,
    case_columns,
    statement_row,
)
from countermark.apps.listings.models import FrozenCopy
from countermark.apps.listings.services import Kept, sellers_of
from countermark.apps.mandates.models import Mandate
from countermark.apps.parties.models import Holder, Marketplace, Person
from countermark.apps.rights.models import Right
from countermark.apps.work import packs, true_time
from countermark.apps.work.bulk import instant_writer, next_ids, put
from countermark.apps.work.jobs import enqueue_many
from countermark.apps.work.models import StoredFile
from countermark.apps.work.sealing import seal
from countermark.apps.work.services import calendars_for, next_numbers
from countermark.core import chain, procedure_loader
from countermark.core import notice as rules
from countermark.core.complaint import Case, open_case
from countermark.core.procedure import Procedure

FIXED = (
    "number",
    "notice_id",
    "line",
    "listing_id",
    "seller_id",
    "copy_id",
    "pack",
    "calendar",
    "zone",
    "timing",
    "opened_at",
    "risk",
    "holder_id",
)
PENDING = ("pending", "returned")  # states of a right that a case can wait in


class NoticeDefective(Exception):
    """The notice cannot be sent as it is; `defects` names all that is wrong. Nothing was written, nobody was told."""

    code = "notice_defective"
    http_status_hint = 422

    def __init__(self, defects: Sequence[rules.Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(defect.code for defect in self.defects))


@dataclass(frozen=True)
class Attached:
    """One file of a notice: the kind of evidence it is, and whether the seller may see it."""

    file: StoredFile
    kind: str
    private: bool = False


@dataclass(frozen=True)
class Filing:
    """A notice with the rows it speaks of. `copies` holds a frozen copy for each item id of a line that can be sent."""

    said: rules.Notice
    pack: str
    marketplace: Marketplace
    copies: Mapping[str, Kept | FrozenCopy]
    holder: Holder | None = None
    person: Person | None = None
    right: Right | None = None
    mandate: Mandate | None = None  # of an agent: what it files under
    files: Sequence[Attached] = ()
    language: str = "en"


def submit_notice(filing: Filing, *, at: datetime, key: str | None = None) -> Notice:
    """Open one case for each line that can be sent; returns the notice.

    A replay with the same `key` answers the same notice. Raises NoticeDefective with every defect when something blocks;
    lines that cannot be sent are kept with their verdict in `left_out`.
    """
    if key and (replay := Notice.objects.filter(key=key).first()):
        return replay
    procedure = procedure_loader.load(filing.pack)
    defects = rules.defects(filing.said, procedure, at=at)
    if rules.blocks_sending(defects):
        raise NoticeDefective([d for d in defects if d.blocks])
    ready = [line for line in rules.ready_lines(filing.said, defects) if line.item_id in filing.copies]
    try:
        with transaction.atomic():
            packs.keep(procedure.id, at=at)
            _still_mandated(filing)
            notice = _notice(filing, procedure, defects, at, key)
            ids = _cases(notice, filing, procedure, ready, at)
            _wait_for_right(filing, procedure, ids, at)
    except IntegrityError:
        if key and (replay := Notice.objects.filter(key=key).first()):
            return replay  # the other click of a double click
        raise
    return notice


def _still_mandated(filing: Filing) -> None:
    """The mandate is held while the cases are written: one revoked since it was read opens none. Raises NoticeDefective."""
    if filing.mandate is None:
        return
    held = Mandate.objects.select_for_update(of=("self",)).values_list("state", flat=True)
    if held.get(pk=filing.mandate.pk) != filing.mandate.state:
        raise NoticeDefective([rules.Defect("mandate_revoked", "right")])


def duties_of(marketplace: Marketplace, procedure: Procedure) -> list[str]:
    """The laws that ride on this complaint: those of the pack, of the marketplace, and of where the listing is offered."""
    offered = frozenset(marketplace.offered_in)
    bound = [i for i in procedure_loader.duties_ids() if procedure_loader.load_duties(i).bind(offered)]
    return sorted({*procedure.duties, *marketplace.duties, *bound})


def timing_of(said: rules.Notice, marketplace: Marketplace | None, procedure: Procedure) -> str:
    """When the measure takes effect: the marketplace's choice where the pack offers it, else by reason and pack."""
    chosen = marketplace.timing if marketplace else ""
    return chosen if chosen in procedure.timing else rules.timing_for(said, procedure)


def _notice(
    filing: Filing, procedure: Procedure, defects: Sequence[rules.Defect], at: datetime, key: str | None
) -> Notice:
    said = filing.said
    year = at.year
    number = f"N-{year}-{next_numbers(f'notice-{year}')[0]:06}"
    subject = f"holder:{filing.holder.pk}" if filing.holder else f"guest:{number}"
    notice = Notice.objects.create(
        number=number,
        holder=filing.holder,
        filed_by=filing.person,
        filer_role=said.filer_role,
        filer_name=said.filer.name,
        filer_email=said.filer.email,
        marketplace=filing.marketplace,
        right=filing.right,
        right_frozen=_frozen_right(said.right),
        mandate=filing.mandate,
        mode=said.mode,
        reason=said.reason,
        statement=seal(subject=subject, text=said.statement),
        facts={name: str(value) for name, value in said.facts.items()},
        declarations=sorted(said.declarations),
        signature=said.signature,
        pack=procedure.id,
        pack_version=procedure.version,
        pack_digest=procedure.digest,
        duties=duties_of(filing.marketplace, procedure),
        language=filing.language,
        submitted_at=at,
        left_out=_left_out(said, defects),
        key=key,
    )
    NoticeFile.objects.bulk_create(
        NoticeFile(notice=notice, file=a.file, kind=a.kind, private=a.private) for a in filing.files
    )
    return notice


def _frozen_right(right: rules.RightFacts | None) -> dict[str, Any]:
    if right is None:
        return {}
    return {**asdict(right), "expires_on": right.expires_on.isoformat() if right.expires_on else None}


def _left_out(said: rules.Notice, defects: Sequence[rules.Defect]) -> list[dict[str, Any]]:
    raw = {line.number: line.raw for line in said.lines}
    return [
        {"line": d.line, "raw": raw[d.line], "code": d.code, "data": {k: str(v) for k, v in d.data.items()}}
        for d in defects
        if d.line in raw
    ]


def _cases(
    notice: Notice, filing: Filing, procedure: Procedure, lines: Sequence[rules.LineFacts], at: datetime
) -> list[int]:
    """All rows of all cases of one notice: the case, its first event, its work, in sets. Returns the ids."""
    place = filing.marketplace
    calendars = calendars_for(place.calendar)
    timing = timing_of(filing.said, place, procedure)
    case = open_case(procedure, timing=timing, at=at, calendars=calendars, zone=place.zone)
    if case.ask != "nothing" and not filing.said.reason:
        raise ReasonsMissing("this pack restricts at intake; pass a reason")
    when, recorded = instant_writer(), true_time.now()
    copies = [filing.copies[str(line.item_id)] for line in lines]
    sellers = sellers_of(copy.listing_id for copy in copies)
    ids = next_ids("complaints_complaint", len(copies))
    heads = _chained(notice, [copy.digest for copy in copies], procedure, case, at=at, recorded=recorded)
    stands = case_columns(procedure, case, b"", when)  # the same in all of them, but for the head of the chain
    head_at = CASE_FIELDS.index("head_hash")
    before, after = stands[:head_at], stands[head_at + 1 :]
    same = (procedure.id, place.calendar, place.zone, timing, when(at), 1, notice.holder_id)
    put(
        "complaints_complaint",
        ("id", *FIXED, *CASE_FIELDS),
        [
            (
                pk,
                number,
                notice.pk,
                line,
                copy.listing_id,
                sellers[copy.listing_id],
                copy.pk,
                *same,
                *before,
                head,
                *after,
            )
            for line, (pk, copy, (number, _, head)) in enumerate(zip(ids, copies, heads, strict=True), 1)
        ],
    )
    events = [
        (pk, 0, "opened", "complainant", when(at), when(recorded), case.state, case.ask, payload.decode(), head)
        for pk, (_, payload, head) in zip(ids, heads, strict=True)
    ]
    put("complaints_complaintevent", EVENT_FIELDS, events)
    _work(notice, case, ids, [copy.listing_id for copy in copies], recorded)
    return list(ids)


def _wait_for_right(filing: Filing, procedure: Procedure, ids: Sequence[int], at: datetime) -> None:
    """Cases on a right that is still being verified stand still; `rights_watch.approve_right` lets them go.

    The right is held meanwhile: one that was verified since it was read keeps no case waiting.
    """
    if filing.right is None or not rules.waits_for_right(filing.said, procedure):
        return
    state = Right.objects.select_for_update(of=("self",)).values_list("state", flat=True).get(pk=filing.right.pk)
    if state in PENDING:
        act(ids, "right_in_doubt", by="rights", at=at, data={"right": state})


def _chained(
    notice: Notice, digests: Sequence[str], procedure: Procedure, case: Case, *, at: datetime, recorded: datetime
) -> list[tuple[str, bytes, bytes]]:
    """The number, the first payload and the head of the chain of each case, in the order of the lines."""
    data = {
        "reason": notice.reason,
        "statement": notice.statement.digest,
        "pack": f"{procedure.id}@{procedure.version}",
        **({"mandate": notice.mandate_id} if notice.mandate_id else {}),
    }
    links = []
    for line, digest in enumerate(digests, 1):
        number = f"CM-{notice.number[2:]}-{line:02}"
        payload = chain.payload(
            complaint=number, seq=0, event="opened", by="complainant", at=at.isoformat(), recorded_at=recorded.isoformat(),
            state=case.state, ask=case.ask, data={**data, "copy": digest},
        )  # fmt: skip
        links.append((number, payload, chain.event_hash(chain.GENESIS, payload)))
    return links


def _work(notice: Notice, case: Case, ids: Sequence[int], listing_ids: Sequence[int], recorded: datetime) -> None:
    """What follows from opening: telling the parties; where the pack restricts at once, the reasons and the marketplace."""
    work: list[tuple[str, str, Mapping[str, Any]]] = [("tell", str(notice.pk), {})]
    if case.ask != "nothing":
        when, reasons = instant_writer(), Reasons((notice.reason,), {"notice": notice.number})
        put(
            "complaints_statementofreasons",
            STATEMENT_FIELDS,
            [statement_row(pk, case, "opened", reasons, when) for pk in ids],
        )
        work += [("enforce", str(listing_id), {}) for listing_id in listing_ids]
    enqueue_many(work, run_at=recorded)
