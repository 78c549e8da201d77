"""The letters to the holder of a right: its end comes near, it ended, somebody doubts it, it was renewed.

Rule 1: a letter is written once for its right and its occasion; a clock that jumps gives the last reminder that is due and no
other. Rule 2: it is sent at least once, under one Message-ID. Rule 3: one that came back for good is no clock's business: it is
an operator's task until it is sent again or read among the holder's messages, and the right's page says the same.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext, gettext_noop, ngettext, pgettext

from countermark.apps.notifications.models import RightLetter
from countermark.apps.parties.models import Holder, Person
from countermark.apps.parties.people import note
from countermark.apps.rights import words
from countermark.apps.rights.clocks import set_clocks, stands
from countermark.apps.rights.models import Right, RightEvent
from countermark.apps.work import moments
from countermark.apps.work.jobs import TryLater, enqueue, enqueue_many
from countermark.connectors.mail import Mail, MailFailed

log = logging.getLogger("countermark.notifications")
JOB = "deliver_right"
FOOT = gettext_noop("Countermark. Replies to this mail are not read.")


# --- writing --------------------------------------------------------------------------------------------------------------


def remind(*, at: datetime, now: datetime, limit: int = 200) -> int:
    """Remind holders of ends that come near; returns how many rights were looked at. `at` is case time, `now` real time."""
    due = list(Right.objects.filter(remind_at__lte=at).order_by("remind_at", "pk").values_list("pk", flat=True)[:limit])
    for pk in due:
        _remind(pk, at, now)
    return len(due)


@transaction.atomic
def _remind(right_id: int, at: datetime, now: datetime) -> None:
    right = Right.objects.select_for_update(of=("self",)).select_related("holder").get(pk=right_id)
    standing = stands(right, at=at)
    if standing.mark and standing.ends_on:
        _write(right, f"ends-{standing.ends_on.isoformat()}-{standing.mark}", "ends", standing.mark, at, now)
    set_clocks(right, at=at)
    right.save(update_fields=["look_at", "remind_at"])


@transaction.atomic
def tell(event_id: int, *, at: datetime, now: datetime) -> None:
    """Tell the holder what happened to a right; more than one where the event names them. Telling twice is harmless."""
    event = RightEvent.objects.select_related("right__holder").get(pk=event_id)
    named = Holder.objects.filter(pk__in=event.data.get("tell", ())).order_by("pk")
    if not named:
        _write(event.right, f"event-{event.pk}", event.event, None, at, now)
    for holder in named:
        _write(event.right, f"event-{event.pk}-{holder.pk}", event.event, None, at, now, to=holder)


def _write(
    right: Right, key: str, what: str, days: int | None, at: datetime, now: datetime, *, to: Holder | None = None
) -> None:
    holder = to or right.holder
    address = holder.contact_email
    failed = {} if address else {"failed_at": at, "answer": "no address is known"}
    same = {"holder": holder, "what": what, "days": days, "created_at": at, "address": address}
    fresh = {**same, "mail_id": _mail_id(right), **failed}
    letter, written = RightLetter.objects.get_or_create(right=right, key=key, defaults=fresh)
    if written and address:
        enqueue(JOB, str(letter.pk), run_at=now)
        log.info("right_letter.written right=%s what=%s", right.pk, what)


def _mail_id(right: Right) -> str:
    return f"<right-{right.pk}.{secrets.token_hex(12)}@{urlsplit(settings.BASE_URL).hostname}>"


# --- sending --------------------------------------------------------------------------------------------------------------


def send(letter_id: int, *, at: datetime, now: datetime) -> bool:
    """Hand one letter to the mail server; whether it was taken over. Raises TryLater when it was not, for now."""
    letter = RightLetter.objects.select_related("right", "holder").get(pk=letter_id)
    if letter.delivered_at or letter.failed_at or not letter.address:
        return False
    mine = RightLetter.objects.filter(pk=letter_id)
    mine.update(attempts=F("attempts") + 1, tried_at=now)
    try:
        receipt = import_string(settings.MAILER_FACTORY)().send(mail_of(letter, at=at))
    except MailFailed as failed:
        mine.update(answer=f"{failed.code} {failed.text}"[:300], failed_at=at if failed.permanent else None)
        if not failed.permanent:
            raise TryLater(str(failed)) from failed
        log.warning("right_letter.failed letter=%s code=%s", letter_id, failed.code)
        return False
    had_gone_out(letter_id, answer=f"{receipt.code} {receipt.text}"[:300], at=at)
    return True


def had_gone_out(letter_id: int, *, answer: str, at: datetime) -> None:
    """A mail server took the letter over at `at` (case time), by its own word or by an operator's."""
    RightLetter.objects.filter(pk=letter_id, delivered_at=None).update(delivered_at=at, answer=answer)


