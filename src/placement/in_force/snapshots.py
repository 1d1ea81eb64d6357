"""Snapshots: what has changed in a term between the problem that was solved and the term as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

KEYS = {"pins": "request", "current": "request"}
"""The field that identifies an entry of a problem's list, for lists whose entries have no id."""
CHOSEN = frozenset({"weights"})
"""The sections that a run's own options may change, and that are therefore not compared."""


def changes_between(solved: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Yield the differences between two problem documents, such as ``requests req_1f3a: added``."""
    for section in now.keys() - CHOSEN:
        before, after = solved.get(section), now[section]
        if before == after:
            continue
        if not isinstance(after, list):
            yield f"{section}: changed"
            continue
        key = KEYS.get(section, "id")
        old, new = ({entry[key]: entry for entry in entries} for entries in (before or [], after))
        if old == new:
            yield f"{section}: in another order"
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) != new.get(name):
                yield f"{section} {name}: {'added' if name not in old else 'removed' if name not in new else 'changed'}"
