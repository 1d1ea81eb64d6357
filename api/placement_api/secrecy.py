"""Secrecy: the log must not show the secret part of a calendar's address."""

from __future__ import annotations

import logging
import re

_SECRET = re.compile(r"(/v1/calendar-feeds/)[^/? ]+")


def keep_secrets() -> None:
    """Keep the secrets in addresses out of every line that this process logs about calls."""
    for name in ("uvicorn.access", "placement_api.problems"):
        logging.getLogger(name).addFilter(hide_secrets)


def hide_secrets(record: logging.LogRecord) -> bool:
    """Replace the secret part of a calendar's address in a log record; keep the record."""
    told = record.args if isinstance(record.args, tuple) else ()
    record.args = tuple(_SECRET.sub(r"\1…", part) if isinstance(part, str) else part for part in told)
    return True
