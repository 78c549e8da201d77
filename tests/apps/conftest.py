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
    """The mail server."""
    settings.MAILER_FACTORY = "plugged.mailer"
    monkeypatch.setitem(plugged.ports, "post", FakeMailer())
    return plugged.ports["post"]
