"""Secrecy: the log must show neither the secret part of an address nor a personal identity number."""

from __future__ import annotations

import logging
import re
from urllib.parse import unquote

from placement.identity_numbers import hide_identity_numbers, holds_identity_number

_SECRET = re.compile(
    r"(/v1/(?:calendar-feeds|own-terms|survey-links)/|/survey-forms/|/sign-in/links/|/me/)[^/? ]+"
    r"|(?P<answer>/sign-in/callback\?)[^ ]+"  # the code that the identity provider sends
)


def keep_secrets() -> None:
    """Keep the secrets in addresses out of every line that this process logs about calls."""
    for name in ("uvicorn.access", "placement_api.problems"):
        logging.getLogger(name).addFilter(hide_secrets)


def hide_secrets(record: logging.LogRecord) -> bool:
    """Replace what is secret in the addresses of a log record; keep the record."""
    told = record.args if isinstance(record.args, tuple) else ()
    record.args = tuple(_without_secrets(part) if isinstance(part, str) else part for part in told)
    return True


def _without_secrets(address: str) -> str:
    """Return an address without secrets; an identity number may be encoded, so such an address is shown decoded."""
    readable = unquote(address)
    shown = hide_identity_numbers(readable) if holds_identity_number(readable) else address
    return _SECRET.sub(lambda found: f"{found[1] or found['answer']}…", shown)
