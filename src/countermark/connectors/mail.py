"""How does a message reach a mailbox, and what is known afterwards?

Rule 1, at least once: a message keeps its Message-ID through every attempt, so that a mailbox can drop repetitions,
and so that a letter whose confirmation was lost may be sent again.
Rule 2, a refusal is an answer: MailRefused says whether it is for good (5xx) or for now (4xx). MailUnavailable says
nothing was learnt, and whether the letter may have arrived all the same.

The port knows no template and no person: subject and text come worded, in `language`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter to one person. `message_id` with its angle brackets, stable over attempts; `language` a BCP 47 tag."""

    to: str
    subject: str
    text: str
    message_id: str
    language: str
    html: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The next server took the letter over: its answer, in its words."""

    message_id: str
    code: int
    text: str


class MailFailed(Exception):
    """The letter was not taken over. `permanent`: sending it again as it is will not help."""

    http_status_hint = 502

    def __init__(self, permanent: bool, code: int, text: str) -> None:
        self.permanent = permanent
        self.code = code
        self.text = text
        super().__init__(permanent, code, text)


class MailRefused(MailFailed):
    """The mail server refused this letter. `code` is its SMTP reply code, `text` its words (RFC 5321, 4.2)."""

    def __str__(self) -> str:
        then = "Check the address." if self.permanent else "It will be sent again."
        return f"The mail server refused the letter ({self.code} {self.text}). {then}"


class MailUnavailable(MailFailed):
    """No mail server answered as one should. `may_have_arrived`: it was handed over, the confirmation was lost."""

    def __init__(self, text: str, *, may_have_arrived: bool = False) -> None:
        self.may_have_arrived = may_have_arrived
        super().__init__(False, 0, text)

    def __str__(self) -> str:
        return f"The mail server could not be reached or did not answer ({self.text}). The letter will be sent again."


class Mailer(Protocol):
    """The port."""

    def send(self, message: Mail) -> Receipt:
        """Hand the letter over and return the receipt; raise MailRefused or MailUnavailable."""
        ...


def mailbox_of(header: Any) -> str:
    """The bare address in a From or To header, its domain in ASCII; MailRefused for good when there is none."""
    spec = header.addresses[0].addr_spec if len(header.addresses) == 1 else ""
    local, _, domain = spec.rpartition("@")
    try:
        plain = domain.encode("idna").decode()
    except UnicodeError:
        plain = ""
    if not local or not plain:
        raise MailRefused(True, 553, f"{header} is not one mail address.")
    return f"{local}@{plain}"


def as_email(message: Mail, sender: str) -> EmailMessage:
    """The letter in Internet form. A line break in an address, subject or header is a ValueError."""
    email = EmailMessage()
    email["From"] = sender
    try:
        email["To"] = message.to
    except IndexError as unreadable:  # the standard library's reader stumbles over `mei@`
        raise MailRefused(True, 553, f"{message.to} is not one mail address.") from unreadable
    email["Subject"] = message.subject
    email["Date"] = format_datetime(localtime())  # of handing it over, in real time; the case time stands in the text
    email["Message-ID"] = message.message_id
    email["Auto-Submitted"] = "auto-generated"  # RFC 3834: keeps out-of-office replies away
    for name, value in message.headers.items():
        email[name] = value
    email.set_content(message.text)
    if message.html:
        email.add_alternative(message.html, subtype="html")
    email["Content-Language"] = message.language  # last: setting the content drops every Content- header
    return email
