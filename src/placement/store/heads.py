"""Heads: how far the audit trail has come, signed, so that it can be kept elsewhere and the trail be held to it.

Whoever may write to the database can cut off the end of the trail, or make its hashes anew from some entry on. Only a
head that is kept where they cannot change it shows that.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import rfc8785
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.clock import now
from placement.errors import Fault, InvalidError
from placement.keys import Keys, signed_by
from placement.store.access import AUDITORS, allow
from placement.store.hashes import BEFORE_THE_FIRST, as_text
from placement.tables import AuditEntry
from placement_solver.words import Words

FORMAT = "placement-audit-head/1"
_IN_NAMES = "%Y%m%dT%H%M%SZ"
_NAMES = f"audit-head-{'[0-9]' * 8}T{'[0-9]' * 6}Z-*.json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry's number and hash, the number of entries, when that was read, and the signature of all this.

    ``public_key`` is the Ed25519 key that the signature is checked with, both in base64. The signature is of the other
    fields as canonical JSON (RFC 8785).
    """

    sequence: int
    hash: str
    entries: int
    at: str
    public_key: str
    signature: str = ""
    format: str = FORMAT

    def signed_content(self) -> bytes:
        """Return what the signature is of."""
        values = asdict(self)
        del values["signature"]
        return rfc8785.dumps(values)

    def as_json(self) -> str:
        """Return the head as it is kept in a file."""
        return json.dumps(asdict(self), indent=2)


def make_head(session: Session, by: Caller, keys: Keys) -> Head:
    """Read how far the trail has come, and sign it."""
    allow(by, AUDITORS)
    query = select(AuditEntry.sequence, AuditEntry.hash).order_by(col(AuditEntry.sequence).desc()).limit(1)
    sequence, last = session.exec(query).first() or (0, BEFORE_THE_FIRST)
    head = Head(sequence or 0, last, sequence or 0, as_text(now()), keys.public_key)
    return Head(**{**asdict(head), "signature": keys.sign(head.signed_content())})


def newest_in(folder: Path) -> dt.datetime | None:
    """Return when the newest head in a folder was made, by its name; None if there is none."""
    made = sorted(file.name.split("-")[2] for file in folder.glob(_NAMES))
    return dt.datetime.strptime(made[-1], _IN_NAMES).replace(tzinfo=dt.UTC) if made else None


def keep_head(head: Head, folder: Path) -> Path:
    """Write a head to a folder, under a name that has its time and number; a file appears there whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    written = dt.datetime.fromisoformat(head.at).strftime(_IN_NAMES)
    file = folder / f"audit-head-{written}-{head.sequence}.json"
    part = folder / f".{file.name}.{secrets.token_hex(4)}"
    with part.open("w", encoding="utf-8") as out:
        out.write(f"{head.as_json()}\n")
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    return file


def log_head(head: Head) -> None:
    """Write a head to the log, on one line, so that it is kept wherever the log is."""
    _log.info("audit head %s", json.dumps(asdict(head)))


def read_head(text: str) -> Head:
    """Read a head as it is kept in a file.

    Raises:
        InvalidError: it is no head.

    """
    try:
        values: Any = json.loads(text)
        head = Head(**values)
        numbers = [type(values[name]) for name in ("sequence", "entries")]
        texts = {type(values[name]) for name in ("hash", "at", "public_key", "signature")}
    except (KeyError, TypeError, ValueError) as error:
        raise _no_head() from error
    if numbers != [int, int] or texts != {str} or head.format != FORMAT:
        raise _no_head()
    return head


def _no_head() -> InvalidError:
    return InvalidError(
        Fault(
            "",
            "the file is no head of an audit trail, as placement audit head makes it",
            "filen är inget huvud av en granskningslogg, som placement audit head gör det",
        )
    )


def fault_in(head: Head, public_keys: frozenset[str]) -> Words | None:
    """Return what is wrong with a head by itself: who signed it, or that it was changed; None if nothing is."""
    if head.public_key not in public_keys:
        return Words(
            "Huvudet är undertecknat med en annan nyckel än den som anges.",
            "The head is signed by another key than the one given.",
        )
    if not signed_by(head.public_key, head.signed_content(), head.signature):
        return Words("Huvudet är ändrat: signaturen stämmer inte.", "The head was changed: its signature is wrong.")
    return None
