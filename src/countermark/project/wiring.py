"""Which adapter stands at each port to the outside: mail, marketplaces, the virus scanner, the place of the files?

The floors below ask for what is plugged in by the dotted names in settings.py (`import_string(settings.MAILER_FACTORY)()`),
so that they import no setting of ours and a test can plug in a fake. Adapters are stateless or safe to share between
threads; each is made once in a process.
"""

from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from countermark.apps.work import true_time
from countermark.connectors.fake_mail import FileMailer
from countermark.connectors.fetch import Fetcher
from countermark.connectors.mail import Mailer
from countermark.connectors.marketplace import Marketplace
from countermark.connectors.office import Office
from countermark.connectors.office_fake import DEMO, FakeOffice, crown
from countermark.connectors.oidc import OpenIdProvider
from countermark.connectors.rest_marketplace import RestMarketplace
from countermark.connectors.smtp_mail import SmtpMailer
from countermark.connectors.tsdr import Tsdr
from countermark.connectors.virus import ClamdScanner, Scanner
from countermark.connectors.webhook import Sender
from countermark.connectors.webhook_http import HttpSender
from countermark.evidence.bucket import Bucket, BucketAt
from countermark.evidence.folder import FileStore
from countermark.evidence.store import Store, key_of
from countermark.project import environment as env

DEFAULT_PORTS = {"http": 80, "https": 443}


@cache
def mailer() -> Mailer:
    """Return the mailer of EMAIL_URL: an SMTP server, or the folder of letters."""
    sender, server = settings.DEFAULT_FROM_EMAIL, settings.MAIL_SERVER
    if server is None:
        return FileMailer(settings.MAIL_DIR, sender)
    return SmtpMailer(
        server.host, server.port, sender, user=server.user, password=server.password, implicit_tls=server.tls
    )


@cache
def marketplace(kind: str, base_url: str, secret_name: str) -> Marketplace | None:
    """Return the connector of a marketplace's row; None for `none`, where an operator acts by hand.

    `secret_name` is the environment variable that holds the secret shared with the shop. ImproperlyConfigured when it
    is not set, or no connector is called `kind`.
    """
    if kind == "none":
        return None
    if kind != "rest":
        raise ImproperlyConfigured(f"no connector is called {kind!r}; there are none and rest.")
    secret = env.text(secret_name) if secret_name else ""
    if not secret:
        raise ImproperlyConfigured(
            f"{secret_name or 'the secret'} of {base_url} is not set; set it to the shop's secret."
        )
    parts = urlsplit(base_url)
    own = f"{parts.hostname}:{parts.port or DEFAULT_PORTS[parts.scheme]}"  # the operator vouches for this one address
    return RestMarketplace(
        base_url, secret, fetch=Fetcher(exempt=[own]).content, clock=lambda: true_time.now().timestamp()
    )


def shop_secret(secret_name: str) -> str:
    """Return the secret shared with a marketplace; "" when the environment variable of this name is not set."""
    return env.text(secret_name)


@cache
def webhook_sender() -> Sender:
    """Return what carries events to receivers; WEBHOOK_HOSTS are those the operator vouches for."""
    return HttpSender(exempt=settings.WEBHOOK_HOSTS)


@cache
def pictures(base_url: str) -> Callable[[str], bytes]:
    """Return what fetches the pictures of listings; the marketplace's own address is vouched for by its operator."""
    parts = urlsplit(base_url)
    own = [f"{parts.hostname}:{parts.port or DEFAULT_PORTS[parts.scheme]}"] if parts.scheme in DEFAULT_PORTS else []
    return Fetcher(exempt=own).content


def office(code: str) -> Office | None:
    """Return what asks this office (WIPO ST.3) for records; None where none can be asked. The demo has a made-up register."""
    if code != "US" or not (settings.USPTO_API_KEY or settings.DEMO):
        return None
    return _register(settings.USPTO_API_KEY, settings.USPTO_URL) if settings.USPTO_API_KEY else _made_up_register()


@cache
def _made_up_register() -> Office:
    return FakeOffice(DEMO, pictures={"6022915": crown()})


@cache
def _register(key: str, url: str) -> Office:
    parts = urlsplit(url)
    own = f"{parts.hostname}:{parts.port or DEFAULT_PORTS[parts.scheme]}"  # the operator vouches for this one address
    return Tsdr(key, fetcher=Fetcher(exempt=[own]), url=url)


def organisation() -> OpenIdProvider:
    """Return the organisation's sign-in, as OIDC_ISSUER and its kin say."""
    return OpenIdProvider(
        settings.OIDC_ISSUER,
        settings.OIDC_CLIENT_ID,
        settings.OIDC_CLIENT_SECRET,
        groups_claim=settings.OIDC_GROUPS_CLAIM,
    )


@cache
def scanner() -> Scanner | None:
    """Return the virus scanner of VIRUS_SCANNER, or None when uploads are not scanned."""
    return ClamdScanner(*settings.VIRUS_SCANNER) if settings.VIRUS_SCANNER else None


def files() -> Store:
    """Return where kept files lie, sealed: the bucket of FILES_URL, else the folder FILES_DIR."""
    key = key_of(settings.SEALING_KEY)
    if settings.FILES_BUCKET is None:
        return FileStore(settings.FILES_DIR, key=key)
    return Store(_bucket(settings.FILES_BUCKET), key=key)


@cache
def _bucket(at: BucketAt) -> Bucket:
    return Bucket(at)
