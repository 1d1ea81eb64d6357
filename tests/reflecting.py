"""Reflecting: a migration of SQLite reads the table that it replaces, and not every table that this one refers to.

Alembic makes a table anew to change it, and first reads it with all that it refers to, however far away. That takes a
third of the time of migrating, which hundreds of tests wait for. A test holds that the tables come out the same
(``tests/migrations/test_reflecting.py``), and commands that tests start as processes of their own migrate as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from alembic.operations.batch import BatchOperationsImpl

_FAR: ContextVar[bool] = ContextVar("far", default=False)
"""Whether a migration at hand reads all that a table refers to, as outside the tests."""


def install() -> None:
    """Let the migrations that this process runs read no further than they change."""
    make: Callable[..., None] = BatchOperationsImpl.__init__

    @wraps(make)
    def make_near(self: BatchOperationsImpl, *given: Any, **named: Any) -> None:  # noqa: ANN401 (as Alembic's)
        make(self, *given, **named)
        if not _FAR.get():
            self.reflect_kwargs.setdefault("resolve_fks", False)

    BatchOperationsImpl.__init__ = make_near  # type: ignore[method-assign]


@contextmanager
def as_outside_the_tests() -> Iterator[None]:
    """Let migrations read all that a table refers to."""
    before = _FAR.set(True)
    try:
        yield
    finally:
        _FAR.reset(before)
