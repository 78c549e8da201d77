"""What is known of a letter after a mail server took it, refused it, fell silent or hung up? Against a real server."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from countermark.connectors.fake_mail import FakeMailer, FileMailer
from countermark.connectors.mail import Mail, MailRefused, MailUnavailable, Receipt
from countermark.connectors.smtp_mail import SmtpMailer

SENDER = "Countermark <desk@countermark.example>"


def a_letter(to: str = "mei@lamp.example", **changes: object) -> Mail:
    told = {
        "to": to,
        "subject": "投诉通知：您的商品 40718",
        "text": "Your listing 40718 is complained of.\n.\nAnswer until Wed 25 Feb.\n",
        "message_id": "<n-2026-000389.mei.1@countermark.example>",
        "language": "zh-Hans",
        "html": "<p>Your listing <b>40718</b> is complained of.</p>",
        "headers": {"References": "<n-2026-000389@countermark.example>"},
    }
    return Mail(**{**told, **changes})


class Mailbox:
    """A mail server's mind: takes letters, and refuses, hangs or hangs up where the address says so."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []
        self.encrypted: list[bool] = []
        self.hold = threading.Event()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list) -> str:
        if address.startswith("nobody@"):
            return "550 5.1.1 No such mailbox"
        if address.startswith("full@"):
            return "452 4.2.2 Mailbox full"
        if address.startswith("hang@"):
            await asyncio.sleep(4)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.letters.append(envelope)
        self.encrypted.append(session.ssl is not None)
        if envelope.rcpt_tos[0].startswith("drop@"):
            server.transport.abort()
        if envelope.rcpt_tos[0].startswith("spam@"):
            return "554 5.7.1 Looks like spam"
        if envelope.rcpt_tos[0].startswith("later@"):
            return "451 4.3.0 Try again"
        return "250 2.0.0 Queued as 17"

    def read(self, number: int = -1):
        return message_from_bytes(self.letters[number].content, policy=policy.default)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Controller]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def mailer(server: Controller) -> SmtpMailer:
    return SmtpMailer(*place(server), SENDER, seconds=2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def place(server: Controller) -> tuple[str, int]:
    return server.server.sockets[0].getsockname()[:2]


def refused(mailer: SmtpMailer, letter: Mail) -> MailRefused:
    with pytest.raises(MailRefused) as caught:
        mailer.send(letter)
    return caught.value


def unavailable(mailer: SmtpMailer, letter: Mail) -> MailUnavailable:
    with pytest.raises(MailUnavailable) as caught:
        mailer.send(letter)
    assert caught.value.permanent is False
    return caught.value


# Taken over ----------------------------------------------------------------------------------------------------------


def test_a_letter_arrives_as_it_was_written(mailer: SmtpMailer, mailbox: Mailbox) -> None:
    letter = a_letter()
    assert mailer.send(letter) == Receipt(letter.message_id, 250, "2.0.0 Queued as 17")
    email = mailbox.read()
    assert email["Subject"] == letter.subject
    assert email["Message-ID"] == letter.message_id
    assert (email["From"], email["To"]) == (SENDER, letter.to)
    assert email["Content-Language"] == "zh-Hans"
    assert email["Auto-Submitted"] == "auto-generated"
    assert email["References"] == "<n-2026-000389@countermark.example>"
    assert (
        email.get_body(("plain",)).get_content().replace("\r\n", "\n") == letter.text
    )  # the line with a single dot included
    assert "<b>40718</b>" in email.get_body(("html",)).get_content()


def test_a_letter_sent_again_keeps_its_message_id(mailer: SmtpMailer, mailbox: Mailbox) -> None:
    mailer.send(a_letter())
    mailer.send(a_letter())
    assert len({mailbox.read(number)["Message-ID"] for number in (0, 1)}) == 1


def test_an_address_in_chinese_letters_is_written_to(mailer: SmtpMailer, mailbox: Mailbox) -> None:
    mailer.send(a_letter(to="云杉@lamp.example"))
    assert mailbox.letters[0].rcpt_tos == ["云杉@lamp.example"]
    mailer.send(a_letter(to="mei@灯.example"))
    assert mailbox.letters[1].rcpt_tos == ["mei@xn--znx.example"]


# Refused -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "permanent", "code", "text"),
    [
        ("nobody@lamp.example", True, 550, "5.1.1 No such mailbox"),
        ("full@lamp.example", False, 452, "4.2.2 Mailbox full"),
        ("spam@lamp.example", True, 554, "5.7.1 Looks like spam"),
        ("later@lamp.example", False, 451, "4.3.0 Try again"),
    ],
)
def test_a_bounce_says_whether_it_is_for_good(
    mailer: SmtpMailer, address: str, permanent: bool, code: int, text: str
) -> None:
    refusal = refused(mailer, a_letter(to=address))
    assert (refusal.permanent, refusal.code, refusal.text) == (permanent, code, text)


@pytest.mark.parametrize("address", ["", "mei", "mei@", "@lamp.example", "a@b.example, c@d.example"])
def test_what_is_not_one_address_is_refused_for_good_by_every_mailer(
    mailer: SmtpMailer, mailbox: Mailbox, tmp_path: Path, address: str
) -> None:
    for each in (mailer, FakeMailer(), FileMailer(tmp_path, SENDER)):
        refusal = refused(each, a_letter(to=address))
        assert (refusal.permanent, refusal.code) == (True, 553)
    assert mailbox.letters == []


