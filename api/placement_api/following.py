"""Following: a run's progress as server-sent events, told as its row changes, until the run is over.

Between two looks at the row nothing is held: no connection, no thread and no turn (`limits.Turns`).
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import anyio
from anyio import CapacityLimiter, to_thread
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from placement.errors import PlacementError
from placement.planning.runs import ENDED
from placement_api.limits import EVENT_STREAM
from placement_api.schemas.planning.runs import RunShown

LOOK_SECONDS = 1.0
HEARTBEAT_LOOKS = 15
"""After so many looks at which nothing was new, a comment shows that the stream lives."""

_READERS = CapacityLimiter(2)
"""Threads of their own: those who follow never keep a thread that a request under way is waiting for."""


class TooManyFollowersError(PlacementError):
    """So many follow runs already that no one more can."""

    code = "too-many"

    def __init__(self) -> None:
        super().__init__(sv="Så många följer redan körningar.", en="That many follow runs already.")


class Followers:
    """Those who follow runs at the moment, so many at most; ``free`` more may."""

    def __init__(self, most: int) -> None:
        self.free = most

    @contextmanager
    def admit(self) -> Iterator[None]:
        """Let one more follow while the block runs, or refuse."""
        if not self.free:
            raise TooManyFollowersError
        self.free -= 1
        try:
            yield
        finally:
            self.free += 1


class EventStream(StreamingResponse):
    """Server-sent events to one follower, which no proxy may keep back."""

    media_type = EVENT_STREAM

    def __init__(self, events: AsyncIterator[str], followers: Followers) -> None:
        super().__init__(events, headers={"X-Accel-Buffering": "no"})
        self._followers = followers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell until the last event, or until the follower is gone."""
        with self._followers.admit():
            await super().__call__(scope, receive, send)


async def follow(look: Callable[[], RunShown], seen: str | None) -> AsyncIterator[str]:
    """Yield an event whenever a look shows something new, beginning after the event that was seen last.

    Where the caller may look no longer, or the database does not answer, the stream ends: whoever asks again is told
    why.
    """
    quiet = 0
    while True:
        try:
            shown = await to_thread.run_sync(look, limiter=_READERS)
        except PlacementError:
            return
        told = shown.model_dump_json(by_alias=True)
        name = hashlib.sha256(told.encode()).hexdigest()[:16]
        if shown.status in ENDED:
            yield _event(name, "ended", told)
            return
        quiet = 0 if name != seen else quiet + 1
        if name != seen:
            yield _event(name, "progress", told)
        elif quiet % HEARTBEAT_LOOKS == 0:
            yield ": still here\n\n"
        seen = name
        await anyio.sleep(LOOK_SECONDS)


def _event(name: str, kind: str, told: str) -> str:
    """Write one event; JSON has no line breaks of its own."""
    return f"id: {name}\nevent: {kind}\ndata: {told}\n\n"
