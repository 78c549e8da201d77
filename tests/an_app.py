"""An authenticator app, as RFC 6238 describes it: six digits every half minute, HMAC-SHA1 over the count of half minutes."""

import base64
import hmac
import time


def code_of(secret: str, *, at: float | None = None) -> str:
    """The code the app shows for this secret (base32) at an instant, now unless said."""
    count = int(time.time() if at is None else at) // 30
    digest = hmac.new(base64.b32decode(secret), count.to_bytes(8, "big"), "sha1").digest()
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset : offset + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"
