"""Hashes of the audit trail: each entry's covers the entry before it, so that nothing is changed without a trace.

An entry's hash is SHA-256 of the hash before it and of the entry in canonical JSON (RFC 8785). What may be erased one
day, the values and the people, is in the entry by a hash of its own, made with a random salt. So the chain still holds
when they are erased, and nobody can guess what they were.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

import rfc8785

BEFORE_THE_FIRST = "0" * 64
"""What the first entry has in place of a hash before it."""
PAYLOAD = ("before", "after", "people", "salt")
"""The columns that may be erased."""
IN_CHAIN = (
    "sequence",
    "at",
    "actor_token",
    "actor_role",
    "actor_organisation",
    "action",
    "object_type",
    "object_id",
    "trace",
    "payload_hash",
)
"""The columns that an entry's hash covers by themselves; those of the payload are covered by ``payload_hash``."""
_SALT_BYTES = 16


def new_salt() -> str:
    """Make the random part of a payload: without it, few possible values would be found by trying them."""
    return secrets.token_hex(_SALT_BYTES)


def hash_of_payload(entry: Mapping[str, Any]) -> str:
    """Return the hash of what an entry says of values and people, with its salt."""
    return hashlib.sha256(_canonical({name: entry[name] for name in PAYLOAD})).hexdigest()


def hash_of_entry(before: str, entry: Mapping[str, Any]) -> str:
    """Return an entry's hash, with the hash of the entry before it."""
    values = {name: entry[name] for name in IN_CHAIN}
    values["at"] = as_text(entry["at"])
    return hashlib.sha256(bytes.fromhex(before) + _canonical(values)).hexdigest()


def around_number(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Return the canonical JSON of what `hash_of_entry` covers, before and after the entry's number."""
    values = {name: entry[name] for name in IN_CHAIN if name != "sequence"}
    values["at"] = as_text(entry["at"])
    later = {name: values.pop(name) for name in [*values] if name > "sequence"}
    return f'{_canonical(values).decode()[:-1]},"sequence":', f",{_canonical(later).decode()[1:]}"


def as_text(moment: dt.datetime) -> str:
    """Write a moment in one way on both databases: in UTC, with microseconds."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _canonical(values: Any) -> bytes:  # noqa: ANN401 (any JSON)
    """Return canonical JSON; a whole number that JSON cannot hold exactly counts as the nearest one that it can."""
    try:
        return rfc8785.dumps(values)
    except rfc8785.IntegerDomainError:
        return rfc8785.dumps(_as_doubles(values))


def _as_doubles(value: Any) -> Any:  # noqa: ANN401 (any JSON)
    """Return JSON with each whole number as a double, as a database may give back what it was given as one."""
    if isinstance(value, dict):
        return {name: _as_doubles(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_doubles(each) for each in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
