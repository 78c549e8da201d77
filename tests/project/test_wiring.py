"""Is what settings plug in there, and does a letter of Django's leave through our own port?"""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.utils import translation
from django.utils.module_loading import import_string

from countermark.connectors.fake_mail import FakeMailer, FileMailer
from countermark.connectors.office_fake import FakeOffice
from countermark.connectors.rest_marketplace import RestMarketplace
from countermark.connectors.smtp_mail import SmtpMailer
from countermark.connectors.tsdr import Tsdr
from countermark.connectors.virus import ClamdScanner
from countermark.project import wiring
from countermark.project.environment import MailServer

BACKEND = "countermark.project.mail_backend.PortBackend"


@pytest.fixture(autouse=True)
def unplugged():
    """Each test plugs in for itself."""
    factories = (wiring.mailer, wiring.marketplace, wiring.scanner)
    for factory in factories:
        factory.cache_clear()
    yield
    for factory in factories:
        factory.cache_clear()


def test_without_a_mail_server_letters_are_kept_as_files(settings, tmp_path):
    settings.MAIL_SERVER, settings.MAIL_DIR = None, tmp_path / "mail"
    get_connection(BACKEND).send_messages([EmailMessage("Your code", "123456", to=["ines@lumen.example"])])
    (letter,) = import_string(settings.MAILER_FACTORY)().letters(to="ines@lumen.example")
    assert (letter.subject, letter.text.strip()) == ("Your code", "123456")
    assert isinstance(wiring.mailer(), FileMailer)


def test_a_register_is_asked_with_a_key_and_made_up_in_the_demo_alone(settings):
    assert wiring.office("US") is None
    settings.DEMO = True
    assert isinstance(wiring.office("US"), FakeOffice) and wiring.office("EM") is None
    settings.USPTO_API_KEY = "a key"
    assert isinstance(wiring.office("US"), Tsdr)  # a real one goes before that of the demo


def test_a_mail_server_is_spoken_to_by_smtp(settings):
    settings.MAIL_SERVER = MailServer("mail.example", 465, "desk", "secret", True)
    assert isinstance(wiring.mailer(), SmtpMailer)


@pytest.fixture
def outbox(settings, monkeypatch):
    """A mailer that keeps what it is given."""
    mailer = FakeMailer()
    monkeypatch.setattr(wiring, "mailer", lambda: mailer)
    return mailer


def test_everybody_gets_a_letter_of_their_own_in_the_language_of_the_page(outbox):
    message = EmailMultiAlternatives("代码", "正文", to=["ines@lumen.example"], bcc=["ayo@agents.example"])
    message.attach_alternative("<p>正文</p>", "text/html")
    with translation.override("zh-hans"):
        assert get_connection(BACKEND).send_messages([message]) == 2
    assert [letter.to for letter in outbox.outbox] == ["ines@lumen.example", "ayo@agents.example"]
    assert {(letter.language, letter.html) for letter in outbox.outbox} == {("zh-hans", "<p>正文</p>")}
    assert len({letter.message_id for letter in outbox.outbox}) == 2


def test_a_refused_letter_is_not_counted_and_not_hidden(outbox):
    message = EmailMessage("Your code", "123456", to=["nobody@lumen.example"])
    outbox.refuse("nobody@lumen.example")
    with pytest.raises(Exception, match="550"):
        get_connection(BACKEND).send_messages([message])
    assert get_connection(BACKEND, fail_silently=True).send_messages([message]) == 0


def test_files_never_leave_by_mail(outbox):
    message = EmailMessage("Evidence", "see below", to=["ines@lumen.example"])
    message.attach("licence.pdf", b"%PDF", "application/pdf")
    with pytest.raises(ValueError, match="attachments"):
        get_connection(BACKEND).send_messages([message])
    assert outbox.outbox == []


def test_a_shop_is_reached_with_the_secret_its_row_names(monkeypatch):
    monkeypatch.setenv("LANTERN_SHOP_SECRET", "shared with the shop")
    shop = wiring.marketplace("rest", "http://127.0.0.1:8001", "LANTERN_SHOP_SECRET")
    assert isinstance(shop, RestMarketplace)
    assert wiring.marketplace("rest", "http://127.0.0.1:8001", "LANTERN_SHOP_SECRET") is shop


def test_a_shop_without_a_connector_is_an_operators_work():
    assert wiring.marketplace("none", "", "") is None


@pytest.mark.parametrize(("kind", "secret"), [("rest", "NOT_SET_ANYWHERE"), ("rest", ""), ("soap", "PATH")])
def test_a_shop_that_cannot_be_reached_is_refused_by_name(kind, secret):
    with pytest.raises(ImproperlyConfigured, match=r"NOT_SET_ANYWHERE|the secret|soap"):
        wiring.marketplace(kind, "http://127.0.0.1:8001", secret)


def test_uploads_are_scanned_where_a_scanner_is_named(settings):
    assert wiring.scanner() is None
    wiring.scanner.cache_clear()
    settings.VIRUS_SCANNER = ("127.0.0.1", 3310)
    assert isinstance(wiring.scanner(), ClamdScanner)
