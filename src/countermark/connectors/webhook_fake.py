"""A receiver in memory, for tests and for trying: answers as it is told to, remembers everything it was sent."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from countermark.connectors.webhook import ANSWER_CHARACTERS, Answer, NotReached

Reply = Answer | NotReached


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived."""

    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class FakeSender:
    """The port `Sender`. `reply` decides what is answered to each request; 204 to all unless it is set."""

    reply: Callable[[Received], Reply] = field(default=lambda _: Answer(204))
    received: list[Received] = field(default_factory=list)

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        request = Received(url, dict(headers), body)
        self.received.append(request)
        said = self.reply(request)
        if isinstance(said, NotReached):
            raise said
        return Answer(said.status, said.text[:ANSWER_CHARACTERS], said.retry_after, said.milliseconds)
