"""Following: a run's progress as server-sent events, one for each change of its row, until the run has ended.

Between two reads of the row a stream holds no connection, no thread and no turn (`limits.Turns`).
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
from placement_api.media_types import EVENT_STREAM
from placement_api.schemas.planning.runs import RunShown

LOOK_SECONDS = 1.0
HEARTBEAT_LOOKS = 15
"""After this many reads without a change, a comment shows that the stream is alive."""

_READERS = CapacityLimiter(2)
"""Streams read in threads of their own, so that they never take a thread that a request is waiting for."""


class TooManyFollowersError(PlacementError):
    """The largest allowed number of callers already follow runs."""

    code = "too-many"

    def __init__(self) -> None:
        super().__init__(sv="För många följer redan körningar.", en="Too many are already following runs.")


class Followers:
    """Limits how many callers follow runs at a time; ``free`` is how many more may."""

    def __init__(self, most: int) -> None:
        self.free = most

    @contextmanager
    def admit(self) -> Iterator[None]:
        """Count one more follower while the block runs.

        Raises:
            TooManyFollowersError: no more may follow.

        """
        if not self.free:
            raise TooManyFollowersError
        self.free -= 1
        try:
            yield
        finally:
            self.free += 1


class EventStream(StreamingResponse):
    """Server-sent events to one follower, which proxies are told not to buffer."""

    media_type = EVENT_STREAM

    def __init__(self, events: AsyncIterator[str], followers: Followers) -> None:
        super().__init__(events, headers={"X-Accel-Buffering": "no"})
        self._followers = followers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the last one, or until the follower disconnects."""
        with self._followers.admit():
            await super().__call__(scope, receive, send)


async def follow(look: Callable[[], RunShown], seen: str | None) -> AsyncIterator[str]:
    """Yield an event whenever ``look`` returns something new; ``seen`` is the id of the event that the caller has.

    The stream ends if the caller may no longer read the run or the database does not answer. A caller that asks again
    is told why.
    """
    unchanged = 0
    while True:
        try:
            shown = await to_thread.run_sync(look, limiter=_READERS)
        except PlacementError:
            return
        data = shown.model_dump_json(by_alias=True)
        name = hashlib.sha256(data.encode()).hexdigest()[:16]
        if shown.status in ENDED:
            yield _event(name, "ended", data)
            return
        unchanged = 0 if name != seen else unchanged + 1
        if name != seen:
            yield _event(name, "progress", data)
        elif unchanged % HEARTBEAT_LOOKS == 0:
            yield ": still here\n\n"
        seen = name
        await anyio.sleep(LOOK_SECONDS)


def _event(name: str, kind: str, data: str) -> str:
    """Write one event; ``data`` is JSON, which has no line breaks."""
    return f"id: {name}\nevent: {kind}\ndata: {data}\n\n"
