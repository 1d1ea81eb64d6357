"""Last writes: rows that wait in their session for its commit, because their writers take turns until they commit.

Whoever took a turn earlier would keep everybody else waiting for the rest of its transaction. Rows that wait are
written when the transaction commits, or when somebody reads rows of their kind in the same session. What is undone,
in a savepoint or altogether, takes the rows with it that have waited since.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event, func
from sqlalchemy.orm import ORMExecuteState, SessionTransaction
from sqlmodel import Session, SQLModel, select


def take_turn(session: Session, turn: int) -> None:
    """Wait until no other transaction has this turn, and keep it until the session's transaction ends.

    Everything that others may wait for is behind it then: checks may wait for others, turns may not. SQLite has only
    one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(select(func.placement_take_turn(turn)))


class LastWrites:
    """The rows of one table that wait, in each session."""

    def __init__(
        self, table: type[SQLModel], write: Callable[[Session, list[dict[str, Any]]], None], *, first: bool = False
    ) -> None:
        """Let rows wait for ``write``; ``first`` has them written before those of the tables that are there already."""
        self._table, self._write = table, write
        self._key = f"waiting.{table.__tablename__}"
        self._stages = f"stages.{table.__tablename__}"
        event.listen(Session, "before_commit", self._before_commit, insert=first)
        event.listen(Session, "do_orm_execute", self._before_reading)
        event.listen(Session, "after_transaction_create", self._remember_stage)
        event.listen(Session, "after_soft_rollback", self._forget_since)
        event.listen(Session, "after_transaction_end", self._forget_all)

    def of(self, session: Session) -> list[dict[str, Any]]:
        """Return the rows that wait in a session, by column, to be looked at and added to."""
        if not session.in_transaction():
            session.begin()  # so that undoing it is noticed, whether or not it has read or written anything by then
        return self._waiting(session)

    def write(self, session: Session) -> None:
        """Write the rows that wait, after everything that the session has to write besides."""
        session.flush()
        rows = list(self._waiting(session))
        if rows:
            self._waiting(session).clear()
            self._write(session, rows)

    def _waiting(self, session: Session) -> list[dict[str, Any]]:
        waiting: list[dict[str, Any]] = session.info.setdefault(self._key, [])
        return waiting

    def _before_commit(self, session: Session) -> None:
        if not session.in_nested_transaction():
            self.write(session)

    def _before_reading(self, state: ORMExecuteState) -> None:
        """Write before rows of the kind are read, as SQLAlchemy does with rows that it has been given."""
        session: Session = state.session  # type: ignore[assignment]  # the service opens no other sessions
        if session.info.get(self._key) and state.is_select and self._table.__mapper__ in state.all_mappers:  # type: ignore[attr-defined]
            self.write(session)

    def _remember_stage(self, session: Session, stage: SessionTransaction) -> None:
        if stage.nested:
            session.info.setdefault(self._stages, {})[stage] = len(self._waiting(session))

    def _forget_since(self, session: Session, stage: SessionTransaction) -> None:
        """Forget the rows since a savepoint, as what they tell of is undone."""
        if stage.nested:
            del self._waiting(session)[session.info[self._stages].pop(stage) :]

    def _forget_all(self, session: Session, stage: SessionTransaction) -> None:
        """Forget what has not been written by the end of the transaction, which is then undone."""
        if stage.parent is None:
            self._waiting(session).clear()
