"""How a marketplace is reached: the port its connector names, or none where an operator acts by hand.

Which connector class serves which name is wiring, and wiring lies above: settings.MARKETPLACE_FACTORY names the function.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from countermark.apps.parties.models import Marketplace
from countermark.connectors import marketplace as port


def shop_of(marketplace: Marketplace) -> port.Marketplace | None:
    """The port to this marketplace; None where there is no connector."""
    connect: Callable[[str, str, str], port.Marketplace | None] = import_string(settings.MARKETPLACE_FACTORY)
    return connect(marketplace.connector, marketplace.base_url, marketplace.secret_name)
