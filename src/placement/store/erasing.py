"""Erasing: what old entries of the audit trail say of values and people is erased, and the chain still holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import bindparam, null, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.errors import ConflictError
from placement.store import access, chain
from placement.store.batches import AT_A_TIME
from placement.tables import Action, AuditEntry

ERASURE = "audit_erasure"
"""What an entry about an erasure is about; such an entry is never erased itself."""
_TABLE = AuditEntry.__table__  # type: ignore[attr-defined]
_MOST_RANGES = 2_000
"""The most ranges in one entry; more are told in several."""


def erase_payloads(session: Session, by: Caller, sequences: Iterable[int], reason: str) -> int:
    """Erase the values, the people and the salt of some entries; return how many had any left.

    Who did what to which row, and when, stays, and so does the hash of what was erased. One entry, or several if there
    are very many, tells which were erased, by whom and why: ``placement audit verify`` finds those of which none tells.

    Raises:
        ConflictError: an entry tells of an earlier erasure.

    """
    access.refuse_identity_number("/reason", reason)
    chain.write(session)
    wanted = sorted(set(sequences))
    standing: list[int] = []
    for start in range(0, len(wanted), AT_A_TIME):
        some = wanted[start : start + AT_A_TIME]
        _refuse_erasures(session, some)
        such = _TABLE.c.sequence.in_(some), _TABLE.c.salt.is_not(None)
        query = columns(_TABLE.c.sequence).where(*such).order_by(_TABLE.c.sequence)
        standing += session.connection().execute(query).scalars()
    empty = update(_TABLE).where(_TABLE.c.sequence == bindparam("one"))
    empty = empty.values(before=null(), after=null(), people=null(), salt=null())
    for start in range(0, len(standing), AT_A_TIME):
        session.connection().execute(empty, [{"one": each} for each in standing[start : start + AT_A_TIME]])
    session.expire_all()
    ranges = list(ranges_of(standing))
    chain.put(
        session, [_told(by, ranges[at : at + _MOST_RANGES], reason) for at in range(0, len(ranges), _MOST_RANGES)]
    )
    return len(standing)


def ranges_of(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield rising numbers as ranges, the first and last of each inclusive."""
    first = last = None
    for number in numbers:
        if first is not None and last is not None and number != last + 1:
            yield first, last
            first = None
        first, last = number if first is None else first, number
    if first is not None and last is not None:
        yield first, last


def _told(by: Caller, ranges: Sequence[tuple[int, int]], reason: str) -> chain.Entry:
    """Return the entry that tells of an erasure."""
    return {
        "actor_token": by.token,
        "actor_role": by.role,
        "actor_organisation": by.organisation,
        "action": Action.REMOVED,
        "object_type": ERASURE,
        "object_id": f"{ranges[0][0]}-{ranges[-1][1]}",
        "before": None,
        "after": {"entries": [list(each) for each in ranges], "reason": reason},
        "trace": by.trace,
    }


def _refuse_erasures(session: Session, sequences: Sequence[int]) -> None:
    """Refuse to erase what tells of an erasure."""
    such = col(AuditEntry.sequence).in_(sequences), col(AuditEntry.object_type) == ERASURE
    found = session.exec(select(col(AuditEntry.sequence)).where(*such).limit(1)).first()
    if found is not None:
        raise ConflictError(
            sv=f"Loggpost {found} berättar om en radering och kan inte själv raderas.",
            en=f"Entry {found} tells of an erasure and cannot be erased itself.",
        )
