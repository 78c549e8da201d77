"""A report by somebody without an account (DSA art. 16(1)): from the first link pasted to the notice, by a code in between.

Rule 1: nothing leaves a draft before a code sent to the address came back: no case, no mail, nothing to any seller. Rule 2: the
rules of a notice are those of everybody, asked with the role `guest`; what a pack asks of guests stands in the pack.
Rule 3: how often one address and one computer may do what costs us or others something is counted by the hour. Rule 4: the
kept files bear names of ours: the name somebody gave a file may be the one nobody is to learn.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext

from countermark.apps.complaints.drafts import LINE_END, AlreadySent, TooManyFiles, copies_of, sendable
from countermark.apps.complaints.guest_again import AlreadyReported, marked, one_at_a_time, refuse_if_all_known
from countermark.apps.complaints.intake import Attached, Filing, NoticeDefective, submit_notice, timing_of
from countermark.apps.complaints.models import GuestDraft, GuestDraftFile, Notice
from countermark.apps.complaints.pasted import ReadLine, as_row, from_row, read_pasted, storable
from countermark.apps.parties import codes
from countermark.apps.parties.models import Marketplace
from countermark.apps.parties.selectors import addresses_of, open_marketplaces, own_patterns
from countermark.apps.work import files
from countermark.core import catalogue, listing_urls, procedure_loader
from countermark.core import notice as rules
from countermark.core.defect import Contact, Defect, EvidenceFacts

log = logging.getLogger("countermark.guests")
GUEST = "guest"
OF_LAW = "eu-notice"  # where a law lets guests report and no procedure of the place does, this one serves them
TEXTS = ("marketplace", "reason", "statement", "name", "email", "language")
FACTS = ("right_owner", "right_number")
LONGEST = 20_000  # characters of a text that are kept to be shown again; more than any rule lets through


class TooOften(Exception):
    """More than an hour allows, of `what`: checks, files, codes, reports. Nothing was done; it goes on later."""

    code = "too_often"
    http_status_hint = 429

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"more {what} than an hour allows")


@dataclass(frozen=True)
class Report:
    """What a guest wants to send, in our rows."""

    marketplace: Marketplace | None
    pack: str
    reason: str = ""
    statement: str = ""
    lines: Sequence[ReadLine] = ()
    files: Sequence[Attached] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    filer: Contact = field(default_factory=Contact)
    declarations: frozenset[str] = frozenset()
    language: str = "en"


# --- where, and by which procedure ------------------------------------------------------------------------------------


def pack_for(place: Marketplace) -> str:
    """The procedure of a guest's report here: the first of the place's that serves guests; "" where none does.

    Where a duty of the place says that guests may report (DSA art. 16(1)) there always is one.
    """
    served = (pack for pack in place.packs if GUEST in procedure_loader.load(pack).serves.get("filers", ()))
    found = next((pack for pack in served if _holds(pack, place)), "")
    if found or not _law_serves_guests(place):
        return found
    return OF_LAW if _holds(OF_LAW, place) else ""


def _holds(pack: str, place: Marketplace) -> bool:
    known, where = catalogue.load(), procedure_loader.load(pack).serves.get("territories", ("*",))
    return any(known.overlap(one, other) for one in where for other in place.territory.split())


def _law_serves_guests(place: Marketplace) -> bool:
    laws = (procedure_loader.load_duties(each) for each in procedure_loader.duties_ids())
    offered = frozenset(place.offered_in)
    return any(law.element.get("guest_filer") and (law.bind(offered) or law.id in place.duties) for law in laws)


def places() -> list[Marketplace]:
    """The marketplaces a guest can report to."""
    return [place for place in open_marketplaces() if pack_for(place)]


def place_of(text: str, offered: Sequence[Marketplace]) -> Marketplace | None:
    """The marketplace that the first link of a paste belongs to, by its address alone; None when none of these knows it."""
    first = next((line for line in LINE_END.split(text[:LONGEST]) if line.strip()), "")
    if not first:
        return None
    extra = own_patterns()
    for place in offered:
        described = addresses_of(place)
        read = (
            listing_urls.read_lines(first, marketplace=described.id, mode="listing", extra=extra) if described else []
        )
        if any(isinstance(line.verdict, listing_urls.Found) for line in read):
            return place
    return None


def reasons_at(place: Marketplace | None) -> list[catalogue.Reason]:
    """Every reason that can be about a listing here."""
    known, there = catalogue.load(), place.territory.split() if place else []
    return [
        each
        for each in known.reasons.values()
        if "listing" in each.scope
        and (not each.territories or any(known.overlap(a, b) for a in each.territories for b in there))
    ]


def most_links(place: Marketplace | None) -> int:
    """How many listings one report may name."""
    return (place.guest_links if place else None) or catalogue.load().number("guest_links")


# --- the draft --------------------------------------------------------------------------------------------------------


@transaction.atomic
def start(*, marketplace: Marketplace, language: str, at: datetime, now: datetime) -> GuestDraft:
    """A new draft. What nobody sent in time goes at the same occasion: it holds a name and an address, and serves nobody."""
    stale(now=now).delete()
    data = {"marketplace": marketplace.slug, "language": language}
    return GuestDraft.objects.create(data=data, created_at=now, updated_at=at)


def stale(*, now: datetime) -> QuerySet[GuestDraft]:
    """Drafts that were begun too long ago, sent or not: what was sent is in the notice."""
    return GuestDraft.objects.filter(created_at__lt=now - timedelta(days=catalogue.load().number("guest_draft_days")))


@transaction.atomic
def save(draft: GuestDraft, *, at: datetime, **answers: Any) -> GuestDraft:
    """Keep answers as typed; those not given stay. Keys: TEXTS, `facts`, `declarations`, `private`. Raises AlreadySent."""
    current = _locked(draft)
    kept = {name: _kept(name, value) for name, value in answers.items()}
    current.data, current.updated_at = {**current.data, **kept}, at
    current.save(update_fields=["data", "updated_at"])
    draft.data = current.data
    return current


def _kept(name: str, value: Any) -> Any:
    if name in TEXTS:
        return storable(str(value))[:LONGEST]
    if name == "facts":
        return {key: storable(str(text))[:LONGEST] for key, text in value.items() if key in FACTS}
    return sorted(value)


def check_lines(draft: GuestDraft, *, text: str, at: datetime, now: datetime, by: str) -> list[ReadLine]:
    """Read what was pasted, ask the marketplace about as many as a report may name, keep the verdicts.

    `by` is the computer that asks, counted by the hour. Raises TooOften, AlreadySent. Not one transaction: nobody may wait
    for a lock while a marketplace is asked.
    """
    current, place = _open(draft), marketplace_of(draft)
    if place is None:
        raise ValueError("a draft without a marketplace has no lines to read; choose one first")
    _within("checks", f"guest-check:{codes.key_of(by)}", "guest_checks_an_hour", now)
    text = text[:LONGEST]
    lines = read_pasted(
        text, marketplace=place, mode="listing", right_id=None, holder_id=None, at=at, most=most_links(place)
    )
    with transaction.atomic():
        current = _locked(draft)
        current.data = {**current.data, "pasted": storable(text), "rows": [as_row(line) for line in lines]}
        current.updated_at = at
        current.save(update_fields=["data", "updated_at"])
    draft.data = current.data
    return lines


def lines_of(draft: GuestDraft) -> list[ReadLine]:
    """The lines of a draft with their verdicts."""
    pasted = LINE_END.split(draft.data.get("pasted", ""))
    return [from_row(row, pasted) for row in draft.data.get("rows", ())]


def attach(
    draft: GuestDraft, *, content: bytes, name: str, kind: str, private: bool, at: datetime, now: datetime, by: str
) -> None:
    """Keep a piece of evidence, under a name of ours. Raises UploadRefused, TooManyFiles, TooOften, AlreadySent."""
    count_file(now=now, by=by)
    examined = files.examine(content, name)  # before the lock: it may take its time
    with transaction.atomic():
        current, most = _locked(draft), catalogue.load().number("evidence_per_notice")
        count = current.files.count()
        if count >= most:
            raise TooManyFiles(most)
        ours = f"evidence-{_next_number(current)}{PurePath(examined.name).suffix.lower()[:8]}"
        file = files.put(replace(examined, name=ours), by=None, at=at)
        GuestDraftFile.objects.create(draft=current, file=file, kind=kind, private=private)


def _next_number(draft: GuestDraft) -> int:
    names = GuestDraftFile.objects.filter(draft=draft).values_list("file__name", flat=True)
    return 1 + max((int(number) for name in names if (number := codes.digits_of(name.partition(".")[0]))), default=0)


@transaction.atomic
def detach(draft: GuestDraft, *, file_id: int) -> None:
    """Take a piece of evidence away again; harmless when it is gone."""
    GuestDraftFile.objects.filter(draft=_locked(draft), file_id=file_id).delete()


def files_of(draft: GuestDraft) -> list[Attached]:
    rows = GuestDraftFile.objects.filter(draft=draft).select_related("file").order_by("pk")
    return [Attached(row.file, row.kind, row.private) for row in rows]


def marketplace_of(draft: GuestDraft) -> Marketplace | None:
    found = Marketplace.objects.filter(slug=draft.data.get("marketplace", ""), is_active=True).first()
    return found if found and pack_for(found) else None


def report_of(draft: GuestDraft) -> Report:
    """The report a draft holds, as far as it goes."""
    data, place = draft.data, marketplace_of(draft)
    return Report(
        marketplace=place,
        pack=pack_for(place) if place else "",
        reason=data.get("reason", ""),
        statement=data.get("statement", ""),
        lines=lines_of(draft),
        files=files_of(draft),
        facts={name: text for name, text in data.get("facts", {}).items() if text.strip()},
        filer=Contact(data.get("name", "").strip(), data.get("email", "").strip()),
        declarations=frozenset(data.get("declarations", ())),
        language=data.get("language", "en"),
    )


def _locked(draft: GuestDraft) -> GuestDraft:
    GuestDraft.objects.select_for_update().get(pk=draft.pk)
    return _open(draft)


def _open(draft: GuestDraft) -> GuestDraft:
    """The draft as it is now. Raises AlreadySent."""
    current = GuestDraft.objects.select_related("sent_as").get(pk=draft.pk)
    if current.sent_as is not None:
        raise AlreadySent(current.sent_as)
    return current


# --- what is to be mended ---------------------------------------------------------------------------------------------


def said(report: Report, *, verified: bool) -> rules.Notice:
    """What the rules see of a report."""
    place = report.marketplace
    there = rules.Marketplace("", "*") if place is None else _place(place)
    return rules.Notice(
        filer_role=GUEST,
        filer=report.filer,
        verified=verified,
        marketplace=there,
        mode="listing",
        right=None,
        reason=report.reason,
        statement=report.statement,
        lines=tuple(line.as_facts() for line in sendable(report.lines, most_links(place))),
        evidence=tuple(EvidenceFacts(a.kind, a.file.name, a.file.sha256) for a in report.files),
        facts=dict(report.facts),
        declarations=report.declarations,
    )


def _place(place: Marketplace) -> rules.Marketplace:
    return rules.Marketplace(place.slug, place.territory, place.calendar, place.guest_links)


def defects(report: Report, *, at: datetime, verified: bool = True) -> tuple[Defect, ...]:
    """Everything there is to mend, apart from the code that is asked last."""
    found = rules.defects(said(report, verified=verified), procedure_loader.load(report.pack), at=at)
    wrong = (
        () if not report.filer.email or is_address(report.filer.email) else (Defect("account_contact_email", "email"),)
    )
    return (*found, *wrong, *_facts_too_long(report))


def _facts_too_long(report: Report) -> list[Defect]:
    most = catalogue.load().number("name_max")
    return [
        Defect("name_too_long", name, data={"max": most}) for name, text in report.facts.items() if len(text) > most
    ]


def is_address(text: str) -> bool:
    """Whether mail can be sent there: one address, nothing before or after it."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def timing(report: Report) -> str:
    """When a measure would take effect."""
    return timing_of(said(report, verified=True), report.marketplace, procedure_loader.load(report.pack))


