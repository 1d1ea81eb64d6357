"""Questions: what a child process that works out remedies is asked (`advising`), and what it answers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

MODULE = "placement.running.advising"


@dataclass(frozen=True, slots=True)
class Order:
    """Requests of a plan, and how many seconds to search, for each, for students who could move to make room.

    ``problem`` and ``plan`` are documents. Work that is ``unhurried`` gets the processors when nobody else wants them.
    ``memory_mb`` limits what the child writes to, in MiB.
    """

    problem: str
    plan: str
    requests: tuple[str, ...]
    seconds: float
    unhurried: bool = False
    memory_mb: int | None = None

    def written(self) -> bytes:
        """Write the order for the child."""
        return json.dumps(asdict(self)).encode()


@dataclass(frozen=True, slots=True)
class Answered:
    """What a child answers of one request, and the seconds that it took.

    ``answer`` is why the request stands as it does and, where it has no placement, what would give it one. It is empty
    where the problem has no such request.
    """

    request: str
    answer: dict[str, Any]
    seconds: float


def read_answer(message: bytes) -> Answered:
    """Read what a child answers of one request."""
    return Answered(**json.loads(message))
