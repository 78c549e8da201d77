"""From which computer does a request come, as limits count it?"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def origin(request: HttpRequest) -> str:
    """The computer that asks: an address, of IPv6 the network of 64 bits one household has."""
    try:
        address = ip_address(str(get_adapter(request).get_client_ip(request)))
    except (PermissionDenied, ValueError):
        return "unknown"
    return str(IPv6Address(int(address) >> 64 << 64)) if isinstance(address, IPv6Address) else str(address)
