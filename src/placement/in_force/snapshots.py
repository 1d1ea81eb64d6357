"""Snapshots: what has changed in a term between the problem that was solved and the term as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from placement_solver.words import Words

KEYS = {"pins": "request", "current": "request"}
"""The field that identifies an entry of a problem's list, for lists whose entries have no id."""
NOT_COMPARED = frozenset({"taken", "weights"})
"""The sections that are not compared: a run's own options may change the weights, and what other terms have taken
matters only where it clashes with the plan."""

_SWEDISH = {
    "agreements": "avtal",
    "capacities": "erbjudanden",
    "current": "gällande placeringar",
    "institutions": "lärosäten",
    "pins": "låsta placeringar",
    "providers": "huvudmän",
    "requests": "begäranden",
    "students": "studenter",
    "supervisors": "handledare",
    "term": "terminen",
    "travel": "resor",
    "units": "enheter",
}
"""The sections of a problem document, as a Swedish message names them."""
_ADDED, _REMOVED, _CHANGED = Words("tillagd", "added"), Words("borttagen", "removed"), Words("ändrad", "changed")


def changes_between(solved: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Words]:
    """Yield the differences between two problem documents, such as ``requests req_1f3a: added``."""
    for section in now.keys() - NOT_COMPARED:
        before, after = solved.get(section), now[section]
        if before == after:
            continue
        if not isinstance(after, list):
            yield _said(section, _CHANGED)
            continue
        key = KEYS.get(section, "id")
        old, new = ({entry[key]: entry for entry in entries} for entries in (before or [], after))
        if old == new:
            yield _said(section, Words("i annan ordning", "in another order"))
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) != new.get(name):
                yield _said(
                    section, _ADDED if name not in old else _REMOVED if name not in new else _CHANGED, f" {name}"
                )


def _said(section: str, what: Words, name: str = "") -> Words:
    """Say what has become of a section, or of one entry in it."""
    return Words(f"{_SWEDISH.get(section, section)}{name}: {what.sv}", f"{section}{name}: {what.en}")
