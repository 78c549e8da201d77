"""Who is written to when something happens to a mandate? The owner, with the address that shows and can end it; its agent; of a
sub-mandate also who passed it on, and who may accept it.

Rule 1: at least once, each letter under a Message-ID that stays the same when it is sent again. Rule 2: after a restore nothing
is told of what happened before it: it may have been told since the backup.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from countermark.apps.mandates import words
from countermark.apps.mandates.links import address_of
from countermark.apps.mandates.models import Mandate, MandateEvent
from countermark.apps.parties.codes import spoken
from countermark.apps.work import moments
from countermark.apps.work.jobs import TryLater
from countermark.apps.work.models import Restoration
from countermark.connectors.mail import Mail, MailFailed

log = logging.getLogger("countermark.mandates")
OF_AGENT = ("returned", "in_force", "expired", "ends_soon", "principal_linked", "taken_over")
OF_OWNER = ("submitted", "in_force", "expired", "ends_soon", "offered", "accepted")
OF_GRANTOR = ("accepted", "expired")
OWNER_KNOWS = ("principal", "parent")  # by its own hand, or by the letter about the mandate it was passed on from


def tell(event_id: int, *, now: datetime) -> int:
    """Write about one event to whom it concerns; how many letters were taken. Raises TryLater while a server is away."""
    event = MandateEvent.objects.select_related("mandate__agent", "mandate__parent__agent").filter(pk=event_id).first()
    if event is None or event.told_at is not None:
        return 0
    if Restoration.objects.filter(restored_at__gt=event.at).exists():
        log.warning("mandate_letter.held event=%s", event.pk)
        return 0
    taken = sum(_sent(mail) for mail in _mails(event))
    MandateEvent.objects.filter(pk=event.pk, told_at=None).update(told_at=now)
    return taken


def _sent(mail: Mail) -> bool:
    try:
        import_string(settings.MAILER_FACTORY)().send(mail)
    except MailFailed as failed:
        if not failed.permanent:
            raise TryLater(str(failed)) from failed
        log.warning("mandate_letter.failed id=%s code=%s", mail.message_id, failed.code)
        return False
    return True


def _mails(event: MandateEvent) -> Iterator[Mail]:
    row, revoked, side = event.mandate, event.event == "revoked", event.side
    if row.principal_email and (event.event in OF_OWNER or (revoked and side not in OWNER_KNOWS)):
        yield _mail(event, "owner", row.principal_email, row.principal_language)
    if row.parent is not None and row.verified_at is None:  # nobody acts by it yet
        if event.event == "offered" or revoked:
            yield _mail(event, "invited", row.offered_to, row.agent.language)
        return
    if event.event in OF_AGENT or (revoked and side != "agent"):
        yield _mail(event, "agent", row.agent.contact_email, row.agent.language)
    if row.parent is not None and (event.event in OF_GRANTOR or (revoked and side in ("agent", "principal"))):
        yield _mail(event, "grantor", row.parent.agent.contact_email, row.parent.agent.language)


def _mail(event: MandateEvent, reader: str, address: str, language: str) -> Mail:
    host = urlsplit(settings.BASE_URL).hostname
    with translation.override(spoken(language)):
        subject, *paragraphs = TO.get(reader, _to_agent)(event)
    text = "\n\n".join(paragraphs) + "\n"
    return Mail(address, " ".join(subject.split()), text, f"<mandate-{event.pk}-{reader}@{host}>", spoken(language))


def _to_owner(event: MandateEvent) -> tuple[str, ...]:
    """Subject, what happened, where the owner sees what is done in its name and can end it."""
    row = event.mandate
    who = {"agent": row.agent.name, "owner": row.principal_name}
    if event.event == "submitted":
        subject = gettext("%(agent)s says that it acts for you") % who
        what = gettext("%(agent)s has registered a power of attorney of %(owner)s here. We are verifying it.") % who
    elif event.event == "offered":
        subject = gettext("%(agent)s passes your mandate on") % who
        passed = {**who, "to": row.offered_to}
        what = gettext("%(agent)s, who acts for %(owner)s, offers a part of its mandate to %(to)s.") % passed
    elif event.event == "ends_soon":
        subject, what = words.ends_soon_said(event), words.renew_said(event)
    else:
        subject = moments.labelled(row.agent.name, words.event_said(event.event, event.side))
        what = gettext("The mandate of %(agent)s to act for %(owner)s:") % who
        what = moments.sentences([what, words.event_said(event.event, event.side)])
    where = gettext("Here you see everything done in your name, and can revoke the mandate at once:")
    keep = gettext("Whoever has this address can revoke the mandate. Keep it to yourself.")
    return subject, what, where, address_of(row), keep


def _to_agent(event: MandateEvent) -> tuple[str, ...]:
    """Subject, what happened, where it stands."""
    row: Mandate = event.mandate
    said = words.ends_soon_said(event) if event.event == "ends_soon" else words.event_said(event.event, event.side)
    subject = gettext("Mandate of %(owner)s: %(what)s") % {"owner": row.principal_name, "what": said}
    reasons = [moments.sentences(words.reason_said(code)) for code in event.data.get("reasons", ())]
    renew = [words.renew_said(event)] if event.event == "ends_soon" else []
    return subject, moments.labelled(str(row), said), *reasons, *renew, gettext("The mandate stands here:"), _page(row)


def _to_invited(event: MandateEvent) -> tuple[str, ...]:
    """Subject, what is offered and by whom, where it is accepted."""
    row: Mandate = event.mandate
    who = {"agent": row.agent.name, "owner": row.principal_name}
    if event.event != "offered":
        gone = gettext("%(agent)s no longer offers you to act for %(owner)s") % who
        return gone, gettext("%(what)s.") % {"what": gone}
    subject = gettext("%(agent)s offers you to act for %(owner)s") % who
    what = gettext("%(agent)s offers you a part of its mandate of %(owner)s. It is in force once you accept it.") % who
    where = gettext("Sign in as an agent with this e-mail address, or open an account, and accept it here:")
    return subject, what, where, _page(row)


def _page(row: Mandate) -> str:
    return f"{settings.BASE_URL}{reverse('holder:mandate', args=[row.pk])}"


TO = {"owner": _to_owner, "invited": _to_invited}
