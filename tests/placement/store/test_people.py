"""People: whom some ids lead to is found whether or not the session has read their rows, and rows are read once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.database import engine_for, open_session
from placement.store.acting import act_for
from placement.store.people import Students, known_students
from placement.tables import Placement, Request, Student
from tests.rows import small_world

NAMED = (("placement", "pla_a"), ("request", "req_none"), ("placement", "pla_none"))


@pytest.fixture
def session(migrated_url: str) -> Iterator[Session]:
    """A session of a provider, in a county where somebody has a placement."""
    engine = engine_for(migrated_url)
    with open_session(engine) as session:
        session.add_all(small_world())
    with open_session(engine) as session:
        act_for(session, Caller(Role.PROVIDER, organisation="org_none"))
        yield session
    engine.dispose()


def test_ids_lead_to_students_whoever_asks(session: Session) -> None:
    assert known_students(session, ["stu_a", "stu_none"]) == {"stu_a"}
    assert Students(session, NAMED).of(NAMED) == {"stu_a"}


def test_rows_that_the_session_has_read_are_not_asked_for_again(migrated_url: str) -> None:
    engine = engine_for(migrated_url)
    asked: list[object] = []
    with open_session(engine) as session:
        session.add_all(small_world())
    with open_session(engine) as session:
        for kind, row_id in ((Placement, "pla_a"), (Request, "req_a")):
            session.get_one(kind, row_id)
        session.exec(select(Student).where(col(Student.id) == "stu_a")).one()
        event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
        assert known_students(session, ["stu_a"]) == {"stu_a"}
        assert Students(session, NAMED[:1]).of(NAMED[:1]) == {"stu_a"}
    assert asked == []
    engine.dispose()
