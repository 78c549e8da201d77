"""Under which key does a service find what the same request did before, also after its kept answer is gone?"""

import hashlib
from uuid import uuid4

from django.http import HttpRequest

from countermark.entrypoints.api.routing import caller_of


def once_key(request: HttpRequest) -> str:
    """At most 80 characters: the program, its Idempotency-Key and the body; one of its own where no key was sent."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return f"api-{uuid4()}"
    said = b"\0".join((str(caller_of(request).client.pk).encode(), key.encode(), request.path.encode(), request.body))
    return f"api-{hashlib.sha256(said).hexdigest()}"
