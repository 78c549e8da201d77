"""How is a letter handed to an SMTP server? One connection a letter, each step of it told apart when it fails."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import policy
from email.message import EmailMessage

from countermark.connectors.mail import Mail, MailRefused, MailUnavailable, Receipt, as_email, mailbox_of

SECONDS = 30.0  # a worker's lease is longer; RFC 5321, 4.5.3.2 would wait minutes, a later attempt is cheaper


class SmtpMailer:
    """The port `Mailer` over SMTP.

    STARTTLS is used whenever the server offers it, its certificate checked against `tls`; `implicit_tls` speaks TLS
    from the first byte (port 465). A password is never sent over an open line.
    """

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        *,
        user: str = "",
        password: str = "",
        implicit_tls: bool = False,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._place = (host, port)
        self._sender = sender
        self._login = (user, password)
        self._implicit_tls = implicit_tls
        self._tls = tls or ssl.create_default_context()
        self._seconds = seconds

    def send(self, message: Mail) -> Receipt:
        email = as_email(message, self._sender)
        with _translated():
            connection = self._connect()
        try:
            return self._hand_over(connection, email, message)
        finally:
            with suppress(smtplib.SMTPException, OSError):  # how the talk ends changes nothing
                connection.quit()
            connection.close()

    def _connect(self) -> smtplib.SMTP:
        """A connection that may carry letters: greeted, encrypted where offered, signed in where asked for."""
        host, port = self._place
        if self._implicit_tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=self._seconds, context=self._tls)
        else:
            connection = smtplib.SMTP(host, port, timeout=self._seconds)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        encrypted = self._implicit_tls
        if not encrypted and connection.has_extn("starttls"):
            connection.starttls(context=self._tls)
            connection.ehlo()
            encrypted = True
        if self._login[0]:
            if not encrypted:
                raise MailUnavailable("the server offers no encryption, so the password was not sent")
            connection.login(*self._login)

    def _hand_over(self, connection: smtplib.SMTP, email: EmailMessage, message: Mail) -> Receipt:
        sender, to = mailbox_of(email["From"]), mailbox_of(email["To"])
        wide = [] if (sender + to).isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
        if wide and not connection.has_extn("smtputf8"):
            raise MailRefused(True, 553, "This server takes no address beyond ASCII (SMTPUTF8, RFC 6531).")
        with _translated():
            _accepted(connection.mail(sender, wide))
            _accepted(connection.rcpt(to))
        with _translated(may_have_arrived=True):
            code, text = _accepted(_data(connection, email, wide=bool(wide)))
        return Receipt(message.message_id, code, text)


def _data(connection: smtplib.SMTP, email: EmailMessage, *, wide: bool) -> tuple[int, bytes]:
    try:
        return connection.data(email.as_bytes(policy=policy.SMTPUTF8 if wide else policy.SMTP))
    except smtplib.SMTPDataError as refused:  # DATA itself was refused, before the letter went out
        return refused.smtp_code, _words(refused.smtp_error).encode()


def _accepted(reply: tuple[int, bytes]) -> tuple[int, str]:
    code, words = reply[0], _words(reply[1])
    if 200 <= code < 300:
        return code, words
    if code < 0:
        raise MailUnavailable("the connection ended")
    raise MailRefused(code >= 500, code, words)


def _words(reply: bytes | str) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply


@contextmanager
def _translated(*, may_have_arrived: bool = False) -> Iterator[None]:
    """Turn what smtplib and sockets raise into the port's words."""
    try:
        yield
    except smtplib.SMTPResponseException as refused:
        words = _words(refused.smtp_error)
        if refused.smtp_code < 400:
            raise MailUnavailable(words) from refused
        raise MailRefused(refused.smtp_code >= 500, refused.smtp_code, words) from refused
    except (smtplib.SMTPException, OSError) as broken:  # a timeout and a failed certificate are OSErrors
        raise MailUnavailable(str(broken) or type(broken).__name__, may_have_arrived=may_have_arrived) from broken
