"""Bodies: a body is taken in whole, within limits of size, time and memory, before its call takes anything else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

import anyio
from anyio import CapacityLimiter, to_thread
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from placement.errors import PlacementError, UnavailableError
from placement_api.callers import knows_caller
from placement_api.door.heads import TooLargeError, has_body, largest_body
from placement_api.operations import operation_of
from placement_api.problems import UnauthenticatedError, refuse

SMALL_BODY = 64_000
"""Bytes that any call may send before it is known who calls, and that no budget counts."""
KNOWN_CALLERS_BYTES = 200_000_000
"""What the larger bodies of known callers may take together, in each process."""
OTHERS_BYTES = 20_000_000
"""The same for calls that need no token, such as answers to a survey."""

_LOOKING = CapacityLimiter(2)
"""Callers are looked up in threads of their own, so that strangers never take a thread or connection from a turn."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How slowly a body may come: seconds to begin with, then bytes a second on average, and seconds at most."""

    patience: float = 10.0
    bytes_a_second: float = 10_000.0
    longest: float = 120.0

    def seconds_for(self, received: int) -> float:
        """Return how many seconds after its head a body may still be on its way, given how much has come."""
        return min(self.patience + received / self.bytes_a_second, self.longest)


PACE = Pace()


class TooSlowError(PlacementError):
    """A body comes too slowly, or has stopped coming."""

    code: ClassVar[str] = "too-slow"

    def __init__(self) -> None:
        super().__init__(
            sv="Innehållet kom för långsamt och har inte tagits emot. Inget har ändrats.",
            en="The body came too slowly and has not been accepted. Nothing has changed.",
        )


class Budget:
    """Bytes that bodies may take together."""

    def __init__(self, most: int) -> None:
        self.free = most

    def take(self, size: int) -> None:
        """Take bytes.

        Raises:
            UnavailableError: other bodies have taken them.

        """
        if size > self.free:
            raise UnavailableError(
                sv="För många stora innehåll tas emot just nu. Inget har ändrats.",
                en="Too many large bodies are being received just now. Nothing has changed.",
            )
        self.free -= size


class Bodies:
    """Take in each body, and pass its call on when all of it is there; the application never waits for a client."""

    def __init__(
        self, app: ASGIApp, pace: Pace = PACE, known: int = KNOWN_CALLERS_BYTES, others: int = OTHERS_BYTES
    ) -> None:
        self._app, self._pace = app, pace
        self._known, self._others = Budget(known), Budget(others)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its whole body, or refuse it; a client that has gone away is owed no answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not has_body(scope):
            await self._app(scope, _once(b"", receive), send)
            return
        budget = self._known if operation_of(scope).asks_who_calls else self._others
        with _taking(budget) as taken:
            try:
                body = await self._take_in(scope, receive, taken)
            except PlacementError as error:
                await refuse(scope, receive, send, error)
                return
            if body is not None:
                await self._app(scope, _once(body, receive), send)

    async def _take_in(self, scope: Scope, receive: Receive, taken: _Taken) -> bytes | None:
        """Return the body, or None if the client goes away."""
        largest, body, begun, more = largest_body(scope), bytearray(), anyio.current_time(), True
        while more:
            message = await _within(begun + self._pace.seconds_for(len(body)), receive)
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > largest:
                raise TooLargeError(largest)
            if len(body) > SMALL_BODY:
                if not taken.size:
                    await _refuse_stranger(scope)
                taken.grow(len(body))
        return bytes(body)


class _Taken:
    """What one body has taken of a budget, in bytes."""

    def __init__(self, budget: Budget) -> None:
        self._budget, self.size = budget, 0

    def grow(self, size: int) -> None:
        """Take what is lacking to the given size."""
        self._budget.take(size - self.size)
        self.size = size


@contextmanager
def _taking(budget: Budget) -> Iterator[_Taken]:
    """Give back at the end what a body has taken."""
    taken = _Taken(budget)
    try:
        yield taken
    finally:
        budget.free += taken.size


async def _within(deadline: float, receive: Receive) -> Message:
    """Return the next part of a body, unless it comes too late."""
    with anyio.CancelScope(deadline=deadline):
        return await receive()
    raise TooSlowError


async def _refuse_stranger(scope: Scope) -> None:
    """Refuse a body that is no longer small if nobody known sends it."""
    if operation_of(scope).asks_who_calls and not await to_thread.run_sync(knows_caller, scope, limiter=_LOOKING):
        raise UnauthenticatedError(shown=True)


def _once(body: bytes, receive: Receive) -> Receive:
    """Return what gives the whole body at first, and then whether the client has gone away."""
    given = False

    async def give() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give
