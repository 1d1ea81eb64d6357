"""Taken: the ids that owners give their rows, which no two rows may have, however they are typed."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from sqlmodel import Session, col, select

from placement.spelling import alike


class Taken:
    """Whose each id is; ``key`` and ``own`` are the columns of our id and the owner's. They are read when needed."""

    def __init__(self, session: Session, key: Any, own: Any) -> None:  # noqa: ANN401 (columns of any table)
        self._session = session
        self._key = key
        self._own = own

    def take(self, own: str | None, row_id: str) -> bool:
        """Give an id to a row, and tell whether it was free or the row's own; a row may have none."""
        return own is None or self._owners.setdefault(alike(own), row_id) == row_id

    @cached_property
    def _owners(self) -> dict[str, str]:
        query = select(col(self._key), col(self._own)).where(col(self._own).is_not(None))
        return {alike(own): row_id for row_id, own in self._session.exec(query)}
