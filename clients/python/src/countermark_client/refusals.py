"""What can a call end with, other than its answer?

Every refusal of the API is a `Problem` (RFC 9457) of a class by its status; `code` never changes for one reason, so programs
decide by it and never by the sentence. What is no answer of the API at all is `NoAnswer` or `Unreadable`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

MEDIA = "application/problem+json"


class CountermarkError(Exception):
    """The base of everything this package raises. `code` never changes for one reason."""

    code = ""


class NoAnswer(CountermarkError):
    """Nothing came back, however often it was tried: no connection, cut off, too slow. `sent` says how often it was tried."""

    code = "no_answer"

    def __init__(self, fault: Exception, sent: int) -> None:
        super().__init__(f"no answer after {sent} {'try' if sent == 1 else 'tries'}: {type(fault).__name__}: {fault}")
        self.sent = sent


class Unreadable(CountermarkError):
    """Something answered that is not the API: a page of a proxy, a body cut off."""

    code = "unreadable"

    def __init__(self, status: int, why: str) -> None:
        super().__init__(f"{why} (status {status}); is this the address of a Countermark installation?")
        self.status = status


class TokenRefused(CountermarkError):
    """No token was given for the client id and secret; `error` is the word of RFC 6749, 5.2."""

    code = "token_refused"

    def __init__(self, error: str) -> None:
        super().__init__(f"no token for this client: {error}")
        self.error = error


@dataclass(frozen=True)
class Defect:
    """One thing to mend: where it stands (`lines.3.url`), what is wrong, what would be right."""

    code: str
    field: str
    message: str
    how_to_mend: str


class Problem(CountermarkError):
    """The API refused, and says why."""

    def __init__(self, reply: httpx.Response, said: dict[str, Any]) -> None:
        self.status = reply.status_code
        self.code = str(said.get("code", ""))
        self.type = str(said.get("type", "about:blank"))
        self.title = str(said.get("title", ""))
        self.detail = str(said.get("detail", ""))
        self.instance = str(said.get("instance", ""))
        self.request_id = str(said.get("request_id", ""))
        self.defects = tuple(
            Defect(*(str(each.get(name, "")) for name in ("code", "field", "message", "how_to_mend")))
            for each in said.get("defects", ())
        )
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        lines = [f"{self.code}: {self.detail or self.title}"]
        lines += [f"  {each.field}: {each.message} {each.how_to_mend}".rstrip() for each in self.defects]
        return "\n".join(lines)


class NotAuthenticated(Problem):
    """401: no key, an unknown one, one that ended."""


class NotAllowed(Problem):
    """403: the key is known and may not do this: another role, a scope it lacks."""


class NotFound(Problem):
    """404: not there, or not yours; the API does not say which."""


class Refused(Problem):
    """409: a rule does not allow it now."""


class Stale(Problem):
    """412: the case moved since it was read; 428: it was never read. Read it, look, decide again."""


class Defective(Problem):
    """400, 413, 415, 422: what was sent has to be mended; `defects` names everything at once."""


class TooManyRequests(Problem):
    """429, and waiting as long as `Retry-After` says is longer than this client waits."""


class Broken(Problem):
    """5xx: not your fault. Quote `request_id` when you ask about it."""


KINDS: dict[int, type[Problem]] = {
    401: NotAuthenticated,
    403: NotAllowed,
    404: NotFound,
    409: Refused,
    412: Stale,
    428: Stale,
    429: TooManyRequests,
} | dict.fromkeys((400, 411, 413, 415, 422), Defective)


def refusal(reply: httpx.Response) -> CountermarkError:
    """The exception for an answer that is no success."""
    if reply.headers.get("Content-Type", "").split(";")[0] != MEDIA:
        return Unreadable(reply.status_code, "an answer that is no problem of the API")
    try:
        said = reply.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return Unreadable(reply.status_code, "a problem that is no JSON object")
    kind = KINDS.get(reply.status_code, Broken if reply.status_code >= 500 else Problem)
    return kind(reply, said)