# --- reading, and what came back ------------------------------------------------------------------------------------------


def letter_to(pk: int, *, holder_ids: Sequence[int]) -> RightLetter | None:
    """The letter of this number, if it went to one of these holders."""
    return RightLetter.objects.filter(pk=pk, holder__in=holder_ids).select_related("right", "holder").first()


def read(letter: RightLetter, *, at: datetime) -> None:
    """Its holder has opened it among the messages; the first time counts. It is no operator's task any more."""
    RightLetter.objects.filter(pk=letter.pk, read_at=None).update(read_at=at)


def not_arrived() -> QuerySet[RightLetter]:
    """Letters that came back for good, or had no address, and that nobody has read: operators' tasks."""
    rows = RightLetter.objects.filter(delivered_at=None, read_at=None).exclude(failed_at=None)
    return rows.select_related("right", "holder").order_by("failed_at", "pk")


@transaction.atomic
def handed_over(letter: RightLetter, *, by: Person, at: datetime, now: datetime) -> None:
    """An operator told the reader another way; one that arrived meanwhile stays as it is."""
    mine = RightLetter.objects.filter(pk=letter.pk, delivered_at=None)
    if mine.update(delivered_at=at, answer="handed over by the desk"):
        note("right_letter.handed_over", by=by, now=now, right=letter.right_id, letter=letter.pk)


@transaction.atomic
def send_again(letters: QuerySet[RightLetter], *, now: datetime) -> int:
    """Send these once more to the address their holder has now; returns how many. Without one a letter stays as it is."""
    rows = [row for row in letters if row.holder.contact_email]
    for row in rows:
        row.address, row.failed_at, row.answer = row.holder.contact_email, None, ""
    RightLetter.objects.bulk_update(rows, ["address", "failed_at", "answer"])
    enqueue_many([(JOB, str(row.pk), {}) for row in rows], run_at=now)
    return len(rows)


# --- wording --------------------------------------------------------------------------------------------------------------


def mail_of(letter: RightLetter, *, at: datetime) -> Mail:
    """The letter in the language of its reader, as the right stands at `at`."""
    language = letter.holder.language or settings.LANGUAGE_CODE
    with translation.override(language):
        said, label, foot = said_in(letter, at=at), gettext("See the right:"), gettext(FOOT)
        link = f"{settings.BASE_URL}{said.url}"
        shown = {**said._asdict(), "link": link, "label": label, "foot": foot, "language": language}
        html = render_to_string("mail/right.html", shown)
        text = "\n\n".join([said.greeting, "\n".join(said.sentences), f"{label}\n{link}"])
        return Mail(letter.address, said.subject, f"{text}\n\n-- \n{foot}\n", letter.mail_id, language, html)


class Said(NamedTuple):
    """A letter in words; `url` is the page of the right, of all rights where it went over to another account meanwhile."""

    subject: str
    greeting: str
    sentences: list[str]
    url: str


def said_in(letter: RightLetter, *, at: datetime) -> Said:
    """What a letter says in the language of now, as the right stands at `at`."""
    is_theirs = letter.right.holder_id == letter.holder_id
    url = reverse("holder:right", args=[letter.right_id]) if is_theirs else reverse("holder:rights")
    greeting = gettext("To %(name)s") % {"name": letter.holder.name}
    return Said(subject(letter), greeting, list(_sentences(letter, at)), url)


def subject(letter: RightLetter) -> str:
    if letter.what != "ends":
        return _one_line(moments.labelled(letter.right.name, words.event_said(letter.what)))
    days = letter.days or 0
    said = ngettext("%(right)s ends within a day", "%(right)s ends within %(n)s days", days)
    return _one_line(said % {"right": letter.right.name, "n": days})


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _named(right: Right) -> str:
    pieces = (f"{words.kind_title(right.kind)} {right.name}", f"{right.office} {right.number}".strip())
    return pgettext("mark between two pieces", ", ").join(filter(None, pieces))


def _sentences(letter: RightLetter, at: datetime) -> Iterator[str]:
    right, now = letter.right, stands(letter.right, at=at)
    yield _named(right)
    if letter.what != "ends":
        yield words.event_said(letter.what)
    if letter.what == "returned" and right.state == "returned":
        yield from (moments.sentences(words.return_reason_said(code)) for code in right.return_reasons)
        yield from filter(None, [right.return_note])
    if now.ends_on and right.state == "approved":
        yield gettext("It is registered until %(day)s.") % {"day": moments.day(now.ends_on)}
    if now.grace_ends_on and right.state == "in_grace":
        yield gettext("It can still be renewed until %(day)s.") % {"day": moments.day(now.grace_ends_on)}
    if right.state in ("approved", "in_grace") and now.ends_on:
        yield gettext("Renew it at the office, then register the renewal here; else open complaints stand still.")
