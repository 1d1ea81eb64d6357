"""Others: what an extract says instead of an id of somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlmodel import Session, col, select

from placement.store.batches import in_batches
from placement.tables import Placement, Request, Student, Supervisor

SOMEBODY = "[någon annan / somebody else]"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]*")
_PEOPLE = (Student, Request, Placement, Supervisor)


def without_others(session: Session, told: Any, own: Iterable[str]) -> Any:  # noqa: ANN401 (any JSON)
    """Return what is told with every id of another student or supervisor replaced."""
    mine = set(own)
    words = {word for text in _texts(told) for word in _ID.findall(text)} - mine
    others: set[str] = set()
    for batch in in_batches(words):
        for table in _PEOPLE:
            others.update(session.exec(select(table.id).where(col(table.id).in_(batch))))
    return _replaced(told, others)


def _texts(told: Any) -> Iterable[str]:  # noqa: ANN401 (any JSON)
    """Yield every text."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict):
        for key, value in told.items():
            yield str(key)
            yield from _texts(value)
    elif isinstance(told, list):
        for value in told:
            yield from _texts(value)


def _replaced(told: Any, others: set[str]) -> Any:  # noqa: ANN401 (any JSON)
    """Replace some ids wherever they stand."""
    if isinstance(told, str):
        return _ID.sub(lambda found: SOMEBODY if found[0] in others else found[0], told)
    if isinstance(told, dict):
        return {_replaced(key, others): _replaced(value, others) for key, value in told.items()}
    if isinstance(told, list):
        return [_replaced(value, others) for value in told]
    return told