@pytest.mark.parametrize("where", ["to", "subject"])
def test_nobody_smuggles_a_header_in(mailer: SmtpMailer, mailbox: Mailbox, where: str) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        mailer.send(a_letter(**{where: "mei@lamp.example\r\nBcc: otto@outdoor.example"}))
    assert mailbox.letters == []


# Unavailable ---------------------------------------------------------------------------------------------------------


def test_a_server_that_hangs_is_given_up_on(mailer: SmtpMailer) -> None:
    assert unavailable(mailer, a_letter(to="hang@lamp.example")).may_have_arrived is False


def test_a_connection_lost_after_the_letter_may_have_delivered_it(mailer: SmtpMailer, mailbox: Mailbox) -> None:
    assert unavailable(mailer, a_letter(to="drop@lamp.example")).may_have_arrived is True
    assert len(mailbox.letters) == 1  # it did arrive; sent again, its Message-ID lets the mailbox see that


def test_a_server_that_is_not_there_is_unavailable() -> None:
    assert unavailable(SmtpMailer("127.0.0.1", 9, SENDER, seconds=1), a_letter()).may_have_arrived is False


def test_a_server_that_greets_with_a_refusal_is_told_apart_from_a_bounce(mailbox: Mailbox) -> None:
    async def closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"421 4.3.2 Closed for tonight\r\n")
        await writer.drain()
        writer.close()

    with Listening(closed) as port:
        refusal = refused(SmtpMailer("127.0.0.1", port, SENDER, seconds=1), a_letter())
    assert (refusal.permanent, refusal.code) == (False, 421)


class Listening:
    """A raw server on a free port, for peers that speak no SMTP worth the name."""

    def __init__(self, answer) -> None:
        self._answer = answer
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> int:
        self._thread = threading.Thread(
            target=self._loop.run_forever
        )  # its own thread: another loop may run in this one
        self._thread.start()
        listening = asyncio.start_server(self._answer, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result()
        return self._server.sockets[0].getsockname()[1]

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


# Encryption ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def encrypting(mailbox: Mailbox, certificate: tuple[Path, Path]) -> Iterator[Controller]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        authenticator=lambda server, session, envelope, mechanism, data: AuthResult(
            success=(data.login, data.password) == (b"desk", b"secret"), handled=False
        ),
    )
    controller.start()
    yield controller
    controller.stop()


def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[0]))


def test_a_letter_goes_encrypted_where_the_server_offers_it(
    encrypting: Controller, mailbox: Mailbox, certificate: tuple[Path, Path]
) -> None:
    SmtpMailer(*place(encrypting), SENDER, tls=trusting(certificate), seconds=2).send(a_letter())
    assert mailbox.encrypted == [True]


def test_a_certificate_nobody_vouches_for_stops_the_letter(encrypting: Controller, mailbox: Mailbox) -> None:
    refusal = unavailable(SmtpMailer(*place(encrypting), SENDER, seconds=2), a_letter())
    assert "certificate" in refusal.text
    assert mailbox.letters == []


def test_the_password_is_shown_over_an_encrypted_line_only(
    encrypting: Controller, server: Controller, mailbox: Mailbox, certificate: tuple[Path, Path]
) -> None:
    login = {"user": "desk", "password": "secret", "tls": trusting(certificate), "seconds": 2}
    SmtpMailer(*place(encrypting), SENDER, **login).send(a_letter())
    assert mailbox.encrypted == [True]
    refusal = unavailable(SmtpMailer(*place(server), SENDER, **login), a_letter())
    assert "the password was not sent" in refusal.text
    assert len(mailbox.letters) == 1


def test_a_wrong_password_is_a_refusal_by_the_server(encrypting: Controller, certificate: tuple[Path, Path]) -> None:
    wrong = SmtpMailer(*place(encrypting), SENDER, user="desk", password="no", tls=trusting(certificate), seconds=2)
    assert refused(wrong, a_letter()).code == 535


# The fakes -----------------------------------------------------------------------------------------------------------


def test_the_fake_bounces_and_fails_as_told_and_keeps_what_it_took() -> None:
    fake = FakeMailer()
    fake.refuse("nobody@lamp.example")
    fake.fail_next(MailUnavailable("down", may_have_arrived=True))
    assert unavailable(fake, a_letter()).may_have_arrived
    assert refused(fake, a_letter(to="nobody@lamp.example")).permanent
    fake.send(a_letter())
    fake.send(a_letter())
    assert len(fake.outbox) == 2
    assert [letter.message_id for letter in fake.to("mei@lamp.example")] == [a_letter().message_id]
    fake.accept("nobody@lamp.example")
    assert fake.send(a_letter(to="nobody@lamp.example")).code == 250


def test_letters_in_the_folder_are_read_back_newest_first_and_repetitions_once(tmp_path: Path) -> None:
    mailer = FileMailer(tmp_path / "mail", SENDER)
    assert mailer.letters() == []
    mailer.send(a_letter())
    mailer.send(a_letter())
    mailer.send(a_letter(to="otto@outdoor.example", message_id="<2@countermark.example>", html=None, subject="Second"))
    newest, first = mailer.letters()
    assert (newest.subject, newest.html, newest.to) == ("Second", None, "otto@outdoor.example")
    assert (first.subject, first.text, first.language) == (a_letter().subject, a_letter().text, "zh-Hans")
    assert first.sent_at.tzinfo is not None
    assert mailer.letters(to="MEI@lamp.example") == [first]
    assert mailer.letter(first.path.stem) == first
    assert mailer.letter("../../etc/passwd") is None
