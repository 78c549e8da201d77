"""Who sends the requests of a conversation and waits between them? `Client` in a thread, `AsyncClient` in an event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

import httpx

from countermark_client.call import Call, Lines, calls_of, counted_from, together
from countermark_client.conversation import Desk, Wait, address, conversation
from countermark_client.credentials import ClientCredentials, Key
from countermark_client.refusals import Unreadable
from countermark_client.retries import Retries

Answer = TypeVar("Answer")
Row = TypeVar("Row")


def desk_of(
    url: str, key: str | Key | ClientCredentials, *, language: str, timeout: float, retries: Retries | None
) -> Desk:
    """What a client needs to know; `key` as text is an API key."""
    who = Key(key.strip()) if isinstance(key, str) else key
    return Desk(address(url), who, language, timeout, retries or Retries())


class Sender:
    """Carries out calls, one after the other; may be shared by threads."""

    def __init__(self, desk: Desk, http: httpx.Client) -> None:
        self._desk, self._http = desk, http

    def run(self, call: Call[Answer]) -> Answer:
        """Carry out a call and return what it answers."""
        talk = conversation(self._desk, call)
        try:
            step = next(talk)
            while True:
                if isinstance(step, Wait):
                    time.sleep(step.seconds)
                    step = talk.send(None)
                    continue
                try:
                    reply = self._http.send(step)
                except httpx.RequestError as fault:
                    step = talk.throw(fault)
                else:
                    step = talk.send(reply)
        except StopIteration as done:
            return cast(Answer, done.value)


class AsyncSender:
    """Carries out calls in an event loop."""

    def __init__(self, desk: Desk, http: httpx.AsyncClient) -> None:
        self._desk, self._http = desk, http

    async def run(self, call: Call[Answer]) -> Answer:
        """Carry out a call and return what it answers."""
        talk = conversation(self._desk, call)
        try:
            step = next(talk)
            while True:
                if isinstance(step, Wait):
                    await asyncio.sleep(step.seconds)
                    step = talk.send(None)
                    continue
                try:
                    reply = await self._http.send(step)
                except httpx.RequestError as fault:
                    step = talk.throw(fault)
                else:
                    step = talk.send(reply)
        except StopIteration as done:
            return cast(Answer, done.value)


class Pages(Generic[Row]):
    """A list that fetches itself as it is walked. `pages()` walks it piece by piece."""

    def __init__(self, sender: Sender, call: Call[Any]) -> None:
        self._sender, self._call = sender, call

    def __iter__(self) -> Iterator[Row]:
        for piece in self.pages():
            yield from piece

    def pages(self) -> Iterator[list[Row]]:
        """Every piece as one list."""
        call: Call[Any] | None = self._call
        while call is not None:
            items, call = read_piece(call, self._sender.run(call))
            yield items


class AsyncPages(Generic[Row]):
    """A list that fetches itself as it is walked with `async for`."""

    def __init__(self, sender: AsyncSender, call: Call[Any]) -> None:
        self._sender, self._call = sender, call

    async def __aiter__(self) -> AsyncIterator[Row]:
        async for piece in self.pages():
            for row in piece:
                yield row

    async def pages(self) -> AsyncIterator[list[Row]]:
        """Every piece as one list."""
        call: Call[Any] | None = self._call
        while call is not None:
            items, call = read_piece(call, await self._sender.run(call))
            yield items


class Pushes(Generic[Answer]):
    """A bulk of lines, sent piece by piece as it is walked: each step gives what became of one. `all()` sends everything.

    The numbers of lines in `faults` count from the first line of the whole bulk.
    """

    def __init__(self, sender: Sender, call: Call[Answer], lines: Lines) -> None:
        self._sender, self._bulk = sender, calls_of(call, lines)

    def __iter__(self) -> Iterator[Answer]:
        for before, call in self._bulk:
            yield counted_from(before, self._sender.run(call))

    def all(self) -> Answer | None:
        """Send what is left; everything that became of it in one answer. None: there was no line."""
        return cast(Answer | None, together(list(self)))


class AsyncPushes(Generic[Answer]):
    """A bulk of lines, sent piece by piece as it is walked with `async for`. `all()` sends everything."""

    def __init__(self, sender: AsyncSender, call: Call[Answer], lines: Lines) -> None:
        self._sender, self._bulk = sender, calls_of(call, lines)

    async def __aiter__(self) -> AsyncIterator[Answer]:
        for before, call in self._bulk:
            yield counted_from(before, await self._sender.run(call))

    async def all(self) -> Answer | None:
        """Send what is left; everything that became of it in one answer. None: there was no line."""
        return cast(Answer | None, together([piece async for piece in self]))


def read_piece(call: Call[Any], piece: dict[str, Any]) -> tuple[list[Any], Call[Any] | None]:
    """The items of a piece and the call for the next; None at the end."""
    following = piece["next"]
    if following is not None and following == call.query.get("cursor"):
        raise Unreadable(200, "a list whose next piece is the same piece")
    return piece["items"], call.at(following) if following else None


class SyncDoor:
    """What opens and closes a `Client`."""

    def __init__(
        self,
        url: str,
        key: str | Key | ClientCredentials,
        *,
        language: str = "en",
        timeout: float = 30.0,
        retries: Retries | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._desk = desk_of(url, key, language=language, timeout=timeout, retries=retries)
        self._http = httpx.Client(transport=transport)
        self._sender = Sender(self._desk, self._http)
        self._furnish()

    def _furnish(self) -> None:
        """Make an attribute of each group of methods."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._desk.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()


class AsyncDoor:
    """What opens and closes an `AsyncClient`."""

    def __init__(
        self,
        url: str,
        key: str | Key | ClientCredentials,
        *,
        language: str = "en",
        timeout: float = 30.0,
        retries: Retries | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._desk = desk_of(url, key, language=language, timeout=timeout, retries=retries)
        self._http = httpx.AsyncClient(transport=transport)
        self._sender = AsyncSender(self._desk, self._http)
        self._furnish()

    def _furnish(self) -> None:
        """Make an attribute of each group of methods."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._desk.url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()
