"""What the log does not tell: the part of a calendar's address that opens it."""

from __future__ import annotations

import logging
import re

_SECRET = re.compile(r"(/v1/calendar-feeds/)[^/? ]+")


def keep_secrets() -> None:
    """Leave the secrets in addresses out of every line that this process logs of a call."""
    for name in ("uvicorn.access", "placement_api.problems"):
        logging.getLogger(name).addFilter(hide_secrets)


def hide_secrets(record: logging.LogRecord) -> bool:
    """Leave out of a line of the log the part of a calendar's address that opens it."""
    told = record.args if isinstance(record.args, tuple) else ()
    record.args = tuple(_SECRET.sub(r"\1…", part) if isinstance(part, str) else part for part in told)
    return True
