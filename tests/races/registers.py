"""Registers: what callers did to the rows of a kind, as they met it, and whether one order of it all explains that.

A row's versions are numbered, and each change states the one that it read. So there is one order in which the changes
were made, and the checker only has to find that every answer fits it:

- a version was made by one change, from the version before it, and has the value that this change gave it;
- whoever read a version read the value that it has, and it was there or being made while they read;
- nobody read a version older than one that someone had been told of before they began to read.

Together this is linearizability of each row (Herlihy and Wing, 1990).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Deed:
    """One call: the row, when it was begun and answered, and the version and value that it read or made."""

    row: str
    began: float
    ended: float
    version: int
    value: int
    made_from: int | None = None
    """The version that a change was made from; None for a reading."""


def faults_in(deeds: Iterable[Deed], first: dict[str, int]) -> Iterator[str]:
    """Yield what no order of the deeds explains; ``first`` has the value of each row's version 1."""
    rows: dict[str, list[Deed]] = defaultdict(list)
    for deed in deeds:
        rows[deed.row].append(deed)
    for row, done in rows.items():
        yield from _faults_in_row(row, done, first[row])


def _faults_in_row(row: str, done: list[Deed], first: int) -> Iterator[str]:
    values, makers = {1: first}, {}
    for deed in done:
        if deed.made_from is None:
            continue
        if deed.version in makers:
            yield f"{row}: two changes made version {deed.version}: one of them is lost"
        if deed.version != deed.made_from + 1:
            yield f"{row}: version {deed.version} was made from version {deed.made_from}"
        makers[deed.version], values[deed.version] = deed, deed.value
    if missing := set(range(1, max(values) + 1)) - values.keys():
        yield f"{row}: nobody made the versions {sorted(missing)}"
    for deed in done:
        if values.get(deed.version) != deed.value:
            yield f"{row}: version {deed.version} was read with {deed.value}, which nobody gave it"
        maker = makers.get(deed.version)
        if maker is not None and maker.began > deed.ended:
            yield f"{row}: version {deed.version} was read before it was made"
    yield from _stale_in(row, done)


def _stale_in(row: str, done: list[Deed]) -> Iterator[str]:
    """Yield the readings of a version older than one that someone knew of before they began."""
    told, newest = sorted(done, key=lambda deed: deed.ended), 0
    place = 0
    for deed in sorted(done, key=lambda deed: deed.began):
        while place < len(told) and told[place].ended < deed.began:
            newest = max(newest, told[place].version)
            place += 1
        if deed.version < newest:
            yield f"{row}: version {deed.version} was read after someone had been told of version {newest}"
