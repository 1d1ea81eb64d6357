"""Whatever is changed in the audit trail is found, and the first entry that is wrong is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlmodel import Session, select

from placement.callers import SYSTEM, Caller, Role
from placement.database import engine_for
from placement.errors import InvalidError, NotAllowedError
from placement.keys import Keys, keys_of, new_key
from placement.settings import Settings
from placement.store import heads
from placement.store.hashes import BEFORE_THE_FIRST, PAYLOAD, hash_of_entry, hash_of_payload, new_salt
from placement.store.heads import Head, make_head, read_head
from placement.store.verifying import Verdict, verify
from placement.tables import AuditEntry
from tests.databases import as_owner
from tests.effort import fresh, has_long_form
from tests.placement.store.trails import ERASED, LAST, TOLD, write_trail

KEYS = keys_of(Settings())
KNOWN = frozenset({KEYS.public_key})
TABLE = AuditEntry.__table__  # type: ignore[attr-defined]
NEW = {
    "actor_token": "t-forged",
    "actor_role": Role.COORDINATOR,
    "actor_organisation": "org_ki",
    "object_type": "agreement",
    "object_id": "agr_forged",
    "before": {"forged": True},
    "after": {"name": "Öster", "max": 0, "list": []},
    "people": ["stu_forged"],
    "trace": "0" * 32,
    "salt": "0" * 32,
    "payload_hash": "0" * 64,
    "hash": "f" * 64,
}
"""Another value for each column but the number, the time and the action."""


@pytest.fixture
def trail(migrated_url: str) -> Iterator[Session]:
    """A trail without its triggers, as whoever owns the database can make it."""
    engine = engine_for(migrated_url)
    with Session(engine) as session:
        write_trail(session)
    engine.dispose()
    postgresql = migrated_url.startswith("postgresql")
    engine = engine_for(as_owner(migrated_url) if postgresql else migrated_url)
    with Session(engine) as session:
        for name in ("keep_changed", "keep_removed"):
            session.connection().execute(text(f"DROP TRIGGER {name}{' ON audit_entry' if postgresql else ''}"))
        session.commit()
        yield session
    engine.dispose()


def entries(connection: Connection) -> dict[int, dict[str, Any]]:
    rows = connection.execute(select(TABLE)).mappings()
    return {row["sequence"]: dict(row) for row in rows}


def change(connection: Connection, number: int, /, **values: Any) -> None:  # noqa: ANN401 (any column)
    connection.execute(TABLE.update().where(TABLE.c.sequence == number).values(**values))


def remove(connection: Connection, *sequences: int) -> None:
    connection.execute(TABLE.delete().where(TABLE.c.sequence.in_(sequences)))


def rehash(connection: Connection, first: int) -> None:
    """Make every hash anew from an entry on, as whoever knows the code can."""
    rows = entries(connection)
    before = rows[first - 1]["hash"] if first > 1 else BEFORE_THE_FIRST
    for sequence in sorted(number for number in rows if number >= first):
        row = rows[sequence]
        if row["salt"] is not None:
            row["payload_hash"] = hash_of_payload(row)
        before = row["hash"] = hash_of_entry(before, row)
        change(connection, sequence, payload_hash=row["payload_hash"], hash=row["hash"])


NOT_TELLING = [number for number in range(1, LAST + 1) if number != TOLD]
WHOLE = [number for number in NOT_TELLING if number not in ERASED]
Tampering = Callable[[Connection, Random], int]


def one_column(connection: Connection, draw: Random) -> int:
    name = draw.choice(sorted(NEW))
    number = draw.choice(WHOLE if name in PAYLOAD else NOT_TELLING)
    change(connection, number, **{name: NEW[name]})
    return number


def the_time(connection: Connection, draw: Random) -> int:
    number = draw.randint(1, LAST)
    moved = entries(connection)[number]["at"] + dt.timedelta(microseconds=draw.choice([-1, 1, 3_600_000_000]))
    change(connection, number, at=moved)
    return number


def the_action(connection: Connection, draw: Random) -> int:
    number = draw.randint(1, LAST)
    change(connection, number, action=draw.choice(["created", "read"]))
    return number


def one_removed(connection: Connection, draw: Random) -> int:
    number = draw.choice(NOT_TELLING[:-1])
    remove(connection, number)
    return number


def two_swapped(connection: Connection, draw: Random) -> int:
    first, second = sorted(draw.sample(WHOLE, 2))
    rows = entries(connection)
    remove(connection, first, second)
    connection.execute(TABLE.insert(), [rows[first] | {"sequence": second}, rows[second] | {"sequence": first}])
    return first


def one_put_in(connection: Connection, draw: Random) -> int:
    """Put an entry between others, whose numbers move; its own hash is right.

    Not before the last: a head is of that number, and names it (a test of its own).
    """
    return put_in(connection, draw.randint(1, LAST - 1))


def put_in(connection: Connection, number: int) -> int:
    """Put an entry in at a number and return that of the first whose hash is then wrong."""
    rows = entries(connection)
    remove(connection, *range(number, LAST + 1))
    forged = rows[1] | {"sequence": number, "actor_token": "t-forged", "salt": new_salt()}
    forged["payload_hash"] = hash_of_payload(forged)
    forged["hash"] = hash_of_entry(rows[number - 1]["hash"] if number > 1 else BEFORE_THE_FIRST, forged)
    moved = [rows[each] | {"sequence": each + 1} for each in range(number, LAST + 1)]
    connection.execute(TABLE.insert(), [forged, *moved])
    return number + 1


def renumbered(connection: Connection, draw: Random) -> int:
    """Remove an entry and close the gap."""
    number, rows = draw.choice(NOT_TELLING[:-1]), entries(connection)
    remove(connection, *range(number, LAST + 1))
    connection.execute(TABLE.insert(), [rows[each] | {"sequence": each - 1} for each in range(number + 1, LAST + 1)])
    return number


def number_moved(connection: Connection, draw: Random) -> int:
    number = draw.randint(1, LAST - 1)
    change(connection, number, sequence=LAST + draw.randint(1, 99))
    return number


def erased_untold(connection: Connection, draw: Random) -> int:
    number = draw.choice(WHOLE)
    change(connection, number, before=None, after=None, people=None, salt=None)
    return number


def erased_given_again(connection: Connection, draw: Random) -> int:
    number = draw.choice(ERASED)
    change(connection, number, after={"max": 1}, salt=new_salt())
    return number


def no_longer_told(connection: Connection, draw: Random) -> int:
    """Change or remove what tells of the erasures: the first that is erased is then wrong."""
    match draw.randrange(3):
        case 0:
            remove(connection, TOLD)
        case 1:
            change(connection, TOLD, object_type="unit")
        case _:
            change(connection, TOLD, after={"entries": [[8, 9], [21, 21]], "reason": "two years have passed"})
    return min(ERASED)


def tail_cut(connection: Connection, draw: Random) -> int:
    first = draw.randint(1, LAST)
    remove(connection, *range(first, LAST + 1))
    return first if first > TOLD else min(first, *ERASED)


def suffix_rehashed(connection: Connection, draw: Random) -> int:
    number = draw.choice(WHOLE)
    change(connection, number, actor_token="t-forged", people=["stu_forged"])
    rehash(connection, number)
    return LAST  # the head is of the last


FOUND_ALONE: tuple[Tampering, ...] = (
    one_column,
    the_time,
    the_action,
    one_removed,
    two_swapped,
    one_put_in,
    renumbered,
    number_moved,
    erased_untold,
    erased_given_again,
    no_longer_told,
)
FOUND_WITH_A_HEAD: tuple[Tampering, ...] = (tail_cut, suffix_rehashed)
TAMPERINGS = (*FOUND_ALONE, *FOUND_WITH_A_HEAD, *FOUND_ALONE)


def test_an_untouched_trail_holds(trail: Session) -> None:
    head = make_head(trail, SYSTEM, KEYS)
    verdict = verify(trail, SYSTEM, [head, head], KNOWN)
    assert (verdict.held, verdict.wrong, verdict.last_hash) == (LAST, None, head.hash)


@has_long_form("60 tamperings on each database", "300 on each")
def test_every_tampering_is_found_and_the_first_wrong_entry_is_named(trail: Session) -> None:
    """Each is undone before the next."""
    head = make_head(trail, SYSTEM, KEYS)
    trail.rollback()
    tried = 0
    for case in fresh(60, 300):
        tamper = TAMPERINGS[case % len(TAMPERINGS)]
        number = tamper(trail.connection(), Random(case))
        verdict = verify(trail, SYSTEM, [head], KNOWN)
        assert verdict.wrong is not None, (tamper.__name__, case)
        assert verdict.wrong.sequence == number, (tamper.__name__, case, verdict)
        assert verdict.held == number - 1
        alone = verify(trail, SYSTEM)
        if tamper in FOUND_ALONE:
            assert alone.wrong == verdict.wrong, (tamper.__name__, case)
        elif tamper is suffix_rehashed:
            assert alone.wrong is None
        tried += 1
        trail.rollback()
    assert tried >= 60
    assert verify(trail, SYSTEM, [head], KNOWN).wrong is None


def test_what_is_lost_at_the_end_is_shown_by_a_head_alone(trail: Session) -> None:
    head = make_head(trail, SYSTEM, KEYS)
    remove(trail.connection(), LAST - 1, LAST)
    assert verify(trail, SYSTEM).wrong is None
    found = verify(trail, SYSTEM, [head], KNOWN)
    assert found.wrong is not None
    assert found.wrong.sequence == LAST - 1
    assert found.wrong.words.en == "the trail ends before the head: its end was removed"
    trail.rollback()


def test_what_is_put_in_before_the_last_has_a_right_hash_and_is_named_by_a_head_alone(trail: Session) -> None:
    head = make_head(trail, SYSTEM, KEYS)
    trail.rollback()
    moved = put_in(trail.connection(), LAST)
    alone, found = verify(trail, SYSTEM), verify(trail, SYSTEM, [head], KNOWN)
    assert alone.wrong is not None
    assert alone.wrong.sequence == moved == LAST + 1
    assert found.wrong is not None
    assert found.wrong.sequence == LAST
    assert found.wrong.words.en == "the entry is another than when the head was made"
    trail.rollback()


def wrong(trail: Session, *given: Head, known: frozenset[str] = KNOWN) -> Verdict:
    verdict = verify(trail, SYSTEM, given, known)
    assert verdict.wrong is not None
    return verdict


def test_a_changed_head_is_found_whatever_was_changed(trail: Session) -> None:
    head = make_head(trail, SYSTEM, KEYS)
    other = Keys([new_key()])
    changes: dict[str, Any] = {
        "sequence": 3,
        "hash": "0" * 64,
        "entries": 3,
        "at": "2026-01-01T00:00:00.000000+00:00",
        "signature": other.sign(head.signed_content()),
        "public_key": other.public_key,
    }
    for name, value in changes.items():
        verdict = wrong(trail, replace(head, **{name: value}))
        assert verdict.wrong is not None
        assert verdict.wrong.sequence is None, name
        assert verdict.held == 0
    forged = replace(head, public_key=other.public_key)
    forged = replace(forged, signature=other.sign(forged.signed_content()))
    assert wrong(trail, forged).wrong is not None
    assert verify(trail, SYSTEM, [forged], frozenset({other.public_key})).wrong is None
    assert wrong(trail, replace(head, signature="no base64 at all")).wrong is not None


def signed(**values: Any) -> Head:  # noqa: ANN401 (any field)
    head = Head(**{"entries": 0, "at": "2027-01-31T08:00:00.000000+00:00", "public_key": KEYS.public_key, **values})
    return replace(head, signature=KEYS.sign(head.signed_content()))


def test_heads_are_held_to_each_other_and_to_an_empty_trail(session: Session) -> None:
    empty = make_head(session, SYSTEM, KEYS)
    assert (empty.sequence, empty.hash) == (0, BEFORE_THE_FIRST)
    assert verify(session, SYSTEM, [empty], KNOWN).wrong is None
    assert wrong(session, signed(sequence=0, hash="1" * 64)).wrong is not None
    clash = wrong(session, signed(sequence=5, hash="1" * 64), signed(sequence=5, hash="2" * 64)).wrong
    assert clash is not None
    assert (clash.sequence, clash.words.en) == (5, "two heads do not say the same")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "change_to",
    [
        "at = 'yesterday'",
        "at = '2026-01-01'",
        "at = 12",
        "before = 'no json'",
        "people = '{'",
        "payload_hash = x'00'",
        "object_id = x'ff00'",
        "after = '{\"a\": 1e999}'",
        "actor_role = 7",
    ],
)
def test_what_no_code_of_ours_would_write_is_found_too(trail: Session, change_to: str) -> None:
    trail.connection().execute(text("PRAGMA ignore_check_constraints = ON"))
    trail.connection().execute(text(f"UPDATE audit_entry SET {change_to} WHERE sequence = 5"))  # noqa: S608 (ours)
    found = wrong(trail).wrong
    assert found is not None
    assert found.sequence == 5
    trail.rollback()
    trail.connection().execute(text("PRAGMA ignore_check_constraints = OFF"))


@pytest.mark.parametrize("after", ['"text"', "[]", '{"entries": 4}', '{"entries": [[1], ["a", 2], 3, [true, 2]]}'])
def test_an_entry_that_tells_of_no_erasure_lets_none_pass(trail: Session, after: str) -> None:
    statement = "UPDATE audit_entry SET object_type = 'audit_erasure', after = :after WHERE sequence = 40"
    if trail.get_bind().dialect.name == "postgresql":
        statement = statement.replace(":after", "CAST(:after AS jsonb)")
    trail.connection().execute(text(statement), {"after": after})
    change(trail.connection(), 2, before=None, after=None, people=None, salt=None)
    found = wrong(trail).wrong
    assert found is not None
    assert (found.sequence, found.words.en) == (2, "the values of the entry are erased, and no entry tells of it")
    trail.rollback()


def test_only_who_may_read_the_trail_verifies_it_or_makes_heads(session: Session) -> None:
    institution = Caller(Role.INSTITUTION, organisation="org_ki")
    with pytest.raises(NotAllowedError):
        verify(session, institution)
    with pytest.raises(NotAllowedError):
        make_head(session, institution, KEYS)


def test_a_head_is_read_back_from_its_file(session: Session, tmp_path: Path) -> None:
    head = make_head(session, SYSTEM, KEYS)
    file = heads.keep_head(head, tmp_path / "heads")
    assert file.name.startswith("audit-head-20")
    assert read_head(file.read_text("utf-8")) == head
    assert heads.newest_in(file.parent) == dt.datetime.fromisoformat(head.at).replace(microsecond=0)
    assert heads.newest_in(tmp_path / "none") is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"sequence": 1}',
        '{"sequence": true, "hash": "", "entries": 1, "at": "", "public_key": "", "signature": ""}',
        '{"sequence": 1, "hash": 4, "entries": 1, "at": "", "public_key": "", "signature": ""}',
        '{"sequence": 1, "hash": "", "entries": 1, "at": "", "public_key": "", "signature": "", "format": "x"}',
        '{"sequence": 1, "hash": "", "entries": 1, "at": "", "public_key": "", "signature": "", "more": 1}',
        '{"sequence": 1, "hash": "", "entries": 1, "at": "", "public_key": ""}',
    ],
)
def test_what_is_no_head_is_refused_in_words(content: str) -> None:
    with pytest.raises(InvalidError, match="no head of an audit trail"):
        read_head(content)
