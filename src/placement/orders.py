"""Orders: what the parent of a solving child process tells it on its stdin."""

from __future__ import annotations

from dataclasses import dataclass

STOP = b"stop\n"
"""End soon, with the best plan so far."""


@dataclass(frozen=True, slots=True)
class Order:
    """How to solve a problem, and how many bytes its document has: the first line, before the document."""

    problem_bytes: int
    time_limit: float
    seed: int
    workers: int
    memory_mb: int | None
