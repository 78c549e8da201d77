"""How do letters of Django and allauth (codes, notes about sign-in) leave? Through the same port as every other letter."""

from collections.abc import Sequence
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from countermark.connectors.mail import Mail, MailFailed


class PortBackend(BaseEmailBackend):
    """Django's mail backend over the port `Mailer`: one letter for each recipient, attachments refused."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        mailer = import_string(settings.MAILER_FACTORY)()
        letters = [letter for message in email_messages for letter in as_letters(message)]
        sent = 0
        for letter in letters:
            try:
                mailer.send(letter)
                sent += 1
            except MailFailed:
                if not self.fail_silently:
                    raise
        return sent


def as_letters(message: EmailMessage) -> list[Mail]:
    """Return one letter for each recipient. ValueError for an attachment: what we send lies behind a door, not in mail."""
    if message.attachments:
        raise ValueError("letters carry no attachments; link to the page that has the file")
    html = next((body for body, kind in getattr(message, "alternatives", ()) if kind == "text/html"), None)
    domain = urlsplit(settings.BASE_URL).hostname
    return [
        Mail(to, message.subject, message.body, make_msgid(domain=domain), get_language() or "en", html)
        for to in message.recipients()
    ]