# --- the code, and sending --------------------------------------------------------------------------------------------


def send_code(draft: GuestDraft, *, at: datetime, now: datetime, by: str) -> None:
    """Send a code to the address of the draft. Raises NoticeDefective, TooOften, CodeNotSent, AlreadySent.

    The letter holds no word of the draft: whoever types a stranger's address cannot write to that stranger.
    """
    current = _open(draft)
    report = report_of(current)
    if blocking := [defect for defect in defects(report, at=at) if defect.blocks]:
        raise NoticeDefective(blocking)
    _within("codes", f"guest-code:{codes.key_of(report.filer.email.lower())}", "guest_codes_an_hour", now)
    _within("codes", f"guest-code-from:{codes.key_of(by)}", "guest_codes_from_one", now)
    with translation.override(codes.spoken(report.language)):
        not_you = gettext(
            "Somebody, probably you, reports a listing and gave this address. "
            "It was not you? Then ignore this mail: without the code nothing is sent and nothing is kept."
        )
        codes.mail_code(current, report.filer.email, codes.make(current, now=now), not_you)


def code_is_out(draft: GuestDraft, *, now: datetime) -> bool:
    """Whether a code was sent that can still be entered."""
    return codes.is_out(draft, now=now)


def forget_code(draft: GuestDraft) -> None:
    """Answers have changed since the code was asked for: another is needed."""
    codes.forget(draft)


