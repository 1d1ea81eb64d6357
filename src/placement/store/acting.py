"""Acting: for whom a transaction acts, so that PostgreSQL itself refuses rows that are not theirs.

This is a second layer behind the conditions of ``scopes``: the policies on rows are made by the migration
``row_security`` and hold for a database role that owns nothing. A function whose result rests on more than the caller's
own rows, and shows only what the caller may know of them, reaches beyond them and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from placement.callers import Caller
from placement.database import THE_SERVICE, Acting, act, asks_for_whom

P = ParamSpec("P")
R = TypeVar("R")


def act_for(session: Session, by: Caller) -> None:
    """Let the rest of a session's transaction act for a caller."""
    act(session, Acting(by.role.value, by.organisation, by.unit))


@contextmanager
def beyond_own(session: Session) -> Iterator[None]:
    """Read and write, within the block, what a caller's call rests on but does not belong to the caller."""
    if not asks_for_whom(session):
        yield
        return
    session.flush()  # what the caller has changed until now is still the caller's
    with as_the_service(session):
        yield
        session.flush()


@contextmanager
def as_the_service(session: Session) -> Iterator[None]:
    """Act for the service within the block, and then again for whom the session acted before."""
    before = act(session, THE_SERVICE)
    try:
        yield
    except BaseException:
        if session.is_active:  # a transaction that has failed takes no more statements
            with suppress(SQLAlchemyError):  # the database may be away: what is raised already says more
                act(session, before)
        raise
    act(session, before)


def reaching_beyond_own(function: Callable[Concatenate[Session, P], R]) -> Callable[Concatenate[Session, P], R]:
    """Let a function on a session reach beyond the caller's own rows."""

    def reach(session: Session, *given: P.args, **named: P.kwargs) -> R:
        with beyond_own(session):
            return function(session, *given, **named)

    return cast("Callable[Concatenate[Session, P], R]", wraps(function)(reach))
