"""Verifying: whether the audit trail is as it was written, entry by entry from the first, with little memory."""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import rfc8785
from sqlalchemy import DateTime, String, column, select, table
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session

from placement.callers import Caller
from placement.store.access import AUDITORS, allow
from placement.store.erasing import ERASURE
from placement.store.hashes import BEFORE_THE_FIRST, IN_CHAIN, PAYLOAD, hash_of_entry, hash_of_payload
from placement.store.heads import Head, fault_in
from placement_solver.words import Words

_AT_A_TIME = 2_000
_JSON = ("before", "after", "people")
_TYPES = {
    "at": String().with_variant(DateTime(timezone=True), "postgresql"),
    **dict.fromkeys(_JSON, String().with_variant(JSONB(), "postgresql")),
}
_TABLE = table("audit_entry", *(column(name, _TYPES.get(name)) for name in (*IN_CHAIN, *PAYLOAD, "hash")))
"""The trail as it lies in the database: who has changed it need not have kept to what a column may hold."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """The first thing that is wrong: what, and at which number of the trail; None if that is about a head alone."""

    sequence: int | None
    words: Words


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries hold from the first on, which of these are erased (as ranges), and what is wrong, if anything.

    ``last_hash`` is the hash of the last entry that holds.
    """

    held: int
    last_hash: str
    erased: Sequence[tuple[int, int]]
    wrong: Wrong | None

    @property
    def erased_entries(self) -> int:
        """Return how many entries are erased."""
        return sum(last - first + 1 for first, last in self.erased)


def verify(
    session: Session, by: Caller, heads: Sequence[Head] = (), public_keys: frozenset[str] = frozenset()
) -> Verdict:
    """Hold the trail to its hashes, and to heads that were kept elsewhere; stop at the first thing that is wrong.

    Without a head, two things cannot be found: that the end was cut off, and that whoever may write to the database has
    made every hash anew from some entry on. With a head, both are found up to the head.
    """
    allow(by, AUDITORS)
    for head in heads:
        if (fault := fault_in(head, public_keys)) is not None:
            return Verdict(0, BEFORE_THE_FIRST, (), Wrong(None, fault))
    told = _Told(session)
    awaited = {head.sequence: head for head in heads}
    if (clash := _clash(heads)) is not None:
        return Verdict(0, BEFORE_THE_FIRST, (), clash)
    state = _State()
    for entry in _entries(session):
        wrong = state.take(entry, told) or _unlike(state, awaited.pop(state.held + 1, None), entry["hash"])
        if wrong is not None:
            return state.verdict(wrong)
        state.go_on(entry)
    if (empty := awaited.pop(0, None)) is not None and empty.hash != BEFORE_THE_FIRST:
        return state.verdict(Wrong(None, _UNLIKE))
    if awaited:
        return state.verdict(Wrong(state.held + 1, _CUT_OFF))
    return state.verdict(None)


_MISSING = Words("posten saknas", "the entry is missing")
_OUT_OF_PLACE = Words("posten har ett nummer som den inte kan ha", "the entry has a number that it cannot have")
_OTHER_PAYLOAD = Words(
    "postens värden eller personer är ändrade", "the values or the people of the entry have been changed"
)
_UNTOLD = Words(
    "postens värden är raderade utan att någon post berättar om det",
    "the values of the entry are erased, and no entry tells of it",
)
_OTHER_ENTRY = Words(
    "posten är ändrad, eller den föregående är utbytt", "the entry was changed, or the one before it was replaced"
)
_UNREADABLE = Words("posten går inte att läsa", "the entry cannot be read")
_UNLIKE = Words("posten är en annan än när huvudet gjordes", "the entry is another than when the head was made")
_CUT_OFF = Words(
    "loggen slutar före huvudet: dess slut är borttaget", "the trail ends before the head: its end was removed"
)


