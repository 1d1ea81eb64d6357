"""The choice of a PostgreSQL server: a test that claims to run on PostgreSQL does."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.engine import URL, make_url

from tests.databases import NoServerError, connection, first_server, ladder, new_database

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = make_url("postgresql://rung")


@contextmanager
def rung(*, holds: bool) -> Iterator[URL]:
    if not holds:
        message = "this rung gives way"
        raise NoServerError(message)
    yield SERVER


ROTTEN, FIRM = partial(rung, holds=False), partial(rung, holds=True)


def test_the_first_rung_that_holds_is_used() -> None:
    with first_server([ROTTEN, FIRM]) as url:
        assert url == SERVER


def test_without_a_rung_that_holds_every_reason_is_told() -> None:
    with (
        pytest.raises(NoServerError, match=r"this rung gives way; this rung gives way"),
        first_server([ROTTEN, ROTTEN]),
    ):
        pass


def test_a_server_that_is_named_but_does_not_answer_is_not_silently_replaced() -> None:
    with (
        pytest.raises(NoServerError, match="does not let us in"),
        first_server(ladder("postgresql://nobody@127.0.0.1:1/postgres")),
    ):
        pass


def test_every_test_gets_a_database_of_its_own_that_is_gone_afterwards(postgresql_server: URL) -> None:
    with new_database(postgresql_server) as first, new_database(postgresql_server) as second:
        assert first.database != second.database
    with connection(postgresql_server) as server:
        left = server.execute(
            "SELECT count(*) FROM pg_database WHERE datname IN (%s, %s)", (first.database, second.database)
        ).fetchone()
    assert left == (0,)
