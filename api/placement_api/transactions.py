"""Transactions: one request is one transaction, committed at the edge before the answer leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import event
from sqlmodel import Session

from placement.database import open_session, read_session


class _Remembering(Session):
    """A session that keeps every row it has read.

    A row that nobody holds is forgotten and read anew, perhaps in a later version than the caller has seen.
    """


@event.listens_for(_Remembering, "loaded_as_persistent")
def _keep(session: _Remembering, row: object) -> None:
    session.info.setdefault("read", []).append(row)


def _transaction(request: Request) -> Iterator[Session]:
    """Open the request's session: for a GET one that cannot write, else one that is committed."""
    engine = request.app.state.engine
    with read_session(engine) if request.method == "GET" else open_session(engine, _Remembering) as session:
        yield session


Transaction = Annotated[Session, Depends(_transaction, scope="function")]
"""The request's session; what the handler raises undoes everything it did."""
