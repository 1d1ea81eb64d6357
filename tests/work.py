"""Work: how much a test's subject does, counted in calls of Python functions, which is the same on every machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Work:
    """The calls that have been counted."""

    calls = 0


@contextmanager
def counted() -> Iterator[Work]:
    """Count the calls that this thread makes within the block."""
    work, before = Work(), sys.getprofile()

    def count(_frame: object, event: str, _argument: object) -> None:
        work.calls += event == "call"

    sys.setprofile(count)
    try:
        yield work
    finally:
        sys.setprofile(before)
