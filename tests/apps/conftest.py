"""The ports of the services under test: a shop and a post office in memory."""

import pytest

import plugged
from countermark.connectors.fake_mail import FakeMailer
from countermark.connectors.fake_marketplace import FakeMarketplace


@pytest.fixture
def shop(settings, monkeypatch):
    """The marketplace of every world made with `connector="rest"`."""
    settings.MARKETPLACE_FACTORY = "plugged.marketplace"
    monkeypatch.setitem(plugged.ports, "shop", FakeMarketplace())
    return plugged.ports["shop"]


@pytest.fixture
def post(settings, monkeypatch):
    """The mail server, and the addresses that letters lead to."""
    settings.MAILER_FACTORY, settings.ROOT_URLCONF = "plugged.mailer", "doors"
    monkeypatch.setitem(plugged.ports, "post", FakeMailer())
    return plugged.ports["post"]
