"""Entries of the audit trail are numbered without gaps in the order of the commits, whoever writes meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from placement.callers import SYSTEM
from placement.clock import now
from placement.database import engine_for, open_session, read_session
from placement.errors import ConflictError, InvalidError
from placement.store import audit, chain
from placement.store.erasing import erase_payloads, ranges_of
from placement.store.hashes import BEFORE_THE_FIRST, around_number, hash_of_entry, hash_of_payload
from placement.store.verifying import verify
from placement.tables import Action, AuditEntry, Municipality, Student
from tests.databases import as_owner
from tests.placement.store.trails import COORDINATOR, ERASED, LAST, TOLD, entry, write_trail
from tests.rows import small_world


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    engine = engine_for(migrated_url)
    yield engine
    engine.dispose()


def numbers(engine: Engine) -> list[tuple[int | None, str]]:
    """Return the number and the object of each entry."""
    with read_session(engine) as session:
        found = session.exec(select(AuditEntry).order_by(col(AuditEntry.sequence)))
        return [(each.sequence, each.object_id) for each in found]


def test_each_entry_is_hashed_with_the_one_before_it_over_all_its_columns(session: Session) -> None:
    chain.put(session, [entry(1, ["stu_a"]), entry(2)])
    session.commit()
    first, second = session.exec(select(AuditEntry).order_by(col(AuditEntry.sequence))).all()
    assert hash_of_payload(first.model_dump()) == first.payload_hash
    assert hash_of_entry(BEFORE_THE_FIRST, first.model_dump()) == first.hash
    assert hash_of_entry(first.hash, second.model_dump()) == second.hash
    covered = {"before", "after", "people", "salt", "sequence", "at", "actor_token", "actor_role", "trace"}
    covered |= {"actor_organisation", "action", "object_type", "object_id", "payload_hash"}
    assert covered | {"hash"} == set(AuditEntry.model_fields)


@pytest.mark.postgresql_counts
def test_writers_at_the_same_time_leave_no_gap_and_meet_no_deadlock(engine: Engine) -> None:
    together, each = 8, 12
    at_once = Barrier(together)

    def write(writer: int) -> None:
        at_once.wait()
        for number in range(each):
            with open_session(engine) as session:
                session.add(
                    Municipality(code=f"9{writer}{number:02}", name="X", lat=59, lon=18, population=1, in_county=True)
                )
                chain.put(session, [entry(number, object_id=f"{writer}/{number}/{part}") for part in "ab"])
                if number % 4 == 3:
                    session.flush()
                    session.rollback()

    with ThreadPoolExecutor(together) as pool:
        list(pool.map(write, range(together)))
    found = numbers(engine)
    kept = {f"{writer}/{number}/{part}" for writer in range(together) for number in range(each) for part in "ab"}
    kept -= {name for name in kept if int(name.split("/")[1]) % 4 == 3}
    assert [number for number, _ in found] == list(range(1, len(kept) + 1))
    assert {name for _, name in found} == kept
    of_one = [name for _, name in found if name.startswith("3/")]
    assert of_one == sorted(of_one, key=lambda name: (int(name.split("/")[1]), name[-1]))
    with read_session(engine) as session:
        verdict = verify(session, SYSTEM)
    assert (verdict.held, verdict.wrong) == (len(kept), None)


def test_entries_stored_at_once_are_chained_like_others_and_stay_if_others_are_undone(
    engine: Engine,
) -> None:
    odd = entry(3, ["stu_å"], before={"text": 'quote " back \\ slash', "large": 2**60 + 1}, actor_organisation=None)
    with open_session(engine) as session:
        chain.put(session, [entry(1)])
    chain.write_at_once(engine, [entry(2), odd])
    with open_session(engine) as session:
        session.exec(select(AuditEntry)).all()
        if engine.dialect.name == "postgresql":
            chain.write_at_once(engine, [entry(4)])
            session.rollback()
    with read_session(engine) as session:
        verdict = verify(session, SYSTEM)
        told = session.exec(select(AuditEntry).where(AuditEntry.sequence == 3)).one()
    assert (verdict.held, verdict.wrong) == (4 if engine.dialect.name == "postgresql" else 3, None)
    assert (told.people, told.before, told.actor_organisation) == (["stu_å"], odd["before"], None)


@pytest.mark.parametrize("number", [1, 9_007_199_254_740_991])
def test_what_a_hash_covers_can_be_written_before_the_number_is_known(number: int) -> None:
    told = {**entry(1, trace="0" * 32), "at": now(), "payload_hash": "a" * 64, "sequence": number}
    head, tail = around_number(told)
    whole = hashlib.sha256(bytes.fromhex(BEFORE_THE_FIRST) + f"{head}{number}{tail}".encode())
    assert whole.hexdigest() == hash_of_entry(BEFORE_THE_FIRST, told)


def test_what_is_undone_has_no_entry(session: Session) -> None:
    chain.put(session, [entry(1)])
    with session.begin_nested():
        chain.put(session, [entry(2)])
    inner = session.begin_nested()
    chain.put(session, [entry(3)])
    inner.rollback()
    chain.put(session, [entry(4)])
    session.commit()
    chain.put(session, [entry(5)])
    session.rollback()
    session.commit()
    found = session.exec(select(AuditEntry).order_by(col(AuditEntry.sequence))).all()
    assert [(each.sequence, each.object_id) for each in found] == [(1, "unt_1"), (2, "unt_2"), (3, "unt_4")]


def test_who_reads_the_trail_reads_what_the_same_transaction_has_written(session: Session) -> None:
    chain.put(session, [entry(1)])
    session.add(AuditEntry(**entry(2)))
    assert [each.object_id for each in session.exec(select(AuditEntry).order_by("sequence"))] == ["unt_1", "unt_2"]
    chain.put(session, [entry(3)])
    session.commit()
    assert verify(session, SYSTEM).held == 3


def test_an_entry_says_which_students_it_is_about_also_when_they_are_removed(session: Session) -> None:
    session.add_all(small_world())
    session.flush()
    student = session.get_one(Student, "stu_a")
    audit.record(session, COORDINATOR, Action.REMOVED, student)
    audit.record_all(session, [])
    assert "stu_a" in chain.people_waiting(session)
    session.commit()
    (told,) = session.exec(select(AuditEntry).where(AuditEntry.object_id == "stu_a"))
    assert told.people == ["stu_a"]


def test_many_entries_at_once_are_chained_in_their_order(session: Session) -> None:
    chain.put(session, [entry(number) for number in range(2_500)])
    session.commit()
    verdict = verify(session, SYSTEM)
    assert (verdict.held, verdict.wrong) == (2_500, None)
    last = session.exec(select(AuditEntry).where(AuditEntry.sequence == 2_500)).one()
    assert last.object_id == "unt_2499"


def test_numbers_that_json_has_no_exact_form_for_still_verify(session: Session) -> None:
    odd = {"large": 2**60 + 1, "list": [2**70, True, None, 0.1, -0.0], "text": "2"}
    chain.put(session, [entry(1, before=odd)])
    session.commit()
    assert verify(session, SYSTEM).wrong is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor_token = 'other' WHERE sequence = 3",
        "UPDATE audit_entry SET after = '{}' WHERE sequence = 3",
        "UPDATE audit_entry SET salt = NULL, before = NULL, people = NULL WHERE sequence = 3",
        "UPDATE audit_entry SET sequence = 99 WHERE sequence = 41",
        "DELETE FROM audit_entry WHERE sequence = 41",
        "DELETE FROM audit_entry",
    ],
)
def test_the_database_refuses_to_change_or_remove_an_entry(session: Session, statement: str) -> None:
    write_trail(session)
    with pytest.raises(DBAPIError, match=r"never changed|whole_or_erased"):
        session.connection().execute(text(statement))
    session.rollback()
    assert verify(session, SYSTEM).wrong is None


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_not_even_the_owner_empties_the_trail_unless_the_triggers_are_removed(migrated_url: str) -> None:
    engine = engine_for(as_owner(migrated_url))
    with pytest.raises(DBAPIError, match="never changed"), engine.begin() as connection:
        connection.execute(text("TRUNCATE audit_entry"))
    engine.dispose()


def test_erased_values_are_gone_and_the_chain_still_holds(session: Session) -> None:
    write_trail(session)
    rows = {each.sequence: each for each in session.exec(select(AuditEntry))}
    for number in ERASED:
        gone = rows[number]
        assert (gone.before, gone.after, gone.people, gone.salt) == (None, None, None, None)
        assert gone.actor_token == f"t-{number}"
    told = rows[TOLD]
    assert told.after == {"entries": [[7, 9], [21, 21]], "reason": "two years have passed"}
    verdict = verify(session, SYSTEM)
    assert (verdict.held, verdict.wrong) == (LAST, None)
    assert (list(verdict.erased), verdict.erased_entries) == ([(7, 9), (21, 21)], 4)


def test_what_is_erased_already_is_not_erased_or_told_of_again(session: Session) -> None:
    write_trail(session)
    assert erase_payloads(session, COORDINATOR, [*ERASED, 3, 999], "more") == 1
    assert erase_payloads(session, COORDINATOR, ERASED, "nothing left") == 0
    session.commit()
    assert [each.object_id for each in session.exec(select(AuditEntry).where(col(AuditEntry.sequence) > LAST))] == [
        "3-3"
    ]
    verdict = verify(session, SYSTEM)
    assert (verdict.wrong, verdict.erased_entries) == (None, 5)


def test_what_tells_of_an_erasure_is_not_erased_and_its_reason_names_nobody(session: Session) -> None:
    write_trail(session)
    with pytest.raises(ConflictError):
        erase_payloads(session, COORDINATOR, [1, TOLD], "hide it")
    with pytest.raises(InvalidError):
        erase_payloads(session, COORDINATOR, [1], "about 19900101-0017")
    session.rollback()
    assert verify(session, SYSTEM).erased_entries == len(ERASED)


def test_ranges_hold_each_number_once() -> None:
    assert list(ranges_of([])) == []
    assert list(ranges_of([1, 2, 3, 5, 7, 8])) == [(1, 3), (5, 5), (7, 8)]
