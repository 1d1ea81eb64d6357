"""Transactions: one request is one transaction, committed at the edge before the answer leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session

from placement.database import open_session, read_session


def _transaction(request: Request) -> Iterator[Session]:
    """Open the request's session: for a GET one that cannot write, else one that is committed."""
    opened = read_session if request.method == "GET" else open_session
    with opened(request.app.state.engine) as session:
        yield session


Transaction = Annotated[Session, Depends(_transaction, scope="function")]
"""The request's session; what the handler raises undoes everything it did."""