class _State:
    """How far the trail holds."""

    def __init__(self) -> None:
        self.held = 0
        self.hash = BEFORE_THE_FIRST
        self._erased: list[tuple[int, int]] = []

    def take(self, entry: Mapping[str, Any], told: _Told) -> Wrong | None:
        """Return what is wrong with the next entry."""
        wanted = self.held + 1
        if entry["sequence"] != wanted:
            early = entry["sequence"] < wanted
            return Wrong(entry["sequence"], _OUT_OF_PLACE) if early else Wrong(wanted, _MISSING)
        words = self._fault(wanted, entry, told)
        return None if words is None else Wrong(wanted, words)

    def _fault(self, sequence: int, entry: Mapping[str, Any], told: _Told) -> Words | None:
        """Return what is wrong with what the next entry says."""
        try:
            if entry["salt"] is None:
                if sequence not in told or any(entry[name] is not None for name in _JSON):
                    return _UNTOLD
            elif hash_of_payload(entry) != entry["payload_hash"]:
                return _OTHER_PAYLOAD
            return None if hash_of_entry(self.hash, entry) == entry["hash"] else _OTHER_ENTRY
        except (TypeError, ValueError, AttributeError, rfc8785.CanonicalizationError):
            return _UNREADABLE

    def go_on(self, entry: Mapping[str, Any]) -> None:
        """Count an entry that holds."""
        self.held, self.hash = self.held + 1, entry["hash"]
        if entry["salt"] is None:
            first = self._erased.pop()[0] if self._erased and self._erased[-1][1] == self.held - 1 else self.held
            self._erased.append((first, self.held))

    def verdict(self, wrong: Wrong | None) -> Verdict:
        """Return what was found out."""
        return Verdict(self.held, self.hash, tuple(self._erased), wrong)


def _clash(heads: Sequence[Head]) -> Wrong | None:
    """Return that two heads say different things of the same number."""
    for sequence, same in groupby(sorted(heads, key=lambda head: head.sequence), key=lambda head: head.sequence):
        if len({head.hash for head in same}) > 1:
            return Wrong(sequence, Words("två huvuden säger olika", "two heads do not say the same"))
    return None


def _unlike(state: _State, head: Head | None, found: str) -> Wrong | None:
    """Return that an entry is another than a head says."""
    return None if head is None or head.hash == found else Wrong(state.held + 1, _UNLIKE)


class _Told:
    """The entries of which some entry tells that they are erased, as ranges."""

    def __init__(self, session: Session) -> None:
        query = select(_TABLE.c.after).where(_TABLE.c.object_type == ERASURE)
        told = [_parsed(after) for after in session.connection().execute(query).scalars()]
        ranges = sorted(one for after in told if isinstance(after, dict) for one in _ranges_in(after.get("entries")))
        self._firsts = [first for first, _ in ranges]
        self._lasts = [last for _, last in ranges]

    def __contains__(self, sequence: int) -> bool:
        """Tell whether an entry is told of; an entry is erased once, so that no two ranges share any."""
        at = bisect_right(self._firsts, sequence) - 1
        return at >= 0 and sequence <= self._lasts[at]


def _entries(session: Session) -> Iterator[Mapping[str, Any]]:
    """Yield the entries in the order of their numbers, a few at a time."""
    last: int | None = None
    while True:
        query = select(_TABLE).order_by(_TABLE.c.sequence).limit(_AT_A_TIME)
        rows = session.connection().execute(query if last is None else query.where(_TABLE.c.sequence > last)).mappings()
        some = [dict(row) for row in rows]
        yield from (_as_written(row) for row in some)
        if len(some) < _AT_A_TIME:
            return
        last = some[-1]["sequence"]


def _as_written(row: dict[str, Any]) -> dict[str, Any]:
    """Return an entry's values as they were when it was written; SQLite has all of them as text."""
    row |= {name: _parsed(row[name]) for name in _JSON}
    if isinstance(row["at"], str):
        try:
            at = dt.datetime.fromisoformat(row["at"])
        except ValueError:
            return row
        row["at"] = at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at
    return row


def _parsed(value: Any) -> Any:  # noqa: ANN401 (any JSON)
    """Return what JSON says, on PostgreSQL as the driver has read it; what is no JSON is like no value."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value.encode()


def _ranges_in(entries: Any) -> Iterator[tuple[int, int]]:  # noqa: ANN401 (any JSON)
    """Yield the ranges that an entry tells of, leaving out what is none."""
    for each in entries if isinstance(entries, list) else ():
        if isinstance(each, list) and [type(number) for number in each] == [int, int]:
            yield each[0], each[1]
