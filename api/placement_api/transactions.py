"""Transactions: one request is one transaction, which is committed before the answer is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import event
from sqlmodel import Session

from placement.database import NOBODY_YET, open_session, read_session

_SESSION = "placement.session"


class _Remembering(Session):
    """A session that keeps every row it has read.

    SQLAlchemy drops a row that nothing refers to and would read it again, perhaps in a later version than the one
    whose ETag was checked.
    """


@event.listens_for(_Remembering, "loaded_as_persistent")
def _keep(session: _Remembering, row: object) -> None:
    session.info.setdefault("read", []).append(row)


def open_transaction(request: Request) -> Iterator[Session]:
    """Open the request's session: one that cannot write for a GET, otherwise one that is committed at the end."""
    engine, reads = request.app.state.engine, request.method == "GET"
    opened = read_session(engine, NOBODY_YET) if reads else open_session(engine, _Remembering, NOBODY_YET)
    with opened as session:
        request.scope[_SESSION] = session
        yield session


def session_of(request: Request) -> Session | None:
    """Return the session of a request; None if its operation needs no database."""
    session: Session | None = request.scope.get(_SESSION)
    return session


Transaction = Annotated[Session, Depends(open_transaction, scope="function")]
"""The request's session; an error in the handler undoes everything that the request did."""
