"""The second layer on PostgreSQL: with the conditions of the first taken away, nobody reads or writes others' rows."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from random import Random
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, Select, Table, exists, func, literal, or_, true
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlmodel import col, select, text

from placement.callers import Caller, Role
from placement.database import NOBODY_YET, Acting, engine_for, migrate, open_session
from placement.errors import InvalidError
from placement.store.acting import act_for, beyond_own
from placement.tables import METADATA, Placement, Request, Student, Supervisor, Training, Unit
from tests.api.lines import Line
from tests.api.matrix import LINES
from tests.api.world import OUR_INSTITUTION, OUR_PROVIDER, OUR_UNIT, World
from tests.databases import APPLICATION, as_owner
from tests.effort import SEED, drawn_from, has_long_form, tries

pytestmark = [pytest.mark.parametrize("backend", ["postgresql"], indirect=True), pytest.mark.postgresql_counts]

PARTIES = (Role.INSTITUTION, Role.PROVIDER, Role.UNIT, Role.SUPERVISOR)
ACTING = {
    Role.INSTITUTION: Acting("institution", OUR_INSTITUTION),
    Role.PROVIDER: Acting("provider", OUR_PROVIDER),
    Role.UNIT: Acting("unit", None, OUR_UNIT),
    Role.SUPERVISOR: Acting("supervisor", None, OUR_UNIT),
}
FIRST_LAYER = ("students_of", "units_of", "units_seen_by")
READ = [line for line in LINES if line.method == "GET" and not line.public]
NOT_OF_PERSONS = {
    "swap": "who asks whom is in its sides",
    "statement_line": "what is paid is read by both parties of an agreement",
    "delivery": "it belongs to a webhook, and that to a token",
    "student_page": "it is found by its secret, before it is known for whom",
}


@pytest.fixture
def engine(settled: tuple[str, World]) -> Iterator[Engine]:
    engine = engine_for(settled[0])
    yield engine
    engine.dispose()


def guarded(engine: Engine) -> list[Table]:
    """Return the tables with policies."""
    with open_session(engine) as session:
        named = set(session.scalars(text("SELECT tablename FROM pg_policies WHERE policyname = 'own_rows'")))
    return [table for table in METADATA.sorted_tables if table.name in named]


def test_policies_ask_for_the_role_once_a_statement_and_not_of_each_row(engine: Engine) -> None:
    """Asked of each row, the question makes PostgreSQL expect hardly any row where the service reads them all."""
    with open_session(engine) as session:
        conditions = dict(session.execute(text("SELECT tablename, qual FROM pg_policies WHERE qual IS NOT NULL")).all())
    of_a_row = re.compile(r"(?<!SELECT )\(current_setting\('placement\.role'")
    assert conditions.keys() >= {"student", "request", "placement"}
    assert {table for table, condition in conditions.items() if of_a_row.search(condition)} == set()


def ids(engine: Engine, table: Table, acting: Acting | None = None) -> set[tuple[object, ...]]:
    with open_session(engine, acting=acting) as session:
        return {tuple(row) for row in session.execute(select(*table.primary_key))}


def test_the_service_connects_as_a_role_that_owns_nothing_and_passes_no_policy_by(engine: Engine) -> None:
    with open_session(engine) as session:
        asked = text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert tuple(session.execute(asked).one()) == (False, False)
        owned = text("SELECT count(*) FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE rolname = current_user")
        assert session.scalar(owned) == 0


def test_every_table_that_refers_to_a_student_or_a_supervisor_has_a_policy_or_a_reason(engine: Engine) -> None:
    about = {"student", "supervisor"}
    for table in METADATA.sorted_tables:
        if any(key.column.table.name in about for key in table.foreign_keys):
            about.add(table.name)
    assert {table.name for table in guarded(engine)} | NOT_OF_PERSONS.keys() >= about


def test_rights_are_granted_to_a_role_that_is_there(settled: tuple[str, World]) -> None:
    migrate(as_owner(settled[0]), APPLICATION)
    with pytest.raises(InvalidError, match="no role nobody_of_that_name"):
        migrate(as_owner(settled[0]), "nobody_of_that_name")


def test_who_has_not_shown_who_it_is_sees_no_row(engine: Engine) -> None:
    for table in guarded(engine):
        assert ids(engine, table, NOBODY_YET) == set(), table.name
        if table.name != "event":
            assert ids(engine, table, Acting("student", OUR_INSTITUTION)) == set(), table.name
            assert ids(engine, table, Acting("auditor")) == set(), table.name


def test_each_party_sees_its_own_rows_as_counted_by_hand(engine: Engine) -> None:
    with open_session(engine) as session:
        students = {(each.id,) for each in session.exec(select(Student)) if each.institution_id == OUR_INSTITUTION}
        asked = {(each.id,) for each in session.exec(select(Request)) if (each.student_id,) in students}
        units = {each.id for each in session.exec(select(Unit)) if OUR_PROVIDER in {each.provider_id, each.operator_id}}
        placed = session.exec(select(Placement)).all()
        hosted = {each.request_id for each in placed if each.unit_id in units}
        staff = {(each.id,) for each in session.exec(select(Supervisor)) if each.unit_id in units}
    tables = {table.name: table for table in guarded(engine)}
    institution, provider = ACTING[Role.INSTITUTION], ACTING[Role.PROVIDER]
    assert ids(engine, tables["student"], institution) == students
    assert ids(engine, tables["request"], institution) == asked
    assert ids(engine, tables["placement"], institution) == {(p.id,) for p in placed if (p.request_id,) in asked}
    assert ids(engine, tables["supervisor"], institution) == set()
    assert ids(engine, tables["supervisor"], provider) == staff != set()
    assert ids(engine, tables["request"], provider) == {(each,) for each in hosted} != set()
    assert ids(engine, tables["placement"], provider) == {(p.id,) for p in placed if p.unit_id in units}


def test_nobody_writes_a_row_of_others(engine: Engine) -> None:
    with open_session(engine) as session:
        theirs = session.exec(select(Student).where(col(Student.institution_id) != OUR_INSTITUTION)).first()
        assert theirs is not None
    copied = {**theirs.model_dump(), "id": "stu_forged", "external_id": "forged"}
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        open_session(engine, acting=ACTING[Role.INSTITUTION]) as session,
    ):
        session.add(Student(**copied))
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        open_session(engine, acting=ACTING[Role.UNIT]) as session,
    ):
        session.add(Training(supervisor_id="sup_b", course="H", credits=7.5, completed_on=dt.date(2026, 1, 1)))
    with open_session(engine, acting=ACTING[Role.PROVIDER]) as session:
        changed = session.connection().execute(text("UPDATE student SET lat = 0"))
        removed = session.connection().execute(text("DELETE FROM preference"))
        session.rollback()
    assert removed.rowcount == 0
    assert changed.rowcount < len(ids(engine, METADATA.tables["student"]))


def test_what_reaches_beyond_its_own_comes_back_to_it_also_when_it_fails(engine: Engine) -> None:
    everyone = ids(engine, METADATA.tables["student"])
    by = Caller(Role.INSTITUTION, OUR_INSTITUTION)
    with open_session(engine, acting=NOBODY_YET) as session:
        act_for(session, by)
        with beyond_own(session), beyond_own(session):
            assert len(session.exec(select(Student.id)).all()) == len(everyone)
        assert len(session.exec(select(Student.id)).all()) < len(everyone)
        with pytest.raises(ValueError, match="ours"), beyond_own(session):
            raise ValueError("ours")
        assert len(session.exec(select(Student.id)).all()) < len(everyone)
        with pytest.raises(IntegrityError), beyond_own(session):
            session.add(
                Student(id="stu_lost", cohort_id="coh_a", institution_id="org_ki", external_id="l", lat=91, lon=0)
            )
        session.rollback()


@has_long_form("40 drawn lists and rows", "every list and row")
def test_with_the_first_layer_taken_away_no_answer_has_a_row_of_others(
    app: FastAPI, settled: tuple[str, World], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = [table for table in guarded(engine) if len(table.primary_key) == 1]
    everything = {row[0] for table in tables for row in ids(engine, table)}
    foreign = {
        role: everything - {row[0] for table in tables for row in ids(engine, table, acting)}
        for role, acting in ACTING.items()
    }
    assert all(foreign.values())
    app.state.engine = engine
    asked, read = 0, drawn_from(READ, 40, "the second layer")
    with ExitStack() as stack:
        client = stack.enter_context(TestClient(app, raise_server_exceptions=False))
        before = {
            (number, role): _answer(client, settled[1], line, role)
            for number, line in enumerate(read)
            for role in PARTIES
        }
        _take_away_the_first_layer(monkeypatch)
        for (number, role), known in before.items():
            line = read[number]
            for row in {line.ours_of(role), *([line.theirs] if line.theirs else [])}:
                text_of = _answer(client, settled[1], line, role, row)
                shown = {each for each in foreign[role] if re.search(rf'"{re.escape(str(each))}"', text_of)}
                assert not shown - {each for each in shown if f'"{each}"' in known}, (line.operation, role, row)
                asked += 1
    assert asked > 2 * len(read)


@pytest.mark.no_cover
@has_long_form("200 queries that forget every condition", "2000 queries")
def test_a_query_that_forgets_its_conditions_finds_no_row_of_others(engine: Engine) -> None:
    tables, dice = guarded(engine), Random(SEED)
    everything = {table.name: ids(engine, table) for table in tables}
    own = {(table.name, role): ids(engine, table, acting) for table in tables for role, acting in ACTING.items()}
    for _ in range(tries(200, 2_000)):
        table, role = dice.choice(tables), dice.choice(PARTIES)
        with open_session(engine, acting=ACTING[role]) as session:
            found = {tuple(row) for row in session.execute(_careless(dice, table, tables))}
        assert found <= own[table.name, role], (table.name, role)
    assert any(own[name, role] < rows for name, rows in everything.items() for role in PARTIES)


def _careless(dice: Random, table: Table, tables: Sequence[Table]) -> Select[Any]:
    """Draw a query of a table's keys that does not ask whose the rows are: joined, sorted, grouped or by a subquery."""
    key = list(table.primary_key)
    other = dice.choice(tables).alias()
    drawn: dict[str, Select[Any]] = {
        "all": select(*key),
        "sorted": select(*key).order_by(*(each.desc() for each in key)).limit(dice.randint(1, 500)),
        "joined": select(*key).join(other, true()).distinct(),
        "grouped": select(*key).group_by(*key).having(func.count() >= 1),
        "nested": select(*select(*key).subquery().columns),
        "beside": select(*key).where(or_(exists(select(literal(1)).select_from(other)), true())),
        "united": select(*key).union_all(select(*key)).subquery().select(),
    }
    return drawn[dice.choice(sorted(drawn))]


def _answer(client: TestClient, world: World, line: Line, role: Role, row: str | None = None) -> str:
    path = line.path(line.ours_of(role) if row is None else row)
    return client.get(path + ("" if line.names_a_row else f"?{line.query}"), headers=world.by(role)).text


def _take_away_the_first_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the conditions for a caller's own rows hold for every row, wherever they are used."""
    everything: Callable[[Caller], object] = lambda _by: true()  # noqa: E731
    taken = 0
    for name, module in list(sys.modules.items()):
        if name.startswith("placement."):
            for condition in FIRST_LAYER:
                if hasattr(module, condition):
                    monkeypatch.setattr(module, condition, everything)
                    taken += 1
    assert taken > len(FIRST_LAYER)
