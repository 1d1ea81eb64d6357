"""Two coordinators who change a template at the same moment do not make it contradict itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import Engine

from placement.callers import SYSTEM
from placement.database import engine_for, open_session, read_session
from placement.errors import ConflictError
from placement.register.templates import add_clause, clauses_on
from placement.tables import Figure
from tests.api.world import World
from tests.placement.publishing import at_once


@pytest.fixture
def engine(settled: tuple[str, World]) -> Iterator[Engine]:
    """The small county, on each database in turn."""
    made = engine_for(settled[0])
    yield made
    made.dispose()


def test_two_clauses_about_one_figure_cannot_both_be_added_at_the_same_moment(engine: Engine) -> None:
    def add(key: str) -> None:
        texts = dict.fromkeys(("heading_sv", "heading_en", "text_sv", "text_en"), "Uppsägning")
        given = {"key": key, "figure": Figure.NOTICE, "number": 6, "valid_from": dt.date(2025, 1, 1), **texts}
        with open_session(engine) as session:
            add_clause(session, SYSTEM, "tpl_a", given)

    outcomes = at_once(partial(add, "notice"), partial(add, "uppsagning"), partial(add, "leaving"))
    assert [type(outcome) for outcome in outcomes].count(ConflictError) == 2
    with read_session(engine) as session:
        figures = [each.row.figure for each in clauses_on(session, "tpl_a", dt.date(2026, 1, 1))]
    assert figures.count(Figure.NOTICE) == 1
