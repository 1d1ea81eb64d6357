"""Transactions: one request is one transaction, committed at the edge before the answer leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import event
from sqlmodel import Session

from placement.database import open_session, read_session


def _transaction(request: Request) -> Iterator[Session]:
    """Open the request's session: for a GET one that cannot write, else one that is committed."""
    if request.method == "GET":
        with read_session(request.app.state.engine) as session:
            yield session
        return
    with open_session(request.app.state.engine) as session:
        seen: list[object] = []
        # A row that nobody holds is forgotten and read anew, perhaps in a later version than the caller has seen.
        event.listen(session, "loaded_as_persistent", lambda _session, row: seen.append(row))
        yield session


Transaction = Annotated[Session, Depends(_transaction, scope="function")]
"""The request's session; what the handler raises undoes everything it did."""
