"""Countermark's API from Python: `Client` in a thread, `AsyncClient` in an event loop, the same methods on both."""

from countermark_client.async_methods import AsyncClient
from countermark_client.call import Content
from countermark_client.conversation import VERSION as __version__
from countermark_client.credentials import ClientCredentials, Key
from countermark_client.methods import Client
from countermark_client.refusals import (
    Broken,
    CountermarkError,
    Defect,
    Defective,
    NoAnswer,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Problem,
    Refused,
    Stale,
    TokenRefused,
    TooManyRequests,
    Unreadable,
)
from countermark_client.retries import Retries

__all__ = [
    "AsyncClient",
    "Broken",
    "Client",
    "ClientCredentials",
    "Content",
    "CountermarkError",
    "Defect",
    "Defective",
    "Key",
    "NoAnswer",
    "NotAllowed",
    "NotAuthenticated",
    "NotFound",
    "Problem",
    "Refused",
    "Retries",
    "Stale",
    "TokenRefused",
    "TooManyRequests",
    "Unreadable",
    "__version__",
]