def submit(draft: GuestDraft, typed: str, *, at: datetime, now: datetime) -> Notice:
    """Send the report, once, for the right code; a second click finds the notice of the first.

    Raises CodeWrong, CodeDead, TooOften, and intake.NoticeDefective when something changed meanwhile; then nothing was sent.
    AlreadyReported when the same guest has reported all of it before: nothing new was opened, the draft leads to that report.
    """
    current = GuestDraft.objects.select_related("sent_as").get(pk=draft.pk)
    if current.sent_as is not None:
        return current.sent_as
    codes.take(current, typed, now=now)
    report = report_of(current)
    _within("reports", f"guest-report:{codes.key_of(report.filer.email.lower())}", "guest_reports_an_hour", now)
    try:
        notice = _sent(current, report, at)
    except AlreadyReported as before:
        _went_out_as(draft, before.notice, at)
        raise
    _went_out_as(draft, notice, at)
    log.info("guest.reported notice=%s lines=%s", notice.number, notice.complaints.count())
    return notice


def _went_out_as(draft: GuestDraft, notice: Notice, at: datetime) -> None:
    GuestDraft.objects.filter(pk=draft.pk).update(sent_as=notice, updated_at=at, data={})


def _sent(draft: GuestDraft, report: Report, at: datetime) -> Notice:
    place = report.marketplace
    if place is None:
        raise NoticeDefective([Defect("pack_not_for_filer", "marketplace")])
    if blocking := [defect for defect in defects(report, at=at) if defect.blocks]:
        raise NoticeDefective(blocking)
    copies = copies_of(report.lines, place, "listing", at=at)  # before the lock: the marketplace may be asked
    with transaction.atomic():
        one_at_a_time(report.filer.email)
        lines = marked(report.lines, place, address=report.filer.email, reason=report.reason)
        refuse_if_all_known(lines)
        report = replace(report, lines=lines)
        filing = Filing(
            said=said(report, verified=True),
            pack=report.pack,
            marketplace=place,
            copies=copies,
            files=report.files,
            language=report.language,
        )
        return submit_notice(filing, at=at, key=f"guest-draft-{draft.pk}")


def count_file(*, now: datetime, by: str) -> None:
    """Count one file from the computer `by`. Raises TooOften."""
    _within("files", f"guest-file:{codes.key_of(by)}", "guest_files_an_hour", now)


def _within(what: str, key: str, number: str, now: datetime) -> None:
    if not codes.spend(key, number, now):
        raise TooOften(what)
