"""A session on both databases: one transaction, no lost write, and a consistent snapshot for readers."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import CheckConstraint, Engine
from sqlalchemy.exc import DataError, IntegrityError, InternalError, ProgrammingError
from sqlmodel import Session

from placement.database import engine_for, open_session, read_session
from placement.errors import ConflictError, InvalidError, StaleError, UnavailableError
from placement.identity_numbers import REFUSED
from placement.tables import METADATA, Municipality, Site, Student, Unit
from tests.rows import one, places

THREADS, ROUNDS = 4, 10


pytestmark = pytest.mark.postgresql_counts


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """A database with a few places in it."""
    engine = engine_for(migrated_url)
    with open_session(engine) as session:
        session.add_all(places())
    yield engine
    engine.dispose()


def places_at(session: Session) -> int | None:
    """How many students the unit of the small world takes, as a session sees it."""
    session.expire_all()
    return session.get_one(Unit, "unt_a").max_students


def test_what_a_session_writes_is_there_afterwards(engine: Engine) -> None:
    with open_session(engine) as session:
        session.get_one(Unit, "unt_a").max_students = 7
    with read_session(engine) as session:
        assert places_at(session) == 7


def test_a_session_that_fails_leaves_nothing_behind(engine: Engine) -> None:
    message = "the light went out"

    def half_a_change() -> None:
        with open_session(engine) as session:
            session.get_one(Unit, "unt_a").max_students = 7
            session.flush()
            raise RuntimeError(message)

    with pytest.raises(RuntimeError, match=message):
        half_a_change()
    with read_session(engine) as session:
        assert places_at(session) == 4


def test_no_update_is_lost_between_many_writers(engine: Engine) -> None:
    def take_one_more() -> None:
        with open_session(engine) as session:
            unit = session.get_one(Unit, "unt_a")
            unit.max_students = (unit.max_students or 0) + 1

    def take_some_more(_thread: int) -> None:
        done = 0
        while done < ROUNDS:
            try:
                take_one_more()
            except StaleError:
                continue
            done += 1

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(take_some_more, range(THREADS)))
    with read_session(engine) as session:
        assert places_at(session) == 4 + THREADS * ROUNDS


def test_a_reader_sees_one_moment_and_holds_up_no_writer(engine: Engine) -> None:
    with read_session(engine) as reader:
        before = places_at(reader)
        with open_session(engine) as writer:
            writer.get_one(Unit, "unt_a").max_students = 7
        assert places_at(reader) == before == 4
    with read_session(engine) as reader:
        assert places_at(reader) == 7


def test_a_readers_view_cannot_be_written_through(engine: Engine) -> None:
    def write_through_it() -> None:
        with read_session(engine) as session:
            session.get_one(Unit, "unt_a").max_students = 7
            session.flush()

    with pytest.raises((UnavailableError, InternalError)):
        write_through_it()
    with open_session(engine) as session:
        session.get_one(Unit, "unt_a").max_students = 8
    with read_session(engine) as session:
        assert places_at(session) == 8


def test_a_value_against_a_rule_is_refused_in_plain_words_without_the_rows_values(engine: Engine) -> None:
    with pytest.raises(InvalidError) as refusal, open_session(engine) as session:
        session.get_one(Unit, "unt_a").max_students = -1
    assert [(fault.pointer, fault.en) for fault in refusal.value.faults] == [("", "a number is too small or too large")]
    assert "Tallgården" not in refusal.value.en + refusal.value.sv


def test_an_identity_number_that_only_the_table_refuses_is_refused_in_the_same_words(engine: Engine) -> None:
    with pytest.raises(InvalidError) as refusal, open_session(engine) as session:
        session.add(Student(**one(Student).model_dump() | {"external_id": "81 12 28 98 74"}))
    assert [(fault.en, fault.sv) for fault in refusal.value.faults] == [(REFUSED.en, REFUSED.sv)]


@pytest.mark.one_database
def test_no_constraints_name_reaches_a_reader(engine: Engine) -> None:
    checks = {
        str(constraint.name)
        for table in METADATA.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert len(checks) > 100
    for name in checks:
        for told in (f"CHECK constraint failed: {name}", f'new row violates check constraint "{name}"'):
            with pytest.raises(InvalidError) as refusal, open_session(engine):
                raise IntegrityError("UPDATE unit", {}, ValueError(told))
            assert "_" not in refusal.value.en + refusal.value.sv


def test_a_number_larger_than_any_column_is_refused(engine: Engine) -> None:
    with pytest.raises(InvalidError), open_session(engine) as session:
        session.get_one(Unit, "unt_a").max_students = 2**40


@pytest.mark.one_database
def test_a_value_that_its_column_cannot_hold_is_refused_in_our_own_words(engine: Engine) -> None:
    with pytest.raises(InvalidError) as refusal, open_session(engine):
        raise DataError("UPDATE unit", {}, ValueError("integer out of range"))
    assert [fault.en for fault in refusal.value.faults] == ["a value is too large or too long"]


def test_a_missing_value_is_refused(engine: Engine) -> None:
    nameless = one(Municipality).model_dump(exclude={"name"}) | {"code": "0126"}
    with pytest.raises(InvalidError, match="name"), open_session(engine) as session:
        session.add(Municipality(**nameless))


def test_what_exists_already_is_a_conflict(engine: Engine) -> None:
    with pytest.raises(ConflictError) as refusal, open_session(engine) as session:
        session.add(Site(institution_id="org_ki", name="Söder", municipality_code="0180"))
    assert refusal.value.code == "conflict"
    assert refusal.value.sv == "Det finns redan."


def test_the_next_transaction_is_not_hurt_by_one_that_could_not_be_committed(engine: Engine) -> None:
    for _ in range(3):
        with pytest.raises(ConflictError), open_session(engine) as session:
            session.add(Site(institution_id="org_none", name="Söder", municipality_code="0180"))
    with open_session(engine) as session:
        session.get_one(Unit, "unt_a").max_students = 7
    with read_session(engine) as session:
        assert places_at(session) == 7


def test_a_question_that_makes_no_sense_is_a_fault_of_ours_and_stays_one(engine: Engine) -> None:
    with pytest.raises((UnavailableError, ProgrammingError)) as fault, open_session(engine) as session:
        session.connection().exec_driver_sql("SELECT nothing FROM unit")
    assert "nothing" in str(fault.value.__cause__)


def test_a_database_without_tables_is_unavailable_until_it_is_migrated(database_url: str) -> None:
    engine = engine_for(database_url)
    with pytest.raises(UnavailableError, match="placement migrate"), open_session(engine) as session:
        session.get(Unit, "unt_a")
    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.sqlite3", "postgresql://127.0.0.1:1/placement"])
def test_a_database_that_does_not_answer_is_unavailable(url: str) -> None:
    engine = engine_for(url)
    with pytest.raises(UnavailableError), open_session(engine) as session:
        session.get(Unit, "unt_a")
    engine.dispose()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_plain_postgresql_address_means_the_driver_that_is_installed(scheme: str) -> None:
    engine = engine_for(f"{scheme}://placement:secret@127.0.0.1/placement")
    assert (engine.dialect.name, engine.dialect.driver) == ("postgresql", "psycopg")
    assert engine.url.render_as_string(hide_password=False).endswith("placement:secret@127.0.0.1/placement")
