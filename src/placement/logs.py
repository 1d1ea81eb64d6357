"""Logs: lines for machines to read, a JSON object each, with the trace of the call or the run that they are about.

A line never has the values of rows: of an error it tells where and of which kind it was, not what it said.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from typing_extensions import override

TOLD = "told"
"""The name under which a log record has what it tells besides its words: ``extra={TOLD: {…}}``."""
_trace: ContextVar[str | None] = ContextVar("trace", default=None)


@contextmanager
def tracing(trace: str | None) -> Iterator[None]:
    """Give every line that is logged in the block a trace-id."""
    before = _trace.set(trace)
    try:
        yield
    finally:
        _trace.reset(before)


class JsonLines(logging.Formatter):
    """Writes a record as one line; a line break or any other control character within it is escaped."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        told: dict[str, Any] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.name,
            "message": record.getMessage(),
            "trace": _trace.get(),
            **getattr(record, TOLD, {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["error"] = record.exc_info[0].__name__
            told["where"] = [f"{each.filename}:{each.lineno}" for each in traceback.extract_tb(record.exc_info[2])]
        return json.dumps({name: value for name, value in told.items() if value is not None}, default=str)


def log_as_json() -> None:
    """Write everything that this process logs from now on as JSON, on stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
