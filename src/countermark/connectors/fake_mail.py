"""Where do letters go when none should leave the house? Into a list (FakeMailer) or a folder of .eml files (FileMailer)."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime
from pathlib import Path

from countermark.connectors.mail import Mail, MailFailed, MailRefused, Receipt, as_email, mailbox_of


class FakeMailer:
    """The port `Mailer`, in memory. `outbox` holds every letter taken over, repetitions included."""

    def __init__(self) -> None:
        self.outbox: list[Mail] = []
        self._failures: dict[str, MailFailed] = {}
        self._next: list[MailFailed] = []

    def refuse(self, address: str, code: int = 550, text: str = "No such mailbox.") -> None:
        """Let this address bounce from now on: 5xx for good, 4xx for now."""
        self._failures[address] = MailRefused(code >= 500, code, text)

    def accept(self, address: str) -> None:
        self._failures.pop(address, None)

    def fail_next(self, *failures: MailFailed) -> None:
        """Let the next attempts fail, in this order, whoever they go to."""
        self._next.extend(failures)

    def to(self, address: str) -> list[Mail]:
        """The letters to one address, oldest first, each Message-ID once: what the person finds in the mailbox."""
        return list({one.message_id: one for one in self.outbox if one.to == address}.values())

    def send(self, message: Mail) -> Receipt:
        mailbox_of(as_email(message, "fake@countermark.example")["To"])  # what has no address cannot be sent
        if self._next:
            raise self._next.pop(0)
        if message.to in self._failures:
            raise self._failures[message.to]
        self.outbox.append(message)
        return Receipt(message.message_id, 250, "kept in memory")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter read back from the folder. `sent_at` is aware."""

    message_id: str
    to: str
    sender: str
    subject: str
    language: str
    sent_at: datetime
    text: str
    html: str | None
    path: Path


class FileMailer:
    """The port `Mailer` that writes each letter into `folder` as an .eml file; a repetition replaces its first copy."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder = folder
        self._sender = sender

    def send(self, message: Mail) -> Receipt:
        email = as_email(message, self._sender)
        mailbox_of(email["To"])
        content = email.as_bytes(policy=policy.SMTP)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{hashlib.sha256(message.message_id.encode()).hexdigest()[:32]}.eml"
        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".arriving-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(temporary, path)
        except OSError:  # no room: nothing half is left
            Path(temporary).unlink(missing_ok=True)
            raise
        return Receipt(message.message_id, 250, f"written to {path.name}")

    def letters(self, to: str | None = None) -> list[Letter]:
        """The letters in the folder, newest first; only those to one address if it is named."""
        found = [letter for letter in self._read() if to is None or letter.to.casefold() == to.casefold()]
        return sorted(found, key=lambda letter: (letter.sent_at, letter.path.stat().st_mtime_ns), reverse=True)

    def letter(self, name: str) -> Letter | None:
        """One letter by its file's stem; None when there is none."""
        return next((letter for letter in self._read() if letter.path.stem == name), None)

    def _read(self) -> Iterator[Letter]:
        for path in self.folder.glob("*.eml") if self.folder.is_dir() else ():
            parsed = message_from_bytes(path.read_bytes(), policy=policy.default)
            if isinstance(parsed, EmailMessage):
                yield _letter(parsed, path)


def _content(part: MIMEPart) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def _letter(email: EmailMessage, path: Path) -> Letter:
    html = email.get_body(("html",))
    plain = email.get_body(("plain",))
    return Letter(
        message_id=str(email["Message-ID"]),
        to=str(email["To"]),
        sender=str(email["From"]),
        subject=str(email["Subject"]),
        language=str(email["Content-Language"]),
        sent_at=parsedate_to_datetime(str(email["Date"])),
        text=_content(plain) if plain else "",
        html=_content(html) if html else None,
        path=path,
    )
